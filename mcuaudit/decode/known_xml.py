"""XML files of a device that are recognised by their root element, under whatever name, and never parsed."""

from __future__ import annotations

import re
from typing import Final

from mcuaudit.decode.records import Problem
from mcuaudit.decode.xml_rpc import without_headers

BACKUP: Final = (
    "a backup of the device with its user accounts, in which older versions store passwords in clear text. It was not "
    "read. Remove it from the export"
)
# What stands before the root is never read in another way to find one in it.
_ROOT: Final = re.compile(
    rb"(?>(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*)<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)", re.DOTALL
)
_HEAD: Final = 65536


def root_name(data: bytes) -> str:
    """The name of the root element of a file that looks like XML, else ""; nothing else of the file is read."""
    head = data[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode()
    found = _ROOT.match(without_headers(head))
    return found[1].decode() if found else ""


def problems_by_root(data: bytes) -> tuple[Problem, ...] | None:
    """The problems of a file that is known by its root element; None for any other file.

    A backup is to be removed. An audit log is genuine and of no use here.
    """
    match root_name(data):
        case "configuration":
            return (Problem("secret", "", BACKUP),)
        case "audit_log":
            return ()
    return None
