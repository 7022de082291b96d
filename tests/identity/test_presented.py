"""Presented identifiers: what is read from a certificate, and certificates that hold far too much."""

from __future__ import annotations

import time

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.identity import match, match_all, prepare
from mcuaudit.identity.names import fragments_cover
from tests.identity.certificates import issue, record


def test_reads_every_field_in_order() -> None:
    names = prepare(issue("cn:m dns:M.Example.com. ip:2001:db8::1 uri:SIPS:alice@[2001:DB8::1]:5061;x=y email:a@b")).all
    uri, dns, ip, common_name = names
    assert (uri.field, uri.text) == ("uri", "SIPS:alice@[2001:DB8::1]:5061;x=y")
    assert (uri.scheme, uri.has_user, uri.has_port, uri.has_parameters) == ("sips", True, True, True)
    assert uri.address == ip.address
    assert (dns.field, dns.text, dns.host, dns.absolute) == ("dns", "M.Example.com.", "m.example.com", True)
    assert (ip.field, common_name.field) == ("ip", "cn")


def test_equal_names_count_once() -> None:
    assert len(prepare(record(dns_names=("m",) * 10_000, common_names=("m",))).all) == 2


def test_a_subject_alternative_name_without_entries_is_present() -> None:
    assert prepare(issue("san")).san_present
    assert not prepare(issue("cn:m")).san_present


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("m*", "mcu1", True),
        ("*1", "mcu1", True),
        ("m*1", "mcu1", True),
        ("mcu1*", "mcu1", True),
        ("m*c*1", "mcu1", True),
        ("m*x*1", "mcu1", False),
        ("mc*cu1", "mcu1", False),
        ("mcu*cu1", "mcu1", False),
        ("*.b", "a.b", True),
        ("*.b", "a.a.b", False),
        ("a.*", "a.b", True),
        ("a*b", "a.b", False),
        ("***", "a", True),
        ("a", "b", False),
    ],
)
def test_fragments(pattern: str, name: str, covered: bool) -> None:
    assert fragments_cover(pattern, name) is covered


@pytest.mark.parametrize(
    "names",
    [
        tuple(f"mcu{number}.example.com" for number in range(10_000)),
        tuple(f"*.site{number}.example.com" for number in range(10_000)),
        tuple(f"m*{number}.example.com" for number in range(10_000)),
        tuple("".join(("Mm"[number >> bit & 1]) for bit in range(14)) for number in range(10_000)),
        tuple("*a" * 20_000 for _ in range(5)),
        ("a." * 100_000,),
    ],
    ids=["names", "wildcards", "fragments", "one name in 10,000 spellings", "asterisks", "labels"],
)
def test_ten_thousand_names_take_bounded_time(names: tuple[str, ...]) -> None:
    """Far above what is measured (0.3 s at most), far below what comparing pair by pair would take."""
    certificate = record(dns_names=names, uris=tuple(f"sip:{name}" for name in names), common_names=names)
    references = [f"mcu{number}.example.com" for number in range(5)] + ["m" * 14]
    start = time.process_time()
    identifiers = prepare(certificate)
    for standard in ("mcu", "rfc5922", "rfc9525", "vcs", "cucm"):
        match_all(identifiers, references, standard)
    assert time.process_time() - start < 15


def test_an_index_finds_one_of_ten_thousand_names_ten_thousand_times() -> None:
    names = tuple(f"mcu{number}.example.com" for number in range(10_000))
    start = time.process_time()
    assert match_all(record(dns_names=names), names).outcome is Outcome.PASS
    assert time.process_time() - start < 15


def test_long_and_odd_names_are_escaped_and_cut_in_the_reason() -> None:
    found = match(issue("dns:" + "\\x1b[31m" + "a" * 5_000), "m.example.com")
    assert found.reason.isprintable()
    assert len(found.reason) < 400


def test_odd_names_are_escaped_where_they_matched() -> None:
    found = match(issue("uri:sip:\\x1b\\x20\\u202e@m.example.com"), "m.example.com")
    assert found.outcome is Outcome.OPEN
    assert found.presented == "sip:\\x1b\\x20\\u202e@m.example.com"
    assert found.presented in found.reason


def test_order_of_names_changes_no_outcome() -> None:
    words = ["uri:sip:x", "dns:m.", "uri:sips:m", "dns:*.m", "ip:10.1.2.3", "cn:m", "cn:x"]
    for standard in ("mcu", "rfc5922", "rfc9525", "vcs", "cucm"):
        outcomes = {
            match(issue(" ".join(words[turn:] + words[:turn])), "m", standard).outcome for turn in range(len(words))
        }
        assert len(outcomes) == 1
