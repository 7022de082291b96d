"""What counts of a trust anchor: its own limits (reading A25), and which members of a store are anchors (A12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.pkix import PathOutcome, validate
from tests.authority import LONG_AGO, NOW, Authority, p256_key

KEY, OTHER = p256_key(660), p256_key(661)

LIMITS = {
    "expired": {"not_before": LONG_AGO, "not_after": NOW - timedelta(seconds=1)},
    "not_yet_valid": {"not_before": NOW + timedelta(seconds=1)},
    "path_length": {"path_length": 0},
    "critical_extension": {"critical": "1.2.3.4"},
    "name_not_permitted": {"permitted": ["DNS:example.org"]},
    "name_excluded": {"excluded": ["DNS:example.com"]},
}


def judged(root: Authority, **arguments: object) -> PathOutcome:
    issuing = root.intermediate("Issuing", key=OTHER, not_before=LONG_AGO)
    mcu = issuing.leaf("mcu", key=OTHER, san=["DNS:mcu.example.com"])
    return validate(mcu.der, presented=[issuing.der], anchors=[root.der], at=NOW, **arguments)


@pytest.mark.parametrize("code", LIMITS)
def test_a25_the_limits_of_an_anchor_are_checked_ignored_or_open(code):
    root = Authority.root("Root", key=KEY, **LIMITS[code])
    checked, both, ignored = (judged(root, anchor_limits=word) for word in ("check", "both", "ignore"))
    assert (checked.outcome, checked.reason_code) == (Outcome.FAIL, code)
    assert judged(root).reason_code == code, "it is the default"
    assert (both.outcome, both.reason_code, both.reading) == (Outcome.OPEN, "anchor_limits", "A25")
    assert both.failed_at is not None
    assert both.remedy == checked.remedy
    assert (ignored.outcome, ignored.every_candidate_good) == (Outcome.PASS, True)


def test_a25_an_anchor_within_its_limits_passes_every_way():
    root = Authority.root("Root", key=KEY, permitted=["DNS:example.com"], path_length=1)
    assert {judged(root, anchor_limits=word).outcome for word in ("check", "both", "ignore")} == {Outcome.PASS}


def test_a25_is_about_the_anchor_alone():
    root = Authority.root("Root", key=KEY, permitted=["DNS:example.org"])
    issuing = root.intermediate("Issuing", key=OTHER, permitted=["DNS:example.net"], san=["DNS:ca.example.com"])
    mcu = issuing.leaf("mcu", key=OTHER, san=["DNS:mcu.example.com"])
    for word, failed in (("check", issuing), ("both", mcu), ("ignore", mcu)):
        found = validate(mcu.der, presented=[issuing.der], anchors=[root.der], at=NOW, anchor_limits=word)
        assert (found.outcome, found.openssl_error, found.failed_at) == (Outcome.FAIL, 47, failed.record.sha256)


def test_a25_the_names_of_cas_under_the_constraints_of_the_anchor_are_open_too():
    root = Authority.root("Root", key=KEY, permitted=["DNS:example.org"])
    issuing = root.intermediate("Issuing", key=OTHER, san=["DNS:ca.example.com"])
    mcu = issuing.leaf("mcu", key=OTHER)
    found = validate(mcu.der, presented=[issuing.der], anchors=[root.der], at=NOW, anchor_limits="both")
    assert (found.outcome, found.reading) == (Outcome.OPEN, "A25")


def test_the_key_and_what_the_anchor_says_of_itself_count_always():
    forged = Authority.root("Root", key=p256_key(662))
    issuing = Authority.root("Root", key=KEY).intermediate("Issuing", key=OTHER, authority_key_identifier=b"")
    mcu = issuing.leaf("mcu", key=OTHER)
    found = validate(mcu.der, presented=[issuing.der], anchors=[forged.der], at=NOW, anchor_limits="ignore")
    assert found.outcome == Outcome.FAIL
    assert judged(Authority.root("Root", key=KEY, ca=False), anchor_limits="ignore").openssl_error == 79


def test_an_anchor_whose_period_does_not_count_does_not_end_a_path():
    root = Authority.root("Root", key=KEY, not_after=NOW + timedelta(days=1))
    assert judged(root, anchor_limits="check").valid_until == root.record.not_after
    assert judged(root, anchor_limits="ignore").valid_until > root.record.not_after


def test_a12_an_intermediate_without_its_root_is_an_anchor_where_every_member_is_one():
    issuing = Authority.root("Root", key=KEY).intermediate("Issuing", key=OTHER)
    mcu = issuing.leaf("mcu", key=OTHER)
    arguments = {"anchors": [issuing.der], "at": NOW}
    assert validate(mcu.der, **arguments).reading == "A12"
    found = validate(mcu.der, **arguments, any_member_is_anchor=True)
    assert (found.outcome, found.reading, found.path) == (Outcome.PASS, None, (mcu.record, issuing.record))


def test_an_intermediate_in_the_store_is_an_anchor_though_its_root_has_expired():
    root = Authority.root("Root", key=KEY, not_before=LONG_AGO, not_after=NOW - timedelta(days=1))
    issuing = root.intermediate("Issuing", key=OTHER)
    mcu = issuing.leaf("mcu", key=OTHER)
    arguments = {"anchors": [root.der, issuing.der], "at": NOW}
    assert validate(mcu.der, **arguments).reason_code == "expired"
    assert validate(mcu.der, **arguments, any_member_is_anchor=True).outcome == Outcome.PASS


def test_that_every_member_is_an_anchor_makes_nothing_else_good():
    issuing = Authority.root("Root", key=KEY).intermediate("Issuing", key=OTHER)
    forged = issuing.leaf("mcu", key=OTHER, signed_by=KEY)
    found = validate(forged.der, anchors=[issuing.der], at=NOW, any_member_is_anchor=True)
    assert found.outcome == Outcome.FAIL


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ({"anchor_limits": "Check"}, "anchor_limits"),
        ({"any_member_is_anchor": "yes"}, "any_member_is_anchor is 'yes'; expected True or False."),
    ],
)
def test_other_values_are_refused(argument, words):
    with pytest.raises(UsageError, match=words):
        judged(Authority.root("Root", key=KEY), **argument)


def test_the_time_is_cut_to_whole_seconds():
    """A validity ends with a second, not at its beginning (RFC 5280, section 4.1.2.5)."""
    end = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
    root = Authority.root("Root", key=KEY)
    mcu = root.leaf("mcu", key=OTHER, not_after=end)
    for moment, outcome in (
        (end.replace(microsecond=999_999), "pass"),
        ("2026-07-01T12:00:00.999999Z", "pass"),
        ("2026-07-01T12:00:01Z", "fail"),
    ):
        assert validate(mcu.der, anchors=[root.der], at=moment).outcome == outcome
