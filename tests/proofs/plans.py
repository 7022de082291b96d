"""Plans over generated fleets, done step by step: nothing gets worse that the plan does not name."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from mcuaudit import Action, AddAuthority, Change, Fleet, SetSetting
from mcuaudit.domain.name_lists import split_names
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.samples.made_fleet import make_fleet
from mcuaudit.variants.effects import WORSE, effect_of
from mcuaudit.variants.plans.plan import plan
from mcuaudit.variants.what_if import changed_fleet
from tests.authority import NOW
from tests.clean_export import predicted
from tests.proofs import calls_between_mcus
from tests.proofs.changed_files import apply_to_files, store_files
from tests.proofs.evaluated_again import Draw, Files, fleet_of, read_files
from tests.proofs.safe_orders import in_force, outcomes_of
from tests.proofs.what_if_files import can_write

CLAIM = "Done step by step, a plan has no step in which an outcome gets worse that it does not name, and no lock-out."
SIZE = 200
SAMPLE = 1

_TARGETS: Final = (
    ("ssl_certificates.verification_settings", "Outgoing and incoming calls"),
    ("ssl_certificates.verification_settings", "Outgoing calls only"),
    ("ssl_certificates.client_certificate_security", "Certificate-based authentication required"),
    ("ssl_certificates.client_certificate_security", "Certificate-based authentication allowed"),
    ("ssl_certificates.server_certificate_security", "Verify certificate"),
    ("services.http", "false"),
    ("ssl_certificates.ocsp.enabled", "true"),
)
_RELAXED: Final = ((b'"Outgoing and incoming calls"', b'"No verification"'),
                   (b'"Certificate-based authentication allowed"', b'"Not required"'),
                   (b'server_certificate_security = "Verify certificate"',
                    b'server_certificate_security = "No verification"'))  # fmt: skip


@cache
def _made(devices: int, seed: int) -> Files:
    with tempfile.TemporaryDirectory() as directory:
        make_fleet(Path(directory) / "fleet", devices, 2, seed)
        return read_files(Path(directory) / "fleet")


def _export(draw: Draw) -> Files:
    if draw.random() < 0.4:
        files = calls_between_mcus.export(draw)
    else:
        files = dict(_made(draw.choice((2, 3, 5, 8, 20)), draw.randrange(3)))
    for old, new in _RELAXED:
        if draw.random() < 0.7:
            files = {name: content.replace(old, new) for name, content in files.items()}
    return files


def prove(seed: int, cases: range) -> Counter[str]:
    """Do each plan step by step."""
    counts: Counter[str] = Counter()
    for case in cases:
        counts += _done(random.Random(f"{seed} {case}"), f"seed {seed}, case {case}")
    return counts


def _done(draw: Draw, where: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    files = _export(draw)
    with tempfile.TemporaryDirectory() as directory:
        fleet = fleet_of(files, Path(directory) / "before")
        audit = predicted(Path(directory) / "before")
        # A setting has one value: of two drawn for the same one, the second.
        wanted = dict(draw.sample(_TARGETS, 2))
        target = [change for key, value in wanted.items() for change in _wanted(fleet, key, value)]
        if not target:
            return counts
        found = plan(audit, target)
        steps = found.steps.to_dict("records")
        before = outcomes_of(predict_fleet(fleet, NOW))
        first = dict(before)
        really = {1, len(found.planned), draw.randint(1, max(1, len(found.planned)))}
        for number, action in enumerate(found.planned, start=1):
            done = found.planned[:number]
            after = outcomes_of(predict_fleet(changed_fleet(fleet, in_force(done), NOW)[0], NOW))
            _check_named(before, after, first, steps[number - 1], f"{where}, step {number}")
            counts["steps"] += 1
            if number in really and all(_is_written(fleet, one) for one in done):
                changed = _written(files, fleet, done)
                anew = outcomes_of(predict_fleet(fleet_of(changed, Path(directory) / str(number)), NOW))
                differing = {name for name in {**anew, **after} if anew.get(name) != after.get(name)}
                assert not differing, f"{where}, step {number} {action.change!r:.200} in files: {differing}"
                counts["steps in files"] += 1
            before = after
        counts["plans"] += 1
        counts["safe plans" if found.is_safe else "plans that name something"] += 1
        counts["steps held back"] += len(found.actions) - len(found.planned)
    return counts


def _wanted(fleet: Fleet, key: str, value: str) -> list[SetSetting]:
    devices = fleet.devices.set_index("device_id")["software_version"].fillna("")
    usable = [
        str(name) for name, version in devices.items()
        if not version.startswith(("4.1", "4.2", "4.3")) and can_write(fleet, key, [str(name)])
    ]  # fmt: skip
    return [SetSetting(key, value, usable)] if usable else []


def _check_named(
    before: dict[str, str], after: dict[str, str], first: dict[str, str], row: dict[str, object], where: str
) -> None:
    worse = {
        name for name in {**before, **after}
        if effect_of(before.get(name, "notApplicable"), after.get(name, "notApplicable")) in WORSE
    }  # fmt: skip
    calls = set(split_names(str(row["breaking_connections"]))) | set(split_names(str(row["undetermined_connections"])))
    named = calls | {f"login {name}" for name in split_names(str(row["logins_worse"]))}
    assert worse == named, f"{where}: worse {worse}, named {named}"
    for name, outcome in after.items():
        if name.startswith("login ") and outcome == "fail":
            assert first[name] == "fail", f"{where}: {name} is locked out"


def _is_written(fleet: Fleet, action: Action) -> bool:
    change = action.change
    if isinstance(change, SetSetting):
        return can_write(fleet, change.setting, list(action.devices))
    if isinstance(change, AddAuthority) and not change.peer:
        return store_files(fleet, str(change.slot), list(action.devices)) is not None
    return isinstance(change, AddAuthority)


def _written(files: Files, fleet: Fleet, actions: tuple[Action, ...]) -> Files:
    """The files of the export after these steps."""
    found = dict(files)
    for action in actions:
        apply_to_files(found, fleet, _typed(replace(action.change, devices=tuple(action.devices))))
    return found


def _typed(change: Change) -> Change:
    """A tick box is written as TOML writes it."""
    value = change.value if isinstance(change, SetSetting) else None
    typed = {"true": True, "false": False}.get(str(value))
    return replace(change, value=typed) if isinstance(change, SetSetting) and typed is not None else change
