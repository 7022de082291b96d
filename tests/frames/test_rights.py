"""Files and directories that the account may not read: one problem that says so, and nothing farther stands in.

Root may read everything, so as root each check runs in a child process with the rights of nobody.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import mcuaudit
from mcuaudit import UsageError
from tests.authority import NOW
from tests.clean_export import DEVICE, ELSEWHERE, CleanExport, chain, toml

NOBODY = 65534
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no rights of this kind")


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory that every account may enter."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    yield root
    for one in (root, *root.rglob("*")):
        if one.is_dir():
            one.chmod(0o755)
    shutil.rmtree(root)


def as_nobody(function: Callable[[], Any]) -> Any:
    """What a function returns for an account without special rights."""
    if os.getuid():
        return function()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writing, json.dumps(function()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        found = stream.read()
    os.waitpid(child, 0)
    return json.loads(found)


def judged(root: Path) -> dict[str, Any]:
    try:
        audit = mcuaudit.audit(mcuaudit.read_export(root), at=NOW)
    except UsageError as error:
        return {"refused": str(error)}
    calls = audit.connections[audit.connections["connection_type"].astype(str).str.contains("_sip")]
    return {
        "problems": audit.problems[["file", "reason"]].to_numpy().tolist(),
        "calls": sorted(set(calls["outcome"].astype(str))),
        "administration": audit.administration["outcome"].astype(str).tolist(),
        "evidence": " ".join(audit.connections["missing_evidence"].dropna()),
    }


def exported(root: Path) -> Path:
    """An export whose settings and SIP trust store are those of the fleet and the site."""
    export = CleanExport()
    export.files["settings.toml"] = toml(export.settings).encode()
    export.files[f"{DEVICE}/settings.toml"] = None
    export.files["leeds/sip-trust-store.pem"] = export.files.pop(f"{DEVICE}/sip-trust-store.pem")
    export.write(root)
    _import_late_modules()
    return root


@cache
def _import_late_modules() -> None:
    """Judge an export once: the modules of the package may not be readable for the child."""
    with tempfile.TemporaryDirectory() as name:
        judged(CleanExport().write(Path(name)))


@pytest.mark.parametrize(
    ("name", "mode", "administration"),
    [
        (DEVICE, 0o444, "open"),
        (DEVICE, 0o111, "open"),
        (f"{DEVICE}/sip_trust_store", 0o000, "pass"),
        (f"{DEVICE}/settings.toml", 0o000, "open"),
        (f"{DEVICE}/peers.toml", 0o444, "open"),
        (f"{DEVICE}/api", 0o000, "open"),
        ("peers", 0o444, "open"),
        ("leeds/settings.csv", 0o111, "open"),
    ],
)
def test_a_directory_that_cannot_be_entered_is_one_problem(
    name: str, mode: int, administration: str, directory: Path
) -> None:
    root = exported(directory)
    (root / name).mkdir(exist_ok=True)
    (root / name).chmod(mode)
    found = as_nobody(lambda: judged(root))
    right = "the directory cannot be read; give the account that runs mcuaudit the right to read it, and to enter it"
    assert found["problems"] == [[name, right]]
    assert (found["calls"], found["administration"]) == (["open"], [administration])
    assert name in found["evidence"]


@pytest.mark.parametrize(
    ("name", "content"),
    [(f"{DEVICE}/sip-trust-store.pem", chain(ELSEWHERE)), (f"{DEVICE}/settings.toml", b"[services]\nhttps = false\n")],
)
def test_a_file_that_cannot_be_read_is_one_problem(name: str, content: bytes, directory: Path) -> None:
    root = exported(directory)
    (root / name).write_bytes(content)
    (root / name).chmod(0)
    found = as_nobody(lambda: judged(root))
    ((file, reason),) = found["problems"]
    assert (file, found["calls"]) == (name, ["open"])
    assert reason == (
        "the file cannot be read (Permission denied); give the account that runs mcuaudit the right to read it"
    )


@pytest.mark.parametrize(("name", "mode"), [("", 0o000), ("", 0o444), ("leeds", 0o000), ("leeds", 0o444)])
def test_a_site_or_export_that_cannot_be_entered_is_refused_in_words(name: str, mode: int, directory: Path) -> None:
    root = exported(directory / "export")
    (root / name).chmod(mode)
    found = as_nobody(lambda: judged(root))
    assert found["refused"].endswith("give the account that runs mcuaudit the right to read it, and to enter it.")


def test_another_site_is_judged_beside_one_that_cannot_be_entered(directory: Path) -> None:
    root = exported(directory)
    shutil.copytree(root / "leeds", root / "york")
    (root / "york").chmod(0o444)
    found = as_nobody(lambda: judged(root))
    assert [file for file, _ in found["problems"]] == ["york"]
    assert found["calls"] == ["pass"]
