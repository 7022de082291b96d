"""The forms in which a caller may have a certificate; of several the first, unless something before it was lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit.decode.certificate_source import certificate_from
from mcuaudit.errors import Undecodable, UsageError
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
    with pytest.raises(Undecodable) as refused:
        certificate_from(data)
    assert refused.value.where == "the bytes given"


@pytest.mark.parametrize("data", [b"", b" \n", KEY])
def test_without_a_certificate_the_place_is_named(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(data)
    for source, where in ((data, "the bytes given"), (tmp_path / "a.pem", str(tmp_path / "a.pem"))):
        with pytest.raises(Undecodable) as refused:
            certificate_from(source)
        assert (refused.value.reason, refused.value.where) == ("there is no certificate", where)


def test_a_text_with_a_block_that_is_none_names_the_text() -> None:
    with pytest.raises(Undecodable) as refused:
        certificate_from("-----BEGIN CERTIFICATE-----\nx")
    assert refused.value.where == "the text given"
    assert "-----END CERTIFICATE-----" in refused.value.reason


@pytest.mark.parametrize(("name", "why"), [("none.pem", "No such file"), (".", "Is a directory"), ("a\0b", "null")])
def test_a_path_that_cannot_be_read_says_why(tmp_path: Path, name: str, why: str) -> None:
    for source in (tmp_path / name, str(tmp_path / name)):
        with pytest.raises(UsageError, match=why):
            certificate_from(source)


def test_a_text_that_is_no_certificate_is_a_path() -> None:
    with pytest.raises(UsageError, match=r"mcu\.example\.com cannot be read: No such file"):
        certificate_from("mcu.example.com")
