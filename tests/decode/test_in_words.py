"""Certificates in words: which of them no certificate of the file has the serial number of."""

from __future__ import annotations

import pytest

from mcuaudit.decode.in_words import unread_in_words

DATES = "\nNot Before: Jun 15 12:00:00 2025 GMT"


@pytest.mark.parametrize(
    "words",
    [
        "Serial Number: 77 (0x4d)",
        "        Serial Number:\n            4d:00",
        "Serial number: 4f2e",
        "Certificate Serial Number: 4d",
        "SerialNumber=4D",
        "serial number (hex): 004d",
        "> Serial Number: 77",
        "| # Serial Number: 77",
        "Serial Number:\n> 0a:1b",
        "Serial Number: (Negative)4d:00",
        "Serial Number\t:\v4d",
    ],
)
@pytest.mark.parametrize("validity", ["Not Before", "notAfter", "Valid from", "Validity", "valid until", "Valid-From"])
def test_a_certificate_in_words_of_any_program_is_found_where_it_begins(words: str, validity: str) -> None:
    assert list(unread_in_words(f"x\n{words}\n{validity}: 2025", frozenset())) == [2]


@pytest.mark.parametrize(
    ("words", "serial"),
    [
        ("Serial Number: 77 (0x4d)", 77),
        ("Serial Number: 4d", 0x4D),
        ("Serial Number: 77", 0x77),
        ("Serial Number:\n    0a:1b:2c:3d", 0x0A1B2C3D),
        ("Serial Number: 0A 1B 2C", 0x0A1B2C),
        ("Serial Number: 0x4D1", 0x4D1),
        ("Serial Number: (Negative)4d:01", -0x4D01),
        ("Serial Number: 123456789012345", 123456789012345),
        ("Serial Number: 74565 (0x12345)", 0x12345),
        ("Serial Number: 0x12345", 0x12345),
    ],
)
def test_a_certificate_that_was_read_is_known_by_its_serial_number_in_either_notation(words: str, serial: int) -> None:
    text = words + DATES
    assert list(unread_in_words(text, frozenset({serial}))) == []
    assert list(unread_in_words(text, frozenset({serial + 1}))) == [0]


def test_the_letters_of_the_label_are_no_serial_number() -> None:
    assert list(unread_in_words(f"Serial Number: 77{DATES}", frozenset({0xE, 0xA, 0xBE}))) == [0]


def test_of_several_in_words_the_unread_ones_are_named() -> None:
    one = f"Serial Number: 1{DATES}\n"
    other = f"Serial Number: 2{DATES}\n"
    assert list(unread_in_words(one + other + one, frozenset({2}))) == [0, len(one + other)]


def test_a_serial_number_without_dates_before_the_next_one_is_no_certificate() -> None:
    assert list(unread_in_words(f"Serial Number: 1\nSerial Number: 2{DATES}", frozenset({2}))) == []
    assert list(unread_in_words("Serial Number: 1\n", frozenset())) == []
    assert list(unread_in_words(f"{DATES}\nSerial Number: 1\n", frozenset())) == []


def test_the_dates_stand_within_2000_characters() -> None:
    dates = "notafter"
    assert list(unread_in_words("serial number: 1\n".ljust(2016 - len(dates)) + dates, frozenset())) == [0]
    assert list(unread_in_words("serial number: 1\n".ljust(2017 - len(dates)) + dates, frozenset())) == []


@pytest.mark.parametrize("words", ["of serial number: 1", "serial numbers: 1", "serial number 1", "serial: 1"])
def test_other_words_are_no_certificate(words: str) -> None:
    assert list(unread_in_words(words + DATES, frozenset())) == []
