"""The settings of the device, with the labels of its pages.

Sources by short title: RN = Release Notes 4.4(3.57), appendix; AG = Administrator's Guide 4.4;
MM = Maintenance Manual 4.5; API = API Reference Guide 2.8 to 2.11.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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
MODEL: Final = "device.model"
TLS_FEATURES: Final = ("Secure management (HTTPS)", "Encryption")


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
    URL = "http or https URL"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: dotted key, kind of value, the words of the device for it, source, and allowed labels."""

    key: str
    kind: ValueKind
    meaning: str
    source: str
    labels: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The label on the page of the device, where `meaning` names the page too."""
        return self.meaning.rpartition(": ")[2].rstrip(".")

    @property
    def words(self) -> tuple[str, ...]:
        """What people call it, in lower case: the dotted key, its last part, and the label of the page."""
        return self.key, self.key.rpartition(".")[2], self.label.lower()


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
    Setting("device.collected_at", ValueKind.TIME, "When the export was taken.", "recorded by the operator"),
    Setting(
        "device.current_time", ValueKind.TIME, "The clock of the device at the time of the query.", "API device.query"
    ),
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
        "ssl_certificates.private_key",
        _T,
        "Private key, in the words of the page.",
        "Cisco article on HTTPS certificates",
    ),
    Setting(
        "ssl_certificates.ocsp.enabled", _B, "The OCSP server is asked about client certificates.", "RN; labels open"
    ),
    Setting("ssl_certificates.ocsp.server_url", ValueKind.URL, "URL of the one OCSP server.", "RN; labels open"),
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


def settings_called(word: str) -> list[Setting]:
    """The setting with that key, else all with that label or last part of a key, in any case."""
    wanted = " ".join(word.split()).lower()
    found = [SETTING_BY_KEY[wanted]] if wanted in SETTING_BY_KEY else []
    return found or [setting for setting in SETTINGS if wanted in setting.words]


def keys_in_words() -> str:
    """``device.…, services.…, users``: the tables of the settings, and those that are in none."""
    tables = (f"{table}.…" if dot else table for table, dot, _ in (one.key.partition(".") for one in SETTINGS))
    return ", ".join(dict.fromkeys(tables))


def setting_evidence(key: str) -> str:
    """A setting as missing evidence names it, for example ``settings.toml [sip] outbound_address``."""
    table, _, name = key.rpartition(".")
    return f"settings.toml [{table}] {name}" if table else f"settings.toml [[{name}]]"


VERIFICATION_SETTINGS: Final = "ssl_certificates.verification_settings"
CLIENT_CERTIFICATE_SECURITY: Final = "ssl_certificates.client_certificate_security"
SERVER_CERTIFICATE_SECURITY: Final = "ssl_certificates.server_certificate_security"
