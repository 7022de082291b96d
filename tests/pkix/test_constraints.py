"""What the name constraints of one CA say of one certificate: every flaw in words, and the comparisons it took."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from mcuaudit.domain.certificate import NameConstraints
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix import constraints
from mcuaudit.pkix.constraints import Compared, ConstraintMemo
from mcuaudit.pkix.flaws import Flaw, Kind
from tests.authority import Authority, name, p256_key

ROOT_CA = Authority.root("Root", key=p256_key(890))
ROOT, LEAF = ROOT_CA.record, ROOT_CA.leaf("mcu", key=p256_key(891)).record
HOST = ROOT_CA.leaf("host.example", key=p256_key(892)).record
OWNER = "CN=Root,O=Example"
WITHIN = Remedy(RemedyKind.REISSUE_WITHIN_CONSTRAINTS, (OWNER, OWNER))


def leaf(**fields):
    return replace(LEAF, sha256=f"{sorted(fields.items())}", **fields)


def ca(**fields):
    return replace(ROOT, sha256=f"{sorted(fields.items())}", name_constraints=NameConstraints(**fields))


def compared(certificate, issuer, *, end_entity=True) -> Compared:
    return ConstraintMemo().compared([(certificate, issuer)], end_entity=end_entity)


def flaw(kind, certificate, shown, malformed=False) -> Flaw:
    detail = f"has the {shown}, which the name constraints of {OWNER} do not allow"
    if malformed:
        detail = f"has the {shown}, and a name constraint of {OWNER} on such names is malformed"
    return Flaw(kind, certificate, detail, WITHIN)


A = leaf(dns_names=("a.example",))
ADDRESS = leaf(ip_addresses=(ip_address("192.0.2.1"),))
MAIL = leaf(email_addresses=("x@a.example",))
PLACE = leaf(uris=("https://a.example/x",))
SAME = ("name CN=mcu,O=Example", LEAF)

# A certificate, a CA, the comparisons, and the kind and name of the flaw.
CASES = [
    (A, ca(permitted_dns=("example",)), 6, None, ""),
    (A, ca(permitted_dns=("b.example", "a.example")), 5, None, ""),
    (A, ca(permitted_dns=("b.example",)), 4, Kind.NOT_PERMITTED, "DNS name a.example"),
    (A, ca(permitted_dns=()), 4, Kind.NOT_PERMITTED, "DNS name a.example"),
    (A, ca(excluded_dns=("b.example",)), 4, None, ""),
    (A, ca(excluded_dns=("a.example",)), 2, Kind.EXCLUDED, "DNS name a.example"),
    (A, ca(permitted_dns=("a.example",), excluded_dns=("example",)), 4, Kind.EXCLUDED, "DNS name a.example"),
    (A, ca(permitted_dns=("b.example",), excluded_dns=("example",)), 4, Kind.NOT_PERMITTED, "DNS name a.example"),
    (A, ca(permitted_uri=()), 0, None, ""),
    (LEAF, ca(permitted_dns=()), 0, None, ""),
    (leaf(dns_names=("a b",)), ca(excluded_dns=("x",)), 1, Kind.NAME_SYNTAX, "DNS name a b"),
    (ADDRESS, ca(excluded_ip=(ip_network("192.0.2.0/24"),)), 2, Kind.EXCLUDED, "IP address 192.0.2.1"),
    (ADDRESS, ca(permitted_ip=(ip_network("192.0.2.0/24"),)), 2, None, ""),
    (MAIL, ca(excluded_email=("a.example",)), 3, Kind.EXCLUDED, "e-mail address x@a.example"),
    (PLACE, ca(permitted_uri=(".example",)), 5, None, ""),
    (PLACE, ca(excluded_uri=("a.example",)), 2, Kind.EXCLUDED, "URI https://a.example/x"),
    (LEAF, ca(excluded_directory=(ROOT.subject,)), 4, None, ""),
    (LEAF, ca(excluded_directory=(LEAF.subject,)), 4, Kind.EXCLUDED, "name CN=mcu,O=Example"),
    # A wildcard over an excluded name (reading A27).
    (leaf(dns_names=("*.example",)), ca(excluded_dns=("a.example",)), 5,
     Kind.WILDCARD_OVER_EXCLUDED, "DNS name *.example"),
    (leaf(dns_names=("b*.example",)), ca(excluded_dns=("a.example",)), 5, None, ""),
    (leaf(dns_names=("*.other",)), ca(excluded_dns=("a.example",)), 4, None, ""),
    (A, ca(excluded_dns=("b.a.example",)), 4, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("certificate", "issuer", "work", "kind", "shown"), CASES)
@pytest.mark.parametrize("end_entity", [True, False])
def test_a_name_under_constraints(certificate, issuer, work, kind, shown, end_entity):
    flaws = (flaw(kind, certificate, shown),) if kind else ()
    assert compared(certificate, issuer, end_entity=end_entity) == Compared(flaws, work)


def test_a_malformed_constraint_is_said_with_the_name():
    for issuer in (ca(excluded_dns=("a b",)), ca(malformed=("dNSName",))):
        assert compared(A, issuer) == Compared((flaw(Kind.NAME_SYNTAX, A, "DNS name a.example", True),), 1)


def test_the_first_hard_flaw_is_said_alone_and_else_all_that_is_open():
    two = leaf(dns_names=("b.example", "a.example"))
    found = Compared((flaw(Kind.EXCLUDED, two, "DNS name b.example"),), 3)
    assert compared(two, ca(excluded_dns=("example",))) == found
    mixed = leaf(dns_names=("*.example", "*.a.example", "c.d"))
    soft = [flaw(Kind.WILDCARD_OVER_EXCLUDED, mixed, f"DNS name {one}") for one in ("*.example", "*.a.example")]
    issuer = ca(excluded_dns=("x.example", "x.a.example"))
    assert compared(mixed, issuer) == Compared(tuple(soft), 5 + 6 + 4)
    hard = ca(excluded_dns=("x.example", "x.a.example", "c.d"))
    assert compared(mixed, hard) == Compared((flaw(Kind.EXCLUDED, mixed, "DNS name c.d"),), 13)
    assert compared(leaf(dns_names=("c.d", "*.example")), hard).work == 2


def test_a_common_name_of_an_end_entity_is_open():
    issuer = ca(excluded_dns=("example",))
    shown = flaw(Kind.COMMON_NAME_NOT_PERMITTED, HOST, "common name host.example")
    assert compared(HOST, issuer) == Compared((shown,), 3)
    assert compared(HOST, issuer, end_entity=False) == Compared((), 0)
    assert compared(HOST, ca(excluded_dns=("a",))) == Compared((), 4)
    assert compared(HOST, ca(excluded_uri=("example",))) == Compared((), 0)
    with_name = replace(HOST, dns_names=("a.b",), sha256="1")
    assert compared(with_name, issuer) == Compared((), 4)


def test_a_kind_that_is_not_compared_is_refused_where_it_is_constrained():
    other = leaf(other_name_kinds=("registeredID", "otherName"))
    for fields in ({"unsupported_permitted": ("otherName", "x400Address")}, {"unsupported_excluded": ("otherName",)}):
        assert compared(other, ca(**fields)) == Compared((flaw(Kind.CONSTRAINT_TYPE, other, "otherName name"),), 0)
        assert compared(LEAF, ca(**fields)) == Compared((), 0)
    assert compared(other, ca(unsupported_permitted=("x400Address",))) == Compared((), 0)


UNREAD = f"has names that cannot be read, and the name constraints of {OWNER} apply"


@pytest.mark.parametrize(
    ("field", "constraint", "is_open"),
    [
        ("subjectAltName", {"excluded_dns": ("x",)}, True),
        ("subject", {"unsupported_permitted": ("x",)}, True),
        ("subjectAltName entry 1 (directoryName)", {"excluded_directory": (name("x").public_bytes(),)}, True),
        ("subjectAltName entry 1 (directoryName)", {"excluded_dns": ("x",)}, False),
        ("keyUsage", {"excluded_dns": ("x",)}, False),
    ],
)
def test_names_that_cannot_be_read_are_open_under_constraints_on_them(field, constraint, is_open):
    damaged = leaf(unreadable=(field,), subject=b"")
    flaws = (Flaw(Kind.UNREADABLE, damaged, UNREAD, Remedy(RemedyKind.REISSUE)),) if is_open else ()
    assert compared(damaged, ca(**constraint)) == Compared(flaws, 0)


def test_names_in_words_are_one_line():
    long = leaf(dns_names=("a\n" * 300,))
    (found,) = compared(long, ca(excluded_dns=("x",))).flaws
    assert found.detail.startswith("has the DNS name a a a ")
    assert f"…, which the name constraints of {OWNER} do not allow" in found.detail
    malformed = compared(long, ca(excluded_dns=("a b",))).flaws[0]
    assert f"a…, and a name constraint of {OWNER}" in malformed.detail


# Several pairs


def test_the_flaws_of_several_cas_are_joined_up_to_the_first_hard_one():
    soft, hard, none = ca(excluded_dns=("x.example",)), ca(excluded_dns=("example",)), ROOT
    wild = leaf(dns_names=("*.example",))
    open_flaw, refused = (
        flaw(kind, wild, "DNS name *.example") for kind in (Kind.WILDCARD_OVER_EXCLUDED, Kind.EXCLUDED)
    )
    memo = ConstraintMemo()

    def of(*issuers, **more):
        return memo.compared([(wild, issuer) for issuer in issuers], end_entity=True, **more)

    assert of() == of(none) == Compared((), 0)
    assert of(none, soft) == of(soft, none) == Compared((open_flaw,), 5)
    assert of(soft, soft) == Compared((open_flaw, open_flaw), 10)
    assert of(soft, hard, hard) == Compared((open_flaw, refused), 8)
    assert of(soft, hard, work=7) == Compared((open_flaw, refused), 15)
    assert of(hard, soft) == Compared((refused,), 3)
    under_reading = replace(refused, kind=Kind.ANCHOR_LIMITS)
    assert of(hard, soft, anchor=hard) == Compared((under_reading, open_flaw), 8)
    assert of(soft, anchor=soft) == Compared((open_flaw,), 5)


def test_an_end_entity_and_a_ca_are_kept_apart():
    memo, issuer = ConstraintMemo(), ca(excluded_dns=("example",))
    assert len(memo.compared([(HOST, issuer)], end_entity=True).flaws) == 1
    assert memo.compared([(HOST, issuer)], end_entity=False) == Compared((), 0)


def test_as_many_comparisons_as_the_limit_are_made(monkeypatch):
    assert constraints.MOST_COMPARISONS == 2**20
    issuer, again = ca(excluded_dns=("b.example",)), ca(excluded_dns=("c.example",))
    too_many = Flaw(Kind.TOO_MANY_NAMES, A)
    for limit, expected in ((4, Compared((), 4)), (3, Compared((too_many,), 4))):
        monkeypatch.setattr(constraints, "MOST_COMPARISONS", limit)
        assert compared(A, issuer) == expected
    monkeypatch.setattr(constraints, "MOST_COMPARISONS", 7)
    pairs = [(A, issuer), (A, again), (A, issuer)]
    assert ConstraintMemo().compared(pairs, end_entity=True) == Compared((too_many,), 8)
    assert ConstraintMemo().compared(pairs[:1], end_entity=True, work=3) == Compared((), 7)
    assert ConstraintMemo().compared(pairs[:1], end_entity=True, work=4) == Compared((too_many,), 8)
