"""The CN that a peer needs to log in with its certificate: on every device the name of a user, exactly."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.users import nearly_a_user, possible_levels, users
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_forms import as_known
from mcuaudit.domain.settings import LOGIN_ALLOWED, LOGIN_REQUIRED
from mcuaudit.variants.requests.certificate_uses import Held, Use
from mcuaudit.wording.phrases import listed

LONGEST_COMMON_NAME: Final = 64
"""Characters of a CN (RFC 5280, appendix A, ub-common-name)."""


@dataclass(frozen=True, slots=True)
class LoginName:
    """What the CN must be, or why it cannot be had; see `Entry`."""

    value: str
    need: str
    reason: str
    uses: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    evidence: str = ""


def login_names(held: Held, devices: Mapping[str, Device], today: Certificate | None) -> list[LoginName]:
    """The CN with which a peer logs in on its devices, and the devices on which another one would be needed.

    Args:
        held: the certificate of the peer with its uses.
        devices: the devices, by device_id.
        today: the certificate that it presents today.
    """
    wanted: dict[str, list[Use]] = {}
    logins = [use for use in held.uses if use.login]
    for use in logins:
        name = _stored_name(held, use, devices[use.device_id], today)
        if name:
            wanted.setdefault(name, []).append(use)
    if not wanted:
        return [_without_user(held, logins)] if logins else []
    chosen = max(sorted(wanted), key=lambda name: _weight(name, wanted[name], held, devices))
    found = [_chosen(chosen, wanted[chosen], held, devices)]
    return found + [_other(name, chosen, uses, devices) for name, uses in wanted.items() if name != chosen]


def _stored_name(held: Held, use: Use, device: Device, today: Certificate | None) -> str | None:
    """The user of a device as which the peer logs in, as the device stores it; None if that is not known."""
    known, user = users(device) or {}, held.peers[use.device_id].user
    if user is None:
        same = [name for name in (today.common_names if today else ()) if name in known]
        return same[0] if len(same) == 1 else None
    return as_known(user, known) or nearly_a_user((user,), known) or user


def _weight(name: str, uses: list[Use], held: Held, devices: Mapping[str, Device]) -> tuple[int, int, int, int]:
    """Where passwords are refused first, then where a CN can log in, then all; of equals the recorded user."""
    levels = [possible_levels(devices[use.device_id]) for use in uses]
    recorded = Counter(peer.user for peer in held.peers.values())[name]
    return sum(LOGIN_REQUIRED in one for one in levels), sum(map(_logs_in, levels)), len(uses), recorded


def _logs_in(levels: tuple[str, ...]) -> bool:
    return LOGIN_ALLOWED in levels or LOGIN_REQUIRED in levels


def _chosen(name: str, uses: list[Use], held: Held, devices: Mapping[str, Device]) -> LoginName:
    ids = tuple(use.connection_id for use in uses)
    logs_in = any(_logs_in(possible_levels(devices[use.device_id])) for use in uses)
    where = listed([use.device_id for use in uses])
    flaw = _flaw(name)
    if flaw:
        return LoginName("", "conflict", f"the user name on {where} {flaw}: rename that user", ids)
    why = f"the user of that name on {where} logs in with it; it is compared exactly, and no second CN may be there"
    if any(use.names for use in held.uses):
        why += "; host names are compared in the subjectAltName, so the CN is free for the user name"
    return LoginName(f"CN={name}", "required" if logs_in else "advised", why, ids, ("A8", "A9"))


def _flaw(name: str) -> str:
    """Why a user name cannot be the CN of a request; "" if it can."""
    if len(name) > LONGEST_COMMON_NAME:
        return f"has {len(name)} characters, and a CN at most {LONGEST_COMMON_NAME}"
    if any(unicodedata.category(character) in _NO_TEXT for character in name):
        return "contains a control character, which a request cannot contain"
    return ""


_NO_TEXT: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _other(name: str, chosen: str, uses: list[Use], devices: Mapping[str, Device]) -> LoginName:
    where = listed([use.device_id for use in uses])
    why = f"the user is stored as “{name}” on {where}, and a certificate has one CN: rename that user to “{chosen}”"
    if not any(LOGIN_REQUIRED in possible_levels(devices[use.device_id]) for use in uses):
        why += "; until then a password is asked for there"
    return LoginName(f"CN={name}", "conflict", why, tuple(use.connection_id for use in uses), ("A8", "A9"))


def _without_user(held: Held, logins: list[Use]) -> LoginName:
    evidence = f'peers.toml [[peer]] "{held.holder.name}" user'
    why = f"the export does not record the user as which {held.holder.name} logs in"
    return LoginName("", "open", why, tuple(use.connection_id for use in logins), evidence=evidence)
