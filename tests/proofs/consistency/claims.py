"""What rules claim of connections: which ones, and what must hold of them where the rule fails, is open or passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from mcuaudit.domain.name_lists import split_names
from tests.proofs.consistency.facts import SIP, USERS, Facts, Row, exists

About = Callable[[Facts, Row], Iterable[Row]]
Must = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a rule.

    Attributes:
        on: the outcomes of an evaluation that make the claim.
        about: the connections that it is about.
        must: what must hold of each of them.
        words: the same in words, for the error.
    """

    on: tuple[str, ...]
    about: About
    must: Must
    words: str


def contradictions_of_rules(facts: Facts, claims: dict[str, tuple[Claim, ...]]) -> dict[str, int]:
    """How many connections each rule was compared with.

    Raises:
        AssertionError: a connection contradicts what a rule claims.
    """
    compared: dict[str, int] = {}
    for evaluation in facts.evaluations:
        for claim in claims.get(evaluation["code"], ()):
            if evaluation["outcome"] not in claim.on:
                continue
            compared.setdefault(evaluation["code"], 0)
            for row in claim.about(facts, evaluation):
                compared[evaluation["code"]] = compared.get(evaluation["code"], 0) + 1
                where = f"{facts.place}: {row['device_id']}, {evaluation['code']} is {evaluation['outcome']}"
                said = evaluation["message"] or evaluation["subject"]
                assert claim.must(row), f"{where} ({said}), so {claim.words}; but {shown(row)}"
    return compared


def shown(row: Row) -> str:
    """A connection, or an administration, in an error."""
    if "connection_id" not in row:
        return f"administration is {row['outcome']}: {row['reason']}"
    return f"{row['connection_id']} is {row['outcome']} ({row['authenticated']}): {row['reason']}"


# What claims are about


def device(*kinds: str, only: Must = exists) -> About:
    """The connections of the device of these types, or of all, that are judged."""
    return lambda facts, row: [one for one in facts.of_device(row["device_id"], *kinds) if only(one)]


def same_connection(facts: Facts, row: Row) -> list[Row]:
    """The connection that the evaluation is about."""
    return [one for one in facts.of_device(row["device_id"]) if one["connection_id"] == row["connection_id"]]


def administration(facts: Facts, row: Row) -> list[Row]:
    """The administration of the device."""
    return [facts.administration[row["device_id"]]]


def of_receiver(facts: Facts, row: Row) -> list[Row]:
    """The feedback receiver that the evaluation refers to by its URI."""
    uri = row["reference"]
    found = facts.of_device(row["device_id"], "feedback_receiver")
    return [one for one in found if uri and one["connection_id"].endswith(f" {uri}")]


def of_peer(*kinds: str) -> About:
    """The connections with the peer of the evaluation."""
    return lambda facts, row: [
        one for one in facts.of_device(row["device_id"], *kinds) if one["peer"] == row["peer"] and exists(one)
    ]


def verified_by_store(facts: Facts, row: Row) -> list[Row]:
    """The connections whose peer the device verifies with the store of the evaluation."""
    found = facts.of_device(row["device_id"], *_BY_SLOT[row["slot"]])
    return [one for one in found if exists(one) and one["mcu_verifies_peer"] == "yes"]


_BY_SLOT: Final = {
    "sip_trust_store": SIP,
    "https_trust_store": (*USERS, "ocsp_server", "feedback_receiver"),
}


def trusted_through(facts: Facts, row: Row) -> list[Row]:
    """The connections whose peer the device trusts by a path through the certificate of the evaluation."""
    slot, file = row["slot"], row["file"]
    devices = [row["device_id"]] if row["device_id"] else facts.users_of_file(slot, file)
    paths = facts.audit.paths
    through = paths[(paths["verifier"] == "mcu") & paths["path"].fillna("").str.contains(row["certificate"])]
    keys = set(zip(through["certificate"], through["trust_store"], strict=True))
    return [
        one
        for device_id in devices
        for one in facts.of_device(device_id, *_BY_SLOT.get(slot, ()))
        if exists(one) and (one["peer_certificate"], one["trust_store"]) in keys
    ]


def without_path(facts: Facts, row: Row) -> list[Row]:
    """The connections that the device verifies with peers that the message of the evaluation names."""
    named = row["message"].partition("no path from ")[2].removesuffix(" to a root.").split(", ")
    return [one for one in verified_by_store(facts, row) if one["peer"] in named]


def expecting(*kinds: str, standards: tuple[str, ...]) -> About:
    """The connections whose peer expects the name that the evaluation refers to, and compares by these standards."""

    def found(facts: Facts, row: Row) -> Iterable[Row]:
        name = next(iter(split_names(row["reference"] or "")), "")
        for one in facts.of_device(row["device_id"], *kinds):
            peer = facts.peers.get((row["device_id"], one["peer"]), {})
            expected = split_names(peer.get("expects") or "")
            if exists(one) and one["standard"] in standards and name in expected:
                yield one

    return found


# What must hold


def refused(row: Row) -> bool:
    """It fails: neither pass nor open."""
    return bool(row["outcome"] == "fail")


def refused_if_presented(row: Row) -> bool:
    """It fails, or the device may present nothing (A20, A26), or what decides cannot be read."""
    perhaps_nothing = {"A20", "A26"} & set((row["readings"] or "").split())
    return refused(row) or (row["outcome"] == "open" and bool(perhaps_nothing or _damaged(row)))


def _damaged(row: Row) -> bool:
    return (row["cause_id"] or "").startswith("damaged_evidence")


def not_passing(row: Row) -> bool:
    """It does not pass."""
    return bool(row["outcome"] != "pass")


def impossible(row: Row) -> bool:
    """It cannot exist."""
    return bool(row["outcome"] == "notApplicable")


def unverified(row: Row) -> bool:
    """The device does not verify the peer."""
    return bool(row["mcu_verifies_peer"] == "no" and row["authenticated"] not in ("both", "mcu_only"))


def peer_has_not_accepted(row: Row) -> bool:
    """No peer verifies the local certificate and accepts it."""
    return not (row["outcome"] == "pass" and row["authenticated"] in ("both", "peer_only"))


def cell(column: str, *words: str) -> Must:
    """A column has one of these words."""
    return lambda row: row[column] in words


def cell_not(column: str, *words: str) -> Must:
    """A column has none of these words."""
    return lambda row: row[column] not in words
