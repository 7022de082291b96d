"""Login of web and API users, by Client certificate security.

Source: Release Notes 4.4(3.57), appendix; Maintenance Manual 4.5; API Reference Guide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mcuaudit.devices.damage import peer_doubt, peer_lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import evidence_of
from mcuaudit.devices.users import (
    level_is_unreadable,
    named_users,
    possible_levels,
    security_lacking,
    stored,
    users,
    users_doubt,
    users_lacking,
)
from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import LOGIN_ALLOWED, LOGIN_REQUIRED, NOT_REQUIRED
from mcuaudit.domain.slots import Place
from mcuaudit.domain.verdict import Verdict, decisive

PASSWORD: Final = Verdict(Outcome.PASS, "password")
_BY_NAME: Final = Verdict(Outcome.PASS, "common_name_is_user")


def login(
    device: Device, peer: Peer, certificate: Certificate | None, ocsp: Verdict, refusal: Verdict | None = None
) -> Verdict:
    """Whether the user of a connection can log in, without the trust in its certificate.

    Args:
        certificate: the certificate of the user; None if it is not in the export.
        ocsp: the verdict about the OCSP response for client certificates, at a level above "Not required".
        refusal: the verdict at such a level about a user who presents no certificate.
    """
    found = [_at_level(level, device, peer, certificate, ocsp, refusal) for level in possible_levels(device)]
    return agreed(device, found) or security_lacking(device)


def agreed(device: Device, verdicts: Sequence[Verdict]) -> Verdict | None:
    """What holds at each level that is possible: the verdict if all pass or all fail, or if there is one level.

    A level that is in the export and cannot be read never passes.
    """
    outcomes = {verdict.outcome for verdict in verdicts}
    if verdicts[1:] and level_is_unreadable(device) and Outcome.PASS in outcomes:
        return None
    same = len(verdicts) == 1 or (len(outcomes) == 1 and Outcome.OPEN not in outcomes)
    return verdicts[0] if same else None


def _at_level(
    level: str, device: Device, peer: Peer, certificate: Certificate | None, ocsp: Verdict, refusal: Verdict | None
) -> Verdict:
    if level == NOT_REQUIRED:
        return _by_password(device, peer)
    if refusal:
        return refusal
    if level == LOGIN_REQUIRED:
        return decisive([_by_common_name(device, peer, certificate), ocsp])
    if level == LOGIN_ALLOWED:
        return decisive([_by_either(device, peer, certificate), ocsp])
    return decisive([_by_password(device, peer), ocsp])


def _by_password(device: Device, peer: Peer) -> Verdict:
    """With a user name and password: the user that is recorded must be one of the device; users must be recorded."""
    known, unread = users(device), users_doubt(device)
    if known is None:
        return users_lacking(device)
    if stored(peer.user, known):
        return PASSWORD
    unread_user = peer_doubt(peer, "user")
    if unread and (peer.user or unread_user or not known):
        return unread
    if unread_user:
        return unread_user
    if peer.user is None and known:
        return PASSWORD
    if peer.user is None:
        return _no_users(device)
    cause = Cause(CauseKind.USERS, (device.device_id,))
    return Verdict(
        Outcome.FAIL, "unknown_user", f'The device has no user "{peer.user}".', cause=cause,
        remedy=Remedy(RemedyKind.ADD_USER, (peer.user, peer.name), Place(None, device.device_id)),
    )  # fmt: skip


def _no_users(device: Device) -> Verdict:
    """Without users, no login to a device is possible, with any certificate or password."""
    cause = Cause(CauseKind.USERS, (device.device_id,))
    remedy = Remedy(RemedyKind.GRANT_ADMINISTRATOR, target=Place(None, device.device_id))
    return Verdict(Outcome.FAIL, "no_users", "The device has no users.", cause=cause, remedy=remedy)


def _by_either(device: Device, peer: Peer, certificate: Certificate | None) -> Verdict:
    """With the CN if it is a user, else with a password: a reading or a name that is not known leaves both possible."""
    password, by_name = _by_password(device, peer), _by_common_name(device, peer, certificate)
    if by_name.outcome is Outcome.PASS:
        return by_name
    # With another CN the MCU asks for a password.
    return password if by_name.outcome is Outcome.FAIL or password.outcome is not Outcome.FAIL else by_name


def unreadable_subject(peer: Peer) -> Verdict:
    """The open verdict of a CN that cannot be read."""
    reason = f"The subject of the certificate of {peer.name} is unreadable, so its CN is not known."
    cause = cause_at(CauseKind.CERTIFICATE, peer.place)
    return Verdict(Outcome.OPEN, "unreadable_field", reason, (), evidence_of(peer.place), cause)


def _by_common_name(device: Device, peer: Peer, certificate: Certificate | None) -> Verdict:
    """The CN must equal a stored user name, exactly; several CNs and a difference in case or form are open (A8, A9)."""
    if certificate is None and users(device) == {} and not users_doubt(device):
        return _no_users(device)
    if certificate is None:
        return peer_lacking(peer, "certificate", f"The certificate of {peer.name} is not in the export.")
    known, names = users(device), certificate.common_names
    unreadable = certificate.cannot_read("subject")
    if known is None and (names or unreadable):
        return users_lacking(device)
    named = named_users(names, known or {})
    if None not in named.possible:
        return _BY_NAME
    unread = users_doubt(device)
    if unread and (names or unreadable):
        return unread
    cause = cause_at(CauseKind.CERTIFICATE, peer.place)
    remedy = Remedy(RemedyKind.REISSUE_FOR_USER, target=peer.place)
    if named.reading == "A8":
        reason = f"The certificate has several CNs: {named.possible[0]} is a user, and others are not."
        return Verdict(Outcome.OPEN, "several_common_names", reason, ("A8",), cause=cause, remedy=remedy)
    if unreadable:
        return replace(unreadable_subject(peer), remedy=remedy)
    if named.reading == "A9":
        reason = f'The CN "{names[0]}" differs from a user name on the device only in case, spaces or Unicode form.'
        return Verdict(Outcome.OPEN, "common_name_case", reason, ("A9",), cause=cause, remedy=remedy)
    shown = f'The CN "{names[0]}"' if names else "The certificate has no CN, so it"
    return Verdict(
        Outcome.FAIL,
        "common_name_is_no_user",
        f"{shown} does not match a user of the device.",
        cause=cause,
        remedy=remedy,
    )
