"""The page for people at a terminal: on a narrow one nothing is cut."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

import mcuaudit
from mcuaudit import Audit
from mcuaudit.summary.gaps import gaps_within_bounds
from mcuaudit.summary.remedies import JOBS_AT_THE_END, proven_first
from mcuaudit.writers.terminal import print_audit
from tests.clean_export import CleanExport


@pytest.fixture(scope="module")
def sample() -> Audit:
    return mcuaudit.load(mcuaudit.sample_directory(), at="2026-11-23")


@pytest.fixture(scope="module")
def jobs(sample: Audit) -> pd.DataFrame | str:
    return proven_first(sample, JOBS_AT_THE_END)


def printed(audit: Audit, width: int, jobs: pd.DataFrame | str | None = None) -> str:
    file = io.StringIO()
    first = proven_first(audit, JOBS_AT_THE_END) if jobs is None else jobs
    lacking = gaps_within_bounds(audit, most=0)
    console = Console(file=file, width=width, highlight=False)
    print_audit(audit, console, "export", everything=False, jobs=first, gaps=lacking)
    return file.getvalue()


@pytest.mark.parametrize("width", [60, 72, 80, 100, 111, 112, 160])
def test_headings_names_and_counts_are_whole(width: int, sample: Audit, jobs: pd.DataFrame) -> None:
    text = printed(sample, width, jobs)
    table = text.partition("administered.")[2].partition("Do first")[0]
    assert "…" not in table
    assert all(len(line) <= width for line in table.splitlines())
    if width >= 80:
        for device in sample.devices["device_id"]:
            assert re.search(rf"^{device} ", table, re.MULTILINE), device
    if width < 112:
        # Each connection that can exist is counted in one letter.
        rows = table.partition("R refused")[0].partition("Expiry")[2]
        possible = int((sample.connections["outcome"] != "notApplicable").sum())
        counted = sum(map(int, re.findall(r"(?<=[R?UA])\d+\b", rows)))
        locked = sample.connections[sample.connections["connection_type"].eq("web_user")].groupby("device_id").size()
        assert counted == possible - locked[["leeds/mcu-atrium"]].sum()


def test_a_type_that_no_device_can_have_is_named_below_a_narrow_table(tmp_path: Path) -> None:
    audit = CleanExport().audit(tmp_path / "export")
    absent = audit.connections.groupby("connection_type")["outcome"].apply(lambda one: one.eq("notApplicable").all())
    assert absent[absent].index.tolist() == ["ocsp_server"]
    narrow, wide = printed(audit, 80), printed(audit, 120)
    assert "Not applicable on any device: OCSP server." in " ".join(narrow.split())
    assert "OCSP " not in narrow.partition("Expiry")[0]
    assert "OCSP" in wide.partition("First expiry")[0]


def test_what_to_do_first_is_proven_or_said_not_to_be(sample: Audit, jobs: pd.DataFrame) -> None:
    text = " ".join(printed(sample, 300, jobs).split())
    assert len(jobs) == 3
    for row in jobs.to_dict("records"):
        assert f"{row['number']}. {row['in_words']}" in text
        assert f"efused: {row['refused_before']} → {row['refused_after']}" in text
    redacted = replace(sample, fleet=replace(sample.fleet, redacted="12345678"))
    assert "Not proven: a redacted audit" in str(proven_first(redacted, JOBS_AT_THE_END))
