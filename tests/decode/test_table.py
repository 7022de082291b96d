"""settings.csv as spreadsheets write it: encodings, separators, words and dates of several languages."""

from __future__ import annotations

import pytest

from mcuaudit.decode.records import DamagedSetting, DecodedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.table import decode_settings_table
from mcuaudit.errors import Undecodable


def values(decoded: DecodedSettings, device: str) -> dict[str, str]:
    return {value.setting: value.value for part in decoded.parts if part.device == device for value in part.values}


def damaged(decoded: DecodedSettings, device: str) -> dict[str, str]:
    return {item.setting: item.where for part in decoded.parts if part.device == device for item in part.damaged}


def column(key: str, *cells: str) -> DecodedSettings:
    """A table of one column, with the devices 1, 2 and so on."""
    rows = "".join(f"{number};{cell}\n" for number, cell in enumerate(cells, start=1))
    return decode_settings_table(f"device;{key}\n{rows}".encode())


@pytest.mark.parametrize(
    "table",
    [
        "sep=;\r\ndevice;services.https\r\na;true\r\n",
        '"sep=;"\ndevice;services.https\na;true\n',
        "SEP=,\ndevice,services.https\na,true\n",
        "\n\n;;\ndevice;services.https\na;true\n",
        "\r\ndevice\tservices.https\r\na\ttrue\r\n",
        "MCUs of the fleet;\n\ndevice;services.https\na;true\n",
        "device;services.https;;\na;true;;\n;;;\n",
        "device,services.https\na,true,,,\n",
        "Device;Services.HTTPS\na;true\n",
        "DEVICE ; services.https \n a ; true \n",
        'device;services.https\n="a";="true"\n',
        "device|services.https\na|true\n",
        "\ufeffdevice;services.https\na;true\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
def test_a_table_is_read_as_a_spreadsheet_writes_it(table: str, encoding: str) -> None:
    decoded = decode_settings_table(table.encode(encoding, "ignore"))
    assert decoded.problems == ()
    assert [part.device for part in decoded.parts] == ["a"]
    assert values(decoded, "a") == {"services.https": "true"}


def test_problems_name_the_line_of_the_file() -> None:
    decoded = decode_settings_table(b'sep=;\n\ndevice;users;services.https\n"a\nb";;maybe\nc;;maybe\n')
    assert [problem.where for problem in decoded.problems] == [
        "line 4, column services.https",
        "line 6, column services.https",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "m\u00fcnchen",
        "K\u00f6ln-Gr\u00f6\u00dfe",
        "\u00c4\u00d6\u00dc",
        "\u00e9\u00e9",
        "\u00e4n\u00e4n",
        "a\u00e0\u00e7",
    ],
)
def test_european_names_in_cp1252_are_not_taken_for_japanese(name: str) -> None:
    decoded = decode_settings_table(f"device;services.https\n{name};true\n".encode("cp1252"))
    assert [part.device for part in decoded.parts] == [name]


def test_japanese_names_are_read_as_excel_writes_them_there() -> None:
    decoded = decode_settings_table("device,services.https\n\u6771\u4eac-1,\u306f\u3044\n".encode("cp932"))
    assert values(decoded, "\u6771\u4eac-1") == {"services.https": "true"}


@pytest.mark.parametrize(
    "word", ["WAHR", "VRAI", "VERDADERO", "VERO", "Ja", "oui", "WAAR", "TRUE", "\u306f\u3044", "DO\u011eRU"]
)
def test_words_for_true_of_other_languages(word: str) -> None:
    assert values(column("services.https", word), "1") == {"services.https": "true"}


@pytest.mark.parametrize(
    "word", ["FALSCH", "FAUX", "FALSO", "Nein", "non", "ONWAAR", "FALSE", "\u3044\u3044\u3048", "YANLI\u015e"]
)
def test_words_for_false_of_other_languages(word: str) -> None:
    assert values(column("services.https", word), "1") == {"services.https": "false"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("09.11.2026",), ("2026-11-09",)),
        (("9.11.2026",), ("2026-11-09",)),
        (("09.11.2026 00:00:00",), ("2026-11-09",)),
        (("23/11/2026", "09/11/2026"), ("2026-11-23", "2026-11-09")),
        (("11/23/2026", "11/9/2026"), ("2026-11-23", "2026-11-09")),
        (("9-11-2026", "23-11-2026"), ("2026-11-09", "2026-11-23")),
        (("2026/11/09",), ("2026-11-09",)),
        (("2026/11/9 0:00",), ("2026-11-09",)),
        (("2026\u5e7411\u67089\u65e5",), ("2026-11-09",)),
        (("2026-11-09",), ("2026-11-09",)),
        (("11/11/2026",), ("2026-11-11",)),
    ],
)
def test_dates_are_read_by_the_order_that_the_column_tells(cells: tuple[str, ...], expected: tuple[str, ...]) -> None:
    decoded = column("device.collected_at", *cells)
    assert decoded.problems == ()
    for number, date in enumerate(expected, start=1):
        assert values(decoded, str(number)) == {"device.collected_at": f"{date}T00:00:00+00:00"}


@pytest.mark.parametrize("cells", [("09/11/2026",), ("09/11/2026", "23/11/2026", "11/24/2026")])
def test_a_date_that_the_column_does_not_decide_is_refused(cells: tuple[str, ...]) -> None:
    decoded = column("device.collected_at", *cells)
    assert damaged(decoded, "1") == {"device.collected_at": "line 2, column device.collected_at"}
    (problem,) = decoded.problems
    assert "the day or the month first" in problem.reason
    assert "write YYYY-MM-DD" in problem.reason


@pytest.mark.parametrize("cell", ["31.02.2026", "09.13.2026", "09.11.2026 10:00"])
def test_what_is_no_date_is_refused(cell: str) -> None:
    assert damaged(column("device.collected_at", cell), "1").keys() == {"device.collected_at"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("ann:administrator, guest:conference list only", "ann:administrator guest:conference\\x20list\\x20only"),
        ("ann lee:administrator;", "ann\\x20lee:administrator"),
        ("ann:administrator guest:conference list only", "ann:administrator guest:conference\\x20list\\x20only"),
    ],
)
def test_privileges_may_have_spaces(cell: str, expected: str) -> None:
    decoded = decode_settings_table(f'device;users\n1;"{cell}"\n'.encode())
    assert (values(decoded, "1"), decoded.problems) == ({"users": expected}, ())


def test_users_that_spaces_do_not_separate_clearly_are_refused() -> None:
    decoded = column("users", "guest:list only ann lee:administrator")
    assert damaged(decoded, "1").keys() == {"users"}
    assert "separate the users by semicolons" in decoded.problems[0].reason


def test_a_column_for_the_site() -> None:
    decoded = decode_settings_table(
        b"Site;device;services.https\noslo;a;true\n;b;true\noslo;Oslo/c;true\nrome;oslo/d;true\n"
    )
    assert [part.device for part in decoded.parts] == ["oslo/a", "b", "Oslo/c", "oslo/d"]
    assert damaged(decoded, "oslo/d") == {"services.https": "line 5"}
    assert [problem.where for problem in decoded.problems] == ["line 5"]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Ger\u00e4t;Adressen", '"Ger\u00e4t", "Adressen"'),
        ("\u88c5\u7f6e;\u30b5\u30a4\u30c8", '"\u88c5\u7f6e", "\u30b5\u30a4\u30c8"'),
        ("devices;x", 'Did you mean "device"?'),
    ],
)
def test_a_header_in_another_language_is_refused_with_its_columns(header: str, words: str) -> None:
    with pytest.raises(Undecodable) as refused:
        decode_settings_table(f"\n{header}\na;b\n".encode())
    assert refused.value.where == "line 2"
    assert words in refused.value.reason
    assert 'the column "device"' in refused.value.reason


def test_two_columns_of_one_key_with_two_values_damage_it() -> None:
    decoded = decode_settings_table(b"device;services.https;Services.HTTPS\na;true;false\nb;true;true\n")
    assert (values(decoded, "a"), damaged(decoded, "a").keys()) == ({}, {"services.https"})
    assert values(decoded, "b") == {"services.https": "true"}
    assert len(decoded.problems) == 1


def test_cells_below_no_header_are_a_problem() -> None:
    decoded = decode_settings_table(b"device;services.https;\na;true;x\n")
    assert [problem.where for problem in decoded.problems] == ["line 2"]
    assert damaged(decoded, "a").keys() == {"services.https"}


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_row_with_fewer_cells_than_the_header_is_damaged_where_another_row_has_a_value(separator: str) -> None:
    table = "device;services.https;services.http;services.ftp\na;true;false;true\nb;true\nc;true;false\n"
    decoded = decode_settings_table(table.replace(";", separator).encode())
    assert values(decoded, "a") == {"services.https": "true", "services.http": "false", "services.ftp": "true"}
    assert (values(decoded, "b"), values(decoded, "c")) == ({}, {})
    assert damaged(decoded, "b").keys() == {"services.https", "services.http", "services.ftp"}
    assert [problem.where for problem in decoded.problems] == ["line 3", "line 4"]
    assert "2 cells, but the header has 4" in decoded.problems[0].reason
    assert "those from services.http on are empty" in decoded.problems[0].reason


def test_followed_literally_the_message_about_a_short_row_leads_on() -> None:
    decoded = decode_settings_table(b"device;services.https;services.http\na;true;false\nb;true;\n")
    assert (decoded.problems, values(decoded, "b")) == ((), {"services.https": "true"})


def test_columns_without_any_value_may_be_left_out_of_every_row() -> None:
    decoded = decode_settings_table(b"device;services.https;services.http;\na;true\nb;false;\n")
    assert decoded.problems == ()
    assert (values(decoded, "a"), values(decoded, "b")) == ({"services.https": "true"}, {"services.https": "false"})


def test_a_spreadsheet_leaves_separators_out_of_whole_blocks_of_16_rows() -> None:
    rows = [f"d{n};true;false" for n in range(1, 16)] + [f"d{n};true" for n in range(16, 32)]
    decoded = decode_settings_table("\n".join(["device;services.https;services.http", *rows, ""]).encode())
    assert decoded.problems == ()
    assert values(decoded, "d20") == {"services.https": "true"}
    titled = decode_settings_table(
        "\n".join(["MCUs;;", "", "device;services.https;services.http", *rows[2:], ""]).encode()
    )
    assert titled.problems == ()
    rows[20] += ";false"
    decoded = decode_settings_table("\n".join(["device;services.https;services.http", *rows, ""]).encode())
    assert len(decoded.problems) == 15


def table_of(count: int, *last: str, above: str = "", full: int = 15) -> DecodedSettings:
    """A table as a spreadsheet writes it, whose rows have two of three cells from the second block on."""
    rows = [f"d{n};true;false" if n <= full else f"d{n};true" for n in range(1, count + 1)]
    return decode_settings_table(f"{above}device;services.https;services.http\n{chr(10).join([*rows, *last])}".encode())


@pytest.mark.parametrize("sep", ["", "sep=;\n"])
@pytest.mark.parametrize(
    ("above", "full"), [("", 15), ("MCUs;;\n", 14), ("\n\n", 13), ('MCUs;"of\nLeeds";\n\n;;\n', 12)]
)
def test_blocks_are_those_of_the_sheet_whatever_stands_above_the_header(above: str, full: int, sep: str) -> None:
    assert table_of(31, above=f"{sep}{above}", full=full).problems == ()
    assert table_of(31, above=f"{sep}{above}", full=full - 1).problems != ()
    assert table_of(31, above=f"{sep}{above}", full=full + 1).problems != ()


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_row_alone_in_the_last_block_may_be_cut_off(end: str) -> None:
    cut = table_of(15, f"d16;true{end}")
    assert damaged(cut, "d16").keys() == {"services.https", "services.http"}
    assert [problem.where for problem in cut.problems] == ["line 17"]
    assert table_of(15, f"d16;true;false{end}").problems == ()


def test_a_last_block_is_used_with_two_rows_alike_or_one_like_the_block_before() -> None:
    assert values(table_of(17), "d17") == {"services.https": "true"}
    assert values(table_of(32), "d32") == {"services.https": "true"}
    assert table_of(17).problems == table_of(32).problems == ()
    assert damaged(table_of(32, full=31), "d32").keys() == {"services.https", "services.http"}
    assert len(table_of(16, "d17").problems) == 2


def test_the_name_of_a_device_at_the_end_of_a_file_may_be_cut_off() -> None:
    table = "device;services.https\na\nb;true\nc"
    cut = decode_settings_table(table.encode())
    assert [problem.where for problem in cut.problems] == ["line 4"]
    assert damaged(cut, "c").keys() == {"services.https"}
    for whole in (f"{table}\n", f"{table};", f"{table}\r\n"):
        assert decode_settings_table(whole.encode()).problems == ()


@pytest.mark.parametrize(
    ("header", "key"), [("Modell", "device.model"), ("Mod\u00e8le", "device.model"), ("Serial", "device.serial")]
)
def test_a_column_of_another_language_is_damage_of_the_key_that_it_resembles(header: str, key: str) -> None:
    decoded = decode_settings_table(f"device;{header}\na;x\n".encode())
    assert damaged(decoded, "a").keys() == {key}
    assert f'Did you mean "{key}"?' in decoded.problems[0].reason
    assert decode_settings_table(f"device;{key}\na;x\n".encode()).problems == ()


def test_columns_that_resemble_nothing_get_one_message_with_the_allowed_keys() -> None:
    decoded = decode_settings_table("device;Ger\u00e4tenummer;Standort\na;x;y\n".encode())
    assert [problem.where for problem in decoded.problems] == ["column Ger\u00e4tenummer", "column Standort"]
    (reason,) = {problem.reason for problem in decoded.problems}
    assert "device.model .serial .software_version" in reason
    assert "sip.outbound_call_configuration .outbound_address" in reason
    assert len(reason) < 1000


def test_a_table_without_the_column_device_says_which_columns_there_are() -> None:
    with pytest.raises(Undecodable) as refused:
        decode_settings_table("Ger\u00e4t;Modell\na;x\n".encode())
    assert "device.model .serial" in refused.value.reason


@pytest.mark.parametrize("cell", ["46352", "46352.5", "46352,25"])
def test_a_date_as_excel_counts_days_is_named(cell: str) -> None:
    decoded = column("device.collected_at", cell)
    assert damaged(decoded, "1").keys() == {"device.collected_at"}
    assert "as Excel counts days, 2026-11-26 if from 1900" in decoded.problems[0].reason


@pytest.mark.parametrize("tick", ["\u2713", "\u2714", "\u2611", "\u2705"])
def test_a_tick_is_true(tick: str) -> None:
    assert values(column("services.https", tick), "1") == {"services.https": "true"}
    assert values(column("services.https", "\u2610"), "1") == {"services.https": "false"}


@pytest.mark.parametrize("cross", ["x", "X", "\u2612", "\u2717"])
def test_a_cross_may_mean_yes_or_no_and_is_named(cross: str) -> None:
    decoded = column("services.https", cross)
    assert damaged(decoded, "1").keys() == {"services.https"}
    assert "expected true or false" in decoded.problems[0].reason
    assert "may be a tick or a cross" in decoded.problems[0].reason


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026\u5e7411\u67089\u65e5", "2026-11-09"),
        ("\u4ee4\u548c8\u5e7411\u67089\u65e5", "2026-11-09"),
        ("\u4ee4\u548c\u5143\u5e7411\u67089\u65e5", "2019-11-09"),
        ("R8.11.9", "2026-11-09"),
    ],
)
def test_a_single_japanese_date_in_cp932_is_read(cell: str, expected: str) -> None:
    decoded = decode_settings_table(f"device,device.collected_at\na,{cell}\n".encode("cp932"))
    assert decoded.problems == ()
    assert values(decoded, "a") == {"device.collected_at": f"{expected}T00:00:00+00:00"}


def test_a_japanese_date_with_a_year_of_two_digits_is_ambiguous() -> None:
    decoded = decode_settings_table("device,device.collected_at\n\u6771\u4eac-1,26/11/09\n".encode("cp932"))
    assert damaged(decoded, "\u6771\u4eac-1").keys() == {"device.collected_at"}


@pytest.mark.parametrize(
    "data", [b"device,services.https\n", b"device,services.https\n,\n\n", b"Fleet;\n\ndevice;site\n"]
)
def test_a_table_without_a_row_is_refused(data: bytes) -> None:
    with pytest.raises(Undecodable, match="a header and no row") as refused:
        decode_settings_table(data)
    assert refused.value.where == ("line 3" if data.startswith(b"Fleet") else "line 1")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an Excel workbook"),
        (b"<!DOCTYPE html>\n<html><table><tr><td>device</td></tr></table></html>", "a web page"),
        (b"<html><table><tr><td>device</td></tr></table></html>", "a web page"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, found: str) -> None:
    with pytest.raises(Undecodable) as refused:
        decode_settings_table(data)
    assert refused.value.reason == f"expected a table, found {found}; save the table as CSV"


# Whole tables

HTTP, HTTPS, SERIAL, USERS = "services.http", "services.https", "device.serial", "users"
Values = dict[str, tuple[str, str]]


def part(
    device: str, *damaged: DamagedSetting, joined: bool = False, begins: tuple[str, ...] = (), **found: str
) -> SettingsPart:
    """`found` are the values of one line, by the last word of the key, with the line in `line`."""
    line = found.pop("line", "")
    keys = {key.rpartition(".")[2]: key for key in (HTTP, HTTPS, SERIAL, USERS, "device.addresses")}
    values = tuple(
        DecodedSetting(keys[word], value, f"line {line}, column {keys[word]}") for word, value in found.items()
    )
    return SettingsPart(device, values, damaged, joined, begins)


def lost(where: str, reason: str, *keys: str) -> tuple[DamagedSetting, ...]:
    return tuple(DamagedSetting(key, where, reason) for key in keys)


def unreadable(where: str, reason: str) -> Problem:
    return Problem("unreadable", where, reason)


def test_a_table_is_read_whole() -> None:
    table = b"device;services.https;users;Notes\na;yes;ann:administrator;x\nb;;none;\nc;no;None;y\n"
    note = "unknown key; allowed columns: device, site and the keys "
    decoded = decode_settings_table(table)
    assert decoded.parts == (
        part("a", line="2", https="true", users="ann:administrator"),
        part("b", line="3", users=""),
        part("c", line="4", https="false", users=""),
    )
    (problem,) = decoded.problems
    assert (problem.kind, problem.where, problem.reason.startswith(note)) == ("unreadable", "column Notes", True)
    assert decoded.unplaced == ()


def test_a_second_row_of_a_device_keeps_what_both_say() -> None:
    table = b"device;services.https;device.serial;services.http\na;yes;SM1;no\nb;no;;\na;true;SM2;\na;yes;SM1;no\n"
    reason = 'a second row for the device "a"; cells that differ from the first are not used'
    decoded = decode_settings_table(table)
    first = lost("line 4", reason, SERIAL, HTTP)
    again = lost("line 5", reason, SERIAL, HTTP)
    damage = (first[0], again[0], first[1], again[1])
    assert decoded.parts == (part("a", *damage, line="2", https="true"), part("b", line="3", https="false"))
    assert decoded.problems == (unreadable("line 4", reason), unreadable("line 5", reason))


def test_rows_that_are_joined_are_one_problem() -> None:
    decoded = decode_settings_table(b'site;device;device.serial\nx;a;"SM1\ny;b;SM2\nz"\nx;a;SM1\n')
    reason = (
        'a quotation mark (") joins this line with line 3, which looks like a row; neither is used. Remove the '
        "quotation mark, or write the cell on one line"
    )
    second = 'a second row for the device "x/a"; cells that differ from the first are not used'
    damage = (*lost("line 2", reason, SERIAL), *lost("line 5", second, SERIAL))
    assert decoded.parts == (part("x/a", *damage), part("y/b", *lost("line 3", reason, SERIAL), joined=True))
    assert decoded.problems == (unreadable("line 2", reason), unreadable("line 5", second))
    assert decoded.unplaced == ()


def test_a_joined_row_of_a_device_that_has_one_is_no_second_problem() -> None:
    decoded = decode_settings_table(b'device;device.serial\nb;SM2\na;"SM1\nb;SM2"\n')
    (problem,) = decoded.problems
    assert problem.where == "line 3"
    second = 'a second row for the device "b"; cells that differ from the first are not used'
    joined = lost("line 4", problem.reason, SERIAL)
    assert decoded.parts == (
        part("b", *joined, *lost("line 3", second, SERIAL)),
        part("a", *lost("line 3", problem.reason, SERIAL)),
    )


@pytest.mark.parametrize(
    ("header", "row", "begins"),
    [
        ("device", "a", ("b:1", "e:2")),
        ("site;device", "x;a", ("c:viewer", "f:3")),
        ("x;site;device", ";x;a", ("d:viewer",)),
    ],
)
def test_the_further_lines_of_a_row_may_begin_with_the_name_of_a_device(
    header: str, row: str, begins: tuple[str, ...]
) -> None:
    below = "b:1; c:viewer ;d:viewer\n\ne:2;'f:3'"
    decoded = decode_settings_table(f'{header};users\n{row};"ann:administrator\n{below}"\n'.encode())
    assert [(one.joined, one.begins) for one in decoded.parts] == [(False, begins)]


ERROR = '"#N/A" is a spreadsheet error. Write the value, or leave the cell empty if it is not known'
SHORT = '"9.11.26" has a year of two digits; write the year with four digits, as in 2026-11-09'
EITHER = '"9/11/2026" may have the day or the month first, and no other date shows which; write YYYY-MM-DD'
SERIAL_DATE = (
    '"46352" is a date as Excel counts days, 2026-11-26 if from 1900. Format the column as a date, or write 2026-11-09'
)
NO_TIME = '"soon" is not a date (2026-11-23) or a time with a time zone (2026-11-23T12:00Z)'
NO_NAME = '"?" is not the name of a device; write the name'
REASON_NO_DEVICE = "the cell is empty; expected the name of a device"
LOST = "a cell was lost, or those from"
TOO = "Write a separator for each empty cell too"


@pytest.mark.parametrize(
    ("header", "row", "where", "reason", "device", "keys"),
    [
        ("device;services.https", ";yes", "line 2, column device", REASON_NO_DEVICE, "", (HTTPS,)),
        ("site;device;services.https", "x;;yes", "line 2, column device", REASON_NO_DEVICE, "", (HTTPS,)),
        ("device;services.https", "?;yes", "line 2, column device", NO_NAME, "", (HTTPS,)),
        (
            "site;device;services.https",
            "x;y/a;yes",
            "line 2",
            'the column site has "x", and the device is written "y/a"',
            "y/a",
            (HTTPS,),
        ),
        (
            "device;services.https;services.http",
            "a;yes;no;x",
            "line 2",
            "4 cells, but the header has 3; quote a cell that contains the separator",
            "a",
            (HTTPS, HTTP),
        ),
        (
            "device;services.https;services.http;;",
            "a;yes;;;;x",
            "line 2",
            "6 cells, but the header has 3; quote a cell that contains the separator",
            "a",
            (HTTPS, HTTP),
        ),
        (
            "device;;services.https",
            "a;x;yes",
            "line 2",
            "column 2 has a value and no name in the header; write its name there, or quote a cell that contains the "
            "separator",
            "a",
            (HTTPS,),
        ),
        (
            "device;services.https;;services.http",
            "a;yes;x;",
            "line 2",
            "column 3 has a value and no name in the header; write its name there, or quote a cell that contains the "
            "separator",
            "a",
            (HTTPS, HTTP),
        ),
        (
            "device;services.https;services.http;device.serial",
            "a;yes\nb;;;SM2",
            "line 2",
            f"2 cells, but the header has 4: {LOST} device.serial on are empty. {TOO}",
            "a",
            (HTTPS, SERIAL),
        ),
        (
            "device;services.https;services.http;device.serial",
            ";yes\nb;;no;SM2",
            "line 2, column device",
            REASON_NO_DEVICE,
            "",
            (HTTPS, HTTP, SERIAL),
        ),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_damages_the_settings_that_it_may_have(
    header: str, row: str, where: str, reason: str, device: str, keys: tuple[str, ...]
) -> None:
    decoded = decode_settings_table(f"{header}\n{row}\n".encode())
    damage = lost(where, reason, *keys)
    assert decoded.problems[0] == unreadable(where, reason)
    if device:
        assert (decoded.parts[0], decoded.unplaced) == (part(device, *damage), ())
    else:
        assert decoded.unplaced == damage
        assert [one.device for one in decoded.parts] == (["b"] if "\n" in row else [])


def test_the_last_cells_of_a_row_may_be_of_columns_without_a_name() -> None:
    decoded = decode_settings_table(b"device;services.https;\na;yes\nb;no;x\n")
    reason = f"2 cells, but the header has 2: {LOST} the last ones on are empty. {TOO}"
    assert decoded.problems[0] == unreadable("line 2", reason)
    assert decoded.parts[0] == part("a", *lost("line 2", reason, HTTPS))


@pytest.mark.parametrize(
    ("device", "name"),
    [("a", "x/a"), ("x/a", "x/a"), ("X/a", "X/a"), ("x/b/c", "x/b/c"), ("na", "x/na"), ("TBD", "x/TBD")],
)
def test_a_device_has_the_site_of_its_row(device: str, name: str) -> None:
    for site in ("x", "X"):
        decoded = decode_settings_table(f"device;site;services.https\n{device};{site};yes\n".encode())
        expected = part(name if "/" in device else f"{site}/{device}", line="2", https="true")
        assert (decoded.parts, decoded.problems) == ((expected,), ())


def test_a_device_may_be_written_with_its_site_alone() -> None:
    decoded = decode_settings_table(b"device;services.https\nx/a;yes\n")
    assert (decoded.parts, decoded.problems) == ((part("x/a", line="2", https="true"),), ())


def test_none_is_a_word_like_others_where_no_list_is_expected() -> None:
    decoded = decode_settings_table(b"device;device.serial;services.bfcp\na;none;none\n")
    where, reason = "line 2, column services.bfcp", 'expected true or false, found "none"'
    assert decoded.parts == (part("a", *lost(where, reason, "services.bfcp"), line="2", serial="none"),)


def test_a_line_of_a_joined_row_may_be_a_device_alone() -> None:
    decoded = decode_settings_table(b'device;device.serial\na;"SM1\nb"\n')
    (problem,) = decoded.problems
    assert decoded.parts[1] == part("b", *lost("line 3", problem.reason, SERIAL), joined=True)


@pytest.mark.parametrize(
    ("key", "cell", "reason"),
    [
        ("services.https", "maybe", 'expected true or false, found "maybe"'),
        ("services.https", "#N/A", ERROR),
        ("device.collected_at", "9.11.26", SHORT),
        ("device.collected_at", "9/11/2026", EITHER),
        ("device.collected_at", "46352", SERIAL_DATE),
        ("device.collected_at", "soon", NO_TIME),
    ],
)
def test_a_cell_that_cannot_be_used_damages_its_setting(key: str, cell: str, reason: str) -> None:
    decoded = decode_settings_table(f"device;{key};services.http\na;{cell};yes\n".encode())
    where = f"line 2, column {key}"
    assert decoded.problems == (unreadable(where, reason),)
    assert decoded.parts == (part("a", *lost(where, reason, key), line="2", http="true"),)


def test_a_cell_below_a_misspelt_name_is_checked_and_damages_each_setting_that_may_be_meant() -> None:
    decoded = decode_settings_table(b"device;Services.htpps;x\na;maybe;y\nb;n/a;\nc;yes;\nd;;\n")
    (of_name, of_x, of_none) = decoded.problems
    assert (of_name.where, of_x.where) == ("column Services.htpps", "column x")
    none = '"n/a" is not a value. Write the value, or leave the cell empty if it is not known'
    assert of_none == unreadable("line 3, column Services.htpps", none)
    near = tuple(item.setting for item in decoded.parts[0].damaged)
    assert HTTPS in near
    for device, line, reason in (("a", 2, of_name.reason), ("b", 3, none), ("c", 4, of_name.reason)):
        assert decoded.parts[line - 2] == part(device, *lost(f"line {line}, column Services.htpps", reason, *near))
    assert decoded.parts[3] == part("d")


def test_a_cell_of_a_misspelt_list_may_say_that_there_is_none() -> None:
    decoded = decode_settings_table(b"device;user\na;None\nb;ann:boss\n")
    assert [problem.where for problem in decoded.problems] == ["column user", "line 3, column user"]
    assert decoded.parts[0] == part("a", *lost("line 2, column user", decoded.problems[0].reason, USERS))


def test_two_columns_of_one_key_count_where_they_are_equal() -> None:
    table = b"device;users;services.https;Services.HTTP;services.https;services.http\n"
    decoded = decode_settings_table(table + b"a;none;yes;no;true;FALSE\nb;none;yes;no;no;yes\n")
    twice = "two columns of this key have different values"
    assert decoded.parts[0].values == (
        DecodedSetting(USERS, "", "line 2, column users"),
        DecodedSetting(HTTPS, "true", "line 2, column services.https"),
        DecodedSetting(HTTP, "false", "line 2, column services.http"),
    )
    damage = (
        DamagedSetting(HTTP, f"line 3, column {HTTP}", twice),
        DamagedSetting(HTTPS, f"line 3, column {HTTPS}", twice),
    )
    assert decoded.parts[1] == SettingsPart("b", (DecodedSetting(USERS, "", "line 3, column users"),), damage)
    assert decoded.problems == tuple(unreadable(item.where, twice) for item in damage)


def test_a_line_of_a_joined_row_without_a_separator_and_a_device_damages_nothing() -> None:
    decoded = decode_settings_table(b'services.https;device;device.serial\nyes;a;"SM1\nno;b;SM2\nmore\n;\n"\n')
    (problem,) = decoded.problems
    assert problem.where == "line 2"
    assert [(one.device, len(one.damaged), one.joined) for one in decoded.parts] == [("a", 2, False), ("b", 2, True)]
    assert decoded.unplaced == lost("line 5", problem.reason, HTTPS, SERIAL)


def test_a_row_in_one_cell_is_damaged_whole() -> None:
    decoded = decode_settings_table(b"device;services.https;device.serial\na|yes|SM1\n")
    reason = 'the cells are separated by "|", and those of the header by ";"; use ";" in this row too'
    assert decoded == DecodedSettings(
        (part("a", *lost("line 2", reason, HTTPS, SERIAL)),), (unreadable("line 2", reason),)
    )


def test_the_only_row_of_a_file_that_ends_within_it_damages_what_it_lacks() -> None:
    for row, lost in (("a,MCU 45", {"device.model", "services.https"}), ("a", {"device.model", "services.https"})):
        (part,) = decode_settings_table(f"device,device.model,services.https\n{row}".encode()).parts
        assert part.values == ()
        assert {item.setting for item in part.damaged} == lost


def test_a_row_without_a_name_that_goes_on_with_the_row_above_damages_its_settings() -> None:
    table = "device,device.model,services.https,services.http\na,MCU 4510,,true\n,,false,\nb,MCU 4510,true,true\n"
    first, second = decode_settings_table(table.encode()).parts
    assert {item.setting for item in first.damaged} == {"services.https"}
    assert {value.setting for value in first.values} == {"device.model", "services.http"}
    assert second.damaged == ()


def test_a_row_without_a_name_that_is_as_full_as_the_one_above_is_that_of_another_device() -> None:
    table = "device,device.model,services.https\na,MCU 4510,true\n,MCU 4520,false\n"
    (part,) = decode_settings_table(table.encode()).parts
    assert part.damaged == ()


def test_a_table_with_a_column_of_keys_and_one_of_values_is_refused() -> None:
    with pytest.raises(Undecodable, match="write each device once, with the keys as names of columns"):
        decode_settings_table(b"device,setting,value\na,services.https,false\na,device.model,MCU 4510\n")


@pytest.mark.parametrize(
    ("column", "cell", "setting"),
    [
        ("Key status", "Key does not match certificate", "ssl_certificates.private_key"),
        ("Schl\u00fcssel", "Key matches certificate", "ssl_certificates.private_key"),
        ("services.private_key", "Key matches certificate", "ssl_certificates.private_key"),
        ("url", "https://tms.example.com/RPC2", "feedback_receivers"),
        ("HTTPS enabled", "false", "services.https"),
        ("https on", "false", "services.https"),
        ("Secure web (port 443)", "false", "services.https"),
        ("\uff48\uff54\uff54\uff50\uff53", "false", "services.https"),
    ],
)
def test_a_column_damages_what_its_words_or_values_are_about(column: str, cell: str, setting: str) -> None:
    (part,) = decode_settings_table(f"device,{column}\na,{cell}\n".encode()).parts
    assert setting in {item.setting for item in part.damaged}
    assert part.values == ()


def test_receivers_that_a_bar_separates_are_refused() -> None:
    decoded = decode_settings_table(b"device,feedback_receivers\na,http://one/RPC2|http://two/RPC2\n")
    assert [item.setting for item in decoded.parts[0].damaged] == ["feedback_receivers"]
    assert "separate receivers by spaces or semicolons" in decoded.problems[0].reason
