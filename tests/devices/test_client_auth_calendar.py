"""When public CAs leave clientAuth out: each CA by its organisation, and the last second before each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from mcuaudit.devices.client_auth_calendar import (
    CHROME,
    WITHDRAWALS,
    first_day_without_client_auth,
    renewal_clause,
    withdrawal_of,
)
from mcuaudit.domain.certificate import Certificate
from tests.authority import Authority

LAST_SECOND = timedelta(seconds=1)
ANYWHERE = "its renewal after 15 March 2027 at any CA in Chrome's programme has no clientAuth"
EARLY = "so its next renewal may still have it"


def issued_by(organisation: str, not_after: datetime) -> Certificate:
    names = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, "Issuing CA"))
    issuer = Authority.root(x509.Name([x509.NameAttribute(kind, value) for kind, value in names]))
    return issuer.leaf("mcu", not_before=not_after - timedelta(days=90), not_after=not_after).record


@pytest.mark.parametrize(
    ("organisation", "day", "words"),
    [
        ("Example", (2027, 3, 15), ""),
        ("Let’s  Encrypt", (2026, 7, 8), "Let's Encrypt leaves clientAuth out by default"),
        ("Let's Encrypt", (2026, 7, 8), "by default from 11 February 2026 on, and always from 8 July 2026 on, and "),
        ("Internet Security Research Group", (2026, 7, 8), "Let's Encrypt leaves clientAuth out by default"),
        ("Google Trust Services LLC", (2026, 4, 13), "Services leaves clientAuth out from 13 April 2026 on, and "),
        ("Sectigo Limited", (2026, 5, 15), "Sectigo leaves clientAuth out from 15 May 2026 on, and "),
        ("COMODO CA Limited", (2026, 5, 15), "Sectigo leaves clientAuth out"),
        ("DigiCert, Inc.", (2027, 3, 1), "by default from 1 October 2025 on, and always from 1 March 2027 on, and "),
        ("DIGICERT  INC", (2027, 3, 1), "DigiCert leaves clientAuth out by default"),
    ],
)
def test_each_ca_has_its_day(organisation: str, day: tuple[int, int, int], words: str) -> None:
    first = datetime(*day, tzinfo=UTC)
    lasting, ending = issued_by(organisation, first), issued_by(organisation, first - LAST_SECOND)
    assert first_day_without_client_auth(lasting) == first
    assert words in renewal_clause(lasting)
    assert renewal_clause(lasting).endswith(ANYWHERE)
    assert renewal_clause(ending).endswith(EARLY), "it ends in the last second in which a renewal can have clientAuth"


@pytest.mark.parametrize("organisation", ["Not DigiCert", "My Sectigo", "Example"])
def test_an_organisation_is_known_by_how_it_begins(organisation: str) -> None:
    assert renewal_clause(issued_by(organisation, datetime(2028, 1, 1, tzinfo=UTC))) == ANYWHERE


def test_an_issuer_without_organisation_has_the_day_of_the_programme() -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "DigiCert")])
    leaf = Authority.root(name).leaf("mcu", not_after=datetime(2028, 1, 1, tzinfo=UTC))
    assert renewal_clause(leaf.record) == ANYWHERE


def test_an_issuer_that_cannot_be_read_has_the_day_of_the_programme() -> None:
    leaf = issued_by("DigiCert", datetime(2028, 1, 1, tzinfo=UTC))
    assert withdrawal_of(leaf) is WITHDRAWALS[3]
    assert withdrawal_of(replace(leaf, issuer=b"\x30\x05\x31")) is None
    assert renewal_clause(replace(leaf, issuer=b"\x30\x05\x31")) == ANYWHERE


def test_each_day_is_a_time_with_a_zone() -> None:
    times = [time for one in WITHDRAWALS for time in (one.ends, one.by_default) if time is not None]
    assert {time.tzinfo for time in (CHROME, *times)} == {UTC}
    assert [one.by_default for one in WITHDRAWALS] == [
        datetime(2026, 2, 11, tzinfo=UTC), None, None, datetime(2025, 10, 1, tzinfo=UTC),
    ]  # fmt: skip
