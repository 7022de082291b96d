"""Kinds of problems as data: what must not be in an export is told apart when its problem is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit.command.exit_codes import FailOn, exit_code
from mcuaudit.decode.records import Problem
from mcuaudit.decode.xml_rpc import SAVED_REQUEST
from mcuaudit.frames.problem_kinds import kind_of
from tests.clean_export import DEVICE, CleanExport

REQUEST = b"<methodCall><methodName>device.query</methodName></methodCall>"


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (Problem("unreadable", "", SAVED_REQUEST), "saved_request"),
        (Problem("unreadable", "", "not XML"), "unreadable"),
        (Problem("unreadable", "licenseKey", "why"), "unreadable"),
        (Problem("secret", "activatedFeatures[0].key", "why"), "licence"),
        (Problem("secret", "monkey", "why"), "secret"),
        (Problem("secret", "options.licenceCode", "why"), "licence"),
        (Problem("secret", "LICENSES", "why"), "licence"),
        (Problem("secret", "users[0].password", "why"), "secret"),
        (Problem("secret", "PEM block 1, line 1", "why"), "secret"),
        (Problem("secret", "", "why"), "secret"),
    ],
)
def test_the_kind(problem: Problem, kind: str) -> None:
    assert kind_of(problem) == kind


def test_a_saved_request_is_a_kind_of_its_own_and_left_out(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/api/device.query.xml"] = REQUEST
    audit = export.audit(tmp_path)
    assert audit.problems["kind"].tolist() == ["saved_request"]
    assert exit_code(audit, FailOn.NEVER, fail_on_open=False) == 3
