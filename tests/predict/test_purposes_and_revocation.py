"""Purposes of a certificate for each verifier, and how revocation lists are used: whole verdicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mcuaudit.devices.presented import Presented
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict, damaged, missing
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.pkix import PathOutcome, RevocationState
from mcuaudit.pkix.flaws import Kind, issuer_title, title
from mcuaudit.pkix.revocation_status import ListProblem, RevocationStatus
from mcuaudit.predict.purposes import purpose_verdict
from mcuaudit.predict.revocation import CrlUse, RevokedCertificate, crl_uses, revoked_in, unknown_status
from tests.clean_export import ISSUING, ROOT, certificate
from tests.devices.build import peer, record

FAIL, OPEN, PASS = Outcome.FAIL, Outcome.OPEN, Outcome.PASS
LEAF, CA, ANCHOR = record(certificate("room", key=5)), record(ISSUING), record(ROOT)
PLACE = Place(Slot.PEER_CERTIFICATE, "room", "peers/room.pem")
CLIENT, SERVER, ANY = CLIENT_AUTH, SERVER_AUTH, "2.5.29.37.0"
SIP_DOMAIN = "1.3.6.1.5.5.7.3.20"


def purpose(
    usages: tuple[str, ...] | None, verifier: Verifier, standard: Standard = Standard.MCU, wanted: str = CLIENT,
    **facts: Any,
) -> Verdict:  # fmt: skip
    leaf = replace(LEAF, extended_key_usage=usages, **facts)
    path = (leaf, CA, ANCHOR)
    found = purpose_verdict(
        path, Presented(leaf, (CA,), True, PLACE, file="peers/room.pem"), wanted, standard, verifier
    )
    assert purpose_verdict((), Presented(leaf, (), True, PLACE), wanted, standard, verifier).outcome is found.outcome
    return replace(found, reason="")


def lacks(outcome: Outcome, code: str, *readings: str, wanted: str = "clientAuth", evidence: str = "") -> Verdict:
    return Verdict(
        outcome, code, readings=readings, missing_evidence=evidence, cause=cause_at(CauseKind.CERTIFICATE, PLACE),
        remedy=Remedy(RemedyKind.REISSUE_WITH_PURPOSE, (wanted,), PLACE),
    )  # fmt: skip


SERVED = Verdict(PASS, "purpose_served")


@pytest.mark.parametrize(
    ("usages", "mcu", "openssl", "unrecorded"),
    [
        (None, SERVED, SERVED, SERVED),
        ((CLIENT,), SERVED, SERVED, SERVED),
        ((SERVER,), ("A13",), (), ()),
        ((ANY,), ("A13",), (), ("A22",)),
    ],
)
def test_a_lacking_purpose_is_a_failure_for_some_verifiers(
    usages: tuple[str, ...] | None, mcu: Any, openssl: Any, unrecorded: Any
) -> None:
    for verifier, said in ((Verifier.MCU, mcu), (Verifier.OPENSSL, openssl), (Verifier.UNRECORDED, unrecorded)):
        expected = said
        if not isinstance(said, Verdict):
            expected = lacks(OPEN if said else FAIL, "purpose_lacking", *said)
        assert purpose(usages, verifier) == expected
        assert purpose(usages, verifier, Standard.RFC9525) == expected


def test_each_role_has_its_purpose() -> None:
    assert purpose((SERVER,), Verifier.OPENSSL, wanted=SERVER) == SERVED
    assert purpose((CLIENT,), Verifier.OPENSSL, wanted=SERVER) == lacks(FAIL, "purpose_lacking", wanted="serverAuth")


def test_a_netscape_type_matters_to_openssl_alone() -> None:
    """OpenSSL refuses the certificate; whether the MCU does is A13, and other verifiers do not read the extension."""
    typed = {"netscape_certificate_type": frozenset({"server"})}
    remedy = Remedy(RemedyKind.REISSUE_WITHOUT_EXTENSION, (), PLACE)
    for standard in (Standard.MCU, Standard.RFC9525, Standard.RFC5922):
        for verifier, outcome, said in (
            (Verifier.MCU, OPEN, ("A13",)), (Verifier.OPENSSL, FAIL, ()), (Verifier.UNRECORDED, OPEN, ("A22",))
        ):  # fmt: skip
            expected = replace(lacks(outcome, "purpose_lacking", *said), remedy=remedy)
            assert purpose(None, verifier, standard, **typed) == expected
            assert purpose(None, verifier, standard, wanted=SERVER, **typed) == SERVED


def test_a_purpose_that_cannot_be_read_is_open_with_its_file() -> None:
    unread = {"unreadable": ("extKeyUsage",)}
    expected = lacks(OPEN, "unreadable_field", evidence="peers/room.pem")
    for verifier in Verifier:
        assert purpose(None, verifier, **unread) == expected
    assert purpose(None, Verifier.UNRECORDED, Standard.RFC5922, **unread).readings == ()


def test_for_sip_the_worse_of_both_rules_counts() -> None:
    strict = Standard.RFC5922
    assert purpose((CLIENT,), Verifier.OPENSSL, strict).outcome is not FAIL
    assert purpose(None, Verifier.OPENSSL, strict) == SERVED
    only_sip = purpose((SIP_DOMAIN,), Verifier.OPENSSL, strict)
    assert only_sip == lacks(FAIL, "purpose_lacking")
    # The end entity is one certificate of the path, and not a CA above itself.
    assert purpose((CLIENT,), Verifier.UNRECORDED, strict) == SERVED
    # What OpenSSL would refuse is weighed by the rule for SIP alone, if the verifier is not recorded.
    assert purpose((SIP_DOMAIN,), Verifier.UNRECORDED, strict) == lacks(OPEN, "sip_purpose", "RFC5924")
    for standard in (Standard.RFC5922, Standard.RFC5924):
        found = purpose((SERVER,), Verifier.UNRECORDED, standard)
        assert found.reason_code == "sip_purpose"
        assert found == lacks(found.outcome, "sip_purpose", *(("RFC5924",) if found.outcome is OPEN else ()))


def test_a_ca_of_the_path_may_lack_the_purpose() -> None:
    server_ca = replace(CA, extended_key_usage=(SERVER,))
    presented = Presented(LEAF, (CA,), True, PLACE)
    for standard in (Standard.MCU, Standard.RFC5922):
        found = purpose_verdict((LEAF, server_ca, ANCHOR), presented, CLIENT, standard, Verifier.UNRECORDED)
        assert (found.outcome, found.readings) == (OPEN, ("A22",))


# Revocation


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"checks_crls": Answer.YES}, (CrlUse.STRICT,)),
        ({"checks_crls": Answer.NO}, (CrlUse.NONE,)),
        ({}, (CrlUse.NONE,)),
        ({"checks_crls": Answer.YES, "product": "Expressway"}, (CrlUse.LENIENT,)),
        ({"checks_crls": Answer.YES, "standard": Standard.VCS}, (CrlUse.LENIENT,)),
        ({"checks_crls": Answer.YES, "standard": Standard.MCU, "product": "TMS"}, (CrlUse.STRICT,)),
        ({"checks_crls": Answer.YES, "peer_device": "oslo/b", "damage": {"checks_crls": "c"}}, (CrlUse.NONE,)),
        ({"damage": {"checks_crls": "c"}}, (CrlUse.NONE, CrlUse.STRICT)),
        ({"damage": {"checks_crls": "c"}, "product": "Expressway"}, (CrlUse.NONE, CrlUse.LENIENT)),
        ({"damage": {"route": "c"}}, (CrlUse.NONE,)),
    ],
)
def test_how_a_peer_uses_revocation_lists(facts: dict[str, Any], expected: tuple[CrlUse, ...]) -> None:
    assert crl_uses(peer("p", **facts)) == expected
    assert [str(use) for use in CrlUse] == ["none", "lenient", "strict"]


WHEN = datetime(2026, 1, 2, tzinfo=UTC)
GOOD = RevocationStatus(LEAF, RevocationState.NOT_REVOKED)
REVOKED = RevocationStatus(CA, RevocationState.REVOKED, WHEN, "keyCompromise", "x", "CN=Y")
NO_LIST = RevocationStatus(LEAF, RevocationState.UNKNOWN, _problems=(ListProblem(Kind.NO_CRL, "has none"),))
OLD = RevocationStatus(CA, RevocationState.UNKNOWN, _problems=(ListProblem(Kind.CRL_EXPIRED, "is old"),))
ODD = replace(OLD, _problems=(ListProblem(Kind.CRL_UNREADABLE, "is odd", file="crls/x.crl"),))


def path(*statuses: RevocationStatus) -> PathOutcome:
    return PathOutcome(PASS, "ok", "", revocation=statuses)


def test_the_first_revoked_certificate_of_a_path() -> None:
    assert revoked_in(path()) is revoked_in(path(GOOD, NO_LIST)) is None
    other = replace(REVOKED, certificate=ANCHOR)
    assert revoked_in(path(GOOD, REVOKED, other)) == RevokedCertificate(CA.sha256, WHEN, f"{title(CA)} {REVOKED.why}")


def test_a_status_that_is_not_known_is_open_for_who_checks() -> None:
    evidence = f"a current CRL of {issuer_title(LEAF)}"
    expected = missing(evidence, f"{title(LEAF)} {NO_LIST.why}.")
    assert unknown_status(path(GOOD, NO_LIST, OLD), CrlUse.STRICT) == replace(
        expected, reason_code=Kind.REVOCATION_OPEN.code
    )
    assert unknown_status(path(NO_LIST), CrlUse.LENIENT) is None
    assert unknown_status(path(GOOD, REVOKED), CrlUse.STRICT) is unknown_status(path(), CrlUse.STRICT) is None
    # A list that is out of date is no current one, and an Expressway takes that for not revoked.
    assert unknown_status(path(NO_LIST, OLD), CrlUse.LENIENT) is None
    odd = damaged("crls/x.crl", f"{title(CA)} {ODD.why}.")
    assert unknown_status(path(ODD), CrlUse.LENIENT) == replace(odd, reason_code=Kind.REVOCATION_OPEN.code)
