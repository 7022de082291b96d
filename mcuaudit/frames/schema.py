"""Every frame and column, declared once: dtype, meaning, unit. Documentation, `describe` and checks come from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verifiers import Verifier

OUTCOME: Final = pd.CategoricalDtype([outcome.value for outcome in Outcome], ordered=True)
"""pass < notApplicable < open < fail; the one dtype of every outcome column, so that frames concatenate."""
SEVERITY: Final = pd.CategoricalDtype(["note", "warning", "error"], ordered=True)


class Dtype(StrEnum):
    """The dtypes that columns have."""

    TEXT = "str"
    """Missing is NaN, as pandas has it for str; an empty text is a value."""
    INTEGER = "Int64"
    NUMBER = "float64"
    FLAG = "bool"
    FLAG_OR_MISSING = "boolean"
    TIME = "datetime64[us, UTC]"
    OUTCOME = "outcome"
    CHOICE = "category"
    BYTES = "object"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, dtype, meaning in one sentence, and for a choice its words in order.

    A choice without words has those that the rows of a frame have.
    """

    name: str
    dtype: Dtype
    meaning: str
    choices: tuple[str, ...] = ()
    unit: str = ""

    @property
    def pandas_dtype(self) -> Any:
        """The dtype as pandas has it."""
        return _pandas_dtype(self)


@cache
def _pandas_dtype(column: Column) -> Any:
    if column.dtype is Dtype.OUTCOME:
        return OUTCOME
    if column.dtype is Dtype.CHOICE:
        if not column.choices:
            return pd.CategoricalDtype(ordered=False)
        severity = column.name.endswith("severity")
        return SEVERITY if severity else pd.CategoricalDtype(list(column.choices), ordered=False)
    return pd.api.types.pandas_dtype(column.dtype.value)


@dataclass(frozen=True, slots=True)
class FrameSchema:
    """One frame: what a row stands for, the columns that identify a row, and all columns in order."""

    name: str
    one_row_per: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]


def _text(name: str, meaning: str) -> Column:
    return Column(name, Dtype.TEXT, meaning)


def _time(name: str, meaning: str) -> Column:
    return Column(name, Dtype.TIME, meaning, unit="UTC")


def _outcome(name: str, meaning: str) -> Column:
    return Column(name, Dtype.OUTCOME, meaning)


def _choice(name: str, meaning: str, choices: Iterable[str]) -> Column:
    return Column(name, Dtype.CHOICE, meaning, tuple(choices))


def _label(name: str, meaning: str) -> Column:
    """A text that many rows share: a category without declared words."""
    return Column(name, Dtype.CHOICE, meaning)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, Dtype.FLAG, meaning)


def _integer(name: str, meaning: str, unit: str = "") -> Column:
    return Column(name, Dtype.INTEGER, meaning, unit=unit)


SLOT_STATES: Final = ("present", "empty", "damaged", "missing")
YES_NO_OPEN: Final = ("no", "yes", "open")
SOURCES: Final = ("read", "typed", "shown", "inherited", "damaged", "missing")
AUTHENTICATED: Final = ("both", "mcu_only", "peer_only", "neither", "open")
SEVERITIES: Final = ("note", "warning", "error")
FINDING_OUTCOMES: Final = (Outcome.OPEN.value, Outcome.FAIL.value)
GRADES: Final = ("doc", "inferred", "open")
STATUSES: Final = ("active", "waived")
FINDING_CHANGES: Final = ("unchanged", "updated", "new", "newRule", "gone")
CERTIFICATE_CHANGES: Final = ("unchanged", "renewed", "added", "removed")
VALUE_CHANGES: Final = ("unchanged", "changed", "added", "removed")
REQUEST_SLOTS: Final = (Slot.LOCAL_CERTIFICATE.value, Slot.PEER_CERTIFICATE.value)
REQUEST_PARTS: Final = ("subject", "dns", "uri", "ip", "purpose", "key_usage", "key", "issuer", "chain")
REQUEST_NEEDS: Final = ("required", "advised", "choice", "open", "conflict")
PROBLEM_KINDS: Final = (
    "unreadable", "note", "unrecognised", "conflict", "secret", "waiver", "internal", "licence", "saved_request",
)  # fmt: skip

INSPECTED_PARTS: Final = ("certificate", "trust_store", "setting", "user", "peer", "policy")
INSPECTED_SOURCES: Final = (*SOURCES, "assumed", "default", "policy")
INSPECTED_PLACES: Final = ("device", "site", "fleet")
DEADLINE_EVENTS: Final = ("ends", "begins", "calendar")
CALL_TYPES: Final = (ConnectionType.INCOMING_SIP.value, ConnectionType.OUTGOING_SIP.value)
CERTIFICATE_ROLES: Final = ("local", "peer", "authority")

_SITE = _text("site", "Name of the site: its directory in the export.")
_DEVICE = _text("device", "Name of the device within its site: its directory or file in the export.")
_DEVICE_ID = _text("device_id", "site/device; unique in the fleet.")
_DEVICE_OR_NONE = _text("device", "Name of the device; missing for a finding about a site or the whole fleet.")
_DEVICE_ID_OR_NONE = _text("device_id", "site/device; missing for a finding about a site or the whole fleet.")
_DEVICE_ID_OF_REQUEST = _text("device_id", "site/device; missing for the certificate of a peer.")
_CAUSE_ID = _text(
    "cause_id", "Join key of the cause, shared by connections and findings: its kind and what it is about."
)
_REMEDY_ID = _text("remedy_id", "The remedy as data: its kind, its place, and what it uses.")
_LIST = "; several are separated by spaces, and odd characters are written \\xNN"


def _slot_columns(slot: Slot, title: str) -> tuple[Column, ...]:
    return (
        _text(slot.value, f"Join key of its {title}; missing if the export has none that can be read."),
        _choice(f"{slot.value}_state", f"State of its {title} in the export.", SLOT_STATES),
    )


_FRAMES = (
    FrameSchema(
        "devices",
        "device",
        ("device_id",),
        (
            _DEVICE_ID,
            _SITE,
            _DEVICE,
            _text("site_title", "Title of the site from site.toml, else its name."),
            _text("model", "Model, as read from the device or typed."),
            _text("serial", "Serial number."),
            _text("software_version", "Software version, major.minor(branch.build)."),
            _text("addresses", f"Its enabled addresses{_LIST}."),
            _text("host_names", f"Its host names{_LIST}."),
            _time("collected_at", "When the export of this device was taken."),
            *_slot_columns(Slot.LOCAL_CERTIFICATE, "local certificate"),
            _text("local_chain", "SHA-256 of the certificates that it presents after the local certificate, in order."),
            _flag("local_chain_damaged", "A certificate of that file cannot be read."),
            *_slot_columns(Slot.SIP_TRUST_STORE, "SIP trust store"),
            *_slot_columns(Slot.HTTPS_TRUST_STORE, "HTTPS trust store"),
            *_slot_columns(Slot.CALL_HOME_TRUST_STORE, "Call Home trust store"),
            _text(
                "further_peers_damaged_keys",
                f"Keys in declarations that cannot be read, and may be about a peer that is not in `peers`{_LIST}.",
            ),
            _text(
                "further_peers_damaged_evidence",
                f"For each of these keys, the file or key that cannot be read{_LIST}.",
            ),
        ),
    ),
    FrameSchema(
        "settings",
        "device × setting",
        ("device_id", "setting"),
        (
            _DEVICE_ID,
            _SITE,
            _DEVICE,
            _text("setting", "Dotted key as in settings.toml, for example ssl_certificates.verification_settings."),
            _text("value", "The value as the page of the device shows it; true or false for a tick box."),
            _choice(
                "source",
                "read from a response of the device, typed by the operator, shown on its page, inherited from the site "
                "or fleet, damaged (its nearest place cannot be read, and no farther one stands in), or missing.",
                SOURCES,
            ),
            _flag("incomplete", "An entry of the list could not be read; the value has the others."),
            _text("file", "File within the export that contains the value."),
            _text("key", "Key, cell or member within that file."),
            _text("other_value", "A different value from another file; missing if there is none."),
            _text("other_file", "File within the export that contains the other value."),
            _text("other_key", "Key, cell or member of the other value."),
        ),
    ),
    FrameSchema(
        "certificates",
        "distinct certificate",
        ("certificate",),
        (
            _text("certificate", "SHA-256 of the DER, in hexadecimal."),
            _text("subject", "Subject in the form of RFC 4514."),
            _text("issuer", "Issuer in the form of RFC 4514."),
            _text("serial_number", "Serial number in hexadecimal."),
            _integer("version", "X.509 version: 1 or 3."),
            _text("common_names", f"CN attributes of the subject{_LIST}."),
            _flag("has_subject_alternative_name", "The subjectAltName extension is present."),
            _text("dns_names", f"dNSName entries of the subjectAltName{_LIST}."),
            _text("uris", f"uniformResourceIdentifier entries of the subjectAltName{_LIST}."),
            _text("ip_addresses", f"iPAddress entries of the subjectAltName{_LIST}."),
            _time("not_before", "First instant of validity."),
            _time("not_after", "Last instant of validity."),
            _text("key_algorithm", "RSA, RSASSA-PSS, EC, DSA, Ed25519, Ed448, or a dotted identifier."),
            _integer("key_size", "Size of the public key.", "bits"),
            _text("public_key", "SHA-256 of the subjectPublicKeyInfo, in hexadecimal."),
            _text("signature_algorithm", "Algorithm of the issuer's signature."),
            _text("signature_hash", "Hash of the issuer's signature; missing if the algorithm has no separate hash."),
            _flag("is_ca", "cA is true in the basicConstraints."),
            _integer("path_length", "pathLenConstraint; missing if there is none.", "CA certificates"),
            _text("key_usage", "keyUsage bits, by their names in RFC 5280; missing without the extension."),
            _text("extended_key_usage", "extendedKeyUsage as dotted identifiers; missing without the extension."),
            _text(
                "netscape_certificate_type",
                "Bits of nsCertType: client, server, email, objsign, reserved, sslCA, emailCA or objCA; missing if it "
                "is not there.",
            ),
            _flag("self_issued", "Subject and issuer are the same name."),
            _text(
                "unreadable_fields", f"What of it cannot be read, by the names of RFC 5280{_LIST}; empty if all can."
            ),
            _text(
                "oddly_encoded_fields", f"Fields that are read although their encoding is not that of RFC 5280{_LIST}."
            ),
            Column("der", Dtype.BYTES, "The certificate itself, DER."),
        ),
    ),
    FrameSchema(
        "placements",
        "place where a certificate was found",
        ("device_id", "slot", "file", "position"),
        (
            _text("certificate", "SHA-256 of the DER, in hexadecimal."),
            _text("device_id", "site/device; missing for a file of a site or of the fleet."),
            _text("site", "Name of the site; missing for a file of the fleet."),
            _text("device", "Name of the device; missing for a file of a site or of the fleet."),
            _choice("slot", "Which slot or role the file has.", [slot.value for slot in Slot]),
            _text("file", "File within the export."),
            _integer("position", "Position of the certificate within the file, from 1."),
            _integer("line", "Line on which its PEM block begins; missing for DER and PKCS#7."),
        ),
    ),
    FrameSchema(
        "trust_stores",
        "distinct trust store × member",
        ("trust_store", "certificate"),
        (
            _text("trust_store", "Join key: digest of the set of its members."),
            _text("certificate", "SHA-256 of a member's DER, in hexadecimal."),
        ),
    ),
    FrameSchema(
        "peers",
        "device × peer",
        ("device_id", "peer"),
        (
            _DEVICE_ID,
            _SITE,
            _DEVICE,
            _text("peer", "Name of the peer in peers.toml."),
            _text(
                "product", "Expressway, Unified CM, TMS, Conductor, endpoint, browser or MCU; missing if not recorded."
            ),
            _text("product_version", "Version of its product; missing if not recorded."),
            _text("connections", "Connection types, separated by spaces."),
            _text("route", "proxied or direct; missing if neither recorded nor assumed."),
            _text("identifiers", f"Names, addresses and URIs by which the device reaches it{_LIST}."),
            _text("certificate", "SHA-256 of its certificate's DER; missing unless certificate_state is present."),
            _choice(
                "certificate_state",
                "present; none: the peer presents no certificate; missing: not in the export; damaged: cannot be read.",
                ("present", "none", "damaged", "missing"),
            ),
            _text(
                "certificate_file",
                "File within the export with its certificate; missing unless certificate_state is present, and for "
                "another MCU of the fleet.",
            ),
            _text("presented_chain", "SHA-256 of the certificates that it presents after its own, in order."),
            _flag("presented_chain_damaged", "A certificate of that file cannot be read."),
            _text("client_certificate", "The same for another certificate that it presents as a TLS client."),
            _choice(
                "client_certificate_state",
                "present; none: it presents none as client; missing: it is not declared, so its certificate counts in "
                "both roles; damaged: cannot be read.",
                ("present", "none", "damaged", "missing"),
            ),
            _text("client_certificate_file", "File within the export with the certificate that it presents as client."),
            _text("client_chain", "SHA-256 of the certificates that it presents after it, in order."),
            _flag("client_chain_damaged", "A certificate of that file cannot be read."),
            _choice("chain_complete", "Whether it presents no other certificates.", YES_NO_OPEN),
            _text("trust_store", "Join key of the trust store with which it verifies the MCU."),
            _choice("trust_store_state", "State of its trust store in the export.", SLOT_STATES),
            _text(
                "trust_store_file",
                "File within the export with that trust store; missing for one that has none, such as that of another "
                "MCU or of all public CAs.",
            ),
            _choice("standard", "Rule by which it compares the MCU's names.", [word.value for word in Standard]),
            _flag("standard_assumed", "The standard is not recorded; it follows from the product or the connection."),
            _flag("route_assumed", "The route is not recorded; it follows from the product."),
            _text("expects", f"Names by which it knows the device{_LIST}; missing if not recorded."),
            _text("user", "User name with which it logs in."),
            _choice("checks_crls", "Whether it checks CRLs; open if it is not recorded.", YES_NO_OPEN),
            Column(
                "ocsp_response",
                Dtype.BYTES,
                "Saved OCSP response about its certificate, DER; missing if not in the export.",
            ),
            _text("peer_device", "site/device, if the peer is another MCU of the fleet."),
            _text("file", "File within the export that declares it (the nearest one)."),
            _text(
                "damaged_keys",
                f"Keys of peers.toml whose value is there and cannot be read{_LIST}; connections_in_part: one entry.",
            ),
            _text("damaged_evidence", f"For each of these keys, the file or key that cannot be read{_LIST}."),
        ),
    ),
    FrameSchema(
        "revocation_lists",
        "distinct certificate revocation list (CRL)",
        ("revocation_list",),
        (
            _text("revocation_list", "SHA-256 of the DER, in hexadecimal; of the file if the list cannot be read."),
            _text("files", f"Files within the export that have it{_LIST}."),
            _choice("state", "present, or damaged: the files have a list that cannot be read.", ("present", "damaged")),
            _text("issuer", "Issuer in the form of RFC 4514."),
            _time("this_update", "When it was issued."),
            _time("next_update", "When the next one is due; missing if it does not say."),
            _text("number", "cRLNumber, decimal; missing if there is none."),
            _text("base_number", "BaseCRLNumber of a delta CRL, decimal; missing for a complete one."),
            _integer("entries", "Number of revoked certificates."),
            Column("indirect", Dtype.FLAG_OR_MISSING, "It may revoke certificates of other issuers."),
            _text("unreadable_fields", f"What of it cannot be read, by the names of RFC 5280{_LIST}."),
            _text("unknown_critical_extensions", f"Critical extensions for which RFC 5280 forbids its use{_LIST}."),
            Column("der", Dtype.BYTES, "The list itself, DER; missing if it cannot be read."),
        ),
    ),
    FrameSchema(
        "evidence",
        "device × kind of evidence",
        ("device_id", "kind"),
        (
            _DEVICE_ID,
            _SITE,
            _DEVICE,
            _text("kind", "local_certificate, the trust stores, settings, peers, or the name of a device response."),
            _choice(
                "state",
                "read, typed, inherited, missing or damaged.",
                ("read", "typed", "inherited", "missing", "damaged"),
            ),
            _text("file", "File within the export; missing if there is none."),
            _text("sha256", "SHA-256 of the file's content, in hexadecimal."),
            _integer("size", "Size of the file.", "bytes"),
            _time("modified", "When the file was last changed."),
        ),
    ),
    FrameSchema(
        "problems",
        "file or value that was left out",
        ("file", "where", "reason"),
        (
            _choice(
                "kind",
                "unreadable: could not be used; note: read, but not as it should be; unrecognised: has no use; "
                "conflict: two sources differ; secret: must not be in an export; waiver: a waiver without effect; "
                "internal: a rule raised an exception or could not be loaded; licence: a licence key, which must not "
                "be in an export; "
                "saved_request: a request in the place of a response, with a password.",
                PROBLEM_KINDS,
            ),
            _text("site", "Name of the site, if the problem is in one."),
            _text("device", "Name of the device, if the problem is in one."),
            _text("file", "File within the export."),
            _text("where", "Line, key, cell or position within the file."),
            _text("reason", "What was found, what is allowed, and the most similar allowed word."),
        ),
    ),
    FrameSchema(
        "paths",
        "certificate × presented chain × trust store × purpose × standard × verifier",
        ("certificate", "presented_chain", "chain_complete", "trust_store", "purpose", "standard", "verifier"),
        (
            _text("certificate", "SHA-256 of the end entity."),
            _text("presented_chain", "SHA-256 of the certificates that are presented with it, in order."),
            _flag("chain_complete", "It is known that no other certificates are presented (reading A11)."),
            _text("trust_store", "Join key of the trust store."),
            _text("purpose", "serverAuth or clientAuth, as its role needs."),
            _choice(
                "standard",
                "Standard of the party that verifies; mcu for the MCU itself.",
                [word.value for word in Standard],
            ),
            _choice(
                "verifier",
                "What verifies: mcu, an MCU; openssl, a peer taken to verify as OpenSSL does; unrecorded, another.",
                [word.value for word in Verifier],
            ),
            _outcome("trust", "Whether a certification path to the store is valid (RFC 5280, section 6)."),
            _outcome("purpose_outcome", "Whether the certificates of the path allow the purpose."),
            _text("reason", "Why, with OpenSSL's message and error number."),
            _text("remedy", "What would fix it, without the name of the trust store."),
            _text("reading", "The reading that an open outcome depends on."),
            _text("path", "SHA-256 from the end entity to the trust anchor, separated by spaces."),
            _text(
                "lacking",
                "CAs that the trust store lacks for the path, each as issuer:name (not found), root:name (presented, "
                f"but not trusted) or elsewhere:name (elsewhere in the export, and not presented){_LIST}.",
            ),
            _time("valid_until", "First instant at which a certificate of the path expires."),
        ),
    ),
    FrameSchema(
        "identities",
        "certificate × reference identifier × standard × product version",
        ("certificate", "reference", "standard", "product_version"),
        (
            _text("certificate", "SHA-256 of the certificate."),
            _text("reference", "Reference identifier: the name or address that is expected."),
            _choice("standard", "Rule of comparison.", [word.value for word in Standard]),
            _text(
                "product_version",
                "X15 for a peer of that version or a later one, if it decides (reading A24); else empty.",
            ),
            _outcome("outcome", "Whether the certificate identifies the party under that name."),
            _text("presented", "Presented identifier that matched, or that decided the outcome."),
            _choice("found_in", "Field of the certificate that contains it.", ("uri", "dns", "ip", "cn")),
            _text("reading", "The reading that an open outcome depends on."),
            _text("reason", "Why, in one sentence."),
        ),
    ),
    FrameSchema(
        "connections",
        "device × connection type × peer",
        ("connection_id",),
        (
            _text(
                "connection_id",
                "Stable name: device, connection type, peer, and the identifier if a peer has several.",
            ),
            _SITE,
            _DEVICE,
            _DEVICE_ID,
            _text(
                "peer",
                "Name of the peer; (any) if none is declared, or the connection is ruled out or open for every peer.",
            ),
            _choice("connection_type", "One of the six types.", [word.value for word in ConnectionType]),
            _choice("mcu_role", "Role of the MCU in the TLS handshake.", ("server", "client")),
            _text("route", "proxied or direct, for SIP."),
            _text("reference", f"Reference identifiers that the MCU compares with the peer's certificate{_LIST}."),
            _choice("standard", "Rule by which the peer compares the MCU's names.", [word.value for word in Standard]),
            _text("setting", "Dotted key of the setting that decides whether the MCU verifies the peer."),
            _text("setting_value", "Its value."),
            _choice("setting_source", "Origin of the value.", SOURCES),
            _choice("mcu_verifies_peer", "Whether the MCU verifies the peer's certificate.", YES_NO_OPEN),
            _outcome("mcu_trust", "Whether the MCU trusts the peer's certificate."),
            _outcome("mcu_identity", "Whether the peer's certificate contains the expected name, if one is compared."),
            _outcome("mcu_purpose", "Whether the peer's certificate allows its role (reading A13)."),
            _outcome("login", "Whether the user can log in."),
            _outcome("mcu_outcome", "What the MCU decides: the worst of the four columns before."),
            _outcome("peer_trust", "Whether the peer trusts the local certificate."),
            _outcome("peer_identity", "Whether the local certificate contains the names that the peer expects."),
            _outcome("peer_purpose", "Whether the local certificate allows its role."),
            _outcome("peer_outcome", "What the peer decides: the worst of the three columns before."),
            _outcome("outcome", "Whether both sides accept the certificates of the connection."),
            _choice(
                "authenticated", "Who verified the other: both, mcu_only, peer_only, neither, or open.", AUTHENTICATED
            ),
            _text("reason_code", "Stable code of the reason."),
            _text("reason", "Why, in one sentence."),
            _text("remedy", "What would fix it, if it is refused or undetermined."),
            _REMEDY_ID,
            _text("cause", "The one thing to fix or to collect, in words."),
            _CAUSE_ID,
            _integer("further_causes", "Number of other things to fix or to collect; 0 for a pass."),
            _text("readings", "Readings that the outcome depends on, separated by spaces."),
            _text("missing_evidence", "File or key that would settle it."),
            _time("fails_on", "First instant at which an accepted connection fails, if nothing changes."),
            _text("local_certificate", "Join key of the MCU's certificate."),
            _text("peer_certificate", "Join key of the peer's certificate."),
            _text("trust_store", "Join key of the MCU's trust store."),
            _text("evidence_file", "File within the export that contains the setting."),
            _text("revoked", "Which certificate that the MCU accepts is revoked, by a CRL of the export."),
            _time("revoked_on", "When it was revoked."),
            _text("revoked_certificate", "Join key of the revoked certificate: the peer's own, or a CA above it."),
        ),
    ),
    FrameSchema(
        "administration",
        "device",
        ("device_id",),
        (
            _DEVICE_ID,
            _SITE,
            _DEVICE,
            _outcome("outcome", "Whether an administrator can still log in by HTTP or HTTPS; fail is a lock-out."),
            _text(
                "way", "How an administrator can log in: HTTP or HTTPS, with a password or a certificate, and whose."
            ),
            _text("reason_code", "Stable code of the reason."),
            _text("reason", "Why, in one sentence."),
            _text("remedy", "What would fix it, if it is a lock-out or undetermined."),
            _REMEDY_ID,
            _text("cause", "The one thing to fix or to collect, in words."),
            _CAUSE_ID,
            _text("missing_evidence", "File or key that would settle it."),
            _text("readings", "Readings that an open outcome depends on, separated by spaces."),
            _time(
                "fails_on",
                "When the last way to log in ends, if nothing changes; missing if one has no end, or none passes.",
            ),
        ),
    ),
    FrameSchema(
        "evaluations",
        "rule × subject",
        ("code", "subject"),
        (
            _text("code", "Code of the rule, for example MCU205."),
            _text("subject", "What was checked, for example leeds/mcu-1 local_certificate."),
            _outcome("outcome", "pass, notApplicable, open or fail."),
            _text("site", "Name of the site."),
            _text(
                "device",
                "Name of the device; missing if the certificate of a peer or store is checked once for several.",
            ),
            _text("device_id", "site/device."),
            _text("slot", "Slot of the subject."),
            _text("certificate", "Join key of the certificate."),
            _text("trust_store", "Join key of the trust store."),
            _text("peer", "Name of the peer."),
            _text("connection_id", "Join key of the connection."),
            _text(
                "reference",
                "Reference identifier, setting or file that distinguishes this evaluation from others of its rule.",
            ),
            _text("message", "What was found; missing for pass and notApplicable."),
            _text("fix", "What to do."),
            _text("cause", "The one thing to fix or to collect, in words."),
            _CAUSE_ID,
            _REMEDY_ID,
            _text("missing_evidence", "File or key that would settle an open outcome."),
            _text("readings", "Readings that an open outcome depends on, separated by spaces."),
            _text("file", "File within the export that shows it."),
        ),
    ),
    FrameSchema(
        "findings",
        "evaluation that is fail or open",
        ("finding_id",),
        (
            _text("finding_id", "Code and fingerprint, to quote in a ticket: MCU205-7f3a91."),
            _text("code", "Code of the rule."),
            _text("rule", "Name of the rule."),
            _choice("severity", "error, warning or note.", SEVERITIES),
            _outcome("outcome", "fail, or open where the evidence does not decide."),
            _choice("status", "active, or waived by the policy until the waiver expires.", STATUSES),
            _choice(
                "change",
                "Compared with the baseline; newRule: new because the baseline has no result of its rule. Missing "
                "without a baseline.",
                FINDING_CHANGES[:-1],
            ),
            _text("site", "Name of the site; missing for a finding about the whole fleet."),
            _DEVICE_OR_NONE,
            _DEVICE_ID_OR_NONE,
            _text("slot", "Slot that it concerns."),
            _text("peer", "Peer that it concerns."),
            _text("reference", "Reference identifier, setting or file that it concerns."),
            _text("evidence", "What was found."),
            _text("fix", "What to do."),
            _choice("grade", "Whether the rule is documented, inferred or open.", GRADES),
            _text("source", "Document that the rule is based on."),
            _text("section", "Section of that document."),
            _text("cause", "The one thing to fix or to collect, in words."),
            _CAUSE_ID,
            _REMEDY_ID,
            _integer("connections", "Refused or undetermined connections of this device that have the same cause."),
            _integer("alone_blocks", "Number of these connections that have no other cause."),
            _text("missing_evidence", "File or key that would settle an open finding."),
            _text("readings", "Readings that an open finding depends on, separated by spaces."),
            _text("file", "File within the export that shows it."),
            _text("certificate", "Join key of the certificate."),
            _text("trust_store", "Join key of the trust store."),
            _text("connection_id", "Join key of the connection."),
            _text("fingerprint", "SHA-256 of rule, device, slot and reference; the same from run to run."),
            _text("waiver_reason", "Why the finding is waived."),
            _text("waiver_owner", "Who is responsible for the waiver."),
            _time("waiver_expires", "Last day of the waiver, which applies to the end of that day."),
        ),
    ),
    FrameSchema(
        "finding_changes",
        "finding of the old or the new audit",
        ("fingerprint",),
        (
            _choice(
                "change",
                "unchanged; updated: outcome, severity, status or evidence differ; new; newRule: new because the old "
                "audit has no result of its rule; gone.",
                FINDING_CHANGES,
            ),
            _text("finding_id", "Code and fingerprint, to quote in a ticket."),
            _text("code", "Code of the rule."),
            _choice("severity", "error, warning or note; for a gone finding the former one.", SEVERITIES),
            _choice("previous_severity", "The former one; missing for new findings.", SEVERITIES),
            _choice("outcome", "fail or open; for a gone finding the former one.", FINDING_OUTCOMES),
            _choice("previous_outcome", "The former one; missing for new findings.", FINDING_OUTCOMES),
            _choice("status", "active or waived; for a gone finding the former one.", STATUSES),
            _choice("previous_status", "The former one; missing for new findings.", STATUSES),
            _text("site", "Name of the site; missing for a finding about the whole fleet."),
            _DEVICE_OR_NONE,
            _DEVICE_ID_OR_NONE,
            _text("slot", "Slot that it concerns."),
            _text("peer", "Peer that it concerns."),
            _text("reference", "Reference identifier, setting or file that it concerns."),
            _text("evidence", "What was found; for a gone finding the former text."),
            _text("previous_evidence", "What the old audit found; missing for new findings."),
            _text("fix", "What to do."),
            _text("fingerprint", "SHA-256 of rule, device, slot and reference."),
        ),
    ),
    FrameSchema(
        "certificate_changes",
        "certificate of a device or of one of its peers, in the old or the new audit",
        ("device_id", "slot", "peer", "certificate", "previous_certificate"),
        (
            _choice(
                "change",
                "unchanged; renewed: replaced by another certificate, in a trust store by one with the same subject; "
                "added; removed. Trust stores of peers are listed only if they differ.",
                CERTIFICATE_CHANGES,
            ),
            _SITE,
            _DEVICE,
            _DEVICE_ID,
            _choice("slot", "Which slot or role it has.", [slot.value for slot in Slot]),
            _text("peer", "Name of the peer, for a certificate of a peer."),
            _text("subject", "Subject in the form of RFC 4514; for a removed certificate the former one."),
            _text("certificate", "SHA-256 of the DER; missing if it was removed."),
            _text("previous_certificate", "SHA-256 of the former certificate; missing if it was added."),
            _time("not_after", "Last instant of validity."),
            _time("previous_not_after", "Last instant of validity of the former certificate."),
            _choice("same_key", "Whether a renewed certificate has the key of the former one.", ("no", "yes")),
        ),
    ),
    FrameSchema(
        "setting_changes",
        "device × setting with a value in the old or the new audit",
        ("device_id", "setting"),
        (
            _choice(
                "change",
                "unchanged; changed; added: in the new audit only; removed: in the old audit only.",
                VALUE_CHANGES,
            ),
            _SITE,
            _DEVICE,
            _DEVICE_ID,
            _text("setting", "Dotted key as in settings.toml."),
            _text("value", "The new value; missing if the new audit has none."),
            _text("previous_value", "The old value; missing if the old audit has none."),
            _text("file", "File within the export that contains the new value."),
        ),
    ),
    FrameSchema(
        "connection_changes",
        "connection of the old or the new audit",
        ("connection_id",),
        (
            _choice(
                "change",
                "unchanged; changed: the outcome differs, or for an accepted connection who verifies whom; added; "
                "removed.",
                VALUE_CHANGES,
            ),
            _text("connection_id", "Stable name of the connection."),
            _SITE,
            _DEVICE,
            _DEVICE_ID,
            _text("peer", "Name of the peer."),
            _choice("connection_type", "One of the six types.", [word.value for word in ConnectionType]),
            _choice("outcome", "New outcome; missing if the connection was removed.", [word.value for word in Outcome]),
            _choice(
                "previous_outcome",
                "Old outcome; missing if the connection was added.",
                [word.value for word in Outcome],
            ),
            _choice("authenticated", "Who verifies the other in the new audit.", AUTHENTICATED),
            _choice("previous_authenticated", "Who verified the other in the old audit.", AUTHENTICATED),
            _text("reason", "Reason of the new outcome."),
            _text("previous_reason", "Reason of the old outcome."),
        ),
    ),
    FrameSchema(
        "administration_changes",
        "device of the old or the new audit",
        ("device_id",),
        (
            _choice(
                "change",
                "unchanged; changed: the outcome, or the way to log in, differs; added; removed.",
                VALUE_CHANGES,
            ),
            _SITE,
            _DEVICE,
            _DEVICE_ID,
            _choice(
                "outcome",
                "Whether an administrator can log in in the new audit; missing if the device was removed.",
                [word.value for word in Outcome],
            ),
            _choice(
                "previous_outcome",
                "Whether one could in the old audit; missing if the device was added.",
                [word.value for word in Outcome],
            ),
            _text("way", "How, in the new audit."),
            _text("previous_way", "How, in the old audit."),
            _text("reason", "Reason of the new outcome."),
            _text("previous_reason", "Reason of the old outcome."),
        ),
    ),
    FrameSchema(
        "device_changes",
        "device of the old or the new audit",
        ("device_id",),
        (
            _choice("change", "unchanged, added or removed.", ("unchanged", "added", "removed")),
            _SITE,
            _DEVICE,
            _DEVICE_ID,
            _text("model", "Model."),
            _text("software_version", "Software version; for a removed device the former one."),
        ),
    ),
    FrameSchema(
        "sorted_files",
        "file of a heap, or end-entity certificate of a file with several",
        ("file", "sha256"),
        (
            _text("copy", "yes: its place is sure and free, so it is copied as it stands; missing otherwise."),
            _text("place", "The file of the export that it is for; missing where that is open."),
            _choice("certainty", "How sure the place is.", ("sure", "likely", "open")),
            _text("what", "What it is: MCU, peer, user, end entity, CA, response, settings, peers, CRL and others."),
            _text("file", "Its path within the heap; of a member of an archive, after that of the archive."),
            _text("names", "The CN and other names of its certificate, separated by semicolons."),
            _text("issuer", "Issuer of its certificate, in the form of RFC 4514."),
            _text("expires", "The day on which its certificate ends, such as 2028-02-10."),
            _text("why", "What speaks for the place and against it, separated by semicolons."),
            _text("others", "The places that it may be for, where it is open which, separated by semicolons."),
            _text("duplicate_of", "Another file with the same certificates or content."),
            _text("sha256", "SHA-256 of its certificate, or of the file; missing for what was not read."),
        ),
    ),
    FrameSchema(
        "inspection",
        "value of a device × place that has one",
        ("device_id", "part", "name", "rank"),
        (
            _DEVICE_ID,
            _choice("part", "What the value is.", INSPECTED_PARTS),
            _text("name", "Dotted key of the setting or policy, slot, name of the peer or user."),
            _integer("rank", "1 for the value in force; 2 and more for those that it overrides, the nearest first."),
            _text("value", "The value; of a certificate or store what it has, of a peer its product and connections."),
            _choice(
                "source",
                "As in the frame settings; default or policy for a value of the policy; assumed where the export does "
                "not say it, and the remark says what is assumed.",
                INSPECTED_SOURCES,
            ),
            _choice("place", "Where the file is: of the device, of its site, or of the fleet.", INSPECTED_PLACES),
            _text("file", "File within the export that has the value, or the policy file; missing if there is none."),
            _text("key", "Key, line or cell within that file."),
            _integer("certificates", "Certificates that could be read; missing for what has none.", "certificates"),
            _text("remark", "What is damaged, assumed, or different in another source."),
        ),
    ),
    FrameSchema(
        "csr_config",
        "certificate of a device or peer × entry that it needs",
        ("request", "part", "value", "need", "missing_evidence"),
        (
            _text(
                "request",
                "File that `mcuaudit csr-config` writes for the certificate, relative to its directory; a name for the "
                "certificate, also where too little is known for a request.",
            ),
            _choice("slot", "Whose certificate it is.", REQUEST_SLOTS),
            _text("owner", "site/device, or the name of the peer."),
            _text("site", "Site of the device; missing for the certificate of a peer."),
            _DEVICE_ID_OF_REQUEST,
            _text("file", "File of today's certificate within the export; missing if there is none."),
            _text("certificate", "SHA-256 of today's certificate; missing if it is not in the export."),
            _choice("part", "The part of the certificate, or of what is presented with it.", REQUEST_PARTS),
            _text(
                "value",
                "The entry: CN=…, a name, a sip: URI, an address, a purpose, a keyUsage, a key or hash algorithm, the "
                "subject of a CA. Missing if it is not known.",
            ),
            _choice(
                "need",
                "required: a connection whose other end verifies, or the rules for MCUs, need it; advised: a guideline "
                "wants it, or a connection that is not verified today; choice: another CA that would do; open: not "
                "known, see missing_evidence; conflict: it cannot be had together with the rest, and the reason says "
                "what solves it.",
                REQUEST_NEEDS,
            ),
            Column(
                "present",
                Dtype.FLAG_OR_MISSING,
                "Whether today's certificate has the entry, or a key of 2048 to 4096 bits; missing if that is not "
                "known.",
            ),
            _text("reason", "Why, and for a conflict what solves it."),
            _integer("connections", "Connections that need the entry.", "connections"),
            _text("connection_id", "The first of these connections; missing if there is none."),
            _text("readings", "Readings that the entry follows, separated by spaces."),
            _text("missing_evidence", "File or key that would settle an open entry."),
        ),
    ),
    FrameSchema(
        "call_counts",
        "device × type of call × reason",
        ("device_id", "connection_type", "outcome", "reason_code", "authenticated"),
        (
            _DEVICE_ID,
            _SITE,
            _DEVICE,
            _choice(
                "connection_type",
                "outgoing_sip: calls that it makes; incoming_sip: calls that it receives.",
                CALL_TYPES,
            ),
            _outcome("outcome", "The outcome that these calls have in common, as in `connections`."),
            _text("reason_code", "The reason that they have in common, as in `connections`."),
            _choice("authenticated", "Who has verified the other, as in `connections`.", AUTHENTICATED),
            _integer("calls", "Number of other MCUs.", "calls"),
        ),
    ),
    FrameSchema(
        "deadlines",
        "end or beginning of a certificate in use, and day of the public CAs' calendar that concerns one",
        ("deadline_id",),
        (
            _text("deadline_id", "Stable name: the event, and the certificate or the day and who sets it."),
            _time(
                "on",
                "The first instant at which it is so: the second after notAfter, notBefore, or the day of the "
                "calendar, at 00:00 UTC.",
            ),
            _choice(
                "event",
                "ends or begins: the validity of the certificate; calendar: a public CA, or all in Chrome's programme, "
                "leave clientAuth out of certificates.",
                DEADLINE_EVENTS,
            ),
            _choice(
                "role",
                "local: a local certificate; peer: a peer presents it; authority: certification paths depend on it. "
                "The first of these that it is; missing for a day of the calendar.",
                CERTIFICATE_ROLES,
            ),
            _text(
                "certificate",
                "SHA-256 of the certificate; of all certificates that a day of the calendar concerns, separated by "
                "spaces.",
            ),
            _text("subject", "Its subject in the form of RFC 4514; missing for a day of the calendar."),
            _text("what", "What ends, begins or changes, in words."),
            _text("devices", f"Devices that have it, or whose peers present it{_LIST}."),
            _text("peers", f"Peers that present it or trust it{_LIST}."),
            _integer(
                "connections",
                "Connections that are accepted now and until then, depend on it, and are refused from then on.",
                "connections",
            ),
            _integer("logins", "Logins of web and API users among them.", "connections"),
            _integer(
                "locked_out",
                "Devices that an administrator can log in to now and until then, and none from then on.",
                "devices",
            ),
            _integer(
                "undetermined",
                "Connections that are accepted now and until then, and undetermined from then on; they are no ends.",
                "connections",
            ),
            _integer(
                "maybe_locked_out",
                "Devices for which it is undetermined from then on whether an administrator can log in.",
                "devices",
            ),
            _integer(
                "earlier",
                "Connections that depend on it now, and are no longer accepted by then, because something else has "
                "ended.",
                "connections",
            ),
            _integer(
                "undetermined_before",
                "Connections that are undetermined now and until then, and refused from then on; they are no ends.",
                "connections",
            ),
            _integer(
                "begin", "Connections that are not accepted until then, and accepted from then on.", "connections"
            ),
            _integer(
                "begun_before",
                "Connections that are not accepted now, are accepted until then, and are no longer from then on; they "
                "are no ends.",
                "connections",
            ),
            _integer(
                "at_renewal",
                "Accepted connections that are refused or undetermined with a renewal that lacks clientAuth; for a day "
                "of the calendar.",
                "connections",
            ),
            _text("connection_ids", f"The connections that end{_LIST}."),
            _text("locked_out_devices", f"The devices that no administrator can log in to from then on{_LIST}."),
            _text("remedy", "What to do before."),
            _REMEDY_ID,
        ),
    ),
    FrameSchema(
        "remedies",
        "remedy that a refused or undetermined connection or login names",
        ("remedy_id",),
        (
            _REMEDY_ID,
            _text("remedy", "The remedy in words."),
            _flag(
                "applied", "It was applied to the fleet and evaluated again; otherwise nothing is known of its effect."
            ),
            _text(
                "further_remedies",
                "What else has to be done, because it stands in the way then: ids of remedies, in order" + _LIST + ".",
            ),
            _text("in_words", "Everything that has to be done, in words, one after the other."),
            _integer("named_by", "Refused or undetermined connections and logins that name it.", "rows"),
            _integer("restores", "Connections that were refused and are accepted then.", "connections"),
            _integer("settles", "Connections that were undetermined and are accepted then.", "connections"),
            _integer("lets_in", "Devices whose administrators were locked out and can log in then.", "devices"),
            _integer("breaks", "Connections that were accepted and are not then, or perhaps not.", "connections"),
            _integer(
                "locks_out", "Devices whose administrators could log in and cannot then, or perhaps not.", "devices"
            ),
            _text("restored", f"Ids of the connections of restores and settles{_LIST}."),
            _text("broken", f"Ids of the connections of breaks{_LIST}."),
            _text(
                "stops_at",
                "Why it was not applied, or what still stands in the way of a row that names it; then, after "
                "“needed:”, what would have to be had, and in brackets whose that is, where that is known.",
            ),
        ),
    ),
    FrameSchema(
        "first_jobs",
        "job of the short list of what to do first",
        ("number",),
        (
            _integer("number", "Its place in the order in which the jobs were applied and evaluated, from 1."),
            _text("in_words", "What has to be done, in words."),
            _text("remedies", f"The remedies that it is made of, by id, in order{_LIST}."),
            _integer("refused_before", "Refused connections of the fleet with all earlier jobs done.", "connections"),
            _integer("refused_after", "The same with this job done too.", "connections"),
            _integer("undetermined_before", "Undetermined connections with all earlier jobs done.", "connections"),
            _integer("undetermined_after", "The same with this job done too.", "connections"),
            _integer("locked_out_before", "Devices whose administrators are locked out, before it.", "devices"),
            _integer("locked_out_after", "The same after it.", "devices"),
            _text(
                "who",
                f"Who does it, or one of several ways to do it{_LIST}: PKI team: certificates of MCUs and of users; AV "
                "team: settings, users, trust stores and files of MCUs; owner of the peer: what a peer presents or "
                "trusts.",
            ),
            _text("restored", f"Ids of the connections that work with this job and did not before{_LIST}."),
            _text(
                "let_in",
                "Devices that an administrator can log in to with this job, and could not before or perhaps not"
                f"{_LIST}.",
            ),
        ),
    ),
    FrameSchema(
        "request_configurations",
        "device whose local certificate a job of the short list replaces",
        ("device_id",),
        (
            _DEVICE_ID,
            _text("file", "The file that mcuaudit csr-config writes, in its directory."),
            _text("configuration", "OpenSSL's configuration for a request, with the reason for each entry."),
        ),
    ),
    FrameSchema(
        "gaps",
        "file or key that connections or findings lack",
        ("evidence",),
        (
            _text("evidence", "The file or key, as the column missing_evidence of the connections names it."),
            _choice(
                "state",
                "missing: it is not in the export; damaged: it is there and cannot be read.",
                ("missing", "damaged"),
            ),
            _text("devices", f"The devices whose evidence it is{_LIST}."),
            _text("files", f"Where it belongs in the export, or the file that cannot be read{_LIST}."),
            _text("page", "Where it is found: the page and label of the device, a saved response, or the peer."),
            _text("remedy", "What to do, as a sentence."),
            _integer(
                "connections",
                "Undetermined connections that lack it, perhaps among other things; 0 if only refused connections and "
                "undetermined findings do.",
                "connections",
            ),
            _integer(
                "settles",
                "Undetermined connections that are accepted, refused or not applicable with each value that was "
                "applied, and with nothing else filled in; of several devices, each filled in alone. Missing if none "
                "was applied.",
                "connections",
            ),
            _integer("may_settle", "The same with at least one value that was applied.", "connections"),
            _integer(
                "settles_together",
                "Undetermined connections that no value of it settles alone, but one together with a value of one or "
                "two other gaps, or of the same gap of another device.",
                "connections",
            ),
            _choice(
                "known",
                "How that is known: every_value: each value that it can have was applied to the fleet and evaluated; "
                "some_values: some were, that are far apart, so that others may settle less; not_applied: none.",
                ("every_value", "some_values", "not_applied"),
            ),
            _text("values", "The values that were applied, separated by semicolons."),
            _text("not_applied", "Why no value was applied, of some devices or of all; or what lacks it, if it is 0."),
            _text("undetermined_connections", f"Ids of the connections that lack it{_LIST}."),
            _text("settled_connections", f"Ids of the connections of settles{_LIST}."),
            _text("perhaps_settled_connections", f"Ids of the connections of may_settle that settles lacks{_LIST}."),
            _text("together_connections", f"Ids of the connections of settles_together{_LIST}."),
        ),
    ),
    FrameSchema(
        "readiness",
        "device × setting × value",
        ("device_id", "setting", "value"),
        (
            _DEVICE_ID,
            _SITE,
            _DEVICE,
            _text("setting", "Dotted key of one of the three settings of the page Network > SSL certificates."),
            _text("value", "A value of the setting, as the page shows it."),
            _flag("is_today", "It is the value that the export has."),
            _outcome(
                "outcome",
                "pass: every connection that works today would still work; fail: one breaks, or administrators are "
                "locked out; open: undetermined; notApplicable: the software does not have the setting.",
            ),
            _integer("breaks", "Connections that work today, or may work, and would not.", "connections"),
            _integer(
                "turns_undetermined",
                "Connections that work today, and would be undetermined.",
                "connections",
            ),
            _integer(
                "refused_anyway", "Connections that are refused with the value, but not because of it.", "connections"
            ),
            _integer(
                "undetermined_anyway",
                "Connections that are undetermined with the value, but not because of it.",
                "connections",
            ),
            _text("breaking_connections", f"The connection_id of those that break{_LIST}."),
            _text("undetermined_connections", f"The connection_id of those that turn undetermined{_LIST}."),
            _outcome("login", "Whether an administrator can log in with the value; fail is a lock-out."),
            _text("login_way", "How an administrator can log in."),
            _text("login_reason", "Why, in one sentence."),
            _text("cause_ids", f"Causes of what breaks or turns undetermined, by cause_id{_LIST}."),
            _text("remedy_ids", f"Remedies of these causes, by remedy_id{_LIST}."),
            _text("blockers", "The causes in words, separated by semicolons."),
            _text("remedies", "The remedies, as sentences."),
            _text("missing_evidence", f"Files and keys that would settle what is undetermined{_LIST}."),
        ),
    ),
    FrameSchema(
        "plan_steps",
        "step of a plan: one change at one device or peer",
        ("step",),
        (
            _integer("step", "Its place in the order, from 1; those that are held back come after the others."),
            _choice(
                "state",
                "planned; held_back: it would lock administrators out, or needs a step that would.",
                ("planned", "held_back"),
            ),
            _choice(
                "phase",
                "Its place in the documented order: CAs and users are installed, other ways in are open, certificates "
                "are replaced, other settings, a lesser mode of Client certificate security, verification of calls and "
                "servers, HTTP is off or redirected, OCSP, “Certificate-based authentication required”, and what is "
                "not used any more is removed.",
                (
                    "install",
                    "reach",
                    "certificates",
                    "settings",
                    "lesser_mode",
                    "verify",
                    "close",
                    "ocsp",
                    "required",
                    "remove",
                ),
            ),
            _choice(
                "origin",
                "target: it was asked for; enabling: a later step needs it; restoring: it takes an enabling step back.",
                ("target", "enabling", "restoring"),
            ),
            _text("device_id", "site/device; of a step at a peer, a device that has the peer."),
            _text("peer", "Name of the peer at which the step is done; missing for a step at a device."),
            _text("setting", "Dotted key of the setting that is changed; missing for other steps."),
            _text("previous_value", "The value before; missing if the export does not say it."),
            _text("value", "The value after."),
            _choice("slot", "The store or certificate that is changed.", [slot.value for slot in Slot]),
            _text("certificates", "SHA-256 of the certificates that are added, removed or presented, with spaces."),
            _text("instruction", "What to do, as a sentence."),
            _text("back", "How the step is taken back."),
            _text("test", "What to test after it."),
            _integer("accepted", "Connections of the fleet that are accepted after it.", "connections"),
            _integer("breaks", "Connections that stop working with it.", "connections"),
            _integer("turns_undetermined", "Connections that turn undetermined with it.", "connections"),
            _integer("restores", "Connections that start to work with it.", "connections"),
            _text("breaking_connections", f"The connection_id of those that stop working{_LIST}."),
            _text("undetermined_connections", f"The connection_id of those that turn undetermined{_LIST}."),
            _outcome("login", "Whether an administrator can log in to the device after it."),
            _text("login_way", "How."),
            _text("logins_worse", f"Devices with a login that gets worse with it{_LIST}."),
            _choice(
                "cause_of_worse",
                "Why something gets worse: target: it is as bad at the end of every order; order: no order avoids it; "
                "limit: the search for an order ended before. Missing if nothing gets worse.",
                ("target", "order", "limit"),
            ),
            _text("reason", "Why something gets worse, or the step is held back, with what would fix it."),
        ),
    ),
    FrameSchema(
        "trend",
        "saved audit",
        ("at", "audit_id"),
        (
            _time("at", "Time of the audit."),
            _text("audit_id", "Six hexadecimal digits that identify the audit in reports."),
            _text("directory", "Directory of the saved audit."),
            _integer("devices", "Devices in the export.", "devices"),
            _integer("locked_out", "Devices that no administrator can log in to.", "devices"),
            _integer("refused", "Connections that will be refused.", "connections"),
            _integer(
                "undetermined",
                "Connections that neither the evidence nor Cisco's documentation decides.",
                "connections",
            ),
            _integer("unverified", "Connections that are accepted, but not verified by both sides.", "connections"),
            _integer("accepted", "Connections that are accepted and verified by both sides.", "connections"),
            _integer("errors", "Active findings that fail, of severity error.", "findings"),
            _integer("warnings", "Active findings that fail, of severity warning.", "findings"),
            _integer("waived", "Findings that are waived.", "findings"),
        ),
    ),
    FrameSchema(
        "validations",
        "certificate × presented chain × trust store",
        ("certificate", "presented_chain", "trust_store"),
        (
            _label("certificate", "SHA-256 of the end entity."),
            _label("presented_chain", "SHA-256 of the certificates that are presented with it, in order."),
            _label("trust_store", "Name of the trust store, as it was given."),
            _outcome("outcome", "Whether there is a certification path to the store (RFC 5280, section 6)."),
            _label(
                "reason_code", "A stable code: ok, no_issuer, expired …; `mcuaudit.validate` has the reason in words."
            ),
            _integer("openssl_error", "Number of the failure in OpenSSL (X509_V_ERR_…)."),
            _label("reading", "The readings that an open outcome depends on, separated by spaces."),
            _label("failed_at", "SHA-256 of the certificate of the reason."),
            _label("missing_issuer", "Name of the missing issuer."),
            _label("trust_anchor", "SHA-256 of the trust anchor of the path; missing for a failure."),
            _time("valid_until", "First notAfter of the path; missing for a failure."),
            _flag("every_candidate_good", "All candidate paths are valid (reading A19); only with the outcome pass."),
        ),
    ),
)

SCHEMAS: Final[Mapping[str, FrameSchema]] = {schema.name: schema for schema in _FRAMES}
FLEET_FRAMES: Final = (
    "devices", "settings", "certificates", "placements", "trust_stores", "peers", "revocation_lists", "evidence",
    "problems",
)  # fmt: skip
AUDIT_FRAMES: Final = ("paths", "identities", "connections", "administration", "evaluations", "findings")
COMPARISON_FRAMES: Final = (
    "finding_changes", "certificate_changes", "setting_changes", "connection_changes", "administration_changes",
    "device_changes",
)  # fmt: skip
