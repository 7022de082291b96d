"""The public functions: forms of a certificate, standards, several names, and answers that are kept."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.identity import STANDARDS, Matcher, combine, match, match_all, prepare
from mcuaudit.identity import matcher as matcher_module
from mcuaudit.wording.phrases import continued
from tests.identity.certificates import issue, record

DER = issue("dns:m.example.com")
OTHER = issue("dns:x.example.com")


def pem(der: bytes, label: str = "CERTIFICATE") -> bytes:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n".encode()


def test_takes_a_certificate_in_every_form(tmp_path: Path) -> None:
    file = tmp_path / "c.pem"
    file.write_bytes(pem(DER))
    record_ = decode_certificate(DER)
    loaded = x509.load_der_x509_certificate(DER)
    forms = (DER, pem(DER), pem(DER).decode(), file, str(file), loaded, record_, prepare(DER))
    assert {match(form, "m.example.com").outcome for form in forms} == {Outcome.PASS}


def test_takes_the_first_of_several(tmp_path: Path) -> None:
    chain = pem(DER) + pem(OTHER)
    assert match(chain, "m.example.com").outcome is Outcome.PASS
    assert match(chain, "x.example.com").outcome is Outcome.FAIL


def test_a_private_key_before_the_certificate_is_passed_over() -> None:
    assert match(pem(b"secret", "PRIVATE KEY") + pem(DER), "m.example.com").outcome is Outcome.PASS


def test_a_damaged_first_certificate_is_not_replaced_by_the_second() -> None:
    with pytest.raises(UsageError):
        match(pem(DER[:-40]) + pem(OTHER), "x.example.com")


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x03\x02\x01\x00", pem(b"x", "PRIVATE KEY")])
def test_bytes_without_a_certificate(data: bytes) -> None:
    with pytest.raises(UsageError):
        match(data, "m.example.com")


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        match(tmp_path / "none.pem", "m.example.com")
    with pytest.raises(UsageError, match="cannot be read"):
        match(tmp_path, "m.example.com")


def test_an_unknown_standard_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(UsageError) as raised:
        match(DER, "m.example.com", "rfc-9525")
    assert all(f'"{word}"' in str(raised.value) for word in STANDARDS)
    assert 'Did you mean "rfc9525"' in str(raised.value)
    with pytest.raises(UsageError):
        match(DER, "m.example.com", "none")


def test_standards_are_listed() -> None:
    assert STANDARDS == ("mcu", "rfc5922", "rfc5924", "rfc9525", "vcs", "cucm")


@pytest.mark.parametrize(
    ("references", "outcome", "readings", "reason_code"),
    [
        (["a"], "pass", (), "match"),
        (["a", "b"], "pass", (), "match"),
        (["a", "x"], "open", ("A7",), "some_names_covered"),
        (["a", "10.1.2.3"], "open", ("A7", "A1"), "some_names_covered"),
        (["x", "10.1.2.3"], "open", ("A7", "A1"), "some_names_covered"),
        (["10.1.2.3"], "open", ("A1",), "ip_only_in_ip_address"),
        (["10.1.2.3", "c"], "open", ("A1", "A2"), "ip_only_in_ip_address"),
        (["x"], "fail", (), "no_match"),
        (["x", "y"], "fail", (), "no_match"),
        ([], "open", ("A7",), "no_reference"),
    ],
)
def test_several_names_combine(
    references: list[str], outcome: str, readings: tuple[str, ...], reason_code: str
) -> None:
    certificate = record(dns_names=("a", "b"), uris=("sip:c:5061",), ip_addresses=("10.1.2.3",))
    found = match_all(certificate, references)
    assert (found.outcome, found.readings, found.reason_code) == (outcome, readings, reason_code)
    assert [single.reference for single in found.singles] == references
    assert found == combine(found.singles)
    assert found.reason.endswith(".")


def test_the_readings_of_several_names_are_those_of_the_open_ones() -> None:
    good, bad = match(record(dns_names=("a",)), "a"), match(record(dns_names=("a",)), "x")
    rests = replace(bad, outcome=Outcome.OPEN, reading="A1")
    assert combine([good, rests, replace(bad, reading="A2")]).readings == ("A7", "A1")
    assert combine([replace(good, reading="A3"), rests]).readings == ("A7", "A1")


@pytest.mark.parametrize("references", [["a", "x"], ["x", "a"], ["a", "10.1.2.3", "x"]])
def test_of_several_names_the_reason_names_one_that_is_worst(references: list[str]) -> None:
    certificate = record(dns_names=("a",), ip_addresses=("10.1.2.3",))
    found = match_all(certificate, references)
    assert found.reason.startswith(f"1 of {len(references)} names that may be compared matches, but not x:")
    assert found.reason.endswith(f"x: {continued(found.singles[references.index('x')].reason)}")


def test_how_many_names_are_covered_is_said() -> None:
    found = match_all(record(dns_names=("a", "b")), ["a", "x", "b"])
    assert found.reason.startswith("2 of 3 names that may be compared match, but not x: ")


def test_matcher_prepares_a_certificate_once(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[Certificate] = []
    original = matcher_module.prepare

    def counting(certificate: Certificate) -> object:
        if isinstance(certificate, Certificate):
            prepared.append(certificate)
        return original(certificate)

    monkeypatch.setattr(matcher_module, "prepare", counting)
    matcher = Matcher()
    certificate = decode_certificate(DER)
    first = matcher.match_all(certificate, ["m.example.com", "x.example.com"], "mcu")
    for standard in STANDARDS:
        matcher.match(certificate, "m.example.com", standard)
    assert len(prepared) == 1
    assert matcher.match(certificate, "m.example.com") is first.singles[0]


def test_matcher_keeps_certificates_references_and_standards_apart() -> None:
    matcher = Matcher()
    for der in (DER, OTHER):
        for reference in ("m.example.com", "x.example.com", "10.1.2.3"):
            for standard in STANDARDS:
                certificate = decode_certificate(der)
                assert matcher.match(certificate, reference, standard) == match(der, reference, standard)
