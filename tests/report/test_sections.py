"""The parts of a page say what the frames say, and carry any text as text."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from html import escape, unescape
from itertools import chain
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.readings import READINGS
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.gap_rows import LISTS
from mcuaudit.notebook.at_a_glance import at_a_glance
from mcuaudit.notebook.reports import fleet_report, site_report
from mcuaudit.report.html import heading_id
from mcuaudit.report.index import index_body
from mcuaudit.report.pages import FleetReport, SiteReport
from mcuaudit.report.sections.evidence import LIMITS
from mcuaudit.report.site_lines import Entry
from mcuaudit.report.table import CSV_LIMIT, csv_link
from mcuaudit.summary.applied import AppliedRemedies
from mcuaudit.summary.causes import group_by_cause
from mcuaudit.summary.csv_text import csv_text
from mcuaudit.summary.expiry_calendar import what_matters
from mcuaudit.summary.remedies import NOTHING_REFUSED, PROVEN_AT_THE_END, PROVEN_ON_PAGES, why_not_proven
from mcuaudit.system.resources import notebooks_directory
from mcuaudit.variants.remedies.remedy_frames import first_jobs_and_remedies
from mcuaudit.wording.phrases import long_date
from tests.report.synthetic_audit import LEEDS, make_audit

SECTIONS = (
    "verdict", "do_first", "matrix", "devices", "findings", "findings_by_rule", "deadlines", "readiness", "plan",
    "certificates", "trust_stores", "trust_graph", "connections", "evidence", "checks", "readings", "problems",
    "provenance",
)  # fmt: skip
HOSTILE = '<img src=x onerror="document.title=1">\u202e&"\''


def html(section: object) -> str:
    """What a section shows, without the style that a notebook needs."""
    return str(section.html)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def leeds(audit: Audit) -> SiteReport:
    return site_report(audit, LEEDS)


def rows(text: str) -> list[str]:
    """The rows of the body of a table."""
    return re.findall(r"<tr[^>]*>.*?</tr>", text.partition("<tbody>")[2], re.DOTALL)


def test_every_word_and_count_of_the_matrix_adds_up_to_all_connections(leeds: SiteReport) -> None:
    chips = re.findall(r">(refused|undetermined|unverified|accepted) (\d+)<", html(leeds.matrix))
    counted = pd.DataFrame(chips, columns=["word", "number"]).astype({"number": int}).groupby("word")["number"].sum()
    assert counted.to_dict() == {"refused": 3, "undetermined": 8, "unverified": 6, "accepted": 13}


def test_the_matrix_has_all_devices_and_says_who_is_locked_out(leeds: SiteReport) -> None:
    found = rows(html(leeds.matrix))
    assert len(found) == 4
    assert [row for row in found if "locked out" in row] == [found[0]]
    assert "mcu-atrium" in found[0]
    assert "expired" in found[0]


def test_the_matrix_of_the_fleet_has_a_row_per_site(audit: Audit) -> None:
    report = fleet_report(audit)
    assert isinstance(report, FleetReport)
    assert len(rows(html(report.matrix))) == 2
    assert "1 locked out" in html(report.matrix)


def apart(audit: Audit) -> Audit:
    """The audit with words of its own in each finding, as certificates and names differ from device to device."""
    findings = audit.findings
    return replace(audit, findings=findings.assign(evidence=findings["evidence"] + " " + findings["finding_id"]))


def test_findings_are_grouped_by_cause_and_none_is_lost(leeds: SiteReport) -> None:
    report = replace(leeds, audit=apart(leeds.audit))
    found = group_by_cause(report.audit)
    assert sum(len(cause.findings) for cause in found) == len(leeds.audit.findings)
    assert len(found) == leeds.audit.findings["cause_id"].nunique() == len(rows(html(report.findings)))
    assert all(finding in html(report.findings) for finding in leeds.audit.findings["finding_id"])


def test_what_is_said_in_the_same_words_of_several_devices_is_one_line(audit: Audit) -> None:
    findings = audit.findings.assign(cause_id=audit.findings["cause_id"] + " of " + audit.findings["device_id"])
    report = fleet_report(replace(audit, findings=findings))
    found = group_by_cause(report.audit)
    (verification,) = [cause for cause in found if cause.lead["code"] == "MCU402"]
    assert len(verification.findings) == len(audit.devices)
    (line,) = [unescape(line) for line in rows(html(report.findings)) if "MCU402" in line]
    assert all(device in line for device in audit.devices["device_id"])
    assert all(finding in line for finding in verification.findings["finding_id"])
    assert sum(len(cause.findings) for cause in found) == len(findings)
    # The line counts the connections of all of them.
    refused = [cause for cause in found if cause.lead["code"] == "MCU205"]
    assert sum(cause.connections for cause in refused) == audit.connections["outcome"].eq("fail").sum()


def test_findings_of_no_device_are_not_put_together(audit: Audit) -> None:
    none = audit.findings.head(2).assign(device=None, device_id=None, cause_id=["one", "other"], evidence="The same.")
    assert len(group_by_cause(replace(audit, findings=none))) == 2


def test_causes_come_by_urgency(leeds: SiteReport) -> None:
    order = [(cause.lead["code"], cause.certain, cause.connections) for cause in group_by_cause(apart(leeds.audit))]
    assert order == [
        ("MCU411", True, 0),
        ("MCU205", True, 3),
        ("MCU402", True, 0),
        ("MCU501", False, 6),
        ("MCU501", False, 2),
    ]


def test_the_connections_of_a_cause_are_counted_in_the_frame(leeds: SiteReport) -> None:
    for cause in group_by_cause(apart(leeds.audit)):
        named = leeds.audit.connections["cause_id"].eq(cause.lead["cause_id"])
        assert cause.connections == named.sum()


def test_a_finding_without_a_cause_stands_alone(audit: Audit) -> None:
    alone = replace(
        audit, findings=audit.findings.assign(cause_id=pd.Series(dtype="str"), cause=pd.Series(dtype="str"))
    )
    assert len(group_by_cause(apart(alone))) == len(audit.findings)


def test_what_to_do_first_is_what_was_proven(audit: Audit, leeds: SiteReport) -> None:
    text = html(leeds.do_first)
    assert "1 job restores all 3 refused connections.</strong> Each job was applied" in text
    (job,) = rows(text)
    assert "1. Reissue it.<details" in job
    assert job.count("<details") == 2
    assert ">PKI team<" in job
    assert ">3 connections<small>In the fleet: refused: 4 → 1.<" in job
    assert ">Today<" in job
    assert "not restored" not in text
    of_fleet = html(fleet_report(audit).do_first)
    assert "2 jobs restore all 4 refused connections." in of_fleet
    only = replace(audit.for_pages, first_jobs=audit.for_pages.first_jobs.head(1))
    assert "1 refused connection is not restored" in html(fleet_report(replace(audit, for_pages=only)).do_first)
    none = replace(audit.for_pages, first_jobs=build_frame("first_jobs", []))
    assert "No remedy that could be applied" in html(fleet_report(replace(audit, for_pages=none)).do_first)


def test_where_nothing_is_refused_the_page_says_what_to_collect_first(audit: Audit) -> None:
    connections = audit.connections.assign(outcome=audit.connections["outcome"].astype(str).replace("fail", "open"))
    of_leeds = connections["outcome"].eq("open") & connections["site"].eq(LEEDS)
    five = join_names(connections.loc[of_leeds, "connection_id"].head(5))
    gap = build_frame("gaps", []).reindex([0]).assign(
        evidence="settings.toml", devices="leeds/mcu-lobby", connections=5, settles=5, may_settle=5, settles_together=0,
        known="every_value", not_applied="", **dict.fromkeys(LISTS, "") | {"undetermined_connections": five},
    )  # fmt: skip
    kept = replace(audit.for_pages, first_jobs=build_frame("first_jobs", []), gaps=gap)
    administration = audit.administration.assign(outcome="open")
    unknown = replace(audit, connections=connections, administration=administration, for_pages=kept)
    text = html(fleet_report(unknown).do_first)
    assert NOTHING_REFUSED in text
    number = int(connections["outcome"].eq("open").sum())
    assert f"Collect first, to settle {number} undetermined connections:" in text
    assert "<li><code>settings.toml</code> of leeds/mcu-lobby; it settles 5 connections.</li>" in text
    assert NOTHING_REFUSED in at_a_glance(unknown)
    passing = replace(unknown, connections=connections.assign(outcome="pass"), for_pages=replace(kept, gaps=gap[:0]))
    assert "Collect first" not in html(fleet_report(passing).do_first)
    # The index has the same for each site.
    entries = {site: Entry(f"sites/{site}.html", None, None) for site in audit.sites}
    index = str(index_body(unknown, entries, None))
    assert index.count(">Collect settings.toml of leeds/mcu-lobby; it ") == 1
    assert index.count(">Nothing is refused.<") == 1


@pytest.fixture(scope="module")
def sample_with_jobs(sample_audit: Audit) -> Audit:
    """The sample with its first jobs; nothing else of its pages is evaluated."""
    found, remedies = first_jobs_and_remedies(sample_audit, most=25)
    gaps, ready = build_frame("gaps", []), build_frame("readiness", [])
    kept = replace(sample_audit.for_pages, first_jobs=found, remedies=remedies, gaps=gaps, readiness=ready)
    return replace(sample_audit, for_pages=kept)


def test_every_anchor_of_every_page_of_the_sample_is_there_once(sample_with_jobs: Audit) -> None:
    reports = [
        fleet_report(sample_with_jobs),
        *(site_report(sample_with_jobs, site) for site in sample_with_jobs.sites),
    ]
    for report in reports:
        text = "".join(html(getattr(report, name)) for name in (*SECTIONS, "keys", "words"))
        notebook = "95_fleet_report.ipynb" if report is reports[0] else "90_site_report.ipynb"
        cells = json.loads((notebooks_directory() / notebook).read_text(encoding="utf-8"))["cells"]
        headings = re.findall(r"^## +(.+)$", "\n".join("".join(cell["source"]) for cell in cells), re.MULTILINE)
        identifiers = [*re.findall(r' id="([^"]*)"', text), *map(heading_id, headings)]
        assert len(set(identifiers)) == len(identifiers)
        links = set(re.findall(r' href="#([^"]*)"', text))
        assert links - set(identifiers) == set()
        assert len(links) >= 5
    assert len(re.findall(r"<!--page [a-z]+-->", html(reports[0].matrix))) == len(sample_with_jobs.sites)


def test_a_job_leads_to_the_rows_about_what_it_fixes(sample_with_jobs: Audit) -> None:
    report, found = fleet_report(sample_with_jobs), sample_with_jobs.for_pages.first_jobs
    assert found is not None
    text = html(report.do_first)
    jobs = rows(text)
    assert len(jobs) == len(found)
    for number, (job, words) in enumerate(zip(jobs, found["in_words"], strict=True), start=1):
        assert f">{number}. {escape(words)}<details" in job
        assert f"{number}. {escape(words)}\nWho: " in job
    targets = [re.findall(r'href="#([^"]+)"', job) for job in jobs]
    assert all(targets)
    # What is said of all jobs is counted anew from the frames.
    refused = set(report.audit.connections.query("outcome == 'fail'")["connection_id"])
    restored = {one for cell in found["restored"] for one in split_names(cell)}
    assert f"{len(jobs)} jobs restore {len(refused & restored)} of {len(refused)} refused connections" in text
    assert "<details><summary>18 refused connections are not restored.</summary>" in text
    left = re.findall(r"<li><strong>(.*?)</strong>", text.partition("not restored")[2].partition("<table")[0])
    assert sum(names.count(";") + 1 for names in left) == len(refused - restored)
    assert "certificate until 4 Dec 2026" in text
    assert "a certificate ends 4 Dec 2026" in text
    # Oslo's peer is no place of a job on the page of Leeds.
    of_leeds = html(site_report(report.audit, LEEDS).do_first)
    assert "1 more place on devices of other sites." in of_leeds
    assert of_leeds.count("Jobs have the numbers that they have in the fleet.") == 1
    assert "2 connections (4 in the fleet)" in of_leeds
    assert ">5. Reissue the local certificate of leeds/mcu-boardroom with " in of_leeds
    assert ">In the fleet: Reissue 2 local certificates" in of_leeds
    # Without the job that lets the administrators of a device in, they are among those that are left.
    later = replace(report.audit.for_pages, first_jobs=found.iloc[1:])
    without = html(fleet_report(replace(report.audit, for_pages=later)).do_first)
    assert "19 refused connections are not restored, and the administrators of 1 device are not let in." in without
    assert "leeds/mcu-atrium: login of administrators</strong>" in without
    # What is not restored is not folded there; each has its reason, what is needed, and whose that is.
    assert "<p><strong>4 refused connections are not restored.</strong></p>" in of_leeds
    assert "mcu-training: OCSP server, ocsp-leeds</strong>" in of_leeds
    (why,) = re.findall(r"ocsp-leeds</strong><small>(.*?)</small>", of_leeds)
    assert unescape(why) == (
        "The export's only certificate of CN=Example Corp Root CA,O=Example Corp ended on 2 May 2026. Needed: a new "
        "certificate of that CA, or a certificate issued by a CA that is in the store. PKI team."
    )
    # The request configuration of the certificate that is reissued: a command that can be pasted.
    command = "csr-config {} --out requests --device leeds/mcu-boardroom"
    assert of_leeds.count(command.format(shlex.quote(str(report.audit.fleet.source)))) == 3
    # A ticket has what each of two teams does under its name.
    (choice,) = [job for job in rows(of_leeds) if "Give tms-login" in job]
    ticket = choice.partition("<pre")[2]
    owner, av = (ticket.index(line) for line in ("\nOwner of the peer:\n- Give tms-login", "\nAV team:\n- Or choose"))
    assert owner < av
    assert "oslo/peers" not in of_leeds
    rows_of_causes = html(report.findings)
    assert all(f'<tr id="{target}">' in rows_of_causes for target in chain.from_iterable(targets))


def test_each_fix_says_what_came_of_applying_it_and_leads_to_its_job(sample_with_jobs: Audit) -> None:
    report, kept = fleet_report(sample_with_jobs), sample_with_jobs.for_pages
    assert kept.remedies is not None
    known = {row["remedy_id"]: row for row in kept.remedies.to_dict("records")}
    shown = dict(re.findall(r'<tr id="([^"]+)">.*?<span class="applied">(.*?)</span>', html(report.findings)))
    groups = group_by_cause(sample_with_jobs)
    assert set(shown) == {group.lead["finding_id"] for group in groups}
    compared = 0
    for group in groups:
        row = known.get(group.remedy_ids[0]) if len(group.remedy_ids) == 1 else None
        if row is None or group.lead["outcome"] == "open" or row["remedy_id"].startswith("add_evidence"):
            continue
        said = unescape(shown[group.lead["finding_id"]])
        counts = {verb: re.findall(rf"{verb} (\d+)", said) for verb in ("restores", "settles")}
        assert {verb: int(found[0]) if found else 0 for verb, found in counts.items()} == {
            verb: row[verb] for verb in counts
        }
        assert said.startswith("Applied" if row["applied"] else f"Not applied: {row['stops_at']}")
        compared += 1
    assert compared > 8
    # A site has a note for each remedy of a card too, and its own connections in front of those of the fleet.
    leeds = site_report(sample_with_jobs, LEEDS)
    jobs = re.findall(r'<tr id="(job-[^"]+)">', html(leeds.do_first))
    linked = re.findall(r'href="#(job-[^"]+)"', html(leeds.devices) + html(leeds.findings))
    assert set(linked) == set(jobs)
    (login,) = re.findall(r"locked out</span> <strong>Administration.*?</small>", html(leeds.devices))
    assert f'href="#{jobs[0]}">job 1</a>' in login
    fixes = re.findall(r"<small>Fix: .*?</small>", html(leeds.devices))
    assert fixes
    assert all('<span class="applied">' in fix for fix in fixes)
    two = kept.remedies[kept.remedies["restores"].gt(0) & kept.remedies["lets_in"].eq(0)].iloc[[0]]
    both = two["restored"] + " " + two["restored"].str.replace("hamburg/", "elsewhere/")
    other = two.assign(restored=both, restores=9)
    whole = replace(sample_with_jobs, for_pages=replace(kept, remedies=other))
    here = AppliedRemedies(whole.select("hamburg"), "", whole).of(two["remedy_id"])
    assert here.words == "Applied: restores 5 connections (9 in the fleet), breaks none."
    # Several remedies, one of them for another site only.
    at_leeds = kept.remedies[kept.remedies["restored"].str.startswith("leeds/") & kept.remedies["restores"].gt(0)]
    ids = {one for row in (two, at_leeds.iloc[[0]]) for one in split_names(row["restored"].iloc[0])}
    frame = sample_with_jobs.connections.set_index("connection_id").loc[sorted(ids)]
    refused = frame[frame["outcome"] == "fail"]
    here = AppliedRemedies(sample_with_jobs.select("leeds"), "", sample_with_jobs)
    words = here.of([two["remedy_id"].iloc[0], at_leeds["remedy_id"].iloc[0]]).words
    own = refused["site"].eq("leeds").sum()
    assert f"restores {own} connection{'s' * bool(own > 1)} ({len(refused)} in the fleet)" in words
    assert AppliedRemedies(whole).of([]).words.startswith("Not applied: ")
    unproven = replace(whole, for_pages=replace(kept, remedies=None))
    assert AppliedRemedies(unproven).of(two["remedy_id"]).words == "Not applied."


def test_without_proof_the_most_urgent_findings_come_first_and_lead_to_their_rows(audit: Audit) -> None:
    unproven = replace(audit, for_pages=replace(audit.for_pages, first_jobs=None))
    leeds = site_report(unproven, LEEDS)
    assert "Not proven: " in html(leeds.do_first)
    lines = re.findall(r"<li>.*?</li>", html(leeds.do_first))
    assert len(lines) == 2
    assert "mcu-atrium" in lines[0]
    assert "This problem alone blocks 3 connections." in lines[1]
    targets = re.findall(r'href="#([^"]+)"', html(leeds.do_first))
    assert len(targets) == 2
    assert all(f'<tr id="{target}">' in html(leeds.findings) for target in targets)


def test_pages_prove_more_devices_than_a_terminal_waits_for(audit: Audit) -> None:
    devices = pd.concat([audit.devices] * 60, ignore_index=True)
    many = replace(audit, fleet=replace(audit.fleet, devices=devices))
    assert len(devices) == 360
    assert "more than 300 devices" in why_not_proven(many, PROVEN_AT_THE_END)
    assert not why_not_proven(many, PROVEN_ON_PAGES)
    more = replace(audit, fleet=replace(audit.fleet, devices=pd.concat([devices] * 3, ignore_index=True)))
    assert "more than 1,000 devices" in why_not_proven(more, PROVEN_ON_PAGES)


def test_at_most_three_things_come_first(audit: Audit) -> None:
    many = [audit.findings.assign(cause=f"cause {n}", finding_id=f"MCU999-{n:06}", severity="error") for n in range(5)]
    severity = audit.findings["severity"].dtype
    findings = pd.concat(many, ignore_index=True).astype({"severity": severity})
    audit = replace(audit, for_pages=replace(audit.for_pages, first_jobs=None))
    assert html(fleet_report(apart(replace(audit, findings=findings))).do_first).count("<li>") == 3


def test_evidence_at_hand_is_counted(leeds: SiteReport) -> None:
    counted = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", html(leeds.do_first)))
    assert counted == {
        "Local certificates": "4 of 4",
        "SIP trust stores": "4 of 4",
        "HTTPS trust stores": "3 of 4",
        "Settings": "4 of 4",
        "Peers": "0 of 4",
    }


def test_what_to_collect_next_settles_most(leeds: SiteReport) -> None:
    text = html(leeds.do_first)
    assert "Collect next: <code>leeds/mcu-lobby/peers.toml</code>; 6 connections depend on it (not applied: " in text
    table = rows(html(leeds.evidence))
    assert "leeds/mcu-lobby/peers.toml" in table[0]
    assert "not applied" in table[0]


def test_nothing_to_bring_is_said(audit: Audit) -> None:
    connections = audit.connections[audit.connections["outcome"].ne("open")]
    none = replace(audit.for_pages, gaps=build_frame("gaps", []))
    known = replace(audit, connections=connections, for_pages=none)
    assert "Nothing is missing." in html(fleet_report(known).do_first)


def test_readings_are_counted_and_explained(leeds: SiteReport) -> None:
    text = html(leeds.readings)
    cells = {row[0]: row[1:] for row in (re.findall(r"<t[hd][^>]*>([^<]*)<", row) for row in rows(text))}
    assert list(cells) == ["A2", "A11", "A17"]
    assert [cells["A11"][-2:], cells["A17"][-2:]] == [["8", "8"], ["3", "0"]]
    assert READINGS["A17"][0] in text
    assert escape(LIMITS) in text


def test_that_it_speaks_of_certificates_alone_is_said_without_readings_too(audit: Audit) -> None:
    bare = replace(audit, connections=audit.connections.assign(readings=pd.Series(dtype="str")))
    assert escape(LIMITS) in html(fleet_report(bare).readings)


def test_certificates_in_use_are_listed_with_their_ends(leeds: SiteReport) -> None:
    found = rows(html(leeds.certificates))
    # Four local ones, one of the peer, two in the stores; those of the other site are not used here.
    assert len(found) == 7
    assert "expired 24 Oct 2026" in found[0]
    assert ">-30<" in found[0]


def test_a_day_on_which_nothing_ends_says_what_changes() -> None:
    row = {
        "on": pd.Timestamp("2027-01-01", tz="UTC"), "event": "ends", "what": "CA X", "connection_ids": "", "remedy": "",
        "locked_out_devices": "", **dict.fromkeys(("maybe_locked_out", "undetermined_before", "begin"), 0),
        **dict.fromkeys(("begun_before", "earlier", "at_renewal"), 0),
    }  # fmt: skip
    found = what_matters(pd.DataFrame([{**row, "undetermined": 2}, {**row, "undetermined": 0, "begin": 1}]), UTC)
    words = "2 accepted connections become undetermined; 1 connection begins to be accepted"
    assert found == [("1 January 2027", words, "The CA X ends and the CA X ends.")]


def test_the_calendar_and_its_days_have_the_numbers_of_the_frames(sample_audit: Audit) -> None:
    for site in (None, *sample_audit.sites):
        report = site_report(sample_audit, site) if site else fleet_report(sample_audit)
        frame, text, at = report._deadlines, html(report.deadlines), sample_audit.at
        assert isinstance(frame, pd.DataFrame)
        alternative = re.search(r'alt="Certificates by their end. ([^"]+)"', text)
        assert alternative is not None
        cells = re.findall(
            r"([^;:]+): ([\d,]+) (local|of peers|of CAs)(?: with ([\d,]+) connections?)?", alternative[1]
        )
        used = report._certificates
        for rank, (role, word) in enumerate((("local", "local"), ("peer", "of peers"), ("authority", "of CAs"))):
            ends = frame[frame["event"].eq("ends") & frame["role"].eq(role)]
            certificates = {*used.loc[used["rank"].eq(rank), "certificate"], *ends["certificate"]}
            assert sum(int(number.replace(",", "")) for _, number, of, _ in cells if of == word) == len(certificates)
            expired = sum(int(number) for when, number, of, _ in cells if of == word and when.strip() == "expired")
            dates = dict(
                zip(sample_audit.certificates["certificate"], sample_audit.certificates["not_after"], strict=True)
            )
            assert expired == sum(dates[one] < at for one in certificates)
            by_month: dict[str, set[str]] = {}
            for on, ids in zip(ends["on"], ends["connection_ids"], strict=True):
                if (on.year, on.month) < (2027, 11):
                    by_month.setdefault(f"{on:%b}", set()).update(split_names(ids))
            shown = {when.split()[0]: int(number) for when, _, of, number in cells if of == word and number}
            assert {month: len(ids) for month, ids in by_month.items() if ids} == {
                when: number for when, number in shown.items() if when.isalpha() and when not in ("rest", "later")
            }
        days = re.findall(r"<li><strong>([^<]+)</strong>: (.*?)<small>", text)
        for on, together in frame[frame["connections"].gt(0)].groupby("on"):
            ids = {one for cell in together["connection_ids"] for one in split_names(cell)}
            (what,) = [what for day, what in days if day == long_date(pd.Timestamp(str(on)), report._zone)]
            assert re.match(rf"{len(ids)} connections? ends?\b", what)
        assert f"Show {len(frame)} deadlines as a table" in text
        assert text.count("60 days from now, the threshold of the policy") == 1


def test_a_calendar_without_deadlines_says_why_and_keeps_every_certificate(audit: Audit) -> None:
    text = html(fleet_report(audit).deadlines)
    alternative = re.search(r'alt="([^"]+)"', text)
    assert alternative is not None
    numbers = re.findall(r"(\d+) (?:local|of peers|of CAs)", alternative[1])
    assert sum(map(int, numbers)) == 9
    assert "deadlines as a table" not in text
    last = replace(audit, at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
    assert "expired: 6 local" in html(fleet_report(last).deadlines)


def test_evidence_shows_state_file_and_hash(leeds: SiteReport) -> None:
    found = [row for row in rows(html(leeds.evidence)) if "piece" in row]
    assert len(found) == 4
    lobby = next(row for row in found if "mcu-lobby" in row)
    assert "HTTPS trust store (damaged)" in lobby
    digest = leeds.audit.evidence.loc[leeds.audit.evidence["device"].eq("mcu-lobby"), "sha256"].dropna().iloc[0]
    assert digest[:8] in lobby


def test_problems_name_the_file_and_none_is_said_as_well(audit: Audit, leeds: SiteReport) -> None:
    assert "https-trust-store.pem" in html(leeds.problems)
    assert "every file was read." in html(site_report(audit, "O'Brien & Sons").problems)


@pytest.mark.parametrize("by", ["site", "fleet"])
@pytest.mark.parametrize("name", SECTIONS)
def test_hostile_text_is_text_in_every_section(name: str, by: str) -> None:
    hostile = make_audit(lambda text: text + HOSTILE, sites={LEEDS: f"leeds{HOSTILE}"})
    report = fleet_report(hostile) if by == "fleet" else site_report(hostile, f"leeds{HOSTILE}")
    text = html(getattr(report, name))
    assert "onerror=" not in re.sub(r"onerror=&quot;", "", text)
    assert "\u202e" not in text
    assert "<img src=x" not in text
    # On the page of a site, the cards have the connections.
    untold = name in ("checks", "readings", "trust_stores", "deadlines") or (name, by) == ("connections", "site")
    if not untold:
        assert "&lt;img src=x" in text


def test_hostile_text_is_text_in_the_picture() -> None:
    hostile = make_audit(lambda text: f"{text}$\\frac{{}}$<script>\u202e\x00")
    pictures = re.findall(r"base64,([^\"]+)", html(fleet_report(hostile).trust_graph))
    assert len(pictures) >= 2
    for picture in pictures[:2]:
        svg = base64.b64decode(picture).decode("utf-8")
        assert "<script" not in svg
        assert "\u202e" not in svg
        assert "$" in svg


def test_cells_of_a_csv_are_no_formulas() -> None:
    frame = pd.DataFrame({"cell": ["=1+1", "+1", "-1", "@SUM", "\t=1", "plain", "a,b", None]})
    read = [row[0] for row in csv.reader(io.StringIO(csv_text(frame, spreadsheet=True)))]
    assert read == ["cell", "'=1+1", "'+1", "'-1", "'@SUM", "'\t'=1", "plain", "a,b", ""]


def test_the_csv_in_the_page_is_complete(leeds: SiteReport) -> None:
    ids, evidence = leeds.audit.findings[["finding_id"]], leeds.audit.evidence
    small, large = csv_link(ids, "ids", "All"), csv_link(evidence, "evidence", "All")
    assert 'download="ids.csv"' in small
    assert 'download="evidence.csv.gz" data-file="evidence.csv"' in large
    of_ids, of_evidence = (base64.b64decode(re.findall(r';base64,([^"]+)"', link)[0]) for link in (small, large))
    assert of_ids.decode("utf-8-sig").split() == ["finding_id", *ids["finding_id"]]
    read = pd.read_csv(io.BytesIO(gzip.decompress(of_evidence)))
    assert read["device_id"].tolist() == evidence["device_id"].tolist()


def test_a_table_too_large_for_a_page_says_where_it_is() -> None:
    # Digits of digests, which do not compress to less than half.
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(CSV_LIMIT // 32)]
    large = pd.DataFrame({"text": digests})
    assert "data:" not in csv_link(large, "large", "All")
    assert "folder audit" in csv_link(large, "large", "All")


def test_an_audit_without_connections_findings_or_problems_has_all_sections(audit: Audit) -> None:
    fleet = replace(audit.fleet, problems=audit.problems[:0], peers=audit.peers[:0], evidence=audit.evidence[:0])
    bare = replace(
        audit, fleet=fleet, connections=audit.connections[:0], findings=audit.findings[:0],
        administration=audit.administration[:0],
    )  # fmt: skip
    for report in (fleet_report(bare), site_report(bare, LEEDS)):
        for name in SECTIONS:
            assert "mcuaudit" in getattr(report, name)._repr_html_()
    assert "no connections are possible" in html(fleet_report(bare).verdict)


def test_without_a_site_the_most_urgent_one_is_reported(audit: Audit) -> None:
    assert site_report(audit).audit.sites == [LEEDS]


def test_an_unknown_site_is_refused_with_the_nearest_one(audit: Audit) -> None:
    with pytest.raises(UsageError, match='Did you mean "leeds"'):
        site_report(audit, "leads")


def test_an_audit_without_devices_is_refused(audit: Audit) -> None:
    with pytest.raises(UsageError, match="no device"):
        fleet_report(replace(audit, fleet=replace(audit.fleet, devices=audit.devices[:0])))


def test_an_export_without_a_certificate_has_all_sections(tmp_path: Path) -> None:
    (tmp_path / "oslo" / "mcu-1").mkdir(parents=True)
    audit = mcuaudit.audit(mcuaudit.read_export(tmp_path), at="2026-11-23")
    report = mcuaudit.site_report(audit, "oslo")
    for section in (
        "verdict",
        "matrix",
        "findings",
        "deadlines",
        "certificates",
        "trust_stores",
        "connections",
        "problems",
    ):
        assert getattr(report, section).html, section
    assert "No certificate was read." in report.certificates.html
