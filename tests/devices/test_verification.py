"""Who verifies whom, and what is not known about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices.verification import (
    admits_callers,
    is_set_to_verify,
    store_decides,
    undecided_setting,
    verification_lacking,
    verifies_peer,
)
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.verdict import missing
from tests.devices.build import DEVICE_ID, damaged, mcu

IN, WEB = CONNECTION_TABLE[ConnectionType.INCOMING_SIP], CONNECTION_TABLE[ConnectionType.WEB_USER]
CALLS, VERSION = "ssl_certificates.verification_settings", "device.software_version"
ALL, ONLY_OUT, NONE = "Outgoing and incoming calls", "Outgoing calls only", "No verification"
ON = {"services__sips_tcp": True}


def verifying(value: str | None, **facts: object) -> dict[str, object]:
    return {**facts, **({} if value is None else {"ssl_certificates__verification_settings": value})}


@pytest.mark.parametrize(
    ("value", "version", "is_set", "verifies", "unread_version"),
    [
        (ALL, "4.4(3.57)", Answer.YES, Answer.YES, Answer.OPEN),
        (ALL, "4.3(2.30)", Answer.YES, Answer.NO, Answer.OPEN),
        (ONLY_OUT, "4.4(3.57)", Answer.NO, Answer.NO, Answer.NO),
        (NONE, "4.4(3.57)", Answer.NO, Answer.NO, Answer.NO),
        (None, "4.4(3.57)", Answer.OPEN, Answer.OPEN, Answer.OPEN),
        (None, "4.3(2.30)", Answer.OPEN, Answer.NO, Answer.OPEN),
    ],
)
def test_a_caller_is_verified_by_setting_and_version(
    value: str | None, version: str, is_set: Answer, verifies: Answer, unread_version: Answer
) -> None:
    device = mcu(**verifying(value, device__software_version=version, **ON))
    assert (is_set_to_verify(device, IN), verifies_peer(device, IN), admits_callers(device)) == (
        is_set, verifies, verifies,
    )  # fmt: skip
    unread = damaged(device, VERSION)
    assert (verifies_peer(unread, IN), admits_callers(unread)) == (unread_version, unread_version)


@pytest.mark.parametrize(("service", "expected"), [(True, Answer.YES), (False, Answer.NO), (None, Answer.OPEN)])
def test_nobody_is_admitted_without_the_service(service: bool | None, expected: Answer) -> None:
    on = {} if service is None else {"services__sips_tcp": service}
    assert admits_callers(mcu(**verifying(ALL, **on))) is expected


def test_what_would_say_whether_a_peer_is_verified() -> None:
    found = missing("settings.toml [ssl_certificates] verification_settings", "Why.")
    assert verification_lacking(mcu(), IN, "Why.") == found
    both = damaged(damaged(mcu(), VERSION), CALLS)
    assert verification_lacking(both, IN, "Why.").missing_evidence == f"{DEVICE_ID}/settings.toml {CALLS}"
    assert verification_lacking(both, WEB, "Why.").missing_evidence == f"{DEVICE_ID}/settings.toml {VERSION}"


@pytest.mark.parametrize(
    ("value", "service", "expected"),
    [
        (ALL, True, Answer.YES), (ONLY_OUT, True, Answer.YES), (NONE, True, Answer.NO), (None, True, Answer.OPEN),
        (ALL, False, Answer.NO), (None, False, Answer.NO), (ALL, None, Answer.OPEN), (NONE, None, Answer.NO),
    ],
)  # fmt: skip
def test_a_store_decides_if_a_setting_and_a_service_say_so(
    value: str | None, service: bool | None, expected: Answer
) -> None:
    on = {} if service is None else {"services__sips_tcp": service}
    assert store_decides(mcu(**verifying(value, **on)), Slot.SIP_TRUST_STORE) is expected
    assert store_decides(mcu(**verifying(value, **on)), Slot.CALL_HOME_TRUST_STORE) is Answer.NO


def test_the_first_setting_that_does_not_say_whether_a_store_decides() -> None:
    slot = Slot.SIP_TRUST_STORE
    assert undecided_setting(mcu(**ON), slot) == CALLS
    assert undecided_setting(mcu(**verifying(ALL)), slot) == "services.sips_tcp"
    assert undecided_setting(mcu(**verifying(ALL, **ON)), slot) == "device.features"
    known = mcu(**verifying(ALL, device__features=["Encryption"], **ON))
    assert undecided_setting(known, slot) == ""
    assert undecided_setting(damaged(known, "services.sips_tcp"), slot) == "services.sips_tcp"
    assert undecided_setting(mcu(device__features=[]), Slot.CALL_HOME_TRUST_STORE) == ""
    client, server = (f"ssl_certificates.{who}_certificate_security" for who in ("client", "server"))
    https = Slot.HTTPS_TRUST_STORE
    assert undecided_setting(mcu(), https) == client
    assert undecided_setting(mcu(ssl_certificates__client_certificate_security="Not required"), https) == server
    levels = {"ssl_certificates__client_certificate_security": "Not required",
              "ssl_certificates__server_certificate_security": "No verification"}  # fmt: skip
    assert undecided_setting(mcu(**levels), https) == "services.https"
    assert undecided_setting(mcu(**levels, services__https=True), https) == "device.features"


def test_an_entry_that_cannot_be_read_does_not_say_it() -> None:
    device = mcu(**verifying(ALL, device__features=["x"], **ON))
    entry = replace(device.setting("device.features"), incomplete=True)
    partly = replace(device, settings={**device.settings, "device.features": entry})
    assert undecided_setting(partly, Slot.SIP_TRUST_STORE) == "device.features"
