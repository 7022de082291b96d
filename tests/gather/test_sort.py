"""`mcuaudit sort`: what the files of a heap are, where they go, and that nothing is guessed, moved or half written."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import mcuaudit
from mcuaudit import UsageError
from mcuaudit.collect import file_places
from mcuaudit.command import main
from mcuaudit.decode.device_list import ListedDevice
from mcuaudit.decode.peers import decode_peers
from mcuaudit.frames.schema import SCHEMAS
from mcuaudit.gather import writing
from mcuaudit.gather.copying import Copy, copies_of, copy_files
from mcuaudit.gather.known import Known, KnownDevice, KnownPeer, known_of
from mcuaudit.gather.peer_entries import peer_entries
from mcuaudit.gather.sorted_files import Certainty, SortedFile, What
from mcuaudit.gather.sorting import sort_heap
from mcuaudit.writers.sorted_files import print_sorted
from tests.authority import FAR_AHEAD, LAST_YEAR, NOW, Authority, self_signed
from tests.clean_export import write_files
from tests.hints import hint_of
from tests.revoking import revocation_list

DEVICES = """Standort;Gerät;IP-Adresse;Hostname
Leeds;mcu-1;10.1.2.3;mcu-1.example.com
Köln;mcu-ü;10.1.2.4;mcu-2.example.com
"""
ROOT = Authority.root("Example Root", not_before=LAST_YEAR, not_after=FAR_AHEAD)
ISSUING = ROOT.intermediate("Example Issuing CA", not_before=LAST_YEAR, not_after=FAR_AHEAD)
OTHER = ROOT.intermediate("Example Other CA", not_before=LAST_YEAR, not_after=FAR_AHEAD)
FOREIGN_ROOT = Authority.root("Foreign Root", not_before=LAST_YEAR, not_after=FAR_AHEAD)
SPAN = {"not_before": LAST_YEAR, "not_after": FAR_AHEAD}
NEW = {"not_before": NOW - timedelta(days=9), "not_after": FAR_AHEAD}


def leaf(name: str, *san: str, **wishes: Any) -> Any:
    return ISSUING.leaf(name, san=list(san) or None, **(SPAN | wishes))


SHOWN = (ROOT.record, ISSUING.record)
ONE = leaf("mcu-1.example.com", "DNS:mcu-1.example.com", "IP:10.1.2.3")
OF_OTHER = OTHER.leaf("mcu-9.example.com", **SPAN)
TWO = leaf("mcu-2.example.com", "DNS:mcu-2.example.com")
TWO_AGAIN = leaf("mcu-2.example.com", "DNS:mcu-2.example.com", **NEW)
USER = leaf("sam.lee", purposes=["clientAuth"])
FOREIGN = self_signed("mcu-1.other.org", san=["IP:10.1.2.3"], **SPAN)
ONE_AND_KEY = ONE.pem + ISSUING.pem + ONE.key_pem
RESPONSE = b"""<?xml version='1.0'?><methodResponse><params><param><value><struct>
<member><name>serial</name><value><string>SM01</string></value></member>
<member><name>model</name><value><string>MCU 4510</string></value></member>
<member><name>softwareVersion</name><value><string>4.4(3.57)</string></value></member>
</struct></value></param></params></methodResponse>"""
HEAP = {
    "f1": ONE_AND_KEY,
    "f2.cer": TWO.der,
    "f3": TWO_AGAIN.pem,
    "f4": FOREIGN.pem,
    "f5": ROOT.pem,
    "again/f1": ONE_AND_KEY,
    "user": USER.pem,
    "cut": TWO.pem + ISSUING.pem[:300],
    "key": ONE.key_pem,
    "notes.txt": b"hello",
    "device": RESPONSE,
}
PEERS = '[[peer]]\nname = "sam"\nconnections = ["web_user"]\nuser = "sam.lee"\ncertificate = "peers/sam.pem"\n'

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mcuaudit", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return int(stopped.value.code or 0), printed.out, printed.err

    return call


def packed(files: dict[str, bytes]) -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return octets.getvalue()


def files_below(root: Path) -> dict[str, bytes]:
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def known(**more: Any) -> Known:
    one = KnownDevice("Leeds", "mcu-1", ("10.1.2.3",), ("mcu-1.example.com",), "SM01")
    two = replace(KnownDevice("Köln", "mcu-ü", ("10.1.2.4",), ("mcu-2.example.com",)), **more)
    return Known((one, two), authorities=SHOWN)


def by_name(drawer: Path, of: Known) -> dict[str, SortedFile]:
    return {row.item.file.name: row for row in sort_heap(drawer, of, NOW).rows}


def test_a_heap_becomes_an_export_by_what_is_sure_then_by_the_corrected_list(run: Run, tmp_path: Path) -> None:
    drawer, export, listed = tmp_path / "drawer", tmp_path / "export", tmp_path / "devices.csv"
    write_files(drawer, HEAP)
    listed.write_bytes(DEVICES.encode("cp1252"))
    at = ("--at", NOW.isoformat())
    shown = {"Leeds/https-trust-store.pem": ROOT.pem + ISSUING.pem}
    write_files(export, {"Leeds/peers.toml": PEERS.encode(), "Leeds/mcu-1/settings.toml": b"# none\n", **shown})
    table = tmp_path / "sorted.csv"
    code, out, err = run("sort", drawer, "--devices", listed, "--into", export, *at, "--out", table)
    assert code == 3, "a file is cut"
    copied = files_below(export)
    assert set(copied) == {
        "Leeds/peers.toml", "Leeds/mcu-1/settings.toml", "Leeds/mcu-1/local-certificate.pem", "Leeds/peers/sam.pem",
        *shown,
    }  # fmt: skip
    assert copied["Leeds/mcu-1/local-certificate.pem"] == ONE.pem + ISSUING.pem
    assert files_below(drawer) == HEAP, "nothing is moved or changed"
    assert "2 files copied" in err
    assert "3 files with a private key" in err
    likely = sum(line.split(": ", 1)[1].startswith("likely, ") for line in out.splitlines())
    assert f"--likely copies what is likely too: {likely} file" in err
    lines = dict(line.split(": ", 1) for line in out.splitlines())
    assert lines["again/f1"] == "open, MCU mcu-1.example.com, ends 2030-07-24: the same as f1"
    assert lines["f1"].endswith("; it also holds a private key, which stays where it is")
    assert "superseded by f3, issued on 6 Jun 2026" in lines["f2.cer"]
    assert lines["f3"].startswith("likely, MCU mcu-2.example.com, ends 2030-07-24, Köln/mcu-ü/local-certificate.pem: ")
    why = "f1 has the host name, and this has another one"
    assert lines["f4"].startswith(
        f"open, MCU mcu-1.other.org, ends 2030-07-24, Leeds/mcu-1/local-certificate.pem: {why}"
    )
    assert "part of it cannot be read" in lines["cut"]
    assert "notes.txt" not in lines
    rows = {row["file"]: row for row in csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig")))}
    assert (rows["f1"]["copy"], rows["f3"]["copy"], rows["notes.txt"]["what"]) == ("yes", "", "nothing")
    # As a German Excel saves it; the files that are there already are unticked.
    corrected = [row | {"copy": "ja" if row["file"] in ("f3", "f5") else ""} for row in rows.values()]
    for row in corrected:
        row["place"] = "sip-trust-store.pem" if row["file"] == "f5" else row["place"]
    text = io.StringIO()
    writer = csv.DictWriter(text, corrected[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(corrected)
    table.write_bytes(text.getvalue().encode("cp1252"))
    code, _, err = run("sort", drawer, "--devices", listed, "--into", export, *at, "--by", table)
    assert "2 files copied" in err
    more = files_below(export)
    assert more["sip-trust-store.pem"] == ROOT.pem
    assert more["Köln/mcu-ü/local-certificate.pem"] == TWO_AGAIN.pem
    # Once more: all of it is there, so nothing is sure to be copied, and the list is refused as a whole.
    assert "0 files copied" in run("sort", drawer, "--devices", listed, "--into", export, *at)[2]
    code, _, err = run("sort", drawer, "--devices", listed, "--into", export, *at, "--by", table)
    assert (code, files_below(export)) == (2, more)
    assert re.search(r"line \d+, f5: .*sip-trust-store.pem is there already, and is not replaced", err)
    # A row that the run which wrote the list copied is no obstacle.
    table.write_bytes("\n".join(line for line in text.getvalue().splitlines() if "f5" not in line).encode("cp1252"))
    code, _, err = run("sort", drawer, "--devices", listed, "--into", export, *at, "--by", table)
    assert ("0 files copied" in err, files_below(export)) == (True, more)
    # Another file in a place stays, and is named.
    (export / "Leeds/mcu-1/local-certificate.pem").write_bytes(TWO.pem)
    code, out, err = run("sort", drawer, "--devices", listed, "--into", export, *at)
    assert "f1: open, MCU mcu-1.example.com" in out
    assert "Leeds/mcu-1/local-certificate.pem is another file; it is not replaced" in out
    assert ("0 files copied" in err, files_below(export)["Leeds/mcu-1/local-certificate.pem"]) == (True, TWO.pem)
    code, out, _ = run("sort", drawer, "--devices", listed, *at, "--format", "json")
    assert {row["certainty"] for row in json.loads(out)["files"]} == {"likely", "open"}, "no export shows a CA"


def test_python_begins_an_export_and_sorts_a_drawer_into_it(tmp_path: Path) -> None:
    drawer, export, listed = tmp_path / "drawer", tmp_path / "export", tmp_path / "devices.csv"
    write_files(drawer, HEAP)
    listed.write_bytes(DEVICES.encode("cp1252"))
    made = mcuaudit.init_export(export, listed)
    assert "Leeds/mcu-1/settings.toml" in made
    assert mcuaudit.init_export(export, listed) == ()
    (export / "Leeds" / "https-trust-store.pem").write_bytes(ROOT.pem)
    found = mcuaudit.sort_drawer(drawer, export=export, at=NOW)
    assert found.columns.tolist() == [one.name for one in SCHEMAS["sorted_files"].columns]
    assert found.set_index("file").loc["f1", ["copy", "place", "certainty"]].tolist() == [
        "yes", "Leeds/mcu-1/local-certificate.pem", "sure"
    ]  # fmt: skip
    assert not (export / "Leeds/mcu-1/local-certificate.pem").exists(), "nothing is copied"
    mcuaudit.sort_drawer(drawer, export=export, at=NOW, copy=True, trust_stores={"Leeds/sip": "f5"})
    assert (export / "Leeds/mcu-1/local-certificate.pem").read_bytes() == ONE.pem + ISSUING.pem
    assert (export / "Leeds/sip-trust-store.pem").read_bytes() == ROOT.pem
    with pytest.raises(UsageError, match="copy needs export"):
        mcuaudit.sort_drawer(drawer, copy=True)
    for without in ({"likely": True}, {"trust_stores": {"Leeds/sip": "f5"}}):
        with pytest.raises(UsageError, match=f"{next(iter(without))} says what is copied; give copy=True"):
            mcuaudit.sort_drawer(drawer, export=export, **without)
    listed.write_text("site,device\nLeeds,mcu-1\nLeeds,a:b\n")
    with pytest.raises(UsageError, match='rows that cannot be used:\n  line 3: the device "a:b"'):
        mcuaudit.init_export(tmp_path / "other", listed)
    assert not (tmp_path / "other").exists()


def test_a_directory_of_many_other_files_is_not_listed_again_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"one.pem": ONE.pem, **{f"note-{number}.txt": b"hello" for number in range(60)}})
    listed: list[str] = []
    entries = file_places.entries_of

    def counted(directory: str | Path) -> list[Path]:
        listed.append(str(directory))
        return entries(directory)

    monkeypatch.setattr(file_places, "entries_of", counted)
    assert len(mcuaudit.read_export(tmp_path).problems) == 60
    assert len(listed) < 10


def test_who_claims_one_place_and_what_the_page_of_the_device_decides(tmp_path: Path) -> None:
    write_files(tmp_path, {name: content for name, content in HEAP.items() if name != "cut"})
    found = by_name(tmp_path, known())
    assert (found["f1"].what, found["f1"].certainty) == (What.MCU, Certainty.SURE)
    again = found["again/f1"]
    assert (again.duplicate_of, again.what, again.copies) == ("f1", What.MCU, False)
    assert (found["f2.cer"].certainty, found["f2.cer"].others) == (
        Certainty.OPEN,
        ("Köln/mcu-ü/local-certificate.pem",),
    )
    assert found["f3"].certainty is Certainty.LIKELY
    assert (found["device"].certainty, found["device"].place) == (Certainty.SURE, "Leeds/mcu-1/api/device.query.xml")
    # The dates of the page are those of the older certificate.
    shown = {"issued": LAST_YEAR.isoformat(), "expires": FAR_AHEAD.isoformat()}
    found = by_name(tmp_path, known(shown=shown))
    assert (found["f2.cer"].certainty, found["f2.cer"].copies) == (Certainty.SURE, True)
    assert (found["f3"].certainty, found["f3"].why[0]) == (Certainty.OPEN, "the page of the device shows other dates")
    # Two devices with one host name: neither is guessed.
    twice = Known((*known().devices, KnownDevice("Oslo", "mcu-1", (), ("mcu-1.example.com",))))
    other = by_name(tmp_path, twice)["f1"]
    assert (other.certainty, len(other.others), other.copies) == (Certainty.OPEN, 2, False)


def exported(root: Path, *lacking: str) -> Path:
    """An export of mcu-1 and mcu-2 in Leeds, with all trust stores but some."""
    files = {f"Leeds/{one}/{slot}-trust-store.pem": ROOT.pem for one in ("mcu-1", "mcu-2")
             for slot in ("sip", "https", "call-home")}  # fmt: skip
    files |= {f"Leeds/{one}/settings.toml": b"# none\n" for one in ("mcu-1", "mcu-2")}
    write_files(root, {name: content for name, content in files.items() if name not in lacking})
    return root


def asking(export: Path, device: str, port: str, *names: str) -> None:
    """What `fetch` recorded of the request of a port for a client certificate."""
    content = {"ports": {port: {"acceptable_ca_names": list(names)}}}
    (export / "Leeds" / device / "tls-capture.json").write_text(json.dumps(content))


def test_a_trust_store_has_a_likely_place_where_one_is_possible_and_else_a_short_answer(
    run: Run, tmp_path: Path
) -> None:
    sip = [f"Leeds/{one}/sip-trust-store.pem" for one in ("mcu-1", "mcu-2")]
    drawer = tmp_path / "drawer"
    write_files(drawer, {"s": ROOT.pem + ISSUING.pem, "again": ROOT.pem + ISSUING.pem})
    # One is missing, and there is one file: likely, and said why.
    one = exported(tmp_path / "one", sip[0])
    row = by_name(drawer, known_of((), one))["again"]
    assert (row.place, row.certainty, row.copies) == (sip[0], Certainty.LIKELY, False)
    assert "the only file of CA certificates" in row.why[0]
    # A port that asks with other names speaks against it; one that asks with these names, for it.
    asking(one, "mcu-1", "SIP TLS port", FOREIGN_ROOT.record.subject_text)
    assert by_name(drawer, known_of((), one))["again"].place == ""
    names = (ROOT.record.subject_text, ISSUING.record.subject_text)
    two = exported(tmp_path / "two", *sip)
    assert by_name(drawer, known_of((), two))["again"].place == "", "there are two"
    asking(two, "mcu-1", "SIP TLS port", *names)
    row = by_name(drawer, known_of((), two))["again"]
    assert (row.place, row.certainty) == (sip[0], Certainty.LIKELY)
    assert "the SIP TLS port of Leeds/mcu-1 asks for certificates of exactly these CAs" in row.why[0]
    asking(two, "mcu-2", "SIP TLS port", *names)
    row = by_name(drawer, known_of((), two))["again"]
    assert (row.place, row.certainty) == ("Leeds/sip-trust-store.pem", Certainty.LIKELY)
    # A store for Call Home is one that may be missing too.
    home = exported(tmp_path / "home", sip[0], "Leeds/mcu-1/call-home-trust-store.pem")
    assert by_name(drawer, known_of((), home))["again"].place == ""
    home = exported(tmp_path / "last", "Leeds/mcu-1/call-home-trust-store.pem")
    assert by_name(drawer, known_of((), home))["again"].place == "Leeds/mcu-1/call-home-trust-store.pem"
    # Two files that could be it, or two kinds of stores: it stays with the person.
    write_files(drawer, {"t": ISSUING.pem + ROOT.pem})
    found = by_name(drawer, known_of((), two))
    assert [(found[name].certainty, found[name].place) for name in ("again", "t")] == [(Certainty.OPEN, "")] * 2
    (drawer / "t").unlink()
    three = exported(tmp_path / "three", *sip, "Leeds/mcu-1/https-trust-store.pem")
    asking(three, "mcu-1", "SIP TLS port", *names)
    (three / "Leeds/mcu-2/tls-capture.json").write_text('{"ports": {"SIP TLS port": 7}}')
    assert by_name(drawer, known_of((), three))["again"].place == sip[0]
    # The short answer, for a site, by name and by digest.
    for answer in ("Leeds/sip=s", f"Leeds/sip={by_name(drawer, Known())['s'].item.sha256[:12].upper()}"):
        export = exported(tmp_path / answer[-3:], *sip)
        assert run("sort", drawer, "--into", export, "--trust-store", answer)[0] == 0
        assert (export / "Leeds/sip-trust-store.pem").read_bytes() == ROOT.pem + ISSUING.pem
    write_files(drawer, {"leaf": ONE.pem, "other-ca.pem": FOREIGN_ROOT.pem, "root": ROOT.pem})
    for answer, words in (
        ("Leeds/smtp=s", "is not a place and a file"), ("sip", "is not a place and a file"),
        ("sip=S", "no file of the heap is S"), ("sip=leaf", "a file of another kind"),
        ("Leeds/mcu-1/https=s", "is there already"),
        ("Leed/sip=s", 'no site or device is called "Leed". Did you mean "Leeds"? Known are Leeds, Leeds/mcu-1'),
        ("Leeds/mcu-9/sip=s", 'no site or device is called "Leeds/mcu-9"'),
        (f"sip={ROOT.record.sha256[:9]}", f"3 files have a SHA-256 that begins with {ROOT.record.sha256[:9]}, of the"),
    ):  # fmt: skip
        code, _, err = run("sort", drawer, "--into", exported(tmp_path / "wrong", *sip), "--trust-store", answer)
        assert code == 2
        assert words in err
    exported(tmp_path / "exports", *sip)
    code, _, err = run("sort", drawer, "--into", tmp_path / "export")
    assert code == 2
    assert 'has no device, so no file has a place there. Did you mean "exports"?' in err
    assert not (tmp_path / "export").exists()
    assert "--trust-store needs --into" in run("sort", drawer, "--trust-store", "sip=s")[2]


def test_drafts_of_peers_are_entries_that_place_their_certificates(run: Run, tmp_path: Path) -> None:
    drawer, export, drafts = tmp_path / "drawer", tmp_path / "export", tmp_path / "drafts.toml"
    domain = "DNS:example.com"
    write_files(
        drawer,
        {
            "a": leaf("room-1.example.com", "DNS:room-1.example.com", domain, "IP:10.1.2.9").pem,
            "b": leaf("room-1.example.com", "DNS:room-2.example.com", domain).pem,
            "c": leaf("call.example.com", "DNS:call.example.com", domain).pem, "user": USER.pem, "one": ONE.pem,
            "ca": ROOT.pem, "cut": TWO.pem + ISSUING.pem[:300],
        },
    )  # fmt: skip
    write_files(
        export,
        {
            "Leeds/mcu-1/settings.toml": b'device.host_names = ["mcu-1.example.com"]\n',
            "Leeds/mcu-1/https-trust-store.pem": ROOT.pem + ISSUING.pem,
        },
    )
    code, _, err = run("sort", drawer, "--into", export, "--at", NOW.isoformat(), "--draft-peers", drafts)
    assert (code, "4 drafts of peers" in err) == (3, True)
    text = drafts.read_text()
    made = {peer.name: dict(peer.values) for peer in decode_peers(text.encode()).peers}
    assert set(made) == {"room-1.example.com", "room-1.example.com-2", "call.example.com", "sam.lee"}
    assert made["room-1.example.com"]["identifiers"] == ("room-1.example.com", "10.1.2.9"), "without the domain"
    assert made["sam.lee"]["user"] == "sam.lee"
    assert '# product = one of "' in text
    # As they stand, they are the peers of the fleet, and the next run places the certificates and a store of peers.
    (export / "peers.toml").write_text(text)
    store = ("--trust-store", "peers/corp.pem=ca")
    assert run("sort", drawer, "--into", export, "--at", NOW.isoformat(), *store)[0] == 3
    assert {"peers/sam.lee.pem", "peers/call.example.com.pem", "peers/corp.pem"} <= set(files_below(export))
    inside = run("sort", drawer, "--into", export, "--draft-peers", export / "drafts.toml")
    assert (inside[0], "drafts claim nothing" in inside[2]) == (2, True)
    assert run("sort", drawer, "--draft-peers", "-")[1].startswith("# Drafts of peers")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Expressway,leeds,,incoming_sip", "line 2, the peer has no name"),
        ("Expressway,,x,incoming_sip", "line 2, column place: is empty; write a site, SITE/DEVICE, or fleet"),
        ("Expressway,leeds,x,incoming_spi", 'line 2, column connections: unknown value "incoming_spi"'),
        ("Expressway,leeds,x,", "line 2, column connections is empty; write those that the peer has"),
        ("CUCM,leeds,x,incoming_sip", 'Did you mean "Unified CM"?'),
        ("Expressway,leeds,x,incoming_sip,../../etc/passwd", 'column trust_store: no such file in the heap "../../etc'),
        ("Expressway,leeds,x,incoming_sip,peers/../../x.pem", "column trust_store: no such file in the heap"),
        ("Expressway,leeds,x,incoming_sip,,no.pem", 'column certificate: no such file in the heap "no.pem"'),
        ("Expressway,leeds,x,incoming_sip,,,?", 'column identifiers: "?" is not a value'),
        ("Expressway,leeds,x,incoming_sip,,,,perhaps", "column chain_complete: expected true or false"),
        ("Expressway,leeds,x,incoming_sip,,,,,more", "line 2, has a cell without a heading"),
        ("other,leeds,x,web_user\nother,leeds,X,web_user", '"X" and "x" of line 2 are one name in the same place'),
        ("endpoint,leeds,x,web_user\nother,leeds/mcu-1,x,", ""),
        ("other,fleet,../x,web_user,public,none,a b,ja", ""),
    ],
)  # fmt: skip
def test_a_row_of_peers_is_read_or_named_with_its_column(row: str, said: str) -> None:
    header = "product,place,name,connections,trust_store,certificate,identifiers,chain_complete\n"
    read = (f"{header}{row}\n,leeds,left out,\n".encode(), "peers.csv", [], {"leeds", "leeds/mcu-1"})
    if said:
        with pytest.raises(UsageError) as refused:
            peer_entries(*read)
        assert said in str(refused.value)
        return
    entries, left_out = peer_entries(*read)
    assert (left_out, *decode_peers("\n".join(one.text for one in entries[-1:]).encode()).problems) == (1,)


def test_a_hint_for_a_trust_store_leads_on(run: Run, tmp_path: Path) -> None:
    export = exported(tmp_path / "export", "Leeds/mcu-1/sip-trust-store.pem")
    write_files(tmp_path / "drawer", {"devices-ca.pem": ISSUING.pem})
    to_store = ("sort", tmp_path / "drawer", "--into", export, "--trust-store")
    code, _, err = run(*to_store, "Leeds/mcu-1/sip=device-ca.pem")
    assert code == 2
    assert run(*to_store, f"Leeds/mcu-1/sip={hint_of(err)}")[0] == 0
    assert (export / "Leeds/mcu-1/sip-trust-store.pem").read_bytes() == ISSUING.pem


def test_lists_and_files_of_settings_are_placed_where_they_say_it(run: Run, tmp_path: Path) -> None:
    drawer, export = tmp_path / "drawer", tmp_path / "export"
    typed = b'device.serial = "SM01"\nservices.https = true\n'
    write_files(
        drawer,
        {
            "l1": revocation_list(ISSUING, []), "l2": revocation_list(FOREIGN_ROOT, []), "ca": ISSUING.pem,
            "x": typed, "y": b"services.http = true\n", "z": typed + b'password = "geheim"\n',
            "Leeds/peers.toml": PEERS.encode(), "p": PEERS.encode() + b"# other\n",
        },
    )  # fmt: skip
    rows = by_name(drawer, known())
    lists = rows["l1"]
    assert (lists.what, lists.certainty, lists.copies) == (What.REVOCATION_LIST, Certainty.SURE, True)
    assert "signed by Example Issuing CA" in lists.why[0]
    assert rows["l2"].place == "", "its CA is not in the heap"
    assert (rows["x"].what, rows["x"].place) == (What.SETTINGS, "Leeds/mcu-1/settings.toml")
    assert rows["x"].certainty is Certainty.SURE
    assert (rows["y"].what, rows["y"].certainty) == (What.SETTINGS, Certainty.OPEN)
    assert rows["z"].what is What.NOTHING
    assert (rows["Leeds/peers.toml"].place, rows["Leeds/peers.toml"].certainty) == (
        "Leeds/peers.toml",
        Certainty.LIKELY,
    )
    assert (rows["p"].what, rows["p"].place) == (What.PEERS, "")
    listed = tmp_path / "devices.csv"
    listed.write_text("site,device,serial\nLeeds,mcu-1,SM01\n")
    assert run("sort", drawer, "--devices", listed, "--into", export, "--likely")[0] == 0
    assert set(files_below(export)) == {"Leeds/mcu-1/settings.toml", "Leeds/peers.toml", lists.place}
    assert mcuaudit.read_export(export).revocation_lists["state"].tolist() == ["present"]


def test_a_certificate_of_a_former_ca_or_of_few_is_not_sure(tmp_path: Path) -> None:
    devices = tuple(KnownDevice("Leeds", f"mcu-{n}", (), (f"mcu-{n}.example.com",)) for n in range(6))
    former = Authority.root("Former Root", not_before=LAST_YEAR, not_after=FAR_AHEAD)
    files = {f"f{n}": leaf(f"mcu-{n}", f"DNS:mcu-{n}.example.com").pem for n in range(5)}
    write_files(tmp_path, {**files, "f5": former.leaf("mcu-5", san=["DNS:mcu-5.example.com"], **SPAN).pem})
    rows = by_name(tmp_path, Known(devices, authorities=SHOWN))
    assert all(rows[name].certainty is Certainty.SURE for name in files)
    assert (rows["f5"].certainty, rows["f5"].place) == (Certainty.LIKELY, "Leeds/mcu-5/local-certificate.pem")
    assert "its CA issued 1 of the certificates of known devices and peers, and another one 5" in rows["f5"].why
    # All may be of a former CA: what the heap has is no reason for itself.
    alone = by_name(tmp_path, Known(devices))
    for found in (alone, by_name(tmp_path, Known(devices, authorities=(FOREIGN_ROOT.record,)))):
        assert {row.certainty for row in found.values()} == {Certainty.LIKELY}
        assert any("shows its CA, which may be a former one" in reason for reason in found["f0"].why)
    # What fetch captured of another device shows it, if the issuer is known; another CA below the same root does not.
    for presented, certainty in (((ONE, ISSUING), "sure"), ((ONE,), "likely"), ((OF_OTHER, OTHER), "likely")):
        fetched = Known(devices, fetched=tuple(one.record for one in presented))
        assert by_name(tmp_path, fetched)["f0"].certainty == certainty


def test_what_an_export_shows_of_cas_is_in_its_stores_and_in_what_fetch_captured(tmp_path: Path) -> None:
    own, home = "local-certificate.pem", tmp_path / "Leeds"
    write_files(
        home,
        {
            f"mcu-1/{own}": ONE.pem + ISSUING.pem, f"mcu-2/{own}": TWO.pem, f"mcu-3/{own}": TWO_AGAIN.pem,
            "https-trust-store.pem": ROOT.pem + USER.pem,
            "peers.toml": PEERS.encode() + b'trust_store = "peers/ca.pem"\n',
            "peers/ca.pem": FOREIGN_ROOT.pem,
        },
    )  # fmt: skip
    for device, chain in (("mcu-1", [ONE, ISSUING]), ("mcu-2", [ONE])):
        content = {"ports": {"HTTPS port": {"presented_chain": [one.record.sha256 for one in chain]}}}
        (home / device / "tls-capture.json").write_text(json.dumps(content))
    for number, odd in enumerate(
        ('{"ports": 7}', '{"ports": {"x": {"presented_chain": 7}}}', "[", "[7]", " " * 3_000_000)
    ):
        write_files(home, {f"odd-{number}/{own}": TWO.pem, f"odd-{number}/tls-capture.json": odd.encode()})
    found = known_of((), tmp_path)
    assert {one.sha256 for one in found.authorities} == {ROOT.record.sha256, FOREIGN_ROOT.record.sha256}
    assert [one.sha256 for one in found.fetched] == [ONE.record.sha256, ISSUING.record.sha256]


HOST = "DNS:mcu-1.example.com"
SOON = NOW + timedelta(days=50)
DOUBTS: dict[str, bytes] = {
    "another fleet may use": leaf("10.1.2.3", "IP:10.1.2.3").pem,
    "it does not have the host name": leaf("mcu-1.other.org", "DNS:mcu-1.other.org", "IP:10.1.2.3").pem,
    "which is not known of Leeds/mcu-1": leaf("x", HOST, "IP:10.9.9.9").pem,
    "signed with its own key": self_signed("mcu-1.example.com", san=[HOST], **SPAN).pem,
    "it ended on": leaf("x", HOST, not_after=NOW - timedelta(days=2)).pem,
    "may have been replaced": leaf("x", HOST, not_after=SOON).pem,
    "may not be in use yet": leaf("x", HOST, not_before=SOON).pem,
    "its CA issued no certificate of a known": self_signed("sam", purposes=["clientAuth"], **SPAN).pem,
    "begins with a CA certificate": ISSUING.pem + ONE.pem,
    "so it may be a trust store": ONE.pem + ISSUING.pem + FOREIGN_ROOT.pem,
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_what_speaks_against_a_place_is_said_and_leaves_it_likely(tmp_path: Path, doubt: str) -> None:
    write_files(tmp_path, {"one": DOUBTS[doubt], "other": ISSUING.pem})
    sam = KnownPeer("sam", "peers.toml", {"certificate": "peers/sam.pem"}, user="sam")
    (row, _) = sort_heap(tmp_path, replace(known(), peers=(sam,)), NOW).rows
    assert (row.certainty, row.copies) == (Certainty.LIKELY, False)
    assert any(doubt in reason for reason in row.why)


def test_a_name_and_directory_are_evidence_for_and_against(run: Run, tmp_path: Path) -> None:
    store, local = "Leeds/mcu-1/sip-trust-store.pem", "local-certificate.pem"
    drawer = tmp_path / "drawer"
    write_files(drawer, {
        f"a/{store}": ROOT.pem, f"b/{store}": ISSUING.pem, f"Köln/mcu-ü/{local}": ONE.pem, "two": TWO.pem,
        f"old/mcu-1/{local}": leaf("unknown").pem, "Leeds/https-trust-store.pem": ROOT.pem + ISSUING.pem,
    })  # fmt: skip
    found = by_name(drawer, known())
    assert {found[f"{one}/{store}"].certainty for one in "ab"} == {Certainty.OPEN}
    assert found[f"a/{store}"].others == (store,)
    one = found[f"Köln/mcu-ü/{local}"]
    assert (one.place, one.certainty) == (f"Leeds/mcu-1/{local}", Certainty.LIKELY)
    assert f"but its name and directory are those of Köln/mcu-ü/{local}" in one.why
    assert (found["two"].certainty, found["two"].copies) == (Certainty.SURE, True)
    unknown = found[f"old/mcu-1/{local}"]
    assert (unknown.place, unknown.others) == ("", (f"Leeds/mcu-1/{local}",)), "names count more than directories"
    # What is likely is copied only if that is asked for, and it is there afterwards.
    listed, export = tmp_path / "devices.csv", tmp_path / "export"
    listed.write_text(DEVICES)
    into = ("--devices", listed, "--into", export, "--at", NOW.isoformat(), "--likely")
    assert "3 files copied" in run("sort", drawer, *into)[2]
    assert set(files_below(export)) == {
        f"Köln/mcu-ü/{local}",
        f"Leeds/mcu-1/{local}",
        "Leeds/https-trust-store.pem",
    }
    assert "0 files copied" in run("sort", drawer, *into)[2]
    assert "would count as a part of that export" in run("sort", export / "Leeds", "--into", export)[2]
    assert "would be in the heap" in run("sort", drawer, "--into", drawer / "x")[2]
    assert "no device is known" in run("sort", drawer)[2]
    text = io.StringIO()
    print_sorted(
        sort_heap(drawer, known(), NOW),
        Console(file=text, width=250, force_terminal=True, highlight=False),
        everything=True,
    )
    assert all(words in text.getvalue() for words in ("likely", "Köln/mcu-ü", "6 files: the place of 1 is sure"))


def test_archives_directories_and_rubbish_are_looked_into_within_bounds(tmp_path: Path, run: Run) -> None:
    locked = bytearray(packed({"in/leaf.pem": TWO.pem}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    files = {
        "backup.zip": packed({"Leeds/mcu-1/https-trust-store.pem": ROOT.pem + ISSUING.pem, "one.p7b": ONE.pem}),
        "locked.zip": bytes(locked),
        "broken.zip": packed({"a": ONE.pem})[:60],
        "bomb.zip": packed({"zeros": bytes(9 << 20)}),
        "photo.jpg": b"\xff\xd8\xff" + bytes(9000),
        "both.txt": ONE.pem + TWO.pem + ISSUING.pem,
        ".hidden": ONE.key_pem,
        "few/notes.log": b"hello",
        **{f"many/{number}.log": f"line {number}\n".encode() for number in range(3000)},
    }
    write_files(tmp_path, files)
    (tmp_path / "link").symlink_to(tmp_path / "both.txt")
    seen: list[tuple[int, int]] = []
    rows = sort_heap(tmp_path, known(), NOW, progress=lambda _, done, total: seen.append((done, total))).rows
    found = {row.item.file.name: row for row in rows if row.item.file.name != "both.txt"}
    store = found["backup.zip/Leeds/mcu-1/https-trust-store.pem"]
    assert (store.place, store.certainty) == ("Leeds/mcu-1/https-trust-store.pem", Certainty.LIKELY)
    assert {name for name, row in found.items() if row.item.file.why_not} == {
        "broken.zip", "locked.zip/in/leaf.pem", "bomb.zip/zeros", "link"
    }  # fmt: skip
    assert "unpack the archive" in found["locked.zip/in/leaf.pem"].item.file.why_not
    assert seen[-1][0] == seen[-1][1] == len(found) + 1
    both = [row for row in rows if row.item.file.name == "both.txt"]
    assert {(row.place, row.item.certificates[1:]) for row in both} == {
        ("Leeds/mcu-1/local-certificate.pem", (ISSUING.record,)) if row.place.startswith("Leeds") else
        ("Köln/mcu-ü/local-certificate.pem", (ISSUING.record,)) for row in both if row.place
    }  # fmt: skip
    code, out, err = run("sort", tmp_path)
    assert (code, len(out.splitlines()) < 20) == (3, True)
    code, out, err = run("check", tmp_path / "few")
    assert (code, f"mcuaudit sort {tmp_path / 'few'} says what each is" in err) == (2, True)
    write_files(tmp_path / "flat", {"a.pem": ONE.pem, "b.pem": TWO.pem, "key": ONE.key_pem})
    assert f"mcuaudit sort {tmp_path / 'flat'} says what each file is" in run("check", tmp_path / "flat")[2]


WRONG_ROWS = [
    ({"place": "../other/local-certificate.pem"}, "is not a path within the export"),
    ({"place": "Leeds/mcu-1/sip-trust-store.pem"}, "is a trust store, and the file holds an end-entity certificate"),
    ({"place": "Leeds/mcu-1/notes.txt"}, "is not a place for this file"),
    ({"place": ""}, "has no place"),
    ({"copy": "maybe"}, 'column copy: expected true or false, found "maybe"'),
    ({"sha256": "00"}, "is not in the heap, or has changed"),
    ({"file": "cut", "sha256": TWO.record.sha256}, "cut: a part of it cannot be read"),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG_ROWS)
def test_a_wrong_row_is_named_and_nothing_is_copied(run: Run, tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    drawer, export, table = tmp_path / "drawer", tmp_path / "export", tmp_path / "sorted.csv"
    write_files(drawer, {"one": ONE.pem, "root": ROOT.pem, "cut": TWO.pem + ISSUING.pem[:300]})
    good = {"copy": "yes", "place": "sip-trust-store.pem", "file": "root", "sha256": ROOT.record.sha256}
    bad = {"copy": "yes", "place": "Leeds/mcu-1/local-certificate.pem", "file": "one", "sha256": ONE.record.sha256}
    rows = [",".join(good), ",".join(good.values()), ",".join((bad | wrong).values())]
    table.write_text("\n".join(rows))
    code, _, err = run("sort", drawer, "--into", export, "--by", table)
    assert (code, said in err, export.exists()) == (2, True, False), err


def test_two_files_for_one_place_and_a_full_disk_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawer, export = tmp_path / "drawer", tmp_path / "export"
    write_files(drawer, {"one": ONE.pem, "two": TWO.pem})
    heap = sort_heap(drawer, known(), NOW)
    copies = copies_of(heap.rows)
    assert len(copies) == 2
    with pytest.raises(UsageError, match=r"two: Leeds/mcu-1/local-certificate.pem is also the place of one"):
        copy_files([Copy(one.item, one.what, copies[0].place) for one in copies], export)
    write = writing.write_whole

    def full(path: Path, content: bytes) -> Path:
        if "Leeds" in str(path):
            raise UsageError("no space")
        return write(path, content)

    monkeypatch.setattr(writing, "write_whole", full)
    with pytest.raises(UsageError, match="no space"):
        copy_files([copies[1], copies[0]], export)
    assert not export.exists()


def test_a_list_and_an_export_are_known_together(tmp_path: Path) -> None:
    write_files(tmp_path, {"Leeds/mcu-1/settings.toml": b'[device]\nhost_names = ["a.example.com"]\n'})
    listed = [ListedDevice("Leeds", "mcu-1", {"device.addresses": "10.1.2.3"}), ListedDevice("Oslo", "mcu-9")]
    found = {one.device_id: one for one in known_of(listed, tmp_path).devices}
    assert (found["Leeds/mcu-1"].host_names, found["Leeds/mcu-1"].addresses) == (("a.example.com",), ("10.1.2.3",))
    assert "Oslo/mcu-9" in found


def test_a_hint_for_an_export_leads_on(run: Run, tmp_path: Path) -> None:
    drawer, export = tmp_path / "drawer", tmp_path / "exports"
    write_files(drawer, {"f": ONE.pem})
    write_files(export, {"Leeds/mcu-1/settings.toml": b"# none\n"})
    code, _, err = run("sort", drawer, "--into", tmp_path / "export", "--at", NOW.isoformat())
    assert code == 2
    hinted = re.findall(r'Did you mean "([^"]+)"', err)[0]
    with pytest.raises(UsageError, match=f'has no device.*Did you mean "{hinted}"'):
        mcuaudit.sort_drawer(drawer, export=tmp_path / "export", copy=True)
    code, _, err = run("sort", drawer, "--into", tmp_path / hinted, "--at", NOW.isoformat())
    assert (code, "0 files copied" in err) == (0, True)


def test_a_hint_for_the_site_of_a_trust_store_leads_on(run: Run, tmp_path: Path) -> None:
    drawer, export = tmp_path / "drawer", tmp_path / "exports"
    write_files(drawer, {"s": ROOT.pem})
    write_files(export, {"Leeds/mcu-1/settings.toml": b"# none\n"})
    asked = ("sort", drawer, "--into", export, "--at", NOW.isoformat(), "--trust-store")
    code, _, err = run(*asked, "Leed/sip=s")
    assert code == 2
    hinted = re.findall(r'Did you mean "([^"]+)"', err)[0]
    assert run(*asked, f"{hinted}/sip=s")[0] == 0
    assert (export / "Leeds/sip-trust-store.pem").read_bytes() == ROOT.pem
