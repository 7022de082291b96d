"""What is left of a file beside its blocks: remarks, or what may be a certificate and damages the file."""

from __future__ import annotations

import base64
import binascii
import gzip
import random
import textwrap
import zlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from mcuaudit.decode.armour import plain_blocks
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.in_words import unread_in_words
from mcuaudit.decode.records import Bundle
from tests.authority import Authority, Issued


def key(number: int) -> ed25519.Ed25519PrivateKey:
    """A key with the same signatures each time."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))


ROOT = Authority.root("Root", key=key(1), serial=1001)
ISSUING = ROOT.intermediate("Issuing", key=key(2), serial=1002)
LARGE = ISSUING.leaf("mcu", key=key(3), serial=1003, san=[f"DNS:mcu-{n}.lab.example.com" for n in range(40)])


def ders(bundle: Bundle) -> list[bytes]:
    return [found.certificate.der for found in bundle.certificates]


def lines(sign: str, text: str) -> str:
    return "".join(f"{sign}{line}\n" for line in text.splitlines())


def body(issued: Issued) -> str:
    return "\n".join(issued.pem.decode().splitlines()[1:-1]) + "\n"


def wrapped(data: bytes, width: int = 64) -> bytes:
    return b"\n".join(data[at : at + width] for at in range(0, len(data), width)) + b"\n"


def rows(data: bytes, width: int, form: Callable[[int, bytes], str]) -> bytes:
    return "".join(form(at, data[at : at + width]) + "\n" for at in range(0, len(data), width)).encode()


def shown(data: bytes) -> str:
    return "".join(chr(one) if 32 <= one < 127 else "." for one in data)


def uuencoded(data: bytes) -> bytes:
    return (
        b"begin 644 a.der\n"
        + b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
        + b"end\n"
    )


def in_words(serial: str) -> bytes:
    return (
        f"Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number:{serial}\n        Issuer: CN=Root\n"
        "        Validity\n            Not Before: Jun 15 12:00:00 2025 GMT\n        Subject: CN=Issuing\n"
    ).encode()


FORMS: dict[str, Callable[[Issued], bytes]] = {
    "UTF-16": lambda one: one.pem.decode().encode("utf-16-le"),
    "UTF-16 of the other order": lambda one: one.pem.decode().encode("utf-16-be"),
    "UTF-16 with its mark": lambda one: one.pem.decode().encode("utf-16"),
    "UTF-32": lambda one: one.pem.decode().encode("utf-32-le"),
    "EBCDIC": lambda one: one.pem.decode().encode("cp500"),
    "base64 of PEM": lambda one: b"tls.crt: " + base64.b64encode(one.pem),
    "base64 of base64": lambda one: wrapped(base64.b64encode(base64.b64encode(one.der))),
    "base64 of gzip": lambda one: wrapped(base64.b64encode(gzip.compress(one.pem))),
    "base64 behind a sign": lambda one: lines("# ", body(one)).encode(),
    "base64 in a mail": lambda one: lines("> ", body(one)).encode(),
    "base64 behind a bar": lambda one: lines("| ", body(one)).encode(),
    "base64 in quotes": lambda one: "".join(f'  "{line}",\n' for line in body(one).splitlines()).encode(),
    "base64 behind numbers": lambda one: "".join(f"{n}: {x}\n" for n, x in enumerate(body(one).splitlines())).encode(),
    "base64 of grep": lambda one: "".join(f"a.txt:{n}:{x}\n" for n, x in enumerate(body(one).splitlines())).encode(),
    "base64 in a log": lambda one: lines("Nov 27 10:00:01 mcu syslog[12]: ", body(one)).encode(),
    "base64 in commands": lambda one: "".join(f"echo {x} >> a.crt\n" for x in body(one).splitlines()).encode(),
    "base64 in HTML": lambda one: "".join(f"{line}<br>\n" for line in body(one).splitlines()).encode(),
    "base64 in groups": lambda one: " ".join(textwrap.wrap(body(one).replace("\n", "")[1:], 8)).encode(),
    "base64 without its first characters": lambda one: base64.b64encode(one.der)[4:],
    "base64 behind a word": lambda one: b"certificate: AAAA" + base64.b64encode(one.der),
    "base32": lambda one: wrapped(base64.b32encode(one.der)),
    "base85": lambda one: wrapped(base64.b85encode(one.der)),
    "ascii85": lambda one: base64.a85encode(one.der),
    "uuencode": lambda one: uuencoded(one.der),
    "hexadecimal": lambda one: one.der.hex().encode(),
    "hexadecimal with colons": lambda one: rows(one.der, 15, lambda _, part: part.hex(":") + ":"),
    "Cisco IOS": lambda one: b" certificate ca 01\n  " + one.der.hex(" ", 4).upper().encode() + b"\n  quit\n",
    "xxd": lambda one: rows(one.der, 16, lambda at, part: f"{at:08x}: {part.hex(' ', 2)}  {shown(part)}"),
    "hexdump": lambda one: rows(one.der, 16, lambda at, part: f"{at:08x}  {part.hex(' ')}  |{shown(part)}|"),
    "lines as long as a digest": lambda one: wrapped(one.der.hex().encode(), 64),
    "an array of C": lambda one: rows(one.der, 12, lambda _, part: ", ".join(f"0x{octet:02x}" for octet in part) + ","),
    "octets of Java": lambda one: ", ".join(str(octet - 256 * (octet > 127)) for octet in one.der).encode(),
    "octal": lambda one: rows(one.der, 16, lambda at, part: f"{at:07o} " + " ".join(f"{octet:03o}" for octet in part)),
    "percent signs": lambda one: one.pem.replace(b"\n", b"%0A").replace(b" ", b"%20").replace(b"+", b"%2B"),
    "an address": lambda one: b"https://a.example/?c=" + one.pem.replace(b"\n", b"%0A").replace(b" ", b"%20"),
    "fullwidth": lambda one: "".join(chr(ord(x) + 0xFEE0) if x > " " else x for x in one.pem.decode()).encode(),
    "struck through": lambda one: "".join(x + "\u0336" if x != "\n" else x for x in one.pem.decode()).encode(),
    "DER saved as text": lambda one: one.der.decode("latin-1").encode(),
    "gzip": lambda one: gzip.compress(one.pem),
    "zlib": lambda one: zlib.compress(one.der),
    "in words": lambda _: in_words(" 77 (0x4d)"),
    "in words, with a long number": lambda _: in_words("\n            0a:1b:2c:3d:4e:5f"),
    "in words of a mail": lambda _: lines("> ", in_words(" 77 (0x4d)").decode()).encode(),
    "in words of Java": lambda _: b"Owner: CN=a\nIssuer: CN=b\nSerial number: 4f2e\nValid from: Mon Jan 01 until: x\n",
}  # fmt: skip


@pytest.mark.parametrize("issued", [ISSUING, LARGE], ids=["short", "long"])
@pytest.mark.parametrize("form", FORMS)
def test_a_certificate_in_a_form_that_is_not_read_damages_the_file(form: str, issued: Issued) -> None:
    other, line = FORMS[form](issued), ROOT.pem.count(b"\n") + 1
    below = decode_bundle(ROOT.pem + b"\n" + other, most=10)
    assert (ders(below), below.damaged) == ([ROOT.der], True)
    (problem,) = below.problems
    number = int(problem.where.removeprefix("lines ").removeprefix("line ").split(",")[0])
    assert line <= number <= line + 6, "the line of what is left over"
    assert "put" in problem.reason.lower() or "export" in problem.reason
    above = decode_bundle(other + b"\n" + ROOT.pem, most=10)
    # Of a file that begins in UTF-16, the text that does is read.
    first = form.startswith("UTF-16")
    assert ders(above) == [issued.der if first else ROOT.der]
    assert (above.damaged, above.first_lost) == (True, not first or issued is ISSUING)


def test_what_is_left_behind_a_ca_may_be_the_end_entity() -> None:
    leaf = ISSUING.leaf("mcu.example.com")
    other = leaf.der.hex().encode()
    assert decode_bundle(ISSUING.pem + other, most=10).first_lost
    assert not decode_bundle(leaf.pem + ISSUING.der.hex().encode(), most=10).first_lost


def test_text_in_utf8_behind_utf16_damages_the_file() -> None:
    bundle = decode_bundle(ROOT.pem.decode().encode("utf-16") + ISSUING.pem, most=10)
    assert (ders(bundle), bundle.damaged) == ([ROOT.der], True)


def test_two_in_base64_without_a_break_between_them_damage_the_file() -> None:
    one = next(one for one in (ROOT.leaf(f"mcu{n}") for n in range(50)) if len(one.der) % 3)
    bundle = decode_bundle(base64.b64encode(one.der) + base64.b64encode(ISSUING.der), most=10)
    assert (ders(bundle), bundle.damaged) == ([one.der], True)


def test_several_places_are_one_problem() -> None:
    parts = b"".join(one.pem + b"\n" + ISSUING.der.hex().encode() + b"\n" for one in (ROOT, LARGE) * 3)
    (problem,) = decode_bundle(parts, most=10).problems
    assert problem.where.endswith(" and 3 more")
    assert problem.where.startswith("lines 1")


DICE = random.Random(7)
DIGEST = DICE.randbytes(32).hex()


def noise(octets: int) -> str:
    return base64.b64encode(DICE.randbytes(octets)).decode()


def octets(number: int) -> str:
    return rows(DICE.randbytes(number), 15, lambda _, part: "            " + part.hex(":") + ":").decode()


def text_of(issued: Issued) -> str:
    """Most of what `openssl x509 -text` prints."""
    return (
        in_words(f" {issued.record.serial_number} ({issued.record.serial_number:#x})").decode()
        + "        Subject Public Key Info:\n            Algorithm: rsaEncryption\n                Modulus:\n"
        + octets(257) + "                Exponent: 65537 (0x10001)\n        X509v3 extensions:\n"
        + f"            X509v3 Subject Key Identifier: \n                {DICE.randbytes(20).hex(':').upper()}\n"
        + "    Signature Algorithm: sha256WithRSAEncryption\n    Signature Value:\n" + octets(256)
    )  # fmt: skip


FOLDED = "".join(f"\n         {noise(51)}" for _ in range(5))
REMARKS = {
    "-text": text_of(ROOT),
    "-text in a mail": lines("> ", text_of(ROOT)),
    "-text behind signs": lines("# ", text_of(ROOT)),
    "digests": "".join(f"SHA256 Fingerprint={DICE.randbytes(32).hex(':').upper()}\n" for _ in range(9)),
    "digests and names": "".join(f"{DICE.randbytes(32).hex()}  ca{n}.pem\n" for n in range(9)),
    "a table of digests": "".join(f"| Root {n} | {DICE.randbytes(20).hex()} | 2030-01-01 |\n" for n in range(9)),
    "commits": "".join(f"commit {DICE.randbytes(20).hex()}\nAuthor: Ann <ann@example.com>\n" for _ in range(9)),
    "commits alone": "".join(f"{DICE.randbytes(20).hex()}\n" for _ in range(9)),
    "a session": f"Session:\n    Session-ID: {DIGEST}\n    Master-Key: {DIGEST}{DIGEST[:32]}\n    TLS session ticket:\n"
    + rows(DICE.randbytes(192), 16, lambda at, part: f"    {at:04x} - {part.hex(' ')}   {shown(part)}").decode(),
    "attributes": "Bag Attributes\n    localKeyID: 54 69 6D 65 20 31 36 32 36 33 34 35 36 37\n    friendlyName: mcu\n",
    "the header of a mail": f"DKIM-Signature: v=1; d=example.com;\n        bh={noise(32)};\n        b={noise(50)}"
    f"{FOLDED}\nX-MS-Exchange-AntiSpam-MessageData-0: {noise(600)}\nMessage-ID: <CAK{noise(33)}@mail.example.com>\n",
    "boundaries": "".join(f"--_00{n}_AM0PR04MB5B1D0A2C3E4F5061728394AM0PR04MB_\nDate: today\n" for n in range(9)),
    "a text in a mail": base64.encodebytes("Hällo, this is the certificate of the root. ".encode() * 12).decode(),
    "a picture": base64.encodebytes(b"\x89PNG\r\n\x1a\n" + DICE.randbytes(900)).decode(),
    "addresses": f"https://a.example.com/?url=https%3A%2F%2Fpki.example.com&data={noise(90)}&sdata={noise(90)}\n" * 3,
    "a key of SSH": f"ssh-rsa AAAAB3NzaC1yc2E{noise(270)} ann@host\n",
    "an XML signature": f"<ds:SignatureValue>\n{noise(256)}\n</ds:SignatureValue>\n",
    "a token": f"{noise(90)}\n" + "and a remark about what it is for and where it was found\n" * 4,
    "a modulus": f"Modulus={DICE.randbytes(256).hex().upper()}\n",
    "algorithms": "Shared Signature Algorithms: ECDSA+SHA256:ECDSA+SHA384:ed448:RSA-PSS+SHA256:RSA+SHA512\n" * 5,
    "an inventory": "".join(f"mcu-{n} 10.1.2.{n} SM1A{n:02}B{n} 00:0d:7c:10:{n:02x}:cd 4.4(3.57)\n" for n in range(30)),
    "a chain": "Certificate chain\n 0 s:C=US, O=Example, CN=mcu\n   i:C=US, O=Example, CN=Issuing\n" * 9,
    "Japanese": "これは本番環境のルート証明書です。装置に登録されている証明書と同じものを置いてください。\n" * 9,
    "Russian": "Это корневой сертификат производственной среды\n" * 9,
    "a long German word": "Wurzelzertifikat der Zertifizierungsstellenverwaltung für die Außenstelle\n" * 9,
    "another serial number": "The certificate with the serial number 77 was removed, valid until 2020.\n",
}  # fmt: skip


@pytest.mark.parametrize("name", REMARKS)
def test_a_remark_is_read_without_a_word(name: str) -> None:
    remark = REMARKS[name].encode()
    for data in (remark + b"\n" + ROOT.pem + ISSUING.pem, ROOT.pem + remark + b"\n" + ISSUING.pem + remark):
        bundle = decode_bundle(data, most=10)
        assert (bundle.problems, ders(bundle)) == ((), [ROOT.der, ISSUING.der])
        assert (bundle.damaged, bundle.first_lost) == (False, False)


@pytest.mark.parametrize("encoding", ["cp932", "euc-jp"])
def test_a_remark_in_an_old_encoding_is_a_remark(encoding: str) -> None:
    remark = REMARKS["Japanese"].encode(encoding)
    assert decode_bundle(remark + ROOT.pem, most=10).problems == ()


@pytest.mark.parametrize("label", ["Modulus", "Signature Value", "X-Trace"])
def test_a_label_hides_no_certificate(label: str) -> None:
    for other in (ISSUING.der.hex().encode(), base64.b64encode(b"x" + ISSUING.der)):
        assert decode_bundle(ROOT.pem + f"{label}: ".encode() + other, most=10).damaged


def test_plain_pem_is_read_fast_whatever_harmless_is_between() -> None:
    for name in ("digests", "attributes", "a chain", "commits"):
        assert plain_blocks(ROOT.pem + REMARKS[name].encode() + ISSUING.pem) is not None
    assert plain_blocks(ROOT.pem + FORMS["base32"](ISSUING)) is None


@pytest.mark.parametrize("words", ["4660 (0x1234)", "12:34", "0x1234", "1234", "\n       12:34", " (Negative)12:34"])
def test_a_serial_number_is_known_however_it_is_written(words: str) -> None:
    text = f"Serial Number: {words}\nNot Before: x"
    assert list(unread_in_words(text, frozenset({0x1234}))) == []
    assert list(unread_in_words(text, frozenset({0x4321}))) == [0]
