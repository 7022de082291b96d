"""Name constraints, kind by kind (RFC 5280, section 4.2.1.10)."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import validate
from mcuaudit.pkix.constraints import dns_within, looks_like_host
from tests.authority import NOW, Authority, p256_key

KEY = p256_key(600)


def constrained(names: list[str] | None, *, common_name="mcu", permitted=None, excluded=None):
    root = Authority.root("Root", key=KEY, permitted=permitted, excluded=excluded)
    return validate(root.leaf(common_name, san=names, key=KEY).der, anchors=[root.der], at=NOW)


@pytest.mark.parametrize(
    ("permitted", "name", "error"),
    [
        ("DNS:example.com", "DNS:example.com", None),
        ("DNS:example.com", "DNS:a.b.EXAMPLE.com", None),
        ("DNS:example.com", "DNS:badexample.com", 47),
        ("DNS:example.com", "DNS:example.com.evil.org", 47),
        ("DNS:example.com", "DNS:*.example.com", None),
        ("DNS:.example.com", "DNS:a.example.com", None),
        ("DNS:.example.com", "DNS:example.com", 47),
        ("DNS:", "DNS:anything", None),
        ("DNS:example.com", "IP:192.0.2.1", None),
        ("IP:192.0.2.0/24", "IP:192.0.2.255", None),
        ("IP:192.0.2.0/24", "IP:192.0.3.0", 47),
        ("IP:192.0.2.0/24", "IP:::ffff:192.0.2.1", 47),
        ("IP:2001:db8::/32", "IP:2001:db8:ffff::1", None),
        ("IP:0.0.0.0/0", "IP:2001:db8::1", 47),
        ("email:example.com", "email:a@example.com", None),
        ("email:example.com", "email:a@sub.example.com", 47),
        ("email:.example.com", "email:a@sub.example.com", None),
        ("email:.example.com", "email:a@example.com", 47),
        ("email:A@example.com", "email:a@example.com", 47),
        ("email:a@EXAMPLE.com", "email:a@example.com", None),
        ("email:example.com", "email:a@EXAMPLE.com", None),
        ("email:a@example.com", "email:a@Example.com", None),
        ("email:example.com", "email:example.com", 53),
        ("URI:example.com", "URI:https://example.com/RPC2", None),
        ("URI:example.com", "URI:https://user@example.com:443/RPC2", None),
        ("URI:example.com", "URI:https://a.example.com/", 47),
        ("URI:.example.com", "URI:https://a.example.com?x", None),
        ("URI:.example.com", "URI:https://example.com", 47),
        ("URI:example.com", "URI:https://evil.org/@example.com", 47),
        ("URI:example.com", "URI:sip:example.com", 53),
        ("rid:1.2.3", "rid:1.2.3", 51),
        ("rid:1.2.3", "DNS:example.com", None),
        ("dir:Root", "dir:root", 47),
    ],
)
def test_permitted(permitted, name, error):
    assert constrained([name], permitted=[permitted]).openssl_error == error


@pytest.mark.parametrize(
    ("excluded", "name", "error"),
    [
        ("DNS:example.com", "DNS:a.example.com", 48),
        ("DNS:example.com", "DNS:example.org", None),
        ("DNS:", "DNS:example.org", 48),
        ("IP:192.0.2.0/24", "IP:192.0.2.1", 48),
        ("IP:192.0.2.0/24", "IP:198.51.100.1", None),
        ("email:example.com", "email:a@example.com", 48),
        ("URI:.example.com", "URI:https://a.example.com", 48),
        ("dir:mcu", "DNS:example.com", 48),
        ("dir:someone", "dir:someone", 48),
        ("dir:someone", "dir:another", None),
        ("dir:other", "DNS:example.com", None),
    ],
)
def test_excluded(excluded, name, error):
    assert constrained([name], excluded=[excluded]).openssl_error == error


def test_excluded_wins_over_permitted():
    found = constrained(["DNS:a.example.com"], permitted=["DNS:example.com"], excluded=["DNS:a.example.com"])
    assert found.openssl_error == 48


def test_every_name_must_be_permitted():
    permitted = ["DNS:example.com", "DNS:example.net"]
    assert constrained(["DNS:a.example.com", "DNS:b.example.net"], permitted=permitted).outcome == Outcome.PASS
    assert constrained(["DNS:a.example.com", "DNS:b.example.org"], permitted=permitted).openssl_error == 47


def test_the_reason_names_the_name_and_the_ca():
    found = constrained(["DNS:a.example.org"], permitted=["DNS:example.com"])
    assert "DNS name a.example.org" in found.reason
    assert "CN=Root,O=Example" in found.reason
    assert "permitted subtree violation (47)" in found.reason


@pytest.mark.parametrize(
    ("common_name", "names", "error"),
    [
        ("mcu.example.org", None, 47),
        ("mcu.example.org", ["IP:192.0.2.1"], 47),
        ("mcu.example.org", ["DNS:mcu.example.com"], None),
        ("mcu.example.com", None, None),
        ("mcu", None, None),
        ("MCU of example.org", None, None),
        ("mcu-.example.org", None, None),
    ],
)
def test_a_common_name_that_looks_like_a_host_counts_where_no_dns_name_is(common_name, names, error):
    assert constrained(names, common_name=common_name, permitted=["DNS:example.com"]).openssl_error == error


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("mcu.example.com\0", None),
        ("mcu.example.org\0", 47),
        ("mcu.example.org\0\0", 47),
        ("mcu.example.com\0.example.org", 53),
        ("mcu\0", None),
    ],
)
def test_a_nul_at_the_end_of_a_common_name_is_left_out_and_one_within_is_refused(text, error):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
    assert constrained(None, common_name=subject, permitted=["DNS:example.com"]).openssl_error == error


def test_a_common_name_of_a_ca_is_no_dns_name():
    root = Authority.root("Root", permitted=["DNS:example.com"])
    issuing = root.intermediate("ca.example.org")
    found = validate(issuing.leaf("mcu").der, presented=[issuing.der], anchors=[root.der], at=NOW)
    assert found.outcome == Outcome.PASS


def test_host_names_are_told_from_other_common_names():
    assert [name for name in ("a.b", "a_b.c", "1.2", "a", "a.b.", ".a.b", "a..b", "a-.b", "a.-b", "a b.c", "ä.b")
            if looks_like_host(name)] == ["a.b", "a_b.c", "1.2"]  # fmt: skip


@pytest.mark.parametrize(("kind", "error"), [(_ASN1Type.IA5String, 47), (_ASN1Type.UTF8String, 53)])
def test_an_email_address_in_the_subject_counts(kind, error):
    subject = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@example.org", kind)])
    assert constrained(None, common_name=subject, permitted=["email:example.com"]).openssl_error == error


@pytest.mark.parametrize("permitted", ["DNS:example.com", "IP:192.0.2.0/24", "URI:example.com"])
def test_a_name_of_a_wrong_form_does_not_matter_to_constraints_of_another_kind(permitted):
    """The e-mail address is not in the string type that it must have."""
    subject = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@example.org", _ASN1Type.UTF8String)])
    assert constrained(None, common_name=subject, permitted=[permitted]).outcome == Outcome.PASS


def test_constraints_of_every_ca_above_hold():
    root = Authority.root("Root", permitted=["DNS:example.com"])
    issuing = root.intermediate("Issuing", excluded=["DNS:secret.example.com"])
    for host, error in (("a.example.com", None), ("secret.example.com", 48), ("a.example.org", 47)):
        mcu = issuing.leaf("mcu", san=[f"DNS:{host}"])
        assert validate(mcu.der, presented=[issuing.der], anchors=[root.der], at=NOW).openssl_error == error


def test_self_issued_cas_are_not_asked_but_end_entities_are():
    root = Authority.root("Root", permitted=["DNS:example.com"])
    rolled = root.intermediate("Root", key=p256_key(601), san=["DNS:ca.example.org"])
    good = validate(rolled.leaf("m", san=["DNS:a.example.com"]).der, presented=[rolled.der], anchors=[root.der], at=NOW)
    assert good.outcome == Outcome.PASS


def test_too_many_names_under_too_many_constraints_are_open_in_bounded_time():
    names = [f"DNS:mcu{number}.example.com" for number in range(10_000)]
    few = constrained(names, permitted=["DNS:example.com"])
    assert few.outcome == Outcome.PASS
    many = constrained(names, excluded=[f"DNS:site{number}.example.com" for number in range(200)])
    assert (many.outcome, many.reason_code) == (Outcome.OPEN, "too_many_names")


def test_constraints_hold_for_every_ca_below_and_not_for_their_own():
    root = Authority.root("Root")
    policy = root.intermediate("Policy CA", excluded=["DNS:secret.example.com"], san=["DNS:secret.example.com"])
    for host, error in (("ca.example.com", None), ("secret.example.com", 48)):
        issuing = policy.intermediate("Issuing CA", san=[f"DNS:{host}"])
        found = validate(issuing.leaf("mcu").der, presented=[issuing.der, policy.der], anchors=[root.der], at=NOW)
        assert (found.openssl_error, found.failed_at) == (error, issuing.record.sha256 if error else None)


def test_constraints_of_the_root_reach_the_ca_that_issues():
    root = Authority.root("Root", permitted=["DNS:example.com"])
    policy = root.intermediate("Policy CA")
    issuing = policy.intermediate("Issuing CA", san=["DNS:ca.example.org"])
    found = validate(issuing.leaf("mcu").der, presented=[issuing.der, policy.der], anchors=[root.der], at=NOW)
    assert (found.openssl_error, found.failed_at) == (47, issuing.record.sha256)


def test_of_several_constraints_that_are_broken_the_one_nearest_to_the_anchor_is_named():
    root = Authority.root("Root", permitted=["DNS:example.com"])
    policy = root.intermediate("Policy CA", excluded=["DNS:a.example.org"])
    mcu = policy.leaf("mcu", san=["DNS:a.example.org"])
    found = validate(mcu.der, presented=[policy.der], anchors=[root.der], at=NOW)
    assert (found.reason_code, found.failed_at) == ("name_not_permitted", mcu.record.sha256)
    issuing = policy.intermediate("Issuing CA", san=["DNS:a.example.org"])
    found = validate(issuing.leaf("mcu").der, presented=[issuing.der, policy.der], anchors=[root.der], at=NOW)
    assert (found.reason_code, found.failed_at) == ("name_not_permitted", issuing.record.sha256)


def test_a_self_issued_end_entity_is_asked():
    root = Authority.root("Root", permitted=["DNS:example.com"])
    mcu = root.leaf("Root", san=["DNS:a.example.org"], key=p256_key(602))
    assert validate(mcu.der, anchors=[root.der], at=NOW).openssl_error == 47


@pytest.mark.parametrize(
    ("name", "base", "within"),
    [
        ("example.com", "example.com", True),
        ("EXAMPLE.com", "example.COM", True),
        ("a.example.com", "example.com", True),
        ("aexample.com", "example.com", False),
        ("a.example.com", ".example.com", True),
        ("example.com", ".example.com", False),
        ("com", "example.com", False),
        ("a", "", True),
    ],
)
def test_dns_names_below_a_base(name, base, within):
    assert dns_within(name, base) is within


@pytest.mark.parametrize(
    ("permitted", "name", "error"),
    [
        ("email:.example.com", "email:@.example.com", None),
        ("email:example.com", 'email:"a@b"@example.com', None),
        ("email:example.com", 'email:"a@example.com"@example.org', 47),
        ('email:"a@b"@example.com', 'email:"a@b"@example.com', None),
        ('email:"a@b"@example.com', 'email:"a@c"@example.com', 47),
        ("email:.a@example.com", "email:.a@example.com", None),
        ("email:@example.com", "email:a@example.com", None),
        ("email:a@example.com", "email:b@example.com", 47),
        ("email:a@example.com", "email:a@example.org", 47),
        ("URI:.example.com", "URI:https://.example.com", 47),
        ("URI:.example.com", "URI:https://a.somewhere.example.org", 47),
        ("email:.example.com", "email:a@somewhere.example.org", 47),
        ("DNS:.example.com", "DNS:a.somewhere.example.org", 47),
        ("URI:EXAMPLE.com", "URI:https://example.COM", None),
        ("URI:example.com", "URI:https://", 53),
        ("URI:example.com", "URI:https:///x", 53),
        ("IP:192.0.2.1/32", "IP:192.0.2.1", None),
        ("IP:192.0.2.1/32", "IP:192.0.2.2", 47),
    ],
)
def test_edges_of_permitted(permitted, name, error):
    assert constrained([name], permitted=[permitted]).openssl_error == error


def test_as_many_comparisons_as_openssl_makes_are_made():
    """2**20 comparisons: 1,023 names and the subject's one, with 1,024 bases."""
    bases = [f"DNS:site{number}.example.com" for number in range(1024)]
    names = [f"DNS:mcu{number}.example.org" for number in range(1022)]
    assert constrained(names, excluded=bases).outcome == Outcome.PASS
    assert constrained([*names, "DNS:one.example.org"], excluded=bases).reason_code == "too_many_names"


@pytest.mark.parametrize(
    ("permitted", "name", "words"),
    [
        ("dir:Root", "DNS:a", "name CN=mcu"),
        ("DNS:example.com", "DNS:a.example.org", "DNS name a.example.org"),
        ("email:example.com", "email:a@example.org", "e-mail address a@example.org"),
        ("URI:example.com", "URI:https://example.org/", "URI https://example.org/"),
        ("IP:192.0.2.0/24", "IP:192.0.3.1", "IP address 192.0.3.1"),
    ],
)
def test_a_reason_calls_a_name_by_its_form(permitted, name, words):
    found = constrained([name], permitted=[permitted])
    assert found.outcome == Outcome.FAIL
    assert f" {words}" in found.reason, found.reason
