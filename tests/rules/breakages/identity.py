"""What breaks the rules about identities."""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.clean_export import ADDRESS, HOST, ISSUING, LOCAL_NAMES, certificate, chain
from tests.rules.breakages.base import LOCAL, WITHOUT_ADDRESS, Break, all_of, file, local, peer, setting

WILDCARD: Final = local(san=["DNS:*.example.com", f"DNS:{ADDRESS}"])
STRICT_ROOM: Final = peer("room", standard="rfc5922", expects=[HOST])
"""The room system compares by RFC 5922, and knows the device by its host name."""
TRUNK: Final = all_of(
    setting("sip", outbound_call_configuration="Use trunk", outbound_domain="example.com"),
    peer("room", standard="rfc5922", route="proxied"),
)


def common_names(*words: str) -> x509.Name:
    """A subject of these CNs."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, word) for word in words])


FAILS: Final[dict[str, Break]] = {
    "MCU201": local(san=WITHOUT_ADDRESS),
    "MCU202": local(san=[f"DNS:{ADDRESS}", f"URI:sip:{HOST}"]),
    "MCU203": TRUNK,
    "MCU205": file(LOCAL, chain(certificate(ADDRESS, san=WITHOUT_ADDRESS), ISSUING)),
    "MCU206": local(san=[f"IP:{ADDRESS}"]),
    "MCU207": all_of(WILDCARD, STRICT_ROOM),
    "MCU209": STRICT_ROOM,
    "MCU212": file("peers/room.pem", chain(certificate("room", key=5, san=["DNS:10.1.2.200"]), ISSUING)),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU201": local(san=[*WITHOUT_ADDRESS, f"URI:sip:mcu@{ADDRESS}"]),
    "MCU202": setting("device", host_names=["mcu-1.example.com."]),
    "MCU203": setting("sip", outbound_call_configuration="Use trunk", outbound_domain="example.com"),
    "MCU204": local(san=[*WITHOUT_ADDRESS, f"IP:{ADDRESS}"]),
    "MCU207": WILDCARD,
    "MCU208": local(san=[f"URI:sips:{HOST}", f"DNS:{ADDRESS}"]),
    "MCU210": file(LOCAL, chain(certificate(common_names(HOST, ADDRESS)), ISSUING)),
    "MCU211": file("peers/alice.pem", chain(certificate("Alice", key=6), ISSUING)),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {
    "MCU203": all_of(TRUNK, local(san=[*LOCAL_NAMES, "URI:sip:example.com"])),
    "MCU209": peer("room", standard="rfc5922"),
}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
