"""Words for people."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from mcuaudit.wording import phrases
from mcuaudit.wording.numbers import plural, spelled
from mcuaudit.wording.phrases import date_range, listed, long_date, short_date, time_of_day, zone_of


def test_dates_are_written_out_in_the_zone_of_the_site() -> None:
    late = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
    assert long_date(late) == "3 December 2026"
    assert long_date(late, zone_of("Europe/Oslo")) == "4 December 2026"
    assert time_of_day(late, zone_of("Europe/Oslo")) == "4 December 2026, 00:30 CET"


def test_an_unknown_zone_is_utc() -> None:
    assert zone_of("Europe/Atlantis") is UTC
    assert zone_of("../../etc/passwd") is UTC
    assert zone_of(None) is UTC


def test_no_date_is_an_empty_cell() -> None:
    assert short_date(pd.NaT) == ""
    assert short_date(pd.Timestamp("2027-02-11", tz="UTC")) == "11 Feb 2027"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-11-02", "2026-11-09", "2 to 9 November 2026"),
        ("2026-10-02", "2026-11-09", "2 October to 9 November 2026"),
        ("2025-11-02", "2026-11-09", "2 November 2025 to 9 November 2026"),
        ("2026-11-09", "2026-11-09", "9 November 2026"),
    ],
)
def test_a_range_of_dates_says_nothing_twice(first: str, last: str, words: str) -> None:
    zoned = [datetime.fromisoformat(f"{day}T12:00+00:00") for day in (first, last)]
    assert date_range(zoned[0], zoned[1]) == words


def test_numbers_agree_with_their_nouns() -> None:
    assert [plural(0, "site"), plural(1, "site"), plural(1200, "site")] == ["0 sites", "1 site", "1,200 sites"]
    assert [spelled(1, "MCU"), spelled(9, "MCU"), spelled(10, "MCU")] == ["one MCU", "nine MCUs", "10 MCUs"]


def test_lists_are_cut_and_say_so() -> None:
    assert [listed(list("ab"[:length])) for length in (0, 1, 2)] == ["", "a", "a and b"]
    assert listed(list("abc")) == "a, b and c"
    assert listed(list("abcde")) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    ("name", "words"),
    [("api_user_refused", "API user refused"), ("ocsp_server_refused", "OCSP server refused"),
     ("self_signed", "self-signed"), ("expired", "expired")],
)  # fmt: skip
def test_the_name_of_a_rule_keeps_its_abbreviations(name: str, words: str) -> None:
    assert phrases.rule_words(name) == words
