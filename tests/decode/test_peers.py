"""peers.toml: every key in its form, and what is refused while the rest is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.records import DecodedPeers
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.domain.products import PRODUCTS
from mcuaudit.errors import Undecodable
from tests.hints import hint_of


def peer(lines: str) -> DecodedPeers:
    return decode_peers(f'[[peer]]\nname = "room"\n{lines}'.encode())


def value(lines: str, key: str) -> Any:
    decoded = peer(lines)
    assert decoded.problems == ()
    (declared,) = decoded.peers
    return declared.values[key]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('product = "expressway"', "Expressway"),
        ('product = " unified cm "', "Unified CM"),
        ('connections = ["Incoming_SIP", "web_user"]', ("incoming_sip", "web_user")),
        ('connections = "outgoing_sip"', ("outgoing_sip",)),
        ("connections = []", ()),
        ('route = "Direct"', "direct"),
        ('route = "proxied"', "proxied"),
        ('identifiers = [" room.example.com ", "10.1.2.3"]', ("room.example.com", "10.1.2.3")),
        ('identifiers = "room.example.com"', ("room.example.com",)),
        ('certificate = "peers/room.pem"', "peers/room.pem"),
        ("certificate = false", False),
        ("chain_complete = true", True),
        ("chain_complete = false", False),
        ('trust_store = " peers/trusted.pem "', "peers/trusted.pem"),
        ('standard = "RFC5922"', "rfc5922"),
        ('expects = ["mcu.example.com"]', ("mcu.example.com",)),
        ('user = "Alice"', "Alice"),
        ('ocsp_response = "peers/alice.ocsp"', "peers/alice.ocsp"),
        ('device = "leeds/mcu-1"', "leeds/mcu-1"),
    ],
)
def test_each_key_is_read_in_its_form(line: str, expected: Any) -> None:
    found = value(line, line.split(" =")[0])
    assert found == expected
    assert type(found) is type(expected)


def test_only_the_keys_that_stand_there_have_values() -> None:
    (declared,) = peer("").peers
    assert (declared.name, declared.values, declared.where) == ("room", {"name": "room"}, '[[peer]] 1 "room"')


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('product = "express way"', 'Did you mean "Expressway"?'),
        ('product = "CUCM"', 'Did you mean "Unified CM"?'),
        ('product = "Cisco VCS"', 'Did you mean "Expressway"?'),
        ('product = "Edge"', 'Did you mean "browser" or "Expressway"?'),
        ('product = "MCU"', 'An MCU of the fleet is named with device = "site/device" in place of product.'),
        ("product = 3", "expected a string"),
        ('product = " "', "expected a string"),
        ('connections = ["incoming"]', 'unknown value "incoming"; expected "incoming_sip"'),
        ("connections = [1]", "expected a string, found 1"),
        ("identifiers = 3", "expected a list of strings"),
        ("identifiers = {a = 1}", "expected a list of strings"),
        ('route = "by foot"', 'expected "proxied" or "direct".'),
        ("certificate = true", "or false if the peer presents no certificate"),
        ("certificate = 1", "expected a string"),
        ('chain_complete = "yes"', "expected true or false"),
        ("chain_complete = 1", "expected true or false"),
        ('standard = "rfc2818"', '"rfc9525"'),
        ('device = "mcu-1"', 'expected "site/device"'),
        ('device = "a/b/c"', 'expected "site/device"'),
        ('device = "/mcu-1"', 'expected "site/device"'),
        ('device = "leeds/"', 'expected "site/device"'),
        ('certficate = "x"', 'Did you mean "certificate"?'),
    ],
)
def test_a_wrong_value_is_a_problem_and_the_rest_of_the_peer_is_kept(line: str, words: str) -> None:
    decoded = peer(f'{line}\nuser = "alice"')
    (declared,) = decoded.peers
    (problem,) = decoded.problems
    key = line.split(" =")[0]
    listed = {key: ()} if "[" in line else {}
    assert declared.values == {"name": "room", "user": "alice"} | listed
    assert (declared.damaged, declared.incomplete) == (
        (frozenset(), frozenset({key}))
        if listed
        else (frozenset({"certificate" if key == "certficate" else key}), set())
    )
    assert (problem.kind, problem.where) == ("unreadable", f'[[peer]] 1 "room" {key}')
    assert words in problem.reason


@pytest.mark.parametrize("word", ["CUCM", "VCS", "TelePresence Management Suite", "Chrome", "Codec"])
def test_the_product_that_a_common_name_means_is_accepted(word: str) -> None:
    (problem,) = peer(f'product = "{word}"').problems
    assert value(f'product = "{hint_of(problem.reason)}"', "product") in PRODUCTS


def test_an_mcu_is_named_as_the_message_says() -> None:
    (problem,) = peer('product = "MCU"').problems
    assert "Did you mean" not in problem.reason
    assert 'device = "site/device"' in problem.reason
    assert value('device = "site/device"', "device") == "site/device"


def test_of_several_connections_only_the_unknown_one_is_left_out() -> None:
    decoded = peer('connections = ["web_user", "incoming", "api_user"]')
    assert decoded.peers[0].values["connections"] == ("web_user", "api_user")
    assert len(decoded.problems) == 1


def test_a_peer_that_is_a_device_has_its_name_unless_it_has_one() -> None:
    decoded = decode_peers(b'[[peer]]\ndevice = "a/b"\n[[peer]]\ndevice = "a/c"\nname = " c "')
    assert [declared.name for declared in decoded.peers] == ["a/b", "c"]
    assert decoded.problems == ()


@pytest.mark.parametrize("lines", ["", 'name = ""', 'name = " "', "name = 3", "device = 3"])
def test_a_peer_without_a_name_is_left_out_and_the_next_is_kept(lines: str) -> None:
    decoded = decode_peers(f'[[peer]]\n{lines}\n[[peer]]\nname = "room"'.encode())
    assert [(declared.name, declared.where) for declared in decoded.peers] == [("room", '[[peer]] 2 "room"')]
    assert [(problem.where, "no name" in problem.reason) for problem in decoded.problems] == [("[[peer]] 1", True)]


def test_of_two_peers_with_one_name_only_what_they_agree_on_is_used() -> None:
    decoded = decode_peers(
        b'[[peer]]\nname = "a"\nuser = "x"\nroute = "direct"\n'
        b'[[peer]]\nname = " a"\nuser = "y"\nroute = "direct"\nchain_complete = true'
    )
    (declared,) = decoded.peers
    assert declared.values == {"name": "a", "route": "direct"}
    assert declared.damaged == {"user", "chain_complete"}
    assert [problem.where for problem in decoded.problems] == ['[[peer]] 2 "a"']


def test_a_peer_that_is_no_table_is_a_problem_and_the_next_is_kept() -> None:
    decoded = decode_peers(b'peer = ["room", {name = "alice"}]')
    assert [declared.name for declared in decoded.peers] == ["alice"]
    assert [problem.where for problem in decoded.problems] == ["[[peer]] 1"]


def test_another_key_of_the_file_is_a_problem_and_its_peers_are_damaged() -> None:
    decoded = decode_peers(b'[[peers]]\nname = "a"\nuser = "x"\nconnections = []\n[[peer]]\nname = "b"')
    assert [(declared.name, declared.values, declared.damaged) for declared in decoded.peers] == [
        ("b", {"name": "b"}, frozenset()),
        ("a", {"name": "a"}, frozenset({"user", "connections"})),
    ]
    (problem,) = decoded.problems
    assert problem.where == "peers"
    assert 'Did you mean "peer"?' in problem.reason


def test_single_brackets_are_refused() -> None:
    with pytest.raises(Undecodable, match="double brackets"):
        decode_peers(b'[peer]\nname = "a"')


@pytest.mark.parametrize("data", [b"# none\n", b"\xef\xbb\xbf#  None\r\n", b"# of the lab\n# empty\n", b"peer = []\n"])
def test_a_file_that_says_so_declares_no_peer(data: bytes) -> None:
    assert decode_peers(data) == DecodedPeers(())


@pytest.mark.parametrize("reader", [decode_peers, decode_settings_toml])
@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"# \n", b"# see the site\n", b"# nonexistent\n"])
def test_a_file_of_nothing_is_refused(reader: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(Undecodable, match="# none") as refused:
        reader(data)
    assert ("is empty" in refused.value.reason) == (b"#" not in data)
    reader(data + b"\n# none\n")


def test_values_of_peers_below_a_misspelt_table_are_checked_in_the_same_run() -> None:
    decoded = decode_peers(b'[[Peer]]\nname = "a"\nroute = "by foot"')
    assert [problem.where for problem in decoded.problems] == ["Peer", '[[Peer]] 1 "a" route']


def test_keys_before_the_first_peer_are_a_damaged_peer() -> None:
    decoded = decode_peers(b'name = "a"\nuser = "x"\n[[peer]]\nname = "b"')
    assert [(declared.name, declared.damaged) for declared in decoded.peers] == [
        ("b", frozenset()),
        ("a", frozenset({"user"})),
    ]
    assert [problem.reason for problem in decoded.problems] == ["write [[peer]] on a line of its own before name"]


@pytest.mark.parametrize("lines", ['nam = "vcs"', "name = 3", ""])
def test_a_peer_without_a_usable_name_is_kept_apart_with_its_values(lines: str) -> None:
    decoded = decode_peers(f'[[peer]]\n{lines}\nuser = "x"\nroute = "by foot"'.encode())
    (unnamed,) = decoded.unnamed
    assert (decoded.peers, unnamed.name, unnamed.values) == ((), "", {"user": "x"})
    assert unnamed.damaged == {"name", "route"}


def test_a_misspelt_key_beside_the_right_one_damages_it_with_another_value_only() -> None:
    (declared,) = peer('route = "direct"\nroutee = "proxied"').peers
    assert (declared.values.keys(), declared.damaged) == ({"name"}, {"route"})
    (declared,) = peer('route = "direct"\nroutee = "direct"').peers
    assert (declared.values["route"], declared.damaged) == ("direct", frozenset())


@pytest.mark.parametrize(
    ("lines", "damaged"),
    [
        ('certificate = "a.pem"\ncertificate_file = "b.pem"', "certificate"),
        ('certificate = "a.pem"\nzertifikat = "b.pem"', "certificate"),
        ('trust_store = "a.pem"\ntrust-store = "b.pem"', "trust_store"),
        ('identity = "b.pem"', "certificate"),
        ('local_certificate = "b.pem"', "certificate"),
        ('user_certificate = "b.pem"', "client_certificate"),
        ('names = ["10.9.9.9"]', "identifiers"),
        ("crls = 1", "checks_crls"),
        ('verifies_crls = "yes"', "checks_crls"),
        ('[peer.tls]\nexpects = ["a"]', "expects"),
        ('CRLs = "yes"', "checks_crls"),
    ],
)
def test_another_word_for_a_key_damages_what_it_may_mean(lines: str, damaged: str) -> None:
    decoded = peer(lines)
    (declared,) = decoded.peers
    assert damaged in declared.damaged
    assert damaged not in declared.values
    assert len(decoded.problems) == 1


def test_a_key_above_the_first_peer_is_damaged_for_each_peer_without_it() -> None:
    decoded = decode_peers(b'user = "x"\n[[peer]]\nname = "a"\n[[peer]]\nname = "b"\nuser = "y"')
    assert [set(declared.damaged) for declared in decoded.peers] == [{"user"}, set()]
    assert [problem.reason for problem in decoded.problems] == ["write [[peer]] on a line of its own before user"]


def test_a_table_within_a_peer_may_be_a_peer_of_another_file() -> None:
    decoded = decode_peers(b'[[peer]]\nname = "a"\n[peer.room]\nuser = "x"')
    assert [(one.where, set(one.damaged)) for one in decoded.unnamed] == [("[[peer]] 1 room", {"user"})]
    assert 'write [[peer]] with name = "room"' in decoded.problems[0].reason


def test_a_peer_that_is_no_table_may_say_anything() -> None:
    (unnamed,) = decode_peers(b'peer = ["room"]').unnamed
    assert {"certificate", "route", "connections"} <= unnamed.damaged


@pytest.mark.parametrize("key", ["Name", "nam", "id"])
def test_a_misspelt_name_is_one_problem(key: str) -> None:
    (problem,) = decode_peers(f'[[peer]]\n{key} = "room"'.encode()).problems
    assert problem.reason.endswith('Did you mean "name"?')


def test_an_empty_entry_of_a_list_is_said() -> None:
    decoded = peer('identifiers = ["a", ""]')
    (declared,) = decoded.peers
    assert (declared.values["identifiers"], declared.incomplete) == (("a",), {"identifiers"})
    assert 'found "", which is not a list entry' in decoded.problems[0].reason


@pytest.mark.parametrize("text", ["a.example, b.example", "a.example;b.example", "a.example b.example ,"])
def test_a_list_of_names_in_one_text_is_split(text: str) -> None:
    assert value(f'expects = "{text}"', "expects") == ("a.example", "b.example")
    assert value(f'identifiers = ["{text}"]', "identifiers") == ("a.example", "b.example")


def test_of_a_list_the_good_entries_are_kept_and_it_is_incomplete() -> None:
    decoded = peer('expects = ["a.example", 3]')
    (declared,) = decoded.peers
    assert (declared.values["expects"], declared.incomplete) == (("a.example",), {"expects"})
    assert len(decoded.problems) == 1


@pytest.mark.parametrize("key", ["certificate", "trust_store", "ocsp_response"])
@pytest.mark.parametrize("name", ["root.pem", "new.pem", "trusted.pem", "bob.pem", "fleet.pem"])
def test_a_backslash_that_toml_has_read_as_an_escape_is_explained(key: str, name: str) -> None:
    decoded = peer(f'{key} = "peers\\{name}"')
    (problem,) = decoded.problems
    assert f'forward slashes: "peers/{name}"' in problem.reason
    assert decoded.peers[0].damaged == {key}
    assert value(f'{key} = "peers/{name}"', key) == f"peers/{name}"


@pytest.mark.parametrize(
    ("key", "damaged"),
    [
        ("cert = false", {"certificate", "trust_store", "chain_complete", "checks_crls"}),
        ('pem = "peers/x.pem"', {"certificate", "trust_store", "ocsp_response", "user", "identifiers", "expects"}),
        ("verify = true", {"certificate", "trust_store", "chain_complete", "checks_crls"}),
        ('kind = "direct"', {"route", "certificate", "trust_store"}),
        ('notes = "asked Ann"', set()),
    ],
)
def test_an_unknown_key_damages_the_keys_that_it_may_be_another_word_for(key: str, damaged: set[str]) -> None:
    found = decode_peers(f'[[peer]]\nname = "room"\n{key}'.encode())
    assert found.problems
    assert damaged <= found.peers[0].damaged
    assert bool(damaged) == bool(found.peers[0].damaged)


@pytest.mark.parametrize(
    ("lines", "damaged"),
    [('route = "by foot"', {"route"}), ('expects = ["mcu-1", 3]', {"expects"}), ('user = "ann"', {"user"})],
)
def test_every_key_below_a_misspelt_table_is_damaged(lines: str, damaged: set[str]) -> None:
    (declared,) = decode_peers(f'[[Peer]]\nname = "a"\n{lines}'.encode()).peers
    assert (declared.values, declared.damaged) == ({"name": "a"}, damaged)


def test_what_is_no_table_below_an_unknown_key_is_no_peer() -> None:
    decoded = decode_peers(b'other = [1, "x"]\n[[peer]]\nname = "a"')
    assert [declared.name for declared in decoded.peers] == ["a"]
    assert [problem.where for problem in decoded.problems] == ["other"]
    assert decoded.unnamed == ()


def test_a_key_that_is_a_little_similar_is_suggested_only_where_it_takes_the_value() -> None:
    (problem,) = peer("expect_names = true").problems
    assert "Did you mean" not in problem.reason
    (problem,) = peer('expect_names = "mcu-1"').problems
    assert 'Did you mean "expects"' in problem.reason
