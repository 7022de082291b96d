"""Addresses of other file systems, such as s3://bucket/exports: which texts are one, and how one is shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from mcuaudit.errors import UsageError

_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+(?:::[^/]*)?)://(.*)", re.DOTALL)
"""A drive of Windows has one letter."""
_LOCAL: Final = ("file", "local")


_WEB: Final = frozenset({"http", "https"})
"""Protocols by which a part of a file cannot be had for certain."""


def is_remote(given: object) -> bool:
    """Whether it is the address of another file system; file:///exports is a path of this one."""
    found = _ADDRESS.fullmatch(given) if isinstance(given, str) else None
    return found is not None and found[1].lower() not in _LOCAL


def local_path(given: str | Path) -> str | Path:
    """The path in an address of this machine, file:///exports; anything else as it is."""
    found = _ADDRESS.fullmatch(given) if isinstance(given, str) else None
    return found[2] if found is not None and found[1].lower() in _LOCAL else given


def shown_address(address: str) -> str:
    """The address without user, password, query and the slash at its end, for messages, frames and pages."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return address
    rest = found[2]
    if _credentials(rest.partition("?")[0]) or _credentials(rest):
        # First, because a password may have a question mark in it.
        rest = rest.rpartition("@")[2]
    rest = rest.partition("?")[0]
    host, slash, path = rest.partition("/")
    return f"{found[1]}://{host.rpartition('@')[2]}{slash}{path}".rstrip("/")


def check_address(address: str) -> None:
    """Refuse an address that would let a secret be seen, or that leads through a second file system.

    Raises:
        UsageError: it has a password or a query, is of a web server, is made of several addresses, or has characters
            that none can have.
    """
    shown = shown_address(address)
    found = _ADDRESS.fullmatch(address)
    rest = found[2] if found else ""
    if _credentials(rest):
        raise UsageError(
            f"{shown}: the address has a user name and a password, which other users of this machine could see. Leave "
            "them out, and give them to the driver in its own variables or files, such as AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY."
        )
    if "?" in rest:
        raise UsageError(f"{shown}: the address has a query (?…), which may hold a secret; leave it out.")
    if found and found[1].lower() in _WEB:
        raise UsageError(
            f"{shown}: a web server may send more than is asked for, so that no limit holds. Copy the export to this "
            "machine, or to a store such as s3://bucket/exports."
        )
    if "::" in address:
        raise UsageError(f"{shown}: this is a chain of several addresses (::); name one, of a directory.")
    if "\0" in rest or any(part in (".", "..") for part in rest.split("/")):
        raise UsageError(f'{shown!r}: an address has neither ".", ".." nor NUL in it; name the directory itself.')


def _credentials(rest: str) -> bool:
    """Whether there is a password before a host; one may have a slash in it, as secret keys of AWS have."""
    host = rest.partition("/")[0]
    before, at, _ = host.rpartition("@")
    return ":" in before if at else ":" in host and "@" in rest


def name_at(address: str) -> str:
    """The last name of the address, as the name of a directory is shown."""
    return shown_address(address).rpartition("/")[2]
