"""Files of certificates, whole: which certificates are read, and every word that is said of the rest."""

from __future__ import annotations

import base64
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.certificate_parts import stand_in
from mcuaudit.decode.tlv import SEQUENCE, encoded
from tests.authority import Authority


def key(number: int) -> ed25519.Ed25519PrivateKey:
    """A key with the same signatures each time."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))


ROOT = Authority.root("Root", key=key(1), serial=1001)
ISSUING = ROOT.intermediate("Issuing", key=key(2), serial=1002)
LEAF = ISSUING.leaf("leaf", key=key(4), serial=1004)
NAMES = {ROOT.der: "root", LEAF.der: "leaf"}


def block(body: bytes, label: str = "CERTIFICATE") -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(body).decode()}-----END {label}-----\n".encode()


def p7(*parts: bytes) -> bytes:
    """PKCS#7 signed data of these parts."""
    return encoded(
        SEQUENCE,
        bytes.fromhex("06092a864886f70d010702") + encoded(0xA0, encoded(SEQUENCE, b"".join(parts))),
    )


def in_words(serial: str) -> bytes:
    return (
        f"Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number:{serial}\n        Issuer: CN=Root\n"
        "        Validity\n            Not Before: Jun 15 12:00:00 2025 GMT\n        Subject: CN=Issuing\n"
    ).encode()


L, R = LEAF.pem, ROOT.pem
B64, HEXL = base64.b64encode(LEAF.der), LEAF.der.hex().encode() + b"\n"
LIST = encoded(
    SEQUENCE,
    encoded(SEQUENCE, b"\x02\x01\1" + b"\x30\0" * 2 + b"\x17\0" * 2) + b"\x30\0\x03\1\0",
)
KEY = encoded(SEQUENCE, b"\x02\x01\0" + encoded(SEQUENCE, b"\x06\1\x29") + b"\x04\0")
OTHER = b"\x30\x03\x01\x01\xff"

SECRET = "private key. Remove it; if others could read the file, generate a new key and reissue the certificate"
EMPTY = (
    "the file is empty. Export it again. If the trust store is empty on the device, write the line # empty into the "
    "file instead"
)
MAY_HOLD = (
    "this may be a certificate in a format that mcuaudit does not read. If it is one, put it into the file as PEM; if "
    "it is not, remove it"
)
CONFLICT = 'git marks a conflict here ("<<<<<<<" or ">>>>>>>"): two versions of the file are mixed; keep one of them'
COMMENTED = (
    'a block that is commented out with "#", so it is not known whether it is meant. Remove the block, or'
    ' the "#" if the certificate is on the device'
)
UNKNOWN = "the bytes are not a certificate or PKCS#7; export the certificates again, as PEM"
CUT = "the certificate or PKCS#7 is cut short: it should have 345 bytes, and has 150"
NEITHER = (
    "there are bytes here that are neither text nor a complete certificate in DER; export the "
    "certificates again, and save the whole file as PEM"
)
IN_WORDS = (
    "a certificate as text, as openssl x509 -text prints it, and no certificate of the file has its "
    "serial number. Put the certificate itself into the file as PEM, or remove the text"
)
DIFFERENCE = (
    "the file is a difference (diff) that removes lines, so it is not known which certificates are meant."
    " Put the file itself here, as it is on the device"
)
STRANGE = (
    'a block behind "old" on its line, which may be a comment, so it is not known whether the block is '
    'meant. Remove the block, or the "old" if the certificate is on the device'
)
NOTHING = (
    ". The file contains no certificate. Put the certificates of the device into it, as PEM. If the file is removed, "
    "that of the site or fleet is used"
)


class Case(NamedTuple):
    """A file, and what is read of it: each certificate with its position and line, and the problems."""

    data: bytes
    certificates: list[tuple[str, int, int | None]]
    problems: list[tuple[str, str, str]]
    damaged: bool
    first_lost: bool
    lists: int = 0
    most: int = 10


CASES = {
    "zeros alone": Case(
        b"\0\0\0",
        [],
        [
            (
                "unreadable",
                "",
                "expected certificates in PEM, DER or PKCS#7, found only zero bytes, 3 of them; export the file again",
            )
        ],
        True,
        True,
    ),
    "zeros and blanks": Case(b"\0 \n", [], [("unreadable", "", EMPTY)], True, True),
    "blanks and a letter": Case(
        b" x\n",
        [],
        [
            (
                "unreadable",
                "",
                "expected certificates in PEM, DER or PKCS#7, found text without a certificate; "
                "export the certificates again, as PEM",
            )
        ],
        True,
        True,
    ),
    "text that begins as DER does": Case(
        b"0 text",
        [],
        [
            (
                "unreadable",
                "",
                "expected certificates in PEM, DER or PKCS#7, found text without a certificate; "
                "export the certificates again, as PEM",
            )
        ],
        True,
        True,
    ),
    "a digit": Case(
        b"0",
        [],
        [
            (
                "unreadable",
                "",
                "expected certificates in PEM, DER or PKCS#7, found text without a certificate; "
                "export the certificates again, as PEM",
            )
        ],
        True,
        True,
    ),
    "PKCS#7 in DER": Case(
        p7(encoded(0xA0, LEAF.der + ROOT.der)), [("leaf", 1, None), ("root", 2, None)], [], False, False
    ),
    "DER and two octets": Case(
        LEAF.der + b"xx",
        [("leaf", 1, None)],
        [("unreadable", "certificate 2", "2 bytes follow that are not a certificate")],
        True,
        False,
    ),
    "DER before PEM": Case(LEAF.der + R, [("leaf", 1, None), ("root", 2, 7)], [], False, False),
    "PEM before DER": Case(L + ROOT.der, [("leaf", 1, 1), ("root", 2, None)], [], False, False),
    "DER in a row": Case(LEAF.der + ROOT.der, [("leaf", 1, None), ("root", 2, None)], [], False, False),
    "something else within a row of DER": Case(
        LEAF.der + OTHER + ROOT.der,
        [("leaf", 1, None), ("root", 2, None)],
        [("unreadable", "certificate 2", UNKNOWN)],
        True,
        False,
    ),
    "something else before DER": Case(
        OTHER + LEAF.der, [("leaf", 1, None)], [("unreadable", "certificate 1", UNKNOWN)], True, True
    ),
    "octets that are nothing": Case(
        b"\xff\x01\x02\x03",
        [],
        [
            (
                "unreadable",
                "",
                "expected certificates in PEM, DER or PKCS#7, found bytes of an unknown format, which "
                "begin with ff 01 02 03; export the certificates again, as PEM",
            )
        ],
        True,
        True,
    ),
    "an archive": Case(
        b"PK\x03\x04abc",
        [],
        [("unreadable", "", "expected certificates in PEM, DER or PKCS#7, found a ZIP archive; unpack it")],
        True,
        True,
    ),
    "a line that says empty": Case(b"# EMPTY\n\n", [], [], False, False),
    "another line that says empty": Case(b"\n#empty\n", [], [], False, False),
    "a line that says empty above a certificate": Case(b"# empty\n" + L, [("leaf", 1, 2)], [], False, False),
    "a line that says empty and more": Case(
        b"# empty\nx\n",
        [],
        [
            (
                "unreadable",
                "",
                "expected certificates in PEM, DER or PKCS#7, found text without a certificate; export the "
                "certificates again, as PEM",
            )
        ],
        True,
        True,
    ),
    "text": Case(
        b"hello",
        [],
        [
            (
                "unreadable",
                "",
                "expected certificates in PEM, DER or PKCS#7, found text without a certificate; "
                "export the certificates again, as PEM",
            )
        ],
        True,
        True,
    ),
    "a list of revocations": Case(block(LIST, "X509 CRL"), [], [], True, True, lists=1),
    "a list with the other label": Case(block(LIST, "CRL"), [], [], True, True, lists=1),
    "a list in a block of a certificate": Case(block(LIST), [], [], True, True, lists=1),
    "a list and a line that says empty": Case(block(LIST, "X509 CRL") + b"# empty", [], [], True, True, lists=1),
    "a list and a request": Case(
        block(LIST, "X509 CRL") + block(b"x", "CERTIFICATE REQUEST"),
        [],
        [
            (
                "unrecognised",
                "PEM block 2, line 4",
                'found "CERTIFICATE REQUEST", a certificate request; only certificates belong here',
            )
        ],
        True,
        True,
        lists=1,
    ),
    "a conflict behind a certificate": Case(
        L + b"<<<<<<< a\n" + R + b">>>>>>> b\n", [("leaf", 1, 1)], [("unreadable", "line 11", CONFLICT)], True, True
    ),
    "a private key in a conflict": Case(
        b"<<<<<<< a\n" + block(b"x", "PRIVATE KEY") + b"=======\n" + L + b">>>>>>> b\n",
        [],
        [("unreadable", "line 1", CONFLICT), ("secret", "PEM block 1, line 2", SECRET)],
        True,
        True,
    ),
    "a difference before a whole block": Case(b"@@ -1 +1 @@\n-old\n" + L, [("leaf", 1, 3)], [], False, False),
    "a difference before a block that ends the file": Case(
        b"@@ -1 +1 @@\n-old\n" + L.rstrip(b"\n"), [("leaf", 1, 3)], [], False, False
    ),
    "base64 behind a difference": Case(
        b"@@ -1 +1 @@\n-old\n" + B64 + b"\n", [], [("unreadable", "line 2", DIFFERENCE)], True, True
    ),
    "a block that is commented out": Case(
        L + b"# " + R.replace(b"\n", b"\n# "),
        [("leaf", 1, 1)],
        [("unreadable", "PEM block 2, line 11", COMMENTED)],
        True,
        False,
    ),
    "a damaged block that is commented out": Case(
        L + b"# -----BEGIN CERTIFICATE-----\nM!!\n-----END CERTIFICATE-----\n",
        [("leaf", 1, 1)],
        [("unreadable", "PEM block 2, line 11", COMMENTED)],
        True,
        False,
    ),
    "a block behind a word": Case(
        L + b"old -----BEGIN CERTIFICATE-----" + R[27:],
        [("leaf", 1, 1)],
        [("unreadable", "PEM block 2, line 11", STRANGE)],
        True,
        False,
    ),
    "two blocks on a line": Case(
        L.replace(b"\n", b" ").strip() + b"; " + R.replace(b"\n", b" "),
        [("leaf", 1, 1), ("root", 2, 1)],
        [],
        False,
        False,
    ),
    "a comment on the line of a block": Case(
        L.replace(b"\n", b" ").strip() + b" # " + R.replace(b"\n", b" "),
        [("leaf", 1, 1)],
        [("unreadable", "PEM block 2, line 1, character 525", COMMENTED)],
        True,
        False,
    ),
    "base64": Case(b"x\n" + B64 + b"\n", [("leaf", 1, 2)], [], False, False),
    "base64 before PEM": Case(b"x\n" + B64 + b"\n" + R, [("leaf", 1, 2), ("root", 2, 3)], [], False, False),
    "base64 behind PEM": Case(R + b"y\n" + B64 + b"\n", [("root", 1, 1), ("leaf", 2, 12)], [], False, False),
    "base64 that reaches into the next text": Case(
        B64 + b"\n\nx\n" + base64.b64encode(ROOT.der),
        [("leaf", 1, 1)],
        [("unreadable", "line 4", MAY_HOLD)],
        True,
        True,
    ),
    "base64 that is commented out": Case(
        b"# " + B64 + b"\n", [], [("unreadable", "line 1, base64 without a BEGIN line", COMMENTED)], True, True
    ),
    "base64 that is commented out behind PEM": Case(
        R + b"# " + B64 + b"\n",
        [("root", 1, 1)],
        [("unreadable", "line 11, base64 without a BEGIN line", COMMENTED)],
        True,
        False,
    ),
    "base64 that is cut": Case(
        B64[:200] + b"\n", [], [("unreadable", "line 1, base64 without a BEGIN line", CUT)], True, True
    ),
    "base64 that is cut behind PEM": Case(
        R + B64[:200] + b"\n",
        [("root", 1, 1)],
        [("unreadable", "line 11, base64 without a BEGIN line", CUT)],
        True,
        False,
    ),
    "base64 in a conflict": Case(
        R + b"<<<<<<< a\n" + B64 + b"\n>>>>>>> b\n", [("root", 1, 1)], [("unreadable", "line 11", CONFLICT)], True, True
    ),
    "base64 of two": Case(base64.b64encode(LEAF.der + ROOT.der), [("leaf", 1, 1), ("root", 2, 1)], [], False, False),
    "base64 with a few more octets": Case(
        base64.b64encode(LEAF.der + b"\xff" * 60) + b"\n", [("leaf", 1, 1)], [], False, False
    ),
    "base64 with many more octets": Case(
        base64.b64encode(LEAF.der + OTHER + b"\x05\x05abcdefgh" * 30) + b"\n",
        [("leaf", 1, 1)],
        [
            ("unreadable", "line 1, base64 without a BEGIN line, certificate 2", UNKNOWN),
            ("unreadable", "line 1", MAY_HOLD),
        ],
        True,
        True,
    ),
    "base64 of something else": Case(
        base64.b64encode(b"\x30\x82\x01\x00" + b"\x02\x01\x05" * 100) + b"\n",
        [],
        [("unreadable", "line 1, base64 without a BEGIN line", UNKNOWN)],
        True,
        True,
    ),
    "octets behind PEM": Case(
        L + b"\x01\x02text\n", [("leaf", 1, 1)], [("unreadable", "line 11", NEITHER)], True, False
    ),
    "octets without certificates": Case(
        b"text\n\x01\x02\n",
        [],
        [
            (
                "unreadable",
                "",
                "expected certificates in PEM, DER or PKCS#7, found text without a certificate; "
                "export the certificates again, as PEM",
            )
        ],
        True,
        True,
    ),
    "octets behind base64": Case(B64 + b"\n\x01\n", [("leaf", 1, 1)], [("unreadable", "line 2", NEITHER)], True, False),
    "octets behind another block": Case(
        b"-----BEGIN X-----\n-----END X-----\n\x01\n",
        [],
        [
            ("unrecognised", "PEM block 1, line 1", 'found "X"; only certificates belong here'),
            ("unreadable", "line 3", NEITHER),
        ],
        True,
        True,
    ),
    "hexadecimal digits before a CA": Case(
        HEXL + R, [("root", 1, 2)], [("unreadable", "line 1", MAY_HOLD)], True, True
    ),
    "hexadecimal digits behind an end entity": Case(
        L + HEXL, [("leaf", 1, 1)], [("unreadable", "line 11", MAY_HOLD)], True, False
    ),
    "hexadecimal digits behind a CA": Case(
        R + HEXL, [("root", 1, 1)], [("unreadable", "line 11", MAY_HOLD)], True, True
    ),
    "hexadecimal digits twice": Case(
        R + HEXL + R + HEXL, [("root", 1, 1), ("root", 2, 12)], [("unreadable", "lines 11, 22", MAY_HOLD)], True, True
    ),
    "hexadecimal digits five times": Case(
        L + (HEXL + L) * 5,
        [("leaf", 1, 1), ("leaf", 2, 12), ("leaf", 3, 23), ("leaf", 4, 34), ("leaf", 5, 45), ("leaf", 6, 56)],
        [("unreadable", "lines 11, 22, 33 and 2 more", MAY_HOLD)],
        True,
        False,
    ),
    "hexadecimal digits in a conflict": Case(
        L + b"<<<<<<< a\n" + HEXL + b">>>>>>> b\n",
        [("leaf", 1, 1)],
        [("unreadable", "line 11", CONFLICT), ("unreadable", "line 12", MAY_HOLD)],
        True,
        True,
    ),
    "a certificate with its words": Case(in_words(" 1004 (0x3ec)") + L, [("leaf", 1, 9)], [], False, False),
    "words of another certificate": Case(
        in_words(" 77 (0x4d)") + L, [("leaf", 1, 9)], [("unreadable", "line 4", IN_WORDS)], True, True
    ),
    "words of another certificate, and more than the limit": Case(
        in_words(" 77 (0x4d)") + L + R + L,
        [("leaf", 1, 9)],
        [("unreadable", "PEM block 2, line 19", "the file holds more than 1 certificates; the rest was not read")],
        True,
        False,
        most=1,
    ),
    "words of another certificate, and a damaged block": Case(
        in_words(" 77 (0x4d)") + L + block(b"x"),
        [("leaf", 1, 9)],
        [("unreadable", "PEM block 2, line 19", "expected a certificate or PKCS#7, found text without a certificate")],
        True,
        False,
    ),
    "a private key": Case(
        block(b"x", "PRIVATE KEY"), [], [("secret", "PEM block 1, line 1", SECRET + NOTHING)], True, True
    ),
    "a public key and parameters": Case(
        block(b"x", "RSA PUBLIC KEY") + block(b"x", "DH PARAMETERS"),
        [],
        [
            (
                "unrecognised",
                "PEM block 1, line 1",
                'found "RSA PUBLIC KEY", a public key; only certificates belong here',
            ),
            (
                "unrecognised",
                "PEM block 2, line 4",
                'found "DH PARAMETERS", parameters of a key; only certificates belong here' + NOTHING,
            ),
        ],
        True,
        True,
    ),
    "a private key in DER": Case(KEY, [], [("secret", "", SECRET + NOTHING)], True, True),
    "a private key with the label of a certificate": Case(
        block(KEY), [], [("secret", "PEM block 1, line 1", SECRET + NOTHING)], True, True
    ),
    "a private key with another label": Case(
        block(KEY, "X") + L, [("leaf", 1, 4)], [("secret", "PEM block 1, line 1", SECRET)], True, True
    ),
    "PKCS#12 in PEM": Case(
        block(b"x", "PKCS12"),
        [],
        [("unrecognised", "PEM block 1, line 1", 'found "PKCS12", PKCS#12; only certificates belong here' + NOTHING)],
        True,
        True,
    ),
    "something with the label of an attribute certificate": Case(
        block(b"abc", "ATTRIBUTE CERTIFICATE"),
        [],
        [
            (
                "unreadable",
                "PEM block 1, line 1",
                "expected a certificate or PKCS#7, found text without a certificate",
            )
        ],
        True,
        True,
    ),
    "a certificate with another label": Case(block(LEAF.der, "X Y"), [("leaf", 1, 1)], [], False, False),
    "a certificate with a misspelt label": Case(block(LEAF.der, "CERTIFICAT"), [("leaf", 1, 1)], [], False, False),
    "something with a misspelt label": Case(
        block(OTHER, "CERTIFICAT"), [], [("unreadable", "PEM block 1, line 1", UNKNOWN)], True, True
    ),
    "a damaged block with a misspelt label": Case(
        block(LEAF.der, "CERTIFICAT").replace(b"MII", b"M!I", 1),
        [],
        [
            (
                "unreadable",
                "PEM block 1, line 2, character 2",
                '"CERTIFICAT" is not "CERTIFICATE"; "!" is not a base64 character: '
                "copy the block or export the file again",
            )
        ],
        True,
        True,
    ),
    "something with a label of one letter more": Case(
        block(OTHER, "CERTIFICATE X"), [], [("unreadable", "PEM block 1, line 1", UNKNOWN)], True, True
    ),
    "two certificates in one block": Case(
        block(LEAF.der + ROOT.der, "CERTIFICATES"), [("leaf", 1, 1), ("root", 2, 1)], [], False, False
    ),
    "CMS": Case(block(p7(encoded(0xA0, LEAF.der)), "CMS"), [("leaf", 1, 1)], [], False, False),
    "PKCS#7": Case(block(p7(encoded(0xA0, LEAF.der)), "PKCS7"), [("leaf", 1, 1)], [], False, False),
    "a trusted certificate": Case(block(LEAF.der + OTHER, "TRUSTED CERTIFICATE"), [("leaf", 1, 1)], [], False, False),
    "something with the label of a list": Case(
        block(b"x", "X509 CRL"),
        [],
        [("unreadable", "PEM block 1, line 1", "expected a certificate or PKCS#7, found text without a certificate")],
        True,
        True,
    ),
    "a list that is cut": Case(
        block(LIST, "CRL").replace(b"-----END CRL-----\n", b""),
        [],
        [
            (
                "unreadable",
                "PEM block 1, line 1",
                'no "-----END CRL-----" line; the file is truncated or was only partly copied',
            )
        ],
        True,
        True,
    ),
    "a certificate and something else in a block": Case(
        block(LEAF.der + OTHER),
        [("leaf", 1, 1)],
        [("unreadable", "PEM block 1, line 1, certificate 2", UNKNOWN)],
        True,
        False,
    ),
    "the same with another label": Case(
        block(LEAF.der + OTHER, "X Y"),
        [("leaf", 1, 1)],
        [("unreadable", "PEM block 1, line 1, certificate 2", UNKNOWN)],
        True,
        False,
    ),
    "PKCS#7 with another member": Case(
        p7(encoded(0xA0, LEAF.der + b"\xa1\0" + ROOT.der)),
        [("leaf", 1, None), ("root", 2, None)],
        [("unreadable", "certificate 2", "member 2 of the PKCS#7 is an attribute certificate")],
        True,
        False,
    ),
    "PKCS#7 with another member and a CA": Case(
        p7(encoded(0xA0, b"\xa1\0" + ROOT.der)),
        [("root", 1, None)],
        [("unreadable", "certificate 1", "member 1 of the PKCS#7 is an attribute certificate")],
        True,
        True,
    ),
    "PKCS#7 with a list": Case(
        p7(encoded(0xA0, LEAF.der) + encoded(0xA1, LIST)), [("leaf", 1, None)], [], False, False, lists=1
    ),
    "a list before a certificate in DER": Case(LIST + LEAF.der, [("leaf", 1, None)], [], False, False, lists=1),
    "a private key in a row of DER": Case(
        LEAF.der + KEY, [("leaf", 1, None)], [("secret", "certificate 2", SECRET)], True, False
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_file_is_read_with_every_word_that_is_said_of_it(case: Case) -> None:
    found = decode_bundle(case.data, case.most)
    assert [(NAMES[one.certificate.der], one.position, one.line) for one in found.certificates] == case.certificates
    assert [(problem.kind, problem.where, problem.reason) for problem in found.problems] == case.problems
    assert (found.damaged, found.first_lost, len(found.revocation_lists)) == (
        case.damaged,
        case.first_lost,
        case.lists,
    )


@pytest.mark.parametrize(
    "label",
    ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CMS", "PKCS #7 SIGNED DATA", "CERTIFICATES",
     "X509 CRL", "CRL"],
)  # fmt: skip
def test_a_damaged_block_with_a_label_of_certificates_or_lists_is_not_called_misspelt(label: str) -> None:
    (problem,) = decode_bundle(block(LEAF.der, label).replace(b"MII", b"M!I", 1), 10).problems
    assert (problem.kind, problem.where, problem.reason) == (
        "unreadable",
        "PEM block 1, line 2, character 2",
        '"!" is not a base64 character: copy the block or export the file again',
    )


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("CERTIFICATE REQUEST", "a certificate request"),
        ("NEW CERTIFICATE REQUEST", "a certificate request"),
        ("PUBLIC KEY", "a public key"),
        ("RSA PUBLIC KEY", "a public key"),
        ("SSH2 PUBLIC KEY", "an SSH public key"),
        ("OCSP RESPONSE", "an OCSP response"),
        ("PGP PUBLIC KEY BLOCK", "a PGP public key"),
        ("PGP MESSAGE", "a PGP message"),
        ("PKCS12", "PKCS#12"),
        ("EC PARAMETERS", "parameters of a key"),
    ],
)
def test_a_block_of_another_kind_is_named(label: str, name: str) -> None:
    found = decode_bundle(L + block(b"x", label), 10)
    assert [(problem.kind, problem.where, problem.reason) for problem in found.problems] == [
        ("unrecognised", "PEM block 2, line 11", f'found "{label}", {name}; only certificates belong here'),
    ]
    assert (found.damaged, found.first_lost) == (False, False)


@pytest.mark.parametrize("label", ["SOMETHING", "CERTIFY"])
def test_a_block_with_a_label_that_means_nothing_is_named_by_it(label: str) -> None:
    found = decode_bundle(L + block(OTHER, label), 10)
    assert [(problem.kind, problem.where, problem.reason) for problem in found.problems] == [
        ("unrecognised", "PEM block 2, line 11", f'found "{label}"; only certificates belong here'),
    ]
    assert (found.damaged, found.first_lost) == (False, False)


def test_a_difference_before_a_block_in_one_line_at_the_end_of_the_file_refuses_it() -> None:
    found = decode_bundle(b"@@ -1 +1 @@\n-old\n" + L.replace(b"\n", b" "), 10)
    assert found.certificates == ()
    assert [(problem.where, problem.reason) for problem in found.problems] == [("line 2", DIFFERENCE)]


def test_in_a_conflict_base64_that_is_commented_out_is_not_named_too() -> None:
    found = decode_bundle(R + b"<<<<<<< a\n# " + B64 + b"\n>>>>>>> b\n", 10)
    assert [(problem.where, problem.reason) for problem in found.problems] == [("line 11", CONFLICT)]


def test_something_else_between_two_certificates_in_base64_is_damage() -> None:
    other = encoded(SEQUENCE, b"\x01\x01\xff" * 60)
    found = decode_bundle(base64.b64encode(LEAF.der + other + ROOT.der), 10)
    assert [(one.certificate.der, one.position, one.line) for one in found.certificates] == [
        (LEAF.der, 1, 1),
        (ROOT.der, 2, 1),
    ]
    assert [(problem.where, problem.reason) for problem in found.problems] == [
        ("line 1, base64 without a BEGIN line, certificate 2", UNKNOWN),
    ]
    assert (found.damaged, found.first_lost) == (True, False)


def test_base64_of_two_things_that_are_no_certificates_is_one_problem() -> None:
    other = encoded(SEQUENCE, b"\x01\x01\xff" * 50)
    found = decode_bundle(base64.b64encode(other + other), 10)
    assert [(problem.where, problem.reason) for problem in found.problems] == [
        ("line 1, base64 without a BEGIN line", UNKNOWN),
    ]


@pytest.mark.parametrize("data", [b"# empty\n  \n", b"\n \n# Empty", "# empty".encode("utf-16")])
def test_blank_lines_beside_the_line_that_says_empty_do_not_matter(data: bytes) -> None:
    found = decode_bundle(data, 10)
    assert (found.certificates, found.problems, found.damaged, found.first_lost) == ((), (), False, False)


def test_what_is_lost_first_stays_lost_when_another_block_is_refused() -> None:
    found = decode_bundle(block(OTHER) + L + b"# " + R, 10)
    assert (len(found.certificates), len(found.problems), found.first_lost, found.end_entity) == (1, 2, True, None)


def changed(old: bytes, new: bytes, data: bytes = LEAF.der) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (
            changed(b"\x02\x02\x03\xec", b"\x02\x02\xff\xec"),
            [("unreadable", "CN=leaf,O=Example was read, except these fields: serialNumber")],
        ),
        (
            stand_in(extension=bytes.fromhex("300a0603551d110403ffffff")),
            [("unreadable", "the certificate was read, except these fields: subjectAltName")],
        ),
        (changed(b"\x0c\x07Issuing", b"\x13\x07Iss@ing"), []),
        (
            changed(b"\x0c\x04leaf", b"\x13\x04le@f"),
            [("note", "CN=le@f,O=Example was read, but these fields are not encoded as RFC 5280 requires: subject")],
        ),
        (
            changed(b"\x0c\x07Issuing", b"\x13\x07Iss@ing", changed(b"\x0c\x04leaf", b"\x13\x04le@f")),
            [
                (
                    "note",
                    "CN=le@f,O=Example was read, but these fields are not encoded as RFC 5280 requires: subject, "
                    "issuer",
                )
            ],
        ),
    ],
)
def test_of_a_certificate_with_an_odd_field_the_field_is_named_and_the_file_is_whole(
    data: bytes, problems: list[tuple[str, str]]
) -> None:
    found = decode_bundle(R + block(data), 10)
    assert [(one.kind, one.where, one.reason) for one in found.problems] == [
        (kind, "PEM block 2, line 11", reason) for kind, reason in problems
    ]
    assert (len(found.certificates), found.damaged, found.first_lost) == (2, False, False)


def test_what_is_lost_before_the_first_certificate_of_der_is_lost_though_another_is_lost_behind_it() -> None:
    assert decode_bundle(OTHER + LEAF.der + OTHER, 10).first_lost
    assert not decode_bundle(LEAF.der + OTHER + OTHER, 10).first_lost


def test_a_list_beside_the_certificates_of_pkcs7_does_not_give_them_an_order() -> None:
    certificates = encoded(0xA0, ROOT.der + ISSUING.der + LEAF.der)
    for data in (p7(certificates), p7(certificates, encoded(0xA1, LIST))):
        assert decode_bundle(data, 10).certificates[0].certificate.der == LEAF.der


def test_pkcs7_of_a_ca_has_lost_nothing_and_one_without_a_certificate_has_lost_its_first() -> None:
    one = decode_bundle(p7(encoded(0xA0, ROOT.der)), 10)
    assert (one.damaged, one.first_lost) == (False, False)
    none = decode_bundle(p7(encoded(0xA0, b"\xa1\0")), 10)
    assert (none.damaged, none.first_lost, len(none.problems)) == (True, True, 1)


@pytest.mark.parametrize(
    ("times", "where"),
    [(1, "line 11"), (2, "lines 11, 22"), (3, "lines 11, 22, 33"), (4, "lines 11, 22, 33 and 1 more")],
)
def test_equal_problems_are_one_with_the_first_three_lines(times: int, where: str) -> None:
    found = decode_bundle(L + (HEXL + L) * times, 10)
    assert [(problem.where, problem.reason) for problem in found.problems] == [(where, MAY_HOLD)]
