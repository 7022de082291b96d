"""Name constraints, kind by kind (RFC 5280, section 4.2.1.10)."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import validate
from mcuaudit.pkix.name_syntax import looks_like_host
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
        ("DNS:.example.com", "DNS:a.example.com", 53),
        ("DNS:example.com", "DNS:.example.com", 53),
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
    assert "OpenSSL error 47: permitted subtree violation" in found.reason


A23 = (Outcome.OPEN, "A23")
PASS = (Outcome.PASS, None)


@pytest.mark.parametrize(
    ("common_name", "names", "expected"),
    [
        ("mcu.example.org", None, A23),
        ("mcu.example.org", ["IP:192.0.2.1"], A23),
        ("mcu.example.org", ["DNS:mcu.example.com"], PASS),
        ("mcu.example.com", None, PASS),
        ("mcu", None, PASS),
        ("MCU of example.org", None, PASS),
        ("mcu-.example.org", None, PASS),
    ],
)
def test_a23_a_common_name_that_looks_like_a_host_where_no_dns_name_is(common_name, names, expected):
    found = constrained(names, common_name=common_name, permitted=["DNS:example.com"])
    assert (found.outcome, found.reading) == expected
    excluded = constrained(names, common_name=common_name, excluded=["DNS:example.org"])
    assert (excluded.outcome, excluded.reading) == expected


def test_a23_does_not_hide_what_fails_for_every_verifier():
    permitted = ["DNS:example.com", "IP:192.0.2.0/24"]
    assert constrained(["IP:192.0.3.1"], common_name="mcu.example.org", permitted=permitted).openssl_error == 47
    root = Authority.root("Root", key=KEY, permitted=["DNS:example.com"])
    issuing = root.intermediate("Issuing", excluded=["IP:192.0.2.0/24"])
    mcu = issuing.leaf("mcu.example.org", san=["IP:192.0.2.1"])
    assert validate(mcu.der, presented=[issuing.der], anchors=[root.der], at=NOW).openssl_error == 48


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mcu.example.com\0", PASS),
        ("mcu.example.org\0", A23),
        ("mcu.example.org\0\0", A23),
        ("mcu.example.com\0.example.org", A23),
        ("mcu\0", PASS),
    ],
)
def test_a_nul_at_the_end_of_a_common_name_is_left_out_and_one_within_is_refused(text, expected):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
    found = constrained(None, common_name=subject, permitted=["DNS:example.com"])
    assert (found.outcome, found.reading) == expected


@pytest.mark.parametrize(
    ("excluded", "name", "expected"),
    [
        ("foo.example.com", "*.example.com", (Outcome.OPEN, "A27")),
        ("FOO.example.com", "*.EXAMPLE.com", (Outcome.OPEN, "A27")),
        ("foo.example.com", "f*.example.com", (Outcome.OPEN, "A27")),
        ("foo.example.com", "*oo*.example.com", (Outcome.OPEN, "A27")),
        ("com", "*", (Outcome.OPEN, "A27")),
        ("foo.example.com", "b*.example.com", PASS),
        ("foo.example.com", "foo*oo.example.com", PASS),
        ("a.foo.example.com", "*.example.com", PASS),
        ("foo.example.com", "*.example.org", PASS),
        ("foo.example.com", "bar.example.com", PASS),
        ("example.com", "*.example.com", (Outcome.FAIL, None)),
        ("foo.example.com", "*.foo.example.com", (Outcome.FAIL, None)),
    ],
)
def test_a27_a_wildcard_that_stands_for_an_excluded_name(excluded, name, expected):
    found = constrained([f"DNS:{name}"], excluded=[f"DNS:{excluded}"])
    assert (found.outcome, found.reading) == expected


def test_a27_does_not_hide_what_is_not_permitted():
    found = constrained(["DNS:*.example.com"], permitted=["DNS:example.org"], excluded=["DNS:foo.example.com"])
    assert found.openssl_error == 47


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
    ("permitted", "name", "error"),
    [
        ("email:.example.com", "email:@.example.com", 53),
        ("email:example.com", 'email:"a@b"@example.com', None),
        ("email:example.com", 'email:"a@example.com"@example.org', 47),
        ('email:"a@b"@example.com', 'email:"a@b"@example.com', None),
        ('email:"a@b"@example.com', 'email:"a@c"@example.com', 47),
        ("email:.a@example.com", "email:.a@example.com", 53),
        ("email:@example.com", "email:a@example.com", 53),
        ("email:a@example.com", "email:b@example.com", 47),
        ("email:a@example.com", "email:a@example.org", 47),
        ("URI:.example.com", "URI:https://.example.com", 53),
        ("URI:.example.com", "URI:https://a.somewhere.example.org", 47),
        ("email:.example.com", "email:a@somewhere.example.org", 47),
        ("DNS:example.com", "DNS:a.somewhere.example.org", 47),
        ("URI:EXAMPLE.com", "URI:https://example.COM", None),
        ("URI:example.com", "URI:https://", 53),
        ("URI:example.com", "URI:https:///x", 53),
        ("IP:192.0.2.1/32", "IP:192.0.2.1", None),
        ("IP:192.0.2.1/32", "IP:192.0.2.2", 47),
    ],
)
def test_edges_of_permitted(permitted, name, error):
    assert constrained([name], permitted=[permitted]).openssl_error == error


MALFORMED = {
    "DNS": ".example.com|example.com.|a..example.com|*.a.*.com|a b.example.com|| |-a.example.com",
    "email": "example.com|@example.com|a b@example.com|.a@example.com|a@.example.com",
    "URI": "sip:a.example.com|https://192.0.2.1/|https://[2001:db8::1]/|https://|https:///x|a.example.com",
}
PERMITS = {"DNS": "DNS:", "email": "email:example.com", "URI": "URI:.example.com"}


@pytest.mark.parametrize(
    ("form", "text"), [(form, text) for form, texts in MALFORMED.items() for text in texts.split("|")]
)
def test_a_malformed_name_is_neither_permitted_nor_cleared_of_an_exclusion(form, text):
    name = f"{form}:{text}"
    assert constrained([name], permitted=[PERMITS[form]]).openssl_error == 53
    assert constrained([name], excluded=[f"{form}:example.net"]).openssl_error == 53
    other = "IP:192.0.2.0/24"
    assert constrained([name], excluded=[other]).outcome == Outcome.PASS, "constraints of other kinds do not matter"


@pytest.mark.parametrize(
    ("base", "name"),
    [
        ("DNS:.example.com", "DNS:mcu.example.com"),
        ("DNS:example.com.", "DNS:mcu.example.com"),
        ("email:@example.com", "email:a@example.com"),
        ("URI:https://example.com/", "URI:https://example.com/"),
        ("URI:..example.com", "URI:https://a.example.com/"),
    ],
)
def test_a_malformed_constraint_fails_every_name_of_its_form_and_no_other(base, name):
    form = base.partition(":")[0]
    for sides in ({"permitted": [base, name]}, {"excluded": [base]}):
        assert constrained([name], **sides).openssl_error == 53
        assert constrained(["IP:192.0.2.1"], **sides).outcome == Outcome.PASS, form


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
