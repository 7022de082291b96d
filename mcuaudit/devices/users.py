"""The users and administrators of a device, and the comparison of common names with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mcuaudit.devices.damage import SOFTWARE_VERSION, doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.once import once
from mcuaudit.devices.private_key import has_key
from mcuaudit.devices.services import https
from mcuaudit.devices.versions import can_verify, version_decides, version_is_missing, version_lacking
from mcuaudit.domain.answer import Answer, answer, both
from mcuaudit.domain.name_forms import as_known
from mcuaudit.domain.settings import (
    ADMINISTRATOR,
    CLIENT_CERTIFICATE_SECURITY,
    LOGIN_ALLOWED,
    LOGIN_REQUIRED,
    NOT_REQUIRED,
    SETTING_BY_KEY,
)
from mcuaudit.domain.verdict import Verdict, missing
from mcuaudit.domain.versions import FIRST_VERSION_WITH_VERIFICATION

USERS_KEY: Final = "settings.toml [[users]]"
SECURITY_MISSING: Final = missing(
    "settings.toml [ssl_certificates] client_certificate_security", "Client certificate security is not in the export."
)


@once
def users(device: Device) -> dict[str, str] | None:
    """Privilege by user name; None if the export has no users."""
    words = device.names("users")
    if words is None:
        return None
    return {name: privilege for name, _, privilege in (word.rpartition(":") for word in words)}


@once
def administrators(device: Device) -> frozenset[str] | None:
    """Names of the users with administrator privilege; None if the export has no users."""
    found = users(device)
    return None if found is None else frozenset(name for name, privilege in found.items() if privilege == ADMINISTRATOR)


def all_among(common_names: tuple[str, ...], names: Iterable[str]) -> Answer:
    """Whether all CNs of a certificate are among `names`, exactly; open if only some of several are (reading A8)."""
    allowed = set(names)
    found = [name for name in common_names if name in allowed]
    if not found:
        return Answer.NO
    return Answer.YES if len(found) == len(common_names) else Answer.OPEN


def stored(user: str | None, names: Iterable[str]) -> bool:
    """Whether a user that peers.toml names is one of the stored `names`, however its characters are composed."""
    return user is not None and as_known(user, names) is not None


def nearly_a_user(common_names: Iterable[str], names: Iterable[str]) -> str:
    """The user name that a CN matches except for case, spaces or Unicode form (A9); "" if none, or if a CN is one."""
    stored, given = sorted(names), tuple(common_names)
    if not set(stored).isdisjoint(given):
        return ""
    by_folded = {_folded(name): name for name in stored}
    return next((by_folded[_folded(name)] for name in given if _folded(name) in by_folded), "")


@dataclass(frozen=True, slots=True)
class NamedUsers:
    """The users that the CNs of a certificate may stand for; None among them: no user, so that a password decides.

    Several are possible under a reading, A8 or A9.
    """

    possible: tuple[str | None, ...]
    reading: str = ""


def named_users(common_names: tuple[str, ...], names: Iterable[str]) -> NamedUsers:
    """The users of a device that the CNs of a certificate may stand for: exactly (A8 if several), or nearly (A9)."""
    stored = sorted(names)
    exact = tuple(dict.fromkeys(name for name in common_names if name in stored))
    if exact:
        every = exact if all_among(common_names, stored) is Answer.YES else (*exact, None)
        return NamedUsers(every, "A8" if len(every) > 1 else "")
    given = {_folded(name) for name in common_names}
    near = tuple(name for name in stored if _folded(name) in given)
    return NamedUsers((*near, None), "A9" if near else "")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


@once
def client_certificate_security(device: Device) -> str | None:
    """The level in effect: "Not required" if the software cannot verify, whatever is declared."""
    if can_verify(device) is Answer.NO:
        return NOT_REQUIRED
    value = device.value(CLIENT_CERTIFICATE_SECURITY)
    # Before 4.4 no level is in effect.
    return value if value == NOT_REQUIRED or not version_decides(device) else None


@once
def possible_levels(device: Device) -> tuple[str, ...]:
    """The levels that may be in effect: one if it is known, else each that the export leaves possible."""
    known = client_certificate_security(device)
    if known is not None:
        return (known,)
    value = device.value(CLIENT_CERTIFICATE_SECURITY)
    # Only the version is not known, and software before 4.4 has no level above the lowest.
    return (NOT_REQUIRED, value) if value else SETTING_BY_KEY[CLIENT_CERTIFICATE_SECURITY].labels


def level_is_unreadable(device: Device) -> bool:
    """The level, or the version that decides whether it is in effect, is in the export and cannot be read."""
    return any(device.setting(key).damaged for key in (CLIENT_CERTIFICATE_SECURITY, SOFTWARE_VERSION))


@once
def at_level(device: Device, level: str) -> Device:
    """The device with that level in effect, for what holds at each level that is possible."""
    values = {CLIENT_CERTIFICATE_SECURITY: level}
    if level != NOT_REQUIRED and version_decides(device):
        values[SOFTWARE_VERSION] = _VERIFYING_VERSION
    return device.with_values(values)


_VERIFYING_VERSION: Final = ".".join(map(str, FIRST_VERSION_WITH_VERIFICATION))


def security_lacking(device: Device) -> Verdict:
    """The open verdict if the level in effect is not known."""
    found = doubt(device, CLIENT_CERTIFICATE_SECURITY, SOFTWARE_VERSION)
    level_known = device.value(CLIENT_CERTIFICATE_SECURITY) is not None
    return found or (version_lacking(device) if level_known and version_decides(device) else SECURITY_MISSING)


@once
def users_doubt(device: Device) -> Verdict | None:
    """The open verdict if the users, or one of them, cannot be read."""
    return doubt(device, "users")


def users_lacking(device: Device) -> Verdict:
    """The open verdict if the users are not known."""
    return users_doubt(device) or missing(USERS_KEY, "The users of the device are not in the export.")


@once
def certificate_logs_in(device: Device) -> Answer:
    """Whether the CN of a client certificate can log a user in, by HTTPS: without a version, as from 4.4 on.

    What it decides is an exposure, for which the case that admits counts.
    """
    missing_version = version_is_missing(device)
    security = device.value(CLIENT_CERTIFICATE_SECURITY) if missing_version else client_certificate_security(device)
    allowed = answer(None if security is None else security in (LOGIN_ALLOWED, LOGIN_REQUIRED))
    return both(https(device), has_key(device), allowed)


def passwords_refused(device: Device) -> bool:
    """Only certificates log in, and HTTP and FTP logins are blocked."""
    return client_certificate_security(device) == LOGIN_REQUIRED
