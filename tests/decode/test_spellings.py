"""Certificates as people paste them: each spelling gives the same certificates, and what gives none is named."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates

from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.private_keys import holds_private_key
from mcuaudit.decode.records import Bundle
from tests.authority import Authority, Issued, encoded
from tests.odd_encodings import pkcs7_of

ROOT = Authority.root("Root")
ISSUING = ROOT.intermediate("Issuing")
LEAF = ISSUING.leaf("mcu.example.com", san=["DNS:mcu.example.com"])
BOTH = LEAF.pem + ISSUING.pem
TEXT = BOTH.decode()
BODY = re.sub(r"-----.*-----\n", "", LEAF.pem.decode())


def lines(change: Callable[[str], str]) -> bytes:
    """Both certificates with every line changed."""
    return "\n".join(change(line) for line in TEXT.splitlines()).encode() + b"\n"


def pkcs7(*certificates: Issued, encoding: Encoding = Encoding.DER) -> bytes:
    return serialize_certificates([one.certificate for one in certificates], encoding)


SPELLINGS = {
    "plain": BOTH,
    "Windows lines": BOTH.replace(b"\n", b"\r\n"),
    "old Mac lines": BOTH.replace(b"\n", b"\r"),
    "mark of byte order before each": b"".join(b"\xef\xbb\xbf" + one.pem for one in (LEAF, ISSUING)),
    "UTF-16 with a mark": TEXT.encode("utf-16"),
    "UTF-16 without": TEXT.encode("utf-16-le"),
    "UTF-16 of the other order": TEXT.encode("utf-16-be"),
    "UTF-32": TEXT.encode("utf-32"),
    "zero-width spaces": lines(lambda line: "\u200b" + line + "\u200b"),
    "within the word BEGIN": TEXT.replace("BEGIN", "BE\u200bGIN").encode(),
    "no-break spaces": lines(lambda line: "\u00a0" + line + "\u00a0"),
    "no-break spaces of cp1252": lines(lambda line: "\u00a0" + line).decode().encode("latin-1"),
    "indented": lines(lambda line: "    " + line),
    "tabs": lines(lambda line: "\t" + line + "\t"),
    "a mail": lines(lambda line: "> " + line),
    "a mail in a mail": lines(lambda line: ">> " + line),
    "a list of marks": lines(lambda line: " * " + line),
    "a difference": lines(lambda line: "+" + line),
    "YAML": b"certificate: |\n" + lines(lambda line: "  " + line),
    "quoted lines": lines(lambda line: f'"{line}"'),
    "quoted lines of C": lines(lambda line: f'  "{line}\\n"'),
    "quoted lines of Python": lines(lambda line: f"'{line}\\n' +"),
    "shell": lines(lambda line: f"echo '{line}' \\"),
    "JSON": b'{"certificate": "' + TEXT.replace("\n", "\\n").encode() + b'"}',
    "JSON of Windows": b'{"certificate": "' + TEXT.replace("\n", "\\r\\n").encode() + b'"}',
    "TOML": b'certificate = """\n' + BOTH + b'"""\n',
    "a literal of Python": b'CERTIFICATE = """' + BOTH.strip() + b'"""\n',
    "XML": b"<certificate>" + BOTH + b"</certificate>",
    "one line": TEXT.replace("\n", " ").encode(),
    "one line without blanks": TEXT.replace("\n", "").encode(),
    "END and BEGIN on one line": TEXT.replace("-----\n-----BEGIN", "----------BEGIN").encode(),
    "END and BEGIN beside each other": TEXT.replace("-----\n-----BEGIN", "----- -----BEGIN").encode(),
    "text on the BEGIN line": TEXT.replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE----- # of the lab").encode(),
    "a word on the BEGIN line": TEXT.replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE----- Root").encode(),
    "a sentence on the BEGIN line": TEXT.replace(
        "BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE----- this is the certificate of the lab and of nothing else"
    ).encode(),
    "base64 on the BEGIN line": TEXT.replace("BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----").encode(),
    "words on the BEGIN line": TEXT.replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE----- lab root").encode(),
    "text before BEGIN": TEXT.replace("-----BEGIN", "mcu: -----BEGIN").encode(),
    "text after END": TEXT.replace("END CERTIFICATE-----", "END CERTIFICATE-----;").encode(),
    "six dashes": TEXT.replace("-----", "------").encode(),
    "four dashes": TEXT.replace("-----", "----").encode(),
    "long dashes": TEXT.replace("-----", "\u2014\u2014-").encode(),
    "small letters": TEXT.replace("BEGIN CERTIFICATE", "begin certificate").replace("END CERT", "end cert").encode(),
    "two blanks": TEXT.replace("BEGIN ", "BEGIN  ").encode(),
    "blanks in the dashes": TEXT.replace("-----BEGIN", "----- BEGIN").encode(),
    "blanks in the base64": re.sub(r"^([A-Za-z0-9+/]{30})", r"\1 ", TEXT, flags=re.MULTILINE).encode(),
    "empty lines": lines(lambda line: line + "\n"),
    "short lines": re.sub(r"^([A-Za-z0-9+/]{30})", r"\1\n", TEXT, flags=re.MULTILINE).encode(),
    "no padding": TEXT.replace("=", "").encode(),
    "no line at the end": BOTH.rstrip(),
    "a NUL at the end": BOTH + b"\0",
    "Bag Attributes": TEXT.replace("-----BEGIN", "Bag Attributes\n    localKeyID: 01\nsubject=x\n-----BEGIN").encode(),
    "s_client": b"CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = mcu\n   i:CN = Issuing\n" + BOTH
    + b"---\nServer certificate\nsubject=CN = mcu\n---\nNo client certificate CA names sent\n",
    "headers": TEXT.replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE-----\nX-Origin: page\nX-Two: 2\n").encode(),
    "PKCS#7 called a certificate": b"-----BEGIN CERTIFICATE-----\n"
    + base64.encodebytes(pkcs7(ISSUING, LEAF))
    + b"-----END CERTIFICATE-----\n",
    "PKCS#7": pkcs7(ISSUING, LEAF),
    "PKCS#7 and a line": pkcs7(ISSUING, LEAF) + b"\r\n",
    "PKCS#7 in PEM": pkcs7(ISSUING, LEAF, encoding=Encoding.PEM),
    "two PKCS#7": pkcs7(LEAF) + pkcs7(ISSUING),
    "DER in a row": LEAF.der + ISSUING.der,
    "DER and a line": LEAF.der + b"\n" + ISSUING.der + b"\n",
    "DER and NULs": LEAF.der + ISSUING.der + bytes(16),
    "base64 of PKCS#7": base64.encodebytes(pkcs7(ISSUING, LEAF)),
    "base64 without blocks": BODY.encode() + b"\n\n" + ISSUING.pem,
    "base64 on one line": base64.b64encode(LEAF.der) + b"\n\n# and its issuer\n" + base64.b64encode(ISSUING.der),
    "XML signature": b"<X509Certificate>" + base64.b64encode(LEAF.der) + b"</X509Certificate>\n<X509Certificate>"
    + base64.b64encode(ISSUING.der) + b"</X509Certificate>",
}  # fmt: skip


def quoted(text: str, width: int = 70) -> bytes:
    """Quoted-printable, with lines broken at `width`."""
    parts = (re.findall(f".{{1,{width}}}", line) for line in text.split("\n"))
    return "\n".join("=\n".join(part.replace("=", "=3D") for part in line) for line in parts).encode()


def url(text: str) -> bytes:
    body = re.sub(r"-----.*?-----", lambda mark: mark[0].replace("-", "\0"), text)
    return body.replace("+", "-").replace("/", "_").replace("\0", "-").encode()


def numbered(shape: str, first: int = 1, text: str = TEXT) -> bytes:
    return (
        "\n".join(shape.format(number, line) for number, line in enumerate(text.splitlines(), first)).encode() + b"\n"
    )


WIDE = f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(LEAF.der).decode()}\n-----END CERTIFICATE-----\n"
WIDE += f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(ISSUING.der).decode()}\n-----END CERTIFICATE-----\n"
SPELLINGS |= {
    "quoted-printable": quoted(TEXT),
    "quoted-printable with short lines": quoted(TEXT, 40),
    "quoted-printable of a long line": quoted(WIDE),
    "quoted-printable of Windows": quoted(WIDE).replace(b"\n", b"\r\n"),
    "quoted-printable in a mail": b"\n".join(b"> " + line for line in quoted(WIDE).splitlines()),
    "base64url": url(TEXT),
    "base64url on long lines": url(WIDE),
    "base64url without padding": url(TEXT).replace(b"=", b""),
    "base64url in a mail": b"\n".join(b"> " + line for line in url(TEXT).splitlines()),
    "base64url without blocks": url(BODY)
    + b"\n\n# the issuer\n\n"
    + url(re.sub("-----.*-----\n", "", ISSUING.pem.decode())),
    "numbers of an editor": numbered("{:>6}  {}"),
    "numbers of cat": numbered("{:>6}\t{}", 95),
    "numbers of grep": numbered("{}:{}"),
    "numbers of grep with the file": numbered("store.pem:{}:{}"),
    "numbers and a colon": numbered("{}: {}", 8),
    "numbers and a bar": numbered("{:>4} | {}"),
    "numbers, and base64url": numbered("{:>4} {}", 1, url(TEXT).decode()),
    "a difference of diff": lines(lambda line: "< " + line),
    "unified difference": lines(lambda line: ("+" if "a" in line else " ") + line),
    "a mail of another depth": lines(lambda line: (">> " if "a" in line else "> ") + line),
    "a bar on lines of base64 only": lines(lambda line: line if line.startswith("-") else "| " + line),
    "line separators": TEXT.replace("\n", "\u2028").encode(),
    "paragraph separators": TEXT.replace("\n", "\u2029").encode(),
    "next lines": TEXT.replace("\n", "\u0085").encode(),
    "a list of lines on one line": f"[{', '.join(f'{line!r}' for line in TEXT.splitlines())}]".encode(),
    "a list of JSON on one line": ("[" + ",".join(f'"{line}"' for line in TEXT.splitlines()) + "]").encode(),
    "two in one block": f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(LEAF.der + ISSUING.der).decode()}\n".encode()
    + b"-----END CERTIFICATE-----\n",
    "next lines of latin-1": TEXT.replace("\n", "\u0085").encode("latin-1"),
}


def ders(bundle: Bundle) -> list[bytes]:
    return [found.certificate.der for found in bundle.certificates]


def test_numbers_before_a_line_of_base64url_that_begins_with_a_dash() -> None:
    certificate = next(one for one in map(ISSUING.leaf, map(str, range(2000))) if "\n-" in url_body(one))
    text = numbered("{:>4} {}", 1, url(certificate.pem.decode()).decode())
    assert [one.certificate.sha256 for one in decode_bundle(text, most=10).certificates] == [certificate.record.sha256]


def url_body(one: Issued) -> str:
    return url(one.pem.decode()).decode().partition("-----\n")[2].rpartition("-----END")[0].rstrip("\n")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_gives_the_same_certificates_without_a_word(spelling: str) -> None:
    bundle = decode_bundle(SPELLINGS[spelling], most=10)
    assert bundle.problems == ()
    assert ders(bundle) == [LEAF.der, ISSUING.der]
    assert (bundle.damaged, bundle.first_lost) == (False, False)


@pytest.mark.parametrize("spelling", ["a mail", "one line", "UTF-16 without", "JSON", "Windows lines"])
def test_lines_are_those_of_the_file(spelling: str) -> None:
    bundle = decode_bundle(SPELLINGS[spelling], most=10)
    several = spelling not in ("one line", "JSON")
    assert [found.line for found in bundle.certificates] == [1, LEAF.pem.count(b"\n") + 1 if several else 1]


@pytest.mark.parametrize("aux", [b"\x30\x03\x0c\x01x", encoded(0x30, b"\x0c\x82\x00\x01x"), b"\x30\x00"])
@pytest.mark.parametrize("issued", [LEAF, ROOT], ids=["long", "root"])
def test_a_trusted_certificate_is_read_whatever_follows(issued: Issued, aux: bytes) -> None:
    block = b"-----BEGIN TRUSTED CERTIFICATE-----\n" + base64.encodebytes(issued.der + aux)
    assert ders(decode_bundle(block + b"-----END TRUSTED CERTIFICATE-----\n", most=10)) == [issued.der]


def block(data: bytes, label: str = "CERTIFICATE") -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(data).decode()}-----END {label}-----\n".encode()


KEY_DER = LEAF.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
P12 = pkcs12.serialize_key_and_certificates(b"x", LEAF.key, LEAF.certificate, None, NoEncryption())  # type: ignore[arg-type]

NAMED = {
    "a web page": b"<!DOCTYPE html>\n<html><head><title>Login</title></head></html>",
    "XML": b'<?xml version="1.0"?><methodResponse/>',
    "PKCS#12": P12,
    "ZIP": b"PK\x03\x04" + bytes(40),
    "PDF": b"%PDF-1.4\n",
    "keystore": b"\xfe\xed\xfe\xed\0\0\0\2",
    "JSON": b'{"keys": []}',
    "SSH": b"ssh-rsa AAAAB3NzaC1yc2E mcu",
    "an OCSP response": b"\x30\x03\x0a\x01\x06",
    "a public key": bytes.fromhex("302a300506032b6570032100") + bytes(32),
    "cut short": LEAF.der[:-20],
    "without a certificate": b"hello",
    "empty": b"",
    "no certificate": encoded(0x30, bytes.fromhex("06092a864886f70d010702")
    + encoded(0xA0, encoded(0x30, b"\x02\x01\x01\x31\0\x30\0\x31\0"))),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_what_holds_no_certificate_is_named_once_and_is_damage(name: str) -> None:
    bundle = decode_bundle(NAMED[name], most=10)
    (problem,) = bundle.problems
    assert (bundle.damaged, bundle.first_lost, problem.kind, bundle.certificates) == (True, True, "unreadable", ())
    assert name in problem.reason
    assert not re.search("Parse|asn1|error", problem.reason), "no words of a parser"


def test_pkcs12_holds_a_private_key_only_if_there_is_one() -> None:
    for key, password, said in (
        (LEAF.key, NoEncryption(), "holds a private key"),
        (LEAF.key, BestAvailableEncryption(b"x"), "holds a private key"),
        (None, NoEncryption(), "holds no private key"),
        (None, BestAvailableEncryption(b"x"), "may hold a private key"),
    ):
        data = pkcs12.serialize_key_and_certificates(b"x", key, LEAF.certificate, [ISSUING.certificate], password)  # type: ignore[arg-type]
        for form in (data, block(data)):
            (problem,) = decode_bundle(form, most=10).problems
            assert f"PKCS#12, which {said}; export" in problem.reason


@pytest.mark.parametrize("number", [1, 1000])
def test_octets_of_zero_are_not_called_empty(number: int) -> None:
    (problem,) = decode_bundle(bytes(number), most=10).problems
    assert f"found only zero bytes, {number} of them" in problem.reason
    assert "empty" not in problem.reason


def test_a_misspelt_label_is_named_and_is_damage() -> None:
    both = ISSUING.pem.replace(b"CERTIFICATE", b"CERTIFICTE")
    cut = both.replace(both.splitlines()[2], b"A!A")
    one = ISSUING.pem.replace(b"BEGIN CERTIFICATE", b"BEGIN CERTIFICTE")
    assert ders(decode_bundle(LEAF.pem + both, most=10)) == [LEAF.der, ISSUING.der]
    for data in (cut, one):
        bundle = decode_bundle(LEAF.pem + data, most=10)
        (problem,) = bundle.problems
        assert (ders(bundle), bundle.damaged, problem.kind) == ([LEAF.der], True, "unreadable")
        assert '"CERTIFICTE" is not "CERTIFICATE"' in problem.reason


@pytest.mark.parametrize("name", ["PKCS#12", "a public key", "an OCSP response", "cut short"])
def test_a_block_that_claims_to_be_a_certificate_is_named_too(name: str) -> None:
    bundle = decode_bundle(block(NAMED[name]) + ISSUING.pem, most=10)
    (problem,) = bundle.problems
    assert (problem.kind, problem.where) == ("unreadable", "PEM block 1, line 1")
    assert name in problem.reason
    assert (bundle.damaged, bundle.first_lost, ders(bundle)) == (True, True, [ISSUING.der])


def replaced(text: str, position: int, character: str = "!") -> bytes:
    return (text[:position] + character + text[position + 1 :]).encode()


@pytest.mark.parametrize(("line", "column"), [(3, 5), (4, 1), (5, 64)])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_character_that_does_not_belong_is_named_with_its_place(line: int, column: int, ends: str) -> None:
    written = TEXT.split("\n")
    written[line - 1] = written[line - 1][: column - 1] + "!" + written[line - 1][column:]
    bundle = decode_bundle(ends.join(written).encode(), most=10)
    (problem,) = bundle.problems
    assert (problem.kind, problem.where) == ("unreadable", f"PEM block 1, line {line}, character {column}")
    assert problem.reason.startswith('"!" is not a base64 character')
    assert "line" not in problem.reason, "the line is said once"
    assert ders(bundle) == [ISSUING.der]


@pytest.mark.parametrize("sign", ["* ", "-> ", "$ "])
def test_a_character_within_a_line_is_no_sign_before_it(sign: str) -> None:
    written = [
        line if line.startswith("-") else f"{sign}{line[:20]}!{line[20:]}" for line in LEAF.pem.decode().splitlines()
    ]
    bundle = decode_bundle("\n".join(written).encode() + b"\n" + ISSUING.pem, most=10)
    assert (ders(bundle), bundle.damaged) == ([ISSUING.der], True)


ONE_LINE = {
    "a written line end": TEXT.replace("\n", "\\n"),
    "written line ends of Windows": "\ufeff" + TEXT.replace("\n", "\\r\\n"),
    "JSON": '{"certificate": "' + TEXT.replace("\n", "\\n") + '"}',
    "blanks": TEXT.replace("\n", " "),
    "nothing": TEXT.replace("\n", ""),
    "separators of Unicode": TEXT.replace("\n", "\u2028"),
    "long dashes": TEXT.replace("\n", " ").replace("-----", "\u2014\u2014-"),
    "invisible characters": "\u200b" + TEXT.replace("\n", "\u200b\u00a0"),
}


@pytest.mark.parametrize("name", ONE_LINE)
@pytest.mark.parametrize("block", [1, 2])
def test_in_one_line_the_character_is_counted_in_the_file(name: str, block: int) -> None:
    text = ONE_LINE[name]
    wrong = text.index("MII", text.index("MII") + 9 if block == 2 else 0) + 100
    bundle = decode_bundle(replaced(text, wrong), most=10)
    (problem,) = bundle.problems
    character = len(text[:wrong].removeprefix("\ufeff")) + 1
    assert problem.where == f"PEM block {block}, line 1, character {character}"
    assert problem.reason.startswith('"!" is not a base64 character')


@pytest.mark.parametrize("between", ["", " "])
def test_a_second_block_on_a_line_is_found_by_its_character(between: str) -> None:
    first = LEAF.pem.decode().rstrip()
    bundle = decode_bundle(f"# two\n{first}{between}{ISSUING.pem.decode()[:300]}".encode(), most=10)
    (problem,) = bundle.problems
    end = first.split("\n")[-1]
    assert problem.where == f"PEM block 2, line {first.count(chr(10)) + 2}, character {len(end + between) + 1}"
    assert 'no "-----END CERTIFICATE-----" line' in problem.reason


def test_a_character_that_cannot_be_seen_is_named_by_its_code_point() -> None:
    (problem,) = decode_bundle(replaced(TEXT, 100, "\u041c"), most=10).problems
    assert "(U+041C)" in problem.reason
    (problem,) = decode_bundle(replaced(TEXT, 100, "\x02"), most=10).problems
    assert '"\\x02"' in problem.reason


LOOKS_LIKE = {
    "quoted-printable": (lambda: replaced(quoted(WIDE).decode(), 60), "save the attachment"),
    "base64url": (lambda: replaced(url(WIDE).decode(), url(WIDE).index(b"-", 60) + 3), "export"),
    "begin with numbers": (lambda: replaced(numbered("{:>3}: {}").decode(), 60), "copy"),
}


@pytest.mark.parametrize("name", LOOKS_LIKE)
def test_a_damaged_block_in_another_spelling_is_named_for_it(name: str) -> None:
    made, advice = LOOKS_LIKE[name]
    bundle = decode_bundle(made(), most=10)
    (problem,) = bundle.problems
    assert (problem.kind, bundle.damaged, ders(bundle)) == ("unreadable", True, [ISSUING.der])
    assert name in problem.reason
    assert advice in problem.reason


def test_the_end_of_a_page_of_a_terminal_is_named() -> None:
    written = LEAF.pem.decode().splitlines()
    text = "\n".join([*written[:4], "--More--", *written[4:], ISSUING.pem.decode()])
    bundle = decode_bundle(text.encode(), most=10)
    (problem,) = bundle.problems
    assert problem.where == "PEM block 1, line 5, character 1"
    assert problem.reason.endswith('a terminal wrote "--More--" at the end of its page: remove that line')
    assert ders(bundle) == [ISSUING.der]


def test_der_that_an_editor_saved_as_text_is_named() -> None:
    (problem,) = decode_bundle(LEAF.der.decode("latin-1").encode(), most=10).problems
    assert "saved as text, in UTF-8; export the certificates again" in problem.reason


def test_no_length_of_many_digits_is_said() -> None:
    (problem,) = decode_bundle(b"\x30\xbf" + b"\xfe" * 200, most=10).problems
    assert "a length of more than a gigabyte" in problem.reason


def test_an_end_without_a_begin_is_named() -> None:
    bundle = decode_bundle(BOTH.replace(b"-----BEGIN CERTIFICATE-----\n", b"", 1), most=10)
    assert [problem.kind for problem in bundle.problems] == ["unreadable"]
    assert 'there is no "-----BEGIN CERTIFICATE-----"' in bundle.problems[0].reason
    assert bundle.damaged


def test_conflicts_of_git_are_named_and_neither_version_counts() -> None:
    text = b"<<<<<<< HEAD\n" + LEAF.pem + b"=======\n" + ISSUING.pem + b">>>>>>> rollover\n" + ROOT.pem
    bundle = decode_bundle(text, most=10)
    (problem,) = bundle.problems
    assert (problem.where, bundle.damaged, bundle.end_entity) == ("line 1", True, None)
    assert "git" in problem.reason
    assert ders(bundle) == [ROOT.der]


def test_one_odd_member_of_pkcs7_costs_itself_only() -> None:
    odd = ROOT.der.replace(encoded(0x31, encoded(0x30, ROOT.der[ROOT.der.index(b"\x06\x03\x55\x04\x0a") :][:14])), b"")
    broken = encoded(0x30, encoded(0x30, b"\x02\x01\x01") + b"\x30\x00" + b"\x03\x01\x00")
    data = pkcs7_of(LEAF.der, broken, ISSUING.der, encoded(0xA1, b""))
    assert odd
    bundle = decode_bundle(data, most=10)
    assert ders(bundle) == [LEAF.der, ISSUING.der]
    assert [problem.where for problem in bundle.problems] == ["certificate 2", "certificate 4"]
    assert "attribute certificate" in bundle.problems[1].reason
    assert (bundle.damaged, bundle.first_lost) == (True, False)


def test_pkcs7_in_ber_without_lengths_is_read() -> None:
    inner = b"\x02\x01\x01\x31\x00" + b"\x30\x80" + bytes.fromhex("06092a864886f70d010701") + b"\0\0"
    inner += b"\xa0\x80" + LEAF.der + ISSUING.der + b"\0\0" + b"\x31\x00"
    data = b"\x30\x80" + bytes.fromhex("06092a864886f70d010702") + b"\xa0\x80\x30\x80" + inner + bytes(6)
    assert ders(decode_bundle(data, most=10)) == [LEAF.der, ISSUING.der]


KEY_PEM = LEAF.key_pem.decode()
KEYS = {
    "plain": KEY_PEM,
    "quoted lines": "".join(f'"{line}\\n"\n' for line in KEY_PEM.splitlines()),
    "comments": "".join(f"# {line}\n" for line in KEY_PEM.splitlines()),
    "one line": KEY_PEM.replace("\n", "\\n"),
    "behind a label": "key: " + KEY_PEM,
    "small letters": KEY_PEM.lower(),
    "SSH": "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n",
}


@pytest.mark.parametrize("spelling", KEYS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_private_key_is_found_in_any_spelling(spelling: str, encoding: str) -> None:
    data = (KEYS[spelling] + TEXT).encode(encoding)
    assert holds_private_key(data)
    bundle = decode_bundle(data, most=10)
    assert [problem.kind for problem in bundle.problems] == ["secret"]
    assert ders(bundle) == [LEAF.der, ISSUING.der]
    assert not bundle.damaged


def test_a_private_key_in_der_is_a_secret_and_damage() -> None:
    for data in (KEY_DER, block(KEY_DER)):
        bundle = decode_bundle(data, most=10)
        assert [problem.kind for problem in bundle.problems] == ["secret"]
        assert bundle.damaged
    assert holds_private_key(KEY_DER)
    assert not holds_private_key(LEAF.der + b"PRIVATE KEY")


def test_a_list_of_revocations_is_known() -> None:
    crl = encoded(
        0x30,
        encoded(0x30, b"\x02\x01\x01" + b"\x30\x00\x30\x00" + encoded(0x17, b"260101000000Z")) + b"\x30\0\x03\x01\0",
    )
    bundle = decode_bundle(ROOT.pem + block(crl, "X509 CRL"), most=10)
    assert (bundle.problems, bundle.damaged, bundle.revocation_lists) == ((), False, (crl,))
    assert decode_bundle(block(crl), most=10).revocation_lists == (crl,)


MIXED = {
    "DER, then PEM": LEAF.der + ISSUING.pem,
    "DER, a line, then PEM": LEAF.der + b"\r\n" + ISSUING.pem,
    "PEM, then DER": LEAF.pem + ISSUING.der,
    "a remark, DER, a remark, PEM": "für die MCU\n".encode() + LEAF.der + b"\nits issuer\n" + ISSUING.pem,
    "PKCS#7, then PEM": pkcs7(LEAF) + b"\n" + ISSUING.pem,
}


@pytest.mark.parametrize("name", MIXED)
def test_of_pem_and_der_in_one_file_every_part_is_read(name: str) -> None:
    bundle = decode_bundle(MIXED[name], most=10)
    assert ders(bundle) == [LEAF.der, ISSUING.der]
    assert (bundle.problems, bundle.damaged, bundle.first_lost) == ((), False, False)


BELOW = f"line {len(ISSUING.pem.splitlines()) + 1}"


@pytest.mark.parametrize(
    ("data", "where", "first_lost"),
    [
        (LEAF.der[:-40] + ISSUING.pem, "line 1", True),
        (ISSUING.pem + LEAF.der[:-40], BELOW, False),
        (ISSUING.pem + LEAF.der[4:], BELOW, False),
        (P12 + ISSUING.pem, "DER, octet 1", True),
    ],
    ids=["cut DER, then PEM", "PEM, then DER without its end", "PEM, then DER without its beginning", "PKCS#12"],
)
def test_of_pem_and_der_in_one_file_what_is_not_read_is_damage(data: bytes, where: str, first_lost: bool) -> None:
    bundle = decode_bundle(data, most=10)
    assert ders(bundle) == [ISSUING.der]
    assert (bundle.damaged, bundle.first_lost) == (True, first_lost)
    assert [problem.where for problem in bundle.problems if problem.kind == "unreadable"] == [where]


def test_a_place_after_der_is_the_line_and_block_of_the_file() -> None:
    before = LEAF.pem + ISSUING.der + b"\n"
    bundle = decode_bundle(before + ROOT.pem + ISSUING.pem[:300], most=10)
    lines = [len(re.findall(rb"\r\n?|\n", part)) + 1 for part in (before, before + ROOT.pem)]
    assert ders(bundle) == [LEAF.der, ISSUING.der, ROOT.der]
    assert bundle.certificates[2].line == lines[0]
    (problem,) = bundle.problems
    assert problem.where == f"PEM block 3, line {lines[1]}"


def test_a_line_break_of_which_half_belongs_to_der_is_one() -> None:
    made = (ROOT.intermediate("Issuing") for _ in range(20_000))
    before = LEAF.pem + next(one.der for one in made if one.der.endswith(b"\r")) + b"\n"
    bundle = decode_bundle(before + ROOT.pem, most=10)
    assert bundle.certificates[2].line == len(re.findall(rb"\r\n?|\n", before)) + 1


def test_a_character_after_der_is_counted_from_the_start_of_its_line() -> None:
    body = base64.b64encode(ISSUING.der)
    wrong = b"-----BEGIN CERTIFICATE----- " + body[:100] + b"~" + body[100:] + b" -----END CERTIFICATE-----\n"
    alone, after = (decode_bundle(data, most=10).problems[0].where for data in (wrong, LEAF.der + b"  " + wrong))
    assert alone == "PEM block 1, line 1, character 129"
    lines = re.split(rb"\r\n?|\n", LEAF.der)
    assert after == f"PEM block 1, line {len(lines)}, character {len(lines[-1]) + 2 + 129}"


@pytest.mark.parametrize("last", [b"-", b"\r", b"\n"])
def test_der_that_ends_in_an_octet_of_text_is_whole(last: bytes) -> None:
    made = (ROOT.intermediate("Issuing") for _ in range(20_000))
    first = next(one for one in made if one.der.endswith(last))
    for between in (b"", b"\n", b"\r\n"):
        bundle = decode_bundle(first.der + between + LEAF.pem, most=10)
        assert (ders(bundle), bundle.problems, bundle.damaged) == ([first.der, LEAF.der], (), False)


def test_a_private_key_within_a_conflict_is_named() -> None:
    text = b"<<<<<<< HEAD\n" + LEAF.pem + b"=======\n" + KEY_PEM.encode() + b">>>>>>> rollover\n" + ROOT.pem
    bundle = decode_bundle(text, most=10)
    assert [problem.kind for problem in bundle.problems] == ["unreadable", "secret"]
    assert ders(bundle) == [ROOT.der]


def every_line(sign: str, text: str) -> str:
    return "".join(f"{sign}{line}\n" for line in text.splitlines())


OLD, KEPT = ISSUING.pem.decode(), LEAF.pem.decode()
COMMENTED = {
    "#": KEPT + every_line("# ", OLD),
    "##": KEPT + every_line("##", OLD),
    ";": KEPT + every_line("; ", OLD),
    "//": KEPT + every_line("  // ", OLD),
    "--": KEPT + every_line("-- ", OLD),
    "~~": KEPT + every_line("~~", OLD),
    "REM": KEPT + every_line("REM ", OLD),
    "<!--": f"{KEPT}<!-- removed:\n{OLD}-->\n",
    "/*": f"{KEPT}/*\n{OLD}*/\n",
    # Without a BEGIN line, and with a sign on the BEGIN line only.
    "!": KEPT + "\n! " + base64.b64encode(ISSUING.der).decode() + "\n",
    "###": KEPT + "###" + OLD,
}


@pytest.mark.parametrize("sign", COMMENTED)
def test_a_block_that_is_commented_out_does_not_count_and_is_damage(sign: str) -> None:
    bundle = decode_bundle(COMMENTED[sign].encode(), most=10)
    (problem,) = bundle.problems
    assert (ders(bundle), bundle.damaged, bundle.first_lost) == ([LEAF.der], True, False)
    assert f'commented out with "{sign}"' in problem.reason
    assert re.search("line 1[0-9]|line 2[0-9]", problem.where)


@pytest.mark.parametrize("sign", ["# ", "#", "// ", "; "])
def test_a_file_of_comments_alone_has_no_certificate(sign: str) -> None:
    bundle = decode_bundle(every_line(sign, TEXT).encode(), most=10)
    assert (ders(bundle), bundle.damaged, len(bundle.problems)) == ([], True, 2)


def test_a_path_in_a_remark_begins_no_comment() -> None:
    for remark in ("the files /etc/ssl/*.pem and /opt/*/ca.pem of the MCU\n", "/* of the lab */\n", "<!-- lab -->"):
        assert ders(decode_bundle(remark.encode() + BOTH, most=10)) == [LEAF.der, ISSUING.der]


MARGINS: dict[str, Callable[[str], str]] = {
    "nothing": lambda text: text,
    "a mail": lambda text: every_line("> ", text),
    "a mail in a mail": lambda text: every_line(">> ", text),
    "a mail behind a bar": lambda text: every_line("| > ", text),
    "a bar": lambda text: every_line("| ", text),
    "a bullet": lambda text: every_line(" * ", text),
    "blanks": lambda text: every_line("    ", text),
    "added lines": lambda text: every_line("+", text),
    "grep": lambda text: every_line("store.pem:", text),
    "grep with numbers": lambda text: "".join(f"a/store.pem:{n}:{x}\n" for n, x in enumerate(text.splitlines(), 1)),
    "numbers": lambda text: "".join(f"{n:>4}  {x}\n" for n, x in enumerate(text.splitlines(), 1)),
    "quoted lines": lambda text: "".join(f'  "{line}\\n"\n' for line in text.splitlines()),
}
SIGNS = ("#", ";", "//", "!", "~~", "REM", "@rem", "::", "%", "'", "dnl", "--", "c", "..", "\\", "?", "old")
BLOCKS = {
    "/*": "*/", "<!--": "-->",
    "<#": "#>", "{#": "#}", "--[[": "]]", "--[==[": "]==]", "(*": "*)", "{-": "-}", "#|": "|#",
    "#if 0": "#endif", "#ifdef OLD": "#endif", "=begin": "=end", "=pod": "=cut", "<del>": "</del>", "<s>": "</s>",
    "<strike>": "</strike>", "{% comment %}": "{% endcomment %}", "<%--": "--%>", "%{": "%}", "\\iffalse": "\\fi",
    "\\begin{comment}": "\\end{comment}",
    "{{!--": "--}}", "#[": "]#", "/+": "+/", "__END__": "", "if false; then": "fi", "~~": "~~",
}  # fmt: skip


@pytest.mark.parametrize("margin", MARGINS)
@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_before_a_block_is_found_behind_every_margin(sign: str, margin: str) -> None:
    if (sign, margin) == ("'", "quoted lines"):
        margin = "a mail"
    text = MARGINS[margin](KEPT + every_line(f"{sign} ", OLD))
    bundle = decode_bundle(text.encode(), most=10)
    (problem,) = bundle.problems
    assert (ders(bundle), bundle.damaged, bundle.first_lost) == ([LEAF.der], True, False)
    assert f'"{sign}"' in problem.reason
    assert problem.where == f"PEM block 2, line {KEPT.count(chr(10)) + 1}"


@pytest.mark.parametrize("margin", sorted(MARGINS.keys() - {"quoted lines"}))
@pytest.mark.parametrize("opening", BLOCKS)
def test_a_comment_of_several_lines_is_found_behind_every_margin(opening: str, margin: str) -> None:
    text = MARGINS[margin](f"{KEPT}{opening}\n{OLD}{BLOCKS[opening]}\n")
    bundle = decode_bundle(text.encode(), most=10)
    (problem,) = bundle.problems
    assert (ders(bundle), bundle.damaged) == ([LEAF.der], True)
    assert "commented out with" in problem.reason
    assert problem.where == f"PEM block 2, line {KEPT.count(chr(10)) + 2}"


LABELS = (
    "mcu-1# ", "mcu-1(config)# ", "user@host:~$ ", "root@mcu:/etc/ssl # ", "C:\\> ", "PS C:\\> ", "$ ", "mcu> ",
    "ca: ", "- ca: ", "ca = ", 'const char *pem = "', '$pem = @"', "<ca>", '<cert id="1">', "<![CDATA[", "'cert' => '",
    '["', 'load("', "let ca = `", "export CA=\"", "echo '", "Root CA (2030): ", "12 ", "[12] ", "1) ", "a) ",
    "10:00:01 ", "2026-11-27T10:00:00Z ", "x.pem:12:", "../x.pem:2:", "C:/x/y.pem:3:", "Nov 27 10:00:00 mcu app[12]: ",
    "&quot;", "-> ", "\u2022 ", "/* the leaf */ ", "<!-- the leaf -->",
)  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_what_introduces_a_block_is_no_comment(label: str) -> None:
    closing = label[-1] if label[-1] in "\"'`" else ""
    bundle = decode_bundle(f"{label}{KEPT.rstrip()}{closing}\n{OLD}".encode(), most=10)
    assert (bundle.problems, ders(bundle)) == ((), [LEAF.der, ISSUING.der])


def test_any_other_text_before_a_block_is_named() -> None:
    bundle = decode_bundle(f"{KEPT}no longer used {OLD}".encode(), most=10)
    (problem,) = bundle.problems
    assert (ders(bundle), bundle.damaged) == ([LEAF.der], True)
    assert 'behind "no longer used"' in problem.reason
    assert 'or the "no longer used" if' in problem.reason


def unified(*parts: tuple[str, str]) -> str:
    return "--- a/store.pem\n+++ b/store.pem\n@@ -1,9 +1,9 @@\n" + "".join(every_line(*part) for part in parts)


DIFFERENCES = {
    "diff -u": (unified(("-", OLD), ("+", KEPT)), 4),
    "diff -u that only removes": (unified((" ", KEPT), ("-", OLD)), KEPT.count("\n") + 4),
    "diff -u of a removed file": (unified(("-", OLD)), 4),
    "diff": ("1,9c1,9\n" + every_line("< ", OLD) + "---\n" + every_line("> ", KEPT), 2),
    "diff without numbers": (every_line("> ", KEPT) + "---\n" + every_line("< ", OLD), KEPT.count("\n") + 2),
    "diff of a removed file": ("1,9d0\n" + every_line("< ", OLD), 2),
    "diff -c": ("*** 1,9 ****\n" + every_line("! ", OLD) + "--- 1,9 ----\n" + every_line("! ", KEPT), 2),
    "both directions without a header": (every_line("+", KEPT) + every_line("-", OLD), KEPT.count("\n") + 2),
    "removed lines without a header": (KEPT + every_line("-", OLD), KEPT.count("\n") + 2),
    "removed lines alone": (every_line("-", KEPT + OLD), 2),
    "within one block": (
        " -----BEGIN CERTIFICATE-----\n"
        + every_line("-", "\n".join(OLD.splitlines()[1:-1]))
        + every_line("+", "\n".join(KEPT.splitlines()[1:-1]))
        + " -----END CERTIFICATE-----\n",
        2,
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_of_a_difference_that_removes_lines_nothing_counts(name: str) -> None:
    text, line = DIFFERENCES[name]
    bundle = decode_bundle(text.encode(), most=10)
    assert (ders(bundle), bundle.damaged) == ([], True)
    (problem,) = bundle.problems
    assert "difference (diff)" in problem.reason
    assert problem.where in (f"line {line}", f"line {line + 1}")


CONFLICT = f"<<<<<<< HEAD\n{OLD}=======\n{KEPT}>>>>>>> rollover\n"
WORDS = f"[-{OLD.strip()}-]\n{{+{KEPT.strip()}+}}\n"


@pytest.mark.parametrize("margin", MARGINS)
@pytest.mark.parametrize("kind", ["difference", "words", "conflict"])
def test_a_difference_or_conflict_is_found_behind_every_margin(kind: str, margin: str) -> None:
    text = {"difference": DIFFERENCES["diff -u"][0], "words": WORDS, "conflict": CONFLICT}[kind]
    bundle = decode_bundle(MARGINS[margin](text).encode(), most=10)
    (problem,) = bundle.problems
    assert (ders(bundle), bundle.damaged, bundle.end_entity) == ([], True, None)
    assert ("conflict" if kind == "conflict" else "difference (diff)") in problem.reason
    assert problem.where in ("line 1", "line 4", "line 5")


def test_a_conflict_in_json_is_found() -> None:
    bundle = decode_bundle(('{"c": "' + CONFLICT.replace("\n", "\\n") + '"}').encode(), most=10)
    assert (ders(bundle), bundle.damaged) == ([], True)
    assert "git marks a conflict" in bundle.problems[0].reason


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (KEPT + "On Monday, Ann wrote:\n" + every_line("> ", OLD), KEPT.count("\n") + 2),
        (every_line("> ", OLD) + KEPT, 1),
        (every_line("> ", KEPT) + every_line(">> ", OLD), KEPT.count("\n") + 1),
        (every_line("> ", KEPT) + every_line("> > ", OLD), KEPT.count("\n") + 1),
    ],
    ids=["an answer above", "an answer below", "a quotation in a quotation", "the same with blanks"],
)
def test_of_a_mail_that_quotes_another_nothing_counts(text: str, line: int) -> None:
    bundle = decode_bundle(text.encode(), most=10)
    assert (ders(bundle), bundle.damaged) == ([], True)
    (problem,) = bundle.problems
    assert "a mail that quotes another one" in problem.reason
    assert problem.where == f"line {line}"


@pytest.mark.parametrize("name", ["a new file", "added lines", "added to a file"])
def test_a_difference_that_only_adds_lines_is_read(name: str) -> None:
    text = {
        "a new file": "--- /dev/null\n+++ b/store.pem\n@@ -0,0 +1,40 @@\n" + every_line("+", TEXT),
        "added lines": "0a1,40\n" + every_line("> ", TEXT),
        "added to a file": unified((" ", KEPT), ("+", OLD)),
    }[name]
    bundle = decode_bundle(text.encode(), most=10)
    assert (ders(bundle), bundle.problems) == ([LEAF.der, ISSUING.der], ())


def test_many_beginnings_of_elements_end_in_one_refusal() -> None:
    bundle = decode_bundle(LEAF.pem + b"0\x82" * 500_000 + ISSUING.pem, most=10)
    (problem,) = bundle.problems
    assert (ders(bundle), bundle.damaged, problem.kind) == ([LEAF.der], True, "unreadable")
    assert "neither text nor a complete certificate" in problem.reason
