"""Which SIP peers are Expressways, how peers verify, and which model and software a device has."""

from __future__ import annotations

import pytest

from mcuaudit.devices.expressways import EXPRESSWAY, LARGEST_KEY, is_expressway, unread_of
from mcuaudit.devices.models import MODEL, another_model, not_judged
from mcuaudit.devices.verifiers import verifier_of
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict
from mcuaudit.domain.verifiers import Verifier
from tests.devices.build import DEVICE_ID, damaged, mcu, peer

SIP = ("outgoing_sip",)


@pytest.mark.parametrize(
    ("facts", "expected", "unread"),
    [
        ({"product": "Expressway", "connections": SIP}, Answer.YES, ""),
        ({"product": "Expressway", "connections": ("incoming_sip", "web_user")}, Answer.YES, ""),
        ({"product": "Expressway", "connections": ("web_user",)}, Answer.NO, ""),
        ({"product": "Expressway"}, Answer.NO, ""),
        ({"standard": Standard.VCS, "connections": SIP}, Answer.YES, ""),
        ({"standard": Standard.MCU, "product": "endpoint", "connections": SIP}, Answer.NO, ""),
        ({"connections": SIP}, Answer.NO, ""),
        ({"connections": SIP, "damage": {"product": "p"}}, Answer.OPEN, "p"),
        ({"connections": SIP, "damage": {"standard": "s", "route": "r"}}, Answer.OPEN, "s"),
        ({"connections": SIP, "damage": {"standard": "s", "product": "p"}}, Answer.OPEN, "p"),
        ({"connections": SIP, "damage": {"route": "r"}}, Answer.NO, ""),
        ({"connections": SIP, "damage": {"standard": "s"}, "product": "Expressway"}, Answer.YES, "s"),
        ({"connections": ("api_user",), "damage": {"product": "p"}}, Answer.NO, "p"),
    ],
)
def test_a_sip_peer_is_an_expressway_by_its_product_or_standard(
    facts: dict[str, object], expected: Answer, unread: str
) -> None:
    vcs = peer("vcs", **facts)
    assert (is_expressway(vcs), unread_of(vcs)) == (expected, unread)


def test_the_name_and_the_largest_key_of_an_expressway() -> None:
    assert (EXPRESSWAY, LARGEST_KEY) == ("Expressway", 2**12)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"peer_device": "oslo/mcu-2", "product": "Expressway"}, Verifier.MCU),
        ({"product": "Expressway"}, Verifier.OPENSSL),
        ({"product": "endpoint"}, Verifier.OPENSSL),
        ({"product": "TMS", "standard": Standard.VCS}, Verifier.OPENSSL),
        ({"standard": Standard.MCU}, Verifier.OPENSSL),
        ({"standard": Standard.RFC5922}, Verifier.UNRECORDED),
        ({"product": "TMS"}, Verifier.UNRECORDED),
        ({}, Verifier.UNRECORDED),
    ],
)
def test_how_a_peer_verifies_is_known_of_some_products(facts: dict[str, object], expected: Verifier) -> None:
    assert verifier_of(peer("p", **facts)) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"device__software_version": "4.4(3.57)", "device__model": "MCU 4510"}, Answer.YES),
        ({"device__software_version": "4.3(2.30)", "device__model": "MCU 4510"}, Answer.NO),
        ({"device__software_version": "4.3(2.30)"}, Answer.NO),
        ({"device__model": "MCU 4510", "device__software_version": None}, Answer.OPEN),
        ({"device__software_version": "4.3(2.30)", "device__model": "TelePresence Server 7010"}, Answer.OPEN),
        ({"device__software_version": "unknown"}, Answer.OPEN),
    ],
)
def test_the_version_of_an_mcu_says_whether_it_can_verify(facts: dict[str, object], expected: Answer) -> None:
    assert can_verify(mcu(**facts)) is expected


def test_another_product_is_not_judged_and_a_model_that_cannot_be_read_neither() -> None:
    assert MODEL == "device.model"
    assert [not_judged(one) for one in (None, mcu(), mcu(device__model="MCU 4510"))] == [None] * 3
    other, unread = mcu(device__model="TelePresence Server 7010"), damaged(mcu(), MODEL)
    assert [another_model(one) for one in (mcu(), mcu(device__model="MCU 4510"), unread, other)] == [False] * 3 + [True]
    found = not_judged(unread)
    assert found is not None
    assert (found.reason_code, found.missing_evidence) == ("damaged_evidence", f"{DEVICE_ID}/settings.toml {MODEL}")
    assert not_judged(other) == Verdict(
        Outcome.OPEN, "not_an_mcu",
        f"{DEVICE_ID} is a TelePresence Server 7010, not an MCU: how it uses certificates is not evaluated.",
        missing_evidence="settings.toml [device] model, if the device is an MCU",
        cause=Cause(CauseKind.MODEL, (DEVICE_ID,)),
    )  # fmt: skip
