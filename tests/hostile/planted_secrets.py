"""An export with secrets in every place that one has; each is a mark that must appear in no output."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tests.authority import rsa_key
from tests.clean_export import DEVICE, CleanExport, local_certificate

_SETTINGS: Final = f"{DEVICE}/settings.toml"


@dataclass
class Planted:
    """An export with secrets.

    Attributes:
        files: by name, what is added to the clean export.
        marks: by mark, the file that it is in. A mark is a secret, or a row of characters of it.
        appended: by name, what is written behind a file of the clean export.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    appended: dict[str, str] = field(default_factory=dict)

    def mark(self, name: str) -> str:
        """A new secret in the file of that name."""
        made = f"Zq{len(self.marks):03d}xK-{len(name)}w"
        self.marks[made] = name
        return made

    def put(self, name: str, content: str | bytes) -> None:
        """Add a file."""
        self.files[name] = content.encode() if isinstance(content, str) else content

    def key(self, name: str, content: bytes, rows: Callable[[bytes], list[str]] | None = None) -> None:
        """Add a file with a key, whose rows of characters are marks."""
        self.put(name, content)
        text = content.replace(b"\0", b"").decode("latin-1")
        found = rows(content) if rows else [row for row in text.split() if len(row) > 30]
        self.marks |= dict.fromkeys(found, name)

    def write(self, directory: Path) -> Path:
        """Write the export."""
        root = CleanExport().write(directory)
        for name, text in self.appended.items():
            (root / name).write_text((root / name).read_text() + text)
        for name, content in self.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        return root


def planted() -> Planted:
    """At least eighty secrets: names in any spelling, URLs, headers, requests, and keys in every form."""
    found = Planted()
    _in_settings(found)
    _in_tables(found)
    _in_responses(found)
    _in_notes(found)
    for name, content in _keys():
        found.key(name, content)
    _in_containers(found)
    return found


def _in_settings(found: Planted) -> None:
    names = ("password", "admin_passphrase", "conferencePin", "shared_secret", "apiToken", "snmp_community", "api_key",
             "credentials", "Passwort", "psk")  # fmt: skip
    lines = [f'{name} = "{found.mark(_SETTINGS)}"' for name in names]
    lines += [f"# old password: {found.mark(_SETTINGS)}", f"#token={found.mark(_SETTINGS)}"]
    lines += [f'model2 = "http://admin:{found.mark(_SETTINGS)}@10.1.2.3/"']
    numbers = [f'[sip.registrar]\nregistrar_password = "{found.mark(_SETTINGS)}"']
    numbers += [f'[security.other]\nsecret = ["{found.mark(_SETTINGS)}", "{found.mark(_SETTINGS)}"]']
    numbers += [f'[[feedback_receivers]]\nuri = "https://tms:{found.mark(_SETTINGS)}@tms2.example.com/RPC2"']
    numbers += [f'[[feedback_receivers]]\nuri = "https://tms3.example.com/RPC2?token={found.mark(_SETTINGS)}"']
    numbers += [f'[[users]]\nname = "carol"\nprivilege = "administrator"\npassword = "{found.mark(_SETTINGS)}"']
    numbers += [f'[[users]]\nname = "dave"\nprivilege = {{ level = "x", pin = "{found.mark(_SETTINGS)}" }}']
    found.appended[_SETTINGS] = "\n" + "\n".join(numbers) + "\n[device.more]\n" + "\n".join(lines) + "\n"
    peers = "peers.toml"
    found.appended[peers] = (
        f'\n[[peer]]\nname = "vault"\npassword = "{found.mark(peers)}"\nuser = "x"\nconnections = ["api_user"]\n'
        f'sip_secret = "{found.mark(peers)}"\n# key: password = {found.mark(peers)}\n'
        f'[[peer]]\nname = "gate"\nconnections = ["incoming_sip"]\nidentifiers = ["https://u:{found.mark(peers)}@g/"]\n'
    )
    # A file that is no TOML is quoted nowhere.
    broken = "leeds/mcu-9/settings.toml"
    found.put(broken, f'[device]\nserial = "x\npassword = {found.mark(broken)}\n')
    found.put("leeds/mcu-9/local-certificate.pem", local_certificate().pem)
    found.put("leeds/mcu-8/local-certificate.pem", local_certificate().pem)
    unquoted = "leeds/mcu-8/settings.toml"
    found.put(unquoted, f"[device]\npassword = {found.mark(unquoted)}\n")


def _in_tables(found: Planted) -> None:
    table = "settings.csv"
    found.put(
        table,
        "device,device.serial,password,snmpCommunity,users\n"
        f"mcu-1,SM1,{found.mark(table)},{found.mark(table)},alice:{found.mark(table)}:administrator\n",
    )
    other = "leeds/inventory.csv"
    found.put(other, f'name;login\nmcu-1;"password={found.mark(other)}"\n')


def _in_responses(found: Planted) -> None:
    def member(name: str, value: str) -> str:
        return f"<member><name>{name}</name><value><string>{value}</string></value></member>"

    name = f"{DEVICE}/api/sip.query.xml"
    members = [member(one, found.mark(name)) for one in ("sipRegistrarPassword", "authenticationPassword", "authToken")]
    members += [member("proxy", f"https://u:{found.mark(name)}@proxy.example.com/")]
    inner = f"<member><name>account</name><value><struct>{member('pin', found.mark(name))}</struct></value></member>"
    body = f"<value><struct>{''.join(members)}{inner}</struct></value>"
    found.put(name, f"<methodResponse><params><param>{body}</param></params></methodResponse>")
    request = f"{DEVICE}/api/device.query.xml"
    call = f"<params><param><value><struct>{member('authenticationPassword', found.mark(request))}</struct></value>"
    found.put(request, f"<methodCall><methodName>device.query</methodName>{call}</param></params></methodCall>")
    headed = f"{DEVICE}/api/services.query.xml"
    encoded = base64.b64encode(f"admin:{found.mark(headed)}".encode()).decode()
    found.marks[encoded] = headed
    found.put(headed, f"HTTP/1.1 200 OK\r\nAuthorization: Basic {encoded}\r\nSet-Cookie: x\r\n\r\n<a/>")
    system = f"{DEVICE}/api/system.xml"
    found.put(system, f"<system><model>MCU 4510</model><adminPassword>{found.mark(system)}</adminPassword></system>")
    backup = f"{DEVICE}/backup/saved.xml"
    found.put(backup, f"<configuration><user password='{found.mark(backup)}'/></configuration>")


def _in_notes(found: Planted) -> None:
    site = "leeds/site.toml"
    found.put(site, f'title = "Leeds"\nnotes = "admin password: {found.mark(site)}, token={found.mark(site)}"\n')
    for name in ("leeds/notes.txt", "leeds/.env", f"{DEVICE}/.netrc", "leeds/access.json", "leeds/vpn.conf",
                 f"{DEVICE}/setup.log", "leeds/.git/config", f"{DEVICE}/~$draft.txt"):  # fmt: skip
        found.put(
            name,
            f'user = admin\npassword = {found.mark(name)}\n"client_secret": "{found.mark(name)}",\n'
            f"url = https://admin:{found.mark(name)}@10.1.2.3/\n",
        )
    # What begins a file that is no certificate, and a value in the place of a label.
    store = f"{DEVICE}/call-home-trust-store.pem"
    found.put(store, f"password: {found.mark(store)}\n")
    peer = "peers/vault.pem"
    found.put(peer, f"token={found.mark(peer)}\n")


def _keys() -> Iterator[tuple[str, bytes]]:
    rsa, curve = rsa_key(11), ec.generate_private_key(ec.SECP256R1())
    open_, locked = NoEncryption(), BestAvailableEncryption(b"secret")
    forms: tuple[tuple[str, PrivateFormat, KeySerializationEncryption], ...] = (
        ("pkcs8", PrivateFormat.PKCS8, open_), ("pkcs1", PrivateFormat.TraditionalOpenSSL, open_),
        ("locked", PrivateFormat.PKCS8, locked), ("openssh", PrivateFormat.OpenSSH, open_),
    )  # fmt: skip
    for word, form, encryption in forms:
        for kind, key in (("rsa", rsa), ("ec", curve)):
            yield f"leeds/keys/{kind}-{word}.pem", key.private_bytes(Encoding.PEM, form, encryption)
    pem = rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, open_)
    yield f"{DEVICE}/mcu.key", pem
    yield f"{DEVICE}/utf16.txt", pem.decode().encode("utf-16")
    yield f"{DEVICE}/.hidden.pem", pem
    yield "peers/room.key", curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, open_)
    yield f"{DEVICE}/sip-trust-store.pem", CleanExport().files[f"{DEVICE}/sip-trust-store.pem"] + pem  # type: ignore[operator]
    der = curve.private_bytes(Encoding.DER, PrivateFormat.PKCS8, open_)
    yield "leeds/key.txt", base64.b64encode(der)


def _in_containers(found: Planted) -> None:
    key, certificate = rsa_key(4), local_certificate()
    from cryptography import x509

    loaded = x509.load_der_x509_certificate(certificate.der)
    for name, encryption in (("open", NoEncryption()), ("locked", BestAvailableEncryption(b"pw"))):
        packed = pkcs12.serialize_key_and_certificates(b"x", key, loaded, None, encryption)
        found.put(f"leeds/{name}.p12", packed)
    for number, form in enumerate((PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)):
        found.put(f"leeds/key-{number}.der", key.private_bytes(Encoding.DER, form, NoEncryption()))
    numbers = key.private_numbers()
    text = base64.urlsafe_b64encode(numbers.d.to_bytes(256, "big")).decode().rstrip("=")
    found.put("leeds/key.jwk", f'{{"kty": "RSA", "n": "AQAB", "d": "{text}"}}')
    found.marks[text] = "leeds/key.jwk"
    found.put("leeds/store.jks", b"\xfe\xed\xfe\xed" + bytes([0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1]) + bytes(40))
    found.put("leeds/key.ppk", "PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 1\n" + found.mark("leeds/key.ppk") * 4)
