"""The users and administrators of a device, and the comparison of common names with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from mcuaudit.devices.damage import SOFTWARE_VERSION, doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.services import https
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer, answer, both
from mcuaudit.domain.name_forms import as_known
from mcuaudit.domain.settings import (
    ADMINISTRATOR,
    CLIENT_CERTIFICATE_SECURITY,
    LOGIN_ALLOWED,
    LOGIN_REQUIRED,
    NOT_REQUIRED,
)
from mcuaudit.domain.verdict import Verdict, missing

USERS_KEY: Final = "settings.toml [[users]]"
SECURITY_MISSING: Final = missing(
    "settings.toml [ssl_certificates] client_certificate_security", "Client certificate security is not in the export."
)


def users(device: Device) -> dict[str, str] | None:
    """Privilege by user name; None if the export has no users."""
    words = device.names("users")
    if words is None:
        return None
    return {name: privilege for name, _, privilege in (word.rpartition(":") for word in words)}


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


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def client_certificate_security(device: Device) -> str | None:
    """The level in effect: "Not required" if the software cannot verify, whatever is declared."""
    if can_verify(device) is Answer.NO:
        return NOT_REQUIRED
    value = device.value(CLIENT_CERTIFICATE_SECURITY)
    # Before 4.4 no level is in effect, and this version cannot be read.
    return value if value == NOT_REQUIRED or not device.setting(SOFTWARE_VERSION).damaged else None


def security_lacking(device: Device) -> Verdict:
    """The open verdict if the level in effect is not known."""
    return doubt(device, CLIENT_CERTIFICATE_SECURITY, SOFTWARE_VERSION) or SECURITY_MISSING


def users_doubt(device: Device) -> Verdict | None:
    """The open verdict if the users, or one of them, cannot be read."""
    return doubt(device, "users")


def users_lacking(device: Device) -> Verdict:
    """The open verdict if the users are not known."""
    return users_doubt(device) or missing(USERS_KEY, "The users of the device are not in the export.")


def certificate_logs_in(device: Device) -> Answer:
    """Whether the CN of a client certificate can log a user in, by HTTPS."""
    security = client_certificate_security(device)
    return both(https(device), answer(None if security is None else security in (LOGIN_ALLOWED, LOGIN_REQUIRED)))


def passwords_refused(device: Device) -> bool:
    """Only certificates log in, and HTTP and FTP logins are blocked."""
    return client_certificate_security(device) == LOGIN_REQUIRED
