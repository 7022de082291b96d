"""What breaks the rules about local certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from tests.authority import NOW, encoded, p256_key, rsa_key, self_signed
from tests.clean_export import BOTH, HOST, ISSUING, LOCAL_NAMES, ROOT, CleanExport, chain, local_certificate
from tests.odd_encodings import pem, with_extension
from tests.revoking import revocation_list
from tests.rules.breakages.base import LOCAL, Break, all_of, file, local, peer, setting


def second_device_with_the_same_certificate(export: CleanExport) -> None:
    """Another device presents the same certificate."""
    export.files["oslo/mcu-2/local-certificate.pem"] = export.files[LOCAL]


SHA256_WITH_RSA: Final = bytes.fromhex("06092a864886f70d01010b")
UNKNOWN_WITH_RSA: Final = bytes.fromhex("06092a864886f70d01017f")
UNREADABLE_PURPOSES: Final = pem(
    with_extension(local_certificate().der, ISSUING, "extKeyUsage", encoded(0x30, b"\x0c\x01x"))
)
SIGNATURE_NOT_CHECKED: Final = pem(
    self_signed(HOST, key=rsa_key(4), san=LOCAL_NAMES, purposes=BOTH).der.replace(SHA256_WITH_RSA, UNKNOWN_WITH_RSA)
)
"""Subject and issuer are the same name, and the algorithm of the signature is one that nobody knows."""
SELF_SIGNED = self_signed(HOST, key=rsa_key(4), san=LOCAL_NAMES, purposes=BOTH).pem
PUBLIC_ROOT: Final = file("mcuaudit.toml", f'[known]\npublic_authorities = ["{ROOT.record.sha256}"]\n'.encode())
"""The root of the test CAs is public, by the policy."""


REVOKED: Final = local_certificate()
"""A local certificate that a list revokes."""
LONG_KEY: Final = local(key=rsa_key(14, 4104))
AFTER_2030: Final = datetime(2031, 1, 1, tzinfo=UTC)


def shown(**values: str) -> Break:
    """The page shows these values of the local certificate."""
    return setting("ssl_certificates", shown=values)


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
    "MCU110": local(ca=True),
    "MCU111": local(version=1),
    "MCU112": local(key_usage=["key_encipherment"]),
    "MCU114": PUBLIC_ROOT,
    "MCU115": PUBLIC_ROOT,
    "MCU116": local(san=[*LOCAL_NAMES, "DNS:mcu 1.example.com"]),
    "MCU117": setting("device", restart_required=True),
    "MCU118": setting("ssl_certificates", private_key="Key does not match certificate"),
    "MCU119": shown(subject="CN=mcu-9.example.com, O=Example"),
    "MCU121": all_of(LONG_KEY, peer("room", product="Expressway", standard="vcs", route="proxied")),
    "MCU122": local(not_after=AFTER_2030),
    "MCU123": all_of(file(LOCAL, chain(REVOKED, ISSUING)), file("issuing.crl", revocation_list(ISSUING, [REVOKED]))),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU103": file(LOCAL, None),
    "MCU108": file(LOCAL, SIGNATURE_NOT_CHECKED),
    "MCU109": file(LOCAL, UNREADABLE_PURPOSES + ISSUING.pem),
    "MCU112": local(key=p256_key(900), key_usage=["key_agreement"]),
    "MCU113": local(key=p256_key(900)),
    "MCU115": all_of(
        PUBLIC_ROOT,
        local(purposes=["serverAuth"]),
        setting("ssl_certificates", client_certificate_security="Not required"),
        lambda export: export.settings["ssl_certificates"].pop("verification_settings"),
    ),
    "MCU118": setting("ssl_certificates", private_key="Key 2048 bit"),
    "MCU119": shown(subject="MCU in the lobby"),
    "MCU121": all_of(LONG_KEY, peer("room", product=7)),
    "MCU123": file("issuing.crl", revocation_list(ISSUING, next_update=NOW - timedelta(hours=1))),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {
    "MCU114": all_of(PUBLIC_ROOT, local(not_before=NOW - timedelta(days=90), not_after=NOW + timedelta(days=80))),
    "MCU121": peer("room", product="Expressway"),
    "MCU119": shown(
        subject=f"/O=example/CN={HOST}",
        issuer="CN=Example Issuing CA,  O=Example",
        issued="2025-06-15",
        expires="2027-06-15",
    ),
    "MCU123": file("issuing.crl", revocation_list(ISSUING)),
}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
