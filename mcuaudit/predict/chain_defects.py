"""Defects of a CA certificate that is presented with another: of the presented file, not of the trust store."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.verdict import Verdict
from mcuaudit.pkix import PathOutcome
from mcuaudit.pkix.flaws import Kind, title

_OF_THE_PATH_ABOVE: Final = frozenset(
    {
        *(kind.code for kind in (
            Kind.NO_ISSUER, Kind.INTERMEDIATE_NOT_IN_STORE, Kind.ROOT_MISSING, Kind.ROOT_NOT_TRUSTED, Kind.LOOP,
            Kind.ANCHOR_NOT_A_CA,
        )),
        "intermediate_not_presented",
    }
)  # fmt: skip
"""Reasons that are not about the certificate at which the path failed, but about what is above it."""


def defective_in_chain(path: PathOutcome, presented: Presented, store: Store) -> Certificate | None:
    """The presented CA certificate that is defective itself; None if it is another, or is in the store too."""
    if path.reason_code in _OF_THE_PATH_ABOVE or any(item.sha256 == path.failed_at for item in store.members):
        return None
    return next((item for item in presented.chain if item.sha256 == path.failed_at), None)


def defect_of_chain(path: PathOutcome, presented: Presented, store: Store) -> Verdict | None:
    """The verdict if a certificate that is presented with another is defective; None if none is."""
    file = presented.evidence
    copy = _differing_copy(path, presented)
    if copy:
        reason = (
            f"{title(presented.certificate)} has a path only through {title(copy)} as it was found elsewhere in the "
            f"export. The copy that is presented in {file} differs from it, and no valid path goes through that copy; "
            "it may be damaged."
        )
        remedy = Remedy(RemedyKind.REPLACE_COPY, (title(copy), file), presented.place)
        return Verdict(
            path.outcome, path.reason_code, reason, tuple((path.reading or "").split()), "",
            cause_at(CauseKind.CERTIFICATE, presented.place), remedy,
        )  # fmt: skip
    badly_signed = path.reason_code == Kind.SIGNATURE.code
    own = presented.certificate if badly_signed and path.failed_at == presented.certificate.sha256 else None
    defective = own or defective_in_chain(path, presented, store)
    if defective is None:
        return None
    reason = f"{path.reason} It is presented in {file}{'' if own else f', after the {presented.holder}'}."
    remedy = path.remedy or Remedy(RemedyKind.REISSUE)
    unreadable = path.reason_code == Kind.UNREADABLE.code
    if badly_signed or unreadable:
        reason = f"{reason} This copy of it may be damaged."
        remedy = Remedy(RemedyKind.REPLACE_COPY, (title(defective), file))
    readings = tuple((path.reading or "").split())
    return Verdict(
        path.outcome,
        path.reason_code,
        reason,
        readings,
        file if unreadable else "",
        cause_at(CauseKind.CERTIFICATE, presented.place),
        remedy.at(presented.place),
    )


def _differing_copy(path: PathOutcome, presented: Presented) -> Certificate | None:
    """The presented certificate that should be equal to one found elsewhere, with which the path is complete."""
    return next((item for item in presented.chain if any(_is_copy(item, other) for other in path.to_present)), None)


def _is_copy(one: Certificate, other: Certificate) -> bool:
    """Issuer and serial number are those of one certificate (RFC 5280, section 4.1.2.2)."""
    return (one.issuer, one.serial_number) == (other.issuer, other.serial_number)
