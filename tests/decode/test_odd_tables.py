"""settings.csv that is not as it should be: nothing of it is lost without a problem, or kept as a value."""

from __future__ import annotations

import re

import pytest

from mcuaudit.decode.table import decode_settings_table
from mcuaudit.domain.settings import SETTINGS, ValueKind
from mcuaudit.errors import Undecodable
from tests.decode.test_table import column, damaged, values

SECURITY = "ssl_certificates.client_certificate_security"
SERVER = "ssl_certificates.server_certificate_security"


# Rows that a quotation mark joins


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("rows", "line", "devices"),
    [
        ('a,"SM1,Not required\nb,SM2",Verify certificate\n', 3, "ab"),
        ('a,"SM1,Not required\nb,SM2,Not required\nc,SM3",Not required\n', 3, "abc"),
        ('a,SM1,"Not required\nb,SM2,Not required"\n', 3, "ab"),
        ('a,"SM1\nb,SM2,Not required"\n', 3, "ab"),
        ('a,"SM1\nb",Not required\n', 3, "ab"),
        ('"a,SM1,Not required\nb,SM2,Not required"\n', 3, "ab"),
        ('a,SM1,"Not required\nb",Verify certificate,\n', 3, "ab"),
    ],
)
def test_rows_that_a_quotation_mark_joins_are_damaged(rows: str, line: int, devices: str, end: str) -> None:
    table = f"device,device.serial,{SECURITY}\n{rows}z,SM9,Verify certificate\n".replace("\n", end)
    decoded = decode_settings_table(table.encode())
    (problem,) = decoded.problems
    assert problem.where == "line 2"
    assert f'a quotation mark (") joins this line with line {line}' in problem.reason
    for device in devices:
        assert (values(decoded, device), damaged(decoded, device).keys()) == ({}, {"device.serial", SECURITY})
    assert values(decoded, "z") == {"device.serial": "SM9", SECURITY: "Verify certificate"}
    followed = decode_settings_table(table.replace('"', "").encode())
    assert {part.device for part in followed.parts} == {*devices, "z"}


def test_a_joined_row_and_one_of_its_own_damage_each_other() -> None:
    rows = 'a,"SM1,Not required\nb,SM2",Not required\nb,SM2,Verify certificate\n'
    decoded = decode_settings_table(f"device,device.serial,{SECURITY}\n{rows}".encode())
    assert (values(decoded, "b"), damaged(decoded, "b").keys()) == ({}, {"device.serial", SECURITY})


def test_a_joined_row_without_a_device_may_be_of_each() -> None:
    decoded = decode_settings_table(f'device,device.serial,{SECURITY}\na,"SM1\n,SM2,x",Not required\n'.encode())
    assert {item.setting for item in decoded.unplaced} == {"device.serial", SECURITY}


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("users", "ann:administrator,\nbob lee:list, only"),
        ("device.addresses", "10.1.2.3,\n10.1.2.4,"),
        ("device.addresses", "10.1.2.3\n10.1.2.4"),
        ("feedback_receivers", "https://a.example.com/RPC2,\nhttps://b.example.com/RPC2?a,b"),
        (SECURITY, "Certificate-based\nauthentication required"),
        ("ssl_certificates.shown.subject", "CN=mcu-1\nO=Example"),
        ("device.serial", "SM1\n"),
    ],
)
def test_a_list_a_label_and_words_of_the_page_may_have_line_breaks(key: str, cell: str) -> None:
    decoded = decode_settings_table(f'device,{key}\na,"{cell}"\n'.encode())
    assert "quotation" not in " ".join(problem.reason for problem in decoded.problems)
    assert values(decoded, "a").keys() == {key}


def test_a_remark_may_have_line_breaks() -> None:
    decoded = decode_settings_table(b'device,Remarks,services.https\na,"new\nsince May",true\n')
    assert values(decoded, "a") == {"services.https": "true"}


def test_a_quotation_that_is_not_closed_names_its_line_and_what_to_do() -> None:
    with pytest.raises(Undecodable) as refused:
        decode_settings_table(f'device,{SECURITY}\na,Not required\nb,"Not required\nc,Not required\n'.encode())
    assert refused.value.where == "line 3"
    assert 'a quotation mark (") of this line is not closed. Remove it' in refused.value.reason


# Rows in one cell


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a;true;Not required", 'separated by ";", and those of the header by ","'),
        ("a\ttrue\tNot required", 'separated by a tab, and those of the header by ","'),
        ("a|true|Not required", 'separated by "|"'),
        ("a;true;Not required,,", 'separated by ";"'),
        ("a;x, y;Not required", 'separated by ";"'),
        ('"a,true,Not required"', "one cell in quotation marks; remove the quotation marks"),
        ('"a;true;Not required"', 'separated by ";"'),
        ("a   true   Not required", "separated by spaces"),
        ("a Not required", "separated by spaces"),
        ("a: Not required", 'separated by ": "'),
        ("a = yes", 'separated by " = "'),
    ],
)
def test_a_row_in_one_cell_is_damaged_for_the_device_that_it_names(row: str, words: str) -> None:
    decoded = decode_settings_table(f"device,services.https,{SECURITY}\n{row}\nb,false,Not required\n".encode())
    assert (values(decoded, "a"), damaged(decoded, "a")) == ({}, {"services.https": "line 2", SECURITY: "line 2"})
    (problem,) = decoded.problems
    assert words in problem.reason
    assert values(decoded, "b") == {"services.https": "false", SECURITY: "Not required"}


def test_a_row_in_one_cell_names_its_device_where_the_header_does() -> None:
    decoded = decode_settings_table(f"{SECURITY};site;device\nNot required,leeds,a\nNot required,leeds\n".encode())
    assert damaged(decoded, "leeds/a").keys() == {SECURITY}
    assert {item.setting for item in decoded.unplaced} == {SECURITY}


def test_a_header_in_quotation_marks_as_a_whole_is_named() -> None:
    with pytest.raises(Undecodable, match="remove the quotation marks around it") as refused:
        decode_settings_table(b'"device,services.https"\n"a,true"\n')
    assert refused.value.where == "line 1"


# Tables that are refused


def test_a_quotation_mark_within_a_cell_is_named() -> None:
    with pytest.raises(Undecodable, match="Write a quotation mark within a cell twice") as refused:
        decode_settings_table(b'device,Notes,services.https\na,"24" rack",true\n')
    assert refused.value.where == "line 2"


def test_a_second_header_is_refused_and_the_same_header_is_not() -> None:
    with pytest.raises(Undecodable, match="a second header line; write one table") as refused:
        decode_settings_table(b"device;services.http\na;true\n\nDevice;services.https\na;false\n")
    assert refused.value.where == "line 4"
    decoded = decode_settings_table(b"device;services.http\na;true\ndevice;services.http\nb;false\n")
    assert values(decoded, "b") == {"services.http": "false"}


@pytest.mark.parametrize("header", ["Device,device", "device,x,DEVICE", "site,Site,device", "device, device "])
def test_two_columns_for_the_device_are_refused(header: str) -> None:
    with pytest.raises(Undecodable, match=r"2 columns are called .*; keep one of them") as refused:
        decode_settings_table(f"{header},{SECURITY}\nb,a,x,Not required\n".encode())
    assert refused.value.where == "line 1"


@pytest.mark.parametrize(
    "table",
    [
        f"device,leeds/a,leeds/b\n{SECURITY},Not required,\nservices.https,false,true\n",
        "device;a\nNotes;x\nSERVICES.HTTPS;true\n",
        "device;a\nClient certificate security;Not required\n",
        "device;a\nservices.htpps;true\n",
        "setting;a\nservices.https;true\n",
        ";leeds/a\nusers;ann:administrator\n",
    ],
)
def test_a_table_with_a_row_per_setting_is_refused(table: str) -> None:
    with pytest.raises(
        Undecodable, match="expected one row per device, found one row per setting; exchange"
    ) as refused:
        decode_settings_table(table.encode())
    assert refused.value.where == "line 1"


# Columns that have no name, or one of another language


@pytest.mark.parametrize(
    ("cells", "keys"),
    [
        (("Not required",), {SECURITY}),
        (("CERTIFICATE-BASED  AUTHENTICATION ALLOWED", ""), {SECURITY}),
        (("Verify certificate",), {SECURITY, SERVER}),
        (("Verify certificate", "Not required"), {SECURITY}),
        (("No verification", "Verify certificate"), {SERVER}),
        (("Outgoing calls only", "?"), {"ssl_certificates.verification_settings"}),
        (("Use trunk", "hello"), {"sip.outbound_call_configuration"}),
        (("4.4(3.57)",), {"device.software_version"}),
        (("ann:administrator; bob:viewer",), {"users"}),
    ],
)
@pytest.mark.parametrize("name", ["", "Einstellung 7", "R\u00e9glage", "\u8a2d\u5b9a", "#NAME?"])
def test_a_column_is_damage_of_the_settings_whose_values_it_has(
    name: str, cells: tuple[str, ...], keys: set[str]
) -> None:
    rows = "".join(f'{number}|x|"{cell}"\n' for number, cell in enumerate(cells, start=1))
    decoded = decode_settings_table(f"device|Remarks|{name}\n{rows}".encode())
    for number, cell in enumerate(cells, start=1):
        assert damaged(decoded, str(number)).keys() == (keys if cell else set())
    reasons = [problem.reason for problem in decoded.problems if problem.where != "column Remarks"]
    if name:
        assert f"with values of {' or '.join(sorted(keys))}; if that is meant, write it" in reasons[0].replace(
            f"{SERVER} or {SECURITY}", f"{SECURITY} or {SERVER}"
        )
    else:
        assert reasons[0].startswith("column 3 has a value and no name in the header; write its name there")


def test_a_column_of_another_name_does_not_damage_a_value_of_the_right_one() -> None:
    decoded = decode_settings_table(f"device;{SECURITY};Sicherheit\na;Not required;Not required\n".encode())
    assert (values(decoded, "a"), damaged(decoded, "a")) == ({SECURITY: "Not required"}, {})


# Cells


@pytest.mark.parametrize("cell", ["26.11.09", "09.11.26", "1.1.99", "26/11/09", "9-11-26", "09.11.26 00:00"])
def test_a_year_of_two_digits_is_refused(cell: str) -> None:
    decoded = column("device.collected_at", cell, "23/11/2026")
    assert damaged(decoded, "1").keys() == {"device.collected_at"}
    assert "write the year with four digits" in decoded.problems[0].reason


def test_a_date_with_a_short_year_does_not_show_the_order_of_the_others() -> None:
    decoded = column("device.collected_at", "26/11/09", "09/11/2026")
    assert damaged(decoded, "2").keys() == {"device.collected_at"}


ERRORS = re.split(
    " ",
    "#N/A #REF! #VALUE! #DIV/0! #NAME? #NULL! #NUM! #SPILL! #CALC! #GETTING_DATA #BEZUG! #WERT! #NV #ZAHL! "
    "#\u00dcBERLAUF! #VALEUR! #NOM? #NOMBRE! #\u00a1REF! #\u00bfNOMBRE? #\u00a1DIV/0! #N/D #RIF! #N\u00daM! #VERW! "
    "#SAKNAS! #I/T #PUUTTUU! #ADR! #\u0421\u0421\u042b\u041b\u041a\u0410! #\u041d/\u0414 #YOK ##### Err:502 "
    "\uff03\uff2e\uff0f\uff21 - -- \u2013 \u2014 ? ?? \uff1f n/a N/A n.a. k.A. unknown \u4e0d\u660e",
)


@pytest.mark.parametrize("cell", ERRORS)
def test_a_cell_that_is_not_a_value_damages_its_setting_whatever_its_kind(cell: str) -> None:
    keys = [setting.key for setting in SETTINGS]
    decoded = decode_settings_table(f"device;{';'.join(keys)}\na;{';'.join([cell] * len(keys))}\n".encode())
    assert (values(decoded, "a"), damaged(decoded, "a").keys()) == ({}, set(keys))
    assert {problem.reason.partition(" is ")[0] for problem in decoded.problems} == {f'"{cell}"'}
    assert all("leave the cell empty if it is not known" in problem.reason for problem in decoded.problems)


@pytest.mark.parametrize(
    "key", [setting.key for setting in SETTINGS if setting.kind in (ValueKind.NAMES, ValueKind.USERS)]
)
def test_an_error_within_a_list_damages_it(key: str) -> None:
    decoded = decode_settings_table(f'device;{key}\na;"ann:administrator; #REF!"\n'.encode())
    assert damaged(decoded, "a").keys() == {key}


@pytest.mark.parametrize(
    "cell", ["SM-1", "none", "a/b", "x?y", "https://ocsp.example.com/#top", "Err", "#1 of 2 (left)"]
)
def test_a_text_with_such_a_sign_is_a_value(cell: str) -> None:
    assert values(column("device.serial", cell), "1") == {"device.serial": cell}


@pytest.mark.parametrize("cell", ["-", "?", "#REF!", "n/a", "#N/A"])
def test_such_a_cell_is_not_the_name_of_a_device(cell: str) -> None:
    decoded = decode_settings_table(f"device;{SECURITY}\n{cell};Not required\n".encode())
    assert [item.setting for item in decoded.unplaced] == [SECURITY]
    assert decoded.problems[0].reason == f'"{cell}" is not the name of a device; write the name'


def test_a_quotation_mark_alone_in_its_cell_joins_rows_too() -> None:
    decoded = decode_settings_table(b'device,device.model,device.serial\nmcu-1,"\nmcu-2,MCU 4510",x\n')
    assert [problem.where for problem in decoded.problems] == ["line 2"]
    assert "joins this line with line 3, which looks like a row" in decoded.problems[0].reason
    assert {part.device for part in decoded.parts} == {"mcu-1", "mcu-2"}
    assert all(not part.values for part in decoded.parts)
    whole = decode_settings_table(b'device,device.model,device.serial\nmcu-1,"\nMCU 4510\n",x\n')
    assert whole.problems == ()
