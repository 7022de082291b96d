"""Reading A18: algorithms of which the documents say nothing leave trust undetermined, for an MCU alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import CLIENT_AUTH, Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.predict.certificate_checks import CertificateChecks
from tests.authority import LAST_YEAR, LONG_AGO, NOW, Authority, p256_key, rsa_key

ROOT = Authority.root("Root", key=rsa_key(1))
MCU = ROOT.leaf("mcu", key=rsa_key(4)).record


def trust(*path: Certificate, standard: Standard = Standard.MCU, verifier: Verifier = Verifier.MCU) -> Verdict:
    """Trust in the first of `path`, of which the last is alone in the store and the others are presented."""
    presented = Presented(path[0], path[1:-1], True, Place(Slot.PEER_CERTIFICATE, "room"))
    store = Store("store", (path[-1],), True, Place(Slot.SIP_TRUST_STORE, "leeds/mcu-1"))
    return CertificateChecks(path, NOW).judge(presented, store, CLIENT_AUTH, standard, verifier).trust


def is_open_by_a18(found: Verdict) -> bool:
    assert found.outcome in (Outcome.PASS, Outcome.OPEN)
    assert (found.readings == ("A18",)) == (found.outcome is Outcome.OPEN)
    return found.outcome is Outcome.OPEN


@pytest.mark.parametrize(("bits", "is_open"), [(2048, False), (3072, False), (4096, False), (4097, True), (8192, True)])
def test_rsa_keys_to_4096_bits_are_taken_as_supported(bits: int, is_open: bool) -> None:
    assert is_open_by_a18(trust(replace(MCU, key_size=bits), ROOT.record)) is is_open
    root = replace(ROOT.record, key_size=bits)
    assert is_open_by_a18(trust(MCU, root)) is is_open, "a key of an anchor counts"


@pytest.mark.parametrize(("digest", "is_open"), [("md5", True), ("sha1", True), ("sha256", False)])
def test_digests_older_than_sha2_are_open(digest: str, is_open: bool) -> None:
    assert is_open_by_a18(trust(ROOT.leaf("mcu", key=rsa_key(4), digest=digest).record, ROOT.record)) is is_open
    between = ROOT.intermediate("Issuing", key=rsa_key(2), digest=digest)
    assert is_open_by_a18(trust(between.leaf("mcu", key=rsa_key(4)).record, between.record, ROOT.record)) is is_open


@pytest.mark.parametrize("digest", ["sha224", "sha384", "sha512"])
def test_the_other_sha2_digests_are_taken_as_supported(digest: str) -> None:
    mcu = replace(MCU, signature_hash=digest, signature_algorithm=f"{digest}WithRSAEncryption")
    assert not is_open_by_a18(trust(mcu, ROOT.record))


def test_rsa_pss_is_open() -> None:
    """By the identifier of the signature, and by that of the key, which some count as plain RSA."""
    assert is_open_by_a18(trust(replace(MCU, signature_algorithm="rsassaPss"), ROOT.record))
    found = trust(replace(MCU, key_algorithm="RSASSA-PSS"), ROOT.record)
    assert is_open_by_a18(found)
    assert "has a 2048-bit RSASSA-PSS key" in found.reason


def test_the_signature_of_an_anchor_by_itself_does_not_count() -> None:
    root = Authority.root("Root", key=rsa_key(1), digest="sha1")
    assert not is_open_by_a18(trust(root.leaf("mcu", key=rsa_key(4)).record, root.record))


@pytest.mark.parametrize("key", [p256_key(710), ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))])
def test_keys_that_are_not_rsa_are_open(key: object) -> None:
    assert is_open_by_a18(trust(ROOT.leaf("mcu", key=key).record, ROOT.record))
    root = Authority.root("Root", key=key)
    assert is_open_by_a18(trust(root.leaf("mcu", key=rsa_key(4)).record, root.record))


def test_a_peer_is_not_asked_for_the_algorithms_of_the_mcu() -> None:
    root = Authority.root("Root", key=p256_key(711))
    assert (
        trust(root.leaf("mcu").record, root.record, standard=Standard.RFC5922, verifier=Verifier.UNRECORDED).outcome
        is Outcome.PASS
    )


def test_a_path_names_the_cas_that_the_store_lacks() -> None:
    issuing = ROOT.intermediate("Issuing", key=rsa_key(2))
    leaf = issuing.leaf("mcu", key=rsa_key(4)).record
    store = Store("store", (ROOT.record,), True, Place(Slot.SIP_TRUST_STORE, "leeds/mcu-1"))
    for known, complete, expected in (
        ((), True, "issuer:CN=Issuing,O=Example"),
        ((issuing.record,), False, "elsewhere:CN=Issuing,O=Example"),
    ):
        checks = CertificateChecks(known, NOW)
        presented = Presented(leaf, (), complete, Place(Slot.PEER_CERTIFICATE, "room"))
        found = checks.judge(presented, store, CLIENT_AUTH, Standard.MCU, Verifier.MCU).trust
        assert [row["lacking"] for row in checks.rows.paths.values()] == [expected]
        assert found.cause is not None
        assert found.cause.kind is (CauseKind.MISSING_AUTHORITY if complete else CauseKind.CERTIFICATE)


def test_each_name_that_was_compared_is_recorded_with_its_reading() -> None:
    leaf = ROOT.leaf("mcu", key=rsa_key(4), san=["IP:10.1.2.3", "DNS:mcu.example.com"]).record
    checks = CertificateChecks((leaf,), NOW)
    place = Place(Slot.LOCAL_CERTIFICATE, "leeds/mcu-1")
    found = checks.identity(leaf, ("10.1.2.3", "mcu.example.com", "elsewhere"), Standard.MCU, place)
    rows = {row["reference"]: row for row in checks.rows.identities.values()}
    assert {(row["certificate"], row["standard"]) for row in rows.values()} == {(leaf.sha256, Standard.MCU.value)}
    told = {reference: (row["outcome"], row["reading"], row["presented"]) for reference, row in rows.items()}
    assert told == {
        "10.1.2.3": (Outcome.OPEN, "A1", "10.1.2.3"),
        "mcu.example.com": (Outcome.PASS, "", "mcu.example.com"),
        "elsewhere": (Outcome.FAIL, "", ""),
    }
    assert found.outcome is Outcome.OPEN


def test_the_store_is_the_cause_of_a_path_that_is_bad_beside_a_good_one() -> None:
    old = ROOT.intermediate("Issuing", key=rsa_key(2), not_before=LONG_AGO, not_after=LAST_YEAR)
    new = ROOT.intermediate("Issuing", key=rsa_key(2))
    leaf = new.leaf("mcu", key=rsa_key(4)).record
    presented = Presented(leaf, (), True, Place(Slot.PEER_CERTIFICATE, "room"))
    members = (ROOT.record, new.record, old.record)
    store = Store("store", members, True, Place(Slot.SIP_TRUST_STORE, "leeds/mcu-1"))
    found = CertificateChecks((leaf, *members), NOW).judge(presented, store, CLIENT_AUTH, Standard.MCU, Verifier.MCU)
    assert found.trust.readings == ("A19",)
    assert found.trust.cause
    assert found.trust.cause.kind is CauseKind.TRUST_STORE
    assert found.trust.remedy
    assert found.trust.remedy.target == store.place


def test_a_name_that_is_not_matched_is_to_be_reissued_and_the_names_are_shown() -> None:
    leaf = ROOT.leaf("mcu", key=rsa_key(4), san=["IP:10.1.2.3"]).record
    checks = CertificateChecks((leaf,), NOW)
    place = Place(Slot.LOCAL_CERTIFICATE, "leeds/mcu-1")
    for names, outcome, readings, words in (
        (("x.example.com",), Outcome.FAIL, (), "does not match the expected name x.example.com: "),
        (("x.example.com", "y.example.com"), Outcome.FAIL, (), "does not match the expected names "),
        (("10.1.2.3",), Outcome.OPEN, ("A1",), "undetermined"),
    ):
        found = checks.identity(leaf, names, Standard.MCU, place)
        assert replace(found, reason="", reason_code="") == Verdict(
            outcome, readings=readings, cause=cause_at(CauseKind.CERTIFICATE, place),
            remedy=Remedy(RemedyKind.REISSUE_WITH_NAMES, names, place),
        )  # fmt: skip
        assert words in found.reason
