"""The members of a response: found by their name or nearly so, and what stands in the place of a value."""

from __future__ import annotations

from typing import Any

import pytest

from mcuaudit.decode.response_members import is_on, member, no_list, no_struct, shown_value
from mcuaudit.decode.xml_rpc import Nil, Unread


def meant(word: str) -> Unread:
    return Unread(f'unknown member. Did you mean "{word}"?')


@pytest.mark.parametrize(
    ("struct", "name", "value", "at"),
    [
        ({}, "model", None, "model"),
        ({"model": "x"}, "model", "x", "model"),
        ({"model": None, "Model": None}, "model", None, "model"),
        ({"model": "x", "Model": "x"}, "model", "x", "model"),
        ({"model": "x", "MODEL": "y"}, "model", Unread("the member is there twice"), "model"),
        ({"hostName": "x", "host_name": "y"}, "hostName", Unread("the member is there twice"), "hostName"),
        # Of a member that is there, one with another letter is none.
        ({"model": "x", "modell": "y"}, "model", "x", "model"),
        ({"Model": "x"}, "model", meant("model"), "Model"),
        ({"a": 1, "modell": "x", "Model": "y"}, "model", meant("model"), "modell"),
        ({"soft-ware_version": "x"}, "softwareVersion", meant("softwareVersion"), "soft-ware_version"),
        ({"mod": "x"}, "model", None, "model"),
        ({"": "x"}, "model", Unread("a member of the struct has no name"), "model"),
        ({"": "x", "Model": "y"}, "model", meant("model"), "Model"),
        ({"": "x", "model": "y"}, "model", "y", "model"),
    ],
)
def test_a_member_is_found_by_its_name_or_nearly_so(struct: dict[str, Any], name: str, value: Any, at: str) -> None:
    assert member(struct, name) == (value, at)


@pytest.mark.parametrize(
    "word",
    ["model", "serial", "softwareVersion", "currentTime", "rebootRequired", "hostName", "activatedFeatures", "portA",
     "portB", "ipv4Address", "ipAddress", "ipv6Address", "ipAddressV6", "ports", "port", "services", "name", "type",
     "enabled", "setting", "receivers", "receiverURI", "sourceIdentifier", "index"],
)  # fmt: skip
def test_a_member_with_a_meaning_of_its_own_is_no_misspelling_of_another(word: str) -> None:
    assert member({word: "x"}, f"{word}s") == (None, f"{word}s")
    assert member({f"{word}s": "x"}, word)[0] == (None if word == "port" else meant(word))


@pytest.mark.parametrize("value", [True, 1, "1", "true", " TRUE ", "yes", "On", "enabled"])
def test_a_tick_box_is_on(value: Any) -> None:
    assert is_on(value) is True


@pytest.mark.parametrize("value", [False, 0, "0", "false", "No\n", "off", "DISABLED"])
def test_a_tick_box_is_off(value: Any) -> None:
    assert is_on(value) is False


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2, "2"), ("maybe", '"maybe"'), ("", '""'), (Nil(), "<nil/>"), ([], "an array"), ({}, "a struct"), (1.0, "1.0")],
)
def test_another_value_is_no_tick_box(value: Any, shown: str) -> None:
    assert is_on(value) == Unread(f"expected 0 or 1, found {shown}")


def test_what_could_not_be_read_keeps_its_reason() -> None:
    unread = Unread("x")
    assert is_on(unread) == no_list(unread) == no_struct(unread) == unread


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "nothing"),
        (Nil(), "<nil/>"),
        ({"a": 1}, "a struct"),
        ([1], "an array"),
        ("a", '"a"'),
        (True, "true"),
        (5, "5"),
    ],
)
def test_a_value_in_a_message(value: Any, shown: str) -> None:
    assert shown_value(value) == shown
    assert no_list(value) == Unread(f"expected an array, found {shown}")
    assert no_struct(value) == Unread(f"expected a struct, found {shown}")
