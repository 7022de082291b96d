"""A saved request is a problem of its own kind, and left out."""

from __future__ import annotations

from pathlib import Path

from mcuaudit.command.exit_codes import FailOn, exit_code
from tests.clean_export import DEVICE, CleanExport

REQUEST = b"<methodCall><methodName>device.query</methodName></methodCall>"


def test_a_saved_request_is_a_kind_of_its_own_and_left_out(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/api/device.query.xml"] = REQUEST
    audit = export.audit(tmp_path)
    assert audit.problems["kind"].tolist() == ["saved_request"]
    assert exit_code(audit, FailOn.NEVER, fail_on_open=False) == 3
