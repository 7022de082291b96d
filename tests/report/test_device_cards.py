"""The cards of devices and the proofs of their connections say what the frames say."""

from __future__ import annotations

import re
from html import unescape

import pytest

from mcuaudit.domain.name_lists import split_names
from mcuaudit.frames.containers import Audit
from mcuaudit.notebook.reports import site_report
from mcuaudit.report.pages import SiteReport
from mcuaudit.triage.counting import connection_words
from tests.report.test_sections import html

SITES = ("leeds", "oslo", "hamburg", "singapore")


@pytest.fixture(scope="module")
def reports(sample_audit: Audit) -> dict[str, SiteReport]:
    found = {site: site_report(sample_audit, site) for site in SITES}
    for report in found.values():
        # What takes seconds and is not asked for here.
        report.__dict__.update(_jobs="not proven", _deadlines="not evaluated", _gaps="not evaluated")
    return found


def cards_of(report: SiteReport) -> dict[str, str]:
    """The card of each device, by its name."""
    cards = html(report.devices).split('<details class="card"')[1:]
    return {re.findall(r"<strong>(.*?)</strong>", card)[0]: card for card in cards}


def text_of(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@pytest.mark.parametrize("site", SITES)
def test_each_device_has_a_card_with_its_counts_and_the_matrix_leads_to_it(
    site: str, reports: dict[str, SiteReport]
) -> None:
    report = reports[site]
    cards = cards_of(report)
    words = connection_words(report.audit.connections)
    for device in report.audit.devices["device"]:
        chips = dict(re.findall(r'class="chip (?:\w+)">(\w+) (\d+)<', cards[device].partition("</summary>")[0]))
        counted = words[report.audit.connections["device"] == device].value_counts().to_dict()
        expected = {word: number for word, number in counted.items() if number and word != "not applicable"}
        assert {word: int(number) for word, number in chips.items()} == expected
    assert len(cards) == len(report.audit.devices)
    targets = set(re.findall(r'<th scope="row"><a href="#([^"]+)"', html(report.matrix)))
    assert targets == set(re.findall(r'<summary id="([^"]+)"', html(report.devices)))
    assert len(targets) == len(cards)


@pytest.mark.parametrize("site", SITES)
def test_each_connection_that_is_not_accepted_is_proven_to_the_step_that_decides(
    site: str, reports: dict[str, SiteReport]
) -> None:
    report = reports[site]
    places = "".join(html(part) for part in (report.findings, report.checks, report.readings))
    frame = report.audit.connections
    wrong = frame[frame["outcome"].isin(["fail", "open"])]
    ladders = re.findall(
        r"<details><summary>(.*?)</summary><ol class=\"ladder\">(.*?)</ol></details>", html(report.devices)
    )
    assert len(ladders) == len(wrong)
    told = [(text_of(head), body) for head, body in ladders]
    for row in wrong.to_dict("records"):
        own = [body for head, body in told if row["reason"] in head and f" {row['peer']} " in head]
        assert own, row["connection_id"]
        kind = "refused" if row["outcome"] == "fail" else "undetermined"
        tinted = [re.findall(rf'<li class="{kind}">.*?</li>', body) for body in own]
        assert all(len(found) == 1 for found in tinted), row["connection_id"]
        said = [text_of(found[0]) for found in tinted]
        assert any(row["reason"] in one and row["remedy"] in one for one in said), row["connection_id"]
        for target in re.findall(r'href="#([^"]+)"', "".join(own)):
            assert f'<tr id="{target}">' in places


def test_an_accepted_connection_is_a_line_with_the_path_of_each_side(reports: dict[str, SiteReport]) -> None:
    card = cards_of(reports["leeds"])["mcu-court"]
    lines = re.findall(r"<li[^>]*>(.*?)</li>", card.partition('<ul class="proofs">')[2])
    calls = [text_of(line) for line in lines if "Outgoing SIP call" in line]
    assert len(calls) == 2
    for line in calls:
        assert "both sides verify: the MCU trusts " in line
        assert line.count("→ Example Corp Root CA G2") == 2
    unverified = [
        line for line in map(text_of, re.split(r"<li[^>]*>", html(reports["leeds"].devices))) if "only the peer" in line
    ]
    assert unverified
    assert not any("the MCU trusts" in line for line in unverified)


def test_the_certificate_is_there_in_full(reports: dict[str, SiteReport]) -> None:
    checked = 0
    for report in reports.values():
        certificates = report.audit.certificates.set_index("certificate")
        for row in report.audit.devices.dropna(subset=["local_certificate"]).to_dict("records"):
            one = certificates.loc[row["local_certificate"]]
            shown = text_of(cards_of(report)[row["device"]])
            assert row["local_certificate"] in shown
            assert one["serial_number"] in shown
            for kind, column in (("DNS", "dns_names"), ("URI", "uris"), ("IP", "ip_addresses")):
                names = split_names(one[column]) if isinstance(one[column], str) else ()
                assert all(f"{kind} {name}" in shown for name in names)
                checked += len(names)
    assert checked > 40


@pytest.mark.parametrize("site", SITES)
def test_each_link_of_a_page_leads_somewhere(site: str, reports: dict[str, SiteReport]) -> None:
    names = ("do_first", "matrix", "devices", "findings", "connections", "trust_stores", "evidence", "problems")
    whole = "".join(html(getattr(reports[site], name)) for name in names)
    targets = set(re.findall(r'href="#([^"]+)"', whole))
    assert len(targets) > 5
    whole += html(reports[site].checks) + html(reports[site].readings)
    assert targets <= set(re.findall(r' id="([^"]+)"', whole))
