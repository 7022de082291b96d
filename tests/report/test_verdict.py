"""The verdict in one sentence, and the counts behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pandas as pd
import pytest

from mcuaudit.frames.containers import Audit
from mcuaudit.report.index import index_body
from mcuaudit.report.sections.verdict import first_to_stop, head
from mcuaudit.summary.urgency import first_stop, urgency
from mcuaudit.summary.verdict import UNDETERMINED_MEANS, page_title, verdict, verdict_clause, verdict_sentence
from mcuaudit.triage.counting import Counts, connection_words, count
from mcuaudit.wording.phrases import zone_of
from tests.report.synthetic_audit import AT, LEEDS, OBRIEN

NOTHING = Counts(0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (NOTHING, "Leeds: no connections are possible."),
        (replace(NOTHING, not_applicable=5), "Leeds: no connections are possible."),
        (replace(NOTHING, refused=4, accepted=32), "Leeds: 4 of 36 connections will be refused."),
        (replace(NOTHING, refused=1, accepted=35), "Leeds: 1 of 36 connections will be refused."),
        (replace(NOTHING, refused=2), "Leeds: all 2 connections will be refused."),
        (replace(NOTHING, refused=1), "Leeds: the only connection will be refused."),
        (
            replace(NOTHING, refused=4, accepted=32, locked_out=1),
            "Leeds: 4 of 36 connections will be refused, and one MCU cannot be administered.",
        ),
        (
            replace(NOTHING, refused=4, undetermined=12, accepted=20, locked_out=1),
            "Leeds: 4 of 36 connections will be refused, 12 are undetermined, and one MCU cannot be administered.",
        ),
        (
            replace(NOTHING, refused=4, undetermined=1),
            "Leeds: 4 of 5 connections will be refused, and 1 is undetermined.",
        ),
        (
            replace(NOTHING, undetermined=9, accepted=27, locked_out=2),
            "Leeds: two MCUs cannot be administered; no connection is refused, but 9 of 36 are undetermined.",
        ),
        (replace(NOTHING, locked_out=1), "Leeds: one MCU cannot be administered; no connections are possible."),
        (
            replace(NOTHING, undetermined=1, accepted=1),
            "Leeds: no connection is refused, but 1 of 2 is undetermined.",
        ),
        (replace(NOTHING, undetermined=3), "Leeds: all 3 connections are undetermined."),
        (replace(NOTHING, undetermined=1), "Leeds: the only connection is undetermined."),
        (
            replace(NOTHING, unverified=6, accepted=30),
            "Leeds: all 36 connections will be accepted, 6 of them unverified.",
        ),
        (
            replace(NOTHING, unverified=6),
            "Leeds: all 6 connections will be accepted, but not verified by both sides.",
        ),
        (replace(NOTHING, accepted=6), "Leeds: all 6 connections will be accepted, verified by both sides."),
    ],
)
def test_the_verdict_is_one_sensible_sentence(counts: Counts, sentence: str) -> None:
    assert verdict("Leeds", counts) == sentence
    clause = sentence.removeprefix("Leeds: ").removesuffix(".")
    assert verdict_clause(counts) == clause
    assert verdict_sentence(counts) == f"{clause[0].upper()}{clause[1:]}."


def test_the_four_counts_add_up_to_all_connections_that_can_exist(audit: Audit) -> None:
    for site in audit.sites:
        selected = audit.select(site)
        counts = count(selected.connections, selected.administration)
        possible = selected.connections["outcome"].ne("notApplicable").sum()
        assert counts.refused + counts.unverified + counts.undetermined + counts.accepted == possible
        assert counts.possible + counts.not_applicable == len(selected.connections)


def test_the_counts_are_those_of_the_frames(audit: Audit) -> None:
    leeds = audit.select(LEEDS)
    assert count(leeds.connections, leeds.administration) == Counts(
        refused=3, unverified=6, undetermined=8, accepted=13, not_applicable=4, locked_out=1, maybe_locked_out=1
    )


def test_a_title_has_the_numbers_of_the_verdict(sample_audit: Audit) -> None:
    for site in sample_audit.sites:
        one = sample_audit.select(site)
        outcomes = one.connections["outcome"].value_counts()
        possible = len(one.connections) - outcomes["notApplicable"]
        title = page_title(one, site)
        assert title.endswith(" · certificate audit · 23 November 2026")
        assert f"{outcomes['fail']} of {possible} connections refused" in title
        assert (f", {outcomes['open']} undetermined ·" in title) is bool(outcomes["open"])
    passing = replace(one, connections=one.connections.assign(outcome="pass"))
    assert page_title(passing, "X").startswith(f"X: {len(passing.connections)} connections accepted · ")
    unknown = replace(one, connections=one.connections.assign(outcome="open"))
    assert f"X: {len(one.connections)} of {len(one.connections)} connections undetermined" in page_title(unknown, "X")


def test_undetermined_is_explained_at_the_top_of_each_page_that_has_it(sample_audit: Audit) -> None:
    for site in sample_audit.sites:
        one = sample_audit.select(site)
        text = str(head(one, site, UTC, with_site=False))
        assert (UNDETERMINED_MEANS in text) is bool(one.connections["outcome"].eq("open").any())
    assert UNDETERMINED_MEANS in str(index_body(sample_audit, {}, None))
    passing = replace(one, connections=one.connections.assign(outcome="pass"), administration=one.administration[:0])
    assert UNDETERMINED_MEANS not in str(head(passing, site, UTC, with_site=False))


@pytest.mark.parametrize(
    ("locked_out", "maybe", "words"),
    [(0, 1, "Whether one MCU can"), (1, 1, "Whether another MCU can"), (1, 2, "Whether two other MCUs can")],
)
def test_an_mcu_besides_those_that_are_locked_out_is_another(
    locked_out: int, maybe: int, words: str, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = replace(count(audit.connections, audit.administration), locked_out=locked_out, maybe_locked_out=maybe)
    monkeypatch.setattr("mcuaudit.report.sections.verdict.count", lambda *_frames: counted)
    assert f"{words} be administered is undetermined." in str(head(audit, "export", UTC, with_site=True))


def test_only_what_both_sides_verify_is_called_accepted() -> None:
    authenticated = ["both", "mcu_only", "peer_only", "neither", "open"]
    frame = pd.DataFrame({"outcome": ["pass"] * 5, "authenticated": authenticated})
    assert connection_words(frame).tolist() == ["accepted", *["unverified"] * 4]


def test_devices_come_by_urgency_lock_outs_first(audit: Audit) -> None:
    ranked = urgency(audit.select(LEEDS), "device_id")
    assert [key.removeprefix("leeds/") for key in ranked.index] == [
        "mcu-atrium",
        "mcu-boardroom",
        "mcu-lobby",
        "mcu-court",
    ]
    assert urgency(audit, "site").index.tolist() == [LEEDS, OBRIEN]


def test_the_first_to_stop_is_the_earliest_end_of_a_connection_that_passes(audit: Audit) -> None:
    leeds = audit.select(LEEDS)
    stop = first_stop(leeds)
    assert stop is not None
    passing = leeds.connections[leeds.connections["outcome"].eq("pass")]
    assert stop.moment == passing["fails_on"].min()
    assert stop.others == passing["fails_on"].eq(stop.moment).sum() - 1
    words = first_to_stop(stop, zone_of(None), with_site=False)
    assert "4 December 2026" in words
    assert "mcu-boardroom</a>, when its certificate expires" in words


def test_nothing_stops_first_where_nothing_passes(audit: Audit) -> None:
    none = replace(audit, connections=audit.connections[audit.connections["outcome"].eq("fail")])
    assert first_stop(none) is None
    assert "no" in first_to_stop(None, zone_of(None), with_site=False)


def test_a_certificate_that_ends_in_the_year_9999_is_no_trouble(audit: Audit) -> None:
    frame = audit.certificates.copy()
    frame["not_after"] = pd.Timestamp("9999-12-31T23:59:59Z").as_unit("us")
    stop = first_stop(replace(audit, fleet=replace(audit.fleet, certificates=frame)))
    assert stop is not None
    assert stop.expired_certificate == "authority"
    assert stop.moment > AT
