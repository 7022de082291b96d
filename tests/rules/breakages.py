"""For every rule one thing that is broken on the clean device, so that the rule can be seen to speak."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from tests.authority import LONG_AGO, NOW, Authority, rsa_key, self_signed
from tests.clean_export import (
    ADDRESS,
    BOTH,
    DEVICE,
    ELSEWHERE,
    HOST,
    ISSUING,
    LOCAL_NAMES,
    ROOT,
    CleanExport,
    certificate,
    chain,
    with_local,
)

LOCAL: Final = f"{DEVICE}/local-certificate.pem"
Break = Callable[[CleanExport], None]


def local(**wishes: Any) -> Break:
    """The local certificate is made with these wishes."""

    def apply(export: CleanExport) -> None:
        export.files[LOCAL] = with_local(**wishes)

    return apply


def setting(table: str, **values: Any) -> Break:
    """Settings of one table have these values."""

    def apply(export: CleanExport) -> None:
        export.settings[table].update(values)

    return apply


def file(name: str, content: bytes | None) -> Break:
    """A file has this content; None: it is not there."""

    def apply(export: CleanExport) -> None:
        export.files[name] = content

    return apply


def peer(peer_name: str, **facts: Any) -> Break:
    """A peer has these facts."""

    def apply(export: CleanExport) -> None:
        export.peers[peer_name].update(facts)

    return apply


def all_of(*breaks: Break) -> Break:
    """Several at once."""

    def apply(export: CleanExport) -> None:
        for one in breaks:
            one(export)

    return apply


def second_device_with_the_same_certificate(export: CleanExport) -> None:
    """Another device presents the same certificate."""
    export.files["oslo/mcu-2/local-certificate.pem"] = export.files[LOCAL]


def ocsp_server(export: CleanExport) -> None:
    """OCSP is on, over https."""
    ocsp = {"enabled": True, "server_url": "https://ocsp.example.com/", "nonce": True}
    export.settings["ssl_certificates"]["ocsp"] = ocsp


def response_that_differs(export: CleanExport) -> None:
    """The device itself tells another version."""
    member = "<member><name>softwareVersion</name><value>4.5(1.72)</value></member>"
    body = f"<methodResponse><params><param><value><struct>{member}</struct></value></param></params></methodResponse>"
    export.files[f"{DEVICE}/api/device.query.xml"] = body.encode()


EXPIRED_CA = Authority.root("Example Old CA", key=rsa_key(9), not_before=LONG_AGO, not_after=NOW - timedelta(days=1))
SELF_SIGNED = self_signed(HOST, key=rsa_key(4), san=LOCAL_NAMES, purposes=BOTH).pem
WITHOUT_ADDRESS = [f"DNS:{HOST}"]
STRANGER = chain(certificate("room", issuer=ELSEWHERE, key=5, san=["DNS:10.1.2.200"]))

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
    "MCU201": local(san=WITHOUT_ADDRESS),
    "MCU205": file(LOCAL, chain(certificate(ADDRESS, san=WITHOUT_ADDRESS), ISSUING)),
    "MCU301": file(f"{DEVICE}/sip-trust-store.pem", b""),
    "MCU302": file("peers/room.pem", STRANGER),
    "MCU303": file(f"{DEVICE}/sip-trust-store.pem", chain(ROOT, ISSUING, EXPIRED_CA)),
    "MCU401": setting("ssl_certificates", verification_settings="No verification"),
    "MCU402": setting("ssl_certificates", verification_settings="Outgoing calls only"),
    "MCU403": setting("ssl_certificates", server_certificate_security="No verification"),
    "MCU404": lambda export: export.settings["feedback_receivers"].append({"uri": "http://10.1.2.9/RPC2"}),
    "MCU406": setting("device", software_version="4.3(2.18)"),
    "MCU411": file("peers/alice.pem", chain(certificate("alice", issuer=ELSEWHERE, key=6))),
    "MCU501": file("peers/room.pem", STRANGER),
    "MCU502": peer("room", identifiers=["10.1.2.201"]),
    "MCU503": file("peers/alice.pem", chain(certificate("alice", issuer=ELSEWHERE, key=6))),
    "MCU504": peer("tms", certificate=False),
    "MCU505": all_of(
        ocsp_server, file("peers/ocsp.pem", chain(certificate("o", ELSEWHERE, 8, san=["DNS:ocsp.example.com"])))
    ),
    "MCU506": file("peers/tms.pem", chain(certificate("tms-service", ELSEWHERE, 7, san=["DNS:tms.example.com"]))),
    "MCU901": response_that_differs,
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU103": file(LOCAL, None),
    "MCU204": local(san=[*WITHOUT_ADDRESS, f"IP:{ADDRESS}"]),
    "MCU302": all_of(file(LOCAL, chain(certificate(HOST, san=LOCAL_NAMES))), file("peers/trusted.pem", ROOT.pem)),
    "MCU401": lambda export: export.settings["ssl_certificates"].pop("verification_settings"),
    "MCU411": lambda export: export.settings["services"].pop("https"),
    "MCU501": peer("room", certificate="peers/lost.pem"),
    "MCU502": local(san=[*WITHOUT_ADDRESS, f"IP:{ADDRESS}"]),
    "MCU503": ocsp_server,
    "MCU505": lambda export: export.settings["ssl_certificates"].pop("ocsp"),
    "MCU506": file(f"{DEVICE}/https-trust-store.pem", None),
}
"""Rule → what makes it undetermined."""


def audit_of(breakage: Break, directory: Path) -> Any:
    """The audit of the clean device with one thing broken."""
    export = CleanExport()
    breakage(export)
    return export.audit(directory)
