"""What the tests of the reports share: the audit made of frames, and its pages."""

from __future__ import annotations

import pytest

from mcuaudit.frames.containers import Audit
from mcuaudit.report.render import RenderResult, render_reports
from tests.report.synthetic_audit import make_audit


@pytest.fixture(scope="session")
def audit() -> Audit:
    """Two sites, six devices."""
    return make_audit()


@pytest.fixture(scope="session")
def rendered(audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """All pages of that audit, in a directory whose name has braces and a space."""
    out = tmp_path_factory.mktemp("pages") / "the {reports} of\u00e9"
    return render_reports(audit, out, jobs=2, command="mcuaudit report exports --at 2026-11-23")
