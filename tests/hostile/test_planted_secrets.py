"""No secret of an export comes out of any command, and each is reported with its file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES
from mcuaudit.writers.formats import FORMATS, write_audit
from tests import programs
from tests.clean_export import CleanExport
from tests.hostile.planted_secrets import Planted, planted
from tests.outputs import texts_below

AT = "2026-06-10"
COMMANDS = ("check", "report", "compare", "policy", "lab", "match")


@pytest.fixture(scope="module")
def secrets() -> Planted:
    return planted()


@pytest.fixture(scope="module")
def export(secrets: Planted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return secrets.write(tmp_path_factory.mktemp("planted") / "export")


@pytest.fixture(scope="module")
def fleet(export: Path) -> mcuaudit.Fleet:
    return mcuaudit.read_export(export)


@pytest.fixture(scope="module")
def audit(fleet: mcuaudit.Fleet) -> mcuaudit.Audit:
    return mcuaudit.audit(fleet, at=AT)


def out(secrets: Planted, text: str) -> list[str]:
    """The marks that a text holds, and the file of the export that each is in."""
    plain = text.replace("\0", "")
    return [f"{mark} of {name}" for mark, name in secrets.marks.items() if mark in plain]


def test_there_are_enough_of_them(secrets: Planted) -> None:
    assert len(secrets.marks) >= 80
    print(f"{len(secrets.marks)} marks in {len(secrets.files)} files")


def test_each_file_with_a_secret_is_reported_as_such(secrets: Planted, fleet: mcuaudit.Fleet) -> None:
    kinds = fleet.problems["kind"].isin(["secret", "saved_request", "licence"])
    wanted = {*secrets.marks.values(), *secrets.files} - {f"leeds/mcu-{n}/local-certificate.pem" for n in (8, 9)}
    assert wanted == set(fleet.problems.loc[kinds, "file"])


def test_the_place_of_each_is_its_line(secrets: Planted, export: Path, fleet: mcuaudit.Fleet) -> None:
    """Each line of the settings with a mark is one problem, until there are too many of them."""
    name = "leeds/mcu-1/settings.toml"
    text = (export / name).read_text().split("\n")
    lines = [n for n, line in enumerate(text, start=1) if any(mark in line for mark in secrets.marks)]
    found = fleet.problems[(fleet.problems["file"] == name) & (fleet.problems["kind"] == "secret")]
    told = [int(where.removeprefix("line ")) for where in found["where"] if where.startswith("line ")]
    assert told == lines[: len(told)]
    assert len(told) == min(len(lines), 20)


def test_no_frame_has_one(secrets: Planted, audit: mcuaudit.Audit) -> None:
    frames = {name: getattr(audit, name) for name in (*FLEET_FRAMES, *AUDIT_FRAMES)}
    assert len(frames) > 10
    assert {name: found for name, frame in frames.items() if (found := out(secrets, frame.to_csv()))} == {}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_format_has_one(name: str, secrets: Planted, audit: mcuaudit.Audit, tmp_path: Path) -> None:
    target = tmp_path / f"audit{FORMATS[name].ending}"
    write_audit(audit, "export", name, target)
    assert {file: found for file, text in texts_below(tmp_path) if (found := out(secrets, text))} == {}


def environment() -> dict[str, str]:
    return {**os.environ, "MCUAUDIT_TRACEBACK": "1", "COLUMNS": "250"}


def run(*arguments: object) -> str:
    done = programs.run(*arguments, env=environment())
    return (done.stdout + done.stderr).decode("utf-8", "replace")


@pytest.fixture(scope="module")
def printed(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What commands print and write, by command."""
    into = tmp_path_factory.mktemp("out")
    clean = CleanExport().write(into / "clean")
    found = {
        "check": run("check", export, "--at", AT, "--all"),
        "report": run("report", export, "--at", AT, "--out", into / "reports", "--bundle"),
        "compare": run("compare", clean, export, "--at", AT),
        "policy": run("policy", export),
        "a missing site": run("report", export, "--at", AT, "--out", into / "x", "--site", "nowhere"),
        "a damaged policy": "",
    }
    policy = export / "mcuaudit.toml"
    policy.write_text('[thresholds]\npassword = "Zq-policy-mark"\n')
    found["a damaged policy"] = run("check", export, "--at", AT).replace("password", "")
    policy.unlink()
    files = {f"report: {name}": text for name, text in texts_below(into / "reports")}
    yield {**found, **files}
    shutil.rmtree(into)


def test_no_command_prints_or_writes_one(secrets: Planted, printed: dict[str, str]) -> None:
    marks = {name: found for name, text in printed.items() if (found := out(secrets, text))}
    assert marks == {}
    assert "Zq-policy-mark" not in printed["a damaged policy"]
    assert sum(name.startswith("report: ") for name in printed) > 3
    print(f"{len(secrets.marks)} secrets planted, 0 out, in {len(printed)} outputs")
