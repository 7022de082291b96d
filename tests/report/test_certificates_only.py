"""The page of an export that has certificates alone: facts about them, and no wall of undetermined connections."""

from __future__ import annotations

import re
import tomllib
from html import unescape
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.domain.instants import time_given
from mcuaudit.notebook.reports import fleet_report, site_report
from mcuaudit.report.html import LEFT_OUT
from mcuaudit.report.pages import SiteReport
from tests.clean_export import ISSUING, certificate, chain
from tests.report.test_sections import html

_LEFT_OUT = ("matrix", "devices", "findings_by_rule", "readiness", "plan", "trust_stores", "connections")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Three devices: a full certificate, one that ends soon and has no name but its CN, and one with the same key."""
    soon = certificate("mcu-2.example.com", key=5, not_after=time_given("2026-07-10"), purposes=["serverAuth"])
    files = {
        "mcu-1": chain(certificate("mcu-1.example.com", key=6, san=["DNS:mcu-1.example.com"]), ISSUING),
        "mcu-2": soon.pem,
        "mcu-3": chain(certificate("mcu-3.example.com", key=6, san=["DNS:mcu-3.example.com"]), ISSUING),
    }
    for device, content in files.items():
        place = tmp_path / "leeds" / device
        place.mkdir(parents=True)
        (place / "local-certificate.pem").write_bytes(content)
    return tmp_path


def report_of(export: Path) -> SiteReport:
    return site_report(mcuaudit.audit(mcuaudit.read_export(export), at="2026-06-15"), "leeds")


def test_it_says_what_certificates_show_and_which_files_show_the_rest(export: Path) -> None:
    report = report_of(export)
    assert "leeds: 3 local certificates, the first ends on 10 July 2026." in html(report.verdict)
    text = unescape(re.sub("<[^>]*>", "\n", html(report.do_first)))
    for fact in (
        "1 certificate with no more than 60 days left: mcu-2 on 10 Jul 2026.",
        "The same key is on mcu-1 and mcu-3.",
        "Without subjectAltName, so that the CN counts: mcu-2.",
        "Without clientAuth: mcu-2.",
        "The file has no CA certificate beside its own: mcu-2.",
    ):
        assert fact in text
    assert ">undetermined<" not in html(report.findings)
    for name in _LEFT_OUT:
        assert LEFT_OUT in getattr(report, name)._repr_html_(), name


def test_the_files_to_copy_are_read_without_a_problem(export: Path) -> None:
    blocks = re.findall(r"<pre[^>]*>(.*?)</pre>", html(report_of(export).do_first), re.DOTALL)
    settings, peers = map(unescape, blocks)
    assert tomllib.loads(settings)
    (export / "leeds" / "mcu-1" / "settings.toml").write_text(settings)
    (export / "leeds" / "peers.toml").write_text(re.sub("(?m)^(certificate|trust_store) .*\n", "", peers + "\n"))
    fleet = mcuaudit.read_export(export)
    assert fleet.problems.empty, fleet.problems
    whole = site_report(mcuaudit.audit(fleet, at="2026-06-15"), "leeds")
    assert LEFT_OUT not in whole.matrix._repr_html_()


def test_the_page_of_the_fleet_is_of_the_same_kind(export: Path) -> None:
    report = fleet_report(mcuaudit.audit(mcuaudit.read_export(export), at="2026-06-15"))
    assert "3 local certificates" in html(report.verdict)
    assert "leeds/mcu-2 on 10 Jul 2026" in html(report.do_first)
