"""Make the sample fleet: the export of Example Corp's fifteen MCUs on four sites, as of 23 November 2026.

    python data/make_sample_fleet.py DIR

The story: Example Corp has moved from its first private CA (2006, SHA-1, expired in May 2026) to a second generation
with one issuing CA for devices and one for people. Leeds did it carefully, and still has one MCU that nobody can
log in to. Oslo talks to a partner and to a cloud service. Hamburg hardly began. Singapore is in the middle of it.
README.md beside this script says what each device shows.

Keys, signatures and serial numbers differ from run to run; everything else is the same. No private key is written.
"""

from __future__ import annotations

import csv
import json
import sys
import textwrap
import unicodedata
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mcuaudit.samples.authorities import general_name, key_usage

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Period = tuple[str, str]

SERVER = (ExtendedKeyUsageOID.SERVER_AUTH,)
CLIENT = (ExtendedKeyUsageOID.CLIENT_AUTH,)
SERVER_AND_CLIENT = SERVER + CLIENT
FIRST_RENEWAL = ("2026-02-10", "2028-02-10")

BOTH_WAYS = ("incoming_sip", "outgoing_sip")


# --- Certificates -----------------------------------------------------------------------------------------------


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A fresh RSA key."""
    return rsa.generate_private_key(65537, bits)


def distinguished_name(organisation: str, *common_names: str) -> x509.Name:
    """O=organisation and the CNs, in this order."""
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    attributes += [x509.NameAttribute(NameOID.COMMON_NAME, name) for name in common_names]
    return x509.Name(attributes)


def certificate_builder(subject: x509.Name, issuer: x509.Name, key: Key, valid: Period) -> x509.CertificateBuilder:
    """What all certificates have in common: names, key, serial number, and the days on which it begins and ends."""
    first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in valid)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
    )


def sign_with_sha1(builder: x509.CertificateBuilder, key: rsa.RSAPrivateKey) -> x509.Certificate:
    """As the CAs of 2006 signed; cryptography refuses to, so the algorithm is exchanged and signed by hand."""
    sha256_with_rsa, sha1_with_rsa = (bytes.fromhex(f"2a864886f70d0101{last}") for last in ("0b", "05"))
    model = builder.sign(key, SHA256())
    signed_part = model.tbs_certificate_bytes.replace(sha256_with_rsa, sha1_with_rsa)
    signature = key.sign(signed_part, padding.PKCS1v15(), SHA1())
    der = model.public_bytes(Encoding.DER).replace(sha256_with_rsa, sha1_with_rsa)
    return x509.load_der_x509_certificate(der[: -len(signature)] + signature)


class Authority:
    """A CA: a root, or one below `issuer`."""

    def __init__(
        self, name: str, organisation: str, valid: Period, issuer: Authority | None = None, sha1: bool = False
    ):
        self.key = rsa_key()
        self.organisation = organisation
        self.subject = distinguished_name(organisation, name)
        signer = issuer or self
        builder = certificate_builder(self.subject, signer.subject, self.key, valid)
        for extension, critical in (
            (x509.BasicConstraints(ca=True, path_length=None if issuer is None else 0), True),
            (key_usage(of_ca=True), True),
            (x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), False),
        ):
            builder = builder.add_extension(extension, critical)
        self.certificate = sign_with_sha1(builder, signer.key) if sha1 else builder.sign(signer.key, SHA256())

    def issue(
        self,
        *common_names: str,
        names: Sequence[str] = (),
        valid: Period = FIRST_RENEWAL,
        purposes: Sequence[x509.ObjectIdentifier] = SERVER_AND_CLIENT,
        key: Key | None = None,
    ) -> x509.Certificate:
        """An end-entity certificate; without `names` it has no subjectAltName."""
        key = key or rsa_key()
        builder = certificate_builder(distinguished_name(self.organisation, *common_names), self.subject, key, valid)
        for extension, critical in (
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (key_usage(of_ca=False), True),
            (x509.ExtendedKeyUsage(purposes), False),
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False),
        ):
            builder = builder.add_extension(extension, critical)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([general_name(name) for name in names]), False)
        return builder.sign(self.key, SHA256())

    def issue_sip(
        self,
        host: str,
        address: str,
        *,
        valid: Period = FIRST_RENEWAL,
        purposes: Sequence[x509.ObjectIdentifier] = SERVER_AND_CLIENT,
        key: Key | None = None,
    ) -> x509.Certificate:
        """A certificate that every check accepts: host, address and SIP domain, each as DNS name and as SIP URI.

        The guideline for SIP entities asks for SIP URI and IP address; the MCU looks into URI and DNS entries alone,
        so the address stands there too.
        """
        domain = host.partition(".")[2]
        names = [f"{kind}{name}" for name in (host, address, domain) for kind in ("dns:", "uri:sip:")]
        return self.issue(host, names=[*names, f"ip:{address}"], valid=valid, purposes=purposes, key=key)


def factory_certificate() -> x509.Certificate:
    """The certificate that an MCU ships with, the same on each of them: self-signed, RSA 1024, SHA-1."""
    key = rsa_key(1024)
    name = distinguished_name("Factory default", "telepresence-mcu")
    return sign_with_sha1(certificate_builder(name, name, key, ("2009-01-01", "2029-01-01")), key)


def public_root(label: str) -> x509.Certificate:
    """A root of certifi's collection, by the label above its PEM block."""
    _, found, rest = Path(certifi.where()).read_text(encoding="utf-8").partition(f'# Label: "{label}"')
    if not found:
        raise LookupError(f"certifi no longer has {label}; choose another public root")
    return x509.load_pem_x509_certificate(rest[rest.index("-----BEGIN") :].encode())


@dataclass(frozen=True)
class Authorities:
    """The CAs of the story."""

    root: Authority
    devices: Authority
    users: Authority
    old_root: Authority
    old_devices: Authority
    partner: Authority


def found_authorities() -> Authorities:
    """Two generations of Example Corp's private CA, and the partner's."""
    corp = "Example Corp"
    root = Authority("Example Corp Root CA G2", corp, ("2021-03-01", "2041-03-01"))
    old_root = Authority("Example Corp Root CA", corp, ("2006-05-02", "2026-05-02"), sha1=True)
    return Authorities(
        root=root,
        devices=Authority("Example Corp Devices CA 2", corp, ("2021-03-08", "2036-03-08"), issuer=root),
        users=Authority("Example Corp Users CA 2", corp, ("2021-03-08", "2036-03-08"), issuer=root),
        old_root=old_root,
        # Outlives its own root, which is how it came to be forgotten.
        old_devices=Authority("Example Corp Devices CA 1", corp, ("2012-09-17", "2027-09-17"), issuer=old_root),
        partner=Authority("Example Partner Root CA", "Example Partner AS", ("2019-06-03", "2039-06-03")),
    )


# --- Files ------------------------------------------------------------------------------------------------------

CertificateOrAuthority = x509.Certificate | Authority


class Folder:
    """A directory of the export; its methods write one file each."""

    def __init__(self, path: Path):
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def folder(self, name: str) -> Folder:
        """A directory within this one."""
        return Folder(self.path / name)

    def text(self, name: str, content: str) -> None:
        """A text file, without the indentation that it has in this script."""
        self._write(name, textwrap.dedent(content).lstrip("\n").encode())

    def pem(self, name: str, *certificates: CertificateOrAuthority) -> None:
        """PEM blocks, each below its subject and issuer as ``openssl storeutl`` and ``s_client`` print them."""
        self._write(name, b"".join(map(_block, certificates)))

    def pem_cut_short(self, name: str, *certificates: CertificateOrAuthority) -> None:
        """As `pem`, but the copy ended in the middle of the last block."""
        content = b"".join(map(_block, certificates))
        self._write(name, content[: -len(_block(certificates[-1])) // 2])

    def peers(self, *peers: Peer) -> None:
        """peers.toml, and beside it the files that it names."""
        self._write("peers.toml", "\n".join(peer.table() for peer in peers).encode())
        for peer in peers:
            if peer.presents:
                self.folder("peers").pem(f"{peer.stem}.pem", *peer.presents)
            if peer.trusts and not isinstance(peer.trusts, str):
                self.folder("peers").pem(f"{peer.stem}-trusted-ca.pem", *peer.trusts)

    def der(self, name: str, certificate: CertificateOrAuthority) -> None:
        """One certificate in binary form."""
        self._write(name, _certificate(certificate).public_bytes(Encoding.DER))

    def pkcs7(self, name: str, *certificates: CertificateOrAuthority) -> None:
        """A PKCS#7 bundle, the form in which Microsoft's CA hands out a chain."""
        self._write(name, pkcs7.serialize_certificates([_certificate(item) for item in certificates], Encoding.DER))

    def response(self, name: str, members: Mapping[str, Any]) -> None:
        """A saved XML-RPC response of the device."""
        self._write(f"{name}.xml", xmlrpc.client.dumps((dict(members),), methodresponse=True).encode())

    def table(self, name: str, rows: Sequence[Mapping[str, str]]) -> None:
        """A table as a German Excel saves it: semicolons, cp1252; what a row lacks is an empty cell."""
        columns = ["device", *sorted({key for row in rows for key in row} - {"device"})]
        with (self.path / name).open("w", encoding="cp1252", newline="") as file:
            writer = csv.DictWriter(file, columns, delimiter=";")
            writer.writeheader()
            writer.writerows(rows)

    def _write(self, name: str, content: bytes) -> None:
        (self.path / name).write_bytes(content)


@dataclass(frozen=True)
class Peer:
    """One [[peer]] of a peers.toml, with what it presents and trusts; what is left out is not told."""

    name: str
    product: str = ""
    connections: Sequence[str] = ()
    route: str = ""
    identifiers: Sequence[str] = ()
    presents: Sequence[CertificateOrAuthority] | None = None
    """Its certificate and all that it sends with it; an empty one means that it presents none."""
    trusts: Sequence[CertificateOrAuthority] | str = ()
    """The members of its trust store, or a file that is there already, or ``public``."""
    standard: str = ""
    expects: Sequence[str] = ()
    user: str = ""
    device: str = ""
    note: str = ""

    @property
    def stem(self) -> str:
        """Its name as a file name that every file system takes."""
        return unicodedata.normalize("NFKD", self.name).replace("ß", "ss").encode("ascii", "ignore").decode()

    @property
    def certificate(self) -> str | bool | None:
        """What peers.toml says: a file, false, or nothing."""
        if self.presents is None:
            return None
        return f"peers/{self.stem}.pem" if self.presents else False

    @property
    def trust_store(self) -> str:
        """What peers.toml says: a file, ``public``, or nothing."""
        if isinstance(self.trusts, str):
            return self.trusts
        return f"peers/{self.stem}-trusted-ca.pem" if self.trusts else ""

    def table(self) -> str:
        """The [[peer]] as text."""
        values = {
            "name": self.name,
            "device": self.device,
            "product": self.product,
            "connections": self.connections,
            "route": self.route,
            "identifiers": self.identifiers,
            "certificate": self.certificate,
            "chain_complete": bool(self.presents) or None,
            "trust_store": self.trust_store,
            "standard": self.standard,
            "expects": self.expects,
            "user": self.user,
        }
        # JSON writes texts, lists of texts, true and false as TOML does.
        lines = [
            f"{key} = {json.dumps(value, ensure_ascii=False)}"
            for key, value in values.items()
            if value or value is False
        ]
        return "\n".join([*([f"# {self.note}"] if self.note else []), "[[peer]]", *lines, ""])


def _certificate(item: CertificateOrAuthority) -> x509.Certificate:
    return item.certificate if isinstance(item, Authority) else item


def _block(item: CertificateOrAuthority) -> bytes:
    certificate = _certificate(item)
    subject, issuer = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
    return f"subject={subject}\nissuer={issuer}\n".encode() + certificate.public_bytes(Encoding.PEM)


# --- The fleet --------------------------------------------------------------------------------------------------


def make_fleet_wide_files(fleet: Folder, pki: Authorities) -> None:
    """What holds for every MCU: the build sheet, and the two servers that all of them talk to."""
    fleet.text(
        "settings.toml",
        """
        # Build sheet of Example Corp for every MCU. Sites and devices write down what differs.

        [device]
        features = ["Secure management (HTTPS)", "Encryption"]

        [ssl_certificates.ocsp]
        enabled = false

        [services]
        http = true
        https = true
        ftp = false
        sip_tcp = true
        sip_udp = false
        sips_tcp = true
        h225 = true
        snmp = true

        [sip]
        use_local_certificate_for_outgoing = true

        [security]
        redirect_http_to_https = false
        advanced_account_security = false
        require_administrator_login = true
        """,
    )
    trusted = [pki.root]
    fleet.peers(
        Peer(
            "tms",
            "TMS",
            ["feedback_receiver"],
            identifiers=["tms.example.com"],
            presents=[pki.devices.issue("tms.example.com", names=["dns:tms.example.com"]), pki.devices],
            trusts=trusted,
            note="TMS has one certificate as a web server …",
        ),
        Peer(
            "tms-login",
            "TMS",
            ["api_user"],
            presents=[pki.users.issue("tms-service", purposes=CLIENT), pki.users],
            trusts=trusted,
            user="tms-service",
            note="… and one to log in with.",
        ),
        Peer(
            "ocsp",
            connections=["ocsp_server"],
            identifiers=["ocsp.example.com"],
            presents=[pki.devices.issue("ocsp.example.com", names=["dns:ocsp.example.com"]), pki.devices],
            trusts=trusted,
            standard="none",
        ),
    )


def make_leeds(leeds: Folder, pki: Authorities) -> None:
    """The site that moved to the new CA first: one MCU as it should be, four with one thing wrong each."""
    leeds.text(
        "site.toml",
        """
        title = "Leeds, Wellington Street"
        time_zone = "Europe/London"
        notes = "First site on the second generation of the private CA, February 2026."
        """,
    )
    leeds.text(
        "settings.toml",
        """
        [ssl_certificates]
        verification_settings = "Outgoing and incoming calls"
        client_certificate_security = "Certificate-based authentication allowed"
        server_certificate_security = "Verify certificate"

        [sip]
        outbound_call_configuration = "Use trunk"
        outbound_address = "expressway.leeds.example.com"
        outbound_domain = "leeds.example.com"

        [[users]]
        name = "sarah.whitfield"
        privilege = "administrator"

        [[users]]
        name = "james.okafor"
        privilege = "conference creation and full control"

        [[users]]
        name = "tms-service"
        privilege = "full control"

        [[feedback_receivers]]
        uri = "https://tms.example.com/tms/public/feedback/RPC2"
        """,
    )
    leeds.pem("sip-trust-store.pem", pki.root, pki.devices)
    leeds.pem("https-trust-store.pem", pki.root, pki.devices, pki.users)
    make_leeds_peers(leeds, pki)
    make_mcu_court(leeds.folder("mcu-court"), pki)
    make_mcu_boardroom(leeds.folder("mcu-boardroom"), pki)
    make_mcu_atrium(leeds.folder("mcu-atrium"), pki)
    make_mcu_training(leeds.folder("mcu-training"), pki)
    make_mcu_lobby(leeds.folder("mcu-lobby"))


def make_leeds_peers(leeds: Folder, pki: Authorities) -> None:
    """The Expressway, a room system that is called directly, and two people with a browser."""
    expressway, room = (
        pki.devices.issue_sip(host, address)
        for host, address in (
            ("expressway.leeds.example.com", "10.1.2.5"),
            ("room-wharf.leeds.example.com", "10.1.2.201"),
        )
    )
    leeds.peers(
        Peer(
            "expressway-leeds",
            "Expressway",
            BOTH_WAYS,
            "proxied",
            identifiers=["expressway.leeds.example.com"],
            presents=[expressway, pki.devices],
            trusts=[pki.root, pki.devices],
            standard="vcs",
        ),
        Peer(
            "room-wharf",
            "endpoint",
            BOTH_WAYS,
            "direct",
            identifiers=["10.1.2.201"],
            presents=[room, pki.devices],
            trusts=[pki.root],
            standard="mcu",
        ),
        person_with_browser("sarah.whitfield", pki),
        person_with_browser("james.okafor", pki),
    )


def person_with_browser(name: str, pki: Authorities) -> Peer:
    """Somebody with a client certificate of the users' CA, on a workstation of Example Corp."""
    certificate = pki.users.issue(name, purposes=CLIENT)
    return Peer(name, "browser", ["web_user"], presents=[certificate, pki.users], trusts=[pki.root], user=name)


def make_mcu_court(device: Folder, pki: Authorities) -> None:
    """As it should be: everything at hand, everything verified, nothing to report."""
    device.text(
        "settings.toml",
        """
        # Reference device: every setting written down after the transition was tested on 16 November.

        [device]
        model = "MCU 4520"
        serial = "SM021C4520"
        software_version = "4.5(1.72)"
        addresses = ["10.1.2.11"]
        host_names = ["mcu-court.leeds.example.com"]
        collected_at = 2026-11-16T09:30:00Z
        current_time = 2026-11-16T09:30:08Z
        restart_required = false
        features = ["Secure management (HTTPS)", "Encryption"]

        [ssl_certificates]
        verification_settings = "Outgoing and incoming calls"
        client_certificate_security = "Certificate-based authentication allowed"
        server_certificate_security = "Verify certificate"
        private_key = "Key matches certificate"

        [ssl_certificates.ocsp]
        enabled = false

        [services]
        http = false
        https = true
        ftp = false
        sip_tcp = false
        sip_udp = false
        sips_tcp = true
        h225 = true
        snmp = false

        [sip]
        outbound_call_configuration = "Use trunk"
        outbound_address = "expressway.leeds.example.com"
        outbound_domain = "leeds.example.com"
        use_local_certificate_for_outgoing = true

        [security]
        redirect_http_to_https = false
        advanced_account_security = false
        require_administrator_login = true

        [[users]]
        name = "sarah.whitfield"
        privilege = "administrator"

        [[users]]
        name = "james.okafor"
        privilege = "conference creation and full control"

        [[users]]
        name = "tms-service"
        privilege = "full control"

        [[feedback_receivers]]
        uri = "https://tms.example.com/tms/public/feedback/RPC2"
        """,
    )
    # By which name each of them knows this MCU; the rest is in the peers.toml of site and fleet.
    by_name = ("expressway-leeds", "sarah.whitfield", "james.okafor", "tms", "tms-login")
    device.peers(
        Peer("room-wharf", expects=["10.1.2.11"]),
        *(Peer(name, expects=["mcu-court.leeds.example.com"]) for name in by_name),
    )
    local = pki.devices.issue_sip("mcu-court.leeds.example.com", "10.1.2.11")
    device.pem("local-certificate.pem", local, pki.devices)


def make_mcu_boardroom(device: Folder, pki: Authorities) -> None:
    """Calls endpoints directly; its address is only in the CN beside a subjectAltName; it expires in eleven days."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MCU 4510"
        serial = "SM021C4510"
        software_version = "4.4(3.57)"
        addresses = ["10.1.2.3"]
        host_names = ["mcu-boardroom.leeds.example.com"]
        collected_at = 2026-11-09

        [ssl_certificates]
        verification_settings = "Outgoing calls only"

        [sip]
        outbound_call_configuration = "Call direct"
        """,
    )
    local = pki.devices.issue(
        "10.1.2.3",
        names=["dns:mcu-boardroom.leeds.example.com"],
        valid=("2024-12-05", "2026-12-04"),
    )
    device.pem("local-certificate.pem", local, pki.devices)


def make_mcu_atrium(device: Folder, pki: Authorities) -> None:
    """Locked: certificates are required, HTTP is off, and the only administrator has no certificate."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MCU 4501"
        serial = "SM018B4501"
        software_version = "4.4(3.57)"
        addresses = ["10.1.2.4"]
        host_names = ["mcu-atrium.leeds.example.com"]
        collected_at = 2026-11-09

        [ssl_certificates]
        client_certificate_security = "Certificate-based authentication required"

        [services]
        http = false

        [[users]]
        name = "admin"
        privilege = "administrator"

        [[users]]
        name = "sarah.whitfield"
        privilege = "full control"

        [[users]]
        name = "tms-service"
        privilege = "full control"
        """,
    )
    device.peers(Peer("tms-login", presents=[], note="TMS has not been told to use its login certificate here."))
    local = pki.devices.issue_sip("mcu-atrium.leeds.example.com", "10.1.2.4", valid=("2025-03-30", "2027-03-30"))
    device.pem("local-certificate.pem", local, pki.devices)


def make_mcu_training(device: Folder, pki: Authorities) -> None:
    """Its own HTTPS trust store lacks the devices' CA, and its OCSP server still has a certificate of the old CA."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MCU 4510"
        serial = "SM019C4510"
        software_version = "4.4(3.49)"
        addresses = ["10.1.2.6"]
        host_names = ["mcu-training.leeds.example.com"]
        collected_at = 2026-11-09

        [ssl_certificates]
        client_certificate_security = "Verify certificate"

        [ssl_certificates.ocsp]
        enabled = true
        server_url = "https://ocsp.leeds.example.com/"
        nonce = true

        [[feedback_receivers]]
        uri = "https://tms.example.com/tms/public/feedback/RPC2"

        [[feedback_receivers]]
        uri = "https://recorder.leeds.example.com/RPC2"
        """,
    )
    ocsp = pki.old_devices.issue(
        "ocsp.leeds.example.com", names=["dns:ocsp.leeds.example.com"], valid=("2025-01-20", "2027-01-20")
    )
    recorder = pki.devices.issue("recorder.leeds.example.com", names=["dns:recorder.leeds.example.com"])
    device.peers(
        Peer(
            "ocsp-leeds",
            connections=["ocsp_server"],
            identifiers=["ocsp.leeds.example.com"],
            presents=[ocsp, pki.old_devices],
            trusts=[pki.root],
            standard="none",
        ),
        Peer(
            "recorder",
            connections=["feedback_receiver"],
            identifiers=["recorder.leeds.example.com"],
            presents=[recorder],
            trusts=[pki.root],
            standard="none",
            note="Captured with openssl s_client -showcerts: it sends its own certificate and nothing else.",
        ),
    )
    local = pki.devices.issue_sip("mcu-training.leeds.example.com", "10.1.2.6")
    device.pem("local-certificate.pem", local, pki.devices)
    device.pem("https-trust-store.pem", pki.root, pki.users)


def make_mcu_lobby(device: Folder) -> None:
    """Nobody saved its certificate; only what the page shows was copied down."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MCU 4510"
        serial = "SM020C4510"
        software_version = "4.4(3.57)"
        addresses = ["10.1.2.8"]
        host_names = ["mcu-lobby.leeds.example.com"]
        collected_at = 2026-11-02

        [ssl_certificates]
        private_key = "Key matches certificate"

        [ssl_certificates.shown]
        subject = "O=Example Corp, CN=mcu-lobby.leeds.example.com"
        issuer = "O=Example Corp, CN=Example Corp Devices CA 2"
        issued = 2025-02-11
        expires = 2027-02-11
        """,
    )


def make_oslo(oslo: Folder, pki: Authorities) -> None:
    """The site with a partner and a cloud service, where much rests on what the documents leave open."""
    oslo.text(
        "site.toml",
        """
        title = "Oslo, Bjørvika"
        time_zone = "Europe/Oslo"
        """,
    )
    oslo.text(
        "settings.toml",
        """
        [ssl_certificates]
        verification_settings = "Outgoing and incoming calls"
        client_certificate_security = "Certificate-based authentication allowed"
        server_certificate_security = "Verify certificate"

        [sip]
        outbound_call_configuration = "Use trunk"
        outbound_address = "expressway.oslo.example.com"
        outbound_domain = "oslo.example.com"

        [[users]]
        name = "kari.nordmann"
        privilege = "administrator"

        [[users]]
        name = "tms-service"
        privilege = "full control"

        [[feedback_receivers]]
        uri = "https://tms.example.com/tms/public/feedback/RPC2"
        """,
    )
    oslo.pem("sip-trust-store.pem", pki.root, pki.devices, pki.partner)
    # The public root was added for the cloud scheduler, while certificate login is allowed on the same store.
    oslo.pem("https-trust-store.pem", pki.root, pki.devices, pki.users, public_root("ISRG Root X1"))
    oslo.pem("call-home-trust-store.pem", public_root("IdenTrust Commercial Root CA 1"))
    make_oslo_peers(oslo, pki)
    make_mcu_fjord(oslo.folder("mcu-fjord"), pki)
    make_mcu_ekeberg(oslo.folder("mcu-ekeberg"), pki)
    make_mcu_opera(oslo.folder("mcu-opera"), pki)


def make_oslo_peers(oslo: Folder, pki: Authorities) -> None:
    """An Expressway of its own, two systems of the partner, a room system, a cloud service, and an administrator."""
    expressway, terrasse = (
        pki.devices.issue_sip(host, address, purposes=purposes)
        for host, address, purposes in (
            ("expressway.oslo.example.com", "10.47.8.5", SERVER_AND_CLIENT),
            ("room-terrasse.oslo.example.com", "10.47.8.210", SERVER),
        )
    )
    cluster = pki.partner.issue(
        "vcs.partner.example.net", names=["dns:*.partner.example.net", "dns:partner.example.net"]
    )
    partner_room = pki.partner.issue_sip(
        "room-40.partner.example.net", "198.51.100.40", key=ec.generate_private_key(ec.SECP256R1())
    )
    partner_trusts = [pki.partner, pki.root, pki.devices]
    oslo.peers(
        Peer(
            "expressway-oslo",
            "Expressway",
            BOTH_WAYS,
            identifiers=["expressway.oslo.example.com"],
            presents=[expressway, pki.devices],
            trusts=[pki.root, pki.devices],
        ),
        Peer(
            "partner-cluster",
            "Expressway",
            ["outgoing_sip"],
            "direct",
            identifiers=["vcs1.partner.example.net"],
            presents=[cluster],
            trusts=partner_trusts,
            expects=["oslo.example.com"],
            note="The partner's cluster is dialled node by node; its certificate is a wildcard.",
        ),
        Peer(
            "partner-room",
            "endpoint",
            ["outgoing_sip"],
            identifiers=["198.51.100.40"],
            presents=[partner_room],
            trusts=partner_trusts,
            expects=["oslo.example.com"],
            note="Their new room systems have elliptic curve keys.",
        ),
        Peer(
            "room-terrasse",
            "endpoint",
            ["incoming_sip"],
            presents=[terrasse, pki.devices],
            trusts=[pki.root],
            expects=["oslo.example.com"],
            note="Its certificate was made with the web server template.",
        ),
        Peer(
            "cloud-meetings",
            connections=["outgoing_sip"],
            route="direct",
            identifiers=["sip.meetings.example.org"],
            trusts="public",
            standard="rfc5922",
            expects=["oslo.example.com"],
        ),
        person_with_browser("kari.nordmann", pki),
    )


def make_mcu_fjord(device: Folder, pki: Authorities) -> None:
    """Has its addresses as iPAddress entries alone (reading A1), and the one OCSP server that it accepts."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MCU 5320"
        serial = "SM030D5320"
        software_version = "4.5(1.72)"
        addresses = ["10.47.8.21", "2001:db8:47:8::21"]
        host_names = ["mcu-fjord.oslo.example.com"]
        collected_at = 2026-11-12

        [ssl_certificates.ocsp]
        enabled = true
        server_url = "https://ocsp.example.com/"
        nonce = true

        [[feedback_receivers]]
        uri = "https://tms.example.com/tms/public/feedback/RPC2"

        [[feedback_receivers]]
        uri = "https://scheduler.meetings.example.org/RPC2"
        """,
    )
    brygge = pki.devices.issue_sip("room-brygge.oslo.example.com", "10.47.8.211")
    device.peers(
        Peer(
            "room-brygge",
            "endpoint",
            BOTH_WAYS,
            identifiers=["10.47.8.211"],
            presents=[brygge, pki.devices],
            trusts="../peers/room-terrasse-trusted-ca.pem",
            note="A room system on the same floor, called by address.",
        )
    )
    local = pki.devices.issue(
        "mcu-fjord.oslo.example.com",
        names=[
            "dns:mcu-fjord.oslo.example.com",
            "dns:oslo.example.com",
            "uri:sip:mcu-fjord.oslo.example.com",
            "uri:sip:oslo.example.com",
            "ip:10.47.8.21",
            "ip:2001:db8:47:8::21",
        ],
    )
    device.pem("local-certificate.pem", local, pki.devices)


def make_mcu_ekeberg(device: Folder, pki: Authorities) -> None:
    """Certified as a web server only, and its administrator's user name differs from her CN in case (reading A9)."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MCU 5310"
        serial = "SM031D5310"
        software_version = "4.5(1.45)"
        addresses = ["10.47.8.22"]
        host_names = ["mcu-ekeberg.oslo.example.com"]
        collected_at = 2026-11-12

        [ssl_certificates]
        client_certificate_security = "Certificate-based authentication required"

        [security]
        redirect_http_to_https = true
        advanced_account_security = true

        [[users]]
        name = "Kari.Nordmann"
        privilege = "administrator"

        [[users]]
        name = "tms-service"
        privilege = "full control"
        """,
    )
    local = pki.devices.issue_sip("mcu-ekeberg.oslo.example.com", "10.47.8.22", purposes=SERVER)
    device.pem("local-certificate.pem", local, pki.devices)


def make_mcu_opera(device: Folder, pki: Authorities) -> None:
    """Presents its own certificate alone (reading A11); its SIP trust store has an intermediate and no root (A12)."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MCU 5320"
        serial = "SM032D5320"
        software_version = "4.5(1.72)"
        addresses = ["10.47.8.23"]
        host_names = ["mcu-opera.oslo.example.com"]
        collected_at = 2026-11-12

        [sip]
        use_local_certificate_for_outgoing = false
        """,
    )
    local = pki.devices.issue_sip("mcu-opera.oslo.example.com", "10.47.8.23")
    device.pem("local-certificate.pem", local)
    device.pem("sip-trust-store.pem", pki.devices, pki.partner)


def make_hamburg(hamburg: Folder, pki: Authorities) -> None:
    """The site that hardly began: factory certificates, an expired one, little verified, settings in a table."""
    hamburg.text(
        "site.toml",
        """
        title = "Hamburg, Große Elbstraße"
        time_zone = "Europe/Berlin"
        notes = "The settings come from the operators' own table."
        """,
    )
    hamburg.table("settings.csv", hamburg_settings())
    hamburg.pem("sip-trust-store.pem", pki.root, pki.devices)
    hamburg.pkcs7("https-trust-store.p7b", pki.root, pki.devices, pki.users)
    factory = factory_certificate()
    make_hamburg_peers(hamburg, pki, factory)
    for name in ("mcu-speicher", "mcu-alster"):
        device = hamburg.folder(name)
        device.pem("local-certificate.pem", factory)
        device.peers(
            Peer(
                "cucm-hamburg",
                expects=["telepresence-mcu"],
                note="What the SIP trunk security profile lists for this MCU: the CN of the factory certificate.",
            )
        )
    hamburg.folder("mcu-alster").der("sip-trust-store.der", pki.old_root)
    expired = pki.devices.issue_sip("mcu-elbe.hamburg.example.com", "192.168.40.13", valid=("2023-10-31", "2026-10-31"))
    hamburg.folder("mcu-elbe").pem("local-certificate.pem", expired, pki.devices)


def hamburg_settings() -> list[dict[str, str]]:
    """The rows of Hamburg's table, one per MCU."""
    tms, alarm_panel = "https://tms.example.com/tms/public/feedback/RPC2", "http://192.168.40.9:8080/feedback"
    same_for_all = {
        "device.collected_at": "2026-11-04",
        "services.ftp": "false",
        "sip.outbound_call_configuration": "Use trunk",
        "sip.outbound_address": "cucm.hamburg.example.com",
        "sip.outbound_domain": "hamburg.example.com",
        "users": "jürgen.weiß:administrator tms-service:administrator",
    }
    speicher = same_for_all | {
        "device": "mcu-speicher",
        "device.model": "MCU 4501",
        "device.software_version": "4.3(2.18)",
        "device.addresses": "192.168.40.11",
        "device.host_names": "mcu-speicher.hamburg.example.com",
        "services.ftp": "true",
        # Before 4.4 the page has no such setting; somebody filled in the column all the same.
        "ssl_certificates.verification_settings": "Outgoing calls only",
        "feedback_receivers": alarm_panel,
    }
    alster = same_for_all | {
        "device": "mcu-alster",
        "device.model": "MCU 4510",
        "device.software_version": "4.4(3.49)",
        "device.addresses": "192.168.40.12",
        "device.host_names": "mcu-alster.hamburg.example.com",
        "ssl_certificates.verification_settings": "No verification",
        "ssl_certificates.client_certificate_security": "Not required",
        "ssl_certificates.server_certificate_security": "No verification",
        "feedback_receivers": f"{tms} {alarm_panel}",
    }
    elbe = same_for_all | {
        "device": "mcu-elbe",
        "device.model": "MCU 4520",
        "device.software_version": "4.4(3.57)",
        "device.addresses": "192.168.40.13",
        "device.host_names": "mcu-elbe.hamburg.example.com",
        "device.collected_at": "2025-08-21",
        "ssl_certificates.verification_settings": "Outgoing and incoming calls",
        "ssl_certificates.client_certificate_security": "Verify certificate",
        "ssl_certificates.server_certificate_security": "Verify certificate",
        "feedback_receivers": tms,
    }
    return [speicher, alster, elbe]


def make_hamburg_peers(hamburg: Folder, pki: Authorities, factory: x509.Certificate) -> None:
    """A Unified CM as trunk, which was told to trust the factory certificate, and the one administrator."""
    cucm = pki.devices.issue_sip("cucm.hamburg.example.com", "192.168.40.5")
    hamburg.peers(
        Peer(
            "cucm-hamburg",
            "Unified CM",
            BOTH_WAYS,
            identifiers=["cucm.hamburg.example.com"],
            presents=[cucm, pki.devices],
            trusts=[pki.root, pki.devices, factory],
        ),
        person_with_browser("jürgen.weiß", pki),
    )


def make_singapore(singapore: Folder, pki: Authorities) -> None:
    """The site in the middle of the transition: what is missing, empty, damaged or told twice."""
    singapore.text(
        "site.toml",
        """
        title = "Singapore, Marina View"
        time_zone = "Asia/Singapore"
        """,
    )
    singapore.text(
        "settings.toml",
        """
        [ssl_certificates]
        verification_settings = "Outgoing and incoming calls"
        client_certificate_security = "Verify certificate"

        [sip]
        outbound_call_configuration = "Use registrar"
        outbound_address = "expressway.singapore.example.com"
        outbound_domain = "singapore.example.com"

        [[users]]
        name = "tan.weiling"
        privilege = "administrator"

        [[users]]
        name = "conductor"
        privilege = "full control"

        [[users]]
        name = "tms-service"
        privilege = "full control"

        [[feedback_receivers]]
        uri = "https://conductor.singapore.example.com/RPC2"
        """,
    )
    make_singapore_peers(singapore, pki)
    make_mcu_marina(singapore.folder("mcu-marina"), pki)
    make_mcu_raffles(singapore.folder("mcu-raffles"), pki)
    make_mcu_changi(singapore.folder("mcu-changi"), pki)
    make_mcu_orchard(singapore.folder("mcu-orchard"), pki)


def make_singapore_peers(singapore: Folder, pki: Authorities) -> None:
    """An Expressway as registrar, a Conductor that logs in with a password, a room system, and an administrator."""
    expressway = pki.devices.issue_sip("expressway.singapore.example.com", "10.65.16.5")
    conductor = pki.devices.issue("conductor.singapore.example.com", names=["dns:conductor.singapore.example.com"])
    bayfront = pki.devices.issue("room-bayfront.singapore.example.com", "10.65.16.201")
    singapore.peers(
        Peer(
            "expressway-singapore",
            "Expressway",
            BOTH_WAYS,
            identifiers=["expressway.singapore.example.com"],
            presents=[expressway, pki.devices],
            trusts=[pki.root, pki.devices],
        ),
        Peer(
            "conductor-login",
            "Conductor",
            ["api_user"],
            presents=[],
            trusts=[pki.root],
            user="conductor",
            note="The Conductor logs in with a password and presents no certificate …",
        ),
        Peer(
            "conductor",
            "Conductor",
            ["feedback_receiver"],
            identifiers=["conductor.singapore.example.com"],
            presents=[conductor, pki.devices],
            trusts=[pki.root],
            note="… and as a feedback receiver it is a web server with one.",
        ),
        Peer(
            "room-bayfront",
            "endpoint",
            ["outgoing_sip"],
            identifiers=["10.65.16.201"],
            presents=[bayfront, pki.devices],
            trusts=[pki.root],
            note="An old codec: no subjectAltName, but two CNs, its name and its address.",
        ),
        person_with_browser("tan.weiling", pki),
    )


def make_mcu_marina(device: Folder, pki: Authorities) -> None:
    """Its own responses were saved after an upgrade that settings.toml missed; cascades to an MCU in Leeds."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MSE 8510"
        software_version = "4.4(3.57)"
        host_names = ["mcu-marina.singapore.example.com"]
        collected_at = 2026-11-16T02:46:00Z

        [ssl_certificates]
        client_certificate_security = "Not required"
        server_certificate_security = "Verify certificate"
        """,
    )
    device.peers(
        Peer(
            "cascade-leeds",
            device="leeds/mcu-court",
            connections=BOTH_WAYS,
            route="direct",
            note="Large meetings are cascaded to Leeds.",
        )
    )
    local = pki.devices.issue_sip("mcu-marina.singapore.example.com", "10.65.16.11")
    device.pem("local-certificate.pem", local, pki.devices)
    device.pem("sip-trust-store.pem", pki.root, pki.devices)
    device.pem("https-trust-store.pem", pki.root, pki.devices, pki.users)
    save_responses(device.folder("api"))


def save_responses(api: Folder) -> None:
    """What mcu-marina answered on 16 November 2026."""
    api.response(
        "device.query",
        {
            "currentTime": xmlrpc.client.DateTime("20261116T03:12:41"),
            "restartTime": xmlrpc.client.DateTime("20261108T21:04:10"),
            "model": "MSE 8510",
            "serial": "SM8510C016",
            "softwareVersion": "4.5(1.45)",
            "buildVersion": "6.18(1.45)",
            "apiVersion": "2.10",
            "activatedFeatures": [{"feature": "Encryption"}, {"feature": "Secure management (HTTPS)"}],
            "totalVideoPorts": 20,
            "totalAudioOnlyPorts": 20,
            "totalStreamingAndContentPorts": 20,
            "maxVideoResolution": "hd",
            "clusterType": "unclustered",
            "rebootRequired": False,
        },
    )
    port_a = {
        "enabled": True,
        "linkStatus": True,
        "speed": 1000,
        "fullDuplex": True,
        "macAddress": "000D7C10A510",
        "dhcpv4": False,
        "ipv4Address": "10.65.16.11",
        "ipv4SubnetMask": "255.255.255.0",
        "defaultIpv4Gateway": "10.65.16.1",
        "ipv6Address": "",
    }
    port_b = {"enabled": False, "linkStatus": False, "macAddress": "000D7C10A511", "ipv4Address": "0.0.0.0"}
    dns = [{"hostName": "mcu-marina", "nameServer": "10.65.16.2", "domainName": "singapore.example.com"}]
    api.response("device.network.query", {"portA": port_a, "portB": port_b, "dns": dns})
    services = (
        ("http", "tcp", True, 80),
        ("https", "tcp", True, 443),
        ("ftp", "tcp", False, 21),
        ("h225", "tcp", True, 1720),
        ("sip_tcp", "tcp", True, 5060),
        ("sips_tcp", "tcp", True, 5061),
        ("sip_udp", "udp", False, 5060),
        ("snmp", "udp", True, 161),
    )
    fields = ("name", "type", "enabled", "setting", "port")
    on_port_a = [dict(zip(fields, (name, kind, on, on, port), strict=True)) for name, kind, on, port in services]
    api.response("services.query", {"ports": [{"port": "A", "protocol": "IPv4", "services": on_port_a}]})
    registrar = "expressway.singapore.example.com"
    api.response("sip.query", {"configuredRegistrar": registrar, "configuredProxy": ""})
    receiver = {"index": 1, "receiverURI": "https://conductor.singapore.example.com/RPC2", "sourceIdentifier": "marina"}
    api.response("feedbackReceiver.query", {"receivers": [receiver]})
    system = {
        "manufacturer": "TANDBERG",
        "model": "MSE 8510",
        "serial": "SM8510C016",
        "softwareVersion": "4.5(1.45)",
        "hostName": "mcu-marina.singapore.example.com",
        "uptimeSeconds": "626911",
        "clusterType": "unclustered",
    }
    members = "".join(f"  <{name}>{escape(value)}</{name}>\n" for name, value in system.items())
    api.text("system.xml", f'<?xml version="1.0"?>\n<system>\n{members}</system>\n')


def make_mcu_raffles(device: Folder, pki: Authorities) -> None:
    """Verifies calls against an empty trust store, and no certificate of its own is at hand."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MSE 8510"
        serial = "SM8510C017"
        software_version = "4.4(3.57)"
        addresses = ["10.65.16.12"]
        host_names = ["mcu-raffles.singapore.example.com"]
        collected_at = 2026-11-16

        [ssl_certificates]
        server_certificate_security = "Verify certificate"
        """,
    )
    device.text("sip-trust-store.pem", "# empty\n")
    device.pem("https-trust-store.pem", pki.root, pki.devices, pki.users)


def make_mcu_changi(device: Folder, pki: Authorities) -> None:
    """Was given next month's certificate too early, and its HTTPS trust store was copied in part."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MCU 4501"
        serial = "SM022B4501"
        software_version = "4.4(3.49)"
        addresses = ["10.65.16.13"]
        host_names = ["mcu-changi.singapore.example.com"]
        collected_at = 2026-11-18
        restart_required = true

        [ssl_certificates]
        server_certificate_security = "Verify certificate"
        """,
    )
    local = pki.devices.issue_sip("mcu-changi.singapore.example.com", "10.65.16.13", valid=("2026-12-01", "2028-12-01"))
    device.pem("local-certificate.pem", local, pki.devices)
    device.pem("sip-trust-store.pem", pki.root, pki.devices)
    device.pem_cut_short("https-trust-store.pem", pki.devices, pki.users, pki.root)
    device.text("handover.txt", "Trust stores copied from the old laptop on 18 November. Please check.\n")


def make_mcu_orchard(device: Folder, pki: Authorities) -> None:
    """Calls directly, has no address in its certificate at all, and its trust stores were not exported."""
    device.text(
        "settings.toml",
        """
        [device]
        model = "MCU 4510"
        serial = "SM023C4510"
        software_version = "4.4(3.57)"
        addresses = ["10.65.16.14"]
        host_names = ["mcu-orchard.singapore.example.com"]
        collected_at = 2026-11-16

        # Server certificate security was not written down.

        [sip]
        outbound_call_configuration = "Call direct"
        """,
    )
    local = pki.devices.issue("mcu-orchard.singapore.example.com", names=["dns:mcu-orchard.singapore.example.com"])
    device.pem("local-certificate.pem", local, pki.devices)


def make_sample_fleet(directory: Path) -> None:
    """Write the whole export into `directory`, which must be new or empty."""
    if directory.exists() and any(directory.iterdir()):
        raise FileExistsError(f"{directory} is not empty; nothing was written")
    fleet, pki = Folder(directory), found_authorities()
    make_fleet_wide_files(fleet, pki)
    make_leeds(fleet.folder("leeds"), pki)
    make_oslo(fleet.folder("oslo"), pki)
    make_hamburg(fleet.folder("hamburg"), pki)
    make_singapore(fleet.folder("singapore"), pki)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    make_sample_fleet(Path(sys.argv[1]))
