"""What the rows of a view depend on: the part of a fleet that is evaluated again when something in it changes."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """What decides about a row of a view.

    Attributes:
        DEVICE: what is recorded of the device of the row, of its peers, and of the MCUs that it calls.
        SITE: that of every device of its site.
        STORE_FILE: that of every device that uses the trust store file of the row.
        PROBLEMS: the problems of all files, and which devices there are.
        FLEET: all devices.
    """

    DEVICE = "device"
    SITE = "site"
    STORE_FILE = "store_file"
    PROBLEMS = "problems"
    FLEET = "fleet"


KEYS: Final = {Scope.DEVICE: "device_id", Scope.SITE: "device_id", Scope.STORE_FILE: "file"}
"""The column that orders a view of a scope, and by whose values its rows are replaced; others are replaced whole."""
