"""The names of a device: who expects which, and whether its local certificate contains them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices.device import Device
from mcuaudit.devices.local_names import (
    DomainExpectation,
    KnownName,
    domain_expectation,
    has_domain,
    has_host_name,
    names_for_sip_peers,
)
from mcuaudit.devices.names import HOST_NAMES_EVIDENCE, expected_may_be_unused, may_be_unused
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.setting_value import Source
from mcuaudit.domain.standards import Standard
from mcuaudit.identity import PresentedIdentifiers, prepare
from tests.devices.build import damaged, mcu, peer
from tests.identity.certificates import issue

HOST = "mcu-1.example.com"
TRUNK = {
    "sip__outbound_call_configuration": "Use trunk",
    "sip__outbound_domain": "example.com",
    "services__sips_tcp": True,
}
STRICT = {"connections": ("incoming_sip",), "route": "proxied", "standard": Standard.RFC5922}


def names(text: str) -> PresentedIdentifiers:
    return prepare(issue(text))


def by_itself(*host_names: str, **facts: object) -> Device:
    """A device whose host names come from a response of its own."""
    device = mcu(device__host_names=[*host_names], **facts)
    own = replace(device.setting("device.host_names"), source=Source.READ)
    return replace(device, settings={**device.settings, "device.host_names": own})


def test_a_short_name_of_the_device_itself_may_be_unused() -> None:
    assert may_be_unused(by_itself("mcu-1"), "mcu-1")
    assert not may_be_unused(by_itself(HOST), HOST)
    assert not may_be_unused(mcu(device__host_names=["mcu-1"]), "mcu-1")


def test_expected_names_decide_if_one_of_them_is_used_for_certain() -> None:
    assert expected_may_be_unused(by_itself("mcu-1"), ("10.1.2.3", "mcu-1"))
    assert not expected_may_be_unused(by_itself("mcu-1"), ("10.1.2.3",))
    assert not expected_may_be_unused(by_itself("mcu-1", HOST), ("mcu-1", HOST))
    assert not expected_may_be_unused(mcu(), ())


def test_a_missing_host_name_is_open_if_it_may_be_unused() -> None:
    local = names(f"cn:mcu-1 dns:{HOST}")
    assert has_host_name(by_itself(HOST), local, HOST).outcome is Outcome.PASS
    unused = has_host_name(by_itself("mcu-1"), local, "mcu-1")
    assert (unused.outcome, unused.missing_evidence) == (Outcome.OPEN, HOST_NAMES_EVIDENCE)
    assert has_host_name(by_itself("mcu-1"), names("dns:mcu-1"), "mcu-1").outcome is Outcome.PASS
    recorded = has_host_name(mcu(device__host_names=["mcu-1"]), local, "mcu-1")
    assert (recorded.outcome, recorded.missing_evidence) == (Outcome.FAIL, "")
    assert recorded.reason.endswith("is ignored because RFC 9525 reads only the subjectAltName.")


def test_a_text_that_is_not_a_name_decides_nothing() -> None:
    for found in (has_host_name(mcu(), names("dns:x"), "a b"), has_domain(names("dns:x"), "a b")):
        assert (found.outcome, found.reason_code) == (Outcome.OPEN, "no_reference")
        assert found.missing_evidence == "a name that can be compared"


def test_a_domain_is_compared_by_rfc_5922() -> None:
    assert has_domain(names("dns:example.com"), "example.com").outcome is Outcome.PASS
    assert has_domain(names("dns:*.com"), "example.com").outcome is Outcome.FAIL
    assert has_domain(names("dns:example.com uri:sip:10.1.2.3"), "example.com").outcome is Outcome.FAIL
    assert has_domain(names("cn:example.com"), "example.com").readings == ("RFC5922-7.1",)


@pytest.mark.parametrize(
    ("facts", "peers", "expected"),
    [
        ({}, [STRICT], DomainExpectation(Answer.OPEN, ("p0",))),
        ({}, [], DomainExpectation(Answer.OPEN)),
        ({}, [{**STRICT, "route": "direct"}], DomainExpectation(Answer.OPEN)),
        ({}, [{**STRICT, "standard": None}], DomainExpectation(Answer.OPEN)),
        ({}, [STRICT, {**STRICT, "expects": ("example.com",)}], DomainExpectation(Answer.YES, ("p1",))),
        ({}, [{**STRICT, "expects": (HOST,)}], DomainExpectation(Answer.NO)),
        ({"sip__outbound_call_configuration": "Call direct"}, [STRICT], DomainExpectation(Answer.NO)),
        ({"sip__outbound_domain": ""}, [STRICT], DomainExpectation(Answer.NO)),
        ({"services__sips_tcp": False}, [STRICT], DomainExpectation(Answer.NO)),
    ],
)
def test_who_expects_the_domain(
    facts: dict[str, object], peers: list[dict[str, object]], expected: DomainExpectation
) -> None:
    declared = tuple(peer(f"p{number}", **one) for number, one in enumerate(peers))
    assert domain_expectation(mcu(peers=declared, **{**TRUNK, **facts})) == expected


def test_a_service_that_is_not_in_the_export_is_named() -> None:
    trunk = {key: value for key, value in TRUNK.items() if key != "services__sips_tcp"}
    device = mcu(peers=(peer("p0", **STRICT),), **trunk)
    assert domain_expectation(device) == DomainExpectation(Answer.OPEN, ("p0",), "services.sips_tcp")


@pytest.mark.parametrize(
    "key", ["services.sips_tcp", "device.features", "sip.outbound_domain", "sip.outbound_call_configuration"]
)
def test_what_cannot_be_read_leaves_open_who_expects_the_domain(key: str) -> None:
    def expectation(**facts: object) -> DomainExpectation:
        device = mcu(peers=(peer("p0", **{**STRICT, "expects": ("example.com",), **facts}),), **TRUNK)
        return domain_expectation(damaged(device, key))

    assert expectation() == DomainExpectation(Answer.OPEN, ("p0",), key)
    assert expectation(standard=None) == DomainExpectation(Answer.OPEN, (), key)
    assert expectation(standard=Standard.VCS) == DomainExpectation(Answer.NO)
    other = "sip.outbound_domain" if key.startswith("services") else "services.sips_tcp"
    off = {"services__sips_tcp": False} if other == "services.sips_tcp" else {"sip__outbound_domain": ""}
    assert domain_expectation(damaged(mcu(**{**TRUNK, **off}), key)) == DomainExpectation(Answer.NO)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (STRICT, [KnownName(HOST, "room", strict=True)]),
        ({**STRICT, "route": "direct"}, [KnownName("10.1.2.3", "room", strict=True)]),
        ({**STRICT, "standard": Standard.RFC5924, "expects": ("a",)}, [KnownName("a", "room", strict=True)]),
        ({**STRICT, "standard": Standard.VCS, "expects": ("a",)}, [KnownName("a", "room")]),
        ({**STRICT, "standard": Standard.VCS}, []),
        ({**STRICT, "standard": None, "expects": ("a",)}, [KnownName("a", "room")]),
        ({**STRICT, "standard": Standard.NONE, "expects": ("a",)}, []),
        ({**STRICT, "peer_device": "oslo/mcu-2"}, []),
        ({**STRICT, "connections": ("web_user",)}, []),
    ],
)
def test_the_names_for_sip_peers(facts: dict[str, object], expected: list[KnownName]) -> None:
    device = mcu(device__host_names=[HOST], device__addresses=["10.1.2.3"], peers=(peer("room", **facts),))
    assert list(names_for_sip_peers(device)) == [KnownName(HOST), *expected]
    assert list(names_for_sip_peers(mcu())) == []
    assert KnownName(HOST) == KnownName(HOST, "", strict=False)
