"""One value of a setting: each form that is read, what the frames have of it, and what a reader is told otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from mcuaudit.decode.values import ReadValue, name_list, read_value
from mcuaudit.domain.settings import SETTING_BY_KEY, Setting, ValueKind
from mcuaudit.errors import Undecodable

CALLS = ("No verification", "Outgoing calls only", "Outgoing calls and incoming calls")


def read(kind: ValueKind, value: Any, *labels: str) -> ReadValue:
    return read_value(Setting("a.b", kind, "", "", labels), value)


def reason_of(kind: ValueKind, value: Any, *labels: str) -> str:
    found = read(kind, value, *labels)
    assert found.text is None
    (reason,) = found.reasons
    return reason


# Texts


@pytest.mark.parametrize(
    ("value", "text"), [("a", "a"), (" a b \n", "a b"), ("", ""), (45, "45"), (4.5, "4.5"), (0, "0")]
)
def test_a_text_or_a_number_is_a_text_without_space_around_it(value: Any, text: str) -> None:
    assert read(ValueKind.TEXT, value) == ReadValue(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(True, "true"), (False, "false"), (["a"], '["a"]'), ({"a": 1}, "{a = 1}"), (date(2026, 11, 9), "2026-11-09")],
)
def test_another_type_is_no_text(value: Any, shown: str) -> None:
    assert reason_of(ValueKind.TEXT, value) == f"expected text, found {shown}"


@pytest.mark.parametrize(
    "word",
    ["#N/A", "#REF!", "#NAME?", "#NV", "#ÜBERLAUF!", "-", "--", "\u2013", "\u2014", "?", "...", "n/a", "N/A", "n/a.",
     "n./a", "tbd", "TBD", "Unknown"],
)  # fmt: skip
def test_what_stands_for_nothing_is_no_value(word: str) -> None:
    expected = f'found "{word}", which is not a value; remove the key or the cell if the value is unknown'
    assert reason_of(ValueKind.TEXT, f" {word}\n") == expected
    assert reason_of(ValueKind.LABEL, word, "On") == expected
    assert reason_of(ValueKind.VERSION, word) == expected


@pytest.mark.parametrize("word", ["#1", "n", "nab", "tbd.", "unknown host", "a-", "#N a"])
def test_what_only_resembles_it_is_a_text(word: str) -> None:
    assert read(ValueKind.TEXT, word) == ReadValue(word)


# Labels


@pytest.mark.parametrize("value", ["Outgoing calls only", "outgoing  CALLS\tonly ", " Outgoing calls only"])
def test_a_label_is_written_as_the_page_has_it(value: str) -> None:
    assert read(ValueKind.LABEL, value, *CALLS) == ReadValue("Outgoing calls only")


EXPECTED = 'expected "No verification", "Outgoing calls only" or "Outgoing calls and incoming calls".'
ONLY, BOTH = '"Outgoing calls only"', '"Outgoing calls and incoming calls"'


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("outgoing", f" Did you mean {ONLY} or {BOTH}?"),
        ("Calls OUTGOING", f" Did you mean {ONLY} or {BOTH}?"),
        ("incoming", f" Did you mean {BOTH}?"),
        ("outg calls only", f" Did you mean {ONLY}?"),
        ("out calls only", ""),
        ("outgonig calls only", f" Did you mean {ONLY}?"),
        ("incoming calls only", ""),
        ("going calls only", ""),
        ("outgx calls only", ""),
        ("only outgoing calls", f" Did you mean {ONLY}?"),
        ("Outgoing calls always", ""),
        ("no verif", ' Did you mean "No verification"?'),
        ("no verif.", ' Did you mean "No verification"?'),
        ("no verifs", ' Did you mean "No verification"?'),
        ("no ver", ""),
        ("on verif", ""),
        ("outgoing call", ""),
        ("something else", ""),
    ],
)
def test_another_label_is_refused_with_those_it_may_be_meant_for(value: str, hint: str) -> None:
    assert reason_of(ValueKind.LABEL, value, *CALLS) == f'unknown value "{value}"; {EXPECTED}{hint}'


# True and false


@pytest.mark.parametrize("value", [True, 1, "1", " TRUE ", "yes", "On", "WAHR", "\u2713", "\u306f\u3044"])
def test_words_for_true(value: Any) -> None:
    assert read(ValueKind.BOOLEAN, value) == ReadValue("true")


@pytest.mark.parametrize("value", [False, 0, "0", "false\n", "No", "off", "FALSCH", "not ticked", "\u2610"])
def test_words_for_false(value: Any) -> None:
    assert read(ValueKind.BOOLEAN, value) == ReadValue("false")


@pytest.mark.parametrize("value", ["x", "X", "×", "✕", "✖", "✗", "✘", "☒", "❌", "❎"])
def test_a_cross_may_be_a_tick(value: str) -> None:
    reason = f'expected true or false, found "{value}", which may be a tick or a cross'
    assert reason_of(ValueKind.BOOLEAN, value) == reason


@pytest.mark.parametrize(("value", "shown"), [("", '""'), ("maybe", '"maybe"'), (2, "2"), (1.0, "1.0"), ([], "[]")])
def test_another_word_is_neither_true_nor_false(value: Any, shown: str) -> None:
    assert reason_of(ValueKind.BOOLEAN, value) == f"expected true or false, found {shown}"


# Times and versions


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-11-23", "2026-11-23T00:00:00+00:00"),
        (" 2026-11-23T12:00Z ", "2026-11-23T12:00:00+00:00"),
        ("2026-11-23T12:00+02:00", "2026-11-23T10:00:00+00:00"),
        (date(2026, 11, 23), "2026-11-23T00:00:00+00:00"),
        (datetime(2026, 11, 23, 12, tzinfo=UTC), "2026-11-23T12:00:00+00:00"),
        (datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=2))), "2026-11-23T10:00:00+00:00"),
    ],
)
def test_a_time_is_in_utc(value: Any, text: str) -> None:
    assert read(ValueKind.TIME, value) == ReadValue(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("", '""'), ("today", '"today"'), ("2026-11-23T12:00", '"2026-11-23T12:00"'), ("23.11.2026", '"23.11.2026"'),
     (20261123, "20261123"), (True, "true"), (["2026-11-23"], '["2026-11-23"]')],
)  # fmt: skip
def test_what_is_no_time_is_shown_with_the_forms_that_are(value: Any, shown: str) -> None:
    expected = f"{shown} is not a date (2026-11-23) or a time with a time zone (2026-11-23T12:00Z)"
    assert reason_of(ValueKind.TIME, value) == expected


def test_a_time_of_toml_without_a_zone_is_refused() -> None:
    expected = "the time 2026-11-23T12:00:00 has no time zone; write for example 2026-11-23T12:00:00Z"
    assert reason_of(ValueKind.TIME, datetime(2026, 11, 23, 12)) == expected  # noqa: DTZ001 - it is the case


@pytest.mark.parametrize(
    "value",
    ["4.4(3.57)", "4.4", " 4.10(1.2) ", "4.5(1.71) build-2", "4.5(1.71)P1", "4.5(1.71) Patch 2", "4.5(1.71) beta"],
)
def test_a_version_is_kept_as_written(value: str) -> None:
    assert read(ValueKind.VERSION, value) == ReadValue(value.strip())


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (4.1, 'found the number 4.1; write the version in double quotes, such as "4.4(3.57)"'),
        (4, 'found the number 4; write the version in double quotes, such as "4.4(3.57)"'),
        (True, "expected text, found true"),
        ("four", 'expected major.minor(branch.build) such as "4.4(3.57)", found "four"'),
        ("4", 'expected major.minor(branch.build) such as "4.4(3.57)", found "4"'),
        (
            "4.4(3.57) not yet",
            'expected major.minor(branch.build) such as "4.4(3.57)", found "4.4(3.57) not yet"',
        ),
        ("v4.4", 'expected major.minor(branch.build) such as "4.4(3.57)", found "v4.4"'),
    ],
)
def test_what_is_no_version_is_refused(value: Any, reason: str) -> None:
    assert reason_of(ValueKind.VERSION, value) == reason


# Models and URLs


@pytest.mark.parametrize("value", ["MCU 4510", "MCU MSE 8510 in MSE 8000", "TelePresence Server 7010", "MCU 4501 HD"])
def test_one_model_is_a_model(value: str) -> None:
    assert read_value(SETTING_BY_KEY["device.model"], value) == ReadValue(value)


@pytest.mark.parametrize(
    "value", ["MCU 4510 / TS 8710", "MCU 4510 → TS 7010", "MCU 4505 or MCU 5310", "MCU, TelePresence Server"]
)
def test_several_models_are_none(value: str) -> None:
    reason = f'found "{value}", which may name several models; write that of this device'
    assert read_value(SETTING_BY_KEY["device.model"], value) == ReadValue(None, (reason,))


@pytest.mark.parametrize("value", ["http://ocsp.example.com", " HTTPS://ocsp.example.com:8080/x ", ""])
def test_a_url_is_kept_as_written(value: str) -> None:
    assert read(ValueKind.URL, value) == ReadValue(value.strip())


@pytest.mark.parametrize(
    "value", ["ocsp.example.com", "htps://ocsp.example.com/", "https：//ocsp.example.com", "ldap://x"]
)
def test_what_is_no_url_of_http_is_refused(value: str) -> None:
    expected = f'expected an http or https URL such as "http://ocsp.example.com/", found "{value}"'
    assert reason_of(ValueKind.URL, value) == expected


# Lists of names, addresses and features


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        ("a", ["a"]),
        ("a b,c;d\ne\tf ,; g", ["a", "b", "c", "d", "e", "f", "g"]),
        (" ,;\ta\r\n;, ", ["a"]),
        ("", [""]),
        (["a b", "c"], ["a", "b", "c"]),
        (["a", 5, None], ["a", 5, None]),
        ([], []),
    ],
)
def test_a_list_of_names_is_split(value: Any, entries: list[Any]) -> None:
    assert name_list(value) == entries


@pytest.mark.parametrize("kind", [ValueKind.NAMES, ValueKind.ADDRESSES, ValueKind.FEATURES, ValueKind.URIS])
@pytest.mark.parametrize(("value", "shown"), [(5, "5"), (True, "true"), ({"a": "b"}, '{a = "b"}')])
def test_what_is_no_list_is_refused(kind: ValueKind, value: Any, shown: str) -> None:
    assert reason_of(kind, value) == f"expected a list of strings, found {shown}"


def test_a_list_of_names_is_none_of_another_type() -> None:
    with pytest.raises(Undecodable, match=r"^expected a list of strings, found 5$"):
        name_list(5)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b a", "a b"),
        (["a", " b "], "a b"),
        ([], ""),
        ("", ""),
        ("\u00e4", "\\xe4"),
    ],
)
def test_names_are_kept_once_and_in_their_order(value: Any, text: str) -> None:
    assert read(ValueKind.NAMES, value) == ReadValue(text)


def test_of_a_list_what_can_be_read_is_kept_and_each_reason_given_once() -> None:
    reasons = ("expected a list of strings, found 5", "expected a list of strings, found 6")
    assert read(ValueKind.NAMES, ["a", 5, 6, 5, "b"]) == ReadValue("a b", reasons)
    assert read(ValueKind.NAMES, [5, 6]) == ReadValue(None, reasons)
    empty = 'found "", which is not a list entry; write the entry, or remove it'
    assert read(ValueKind.NAMES, [5, ""]) == ReadValue(None, (empty, reasons[0]))
    assert read(ValueKind.NAMES, ["", "a"]) == ReadValue("a", (empty,))
    assert read(ValueKind.ADDRESSES, ["10.1.2.3", " "]) == ReadValue("10.1.2.3", (empty,))
    assert read(ValueKind.URIS, ["http://a", ""]) == ReadValue("http://a", (empty,))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3, 2001:DB8::1", "10.1.2.3 2001:db8::1"),
        ("10.1.2.3/24", "10.1.2.3"),
        ("10.1.2.3/255.255.255.0", "10.1.2.3"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1%eth0]", "2001:db8::1"),
        ("2001:db8::1%eth0/64", "2001:db8::1"),
        ("fe80::1", ""),
        ("169.254.1.1", ""),
        ("254.1.1.1", "254.1.1.1"),
        ("25.5.1.1", "25.5.1.1"),
        ("255::1", "255::1"),
    ],
)
def test_addresses_have_no_prefix_length_and_no_zone(value: Any, text: str) -> None:
    assert read(ValueKind.ADDRESSES, value) == ReadValue(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("mcu", '"mcu"'), ("10.1.2", '"10.1.2"'), ("10.1.2.3/33", '"10.1.2.3/33"'), ("10.1.2.3/24/8", '"10.1.2.3/24/8"'),
     ("/24", '"/24"'), ("10.1.2.3/", '"10.1.2.3/"'), ("10.1.2.3:443", '"10.1.2.3:443"'), ("x10.1.2.3", '"x10.1.2.3"')],
)  # fmt: skip
def test_what_is_no_address_is_refused(value: str, shown: str) -> None:
    assert reason_of(ValueKind.ADDRESSES, value) == f'expected an IP address such as "10.1.2.3", found {shown}'


def test_a_mask_is_no_address() -> None:
    expected = '"255.255.255.0" is a network mask; write the address alone, as in "10.1.2.3"'
    assert read(ValueKind.ADDRESSES, "10.1.2.3 255.255.255.0") == ReadValue("10.1.2.3", (expected,))
    assert reason_of(ValueKind.ADDRESSES, [5]) == "expected a list of strings, found 5"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Secure management (HTTPS); Encryption ;", "Secure\\x20management\\x20(HTTPS) Encryption"),
        ("Secure management (HTTPS), Encryption", "Secure\\x20management\\x20(HTTPS) Encryption"),
        (["Encryption", "a;b, c"], "Encryption a;b,\\x20c"),
        ("a, b\nc", "a b c"),
        ([], ""),
    ],
)
def test_names_of_features_may_have_spaces(value: Any, text: str) -> None:
    assert read(ValueKind.FEATURES, value) == ReadValue(text)


# URIs


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("http://a", "http://a"),
        ("HTTPS://a/RPC2", "HTTPS://a/RPC2"),
        ("http://a https://b", "http://a https://b"),
        ("http://a, https://b;http://c;; http://d,", "http://a https://b http://c http://d"),
        ("http://a,https://b", "http://a https://b"),
        ("http://a/x,y;z", "http://a/x,y;z"),
        (" ;,\nhttp://a\t;", "http://a"),
        (["\u00a0http://a "], "http://a"),
        ([{"uri": "http://a"}, "http://b"], "http://a http://b"),
        ([], ""),
        ("", ""),
        (" , ", ""),
    ],
)
def test_uris_are_separated_by_spaces_or_before_the_next(value: Any, text: str) -> None:
    assert read(ValueKind.URIS, value) == ReadValue(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("ftp://a", '"ftp://a"'), ("a.example.com", '"a.example.com"'), ("http://", '"http://"'), ("httpx://a", '"httpx://a"'),
     ("http://[::1", '"http://[::1"'), ("https:/a", '"https:/a"')],
)  # fmt: skip
def test_what_is_no_http_uri_is_refused(value: str, shown: str) -> None:
    assert (
        reason_of(ValueKind.URIS, value) == f'expected an http or https URI such as "https://host/RPC2", found {shown}'
    )


@pytest.mark.parametrize(("entry", "shown"), [(5, "5"), ({"uri": 5}, "5"), ([], "[]")])
def test_an_entry_that_is_no_uri_is_refused(entry: Any, shown: str) -> None:
    expected = f'expected an http or https URI such as "https://host/RPC2", found {shown}'
    assert read(ValueKind.URIS, ["http://a", entry]) == ReadValue("http://a", (expected,))


# Users


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ann:administrator", "ann:administrator"),
        ("ann: Administrator ", "ann:administrator"),
        ("ann:administrator bob:viewer", "ann:administrator bob:viewer"),
        ("ann:administrator bob:conference list only", "ann:administrator bob:conference\\x20list\\x20only"),
        (
            "ann:administrator;bob lee:full control,,;\ncat:guest",
            "ann:administrator bob\\x20lee:full\\x20control cat:guest",
        ),
        ("ann:administrator\nbob:viewer", "ann:administrator bob:viewer"),
        ("ann:administrator; ;bob:viewer", "ann:administrator bob:viewer"),
        ("ann lee:viewer;", "ann\\x20lee:viewer"),
        ("", ""),
        (" \t", ""),
        ([], ""),
        (["ann lee:Conference  Creation"], "ann\\x20lee:Conference\\x20\\x20Creation"),
        ([" ann :viewer"], "ann:viewer"),
        (["a:b:viewer"], "a:b:viewer"),
        (["control:viewer"], "control:viewer"),
        (["full|ann:viewer"], "full|ann:viewer"),
        ([{"name": "ann", "privilege": "Administrator"}], "ann:administrator"),
        ([{"name": " ann ", "privilege": " viewer "}], "ann:viewer"),
        (["ann:Conference detail"], "ann:Conference\\x20detail"),
        (["ann:READ only"], "ann:READ\\x20only"),
    ],
)
def test_users_have_their_privilege(value: Any, text: str) -> None:
    assert read(ValueKind.USERS, value) == ReadValue(text)


TWO_USERS = '"ann:administrator; guest:conference list only"'
BY_SEMICOLONS = f"separate the users by semicolons where a name or privilege has a space, as in {TWO_USERS}"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (5, "expected users, found 5"),
        ({"name": "ann"}, 'expected users, found {name = "ann"}'),
        ("ann", 'expected name:privilege, found "ann"'),
        ("ann bob", 'expected name:privilege, found "ann bob"'),
        ("ann ; ", 'expected name:privilege, found "ann"'),
        (
            "ann lee:viewer bob:viewer",
            f'found "ann lee:viewer bob:viewer"; {BY_SEMICOLONS}',
        ),
        (
            "ann:full control bob:viewer",
            f'found "ann:full control bob:viewer"; {BY_SEMICOLONS}',
        ),
        (
            "ann lee:viewer",
            f'found "ann lee:viewer"; {BY_SEMICOLONS}',
        ),
        ([5], "a user has the keys name and privilege, found 5"),
        ([{"name": "ann", "level": "x"}], 'a user has the keys name and privilege, found {name = "ann", level = "x"}'),
        ([{"privilege": "viewer"}], 'a user has the keys name and privilege, found {privilege = "viewer"}'),
        (
            [{"name": 5, "privilege": "viewer"}],
            'a user has the keys name and privilege, found {name = 5, privilege = "viewer"}',
        ),
        (
            [{"name": "ann", "privilege": 5}],
            'a user has the keys name and privilege, found {name = "ann", privilege = 5}',
        ),
        ([{"name": "ann"}], 'user "ann" has no privilege; for example "administrator"'),
        (["ann: "], 'user "ann" has no privilege; for example "administrator"'),
        (
            ["ann:administrator:viewer"],
            f'found "ann:administrator:viewer"; separate users by semicolons, as in {TWO_USERS}',
        ),
        (
            ["ann:Administrator|bob:viewer"],
            f'found "ann:Administrator|bob:viewer"; separate users by semicolons, as in {TWO_USERS}',
        ),
        (
            ["a:\tfull control|bob:viewer"],
            f'found "a:\\tfull control|bob:viewer"; separate users by semicolons, as in {TWO_USERS}',
        ),
        (["ann:admin"], 'user "ann" has the privilege "admin". Did you mean "administrator"?'),
        (["ann:admin (full)"], 'user "ann" has the privilege "admin (full)". Did you mean "administrator"?'),
        (["ann:Aministrator"], 'user "ann" has the privilege "Aministrator". Did you mean "administrator"?'),
        (
            ["ann: \u0430dministrator"],
            'user "ann" has the privilege " \u0430dministrator". Did you mean "administrator"? Found U+0430 instead of '
            "U+0061.",
        ),
        (
            ["ann:boss"],
            'user "ann" has the privilege "boss", which is not a privilege level of the device, from '
            '"administrator" to "conference list only"; write it as the page of the device has it',
        ),
    ],
)
def test_what_is_no_user_is_refused(value: Any, reason: str) -> None:
    assert reason_of(ValueKind.USERS, value) == reason
