"""A call between two MCUs, statement by statement: what one end lacks counts at both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcuaudit.devices.device import Device
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.settings import TLS_FEATURES
from mcuaudit.predict.connection import Connection, connection_row
from mcuaudit.predict.of_device import judge_device
from tests.clean_export import ISSUING, ROOT, certificate
from tests.devices.build import context, damaged, mcu, peer, record

ONE, TWO = "leeds/mcu-1", "oslo/mcu-2"
ADDRESSES = {ONE: "10.1.2.3", TWO: "10.1.3.5"}
OUT, IN = ConnectionType.OUTGOING_SIP, ConnectionType.INCOMING_SIP


def _certificate(device_id: str) -> Any:
    address = ADDRESSES[device_id]
    return certificate(device_id[-5:], key=11, san=[f"DNS:{address}", f"URI:sip:{address}"])


def _end(device_id: str, other: str, **facts: Any) -> Device:
    """A good MCU with the other one as its peer, as the mesh adds it."""
    known = peer(
        other, certificate=_certificate(other), chain=(ISSUING,), identifiers=(ADDRESSES[other],), route="direct",
        connections=(OUT.value, IN.value), peer_device=other,
    )  # fmt: skip
    good = {
        "local": _certificate(device_id), "chain": (ISSUING,), "sip": (ROOT, ISSUING), "services__sips_tcp": True,
        "device__features": [TLS_FEATURES[0]], "device__addresses": [ADDRESSES[device_id]],
        "ssl_certificates__verification_settings": "Outgoing and incoming calls",
        "device__software_version": "4.4(3.57)",
    }  # fmt: skip
    return mcu(device_id, peers=(known,), **{**good, **facts})


def _rows(one: Device, two: Device) -> list[dict[str, Any]]:
    """The rows of the call of the first to the second, and of the call back, each from both ends."""
    fleet = context(one, two)
    found: dict[tuple[str, ConnectionType], Connection] = {}
    for device in (one, two):
        for connection in judge_device(device, fleet):
            if connection.exchange.peer.peer_device:
                found[device.device_id, connection.exchange.type] = connection
    return [connection_row(found[end]) for end in ((ONE, OUT), (TWO, IN), (TWO, OUT), (ONE, IN))]


def _said(one: Device, two: Device) -> list[tuple[str, str]]:
    return [(row["outcome"].value, row["reason_code"]) for row in _rows(one, two)]


def test_two_good_ones_accept_each_other() -> None:
    rows = _rows(_end(ONE, TWO), _end(TWO, ONE))
    assert [(row["outcome"].value, row["authenticated"]) for row in rows] == [("pass", "both")] * 4
    assert len({row["fails_on"] for row in rows}) == 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"services__sips_tcp": False}, "service_off"),
        ({"device__features": ["Video firewall"]}, "feature_missing"),
    ],
)
def test_without_sip_over_tls_at_one_end_there_is_no_call(facts: dict[str, Any], reason: str) -> None:
    for one, two in ((_end(ONE, TWO, **facts), _end(TWO, ONE)), (_end(ONE, TWO), _end(TWO, ONE, **facts))):
        assert _said(one, two) == [("notApplicable", reason)] * 4


def test_what_is_off_at_one_end_decides_whatever_cannot_be_read_at_the_other() -> None:
    off, unread = _end(ONE, TWO, services__sips_tcp=False), damaged(_end(TWO, ONE), "device.features")
    assert _said(off, unread) == [("notApplicable", "service_off")] * 4
    assert (
        _said(_end(ONE, TWO), damaged(_end(TWO, ONE, device__features=()), "device.features"))
        == [("open", "damaged_evidence")] * 4
    )


def test_of_another_model_nothing_is_judged_at_either_end() -> None:
    assert _said(_end(ONE, TWO), _end(TWO, ONE, device__model="TS 8710")) == [("open", "not_an_mcu")] * 4


def test_an_address_that_is_not_in_the_export_counts_at_both_ends_of_the_call_to_it() -> None:
    nameless = peer(
        TWO, certificate=_certificate(TWO), chain=(ISSUING,), route="direct", connections=(OUT.value, IN.value),
        peer_device=TWO,
    )  # fmt: skip
    one = mcu(
        ONE, peers=(nameless,), local=_certificate(ONE), chain=(ISSUING,), sip=(ROOT, ISSUING),
        ssl_certificates__verification_settings="Outgoing and incoming calls", device__addresses=[ADDRESSES[ONE]],
        services__sips_tcp=True,
    )  # fmt: skip
    rows = _rows(one, _end(TWO, ONE))
    assert [row["outcome"].value for row in rows] == ["open", "open", "pass", "pass"]
    assert [row["missing_evidence"] for row in rows[:2]] == [f"{TWO}/settings.toml [device] addresses"] * 2


def test_a_setting_that_is_not_in_the_export_is_named_with_its_device_in_the_row_of_the_other() -> None:
    one = _end(ONE, TWO, sip=())
    unset = mcu(
        TWO, peers=_end(TWO, ONE).peers, local=_certificate(TWO), chain=(ISSUING,), sip=(certificate("x"),),
        services__sips_tcp=True,
    )  # fmt: skip
    rows = _rows(one, unset)
    key = "settings.toml [ssl_certificates] verification_settings"
    # The call of the second is refused by the first, whose store is empty, whatever the second verifies.
    assert [row["outcome"].value for row in rows] == ["fail", "fail", "fail", "fail"]
    rows = _rows(_end(ONE, TWO), unset)
    assert [row["missing_evidence"] for row in rows] == [f"{TWO}/{key}", key, key, f"{TWO}/{key}"]
    assert {row["reason"] for row in rows} == {f"The export does not say whether {TWO} verifies this call."}


def test_a_service_that_is_not_recorded_leaves_the_call_open_at_both_ends() -> None:
    key = "settings.toml [services] sips_tcp"
    unset = _end(TWO, ONE)
    unset = replace(unset, settings={name: value for name, value in unset.settings.items() if "sips" not in name})
    rows = _rows(_end(ONE, TWO), unset)
    assert [row["outcome"].value for row in rows] == ["open"] * 4
    assert [row["missing_evidence"] for row in rows] == [f"{TWO}/{key}", key, key, f"{TWO}/{key}"]
    assert {row["reason"] for row in rows} == {f"The export does not say whether SIP over TLS is on at {TWO}."}
    # A service that is off at the other end decides: there is no call.
    assert {row["outcome"].value for row in _rows(_end(ONE, TWO, services__sips_tcp=False), unset)} == {"notApplicable"}


def test_both_ends_name_the_first_flaw_that_the_caller_finds() -> None:
    one, two = _end(ONE, TWO, sip=()), _end(TWO, ONE, sip=(certificate("x"),))
    assert [code for _, code in _said(one, two)] == ["empty_store", "empty_store", "no_issuer", "no_issuer"]


def test_host_names_do_not_stand_in_for_an_address_that_is_not_in_the_export() -> None:
    nameless = replace(_end(TWO, ONE).peers[0], name=TWO, peer_device=TWO, identifiers=())
    named = _end(TWO, ONE, device__addresses=[], device__host_names=["two.example.com"])
    one = replace(_end(ONE, TWO), peers=(nameless,))
    assert [row["outcome"].value for row in _rows(one, named)] == ["open", "open", "pass", "pass"]


@pytest.mark.parametrize(
    ("key", "evidence"),
    [
        ("sip__use_local_certificate_for_outgoing", "settings.toml [sip] use_local_certificate_for_outgoing"),
        ("device__software_version", "settings.toml [device] software_version"),
    ],
)
def test_what_decides_whether_the_caller_presents_is_named_with_it_at_both_ends(key: str, evidence: str) -> None:
    rows = _rows(_end(ONE, TWO, **{key: None}), _end(TWO, ONE))
    assert [row["outcome"].value for row in rows] == ["open", "open", "pass", "pass"]
    assert [row["missing_evidence"] for row in rows[:2]] == [f"{ONE}/{evidence}"] * 2


def test_a_file_of_the_device_is_one_cause_with_its_device_or_without() -> None:
    """Its software version decides what it verifies and what it presents: one file to add, at both ends of the call."""
    other = certificate("mcu-2", key=11, san=["DNS:other.example.com"])
    one = _end(ONE, TWO, device__software_version=None)
    (known,) = one.peers
    one = replace(one, peers=(replace(known, certificate=record(other)),))
    ends = _rows(one, _end(TWO, ONE, local=other))[:2]
    sides = [(row["mcu_identity"], row["peer_identity"]) for row in ends]
    assert sides == [("open", "notApplicable"), ("notApplicable", "open")]
    assert [(row["outcome"], row["further_causes"]) for row in ends] == [("open", 0)] * 2
