"""What mcuaudit says of a case, strictly by RFC 5280: the path, then what the case demands of it and of the names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from mcuaudit.decode.certificate_source import certificate_from
from mcuaudit.domain.certificate import ANY_EXTENDED_KEY_USAGE, CLIENT_AUTH, SERVER_AUTH, Certificate
from mcuaudit.errors import McuAuditError
from mcuaudit.identity import match
from mcuaudit.pkix import validate
from mcuaudit.pkix.name_syntax import mailbox
from mcuaudit.pkix.names import self_issued
from tests.limbo.cases import Case, PeerName

ANY_TIME = datetime(2026, 3, 20, tzinfo=UTC)
"""For cases without a time."""

STRICTLY = {"policies": "evaluate", "anchor_limits": "check", "any_member_is_anchor": True}
"""RFC 5280, section 6.1. Whether the limits of a trust anchor count is reading A25; the suite has most of its defects
and name constraints in the anchor, so they are checked."""

PURPOSES = {
    "serverAuth": SERVER_AUTH,
    "clientAuth": CLIENT_AUTH,
    "codeSigning": "1.3.6.1.5.5.7.3.3",
    "emailProtection": "1.3.6.1.5.5.7.3.4",
    "timeStamping": "1.3.6.1.5.5.7.3.8",
    "OCSPSigning": "1.3.6.1.5.5.7.3.9",
    "anyExtendedKeyUsage": ANY_EXTENDED_KEY_USAGE,
}

ActualResult = Literal["SUCCESS", "FAILURE", "SKIPPED"]
_RESULTS: dict[str, ActualResult] = {"pass": "SUCCESS", "fail": "FAILURE", "open": "SKIPPED"}


@dataclass(frozen=True)
class Answer:
    """The outcome of a case: pass, fail or open, why, and the readings on which an open one rests.

    An open outcome is no answer for the suite: it is written as skipped.
    """

    outcome: str
    context: str
    readings: tuple[str, ...] = ()

    @property
    def result(self) -> ActualResult:
        return _RESULTS[self.outcome]


def answer(case: Case) -> Answer:
    """The worst of what is said of the path and of the end entity; the first of several equal ones."""
    try:
        parts = list(_parts(case))
    except McuAuditError as error:
        return Answer("fail", str(error))
    for outcome in ("fail", "open"):
        for part in parts:
            if part.outcome == outcome:
                return part
    return parts[0]


def _parts(case: Case) -> Iterator[Answer]:
    peer = certificate_from(case.peer)
    found = validate(
        peer,
        presented=case.intermediates,
        anchors=case.trusted,
        at=case.at or ANY_TIME,
        **STRICTLY,
        **_revocation(case),
    )
    yield Answer(str(found.outcome), found.reason, tuple((found.reading or "").split()))
    if case.signature_algorithms:
        yield Answer("open", "a list of signature algorithms is not supported")
    deep = sum(not self_issued(ca) for ca in found.path[1:-1])
    if case.max_chain_depth is not None and deep > case.max_chain_depth:
        yield Answer("fail", f"{deep} CA certificates are between the end entity and the trust anchor")
    if peer.key_usage is not None and not peer.key_usage.issuperset(case.key_usage):
        yield Answer("fail", f"the keyUsage is {', '.join(sorted(peer.key_usage))}")
    yield from _purposes(case, peer)
    for name in case.peer_names:
        yield _identity(peer, name)


def _revocation(case: Case) -> dict[str, Any]:
    """A case with CRLs wants the status known, as OpenSSL does with CRLs on."""
    if not case.crls:
        return {}
    return {"crls": [crl.encode() for crl in case.crls], "revocation": "require"}


def _purposes(case: Case, peer: Certificate) -> Iterator[Answer]:
    """RFC 5280, section 4.2.1.12: of the end entity only, and anyExtendedKeyUsage allows all."""
    wanted = case.extended_key_usage or ("clientAuth" if case.client else "serverAuth",)
    given = peer.extended_key_usage
    if given is None or ANY_EXTENDED_KEY_USAGE in given:
        return
    for purpose in wanted:
        if PURPOSES.get(purpose, purpose) not in given:
            yield Answer("fail", f"the extendedKeyUsage does not have {purpose}")


def _identity(peer: Certificate, name: PeerName) -> Answer:
    """DNS and IP by RFC 9525; an e-mail address as RFC 5280, section 7.5, compares them."""
    if name.kind == "RFC822":
        wanted = mailbox(name.value)
        held = wanted is not None and wanted in map(mailbox, peer.email_addresses)
        return Answer("pass" if held else "fail", f"the e-mail address {name.value}")
    found = match(peer, name.value, "rfc9525")
    return Answer(str(found.outcome), found.reason, (found.reading,) if found.reading else ())
