"""The words of the device's own pages: settings with their labels, and the table of connection types.

Sources by short title: RN = Release Notes 4.4(3.57), appendix; AG = Administrator's Guide 4.4;
MM = Maintenance Manual 4.5; API = API Reference Guide 2.8 to 2.11.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mcuaudit.model import CLIENT_AUTH, SERVER_AUTH, ConnectionType, Slot

NO_VERIFICATION: Final = "No verification"
OUTGOING_CALLS_ONLY: Final = "Outgoing calls only"
OUTGOING_AND_INCOMING_CALLS: Final = "Outgoing and incoming calls"
NOT_REQUIRED: Final = "Not required"
VERIFY_CERTIFICATE: Final = "Verify certificate"
LOGIN_ALLOWED: Final = "Certificate-based authentication allowed"
LOGIN_REQUIRED: Final = "Certificate-based authentication required"
USE_REGISTRAR: Final = "Use registrar"
USE_TRUNK: Final = "Use trunk"
CALL_DIRECT: Final = "Call direct"
ADMINISTRATOR: Final = "administrator"
TLS_FEATURES: Final = ("Secure management (HTTPS)", "Encryption")

FIRST_VERSION_WITH_VERIFICATION: Final = (4, 4)
"""Before 4.4 there is no mutual authentication, certificate login or OCSP [RN]."""


class ValueKind(StrEnum):
    """How a setting is written in settings.toml and settings.csv."""

    TEXT = "text"
    LABEL = "label"
    BOOLEAN = "true or false"
    ADDRESSES = "list of IP addresses"
    NAMES = "list of names"
    FEATURES = "list of feature keys"
    TIME = "date or time"
    VERSION = "version"
    USERS = "users"
    URIS = "list of URIs"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: dotted key, kind of value, allowed labels, the device's own words for it, and the source."""

    key: str
    kind: ValueKind
    meaning: str
    source: str
    labels: tuple[str, ...] = ()


_T, _L, _B = ValueKind.TEXT, ValueKind.LABEL, ValueKind.BOOLEAN

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("device.model", _T, "Model, for example MCU 4510.", "API device.query"),
    Setting("device.serial", _T, "Serial number.", "API device.query"),
    Setting(
        "device.software_version", ValueKind.VERSION, "Software version, for example 4.4(3.57).", "API device.query"
    ),
    Setting(
        "device.addresses",
        ValueKind.ADDRESSES,
        "Enabled IPv4 and IPv6 addresses of its ports.",
        "API device.network.query",
    ),
    Setting(
        "device.host_names", ValueKind.NAMES, "Names by which people and systems reach it.", "API device.network.query"
    ),
    Setting("device.collected_at", ValueKind.TIME, "When the export was taken.", "written down by the operator"),
    Setting("device.current_time", ValueKind.TIME, "The device's own clock when it was asked.", "API device.query"),
    Setting("device.restart_required", _B, "A restart is pending (rebootRequired).", "API device.query"),
    Setting("device.features", ValueKind.FEATURES, "Activated feature keys, by name.", "API device.query"),
    Setting(
        "ssl_certificates.verification_settings",
        _L,
        "SIP trust store: Verification settings.",
        "RN; AG, Network > SSL certificates",
        (NO_VERIFICATION, OUTGOING_CALLS_ONLY, OUTGOING_AND_INCOMING_CALLS),
    ),
    Setting(
        "ssl_certificates.client_certificate_security",
        _L,
        "HTTPS trust store: Client certificate security.",
        "RN; AG, Network > SSL certificates",
        (NOT_REQUIRED, VERIFY_CERTIFICATE, LOGIN_ALLOWED, LOGIN_REQUIRED),
    ),
    Setting(
        "ssl_certificates.server_certificate_security",
        _L,
        "HTTPS trust store: Server certificate security.",
        "RN; AG, Network > SSL certificates",
        (NO_VERIFICATION, VERIFY_CERTIFICATE),
    ),
    Setting(
        "ssl_certificates.private_key", _T, "Private key, as the page words it.", "Cisco article on HTTPS certificates"
    ),
    Setting("ssl_certificates.ocsp.enabled", _B, "OCSP is asked about client certificates.", "RN; labels open"),
    Setting("ssl_certificates.ocsp.server_url", _T, "URL of the one OCSP server.", "RN; labels open"),
    Setting("ssl_certificates.ocsp.nonce", _B, "A nonce is included in OCSP requests.", "RN; labels open"),
    Setting("ssl_certificates.shown.subject", _T, "Subject of the local certificate as the page shows it.", "MM"),
    Setting("ssl_certificates.shown.issuer", _T, "Issuer of the local certificate as the page shows it.", "MM"),
    Setting("ssl_certificates.shown.issued", ValueKind.TIME, "Issued date as the page shows it.", "MM"),
    Setting("ssl_certificates.shown.expires", ValueKind.TIME, "Expiry date as the page shows it.", "MM"),
    Setting("services.http", _B, "Web service (HTTP), on any port and IP version.", "API services.query"),
    Setting("services.https", _B, "Secure web service (HTTPS).", "API services.query"),
    Setting("services.ftp", _B, "FTP.", "API services.query"),
    Setting("services.sip_tcp", _B, "SIP over TCP.", "API services.query"),
    Setting("services.sip_udp", _B, "SIP over UDP.", "API services.query"),
    Setting("services.sips_tcp", _B, "Encrypted SIP (TLS).", "API services.query"),
    Setting("services.h225", _B, "Incoming H.323.", "API services.query"),
    Setting("services.snmp", _B, "SNMP.", "API services.query"),
    Setting(
        "sip.outbound_call_configuration",
        _L,
        "Settings > SIP: Outbound call configuration.",
        "MM",
        (USE_REGISTRAR, USE_TRUNK, CALL_DIRECT),
    ),
    Setting("sip.outbound_address", _T, "Host name or address of the registrar or trunk.", "MM"),
    Setting("sip.outbound_domain", _T, "Outbound domain.", "MM"),
    Setting(
        "sip.use_local_certificate_for_outgoing",
        _B,
        "The local certificate is presented on outgoing connections (reading A20).",
        "open",
    ),
    Setting("security.redirect_http_to_https", _B, "Settings > Security: Redirect HTTP requests to HTTPS.", "MM"),
    Setting("security.advanced_account_security", _B, "Advanced account security mode.", "MM"),
    Setting("security.require_administrator_login", _B, "Require administrator login.", "MM"),
    Setting("users", ValueKind.USERS, "Users with their privilege levels.", "MM"),
    Setting("feedback_receivers", ValueKind.URIS, "Feedback receivers, by URI.", "API feedbackReceiver.query"),
)

SETTING_BY_KEY: Final = {setting.key: setting for setting in SETTINGS}

VERIFICATION_SETTINGS: Final = "ssl_certificates.verification_settings"
CLIENT_CERTIFICATE_SECURITY: Final = "ssl_certificates.client_certificate_security"
SERVER_CERTIFICATE_SECURITY: Final = "ssl_certificates.server_certificate_security"


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """One row of the table "Connections that may involve certificate exchange" [RN]."""

    connection_type: ConnectionType
    title: str
    short_title: str
    mcu_role: str
    setting: str
    verifying_values: tuple[str, ...]
    trust_store: Slot
    peer_purpose: str
    """The purpose that the peer's certificate serves, as a dotted identifier."""
    service: str
    """The service without which the connection does not exist, "" where none is needed."""

    @property
    def title_in_text(self) -> str:
        """The title as it stands within a sentence."""
        first = self.title.partition(" ")[0]
        return self.title if first.isupper() else self.title[0].lower() + self.title[1:]


_LOGIN_VALUES = (VERIFY_CERTIFICATE, LOGIN_ALLOWED, LOGIN_REQUIRED)

CONNECTION_TABLE: Final = {
    facts.connection_type: facts
    for facts in (
        ConnectionFacts(
            ConnectionType.INCOMING_SIP,
            "Incoming SIP call",
            "SIP in",
            "server",
            VERIFICATION_SETTINGS,
            (OUTGOING_AND_INCOMING_CALLS,),
            Slot.SIP_TRUST_STORE,
            CLIENT_AUTH,
            "services.sips_tcp",
        ),
        ConnectionFacts(
            ConnectionType.OUTGOING_SIP,
            "Outgoing SIP call",
            "SIP out",
            "client",
            VERIFICATION_SETTINGS,
            (OUTGOING_CALLS_ONLY, OUTGOING_AND_INCOMING_CALLS),
            Slot.SIP_TRUST_STORE,
            SERVER_AUTH,
            "services.sips_tcp",
        ),
        ConnectionFacts(
            ConnectionType.WEB_USER,
            "Web interface user",
            "Web user",
            "server",
            CLIENT_CERTIFICATE_SECURITY,
            _LOGIN_VALUES,
            Slot.HTTPS_TRUST_STORE,
            CLIENT_AUTH,
            "services.https",
        ),
        ConnectionFacts(
            ConnectionType.API_USER,
            "API user",
            "API user",
            "server",
            CLIENT_CERTIFICATE_SECURITY,
            _LOGIN_VALUES,
            Slot.HTTPS_TRUST_STORE,
            CLIENT_AUTH,
            "services.https",
        ),
        ConnectionFacts(
            ConnectionType.OCSP_SERVER,
            "OCSP server",
            "OCSP",
            "client",
            SERVER_CERTIFICATE_SECURITY,
            (VERIFY_CERTIFICATE,),
            Slot.HTTPS_TRUST_STORE,
            SERVER_AUTH,
            "",
        ),
        ConnectionFacts(
            ConnectionType.FEEDBACK_RECEIVER,
            "Feedback receiver",
            "Feedback",
            "client",
            SERVER_CERTIFICATE_SECURITY,
            (VERIFY_CERTIFICATE,),
            Slot.HTTPS_TRUST_STORE,
            SERVER_AUTH,
            "",
        ),
    )
}

SLOT_FILES: Final = {
    Slot.LOCAL_CERTIFICATE: "local-certificate.pem",
    Slot.SIP_TRUST_STORE: "sip-trust-store.pem",
    Slot.HTTPS_TRUST_STORE: "https-trust-store.pem",
    Slot.CALL_HOME_TRUST_STORE: "call-home-trust-store.pem",
}
SLOT_TITLES: Final = {
    Slot.LOCAL_CERTIFICATE: "local certificate",
    Slot.SIP_TRUST_STORE: "SIP trust store",
    Slot.HTTPS_TRUST_STORE: "HTTPS trust store",
    Slot.CALL_HOME_TRUST_STORE: "Call Home trust store",
    Slot.PEER_CERTIFICATE: "peer certificate",
    Slot.PEER_TRUST_STORE: "peer trust store",
}


@dataclass(frozen=True, slots=True)
class Product:
    """What a peer's product stands for where peers.toml does not say it; such values are marked as assumed."""

    standard: str
    route: str


PRODUCTS: Final = {
    "Expressway": Product("vcs", "proxied"),
    "Unified CM": Product("cucm", "proxied"),
    "TMS": Product("rfc9525", ""),
    "Conductor": Product("rfc9525", ""),
    # The Release Notes give one guideline for both certificates of a direct call.
    "endpoint": Product("mcu", "direct"),
    "browser": Product("rfc9525", ""),
}

READINGS: Final = {
    "A1": ("Does an iPAddress entry of the subjectAltName count for the MCU?",
           "Not named in the documents: an IP address that is only in an iPAddress entry is undetermined."),
    "A2": ("Is the host part of a presented URI compared, or the whole string?",
           "The host of sip:host. With user, port or parameters: undetermined."),
    "A3": ("Do sips: or other schemes count?", "Only sips: is undetermined; https: and others do not match."),
    "A4": ("A subjectAltName is present without URI and DNS entries, and the CN is right.",
           "The subjectAltName blocks the CN: no match. Lax stacks accept it."),
    "A5": ("Does a wildcard in a DNS entry match?",
           "Undetermined for the MCU, no match for RFC 5922 peers; RFC 9525 accepts a complete left-most label."),
    "A6": ("The URI says one name, the DNS entry another that is wanted.", "The MCU matches, RFC 5922 peers do not."),
    "A7": ("Which name is compared: the address as configured, the domain, or the resolved address?",
           "All could be: all covered passes, some undetermined, none fails."),
    "A8": ("Several CNs.", "All must match; if one does, undetermined."),
    "A9": ("CN login: case and spaces.", "Compared exactly; a difference in case only is undetermined."),
    "A10": ("Trailing dot, spelling of IPv6.",
            "DNS names ignore case, addresses compare by value; a trailing dot on one side is undetermined."),
    "A11": ("Does a presenter send its intermediates?",
            "Not unless the export shows it: a path that needs a CA certificate found elsewhere is undetermined."),
    "A12": ("An intermediate is the only anchor, its root is missing.", "Undetermined."),
    "A13": ("Does the MCU enforce extendedKeyUsage?",
            "Present without the needed purpose: undetermined for the MCU, refused by peers."),
    "A14": ("Must members of a trust store be CA certificates?",
            "A leaf or version 1 certificate as anchor: undetermined."),
    "A15": ("Outgoing calls only: are incoming peers verified?", "They are not; reported as an exposure."),
    "A16": ("Is the name of an HTTPS server compared?", "By RFC 9525: a match passes, a mismatch is undetermined."),
    "A17": ("The local certificate has a subjectAltName and the IP address only in the CN, with direct calls.",
            "The subjectAltName blocks the CN: refused."),
    "A18": ("Algorithms beyond RSA of 2048 to 4096 bits with SHA-2.",
            "Not documented as supported: undetermined for the MCU."),
    "A19": ("Does the verifier try another path when the first fails?", "Not assumed: undetermined."),
    "A20": ("Does a tick box govern the use of the local certificate for outgoing connections?",
            "Off: the MCU may present nothing; a peer that requires a certificate is undetermined."),
    "A21": ("Are certificate policies evaluated?", "A CA with requireExplicitPolicy in the path: undetermined."),
    "RFC5924": ("Does a SIP peer accept a certificate without sipDomain, or with sipDomain alone?",
                "RFC 5924 leaves it to the peer's policy, and TLS stacks want their own purpose too: undetermined."),
    "RFC5922-7.1": ("Does an RFC 5922 peer take a CN without a subjectAltName, or an address in a DNS entry?",
                    "RFC 5922, section 7.1, leaves that to the peer: undetermined."),
}  # fmt: skip
"""What the documents leave open: question, and the outcome that is reported."""
