"""What the tests of the writers share: audits, by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit import Audit
from tests.clean_export import CleanExport
from tests.sampling import WHOLE
from tests.writers.audits import compared_audit, hostile_audit, sample_audit

NAMES = ("sample", "clean", "compared", "hostile") if WHOLE else ("clean", "compared", "hostile")
"""Compared is the sample with a baseline, so all of the sample but that it has none."""


@pytest.fixture(scope="session")
def audits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Audit]:
    """The sample, a clean device, the sample with a baseline, and hostile texts everywhere."""
    export: Path = tmp_path_factory.mktemp("export")
    return {
        "sample": sample_audit(),
        "clean": CleanExport().audit(export),
        "compared": compared_audit(),
        "hostile": hostile_audit(),
    }


@pytest.fixture(params=NAMES)
def audit(request: pytest.FixtureRequest, audits: dict[str, Audit]) -> Audit:
    """Each of them in turn."""
    return audits[request.param]


@pytest.fixture
def sample(audits: dict[str, Audit]) -> Audit:
    """The sample fleet as of 23 November 2026."""
    return audits["sample"]


@pytest.fixture
def compared(audits: dict[str, Audit]) -> Audit:
    """The sample fleet with a baseline: every change occurs."""
    return audits["compared"]


@pytest.fixture
def evil(audits: dict[str, Audit]) -> Audit:
    """Hostile texts everywhere."""
    return audits["hostile"]
