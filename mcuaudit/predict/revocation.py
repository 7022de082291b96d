"""What the revocation lists of the export say: to a peer that checks CRLs, and of what the MCU accepts.

The MCU uses no CRLs: it accepts a revoked certificate, and that is noted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mcuaudit.devices.peer import Peer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict, damaged, missing
from mcuaudit.pkix import PathOutcome, RevocationState
from mcuaudit.pkix.flaws import Kind, issuer_title, title


class CrlUse(StrEnum):
    """How a verifying party uses CRLs: not at all; where a current one is; or without one the status is open."""

    NONE = "none"
    LENIENT = "lenient"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class RevokedCertificate:
    """A certificate of an accepted path that a list revokes: its SHA-256, when, and the sentence about it."""

    sha256: str
    on: datetime | None
    words: str


def crl_uses(peer: Peer) -> tuple[CrlUse, ...]:
    """How a peer uses CRLs; both ways if its `checks_crls` cannot be read. An MCU uses none."""
    checking = CrlUse.LENIENT if _takes_unknown_for_good(peer) else CrlUse.STRICT
    if peer.peer_device:
        return (CrlUse.NONE,)
    if "checks_crls" in peer.damage:
        return CrlUse.NONE, checking
    return (checking if peer.checks_crls is Answer.YES else CrlUse.NONE,)


def _takes_unknown_for_good(peer: Peer) -> bool:
    """An Expressway takes a certificate without a current CRL for not revoked, by the default of its setting."""
    return peer.product == "Expressway" or peer.standard is Standard.VCS


def revoked_in(path: PathOutcome) -> RevokedCertificate | None:
    """The first revoked certificate of a path, from the end entity up; None if none is."""
    status = next((one for one in path.revocation if one.state is RevocationState.REVOKED), None)
    if status is None:
        return None
    return RevokedCertificate(status.certificate.sha256, status.revoked_on, f"{title(status.certificate)} {status.why}")


def unknown_status(path: PathOutcome, use: CrlUse) -> Verdict | None:
    """The open verdict of a peer that checks CRLs, if the status of a certificate of the path is not known."""
    unknown = [one for one in path.revocation if one.state is RevocationState.UNKNOWN]
    status = next((one for one in unknown if use is CrlUse.STRICT or one.has_current_list), None)
    if status is None:
        return None
    reason = f"{title(status.certificate)} {status.why}."
    evidence = f"a current CRL of {issuer_title(status.certificate)}"
    found = damaged(status.file, reason) if status.file else missing(evidence, reason)
    return replace(found, reason_code=Kind.REVOCATION_OPEN.code)
