"""What breaks the rules about settings."""

from __future__ import annotations

from typing import Final

from tests.clean_export import ELSEWHERE, certificate, chain
from tests.rules.breakages.base import Break, file, setting

FAILS: Final[dict[str, Break]] = {
    "MCU401": setting("ssl_certificates", verification_settings="No verification"),
    "MCU402": setting("ssl_certificates", verification_settings="Outgoing calls only"),
    "MCU403": setting("ssl_certificates", server_certificate_security="No verification"),
    "MCU404": lambda export: export.settings["feedback_receivers"].append({"uri": "http://10.1.2.9/RPC2"}),
    "MCU406": setting("device", software_version="4.3(2.18)"),
    "MCU411": file("peers/alice.pem", chain(certificate("alice", issuer=ELSEWHERE, key=6))),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU401": lambda export: export.settings["ssl_certificates"].pop("verification_settings"),
    "MCU411": lambda export: export.settings["services"].pop("https"),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
