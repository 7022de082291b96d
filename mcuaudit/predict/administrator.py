"""Whether the user that a login is for is an administrator, by password or by the CN of a certificate."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.damage import peer_doubt, peer_lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.users import (
    administrators,
    named_users,
    stored,
    users,
    users_doubt,
    users_lacking,
)
from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import LOGIN_ALLOWED, LOGIN_REQUIRED
from mcuaudit.domain.slots import Place
from mcuaudit.domain.verdict import Verdict
from mcuaudit.predict.login import PASSWORD, unreadable_subject
from mcuaudit.wording.phrases import listed

_ADMINISTRATOR: Final = Verdict(Outcome.PASS, "administrator")
NO_ADMINISTRATOR: Final = "no_administrator"
"""Reason code if a user is not an administrator, or if none of them is."""


def any_administrator(device: Device) -> Verdict:
    """Whether the device has an administrator at all; without one no login administers it, whatever is trusted."""
    known, unread = administrators(device), users_doubt(device)
    if known is None:
        return users_lacking(device)
    if known:
        return PASSWORD
    return unread or _not_one(device, "None of the users in the export is an administrator.")


def as_administrator(device: Device, peer: Peer, level: str) -> Verdict:
    """Whether the login of a web user over HTTPS is that of an administrator, at a level above "Not required"."""
    if administrators(device) is None:
        return users_lacking(device)
    if level == LOGIN_REQUIRED:
        return _by_common_name(device, peer, None)
    password = _by_password(device, peer)
    return _by_common_name(device, peer, password) if level == LOGIN_ALLOWED else password


def _by_password(device: Device, peer: Peer) -> Verdict:
    known, every, unread = administrators(device) or (), users(device) or (), users_doubt(device)
    if stored(peer.user, known):
        return PASSWORD
    # A user that cannot be read may be the one of this login.
    unread_user = peer_doubt(peer, "user")
    if unread and not stored(peer.user, every) and (peer.user or unread_user):
        return unread
    if unread_user:
        return unread_user
    if peer.user is None:
        return any_administrator(device)
    return _not_one(device, f"{peer.name} logs in as {peer.user}, who is not an administrator.", peer.user)


def _by_common_name(device: Device, peer: Peer, password: Verdict | None) -> Verdict:
    """By the CN; without a user of that name by the password, if there is one.

    Several users, or none, are possible where the CN is read in several ways (A8, A9): all must be administrators.
    """
    certificate = peer.certificate
    if certificate is None:
        return peer_lacking(peer, "certificate", f"The certificate of {peer.name} is not in the export.")
    named = named_users(certificate.common_names, users(device) or ())
    unread = users_doubt(device)
    if None in named.possible and certificate.common_names and unread:
        return unread
    if certificate.cannot_read("subject"):
        return unreadable_subject(peer)
    found = [_named(device, peer, user, password) for user in named.possible]
    outcomes = {verdict.outcome for verdict in found}
    if len(outcomes) == 1:
        return found[0]
    missing = next((verdict for verdict in found if verdict.outcome is Outcome.OPEN), None)
    return missing or _read_in_two_ways(peer, certificate, named.reading)


def _named(device: Device, peer: Peer, user: str | None, password: Verdict | None) -> Verdict:
    """The verdict if the CN stands for that user; for None, if it stands for no user."""
    if user is None and password:
        return password
    if user in (administrators(device) or ()):
        return _ADMINISTRATOR
    if password is None:
        return _not_one(device, _not_an_administrator(peer), peer=peer)
    return _not_one(device, f"{peer.name} logs in as {user}, who is not an administrator.", peer=peer)


def _not_an_administrator(peer: Peer) -> str:
    names = peer.certificate.common_names if peer.certificate else ()
    shown = listed([f'"{name}"' for name in names])
    if not names:
        return f"{peer.name}'s certificate has no CN, so it names no administrator."
    if len(names) == 1:
        return f"The CN of {peer.name}'s certificate ({shown}) is not the user name of an administrator."
    return f"None of the CNs of {peer.name}'s certificate ({shown}) is the user name of an administrator."


def _read_in_two_ways(peer: Peer, certificate: Certificate, reading: str) -> Verdict:
    cause = cause_at(CauseKind.CERTIFICATE, peer.place)
    remedy = Remedy(RemedyKind.REISSUE_FOR_ADMINISTRATOR, target=peer.place)
    if reading == "A8":
        reason = f"Only some of the CNs of {peer.name}'s certificate are user names of administrators."
        return Verdict(Outcome.OPEN, "several_common_names", reason, ("A8",), cause=cause, remedy=remedy)
    name = certificate.common_names[0]
    reason = (
        f'The CN of {peer.name}\'s certificate ("{name}") differs from a user name on the device only in case, spaces '
        "or Unicode form, so it is undetermined who logs in."
    )
    return Verdict(Outcome.OPEN, "common_name_case", reason, ("A9",), cause=cause, remedy=remedy)


def _not_one(device: Device, reason: str, user: str = "", peer: Peer | None = None) -> Verdict:
    """Not an administrator: another certificate is needed, or the privilege level of a user changes."""
    if peer:
        cause = cause_at(CauseKind.CERTIFICATE, peer.place)
        remedy = Remedy(RemedyKind.REISSUE_FOR_ADMINISTRATOR, target=peer.place)
    else:
        cause = Cause(CauseKind.USERS, (device.device_id,))
        remedy = Remedy(RemedyKind.GRANT_ADMINISTRATOR, (user,) if user else (), Place(None, device.device_id))
    return Verdict(Outcome.FAIL, NO_ADMINISTRATOR, reason, cause=cause, remedy=remedy)
