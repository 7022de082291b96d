"""What one saved OCSP response says of one certificate: good, current, and signed by who may answer, or no pass."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519

from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.verdict import Verdict
from mcuaudit.predict.ocsp import judge_response
from tests.authority import FAR_AHEAD, LAST_YEAR, LONG_AGO, NOW, Authority, Issued, p256_key
from tests.clean_export import ELSEWHERE as RSA_ELSEWHERE
from tests.clean_export import ISSUING as RSA
from tests.clean_export import certificate
from tests.predict.ocsp_responses import LATER, REVOKED, UNKNOWN, delegate, ocsp_response

ISSUING = Authority.root("Issuing CA", key=p256_key(700), not_before=LONG_AGO, not_after=FAR_AHEAD)
NAMESAKE = Authority.root("Issuing CA", key=p256_key(701))
SAME_KEY = Authority.root("Renamed CA", key=p256_key(700))
OTHER = Authority.root("Other CA", key=p256_key(702))
ALICE = ISSUING.leaf("alice", serial=4711)
BOB = ISSUING.leaf("bob")
ED25519, ED25519_ELSEWHERE = (
    Authority.root(name, key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))
    for number, name in enumerate(("Ed25519 CA", "Other Ed25519 CA"))
)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


ALICES = Place(Slot.PEER_CERTIFICATE, "alice")


def judged(
    response: bytes, *, about: Issued = ALICE, issuers: tuple[Issued, ...] = (ISSUING,), at: datetime = NOW
) -> Verdict:
    return judge_response(response, about.record, [one.record for one in issuers], at, ALICES)


def test_a_good_and_current_answer_of_the_issuer_passes() -> None:
    found = judged(ocsp_response(ALICE, ISSUING))
    assert (found.outcome, found.reason_code, found.valid_until) == (Outcome.PASS, "ocsp_good", None)


@pytest.mark.parametrize(
    ("response", "word"),
    [
        (ocsp_response(ALICE, ISSUING, REVOKED), "revoked"),
        (ocsp_response(ALICE, ISSUING, UNKNOWN), "unknown"),
    ],
)
def test_any_other_answer_fails(response: bytes, word: str) -> None:
    found = judged(response)
    assert (found.outcome, found.reason_code) == (Outcome.FAIL, "ocsp_not_good")
    assert word in found.reason


def test_an_unsigned_answer_is_about_no_certificate() -> None:
    found = judged(LATER)
    assert (found.outcome, found.reason_code) == (Outcome.OPEN, "ocsp_open")
    assert "try_later" in found.reason


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        (NOW - HOUR - SECOND, Outcome.OPEN),
        (NOW - HOUR, Outcome.PASS),
        (NOW + HOUR, Outcome.PASS),
        (NOW + HOUR + SECOND, Outcome.OPEN),
    ],
)
def test_an_answer_is_current_from_this_update_to_next_update(at: datetime, outcome: Outcome) -> None:
    assert judged(ocsp_response(ALICE, ISSUING), at=at).outcome is outcome


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        (NOW - SECOND, Outcome.OPEN),
        (NOW, Outcome.PASS),
        (NOW + DAY, Outcome.PASS),
        (NOW + DAY + SECOND, Outcome.OPEN),
        (NOW + 400 * DAY, Outcome.OPEN),
    ],
)
def test_an_answer_without_next_update_is_current_for_a_day(at: datetime, outcome: Outcome) -> None:
    assert judged(ocsp_response(ALICE, ISSUING, this_update=NOW, next_update=None), at=at).outcome is outcome


def test_an_answer_that_is_not_current_is_open_with_the_file_to_bring() -> None:
    found = judged(ocsp_response(ALICE, ISSUING, next_update=NOW - SECOND))
    assert (found.reason_code, found.missing_evidence) == ("ocsp_open", "peers.toml ocsp_response")


def test_revoked_fails_only_where_the_answer_is_verified() -> None:
    assert judged(ocsp_response(ALICE, ISSUING, REVOKED, broken=True)).outcome is Outcome.OPEN
    assert judged(ocsp_response(ALICE, ISSUING, REVOKED, signer=OTHER)).outcome is Outcome.OPEN


def test_an_answer_about_another_serial_number_is_open() -> None:
    found = judged(ocsp_response(BOB, ISSUING))
    assert (found.outcome, found.reason_code) == (Outcome.OPEN, "ocsp_open")


def test_the_same_serial_number_of_another_issuer_is_another_certificate() -> None:
    """Each response names alice's serial number and is signed by her CA; the issuer that it names is not hers."""
    for named in (NAMESAKE, SAME_KEY, OTHER):
        found = judged(ocsp_response(named.leaf("alice", serial=4711), named, signer=ISSUING))
        assert found.outcome is Outcome.OPEN, named.record.subject_text
        assert "is not about" in found.reason


def test_the_issuer_is_found_by_name_and_key_among_its_namesakes() -> None:
    for issuers in ((ISSUING, NAMESAKE), (NAMESAKE, ISSUING), (OTHER, NAMESAKE, ISSUING)):
        assert judged(ocsp_response(ALICE, ISSUING), issuers=issuers).outcome is Outcome.PASS


@pytest.mark.parametrize("issuers", [(), (OTHER,), (NAMESAKE,), (SAME_KEY,)])
def test_without_the_issuer_an_answer_is_open(issuers: tuple[Issued, ...]) -> None:
    assert judged(ocsp_response(ALICE, ISSUING), issuers=issuers).outcome is Outcome.OPEN


@pytest.mark.parametrize("digest", [hashes.SHA1(), hashes.SHA256(), hashes.SHA384()])
def test_the_issuer_is_compared_by_the_digest_that_the_answer_uses(digest: hashes.HashAlgorithm) -> None:
    assert judged(ocsp_response(ALICE, ISSUING, digest=digest)).outcome is Outcome.PASS


RESPONDER = delegate(ISSUING)


def test_a_responder_that_the_issuer_named_may_answer() -> None:
    assert judged(ocsp_response(ALICE, ISSUING, signer=RESPONDER, carried=RESPONDER)).outcome is Outcome.PASS


def test_the_issuer_may_sign_though_it_sends_a_responder_along() -> None:
    assert judged(ocsp_response(ALICE, ISSUING, carried=RESPONDER)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("responder", "at", "outcome"),
    [
        (delegate(ISSUING, purpose=False), NOW, Outcome.OPEN),
        (ISSUING.leaf("responder"), NOW, Outcome.OPEN),
        (delegate(OTHER), NOW, Outcome.OPEN),
        (delegate(ISSUING, signed_by=p256_key(703)), NOW, Outcome.OPEN),
        (delegate(ISSUING, not_before=LONG_AGO, not_after=LAST_YEAR), NOW, Outcome.OPEN),
        (delegate(ISSUING, not_before=NOW), NOW, Outcome.PASS),
        (delegate(ISSUING, not_before=NOW + SECOND), NOW, Outcome.OPEN),
        (delegate(ISSUING, not_after=NOW), NOW, Outcome.PASS),
        (delegate(ISSUING, not_after=NOW - SECOND), NOW, Outcome.OPEN),
    ],
    ids=["purpose", "no purposes", "other CA", "forged", "expired", "begins now", "begins later", "ends now", "ended"],
)
def test_a_responder_needs_the_purpose_the_issuers_signature_and_the_time(
    responder: Issued, at: datetime, outcome: Outcome
) -> None:
    assert judged(ocsp_response(ALICE, ISSUING, signer=responder, carried=responder), at=at).outcome is outcome


def test_a_responder_that_is_not_sent_along_is_not_known() -> None:
    assert judged(ocsp_response(ALICE, ISSUING, signer=RESPONDER)).outcome is Outcome.OPEN


def test_a_signature_by_a_key_of_another_kind_is_not_verified() -> None:
    """Nothing is claimed of algorithms that OCSP servers of these devices do not use."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    issuing = Authority.root("Edwards CA", key=key)
    alice = issuing.leaf("alice")
    assert judged(ocsp_response(alice, issuing), about=alice, issuers=(issuing,)).outcome is Outcome.OPEN


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x03\x0a\x01\x00", ocsp_response(ALICE, ISSUING)[:-9]])
def test_what_is_no_response_is_open(data: bytes) -> None:
    assert judged(data).outcome is Outcome.OPEN


def test_a_serial_number_of_zero_raises_no_warning() -> None:
    odd = ISSUING.leaf("alice", serial=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        response = ocsp_response(ALICE, ISSUING)
        assert judged(response, about=odd).outcome is Outcome.OPEN


def test_the_whole_verdict_of_a_refusal_and_of_an_answer_that_is_open() -> None:
    assert replace(judged(ocsp_response(ALICE, ISSUING, REVOKED)), reason="") == Verdict(
        Outcome.FAIL, "ocsp_not_good", cause=cause_at(CauseKind.CERTIFICATE, ALICES),
        remedy=Remedy(RemedyKind.CHECK_STATUS, target=ALICES),
    )  # fmt: skip
    assert replace(judged(LATER), reason="") == Verdict(
        Outcome.OPEN, "ocsp_open", missing_evidence="peers.toml ocsp_response",
        cause=cause_at(CauseKind.OCSP_RESPONSE, ALICES), remedy=Remedy(RemedyKind.SAVE_OCSP_RESPONSE, target=ALICES),
    )  # fmt: skip


def test_an_issuer_with_an_rsa_key_signs_as_well() -> None:
    alice = certificate("alice", key=6)
    assert judged(ocsp_response(alice, RSA), about=alice, issuers=(RSA,)).outcome is Outcome.PASS
    assert judged(ocsp_response(alice, RSA, broken=True), about=alice, issuers=(RSA,)).outcome is Outcome.OPEN


@pytest.mark.parametrize("issuer", [ISSUING, RSA, ED25519])
@pytest.mark.parametrize("signer", [OTHER, RSA_ELSEWHERE, ED25519_ELSEWHERE])
def test_a_signature_of_another_kind_of_key_is_not_that_of_the_issuer(issuer: Authority, signer: Authority) -> None:
    about = issuer.leaf("alice", key=p256_key(704))
    found = judged(ocsp_response(about, issuer, signer=signer), about=about, issuers=(issuer,))
    assert (found.outcome, found.reason_code) == (Outcome.OPEN, "ocsp_open")
    assert "cannot be read" not in found.reason
