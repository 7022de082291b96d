"""What a cache gives is what a run without one gives, frame for frame; what cannot be believed is made anew."""

from __future__ import annotations

import errno
import math
import os
import shutil
import sys
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import mcuaudit
from mcuaudit.collect.walk import walk_export
from mcuaudit.decode.records import Problem
from mcuaudit.frames.packed import unpacked
from mcuaudit.frames.schema import AUDIT_FRAMES, COMPARISON_FRAMES, FLEET_FRAMES
from mcuaudit.pipeline.cached import fleet_in_cache
from mcuaudit.policy.layers import ResolvedPolicy
from mcuaudit.rules import registered_rules
from mcuaudit.rules.rule import _REGISTER, registering, rule, rules_so_far
from mcuaudit.system.cache import Cache
from tests.authority import NOW, rsa_key
from tests.clean_export import DEVICE, CleanExport, toml
from tests.hostile.planted_secrets import planted

LATER = "2027-06-01"
SETTINGS = f"{DEVICE}/settings.toml"
FEW = dict.fromkeys(set(registered_rules()) - {"MCU103", "MCU205", "MCU906"}, "off")
"""Few rules, because an audit takes most of its time for them."""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    export = CleanExport()
    export.settings["device"]["addresses"] = ["10.1.2.3", "10.9.9.9"]
    export.files["mcuaudit.toml"] = toml({"rules": FEW}).encode()
    return export.write(tmp_path / "export")


class Runs:
    """Audits of one export with a cache, and what they said."""

    def __init__(self, export: Path, directory: Path) -> None:
        self.export, self.directory = export, directory
        self.said: list[str] = []

    def audit(self, at: Any = NOW, policy: mcuaudit.Policy | None = None, **more: Any) -> mcuaudit.Audit:
        """With the cache."""
        self.said.clear()
        cache = Cache(self.directory, say=self.said.append)
        fleet = mcuaudit.read_export(self.export, policy=policy, cache=cache)
        return mcuaudit.audit(fleet, at=at, cache=cache, **more)

    def plain(self, at: Any = NOW, policy: mcuaudit.Policy | None = None, **more: Any) -> mcuaudit.Audit:
        """Without it."""
        return mcuaudit.audit(mcuaudit.read_export(self.export, policy=policy), at=at, **more)

    @property
    def taken(self) -> tuple[bool, bool]:
        """Whether the fleet, and whether the audit, came from the cache at the last run."""
        return any("no file was decoded" in one for one in self.said), any("nothing was ev" in one for one in self.said)


@pytest.fixture
def runs(export: Path, tmp_path: Path) -> Runs:
    found = Runs(export, tmp_path / "cache")
    found.audit()
    return found


def same(found: mcuaudit.Audit, expected: mcuaudit.Audit) -> None:
    """Every attribute, and every frame with its dtypes and the order of its rows."""
    for name in (*FLEET_FRAMES, *AUDIT_FRAMES, "problems", "internal_problems"):
        one, other = getattr(found, name), getattr(expected, name)
        if not (one.equals(other) and one.dtypes.equals(other.dtypes)):
            pd.testing.assert_frame_equal(one, other)
    for name in ("at", "policy", "versions", "rules", "audit_id"):
        assert getattr(found, name) == getattr(expected, name), name
    for field in fields(mcuaudit.Fleet):
        if field.name not in FLEET_FRAMES and field.compare:
            assert getattr(found.fleet, field.name) == getattr(expected.fleet, field.name), field.name
    assert found.fleet.certificate_records == expected.fleet.certificate_records


def test_of_nothing_changed_all_is_taken(runs: Runs) -> None:
    found = runs.audit()
    assert runs.taken == (True, True)
    same(found, runs.plain())


def test_with_all_rules_a_fleet_is_the_same(tmp_path: Path) -> None:
    runs = Runs(mcuaudit.sample_directory(), tmp_path / "cache")
    made = runs.audit()
    assert runs.taken == (False, False)
    found = runs.audit()
    assert runs.taken == (True, True)
    same(found, made)


def _changed(export: Path) -> None:
    """Another value of the same length, in a file with the same time."""
    file = export / SETTINGS
    times = file.stat()
    file.write_text(file.read_text().replace("10.9.9.9", "10.9.9.8"))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _note(text: str) -> Callable[[Path], object]:
    def write(export: Path) -> None:
        (export / ".note").write_text(text)
        os.utime(export / ".note", (1, 1))

    return write


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file is another": _changed,
    "a file is added": lambda export: shutil.copy(export / "peers/room.pem", export / DEVICE / "call-home.pem"),
    "a hidden file is added": _note("parsnips: none of ours\n"),
    "it has a secret, and the same length": _note("password: zQ4-secret-x\n"),
    "a device is added": lambda export: shutil.copytree(export / DEVICE, export / "leeds/mcu-2"),
    "a file is removed": lambda export: (export / "peers/ocsp.pem").unlink(),
    "a file is renamed": lambda export: (export / DEVICE / "sip-trust-store.pem").rename(export / DEVICE / "sip.pem"),
    "two files are exchanged": lambda export: _exchange(export / "peers/alice.pem", export / "peers/tms.pem"),
    "a file is newer": lambda export: os.utime(export / SETTINGS, (1, 1_000_000_000)),
    "a file is a link": lambda export: _linked(export / "peers/alice.pem"),
}


def _exchange(one: Path, other: Path) -> None:
    ours, theirs = one.read_bytes(), other.read_bytes()
    one.write_bytes(theirs)
    other.write_bytes(ours)


def _linked(file: Path) -> None:
    file.rename(file.with_name("of-alice.pem"))
    file.symlink_to("of-alice.pem")


def test_what_is_another_is_made_anew(runs: Runs) -> None:
    for name, change in CHANGES.items():
        change(runs.export)
        found = runs.audit()
        assert runs.taken[0] is False, name
        same(found, runs.plain())


def test_another_time_takes_the_fleet_alone(runs: Runs) -> None:
    found = runs.audit(at=LATER)
    assert runs.taken == (True, False)
    same(found, runs.plain(at=LATER))


def test_another_policy_is_another_audit(runs: Runs) -> None:
    other = mcuaudit.Policy(rules={**FEW, "MCU205": "off"})
    found = runs.audit(policy=other)
    assert runs.taken == (False, False)
    same(found, runs.plain(policy=other))


def test_an_export_elsewhere_is_another_one(runs: Runs) -> None:
    elsewhere = runs.export.with_name("copy")
    shutil.copytree(runs.export, elsewhere)
    found = mcuaudit.load(elsewhere, at=NOW, cache=runs.directory)
    assert found.fleet.source == str(elsewhere)
    same(found, mcuaudit.load(elsewhere, at=NOW))


def test_a_frame_that_was_edited_decides(runs: Runs) -> None:
    fleet = runs.audit().fleet
    settings = fleet.settings.copy()
    settings.loc[settings["setting"] == "device.addresses", "value"] = "10.1.2.3"
    edited = replace(fleet, settings=settings)
    found = mcuaudit.audit(edited, at=NOW, cache=runs.directory)
    same(found, mcuaudit.audit(edited, at=NOW))
    with pytest.raises(AssertionError):
        same(found, runs.plain())


def test_what_a_user_changes_in_a_frame_is_not_kept(runs: Runs) -> None:
    made = runs.audit(at=LATER)
    made.findings["owner"] = "me"
    made.fleet.settings.loc[:, "value"] = "x"
    same(runs.audit(at=LATER), runs.plain(at=LATER))
    assert runs.taken == (True, True)


def test_a_frame_that_was_taken_can_be_changed(runs: Runs) -> None:
    found = runs.audit()
    assert runs.taken == (True, True)
    for name in (*FLEET_FRAMES, *AUDIT_FRAMES):
        frame = getattr(found, name)
        for column in frame.columns if len(frame) else ():
            frame.loc[0, column] = frame.loc[len(frame) - 1, column]


def test_a_comparison_with_a_baseline_is_the_same(runs: Runs) -> None:
    baseline = runs.plain(at="2026-01-01")
    runs.audit(baseline=baseline)
    assert runs.taken == (True, False)
    found = runs.audit(baseline=baseline)
    assert runs.taken == (True, True)
    expected = runs.plain(baseline=baseline)
    same(found, expected)
    assert found.comparison is not None
    assert expected.comparison is not None
    for name in COMPARISON_FRAMES:
        pd.testing.assert_frame_equal(getattr(found.comparison, name), getattr(expected.comparison, name))


def test_another_audit_goes_on_from_one_of_the_cache(runs: Runs) -> None:
    found = runs.audit()
    _changed(runs.export)
    later = mcuaudit.read_export(runs.export)
    same(found.again(later), runs.plain())


def _cut(file: Path, content: bytes) -> None:
    file.write_bytes(content[:-1])


def _flipped(file: Path, content: bytes) -> None:
    file.write_bytes(content[:-5] + bytes([content[-5] ^ 1]) + content[-4:])


def _of_other_key(file: Path, content: bytes) -> None:
    """Octets of another cache, which are in themselves as they were written."""
    other = Cache(file.parent.with_name("other"))
    other.put(file.stem, content[len(content) // 2 :])
    shutil.copy(other.directory / file.name, file)


def _readable_by_all(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o644)


def _a_link(file: Path, content: bytes) -> None:
    file.rename(file.with_suffix(".target"))
    file.symlink_to(file.with_suffix(".target"))


DAMAGE = (_cut, _flipped, _of_other_key, _readable_by_all, _a_link, lambda file, _: file.write_bytes(b""))


def test_a_damaged_or_foreign_entry_is_dropped(runs: Runs) -> None:
    expected = runs.plain()
    for damage in DAMAGE:
        entries = sorted(runs.directory.glob("*.entry"))
        assert len(entries) == 2
        for file in entries:
            damage(file, file.read_bytes())
        found = runs.audit()
        assert sum("damaged or foreign, so it was dropped" in one for one in runs.said) == 2, damage
        assert runs.taken == (False, False)
        same(found, expected)
    assert (runs.audit(), runs.taken)[1] == (True, True)


def test_entries_under_the_names_of_each_other_are_dropped(runs: Runs) -> None:
    one, other = sorted(runs.directory.glob("*.entry"))
    _exchange(one, other)
    same(runs.audit(), runs.plain())
    assert sum("damaged or foreign" in one for one in runs.said) == 2


def test_an_entry_of_another_form_is_dropped(runs: Runs) -> None:
    """One that this directory wrote, and that is no frames all the same."""
    cache = Cache(runs.directory)
    for file in sorted(runs.directory.glob("*.entry")):
        cache.put(file.stem, b"\x02\0\0\0\0\0\0\0{}")
    same(runs.audit(), runs.plain())
    assert sum("damaged or foreign" in one for one in runs.said) == 2


def test_no_secret_of_an_export_is_in_it(tmp_path: Path) -> None:
    secrets = planted()
    runs = Runs(secrets.write(tmp_path / "planted"), tmp_path / "cache")
    runs.audit()
    cache, texts = Cache(runs.directory), []
    for file in runs.directory.iterdir():
        texts.append(file.read_bytes().decode("latin-1"))
        if file.suffix == ".entry" and (octets := cache.get(file.stem)) is not None:
            kept = unpacked(octets)
            texts += [str(dict(kept.values)), *(kept.frame(name, _schema(name)).to_csv() for name in kept.parts)]
    assert sum("MCU906" in text for text in texts) >= 2
    assert [mark for mark in secrets.marks if any(mark in text for text in texts)] == []


def _schema(name: str) -> str:
    return "problems" if name == "internal_problems" else name


class _Meanwhile(Executor):
    """Changes a file of the export before it is read."""

    def __init__(self, change: Callable[[], object]) -> None:
        self.change = change

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function at once."""
        self.change()
        future: Future[Any] = Future()
        future.set_result(function(*args, **kwargs))
        return future


def test_an_export_that_changes_while_it_is_read_is_not_kept(export: Path, tmp_path: Path) -> None:
    directory = tmp_path / "cache"
    mcuaudit.read_export(export, executor=_Meanwhile(lambda: _changed(export)), cache=directory)
    assert list(directory.glob("*.entry")) == []


def test_what_the_machine_did_not_read_in_time_is_not_kept(export: Path, tmp_path: Path) -> None:
    """tests/hostile/test_hostile_files.py has the same of files that take too long."""
    fleet, cache = mcuaudit.read_export(export), Cache(tmp_path / "cache")
    place = fleet_in_cache(cache, walk_export(export, fleet.policy), ResolvedPolicy(fleet.policy))
    assert place is not None
    place.keep(fleet, [Problem("unreadable", "", "not read within 1 second. The file was built to take long")])
    assert place.found() is None
    place.keep(fleet, [Problem("unreadable", "line 1", "no certificate")])
    assert place.found() is not None


def test_what_the_system_did_not_give_once_is_not_kept(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file on a network that fails while it is read, though its digest was made before and after."""
    directory, read = tmp_path / "cache", Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == "settings.toml":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", failing)
        lost = mcuaudit.read_export(export, cache=directory)
    assert "the file cannot be read (Input/output error)" in " ".join(lost.problems["reason"])
    again = mcuaudit.read_export(export, cache=directory)
    assert "the file cannot be read" not in " ".join(again.problems["reason"])


def test_a_secret_that_could_not_be_looked_for_is_found_by_the_next_run(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unrecognised file, and a hidden one."""
    directory, read = tmp_path / "cache", Path.read_bytes
    key = rsa_key(1).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for name in ("backup.key", ".backup"):
        (export / DEVICE / name).write_bytes(key)

    def failing(path: Path) -> bytes:
        if "backup" in path.name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", failing)
        lost = mcuaudit.read_export(export, cache=directory).problems
    assert lost.loc[lost["file"].str.contains("backup"), "reason"].str.contains("cannot be read").sum() == 2
    found = mcuaudit.read_export(export, cache=directory).problems
    assert (found.loc[found["file"].str.contains("backup"), "kind"] == "secret").sum() == 2


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """A rule of another package, whose code may be in a file."""

    def acme_any(view: pd.DataFrame, context: object) -> pd.Series:
        """Fails for every device."""
        return view["device_id"].notna()

    module = types.ModuleType("acme_rules")
    monkeypatch.setitem(sys.modules, "acme_rules", module)
    acme_any.__module__ = "acme_rules"
    before = rules_so_far()
    with registering("acme 1.0"):
        rule(
            code="ACME101", view="devices", severity="note", source="ACME", section="1", grade="doc",
            message="it is here.", fix="Keep it.", cause=registered_rules()["MCU401"].cause,
        )(acme_any)  # fmt: skip
    yield module
    _REGISTER.clear()
    _REGISTER.update(before)


def test_code_of_another_package_decides_too(
    acme: types.ModuleType, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.audit()
    assert (runs.audit(), runs.taken)[1] == (True, False), "the code of a module without a file is not known"
    acme.__file__ = str(tmp_path / "acme_rules.py")
    (tmp_path / "acme_rules.py").write_text("first = 1\n")
    runs.audit()
    assert (runs.audit(), runs.taken)[1] == (True, False), "it was written since, and may not be what runs"
    monkeypatch.setattr("mcuaudit.pipeline.keys._LOADED_AT", math.inf)
    runs.audit()
    assert (runs.audit(), runs.taken)[1] == (True, True)
    (tmp_path / "acme_rules.py").write_text("first = 2\n")
    assert (runs.audit(), runs.taken)[1] == (True, False)


def test_it_is_refused_within_the_export(export: Path) -> None:
    with pytest.raises(mcuaudit.UsageError, match=r"cache .*inside is inside the export\. Choose another directory"):
        mcuaudit.read_export(export, cache=export / "inside")
    assert not (export / "inside").exists()
