"""The users of a device, who of them is an administrator, and how a common name compares with them."""

from __future__ import annotations

from collections.abc import Iterable

from mcuaudit.devices.device import Device
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer, answer
from mcuaudit.domain.settings import (
    ADMINISTRATOR,
    CLIENT_CERTIFICATE_SECURITY,
    LOGIN_ALLOWED,
    LOGIN_REQUIRED,
    NOT_REQUIRED,
)


def users(device: Device) -> dict[str, str] | None:
    """Privilege by user name; None where the export has no users."""
    words = device.names("users")
    if words is None:
        return None
    return {name: privilege for name, _, privilege in (word.rpartition(":") for word in words)}


def administrators(device: Device) -> frozenset[str] | None:
    """Names of the users with administrator privilege; None where the export has no users."""
    found = users(device)
    return None if found is None else frozenset(name for name, privilege in found.items() if privilege == ADMINISTRATOR)


def all_among(common_names: tuple[str, ...], names: Iterable[str]) -> Answer:
    """Whether all CNs of a certificate are among `names`, exactly; open if only some of several are (reading A8)."""
    allowed = set(names)
    found = [name for name in common_names if name in allowed]
    if not found:
        return Answer.NO
    return Answer.YES if len(found) == len(common_names) else Answer.OPEN


def client_certificate_security(device: Device) -> str | None:
    """The level that is in effect: "Not required" where the software cannot verify, whatever is declared."""
    return NOT_REQUIRED if can_verify(device) is Answer.NO else device.value(CLIENT_CERTIFICATE_SECURITY)


def certificate_logs_in(device: Device) -> Answer:
    """Whether the CN of a client certificate can log a user in, by HTTPS."""
    if Answer.NO in (can_verify(device), device.is_on("services.https")):
        return Answer.NO
    security = client_certificate_security(device)
    return answer(None if security is None else security in (LOGIN_ALLOWED, LOGIN_REQUIRED))


def passwords_refused(device: Device) -> bool:
    """Only certificates log in, and HTTP and FTP logins are blocked."""
    return client_certificate_security(device) == LOGIN_REQUIRED
