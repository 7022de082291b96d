"""Names as text: what stands for an address, what is a host name, what an asterisk covers."""

from __future__ import annotations

import ipaddress

import pytest

from mcuaudit.identity.names import address_of, drop_root, fold, fragments_cover, is_host_name, is_wildcard_label


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::1", "::1"),
        ("2001:DB8::A", "2001:db8::a"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:10.1.2.3", "::ffff:10.1.2.3"),
        ("[10.1.2.3]", None),
        ("[::1", None),
        ("x::1]", None),
        ("::1]", None),
        ("[]", None),
        ("fe80::1%eth0", None),
        ("[fe80::1%25eth0]", None),
        ("10.1.2", None),
        ("010.1.2.3", None),
        ("10.1.2.3.", None),
        ("10.1.2.3:5061", None),
        ("mcu1", None),
        ("mcu", None),
        ("", None),
    ],
)
def test_what_writes_an_address(text: str, address: str | None) -> None:
    assert address_of(text) == (None if address is None else ipaddress.ip_address(address))


def test_folding_is_for_ascii_alone() -> None:
    assert (fold("MCU.Example"), fold("m\u212a"), fold("ü"), fold("")) == ("mcu.example", "", "", "")


@pytest.mark.parametrize(
    ("name", "dropped"),
    [("a.", ("a", True)), ("a", ("a", False)), (".", (".", False)), ("..", (".", True)), ("", ("", False))],
)
def test_the_dot_of_the_root_is_dropped_once(name: str, dropped: tuple[str, bool]) -> None:
    assert drop_root(name) == dropped


LABEL = "a" * 63
LONGEST = ".".join([LABEL, LABEL, LABEL, "a" * 61])


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("a", True), ("a-b.c_d", True), ("_sip._tcp.example", True), ("1a", True), ("4.example", True), ("a1", True),
        (LABEL, True), (LONGEST, True), ("a" * 64, False), (LONGEST + "a", False), ("", False), ("a.", False),
        ("-a", False), ("a-", False), ("a..b", False), ("1", False), ("a.1", False), ("A", False), ("a*", False),
        ("a b", False),
    ],
)  # fmt: skip
def test_what_is_a_host_name(name: str, is_one: bool) -> None:
    assert is_host_name(name) is is_one


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("*", True), ("*.a", True), ("*.a.b", True), ("a.*", False), ("*a.b", False), ("*.*", False), ("**", False),
     ("*.a*", False), ("a", False), ("a*.b", False)],
)  # fmt: skip
def test_what_is_a_complete_left_most_wildcard(name: str, is_one: bool) -> None:
    assert is_wildcard_label(name) is is_one


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("*ab*ab*", "ab", False),
        ("*ab*ab*", "abab", True),
        ("*ab*ab*", "ab1ab", True),
        ("*b*a*", "ab", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("ab*", "xab", False),
        ("*ab", "abx", False),
        ("a*b*c", "abc", True),
        ("a*c*c", "ac", False),
        ("a*bc*c", "abc", False),
        ("a*bc*c", "abcc", True),
        ("*", "", True),
        ("", "", True),
        ("a.b", "a.b", True),
        ("a.b", "a.c", False),
        ("*.b", "a", False),
    ],
)
def test_pieces_between_asterisks_come_in_order_and_do_not_overlap(pattern: str, name: str, covered: bool) -> None:
    assert fragments_cover(pattern, name) is covered
