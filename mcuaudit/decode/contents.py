"""What octets are, by their content: certificates, PKCS#7, and the names of what is neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from mcuaudit.decode.tlv import (
    BIT_STRING,
    ENUMERATED,
    EXPLICIT_0,
    EXPLICIT_1,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    BadEncodingError,
    Tlv,
    children,
    dotted,
    header_length,
    tlv_at,
)

CERTIFICATE: Final = "certificate"
CRL: Final = "certificate revocation list"
KEY: Final = "private key"
REFUSED: Final = "refused"

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_OTHER_CMS = {
    "1.2.840.113549.1.7.1": "PKCS#7 data without certificates",
    "1.2.840.113549.1.7.3": "PKCS#7 enveloped data, which is encrypted",
    "1.2.840.113549.1.7.6": "PKCS#7 encrypted data",
}
_AGAIN = "export the certificates again, as PEM"
_UNKNOWN = f"the bytes are not a certificate or PKCS#7; {_AGAIN}"
_ONE_OF_THEM: Final = "certificate or PKCS#7"
_FILLING = b"\0\r\n\t \x1a"
_MEMBERS = {
    0xA0: "a PKCS#6 extended certificate",
    0xA1: "an attribute certificate",
    0xA2: "an attribute certificate",
}

_STARTS: Final = (
    (b"PK\x03\x04", "a ZIP archive; unpack it"),
    (b"\x1f\x8b", "a gzip archive; unpack it"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it"),
    (b"%PDF", "a PDF document"),
    (b"\xfe\xed\xfe\xed", "a Java keystore (JKS); export its certificates as PEM"),
    (b"\xce\xce\xce\xce", "a Java keystore (JCEKS); export its certificates as PEM"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format", "a database"),
    (b"ssh-", "an SSH public key"),
    (b"ecdsa-sha2-", "an SSH public key"),
    (b"{\\rtf", "a word-processor document; save it as plain text"),
    (b"{", "JSON"),
    (b"version https://git-lfs", "a Git LFS pointer; fetch the file itself with git lfs pull"),
    (b"<~", "Ascii85 (base85), which is not read; export the certificates as PEM"),
    (b"Certificate:", "a certificate as text, as openssl x509 -text prints it; export it as PEM"),
    (b"http://", "a URL; save the file that it points to here"),
    (b"https://", "a URL; save the file that it points to here"),
)
_HEXADECIMAL: Final = re.compile(rb"\s*(?:[0-9A-Fa-f]{6,8}:? +)?(?:(?:0x)?[0-9A-Fa-f]{2}[\s:,]*){8}")
_ZIP, _OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WORKBOOK: Final = "an Excel workbook"
_BINARY: Final = frozenset(start for start, _ in _STARTS if not start.isascii() or start in (_ZIP, b"%PDF"))
_WEB_PAGE = re.compile(rb"(?i)<(?:!doctype\s+html|html|head|body)\b")


class Member(NamedTuple):
    """One thing that was found: what it is, its octets, for what is refused the reason, and whether it has an order."""

    kind: str
    data: bytes
    reason: str = ""
    of_set: bool = False


def members(data: bytes, *, trusted: bool = False) -> Iterator[Member]:
    """What `data` holds, in order: elements of DER in a row, each of them a certificate, PKCS#7, or something else.

    `trusted` says that OpenSSL's own data may follow a certificate (BEGIN TRUSTED CERTIFICATE).
    """
    position, found, useful = 0, False, False
    while data[position:].strip(_FILLING):
        if found and data[position] in _FILLING:
            position += 1
            continue
        try:
            element, end = tlv_at(data, position)
        except BadEncodingError as error:
            if useful or not found:
                yield Member(REFUSED, data[position:], _broken(data, position, found, error))
            return
        if element.tag != SEQUENCE:
            if not found:
                yield Member(REFUSED, data, f"expected a certificate or PKCS#7, found {name_of(data)}")
            elif useful:
                yield Member(REFUSED, data[position:], _following(data, position))
            return
        if not (trusted and found and not _is_certificate(element)):
            for member in _element(element):
                useful = useful or member.kind != REFUSED
                yield member
        position, found = end, True
    if not found:
        yield Member(REFUSED, data, "there is nothing in it")


def _broken(data: bytes, position: int, found: bool, error: BadEncodingError) -> str:
    if data[position] == SEQUENCE:
        if _was_text(data):
            return (
                "a certificate or PKCS#7 in DER that was saved as text, in UTF-8; export the certificates again, as PEM"
            )
        return f"the {'certificate revocation list (CRL)' if begins_as_list(data[position:]) else _ONE_OF_THEM} {error}"
    if found:
        return _following(data, position)
    return f"expected a certificate or PKCS#7, found {name_of(data)}"


def begins_as_list(data: bytes) -> bool:
    """Whether octets begin as a certificate revocation list does, up to its first time; it may be cut after that."""
    try:
        inner = data[header_length(data) :]
        fields = inner[header_length(inner) :]
        if inner[:1] != bytes([SEQUENCE]):
            return False
        if fields[:1] == bytes([INTEGER]):
            fields = fields[tlv_at(fields)[1] :]
        for _ in ("signature", "issuer"):
            element, end = tlv_at(fields)
            if element.tag != SEQUENCE:
                return False
            fields = fields[end:]
    except BadEncodingError:
        return False
    return fields[:1] in (b"\x17", b"\x18")


def _was_text(data: bytes) -> bool:
    """Whether an editor made characters of all octets, and wrote them in UTF-8."""
    try:
        return not data.isascii() and bool(data.decode())
    except UnicodeDecodeError:
        return False


def _following(data: bytes, position: int) -> str:
    return f"{len(data) - position} bytes follow that are not a certificate"


def _element(element: Tlv) -> Iterator[Member]:
    try:
        kind, _ = tlv_at(element.content)
        if kind.tag == OID:
            identifier = dotted(kind.content)
            if identifier == _SIGNED_DATA:
                yield from _pkcs7(element)
                return
            if identifier in _OTHER_CMS:
                yield Member(REFUSED, element.whole, f"expected a certificate, found {_OTHER_CMS[identifier]}")
                return
    except BadEncodingError:
        pass
    if _is_certificate(element):
        yield Member(CERTIFICATE, element.whole)
        return
    name = der_name(element)
    if name in (CRL, KEY):
        yield Member(name, element.whole)
    else:
        name = pkcs12_in_words(element.whole) if name == PKCS12 else name
        reason = f"expected a certificate or PKCS#7, found {name}" if name else _UNKNOWN
        yield Member(REFUSED, element.whole, reason)


def _pkcs7(element: Tlv) -> Iterator[Member]:
    """The members of PKCS#7 signed data: each certificate is an element of its own, so an odd one costs itself."""
    try:
        _, content = children(element)
        (signed,) = children(content, EXPLICIT_0)
        sets = children(signed, SEQUENCE)
        certificates = [member for field in sets if field.tag == EXPLICIT_0 for member in children(field)]
        # Lists have the tag [1]; under another one they are no less there.
        others = [field for field in sets if field.tag in range(EXPLICIT_1, 0xBF)]
        lists = [one for field in others for one in children(field) if field.tag == EXPLICIT_1 or der_name(one) == CRL]
    except ValueError:
        yield Member(REFUSED, element.whole, "the PKCS#7 is damaged, so that its certificates cannot be separated")
        return
    if not certificates and not lists:
        yield Member(REFUSED, element.whole, "the PKCS#7 has no certificate")
    for number, member in enumerate(certificates, start=1):
        if member.tag == SEQUENCE and der_name(member) == CRL:
            yield Member(CRL, member.whole)
        elif member.tag == SEQUENCE:
            yield Member(CERTIFICATE, member.whole, of_set=True)
        else:
            name = _MEMBERS.get(member.tag, "something that is not a certificate")
            yield Member(REFUSED, member.whole, f"member {number} of the PKCS#7 is {name}", of_set=True)
    for member in lists:
        yield Member(CRL, member.whole)


def _is_certificate(element: Tlv) -> bool:
    """Whether it has the three parts of a certificate, and in the first the times of one: no CRL, no request."""
    try:
        fields = children(element, SEQUENCE)
        is_signed = [field.tag for field in fields] == [SEQUENCE, SEQUENCE, BIT_STRING]
        inner = [field.tag for field in children(fields[0])] if is_signed else []
    except BadEncodingError:
        inner = []
    inner = inner[1:] if inner[:1] == [EXPLICIT_0] else inner
    return inner[:6] == [INTEGER, *[SEQUENCE] * 5]


def der_name(element: Tlv) -> str:
    """The name of an element other than a certificate; empty if it is not known."""
    try:
        fields = children(element, SEQUENCE)
        tags = [field.tag for field in fields]
        inner = [field.tag for field in children(fields[0])] if tags[:1] == [SEQUENCE] else []
    except BadEncodingError:
        return ""
    if tags == [SEQUENCE, SEQUENCE, BIT_STRING]:
        if inner == [INTEGER, SEQUENCE, SEQUENCE, EXPLICIT_0]:
            return "a certificate request"
        times = (0x17, 0x18)
        return CRL if any(tag in times for tag in inner[2:5]) else ""
    for wanted, name in _SHAPES:
        if tags[: len(wanted)] == list(wanted) and (name != PKCS12 or fields[0].content == b"\x03"):
            return name
    if inner[:1] == [OID]:
        return {BIT_STRING: "a public key", OCTET_STRING: KEY}.get(tags[-1], "")
    return ""


PKCS12: Final = "PKCS#12"
_BAG_OF_A_KEY = re.compile(rb"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01[\x01\x02]")
_ENCRYPTED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"


def pkcs12_in_words(data: bytes) -> str:
    """PKCS#12, with what can be seen of its keys without its password."""
    keys = "holds a" if _BAG_OF_A_KEY.search(data) else "may hold a" if _ENCRYPTED in data else "holds no"
    return f"PKCS#12, which {keys} private key; export the certificates alone, as PEM"


_SHAPES: Final = (
    ((INTEGER, SEQUENCE, SEQUENCE), PKCS12),
    ((INTEGER, SEQUENCE, OCTET_STRING), KEY),
    ((INTEGER, OCTET_STRING), KEY),
    # A key of DSA; one of RSA has nine.
    ((INTEGER,) * 6, KEY),
    ((ENUMERATED,), "an OCSP response"),
    ((INTEGER, INTEGER), "a public key or parameters of one"),
)


def container_of(data: bytes) -> str:
    """What a file is in which something else has to be unpacked or converted; "" for another file."""
    if data[:1] == b"\x30":
        try:
            element, _ = tlv_at(data)
        except BadEncodingError:
            return ""
        return pkcs12_in_words(data) if der_name(element) == PKCS12 else ""
    if data.startswith(_OFFICE) or (data.startswith(_ZIP) and b"xl/" in data):
        workbook = data.startswith(_ZIP) or "Workbook".encode("utf-16-le") in data
        return WORKBOOK if workbook else "a Microsoft Office document"
    if data.startswith(_ZIP) and b"word/" in data:
        return "a word-processor document"
    return next((name for start, name in _STARTS if data.startswith(start) and start in _BINARY), "")


def archive_of(data: bytes) -> str:
    """What a file is whose members may be text as they are, which is not its own; "" for another file."""
    return container_of(data) if data.startswith((_ZIP, _OFFICE)) else ""


_USES: Final = {
    "2.5.29.37.0": "any purpose",
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
}


def rejected(data: bytes) -> tuple[str, ...]:
    """The uses of TLS for which OpenSSL's own data behind a certificate reject it (BEGIN TRUSTED CERTIFICATE)."""
    try:
        _, end = tlv_at(data)
        settings = children(tlv_at(data, end)[0], SEQUENCE) if end < len(data) else []
        found = [dotted(use.content) for field in settings if field.tag == EXPLICIT_0 for use in children(field)]
    except ValueError:
        return ()
    return tuple(_USES[use] for use in found if use in _USES)


def is_web_page(data: bytes) -> bool:
    """Whether a file is HTML."""
    return _WEB_PAGE.search(data[:2000]) is not None


def name_of(data: bytes) -> str:
    """What a file is that holds no certificate, by how it begins."""
    if data.startswith((_OFFICE, _ZIP)):
        return container_of(data)
    if data and not data.strip(b"\0"):
        return f"only zero bytes, {len(data)} of them; export the file again"
    for start, name in _STARTS:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(start):
            return name
    if _HEXADECIMAL.match(data):
        return "a hex dump; export the certificates as PEM"
    if _WEB_PAGE.search(data[:2000]):
        return "a web page, perhaps a login page; save the certificate itself"
    if data.lstrip().startswith(b"<"):
        return "XML"
    if b"PuTTY-User-Key-File" in data[:100]:
        return "a PuTTY private key"
    # The first words of a file can be a password, so none of them is repeated.
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:_SEEN].decode("ascii", "replace").split("\n")[0].strip()
    odd = sum(not mark.isprintable() or mark == "\N{REPLACEMENT CHARACTER}" for mark in head)
    if 4 * odd >= len(head):
        return f"bytes of an unknown format, which begin with {data[:4].hex(' ')}"
    return "text without a certificate"


_SEEN: Final = 40
