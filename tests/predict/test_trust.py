"""The verdict on a path, by the path alone: whole verdicts, but for their sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.pkix import PathOutcome
from mcuaudit.pkix.flaws import THE_STORE, Kind, title
from mcuaudit.pkix.lacking import Lack, LackingAuthority
from mcuaudit.predict.chain_defects import defect_of_chain, defective_in_chain
from mcuaudit.predict.trust import empty_store, trust_verdict
from mcuaudit.wording.phrases import key_words
from tests.authority import FAR_AHEAD, LAST_YEAR, NOW, rsa_key, self_signed
from tests.clean_export import ISSUING, ROOT, certificate
from tests.devices.build import record

FAIL, OPEN, PASS = Outcome.FAIL, Outcome.OPEN, Outcome.PASS
LEAF, CA, ANCHOR = record(certificate("room", key=5)), record(ISSUING), record(ROOT)
AT_STORE = Place(Slot.SIP_TRUST_STORE, "leeds/mcu-1", "leeds/mcu-1/sip-trust-store.pem")
AT_PEER = Place(Slot.PEER_CERTIFICATE, "room", "peers/room.pem")
OF_STORE, OF_PEER = cause_at(CauseKind.TRUST_STORE, AT_STORE), cause_at(CauseKind.CERTIFICATE, AT_PEER)
STORE = Store("key", (ANCHOR,), True, AT_STORE)
PRESENTED = Presented(LEAF, (CA,), True, AT_PEER, file="peers/room.pem")
REISSUE = Remedy(RemedyKind.REISSUE, target=AT_PEER)
OK = PathOutcome(
    PASS, "ok", "Fine.", path=(LEAF, CA, ANCHOR), valid_until=FAR_AHEAD, every_candidate_good=True,
    candidate_certificates=frozenset({LEAF.sha256, CA.sha256, ANCHOR.sha256}),
)  # fmt: skip
EXPIRED = PathOutcome(FAIL, "expired", f"It is not in {THE_STORE}.", failed_at=LEAF.sha256)


def verdict(
    path: PathOutcome, presented: Presented = PRESENTED, store: Store = STORE, standard: Standard = Standard.MCU,
    verifier: Verifier = Verifier.MCU, known: tuple[Certificate, ...] = (LEAF, CA, ANCHOR),
) -> Verdict:  # fmt: skip
    return trust_verdict(path, presented, store, standard, verifier, {one.sha256: one for one in known}, NOW)


def bare(found: Verdict | None) -> Verdict | None:
    return found and replace(found, reason="")


def test_a_path_that_is_found_is_trusted_until_its_first_end() -> None:
    trusted = Verdict(PASS, "trusted", valid_until=FAR_AHEAD)
    assert verdict(OK) == trusted
    assert verdict(OK, store=replace(STORE, members=())) == trusted


@pytest.mark.parametrize("verifier", Verifier)
def test_what_cannot_be_read_beside_a_valid_path_may_give_a_bad_one(verifier: Verifier) -> None:
    """Reading A19: the verifier may take the path through the CA that is in the damaged block."""
    in_part, damaged_chain = replace(STORE, complete=False), replace(PRESENTED, chain_damaged=True)
    for presented, store, file in (
        (PRESENTED, in_part, AT_STORE.file),
        (damaged_chain, in_part, AT_STORE.file),
        (damaged_chain, STORE, damaged_chain.evidence),
    ):
        found = verdict(OK, presented, store, verifier=verifier)
        assert bare(found) == Verdict(
            OPEN, "perhaps_another_path", readings=("A19",), missing_evidence=file,
            cause=Cause(CauseKind.DAMAGED_EVIDENCE, (file,)), remedy=Remedy(RemedyKind.EXPORT_AGAIN, (file,)),
            valid_until=FAR_AHEAD,
        )  # fmt: skip
    assert "may give another, bad one" in found.reason
    # A verifier that takes CAs from its own store alone does not read what is presented.
    assert verdict(OK, damaged_chain, standard=Standard.VCS, verifier=verifier).outcome is PASS
    # A self-signed certificate is its own path.
    alone = replace(PRESENTED, certificate=record(self_signed("peer", key=rsa_key(4))), chain_damaged=True)
    own = replace(OK, path=(alone.certificate,), candidate_certificates=frozenset({alone.certificate.sha256}))
    known = (alone.certificate,)
    assert verdict(own, alone, in_part, verifier=verifier, known=known).outcome is PASS


def test_another_path_that_is_bad_leaves_it_open() -> None:
    assert bare(verdict(replace(OK, every_candidate_good=False, failed_at=CA.sha256))) == Verdict(
        OPEN, "another_path_is_bad", readings=("A19",), cause=cause_at(CauseKind.TRUST_STORE, AT_STORE),
        remedy=Remedy(RemedyKind.REMOVE_BAD_PATH, target=AT_STORE), valid_until=FAR_AHEAD,
    )  # fmt: skip


ODD = replace(LEAF, key_size=4097)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (replace(LEAF, key_size=4097), "4097"),
        (replace(LEAF, key_algorithm="EC", key_size=256), "EC"),
        (replace(LEAF, key_algorithm="Ed25519", key_size=None), key_words("Ed25519", 0) + ";"),
        (replace(LEAF, signature_hash="sha1"), "is signed with"),
        (replace(LEAF, signature_algorithm="rsassaPss"), "rsassaPss"),
        (replace(LEAF, key_size=4096), ""),
        (replace(LEAF, key_size=None), ""),
    ],
)
def test_an_algorithm_of_which_nothing_is_documented_leaves_an_mcu_open(odd: Certificate, words: str) -> None:
    known = (odd, CA, ANCHOR)
    found = verdict(OK, known=known)
    assert verdict(OK, known=known, verifier=Verifier.OPENSSL).outcome is PASS
    if not words:
        assert found.outcome is PASS
        return
    assert bare(found) == Verdict(
        OPEN, "undocumented_algorithm", readings=("A18",), cause=OF_PEER,
        remedy=Remedy(RemedyKind.REISSUE_WITH_ALGORITHM, target=AT_PEER), valid_until=FAR_AHEAD,
    )  # fmt: skip
    assert words in found.reason


def test_the_signature_of_a_root_does_not_count_and_the_search_goes_on() -> None:
    sha1 = replace(ANCHOR, signature_hash="sha1")
    assert verdict(OK, known=(LEAF, CA, sha1)).outcome is PASS
    assert verdict(OK, known=(LEAF, CA, replace(sha1, key_size=8192))).outcome is OPEN
    # Whichever of the candidates comes first.
    for sha256 in ("0", "f"):
        other = replace(LEAF, sha256=sha256, signature_hash="md5")
        path = replace(OK, candidate_certificates=frozenset({ANCHOR.sha256, sha256}))
        assert verdict(path, known=(ANCHOR, other)).outcome is OPEN
    two = tuple(replace(LEAF, sha256=sha256, subject_text=sha256, key_size=8192) for sha256 in "bahcdefg")
    path = replace(OK, candidate_certificates=frozenset("abcdefgh"))
    assert verdict(path, known=two).reason.startswith("a has")


def test_a_failure_is_that_of_the_certificate_or_of_the_store() -> None:
    for failed_at in (None, "", LEAF.sha256, CA.sha256):
        found = verdict(replace(EXPIRED, failed_at=failed_at, remedy=Remedy(RemedyKind.REISSUE)))
        assert bare(found) == Verdict(FAIL, "expired", cause=OF_PEER, remedy=REISSUE)
        assert found.reason.startswith("It is not in the SIP trust store of leeds/mcu-1.")
    assert bare(verdict(replace(EXPIRED, failed_at=ANCHOR.sha256))) == Verdict(
        FAIL, "expired", cause=OF_STORE, remedy=REISSUE
    )
    add = Remedy(RemedyKind.ADD_AUTHORITY, ("x",))
    assert verdict(replace(EXPIRED, remedy=add)).remedy == add.at(AT_STORE)


@pytest.mark.parametrize("code", ["no_issuer", "intermediate_not_in_store", "expired"])
def test_a_missing_issuer_is_the_cause_of_a_path_without_one(code: str) -> None:
    path = PathOutcome(FAIL, code, "Why.", failed_at=CA.sha256, missing_issuer="CN=X")
    expected = OF_PEER if code == "expired" else LackingAuthority(Lack.ISSUER, "CN=X").cause(AT_STORE)
    assert verdict(path).cause == expected
    without = replace(path, missing_issuer=None, failed_at=ANCHOR.sha256)
    assert verdict(without).cause == OF_STORE
    assert verdict(replace(without, failed_at=LEAF.sha256)).cause == OF_PEER


def test_an_open_path_has_its_readings_or_wants_fewer_certificates() -> None:
    path = PathOutcome(OPEN, "too_many", "Why.", reading=None)
    wanted = "fewer cross-certificates in the SIP trust store of leeds/mcu-1"
    assert bare(verdict(path)) == Verdict(OPEN, "too_many", missing_evidence=wanted, cause=OF_PEER, remedy=REISSUE)
    assert bare(verdict(replace(path, reading="A12 A14"))) == Verdict(
        OPEN, "too_many", readings=("A12", "A14"), cause=OF_PEER, remedy=REISSUE
    )
    assert verdict(replace(path, outcome=FAIL)).missing_evidence == ""


def test_an_empty_store_trusts_nothing() -> None:
    store = replace(STORE, members=())
    expected = Verdict(
        FAIL, "empty_store", cause=OF_STORE, remedy=Remedy(RemedyKind.ADD_PEERS_AUTHORITIES, target=AT_STORE)
    )
    assert bare(empty_store(store)) == bare(verdict(EXPIRED, store=store)) == expected
    assert verdict(EXPIRED, replace(PRESENTED, chain_damaged=True), store).reason_code == "empty_store"


NO_ISSUER = PathOutcome(FAIL, "no_issuer", "Why.", failed_at=CA.sha256, missing_issuer="CN=X")
LACKING = LackingAuthority(Lack.ISSUER, "CN=X").cause(AT_STORE)
IN_PART = replace(STORE, complete=False)
STORE_DAMAGED = Verdict(
    OPEN, "store_damaged", missing_evidence=AT_STORE.file, cause=LACKING,
    remedy=Remedy(RemedyKind.EXPORT_AGAIN, (AT_STORE.file,)),
)  # fmt: skip
CHAIN_DAMAGED = Verdict(
    OPEN, "chain_damaged", missing_evidence="peers/room.pem",
    cause=Cause(CauseKind.DAMAGED_EVIDENCE, ("peers/room.pem",)),
    remedy=Remedy(RemedyKind.EXPORT_AGAIN, ("peers/room.pem",)),
)  # fmt: skip


def test_what_could_not_be_read_may_complete_a_path() -> None:
    damaged_chain = replace(PRESENTED, chain_damaged=True)
    found = verdict(NO_ISSUER, store=IN_PART)
    assert bare(found) == bare(verdict(NO_ISSUER, damaged_chain, IN_PART)) == STORE_DAMAGED
    assert "CN=X is not in that part" in found.reason
    other = verdict(EXPIRED, store=IN_PART)
    assert (other.cause, other.reason_code) == (OF_PEER, "store_damaged")
    assert "could be read: " in other.reason
    assert bare(verdict(NO_ISSUER, damaged_chain)) == CHAIN_DAMAGED
    assert verdict(NO_ISSUER, damaged_chain, standard=Standard.VCS).reason_code == "no_issuer"
    assert verdict(NO_ISSUER).reason_code == "no_issuer"


def test_an_open_path_may_be_completed_where_it_wants_a_certificate() -> None:
    root = PathOutcome(OPEN, "root_missing", "Why.", reading="A12")
    assert bare(verdict(root, store=IN_PART)) == replace(STORE_DAMAGED, cause=OF_PEER)
    assert verdict(root).reason_code == "root_missing"
    other = replace(root, reason_code="x")
    assert verdict(other, store=IN_PART).reason_code == "x"
    between = replace(root, reason_code="intermediate_not_presented")
    damaged_chain = replace(PRESENTED, chain_damaged=True)
    assert bare(verdict(between, damaged_chain)) == CHAIN_DAMAGED
    assert verdict(between).reason_code == "intermediate_not_presented"
    assert verdict(other, damaged_chain).reason_code == "x"


def test_a_flaw_of_the_certificate_itself_is_certain_whatever_could_not_be_read() -> None:
    old = replace(PRESENTED, certificate=replace(LEAF, not_after=LAST_YEAR))
    for presented, store in ((old, IN_PART), (replace(old, chain_damaged=True), STORE)):
        found = verdict(NO_ISSUER, presented, store)
        assert (found.outcome, found.reason_code, found.cause) == (FAIL, "expired", OF_PEER)
        assert found.remedy is not None
        assert found.remedy.target == AT_PEER
        assert found.reason
    assert verdict(NO_ISSUER, old).reason_code == "no_issuer"
    critical = replace(PRESENTED, certificate=replace(LEAF, critical_extensions=frozenset({"1.2.3.4"})))
    found = verdict(NO_ISSUER, critical, IN_PART)
    assert (found.outcome, found.reason_code) == (FAIL, "critical_extension")


UNREADABLE = PathOutcome(OPEN, Kind.UNREADABLE.code, "Why.", failed_at=LEAF.sha256, reading="A12 A14")


def test_a_field_that_cannot_be_read_is_that_of_the_certificate_or_of_a_copy_in_the_store() -> None:
    assert bare(verdict(UNREADABLE)) == Verdict(
        OPEN, Kind.UNREADABLE.code, readings=("A12", "A14"), missing_evidence="peers/room.pem", cause=OF_PEER,
        remedy=REISSUE,
    )  # fmt: skip
    assert verdict(replace(UNREADABLE, reading=None)).readings == ()
    anchor = replace(UNREADABLE, failed_at=ANCHOR.sha256)
    assert bare(verdict(anchor)) == Verdict(
        OPEN, Kind.UNREADABLE.code, readings=("A12", "A14"), missing_evidence=AT_STORE.file, cause=OF_STORE,
        remedy=Remedy(RemedyKind.REPLACE_COPY, (title(ANCHOR), AT_STORE.file), AT_STORE),
    )  # fmt: skip
    assert verdict(replace(anchor, reading=None)).readings == ()
    elsewhere = verdict(replace(UNREADABLE, failed_at="x"))
    assert elsewhere.remedy == Remedy(RemedyKind.REPLACE_COPY, ("", AT_STORE.file), AT_STORE)
    both = replace(STORE, members=(ANCHOR, CA))
    found = verdict(replace(UNREADABLE, failed_at=CA.sha256), store=both)
    assert found.remedy == Remedy(RemedyKind.REPLACE_COPY, (title(CA), AT_STORE.file), AT_STORE)


# Chains


@pytest.mark.parametrize(
    ("code", "failed_at", "store", "expected"),
    [
        ("expired", CA.sha256, STORE, CA),
        ("expired", LEAF.sha256, STORE, None),
        ("expired", ANCHOR.sha256, STORE, None),
        ("expired", CA.sha256, replace(STORE, members=(ANCHOR, CA)), None),
        *((code, CA.sha256, STORE, None) for code in (
            "no_issuer", "intermediate_not_in_store", "root_missing", "root_not_trusted", "loop", "anchor_not_a_ca",
            "intermediate_not_presented",
        )),
    ],
)  # fmt: skip
def test_which_certificate_of_a_chain_is_defective(
    code: str, failed_at: str, store: Store, expected: Certificate | None
) -> None:
    path = PathOutcome(FAIL, code, "Why.", failed_at=failed_at)
    assert defective_in_chain(path, PRESENTED, store) is expected
    found = defect_of_chain(path, PRESENTED, store)
    assert (found is None) is (expected is None)


def test_a_defective_ca_of_a_chain_is_to_be_replaced_in_its_file() -> None:
    path = PathOutcome(FAIL, "expired", "Why.", failed_at=CA.sha256)
    found = defect_of_chain(path, PRESENTED, STORE)
    assert bare(found) == Verdict(FAIL, "expired", cause=OF_PEER, remedy=REISSUE)
    assert found is not None
    assert found.reason.startswith("Why. It is presented in peers/room.pem, after the certificate of room.")
    other = Remedy(RemedyKind.ISSUE_FROM_HIGHER_AUTHORITY)
    found = defect_of_chain(replace(path, remedy=other), PRESENTED, STORE)
    assert found is not None
    assert (found.remedy, found.missing_evidence) == (other.at(AT_PEER), "")
    copy = Remedy(RemedyKind.REPLACE_COPY, (title(CA), "peers/room.pem"), AT_PEER)
    found = defect_of_chain(replace(path, reason_code="signature", reading="A1 A2"), PRESENTED, STORE)
    assert bare(found) == Verdict(FAIL, "signature", readings=("A1", "A2"), cause=OF_PEER, remedy=copy)
    unreadable = replace(path, outcome=OPEN, reason_code=Kind.UNREADABLE.code)
    found = defect_of_chain(unreadable, PRESENTED, STORE)
    assert bare(found) == Verdict(
        OPEN, Kind.UNREADABLE.code, missing_evidence="peers/room.pem", cause=OF_PEER, remedy=copy
    )
    assert found is not None
    assert found.reason.endswith("may be damaged.")


def test_a_signature_of_the_certificate_itself_is_a_damaged_copy_too() -> None:
    path = PathOutcome(FAIL, "signature", "Why.", failed_at=LEAF.sha256)
    found = defect_of_chain(path, PRESENTED, STORE)
    copy = Remedy(RemedyKind.REPLACE_COPY, (title(LEAF), "peers/room.pem"), AT_PEER)
    assert bare(found) == Verdict(FAIL, "signature", cause=OF_PEER, remedy=copy)
    assert found is not None
    assert "after" not in found.reason
    assert defect_of_chain(replace(path, reason_code="expired"), PRESENTED, STORE) is None
    assert defect_of_chain(replace(path, failed_at="x"), PRESENTED, STORE) is None


def test_a_copy_that_differs_from_the_one_elsewhere_is_to_be_replaced() -> None:
    elsewhere = replace(CA, sha256="x")
    path = PathOutcome(OPEN, "intermediate_not_presented", "Why.", reading="A11 A12", to_present=(ANCHOR, elsewhere))
    copy = Remedy(RemedyKind.REPLACE_COPY, (title(CA), "peers/room.pem"), AT_PEER)
    two = replace(PRESENTED, chain=(LEAF, CA))
    for presented in (PRESENTED, two):
        assert bare(defect_of_chain(path, presented, STORE)) == Verdict(
            OPEN, "intermediate_not_presented", readings=("A11", "A12"), cause=OF_PEER, remedy=copy
        )
    found = defect_of_chain(replace(path, reading=None), PRESENTED, STORE)
    assert found is not None
    assert found.readings == ()
    others = (replace(elsewhere, serial_number=CA.serial_number + 1), replace(elsewhere, issuer=b"x"))
    assert defect_of_chain(replace(path, to_present=others), PRESENTED, STORE) is None
