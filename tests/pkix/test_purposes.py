"""extendedKeyUsage and keyUsage for TLS server and client, as OpenSSL decides it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.domain.certificate import ANY_EXTENDED_KEY_USAGE, CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.pkix import PurposeOutcome, purpose_outcome, validate
from mcuaudit.pkix.purposes import (
    PURPOSES,
    certainly_lacking,
    lacking_extension,
    lacking_values,
    unreadable_extension,
)
from tests.authority import NOW, Authority, netscape_type, p256_key
from tests.odd_encodings import with_extension

KEY = p256_key(610)


def chain(leaf=None, issuing=None, root=None, usage=()):
    top = Authority.root("Root", key=KEY, purposes=root)
    middle = top.intermediate("Issuing", key=KEY, purposes=issuing)
    return middle.leaf("mcu", key=KEY, purposes=leaf, key_usage=usage), middle, top


@pytest.mark.parametrize(
    ("wishes", "purpose", "failed_at"),
    [
        ({}, "serverAuth", None),
        ({"leaf": ["serverAuth"]}, "serverAuth", None),
        ({"leaf": ["serverAuth"]}, "clientAuth", 0),
        ({"leaf": ["clientAuth", "serverAuth"]}, "clientAuth", None),
        ({"leaf": ["any"]}, "serverAuth", 0),
        ({"leaf": ["any", "serverAuth"]}, "serverAuth", None),
        ({"leaf": ["sipDomain"]}, "serverAuth", 0),
        ({"issuing": ["clientAuth"]}, "serverAuth", 1),
        ({"issuing": ["any"]}, "clientAuth", 1),
        ({"root": ["codeSigning"]}, "clientAuth", 2),
        ({"usage": ("digital_signature",)}, "clientAuth", None),
        ({"usage": ("key_encipherment",)}, "serverAuth", None),
        ({"usage": ("key_encipherment",)}, "clientAuth", 0),
        ({"usage": ("key_agreement",)}, "clientAuth", None),
        ({"usage": ("content_commitment",)}, "serverAuth", 0),
        ({"usage": None}, "serverAuth", None),
    ],
)
def test_purpose_of_a_path_and_of_validation(wishes, purpose, failed_at):
    path = chain(**wishes)
    asked = purpose_outcome(tuple(one.record for one in path), purpose)
    found = validate(path[0].der, presented=[path[1].der], anchors=[path[2].der], purpose=purpose, at=NOW)
    trust = validate(path[0].der, presented=[path[1].der], anchors=[path[2].der], at=NOW)
    assert trust.outcome == Outcome.PASS, "without a purpose extendedKeyUsage is not asked for"
    if failed_at is None:
        assert (asked.outcome, asked.certificate, found.outcome) == (Outcome.PASS, None, Outcome.PASS)
    else:
        assert (asked.outcome, asked.certificate) == (Outcome.FAIL, path[failed_at].record)
        assert (found.outcome, found.openssl_error) == (Outcome.FAIL, 26)
        assert found.failed_at == path[failed_at].record.sha256


def test_what_is_lacking_is_told():
    path = tuple(one.record for one in chain(leaf=["any"]))
    found = purpose_outcome(path, "clientAuth")
    assert (found.lacking, found.any_purpose, found.unlimited) == ("extendedKeyUsage", True, False)
    assert "anyExtendedKeyUsage" in found.reason
    usage = purpose_outcome(tuple(one.record for one in chain(usage=("key_encipherment",))), "clientAuth")
    assert (usage.lacking, usage.any_purpose, usage.unlimited) == ("keyUsage", False, True)
    assert "keyEncipherment" in usage.reason


def test_another_purpose_is_refused():
    with pytest.raises(UsageError, match="unknown purpose"):
        purpose_outcome((), "codeSigning")


def test_an_extension_that_cannot_be_read_says_nothing_of_any_purpose():
    path = chain()
    damaged = replace(path[0].record, unreadable=("extKeyUsage",))
    found = purpose_outcome((damaged, *(one.record for one in path[1:])), "serverAuth")
    assert (found.outcome, found.certificate, found.lacking, found.any_purpose) == (
        Outcome.OPEN, damaged, "extendedKeyUsage", False,
    )  # fmt: skip


# Single certificates

LEAF = chain()[0].record
BOTH = frozenset({SERVER_AUTH, CLIENT_AUTH})
GATED = ("1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1")


def lacking(certificate) -> list[tuple[str | None, str | None, str | None]]:
    """For server and client: what forbids it to an end entity, to a CA, and for every verifier."""
    return [
        (
            lacking_extension(certificate, purpose, end_entity=True),
            lacking_extension(certificate, purpose, end_entity=False),
            certainly_lacking(certificate, purpose),
        )
        for purpose in PURPOSES
    ]


NOTHING, EXTENDED = (None, None, None), ("extendedKeyUsage",) * 3


@pytest.mark.parametrize(
    ("values", "server", "client"),
    [
        (None, NOTHING, NOTHING),
        ((), EXTENDED, EXTENDED),
        ((SERVER_AUTH,), NOTHING, EXTENDED),
        ((CLIENT_AUTH,), EXTENDED, NOTHING),
        (("1.2.3", *BOTH), NOTHING, NOTHING),
        ((ANY_EXTENDED_KEY_USAGE,), (*EXTENDED[:2], None), (*EXTENDED[:2], None)),
        ((ANY_EXTENDED_KEY_USAGE, SERVER_AUTH), NOTHING, (*EXTENDED[:2], None)),
        (GATED[:1], NOTHING, EXTENDED),
        (GATED[1:], NOTHING, EXTENDED),
    ],
)
def test_an_extended_key_usage_has_the_purpose(values, server, client):
    assert lacking(replace(LEAF, extended_key_usage=values, key_usage=None)) == [server, client]


USAGE = ("keyUsage", None, "keyUsage")


@pytest.mark.parametrize(
    ("values", "server", "client"),
    [
        (None, NOTHING, NOTHING),
        ((), USAGE, USAGE),
        (("digitalSignature",), NOTHING, NOTHING),
        (("keyEncipherment",), NOTHING, USAGE),
        (("keyAgreement",), NOTHING, NOTHING),
        (
            ("contentCommitment", "dataEncipherment", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"),
            USAGE,
            USAGE,
        ),
    ],
)
def test_a_key_usage_of_an_end_entity_suits_the_purpose(values, server, client):
    usage = None if values is None else frozenset(values)
    assert lacking(replace(LEAF, extended_key_usage=None, key_usage=usage)) == [server, client]
    both = replace(LEAF, extended_key_usage=(), key_usage=usage)
    assert lacking(both) == [EXTENDED, EXTENDED], "the extendedKeyUsage is said first"


def test_an_extension_that_cannot_be_read_is_named():
    for fields, end_entity, found in (
        ((), True, None),
        (("extKeyUsage",), True, "extendedKeyUsage"),
        (("extKeyUsage",), False, "extendedKeyUsage"),
        (("keyUsage",), True, "keyUsage"),
        (("keyUsage",), False, None),
        (("keyUsage", "extKeyUsage"), True, "extendedKeyUsage"),
        (("nsCertType",), True, "nsCertType"),
        (("nsCertType",), False, None),
        (("keyUsage", "nsCertType"), True, "keyUsage"),
        (("subject",), True, None),
    ):
        assert unreadable_extension(replace(LEAF, unreadable=fields), end_entity=end_entity) == found


TYPE = ("nsCertType", None, None)
"""OpenSSL alone reads the extension, so it forbids nothing for every verifier."""


@pytest.mark.parametrize(
    ("values", "server", "client"),
    [
        (None, NOTHING, NOTHING),
        ((), TYPE, TYPE),
        (("server",), NOTHING, TYPE),
        (("client",), TYPE, NOTHING),
        (("client", "server"), NOTHING, NOTHING),
        (("email", "sslCA"), TYPE, TYPE),
    ],
)
def test_a_netscape_type_of_an_end_entity_has_the_purpose(values, server, client):
    bits = None if values is None else frozenset(values)
    plain = replace(LEAF, extended_key_usage=None, key_usage=None, netscape_certificate_type=bits)
    assert lacking(plain) == [server, client]
    assert lacking(replace(plain, key_usage=frozenset())) == [USAGE, USAGE], "the keyUsage is said first"


def test_a_netscape_type_is_told_by_its_own_words():
    root = Authority.root("Root", key=KEY)
    typed = root.leaf("mcu", key=KEY, more=[netscape_type("server", "email")])
    found = purpose_outcome((typed.record, root.record), "clientAuth")
    assert (found.outcome, found.lacking, found.unlimited) == (Outcome.FAIL, "nsCertType", True)
    assert found.reason == "CN=mcu,O=Example: its nsCertType (email, server) does not include client."
    asked = validate(typed.der, anchors=[root.der], purpose="clientAuth", at=NOW)
    assert (asked.outcome, asked.openssl_error) == (Outcome.FAIL, 26)
    assert validate(typed.der, anchors=[root.der], purpose="serverAuth", at=NOW).outcome == Outcome.PASS
    read = replace(typed.record, netscape_certificate_type=None, unreadable=("nsCertType",))
    unread = purpose_outcome((read, root.record), "clientAuth")
    assert (unread.outcome, unread.lacking) == (Outcome.OPEN, "nsCertType")
    assert unread.reason == "CN=mcu,O=Example has an nsCertType that cannot be read, so its purposes are not known."


def test_a_critical_netscape_type_is_understood():
    root = Authority.root("Root", key=KEY)
    typed = with_extension(
        root.leaf("mcu", key=KEY).der, root, "nsCertType", b"\x03\x02\x06\xc0", critical=b"\x01\x01\xff"
    )
    assert validate(typed, anchors=[root.der], purpose="clientAuth", at=NOW).outcome == Outcome.PASS


VALUES = {
    SERVER_AUTH: "serverAuth", CLIENT_AUTH: "clientAuth", ANY_EXTENDED_KEY_USAGE: "anyExtendedKeyUsage",
    "1.3.6.1.5.5.7.3.3": "codeSigning", "1.3.6.1.5.5.7.3.4": "emailProtection", "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning", "1.3.6.1.5.5.7.3.20": "sipDomain", "1.2.3": "1.2.3",
}  # fmt: skip


def test_the_values_of_an_extension_are_named_in_order():
    record = replace(LEAF, extended_key_usage=tuple(VALUES), key_usage=frozenset("hgfedcba"))
    assert lacking_values(record, "extendedKeyUsage") == ", ".join(VALUES.values())
    assert lacking_values(record, "keyUsage") == "a, b, c, d, e, f, g, h"
    none = replace(LEAF, extended_key_usage=None, key_usage=None)
    assert lacking_values(none, "extendedKeyUsage") == lacking_values(none, "keyUsage") == "without any value"


# Whole paths


def test_the_outcome_of_a_path_says_all_of_it():
    other = replace(LEAF, subject_text="CN=other", extended_key_usage=(ANY_EXTENDED_KEY_USAGE,))
    server = replace(LEAF, extended_key_usage=(SERVER_AUTH,))
    passed = "No certificate of the path has an extendedKeyUsage without serverAuth."
    assert purpose_outcome((LEAF, server), "serverAuth") == PurposeOutcome(
        Outcome.PASS, None, None, False, True, passed
    )
    assert purpose_outcome((server, LEAF), "serverAuth") == PurposeOutcome(
        Outcome.PASS, None, None, False, False, passed
    )
    assert purpose_outcome((), "serverAuth") == PurposeOutcome(Outcome.PASS, None, None, False, False, passed)
    reason = "CN=other: its extendedKeyUsage (anyExtendedKeyUsage) does not include serverAuth."
    failed = PurposeOutcome(Outcome.FAIL, other, "extendedKeyUsage", True, True, reason)
    assert purpose_outcome((LEAF, other), "serverAuth") == failed
    assert purpose_outcome((replace(LEAF, unreadable=("keyUsage",)), other), "serverAuth") == failed
    usage = replace(other, extended_key_usage=None, key_usage=frozenset({"cRLSign"}))
    reason = "CN=other: its keyUsage (cRLSign) does not include clientAuth."
    failed = PurposeOutcome(Outcome.FAIL, usage, "keyUsage", False, True, reason)
    assert purpose_outcome((usage, LEAF), "clientAuth") == failed
    assert purpose_outcome((LEAF, usage), "clientAuth").outcome is Outcome.PASS


def test_the_outcome_of_a_path_that_cannot_be_read_says_where():
    for field, extension, words in (
        ("extKeyUsage", "extendedKeyUsage", "an extendedKeyUsage"), ("keyUsage", "keyUsage", "a keyUsage"),
    ):  # fmt: skip
        damaged = replace(LEAF, subject_text="CN=x", unreadable=(field,))
        reason = f"CN=x has {words} that cannot be read, so its purposes are not known."
        found = PurposeOutcome(Outcome.OPEN, damaged, extension, False, True, reason)
        assert purpose_outcome((damaged, LEAF), "serverAuth") == found
        in_ca = purpose_outcome((LEAF, damaged), "serverAuth")
        assert in_ca == (found if field == "extKeyUsage" else purpose_outcome((LEAF, LEAF), "serverAuth"))
