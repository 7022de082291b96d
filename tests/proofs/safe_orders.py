"""Whether there is a safe order of the steps of a plan: the plan against every set of steps done."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Final

from mcuaudit import Action, Audit, Change, Plan, ReplaceCertificate, SetSetting
from mcuaudit.predict.prediction import Prediction, predict_fleet
from mcuaudit.variants.plans.plan import plan
from mcuaudit.variants.what_if import changed_fleet
from tests.authority import NOW
from tests.clean_export import DEVICE, ISSUING, CleanExport, certificate, chain
from tests.proofs.evaluated_again import Draw

CLAIM = "Where a plan says that no order avoids something, no order of its steps does; where it is safe, its order is."
SIZE = 50
SAMPLE = 2

_BAD: Final = {"pass": 0, "open": 1, "fail": 2, "notApplicable": 2}
Outcomes = dict[str, str]
_OTHERS: Final = (
    SetSetting("ssl_certificates.verification_settings", "Outgoing calls only", DEVICE),
    SetSetting("ssl_certificates.server_certificate_security", "No verification", DEVICE),
    SetSetting("ssl_certificates.client_certificate_security", "Certificate-based authentication required", DEVICE),
    SetSetting("ssl_certificates.ocsp.enabled", True, DEVICE),
    SetSetting("services.http", True, DEVICE),
)


@cache
def _trunk(name: str, key: int) -> bytes:
    return chain(certificate("trunk", key=key, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200", f"DNS:{name}"]), ISSUING)


def trunk_export(level: str = "Not required") -> CleanExport:
    """A device that calls through a trunk by its name."""
    export = CleanExport()
    export.settings["ssl_certificates"]["client_certificate_security"] = level
    export.settings["sip"] |= {"outbound_call_configuration": "Use trunk", "outbound_address": "old.example.com"}
    export.peers["room"] |= {"route": "proxied", "identifiers": ["10.1.2.200"]}
    export.files["peers/room.pem"] = _trunk("old.example.com", 5)
    return export


NEW_NAME: Final = (
    SetSetting("sip.outbound_address", "new.example.com", DEVICE),
    ReplaceCertificate(_trunk("new.example.com", 9), DEVICE, "room"),
)
"""Changes of which neither may be the first."""


def prove(seed: int, cases: range) -> Counter[str]:
    """Compare each plan with an exhaustive search."""
    counts: Counter[str] = Counter()
    for case in cases:
        counts += _compared(random.Random(f"{seed} {case}"), case % 3 > 0, f"seed {seed}, case {case}")
    return counts


def _compared(draw: Draw, coupled: bool, where: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        level = draw.choice(("Not required", "Verify certificate", "Certificate-based authentication allowed"))
        audit = trunk_export(level).predicted(Path(directory))
    others = draw.sample(_OTHERS, draw.choice((0, 0, 1, 1, 2, 3)))
    target: list[Change] = [*(NEW_NAME if coupled else NEW_NAME[:1]), *others]
    found = plan(audit, target)
    possible = _has_safe_order(audit, found)
    said = not found.steps["cause_of_worse"].isin(["order", "limit"]).any()
    assert said == possible, f"{where}: the plan finds a safe order: {said}; every order: {possible}\n{found.steps}"
    counts["plans"] += 1
    counts["plans with a safe order" if possible else "plans without one"] += 1
    counts["sets of steps"] += 2 ** len(found.planned)
    return counts


def _has_safe_order(audit: Audit, found: Plan) -> bool:
    """By every set of steps done, as the law has it: nothing gets worse that is not as bad in the end."""
    actions = found.planned
    outcomes = {
        frozenset(done): _outcomes(audit, [one for one in actions if one.number in done])
        for size in range(len(actions) + 1)
        for done in combinations([one.number for one in actions], size)
    }
    final = outcomes[frozenset(one.number for one in actions)]
    reached = {frozenset[int]()}
    for _ in actions:
        reached = {
            done | {one.number}
            for done in reached
            for one in actions
            if one.number not in done and one.needs <= done
            and _is_safe(outcomes[done], outcomes[done | {one.number}], final)
        }  # fmt: skip
    return bool(reached)


def _is_safe(before: Outcomes, after: Outcomes, final: Outcomes) -> bool:
    for name, outcome in after.items():
        then = before.get(name, "notApplicable")
        worse = (then, outcome) in {("pass", "open"), ("pass", "fail"), ("pass", "notApplicable"), ("open", "fail")}
        if worse and (
            _BAD[outcome] > _BAD[final.get(name, "notApplicable")] or (name.startswith("login") and outcome == "fail")
        ):
            return False
    return True


def _outcomes(audit: Audit, actions: Sequence[Action]) -> Outcomes:
    return outcomes_of(predict_fleet(changed_fleet(audit.fleet, in_force(actions), NOW)[0], NOW) if actions else
                       predict_fleet(audit.fleet, NOW))  # fmt: skip


def in_force(actions: Sequence[Action]) -> list[Change]:
    """The changes of actions that were done; of a setting that is changed twice, the later one by what it needs."""
    found: dict[object, Action] = {}
    for one in actions:
        change = one.change
        key = (str(change.devices), change.setting) if isinstance(change, SetSetting) else one.number
        former = found.get(key)
        if former is None or former.number in one.needs or not one.number < former.number:
            found[key] = one
    return [one.change for one in found.values()]


def outcomes_of(prediction: Prediction) -> Outcomes:
    """By connection, and by login, its outcome."""
    calls = prediction.connections
    logins = prediction.administration
    found = dict(zip(calls["connection_id"], calls["outcome"].astype(str), strict=True))
    return found | {f"login {name}": str(one) for name, one in zip(logins["device_id"], logins["outcome"], strict=True)}
