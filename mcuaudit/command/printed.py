"""Output for programs on standard output: octets as they are for a pipe, and nothing that a terminal obeys on one."""

from __future__ import annotations

import sys

from mcuaudit.system.standard_output import write_octets
from mcuaudit.wording.visible import visible


def print_octets(octets: bytes) -> None:
    """Print a text in UTF-8; on a terminal, control and bidirectional characters are shown as text.

    Raises:
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    if sys.stdout.isatty():
        lines = octets.decode("utf-8-sig").split("\n")
        octets = "\n".join(visible(line.rstrip("\r")) for line in lines).encode(sys.stdout.encoding, "backslashreplace")
    write_octets(octets)
