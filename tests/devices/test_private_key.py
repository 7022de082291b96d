"""What the page says of the private key, in the words that people write down."""

from __future__ import annotations

import pytest

from mcuaudit.devices.private_key import EVIDENCE, PRIVATE_KEY, key_matches, without_key
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.verdict import Verdict, missing
from tests.devices.build import DEVICE_ID, damaged, mcu


@pytest.mark.parametrize(
    "words",
    ["Key matches certificate", " KEY  matches\tcertificate. ", "The private key matches the local certificate",
     "Certificate matches key", "Key and certificate match"],
)  # fmt: skip
def test_the_key_matches(words: str) -> None:
    assert key_matches(words) is Answer.YES
    assert without_key(mcu(ssl_certificates__private_key=words)) is None


@pytest.mark.parametrize(
    "words",
    ["Key does not match certificate", "Private key doesn’t match the certificate!", "key doesnt match",
     "Certificate and key do not match", "Key/certificate mismatch", "KEY_MISMATCH", "mismatch",
     "Key-certificate mismatch",
     "does not correspond to the certificate", "Key is not matching", "Wrong key", "No matching key", "no match",
     "Key differs from certificate", "Key and certificate differ", "Key belongs to another certificate",
     "Mismatch between key and certificate", "Private key is missing", "No key", "not installed", "none",
     "Error: key mismatch"],
)  # fmt: skip
def test_the_key_does_not_match(words: str) -> None:
    verdict = without_key(mcu(ssl_certificates__private_key=words))
    assert key_matches(words) is Answer.NO
    assert verdict is not None
    assert (verdict.outcome, verdict.reason_code) == (Outcome.FAIL, "key_does_not_match")
    assert verdict.cause is not None
    assert verdict.remedy is not None


@pytest.mark.parametrize(
    "words",
    ["", "yes", "RSA 2048", "Key matches", "no key problems", "Key mismatch resolved", "no mismatch",
     "Key does not match certificate of mcu-2", "Key matches certificate: no"],
)  # fmt: skip
def test_other_words_leave_it_open(words: str) -> None:
    verdict = without_key(mcu(ssl_certificates__private_key=words))
    assert key_matches(words) is Answer.OPEN
    assert verdict is not None
    assert (verdict.outcome, verdict.missing_evidence) == (Outcome.OPEN, EVIDENCE)


def test_an_export_without_the_words_says_nothing() -> None:
    assert without_key(mcu()) is None
    assert without_key(None) is None


def test_the_whole_verdict_of_each_answer() -> None:
    place = Place(Slot.LOCAL_CERTIFICATE, DEVICE_ID)
    assert (PRIVATE_KEY, EVIDENCE) == (
        "ssl_certificates.private_key", "settings.toml [ssl_certificates] private_key, exactly as the page shows it",
    )  # fmt: skip
    assert without_key(mcu(ssl_certificates__private_key="Key does not match")) == Verdict(
        Outcome.FAIL, "key_does_not_match",
        f"The private key of {DEVICE_ID} does not match its certificate, so it has no TLS connection.",
        cause=cause_at(CauseKind.CERTIFICATE, place), remedy=Remedy(RemedyKind.UPLOAD_WITH_KEY, target=place),
    )  # fmt: skip
    said = 'the page says "???"'
    assert without_key(mcu(ssl_certificates__private_key="???")) == missing(
        EVIDENCE, f"It is undetermined whether the private key of {DEVICE_ID} matches: {said}."
    )
    found = without_key(damaged(mcu(), PRIVATE_KEY))
    assert found is not None
    assert found.missing_evidence == f"{DEVICE_ID}/settings.toml {PRIVATE_KEY}"


@pytest.mark.parametrize(
    "words",
    ["Warning: key mismatch", "error key mismatch", "Key or certificate do not match", "key / certificate mismatch",
     'Key "does not match" certificate.', "“Key does not match certificate”", "no private key found",
     "key is not loaded", "its key is missing", "the private key not found"],
)  # fmt: skip
def test_signs_and_titles_do_not_matter(words: str) -> None:
    assert key_matches(words) is (Answer.OPEN if words == "its key is missing" else Answer.NO)
