"""What breaks the rules about local certificates."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tests.authority import NOW, rsa_key, self_signed
from tests.clean_export import BOTH, HOST, LOCAL_NAMES, CleanExport
from tests.rules.breakages.base import LOCAL, Break, file, local


def second_device_with_the_same_certificate(export: CleanExport) -> None:
    """Another device presents the same certificate."""
    export.files["oslo/mcu-2/local-certificate.pem"] = export.files[LOCAL]


SELF_SIGNED = self_signed(HOST, key=rsa_key(4), san=LOCAL_NAMES, purposes=BOTH).pem

FAILS: Final[dict[str, Break]] = {
    "MCU101": file(LOCAL, None),
    "MCU102": second_device_with_the_same_certificate,
    "MCU103": local(not_after=NOW - timedelta(seconds=1)),
    "MCU104": local(not_before=NOW + timedelta(seconds=1)),
    "MCU105": local(not_after=NOW + timedelta(days=59)),
    "MCU106": local(key=rsa_key(10, 1024)),
    "MCU107": local(digest="sha1"),
    "MCU108": file(LOCAL, SELF_SIGNED),
    "MCU109": local(purposes=["serverAuth"]),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU103": file(LOCAL, None),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
