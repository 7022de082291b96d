"""What breaks the rules about connections."""

from __future__ import annotations

from typing import Final

from tests.clean_export import ADDRESS, DEVICE, ELSEWHERE, certificate, chain
from tests.rules.breakages.base import STRANGER, WITHOUT_ADDRESS, Break, all_of, file, local, ocsp_server, peer

FAILS: Final[dict[str, Break]] = {
    "MCU501": file("peers/room.pem", STRANGER),
    "MCU502": peer("room", identifiers=["10.1.2.201"]),
    "MCU503": file("peers/alice.pem", chain(certificate("alice", issuer=ELSEWHERE, key=6))),
    "MCU504": peer("tms", certificate=False),
    "MCU505": all_of(
        ocsp_server, file("peers/ocsp.pem", chain(certificate("o", ELSEWHERE, 8, san=["DNS:ocsp.example.com"])))
    ),
    "MCU506": file("peers/tms.pem", chain(certificate("tms-service", ELSEWHERE, 7, san=["DNS:tms.example.com"]))),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU501": peer("room", certificate="peers/lost.pem"),
    "MCU502": local(san=[*WITHOUT_ADDRESS, f"IP:{ADDRESS}"]),
    "MCU503": ocsp_server,
    "MCU504": file(f"{DEVICE}/https-trust-store.pem", None),
    "MCU505": lambda export: export.settings["ssl_certificates"].pop("ocsp"),
    "MCU506": file(f"{DEVICE}/https-trust-store.pem", None),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
