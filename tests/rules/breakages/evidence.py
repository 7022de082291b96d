"""What breaks the rules about evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tests.authority import NOW
from tests.clean_export import DEVICE, local_certificate
from tests.rules.breakages.base import Break, file, setting


def response(members: str, name: str = "device.query") -> Break:
    """A saved response of the device has these members."""
    needed = {"model": "MCU 4510", "softwareVersion": "4.4(3.57)"} if name == "device.query" else {}
    system = "".join(member(key, value) for key, value in needed.items() if f"<name>{key}</name>" not in members)
    struct = f"<value><struct>{system}{members}</struct></value>"
    body = f"<methodResponse><params><param>{struct}</param></params></methodResponse>"
    return file(f"{DEVICE}/api/{name}.xml", body.encode())


def member(name: str, value: str) -> str:
    """One member of a response; `value` may hold elements."""
    return f"<member><name>{name}</name><value>{value}</value></member>"


LICENCE_KEY: Final = member(
    "activatedFeatures",
    f"<array><data><value><struct>{member('feature', 'Encryption')}{member('key', '12345-67890')}</struct></value>"
    "</data></array>",
)

FAILS: Final[dict[str, Break]] = {
    "MCU901": response(member("softwareVersion", "4.5(1.72)")),
    "MCU902": setting("device", collected_at=(NOW - timedelta(days=90)).isoformat()),
    "MCU903": file(f"{DEVICE}/sip-trust-store.pem", None),
    "MCU904": file(f"{DEVICE}/sip-truststore.pem", b"-"),
    "MCU905": setting("device", modell="MCU 4510"),
    "MCU906": file(f"{DEVICE}/local-key.pem", local_certificate().key_pem),
    "MCU907": response(LICENCE_KEY),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
