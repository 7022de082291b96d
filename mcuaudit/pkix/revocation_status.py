"""What revocation lists say about a certificate, and the flaw of a path that it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.revocation_list import RevocationList
from mcuaudit.pkix.flaws import Flaw, Kind, authority_title, issuer_title

RevocationUse = Literal["ignore", "use", "require"]
"""Revocation lists are ignored, used where there are any, or required of each certificate of a path."""

REVOCATION_USES: Final[tuple[RevocationUse, ...]] = ("ignore", "use", "require")


class RevocationState(StrEnum):
    """The revocation status of a certificate: ``unknown`` is UNDETERMINED in RFC 5280, section 6.3.3."""

    NOT_REVOKED = "not_revoked"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ListProblem:
    """Why a list does not determine the status.

    Attributes:
        kind: the kind of flaw.
        detail: the problem in words.
        listed: the date in the entry of the certificate.
        file: where a list lies that is damaged, or may be.
        hides: the list may be newer than those that can be used, and revoke, so that none of them is used instead.
    """

    kind: Kind
    detail: str
    listed: str = ""
    file: str = ""
    hides: bool = False

    @property
    def sentence(self) -> str:
        """The detail, and what the list says of the certificate."""
        return f"{self.detail}; it lists the certificate as revoked on {self.listed}" if self.listed else self.detail


@dataclass(frozen=True, slots=True)
class RevocationStatus:
    """What revocation lists say about one certificate of a path (RFC 5280, section 6.3).

    Attributes:
        certificate: the certificate.
        state: ``not_revoked``, ``revoked`` or ``unknown``.
        revoked_on: the date in the entry; None if it is not revoked, or the date cannot be read.
        reason: the reason in the entry: ``keyCompromise`` …; "" if it is not revoked.
        crl: SHA-256 of the revocation list with the entry, or for ``not_revoked`` of the last that was needed.
        crl_issuer: the name of its issuer.
        _problems: why lists do not determine the status of an ``unknown`` one, the nearest to it first.
    """

    certificate: Certificate
    state: RevocationState
    revoked_on: datetime | None = None
    reason: str = ""
    crl: str = ""
    crl_issuer: str = ""
    _problems: tuple[ListProblem, ...] = ()

    @property
    def problems(self) -> tuple[ListProblem, ...]:
        """Why lists do not determine the status of an ``unknown`` one, the nearest to it first."""
        return self._problems

    @property
    def has_list(self) -> bool:
        """There is a list that speaks of the certificate, or would if it could be used."""
        return self._known_or_not_for(_WITHOUT_A_LIST)

    @property
    def has_current_list(self) -> bool:
        """There is a list that speaks of the certificate, or would if it could be used, and it is not out of date."""
        return self._known_or_not_for(_WITHOUT_A_CURRENT_LIST)

    def _known_or_not_for(self, kinds: tuple[Kind, ...]) -> bool:
        """The status is known, or a problem is of none of these kinds."""
        known = self.state is not RevocationState.UNKNOWN
        return known or any(problem.kind not in kinds for problem in self._problems)

    @property
    def file(self) -> str:
        """The file with the list that cannot be read, so that the status is unknown; "" if that is not why."""
        return self._problems[0].file if self._problems else ""

    @property
    def why(self) -> str:
        """In words: when, why and by whom it was revoked, or why the status is unknown; "" if it is not revoked."""
        if self.state is RevocationState.REVOKED:
            since = day(self.revoked_on)
            issued = f" by the CRL of {self.crl_issuer}" if self.crl else ""
            verb = "is on hold since" if self.reason == "certificateHold" else "was revoked on"
            because = f" ({self.reason})" if self.reason not in ("", "unspecified") else ""
            return f"{verb} {since}{because}{issued}"
        if self.state is RevocationState.UNKNOWN:
            return f"has an unknown revocation status: {self._problems[0].sentence}"
        return ""


OF_REVOCATION: Final = (
    Kind.REVOKED, Kind.NO_CRL, Kind.CRL_SIGNATURE, Kind.CRL_NOT_YET_VALID, Kind.CRL_EXPIRED, Kind.CRL_UNREADABLE,
    Kind.CRL_ISSUER, Kind.CRL_SIGN, Kind.CRL_EXTENSION, Kind.CRL_SCOPE, Kind.CRL_PATH,
)  # fmt: skip
"""The kinds of flaws with which revocation lists make a path invalid."""

_WITHOUT_A_LIST: Final = (Kind.NO_CRL, Kind.CRL_SCOPE)
"""No list speaks of the certificate: a verifier that uses the lists that it has takes it for not revoked."""

_WITHOUT_A_CURRENT_LIST: Final = (*_WITHOUT_A_LIST, Kind.CRL_EXPIRED, Kind.CRL_NOT_YET_VALID)
"""No current list speaks of it: the same for a verifier that wants none (an Expressway by its default)."""


def flaws_of(statuses: tuple[RevocationStatus, ...], use: RevocationUse) -> Iterator[Flaw]:
    """The flaws of a path by the statuses of its certificates."""
    for status in statuses:
        if status.state is RevocationState.REVOKED:
            remedy = Remedy(RemedyKind.CHECK_STATUS if status.certificate.is_ca else RemedyKind.REISSUE_WITH_NEW_KEY)
            yield Flaw(Kind.REVOKED, status.certificate, status.why, remedy)
        elif status.state is RevocationState.UNKNOWN:
            yield from _unknown(status, use)


def _unknown(status: RevocationStatus, use: RevocationUse) -> Iterator[Flaw]:
    first = status.problems[0]
    remedy = Remedy(RemedyKind.ADD_EVIDENCE, (f"a current CRL of {issuer_title(status.certificate)}",))
    if use == "require" and first.kind.openssl_error is not None:
        yield Flaw(first.kind, status.certificate, status.why, remedy)
    elif first.kind not in _WITHOUT_A_LIST:
        yield Flaw(Kind.REVOCATION_OPEN, status.certificate, status.why, remedy)


def list_title(one: RevocationList) -> str:
    """The issuer of a list, for a sentence."""
    return authority_title(one.issuer_text)


def day(moment: datetime | None) -> str:
    """A date for a sentence."""
    return f"{moment:%Y-%m-%d}" if moment else "a date that cannot be read"
