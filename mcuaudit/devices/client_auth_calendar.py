"""When public CAs leave clientAuth out of certificates, by the texts of the programmes and of the CAs (read in 2026).

Chrome Root Program Policy 1.8: certificates that a CA of the programme issues have serverAuth only from 15 March 2027
on (version 1.6 said 15 June 2026, which is now the day for new intermediate CAs). Some CAs are earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.names import attributes
from mcuaudit.wording.phrases import long_date

CHROME: Final = datetime(2027, 3, 15, tzinfo=UTC)
_ORGANISATION: Final = bytes.fromhex("55040a")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What one public CA has announced.

    Attributes:
        organisations: how the organisation in the names of its CA certificates begins, in lower case.
        ends: from that day on no certificate has clientAuth.
        by_default: from that day on only those that are requested with clientAuth have it; None without such a day.
    """

    authority: str
    organisations: tuple[str, ...]
    ends: datetime
    by_default: datetime | None = None


WITHDRAWALS: Final = (
    Withdrawal(
        "Let's Encrypt",
        ("let's encrypt", "internet security research group"),
        datetime(2026, 7, 8, tzinfo=UTC),
        by_default=datetime(2026, 2, 11, tzinfo=UTC),
    ),
    Withdrawal("Google Trust Services", ("google trust services",), datetime(2026, 4, 13, tzinfo=UTC)),
    Withdrawal("Sectigo", ("sectigo", "comodo ca", "the usertrust network"), datetime(2026, 5, 15, tzinfo=UTC)),
    Withdrawal(
        "DigiCert", ("digicert",), datetime(2027, 3, 1, tzinfo=UTC), by_default=datetime(2025, 10, 1, tzinfo=UTC)
    ),
)
"""The CAs whose announcements are known, Google's by the first day of its week."""


def withdrawal_of(certificate: Certificate) -> Withdrawal | None:
    """The announcement of the public CA that issued a certificate, by the organisation in its issuer."""
    organisations = tuple(_organisations(certificate.issuer))
    return next((one for one in WITHDRAWALS if any(name.startswith(one.organisations) for name in organisations)), None)


def _organisations(name: bytes) -> list[str]:
    try:
        found = [attribute.text for attribute in attributes(name) if attribute.kind == _ORGANISATION]
    except ValueError:
        return []
    return [" ".join(text.replace("’", "'").split()).casefold() for text in found]


def first_day_without_client_auth(certificate: Certificate) -> datetime:
    """The first day on which its public CA, as far as is known, gives no certificate with clientAuth any more."""
    found = withdrawal_of(certificate)
    return min(found.ends, CHROME) if found else CHROME


def renewal_clause(certificate: Certificate) -> str:
    """What the renewal of a certificate of a public CA lacks, and from when: the same words on every day of audit."""
    found = withdrawal_of(certificate)
    clause = f"its renewal after {long_date(CHROME)} at any CA in Chrome's programme has no clientAuth"
    if found:
        clause = f"{_announcement(found)}, and {clause}"
    ends = first_day_without_client_auth(certificate)
    early = certificate.not_after < ends
    return f"{clause}; it ends before {long_date(ends)}, so its next renewal may still have it" if early else clause


def _announcement(found: Withdrawal) -> str:
    if found.by_default is None:
        return f"{found.authority} leaves clientAuth out from {long_date(found.ends)} on"
    return (
        f"{found.authority} leaves clientAuth out by default from {long_date(found.by_default)} on, and always from "
        f"{long_date(found.ends)} on"
    )
