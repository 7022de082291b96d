"""What each column has: names of one kind, identifiers, files. All other text is looked through word by word."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from mcuaudit.frames.schema import SCHEMAS, Column, Dtype


class Holds(Enum):
    """What the cells of a column hold."""

    SITE = auto()
    SITE_TITLE = auto()
    DEVICE = auto()
    DEVICE_ID = auto()
    PEER = auto()
    USER = auto()
    IDENTIFIERS = auto()
    """Host names, addresses, URIs and names, each escaped, separated by spaces."""
    DISTINGUISHED_NAME = auto()
    FILE = auto()
    FILES = auto()
    DIGITS = auto()
    """A serial number in hexadecimal."""
    SERIAL = auto()
    """The serial number of a device, or the number of a CRL."""
    SETTING = auto()
    SETTING_VALUE = auto()
    FINGERPRINT = auto()
    FINDING_ID = auto()
    DATA = auto()
    """What someone wrote: no word of it stays."""
    PUBLIC = auto()
    """Words of devices and standards; another word is replaced, and no name is looked for."""
    IDENTIFIER = auto()
    """The name of a connection, of what a rule is about, or a reference: words separated by spaces."""
    CAUSE_OR_REMEDY = auto()
    TOKENS = auto()
    """Several words of any kind, escaped and separated by spaces."""
    AUTHORITIES = auto()
    """Names of CAs as tokens, each after a word and a colon."""
    SENTENCE = auto()
    OCTETS = auto()
    """Certificates, lists and responses: they are left out."""
    OTHER = auto()
    """Times, numbers, outcomes and words of a fixed list, and what a rule says of itself: they stay."""


_BY_NAME: Final = {
    "site": Holds.SITE, "site_title": Holds.SITE_TITLE, "device": Holds.DEVICE, "device_id": Holds.DEVICE_ID,
    "peer_device": Holds.DEVICE_ID, "peer": Holds.PEER, "user": Holds.USER,
    "addresses": Holds.IDENTIFIERS, "host_names": Holds.IDENTIFIERS, "identifiers": Holds.IDENTIFIERS,
    "expects": Holds.IDENTIFIERS, "common_names": Holds.IDENTIFIERS, "dns_names": Holds.IDENTIFIERS,
    "uris": Holds.IDENTIFIERS, "ip_addresses": Holds.IDENTIFIERS, "presented": Holds.IDENTIFIERS,
    "subject": Holds.DISTINGUISHED_NAME, "issuer": Holds.DISTINGUISHED_NAME,
    "serial": Holds.SERIAL, "serial_number": Holds.DIGITS, "number": Holds.SERIAL, "base_number": Holds.SERIAL,
    "file": Holds.FILE, "other_file": Holds.FILE, "certificate_file": Holds.FILE,
    "client_certificate_file": Holds.FILE, "evidence_file": Holds.FILE, "files": Holds.FILES,
    "value": Holds.SETTING_VALUE, "other_value": Holds.SETTING_VALUE, "previous_value": Holds.SETTING_VALUE,
    "fingerprint": Holds.FINGERPRINT, "finding_id": Holds.FINDING_ID,
    "cause_id": Holds.CAUSE_OR_REMEDY, "remedy_id": Holds.CAUSE_OR_REMEDY,
    "devices": Holds.TOKENS, "peers": Holds.TOKENS, "connection_ids": Holds.TOKENS, "locked_out_devices": Holds.TOKENS,
    "breaking_connections": Holds.TOKENS, "undetermined_connections": Holds.TOKENS, "logins_worse": Holds.TOKENS,
    "settled_connections": Holds.TOKENS, "perhaps_settled_connections": Holds.TOKENS,
    "together_connections": Holds.TOKENS,
    "cause_ids": Holds.TOKENS, "remedy_ids": Holds.TOKENS,
    "connection_id": Holds.IDENTIFIER, "reference": Holds.IDENTIFIER, "lacking": Holds.AUTHORITIES,
    "waiver_reason": Holds.DATA, "waiver_owner": Holds.DATA,
    "setting": Holds.SETTING, "product": Holds.PUBLIC, "product_version": Holds.PUBLIC, "model": Holds.PUBLIC,
    "software_version": Holds.PUBLIC, "key_algorithm": Holds.PUBLIC, "signature_algorithm": Holds.PUBLIC,
    "signature_hash": Holds.PUBLIC, "key_usage": Holds.PUBLIC, "extended_key_usage": Holds.PUBLIC,
    "netscape_certificate_type": Holds.PUBLIC, "unreadable_fields": Holds.PUBLIC, "setting_value": Holds.PUBLIC,
    "oddly_encoded_fields": Holds.PUBLIC, "unknown_critical_extensions": Holds.PUBLIC, "damaged_keys": Holds.PUBLIC,
    "further_peers_damaged_keys": Holds.PUBLIC,
    "connections": Holds.OTHER, "route": Holds.OTHER, "reading": Holds.OTHER, "readings": Holds.OTHER,
    "reason_code": Holds.OTHER, "slot": Holds.OTHER, "purpose": Holds.OTHER, "kind": Holds.PUBLIC,
    "code": Holds.OTHER, "rule": Holds.OTHER, "source": Holds.OTHER, "section": Holds.OTHER,
}  # fmt: skip
_BY_FRAME: Final = {
    ("evaluations", "subject"): Holds.IDENTIFIER,
    ("identities", "reference"): Holds.IDENTIFIERS,
    ("connections", "reference"): Holds.IDENTIFIERS,
    ("csr_config", "value"): Holds.SENTENCE,
    ("peers", "damaged_evidence"): Holds.TOKENS,
    ("first_jobs", "remedies"): Holds.TOKENS,
    ("first_jobs", "restored"): Holds.TOKENS,
    ("first_jobs", "let_in"): Holds.TOKENS,
    ("first_jobs", "who"): Holds.OTHER,
    ("remedies", "further_remedies"): Holds.TOKENS,
    ("remedies", "restored"): Holds.TOKENS,
    ("remedies", "broken"): Holds.TOKENS,
    ("devices", "further_peers_damaged_evidence"): Holds.TOKENS,
    ("deadlines", "deadline_id"): Holds.IDENTIFIER,
    ("plan_steps", "certificates"): Holds.TOKENS,
    ("gaps", "state"): Holds.OTHER,
}
"""Columns that hold something else than those of their name in other frames."""


def holds(frame: str, column: Column) -> Holds:
    """What a column holds. Text that is not named here is a sentence, in which no unknown word stays."""
    if column.dtype is Dtype.BYTES:
        return Holds.OCTETS
    if column.dtype is not Dtype.TEXT:
        return Holds.OTHER
    return _BY_FRAME.get((frame, column.name)) or _BY_NAME.get(column.name, Holds.SENTENCE)


def declared() -> set[str]:
    """The names of the columns that are named here, for the test that they exist."""
    return {*_BY_NAME, *(column for _, column in _BY_FRAME)}


def text_columns(frame: str) -> list[tuple[Column, Holds]]:
    """The columns of a frame that are replaced, with what they hold."""
    found = [(column, holds(frame, column)) for column in SCHEMAS[frame].columns]
    return [(column, what) for column, what in found if what is not Holds.OTHER]
