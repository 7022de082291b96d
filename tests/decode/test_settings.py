"""settings.toml and settings.csv: labels, lists, encodings, and errors that say what is allowed."""

from __future__ import annotations

import pytest

from mcuaudit.decode.records import DecodedSettings
from mcuaudit.decode.settings import decode_settings_table, decode_settings_toml
from mcuaudit.errors import Undecodable


def values(decoded: DecodedSettings, device: str = "") -> dict[str, str]:
    return {value.setting: value.value for part in decoded.parts if part.device == device for value in part.values}


def test_labels_ignore_case_and_spaces_and_come_back_as_the_page_prints_them() -> None:
    decoded = decode_settings_toml(b'[ssl_certificates]\nverification_settings = "  outgoing  CALLS only "')
    assert values(decoded) == {"ssl_certificates.verification_settings": "Outgoing calls only"}
    assert decoded.problems == ()


def test_an_unknown_label_names_key_value_allowed_labels_and_the_nearest() -> None:
    decoded = decode_settings_toml(b'[ssl_certificates]\nserver_certificate_security = "Verify certificat"')
    (problem,) = decoded.problems
    assert problem.kind == "unreadable"
    assert problem.where == "[ssl_certificates] server_certificate_security"
    assert '"Verify certificat"' in problem.reason
    assert '"No verification", "Verify certificate"' in problem.reason
    assert 'Did you mean "Verify certificate"?' in problem.reason
    assert values(decoded) == {}


def test_an_unknown_key_names_the_nearest_and_the_rest_is_kept() -> None:
    decoded = decode_settings_toml(b'[device]\nmodl = "MCU 4510"\nserial = "SM1"')
    assert values(decoded) == {"device.serial": "SM1"}
    assert "device.model" in decoded.problems[0].reason


@pytest.mark.parametrize(
    ("toml", "setting", "expected"),
    [
        ('[device]\naddresses = ["10.1.2.3", "[2001:DB8::3]"]', "device.addresses", "10.1.2.3 2001:db8::3"),
        ("[device]\ncollected_at = 2026-11-09", "device.collected_at", "2026-11-09T00:00:00+00:00"),
        ("[services]\nhttps = true", "services.https", "true"),
        ("[services]\nbfcp = false", "services.bfcp", "false"),
        ("users = []", "users", ""),
        ('[[users]]\nname = "ann lee"\nprivilege = "Administrator"', "users", "ann\\x20lee:administrator"),
        ('[[feedback_receivers]]\nuri = "https://a.example/RPC2"', "feedback_receivers", "https://a.example/RPC2"),
    ],
)
def test_values_are_written_in_one_form(toml: str, setting: str, expected: str) -> None:
    decoded = decode_settings_toml(toml.encode())
    assert values(decoded) == {setting: expected}
    assert decoded.problems == ()


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('[device]\naddresses = ["10.1.2.300"]', "10.1.2.300"),
        ('[device]\nsoftware_version = "four"', "4.4(3.57)"),
        ("[device]\ncollected_at = 2026-11-09T10:00:00", "has no zone"),
        ('[services]\nhttps = "perhaps"', "expected true or false"),
        ("[services]\nhttsp = true", "services.http"),
        ('[[users]]\nname = "ann"\nprivilege = "adminstrator"', '"administrator"'),
        ('[[feedback_receivers]]\nuri = "ftp://a"', "http or https"),
    ],
)
def test_a_wrong_value_says_what_is_expected(toml: str, words: str) -> None:
    decoded = decode_settings_toml(toml.encode())
    assert words in decoded.problems[0].reason
    assert values(decoded) == {}


def test_broken_toml_names_the_line() -> None:
    with pytest.raises(Undecodable, match="line 2"):
        decode_settings_toml(b"[device]\nmodel = \n")


def test_toml_in_another_encoding_names_the_line() -> None:
    with pytest.raises(Undecodable) as refused:
        decode_settings_toml('[device]\nmodel = "\u00fc"'.encode("cp1252"))
    assert refused.value.where == "line 2"


TABLE = (
    "device;device.addresses;users;ssl_certificates.client_certificate_security\n"
    "m\u00fcnchen;10.1.1.1 10.1.1.2;admin:administrator guest:guest;not required\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_a_table_is_read_as_excel_writes_it(encoding: str, separator: str) -> None:
    decoded = decode_settings_table(TABLE.replace(";", separator).encode(encoding))
    assert decoded.problems == ()
    assert values(decoded, "m\u00fcnchen") == {
        "device.addresses": "10.1.1.1 10.1.1.2",
        "users": "admin:administrator guest:guest",
        "ssl_certificates.client_certificate_security": "Not required",
    }


def test_a_table_names_line_and_column() -> None:
    decoded = decode_settings_table(
        b"device,services.https,servces.http\na,maybe,true\na,true,true\n,true,true\nb,true,true,x\n"
    )
    by_place = {problem.where: problem.reason for problem in decoded.problems}
    assert "services.http" in by_place["column servces.http"]
    assert "maybe" in by_place["line 2, column services.https"]
    assert "second row" in by_place["line 3"]
    assert "empty" in by_place["line 4, column device"]
    assert "4 cells" in by_place["line 5"]


@pytest.mark.parametrize("data", [b"", b"name,services.https\na,true\n", b'device,"x\n'])
def test_a_file_that_is_no_such_table_is_refused(data: bytes) -> None:
    with pytest.raises(Undecodable):
        decode_settings_table(data)
