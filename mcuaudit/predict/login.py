"""Login of web and API users, by Client certificate security.

Source: Release Notes 4.4(3.57), appendix; Maintenance Manual 4.5; API Reference Guide.
"""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.damage import peer_lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import evidence_of
from mcuaudit.devices.users import (
    all_among,
    client_certificate_security,
    nearly_a_user,
    security_lacking,
    stored,
    users,
    users_doubt,
    users_lacking,
)
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import LOGIN_ALLOWED, LOGIN_REQUIRED, NOT_REQUIRED
from mcuaudit.domain.slots import Place
from mcuaudit.domain.verdict import Verdict, decisive

PASSWORD: Final = Verdict(Outcome.PASS, "password")


def login(device: Device, peer: Peer, certificate: Certificate | None, ocsp: Verdict) -> Verdict:
    """Whether the user of a connection can log in, without the trust in its certificate.

    Args:
        certificate: the certificate of the user; None if it is not in the export.
        ocsp: the verdict about the OCSP answer for client certificates.
    """
    match client_certificate_security(device):
        case None:
            return security_lacking(device)
        case security if security == NOT_REQUIRED:
            return _by_password(device, peer)
        case security if security == LOGIN_REQUIRED:
            return decisive([_by_common_name(device, peer, certificate), ocsp])
        case security if security == LOGIN_ALLOWED:
            by_name = _by_common_name(device, peer, certificate)
            # With another CN the MCU asks for a password, so only a pass of the CN counts.
            return decisive([by_name if by_name.outcome is Outcome.PASS else _by_password(device, peer), ocsp])
    return decisive([_by_password(device, peer), ocsp])


def _by_password(device: Device, peer: Peer) -> Verdict:
    known = users(device)
    # Without users in the export any name is assumed to be one; users that cannot be read are no reason for that.
    unread = users_doubt(device)
    if unread and (peer.user or "user" in peer.damage) and not (known and stored(peer.user, known)):
        return unread
    if "user" in peer.damage and known is not None:
        return peer_lacking(peer, "user", "")
    if peer.user is None or known is None or stored(peer.user, known):
        return PASSWORD
    return Verdict(
        Outcome.FAIL, "unknown_user", f'The device has no user "{peer.user}".', 
        cause=Cause(CauseKind.USERS, (device.device_id,)),
        remedy=Remedy(RemedyKind.ADD_USER, (peer.user, peer.name), Place(None, device.device_id)),
    )  # fmt: skip


def _by_common_name(device: Device, peer: Peer, certificate: Certificate | None) -> Verdict:
    """The CN must equal a stored user name, exactly; several CNs and a difference in case or form are open (A8, A9)."""
    known = users(device)
    if certificate is None:
        return peer_lacking(peer, "certificate", f"The certificate of {peer.name} is not in the export.")
    if known is None:
        return users_lacking(device)
    names = certificate.common_names
    among = all_among(names, known)
    if among is Answer.YES:
        return Verdict(Outcome.PASS, "common_name_is_user")
    unread = users_doubt(device)
    if unread:
        return unread
    cause = cause_at(CauseKind.CERTIFICATE, peer.place)
    remedy = Remedy(RemedyKind.REISSUE_FOR_USER, target=peer.place)
    if among is Answer.OPEN:
        user = next(name for name in names if name in known)
        reason = f"The certificate has several CNs: {user} is a user, and others are not."
        return Verdict(Outcome.OPEN, "several_common_names", reason, ("A8",), cause=cause, remedy=remedy)
    if certificate.cannot_read("subject"):
        reason = f"The subject of the certificate of {peer.name} is unreadable, so its CN is not known."
        file = evidence_of(peer.place)
        return Verdict(Outcome.OPEN, "unreadable_field", reason, (), file, cause=cause, remedy=remedy)
    if nearly_a_user(names, known):
        reason = f'The CN "{names[0]}" differs from a stored user name in case, spaces or Unicode form only.'
        return Verdict(Outcome.OPEN, "common_name_case", reason, ("A9",), cause=cause, remedy=remedy)
    shown = f'The CN "{names[0]}"' if names else "The certificate has no CN, so it"
    return Verdict(
        Outcome.FAIL,
        "common_name_is_no_user",
        f"{shown} does not match a user of the device.",
        cause=cause,
        remedy=remedy,
    )
