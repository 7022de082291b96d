"""The columns of settings.csv: which settings each holds, and which tables have no header that can be used."""

from __future__ import annotations

import pytest

from mcuaudit.decode.keys import allowed_columns, unknown_column
from mcuaudit.decode.spreadsheet import rows_of
from mcuaudit.decode.table_columns import Column, table_columns
from mcuaudit.errors import Undecodable

CLIENT, SERVER = "ssl_certificates.client_certificate_security", "ssl_certificates.server_certificate_security"


def columns(text: str) -> list[Column]:
    return table_columns(list(rows_of(text)))[1]


def refusal_of(text: str) -> tuple[str, str]:
    with pytest.raises(Undecodable) as refused:
        columns(text)
    return refused.value.where, refused.value.reason


def test_the_header_its_columns_and_the_rows_below_it() -> None:
    rows = list(rows_of("MCUs;\n\nSite;DEVICE;Services.HTTPS\nx;a;true\ny;b;false\n"))
    header, found, below = table_columns(rows)
    assert (header, below) == (rows[1], rows[2:])
    assert found == [
        Column("site", (), True, None, ""),
        Column("device", (), True, None, ""),
        Column("services.https", ("services.https",), True, None, ""),
    ]


@pytest.mark.parametrize(
    ("name", "cells", "column"),
    [
        ("services.bfcp", ("true",), Column("services.bfcp", ("services.bfcp",), True)),
        (
            "Device.Collected_At",
            ("23/11/2026", "09/11/2026", "x"),
            Column(
                "device.collected_at",
                ("device.collected_at",),
                True,
                {"23/11/2026": "2026-11-23", "09/11/2026": "2026-11-09"},
            ),
        ),
        ("device.serial", ("23/11/2026",), Column("device.serial", ("device.serial",), True)),
        ("Serial", ("x",), Column("Serial", ("device.serial",), False, None, unknown_column("Serial"))),
        (
            "Serial",
            ("Verify certificate",),
            Column("Serial", ("device.serial", CLIENT, SERVER), False, None, unknown_column("Serial")),
        ),
        (
            "Einstellung 7",
            ("Verify certificate",),
            Column(
                "Einstellung 7",
                (CLIENT, SERVER),
                reason=f"unknown key, with values of {CLIENT} or {SERVER}; if that is meant, write it as the name of "
                "the column",
            ),
        ),
        ("Remarks", ("x",), Column("Remarks", (), False, None, unknown_column("Remarks"))),
        ("", ("x",), Column("", (), False, None, unknown_column(""))),
        (
            "",
            ("Not required",),
            Column(
                "",
                (CLIENT,),
                reason=f"unknown key, with values of {CLIENT}; if that is meant, write it as the name of the column",
            ),
        ),
        (
            "Client certificate security",
            ("Not required",),
            Column(
                "Client certificate security", (CLIENT,), False, None, unknown_column("Client certificate security")
            ),
        ),
    ],
)
def test_a_column_is_of_settings_by_its_name_or_by_its_values(
    name: str, cells: tuple[str, ...], column: Column
) -> None:
    # The rows are of different lengths, so that none but the first has the last cells.
    rows = "".join(f"{number}|{cell}\n" for number, cell in enumerate(cells))
    assert columns(f"device|{name}|services.http\n{rows}z\n")[1] == column


def test_a_header_is_one_of_the_first_five_rows_that_are_not_empty() -> None:
    for title, where in ((";;\n\nx;\n", 4), ("", 1)):
        table = f"{title}device;services.https\na;true\n"
        rows = list(rows_of(table))
        assert table_columns(rows)[0].line == where
    titles = "".join(f"title {number};\n" for number in range(5))
    below = "device;services.https\na;true\n"
    assert table_columns(list(rows_of(titles.partition("\n")[2] + below)))[0].line == 5
    assert refusal_of(titles + below)[0] == "line 1"


EXPECTED = 'expected a header line with the column "device", and keys such as "device.addresses" as further columns'
TRANSPOSED = (
    "expected one row per device, found one row per setting; exchange the rows and columns, so that the header has the "
    "keys and each row is a device"
)
IN_ONE_CELL = "the whole row is one cell in quotation marks; remove the quotation marks around it"
NO_ROW = "the table has a header and no row. Write a row for each device, or remove the file"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, f"{EXPECTED}; the file is empty"),
        ("\n\na;b\n", 3, f'{EXPECTED}; found the columns "a", "b". The keys are {allowed_columns()}'),
        ("a;;b\nc", 1, f'{EXPECTED}; found the columns "a", "b". The keys are {allowed_columns()}'),
        ("devices;b", 1, f'{EXPECTED}; found the columns "devices", "b". "devices": Did you mean "device"?'),
        (
            "a;Devise;devic",
            1,
            f'{EXPECTED}; found the columns "a", "Devise", "devic". "Devise": Did you mean "device"?',
        ),
        ("device.model;x", 1, f'{EXPECTED}; found the columns "device.model", "x". The keys are {allowed_columns()}'),
        ("Device.x;x", 1, f'{EXPECTED}; found the columns "Device.x", "x". The keys are {allowed_columns()}'),
        ("users;x", 1, f'{EXPECTED}; found the columns "users", "x". The keys are {allowed_columns()}'),
        (
            "1;2;3;4;5;6;7;8",
            1,
            f'{EXPECTED}; found the columns "1", "2", "3", "4", "5", "6", "7", "8". The keys are {allowed_columns()}',
        ),
        (
            "1;2;3;4;;5;6;7;8;9;10",
            1,
            f'{EXPECTED}; found the columns "1", "2", "3", "4", "5", "6", "7", "8" and 2 more. The keys are '
            f"{allowed_columns()}",
        ),
        (
            '"Device,services.https"\n"a,true"',
            1,
            IN_ONE_CELL,
        ),
        ('"Device,x"', 1, IN_ONE_CELL),
        ('"x,device",y', 1, f'{EXPECTED}; found the columns "x,device", "y". "x,device": Did you mean "device"?'),
        ("services.d;x", 1, f'{EXPECTED}; found the columns "services.d", "x". The keys are {allowed_columns()}'),
        (
            "1;2;3;4;5;6;7;8;9",
            1,
            f'{EXPECTED}; found the columns "1", "2", "3", "4", "5", "6", "7", "8" and 1 more. The keys are '
            f"{allowed_columns()}",
        ),
        (
            '"Devices,services.https"',
            1,
            f'{EXPECTED}; found the columns "Devices,services.https". The keys are {allowed_columns()}',
        ),
        ("x;a\n\nusers;ann:administrator\n", 1, TRANSPOSED),
        ("\nx;a\nSERVICES.HTTPS;true\n", 2, TRANSPOSED),
        ("device;a\nservices.https:;true\n", 1, TRANSPOSED),
        ("\ndevice;a\nx;b\nServices.bfcp;true\n", 2, TRANSPOSED),
        ("device;a\nClient certificate security. ;Not required\n", 1, TRANSPOSED),
        ("device;services.https\n", 1, NO_ROW),
        ("x;\n\ndevice;a\n;\n", 3, NO_ROW),
        ("device;x;Device\na;b;c", 1, '2 columns are called "device"; keep one of them'),
        ("device;site;SITE;Site\na;b;c", 1, '3 columns are called "site"; keep one of them'),
        (
            "device;services.http\na;true\n\nDevice;services.http\na;true",
            4,
            "a second header line; write one table, whose header has the columns of both",
        ),
        (
            "device;services.http\na;DEVICE\n",
            2,
            "a second header line; write one table, whose header has the columns of both",
        ),
    ],
)
def test_a_table_without_a_usable_header_is_refused_with_what_to_do(text: str, line: int, reason: str) -> None:
    assert refusal_of(text) == (f"line {line}", reason)


@pytest.mark.parametrize(
    "text",
    [
        "device;services.http\nusers;true\n",
        "device;x\na;services.https\n",
        "device;x\nservicesx;y\n",
        "device;x\n;y\n",
        "device;x\ndevice;x\na;b\n",
        "x;y\ndevice;z\na;b\n",
    ],
)
def test_a_table_with_a_row_per_device_is_used(text: str) -> None:
    assert columns(text)[0] == Column("device", known=True)
