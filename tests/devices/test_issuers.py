"""Who issued a certificate, and whether a store has its CA."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcuaudit.devices.device import Device
from mcuaudit.devices.issuers import IssuerKind, issuer_kind, names_below_a_root, public_certificates
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Store
from mcuaudit.devices.receiver_issuer import held_issuer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.verdict import Verdict, damaged
from mcuaudit.pkix.lacking import Lack, LackingAuthority
from tests.authority import Authority, rsa_key
from tests.clean_export import ELSEWHERE, ISSUING, ROOT, certificate
from tests.devices.build import DEVICE_ID, mcu, peer, record, records, store

LEAF, FOREIGN = certificate("tms"), certificate("tms", ELSEWHERE, 5)
LOWER = ISSUING.intermediate("Example Lower CA", key=rsa_key(9))
CROSS = Authority.root("Third CA").intermediate("Example Root CA", key=ROOT.key)
BELOW = certificate("tms", LOWER, 6)


def test_public_is_what_lies_below_a_listed_certificate_or_key() -> None:
    issuing, leaf, foreign, lower = records(ISSUING, LEAF, FOREIGN, BELOW)
    every = {one.sha256: one for one in (*records(ROOT, ISSUING, LOWER, LEAF, FOREIGN, BELOW),)}
    below = {issuing.sha256, leaf.sha256, record(LOWER).sha256, lower.sha256}
    assert public_certificates(every, []) == frozenset()
    assert public_certificates(every, [issuing.sha256, "x"]) == below
    assert public_certificates(every, [issuing.public_key_sha256]) == below
    assert public_certificates(every, [foreign.sha256]) == {foreign.sha256}


def test_a_name_is_below_a_root_by_a_path_of_names() -> None:
    root, issuing, lower, leaf, foreign = records(ROOT, ISSUING, LOWER, BELOW, FOREIGN)
    assert names_below_a_root([lower, issuing, root, leaf, foreign]) == {
        root.subject_text, issuing.subject_text, lower.subject_text,
    }  # fmt: skip
    assert names_below_a_root([lower, issuing]) == frozenset()
    assert names_below_a_root([root, lower, leaf]) == {root.subject_text}
    # A self-issued certificate is a root whatever it says of itself.
    assert names_below_a_root([replace(root, is_ca=False)]) == {root.subject_text}
    # Two CAs that issued each other lead to no root, and end nothing.
    one, two = replace(issuing, issuer_text="B", subject_text="A"), replace(lower, issuer_text="A", subject_text="B")
    assert names_below_a_root([one, two]) == frozenset()
    both = replace(root, issuer_text="A", subject_text="A")
    assert names_below_a_root([one, two, both]) == {"A", "B"}


def test_an_issuer_is_public_before_it_is_private() -> None:
    leaf = record(LEAF)
    assert issuer_kind(leaf, frozenset({leaf.sha256}), frozenset({leaf.issuer_text})) is IssuerKind.PUBLIC
    assert issuer_kind(leaf, frozenset(), frozenset({leaf.issuer_text})) is IssuerKind.PRIVATE
    assert issuer_kind(leaf, frozenset(), frozenset({leaf.subject_text})) is IssuerKind.UNKNOWN
    assert [str(kind) for kind in IssuerKind] == ["public", "private", "unknown"]


PLACE = Place(Slot.HTTPS_TRUST_STORE, DEVICE_ID, f"{DEVICE_ID}/https_trust_store.pem")
TITLE = f"HTTPS trust store of {DEVICE_ID}"


def receiver(issued: Any, *chain: Authority, **facts: Any) -> Peer:
    return peer("tms", certificate=issued, chain=chain, certificate_file="peers/tms.pem", **facts)


def held(receiver_: Peer, *members: Authority, complete: bool = True, known: tuple[Authority, ...] = ()) -> Any:
    kept = store(DEVICE_ID, *members, slot=Slot.HTTPS_TRUST_STORE, complete=complete)
    device = Device(DEVICE_ID, trust_stores={Slot.HTTPS_TRUST_STORE: replace(kept, place=PLACE)})
    return held_issuer(device, receiver_, records(*known))


@pytest.mark.parametrize(
    ("issued", "chain", "members"),
    [(LEAF, (ISSUING,), (ROOT,)), (LEAF, (), (ISSUING,)), (BELOW, (ISSUING, LOWER), (ELSEWHERE, ROOT))],
)
def test_an_issuer_is_held_by_names_and_signatures(
    issued: Any, chain: tuple[Authority, ...], members: tuple[Authority, ...]
) -> None:
    passed = Verdict(Outcome.PASS, "issuer_held")
    assert held(receiver(issued, *chain), *members) == passed
    # It is, whatever else could not be read.
    assert held(receiver(issued, *chain, presented_chain_damaged=True), *members, complete=False) == passed


@pytest.mark.parametrize(
    ("issued", "chain", "lacking"),
    [
        # A root is what is lacking, whatever lies above another certificate of its name.
        (ROOT, (CROSS,), ROOT),
        (LEAF, (), ISSUING),
        (LEAF, (ISSUING,), ROOT),
        (LEAF, (ISSUING, ROOT), ROOT),
        (LEAF, (ROOT, ISSUING), ROOT),
        (LEAF, (ROOT,), ISSUING),
        (BELOW, (LOWER,), ISSUING),
        (BELOW, (LOWER, ISSUING), ROOT),
        (ROOT, (), ROOT),
    ],
)
def test_what_the_store_lacks_is_the_ca_above_what_is_presented(
    issued: Any, chain: tuple[Authority, ...], lacking: Authority
) -> None:
    name = record(lacking).subject_text
    found = held(receiver(issued, *chain, chain_complete=Answer.YES), ELSEWHERE, known=(ROOT, ISSUING, LOWER))
    assert found == Verdict(
        Outcome.FAIL, "no_issuer", f"The {TITLE} lacks {name}, without which the device cannot verify tms.",
        cause=LackingAuthority(Lack.ISSUER, name).cause(PLACE),
        remedy=Remedy(RemedyKind.ADD_AUTHORITY, (name,), PLACE),
    )  # fmt: skip


def test_a_path_through_a_ca_that_lies_elsewhere_may_exist() -> None:
    tms = receiver(LEAF)
    name = record(ISSUING).subject_text
    found = held(tms, ROOT, known=(ISSUING,))
    assert found == Verdict(
        Outcome.OPEN, "intermediate_not_presented",
        f"The {TITLE} has no CA that issued what tms is known to present; {name} is elsewhere.", ("A11",),
        cause=LackingAuthority(Lack.ISSUER, name).cause(PLACE),
        remedy=Remedy(RemedyKind.ADD_AUTHORITY, (name,), PLACE),
    )  # fmt: skip
    assert held(tms, ROOT).outcome is held(tms, ELSEWHERE, known=(ISSUING,)).outcome is Outcome.FAIL
    assert held(replace(tms, chain_complete=Answer.YES), ROOT, known=(ISSUING,)).outcome is Outcome.FAIL


def test_what_could_not_be_read_may_complete_the_path() -> None:
    file = PLACE.file
    in_part = damaged(
        file, f"Only a part of the {TITLE} could be read. It may complete the path.",
        Remedy(RemedyKind.EXPORT_AGAIN, (file,)),
    )  # fmt: skip
    assert held(receiver(LEAF), complete=False) == in_part
    assert held(receiver(LEAF, presented_chain_damaged=True), complete=False) == in_part
    file = "peers/tms.pem"
    assert held(receiver(LEAF, presented_chain_damaged=True, chain_complete=Answer.YES), ELSEWHERE) == damaged(
        file, "A certificate that tms presents is unreadable. It may complete the path.",
        Remedy(RemedyKind.EXPORT_AGAIN, (file,)),
    )  # fmt: skip


def test_without_a_certificate_or_a_store_nothing_is_said_but_what_cannot_be_read() -> None:
    assert held(peer("tms"), ROOT) is None
    unread = peer("tms", damage={"certificate": "peers/tms.pem"})
    assert held(unread, ROOT).missing_evidence == "peers/tms.pem"
    assert held(peer("tms", damage={"trust_store": "peers/x.pem"}), ROOT) is None
    found = held_issuer(mcu(), receiver(LEAF), ())
    assert isinstance(found, Verdict)
    assert (found.reason_code, found.missing_evidence) == ("missing_evidence", "https-trust-store.pem")
    assert not isinstance(found, Store)
    assert Cause(CauseKind.MISSING_EVIDENCE, ("https-trust-store.pem",)) == found.cause
