"""settings.toml and settings.csv: labels, lists, encodings, and errors that say what is allowed."""

from __future__ import annotations

import pytest

from mcuaudit.decode.keys import near_settings
from mcuaudit.decode.records import DamagedSetting, DecodedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.table import decode_settings_table
from mcuaudit.domain.settings import SETTINGS, Setting, ValueKind
from mcuaudit.errors import Undecodable


def values(decoded: DecodedSettings, device: str = "") -> dict[str, str]:
    return {value.setting: value.value for part in decoded.parts if part.device == device for value in part.values}


def damaged(decoded: DecodedSettings, device: str = "") -> dict[str, str]:
    return {item.setting: item.where for part in decoded.parts if part.device == device for item in part.damaged}


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
    assert '"No verification" or "Verify certificate"' in problem.reason
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
        (
            "[device]\ncollected_at = 2026-11-09T10:00:00",
            "the time 2026-11-09T10:00:00 has no time zone; write for example 2026-11-09T10:00:00Z",
        ),
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
    assert {problem.kind for problem in decoded.problems} == {"unreadable"}
    assert "services.http" in by_place["column servces.http"]
    assert "maybe" in by_place["line 2, column services.https"]
    assert "second row" in by_place["line 3"]
    assert "empty" in by_place["line 4, column device"]
    assert "4 cells" in by_place["line 5"]


@pytest.mark.parametrize("data", [b"", b"name,services.https\na,true\n", b'device,"x\n'])
def test_a_file_that_is_no_such_table_is_refused(data: bytes) -> None:
    with pytest.raises(Undecodable):
        decode_settings_table(data)


@pytest.mark.parametrize("word", ["true", "Yes", " on ", "1", "ENABLED", "ticked"])
def test_words_for_yes(word: str) -> None:
    assert values(decode_settings_toml(f'services.https = "{word}"'.encode())) == {"services.https": "true"}


@pytest.mark.parametrize("word", ["false", "No", " off ", "0", "DISABLED", "not ticked", "unticked"])
def test_words_for_no(word: str) -> None:
    assert values(decode_settings_toml(f'services.https = "{word}"'.encode())) == {"services.https": "false"}


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('device.serial = " SM1 "', {"device.serial": "SM1"}),
        ("device.serial = 4510", {"device.serial": "4510"}),
        ('device.host_names = "b a b"', {"device.host_names": "b a"}),
        ('device.host_names = [" b ", "a", "b"]', {"device.host_names": "b a"}),
        ('device.addresses = "10.1.2.3 10.1.2.3 ::1"', {"device.addresses": "10.1.2.3 ::1"}),
        ("device.addresses = []", {"device.addresses": ""}),
        (
            'device.features = "Secure management (HTTPS); Encryption"',
            {"device.features": "Secure\\x20management\\x20(HTTPS) Encryption"},
        ),
        ('device.features = ["Encryption"]', {"device.features": "Encryption"}),
        ('feedback_receivers = "http://a/RPC2 https://b"', {"feedback_receivers": "http://a/RPC2 https://b"}),
        ('feedback_receivers = ["http://a", " http://a"]', {"feedback_receivers": "http://a"}),
        ('feedback_receivers = ["\u00a0http://a"]', {"feedback_receivers": "http://a"}),
        ('feedback_receivers = ["HTTPS://a"]', {"feedback_receivers": "HTTPS://a"}),
        ('device.software_version = " 4.4(3.57) "', {"device.software_version": "4.4(3.57)"}),
        ('device.software_version = "4.5(1.85)P"', {"device.software_version": "4.5(1.85)P"}),
        ("device.current_time = 2026-11-09T11:00:00+01:00", {"device.current_time": "2026-11-09T10:00:00+00:00"}),
        ('device.current_time = "2026-11-09"', {"device.current_time": "2026-11-09T00:00:00+00:00"}),
        ('users = "alice:Administrator bob:Chair"', {"users": "alice:administrator bob:Chair"}),
        ('users = ["a:b:administrator"]', {"users": "a:b:administrator"}),
        ('[[users]]\nname = "bob"\nprivilege = " chair "', {"users": "bob:chair"}),
        ('[ssl_certificates.ocsp]\nenabled = "off"', {"ssl_certificates.ocsp.enabled": "false"}),
    ],
)
def test_forms_of_a_value(toml: str, expected: dict[str, str]) -> None:
    decoded = decode_settings_toml(toml.encode())
    assert (values(decoded), decoded.problems) == (expected, ())


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("device.serial = true", "expected text, found true"),
        ("device.serial = []", "expected text, found []"),
        ("device.host_names = 3", "expected a list of strings, found 3"),
        ("device.host_names = [3]", "expected a list of strings"),
        ("device.addresses = 3", "expected a list of strings"),
        ("device.collected_at = 3", "3 is not a date (2026-11-23) or a time with a time zone"),
        ('device.collected_at = "soon"', '"soon" is not a date (2026-11-23) or a time with a time zone'),
        ('device.software_version = "4.4 beta"', '"4.4(3.57)"'),
        ('device.software_version = "4"', '"4.4(3.57)"'),
        ("users = 3", "expected users, found 3"),
        ('users = "alice"', 'expected name:privilege, found "alice"'),
        ('users = ["alice:"]', 'user "alice" has no privilege'),
        ('users = ["alice:admin"]', 'Did you mean "administrator"?'),
        ('users = ["alice:adm inistrator"]', 'Did you mean "administrator"?'),
        ('[[users]]\nname = "ann"', 'user "ann" has no privilege'),
        ('[[users]]\nname = "ann"\nprivilege = 3', "keys name and privilege"),
        ('[[users]]\nname = 3\nprivilege = "chair"', "keys name and privilege"),
        ('[[users]]\nname = "ann"\nprivilege = "chair"\nlevel = 3', "keys name and privilege"),
        ("users = [3]", "keys name and privilege"),
        ("feedback_receivers = [3]", "http or https"),
        ("feedback_receivers = [{url = 'http://a'}]", "found the keys url"),
        ('feedback_receivers = ["http://"]', "http or https"),
        ('feedback_receivers = ["http://[a"]', "http or https"),
        ('feedback_receivers = ["a.example/RPC2"]', "http or https"),
        (f"device.host_names = [[{'1, ' * 100}]]", "..."),
    ],
)
def test_a_value_of_another_form_is_refused(toml: str, words: str) -> None:
    decoded = decode_settings_toml(toml.encode())
    (problem,) = decoded.problems
    assert (values(decoded), problem.kind) == ({}, "unreadable")
    assert words in problem.reason
    assert len(problem.reason) < 200


@pytest.mark.parametrize(
    ("length", "shown"), [(76, '"' + "x" * 76 + '"'), (78, '"' + "x" * 78 + '"'), (79, '"' + "x" * 76 + "...")]
)
def test_a_value_of_more_than_eighty_characters_is_cut_in_an_error(length: int, shown: str) -> None:
    (problem,) = decode_settings_toml(f'services.https = "{"x" * length}"'.encode()).problems
    assert problem.reason.endswith(f"found {shown}")


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting.kind is ValueKind.LABEL])
def test_every_label_of_the_pages_is_taken(setting: object) -> None:
    for label in setting.labels:  # type: ignore[attr-defined]
        toml = f'{setting.key} = " {label.swapcase()} "'.encode()  # type: ignore[attr-defined]
        assert values(decode_settings_toml(toml)) == {setting.key: label}  # type: ignore[attr-defined]


def test_places_are_written_as_in_the_file() -> None:
    decoded = decode_settings_toml(b'[ssl_certificates.ocsp]\nenabled = true\n[device]\nserial = "x"\n')
    assert decoded.parts[0].values == (
        DecodedSetting("ssl_certificates.ocsp.enabled", "true", "[ssl_certificates.ocsp] enabled"),
        DecodedSetting("device.serial", "x", "[device] serial"),
    )
    assert decode_settings_toml(b"users = []").parts[0].values == (DecodedSetting("users", "", "users"),)


@pytest.mark.parametrize(
    ("toml", "where", "words"),
    [
        (
            '[device]\nzzzzzzzzzzzzzzzz = "x"',
            "[device] zzzzzzzzzzzzzzzz",
            "allowed in [device]: model, serial",
        ),
        ('zzz = "x"', "zzz", "allowed keys: device, feedback_receivers, security, services"),
        (
            '[ssl_certificates.ocsp]\nzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz = "x"',
            "[ssl_certificates.ocsp] zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
            "allowed in [ssl_certificates.ocsp]: enabled, server_url, nonce.",
        ),
        ('[zzz]\nyyy = "x"', "[zzz] yyy", "allowed keys: device"),
        ("[services]\nHTTPS2 = true", "[services] HTTPS2", "services.https"),
        (
            '[services]\n"zzzz-zzzzzzzzzzzz" = true',
            "[services] zzzz-zzzzzzzzzzzz",
            "allowed in [services]:",
        ),
        ('[services]\n"1a" = true', "[services] 1a", "unknown key"),
        ("[services.a]\nb = true", "[services.a] b", "unknown key"),
    ],
)
def test_an_unknown_key_says_what_is_allowed_there(toml: str, where: str, words: str) -> None:
    (problem,) = decode_settings_toml(toml.encode()).problems
    assert (problem.kind, problem.where) == ("unreadable", where)
    assert words in problem.reason


def test_a_byte_order_mark_does_not_matter() -> None:
    assert values(decode_settings_toml(b"\xef\xbb\xbfservices.https = true")) == {"services.https": "true"}


def test_a_table_has_a_part_for_each_row_and_places_by_cell() -> None:
    decoded = decode_settings_table(b"device , services.https\n mcu-1 , yes \n\n;\nmcu-2,\nmcu-3\n")
    assert [(part.device, part.values) for part in decoded.parts] == [
        ("mcu-1", (DecodedSetting("services.https", "true", "line 2, column services.https"),)),
        (";", ()),
        ("mcu-2", ()),
        ("mcu-3", ()),
    ]
    assert decoded.problems == ()


def test_a_row_of_spaces_is_an_empty_one() -> None:
    decoded = decode_settings_table(b"device,services.https\n , \na,true\n")
    assert ([part.device for part in decoded.parts], decoded.problems) == (["a"], ())


def test_of_two_rows_of_a_device_only_what_they_agree_on_is_used() -> None:
    decoded = decode_settings_table(
        b"device,services.https,services.http,services.ftp\na,true,true,\n,,,\na,false,true,false\n"
    )
    assert values(decoded, "a") == {"services.http": "true"}
    assert damaged(decoded, "a") == {"services.https": "line 4", "services.ftp": "line 4"}
    assert [problem.where for problem in decoded.problems] == ["line 4"]


def test_an_unknown_column_is_one_problem_and_its_cells_are_passed_over() -> None:
    decoded = decode_settings_table(b"device,zzz,services.bfcp\na,x,true\nb,y,false\n")
    assert [problem.where for problem in decoded.problems] == ["column zzz"]
    assert values(decoded, "a") == {"services.bfcp": "true"}


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("users", "none", {"users": ""}),
        ("feedback_receivers", "None", {"feedback_receivers": ""}),
        ("device.addresses", "NONE", {"device.addresses": ""}),
        ("device.features", "none", {"device.features": ""}),
        ("device.host_names", "none", {"device.host_names": ""}),
        ("device.serial", "none", {"device.serial": "none"}),
        ("users", "", {}),
    ],
)
def test_the_word_none_is_an_empty_list_and_an_empty_cell_is_nothing(
    column: str, cell: str, expected: dict[str, str]
) -> None:
    decoded = decode_settings_table(f"device,{column}\na,{cell}\n".encode())
    assert (values(decoded, "a"), decoded.problems) == (expected, ())


def test_an_unfinished_quotation_names_the_line() -> None:
    with pytest.raises(Undecodable) as refused:
        decode_settings_table(b'device,users\na,"x\n')
    assert refused.value.where.startswith("line ")
    assert "not a table" in refused.value.reason


def test_a_table_in_neither_encoding_is_refused() -> None:
    with pytest.raises(Undecodable, match="expected UTF-8, UTF-16 or cp1252"):
        decode_settings_table(b"device\n\x81\n")


def test_a_header_without_the_column_device_is_refused_with_its_line() -> None:
    with pytest.raises(Undecodable) as refused:
        decode_settings_table(b"services.https\ntrue\n")
    assert refused.value.where == "line 1"


def test_the_separator_is_the_one_that_the_header_has_more_of() -> None:
    decoded = decode_settings_table(b'device;users;"a,b"\nm;"alice:administrator";x\n')
    assert values(decoded, "m") == {"users": "alice:administrator"}
    assert values(decode_settings_table(b"device\nm\n"), "m") == {}


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('services.https = "perhaps"', {"services.https": "[services] https"}),
        ('services.bfcp = "perhaps"', {"services.bfcp": "[services] bfcp"}),
        ('device.addresses = ["10.1.2.300"]', {"device.addresses": "[device] addresses"}),
        ("users = {}", {"users": "users"}),
        ('[device]\nmodl = "x"', {"device.model": "[device] modl"}),
        ("[Services]\nhttps = true", {"services.https": "[Services] https"}),
        (
            "[servces]\nhttps = true\nbfcp = true",
            {"services.https": "[servces] https", "services.bfcp": "[servces] bfcp"},
        ),
        ("[ocsp]\nenabled = true", {"ssl_certificates.ocsp.enabled": "[ocsp] enabled"}),
        ("[device]\nhttps = true", {"services.https": "[device] https"}),
        ("https = true", {"services.https": "https"}),
        ("[services.https]\nenabled = true", {"services.https": "[services.https] enabled"}),
        ('[users]\nname = "a"\nprivilege = "x"', {"users": "[users] name"}),
        ('[[user]]\nname = "a"\nprivilege = "x"', {"users": "user"}),
        ('[user]\nname = "a"', {"users": "[user] name"}),
        ("services.htps = true", dict.fromkeys(("services.https", "services.http"), "[services] htps")),
        (
            "sip = true",
            dict.fromkeys((setting.key for setting in SETTINGS if setting.key.startswith("sip.")), "sip"),
        ),
        ('zzz = "x"', {}),
    ],
)
def test_a_value_that_is_there_and_cannot_be_used_damages_its_setting(toml: str, expected: dict[str, str]) -> None:
    decoded = decode_settings_toml(toml.encode())
    assert damaged(decoded) == expected
    assert values(decoded) == {}
    assert decoded.problems


def test_a_misspelt_key_beside_the_right_one_damages_it_with_another_value_only() -> None:
    decoded = decode_settings_toml(b'[device]\nmodl = "x"\nmodel = "MCU 4510"')
    assert (values(decoded), damaged(decoded)) == ({}, {"device.model": "[device] modl"})
    assert "device.model is there too, with another value; remove one of them" in decoded.problems[0].reason
    decoded = decode_settings_toml(b'[device]\nmodl = "MCU 4510"\nmodel = "MCU 4510"')
    assert (values(decoded), damaged(decoded)) == ({"device.model": "MCU 4510"}, {})
    decoded = decode_settings_toml(b"[services]\nhttps = true\nhtttps = false")
    assert "services.https" in damaged(decoded)


@pytest.mark.parametrize(
    ("toml", "key", "setting", "home"),
    [
        ('[[users]]\nname = "a"\nprivilege = "guest"\nhttps = false', "[[users]] 1 https", "services.https",
         "into [services] as https"),
        ('[[users]]\nname = "a"\nprivilege = "guest"\nprivate_keyy = "x"', "[[users]] 1 private_keyy",
         "ssl_certificates.private_key", "into [ssl_certificates] as private_key"),
        ('[[feedback_receivers]]\nuri = "http://a"\n[[feedback_receivers]]\nuri = "http://b"\nocsp.enabled = true',
         "[[feedback_receivers]] 2 ocsp.enabled", "ssl_certificates.ocsp.enabled",
         "into [ssl_certificates.ocsp] as enabled"),
    ],
)  # fmt: skip
def test_a_key_below_an_entry_damages_the_setting_and_is_to_be_moved(
    toml: str, key: str, setting: str, home: str
) -> None:
    decoded = decode_settings_toml(toml.encode())
    assert damaged(decoded)[setting] == key
    (problem,) = decoded.problems
    assert problem.where == key
    assert home in problem.reason
    # The entry is kept: the key is none of it.
    assert set(values(decoded)) & {"users", "feedback_receivers"}


def test_an_entry_without_its_own_key_is_named_by_its_keys() -> None:
    for toml, found in (("{}", "found none"), ('{url = "http://a"}', "found the keys url")):
        (problem,) = decode_settings_toml(f"feedback_receivers = [{toml}]".encode()).problems
        assert problem.reason == f'a receiver has the key uri, such as uri = "https://host/RPC2"; {found}'


@pytest.mark.parametrize("key", ["OCSP", "active", "on", "check", '"Use OCSP"', "mode"])
def test_a_key_that_is_similar_to_nothing_damages_what_takes_its_value(key: str) -> None:
    decoded = decode_settings_toml(f"[ssl_certificates.ocsp]\n{key} = true".encode())
    assert "ssl_certificates.ocsp.enabled" in damaged(decoded)
    assert "ssl_certificates.ocsp.enabled" in decoded.problems[0].reason


@pytest.mark.parametrize(
    ("toml", "setting"),
    [
        ('[[accounts]]\nname = "zoe"\nprivilege = "administrator"', "users"),
        ('[[login]]\nname = "zoe"\nprivilege = "guest"', "users"),
        ('callbacks = ["https://host/RPC2"]', "feedback_receivers"),
        ('[[services.feedback_receivers]]\nuri = "https://host/RPC2"', "feedback_receivers"),
    ],
)
def test_a_list_under_another_name_damages_the_setting_that_holds_such_entries(toml: str, setting: str) -> None:
    decoded = decode_settings_toml(toml.encode())
    assert setting in damaged(decoded)
    (problem,) = decoded.problems
    assert f'Did you mean "{setting}"' in problem.reason


def test_a_key_in_fullwidth_letters_damages_its_setting() -> None:
    decoded = decode_settings_toml('[services]\n"ｓｉｐｓ＿ｔｃｐ" = false'.encode())
    assert damaged(decoded).keys() == {"services.sips_tcp"}
    assert 'Did you mean "services.sips_tcp"?' in decoded.problems[0].reason


def test_an_empty_model_is_no_value() -> None:
    for text in ('""', '"  "'):
        decoded = decode_settings_toml(f"[device]\nmodel = {text}".encode())
        assert damaged(decoded) == {"device.model": "[device] model"}
        assert "not a value" in decoded.problems[0].reason


def test_a_user_with_two_privileges_is_not_known() -> None:
    toml = b'users = ["ann:administrator", "bob:guest", "bob:administrator", "ann:Administrator"]'
    decoded = decode_settings_toml(toml)
    assert values(decoded) == {"users": "ann:administrator"}
    assert decoded.parts[0].values[0].incomplete
    assert [one.reason for one in decoded.problems] == [
        'the user "bob" appears twice, with different privileges; remove one of the entries'
    ]


def test_a_table_that_is_named_again_inside_itself_is_one_problem() -> None:
    decoded = decode_settings_toml(b'[ssl_certificates]\nssl_certificates.private_key = "x"')
    assert damaged(decoded).keys() == {"ssl_certificates.private_key"}
    assert [one.reason for one in decoded.problems] == [
        "the table is named twice; inside [ssl_certificates] write private_key alone"
    ]


def test_values_below_a_misspelt_table_are_checked_in_the_same_run() -> None:
    decoded = decode_settings_toml(b'[servces]\nhttps = "maybe"\nhttp = true\n"h2 25" = true\n')
    by_place = {problem.where: problem.reason for problem in decoded.problems}
    assert by_place["[servces]"] == 'unknown table. Did you mean "[services]"?'
    assert "expected true or false" in by_place["[servces] https"]
    assert "services.h225" in by_place["[servces] h2 25"]
    assert len(decoded.problems) == 3
    assert damaged(decoded).keys() >= {"services.https", "services.http", "services.h225"}


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('device.addresses = ["10.1.2.3", "10.1.2.300"]', "10.1.2.3"),
        ('device.host_names = ["a", 3]', "a"),
        ('device.features = ["Encryption", 3]', "Encryption"),
        ('users = ["ann:administrator", "bob"]', "ann:administrator"),
        ('feedback_receivers = ["http://a", "ftp://b"]', "http://a"),
    ],
)
def test_of_a_list_the_good_entries_are_kept_and_it_is_marked_incomplete(toml: str, expected: str) -> None:
    decoded = decode_settings_toml(toml.encode())
    (value,) = decoded.parts[0].values
    assert (value.value, value.incomplete, len(decoded.problems)) == (expected, True, 1)
    assert damaged(decoded) == {}


def test_a_table_damages_what_its_cells_and_columns_were_meant_for() -> None:
    decoded = decode_settings_table(
        b"device,services.https,servces.ftp,users\n"
        b"a,maybe,true,ann:administrator bob\n"
        b"b,true,,\n"
        b"c,true,true,none,x\n"
        b",true,,none\n"
    )
    assert damaged(decoded, "a") == {
        "services.https": "line 2, column services.https",
        "services.ftp": "line 2, column servces.ftp",
        "users": "line 2, column users",
    }
    assert (values(decoded, "b"), damaged(decoded, "b")) == ({"services.https": "true"}, {})
    assert values(decoded, "c") == {}
    assert damaged(decoded, "c") == dict.fromkeys(("services.https", "services.ftp", "users"), "line 4")
    assert [(item.setting, item.where) for item in decoded.unplaced] == [
        ("services.https", "line 5, column device"),
        ("users", "line 5, column device"),
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        *((word, ["services.sips_tcp"]) for word in ("encrypted_sip", "sip_encrypted", "sip_tls", "sips")),
        ("tls", ["services.sips_tcp", "services.https"]),
        ("Encrypted SIP (TLS)", ["services.sips_tcp"]),
        ("Encrypted SIP", ["services.sips_tcp"]),
        ("h323", ["services.h225"]),
        ("web", ["services.http", "services.https"]),
    ],
)
def test_another_word_for_a_service_damages_the_service_that_it_may_mean(name: str, meant: list[str]) -> None:
    hint = f'Did you mean "{meant[0]}"'
    decoded = decode_settings_toml(f'[services]\n"{name}" = false\n'.encode())
    assert (values(decoded), sorted(damaged(decoded))) == ({}, sorted(meant))
    assert [hint in problem.reason for problem in decoded.problems] == [True]
    for column in (name, f"services.{name}"):
        decoded = decode_settings_table(f"device,{column}\na,false\n".encode())
        assert (values(decoded, "a"), sorted(damaged(decoded, "a"))) == ({}, sorted(meant))
        assert [hint in problem.reason for problem in decoded.problems] == [True]


@pytest.mark.parametrize("name", ["foo", "telnet", "ssh"])
def test_an_unknown_service_is_kept_and_is_a_problem(name: str) -> None:
    decoded = decode_settings_toml(f"[services]\n{name} = false\nhttp = true\n".encode())
    assert values(decoded) == {f"services.{name}": "false", "services.http": "true"}
    (problem,) = decoded.problems
    assert (problem.kind, problem.where) == ("unreadable", f"[services] {name}")
    assert "unknown service" in problem.reason
    (problem,) = decode_settings_table(f"device,services.{name}\na,false\n".encode()).problems
    assert "unknown service" in problem.reason


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_a_label_of_a_page_leads_to_its_key(setting: Setting) -> None:
    for written in (setting.label, setting.meaning.rstrip("."), setting.label.upper()):
        if "," in written or ":" in written.rpartition(": ")[2]:
            continue
        decoded = decode_settings_table(f"device,{written}\na,x\n".encode())
        assert f'"{setting.key}"' in decoded.problems[0].reason, written
        assert setting.key in damaged(decoded, "a")


def test_a_label_below_a_table_within_a_table_is_known() -> None:
    key = "ssl_certificates.ocsp.Client certificate security"
    assert near_settings(key) == ("ssl_certificates.client_certificate_security",)


SECURITY = "ssl_certificates.client_certificate_security"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("required", ' Did you mean "Not required" or "Certificate-based authentication required"?'),
        ("cert required", ""),
        ("Certificate based authentication required", ""),
        ("Certificate-based authentication requird", ' Did you mean "Certificate-based authentication required"?'),
        ("not  requried", ' Did you mean "Not required"?'),
    ],
)
def test_a_label_is_suggested_only_if_it_says_the_same(word: str, hint: str) -> None:
    (problem,) = decode_settings_toml(f'{SECURITY} = "{word}"'.encode()).problems
    assert problem.reason.partition(" Did you")[2] == hint.partition(" Did you")[2]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("incoming and outgoing calls", '"Outgoing and incoming calls"?'),
        ("Incoming calls only", ""),
        ("Outgoing call only", '"Outgoing calls only"?'),
    ],
)
def test_no_label_is_suggested_for_its_opposite(word: str, hint: str) -> None:
    (problem,) = decode_settings_toml(f'ssl_certificates.verification_settings = "{word}"'.encode()).problems
    assert problem.reason.partition(" Did you mean ")[2] == hint


@pytest.mark.parametrize(
    ("toml", "damaged"),
    [
        ('client = "Certificate-based authentication required"', {SECURITY}),
        ('[https]\nclient = "Not required"', {SECURITY}),
        ('[https_trust_store]\nsecurity = "Not required"', {SECURITY}),
        ('[ssl_certificates.https_trust_store]\nclient = "Verify certificate"', {SECURITY}),
        ("[services]\nhttps_enabled = false", {"services.https", "services.sips_tcp", "services.http"}),
        ("[services]\nssl = false", {"services.https", "services.sips_tcp", "services.http"}),
        ('[ssl_certificates]\nmode = "Not required"', {SECURITY}),
    ],
)
def test_a_key_that_is_not_known_damages_what_its_value_or_table_may_mean(toml: str, damaged: set[str]) -> None:
    found = decode_settings_toml(toml.encode())
    assert found.problems
    assert damaged <= {item.setting for item in found.parts[0].damaged}


def test_a_service_that_is_not_known_damages_no_service_that_has_its_own_key() -> None:
    found = decode_settings_toml(b"[services]\nhttps = true\nssl = false").parts[0]
    assert "services.https" not in {item.setting for item in found.damaged}


@pytest.mark.parametrize("toml", ['[device]\nnotes = "10.1.2.3"', '[services]\n"my comment" = true'])
def test_a_remark_damages_nothing(toml: str) -> None:
    found = decode_settings_toml(toml.encode())
    assert (bool(found.problems), found.parts[0].damaged) == (True, ())


@pytest.mark.parametrize(
    "toml", ["[ssl_certificates]\n", "[services]\n# https = false\n", "[ssl_certificates]\nocsp = {}\n", "device = {}"]
)
def test_a_file_of_tables_without_keys_holds_nothing(toml: str) -> None:
    with pytest.raises(Undecodable, match="the file contains no settings, only tables without keys"):
        decode_settings_toml(toml.encode())


def test_a_table_without_keys_beside_others_is_damaged() -> None:
    found = decode_settings_toml(b'device.model = "MCU 4510"\n[services]\n# https = false\n')
    assert [problem.where for problem in found.problems] == ["[services]"]
    assert {"services.https", "services.http"} <= {item.setting for item in found.parts[0].damaged}


# Whole files

CLIENT, SERVER = "ssl_certificates.client_certificate_security", "ssl_certificates.server_certificate_security"


def of_table(table: str) -> tuple[str, ...]:
    return tuple(setting.key for setting in SETTINGS if setting.key.startswith(f"{table}."))


def whole(
    *values: tuple[str, str, str],
    damaged: tuple[tuple[str, str, str], ...] = (),
    problems: tuple[tuple[str, str], ...] = (),
) -> DecodedSettings:
    found = tuple(DecodedSetting(*value) for value in values)
    lost = tuple(DamagedSetting(*item) for item in damaged)
    return DecodedSettings(
        (SettingsPart("", found, lost),), tuple(Problem("unreadable", *problem) for problem in problems)
    )


def test_a_value_in_the_place_of_a_table_damages_all_of_it() -> None:
    reason = "expected a table [device] with keys such as model, found a value"
    assert decode_settings_toml(b'device = "x"\n[services]\nhttps = true') == whole(
        ("services.https", "true", "[services] https"),
        damaged=tuple((key, "device", reason) for key in of_table("device")),
        problems=(("device", reason),),
    )


def test_a_misspelt_key_damages_nothing_that_has_its_value() -> None:
    model, serial = ('unknown key. Did you mean "device.model"?', 'unknown key. Did you mean "device.serial"?')
    toml = '[device]\nserail = "c"\nmodl = "a"\nmodel = "a"\nserrial = "d"'
    assert decode_settings_toml(toml.encode()) == whole(
        ("device.model", "a", "[device] model"),
        damaged=(("device.serial", "[device] serail", serial),),
        problems=(("[device] serail", serial), ("[device] modl", model), ("[device] serrial", serial)),
    )


def test_the_value_of_a_misspelt_key_is_checked_where_one_key_is_meant() -> None:
    meant = 'unknown key. Did you mean "device.addresses"?'
    refused = 'expected an IP address such as "10.1.2.3", found "x"'
    assert decode_settings_toml(b'[device]\naddress = ["10.1.2.3", "x"]') == whole(
        damaged=(("device.addresses", "[device] address", meant),),
        problems=(("[device] address", meant), ("[device] address", refused)),
    )
    either = 'unknown key. Did you mean "services.https" or "services.http"?'
    assert decode_settings_toml(b'[services]\nhtps = "maybe"') == whole(
        damaged=(("services.https", "[services] htps", either), ("services.http", "[services] htps", either)),
        problems=(("[services] htps", either),),
    )


@pytest.mark.parametrize(
    ("toml", "where", "damaged"),
    [
        ('[x]\ny = "Not required"', "[x] y", (CLIENT,)),
        ('y = "Not required"', "y", (CLIENT,)),
        (
            '[ssl_certificates]\nprivate_ky = "Not required"',
            "[ssl_certificates] private_ky",
            ("ssl_certificates.private_key", CLIENT),
        ),
    ],
)
def test_a_label_of_one_setting_says_which_is_meant(toml: str, where: str, damaged: tuple[str, ...]) -> None:
    reason = f'unknown key. Did you mean "{CLIENT}"?'
    expected = whole(damaged=tuple((key, where, reason) for key in damaged), problems=((where, reason),))
    assert decode_settings_toml(toml.encode()) == expected


def test_a_label_of_a_setting_that_the_key_resembles_says_nothing_more() -> None:
    where = "[ssl_certificates] certificate_security"
    reason = f'unknown key. Did you mean "{SERVER}" or "{CLIENT}"?'
    assert decode_settings_toml(b'[ssl_certificates]\ncertificate_security = "Not required"') == whole(
        damaged=((SERVER, where, reason), (CLIENT, where, reason)), problems=((where, reason),)
    )


def test_a_misspelt_table_below_another_is_named() -> None:
    reason, key = 'unknown table. Did you mean "[ssl_certificates.ocsp]"?', "ssl_certificates.ocsp.enabled"
    assert decode_settings_toml(b"[ssl_certificates.ocspp]\nenabled = true") == whole(
        damaged=((key, "[ssl_certificates.ocspp] enabled", reason),), problems=(("[ssl_certificates.ocspp]", reason),)
    )


def test_a_label_of_another_setting_than_the_key_resembles_damages_both() -> None:
    where = "[ssl_certificates] server_certificate_securty"
    reason = f'unknown key. Did you mean "{CLIENT}"?'
    refused = 'unknown value "Not required"; expected "No verification" or "Verify certificate".'
    assert decode_settings_toml(b'[ssl_certificates]\nserver_certificate_securty = "Not required"') == whole(
        damaged=((SERVER, where, reason), (CLIENT, where, reason)), problems=((where, reason), (where, refused))
    )


def test_a_label_of_two_settings_damages_both_beside_what_the_key_resembles() -> None:
    where, reason = "[device] serail", 'unknown key. Did you mean "device.serial"?'
    decoded = decode_settings_toml(b'[device]\nserail = "Verify certificate"')
    assert decoded == whole(
        damaged=(("device.serial", where, reason), (CLIENT, where, reason), (SERVER, where, reason)),
        problems=((where, reason),),
    )


@pytest.mark.parametrize(
    ("table", "value", "keys"),
    [
        ("device", '"4.4(3.57)"', ("device.software_version",)),
        ("device", "true", ("device.restart_required",)),
        ("device", "2026-11-23", ("device.collected_at", "device.current_time")),
        ("device", '"x"', ()),
        ("device", '"Not required"', (CLIENT,)),
        ("device", '"Verify certificate"', (CLIENT, SERVER)),
        ("sip", '"Use trunk"', ("sip.outbound_call_configuration",)),
        ("sip", "true", ("sip.use_local_certificate_for_outgoing",)),
    ],
)
def test_a_value_of_an_unknown_key_damages_the_settings_that_could_have_it(
    table: str, value: str, keys: tuple[str, ...]
) -> None:
    where = f"[{table}] qqqqqqqqqqqq"
    decoded = decode_settings_toml(f"[{table}]\nqqqqqqqqqqqq = {value}".encode())
    (problem,) = decoded.problems
    assert decoded == whole(
        damaged=tuple((key, where, problem.reason) for key in keys), problems=((where, problem.reason),)
    )


def test_the_keys_of_a_misspelt_table_are_all_checked_and_the_table_is_named_once() -> None:
    toml = '[devices]\nmodel = "a"\nmodl = true\nserial = 5.0\naddresses = ["x"]'
    table = 'unknown table. Did you mean "[device]"?'
    keys = ("model", "serial", "addresses")
    assert decode_settings_toml(toml.encode()) == whole(
        damaged=tuple((f"device.{key}", f"[devices] {key}", table) for key in keys),
        problems=(
            ("[devices]", table),
            ("[devices] modl", 'unknown key. Did you mean "device.model"?'),
            ("[devices] modl", "expected text, found true"),
            ("[devices] addresses", 'expected an IP address such as "10.1.2.3", found "x"'),
        ),
    )


def test_a_label_below_a_misspelt_table_damages_its_setting_for_the_table() -> None:
    toml = b'[device_]\nmodl = "Not required"'
    table = 'unknown table. Did you mean "[device]"?'
    lost = {item.setting: item.reason for item in decode_settings_toml(toml).parts[0].damaged}
    assert lost == {"device.model": table, CLIENT: table}


def test_a_service_that_is_not_known_is_kept_and_may_be_another() -> None:
    known = "http, https, ftp, sip_tcp, sip_udp, sips_tcp, h225, snmp, bfcp, conferenceme, gatekeeper, mms, rtsp"
    reason = (
        f"unknown service, which no check uses. Known are {known}. Remove the line or column if the device has no "
        "service of this name"
    )
    where, refused = "[services] foo", 'expected true or false, found "maybe"'
    others = tuple(key for key in of_table("services") if key != "services.https")
    assert decode_settings_toml(b'[services]\nhttps = true\ntelnet = 1\nfoo = "maybe"\nbfcp = 0') == whole(
        ("services.https", "true", "[services] https"),
        ("services.telnet", "true", "[services] telnet"),
        ("services.bfcp", "false", "[services] bfcp"),
        damaged=(*((key, "[services] telnet", reason) for key in others), ("services.foo", where, refused)),
        problems=(("[services] telnet", reason), (where, refused)),
    )


def test_an_empty_text_is_no_list() -> None:
    reason = 'found "", which is not a list entry; write [] if there is none'
    toml = b'users = " "\n[device]\naddresses = ""\nhost_names = []\nserial = ""'
    assert decode_settings_toml(toml) == whole(
        ("device.host_names", "", "[device] host_names"),
        ("device.serial", "", "[device] serial"),
        damaged=(("users", "users", reason), ("device.addresses", "[device] addresses", reason)),
        problems=(("users", reason), ("[device] addresses", reason)),
    )


def test_a_list_without_a_good_entry_is_damaged_and_one_with_some_is_incomplete() -> None:
    toml = b'[device]\naddresses = ["10.1.2.3", "x", "y"]\nhost_names = [1, 2]'
    one, two = (f'expected an IP address such as "10.1.2.3", found "{word}"' for word in "xy")
    three, four = (f"expected a list of strings, found {word}" for word in "12")
    expected = whole(
        damaged=(("device.host_names", "[device] host_names", three),),
        problems=(
            ("[device] addresses", one),
            ("[device] addresses", two),
            ("[device] host_names", three),
            ("[device] host_names", four),
        ),
    )
    decoded = decode_settings_toml(toml)
    assert decoded.parts[0].values == (DecodedSetting("device.addresses", "10.1.2.3", "[device] addresses", True),)
    assert (decoded.parts[0].damaged, decoded.problems) == (expected.parts[0].damaged, expected.problems)


def no_key(name: str) -> str:
    return f"the table has no key. Write the keys that it should have, or remove the line [{name}]"


@pytest.mark.parametrize(
    ("table", "meant"),
    [
        ("device", "device"),
        ("ssl_certificates", "ssl_certificates"),
        ("ssl_certificates.ocsp", "ssl_certificates.ocsp"),
        ("ssl_certificate", "ssl_certificates"),
        ("ocsp", "ssl_certificates.ocsp"),
    ],
)
def test_a_table_without_a_key_may_have_lost_each(table: str, meant: str) -> None:
    where = f"[{table}]"
    assert decode_settings_toml(f"[services]\nhttp = true\n[{table}]".encode()) == whole(
        ("services.http", "true", "[services] http"),
        damaged=tuple((key, where, no_key(table)) for key in of_table(meant)),
        problems=((where, no_key(table)),),
    )


def test_another_table_without_a_key_says_nothing() -> None:
    expected = whole(
        ("services.http", "true", "[services] http"),
        damaged=(("users", "users", "expected users, found {}"),),
        problems=(("users", "expected users, found {}"),),
    )
    assert decode_settings_toml(b"[services]\nhttp = true\n[xyz]\n[device.qqqqqqqq.r]\n[users]") == expected


@pytest.mark.parametrize(
    ("toml", "where", "key"),
    [("[device.model]\na = 1", "[device.model] a", "device.model"), ('model = "x"', "model", "device.model")],
)
def test_a_key_in_the_wrong_place_damages_the_one_that_is_meant(toml: str, where: str, key: str) -> None:
    (problem,) = decode_settings_toml(toml.encode()).problems
    assert decode_settings_toml(toml.encode()) == whole(
        damaged=((key, where, problem.reason),), problems=((where, problem.reason),)
    )
    assert key in problem.reason
