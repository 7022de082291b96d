"""Files that a stranger made to cost time, memory or an audit: what each is, what is expected of it, and why.

Each stands for a way in which a reader of files has been brought down; the names say which.
"""

from __future__ import annotations

import base64
import gzip
import io
import os
import socket
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.authority import FAR_AHEAD, LONG_AGO, Authority, encoded, p256_key
from tests.clean_export import ROOT
from tests.odd_encodings import pkcs7_of

KIB: Final = 1 << 10
MIB: Final = 1 << 20

Content = bytes | Callable[[], bytes]
Maker = Callable[[Path], object]


@dataclass(frozen=True)
class Hostile:
    """One input.

    Attributes:
        path: where it lies in the export.
        content: its octets, or a function that makes them; None if `make` makes the entry.
        said: words of the problem that is expected; "" if the file is read without one.
        why: what it tries.
        make: makes an entry that is no regular file.
    """

    path: str
    content: Content | None
    said: str
    why: str
    make: Maker | None = None

    def write(self, root: Path) -> None:
        """Put it into an export."""
        path = root / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.make:
            self.make(path)
        else:
            path.write_bytes(self.octets)

    @property
    def octets(self) -> bytes:
        """The content of the file."""
        assert self.content is not None
        return self.content() if callable(self.content) else self.content


def _deep(opening: str, closing: str, number: int) -> bytes:
    return ("x = " + opening * number + closing * number + "\n").encode()


def _keys(number: int, key: str = "key_{}", value: str = "1") -> Callable[[], bytes]:
    return lambda: "".join(f"{key.format(n)} = {value}\n" for n in range(number)).encode()


def _tables(number: int, name: str = "tabel_{}", head: str = "[{}]") -> Callable[[], bytes]:
    return lambda: "".join(f"{head.format(name.format(n))}\nx = 1\n" for n in range(number)).encode()


def _peers(number: int, more: str = "") -> Callable[[], bytes]:
    return lambda: "".join(
        f'[[peer]]\nname = "peer-{n}"\nproduct = "Unified CM"\n{more}' for n in range(number)
    ).encode()


def _csv(columns: int, rows: int, header: str = "column_{}", cell: str = "x") -> Callable[[], bytes]:
    def made() -> bytes:
        head = "device," + ",".join(header.format(n) for n in range(columns))
        line = "," + ",".join([cell] * columns)
        return "\n".join([head, *(f"mcu-x{n}{line}" for n in range(rows)), ""]).encode()

    return made


def _pem(der: bytes, label: str = "CERTIFICATE") -> bytes:
    body = base64.encodebytes(der).decode().replace("\n", "")
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n".encode()


def _nested_der(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = encoded(0x30, data)
    return data


def _many_certificates(number: int) -> bytes:
    small = Authority.root("Small", key=p256_key(1), not_before=LONG_AGO, not_after=FAR_AHEAD)
    return small.pem * number


def _zip(members: int, size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(members):
            archive.writestr(f"xl/{number}.xml", b"\0" * size)
    return file.getvalue()


def _response(members: str) -> bytes:
    value = f"<params><param><value><struct>{members}</struct></value></param></params>"
    return f'<?xml version="1.0"?><methodResponse>{value}</methodResponse>'.encode()


def _member(name: str, value: str) -> str:
    return f"<member><name>{name}</name><value>{value}</value></member>"


def _billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>'
    return f'<?xml version="1.0"?>{declared}<methodResponse>&a9;</methodResponse>'.encode()


SETTINGS: Final = "oslo/mcu-x/settings.toml"
SITE: Final = "oslo/settings.toml"
PEERS: Final = "oslo/mcu-x/peers.toml"
TABLE: Final = "oslo/settings.csv"
STORE: Final = "oslo/mcu-x/https-trust-store.pem"
LOCAL: Final = "oslo/mcu-x/local-certificate.pem"
LIST: Final = "oslo/mcu-x/made.crl"
API: Final = "oslo/mcu-x/api/services.query.xml"
OCSP: Final = "oslo/mcu-x/peers/made.ocsp"
OTHER: Final = "oslo/mcu-x/notes.txt"
SITE_FILE: Final = "oslo/site.toml"


def _inputs() -> dict[str, Hostile]:
    found: dict[str, Hostile] = {}

    def add(name: str, path: str, content: Content, said: str, why: str) -> None:
        assert name not in found, name
        found[name] = Hostile(path, content, said, why)

    def special(name: str, path: str, make: Maker, said: str, why: str) -> None:
        found[name] = Hostile(path, None, said, why, make)

    toml = {"settings": SETTINGS, "peers": PEERS, "site.toml": SITE_FILE}
    for word, path in toml.items():
        add(
            f"{word}: a key of 100,000 parts",
            path,
            lambda: b".".join([b"a"] * 100_000) + b" = 1\n",
            "parts",
            "time and memory grow with the square of the parts",
        )
        add(
            f"{word}: a key of 100,000 quoted parts",
            path,
            lambda: b".".join([b'"a"'] * 100_000) + b" = 1\n",
            "parts",
            "the same, in quotes",
        )
        add(
            f"{word}: a header of 100,000 parts",
            path,
            lambda: b"[" + b".".join([b"a"] * 100_000) + b"]\nx = 1\n",
            "parts",
            "the same, in a header",
        )
        add(
            f"{word}: an array of 300,000 lines that is not closed",
            path,
            lambda: b"x = [\n" + b"1,\n" * 300_000,
            "invalid TOML",
            "the search for where it begins",
        )
        add(f"{word}: arrays within each other", path, _deep("[", "]", 50_000), "too many brackets", "recursion")
        add(f"{word}: inline tables within each other", path, _deep("{x=", "}", 50_000), "", "recursion")
        add(
            f"{word}: a number of 100,000 digits",
            path,
            b"x = " + b"9" * 100_000 + b"\n",
            "",
            "the conversion of a huge number",
        )
        add(
            f"{word}: a number of a million hexadecimal digits",
            path,
            b"x = 0x" + b"f" * MIB + b"\n",
            "",
            "a number that no text can have",
        )
        add(f"{word}: a text of 3 MiB", path, b'x = "' + b"a" * (3 * MIB) + b'"\n', "", "a long value in a message")
        add(f"{word}: a key of 3 MiB", path, b"a" * (3 * MIB) + b" = 1\n", "", "a long key in a message")
        add(f"{word}: only quotation marks", path, b'"' * MIB, "invalid TOML", "the search for the end of a text")
        add(f"{word}: only brackets", path, b"[" * MIB, "", "the search for the end of a list")
        add(f"{word}: zero bytes", path, bytes(MIB), "zero bytes", "a file of a disk that was full")
        add(f"{word}: 200,000 unknown keys", path, _keys(200_000), "", "a hint for each of them")
        add(f"{word}: 50,000 misspelt tables", path, _tables(50_000), "", "a hint for each of them")
        add(
            f"{word}: 100,000 empty tables",
            path,
            lambda: b"".join(b"[t%d]\n" % n for n in range(100_000)),
            "",
            "a problem for each of them",
        )
        add(f"{word}: a million line ends", path, b"\n" * MIB, "", "the lines of an error")
        add(f"{word}: one line of dots", path, b"." * MIB, "", "the parts of a key that has none")

    add(
        "settings: 100,000 users",
        SETTINGS,
        lambda: b'users = [{name = "a", privilege = "x"}%s]\n' % (b', {name = "a", privilege = "x"}' * 60_000),
        "",
        "a check of each entry",
    )
    add(
        "settings: 100,000 addresses",
        SETTINGS,
        lambda: b"[device]\naddresses = [%s]\n" % b", ".join(b'"10.0.0.300"' for _ in range(100_000)),
        "",
        "a problem for each entry",
    )
    add(
        "settings: labels that are nearly right",
        SETTINGS,
        _keys(20_000, "https_client_certificate_securiti_{}", '"Verify certificat"'),
        "",
        "a comparison with each label",
    )
    add("settings: keys of 1,000 letters", SETTINGS, _keys(3_000, "a" * 1000 + "_{}"), "", "a comparison of long words")
    add(
        "settings: texts of many lines",
        SETTINGS,
        lambda: b'x = """' + b"a = 1x\n" * 300_000 + b'"""\n',
        "",
        "each line may be a key",
    )
    add("settings: equal signs", SETTINGS, b"=" * MIB, "invalid TOML", "the hint for an error")
    add(
        "settings: a line of blanks",
        SETTINGS,
        b"x = 1" + b" " * (2 * MIB) + b"y\n",
        "invalid TOML",
        "white space that an expression tries again and again",
    )
    add("peers: 20,000 peers", PEERS, _peers(20_000), "", "a row for each of them")
    add(
        "peers: 20,000 peers of one name",
        PEERS,
        lambda: b'[[peer]]\nname = "one"\nuser = "a"\n' * 20_000,
        "",
        "a comparison of each with the first",
    )
    add(
        "peers: 20,000 peers with a file that is not there",
        PEERS,
        _peers(20_000, 'certificate = "peers/not-there.pem"\n'),
        "",
        "the search for a similar file, for each",
    )
    add(
        "peers: 200,000 unknown keys of one peer",
        PEERS,
        lambda: b'[[peer]]\nname = "one"\n' + _keys(200_000)(),
        "",
        "a hint for each of them",
    )
    add(
        "peers: 20,000 tables within a peer",
        PEERS,
        lambda: b'[[peer]]\nname = "one"\n' + _tables(20_000, head="[peer.{}]")(),
        "",
        "a declaration for each of them",
    )
    add(
        "peers: 100,000 identifiers",
        PEERS,
        lambda: (
            b'[[peer]]\nname = "one"\nidentifiers = [%s]\n'
            % b", ".join(b'"h%d.example.com"' % n for n in range(100_000))
        ),
        "",
        "a comparison of each with each name",
    )
    add(
        "peers: a path out of the export",
        PEERS,
        b'[[peer]]\nname = "one"\ncertificate = "../../../../../../../../etc/passwd"\n',
        "",
        "a file outside the export",
    )
    add(
        "peers: an absolute path",
        PEERS,
        b'[[peer]]\nname = "one"\ncertificate = "/etc/shadow"\n',
        "",
        "a file outside the export",
    )
    add(
        "peers: a path of 100,000 characters",
        PEERS,
        b'[[peer]]\nname = "one"\ncertificate = "%s.pem"\n' % (b"a/" * 50_000),
        "",
        "a name that no system can have",
    )
    add(
        "peers: a path with a zero byte",
        PEERS,
        b'[[peer]]\nname = "one"\ncertificate = "peers/a\\u0000.pem"\n',
        "",
        "a name that no system can have",
    )

    add("csv: 100,000 columns", TABLE, _csv(100_000, 2), "columns", "a hint for each of them")
    add(
        "csv: 100,000 empty columns",
        TABLE,
        lambda: b"device,device.model" + b"," * 100_000 + b"\nmcu-x,MCU 4510" + b"," * 100_000 + b"\n",
        "",
        "a spreadsheet that was saved whole",
    )
    add(
        "csv: 100,000 rows of unknown devices",
        TABLE,
        _csv(1, 100_000, "device.model", "MCU 4510"),
        "",
        "the search for a similar device, for each",
    )
    add(
        "csv: 50,000 rows of one device",
        TABLE,
        lambda: b"device,device.model\n" + b"mcu-x,MCU 4510\nmcu-x,MCU 4520\n" * 50_000,
        "",
        "a comparison of each with the first",
    )
    add(
        "csv: a quotation mark that is not closed",
        TABLE,
        lambda: b'device,device.model\n"mcu-x,MCU 4510\n' + b"mcu-y,MCU 4510\n" * 100_000,
        "",
        "one cell of the whole file",
    )
    add("csv: only quotation marks", TABLE, b'"' * MIB, "", "the search for the end of a cell")
    add("csv: only separators", TABLE, b"," * MIB, "", "empty columns")
    add("csv: only semicolons and line ends", TABLE, b";\n" * (MIB // 2), "", "empty rows")
    add(
        "csv: rows of 1,000 cells",
        TABLE,
        lambda: b"device,device.model\n" + (b"mcu-x" + b",x" * 1000 + b"\n") * 1000,
        "",
        "cells without a column",
    )
    add(
        "csv: a cell of 3 MiB",
        TABLE,
        b"device,device.model\nmcu-x," + b"M" * (3 * MIB) + b"\n",
        "",
        "the limit of a reader of CSV",
    )
    add("csv: a header of 3 MiB", TABLE, b"d" * (3 * MIB) + b"\n1\n", "", "a long name in a message")
    add("csv: lines without an end", TABLE, b"device,device.model\r" * 50_000, "", "the line ends of old Macs")
    add(
        "csv: a bomb in a workbook",
        TABLE,
        lambda: _zip(20, 10 * MIB),
        "expected a table",
        "a workbook of zero bytes, which are not unpacked",
    )
    add(
        "csv: a web page of blanks",
        TABLE,
        b"<html>" + b" " * (2 * MIB),
        "web page",
        "white space that an expression tries again and again",
    )
    add(
        "csv: users with many colons",
        TABLE,
        lambda: b"device,users\nmcu-x," + b"a:b:c:" * 200_000 + b"\n",
        "",
        "the entries of a cell",
    )

    store = {"store": STORE, "local certificate": LOCAL, "peer file": "oslo/mcu-x/peers/made.pem"}
    for word, path in store.items():
        add(
            f"{word}: 4,000 blocks BEGIN",
            path,
            b"-----BEGIN CERTIFICATE-----\n" * 40_000,
            "",
            "a search for the end of each",
        )
        add(
            f"{word}: blocks END and BEGIN",
            path,
            b"-----END CERTIFICATE----------BEGIN CERTIFICATE-----" * 20_000,
            "",
            "blocks without a body",
        )
        add(f"{word}: 3 MiB of base64", path, b"A" * (3 * MIB), "", "one body without lines")
        add(
            f"{word}: 3 MiB of base64 in lines",
            path,
            (b"MIIB" * 16 + b"\n") * 48_000,
            "",
            "an interpretation for each beginning",
        )
        add(f"{word}: 3 MiB of dashes", path, b"-" * (3 * MIB), "", "dashes that an expression tries again and again")
        add(f"{word}: 3 MiB of hexadecimal digits", path, b"30820100" * 390_000, "", "digits that may be a certificate")
        add(
            f"{word}: 3 MiB of blanks",
            path,
            b" " * (3 * MIB),
            "",
            "white space that an expression tries again and again",
        )
        add(f"{word}: a million backslashes and n", path, b"\\n" * MIB, "", "line ends as text")
        add(f"{word}: lines of quotation marks", path, b"> > > > > > > >\n" * 60_000, "", "the margins of a mail")
        add(f"{word}: sequences within each other", path, lambda: _nested_der(20_000), "", "recursion")
        add(
            f"{word}: a length of 2**62",
            path,
            b"\x30\x88\x3f\xff\xff\xff\xff\xff\xff\xff" + bytes(100),
            "",
            "memory for what is not there",
        )
        add(f"{word}: a length without an end", path, b"\x30\x80" * 50_000, "", "BER, recursion")
        add(f"{word}: 100,000 empty sequences", path, b"\x30\x00" * 100_000, "", "a problem for each of them")
        add(
            f"{word}: random octets",
            path,
            lambda: bytes((n * 7919 + n // 251) % 256 for n in range(MIB)),
            "",
            "an interpretation for each beginning",
        )
        add(
            f"{word}: a certificate and 2 MiB of words",
            path,
            lambda: ROOT.pem + b"lorem ipsum dolor sit amet " * 80_000,
            "",
            "text that may be something else",
        )
    add(
        "store: 6,000 certificates",
        STORE,
        lambda: _many_certificates(6_000),
        "",
        "the same certificate again and again",
    )
    add("store: 6,000 certificates in a PKCS#7", STORE, lambda: pkcs7_of(*[ROOT.der] * 6_000), "", "a set of thousands")
    add(
        "store: 60,000 members of a PKCS#7 that are none",
        STORE,
        lambda: pkcs7_of(*[b"\x30\x03\x02\x01\x01"] * 60_000),
        "",
        "a problem for each of them",
    )
    add("store: UTF-16 of base64", STORE, ("A" * MIB).encode("utf-16"), "", "an encoding of an encoding")
    add("store: quoted-printable", STORE, b"=3D" * MIB, "", "an encoding of an encoding")
    add(
        "store: gzip of gigabytes",
        STORE,
        lambda: gzip.compress(bytes(400 * MIB), 9),
        "",
        "what is packed is not unpacked",
    )
    add(
        "store: PEM in PEM in PEM",
        STORE,
        lambda: _pem(_pem(_pem(ROOT.der) * 10) * 10),
        "",
        "an encoding of an encoding",
    )
    add(
        "store: headers before a block",
        STORE,
        lambda: b"-----BEGIN CERTIFICATE-----\n" + b"X-A: b\n" * 100_000 + b"\nAAAA\n-----END CERTIFICATE-----\n",
        "",
        "headers as of RFC 1421",
    )

    add(
        "list: 200,000 entries that are none",
        LIST,
        lambda: encoded(0x30, encoded(0x30, b"\x02\x01\x01" + b"\x30\x00" * 200_000) + b"\x30\x00\x03\x01\x00"),
        "",
        "a problem for each entry",
    )
    add("list: sequences within each other", LIST, lambda: _nested_der(20_000), "", "recursion")
    add(
        "list: 3 MiB of base64",
        LIST,
        b"-----BEGIN X509 CRL-----\n" + (b"MIIB" * 16 + b"\n") * 48_000,
        "",
        "a block without an end",
    )

    add("response: a billion laughs", API, _billion_laughs(), "", "entities that grow")
    add(
        "response: an external entity",
        API,
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><methodResponse>&a;</methodResponse>',
        "",
        "a file outside the export",
    )
    add("response: elements within each other", API, b"<value>" * 100_000, "", "recursion")
    add(
        "response: structures within each other",
        API,
        _response(_member("a", "<struct>" * 5_000 + "</struct>" * 5_000)),
        "",
        "recursion",
    )
    add(
        "response: arrays within each other",
        API,
        _response(_member("a", "<array><data><value>" * 5_000 + "</value></data></array>" * 5_000)),
        "",
        "recursion",
    )
    add(
        "response: 60,000 members",
        API,
        lambda: _response("".join(_member(f"m{n}", "<int>1</int>") for n in range(60_000))),
        "",
        "a row for each of them",
    )
    add(
        "response: 60,000 attributes",
        API,
        lambda: b"<methodResponse " + b" ".join(b'a%d="1"' % n for n in range(60_000)) + b"/>",
        "",
        "a comparison of each with each",
    )
    add(
        "response: a number of 100,000 digits",
        API,
        _response(_member("port", f"<int>{'9' * 100_000}</int>")),
        "",
        "the conversion of a huge number",
    )
    add(
        "response: base64 of 3 MiB",
        API,
        _response(_member("a", f"<base64>{'A' * (3 * MIB)}</base64>")),
        "",
        "a long value in a message",
    )
    add(
        "response: white space",
        API,
        b"<methodResponse>" + b" " * (3 * MIB) + b"</methodResponse>",
        "",
        "white space that an expression tries again and again",
    )
    add("response: opening angles", API, b"<" * MIB, "", "an expression that looks for the end of an element")
    add(
        "response: a comment without an end",
        API,
        b"<methodResponse><!--" + b"-" * (2 * MIB),
        "",
        "the search for its end",
    )
    add("response: many heads", API, b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n" * 60_000, "", "the heads of responses")

    add("ocsp: sequences within each other", OCSP, lambda: _nested_der(20_000), "", "recursion")
    add("ocsp: 3 MiB of zero bytes", OCSP, bytes(3 * MIB), "", "a file of a disk that was full")

    add("unrecognised: 3 MiB of words with colons", OTHER, b"password: x1\n" * 200_000, "", "a search for secrets")
    add("unrecognised: 3 MiB of base64", OTHER, (b"MIIE" * 16 + b"\n") * 48_000, "", "keys in base64 without a label")
    add("unrecognised: 3 MiB of JSON", OTHER, b'{"a": ' * 500_000, "", "recursion")
    add("unrecognised: user:password forms", OTHER, b"https://u:p1@h/ " * 190_000, "", "URLs with passwords")
    add(
        "unrecognised: 40,000 labels of keys",
        OTHER,
        b"-----BEGIN PRIVATE KEY-----\n" * 100_000,
        "",
        "a search for the end of each",
    )
    add(
        "unrecognised: XML of the root configuration",
        "oslo/mcu-x/x.xml",
        b"<configuration>" + b"<a/>" * 500_000,
        "",
        "a backup, which is not read",
    )
    add(
        "hidden: 3 MiB of words with colons",
        "oslo/mcu-x/.notes",
        b"secret=1a2b3c " * 200_000,
        "",
        "a search for secrets",
    )

    special(
        "a pipe in place of settings", SETTINGS, lambda path: os.mkfifo(path), "pipe", "a reader that waits forever"
    )
    special("a pipe in place of a store", STORE, lambda path: os.mkfifo(path), "pipe", "a reader that waits forever")
    special("a socket in place of a store", STORE, _socket, "", "no file at all")
    special("a link to itself", STORE, lambda path: path.symlink_to(path.name), "link", "a loop")
    special("a link to /dev/zero", STORE, lambda path: path.symlink_to("/dev/zero"), "link", "a file without an end")
    special(
        "a link out of the export",
        STORE,
        lambda path: path.symlink_to("/etc/passwd"),
        "link",
        "a file outside the export",
    )
    special(
        "a directory that links to its parent", "oslo/mcu-x/peers", lambda path: path.symlink_to(".."), "link", "a loop"
    )
    special("directories within each other", "oslo/mcu-x/deep", deep_directories, "", "a path that no call can have")
    special(
        "a name of line ends",
        "oslo/mcu-x/a\nb\r.toml",
        lambda path: path.write_bytes(b"x = 1\n"),
        "",
        "a name that breaks lines",
    )
    special(
        "a name of escape sequences",
        "oslo/mcu-x/\x1b[31mred.toml",
        lambda path: path.write_bytes(b"x = 1\n"),
        "",
        "a name that a terminal obeys",
    )
    special(
        "a name that is not UTF-8",
        "oslo/mcu-x/\udcff\udcfe.toml",
        lambda path: path.write_bytes(b"x = 1\n"),
        "",
        "a name that no text can have",
    )
    special(
        "a name from right to left",
        "oslo/mcu-x/\u202etxt.lmot",
        lambda path: path.write_bytes(b"x = 1\n"),
        "",
        "a name that reads as another",
    )
    special("a device of markup", "oslo/<script>alert(1)/settings.toml", _in_directory, "", "a name that a page obeys")
    special("a device named ..a", "oslo/..a/settings.toml", _in_directory, "", "a name that looks like a way out")
    special("a file without rights", STORE, _closed, "", "a file that cannot be read")
    return found


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def deep_directories(path: Path) -> None:
    """Directories of 200 letters, 40 of them within each other: no path of 4,096 characters reaches the last one."""
    path.mkdir()
    here = os.open(path, os.O_RDONLY)
    for _ in range(40):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    file = os.open("settings.toml", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(file, b"x = 1\n")
    os.close(file)
    os.close(here)


def _in_directory(path: Path) -> None:
    path.write_bytes(b'[device]\nmodel = "MCU 4510"\n')


def _closed(path: Path) -> None:
    path.write_bytes(ROOT.pem)
    path.chmod(0)


INPUTS: Final = _inputs()


def _aliases(levels: int) -> bytes:
    lines = [f"g{n}: &g{n} {{children: {{a{n}: *g{n - 1}, b{n}: *g{n - 1}}}}}\n" for n in range(1, levels)]
    return ("---\ng0: &g0 {hosts: {m: {site: leeds}}}\n" + "".join(lines)).encode()


def _each_within_each(number: int) -> bytes:
    """A group of many hosts, by many names."""
    hosts = ", ".join(f"m{n}: " for n in range(number))
    return f"---\na: &a {{hosts: {{{hosts}}}}}\nb:\n  children:\n".encode() + b"".join(
        b"    c%d: *a\n" % n for n in range(number)
    )


def _sheet(content: bytes, sheets: int) -> bytes:
    """A workbook whose sheets are all the same part."""
    file = io.BytesIO()
    target = '<Relationship Id="r" Target="worksheets/s.xml"/>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook>" + '<sheet id="r"/>' * sheets + "</workbook>")
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{target}</Relationships>")
        archive.writestr("xl/worksheets/s.xml", content)
    return file.getvalue()


def _list(name: str, content: Content, said: str, why: str) -> tuple[str, Hostile]:
    return name, Hostile("devices", content, said, why)


LISTS: Final[dict[str, Hostile]] = dict(
    (
        _list("YAML list: aliases of aliases", lambda: _aliases(1_000), "", "groups that are visited again and again"),
        _list("YAML list: aliases to one large group", lambda: _each_within_each(3_000), "100,000", "hosts by groups"),
        _list("YAML list: lists within each other", b"---\na: " + b"[" * 60_000, "cannot be read", "recursion"),
        _list(
            "YAML list: merges of merges",
            lambda: b"---\na0: &a0 {x: }\n"
            + b"".join(b"a%d: &a%d {<<: *a%d, x%d: }\n" % (n, n, n - 1, n) for n in range(1, 2_000)),
            "stands for more than",
            "mappings that grow",
        ),
        _list(
            "INI list: children four times",
            lambda: "".join(f"[g{n}:children]\n" + f"g{n + 1}\n" * 4 for n in range(900)).encode()
            + b"[g900]\nm site=leeds\n",
            "",
            "groups that are visited again and again",
        ),
        _list("INI list: a range of zeros", b"[a]\nx[" + b"0" * 5_000 + b":1]\n", "name of a host", "a huge number"),
        _list("INI list: ranges of ranges", b"[a]\n" + b"x[0:9999]\n" * 6_000, "100,000", "the same hosts again"),
        _list("xlsx list: one sheet 10,000 times", lambda: _sheet(b"<x>" + b" " * 8_000_000 + b"</x>", 10_000),
              "no visible sheet", "a part that is read for each sheet"),
        _list("xlsx list: 200,000 rows without cells", lambda: _sheet(b"<x>" + b"<row/>" * 200_000 + b"</x>", 1),
              "no visible sheet", "a list of nothing"),
    )
)  # fmt: skip
"""Lists of devices, as `init` and `sort` take them."""

HEAP_FILES: Final = {
    "heap: blank lines": Hostile("f", b"\n" * 60_000, "", "white space that an expression tries again and again"),
    "heap: blank lines of a spreadsheet": Hostile("f", b" \t\r\n" * 15_000, "", "the same with other white space"),
    "heap: a word without an end": Hostile("f", b"a" * 60_000, "", "a key that is not followed by a value"),
}
"""Files of a heap, as `sort` takes them."""
