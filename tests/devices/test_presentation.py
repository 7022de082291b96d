"""What a device and its peers present and trust: the whole record, or the whole verdict why it is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices.device import Device
from mcuaudit.devices.presentation import (
    local_certificate,
    mcu_store,
    peer_certificate,
    peer_store,
    presents_perhaps_nothing,
)
from mcuaudit.devices.presented import Presented
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.verdict import Verdict, missing
from mcuaudit.domain.verdict import damaged as unreadable
from tests.clean_export import ISSUING, ROOT, certificate
from tests.devices.build import DEVICE_ID, damaged, mcu, peer, record, records

LEAF = certificate("mcu-1")
TICK = "sip.use_local_certificate_for_outgoing"


@pytest.mark.parametrize("chain_damaged", [True, False])
def test_a_device_presents_its_local_certificate(chain_damaged: bool) -> None:
    device = replace(mcu(local=LEAF, chain=(ISSUING,)), local_chain_damaged=chain_damaged, local_file="a/local.pem")
    place = Place(Slot.LOCAL_CERTIFICATE, DEVICE_ID)
    assert local_certificate(device) == Presented(
        record(LEAF), records(ISSUING), False, place, chain_damaged, "a/local.pem"
    )


@pytest.mark.parametrize(
    ("declared", "chain_damaged", "complete"),
    [
        (Answer.YES, False, True), (Answer.YES, True, False), (Answer.NO, False, False), (Answer.OPEN, False, False),
    ],
)  # fmt: skip
def test_the_chain_of_a_peer_is_complete_if_it_is_declared_so_and_was_read(
    declared: Answer, chain_damaged: bool, complete: bool
) -> None:
    room = peer("room", certificate=LEAF, chain=(ISSUING,), chain_complete=declared, certificate_file="peers/room.pem",
                presented_chain_damaged=chain_damaged)  # fmt: skip
    place = Place(Slot.PEER_CERTIFICATE, "room", "peers/room.pem")
    assert peer_certificate(room) == Presented(
        record(LEAF), records(ISSUING), complete, place, chain_damaged, "peers/room.pem"
    )


def test_what_a_peer_does_not_have_is_missing_or_unreadable() -> None:
    assert peer_certificate(peer("room")) == missing(
        'peers.toml [[peer]] "room" certificate', "The certificate of room is not in the export."
    )
    assert peer_store(peer("room")) == missing(
        'peers.toml [[peer]] "room" trust_store', "The trust store of room is not in the export."
    )
    unread = peer("room", damage={"certificate": "c", "trust_store": "t"})
    found = (peer_certificate(unread), peer_store(unread))
    assert [(type(one), one.missing_evidence) for one in found] == [(Verdict, "c"), (Verdict, "t")]  # type: ignore[union-attr]
    kept = peer("room", trust=(ROOT,))
    assert peer_store(kept) is kept.trust_store


def test_what_a_device_does_not_have_is_missing() -> None:
    assert local_certificate(mcu()) == missing("local-certificate.pem", "The local certificate is not in the export.")
    device = mcu(sip=(ROOT,))
    assert mcu_store(device, Slot.SIP_TRUST_STORE) is device.trust_stores[Slot.SIP_TRUST_STORE]
    assert mcu_store(device, Slot.HTTPS_TRUST_STORE) == missing(
        "https-trust-store.pem", f"The HTTPS trust store of {DEVICE_ID} is not in the export."
    )


@pytest.mark.parametrize(
    ("name", "right", "why"),
    [
        ("{}.pem", None, "cannot be used"),
        ("{}_.pem", "{}.pem", "is not read under this name"),
    ],
)
@pytest.mark.parametrize(
    ("slot", "stem", "title", "code"),
    [
        (Slot.LOCAL_CERTIFICATE, "local-certificate", "local certificate", "damaged_evidence"),
        (Slot.SIP_TRUST_STORE, "sip-trust-store", "SIP trust store", "store_damaged"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(
    slot: Slot, stem: str, title: str, code: str, name: str, right: str | None, why: str
) -> None:
    file = f"{DEVICE_ID}/{name.format(stem)}"
    device = Device(DEVICE_ID, damage={slot: file, Slot.CALL_HOME_TRUST_STORE: "x"})
    found = local_certificate(device) if slot is Slot.LOCAL_CERTIFICATE else mcu_store(device, slot)
    remedy = Remedy(RemedyKind.CORRECT_EVIDENCE, (file,))
    if right:
        remedy = Remedy(RemedyKind.RENAME_EVIDENCE, (file, f"{DEVICE_ID}/{right.format(stem)}"))
    expected = unreadable(file, f"The {title} of {DEVICE_ID} is not known: {file} {why}.", remedy)
    assert found == replace(expected, reason_code=code)


UNTICKED = Verdict(
    Outcome.OPEN, "may_present_nothing", "The MCU might not present a certificate on outgoing connections.", ("A20",),
    cause=Cause(CauseKind.SETTING, (DEVICE_ID, TICK)),
    remedy=Remedy(RemedyKind.TICK_LOCAL_CERTIFICATE, target=Place(None, DEVICE_ID)),
)  # fmt: skip
OLD = Verdict(
    Outcome.OPEN, "may_present_nothing",
    f"The software 4.3(2.30) of {DEVICE_ID} might not present a certificate on outgoing connections.", ("A26",),
    cause=Cause(CauseKind.SOFTWARE_VERSION, (DEVICE_ID,)),
    remedy=Remedy(RemedyKind.UPGRADE_SOFTWARE, ("4.4",), Place(None, DEVICE_ID)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"sip__use_local_certificate_for_outgoing": True, "device__software_version": "4.4(3.57)"}, None),
        ({"sip__use_local_certificate_for_outgoing": False, "device__software_version": "4.4(3.57)"}, UNTICKED),
        ({"sip__use_local_certificate_for_outgoing": True, "device__software_version": "4.3(2.30)"}, OLD),
        (
            {"sip__use_local_certificate_for_outgoing": False, "device__software_version": "4.3(2.30)"},
            replace(UNTICKED, readings=("A20", "A26")),
        ),
    ],
)
def test_a_device_presents_perhaps_nothing_without_its_tick_or_with_old_software(
    facts: dict[str, object], expected: Verdict | None
) -> None:
    assert presents_perhaps_nothing(mcu(**facts)) == expected


@pytest.mark.parametrize("key", [TICK, "device.software_version"])
def test_what_cannot_be_read_of_both_leaves_it_open(key: str) -> None:
    device = mcu(sip__use_local_certificate_for_outgoing=True, device__software_version="4.4(3.57)")
    found = presents_perhaps_nothing(damaged(device, key))
    assert found is not None
    assert found.missing_evidence == f"{DEVICE_ID}/settings.toml {key}"
