"""What a problem says to do ("put it into …", "write …", "remove …") is done literally, and leads to a clean export."""

from __future__ import annotations

import ast
import base64
import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pytest
from cryptography import x509

import mcuaudit
from mcuaudit.predict.prediction import predict_fleet
from tests.authority import NOW, Issued
from tests.clean_export import DEVICE, ELSEWHERE, HOST, ISSUING, ROOT, CleanExport, chain, local_certificate
from tests.hints import PACKAGE
from tests.hostile.hostile_files import deep_directories
from tests.predict.ocsp_responses import LATER
from tests.revoking import revocation_list

SECURITY = "ssl_certificates.client_certificate_security"
SETTINGS = f"{DEVICE}/settings.toml"
STORE = f"{DEVICE}/sip-trust-store.pem"
LOCAL = f"{DEVICE}/local-certificate.pem"
RESPONSE = f"{DEVICE}/api/device.query.xml"
_MODEL: Final = (
    "<member><name>model</name><value><string>MCU 4510</string></value></member>"
    "<member><name>softwareVersion</name><value><string>4.4(3.57)</string></value></member>"
)
Change = Callable[[Path], object]
Follow = Callable[[Path, Path, re.Match[str]], object]


def armoured(label: str, content: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(content).decode()}-----END {label}-----\n".encode()


@dataclass(frozen=True)
class Case:
    """A mistake, the words of the problem that say what to do, and doing it with what the words contain."""

    mistake: Change
    words: str
    follow: Follow
    like_new: bool = True
    """The outcomes are those of the export without the mistake."""


@dataclass(frozen=True)
class Read:
    """What was read of an export, and the outcome of each connection by its id; rules would add nothing to these."""

    problems: pd.DataFrame
    outcomes: dict[str, str]


def read(directory: Path) -> Read:
    fleet = mcuaudit.read_export(directory)
    connections = predict_fleet(fleet, NOW).connections
    outcomes = connections["outcome"].astype(str)
    return Read(fleet.problems, dict(zip(connections["connection_id"], outcomes, strict=True)))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outcomes of the export without a mistake."""
    return read(CleanExport().write(tmp_path_factory.mktemp("good"))).outcomes


def put(root: Path, name: str, content: str | bytes) -> Path:
    """Write a file of the export."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return root / name


def move(root: Path, old: str, new: str) -> Path:
    """Move a file of the export."""
    (root / new).parent.mkdir(parents=True, exist_ok=True)
    return (root / old).rename(root / new)


def change(name: str, old: str, new: str, encoding: str = "utf-8") -> Change:
    """Replace words of a file once, and save it in an encoding."""

    def changed(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_bytes(text.replace(old, new, 1).encode(encoding))

    return changed


def in_file(old: str, new: str) -> Follow:
    r"""Replace words of the file of the problem; in `new`, \1 stands for the words of the problem."""

    def follow(_root: Path, file: Path, found: re.Match[str]) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, found.expand(new), 1), encoding="utf-8")

    return follow


def as_utf8(encoding: str) -> Follow:
    return lambda _root, file, _found: file.write_text(file.read_text(encoding=encoding), encoding="utf-8")


def removed(_root: Path, file: Path, _found: re.Match[str]) -> None:
    file.unlink()


def with_table(text: str, *keys: str) -> Change:
    """Write settings.csv instead of some keys of settings.toml."""

    def changed(root: Path) -> None:
        lines = (root / SETTINGS).read_text().splitlines()
        put(root, SETTINGS, "\n".join(line for line in lines if line.partition(" =")[0] not in keys))
        put(root, "settings.csv", text)

    return changed


def link(root: Path, name: str, target: str) -> None:
    """Replace a file by a link."""
    (root / name).unlink()
    (root / name).symlink_to(target)


def store_as_directory(root: Path) -> None:
    (root / STORE).unlink()
    put(root, f"{STORE}/root.pem", chain(ROOT))
    put(root, f"{STORE}/issuing.pem", chain(ISSUING))


def one_file(_root: Path, file: Path, found: re.Match[str]) -> None:
    content = b"".join(part.read_bytes() for part in sorted(file.iterdir()))
    shutil.rmtree(file)
    file.with_name(found[1]).write_bytes(content)


def one_peer(root: Path) -> None:
    text = (root / "peers.toml").read_text()
    put(root, "peers.toml", text.replace("[[peer]]", "[peer]", 1).partition("[[peer]]")[0])
    for name in ("alice", "tms", "ocsp"):
        (root / f"peers/{name}.pem").unlink()


def a_mail(root: Path) -> None:
    """A store in quoted-printable whose soft line breaks were lost on the way, with two letters."""
    text = chain(ROOT).decode().replace("=", "=3D")
    half = len(text) // 2
    put(root, STORE, f"{text[:half]}=\n{text[half + 2 :]}")


def a_short_row(root: Path) -> None:
    shutil.copytree(root / DEVICE, root / "leeds/mcu-2")
    row = f"2026-06-10,{'Certificate-based authentication allowed'}"
    put(root, "settings.csv", f"device,device.collected_at,{SECURITY}\nmcu-1,2026-06-10\nmcu-2,{row}\n")


def two_devices(root: Path) -> None:
    shutil.copytree(root / DEVICE, root / "leeds/mcu-2")
    move(root, LOCAL, "leeds/local-certificate.pem")


def two_sites(root: Path) -> None:
    shutil.copytree(root / DEVICE, root / "york/mcu-1")
    with_table(f"device,{SECURITY}\nmcu-1,Certificate-based authentication allowed\n", SECURITY.partition(".")[2])(root)


def row_in_another_site(root: Path) -> None:
    shutil.copytree(root / DEVICE, root / "york/mcu-9")
    with_table("", SECURITY.partition(".")[2])(root)
    (root / "settings.csv").unlink()
    put(root, "york/settings.csv", f"device,{SECURITY}\nmcu-1,Certificate-based authentication allowed\n")


def row_to_its_site(root: Path, file: Path, found: re.Match[str]) -> None:
    file.rename(root / found[1].partition("/")[0] / "settings.csv")


def packed(files: dict[str, str]) -> bytes:
    """A ZIP archive of files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def unpacked(root: Path, file: Path, found: re.Match[str]) -> None:
    shutil.unpack_archive(file, root / found[1])
    file.unlink()


def a_converted_name(root: Path) -> None:
    with_table(f"device,{SECURITY}\nmcu-1,{ALLOWED}\n1,{ALLOWED}\n", SECURITY_OF_FILE)(root)
    shutil.copytree(root / DEVICE, root / "leeds/01")


def settings_in_site(root: Path) -> None:
    """The settings of all devices of the site, in the file that has the name and the time zone of the site."""
    put(root, "leeds/site.toml", (root / SETTINGS).read_text())
    (root / SETTINGS).unlink()


def with_ocsp_response(content: bytes) -> Change:
    def changed(root: Path) -> None:
        put(root, "peers/ocsp.ocsp", content)
        change("peers.toml", 'name = "ocsp"\n', 'name = "ocsp"\nocsp_response = "peers/ocsp.ocsp"\n')(root)

    return changed


def signed(sign: str, issued: Issued) -> str:
    """A certificate with a sign before each line."""
    return "".join(f"{sign}{line}\n" for line in issued.pem.decode().splitlines())


def with_response(*, before: str = "", member: str = _MODEL, text: str = "") -> Change:
    value = f"<value><struct>{member}{text}</struct></value>"
    right = f"<methodResponse><params><param>{value}</param></params></methodResponse>"
    return lambda root: put(root, f"{DEVICE}/api/device.query.xml", before + right)


ALLOWED = "Certificate-based authentication allowed"
SECURITY_OF_FILE = SECURITY.partition(".")[2]
TABLE = f"device,{SECURITY}\nmcu-1,{ALLOWED}\n"


def table_case(wrong: str, words: str, right: str = TABLE) -> Case:
    """A settings.csv with a mistake, and the table as the words ask for it."""
    return Case(
        with_table(wrong, SECURITY_OF_FILE), words, lambda _root, file, _found: file.write_text(right, encoding="utf-8")
    )


def with_two_devices(wrong: str) -> Change:
    def changed(root: Path) -> None:
        with_table(wrong, SECURITY_OF_FILE)(root)
        shutil.copytree(root / DEVICE, root / "leeds/mcu-2")

    return changed


def whole_response(members: str) -> str:
    value = f"<value><struct>{members}</struct></value>"
    return f"<methodResponse><params><param>{value}</param></params></methodResponse>"


def saved(content: str, words: str, name: str = "device.query", right: str = "") -> Case:
    """A saved response that cannot be used, and saving the right one instead."""
    return Case(
        lambda root: put(root, f"{DEVICE}/api/{name}.xml", content),
        words,
        lambda _root, file, _found: file.write_text(right or whole_response(_MODEL)),
    )


def services(*facts: str) -> str:
    """A response of services.query, with the members of each service."""
    each = "".join(f"<value><struct>{one}</struct></value>" for one in facts)
    listed = f"<member><name>services</name><value><array><data>{each}</data></array></value></member>"
    ports = f"<value><array><data><value><struct>{listed}</struct></value></data></array></value>"
    return whole_response(f"<member><name>ports</name>{ports}</member>")


def service(name: str, *, on: bool | None) -> str:
    """The members of a service; None for one without the member that says whether it is on."""
    enabled = f"<member><name>enabled</name><value><boolean>{int(bool(on))}</boolean></value></member>"
    return f"<member><name>name</name><value>{name}</value></member>{'' if on is None else enabled}"


_ON: Final = {"http": False, "https": True, "sip_tcp": True, "sips_tcp": True}
_SERVICES: Final = services(*(service(name, on=on) for name, on in _ON.items()))
_RECEIVERS: Final = whole_response(
    "<member><name>receivers</name><value><array><data><value><struct><member><name>receiverURI</name>"
    "<value>https://tms.example.com/RPC2</value></member></struct></value></data></array></value></member>"
)
_DEEP: Final = f"<member><name>a</name>{'<value><array><data>' * 2000}{'</data></array></value>' * 2000}</member>"


def api_as_link(root: Path) -> None:
    with_response()(root)
    move(root, f"{DEVICE}/api", "elsewhere/xml")
    (root / "elsewhere").rename(root.parent / f"elsewhere-{root.name}")
    (root / DEVICE / "api").symlink_to(root.parent / f"elsewhere-{root.name}" / "xml")


def copied_here(_root: Path, file: Path, _found: re.Match[str]) -> None:
    target = file.resolve()
    file.unlink()
    shutil.copytree(target, file)


def settings_as_directory(root: Path) -> None:
    content = (root / SETTINGS).read_bytes()
    (root / SETTINGS).unlink()
    put(root, f"{SETTINGS}/all.toml", content)


_BIG_JOE = "alice:administrator big joe:viewer only tms-service:administrator"
_KEY_BLOCK = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n"
_LICENCE = "<member><name>licenceKey</name><value><string>ABCD1-ABCD2-ABCD3-ABCD4</string></value></member>"

ZIP: Final = b"PK\x03\x04" + bytes(40)

_SECOND_SERVER: Final = """
[[peer]]
name = "another OCSP server"
connections = ["ocsp_server"]
certificate = "peers/ocsp.pem"
trust_store = "peers/trusted.pem"
chain_complete = true
identifiers = ["ocsp.example.com"] # second
"""

REJECTING: Final = bytes.fromhex("300ca00a06082b06010505070301")
BESIDE_A_STORE: Final = {
    "PKCS#12 before a store": (armoured("PKCS12", bytes(range(200))), "extract it as PEM"),
    "an unknown block before a store": (armoured("VAULT", bytes(range(200))), "Put its certificate into"),
    "a rejected certificate before a store": (
        armoured("TRUSTED CERTIFICATE", ELSEWHERE.der + REJECTING), "Remove the block, or put the certificate here as"
    ),
    "a certificate that is not enabled": (b"enabled: no\n" + chain(ELSEWHERE) + b"\n\n", "Remove the certificate, or"),
    "a page of zeros": (bytes(4096), "zero bytes; part of the file was lost; export the file again"),
    "what asn1parse shows": (
        b"   13:d=2  hl=2 l=  20 prim: INTEGER           :0A11172A\n" * 20, "Put the certificate itself into"
    ),
}  # fmt: skip
"""What stands before the blocks of a store, and the words of the problem; without it, the store is as before."""
CASES: Final = {
    **{
        name: Case(
            lambda root, before=before: put(root, STORE, before + (root / STORE).read_bytes()),
            words,
            lambda root, _file, _found: put(root, STORE, CleanExport().files[STORE]),
        )
        for name, (before, words) in BESIDE_A_STORE.items()
    },
    "a store in Ascii85": Case(
        lambda root: put(root, STORE, base64.a85encode((root / STORE).read_bytes(), adobe=True)),
        "which is not read; export the certificates as PEM",
        lambda root, _file, _found: put(root, STORE, CleanExport().files[STORE]),
    ),
    "a second certificate of a device": Case(
        lambda root: put(root, f"{DEVICE}/mcu-1.pem", chain(ELSEWHERE.leaf("mcu-1"), ELSEWHERE)),
        "this may be the certificate of mcu-1, and .* is there too; remove one of them",
        removed,
    ),
    "the certificate of a device a second time": Case(
        lambda root: put(root, "leeds/mcu-1 (1).pem", (root / LOCAL).read_bytes()), "the same certificate as", removed
    ),
    "the certificate of a device under another name": Case(
        lambda root: (root / LOCAL).rename(root / f"{DEVICE}/cert.pem"),
        r"this may be the certificate of mcu-1; rename it to (\S+)$",
        lambda root, file, found: file.rename(root / found[1]),
    ),
    "settings beside the certificate of a flat device": Case(
        lambda root: (
            put(root, "leeds/mcu-9.pem", chain(ISSUING.leaf("mcu-9", san=["DNS:mcu-9.example.com"]), ISSUING)),
            put(root, "leeds/mcu-9.json", "[services]\nhttps = true\n"),
        ),
        r"move it to (\S+), and (\S+) to (\S+)$",
        lambda _root, file, found: (
            (file.parent / found[1]).parent.mkdir(),
            file.rename(file.parent / found[1]),
            (file.parent / found[2]).rename(file.parent / found[3]),
        ),
        like_new=False,
    ),
    "a list whose issuer has a wrong character": Case(
        lambda root: put(
            root, "newer.crl", revocation_list(ISSUING, issuer_name=x509.Name.from_rfc4514_string("CN=Issuimg CA"))
        ),
        r"its issuer may be damaged\. Export the CRL again",
        lambda root, _file, _found: put(root, "newer.crl", revocation_list(ISSUING)),
    ),
    "settings in the directory that Macs make": Case(
        lambda root: (
            (root / f"{DEVICE}/__MACOSX").mkdir(),
            (root / f"{DEVICE}/settings.toml").rename(root / f"{DEVICE}/__MACOSX/settings.toml"),
        ),
        "Move the file to its place, or remove it",
        lambda root, file, _found: file.rename(root / f"{DEVICE}/settings.toml"),
    ),
    "a path that is too long": Case(
        lambda root: deep_directories(root / f"{DEVICE}/deep"),
        "longer than the system allows; move it nearer to the top of the export, or remove it",
        lambda root, _file, _found: shutil.rmtree(root / f"{DEVICE}/deep"),
    ),
    "a table of more than a thousand columns": Case(
        lambda root: put(
            root, "leeds/settings.csv", f"device,{','.join(f'c{n}' for n in range(1000))}\nmcu-1{',1' * 1000}\n"
        ),
        "1,001 columns; at most 1,000 are read. Remove those that hold something else",
        lambda root, _file, _found: put(root, "leeds/settings.csv", "device,services.https\nmcu-1,true\n"),
    ),
    "a list under another name": Case(
        lambda root: put(root, "lists/issuing.crl.txt", revocation_list(ISSUING)),
        r'save it in PEM or DER under a name such as "(\S+)"',
        lambda _root, file, found: file.rename(file.parent / found[1]),
    ),
    "a store that the policy ignores": Case(
        lambda root: put(root, "mcuaudit.toml", b'[export]\nignore = ["sip-*.pem"]\n'),
        r"Correct the pattern, or remove the file$",
        lambda root, _file, _found: (root / "mcuaudit.toml").unlink(),
    ),
    "a key below the last receiver": Case(
        lambda root: put(
            root,
            SETTINGS,
            re.sub(r"(?m)^https = true\n", "", (root / SETTINGS).read_text()) + "\nhttps = true\n",
        ),
        r"the key https stands below \[\[feedback_receivers\]\].*into \[services\] as https$",
        lambda _root, file, _found: file.write_text(
            file.read_text().removesuffix("https = true\n").replace("[services]\n", "[services]\nhttps = true\n")
        ),
    ),
    "a table named twice": Case(
        change(SETTINGS, "client_certificate_security =", "ssl_certificates.client_certificate_security ="),
        r"the table is named twice; inside \[ssl_certificates\] write (\w+) alone$",
        in_file("ssl_certificates.client_certificate_security =", r"\1 ="),
    ),
    "a misspelt key beside the right one": Case(
        change(SETTINGS, "[ssl_certificates]\n", '[ssl_certificates]\nprivat_key = "Key does not match certificate"\n'),
        r"is there too, with another value; remove one of them",
        in_file('privat_key = "Key does not match certificate"\n', ""),
    ),
    "a user with two privileges": Case(
        lambda root: put(
            root, SETTINGS, (root / SETTINGS).read_text() + '\n[[users]]\nname = "alice"\nprivilege = "guest"\n'
        ),
        r"appears twice, with different privileges; remove one of the entries",
        in_file('\n[[users]]\nname = "alice"\nprivilege = "guest"\n', ""),
    ),
    "a store one level too low": Case(
        lambda root: move(root, STORE, f"{DEVICE}/old/sip-trust-store.pem"),
        r"put it into (\S+)/$",
        lambda root, file, found: file.rename(root / found[1] / file.name),
    ),
    "a second store one level too low": Case(
        lambda root: put(root, f"{DEVICE}/old/sip-trust-store.pem", chain(ROOT)),
        "is there too; remove one of them",
        removed,
    ),
    "a settings.csv one level too low": Case(
        lambda root: (
            with_table(
                f"device,{SECURITY}\nmcu-1,Certificate-based authentication allowed\n", SECURITY.partition(".")[2]
            )(root),
            move(root, "settings.csv", f"{DEVICE}/old/settings.csv"),
        ),
        r"a table of settings belongs in the directory of a site",
        lambda root, file, _found: file.rename(root / "leeds/settings.csv"),
    ),
    "a store below api": Case(
        lambda root: move(root, STORE, f"{DEVICE}/api/sip-trust-store.pem"),
        r"is not used in this directory; put it into (\S+)/$",
        lambda root, file, found: file.rename(root / found[1] / file.name),
    ),
    "peers below the peers of the fleet": Case(
        lambda root: move(root, "peers.toml", "peers/peers.toml"),
        r"is not used in this directory; put it at the top of the export$",
        lambda root, file, _found: file.rename(root / file.name),
    ),
    "a second store two levels too low": Case(
        lambda root: put(root, f"{DEVICE}/old/er/sip-trust-store.pem", chain(ROOT)),
        rf"is not used in this directory\. {STORE} is there too; remove one of them$",
        removed,
    ),
    "a response of a device outside api": Case(
        lambda root: (with_response()(root), move(root, RESPONSE, f"{DEVICE}/device.query.xml")),
        r"is not used in this directory; move it to (\S+)/$",
        lambda root, file, found: move(root, f"{DEVICE}/{file.name}", f"{found[1]}/{file.name}"),
    ),
    "a second response": Case(
        lambda root: (
            with_response()(root),
            put(root, f"{DEVICE}/xml/device.query.xml", (root / RESPONSE).read_text()),
        ),
        rf"is not used in this directory\. {DEVICE}/api/device.query.xml is there too; remove one of them",
        removed,
    ),
    "an empty response": Case(
        with_response(member="", text=""),
        "the response has no members; save it again",
        lambda root, _file, _found: with_response()(root),
    ),
    "a backup of an editor": Case(
        lambda root: put(root, f"{SETTINGS}~", "[device]\n"),
        "an editor's backup of settings.toml, which is there too; remove it",
        removed,
    ),
    "a flat certificate beside the directory of its device": Case(
        lambda root: move(root, LOCAL, f"{DEVICE}.pem"),
        r"the device has the directory leeds/mcu-1/ too; move it to (\S+)$",
        lambda root, file, found: file.rename(root / found[1]),
    ),
    "a CA certificate beside the devices": Case(
        lambda root: put(root, "leeds/root-ca.pem", chain(ROOT)),
        r"a CA certificate, and no device has this name; .* Rename or remove the file",
        removed,
    ),
    "an empty directory": Case(
        lambda root: (root / "leeds/new").mkdir(),
        "an empty directory; .* or remove the directory",
        lambda _root, file, _found: file.rmdir(),
        like_new=False,
    ),
    "a directory of nearly the name of a device": Case(
        lambda root: move(root, STORE, "leeds/mcu-l/sip-trust-store.pem"),
        r"If it is another device, add its (local-certificate.pem)$",
        lambda root, file, found: (
            put(root, f"leeds/mcu-l/{found[1]}", local_certificate().pem),
            put(root, "leeds/mcu-l/settings.toml", (root / SETTINGS).read_bytes()),
            put(root, STORE, chain(ROOT, ISSUING)),
        ),
        like_new=False,
    ),
    "a site.toml of a device": Case(
        lambda root: put(root, f"{DEVICE}/site.toml", 'title = "Leeds"'),
        "(site.toml) belongs in the directory of a site",
        lambda root, file, found: file.rename(root / "leeds" / found[1]),
    ),
    "a local certificate outside": Case(
        lambda root: move(root, LOCAL, "leeds/local-certificate.pem"),
        r"It names mcu-1: put it into (\S+)/ as (\S+)$",
        lambda root, file, found: file.rename(root / found[1] / found[2]),
    ),
    "a local certificate that two devices could have": Case(
        two_devices,
        r"belongs in the directory of its device, SITE/DEVICE/; put it there as (\S+)$",
        lambda root, file, found: file.rename(root / DEVICE / found[1]),
        like_new=False,
    ),
    "a directory for settings": Case(
        settings_as_directory, r"a directory where a file is expected; put its content into one file, (\S+)$", one_file
    ),
    "a link to the responses": Case(
        api_as_link, "a link to a directory is not followed; put the directory here$", copied_here
    ),
    "a pipe": Case(
        lambda root: ((root / STORE).unlink(), os.mkfifo(root / STORE)),
        "not a regular file, but a pipe, socket or device; put the file itself here$",
        lambda _root, file, _found: (file.unlink(), file.write_bytes(chain(ROOT, ISSUING))),
    ),
    "settings under another name": Case(
        lambda root: move(root, SETTINGS, f"{DEVICE}/Einstellungen.toml"),
        r'Did you mean "(settings.toml)"\?$',
        lambda _root, file, found: file.rename(file.with_name(found[1])),
    ),
    "a copy of the settings": Case(
        lambda root: put(root, f"{DEVICE}/settings (1).toml", (root / SETTINGS).read_bytes()),
        '"settings.toml", which may be of the same use, is there too; remove one of them$',
        removed,
    ),
    "a store of another name, too low": Case(
        lambda root: move(root, STORE, f"{DEVICE}/old/SIP trust store.crt"),
        r"put it into (\S+)/ as (\S+)$",
        lambda root, file, found: file.rename(root / found[1] / found[2]),
    ),
    "a response under the name of another": Case(
        lambda root: put(root, f"{DEVICE}/api/device.query.xml", _SERVICES),
        r"found that of services.query; name the file (\S+)$",
        lambda _root, file, found: file.rename(file.with_name(found[1])),
    ),
    "a response under a name that says nothing": Case(
        lambda root: put(root, f"{DEVICE}/api/mcu1.xml", _SERVICES),
        r"It holds the response of services.query; move it to (\S+)$",
        lambda root, file, found: file.rename(root / found[1]),
    ),
    "an empty file for a response": saved("", "expected XML, found an empty file; save the response again$"),
    "a refused request": saved(
        "HTTP/1.1 401 Unauthorized\n\n",
        "HTTP status 401; save the response again, with the name and password of an administrator in the request$",
    ),
    "an answer without XML": saved(
        "HTTP/1.1 500 Internal Server Error\n\noops", "HTTP status 500 without XML; save the response again$"
    ),
    "JSON for a response": saved("{}", "found JSON; save the response of the device itself, which begins with <$"),
    "text for a response": saved("hello", "not XML: line 1, character 1; save the response again$"),
    "a document type": saved("<!DOCTYPE a><a/>", "is not read; save the response of the device itself, as UTF-8$"),
    "other XML": saved("<a/>", "found <a>; save the response of device.query again$"),
    "a fault": saved(
        "<methodResponse><fault><value/></fault></methodResponse>", "Send the request again, and save its response$"
    ),
    "a response of no struct": saved(
        "<methodResponse/>", "expected a <struct> in the response, found none; save the response again$"
    ),
    "a response that is nested too deeply": saved(
        whole_response(_DEEP), "values are nested too deeply; correct the file, or save it again$"
    ),
    "a response without a version": saved(
        whole_response(_MODEL.partition("</member>")[0] + "</member>"),
        "the response has no member softwareVersion; save it again$",
    ),
    "services without ports": saved(
        whole_response(_MODEL.replace("model", "other")),
        "the response has no member ports; save it again$",
        "services.query",
        _SERVICES,
    ),
    "receivers of another member": saved(
        whole_response(_MODEL.replace("model", "other")),
        "the response has no member receivers; save it again$",
        "feedbackReceiver.query",
        _RECEIVERS,
    ),
    "services of other names": saved(
        services(service("Video firewall", on=True)),
        'unknown service "video firewall". The services are .*; save the response again$',
        "services.query",
        _SERVICES,
    ),
    "a service that is neither on nor off": saved(
        services(*(service(name, on=None) for name in _ON)),
        "has no member enabled, which says whether it is on; save the response again",
        "services.query",
        _SERVICES,
    ),
    "a directory for a file": Case(store_as_directory, r"put its certificates into one file, (\S+)$", one_file),
    "two files of one use": Case(
        lambda root: put(root, STORE.replace(".pem", ".crt"), chain(ROOT)),
        "; remove one of them",
        lambda root, _file, _found: (root / STORE.replace(".pem", ".crt")).unlink(),
    ),
    "a file of nearly the name": Case(
        lambda root: put(root, f"{DEVICE}/sip_trust_store.pem", chain(ROOT)),
        "which may be of the same use, is there too; remove one of them",
        removed,
    ),
    "a peer without a heading": Case(
        change("peers.toml", "[[peer]]\n", ""),
        r"write (\[\[peer\]\]) on a line of its own before (\w+)",
        lambda _root, file, found: file.write_text(file.read_text().replace(found[2], f"{found[1]}\n{found[2]}", 1)),
    ),
    "a peer with single brackets": Case(
        one_peer, r"peers are written as (\[\[peer\]\]), with double brackets", in_file("[peer]", r"\1"), like_new=False
    ),
    "two servers of one host": Case(
        lambda root: put(root, "peers.toml", (root / "peers.toml").read_text() + _SECOND_SERVER),
        r'"ocsp" is declared for \S+ too, so each is evaluated for its URLs; write host:port where they are two',
        in_file('identifiers = ["ocsp.example.com"] # second', 'identifiers = ["ocsp.example.com:8443"]'),
    ),
    "peers of another name": Case(
        lambda root: put(root, "peers.toml", (root / "peers.toml").read_text().replace("[[peer]]", "[[caller]]")),
        r"unknown key; peers are written as (\[\[peer\]\])\.",
        lambda _root, file, found: file.write_text(file.read_text().replace("[[caller]]", found[1])),
    ),
    "a backslash that is an escape": Case(
        change("peers.toml", "peers/room.pem", r"peers\room.pem"),
        'write paths with forward slashes: "(.*)"$',
        in_file("peers\\room.pem", r"\1"),
    ),
    "a backslash that is none": Case(
        change("peers.toml", "peers/alice.pem", r"peers\alice.pem"),
        "write paths with forward slashes, as in",
        in_file("peers\\alice.pem", "peers/alice.pem"),
    ),
    "a separator in a cell": Case(
        with_table("device,device.host_names\nmcu-1,mcu-1.example.com,other.example.com\n", "host_names"),
        "; quote a cell that contains the separator",
        in_file("mcu-1.example.com,other.example.com", '"mcu-1.example.com,other.example.com"'),
    ),
    "a date with the day or the month first": Case(
        with_table("device,device.collected_at\nmcu-1,10/06/2026\n", "collected_at"),
        "; write YYYY-MM-DD$",
        in_file("10/06/2026", "2026-06-10"),
    ),
    "users in one cell": Case(
        lambda root: (
            put(root, SETTINGS, re.sub(r"(?s)\[\[users\]\].*?(?=\[\[feedback)", "", (root / SETTINGS).read_text())),
            put(root, "settings.csv", f"device,users\nmcu-1,{_BIG_JOE}\n"),
        ),
        "separate the users by semicolons",
        in_file(_BIG_JOE, _BIG_JOE.replace(" big", "; big").replace(" tms", "; tms")),
    ),
    "a time without a zone": Case(
        change(SETTINGS, '"2026-06-10"', "2026-06-10T10:00:00"),
        r"has no time zone; write for example (\S+)$",
        in_file("2026-06-10T10:00:00", r"\1"),
    ),
    "UTF-16": Case(change(SETTINGS, "model", "model", "utf-16"), "; save the file as UTF-8", as_utf8("utf-16")),
    "cp1252": Case(
        change(SETTINGS, "[device]", "[device] # é", "cp1252"), "; save the file as UTF-8", as_utf8("cp1252")
    ),
    "another encoding": Case(
        change(SETTINGS, "[device]", "[device] # ü", "cp437"),
        "another encoding; save the file as UTF-8",
        as_utf8("cp437"),
    ),
    "typographic quotes": Case(
        change(SETTINGS, '"MCU 4510"', "“MCU 4510”"), 'write the straight (")$', in_file("“MCU 4510”", r"\1MCU 4510\1")
    ),
    "a text without an end": Case(
        change(SETTINGS, '"MCU 4510"', '"MCU 4510'),
        'ends with the same quotation mark that it begins with, on the same line: (")$',
        in_file('"MCU 4510', r'"MCU 4510\1'),
    ),
    "a list without a comma": Case(
        change(SETTINGS, '["10.1.2.3"]', '["10.1.2.3",\n"10.1.2.3"\n"10.1.2.3"]'),
        "A comma or ] is missing before this",
        in_file('"10.1.2.3"\n"10.1.2.3"', '"10.1.2.3"\n,"10.1.2.3"'),
    ),
    "True": Case(change(SETTINGS, "https = true", "https = True"), "Write (true), in lower", in_file("True", r"\1")),
    "a text without quotes": Case(
        change(SETTINGS, '"MCU 4510"', "MCU 4510"), 'Put text in double quotes: (".*")$', in_file("MCU 4510", r"\1")
    ),
    "a colon": Case(
        change(SETTINGS, "model =", "model:"), "Write (=) between a key and its value", in_file("model:", r"model \1")
    ),
    "a key twice": Case(
        change(SETTINGS, "model =", 'model = "x"\nmodel ='),
        "there a second time; keep one of them",
        in_file('model = "x"\n', ""),
    ),
    "a date with points": Case(
        change(SETTINGS, '"2026-06-10"', "10.06.2026"),
        r"Write dates as \d{4}-\d\d-\d\d",
        in_file("10.06.2026", "2026-06-10"),
    ),
    "a device of two sites": Case(
        two_sites,
        r"several sites have a device of that name; write SITE/DEVICE",
        in_file("\nmcu-1", "\nleeds/mcu-1"),
        like_new=False,
    ),
    "a row of another site": Case(
        row_in_another_site, r"(\S+) belongs in the settings.csv of its own site", row_to_its_site, like_new=False
    ),
    "a store that no device uses": Case(
        lambda root: put(root, "leeds/sip-trust-store.pem", chain(ROOT)), "Remove it, or the nearer ones", removed
    ),
    "a leaf that is second": Case(
        lambda root: put(root, LOCAL, chain(ISSUING, local_certificate())),
        ": put it first",
        lambda _root, file, _found: file.write_bytes(chain(local_certificate(), ISSUING)),
    ),
    "an empty peers.toml": Case(
        lambda root: put(root, f"{DEVICE}/peers.toml", b""),
        "write the line (# none) into it",
        lambda _root, file, found: file.write_text(f"{found[1]}\n"),
    ),
    "a settings.csv without a row": Case(
        lambda root: put(root, "leeds/settings.csv", f"device,{SECURITY}\n"), ", or remove the file", removed
    ),
    "an empty store": Case(
        lambda root: put(root, f"{DEVICE}/call-home-trust-store.pem", b""),
        "write the line (# empty) into the file",
        lambda _root, file, found: file.write_text(f"{found[1]}\n"),
    ),
    "a conflict of git": Case(
        lambda root: put(
            root, STORE, b"<<<<<<< ours\n" + chain(ROOT, ISSUING) + b"=======\n" + chain(ROOT) + b">>>>>>> x\n"
        ),
        "keep one of them",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "PEM, then a part of DER": Case(
        lambda root: put(root, STORE, chain(ROOT) + ISSUING.der[:-40]),
        "; export the certificates again, and save the whole file as PEM",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a difference": Case(
        lambda root: put(root, STORE, f"{signed('-', ROOT)}{signed('+', ROOT)}{signed(' ', ISSUING)}"),
        "Put the file itself here, as it is on the device",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a certificate that is commented out": Case(
        lambda root: put(root, STORE, chain(ROOT).decode() + signed("# ", ISSUING)),
        r'Remove the block, or the "(.*)" if the certificate is on the device',
        lambda _root, file, found: file.write_text(file.read_text().replace(f"{found[1]} ", "")),
    ),
    "a certificate behind other words": Case(
        lambda root: put(root, STORE, chain(ROOT).decode() + f"no longer used {ISSUING.pem.decode()}"),
        r'Remove the block, or the "(.*)" if the certificate is on the device',
        lambda _root, file, found: file.write_text(file.read_text().replace(f"{found[1]} ", "")),
    ),
    "a certificate in base32": Case(
        lambda root: put(root, STORE, chain(ROOT) + base64.b32encode(ISSUING.der)),
        "If it is one, put it into the file as PEM",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "letters and digits that are no certificate": Case(
        lambda root: put(root, STORE, chain(ROOT, ISSUING) + b"AB12CD34EF" * 40),
        "if it is not, remove it",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "another certificate in words": Case(
        lambda root: put(root, STORE, chain(ROOT, ISSUING) + b"\nSerial number: 4f2e\nValid from: x until: y\n"),
        "Put the certificate itself into the file as PEM, or remove the text",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "the end of a page": Case(
        lambda root: put(root, STORE, ROOT.pem.replace(b"\n", b"\n--More--\n", 2)[:-1] + b"\n" + ISSUING.pem),
        r'a terminal wrote "(--More--)" at the end of its page: remove that line',
        lambda _root, file, found: file.write_text(file.read_text().replace(f"{found[1]}\n", "")),
    ),
    "DER that was saved as text": Case(
        lambda root: put(root, STORE, ROOT.der.decode("latin-1")),
        "that was saved as text, in UTF-8; export the certificates again, as PEM",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "other octets": Case(
        lambda root: put(root, STORE, b"\x30\x03\x01\x01\xff"),
        "are not a certificate or PKCS#7; export the certificates again, as PEM",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a service that nobody knows": Case(
        change(SETTINGS, "[services]\n", "[services]\ntelnet = false\n"),
        "Remove the line or column if the device has no service of this name",
        in_file("telnet = false\n", ""),
    ),
    "another text": Case(
        lambda root: put(root, STORE, "hello\n"),
        "found text without a certificate; export the certificates again, as PEM$",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a certificate in words": Case(
        lambda root: put(root, STORE, "Certificate:\n    Data:\n        Version: 3 (0x2)\n"),
        "a certificate as text, as openssl x509 -text prints it; export it as PEM$",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "hexadecimal digits": Case(
        lambda root: put(root, STORE, ROOT.der.hex(" ")),
        "a hex dump; export the certificates as PEM$",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "an address": Case(
        lambda root: put(root, STORE, "https://pki.example.com/root.crt\n"),
        "a URL; save the file that it points to here$",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a mail in a mail": Case(
        lambda root: put(
            root,
            STORE,
            chain(ROOT, ISSUING) + b"".join(b"> " + line + b"\n" for line in ELSEWHERE.pem.splitlines()),
        ),
        "Put the certificates here that the device has, without the mail$",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a link to nothing": Case(
        lambda root: link(root, STORE, "nowhere"),
        "a link whose target does not exist; put the file itself here$",
        lambda _root, file, _found: (file.unlink(), file.write_bytes(chain(ROOT, ISSUING))),
    ),
    "a link out of the export": Case(
        lambda root: link(root, STORE, str(put(root.parent, f"outside-{root.name}.pem", chain(ROOT, ISSUING)))),
        "a link that points out of the export is not followed; put the file itself here$",
        lambda _root, file, _found: (file.unlink(), file.write_bytes(chain(ROOT, ISSUING))),
    ),
    "a table without keys": Case(
        change(SETTINGS, "[services]\n", "[ssl_certificates.shown]\n\n[services]\n"),
        r"the table has no key. Write the keys that it should have, or remove the line \[ssl_certificates.shown\]$",
        in_file("[ssl_certificates.shown]\n", ""),
    ),
    "a version that is a number": Case(
        change(SETTINGS, 'software_version = "4.4(3.57)"', "software_version = 4.10"),
        r'found the number 4.1; write the version in double quotes, such as "4.4\(3.57\)"$',
        in_file("software_version = 4.10", 'software_version = "4.10(1.1)"'),
    ),
    "an address with its mask": Case(
        change(SETTINGS, 'addresses = ["10.1.2.3"]', 'addresses = "10.1.2.3 255.255.255.0"'),
        '"255.255.255.0" is a network mask; write the address alone, as in "10.1.2.3"$',
        in_file("10.1.2.3 255.255.255.0", "10.1.2.3"),
    ),
    "an error of a spreadsheet in TOML": Case(
        change(SETTINGS, 'serial = "SM1"', 'serial = "#REF!"'),
        'found "#REF!", which is not a value; remove the key or the cell if the value is unknown$',
        in_file('serial = "#REF!"\n', ""),
    ),
    "a list that is an empty text": Case(
        change(SETTINGS, 'host_names = ["mcu-1.example.com"]', 'host_names = ""'),
        r'found "", which is not a list entry; write \[\] if there is none$',
        in_file('host_names = ""', "host_names = []"),
    ),
    "users with a bar between them": Case(
        with_table("device,users\nmcu-1,alice:administrator|tms-service:administrator\n", "users"),
        'separate users by semicolons, as in "ann:administrator; guest:conference list only"$',
        in_file("|", ";"),
    ),
    "a privilege in another language": Case(
        with_table("device,users\nmcu-1,alice:Verwalter;tms-service:administrator\n", "users"),
        "write it as the page of the device has it$",
        in_file("Verwalter", "administrator"),
    ),
    "a nearer peer of a new name without connections": Case(
        lambda root: put(root, f"{DEVICE}/peers.toml", '[[peer]]\nname = "lobby"\nidentifiers = ["10.1.2.201"]\n'),
        r"If it is another peer, add connections; the connection types are (\w+),",
        lambda _root, file, found: file.write_text(file.read_text() + f'connections = ["{found[1]}"]\n'),
        like_new=False,
    ),
    "octets of zero": Case(
        lambda root: put(root, STORE, bytes(1000)),
        r"found only zero bytes, \d+ of them; export the file again",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a store in an archive": Case(
        lambda root: (
            move(root, STORE, f"{DEVICE}/sip-trust-store.zip"),
            put(root, f"{DEVICE}/sip-trust-store.zip", ZIP),
        ),
        r"this is a ZIP archive, which is not read. Save its content as PEM, in (\S+)$",
        lambda _root, file, found: (file.unlink(), file.with_name(found[1]).write_bytes(chain(ROOT, ISSUING))),
    ),
    "a workbook as a table": Case(
        lambda root: (
            with_table(
                f"device,{SECURITY}\nmcu-1,Certificate-based authentication allowed\n", SECURITY.partition(".")[2]
            )(root),
            put(root, "settings.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)),
        ),
        "expected a table, found an Excel workbook; save the table as CSV",
        lambda _root, file, _found: file.write_text(
            f"device,{SECURITY}\nmcu-1,Certificate-based authentication allowed\n"
        ),
    ),
    "a private key instead of a store": Case(
        lambda root: put(root, STORE, _KEY_BLOCK),
        "Put the certificates of the device into it, as PEM",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a private key instead of what a peer trusts": Case(
        lambda root: put(root, "peers/trusted.pem", _KEY_BLOCK),
        "or the CA certificates that it trusts into it, as PEM",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a private key": Case(
        lambda root: put(root, LOCAL, (root / LOCAL).read_bytes() + _KEY_BLOCK.encode()),
        "private key. Remove it",
        in_file(_KEY_BLOCK, ""),
    ),
    "a licence key": Case(with_response(text=_LICENCE), "licence key or password. Remove it", in_file(_LICENCE, "")),
    "headers": Case(
        with_response(before="HTTP/1.1 200 OK\nContent-Type: text/xml\n\n"),
        "Save it without -i",
        in_file("HTTP/1.1 200 OK\nContent-Type: text/xml\n\n", ""),
    ),
    "a saved request": Case(
        lambda root: put(
            root, f"{DEVICE}/api/device.query.xml", "<methodCall><methodName>device.query</methodName></methodCall>"
        ),
        r"remove it, and save the response \(<methodResponse>\)",
        lambda root, _file, _found: with_response()(root),
    ),
    "a backup": Case(
        lambda root: put(root, f"{DEVICE}/configuration.xml", "<configuration></configuration>"),
        "Remove it from the export",
        removed,
    ),
    "a table for receivers": Case(
        change(SETTINGS, "[[feedback_receivers]]", "[feedback_receivers]"),
        r"is written with double brackets, as in (\[\[\w+\]\])",
        in_file("[feedback_receivers]", r"\1"),
    ),
    "a keystore": Case(
        lambda root: put(root, STORE, b"\xfe\xed\xfe\xed" + bytes(40)),
        "export its certificates as PEM",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "PKCS#12": Case(
        lambda root: put(root, STORE, pkcs12()),
        "export the certificates alone, as PEM",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a document": Case(
        lambda root: put(root, STORE, b"{\\rtf1 x}"),
        "save it as plain text",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "a mail": Case(
        a_mail,
        "the text looks like quoted-printable of a mail: .*, or export the certificate again",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
    "rows that a quotation mark joins": Case(
        with_two_devices(f'device,device.model,{SECURITY}\nmcu-1,"MCU 4510,{ALLOWED}\nmcu-2,MCU 4510",{ALLOWED}\n'),
        r"Remove the quotation mark, or write the cell on one line$",
        lambda _root, file, _found: file.write_text(
            f"device,device.model,{SECURITY}\nmcu-1,MCU 4510,{ALLOWED}\nmcu-2,MCU 4510,{ALLOWED}\n"
        ),
        like_new=False,
    ),
    "a quotation that is not closed": table_case(
        f'device,{SECURITY}\nmcu-1,"{ALLOWED}\n', r"of this line is not closed\. Remove it, or close the quotation$"
    ),
    "a quotation mark within a cell": table_case(
        f'device,device.model,{SECURITY}\nmcu-1,"MCU "4510"",{ALLOWED}\n', "Write a quotation mark within a cell twice"
    ),
    "a second header": table_case(
        f"device,device.model\nmcu-1,MCU 4510\ndevice,{SECURITY}\nmcu-1,{ALLOWED}\n",
        "a second header line; write one table, whose header has the columns of both$",
        f"device,device.model,{SECURITY}\nmcu-1,MCU 4510,{ALLOWED}\n",
    ),
    "a row with another separator": table_case(f"device,{SECURITY}\nmcu-1;{ALLOWED}\n", r'use "," in this row too$'),
    "a row in quotation marks": table_case(
        f'device,{SECURITY}\n"mcu-1,{ALLOWED}"\n', "remove the quotation marks around it$"
    ),
    "two columns for the device": table_case(
        f"Device,device,{SECURITY}\nx,mcu-1,{ALLOWED}\n", r'columns are called "device"; keep one of them$'
    ),
    "a row per setting": table_case(f"device,mcu-1\n{SECURITY},{ALLOWED}\n", "exchange the rows and columns"),
    "a column without a name": table_case(
        f"device,\nmcu-1,{ALLOWED}\n", "has a value and no name in the header; write its name there"
    ),
    "a column of another language": Case(
        with_table(f"device,Clientzertifikat\nmcu-1,{ALLOWED}\n", SECURITY_OF_FILE),
        r"unknown key, with values of (\S+); if that is meant, write it as the name of the column$",
        in_file("Clientzertifikat", r"\1"),
    ),
    "a year of two digits": Case(
        with_table("device,device.collected_at\nmcu-1,10.06.26\n", "collected_at"),
        "write the year with four digits, as in 2026-11-09$",
        in_file("10.06.26", "2026-06-10"),
    ),
    "an error of a spreadsheet": Case(
        with_table("device,device.model\nmcu-1,#REF!\n", "device.model"),
        "is a spreadsheet error. Write the value, or leave the cell empty if it is not known$",
        in_file("#REF!", ""),
    ),
    "a dash": Case(
        with_table("device,device.model\nmcu-1,-\n", "device.model"),
        "is not a value. Write the value, or leave the cell empty if it is not known$",
        in_file("mcu-1,-", "mcu-1,"),
    ),
    "a sign instead of a device": table_case(f"device,{SECURITY}\n?,{ALLOWED}\n", "write the name$"),
    "a second row under another name": table_case(
        f"device,{SECURITY}\nmcu-1,{ALLOWED}\n10.1.2.3,Not required\n", "write one row for the device$"
    ),
    "a row for several devices": Case(
        with_two_devices(f'device,{SECURITY}\n"mcu-1, mcu-2",{ALLOWED}\n'),
        r"It may mean 2 devices \((\S+), (\S+)\); write a row for each, with its name$",
        lambda _root, file, found: file.write_text(f"device,{SECURITY}\n{found[1]},{ALLOWED}\n{found[2]},{ALLOWED}\n"),
        like_new=False,
    ),
    "a short row": Case(
        a_short_row,
        "Write a separator for each empty cell too",
        in_file("mcu-1,2026-06-10\n", "mcu-1,2026-06-10,\n"),
        like_new=False,
    ),
    "a file that is not recognised": Case(
        lambda root: put(root, f"{DEVICE}/notes.txt", "hello"), "Rename or remove it", removed
    ),
    "a file that is deep and not recognised": Case(
        lambda root: put(root, f"{DEVICE}/old/notes.txt", "hello"), "Rename or remove it", removed
    ),
    "a store two levels too low": Case(
        lambda root: move(root, STORE, f"{DEVICE}/a/b/sip-trust-store.pem"),
        r"put it into (\S+)/$",
        lambda root, file, found: file.rename(root / found[1] / file.name),
    ),
    "another store two levels too low": Case(
        lambda root: put(root, f"{DEVICE}/a/b/sip-trust-store.pem", chain(ROOT)),
        "is there too; remove one of them",
        removed,
    ),
    "responses in an archive": Case(
        lambda root: put(root, f"{DEVICE}/api.zip", packed({"api/device.query.xml": whole_response(_MODEL)})),
        r"an archive, which is not read; unpack it into (\S+)/api/, and remove it$",
        unpacked,
    ),
    "a file in the place of the responses": Case(
        lambda root: put(root, f"{DEVICE}/api", whole_response(_MODEL)),
        r"a file where the directory of the saved responses is expected; put the responses into (\S+)/$",
        lambda root, file, found: (
            file.rename(root / "device.query.xml"),
            move(root, "device.query.xml", f"{found[1]}/device.query.xml"),
        ),
    ),
    "a name with its directories in it": Case(
        lambda root: move(root, STORE, f"{DEVICE}/sip-trust-store.pem".replace("/", "\\")),
        r"the name has its directories in it; put the file into (\S+)/ as (\S+)$",
        lambda root, file, found: move(root, file.name, f"{found[1]}/{found[2]}"),
    ),
    "a ditto mark": Case(
        with_two_devices(f"device,{SECURITY}\nmcu-1,{ALLOWED}\n〃,{ALLOWED}\n"),
        "means “as above”, which is not supported; write each device once, with all its settings in one row",
        in_file(f"〃,{ALLOWED}\n", ""),
        like_new=False,
    ),
    "two responses in a file": Case(
        lambda root: put(root, f"{DEVICE}/api/all.xml", _SERVICES + whole_response(_MODEL)),
        r"It may hold several responses; save each of them to a file of its own in (\S+)/$",
        lambda root, file, found: (
            file.unlink(),
            put(root, f"{found[1]}/services.query.xml", _SERVICES),
            put(root, f"{found[1]}/device.query.xml", whole_response(_MODEL)),
        ),
    ),
    "a directory in the place of a list": Case(
        lambda root: put(root, "lists/issuing.crl/notes.txt", "see the mail"),
        r"a directory where a certificate revocation list \(CRL\) is expected, .* or rename or remove the directory$",
        lambda _root, file, _found: shutil.rmtree(file),
    ),
    "a password in the notes of a site": Case(
        lambda root: put(root, "leeds/site.toml", 'notes = "admin password: Tr0ub4dor&3"\n'),
        "is a password or another secret. Remove it; if others could read the file, change it on the device$",
        removed,
    ),
    "many passwords": Case(
        lambda root: put(
            root, "leeds/site.toml", "".join(f'# pin_{n} = "{n}-71"\n' for n in range(10, 40)) + "notes = ''\n"
        ),
        "(10) other secrets in the file. Remove them$",
        removed,
    ),
    "thousands of passwords": Case(
        lambda root: put(root, "leeds/site.toml", "".join(f'# pin{n} = "{n}-71"\n' for n in range(3000))),
        "holds thousands of passwords or keys, so it is not used. Remove them, or the file$",
        removed,
    ),
    "two models": Case(
        change(SETTINGS, '"MCU 4510"', '"MCU 4510 / TS 8710"'),
        "which may name several models; write that of this device$",
        in_file('"MCU 4510 / TS 8710"', '"MCU 4510"'),
    ),
    "a file of zeros": Case(
        lambda root: put(root, SETTINGS, bytes(40)),
        "found only zero bytes; copy the file again$",
        lambda root, _file, _found: CleanExport().write(root),
    ),
    "an OCSP server without a scheme": Case(
        change(SETTINGS, "enabled = false", 'enabled = false\nserver_url = "ocsp.example.com"'),
        'expected an http or https URL such as "(http://ocsp.example.com/)", found "ocsp.example.com"$',
        in_file('"ocsp.example.com"', r'"\1"'),
    ),
    "a name that a spreadsheet converted": Case(
        a_converted_name,
        "may have converted the name 01 into a number or a date. Format the column as text, and write the name again$",
        in_file("\n1,", "\n01,"),
        like_new=False,
    ),
    "a row per setting with its values": table_case(
        f"device,setting,value\nmcu-1,{SECURITY},{ALLOWED}\n",
        "write each device once, with the keys as names of columns",
    ),
    "a table within a peer": Case(
        change("peers.toml", "[[peer]]", "[[peer]]\nroom.connections = ['incoming_sip']\n", "utf-8"),
        r"write its keys below \[\[peer\]\] itself, or for another peer write \[\[peer\]\] with name = ",
        in_file("room.connections = ['incoming_sip']\n", ""),
    ),
    "an empty model": Case(
        change(SETTINGS, '"MCU 4510"', '""'),
        'found "", which is not a value; remove the key if the value is unknown$',
        in_file('model = ""\n', ""),
        like_new=False,
    ),
    "a text of several lines": Case(
        change(SETTINGS, '"SM1"', '"""SM1\n  of the lab"""'),
        "found .*, a text of several lines; write it on one line$",
        in_file('"""SM1\n  of the lab"""', '"SM1"'),
    ),
    "a text that swallows settings": Case(
        change(SETTINGS, '"SM1"', "'''SM1\nrestart_required = true\n'''"),
        r"one of them looks like a setting: .*\. Close the text before that line, or write it on one line$",
        in_file("'''SM1\nrestart_required = true\n'''", '"SM1"'),
    ),
    "an empty entry of a list": Case(
        change(SETTINGS, f'host_names = ["{HOST}"]', f'host_names = ["{HOST}", ""]'),
        "which is not a list entry; write the entry, or remove it$",
        in_file(', ""]', "]"),
    ),
    "settings of the site's file": Case(
        settings_in_site,
        r"move this table to settings.toml in the same directory$",
        lambda _root, file, _found: file.rename(file.with_name("settings.toml")),
    ),
    "an OCSP response as a web page": Case(
        with_ocsp_response(b"<!DOCTYPE html><html><body>Log in</body></html>"),
        "save a current response, for example with openssl ocsp -respout$",
        lambda _root, file, _found: file.write_bytes(LATER),
        like_new=False,
    ),
    "a web page": Case(
        lambda root: put(root, STORE, "<!DOCTYPE html><html><body>Log in</body></html>"),
        "save the certificate itself",
        lambda _root, file, _found: file.write_bytes(chain(ROOT, ISSUING)),
    ),
}


def pkcs12() -> bytes:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
    from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
    from cryptography.x509 import load_der_x509_certificate

    issued = load_der_x509_certificate(local_certificate().der)
    return serialize_key_and_certificates(b"x", None, issued, None, BestAvailableEncryption(b"x"))


_REASONS: dict[str, list[str]] = {}
"""What is said of the mistake of a case, as far as it was read."""


@pytest.mark.parametrize("name", CASES)
def test_advice_leads_on(name: str, good: dict[str, str], tmp_path: Path) -> None:
    case = CASES[name]
    root = CleanExport().write(tmp_path)
    case.mistake(root)
    before = read(root)
    _REASONS[name] = before.problems["reason"].tolist()
    problems = [row for row in before.problems.to_dict("records") if re.search(case.words, row["reason"])]
    assert problems, before.problems[["file", "where", "reason"]].to_dict("records")
    found = re.search(case.words, problems[0]["reason"])
    assert found is not None
    case.follow(root, root / problems[0]["file"], found)
    followed = read(root)
    assert followed.problems.empty, followed.problems[["file", "where", "reason"]].to_dict("records")
    after = followed.outcomes
    assert not case.like_new or after == good
    assert {connection: after[connection] for connection in good if connection in after} == {
        connection: outcome for connection, outcome in good.items() if connection in after
    }


def test_a_file_is_not_suggested_for_a_directory(tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(b"")
    with pytest.raises(mcuaudit.UsageError) as refused:
        mcuaudit.read_export(tmp_path / "export")
    assert str(refused.value).endswith("export: no such directory.")


def test_a_tree_one_level_too_deep_is_audited_where_it_is(good: dict[str, str], tmp_path: Path) -> None:
    CleanExport().write(tmp_path / "export/2026")
    reasons = read(tmp_path / "export").problems["reason"]
    (found,) = filter(None, (re.search(r"Audit the directory (\S+) itself", reason) for reason in reasons))
    followed = read(tmp_path / "export" / found[1])
    assert followed.problems.empty
    assert followed.outcomes == good


_ADVICE: Final = re.compile(
    r"(?:^|[;.:,] |and |so )(?:write|put|save|remove|rename|move|audit|quote|separate|keep|export|add|leave|delete) "
    r"|belongs? in|there a second time|missing before|ends with the same|are written|is written with|written as",
    re.IGNORECASE,
)
_ELSEWHERE: Final = {
    "; put the file itself there": "tests/remote, an address with something that is not a file",
    ". Rename or remove them there; nothing was read.": "tests/remote, names that cannot be copied",
    "; separate receivers by spaces or semicolons": "tests/decode, a list of receivers with bars",
    ", but is not its directory; move the file to ": "tests/frames/test_nearly_right_names.py",
    "a Java keystore (JCEKS); export its certificates as PEM": "as the one in JKS",
    " are written without a table, so remove the line [": "tests/frames/test_hints.py",
    "Audit the export of that time again, or move this audit out of the directory of saved audits.": "a saved audit",
}
"""Advice that is not about a file of an export, or is followed elsewhere, by the text of the package."""

_OF_LISTS: Final = ("device_list.py", "inventory.py", "inventory_groups.py", "workbook.py", "yaml_texts.py")
"""Lists of devices, which are no files of an export: tests/gather has cases of its own for them."""


def test_each_advice_is_followed(tmp_path: Path) -> None:
    """Each text of the package that says what to do is in a problem of a case; a new one needs a case."""
    reasons: list[str] = []
    for number, (name, case) in enumerate(CASES.items()):
        if name not in _REASONS:
            root = CleanExport().write(tmp_path / str(number))
            case.mistake(root)
            _REASONS[name] = mcuaudit.read_export(root).problems["reason"].tolist()
        reasons += _REASONS[name]
    deep = CleanExport().write(tmp_path / "deep/2026").parent
    reasons += mcuaudit.read_export(deep).problems["reason"].tolist()
    pieces = {
        piece
        for place in ("collect", "decode", "frames", "system/toml_text.py")
        for file in ([PACKAGE / place] if place.endswith(".py") else sorted((PACKAGE / place).rglob("*.py")))
        if file.name not in ("schema.py", *_OF_LISTS)
        for piece in _texts(file)
        if _ADVICE.search(piece)
    }
    assert {piece for piece in pieces if not any(piece in reason for reason in reasons)} == _ELSEWHERE.keys()
    assert len(pieces) > 40


def _texts(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and " " in node.value.strip()
    ]
