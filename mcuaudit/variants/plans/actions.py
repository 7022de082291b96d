"""The steps that a plan orders: one change at one place, when it belongs, and what has to be done before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mcuaudit.variants.changes import (
    AddAuthority,
    AddUser,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    SetSetting,
)


class Phase(StrEnum):
    """The order of a safe transition (MCU 5300 online help; Release Notes 4.4(3.57)), with what surrounds it."""

    INSTALL = "install"
    """CAs are added to trust stores, and users to devices."""
    REACH = "reach"
    """HTTP and HTTPS are on, and HTTP is not redirected."""
    CERTIFICATES = "certificates"
    """Devices and peers present other certificates."""
    SETTINGS = "settings"
    """Other settings, and those that verify less than before."""
    LESSER_MODE = "lesser_mode"
    """Client certificate security below "Certificate-based authentication required"."""
    VERIFY = "verify"
    """Verification settings, and Server certificate security."""
    CLOSE = "close"
    """HTTP is off or redirected, as it was before, or as it is wanted."""
    OCSP = "ocsp"
    """OCSP is on."""
    REQUIRED = "required"
    """"Certificate-based authentication required"."""
    REMOVE = "remove"
    """What is not used any more is removed."""


class Origin(StrEnum):
    """Why a step is in a plan."""

    TARGET = "target"
    """It was asked for."""
    ENABLING = "enabling"
    """Without it, a later step would break a connection or lock administrators out."""
    RESTORING = "restoring"
    """It takes an enabling step back."""


PHASES: Final = tuple(Phase)


@dataclass(frozen=True)
class Action:
    """One step.

    Attributes:
        number: distinguishes it from the others; the order in which they were named.
        change: what is changed: a value, with one device.
        phase: when it belongs.
        origin: why it is there.
        devices: where it is done; of a peer, the devices that have it.
        needs: the numbers of the actions that are done before it, in every order.
        previous: of a setting, the value that it has before; None if that is not known.
    """

    number: int
    change: SetSetting | AddAuthority | RemoveAuthority | ReplaceCertificate | AddUser | RemoveUser
    phase: Phase
    origin: Origin
    devices: tuple[str, ...]
    needs: frozenset[int] = frozenset()
    previous: str | None = None

    @property
    def peer(self) -> str:
        """The peer that it is done at; "" for a device."""
        return getattr(self.change, "peer", "")

    @property
    def order(self) -> tuple[int, str, int]:
        """Its place in the documented order; what is the same on several devices is done one after the other."""
        change = self.change
        what = f"{change.setting} {change.value}" if isinstance(change, SetSetting) else type(change).__name__
        return PHASES.index(self.phase), what, self.number
