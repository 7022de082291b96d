"""Lines of data: which letters and digits are no words, and which of them a label or an address explains."""

from __future__ import annotations

import base64
import hashlib

import pytest

from mcuaudit.decode.dense import characters_of_data, is_boundary, starts_mail_field, unexplained

BASE64 = base64.b64encode(bytes(range(7, 55))).decode()
"""64 characters, as a line of PEM."""
DIGEST = hashlib.sha256(b"x").hexdigest()
WORD = "Donaudampfschiffahrtsgesellschaftskapitaen"


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("", 0),
        ("The certificates of the store were exported on Monday.", 0),
        ("subject=CN = mcu1.example.com, O = Example", 0),
        (BASE64, 64),
        (BASE64[:24], 24),
        (BASE64[:23], 0),
        (f"  {BASE64}  ", 64),
        (DIGEST, 64),
        (DIGEST[:32], 32),
        ("30 82 01 0a 02 82 01 01 00", 18),
        ("30 82 01 0a 02 82 01 01", 16),
        ("30 82 01 0a 02 82 01", 0),
        ("3082 010a 0282 0101", 0),
        ("a" * 29, 0),
        ("a" * 59, 0),
        ("a" * 60, 60),
        ("aB" * 15, 30),
        (WORD, 0),
        (f"text text text {BASE64[:20]}", 0),
        ("0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01,", 32),
        ("\\x30\\x82\\x01\\x0a\\x02\\x82\\x01\\x01\\x00\\x30", 30),
        ("-1 -2 -3 -4 -5 -6 -7 -8 -9 -10 -11 -12 -13 -14", 33),
        ("48 130 1 10 2 130 1 1 0 48 130 1 10 2 130 1 1 0", 30),
        ("%+!<>?@;^`&*$#" * 3, 0),
        ("9jqo^BlbD-BleB1DJ+*+F(f,q/0JhKF<GL>Cj@.4Gp$d7F!,L7", 35),
        ("2026-11-26 10:00:01 mcu syslog 12 34 56 78 90 12", 26),
    ],
)
def test_data_differs_from_words_by_its_letters_and_digits(line: str, amount: int) -> None:
    assert characters_of_data(line) == amount


HEX_OF_8 = "30 82 01 0a 02 82 01 01"
HALF = "a0" * 7
"""14 characters that are no word, beside words."""


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        # A change of the class of characters for every four, and 24 characters.
        ("aaaa0000aaa000aaa000aaaa", 24),
        ("aaaa0000aaaa0000aaaa0000", 0),
        ("AAAA0000AAA000AAA000AAAA", 24),
        ("AAAA0000AAAA0000AAAA0000", 0),
        ("aaaAaaaAaaaAaaaAaaaAaaaA", 24),
        ("AaaaaAaaaAaaaAaaaAaaaaaa", 0),
        ("aaaa0000aaaa000aaa000aaaa", 25),
        ("a0" * 12, 24),
        ("a0" * 11 + "a", 0),
        # Most of them beside others, or among signs.
        (f"{HALF} words without", 0),
        (f"{HALF}a words witho", 25),
        (f"{HALF} words witho", 0),
        (f"{HALF} words! without! now!", 29),
        (f"{HALF} words! words! words! words! uvwxyzu", 41),
        (f"{HALF} words! words! words! words! uvwxyzuv", 0),
        # Signs of every kind in a line without blanks.
        ("abcdefg<hijklmn>opqrstu@vwxyzab?cdefghij", 36),
        ("abcdefg<hijklmn>opqrstu@vwxyzab?cdefghi", 0),
        ("abcdefg<hijklmn>opqrstu@vwxyzab?cdefghijabcdefgabc", 46),
        ("abcdefg<hijklmn>opqrstu@vwxyzab?cdefghijabcdefgabcd", 0),
        ("abcdefg<hijk mn>opqr tu@vwxyzab?cdefghij", 34),
        ("abcdefg<hij! mn>opqr tu@vwx zab?cdefghij", 0),
        ("abcdefg<hij! mn>opqr tu@vwx zab?cdefghij" + "uvwxyz" * 3 + "u", 0),
        ("abcdefg<hij! mn>opqr tu@vwx zab?cdefghij" + "uvwxyz" * 3 + "uv", 52),
        # A word that is longer than words are.
        ("a" * 60 + " ab", 62),
        ("aaaaaA" * 4 + "a" * 6, 30),
        ("aaaaaA" * 4 + "a" * 5, 0),
        ("aaaaaA" * 3 + "a" * 12, 0),
        ("aaaaaA" * 6 + "a" * 14, 50),
        ("aaaaaA" * 6 + "a" * 15, 0),
        # Eight groups of digits, which are most of the line.
        (f"{HEX_OF_8[:-1]}", 0),
        ("3082 010a 0282 0101 3082 010a 0282", 0),
        ("3082 010a 0282 0101 3082 010a 0282 0101", 32),
        ("1 2 3 4 5 6 7 8 words here", 0),
        (f"{HEX_OF_8} uvwxyz uvwx", 16),
        (f"{HEX_OF_8} uvwxyz uvwxy", 0),
        (f"{HEX_OF_8} 30 uvwxyz uvwxyz", 18),
        (f"{HEX_OF_8} 30 uvwxyz uvwxyzu", 0),
        ("1 " * 15 + "22", 0),
        ("11 " * 15 + "22", 32),
    ],
)
def test_each_kind_of_data_has_its_limits(line: str, amount: int) -> None:
    assert characters_of_data(line) == amount


@pytest.mark.parametrize("octets", range(12, 70))
@pytest.mark.parametrize("between", ["", ":"])
def test_a_digest_alone_on_its_line_is_known_by_its_length(octets: int, between: str) -> None:
    line = between.join(f"{number:02x}" for number in range(octets))
    left = 0 if octets in (16, 20, 28, 32, 48, 64) else 2 * octets
    assert unexplained(line, 2 * octets, "") == left


@pytest.mark.parametrize(
    ("line", "left"),
    [(f"{DIGEST}  mcu.pem", 0), (f"{DIGEST} *mcu", 0), (f"{DIGEST} abcdef0123", 74), (f"{DIGEST} -- ab", 66)],
)
def test_a_digest_beside_words_is_explained_by_them(line: str, left: int) -> None:
    assert unexplained(line, sum(map(str.isalnum, line)), "") == left


def test_a_label_is_looked_for_in_the_first_60_characters() -> None:
    assert unexplained(f"{'x ' * 27}ticket {BASE64}", 97, "") == 0
    assert unexplained(f"{'x ' * 27} ticket {BASE64}", 97, "") == 97


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("".join(chr(ord(one) + 0xFEE0) for one in BASE64.replace("+", "A")), 64),
        ("".join(one + "\u0336" for one in BASE64), 64),
        ("".join(one + "\u20dd" for one in BASE64), 64),
        ("".join(one + "\u200b" for one in BASE64), 64),
        (BASE64.encode("cp037").decode("latin-1"), 64),
        ("\u00fcber die Zertifikate der Ger\u00e4te und ihre L\u00e4nge im letzten Jahr", 0),
    ],
)
def test_data_in_other_characters_is_data(line: str, amount: int) -> None:
    assert characters_of_data(line) == amount


@pytest.mark.parametrize(
    ("line", "label", "left"),
    [
        (BASE64, "", 64),
        (f"Fingerprint: {DIGEST}", "", 0),
        (f"SHA256 Fingerprint={DIGEST.upper()}", "", 0),
        (f"sha256: {DIGEST}", "", 0),
        (f"value {DIGEST}", "", 0),
        (f"value {DIGEST}{DIGEST}00", "", 135),
        (DIGEST, "", 0),
        (DIGEST[:62], "", 62),
        (DIGEST + "00", "", 66),
        (":".join(DIGEST[at : at + 2] for at in range(0, 40, 2)), "", 0),
        (":".join(DIGEST[at : at + 2] for at in range(0, 38, 2)), "", 38),
        (f"{DIGEST} {DIGEST}", "", 0),
        (f"https://a.example/{BASE64}", "", 0),
        (f"see {BASE64}@example.com", "", 0),
        (f"https://a.example/ {BASE64}", "", 64),
        (f"{'x ' * 29}ticket {BASE64}", "", 99),
        (f"{'x ' * 27}ticket {BASE64}", "", 0),
        (f"ssh-ed25519 {BASE64}", "", 0),
        (f"    0010 - {' '.join(['1f'] * 16)}   ....", "", 0),
        (f"0010: {' '.join(['1f'] * 16)}", "", 0),
        (f"00:{':'.join(['1f'] * 14)}:", "                Modulus:", 0),
        (f"00:{':'.join(['1f'] * 14)}:", "    Signature Value:", 0),
        (f"00:{':'.join(['1f'] * 14)}:", "    Signature Algorithm: sha256WithRSAEncryption", 0),
        (f"00:{':'.join(['1f'] * 14)}:", "    X509v3 extensions:", 30),
        (BASE64, "pub:", 0),
        (BASE64, "-- signature --", 0),
        (BASE64, "the signature of it", 64),
        (BASE64, "ds:signature", 0),
    ],
)
def test_what_a_label_or_address_explains_is_not_left(line: str, label: str, left: int) -> None:
    assert unexplained(line, characters_of_data(line) or len(line), label) == left


@pytest.mark.parametrize(
    ("line", "boundary"),
    [("--b1", True), ("> --b1  ", True), ("--" + "b" * 74, True), ("--" + "b" * 75, False), ("--", False),
     ("-b1", False), ("--b1 b2", False), ("x --b1", False), ("--More--", False), ("--more--b", False),
     ("--More", True)],
)  # fmt: skip
def test_a_boundary_of_a_mail_is_known(line: str, boundary: bool) -> None:
    assert is_boundary(line) is boundary


@pytest.mark.parametrize(
    ("line", "starts"),
    [("Received: by a", True), ("received: by a", True), ("> X-Mailer: a", True), ("DKIM-Signature: v=1", True),
     ("Subject: a", True), ("Subject:a", False), ("Sender: a", False), ("a Subject: b", False), ("", False)],
)  # fmt: skip
def test_a_field_of_a_mail_is_known(line: str, starts: bool) -> None:
    assert starts_mail_field(line) is starts
