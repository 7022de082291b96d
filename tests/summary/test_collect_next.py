"""What to collect next is the same in the terminal and on the page."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from mcuaudit.summary.collect_next import collect_next
from mcuaudit.writers.terminal import print_audit
from tests.clean_export import DEVICE, CleanExport


def test_the_first_by_name_of_those_that_settle_most(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/https-trust-store.pem"] = None
    audit = export.audit(tmp_path)
    wanted = collect_next(audit)
    assert wanted is not None
    assert (wanted.evidence, wanted.devices) == ("https-trust-store.pem", (DEVICE,))
    lacking = audit.connections["missing_evidence"].eq("https-trust-store.pem")
    assert wanted.connections == int(lacking.sum()) >= 2
    printed = io.StringIO()
    print_audit(audit, Console(file=printed, width=200), "export", everything=False, jobs="Not proven.")
    assert f"Collect next: {wanted.evidence}; {wanted.connections} of these connections" in printed.getvalue()


def test_nothing_if_nothing_is_undetermined(tmp_path: Path) -> None:
    assert collect_next(CleanExport().audit(tmp_path)) is None
