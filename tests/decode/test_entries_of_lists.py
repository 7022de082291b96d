"""Entries of lists: commas and semicolons that are part of a name stay there; and the privilege levels of users."""

from __future__ import annotations

import pytest

from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.values import name_list, read_value
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import SETTING_BY_KEY

WHOLE = (
    "sip:room.example.com;transport=tls",
    "sip:room.example.com:5061;transport=tls;lr",
    "sips:ann,b@host.example.com",
    "SIP:ann;x@host.example.com",
    "https://host.example.com/a;b,c",
    "host.example.com;transport=tls",
    "ann,b@host.example.com",
)


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("as_list", [True, False])
def test_a_uri_stays_whole(name: str, as_list: bool) -> None:
    assert name_list([name] if as_list else name) == [name]


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("key", ["identifiers", "expects"])
def test_a_uri_of_a_peer_stays_whole(name: str, key: str) -> None:
    peers = decode_peers(f'[[peer]]\nname = "room"\nconnections = []\n{key} = ["{name}", "b.example.com"]\n'.encode())
    assert not peers.problems
    assert peers.peers[0].values[key] == (name, "b.example.com")


@pytest.mark.parametrize("name", WHOLE)
def test_a_uri_in_a_setting_stays_whole(name: str) -> None:
    """In the frame as in a cell of settings.csv, which holds one text."""
    setting = SETTING_BY_KEY["device.host_names"]
    for value in ([name, "b.example.com"], f"{name} b.example.com"):
        assert split_names(read_value(setting, value).text or "") == (name, "b.example.com")


@pytest.mark.parametrize(
    "privilege",
    ["administrator", "conference creation and full control", "conference creation and limited control",
     "conference creation", "conference detail", "conference list plus streaming", "conference list only"],
)  # fmt: skip
def test_the_seven_privilege_levels_are_read(privilege: str) -> None:
    read = read_value(SETTING_BY_KEY["users"], [{"name": "ann", "privilege": privilege}])
    assert (split_names(read.text or ""), read.reasons) == ((f"ann:{privilege}",), ())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.example.com,b.example.com;c.example.com", ["a.example.com", "b.example.com", "c.example.com"]),
        ("sip:a@h;lr,sip:b@h;lr", ["sip:a@h;lr", "sip:b@h;lr"]),
        ("a.example.com , b.example.com", ["a.example.com", "b.example.com"]),
        ("sip:a@h;lr, b.example.com", ["sip:a@h;lr", "b.example.com"]),
        ("10.1.1.1/24,2001:db8::1/64", ["10.1.1.1/24", "2001:db8::1/64"]),
    ],
)
def test_names_without_such_parts_are_separated(text: str, names: list[str]) -> None:
    assert name_list(text) == name_list([text]) == names
