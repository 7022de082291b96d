"""What a notebook or a prompt prints of the large objects: two lines that say what it is and where to look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit
from tests.clean_export import CleanExport
from tests.rules.breakages import FAILS


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    export = CleanExport()
    FAILS["MCU103"](export)
    return export.audit(tmp_path_factory.mktemp("export"))


def test_an_audit_of_the_sample_says_what_it_came_to() -> None:
    audit = mcuaudit.load(mcuaudit.sample_directory(), at="2026-11-23")
    first, second = repr(replace(audit, fleet=replace(audit.fleet, source="exports"))).splitlines()
    assert first == "Audit of exports as of 2026-11-23: 15 devices in 4 sites, 38 of 117 connections refused"
    assert ".connections" in second
    site = audit.select("leeds")
    assert f"{len(site.devices)} devices in 1 site," in repr(site)


def test_fleet_and_comparison_are_two_lines_too(audit: Audit, tmp_path: Path) -> None:
    later = mcuaudit.audit(audit.fleet, at="2026-07-01")
    same, other = mcuaudit.compare(audit, audit), mcuaudit.compare(audit, CleanExport().audit(tmp_path))
    for one in (audit, audit.fleet, later, same, other):
        assert len(repr(one).splitlines()) == 2
        assert len(repr(one)) < 500
    assert repr(audit.fleet).startswith(f"Fleet of {audit.fleet.source}: {len(audit.devices)} device")
    assert f"audit {audit.audit_id} as of 2026-06-15 12:00 UTC with {audit.audit_id}" in repr(same)
    assert repr(same).splitlines()[0].endswith(": nothing changed")
    assert repr(other).splitlines()[0].endswith(" changed")
    assert "finding" in repr(other)


def test_a_name_with_line_ends_stays_on_its_line(audit: Audit) -> None:
    fleet = replace(audit.fleet, source="a\nb\x1b[31m\u202e")
    assert repr(fleet).startswith("Fleet of a b\\x1b[31m\\u202e: ")
    assert len(repr(replace(audit, fleet=fleet)).splitlines()) == 2
    assert repr(replace(audit.fleet, source=None)).startswith("Fleet: ")


def test_a_notebook_shows_the_fleet_without_text_of_the_export(audit: Audit) -> None:
    shown = replace(audit.fleet, source="<b>")._repr_html_()
    assert "<td>trust_stores</td>" in shown
    assert "device in " in shown
    assert "<b>" not in shown
    assert "Comparison: nothing changed" in mcuaudit.compare(audit, audit)._repr_html_()


def test_a_certificate_is_its_name_and_digest(audit: Audit) -> None:
    record = next(iter(audit.fleet.certificate_records.values()))
    assert repr(record) == f"Certificate(subject={record.subject_text!r}, sha256={record.sha256!r})"
