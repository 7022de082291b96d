"""How a device calls, and the setting that would say so."""

from __future__ import annotations

import pytest

from mcuaudit.devices.calls import calls_without_proxy, undecided_call_setting
from mcuaudit.domain.answer import Answer
from tests.devices.build import damaged, mcu, peer

ON = {"services__sips_tcp": True}


@pytest.mark.parametrize(
    ("configuration", "route", "connection", "expected"),
    [
        ("Call direct", None, "outgoing_sip", Answer.YES),
        ("Use registrar", None, "outgoing_sip", Answer.NO),
        ("Use trunk", "proxied", "incoming_sip", Answer.NO),
        ("Use trunk", "direct", "incoming_sip", Answer.YES),
        ("Use trunk", "direct", "outgoing_sip", Answer.YES),
        ("Use trunk", "direct", "web_user", Answer.NO),
        ("something else", "proxied", "outgoing_sip", Answer.OPEN),
        (None, "direct", "api_user", Answer.OPEN),
        (None, "direct", "outgoing_sip", Answer.YES),
    ],
)
def test_a_direct_peer_or_the_configuration_decides(
    configuration: str | None, route: str | None, connection: str, expected: Answer
) -> None:
    facts = {} if configuration is None else {"sip__outbound_call_configuration": configuration}
    device = mcu(peers=(peer("a", route="proxied"), peer("b", route=route, connections=(connection,))), **ON, **facts)
    assert calls_without_proxy(device) is expected
    unknown = "sip.outbound_call_configuration" if expected is Answer.OPEN else ""
    assert undecided_call_setting(device) == unknown


def test_of_a_direct_call_the_service_and_then_the_feature_keys_are_undecided() -> None:
    direct = {"sip__outbound_call_configuration": "Call direct"}
    assert undecided_call_setting(mcu(**direct)) == "services.sips_tcp"
    assert undecided_call_setting(damaged(mcu(**direct, **ON), "device.features")) == "device.features"
    assert undecided_call_setting(mcu(**direct, services__sips_tcp=False)) == ""
