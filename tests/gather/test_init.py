"""`mcuaudit init`: a list of devices becomes an export to fill in; nothing is claimed, and what is there stays."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

import mcuaudit
from mcuaudit import UsageError
from mcuaudit.decode.device_list import ListedDevice, decode_device_list
from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.workbook import workbook_text
from mcuaudit.domain.products import PRODUCTS
from mcuaudit.domain.settings import SETTINGS
from mcuaudit.errors import Undecodable
from mcuaudit.gather import new_export
from mcuaudit.gather.new_export import begin_export
from mcuaudit.gather.templates import peers_file, shared_settings, typed_settings, values_of
from tests.gather.test_sort import DEVICES, Run, files_below, run

__all__ = ["run"]

ROWS = [("Leeds", "mcu-1", "10.1.2.3 2001:db8::3", "mcu-1.example.com"), ("Köln", "mcu-ü", "10.1.2.4", "")]
JAPAN = "拠点,機器,IPアドレス,ホスト名\r\n東京,mcu-1,10.1.2.3,mcu-1.example.com\r\n"
LOCALES = {
    "German": (DEVICES.encode("cp1252"), ["Leeds/mcu-1", "Köln/mcu-ü"]),
    "with a mark": (("\ufeff" + DEVICES).encode(), ["Leeds/mcu-1", "Köln/mcu-ü"]),
    "UTF-16 with tabs": (DEVICES.replace(";", "\t").encode("utf-16"), ["Leeds/mcu-1", "Köln/mcu-ü"]),
    "French": ("Lieu;Appareil;Adresse IP\nLyon;mcu-é;10.1.2.3\n".encode("cp1252"), ["Lyon/mcu-é"]),
    "Japanese": (JAPAN.encode("cp932"), ["東京/mcu-1"]),
    "NetBox": (b"Name,Status,Site,Role,IP Address\nmcu-1,Active,leeds,MCU,10.1.2.3/24\n", ["leeds/mcu-1"]),
    "one column": (b"Our MCUs,,\n\nsite,device,address\n,leeds/mcu-1,10.1.2.3\n", ["leeds/mcu-1"]),
}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_list_of_a_spreadsheet_of_any_locale_is_read(locale: str) -> None:
    data, expected = LOCALES[locale]
    found = decode_device_list(data)
    assert ([one.device_id for one in found.devices], found.problems) == (expected, ())
    assert found.devices[0].names("device.addresses") == ("10.1.2.3",)


def test_an_inventory_of_ansible_is_a_list_too() -> None:
    inventory = {
        "_meta": {"hostvars": {"mcu-1.example.com": {"ansible_host": "10.1.2.3"}, "mcu-3": {"site": "oslo"}}},
        "all": {"children": ["leeds", "video"]}, "leeds": {"hosts": ["mcu-1.example.com", "mcu-2"]},
        "video": {"hosts": ["mcu-2", "mcu-3"]}, "ungrouped": {"hosts": ["mcu-4"]}, "rome": {"hosts": ["mcu-3"]},
    }  # fmt: skip
    found = decode_device_list(json.dumps(inventory).encode())
    assert [(one.device_id, dict(one.values)) for one in found.devices] == [
        ("leeds/mcu-1", {"device.addresses": "10.1.2.3", "device.host_names": "mcu-1.example.com"}),
        ("oslo/mcu-3", {}),
    ]
    assert [(one.where, one.reason.partition(";")[0]) for one in found.problems] == [
        ("host mcu-2", "the groups leeds, video"), ("host mcu-4", "no group")
    ]  # fmt: skip
    for wrong in (b'{"a": 1}', b"{", b"{" * 100_000, b"all:\n  children: [\n", b"all:\n  hosts: {}\n"):
        with pytest.raises(Undecodable, match="ansible-inventory --list"):
            decode_device_list(wrong)


INI = """# ours
mcu-9.example.com site=rome
[leeds]
mcu-[01:02] ansible_host=10.1.2.7
[fjord]
mcu-fjord.oslo.example.com ansible_host="10.47.8.21"  # the last
[fjord:vars]
site = oslo
[every:children]
leeds
fjord
"""
YAML = """---
every:
  children:
    leeds: {hosts: {"mcu-[01:02]": {ansible_host: 10.1.2.7}}}
    north: {vars: {site: oslo}, children: {x: {hosts: {mcu-fjord.oslo.example.com: {ansible_host: 10.47.8.21}}}}}
  hosts: {mcu-9.example.com: {site: rome}}
"""


@pytest.mark.parametrize("text", [INI, YAML])
def test_an_inventory_in_ini_or_yaml_is_read_without_running_anything(text: str) -> None:
    found = decode_device_list(text.encode())
    assert {one.device_id: one.names("device.addresses") for one in found.devices} == {
        "rome/mcu-9": (), "leeds/mcu-01": ("10.1.2.7",), "leeds/mcu-02": ("10.1.2.7",),
        "oslo/mcu-fjord": ("10.47.8.21",),
    }  # fmt: skip
    assert found.problems == ()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("[a]\nx[1:99999999]\n", "more than 10,000 hosts"),
        ("[a]\nx[a:99]\n", "not a range"),
        ("[a]\nx 'y\n", "line 2: a quotation mark"),
        ("[a:children]\nb\n[b:children]\na\n", "groups contain one another: a, b"),
        ("---\na: &a\n  children: {b: *a}\n", "groups contain one another: b"),
        ("---\na: !!python/object/apply:os.system ['true']\n", "no group with hosts"),
        ("[a]\nx[3:1]\n", "the smaller one first"),
        (f"[a]\nx[{'0' * 5_000}:1]\n", "not the name of a host"),
        (f"[a]\nx[{'0' * 200}:1]\n", "not a range"),
        ("---\na:\n  hosts: {b: }\na:\n  hosts: {c: }\n", 'line 4: the key "a" is there twice'),
        ("---\na:\n  hosts: {b: , b: {site: x}}\n", 'line 3: the key "b" is there twice'),
        ('{"a": {"hosts": ["x"]}, "a": {}}', 'the key "a" is there twice'),
        ("---\na:\n  hosts: [b, c]\n", "a list of hosts"),
        ("---\na: {? [b] : c}\n", "line 2: a key is a list"),
        ("---\na: {hosts: {<<: b}}\n", "something else than other mappings"),
        ("---\na: &a {<<: *a}\n", "something else than other mappings"),
    ],
)
def test_an_inventory_that_cannot_be_read_is_refused(wrong: str, words: str) -> None:
    with pytest.raises(Undecodable, match=words):
        decode_device_list(wrong.encode())


def test_the_names_of_an_inventory_in_yaml_are_the_texts_that_it_has() -> None:
    text = """leeds:
  hosts: &hosts
    0123: !!timestamp foo
    007: !!int ''
    yes: {site: 0o17}
    1e3: !vault x
oslo: {hosts: {<<: *hosts, on: }, vars: {site: no}}
"""
    found = decode_device_list(text.encode())
    assert found.problems == ()
    assert [one.device_id for one in found.devices] == ["no/0123", "no/007", "0o17/yes", "no/1e3", "no/on"]


def test_each_group_counts_once_however_often_it_is_named() -> None:
    yaml = "---\n" + "g0: &g0 {hosts: {m: {site: leeds}}}\n"
    yaml += "".join(f"g{n}: &g{n} {{children: {{a{n}: *g{n - 1}, b{n}: *g{n - 1}}}}}\n" for n in range(1, 20))
    ini = "".join(f"[g{n}:children]\n" + f"g{n + 1}\n" * 4 for n in range(18)) + "[g18]\nm site=leeds\n"
    for text in (yaml, ini):
        assert [one.device_id for one in decode_device_list(text.encode()).devices] == ["leeds/m"]


def test_variables_of_all_reach_each_host_and_nearer_ones_count() -> None:
    text = """m1 ansible_host=10.1.2.1
[all:vars]
site=leeds
[x]
m2
[y]
m3
m4 site=rome
[y:vars]
site=oslo
[z:children]
y
[z:vars]
site=paris
"""
    found = decode_device_list(text.encode())
    assert [one.device_id for one in found.devices] == ["leeds/m1", "leeds/m2", "oslo/m3", "rome/m4"]


@pytest.mark.parametrize(
    "text",
    [
        "[MCUs]\nsite,device,address\nleeds,mcu-1,10.1.2.3\n", "MCUs:;\nsite;device\nleeds;mcu-1\n",
        "site,device,address\nleeds,mcu-1,10.1.2.3\n[note]\n", 'device,site\nmcu-1,leeds\n,"a\n[note]\nb"\n',
    ],
)  # fmt: skip
def test_a_table_with_a_bracketed_line_stays_a_table(text: str) -> None:
    assert [one.device_id for one in decode_device_list(text.encode()).devices] == ["leeds/mcu-1"]


def workbook(*rows: list[object], hidden: bool = True) -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    first.sheet_state = "hidden" if hidden else "visible"
    first.append(["not shown"])
    sheet = book.create_sheet("Geräte")
    for row in rows:
        sheet.append(row)
    sheet["A4"].number_format = "000"
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


def test_an_excel_workbook_is_a_list_too(run: Run, tmp_path: Path) -> None:
    listed = tmp_path / "Geräte.xlsx"
    listed.write_bytes(
        workbook(
            ["Unsere MCUs"], [], ["Standort", "Gerät", "IP-Adresse", "Hostname", "Seriennummer"],
            [7, "mcu-ü", "10.1.2.3\n2001:db8::3", "mcu-1.example.com", "0012"],
            ["Köln", "mcu-2", "10.1.2.4", None, 12], ["Köln", None, True, 1.5, date(2026, 11, 23)],
        )
    )  # fmt: skip
    found = decode_device_list(listed.read_bytes())
    assert [(one.device_id, dict(one.values)) for one in found.devices] == [
        (
            "007/mcu-ü",
            {
                "device.addresses": "10.1.2.3 2001:db8::3",
                "device.host_names": "mcu-1.example.com",
                "device.serial": "0012",
            },
        ),
        ("Köln/mcu-2", {"device.addresses": "10.1.2.4", "device.serial": "12"}),
    ]
    assert [one.where for one in found.problems] == ["line 6"]
    assert workbook_text(listed.read_bytes()).splitlines()[5] == "Köln,,true,1.5,2026-11-23"
    assert run("init", tmp_path / "export", "--devices", listed)[0] == 3
    assert (tmp_path / "export" / "007" / "mcu-ü" / "settings.toml").is_file()


def test_a_workbook_that_cannot_be_read_is_refused() -> None:
    whole = workbook(["site", "device"], ["leeds", "mcu-1"])
    for wrong in (whole[:-40], whole.replace(b"xl/worksheets/sheet2", b"xl/worksheets/sheet9")):
        with pytest.raises(Undecodable, match=r"workbook .*save the sheet as CSV"):
            decode_device_list(wrong)
    for member, old, new, words in (
        ("xl/worksheets/sheet2.xml", b'r="1"', b'r="999999"', "row 999,999"),
        ("xl/worksheets/sheet2.xml", b't="inlineStr"', b't="s"><v>-9</v></c><c t="s"', "damaged"),
        ("xl/workbook.xml", b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook', "a part that cannot be read"),
    ):
        with pytest.raises(Undecodable, match=words):
            decode_device_list(repacked(whole, member, lambda content, old=old, new=new: content.replace(old, new)))
    large = repacked(whole, "xl/workbook.xml", lambda content: content + b" " * (40 << 20))
    assert len(large) < 1 << 20
    with pytest.raises(Undecodable, match="a part of more than 8 MiB"):
        decode_device_list(large)


def test_a_workbook_is_read_as_it_is_shown_and_formatted_rows_without_values_do_not_count() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["site", "device", "version"], ["leeds", 7, 4.5], ["leeds", 8, 4], ["leeds", 9, 4.25]):
        sheet.append(row)
    for cell, shown in (("B2", "00.0"), ("C2", "0.00"), ("C3", "#,##0.00"), ("C4", "0.0#")):
        sheet[cell].number_format = shown
    sheet["A1048576"].font = openpyxl.styles.Font(bold=True)
    octets = io.BytesIO()
    book.save(octets)
    assert workbook_text(octets.getvalue()) == "site,device,version\nleeds,07.0,4.50\nleeds,8,4.00\nleeds,9,4.25\n"


def test_the_hints_for_the_pronunciation_of_japanese_names_are_no_part_of_them() -> None:
    octets = io.BytesIO()
    book = xlsxwriter.Workbook(octets)
    sheet = book.add_worksheet()
    for number, row in enumerate((["拠点", "機器"], ["東京", "mcu-1"])):
        sheet.write_row(number, 0, row)
    book.close()
    hint = '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh>'
    hinted = repacked(
        octets.getvalue(),
        "xl/sharedStrings.xml",
        lambda content: content.replace("東京</t>".encode(), f"東京</t>{hint}".encode()),
    )
    assert hinted != octets.getvalue()
    assert [one.device_id for one in decode_device_list(hinted).devices] == ["東京/mcu-1"]


def repacked(whole: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part changed."""
    octets = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member, change(content) if member.filename == name else content)
    return octets.getvalue()


def test_a_row_that_cannot_be_used_is_named_and_the_others_are_made(run: Run, tmp_path: Path) -> None:
    listed = tmp_path / "devices.csv"
    listed.write_text(
        "site,device,address,host name\nleeds,mcu-1,10.1.2.3,a b c\nleeds,,10.1.2.4\nleeds,peers\nleeds,MCU-1\n"
        "leeds,a:b\nleeds,mcu-2,10.1.2,#REF!\nleeds,../x\nleeds,=cmd\noslo,settings.toml\noslo,mcu-3,,,,surplus\n"
    )
    code, out, err = run("init", tmp_path / "export", "--devices", listed)
    lines = [line for line in err.splitlines() if "devices.csv, line" in line]
    said = [
        "is missing",
        '"peers" is reserved',
        'a second row for "leeds/MCU-1", after line 2',
        '"a:b" has a character',
        "column address",
        "column host name",
        "is of another site",
        "begins with =",
        "nearly the name",
        "more cells than the header",
    ]
    assert code == 3
    assert len(lines) == len(said)
    for words in said:
        assert any(words in line for line in lines), words
    assert "2 devices at 1 site" in out
    assert sorted(place.name for place in (tmp_path / "export" / "leeds").iterdir() if place.is_dir()) == [
        "mcu-1",
        "mcu-2",
    ]
    for wrong, words in (
        (b"", "is empty"),
        (b"a,b\n1,2\n", '"a", "b"'),
        (b"site,device\n", "no row"),
        (b"PK\x03\x04 xl/", "CSV"),
        (b"PK\x03\x04 word/", "word-processor"),
    ):
        with pytest.raises(Undecodable, match=words):
            decode_device_list(wrong)


@pytest.mark.parametrize("table", [False, True])
def test_a_new_export_is_checked_without_a_problem_and_claims_nothing_but_the_list(
    run: Run, tmp_path: Path, table: bool
) -> None:
    export, listed = tmp_path / "export", tmp_path / "devices.csv"
    listed.write_bytes(DEVICES.encode("cp1252"))
    options = ["--table", "--workbook", tmp_path / "settings.xlsx"] if table else []
    assert run("init", export, "--devices", listed, *options)[0] == 0
    fleet = mcuaudit.read_export(export)
    assert fleet.problems.empty
    known = fleet.settings[fleet.settings["value"].notna()]
    assert set(known["setting"]) == {"device.addresses", "device.host_names"}
    assert sorted(fleet.devices["device_id"]) == ["Köln/mcu-ü", "Leeds/mcu-1"]
    assert run("check", export)[0] == 0
    # Filled in, one file removed, and the list has a device more and another address: what is there stays.
    before = files_below(export)
    filled = "settings.csv" if table else "Leeds/mcu-1/settings.toml"
    text = before[filled].decode().replace("\r\n", "\n")
    there = text.replace("# services.http = true", "services.http = true").replace(",", ";").encode("cp1252", "ignore")
    (export / filled).write_bytes(there)
    (export / "Köln/peers.toml").unlink()
    listed.write_text(DEVICES.replace("10.1.2.3", "10.9.9.9") + "LEEDS;mcu-3;10.1.2.5;mcu-3.example.com\n")
    code, out, _ = run("init", export, "--devices", listed)
    after = files_below(export)
    new = set(after) - set(before)
    assert (code, new) == (0, set() if table else {"Leeds/mcu-3/settings.toml"})
    assert after[filled].startswith(there)
    assert {name for name in before if after[name] != before[name]} == {filled}
    if table:
        row = after[filled][len(there) :].decode("cp1252")
        assert row.startswith("Leeds;mcu-3;;;;10.1.2.5;mcu-3.example.com;")
        assert row.count("\n") == 1
        assert "1 row added to settings.csv" in out
    assert len(mcuaudit.read_export(export).devices) == 3


def test_each_line_that_can_be_filled_in_is_one_that_is_read() -> None:
    text = shared_settings("x")
    written = {line.removeprefix("# ") for line in text.splitlines() if re.match(r"# [a-z_.]+ = ", line)}
    for line in written:
        decoded = decode_settings_toml(line.encode())
        (key,) = {one.setting for part in decoded.parts for one in (*part.values, *part.damaged)}
        assert line.startswith(f"{key} = ")
        assert not decoded.problems or line.endswith(('""', '[""]')), line
    keys = {line.partition(" = ")[0] for line in written}
    assert keys < {setting.key for setting in typed_settings()} < {setting.key for setting in SETTINGS}
    for setting in SETTINGS:
        assert all(f'{setting.key} = "{label}"' in written for label in setting.labels)
        assert not setting.labels or values_of(setting) == setting.labels
    uncommented = "\n".join(line.removeprefix("# ") for line in peers_file("x").partition("# [[peer]]")[2].splitlines())
    peers = decode_peers(f"[[peer]]\n{uncommented}".encode())
    assert not peers.problems
    assert {peer.values.get("product", "") for peer in peers.peers} == {*PRODUCTS, ""}


def test_the_workbook_has_a_list_for_each_closed_setting_and_texts_that_stay(run: Run, tmp_path: Path) -> None:
    listed, book = tmp_path / "devices.csv", tmp_path / "settings.xlsx"
    listed.write_text("site,device,serial\n007,1E5,0012\n")
    assert run("init", tmp_path / "export", "--devices", listed, "--workbook", book)[0] == 0
    sheet = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))["settings"]
    assert [cell.value for cell in sheet[2]][:2] == ["007", "1E5"]
    header = {cell.column_letter: str(cell.value) for cell in sheet[1]}
    lists = {
        header[str(one.sqref)[0 : len(str(one.sqref)) - 1]]: one.formula1
        for one in sheet.data_validations.dataValidation
    }
    closed = {one.key for one in typed_settings() if one.labels or one.kind.value == "true or false"}
    assert set(lists) == closed
    assert lists["sip.outbound_call_configuration"] == '"Use registrar,Use trunk,Call direct"'
    assert (
        "is within the export"
        in run("init", tmp_path / "export", "--devices", listed, "--workbook", tmp_path / "export/x.xlsx")[2]
    )


def test_a_workbook_in_the_export_is_the_table_of_its_settings(run: Run, tmp_path: Path) -> None:
    listed, export = tmp_path / "devices.csv", tmp_path / "export"
    book, begin = (
        export / "settings.xlsx",
        ("init", export, "--devices", listed, "--workbook", export / "settings.xlsx"),
    )
    listed.write_text("site,device,address\nleeds,mcu-1,10.1.2.3\n")
    assert run(*begin)[0] == 0
    assert not {"settings.csv", "leeds/mcu-1/settings.toml"} & set(files_below(export))
    before = book.read_bytes()
    listed.write_text("site,device,address\nleeds,mcu-1,10.1.2.3\nleeds,mcu-2,10.1.2.4\n")
    code, _, err = run(*begin)
    assert (code, "it has no row for leeds/mcu-2; add one" in err, book.read_bytes() == before) == (3, True, True)
    rows = [
        ["site", "device", "services.https", "ssl_certificates.verification_settings", "api password"],
        ["leeds", "mcu-1", "WAHR", "Outgoing calls only"],
        ["leeds", "mcu-2", "", "Outgoing call only", "xyzzy17"],
    ]
    with xlsxwriter.Workbook(book) as file:
        sheet = file.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    fleet = mcuaudit.read_export(export)
    cells = fleet.settings.set_index(["device_id", "setting"])
    key = "ssl_certificates.verification_settings"
    assert (cells.loc[("leeds/mcu-1", key), "value"], cells.loc[("leeds/mcu-1", "services.https"), "value"]) == (
        "Outgoing calls only", "true",
    )  # fmt: skip
    assert cells.loc[("leeds/mcu-2", key), "source"] == "damaged"
    said = "; ".join(fleet.problems["reason"])
    assert 'Did you mean "Outgoing calls only"?' in said
    assert fleet.problems["kind"].eq("secret").any(), fleet.problems
    assert "xyzzy17" not in said + fleet.settings.to_string()
    # What a second sheet or table has may be what counts.
    with xlsxwriter.Workbook(book) as file:
        for _ in range(2):
            file.add_worksheet().write_row(0, 0, ["device", "services.https"])
    assert mcuaudit.read_export(export).problems["reason"].str.contains("several sheets with cells").any()
    (export / "settings.csv").write_text("site,device,services.https\nleeds,mcu-1,false\n")
    assert "one table counts" in run(*begin)[2]
    fleet = mcuaudit.read_export(export)
    assert fleet.problems["reason"].str.contains("a second file for the same purpose").any()
    assert (
        fleet.settings.set_index(["device_id", "setting"]).loc[("leeds/mcu-1", "services.https"), "source"] == "damaged"
    )


def test_names_that_a_spreadsheet_changed_and_a_full_disk_leave_no_second_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = begin_export(tmp_path, [ListedDevice("007", "mcu-1")])
    assert first.problems == ()
    assert mcuaudit.read_export(tmp_path).problems.empty, "nothing is known of the device but its name"
    found = begin_export(tmp_path, [ListedDevice("7", "mcu-1", where="line 2"), ListedDevice("oslo", "01")])
    assert [one.device_id for one in found.devices] == ["oslo/01"]
    assert 'the site "7": the export has "007", which is one number with it' in found.problems[0].reason
    before = files_below(tmp_path)

    def full(*_: object) -> None:
        raise UsageError("no space")

    (tmp_path / "settings.csv").write_bytes(new_export.new_table([ListedDevice("oslo", "01")]))
    before = files_below(tmp_path)
    monkeypatch.setattr(new_export, "write_whole", full)
    with pytest.raises(UsageError, match="no space"):
        begin_export(tmp_path, [ListedDevice("rome", "mcu-9")])
    assert files_below(tmp_path) == before
    assert not (tmp_path / "rome").exists()
    (tmp_path / "settings.csv").write_bytes("site;device;größe\nx;y;z".encode("cp1252"))
    with pytest.raises(UsageError, match=r'in cp1252, which has no "東" of a new name'):
        begin_export(tmp_path, [ListedDevice("東京", "mcu-9")])


def test_what_is_not_filled_in_and_what_is_filled_in_wrongly_are_two_things(tmp_path: Path) -> None:
    listed = ListedDevice("leeds", "mcu-1"), ListedDevice("leeds", "mcu-2", {"device.addresses": "10.1.2.4"})
    begin_export(tmp_path, listed)
    file = tmp_path / "leeds/mcu-2/settings.toml"
    key = "ssl_certificates.client_certificate_security"
    file.write_text(file.read_text("utf-8") + f'{key} = "Verify certificat"\n', "utf-8")
    audit = mcuaudit.audit(mcuaudit.read_export(tmp_path), at="2026-11-23")
    # A file of comments alone is there, and holds nothing: it is not counted, and the advice is not to add it.
    states = audit.evidence[audit.evidence["kind"].eq("settings")].set_index("device_id")["state"]
    assert states.astype(str).to_dict() == {"leeds/mcu-1": "missing", "leeds/mcu-2": "typed"}
    (said,) = audit.findings[audit.findings["code"].eq("MCU903") & audit.findings["reference"].eq("settings")].to_dict(
        "records"
    )
    assert said["evidence"].startswith("settings.toml holds no setting yet; without it, ")
    assert said["fix"] == "In leeds/mcu-1/settings.toml, remove the # before the lines that you know."
    # A value that cannot be used is a gap of its own, beside the devices that have none.
    gaps = audit.gaps().set_index("evidence")
    place = f"[ssl_certificates] {key.rpartition('.')[2]}"
    missing, damaged = gaps.loc[f"settings.toml {place}"], gaps.loc[f"leeds/mcu-2/settings.toml {place}"]
    assert (missing["state"], missing["devices"]) == ("missing", "leeds/mcu-1")
    assert (damaged["state"], damaged["devices"], damaged["settles"] + damaged["may_settle"] > 0) == (
        "damaged", "leeds/mcu-2", True,
    )  # fmt: skip
    remark = mcuaudit.inspect(audit, "leeds/mcu-2").set_index("name").loc[key, "remark"]
    assert 'unknown value "Verify certificat"; expected "Not required", "Verify certificate"' in remark
