"""A certificate in short lines, single letters or numbers before the chain is not taken for a remark."""

from __future__ import annotations

import base64
import textwrap

import pytest

from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.scattered import parsed_at, scattered_at
from tests.authority import Authority

ROOT = Authority.root("Root", serial=70001)
OTHER = Authority.root("Other", serial=70002)
DER = OTHER.der
BASE64 = base64.b64encode(DER).decode()
PEM = OTHER.pem.decode()


def column(text: str, width: int, before: str = "") -> str:
    return "".join(f"{before}{part}\n" for part in textwrap.wrap(text, width))


FORMS = {
    **{f"hexadecimal in lines of {width}": column(DER.hex(), width) for width in (2, 8, 15, 16)},
    "hexadecimal in capitals": column(DER.hex().upper(), 12),
    "hexadecimal behind numbers": "".join(f"{at:04x}: {DER[at : at + 4].hex(' ')}\n" for at in range(0, len(DER), 4)),
    "hexadecimal behind 0x": "".join(f"0x{one:02x},\n" for one in DER),
    "base64 behind a word": column(BASE64, 16, "x "),
    "base64 between quotes": "".join(f"'{part}' +\n" for part in textwrap.wrap(BASE64, 12)),
    "base32": column(base64.b32encode(DER).decode(), 16),
    "decimals": "\n".join(map(str, DER)),
    "decimals in rows of three": "\n".join(" ".join(map(str, DER[at : at + 3])) for at in range(0, len(DER), 3)),
    "octal": "\n".join(f"{one:03o}" for one in DER),
    "binary": "\n".join(f"{one:08b}" for one in DER),
    "spaced letters": "\n".join(" ".join(line) for line in PEM.splitlines()),
    "overstruck": "".join("".join(f"{one}\b{one}" for one in line) + "\n" for line in PEM.splitlines()),
}


@pytest.mark.parametrize("form", FORMS)
def test_it_damages_the_file_before_and_between_certificates(form: str) -> None:
    assert scattered_at(FORMS[form]) is not None
    for before in ("", "The store of the MCU:\n\n", ROOT.pem.decode()):
        bundle = decode_bundle(f"{before}{FORMS[form]}\n".encode() + ROOT.pem, 10)
        assert bundle.damaged, before
        assert bundle.first_lost or before == ROOT.pem.decode()
        assert "line" in bundle.problems[0].where
        assert ROOT.record in [one.certificate for one in bundle.certificates]


@pytest.mark.parametrize("width", [4, 16, 20])
def test_base64_in_short_lines_is_read_beside_a_chain_as_it_is_alone(width: int) -> None:
    bundle = decode_bundle(column(BASE64, width).encode() + ROOT.pem, 10)
    assert [one.certificate for one in bundle.certificates] == [OTHER.record, ROOT.record]


@pytest.mark.parametrize(
    "remark",
    [
        "".join(f"mcu-{number}.lab.example.com\n10.1.2.{number}\n" for number in range(60)),
        "".join(f"00:1a:2b:3c:4d:{number:02x}\n" for number in range(16, 90)),
        "".join(f"FOC{number}X0AB\n" for number in range(1000, 1060)),
        "".join(f"{number}\n" for number in range(256)),
        "6 3 85 4\n" + "one line\n" * 40,
    ],
)
def test_names_and_numbers_in_short_lines_are_remarks(remark: str) -> None:
    assert len(remark) > 200
    assert scattered_at(remark) is None
    assert not decode_bundle(remark.encode() + ROOT.pem, 10).damaged


def test_it_is_named_by_its_first_line() -> None:
    text = f"The store of the MCU\nas it is now\n\n{column(DER.hex(), 16)}\nend of it\n"
    assert text[: scattered_at(text)].count("\n") == 3


PARSED = (
    "    0:d=0  hl=4 l= 843 cons: SEQUENCE\n    4:d=1  hl=4 l= 563 cons: SEQUENCE\n"
    "    8:d=2  hl=2 l=   1 prim: INTEGER           :02\n   13:d=2  hl=2 l=  20 prim: INTEGER           :011172\n"
    + "   35:d=3  hl=2 l=   9 prim: OBJECT            :sha256WithRSAEncryption\n"
    * 10
)


def test_what_asn1parse_shows_is_a_remark_only_beside_its_certificate() -> None:
    assert parsed_at(PARSED, frozenset({70002})) is None
    assert parsed_at(PARSED, frozenset({70001})) == 0
    assert not decode_bundle(PARSED.encode() + OTHER.pem, 10).damaged
    bundle = decode_bundle(PARSED.encode() + ROOT.pem, 10)
    assert bundle.damaged
    assert "as openssl asn1parse shows it" in bundle.problems[0].reason
