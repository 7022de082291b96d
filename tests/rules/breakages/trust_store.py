"""What breaks the rules about trust stores."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tests.authority import FAR_AHEAD, LONG_AGO, NOW, Authority, encoded, rsa_key
from tests.clean_export import DEVICE, ELSEWHERE, HOST, ISSUING, LOCAL_NAMES, ROOT, CleanExport, certificate, chain
from tests.odd_encodings import pem, with_extension, with_field
from tests.rules.breakages.base import LOCAL, STRANGER, Break, all_of, file, peer, untold

SIP_STORE: Final = f"{DEVICE}/sip-trust-store.pem"
HTTPS_STORE: Final = f"{DEVICE}/https-trust-store.pem"
EXPIRED_CA = Authority.root("Example Old CA", key=rsa_key(9), not_before=LONG_AGO, not_after=NOW - timedelta(days=1))
COMING_CA = Authority.root("Example New CA", key=rsa_key(9), not_before=NOW + timedelta(seconds=1))
WEAK_CA = Authority.root("Example Weak CA", key=rsa_key(10, 1024))
RENEWED_CA = ROOT.intermediate("Example Issuing CA", key=rsa_key(2), not_after=FAR_AHEAD)
ROOMS_CA = ROOT.intermediate("Example Rooms CA", key=rsa_key(11), not_before=LONG_AGO, not_after=FAR_AHEAD)
NO_SIGNER = ROOT.intermediate("Example Data CA", key=rsa_key(12), key_usage=["digital_signature"])
ROOM_OF_ROOMS_CA = chain(certificate("room", issuer=ROOMS_CA, key=5, san=["DNS:10.1.2.200"]))
LASTING_ROOM = chain(certificate("room", key=5, san=["DNS:10.1.2.200"], not_after=FAR_AHEAD), ISSUING)


def public(*authorities: Authority) -> Break:
    """The policy lists these CAs as public."""
    listed = ", ".join(f'"{authority.record.sha256}"' for authority in authorities)
    return file("mcuaudit.toml", f"[known]\npublic_authorities = [{listed}]\n".encode())


def neighbours(*names: str, store: bytes) -> Break:
    """Other devices of the site have this SIP trust store."""

    def apply(export: CleanExport) -> None:
        for name in names:
            export.files[f"leeds/{name}/local-certificate.pem"] = export.files[LOCAL]
            export.files[f"leeds/{name}/sip-trust-store.pem"] = store

    return apply


WITHOUT_IDENTIFIERS = ROOT.intermediate("Example Plain CA", key=rsa_key(14), key_identifiers=False)
SERIAL_0_CA = Authority.root("Example Zero CA", key=rsa_key(14), serial=0)
OLD_CA = Authority.root(
    "Example Ancient CA", key=rsa_key(14), not_before=NOW - timedelta(days=9132), not_after=NOW + timedelta(days=1)
)
NO_TIMES: Final = encoded(0x30, encoded(0x17, b"x") + encoded(0x17, b"y"))


def changed(authority: Authority, extension: str, value: bytes, critical: bytes = b"") -> bytes:
    """The PEM of a CA certificate of the root with another value of an extension."""
    return pem(with_extension(authority.der, ROOT, extension, value, critical=critical))


def beside(*certificates: bytes) -> Break:
    """The SIP trust store has these certificates too, in PEM."""
    return file(SIP_STORE, chain(ROOT, ISSUING) + b"".join(certificates))


FAILS: Final[dict[str, Break]] = {
    "MCU301": file(SIP_STORE, b"# empty\n"),
    "MCU302": file("peers/room.pem", STRANGER),
    "MCU303": file(SIP_STORE, chain(ROOT, ISSUING, EXPIRED_CA)),
    "MCU305": file("peers/room.pem", ROOM_OF_ROOMS_CA),
    "MCU306": file(SIP_STORE, chain(ROOT, ISSUING, NO_SIGNER)),
    "MCU307": file(SIP_STORE, chain(ROOT, ISSUING, WEAK_CA)),
    "MCU308": file(SIP_STORE, chain(ROOT, ISSUING, RENEWED_CA)),
    "MCU309": file("peers/room.pem", LASTING_ROOM),
    "MCU310": public(ROOT),
    "MCU311": public(ROOT),
    "MCU312": neighbours("mcu-2", "mcu-3", store=ROOT.pem),
    "MCU313": file(SIP_STORE, chain(ROOT, ISSUING, ELSEWHERE)),
    "MCU314": file(SIP_STORE, chain(ROOT, ISSUING, COMING_CA)),
    "MCU315": beside(WITHOUT_IDENTIFIERS.pem),
    "MCU316": beside(changed(ISSUING, "keyUsage", b"\x03\x02\x01\x06")),
    "MCU317": beside(SERIAL_0_CA.pem),
    "MCU318": beside(OLD_CA.pem),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU301": file(SIP_STORE, None),
    "MCU302": all_of(file(LOCAL, chain(certificate(HOST, san=LOCAL_NAMES))), file("peers/trusted.pem", ROOT.pem)),
    "MCU304": file(SIP_STORE, chain(ISSUING)),
    "MCU305": all_of(
        file("peers/room.pem", ROOM_OF_ROOMS_CA),
        file("peers/trusted.pem", chain(ROOT, ISSUING, ROOMS_CA)),
        peer("room", chain_complete=False),
    ),
    "MCU306": file(SIP_STORE, chain(ROOT, ISSUING, certificate("room", key=5, san=["DNS:10.1.2.200"]))),
    "MCU310": all_of(public(ROOT), untold("ssl_certificates", "verification_settings")),
    "MCU311": all_of(public(ROOT), untold("ssl_certificates", "client_certificate_security")),
    "MCU315": beside(changed(ISSUING, "subjectKeyIdentifier", encoded(0x30, b""))),
    "MCU316": beside(changed(ISSUING, "keyUsage", encoded(0x30, b""))),
    "MCU317": beside(pem(with_field(ISSUING.der, ROOT, "serialNumber", encoded(0x02, b"")))),
    "MCU318": beside(pem(with_field(ISSUING.der, ROOT, "validity", NO_TIMES))),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {
    "MCU312": neighbours("mcu-2", "mcu-3", store=chain(ISSUING, ROOT)),
}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
