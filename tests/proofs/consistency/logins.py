"""The administration of each device beside its ways in, and these beside the connections of the same users."""

from __future__ import annotations

from collections import Counter

from mcuaudit.predict.prediction import Prediction
from mcuaudit.predict.ways import Way
from tests.proofs.consistency.claims import shown
from tests.proofs.consistency.facts import Facts, Row

_BY_CERTIFICATE = "HTTPS with the certificate of "


def administration_by_its_ways(facts: Facts, predicted: Prediction) -> Counter[str]:
    """Compare each administration with every way in.

    Raises:
        AssertionError: a device is administered by a user whose connection does not pass; or its outcome, or the time
            at which it ends, is not that of its ways.
    """
    counts: Counter[str] = Counter()
    for device_id, row in facts.administration.items():
        place = f"{facts.place}: {device_id}, {shown(row)}"
        users = {one["peer"]: one for one in facts.of_device(device_id, "web_user")}
        for name in _named(row["way"] or ""):
            found = users[name]["outcome"]
            assert found == "pass", f"{place} (by {row['way']}); but {shown(users[name])}"
        ways = predicted.ways[device_id]
        for way in ways:
            _is_its_connection(way, users, place)
        if ways:
            _is_what_its_ways_are(row, ways, users, place)
        assert row["outcome"] == "pass" or row["fails_on"] is None, f"{place}, and fails_on is {row['fails_on']}"
        counts[f"administration: {row['outcome']}"] += 1
        counts["ways in"] += len(ways)
    return counts


def _named(way: str) -> list[str]:
    """The users by whose certificates an administrator can log in."""
    return [one.removeprefix(_BY_CERTIFICATE) for one in way.split(" or ") if one.startswith(_BY_CERTIFICATE)]


def _is_its_connection(way: Way, users: dict[str, Row], place: str) -> None:
    if way.peer is None or way.peer.name not in users:
        return
    row = users[way.peer.name]
    if way.verdict.outcome == "pass":
        assert row["outcome"] == "pass", f"{place}: a way in is {way.name}; but {shown(row)}"
        assert way.fails_on == row["fails_on"], f"{place}: {way.name} ends {way.fails_on}, {shown(row)} does not"
    if row["outcome"] == "fail":
        assert way.verdict.outcome == "fail", f"{place}: {way.name} is {way.verdict.outcome}; but {shown(row)}"


def _is_what_its_ways_are(row: Row, ways: tuple[Way, ...], users: dict[str, Row], place: str) -> None:
    outcomes = [way.verdict.outcome.value for way in ways]
    expected = next((word for word in ("pass", "open") if word in outcomes), "fail")
    named = {way.name: way.verdict.outcome.value for way in ways}
    assert row["outcome"] == expected, f"{place}; but its ways in are {named}"
    ends = [way.fails_on for way in ways if way.verdict.outcome == "pass"]
    known = [end for end in ends if end is not None]
    last = max(known) if known and len(known) == len(ends) else None
    assert row["fails_on"] == last, f"{place}: fails_on is {row['fails_on']}; the last of its ways in ends {last}"
