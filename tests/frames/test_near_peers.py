"""A misspelt name in a nearer peers.toml damages the farther peer that it may mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit import Audit
from mcuaudit.domain.name_lists import split_names
from tests.clean_export import DEVICE, ELSEWHERE, CleanExport, chain, predicted
from tests.hints import hint_of

_STORE = 'trust_store = "peers/elsewhere.pem"\n'


def audited(root: Path) -> Audit:
    return predicted(root)


def with_nearer(root: Path, text: str) -> Path:
    """The clean export, with a peers.toml of the device over that of the fleet."""
    CleanExport().write(root)
    (root / DEVICE / "peers").mkdir()
    (root / DEVICE / "peers/elsewhere.pem").write_bytes(chain(ELSEWHERE))
    (root / DEVICE / "peers.toml").write_text(text)
    return root


def calls(audit: Audit, peer: str) -> set[str]:
    found = audit.connections
    mine = (found["peer"] == peer) & found["connection_type"].str.endswith("_sip")
    return set(found.loc[mine, "outcome"].astype(str))


def test_a_hint_for_the_name_of_a_peer_leads_on(tmp_path: Path) -> None:
    root = with_nearer(tmp_path, f'[[peer]]\nname = "rooom"\n{_STORE}')
    before = audited(root)
    assert calls(before, "room") == {"open"}
    (problem,) = before.problems.to_dict("records")
    assert (problem["file"], problem["where"]) == (f"{DEVICE}/peers.toml", '[[peer]] 1 "rooom" name')
    file = root / DEVICE / "peers.toml"
    file.write_text(file.read_text().replace("rooom", hint_of(problem["reason"])))
    followed = audited(root)
    assert followed.problems.empty
    assert calls(followed, "room") == {"fail"}


@pytest.mark.parametrize("name", ["Room", "rom", "roon", "romo", "ROOM", "r\u043eom"])
@pytest.mark.parametrize("connections", ["", 'connections = ["incoming_sip", "outgoing_sip"]\n'])
def test_what_the_misspelt_entry_says_is_damage(name: str, connections: str, tmp_path: Path) -> None:
    """Also with connections, which the message of a peer without them asks for."""
    audit = audited(with_nearer(tmp_path, f'[[peer]]\nname = "{name}"\n{_STORE}{connections}'))
    assert calls(audit, "room") == {"open"}
    peer = audit.peers.set_index("peer").loc["room"]
    assert peer["damaged_keys"] == "trust_store"
    assert split_names(str(peer["damaged_evidence"])) == (f'{DEVICE}/peers.toml [[peer]] 1 "{name}"',)
    others = audit.peers[audit.peers["peer"].isin(["alice", "tms", "ocsp"])]
    assert set(others["damaged_keys"]) == {""}


@pytest.mark.parametrize("name", ["lobby", "al", "room-42"])
def test_another_name_damages_nothing(name: str, tmp_path: Path) -> None:
    described = f'[[peer]]\nname = "{name}"\nconnections = ["incoming_sip"]\n{_STORE}'
    audit = audited(with_nearer(tmp_path, described))
    assert calls(audit, "room") == {"pass"}
    assert audit.problems.empty


@pytest.mark.parametrize(
    "name", ["lobby", "al", "room-42", "\uff52\uff4f\uff4f\uff4d", "'room'", "r o o m", "10.1.2.200"]
)
def test_a_new_name_without_connections_may_mean_each_farther_peer(name: str, tmp_path: Path) -> None:
    audit = audited(with_nearer(tmp_path, f'[[peer]]\nname = "{name}"\n{_STORE}'))
    assert calls(audit, "room") == {"open"}
    assert audit.problems["where"].tolist() == [f'[[peer]] 1 "{name}" connections']
    (reason,) = audit.problems["reason"]
    assert "it is not known which of their peers is meant. Did you mean " in reason
    assert "If it is another peer, add connections; the connection types are incoming_sip" in reason


def test_a_hint_for_a_name_without_connections_leads_on(tmp_path: Path) -> None:
    root = with_nearer(tmp_path, f'[[peer]]\nname = "r-o-o-m"\n{_STORE}')
    (reason,) = audited(root).problems["reason"]
    nearer = next(root.glob("leeds/*/peers.toml"))
    nearer.write_text(nearer.read_text().replace("r-o-o-m", hint_of(reason)))
    assert audited(root).problems.empty


def test_a_name_alone_damages_nothing(tmp_path: Path) -> None:
    audit = audited(with_nearer(tmp_path, '[[peer]]\nname = "lobby"\n'))
    assert calls(audit, "room") == {"pass"}


def test_a_nearer_file_that_names_both_means_both(tmp_path: Path) -> None:
    both = '[[peer]]\nname = "room"\n[[peer]]\nname = "roon"\nconnections = ["web_user"]\n' + _STORE
    audit = audited(with_nearer(tmp_path, both))
    assert audit.problems.empty
    assert calls(audit, "room") == {"pass"}


@pytest.mark.parametrize(("described", "outcome"), [('identifiers = ["10.1.2.9"]\n', "pass"), ("", "open")])
def test_numbered_peers_are_two_if_each_is_described(described: str, outcome: str, tmp_path: Path) -> None:
    text = f'[[peer]]\nname = "room-2"\nconnections = ["incoming_sip", "outgoing_sip"]\n{_STORE}{described}'
    root = with_nearer(tmp_path, text)
    (root / "peers.toml").write_text((root / "peers.toml").read_text().replace('"room"', '"room-1"'))
    assert calls(audited(root), "room-1") == {outcome}


def test_a_misspelling_of_the_site_stays_one_in_the_file_of_the_device(tmp_path: Path) -> None:
    root = with_nearer(tmp_path, f'[[peer]]\nname = "roon"\n{_STORE}')
    (root / "leeds/peers.toml").write_text('[[peer]]\nname = "roon"\nuser = "roon"\n')
    peer = audited(root).peers.set_index("peer").loc["room"]
    assert peer["damaged_keys"] == "trust_store user"
