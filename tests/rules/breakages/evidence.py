"""What breaks the rules about evidence."""

from __future__ import annotations

from typing import Final

from tests.clean_export import DEVICE, CleanExport
from tests.rules.breakages.base import Break


def response_that_differs(export: CleanExport) -> None:
    """The device itself tells another version."""
    member = "<member><name>softwareVersion</name><value>4.5(1.72)</value></member>"
    body = f"<methodResponse><params><param><value><struct>{member}</struct></value></param></params></methodResponse>"
    export.files[f"{DEVICE}/api/device.query.xml"] = body.encode()


FAILS: Final[dict[str, Break]] = {
    "MCU901": response_that_differs,
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
