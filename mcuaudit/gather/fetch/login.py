"""The name and password for the API of the devices: never kept, and shown by nothing."""

from __future__ import annotations

import netrc
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mcuaudit.errors import UsageError
from mcuaudit.system.permissions import check_owner_alone

USER_VARIABLE: Final = "MCUAUDIT_FETCH_USER"
PASSWORD_VARIABLE: Final = "MCUAUDIT_FETCH_PASSWORD"
_LONG: Final = 8
"""Octets from which a password is looked for within a text; a short one is part of many words."""


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password; neither is in the text of the object."""

    name: str = field(repr=False)
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        for what, text in (("name", self.name), ("password", self.password)):
            if any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in text):
                raise UsageError(f"The {what} for the devices has a control character, which no request can have.")

    def hidden_in(self, text: str) -> str:
        """A text of a device without the password, in which a device may repeat it."""
        return text.replace(self.password, "[password]") if self.password else text

    def is_in(self, texts: Iterable[str]) -> bool:
        """Whether one of these values is the password, or has it within."""
        return any(
            text == self.password or (len(self.password) >= _LONG and self.password in text)
            for text in texts
            if self.password
        )


class Logins:
    """Where the login of each device comes from: the environment, else netrc, else a prompt, once for all devices."""

    def __init__(self, environment: Mapping[str, str], ask: Callable[[], Login] | None) -> None:
        """`ask` asks the person; None without a terminal.

        Raises:
            UsageError: one of the two variables is set without the other, or netrc cannot be used.
        """
        given = [environment.get(name, "") for name in (USER_VARIABLE, PASSWORD_VARIABLE)]
        if any(given) and not given[0]:
            raise UsageError(f"{PASSWORD_VARIABLE} is set, and {USER_VARIABLE} is not; set both, or neither.")
        self._common = Login(*given) if given[0] and PASSWORD_VARIABLE in environment else None
        if given[0] and self._common is None:
            raise UsageError(f"{USER_VARIABLE} is set, and {PASSWORD_VARIABLE} is not; set both, or neither.")
        self._entries = None if self._common else _entries(environment)
        self._ask = ask

    def of(self, hosts: Iterable[str]) -> Login:
        """The login for a device that has these addresses and names.

        Raises:
            UsageError: there is none, and no terminal to ask for it.
        """
        for host in hosts if self._entries else ():
            found = self._entries.authenticators(host) if self._entries else None
            if found:
                return Login(found[0] or "", found[2] or "")
        if self._common is None:
            if self._ask is None:
                raise UsageError(
                    f"No name and password for the devices: set {USER_VARIABLE} and {PASSWORD_VARIABLE}, add them to "
                    "netrc, run the command at a terminal, or read the certificates alone with --tls-only."
                )
            self._common = self._ask()
        return self._common


def _entries(environment: Mapping[str, str]) -> netrc.netrc | None:
    """The entries of netrc, which NETRC names; None if there is no such file."""
    named = environment.get("NETRC", "")
    home = environment.get("HOME") or os.path.expanduser("~")  # noqa: PTH111
    file = Path(named) if named else Path(home, "_netrc" if os.name == "nt" else ".netrc")
    if not file.is_file():
        if named:
            raise UsageError(f"{named}: no such file, which NETRC names.")
        return None
    check_owner_alone(file, ", and has passwords")
    try:
        return netrc.netrc(str(file))
    except (netrc.NetrcParseError, UnicodeDecodeError) as error:
        # The text of the error may quote the line, with a password in it.
        line = getattr(error, "lineno", None)
        place = f", line {line}" if line else ""
    raise UsageError(f"{file}{place}: not an entry of netrc; expected: machine HOST login NAME password PASSWORD.")
