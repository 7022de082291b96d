"""Which certificates and reasons a list is about, and which delta list goes with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.decode.tlv import encoded
from mcuaudit.domain.revocation_list import ALL_REASONS, DIRECTORY_NAME, DistributionPoint, ListScope, PointName
from mcuaudit.pkix.flaws import Kind
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.revocation_names import comparable, directory_names, names_of_point
from mcuaudit.pkix.revocation_scope import delta_fits, reasons_covered, scope_problem
from mcuaudit.pkix.revocation_status import ListProblem
from tests.authority import Authority, name, p256_key
from tests.revoking import revocation_list

ROOT_CA = Authority.root("Root", key=p256_key(850))
ROOT, LEAF = ROOT_CA.record, ROOT_CA.leaf("mcu", key=p256_key(851)).record
LIST = decode_list_once(revocation_list(ROOT_CA))
URI, DNS = 0x86, 0x82
A, B = (URI, b"http://a.example.com/x"), (URI, b"http://b.example.com/x")
ROOT_NAME, OTHER_NAME = (DIRECTORY_NAME, ROOT.subject), (DIRECTORY_NAME, name("Other").public_bytes())
RELATIVE = encoded(0x30, bytes.fromhex("0603550403") + encoded(0x0C, b"CRL"))
NONE = DistributionPoint()
OTHER_POINT = "is that of another distribution point"


def full(*names) -> PointName:
    return PointName(full=names)


def below(owner: str) -> tuple[int, bytes]:
    """The name of a point that is relative to a CA of this name."""
    content = name(owner).public_bytes()[2:]
    return DIRECTORY_NAME, encoded(0x30, content + encoded(0x31, RELATIVE))


def test_names_are_compared_in_a_form_of_their_own():
    assert comparable((DIRECTORY_NAME, name(" ROOT").public_bytes())) == (DIRECTORY_NAME, canonical_name(ROOT.subject))
    assert comparable((DNS, b"A.Example")) == (DNS, b"a.example")
    assert comparable((URI, b"HTTP://A.example:80/Path?Q")) == (URI, b"http://a.example:80/Path?Q")
    assert comparable((URI, b"HTTP://A.example")) == (URI, b"http://a.example")
    for odd in (b"Relative/Path", b"://A", b"", b"URN:A:B"):
        assert comparable((URI, odd)) == (URI, odd)
    for other in ((0x81, b"A@Example"), (0x81, b"HTTP://A"), (0x87, b"HTTP")):
        assert comparable(other) == other
    assert directory_names([A, OTHER_NAME, (DNS, b"a"), ROOT_NAME]) == (
        canonical_name(OTHER_NAME[1]), canonical_name(ROOT.subject),
    )  # fmt: skip
    assert directory_names([]) == ()


def test_the_names_of_a_point_are_all_it_has_or_one_below_each_issuer():
    assert names_of_point(full(A, (DNS, b"X")), (ROOT.subject,)) == {A, (DNS, b"x")}
    relative = PointName(relative=RELATIVE)
    expected = {(DIRECTORY_NAME, canonical_name(below(one)[1])) for one in ("Root", "Other")}
    assert names_of_point(relative, (ROOT.subject, OTHER_NAME[1])) == expected
    assert names_of_point(relative, ()) == frozenset()
    # What is no name is taken as its content.
    odd = canonical_name(encoded(0x30, b"\x30" + encoded(0x31, RELATIVE)))
    assert names_of_point(relative, (b"\x30",)) == {(DIRECTORY_NAME, odd)}


INDIRECT = "is not an indirect CRL, and the certificate names its issuer as that of one"

BELOW = DistributionPoint(PointName(relative=RELATIVE))
BELOW_OWN, BELOW_OTHER = replace(BELOW, issuers=(A,)), replace(BELOW, issuers=(A, OTHER_NAME))

SCOPES = [
    (None, NONE, ""),
    (ListScope(), NONE, ""),
    (None, DistributionPoint(issuers=()), INDIRECT),
    (ListScope(), DistributionPoint(issuers=(ROOT_NAME,)), INDIRECT),
    (ListScope(indirect=True), DistributionPoint(issuers=(ROOT_NAME,)), ""),
    (ListScope(indirect=True), NONE, ""),
    (ListScope(only_user=True), NONE, ""),
    (ListScope(only_ca=True), NONE, "has CA certificates only"),
    (ListScope(only_attribute=True), NONE, "has attribute certificates only"),
    # The name of a point.
    (ListScope(full(A)), DistributionPoint(full(B, A)), ""),
    (ListScope(full(B, A)), DistributionPoint(full(A)), ""),
    (ListScope(full(A)), DistributionPoint(full(B)), OTHER_POINT),
    (ListScope(full(A)), NONE, OTHER_POINT),
    (ListScope(full(A), indirect=True), DistributionPoint(issuers=(A,)), ""),
    (ListScope(full(OTHER_NAME, A), indirect=True), DistributionPoint(issuers=(A, B)), ""),
    (ListScope(full(OTHER_NAME), indirect=True), DistributionPoint(issuers=(A, ROOT_NAME)), OTHER_POINT),
    (ListScope(full(OTHER_NAME), indirect=True), DistributionPoint(issuers=()), OTHER_POINT),
    # One that is relative to the issuer of lists, or without one to that of the certificate.
    (ListScope(PointName(relative=RELATIVE)), BELOW, ""),
    (ListScope(full(below("Root"))), BELOW, ""),
    (ListScope(full(below("Other"))), BELOW, OTHER_POINT),
    (ListScope(full(below("Other")), indirect=True), BELOW_OTHER, ""),
    (ListScope(full(below("Root")), indirect=True), BELOW_OTHER, OTHER_POINT),
    (ListScope(full(below("Root")), indirect=True), BELOW_OWN, ""),
    # The first that does not fit is said.
    (ListScope(full(A), only_ca=True, only_attribute=True), DistributionPoint(issuers=()), INDIRECT),
    (ListScope(full(A), only_ca=True, only_attribute=True), NONE, OTHER_POINT),
    (ListScope(only_ca=True, only_attribute=True), NONE, "has CA certificates only"),
]  # fmt: skip


@pytest.mark.parametrize(("scope", "point", "detail"), SCOPES)
def test_a_list_speaks_of_an_end_entity_or_why_not(scope, point, detail):
    expected = ListProblem(Kind.CRL_SCOPE, f"the CRL of CN=Root,O=Example {detail}") if detail else None
    assert scope_problem(replace(LIST, scope=scope), point, LEAF) == expected


def test_a_list_of_cas_or_of_end_entities_speaks_of_these_alone():
    for certificate in (ROOT, replace(LEAF, is_ca=None)):
        user, ca = (scope_problem(replace(LIST, scope=scope), NONE, certificate) for scope in (
            ListScope(only_user=True), ListScope(only_ca=True),
        ))  # fmt: skip
        assert (user is None, ca is None) == ((False, True) if certificate is ROOT else (True, False))
    found = scope_problem(replace(LIST, scope=ListScope(only_user=True, only_attribute=True)), NONE, ROOT)
    assert found == ListProblem(Kind.CRL_SCOPE, "the CRL of CN=Root,O=Example has end entity certificates only")


ONE, TWO = frozenset({"keyCompromise"}), frozenset({"keyCompromise", "superseded"})


@pytest.mark.parametrize(
    ("of_list", "of_point", "covered"),
    [
        (None, None, ALL_REASONS), (ONE, None, ONE), (None, ONE, ONE), (ONE, TWO, ONE), (TWO, ONE, ONE),
        (ONE, frozenset(), frozenset()), (frozenset(), None, frozenset()), (None, frozenset(), frozenset()),
    ],
)  # fmt: skip
def test_the_reasons_are_those_that_list_and_point_have_in_common(of_list, of_point, covered):
    point = DistributionPoint(reasons=of_point)
    assert reasons_covered(replace(LIST, scope=ListScope(reasons=of_list)), point) == covered
    if of_list is None:
        assert reasons_covered(replace(LIST, scope=None), point) == covered


COMPLETE = replace(LIST, number=5, scope=ListScope(full(A), reasons=ONE))
DELTA = replace(COMPLETE, number=6, base_number=5)

DELTAS = [
    ({}, {}, True),
    ({"base_number": 4}, {}, True),
    ({"base_number": 6}, {}, False),
    ({"number": 7}, {}, True),
    ({"number": 5}, {}, False),
    ({"number": 4}, {}, False),
    ({"number": None}, {}, False),
    ({"base_number": None}, {}, False),
    ({}, {"number": None}, False),
    ({"issuer": name(" ROOT").public_bytes()}, {}, True),
    ({"issuer": name("Other").public_bytes()}, {}, False),
    ({"authority_key_identifier": b"x"}, {}, False),
    ({"authority_key_identifier": None}, {}, False),
    ({"authority_key_identifier": None}, {"authority_key_identifier": None}, True),
    ({"scope": None}, {"scope": None}, True),
    ({"scope": None}, {}, False),
    ({"scope": None}, {"scope": ListScope()}, False),
    ({"scope": ListScope()}, {"scope": ListScope()}, True),
    ({"scope": ListScope(full((URI, b"HTTP://A.EXAMPLE.COM/x")), reasons=ONE)}, {}, True),
    ({"scope": ListScope(full(B), reasons=ONE)}, {}, False),
    ({"scope": ListScope(reasons=ONE)}, {}, False),
    ({"scope": ListScope(full(A))}, {}, False),
    ({"scope": ListScope(full(A), only_user=True, reasons=ONE)}, {}, False),
    ({"scope": ListScope(full(A), only_ca=True, reasons=ONE)}, {}, False),
    ({"scope": ListScope(full(A), only_attribute=True, reasons=ONE)}, {}, False),
    ({"scope": ListScope(full(A), indirect=True, reasons=ONE)}, {}, False),
    ({"scope": ListScope(PointName(relative=RELATIVE))}, {"scope": ListScope(full(below("Root")))}, True),
    ({"scope": ListScope(PointName(relative=RELATIVE))}, {"scope": ListScope(full(below("Other")))}, False),
]


@pytest.mark.parametrize(("of_delta", "of_complete", "fits"), DELTAS)
def test_a_delta_list_fits_a_complete_one_of_its_issuer_scope_and_number(of_delta, of_complete, fits):
    assert delta_fits(replace(DELTA, **of_delta), replace(COMPLETE, **of_complete)) is fits
