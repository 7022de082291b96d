"""Who may have issued what, and the flaws of single certificates, each asked alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix import PathValidator, TrustStore, candidates, paths, purpose_outcome
from mcuaudit.pkix.checks import ca_flaws, may_have_issued, self_signed, validity_flaw
from mcuaudit.pkix.flaws import Flaw, Kind, issuer_title, name_in_words, title
from mcuaudit.pkix.names import self_issued
from mcuaudit.pkix.purposes import lacking_extension, lacking_values
from mcuaudit.pkix.signatures import algorithm_fits
from mcuaudit.pkix.stores import Pool, by_subject
from tests.authority import LAST_YEAR, LONG_AGO, NEXT_YEAR, NOW, Authority, Issued, assembled, name, p256_key, rsa_key
from tests.authority import self_signed as issue_self_signed
from tests.pkix.test_paths import judge

ROOT = Authority.root("Root", key=p256_key(740))
LEAF = ROOT.leaf("mcu")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("leaf", "root", "may"),
    [
        ({}, {}, True),
        ({"issuer": name("Other").public_bytes()}, {}, False),
        ({"issuer": name(" ROOT ").public_bytes()}, {}, True),
        ({"authority_key_identifier": b"other"}, {}, False),
        ({"authority_key_identifier": None}, {}, True),
        ({}, {"subject_key_identifier": None}, True),
        ({}, {"subject_key_identifier": b"other"}, False),
        ({"authority_serial_number": 7}, {"serial_number": 7}, True),
        ({"authority_serial_number": 7}, {"serial_number": 8}, False),
        ({"authority_issuer": name("root").public_bytes()}, {}, True),
        ({"authority_issuer": name("Other").public_bytes()}, {}, False),
        ({}, {"key_algorithm": "RSA"}, False),
    ],
)
def test_an_issuer_fits_by_name_identifier_serial_and_kind_of_key(leaf, root, may):
    assert may_have_issued(replace(LEAF.record, **leaf), replace(ROOT.record, **root)) is may


@pytest.mark.parametrize(
    ("signature", "key", "fits"),
    [
        ("sha256WithRSAEncryption", "RSA", True),
        ("sha256WithRSAEncryption", "EC", False),
        ("md5WithRSAEncryption", "RSA", True),
        ("md5WithRSAEncryption", "EC", False),
        ("rsassaPss", "RSA", True),
        ("rsassaPss", "EC", False),
        ("ecdsa-with-SHA256", "EC", True),
        ("ecdsa-with-SHA256", "RSA", False),
        ("dsa-with-SHA256", "DSA", True),
        ("dsa-with-SHA256", "EC", False),
        ("ED25519", "Ed25519", True),
        ("ED25519", "Ed448", False),
        ("ED448", "Ed448", True),
        ("ED448", "EC", False),
        ("1.2.3", "EC", True),
        ("sha256WithRSAEncryption", "1.2.3", True),
    ],
)
def test_a_signature_is_of_the_kind_that_the_key_makes(signature, key, fits):
    certificate, issuer = replace(LEAF.record, signature_algorithm=signature), replace(ROOT.record, key_algorithm=key)
    assert algorithm_fits(certificate, issuer) is fits


def test_self_signed_is_by_name_and_key_identifier():
    assert self_signed(ROOT.record)
    assert not self_signed(LEAF.record)
    assert not self_signed(ROOT.intermediate("Root", key=p256_key(741)).record)


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (LAST_YEAR - SECOND, Kind.NOT_YET_VALID),
        (LAST_YEAR, None),
        (NEXT_YEAR, None),
        (NEXT_YEAR + SECOND, Kind.EXPIRED),
    ],
)
def test_a_certificate_is_valid_at_both_ends_of_its_period(at, kind):
    found = validity_flaw(LEAF.record, at)
    assert (found and found.kind) == kind


def test_what_has_expired_is_to_be_replaced_by_name_if_it_has_one():
    later = NEXT_YEAR + SECOND
    for text, named in (("CN=mcu", "CN=mcu"), ("", "it")):
        flaw = validity_flaw(replace(LEAF.record, subject_text=text), later)
        assert flaw.remedy == Remedy(RemedyKind.REPLACE_EXPIRED, (named,))
    assert validity_flaw(LEAF.record, LAST_YEAR - SECOND).remedy == Remedy(RemedyKind.CHECK_CLOCK)


def kinds(*cas, purpose=None) -> list[Kind]:
    return [flaw.kind for flaw in ca_flaws(tuple(one.record for one in cas), purpose)]


def test_each_ca_is_asked_and_the_anchor_alone_may_be_no_ca_under_a_reading():
    no_ca = {"ca": None, "key_usage": None}
    middle, anchor = ROOT.intermediate("Middle", **no_ca), Authority.root("Root", **no_ca)
    assert kinds(middle, anchor) == [Kind.NOT_A_CA, Kind.ANCHOR_NOT_A_CA]
    no_signing = Authority.root("Root", key_usage=("digital_signature",))
    assert kinds(no_signing) == [Kind.NOT_A_CA]
    assert kinds(ROOT.intermediate("Middle", key_usage=None), ROOT) == []
    assert kinds(ROOT.intermediate("Middle", key_usage=("crl_sign",)), ROOT) == [Kind.NOT_A_CA]


def test_path_lengths_count_cas_below_that_are_not_self_issued():
    def path(length, *below):
        return kinds(*below, Authority.root("Top", path_length=length))

    one, two = ROOT.intermediate("One"), ROOT.intermediate("Two")
    own = Authority.root("Top", key=p256_key(742))
    assert [path(length, one, two) for length in (0, 1, 2, None)] == [[Kind.PATH_LENGTH], [Kind.PATH_LENGTH], [], []]
    assert path(0) == path(0, own) == path(1, one, own) == []
    assert path(0, one) == path(0, own, one) == [Kind.PATH_LENGTH]


def test_flaws_of_a_ca_come_in_one_order():
    purposes, wishes = ["codeSigning"], {"critical": "1.2.3.4", "ca": None, "key_usage": None}
    middle = ROOT.intermediate("Middle", purposes=purposes, **wishes)
    assert kinds(middle, ROOT, purpose="serverAuth") == [
        Kind.CRITICAL_EXTENSION, Kind.NOT_A_CA, Kind.PURPOSE,
    ]  # fmt: skip


NUMBERS = {
    "no_issuer": 20, "root_missing": 2, "self_signed": 18, "root_not_trusted": 19, "loop": 22, "critical_extension": 34,
    "not_a_ca": 79, "path_length": 25, "purpose": 26, "signature": 7, "not_yet_valid": 9, "expired": 10,
    "name_not_permitted": 47, "name_excluded": 48, "constraint_type": 51, "name_syntax": 53,
    "intermediate_not_in_store": 20, "policy_mapping": 42, "no_explicit_policy": 43, "revoked": 23, "no_crl": 3,
    "crl_signature": 8, "crl_not_yet_valid": 11, "crl_expired": 12, "crl_unreadable": 3, "crl_issuer": 33,
    "crl_sign": 35, "crl_extension": 36, "crl_scope": 44, "crl_path": 54,
}  # fmt: skip
READINGS = {"anchor_not_a_ca": "A14", "certificate_policies": "A21", "algorithm": "A18", "explicit_curve": "A18"}
READINGS |= {"unreadable_field": ""}
READINGS |= {"too_many_policies": "", "common_name_not_permitted": "A23", "anchor_limits": "A25"}
READINGS |= {"wildcard_over_excluded": "A27", "crl_algorithm": "A18", "revocation_unknown": "", "too_many_crls": ""}
READINGS |= {"too_many_names": ""}


def test_a_kind_of_flaw_has_openssls_number_or_a_reading():
    assert {kind.code: kind.openssl_error for kind in Kind if kind.openssl_error} == NUMBERS
    assert {kind.code: kind.reading for kind in Kind if not kind.openssl_error} == READINGS
    assert {kind.reading for kind in Kind if kind.openssl_error} == {""}
    assert [kind.code for kind in Kind if not Flaw(kind, LEAF.record).hard] == list(READINGS)


def test_a_sentence_names_the_certificate_the_detail_and_the_number():
    assert Flaw(Kind.EXPIRED, LEAF.record).sentence == "CN=mcu,O=Example: OpenSSL error 10: certificate has expired."
    flaw = Flaw(Kind.EXPIRED, LEAF.record, "expired on Monday")
    assert flaw.sentence == "CN=mcu,O=Example expired on Monday (OpenSSL error 10: certificate has expired)."
    flaw = Flaw(Kind.ALGORITHM, LEAF.record, "is odd")
    assert flaw.sentence.startswith("CN=mcu,O=Example is odd: the signature algorithm")
    assert flaw.sentence.endswith("checked.")


def test_names_in_sentences_are_one_line_of_bounded_length():
    assert name_in_words(" a\n b ") == "a b"
    assert name_in_words("a" * 200) == "a" * 200
    assert name_in_words("a" * 201) == "a" * 200 + "…"
    nameless = replace(LEAF.record, subject_text="", issuer_text="")
    assert title(nameless) == f"the certificate without a subject {LEAF.record.sha256[:16]}"
    assert issuer_title(nameless) == "a CA without a name"


WORDS = {
    SERVER_AUTH: "serverAuth",
    CLIENT_AUTH: "clientAuth",
    "2.5.29.37.0": "anyExtendedKeyUsage",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "1.3.6.1.5.5.7.3.20": "sipDomain",
    "1.2.3": "1.2.3",
}


def test_purposes_are_named_as_the_rfcs_name_them():
    for oid, word in WORDS.items():
        assert lacking_values(replace(LEAF.record, extended_key_usage=(oid,)), "extendedKeyUsage") == word
    both = replace(LEAF.record, extended_key_usage=("1.2.3", CLIENT_AUTH), key_usage=frozenset({"b", "a"}))
    assert lacking_values(both, "extendedKeyUsage") == "1.2.3, clientAuth"
    assert lacking_values(both, "keyUsage") == "a, b"
    none = replace(LEAF.record, extended_key_usage=(), key_usage=None)
    assert lacking_values(none, "extendedKeyUsage") == lacking_values(none, "keyUsage") == "without any value"


@pytest.mark.parametrize("gated", ["1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1"])
def test_server_gated_cryptography_is_the_purpose_of_a_server_alone(gated):
    record = replace(LEAF.record, extended_key_usage=(gated,), key_usage=None)
    assert lacking_extension(record, "serverAuth", end_entity=True) is None
    assert lacking_extension(record, "clientAuth", end_entity=True) == "extendedKeyUsage"


@pytest.mark.parametrize(
    ("usage", "server", "client"),
    [
        ("digitalSignature", True, True),
        ("keyEncipherment", True, False),
        ("keyAgreement", True, True),
        ("contentCommitment", False, False),
        ("keyCertSign", False, False),
    ],
)
def test_key_usages_of_an_end_entity_by_role_and_none_of_a_ca(usage, server, client):
    record = replace(LEAF.record, key_usage=frozenset({usage}))
    allowed = [lacking_extension(record, role, end_entity=True) is None for role in ("serverAuth", "clientAuth")]
    assert allowed == [server, client]
    assert lacking_extension(record, "clientAuth", end_entity=False) is None


def test_an_end_entity_without_extended_key_usage_is_unlimited():
    limited = replace(LEAF.record, extended_key_usage=(CLIENT_AUTH,))
    assert purpose_outcome((LEAF.record, limited), "clientAuth").unlimited
    assert not purpose_outcome((limited, LEAF.record), "clientAuth").unlimited
    assert not purpose_outcome((), "clientAuth").unlimited
    failed = purpose_outcome((LEAF.record, limited), "serverAuth")
    assert (failed.outcome, failed.certificate, failed.unlimited) == (Outcome.FAIL, limited, True)


def test_the_key_of_a_store_is_a_digest_of_its_sorted_members():
    members = [Authority.root(f"Root {number}").record for number in range(9)]
    digests = " ".join(sorted(one.sha256 for one in members))
    expected = hashlib.sha256(digests.encode()).hexdigest()
    assert {TrustStore(members).key, TrustStore(members[::-1]).key} == {expected}


@pytest.mark.parametrize("wishes", [{"not_before": LONG_AGO, "not_after": LAST_YEAR}, {"critical": "1.2.3.4"}])
def test_an_end_entity_in_the_store_is_judged_as_any_other(wishes):
    """Reading A14 makes it an anchor, and does not excuse what is wrong with it."""
    code = "critical_extension" if "critical" in wishes else "expired"
    peer = issue_self_signed("peer", **wishes)
    assert (judge(peer, anchors=[peer]).outcome, judge(peer, anchors=[peer]).reason_code) == (Outcome.FAIL, code)
    purpose = issue_self_signed("peer", purposes=["codeSigning"])
    assert judge(purpose, anchors=[purpose], purpose="serverAuth").reason_code == "purpose"
    assert judge(purpose, anchors=[purpose]).reading == "A14"


def test_a_search_that_found_nothing_is_open_without_a_certificate(monkeypatch):
    monkeypatch.setattr(paths, "MOST_STEPS", 0)
    top = Authority.root("Top")
    issuing = top.intermediate("Issuing")
    found = judge(issuing.leaf("mcu"), presented=[issuing], anchors=[top])
    assert (found.outcome, found.reason_code, found.candidate_certificates) == (Outcome.OPEN, "search_limit", set())


def test_flaws_are_divided_into_the_first_that_is_hard_and_all_that_are_open():
    hard, second = Flaw(Kind.EXPIRED, LEAF.record), Flaw(Kind.SIGNATURE, LEAF.record)
    doubt, other = Flaw(Kind.ALGORITHM, LEAF.record), Flaw(Kind.POLICIES, LEAF.record)
    assert paths.first_and_open([doubt, hard, other, second]) == (hard, (doubt, other))
    assert paths.first_and_open([doubt]) == (None, (doubt,))
    assert paths.first_and_open([]) == (None, ())


def test_issuers_are_tried_valid_ones_first_and_of_these_the_longest_valid():
    key = p256_key(746)
    old = Authority.root("Root", key=key, not_before=LONG_AGO, not_after=LAST_YEAR)
    short = Authority.root("Root", key=key, not_after=NOW)
    long = Authority.root("Root", key=key, not_before=NOW)
    future = Authority.root("Root", key=key, not_before=NOW + SECOND)
    leaf = long.leaf("mcu").record
    for given in ((old, short, long, future), (future, long, short, old)):
        every = [one.record for one in given]
        expected = [one.record for one in (long, short, future, old)]
        assert Pool(TrustStore(every), [], NOW).issuers(leaf) == (expected, [])
        assert Pool(TrustStore([]), [by_subject(every)], NOW).issuers(leaf) == ([], expected)


def test_names_that_match_are_self_issued_whatever_their_spelling():
    assert self_issued(ROOT.record)
    assert self_issued(replace(ROOT.record, issuer=name(" ROOT ").public_bytes()))
    assert not self_issued(LEAF.record)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"version": 1}, "is a version 1 certificate"),
        ({"ca": False}, "does not have cA"),
        ({"key_usage": ("digital_signature",)}, "keyUsage without keyCertSign"),
    ],
)
def test_why_a_certificate_is_not_a_ca_is_said(wishes, words):
    (flaw,) = ca_flaws((ROOT.intermediate("Middle", **{"key_usage": None, **wishes}).record, ROOT.record), None)
    assert words in flaw.sentence


def test_several_readings_are_listed_in_their_order():
    upper = ROOT.intermediate("Policy CA")
    issuing = upper.intermediate("Issuing", explicit_policy=0)
    found = judge(issuing.leaf("mcu"), known=[issuing, upper], anchors=[upper])
    assert (found.outcome, found.reading) == (Outcome.OPEN, "A11 A12 A21")


@pytest.mark.parametrize("below", [0, 1, 2])
def test_each_signature_of_a_path_is_checked_wherever_it_stands(below):
    """The forged certificate names the key of its issuer, and is signed by another."""
    issuer, cas = ROOT, []
    for number in range(3):
        wishes = {"signed_by": p256_key(747)} if number == below else {}
        issuer = issuer.intermediate(f"CA {number}", **wishes)
        cas.append(issuer)
    found = judge(issuer.leaf("mcu"), presented=cas, anchors=[ROOT])
    assert (found.openssl_error, found.failed_at) == (7, cas[below].record.sha256)
    assert judge(issuer.leaf("mcu"), known=cas, anchors=[ROOT]).outcome is Outcome.FAIL
    assert judge(ROOT.leaf("mcu", signed_by=p256_key(747)), anchors=[ROOT]).openssl_error == 7


def test_above_a_forged_ca_one_path_is_enough_to_say_so():
    anchors = roots(3)
    forged = anchors[0].intermediate("Issuing", signed_by=p256_key(748))
    found = judge(forged.leaf("mcu"), presented=[forged], anchors=anchors)
    assert found.openssl_error == 7
    assert len(found.candidate_certificates) == 2 + 3, "each root may have issued the CA"
    below = forged.intermediate("Below", signed_by=p256_key(749))
    found = judge(below.leaf("mcu"), presented=[below, forged], anchors=anchors)
    assert found.failed_at == forged.record.sha256
    assert len(found.candidate_certificates) == 3 + 1, "of the three ways up from the CA below one is looked at"


def test_above_a_forged_end_entity_one_path_is_enough_to_say_so():
    anchors = roots(3)
    issuing = anchors[0].intermediate("Issuing")
    found = judge(issuing.leaf("mcu", signed_by=p256_key(750)), presented=[issuing], anchors=anchors)
    assert (found.openssl_error, len(found.candidate_certificates)) == (7, 3)


def with_strange_key(issued, issuer):
    """The same certificate with a key on a curve that does not exist, signed again."""
    p256, none = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d03017f")
    to_be_signed = issued.certificate.tbs_certificate_bytes.replace(p256, none)
    signature = issuer.key.sign(to_be_signed, ec.ECDSA(hashes.SHA256()))
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    return Issued(assembled(to_be_signed, algorithm, signature), issued.key)


def test_a_signature_that_cannot_be_checked_lets_every_path_above_count():
    """The root that is tried first allows no CA below it; the other one does."""
    key = p256_key(751)
    narrow = Authority.root("Root", key=key, path_length=0, not_after=NEXT_YEAR + timedelta(days=1))
    wide = Authority.root("Root", key=key)
    issuing = wide.intermediate("Issuing")
    leaf, strange = issuing.leaf("mcu"), with_strange_key(issuing, wide)
    found = judge(leaf, presented=[strange], anchors=[narrow, wide])
    assert (found.outcome, found.reading, found.path[-1]) == (Outcome.OPEN, "A18", wide.record)
    assert judge(leaf, presented=[strange], anchors=[narrow]).reason_code == "path_length"


def roots(number: int) -> list[Authority]:
    """Roots that differ in nothing but their number and time: each is an issuer of the same certificates."""
    return [
        Authority.root("Many", key=p256_key(743), not_after=NEXT_YEAR + timedelta(days=one)) for one in range(number)
    ]


def test_as_many_candidates_as_the_limit_are_all_and_one_more_is_not(monkeypatch):
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 2)
    for number, every in ((1, True), (2, True), (3, False)):
        anchors = roots(number)
        found = judge(anchors[0].leaf("mcu"), anchors=anchors)
        assert (found.outcome, found.every_candidate_good) == (Outcome.PASS, every)
        assert len(found.candidate_certificates) == 1 + min(number, 2)


def test_beyond_the_limit_of_candidates_a_failure_is_open(monkeypatch):
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 2)
    for number, code in ((2, "expired"), (3, "search_limit")):
        anchors = roots(number)
        old = anchors[0].leaf("mcu", not_before=LONG_AGO, not_after=LAST_YEAR)
        assert judge(old, anchors=anchors).reason_code == code


@pytest.mark.parametrize(("steps", "every"), [(1, False), (2, True)])
def test_a_path_that_was_not_searched_through_leaves_the_others_uncertain(monkeypatch, steps, every):
    """One issuer is a root; above its cross-certificate are two more steps."""
    monkeypatch.setattr(paths, "MOST_STEPS", steps)
    root, top = Authority.root("Issuer", key=p256_key(744)), Authority.root("Top")
    policy = top.intermediate("Policy")
    cross = policy.intermediate("Issuer", key=root.key)
    mcu = root.leaf("mcu")
    found = judge(mcu, presented=[cross, policy], anchors=[root, top])
    assert (found.outcome, found.every_candidate_good) == (Outcome.PASS, every)
    old = root.leaf("mcu", not_before=LONG_AGO, not_after=LAST_YEAR)
    failed = judge(old, presented=[cross, policy], anchors=[root, top])
    assert (failed.outcome, failed.reason_code) == (
        (Outcome.FAIL, "expired") if every else (Outcome.OPEN, "search_limit")
    )


@pytest.mark.parametrize(("most", "outcome"), [(3, Outcome.PASS), (2, Outcome.FAIL)])
def test_a_path_has_as_many_cas_as_openssl_allows(monkeypatch, most, outcome):
    """The last CA that may be in a path is one that is self-signed."""
    monkeypatch.setattr(paths, "LONGEST_PATH", most)
    top = Authority.root("Top")
    policy = top.intermediate("Policy")
    issuing = policy.intermediate("Issuing")
    assert judge(issuing.leaf("mcu"), presented=[issuing, policy], anchors=[top]).outcome is outcome


def test_signatures_are_asked_once_whatever_is_asked():
    validator = PathValidator(NOW)
    store = TrustStore([ROOT.record])
    for purpose in (None, "serverAuth", "clientAuth"):
        for alone in (False, True):
            validator.validate(LEAF.record, (), store, purpose, chain_complete=alone)
    assert len(validator.signatures) == 1


def test_a_key_of_another_kind_with_the_same_name_is_no_issuer():
    root, other = Authority.root("Root", key=rsa_key()), Authority.root("Root", key=p256_key(745))
    found = judge(root.leaf("mcu", key_identifiers=False), anchors=[other])
    assert found.reason_code == "no_issuer"
