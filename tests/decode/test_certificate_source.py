"""The forms in which a caller may have a certificate; of several the first, unless something before it was lost."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from mcuaudit.decode import certificate_source
from mcuaudit.decode.certificate_source import certificate_from, certificates_from
from mcuaudit.errors import UsageError
from tests.authority import Authority

ROOT = Authority.root("Root")
MCU = ROOT.leaf("mcu")
CUT = b"\n".join(MCU.pem.splitlines()[:4]) + b"\n"
KEY = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"


def test_every_form_gives_the_same_record(tmp_path: Path) -> None:
    file = tmp_path / "mcu.pem"
    file.write_bytes(MCU.pem)
    forms = (MCU.record, MCU.certificate, MCU.der, MCU.pem, MCU.pem.decode(), file, str(file))
    assert {certificate_from(form) for form in forms} == {MCU.record}


def test_a_record_is_given_back_as_it_is() -> None:
    assert certificate_from(MCU.record) is MCU.record


@pytest.mark.parametrize("before", [b"", b"a comment\n", KEY, b"-----BEGIN X-----\n-----END X-----\n"])
def test_of_several_the_first_is_taken_whatever_else_stands_before(before: bytes) -> None:
    assert certificate_from(before + MCU.pem + ROOT.pem) == MCU.record


def test_what_cannot_be_read_after_the_first_does_not_matter() -> None:
    assert certificate_from(MCU.pem + CUT) == MCU.record


@pytest.mark.parametrize("data", [CUT + ROOT.pem, CUT.replace(b"MII", b"M!I") + ROOT.pem])
def test_a_certificate_after_one_that_cannot_be_read_is_not_taken_for_it(data: bytes) -> None:
    with pytest.raises(UsageError, match="the bytes given as certificate, PEM block 1, line 1: "):
        certificate_from(data)


@pytest.mark.parametrize("data", [b"", b" \n", KEY])
def test_without_a_certificate_the_place_is_named(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(data)
    for source, where in ((data, "the bytes given as local"), (tmp_path / "a.pem", str(tmp_path / "a.pem"))):
        for read in (certificate_from, certificates_from):
            with pytest.raises(UsageError) as refused:
                read(source, "local")
            assert str(refused.value).startswith(f"{where}: there is no certificate in it")


def test_a_text_with_a_block_that_is_none_names_the_text() -> None:
    with pytest.raises(UsageError, match="the text given as certificate, PEM block 1"):
        certificate_from("-----BEGIN CERTIFICATE-----\nx")


def test_the_limit_on_certificates_of_one_source_is_as_decided() -> None:
    """No store comes near it, and a hostile file ends there."""
    assert certificate_source._MOST == 100_000


def test_all_certificates_of_all_sources_come_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(KEY + ROOT.pem)
    sources = (MCU.pem + ROOT.pem, MCU.record, ROOT.certificate, tmp_path / "a.pem", ROOT.pem.decode(), MCU.der)
    expected = [MCU, ROOT, MCU, ROOT, ROOT, ROOT, MCU]
    assert certificates_from(sources) == [one.record for one in expected]
    assert certificates_from(iter(sources)) == [one.record for one in expected]
    for source, held in zip(sources, ([MCU, ROOT], [MCU], [ROOT], [ROOT], [ROOT], [MCU]), strict=True):
        assert certificates_from(source) == [one.record for one in held]
    assert certificates_from([]) == []


@pytest.mark.parametrize("data", [MCU.pem + CUT, CUT + MCU.pem, MCU.pem + b"-----BEGIN X-----\n-----END X-----\n"])
def test_of_all_certificates_each_must_be_read(data: bytes) -> None:
    with pytest.raises(UsageError, match="the bytes given as anchors, PEM block"):
        certificates_from(data, "anchors")


@pytest.mark.parametrize("given", [3, None, 1.5])
def test_another_type_is_refused_with_those_that_are_allowed(given: Any) -> None:
    for read in (certificate_from, certificates_from):
        with pytest.raises(UsageError, match=r"anchors is given as \w+; expected a path"):
            read(given, "anchors")
    with pytest.raises(UsageError, match="anchors is given as "):
        certificates_from([MCU.der, given], "anchors")


def test_the_first_of_several_is_not_taken_behind_one_in_words_that_is_not_among_them() -> None:
    words = b"Serial Number: %d\nNot Before: Jun 15 12:00:00 2025 GMT\n"
    unknown, known = words % 77_000_001, words % ROOT.record.serial_number
    assert certificate_from(known + MCU.pem + ROOT.pem) == MCU.record
    for data in (unknown + MCU.pem, unknown + MCU.pem + ROOT.pem):
        with pytest.raises(UsageError, match="the bytes given as certificate, line 1: a certificate as text"):
            certificate_from(data)


def test_base64_without_marks_is_a_certificate_and_no_path() -> None:
    text = base64.b64encode(MCU.der).decode()
    assert (certificate_from(text), certificates_from(text)) == (MCU.record, [MCU.record])


def test_errors_name_the_argument_and_what_is_expected() -> None:
    expected = "expected a path, PEM, DER or PKCS#7 as bytes, PEM as text, mcuaudit.Certificate or a certificate of the"
    for read, argument in ((certificate_from, "certificate"), (certificates_from, "certificates")):
        with pytest.raises(UsageError) as refused:
            read(3)  # type: ignore[arg-type]
        assert str(refused.value) == f"{argument} is given as int; {expected} package cryptography."
        with pytest.raises(UsageError) as empty:
            read(b"")
        assert str(empty.value) == (
            f"the bytes given as {argument}: there is no certificate in it; expected a certificate in PEM, DER or "
            "PKCS#7. Export it again."
        )
        with pytest.raises(UsageError) as other:
            read(b"\x30\x03\x01\x01\xff")
        assert str(other.value) == (
            f"the bytes given as {argument}: the bytes are not a certificate or PKCS#7; export the certificates again, "
            "as PEM; expected a certificate in PEM, DER or PKCS#7."
        )


def test_a_certificate_of_cryptography_with_a_field_that_cannot_be_read_is_read_but_for_it() -> None:
    twice = MCU.der.replace(bytes.fromhex("0603551d0e"), bytes.fromhex("0603551d23"))
    loaded = x509.load_der_x509_certificate(twice)
    assert certificate_from(loaded).unreadable == ("authorityKeyIdentifier",)
    assert certificates_from([loaded, twice]) == [certificate_from(loaded)] * 2


@pytest.mark.parametrize(("name", "why"), [("none.pem", "No such file"), (".", "Is a directory"), ("a\0b", "null")])
def test_a_path_that_cannot_be_read_says_why(tmp_path: Path, name: str, why: str) -> None:
    for source in (tmp_path / name, str(tmp_path / name)):
        with pytest.raises(UsageError, match=why):
            certificate_from(source)


def test_a_text_that_is_no_certificate_is_a_path() -> None:
    with pytest.raises(UsageError, match=r"mcu\.example\.com, given as certificate, cannot be read: No such file"):
        certificate_from("mcu.example.com")
