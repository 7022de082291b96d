"""Flaws: every kind with its code, its number and message in OpenSSL, and its reading; and the sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.flaws import THE_STORE, Flaw, Kind, issuer_title, name_in_words, title, under_anchor_reading
from tests.authority import Authority, p256_key

LEAF = Authority.root("Root", key=p256_key(760)).leaf("mcu", key=p256_key(761)).record

# The numbers and messages of X509_verify_cert_error_string in OpenSSL 3.
INVALID = {
    "NO_ISSUER": ("no_issuer", 20, "unable to get local issuer certificate"),
    "ROOT_MISSING": ("root_missing", 2, "unable to get issuer certificate"),
    "SELF_SIGNED": ("self_signed", 18, "self-signed certificate"),
    "ROOT_NOT_TRUSTED": ("root_not_trusted", 19, "self-signed certificate in certificate chain"),
    "LOOP": ("loop", 22, "certificate chain too long"),
    "CRITICAL_EXTENSION": ("critical_extension", 34, "unhandled critical extension"),
    "NOT_A_CA": ("not_a_ca", 79, "invalid CA certificate"),
    "PATH_LENGTH": ("path_length", 25, "path length constraint exceeded"),
    "PURPOSE": ("purpose", 26, "unsuitable certificate purpose"),
    "SIGNATURE": ("signature", 7, "certificate signature failure"),
    "NOT_YET_VALID": ("not_yet_valid", 9, "certificate is not yet valid"),
    "EXPIRED": ("expired", 10, "certificate has expired"),
    "NOT_PERMITTED": ("name_not_permitted", 47, "permitted subtree violation"),
    "EXCLUDED": ("name_excluded", 48, "excluded subtree violation"),
    "CONSTRAINT_TYPE": ("constraint_type", 51, "unsupported name constraint type"),
    "NAME_SYNTAX": ("name_syntax", 53, "unsupported or invalid name syntax"),
    "POLICY_MAPPING": ("policy_mapping", 42, "invalid or inconsistent certificate policy extension"),
    "NO_EXPLICIT_POLICY": ("no_explicit_policy", 43, "no explicit policy"),
    "INTERMEDIATE_NOT_IN_STORE": ("intermediate_not_in_store", 20, "unable to get local issuer certificate"),
    "REVOKED": ("revoked", 23, "certificate revoked"),
    "NO_CRL": ("no_crl", 3, "unable to get certificate CRL"),
    "CRL_SIGNATURE": ("crl_signature", 8, "CRL signature failure"),
    "CRL_NOT_YET_VALID": ("crl_not_yet_valid", 11, "CRL is not yet valid"),
    "CRL_EXPIRED": ("crl_expired", 12, "CRL has expired"),
    "CRL_UNREADABLE": ("crl_unreadable", 3, "unable to get certificate CRL"),
    "CRL_ISSUER": ("crl_issuer", 33, "unable to get CRL issuer certificate"),
    "CRL_SIGN": ("crl_sign", 35, "key usage does not include CRL signing"),
    "CRL_EXTENSION": ("crl_extension", 36, "unhandled critical CRL extension"),
    "CRL_SCOPE": ("crl_scope", 44, "different CRL scope"),
    "CRL_PATH": ("crl_path", 54, "CRL path validation error"),
}
UNDETERMINED = {
    "ANCHOR_NOT_A_CA": ("anchor_not_a_ca", "the trust anchor is not a CA certificate", "A14"),
    "POLICIES": ("certificate_policies", "a verifier that evaluates certificate policies may refuse it", "A21"),
    "ALGORITHM": ("algorithm", "the signature algorithm or key cannot be checked", "A18"),
    "EXPLICIT_CURVE": ("explicit_curve", "some verifiers accept named curves only", "A18"),
    "UNREADABLE": ("unreadable_field", "a field of the certificate cannot be read", ""),
    "TOO_MANY_POLICIES": ("too_many_policies", "too many certificate policies to evaluate", ""),
    "COMMON_NAME_NOT_PERMITTED": (
        "common_name_not_permitted",
        "a verifier that compares common names with DNS constraints refuses it",
        "A23",
    ),
    "ANCHOR_LIMITS": ("anchor_limits", "a verifier that checks the trust anchor's own limits refuses it", "A25"),
    "WILDCARD_OVER_EXCLUDED": (
        "wildcard_over_excluded",
        "a verifier may refuse a wildcard that stands for an excluded name",
        "A27",
    ),
    "CRL_ALGORITHM": ("crl_algorithm", "the signature of the CRL cannot be checked", "A18"),
    "REVOCATION_OPEN": ("revocation_unknown", "the revocation status is unknown", ""),
    "TOO_MANY_LISTS": ("too_many_crls", "too many revocation lists to evaluate", ""),
    "TOO_MANY_NAMES": ("too_many_names", "too many names to compare with too many constraints", ""),
}


def test_a_kind_is_invalid_with_a_number_or_undetermined_with_a_reading():
    found = {kind.name: (kind.code, kind.openssl_error, kind.words, kind.reading) for kind in Kind}
    assert found == {
        **{name: (code, number, words, "") for name, (code, number, words) in INVALID.items()},
        **{name: (code, None, words, reading) for name, (code, words, reading) in UNDETERMINED.items()},
    }
    assert [kind.name for kind in Kind] == [*INVALID, *UNDETERMINED]
    assert {name for name in INVALID if Flaw(Kind[name], LEAF).hard} == set(INVALID)
    assert not any(Flaw(Kind[name], LEAF).hard for name in UNDETERMINED)


@pytest.mark.parametrize(
    ("kind", "detail", "sentence"),
    [
        (Kind.EXPIRED, "", "CN=mcu,O=Example: OpenSSL error 10: certificate has expired."),
        (Kind.EXPIRED, "is old", "CN=mcu,O=Example is old (OpenSSL error 10: certificate has expired)."),
        (Kind.UNREADABLE, "", "CN=mcu,O=Example: a field of the certificate cannot be read."),
        (Kind.UNREADABLE, "is odd", "CN=mcu,O=Example is odd: a field of the certificate cannot be read."),
    ],
)
def test_a_sentence_has_the_certificate_the_detail_and_what_it_means(kind, detail, sentence):
    assert Flaw(kind, LEAF, detail).sentence == sentence


def test_a_flaw_has_no_detail_and_no_remedy_unless_they_are_given():
    assert Flaw(Kind.LOOP, LEAF) == Flaw(Kind.LOOP, LEAF, "", None)


def test_under_the_reading_of_anchors_a_flaw_is_open_and_keeps_the_rest():
    remedy = Remedy(RemedyKind.REISSUE)
    hard, soft = Flaw(Kind.EXPIRED, LEAF, "is old", remedy), Flaw(Kind.UNREADABLE, LEAF, "is odd", remedy)
    assert under_anchor_reading(hard) == Flaw(Kind.ANCHOR_LIMITS, LEAF, "is old", remedy)
    assert under_anchor_reading(soft) is soft


def test_the_names_of_a_certificate_in_a_sentence():
    assert (title(LEAF), issuer_title(LEAF)) == ("CN=mcu,O=Example", "CN=Root,O=Example")
    nameless = replace(LEAF, subject_text=" ", issuer_text="")
    assert title(nameless) == f"the certificate without a subject {LEAF.sha256[:16]}"
    assert issuer_title(nameless) == "a CA without a name"
    assert name_in_words("\ta \n b ") == "a b"
    assert [name_in_words("a" * length) for length in (200, 201)] == ["a" * 200, "a" * 200 + "…"]
    assert THE_STORE == "the trust store"
