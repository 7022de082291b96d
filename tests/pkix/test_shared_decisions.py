"""Decisions that certificates share: who shares one, how many are made, and that each has the outcome of a search."""

from __future__ import annotations

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.errors import UsageError
from mcuaudit.pkix import PathValidator, TrustStore, shared_decisions
from mcuaudit.pkix.decision import decided
from mcuaudit.pkix.many_outcomes import Presentation
from tests.authority import LAST_YEAR, LONG_AGO, NEXT_YEAR, NOW, Authority, p256_key, rsa_key, self_signed

ROOT_CA = Authority.root("Root", key=p256_key(880))
ISSUING_CA = ROOT_CA.intermediate("Issuing", key=p256_key(881), permitted=["DNS:example.com"])
ROOT, ISSUING = ROOT_CA.record, ISSUING_CA.record
STORES = [TrustStore(one) for one in ([ROOT], [ROOT, ISSUING], [ISSUING], [])]


def leaf(number, **wishes):
    return ISSUING_CA.leaf(
        f"mcu{number}", **{"key": p256_key(882), "san": [f"DNS:mcu{number}.example.com"]} | wishes
    ).record


@pytest.fixture
def searches(monkeypatch):
    """The end entities for which a full search is made."""
    made = []
    monkeypatch.setattr(
        shared_decisions, "decided", lambda question, applicant: made.append(question) or decided(question, applicant)
    )
    return made


def test_certificates_that_are_alike_are_decided_once_for_each_store(searches):
    leaves = [leaf(number) for number in range(8)]
    validator = PathValidator(NOW, [ISSUING])
    found = validator.validate_all(map(Presentation, leaves), STORES)
    assert (len(searches), len(found.distinct), found.codes.shape) == (4, 4, (8, 4))
    assert len(validator.signatures) == len(leaves) + 1
    for one in leaves:
        validator.validate(one, (), STORES[0])
    assert len(searches) == 4
    assert {found.outcome(5, 0).path[0], *found.outcome(5, 0).path[1:]} == {leaves[5], ISSUING, ROOT}


EXPIRED = {"not_before": LONG_AGO, "not_after": LAST_YEAR}


@pytest.mark.parametrize(
    "other",
    [
        EXPIRED, {"not_before": NEXT_YEAR, "not_after": NEXT_YEAR}, {"authority_serial": 4},
        {"authority_key_identifier": b"another"}, {"key_identifiers": False}, {"signed_by": p256_key(883)},
        {"signed_by": rsa_key()}, {"san": ["DNS:mcu.example.org"]}, {"critical": "1.3.6.1.4.1.55555.1"},
        {"explicit_policy": 0}, {"purposes": ["clientAuth"]},
    ],
)  # fmt: skip
def test_certificates_that_differ_in_what_decides_share_nothing(other):
    serial = {"authority_serial": ISSUING.serial_number} if "authority_serial" in other else {}
    leaves = [leaf(1, **serial), leaf(2, **other), leaf(3, **serial), leaf(4, **other), self_signed("mcu").record]
    validator = PathValidator(NOW, [ISSUING])
    found = validator.validate_all(map(Presentation, leaves), STORES, "serverAuth")
    for place, one in enumerate(leaves):
        for number, store in enumerate(STORES):
            expected = PathValidator(NOW, [ISSUING]).validate(one, (), store, "serverAuth")
            assert found.outcome(place, number) == validator.validate(one, (), store, "serverAuth") == expected


def test_a_certificate_that_is_in_a_store_is_decided_by_itself(searches):
    leaves = [leaf(number) for number in range(3)]
    stores = [TrustStore([leaves[1]]), STORES[0]]
    found = PathValidator(NOW, [ISSUING]).validate_all(map(Presentation, leaves), stores)
    assert [found.outcome(place, 0).reason_code for place in range(3)] == ["no_issuer", "anchor_not_a_ca", "no_issuer"]
    assert len(searches) == 3


# `validate_all`


def test_the_frame_has_what_validate_says_of_each_pair():
    leaves = [leaf(1), leaf(2, **EXPIRED), self_signed("alone").record]
    stores = {"root": ROOT, "both": [ROOT, ISSUING], "empty": ()}
    frame = mcuaudit.validate_all([leaves[0], *leaves], stores=stores, presented=ISSUING, at=NOW, purpose="serverAuth")
    assert len(frame) == 9
    for row in frame.to_dict("records"):
        one = next(one for one in leaves if one.sha256 == row["certificate"])
        anchors = stores[row["trust_store"]]
        expected = mcuaudit.validate(one, presented=ISSUING, anchors=anchors, at=NOW, purpose="serverAuth")
        assert (row["outcome"], row["reason_code"]) == (expected.outcome, expected.reason_code)
        assert row["presented_chain"] == ISSUING.sha256
        assert (None if pd.isna(row["valid_until"]) else row["valid_until"]) == expected.valid_until
        assert (None if pd.isna(row["failed_at"]) else row["failed_at"]) == expected.failed_at
    assert frame["trust_anchor"].dropna().unique().tolist() == [ROOT.sha256]
    assert frame["openssl_error"].dropna().unique().tolist() == [20, 10, 18]
    assert len(mcuaudit.validate_all([], stores=stores, at=NOW)) == 0
    assert len(mcuaudit.validate_all(leaves, stores={}, at=NOW)) == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"stores": [ROOT]}, "stores is given as list; expected a mapping"),
        ({"stores": {"berlin": 7}}, "stores, berlin"),
        ({"end_entities": [7]}, "end_entities"),
        ({"presented": 7}, "presented"),
        ({"known": 7}, "known"),
        ({"purpose": "codeSigning"}, "unknown purpose"),
        ({"policies": "x"}, "policies"),
        ({"anchor_limits": "x"}, "anchor_limits"),
        ({"at": "x"}, "x"),
    ],
)
def test_what_cannot_be_used_is_named(wrong, words):
    given = {"end_entities": [leaf(1)], "stores": {"root": ROOT}, "at": NOW, **wrong}
    with pytest.raises(UsageError, match=words):
        mcuaudit.validate_all(given.pop("end_entities"), **given)
