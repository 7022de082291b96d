"""What breaks the rules about connections."""

from __future__ import annotations

from typing import Final

from tests.clean_export import ADDRESS, DEVICE, ELSEWHERE, ISSUING, certificate, chain
from tests.revoking import revocation_list
from tests.rules.breakages.base import STRANGER, WITHOUT_ADDRESS, Break, all_of, file, local, ocsp_server, peer

_ROOM: Final = certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"])
_REVOKED: Final = all_of(
    file("peers/room.pem", chain(_ROOM, ISSUING)), file("leeds/issuing.crl", revocation_list(ISSUING, [_ROOM]))
)

FAILS: Final[dict[str, Break]] = {
    "MCU501": file("peers/room.pem", STRANGER),
    "MCU502": peer("room", identifiers=["10.1.2.201"]),
    "MCU503": file("peers/alice.pem", chain(certificate("alice", issuer=ELSEWHERE, key=6))),
    "MCU504": peer("tms", certificate=False),
    "MCU505": all_of(
        ocsp_server, file("peers/ocsp.pem", chain(certificate("o", ELSEWHERE, 8, san=["DNS:ocsp.example.com"])))
    ),
    "MCU506": file("peers/tms.pem", chain(certificate("tms-service", ELSEWHERE, 7, san=["DNS:tms.example.com"]))),
    "MCU507": _REVOKED,
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU501": peer("room", certificate="peers/lost.pem"),
    "MCU502": local(san=[*WITHOUT_ADDRESS, f"IP:{ADDRESS}"]),
    "MCU503": ocsp_server,
    "MCU504": file(f"{DEVICE}/https-trust-store.pem", None),
    "MCU505": lambda export: export.settings["ssl_certificates"].pop("ocsp"),
    "MCU506": file(f"{DEVICE}/https-trust-store.pem", None),
    "MCU507": all_of(_REVOKED, file(f"{DEVICE}/sip-trust-store.pem", chain(ISSUING))),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {"MCU507": file("issuing.crl", revocation_list(ISSUING))}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
