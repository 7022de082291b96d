"""Which connections a device has: the whole rows, before their verdicts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import ClientCertificate, Peer
from mcuaudit.domain.connections import ANY_PEER, CONNECTION_TABLE, CONNECTIONS_IN_PART, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.verdict import Verdict, missing, not_applicable
from mcuaudit.predict.exchanges import Exchange, ServerPlace, exchanges, ocsp_exchanges, place_of
from tests.devices.build import DEVICE_ID, damaged, mcu, peer

PASSED = Verdict(Outcome.PASS, "exists")
ON = {"services__https": True, "services__sips_tcp": True, "device__features": ["Encryption"]}
IN, OUT, WEB = ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP, ConnectionType.WEB_USER
OCSP, FEEDBACK = ConnectionType.OCSP_SERVER, ConnectionType.FEEDBACK_RECEIVER
NO_PEER = Peer(ANY_PEER, declared=False)


def of(device: Device, kind: ConnectionType) -> list[Exchange]:
    found = list(exchanges(device))
    assert list(dict.fromkeys(one.type for one in found)) == list(ConnectionType)
    return [one for one in found if one.type is kind]


def said(one: Exchange) -> tuple[str, str, str]:
    return one.peer.name, one.exists.reason_code, one.exists.missing_evidence


def undeclared(kind: ConnectionType) -> Verdict:
    reason = f"No peer of type {kind} is declared, so its certificate is not known."
    return missing(f"peers.toml [[peer]] connections {kind}", reason)


def test_declared_peers_have_a_row_each() -> None:
    a, b = peer("a", connections=("incoming_sip", "web_user")), peer("b", connections=("incoming_sip",))
    device = mcu(peers=(a, b), **ON)
    assert of(device, IN) == [Exchange(CONNECTION_TABLE[IN], one, PASSED) for one in (a, b)]
    assert of(device, WEB) == [Exchange(CONNECTION_TABLE[WEB], a, PASSED)]
    assert of(device, OUT) == [Exchange(CONNECTION_TABLE[OUT], NO_PEER, undeclared(OUT), undeclared=True)]


def test_a_caller_presents_its_client_certificate() -> None:
    client = ClientCertificate(None, presents_none=True, file="c.pem")
    both = peer("a", connections=("incoming_sip", "outgoing_sip"), as_client=client)
    unread = replace(both, name="b", connections=(), damage={CONNECTIONS_IN_PART: "in part"})
    device = mcu(peers=(both, unread), **ON)
    assert [one.peer.certificate_file for one in of(device, IN)] == ["c.pem", "c.pem"]
    assert [one.peer.certificate_file for one in of(device, OUT)] == ["", ""]


@pytest.mark.parametrize(
    ("facts", "code"), [({"services__sips_tcp": False}, "service_off"), ({"device__features": []}, "feature_missing")]
)
def test_without_the_service_other_mcus_have_rows_alone(facts: dict[str, Any], code: str) -> None:
    room, other = (
        peer("room", connections=("incoming_sip",)),
        peer("b", connections=("incoming_sip",), peer_device="oslo/b", damage={"connections": "c"}),
    )
    without = {**ON, **facts}
    both = of(mcu(peers=(room, other), **without), IN)
    assert [said(one) for one in both] == [("b", code, ""), (ANY_PEER, code, "")]
    assert [said(one) for one in of(mcu(peers=(other,), **without), IN)] == [("b", code, "")]
    assert [said(one) for one in of(mcu(peers=(room,), **without), IN)] == [(ANY_PEER, code, "")]


def test_a_service_that_is_not_known_leaves_each_row_open() -> None:
    a = peer("a", connections=("incoming_sip",), damage={"connections": "c"})
    doubtful = peer("b", damage={CONNECTIONS_IN_PART: "p"})
    key = "settings.toml [services] sips_tcp"
    assert [said(one) for one in of(mcu(peers=(a, doubtful)), IN)] == [("a", "missing_evidence", key)]
    assert [said(one) for one in of(mcu(), IN)] == [(ANY_PEER, "missing_evidence", key)]


def test_what_declares_a_connection_and_cannot_be_read_leaves_it_open() -> None:
    for key in ("connections", "device"):
        a = peer("a", connections=("incoming_sip",), damage={key: "x"})
        assert [said(one) for one in of(mcu(peers=(a,), **ON), IN)] == [("a", "damaged_evidence", "x")]
    a, b = peer("a", connections=("incoming_sip",)), peer("b", damage={CONNECTIONS_IN_PART: "p"})
    assert [said(one) for one in of(mcu(peers=(a, b), **ON), IN)] == [
        ("a", "exists", ""), ("b", "damaged_evidence", "p"),
    ]  # fmt: skip
    assert [said(one) for one in of(mcu(peers=(b,), **ON), IN)] == [("b", "damaged_evidence", "p")]
    own = replace(a, damage={CONNECTIONS_IN_PART: "p"})
    assert [said(one) for one in of(mcu(peers=(own,), **ON), IN)] == [("a", "exists", "")]


def test_without_the_private_key_no_peer_has_to_be_declared() -> None:
    wrong = mcu(ssl_certificates__private_key="Key does not match", **ON)
    assert of(wrong, IN) == [Exchange(CONNECTION_TABLE[IN], NO_PEER, undeclared(IN), undeclared=True)]
    unclear = mcu(ssl_certificates__private_key="???", **ON)
    assert of(unclear, IN) == [Exchange(CONNECTION_TABLE[IN], NO_PEER, undeclared(IN), undeclared=True)]


def test_nothing_of_another_product_is_evaluated() -> None:
    a = peer("a", connections=("incoming_sip",))
    other = mcu(device__model="TelePresence Server 7010", peers=(a,), **ON)
    assert {one.exists.reason_code for one in exchanges(other)} == {"not_an_mcu"}
    assert [said(one)[:2] for one in of(other, IN)] == [("a", "not_an_mcu")]
    (server,) = ocsp_exchanges(other)
    assert said(server)[:2] == (ANY_PEER, "not_an_mcu")


ASKED = {**ON, "ssl_certificates__ocsp__enabled": True, "ssl_certificates__client_certificate_security":
         "Verify certificate"}  # fmt: skip


def by_url(url: str | None, *peers: Peer) -> list[Exchange]:
    facts = {} if url is None else {"ssl_certificates__ocsp__server_url": url}
    device = mcu(peers=peers, **ASKED, **facts)
    assert ocsp_exchanges(device) == of(device, OCSP)
    return ocsp_exchanges(device)


SERVER = CONNECTION_TABLE[OCSP]
URL = "https://ocsp.example.com/x"


def test_an_ocsp_server_that_is_not_asked_has_one_row_without_a_peer() -> None:
    off = not_applicable("ocsp_off", "OCSP is off.")
    assert of(mcu(ssl_certificates__ocsp__enabled=False), OCSP) == [Exchange(SERVER, NO_PEER, off)]
    (found,) = by_url(None)
    key = "settings.toml [ssl_certificates.ocsp] server_url"
    assert found == Exchange(SERVER, NO_PEER, missing(key, found.exists.reason))
    (found,) = by_url("")
    assert found == Exchange(SERVER, NO_PEER, not_applicable("ocsp_without_server", found.exists.reason))
    assert found.exists.reason
    unread = damaged(mcu(**ASKED), "ssl_certificates.ocsp.server_url")
    assert said(of(unread, OCSP)[0]) == (
        ANY_PEER, "damaged_evidence", f"{DEVICE_ID}/settings.toml ssl_certificates.ocsp.server_url",
    )  # fmt: skip


HOST = ("ocsp.example.com",)


def test_the_peer_at_a_url_is_the_declared_one_or_its_host() -> None:
    declared = peer("o", identifiers=("OCSP.example.com",), connections=("ocsp_server",))
    elsewhere = peer("e", identifiers=("other.example.com",), connections=("ocsp_server",))
    assert by_url(URL, elsewhere, declared) == [Exchange(SERVER, declared, PASSED, URL, HOST)]
    assert by_url(URL, elsewhere) == [Exchange(SERVER, Peer(HOST[0], declared=False), PASSED, URL, HOST)]
    dotted = "HTTPS://ocsp.example.com./x"
    assert by_url(dotted) == [Exchange(SERVER, Peer(HOST[0], declared=False), PASSED, dotted, ("ocsp.example.com.",))]
    for url in ("http://ocsp.example.com/x", "HTTP://ocsp.example.com/x"):
        for peers, first in (((declared, replace(declared, name="second")), declared),
                             ((), Peer(HOST[0], declared=False))):  # fmt: skip
            (found,) = by_url(url, *peers)
            assert found == Exchange(SERVER, first, not_applicable("http_url", found.exists.reason), url, HOST)


def test_a_peer_whose_names_cannot_be_read_may_be_the_one_at_a_url() -> None:
    declared = peer("o", identifiers=HOST, connections=("ocsp_server",))
    for key in ("identifiers", "connections"):
        doubtful = peer("d", damage={key: "x"})
        assert [said(one) for one in by_url(URL, peer("first"), doubtful, declared)] == [("o", "damaged_evidence", "x")]
        assert [said(one) for one in by_url(URL, doubtful)] == [(HOST[0], "damaged_evidence", "x")]
    itself = replace(declared, damage={"device": "x", "identifiers": "y"})
    assert [said(one) for one in by_url(URL, itself)] == [("o", "damaged_evidence", "x")]
    assert by_url("http://ocsp.example.com/", itself)[0].exists.reason_code == "http_url"
    assert [said(one)[1] for one in by_url(URL, peer("d", damage={"route": "r"}), declared)] == ["exists"]


@pytest.mark.parametrize(
    ("url", "identifiers", "chosen"),
    [
        ("https://a.example.com/", {"p": ("a.example.com",), "q": ("a.example.com:443",)}, ["q"]),
        ("https://a.example.com/", {"p": ("a.example.com:444",)}, ["a.example.com"]),
        ("https://a.example.com:444/", {"p": ("a.example.com:444", "x"), "q": ("a.example.com",)}, ["p"]),
        ("https://a.example.com/", {"p": ("https://a.example.com/y",), "q": ("http://a.example.com/",)}, ["p"]),
        ("http://a.example.com/", {"q": ("http://a.example.com/",)}, ["q"]),
        ("https://a.example.com/", {"p": ("a.example.com",), "q": ("a.example.com",)}, ["p", "q"]),
        ("https://a.example.com/", {"p": ("a.example.com:444", "a.example.com")}, ["p"]),
        ("https://a.example.com/", {"p": ("a b", "a.example.com")}, ["p"]),
        ("https://a.example.com/", {"web": ("a.example.com:443",), "p": ("a.example.com",)}, ["p"]),
        ("https://a.example.com/", {"web": ("a.example.com",), "p": ("b.example.com",)}, ["web"]),
        ("https://a.example.com/", {"web": ("a.example.com",), "web2": ("a.example.com:443",)}, ["web2"]),
    ],
)
def test_peers_of_the_type_and_with_the_port_come_first(
    url: str, identifiers: dict[str, tuple[str, ...]], chosen: list[str]
) -> None:
    peers = [
        peer(name, identifiers=names, connections=("web_user" if name.startswith("web") else "ocsp_server",))
        for name, names in identifiers.items()
    ]
    assert [one.peer.name for one in by_url(url, *peers)] == chosen


@pytest.mark.parametrize(
    ("identifier", "place"),
    [
        ("A.example.com", ServerPlace("a.example.com", "a.example.com", None)),
        ("a.example.com.", ServerPlace("a.example.com", "a.example.com.", None)),
        ("https://a.example.com/x", ServerPlace("a.example.com", "a.example.com", 443)),
        ("http://a.example.com", ServerPlace("a.example.com", "a.example.com", 80)),
        ("http://a.example.com:8080", ServerPlace("a.example.com", "a.example.com", 8080)),
        ("10.1.2.3", ServerPlace("10.1.2.3", "10.1.2.3", None)),
        ("a b", None),
        ("", None),
    ],
)
def test_the_place_of_an_identifier(identifier: str, place: ServerPlace | None) -> None:
    assert place_of(identifier) == place


RECEIVER = CONNECTION_TABLE[FEEDBACK]
FIRST, SECOND = "https://a.example.com/RPC2", "https://b.example.com/RPC2"


def test_feedback_receivers_have_a_row_each() -> None:
    found = of(mcu(feedback_receivers=[FIRST, SECOND]), FEEDBACK)
    assert found == [
        Exchange(RECEIVER, Peer("a.example.com", declared=False), PASSED, FIRST, ("a.example.com",)),
        Exchange(RECEIVER, Peer("b.example.com", declared=False), PASSED, SECOND, ("b.example.com",)),
    ]
    (none,) = of(mcu(feedback_receivers=[]), FEEDBACK)
    assert none == Exchange(RECEIVER, NO_PEER, not_applicable("no_receiver", none.exists.reason))
    (bad,) = of(mcu(feedback_receivers=["a b"]), FEEDBACK)
    assert bad == Exchange(RECEIVER, NO_PEER, missing("a URL that can be read", bad.exists.reason), "a b")


def test_receivers_that_are_missing_or_cannot_be_read() -> None:
    key, unread = "settings.toml [[feedback_receivers]]", f"{DEVICE_ID}/settings.toml feedback_receivers"
    (none,) = of(mcu(), FEEDBACK)
    assert none == Exchange(RECEIVER, NO_PEER, missing(key, none.exists.reason))
    tms, odd = (peer(name, connections=("feedback_receiver",), damage=damage)
                for name, damage in (("tms", {}), ("odd", {"connections": "c"})))  # fmt: skip
    others = (peer("room", connections=("web_user",)), tms, odd)
    assert [said(one) for one in of(mcu(peers=others), FEEDBACK)] == [
        ("tms", "exists", ""), ("odd", "damaged_evidence", "c"),
    ]  # fmt: skip
    whole = damaged(mcu(peers=others), "feedback_receivers")
    assert [said(one) for one in of(whole, FEEDBACK)] == [
        ("tms", "damaged_evidence", unread), ("odd", "damaged_evidence", unread),
    ]  # fmt: skip
    assert [said(one) for one in of(damaged(mcu(), "feedback_receivers"), FEEDBACK)] == [
        (ANY_PEER, "damaged_evidence", unread),
    ]  # fmt: skip
    device = mcu(feedback_receivers=[FIRST])
    part = replace(device.setting("feedback_receivers"), incomplete=True, file="f", key="k")
    in_part = replace(device, settings={"feedback_receivers": part})
    assert [said(one) for one in of(in_part, FEEDBACK)] == [
        ("a.example.com", "exists", ""), (ANY_PEER, "damaged_evidence", "f k"),
    ]  # fmt: skip
