"""The table of verifiers: what an MCU, a peer that verifies as OpenSSL, and another make of one certificate."""

from __future__ import annotations

from typing import Any

import pytest

from mcuaudit.devices.presented import Presented, Store
from mcuaudit.devices.verifiers import verifier_of
from mcuaudit.domain.certificate import CLIENT_AUTH
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.predict.certificate_checks import CertificateChecks, Judgement
from tests.authority import FAR_AHEAD, LAST_YEAR, LONG_AGO, NOW, Authority, Issued, p256_key, rsa_key
from tests.devices.build import peer, record

UNKNOWN_EXTENSION = "1.2.3.4.5"


def root(**wishes: Any) -> Authority:
    return Authority.root("Root", **{"key": rsa_key(1), "not_before": LONG_AGO, "not_after": FAR_AHEAD, **wishes})


def below(
    anchor: Authority, purposes: list[str] | None = None, issuing: Any = None, **wishes: Any
) -> tuple[Issued, ...]:
    """An end entity, its issuing CA and the root."""
    ca = anchor.intermediate("Issuing", **{"key": rsa_key(2), **(issuing or {})})
    return ca.leaf("mcu", key=rsa_key(4), purposes=purposes, san=["DNS:a.example.com"], **wishes), ca, anchor


def judged(path: tuple[Issued, ...], verifier: Verifier, standard: Standard = Standard.RFC9525) -> Judgement:
    leaf, *cas = (record(one) for one in path)
    presented = Presented(leaf, tuple(cas[:-1]), True, Place(Slot.LOCAL_CERTIFICATE, "leeds/mcu-1"))
    store = Store("store", (cas[-1],), True, Place(Slot.PEER_TRUST_STORE, "room"))
    return CertificateChecks([leaf, *cas], NOW).judge(presented, store, CLIENT_AUTH, standard, verifier)


def said(verdict: Verdict) -> str:
    return " ".join((verdict.outcome.value, *verdict.readings))


ENDED = {"not_after": LAST_YEAR}


@pytest.mark.parametrize(
    ("path", "mcu", "openssl", "unrecorded"),
    [
        (below(root()), "pass", "pass", "pass"),
        (below(root(), ["clientAuth"]), "pass", "pass", "pass"),
        (below(root(), ["serverAuth"]), "open A13", "fail", "fail"),
        (below(root(), ["any"]), "open A13", "fail", "open A22"),
        (below(root(), ["any"], key_usage=["key_cert_sign"]), "open A13", "fail", "fail"),
        (below(root(), key_usage=["key_cert_sign"]), "open A13", "fail", "fail"),
        (below(root(), ["clientAuth"], {"purposes": ["serverAuth"]}), "open A13", "fail", "open A22"),
        (below(root(), ["clientAuth"], {"purposes": ["any"]}), "open A13", "fail", "open A22"),
        (below(root(purposes=["serverAuth"]), ["clientAuth"]), "open A13", "fail", "open A22"),
    ],
)  # fmt: skip
def test_purposes(path: tuple[Issued, ...], mcu: str, openssl: str, unrecorded: str) -> None:
    found = [said(judged(path, verifier).purpose) for verifier in (Verifier.MCU, Verifier.OPENSSL, Verifier.UNRECORDED)]
    assert found == [mcu, openssl, unrecorded]


@pytest.mark.parametrize(
    "anchor",
    [
        root(not_after=LAST_YEAR),
        root(not_before=FAR_AHEAD, not_after=FAR_AHEAD.replace(year=2040)),
        root(path_length=0),
        root(permitted=["DNS:other.example.com"]),
        root(excluded=["DNS:example.com"]),
        root(critical=UNKNOWN_EXTENSION),
    ],
    ids=["ended", "to come", "path length", "permitted names", "excluded names", "critical extension"],
)
def test_limits_of_the_anchor_count_for_whom_is_taken_to_look(anchor: Authority) -> None:
    found = [
        said(judged(below(anchor), verifier).trust)
        for verifier in (Verifier.MCU, Verifier.OPENSSL, Verifier.UNRECORDED)
    ]
    assert found == ["fail", "fail", "open A25"]


@pytest.mark.parametrize("issuing", [ENDED, {"permitted": ["DNS:other.example.com"]}, {"critical": UNKNOWN_EXTENSION}])
def test_the_same_of_a_ca_below_the_anchor_fails_for_everyone(issuing: dict[str, Any]) -> None:
    path = below(root(), issuing=issuing)
    assert {said(judged(path, verifier).trust) for verifier in Verifier} == {"fail"}


def test_an_anchor_that_may_not_issue_is_no_question_of_its_limits() -> None:
    path = below(root(key_usage=["digital_signature"]))
    assert {said(judged(path, verifier).trust) for verifier in Verifier} == {"fail"}


def test_algorithms_are_open_for_an_mcu_alone() -> None:
    path = below(root(key=p256_key(711)))
    assert [said(judged(path, verifier).trust) for verifier in Verifier] == ["open A18", "pass", "pass"]


@pytest.mark.parametrize(
    ("path", "rfc5922", "rfc5924"),
    [
        (below(root()), "pass", "open RFC5924"),
        (below(root(), ["clientAuth", "sipDomain"]), "pass", "pass"),
        (below(root(), ["clientAuth"]), "pass", "fail"),
        (below(root(), ["sipDomain"]), "open RFC5924", "open RFC5924"),
        (below(root(), ["any"]), "open RFC5924", "open RFC5924"),
        # The TLS purpose is worse.
        (below(root(), key_usage=["key_cert_sign"]), "fail", "fail"),
        (below(root(), ["any"], key_usage=["key_cert_sign"]), "fail", "fail"),
        (below(root(), ["clientAuth", "sipDomain"], {"purposes": ["serverAuth"]}), "open A22", "open A22"),
        (below(root(), ["clientAuth"], {"purposes": ["serverAuth"]}), "open A22", "fail"),
    ],
)  # fmt: skip
def test_the_worse_of_the_purpose_for_sip_and_that_for_tls(
    path: tuple[Issued, ...], rfc5922: str, rfc5924: str
) -> None:
    found = [
        said(judged(path, Verifier.UNRECORDED, standard).purpose) for standard in (Standard.RFC5922, Standard.RFC5924)
    ]
    assert found == [rfc5922, rfc5924]


def test_for_an_expressway_the_purpose_for_tls_is_not_left_to_the_rule_for_sip() -> None:
    for purposes in (["any"], ["sipDomain"]):
        assert said(judged(below(root(), purposes), Verifier.OPENSSL, Standard.RFC5922).purpose) == "fail"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"standard": Standard.MCU, "peer_device": "oslo/mcu-2"}, Verifier.MCU),
        ({"standard": Standard.MCU}, Verifier.OPENSSL),
        ({"standard": Standard.MCU, "product": "endpoint"}, Verifier.OPENSSL),
        ({"standard": Standard.RFC5922, "product": "endpoint"}, Verifier.OPENSSL),
        ({"standard": Standard.RFC9525, "product": "Expressway"}, Verifier.OPENSSL),
        ({"standard": Standard.VCS}, Verifier.OPENSSL),
        ({"standard": Standard.RFC5922}, Verifier.UNRECORDED),
        ({"standard": Standard.RFC5924}, Verifier.UNRECORDED),
        ({"standard": Standard.RFC9525, "product": "TMS"}, Verifier.UNRECORDED),
        ({"standard": Standard.CUCM, "product": "Unified CM"}, Verifier.UNRECORDED),
        ({}, Verifier.UNRECORDED),
    ],
)
def test_with_which_software_a_peer_verifies(facts: dict[str, Any], expected: Verifier) -> None:
    assert verifier_of(peer("room", **facts)) is expected
