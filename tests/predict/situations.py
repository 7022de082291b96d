"""Situations of the clean device that no rule is about: logins, damaged peers, half-read stores, odd URLs, OCSP."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from mcuaudit.domain.settings import SETTINGS, TLS_FEATURES, ValueKind
from mcuaudit.domain.standards import Standard
from tests.authority import LAST_YEAR, LONG_AGO, encoded
from tests.clean_export import ADDRESS, DEVICE, ELSEWHERE, HOST, ISSUING, ROOT, CleanExport, certificate, chain
from tests.odd_encodings import pem, with_extension, with_field
from tests.predict.ocsp_responses import LATER, REVOKED, UNKNOWN, ocsp_response
from tests.rules.breakages.base import LOCAL, Break, all_of, file, local, peer, setting

SECURITIES: Final = (
    "Not required", "Verify certificate", "Certificate-based authentication allowed",
    "Certificate-based authentication required",
)  # fmt: skip
CUT: Final = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
SIP_STORE, HTTPS_STORE = f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/https-trust-store.pem"
ALICE: Final = certificate("alice", key=6)
OTHER_CA: Final = ROOT.intermediate("Example Other CA", key=ISSUING.key)
"""Another certificate of the issuing CA's key, so that there are two paths."""


def security(label: str) -> Break:
    """Client certificate security with that label."""
    return setting("ssl_certificates", client_certificate_security=label)


def users(*given: Any) -> Break:
    """The users of the device; a name alone is an administrator."""

    def apply(export: CleanExport) -> None:
        export.settings["users"] = [
            one if isinstance(one, dict) else {"name": one, "privilege": "administrator"} for one in given
        ]

    return apply


def without(key: str) -> Break:
    """The export does not say this."""

    def apply(export: CleanExport) -> None:
        table, _, last = key.rpartition(".")
        (export.settings[table] if table else export.settings).pop(last, None)

    return apply


def receivers(*uris: str) -> Break:
    """The feedback receivers of the device."""

    def apply(export: CleanExport) -> None:
        export.settings["feedback_receivers"] = [{"uri": uri} for uri in uris]

    return apply


def another(peer_name: str, **facts: Any) -> Break:
    """A peer more, as the one of that name but for these facts."""

    def apply(export: CleanExport) -> None:
        export.peers[f"another {peer_name}"] = {**export.peers[peer_name], **facts}

    return apply


def ocsp(url: str | None = "https://ocsp.example.com/", response: bytes | None = None) -> Break:
    """OCSP is on, with the response that was saved about alice's certificate."""

    def apply(export: CleanExport) -> None:
        export.settings["ssl_certificates"]["ocsp"] = {"enabled": True, **({} if url is None else {"server_url": url})}
        if response is not None:
            export.files["peers/alice.ocsp"] = response
            export.peers["alice"]["ocsp_response"] = "peers/alice.ocsp"

    return apply


def _two_names(*names: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])


_SUBJECT: Final = with_field(ALICE.der, ISSUING, "subject", encoded(0x30, encoded(0x31, encoded(0x30, b"\x05\x00"))))


def _of_users() -> dict[str, Break]:
    """What alice presents × which users there are × Client certificate security."""
    presented = {
        "alice": file("peers/alice.pem", chain(ALICE, ISSUING)),
        "ALICE": file("peers/alice.pem", chain(certificate("ALICE", key=6), ISSUING)),
        "bob": file("peers/alice.pem", chain(certificate("bob", key=6), ISSUING)),
        "no certificate": peer("alice", certificate=False),
        "alice and eve": file("peers/alice.pem", chain(certificate(_two_names("alice", "eve"), key=6), ISSUING)),
        "an unreadable subject": file("peers/alice.pem", pem(_SUBJECT) + ISSUING.pem),
        "user bob": peer("alice", user="bob"),
        "user unreadable": peer("alice", user=7),
    }
    listed = {
        "alice": users("alice"),
        "a viewer": users({"name": "alice", "privilege": "conference list only"}),
        "others": users("bob", {"name": "carol", "privilege": "conference list only"}),
        "nobody": users(),
        "unknown": without("users"),
        "a viewer, in part": users(
            {"name": "alice", "privilege": "conference list only"}, {"name": "dave", "privilege": 7}
        ),
        "read in part": users("alice", {"name": "dave", "privilege": 7}),
    }
    return {
        f"{label}, {what} presented, users: {who}": all_of(security(label), presented[what], listed[who])
        for label, what, who in product(SECURITIES[1:], presented, listed)
    }


def _of_unreadable_settings() -> dict[str, Break]:
    """Each setting with a value that cannot be read."""
    found = {}
    for one in SETTINGS:
        table, _, last = one.key.rpartition(".")
        if one.kind is not ValueKind.USERS and table and "." not in table:
            found[f"{one.key} unreadable"] = setting(table, **{last: 3.5})
    return found


def _of_unreadable_peers() -> dict[str, Break]:
    """Each key of a peer with a value that cannot be read, or that is not recorded."""
    keys = ("connections", "identifiers", "certificate", "trust_store", "expects", "standard", "route", "product",
            "chain_complete", "ocsp_response")  # fmt: skip
    pairs = product(("room", "alice", "tms", "ocsp"), keys)
    return {f"{key} of {name} unreadable": all_of(peer(name, **{key: 7}), ocsp()) for name, key in pairs}


def _of_standards() -> dict[str, Break]:
    """Each standard of a peer × names of the MCU × the route."""
    names = {
        "all names": [f"DNS:{ADDRESS}", f"URI:sip:{ADDRESS}", f"DNS:{HOST}", f"IP:{ADDRESS}"],
        "host alone": [f"DNS:{HOST}"],
        "address alone": [f"IP:{ADDRESS}"],
        "no subjectAltName": None,
    }
    return {
        f"{standard.value}, {which}, {route}": all_of(
            local(san=names[which]), peer("room", standard=standard.value, route=route)
        )
        for standard, which, route in product(Standard, names, ("direct", "proxied"))
    }


def _of_stores() -> dict[str, Break]:
    """Stores that are empty, read in part, or hold something else; what is presented, the same."""
    issuing = chain(ISSUING)
    old = ROOT.intermediate("Example Issuing CA", key=ISSUING.key, not_before=LONG_AGO, not_after=LAST_YEAR)
    odd_ca = pem(with_extension(ISSUING.der, ROOT, "nameConstraints", b"\x30\x02\x05\x00"))
    odd_room = pem(with_extension(certificate("room", key=5).der, ISSUING, "extKeyUsage", b"\x30\x03\x0c\x01x"))
    contents = {
        "empty": b"# empty\n", "the root alone": chain(ROOT), "the issuing CA alone": issuing,
        "another root": chain(ELSEWHERE), "another root and a cut block": chain(ELSEWHERE) + CUT,
        "the root and a cut block": chain(ROOT) + CUT, "a cut block alone": CUT, "an expired CA": chain(ROOT, old),
        "an odd CA": chain(ROOT) + odd_ca, "two paths": chain(ROOT, ISSUING, old), "two CAs of one key":
        chain(ROOT, ISSUING, OTHER_CA), "missing": None,
    }  # fmt: skip
    found = {
        f"{store}: {what}": file(store, content)
        for store in (SIP_STORE, HTTPS_STORE, "peers/trusted.pem")
        for what, content in contents.items()
    }
    presented = {
        "alone": chain(certificate("room", key=5, san=["DNS:10.1.2.200"])),
        "with a cut block": chain(certificate("room", key=5, san=["DNS:10.1.2.200"])) + CUT,
        "odd": odd_room + issuing,
        "below an odd CA": chain(certificate("room", key=5, san=["DNS:10.1.2.200"])) + odd_ca,
        "an expired CA": chain(certificate("room", key=5, san=["DNS:10.1.2.200"]), old),
        "in the wrong order": issuing + chain(certificate("room", key=5, san=["DNS:10.1.2.200"])),
    }
    for what, content in presented.items():
        for store, members in (
            ("with an expired CA", chain(ROOT, old)),
            ("whole", chain(ROOT, ISSUING)),
            ("the root alone", chain(ROOT)),
            ("none", b"# empty\n"),
        ):
            found[f"room presents {what}, store: {store}"] = all_of(
                file("peers/room.pem", content), file(SIP_STORE, members)
            )
    return found


_ODD: Final[dict[str, Break]] = {
    "a receiver in capitals": receivers("HTTPS://TMS.example.com/RPC2"),
    "a receiver over http": receivers("http://tms.example.com/RPC2"),
    "a receiver that nobody declares": receivers("https://other.example.com/RPC2"),
    "a receiver without a host": receivers("https:///RPC2"),
    "two receivers": receivers("https://tms.example.com/RPC2", "https://other.example.com:8443/RPC2"),
    "no receiver": receivers(),
    "receivers read in part": lambda export: export.settings["feedback_receivers"].append({"uri": 7}),
    "receivers unknown": without("feedback_receivers"),
    "two peers for one receiver": another("tms", connections=["feedback_receiver"], certificate=False),
    "two peers, one for other things": all_of(
        peer("tms", connections=["api_user"]), another("tms", connections=["feedback_receiver"], certificate=False)
    ),
    "a called peer without a certificate": peer("room", certificate=False),
    "calls only in": peer("room", connections=["incoming_sip"]),
    "no peers": lambda export: export.peers.clear(),
    "an OCSP server in capitals": ocsp("HTTPS://OCSP.example.com/"),
    "an OCSP server over http": ocsp("http://ocsp.example.com/"),
    "an OCSP server without a URL": ocsp(None),
    "an OCSP server that nobody declares": ocsp("https://other.example.com/"),
    "a good answer": ocsp(response=ocsp_response(ALICE, ISSUING)),
    "a revoked one": ocsp(response=ocsp_response(ALICE, ISSUING, REVOKED)),
    "an unknown one": ocsp(response=ocsp_response(ALICE, ISSUING, UNKNOWN)),
    "a late answer": ocsp(response=LATER),
    "an answer that is none": ocsp(response=b"no"),
    "an answer that is signed badly": ocsp(response=ocsp_response(ALICE, ISSUING, broken=True)),
    "an answer about another": ocsp(response=ocsp_response(certificate("bob", key=6), ISSUING)),
    "before 4.4": setting("device", software_version="4.3(2.30)"),
    "version unknown": without("device.software_version"),
    "model of another kind": setting("device", model="TelePresence Server 7010"),
    "no feature key": setting("device", features=["Video firewall"]),
    "one feature key": setting("device", features=[TLS_FEATURES[1]]),
    "HTTPS off": setting("services", https=False),
    "SIP over TLS off": setting("services", sips_tcp=False),
    "services unknown": lambda export: export.settings.pop("services"),
    "serial console": all_of(security(SECURITIES[3]), setting("security", require_administrator_login=True)),
    "tick box off": setting("sip", use_local_certificate_for_outgoing=False),
    "a registrar": setting("sip", outbound_call_configuration="Use registrar", outbound_domain="example.com"),
    "a trunk": setting("sip", outbound_call_configuration="Use trunk", outbound_address="vcs.example.com"),
    "calls unknown": without("sip.outbound_call_configuration"),
    "the key does not match": setting("ssl_certificates", private_key="Key does not match certificate"),
    "the key cannot be judged": setting("ssl_certificates", private_key="???"),
    "a cut block in the local file": file(LOCAL, chain(certificate(HOST)) + CUT),
    "no local certificate": file(LOCAL, None),
}

SITUATIONS: Final[dict[str, Break]] = {
    **_ODD,
    **{
        f"{label}, {name}": all_of(security(label), one)
        for label, (name, one) in product(SECURITIES, _ODD.items())
        if "answer" in name
    },
    **_of_users(),
    **_of_unreadable_settings(),
    **_of_unreadable_peers(),
    **_of_standards(),
    **_of_stores(),
}
"""Name → what makes it so."""
