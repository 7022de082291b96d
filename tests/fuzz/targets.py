"""What is fuzzed: plain functions of octets, which raise only what is documented for anything that they are given."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook

import mcuaudit
from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.device_list import decode_device_list
from mcuaudit.decode.ocsp_response import ocsp_response
from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.responses import decode_response
from mcuaudit.decode.revocation_list import decode_revocation_list
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.table import decode_settings_table
from mcuaudit.decode.without_secrets import Secrets
from mcuaudit.errors import McuAuditError
from mcuaudit.identity.matcher import match
from mcuaudit.policy.schema import make_policy
from mcuaudit.system.toml_text import load_toml
from tests.clean_export import BOTH, HOST, ISSUING, ROOT, CleanExport, chain, local_certificate, toml
from tests.odd_encodings import pkcs7_of
from tests.predict.ocsp_responses import ocsp_response as made_response
from tests.revoking import revocation_list

Target = Callable[[bytes], object]


def bundle(data: bytes) -> None:
    """PEM in any form, DER, PKCS#7: whatever a store or a certificate file holds."""
    _documented(lambda: decode_bundle(data, 100))


def certificate(data: bytes) -> None:
    """One certificate in DER."""
    _documented(lambda: decode_certificate(data))


def crl(data: bytes) -> None:
    """One revocation list in DER."""
    _documented(lambda: decode_revocation_list(data))


def ocsp(data: bytes) -> None:
    """A saved OCSP response."""
    _documented(lambda: ocsp_response(data))


def settings_toml(data: bytes) -> None:
    """settings.toml."""
    _documented(lambda: decode_settings_toml(data))


def settings_csv(data: bytes) -> None:
    """settings.csv."""
    _documented(lambda: decode_settings_table(data))


def device_list(data: bytes) -> None:
    """A list of devices: a table, a workbook, an inventory."""
    _documented(lambda: decode_device_list(data))


def peers_toml(data: bytes) -> None:
    """peers.toml."""
    _documented(lambda: decode_peers(data))


def responses(data: bytes) -> None:
    """A saved response of the device."""
    _documented(lambda: decode_response(data, "services.query"))


def policy(data: bytes) -> None:
    """mcuaudit.toml."""
    _documented(lambda: make_policy(load_toml(data), "mcuaudit.toml"))


def secrets(data: bytes) -> None:
    """The search for secrets in a file of any kind."""
    for kind in (Kind.SETTINGS, Kind.SETTINGS_TABLE, Kind.UNRECOGNISED):
        Secrets(kind, data).problems()


def saved_audit(data: bytes) -> None:
    """The manifest of a saved audit, or one of its frames: the first octet says which."""
    whole = _saved()
    names = sorted(whole)
    name = names[data[0] % len(names)] if data else names[0]
    with tempfile.TemporaryDirectory() as directory:
        for one, content in whole.items():
            (Path(directory) / one).write_bytes(data[1:] if one == name else content)
        _documented(lambda: mcuaudit.load(directory))


def names(data: bytes) -> None:
    """`match`: reference identifiers, one for each line, with a certificate."""
    for line in data.decode("utf-8", "replace").split("\n")[:20]:
        for standard in ("mcu", "rfc5922", "rfc9525", "vcs", "cucm"):
            _documented(lambda line=line, standard=standard: match(_certificate(), line, standard))


TARGETS: Final[dict[str, Target]] = {
    one.__name__: one
    for one in (
        bundle, certificate, crl, ocsp, settings_toml, settings_csv, device_list, peers_toml, responses, policy,
        secrets, saved_audit, names,
    )
}  # fmt: skip


def _documented(call: Callable[[], object]) -> None:
    """Run it; an error that is documented is an answer, and so is a number of too many digits, which `int` refuses."""
    try:
        call()
    except (McuAuditError, RecursionError):
        pass
    except ValueError as error:
        if "Exceeds the limit" not in str(error):
            raise


@cache
def _certificate() -> bytes:
    return local_certificate().der


@cache
def _saved() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as directory:
        audit = CleanExport().audit(Path(directory) / "export")
        place = audit.save(Path(directory) / "audit")
        return {path.name: path.read_bytes() for path in sorted(Path(place).iterdir()) if path.is_file()}


def _workbook() -> bytes:
    octets = io.BytesIO()
    book = Workbook(octets)
    sheet, days = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["site", "device", "serial"])
    sheet.write_row(1, 0, ["leeds", "mcu-1", 7])
    sheet.write(2, 0, 46000, days)
    book.close()
    return octets.getvalue()


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Good inputs of each target, from which the others are made."""
    export = CleanExport()
    own, lists = local_certificate(), revocation_list(ISSUING, [local_certificate()])
    leaf = ISSUING.leaf(HOST, purposes=BOTH, san=["DNS:a.example.com", "URI:sip:b.example.com", "IP:10.1.2.3"])
    peers = toml({"peer": [{"name": name, **values} for name, values in export.peers.items()]}).encode()
    members = "".join(
        f"<member><name>{name}</name><value>{value}</value></member>"
        for name, value in (("port", "<int>80</int>"), ("enabled", "<boolean>1</boolean>"), ("host", "a.example.com"))
    )
    value = f"<params><param><value><struct>{members}</struct></value></param></params>"
    saved = _saved()
    names = sorted(saved)
    return {
        "bundle": (chain(own, ISSUING), pkcs7_of(ROOT.der, ISSUING.der, lists=b""), ROOT.der + ISSUING.der),
        "certificate": (own.der, leaf.der, ROOT.der),
        "crl": (lists, revocation_list(ROOT)),
        "ocsp": (made_response(local_certificate(), ISSUING),),
        "settings_toml": (toml(export.settings).encode(),),
        "settings_csv": (
            b"device,device.model,services.https,users\nmcu-1,MCU 4510,true,ann:administrator\nmcu-2,,false,\n",
        ),
        "device_list": (
            b"site,device,address\nleeds,mcu-1,10.1.2.3\n",
            b"[leeds]\nmcu-[01:02] ansible_host=10.1.2.3\n",
            b"---\nleeds:\n  hosts: {mcu-1: {ansible_host: 10.1.2.3}}\n  children: {}\n",
            _workbook(),
        ),
        "peers_toml": (peers,),
        "responses": (f"<?xml version='1.0'?><methodResponse>{value}</methodResponse>".encode(),),
        "policy": (
            b'[thresholds]\nexpiry_days = 30\n[rules]\nMCU105 = "off"\n[[waiver]]\nrule = "MCU106"\n'
            b'device = "leeds/*"\nreason = "a"\nowner = "b"\nexpires = 2027-03-31\n',
        ),
        "secrets": (b"password = x1\nhttps://ann:pw1@host/\n-----BEGIN PRIVATE KEY-----\nMIIE\n", peers),
        "saved_audit": tuple(bytes([number]) + saved[name] for number, name in enumerate(names)),
        "names": (b"a.example.com\nsip:b.example.com\n10.1.2.3\n*.example.com\n2001:db8::1\nxn--bcher-kva.example",),
    }
