"""What single cells say: that there is no value, or which setting their column is about."""

from __future__ import annotations

import pytest

from mcuaudit.decode.table_cells import no_value, settings_with_such_values

CLIENT, SERVER = "ssl_certificates.client_certificate_security", "ssl_certificates.server_certificate_security"
VERSION, USERS = "device.software_version", "users"


@pytest.mark.parametrize(
    "cell",
    ["#REF!", "#NAME?", "#N/A", "#NV", "#¿NOMBRE?", "#¡DIV/0!", "####", "Err:502", "err : 502", "Error: 502",
     "Fehler:502", " #REF! ", " ####",
     "\tErr:502", "＃Ｎ／Ａ", "a #REF!", "a,#NAME?;b"],
)  # fmt: skip
def test_an_error_of_a_spreadsheet_is_no_value(cell: str) -> None:
    expected = f'"{cell}" is a spreadsheet error. Write the value, or leave the cell empty if it is not known'
    assert no_value(cell) == expected


@pytest.mark.parametrize(
    "cell",
    ["-", "--", "–", "—", "?", "¿?", "−", "_", ".", "...", "/", "\\", "-?-", "n/a", "N.A.", "n. a.",
     "NA", "unknown",
     "Not  Known", " not\tapplicable ", "k.A.", "TBD", "(none)", "<null>", "不明", "н/д", "keine Angabe",
     "？"],
)  # fmt: skip
def test_what_people_write_for_a_value_that_they_do_not_have_is_none(cell: str) -> None:
    expected = f'"{cell}" is not a value. Write the value, or leave the cell empty if it is not known'
    assert no_value(cell) == expected


@pytest.mark.parametrize(
    "cell", ["", " ", "a", "x", "-a", "a-b", "1", "#1", "nab", "no value", "none", "Err:5", "a#REF!", "- -"]
)
def test_other_cells_have_a_value_or_are_empty(cell: str) -> None:
    assert no_value(cell) == ""


@pytest.mark.parametrize(
    ("cells", "settings"),
    [
        ((), ()),
        (("", "hello", "true"), ()),
        (("Not required",), (CLIENT,)),
        (("NOT  required\n", ""), (CLIENT,)),
        (("Ｎot required",), (CLIENT,)),
        (("Verify certificate",), (CLIENT, SERVER)),
        (("Verify certificate", "Not required"), (CLIENT,)),
        (("Verify certificate", "No verification"), (SERVER,)),
        (("No verification",), ("ssl_certificates.verification_settings", SERVER)),
        (("Use trunk",), ("sip.outbound_call_configuration",)),
        (("4.4(3.57)",), (VERSION,)),
        (("x", "4.4(3.57) beta-1"), (VERSION,)),
        (("4.4",), ()),
        (("v4.4(3.57)",), ()),
        (("ann:administrator",), (USERS,)),
        (("bob:viewer", "x; ann: Administrator; y"), (USERS,)),
        (("ann:administrators",), ()),
        (("4.4(3.57)", "ann:administrator", "Not required"), (CLIENT, VERSION, USERS)),
    ],
)
def test_a_column_is_about_the_settings_whose_values_it_has(cells: tuple[str, ...], settings: tuple[str, ...]) -> None:
    assert settings_with_such_values(cells) == settings
