"""What is there in an odd form lets nothing pass that would not pass if it were there in the right form."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography import x509

import mcuaudit
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.system.limited_worker import LimitedWorker, Overrun
from tests.authority import NOW, encoded, rsa_key
from tests.clean_export import (
    BOTH,
    DEVICE,
    ELSEWHERE,
    HOST,
    ISSUING,
    ROOT,
    CleanExport,
    chain,
    local_certificate,
    toml,
)
from tests.odd_encodings import pkcs7_of
from tests.revoking import revocation_list

Content = bytes | str | Callable[[Path], Any]
Files = dict[str, Content]

SETTINGS, HTTPS, SIP, LOCAL = (
    f"{DEVICE}/{name}.{ending}"
    for name, ending in (
        ("settings", "toml"),
        ("https-trust-store", "pem"),
        ("sip-trust-store", "pem"),
        ("local-certificate", "pem"),
    )
)
KEY = "Key does not match certificate"
WRONG_KEY = f'[ssl_certificates]\nprivate_key = "{KEY}"\n'
WRONG = chain(ELSEWHERE.leaf(HOST, key=rsa_key(4), purposes=BOTH, san=["DNS:other.example.com"]), ELSEWHERE)


def peers(export: CleanExport) -> str:
    return toml({"peer": [{"name": name, **values} for name, values in export.peers.items()]})


def _clean() -> Files:
    export = CleanExport()
    files: Files = {name: content for name, content in export.files.items() if content is not None}
    return {SETTINGS: toml(export.settings), "peers.toml": peers(export), **files}


CLEAN: Final = _clean()


def farther(name: str, to: str) -> Files:
    """The clean export with a file of the device at its site, or for the fleet."""
    return {**{one: content for one, content in CLEAN.items() if one != name}, to: CLEAN[name]}


SITE_SETTINGS = farther(SETTINGS, "leeds/settings.toml")
FLEET_SETTINGS = farther(SETTINGS, "settings.toml")
SITE_HTTPS = farther(HTTPS, "leeds/https-trust-store.pem")
SITE_SIP = farther(SIP, "leeds/sip-trust-store.pem")
OTHER_KEY = {**SITE_SETTINGS, SETTINGS: WRONG_KEY}
OTHER_KEY_IN_SITE = {**FLEET_SETTINGS, "leeds/settings.toml": WRONG_KEY}
OTHER_HTTPS = {**SITE_HTTPS, HTTPS: ELSEWHERE.pem}
OTHER_SIP = {**SITE_SIP, SIP: ELSEWHERE.pem}
OTHER_LOCAL = {**CLEAN, LOCAL: WRONG}
BOB = {**SITE_SETTINGS, SETTINGS: '[[users]]\nname = "bob"\nprivilege = "administrator"\n'}


def _member(name: str, value: str) -> str:
    return f"<member><name>{name}</name><value>{value}</value></member>"


def _off(name: str) -> str:
    facts = _member("name", name) + _member("enabled", "<boolean>0</boolean>")
    return f"<value><struct>{facts}{_member('setting', '<boolean>0</boolean>')}</struct></value>"


_EACH = "".join(map(_off, ("http", "https", "sip_tcp", "sips_tcp", "ftp")))
_PORT = _member("port", "A") + _member("services", f"<array><data>{_EACH}</data></array>")
_PORTS = _member("ports", f"<array><data><value><struct>{_PORT}</struct></value></data></array>")
SERVICES = f"<methodResponse><params><param><value><struct>{_PORTS}</struct></value></param></params></methodResponse>"
ALL_OFF = {**CLEAN, f"{DEVICE}/api/services.query.xml": SERVICES}


def _with_lists() -> Files:
    export = CleanExport()
    for values in export.peers.values():
        values["checks_crls"] = True
    lists = {
        "crl/root.crl": revocation_list(ROOT),
        "crl/issuing.crl": revocation_list(ISSUING),
    }
    return {**CLEAN, LOCAL: chain(PRESENTED, ISSUING), "peers.toml": peers(export), **lists}


PRESENTED = local_certificate()
LISTS = _with_lists()
REVOKES = revocation_list(ISSUING, [PRESENTED], number=2)
OF_NOBODY = revocation_list(ISSUING, [PRESENTED], number=2, issuer_name=x509.Name.from_rfc4514_string("CN=Issuimg CA"))
REVOKED = {**LISTS, "crl/newer.crl": REVOKES}


def table(rows: str, header: str = "device,ssl_certificates.private_key") -> Files:
    return {**FLEET_SETTINGS, "leeds/settings.csv": f"{header}\n{rows}\n"}


def without_users(row: str) -> Files:
    export = CleanExport()
    del export.settings["users"]
    return {**CLEAN, SETTINGS: toml(export.settings), "leeds/settings.csv": f"device,users\n{row}\n"}


def with_device(key: str, value: str) -> Files:
    export = CleanExport()
    export.settings["device"][key] = value
    return {**CLEAN, SETTINGS: toml(export.settings)}


_TWO_COLUMNS = "device,services.https,ssl_certificates.private_key"
CASES: Final[dict[str, tuple[Files, Files]]] = {
    # The path is in the name, as programs write it that unpack archives badly.
    r"leeds\mcu-1\https-trust-store.pem": (
        {**SITE_HTTPS, "leeds\\mcu-1\\https-trust-store.pem": ELSEWHERE.pem}, OTHER_HTTPS
    ),
    r"leeds\mcu-1\local-certificate.pem": ({**CLEAN, "leeds\\mcu-1\\local-certificate.pem": WRONG}, OTHER_LOCAL),
    r"leeds\mcu-1\settings.toml": ({**SITE_SETTINGS, "leeds\\mcu-1\\settings.toml": WRONG_KEY}, OTHER_KEY),
    "leeds%2Fmcu-1%2Fsettings.toml": ({**SITE_SETTINGS, "leeds%2Fmcu-1%2Fsettings.toml": WRONG_KEY}, OTHER_KEY),
    "mcu-1.settings.toml": ({**SITE_SETTINGS, "mcu-1.settings.toml": WRONG_KEY}, OTHER_KEY),
    "leeds_mcu-1_https-trust-store.pem": (
        {**SITE_HTTPS, "leeds_mcu-1_https-trust-store.pem": ELSEWHERE.pem}, OTHER_HTTPS
    ),
    # Short names of DOS, and a placeholder of iCloud.
    "HTTPS-~1.PEM": ({**SITE_HTTPS, f"{DEVICE}/HTTPS-~1.PEM": ELSEWHERE.pem}, OTHER_HTTPS),
    "SIP-TR~1.PEM": ({**SITE_SIP, f"{DEVICE}/SIP-TR~1.PEM": ELSEWHERE.pem}, OTHER_SIP),
    "SETTIN~1.TOM": ({**SITE_SETTINGS, f"{DEVICE}/SETTIN~1.TOM": WRONG_KEY}, OTHER_KEY),
    ".settings.toml.icloud": ({**SITE_SETTINGS, f"{DEVICE}/.settings.toml.icloud": b"bplist00"}, OTHER_KEY),
    # In the directory that Macs make in archives.
    "leeds/__MACOSX/settings.toml": ({**FLEET_SETTINGS, "leeds/__MACOSX/settings.toml": WRONG_KEY}, OTHER_KEY_IN_SITE),
    "__MACOSX/leeds/mcu-1/settings.toml": (
        {**SITE_SETTINGS, "__MACOSX/leeds/mcu-1/settings.toml": WRONG_KEY}, OTHER_KEY
    ),
    # Saved responses.
    "api is a file": ({**CLEAN, f"{DEVICE}/api": "../../shared/api"}, ALL_OFF),
    "api is a pipe": ({**CLEAN, f"{DEVICE}/api": os.mkfifo}, ALL_OFF),
    "two responses in a file": ({**CLEAN, f"{DEVICE}/api/all.xml": SERVICES * 2}, ALL_OFF),
    "a response, and another that is cut": ({**CLEAN, f"{DEVICE}/api/all.xml": SERVICES + SERVICES[:200]}, ALL_OFF),
    "a response under the name of another": ({**CLEAN, f"{DEVICE}/api/network.query.xml": SERVICES}, ALL_OFF),
    "an ignored response outside api/": (
        {**CLEAN, f"{DEVICE}/services.query.xml": SERVICES, "mcuaudit.toml": '[export]\nignore = ["*.xml"]\n'},
        ALL_OFF,
    ),
    # Rows of settings.csv.
    "merged cells": (table(f"mcu-1,true,\n,,{KEY}", _TWO_COLUMNS), OTHER_KEY_IN_SITE),
    "a ditto mark": (table(f"mcu-1,true,\n〃,,{KEY}", _TWO_COLUMNS), OTHER_KEY_IN_SITE),
    "an address with zeros": (table(f"010.001.002.003,{KEY}"), OTHER_KEY_IN_SITE),
    "a regular expression": (table(f"mcu-[0-9]+,{KEY}"), OTHER_KEY_IN_SITE),
    "another regular expression": (table(f"mcu-\\d+,{KEY}"), OTHER_KEY_IN_SITE),
    "both": (table(f"both MCUs,{KEY}"), OTHER_KEY_IN_SITE),
    "a former user": (without_users("mcu-1,old: alice:administrator"), without_users("mcu-1,bob:administrator")),
    "a user who is taken out": (without_users("mcu-1,#alice:administrator"), without_users("mcu-1,bob:administrator")),
    # Keys.
    "the words of a page at the top": ({**SITE_SETTINGS, SETTINGS: f'"Private key status" = "{KEY}"\n'}, OTHER_KEY),
    "a key of another table": ({**SITE_SETTINGS, SETTINGS: f'[ssl_certificates.shown]\nkey = "{KEY}"\n'}, OTHER_KEY),
    "[[accounts]]": ({**SITE_SETTINGS, SETTINGS: '[[accounts]]\nname = "bob"\nlevel = "administrator"\n'}, BOB),
    "user_id beside name": (
        {**SITE_SETTINGS, SETTINGS: '[[users]]\nuser_id = "bob"\nname = "alice"\nprivilege = "administrator"\n'}, BOB
    ),
    # Revocation lists.
    "peers/newer.crl.gz": ({**LISTS, "peers/newer.crl.gz": gzip.compress(REVOKES)}, REVOKED),
    "a directory newer.crl": ({**LISTS, f"{DEVICE}/newer.crl": lambda path: path.mkdir()}, REVOKED),
    "a directory newer.crl with a note": ({**LISTS, "newer.crl/README": "see"}, REVOKED),
    "peers/CRL.der, cut": ({**LISTS, "peers/CRL.der": REVOKES[:-5]}, REVOKED),
    "a cut list behind certificates": ({**LISTS, HTTPS: ROOT.der + ISSUING.der + REVOKES[:-2]}, REVOKED),
    "a list among the certificates of a PKCS#7": (
        {**LISTS, HTTPS: pkcs7_of(ROOT.der, ISSUING.der, REVOKES)}, REVOKED
    ),
    "a list under another tag": (
        {**LISTS, HTTPS: pkcs7_of(ROOT.der, ISSUING.der, lists=encoded(0xA2, REVOKES))}, REVOKED
    ),
    # Only the key tells whose it is.
    "a list whose issuer has a wrong character": ({**LISTS, "newer.crl": OF_NOBODY}, REVOKED),
    # Directories that are of a device under another name.
    **{
        name: ({**SITE_HTTPS, f"leeds/{name}/https-trust-store.pem": ELSEWHERE.pem}, OTHER_HTTPS)
        for name in (
            "Copy of mcu-1", "mcu-1-PC1", "mcu-1.partial", "MCU 1 (Leeds)", "10-1-2-3",
            "mcu-1.sync-conflict-20260601-1", "SN SM1",
        )
    },
    # Values that name two things.
    "two models": (with_device("model", "MCU 4510 / TS 8710"), with_device("model", "TS 8710")),
    "a model that is replaced": (with_device("model", "MCU 4510 → TS 7010"), with_device("model", "TS 7010")),
    "a version that is not there yet": (
        with_device("software_version", "4.4(3.57) not yet"), with_device("software_version", "4.3(2.18)")
    ),
    # A second certificate of the device.
    "https.cer with its names": ({**CLEAN, f"{DEVICE}/https.cer": WRONG}, OTHER_LOCAL),
    "SM1.pem, cut": ({**CLEAN, f"{DEVICE}/SM1.pem": WRONG[: len(WRONG) // 2]}, OTHER_LOCAL),
}  # fmt: skip
"""By what is odd: the export with it, and the export as the device would then be."""


def read(files: Files, root: Path) -> tuple[frozenset[tuple[str, str]], mcuaudit.Fleet]:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    fleet = mcuaudit.read_export(root)
    predicted = predict_fleet(fleet, NOW)
    connections, administration = predicted.connections, predicted.administration
    passing = {("connection", one) for one in connections["connection_id"][connections["outcome"] == "pass"]}
    passing |= {("administration", one) for one in administration["device_id"][administration["outcome"] == "pass"]}
    return frozenset(passing), fleet


@pytest.fixture(scope="module")
def deserved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Files], frozenset[tuple[str, str]]]:
    """What passes in an export; each is read once."""
    known: dict[int, frozenset[tuple[str, str]]] = {}

    def passing(files: Files) -> frozenset[tuple[str, str]]:
        if id(files) not in known:
            known[id(files)] = read(files, tmp_path_factory.mktemp("true"))[0]
        return known[id(files)]

    return passing


@pytest.mark.parametrize("name", CASES)
def test_nothing_passes_that_does_not_deserve_it(
    name: str, deserved: Callable[[Files], frozenset[tuple[str, str]]], tmp_path: Path
) -> None:
    damaged, true = CASES[name]
    passing, fleet = read(damaged, tmp_path)
    assert passing <= deserved(true)
    # It is told, or used as if it had the right form.
    assert not fleet.problems.empty or passing == deserved(true)


LARGE = revocation_list(ISSUING, [PRESENTED, *[ELSEWHERE.leaf(f"h{number}") for number in range(3)]], number=2)
_PADDED = LARGE + b"\n" * (1 << 16)


@pytest.mark.part(5)
@pytest.mark.parametrize("name", ["peers/newer.crl", "peers/newer.pem", f"{DEVICE}/thing.bin"])
@pytest.mark.parametrize("why", [*Overrun, "file_bytes"])
def test_a_list_that_is_not_read_whole_is_not_absent(
    name: str,
    why: str,
    deserved: Callable[[Files], frozenset[tuple[str, str]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever the reason is: too long, too much memory, an error, or too large."""
    files = {**LISTS, name: _PADDED}
    if why == "file_bytes":
        files |= {"mcuaudit.toml": f"[limits]\nfile_bytes = {1 << 16}\n"}
    else:
        monkeypatch.setattr(LimitedWorker, "call", lambda *_given: Overrun(why))
    passing, fleet = read(files, tmp_path)
    assert passing <= deserved(REVOKED)
    assert not fleet.problems.empty
    assert "damaged" in set(fleet.revocation_lists["state"])


def test_the_exports_differ_in_what_passes(deserved: Callable[[Files], frozenset[tuple[str, str]]]) -> None:
    """Each true export lacks a pass of the clean one, so that a test above can fail."""
    same = [name for name, (_, true) in CASES.items() if deserved(true) >= deserved(CLEAN)]
    assert same == []
