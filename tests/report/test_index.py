"""The bar of outcomes, and the index: a line per site with bar, first job and dates; quiet sites are folded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from mcuaudit.domain.name_lists import split_names
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.for_pages import ForPages
from mcuaudit.report.index import index_body
from mcuaudit.report.outcome_bar import bar_words, outcome_bar, outcome_row
from mcuaudit.report.site_lines import Entry
from mcuaudit.summary.urgency import is_quiet
from mcuaudit.triage.counting import Counts, connection_words, count
from tests.report.many_sites import many_sites
from tests.report.synthetic_audit import OBRIEN

NOTHING = Counts(0, 0, 0, 0, 0, 0, 0)
PARTS = re.compile(
    r'<rect x="([\d.]+)" y="0" width="([\d.]+)" height="1" class="(\w+)"><title>([\d,]+) ([^<]+)</title>'
)


def entries(audit: Audit) -> dict[str, Entry]:
    return {site: Entry(f"sites/{number}.html", None, None) for number, site in enumerate(audit.sites)}


def test_the_bar_has_the_numbers_of_the_frame_and_is_as_wide_as_they_say(sample_audit: Audit) -> None:
    for audit in (sample_audit, *(sample_audit.select(site) for site in sample_audit.sites)):
        words = connection_words(audit.connections).value_counts()
        counts = count(audit.connections, audit.administration)
        shown = str(outcome_bar(counts))
        parts = PARTS.findall(shown)
        numbers = {kind: int(number.replace(",", "")) for _, _, kind, number, _ in parts}
        assert numbers == {word: number for word, number in words.items() if number and word != "not applicable"}
        width_of_one = {float(width) / numbers[kind] for _, width, kind, _, _ in parts}
        assert max(width_of_one) == pytest.approx(min(width_of_one), rel=0.05)
        last = parts[-1]
        assert float(last[0]) + float(last[1]) == pytest.approx(100, abs=0.05)
        # The text alternative and the words below say the same.
        assert 'role="img"' in shown
        for _, _, kind, number, called in parts:
            assert f"{number} {called}" in bar_words(counts)
            assert f'<li class="count {kind}"><b>{number}</b> <span>{called}</span>' in shown


def test_a_part_of_one_in_a_thousand_is_seen_and_no_connection_has_no_bar() -> None:
    parts = PARTS.findall(str(outcome_bar(replace(NOTHING, refused=1, accepted=999))))
    assert [kind for _, _, kind, _, _ in parts] == ["refused", "accepted"]
    assert float(parts[0][1]) >= 0.49
    assert float(parts[0][0]) + float(parts[0][1]) < float(parts[1][0])
    assert "<svg" not in str(outcome_bar(NOTHING))
    assert outcome_row(NOTHING) == "none possible"
    assert "4 unverified, 3 accepted" in outcome_row(replace(NOTHING, unverified=4, accepted=3))


def test_a_site_has_one_line_with_bar_first_job_and_dates(sample_audit: Audit) -> None:
    body = str(index_body(sample_audit, entries(sample_audit), None))
    lines = re.findall(r"<tr><th.*?</tr>", body)
    assert len([line for line in lines if "<svg" in line]) == len(sample_audit.sites)
    for site in sample_audit.sites:
        of_site = sample_audit.select(site)
        (line,) = [line for line in lines if f"({site})" in line]
        counts = count(of_site.connections, of_site.administration)
        assert str(outcome_row(counts)) in line
        assert (f"{counts.locked_out} locked out" in line) is bool(counts.locked_out)


def test_the_first_job_is_that_of_the_site(audit: Audit) -> None:
    body = str(index_body(audit, entries(audit), None))
    assert body.count('title="Reissue it. PKI team."') == 2
    assert body.count('<td data-label="By">today</td>') == 2
    none = str(index_body(replace(audit, for_pages=ForPages()), entries(audit), None))
    assert none.count(">None is proven.<") == 2


def test_quiet_sites_are_folded_and_a_site_with_any_weight_is_not(audit: Audit) -> None:
    quiet = audit.select(OBRIEN)
    passing = quiet.connections.assign(outcome=quiet.connections["outcome"].where(lambda one: one == "", "pass"))
    quiet = replace(
        quiet,
        connections=passing,
        administration=quiet.administration.assign(outcome="pass"),
        findings=quiet.findings.iloc[:0],
    )
    assert is_quiet(quiet)
    changed: list[Callable[[Audit], Audit]] = [
        lambda one: replace(one, connections=audit.select(OBRIEN).connections),
        lambda one: replace(one, connections=passing.assign(outcome="open")),
        lambda one: replace(one, administration=one.administration.assign(outcome="open")),
        lambda one: replace(one, findings=audit.findings.assign(severity="warning", status="active").head(1)),
        lambda one: replace(
            one, findings=audit.findings.assign(severity="note", outcome="open", status="active").head(1)
        ),
    ]
    assert not any(is_quiet(change(quiet)) for change in changed)
    waived = audit.findings.assign(severity="error", status="waived")
    assert is_quiet(replace(quiet, findings=waived))
    # In a fleet of 60 sites, every third is made quiet.
    fleet = many_sites(audit, 60, quiet=3)
    body = str(index_body(fleet, entries(fleet), None))
    (folded,) = re.findall(r"<details>.*?</details>", body)
    assert "<summary>20 quiet sites: nothing refused, nothing undetermined" in folded
    assert folded.count("<tr><th") - 1 == 20
    assert body.count("<tr><th") - 2 == 60
    assert "40 of 60 sites by urgency" in body
    # One whose page could not be made is not folded.
    failed = {**entries(fleet), "site-00": Entry("p", "Broken: x", None)}
    assert "19 quiet sites" in str(index_body(fleet, failed, None))


def test_the_jobs_of_many_sites_stay_apart(audit: Audit) -> None:
    fleet = many_sites(audit, 6)
    jobs = fleet.select("site-00").for_pages.first_jobs
    assert jobs is not None
    assert set(split_names(jobs["restored"].iloc[0])) <= set(fleet.select("site-00").connections["connection_id"])
    assert fleet.sites == [f"site-{number:02}" for number in range(6)]
