"""The checks of single certificates and of rows of CA certificates, each with all that it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH, NameConstraints
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.anchor_use import AnchorUse
from mcuaudit.pkix.checks import (
    UNDERSTOOD_IF_CRITICAL,
    ca_constraint_flaws,
    ca_flaws,
    certain_flaw,
    end_entity_flaws,
    may_have_issued,
    self_signed,
    signature_flaw,
    trust_flaws,
    validity_flaw,
)
from mcuaudit.pkix.constraints import Compared, ConstraintMemo
from mcuaudit.pkix.flaws import Flaw, Kind
from mcuaudit.pkix.signatures import SignatureMemo
from tests.authority import LAST_YEAR, NEXT_YEAR, NOW, Authority, name, p256_key

ROOT_CA = Authority.root("Root", key=p256_key(780))
MIDDLE_CA = ROOT_CA.intermediate("Middle", key=p256_key(781))
ISSUING_CA = MIDDLE_CA.intermediate("Issuing", key=p256_key(782))
ROOT, MIDDLE, ISSUING = ROOT_CA.record, MIDDLE_CA.record, ISSUING_CA.record
LEAF = ISSUING_CA.leaf("mcu", key=p256_key(783)).record
SECOND = timedelta(seconds=1)
REISSUE = Remedy(RemedyKind.REISSUE)
USES = [AnchorUse(), AnchorUse("both"), AnchorUse("ignore")]


def test_what_may_be_critical_is_what_openssl_processes():
    assert sorted(UNDERSTOOD_IF_CRITICAL) == [
        "1.3.6.1.5.5.7.48.1.5", "2.16.840.1.113730.1.1", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30",
        "2.5.29.31", "2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.37", "2.5.29.54",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "is_self_signed"),
    [
        ({}, True),
        ({"subject": name(" ROOT").public_bytes()}, True),
        ({"subject": name("Other").public_bytes()}, False),
        ({"authority_key_identifier": b"other"}, False),
        ({"authority_serial_number": ROOT.serial_number}, True),
        ({"authority_serial_number": ROOT.serial_number + 1}, False),
        ({"authority_issuer": name("root").public_bytes()}, True),
        ({"authority_issuer": name("Other").public_bytes()}, False),
        ({"key_algorithm": "RSA"}, False),
    ],
)
def test_a_certificate_that_may_have_issued_itself_is_self_signed(changed, is_self_signed):
    certificate = replace(ROOT, **changed)
    assert self_signed(certificate) is may_have_issued(certificate, certificate) is is_self_signed


# End entities


def explicit_curve(certificate):
    """The certificate with the parameters of its curve, made up, in place of the name."""
    named, described = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("30080206112233445566")
    return replace(certificate, der=certificate.der.replace(named, described))


CRITICAL = frozenset({"2.5.29.15", "2.5.29.17", "1.2.3.9", "1.2.3.4"})
WITHOUT_EXTENSION = Remedy(RemedyKind.REISSUE_WITHOUT_EXTENSION)
UNREAD_KEY = (Kind.UNREADABLE, "has a key that cannot be read", REISSUE)
CURVE = (Kind.EXPLICIT_CURVE, "has a key with explicit parameters", REISSUE)


def purpose_flaw(extension: str, values: str, purpose: str) -> tuple[Kind, str, Remedy]:
    remedy = Remedy(RemedyKind.REISSUE_WITH_PURPOSE_OR_WITHOUT, (purpose, extension))
    return Kind.PURPOSE, f"cannot be used: its {extension} ({values}) does not include {purpose}", remedy


OF_END_ENTITIES = [
    (LEAF, None, []),
    (LEAF, "serverAuth", []),
    (replace(LEAF, critical_extensions=CRITICAL), None,
     [(Kind.CRITICAL_EXTENSION, "has the critical extension 1.2.3.4, 1.2.3.9", WITHOUT_EXTENSION)]),
    (replace(LEAF, unreadable=("keyUsage", "issuer")), None,
     [(Kind.UNREADABLE, "has fields that cannot be read: keyUsage, issuer", REISSUE)]),
    (replace(LEAF, unreadable=("subjectPublicKeyInfo",)), None, [UNREAD_KEY]),
    (explicit_curve(LEAF), None, [CURVE]),
    (replace(explicit_curve(LEAF), key_algorithm="RSA"), None, []),
    (replace(LEAF, der=b"\x30\x00"), None, []),
    (replace(LEAF, extended_key_usage=(CLIENT_AUTH,)), "serverAuth",
     [purpose_flaw("extendedKeyUsage", "clientAuth", "serverAuth")]),
    (replace(LEAF, key_usage=frozenset({"cRLSign"})), "clientAuth",
     [purpose_flaw("keyUsage", "cRLSign", "clientAuth")]),
    (replace(LEAF, extended_key_usage=(CLIENT_AUTH,)), None, []),
    (replace(explicit_curve(LEAF), critical_extensions=CRITICAL, unreadable=("subjectPublicKeyInfo", "keyUsage"),
             extended_key_usage=(SERVER_AUTH,)), "clientAuth",
     [(Kind.CRITICAL_EXTENSION, "has the critical extension 1.2.3.4, 1.2.3.9", WITHOUT_EXTENSION),
      (Kind.UNREADABLE, "has fields that cannot be read: keyUsage", REISSUE), UNREAD_KEY, CURVE,
      purpose_flaw("extendedKeyUsage", "serverAuth", "clientAuth")]),
]  # fmt: skip


@pytest.mark.parametrize(("certificate", "purpose", "expected"), OF_END_ENTITIES)
def test_the_flaws_of_an_end_entity_in_their_order(certificate, purpose, expected):
    assert list(end_entity_flaws(certificate, purpose)) == [
        Flaw(kind, certificate, detail, remedy) for kind, detail, remedy in expected
    ]


def test_a_certain_flaw_is_the_first_hard_one_of_the_end_entity_or_its_time():
    later = NEXT_YEAR + SECOND
    assert certain_flaw(LEAF, NOW) is None
    assert certain_flaw(LEAF, later) == validity_flaw(LEAF, later)
    odd = explicit_curve(LEAF)
    assert certain_flaw(odd, NOW) is None
    assert certain_flaw(odd, later) == validity_flaw(odd, later)
    critical = replace(odd, critical_extensions=CRITICAL)
    expected = Flaw(Kind.CRITICAL_EXTENSION, critical, "has the critical extension 1.2.3.4, 1.2.3.9", WITHOUT_EXTENSION)
    assert certain_flaw(critical, NOW) == certain_flaw(critical, later) == expected
    assert certain_flaw(replace(LEAF, extended_key_usage=()), NOW) is None


# Times and signatures


def test_a_time_out_of_the_validity_is_named_to_the_second():
    words = "is not valid before 2025-06-15 at 12:00:00 UTC"
    early = Flaw(Kind.NOT_YET_VALID, LEAF, words, Remedy(RemedyKind.CHECK_CLOCK))
    replaced = Remedy(RemedyKind.REPLACE_EXPIRED, ("CN=mcu,O=Example",))
    late = Flaw(Kind.EXPIRED, LEAF, "expired on 2027-06-15 at 12:00:00 UTC", replaced)
    times = (LAST_YEAR - SECOND, LAST_YEAR, NEXT_YEAR, NEXT_YEAR + SECOND)
    assert [validity_flaw(LEAF, at) for at in times] == [early, None, None, late]
    nameless = replace(LEAF, subject_text="")
    assert validity_flaw(nameless, times[3]).remedy == Remedy(RemedyKind.REPLACE_EXPIRED, ("it",))


FORGED = MIDDLE_CA.intermediate("Issuing", key=p256_key(782), signed_by=p256_key(789)).record
NOT_SIGNED = Flaw(
    Kind.SIGNATURE,
    FORGED,
    "is not signed by the key of the available certificate of CN=Middle,O=Example",
    Remedy(RemedyKind.FIND_SIGNER, ("CN=Middle,O=Example",)),
)
NO_KEY = replace(
    MIDDLE,
    der=b"\x30\x00",
    sha256="0" * 64,
    public_key_sha256="0" * 64,
    key_algorithm="1.2.3",
    unreadable=("subjectPublicKeyInfo",),
)


def test_a_signature_is_valid_or_forged_or_cannot_be_checked():
    memo = SignatureMemo()
    assert signature_flaw(ISSUING, MIDDLE, memo) is None
    assert signature_flaw(FORGED, MIDDLE, memo) == NOT_SIGNED
    detail = "is signed with ecdsa-with-SHA256 by a key of the kind 1.2.3"
    assert signature_flaw(ISSUING, NO_KEY, memo) == Flaw(Kind.ALGORITHM, ISSUING, detail)


@pytest.mark.parametrize("use", USES)
def test_signatures_and_times_come_from_the_trust_anchor_down(use):
    memo = SignatureMemo()
    assert list(trust_flaws((), NOW, memo, use)) == []
    assert list(trust_flaws((ISSUING, MIDDLE, ROOT), NOW, memo, use)) == []
    assert list(trust_flaws((FORGED, MIDDLE, ROOT), NOW, memo, use)) == [NOT_SIGNED]
    assert list(trust_flaws((FORGED,), NOW, memo, use)) == [], "the signature of the anchor does not count"
    later = NEXT_YEAR + SECOND
    of_anchor = validity_flaw(ROOT, later)
    counted = {
        "check": [of_anchor], "both": [replace(of_anchor, kind=Kind.ANCHOR_LIMITS)], "ignore": [],
    }[use.limits]  # fmt: skip
    assert list(trust_flaws((FORGED, MIDDLE, ROOT), later, memo, use)) == [
        *counted, validity_flaw(MIDDLE, later), NOT_SIGNED, validity_flaw(FORGED, later),
    ]  # fmt: skip


def test_the_limits_of_an_anchor_count_unless_it_is_said_otherwise():
    later = NEXT_YEAR + SECOND
    assert list(trust_flaws((ROOT,), later, SignatureMemo())) == [validity_flaw(ROOT, later)]
    assert [flaw.kind for flaw in ca_flaws((replace(ROOT, critical_extensions=CRITICAL),), None)] == [
        Kind.CRITICAL_EXTENSION
    ]


# CA certificates


BY_AUTHORITY = Remedy(RemedyKind.REPLACE_BY_AUTHORITY)
NO_CA, NO_SIGNING = "does not have cA in its basicConstraints", "has a keyUsage without keyCertSign"
VERSION_1 = "is a version 1 certificate, which cannot be marked as a CA"

# What a CA certificate has, why it is no CA, and whether a trust anchor may be one nevertheless.
NOT_CAS = [
    ({}, "", False),
    ({"key_usage": None}, "", False),
    ({"is_ca": None}, NO_CA, True),
    ({"is_ca": False}, NO_CA, False),
    ({"is_ca": None, "key_usage": None}, NO_CA, True),
    ({"is_ca": None, "key_usage": None, "version": 1}, VERSION_1, True),
    ({"is_ca": None, "key_usage": None, "version": 2}, NO_CA, True),
    ({"key_usage": frozenset({"cRLSign"})}, NO_SIGNING, False),
    ({"key_usage": frozenset({"cRLSign"}), "is_ca": None, "version": 1}, NO_SIGNING, False),
]


@pytest.mark.parametrize(("fields", "detail", "open_for_anchor"), NOT_CAS)
@pytest.mark.parametrize("use", USES)
def test_a_ca_is_marked_as_one_and_may_sign(fields, detail, open_for_anchor, use):
    middle, anchor = replace(MIDDLE, **fields), replace(ROOT, **fields)
    expected = [Flaw(Kind.NOT_A_CA, middle, detail, BY_AUTHORITY)] if detail else []
    assert list(ca_flaws((middle, ROOT), None, use)) == expected
    kind = Kind.ANCHOR_NOT_A_CA if open_for_anchor else Kind.NOT_A_CA
    expected = [Flaw(kind, anchor, detail, BY_AUTHORITY)] if detail else []
    assert list(ca_flaws((MIDDLE, anchor), None, use)) == expected


@pytest.mark.parametrize("use", USES)
def test_the_flaws_of_each_ca_in_their_order_and_the_limits_of_the_anchor_as_they_are_used(use):
    odd = {
        "critical_extensions": CRITICAL, "unreadable": ("keyUsage",), "is_ca": False, "path_length": 0,
        "extended_key_usage": (CLIENT_AUTH,),
    }  # fmt: skip
    middle, anchor = replace(explicit_curve(MIDDLE), **odd), replace(explicit_curve(ROOT), **odd)

    def expected(one, below):
        detail = f"allows 0 CA certificates below it, and there are {below}"
        return [
            Flaw(Kind.CRITICAL_EXTENSION, one, "has the critical extension 1.2.3.4, 1.2.3.9", WITHOUT_EXTENSION),
            Flaw(Kind.UNREADABLE, one, "has fields that cannot be read: keyUsage", REISSUE),
            Flaw(Kind.EXPLICIT_CURVE, one, "has a key with explicit parameters", REISSUE),
            Flaw(Kind.NOT_A_CA, one, NO_CA, BY_AUTHORITY),
            Flaw(
                Kind.PURPOSE,
                one,
                "cannot be used: its extendedKeyUsage (clientAuth) does not include serverAuth",
                Remedy(RemedyKind.REISSUE_WITH_PURPOSE_OR_WITHOUT, ("serverAuth", "extendedKeyUsage")),
            ),
            Flaw(Kind.PATH_LENGTH, one, detail, Remedy(RemedyKind.ISSUE_FROM_HIGHER_AUTHORITY)),
        ]

    of_anchor = expected(anchor, 2)
    if use.limits == "both":
        of_anchor[0], of_anchor[5] = (replace(of_anchor[n], kind=Kind.ANCHOR_LIMITS) for n in (0, 5))
    if use.limits == "ignore":
        of_anchor = of_anchor[2:5]
    assert list(ca_flaws((ISSUING, middle, anchor), "serverAuth", use)) == [*expected(middle, 1), *of_anchor]


def test_a_key_usage_of_a_ca_does_not_limit_its_purposes():
    assert list(ca_flaws((MIDDLE, ROOT), "serverAuth")) == []


@pytest.mark.parametrize(
    ("length", "below", "counted"),
    [
        (None, (ISSUING, MIDDLE), None),
        (2, (ISSUING, MIDDLE), None),
        (1, (ISSUING, MIDDLE), 2),
        (0, (ISSUING, MIDDLE), 2),
        (0, (ROOT, MIDDLE), 1),
        (1, (ISSUING, ROOT), None),
        (0, (ROOT,), None),
        (0, (), None),
    ],
)
def test_as_many_cas_as_the_path_length_are_allowed_below(length, below, counted):
    top = replace(ROOT, path_length=length)
    detail = f"allows {length} CA certificates below it, and there are {counted}"
    flaw = Flaw(Kind.PATH_LENGTH, top, detail, Remedy(RemedyKind.ISSUE_FROM_HIGHER_AUTHORITY))
    assert list(ca_flaws((*below, top), None)) == ([flaw] if counted else [])


# Name constraints of CAs


def limited(certificate, *excluded):
    constraints = NameConstraints(excluded_dns=excluded)
    return replace(certificate, name_constraints=constraints, sha256=f"{len(excluded)}{certificate.sha256}")


def named(certificate, dns):
    return replace(certificate, dns_names=(dns,), sha256=f"{dns}{certificate.sha256}")


def excluded_name(certificate, dns, owner):
    remedy = Remedy(RemedyKind.REISSUE_WITHIN_CONSTRAINTS, (owner, certificate.issuer_text))
    detail = f"has the DNS name {dns}, which the name constraints of {owner} do not allow"
    return Flaw(Kind.EXCLUDED, certificate, detail, remedy)


ISSUING_A, MIDDLE_A, ROOT_A = named(ISSUING, "a.example"), named(MIDDLE, "a.example"), named(ROOT, "a.example")


def compared(*cas, use=AnchorUse()):  # noqa: B008 - it is immutable
    return ca_constraint_flaws(cas, ConstraintMemo(), use)


def test_the_name_of_a_ca_is_compared_with_the_constraints_of_each_ca_above_it():
    middle, root = limited(MIDDLE, "b.example"), limited(ROOT, "b.example", "c.example")
    assert compared() == compared(ISSUING_A, MIDDLE_A, ROOT) == Compared((), 0)
    # A name is counted, and each of its suffixes that is looked up: a.example, example, and the empty one.
    assert compared(ISSUING_A, MIDDLE, root) == Compared((), 4)
    assert compared(ISSUING_A, middle, root) == Compared((), 8)
    assert compared(ISSUING, named(middle, "a.example"), root) == Compared((), 4)
    assert compared(ISSUING_A, ROOT_A, root) == Compared((), 4), "a self-issued CA is not compared"
    assert ca_constraint_flaws((ISSUING_A, middle, root), ConstraintMemo()) == Compared((), 8)


def test_the_first_refusal_comes_from_the_top():
    of_middle, of_root = "CN=Middle,O=Example", "CN=Root,O=Example"
    middle, root = limited(MIDDLE, "a.example"), limited(ROOT, "b.example", "a.example")
    assert compared(ISSUING_A, middle, ROOT) == Compared((excluded_name(ISSUING_A, "a.example", of_middle),), 2)
    assert compared(ISSUING_A, middle, root) == Compared((excluded_name(ISSUING_A, "a.example", of_root),), 2)
    both = named(middle, "a.example")
    assert compared(ISSUING_A, both, root) == Compared((excluded_name(both, "a.example", of_root),), 2)
    own = named(middle, "a.example")
    assert compared(ISSUING, own, ROOT) == Compared((), 0), "a CA is not under its own constraints"
    assert compared(ISSUING, own) == compared(own) == Compared((), 0)
    assert compared(limited(ISSUING_A, "a.example"), MIDDLE_A, ROOT) == Compared((), 0)


def test_the_common_name_of_a_ca_is_not_compared():
    host = MIDDLE_CA.intermediate("ca.a.example", key=p256_key(782)).record
    assert compared(host, MIDDLE, limited(ROOT, "a.example")) == Compared((), 0)


def test_the_constraints_of_an_anchor_count_as_they_are_used():
    root = limited(ROOT, "a.example")
    refusal = excluded_name(ISSUING_A, "a.example", "CN=Root,O=Example")
    under_reading = replace(refusal, kind=Kind.ANCHOR_LIMITS)
    path = (ISSUING_A, MIDDLE, root)
    assert compared(*path) == Compared((refusal,), 2)
    assert compared(*path, use=AnchorUse("both")) == Compared((under_reading,), 2)
    assert compared(*path, use=AnchorUse("ignore")) == Compared((), 0)
    middle = limited(MIDDLE, "a.example")
    refusal = excluded_name(ISSUING_A, "a.example", "CN=Middle,O=Example")
    assert compared(ISSUING_A, middle, ROOT, use=AnchorUse("ignore")) == Compared((refusal,), 2)
