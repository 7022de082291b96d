"""The limits of a trust anchor (reading A25): checked, not looked at, or open which of the two."""

from __future__ import annotations

from typing import Any

import pytest

from mcuaudit.errors import UsageError
from mcuaudit.pkix import PathValidator, TrustStore
from tests.authority import FAR_AHEAD, LAST_YEAR, LONG_AGO, NOW, Authority, Issued

LIMITS: dict[str, dict[str, Any]] = {
    "period": {"not_after": LAST_YEAR},
    "path length": {"path_length": 0},
    "names that are permitted": {"permitted": ["DNS:other.example.com"]},
    "names that are excluded": {"excluded": ["DNS:example.com"]},
    "a critical extension": {"critical": "1.2.3.4.5"},
}


def outcome(anchor: Authority, limits: Any) -> str:
    """The outcome of a path of three certificates with that anchor, and its reading."""
    issuing = anchor.intermediate("Issuing", not_before=LONG_AGO, not_after=FAR_AHEAD)
    leaf: Issued = issuing.leaf("mcu", san=["DNS:a.example.com"])
    store = TrustStore([anchor.record])
    found = PathValidator(NOW).validate(leaf.record, [issuing.record], store, anchor_limits=limits)
    return f"{found.outcome} {found.reading or ''}".strip()


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_counts_for_whoever_checks_it(limit: str) -> None:
    anchor = Authority.root("Root", **{"not_before": LONG_AGO, "not_after": FAR_AHEAD, **LIMITS[limit]})
    assert [outcome(anchor, limits) for limits in ("check", "both", "ignore")] == ["fail", "open A25", "pass"]


def test_a_good_anchor_is_good_for_everyone() -> None:
    anchor = Authority.root("Root", not_before=LONG_AGO, not_after=FAR_AHEAD)
    assert {outcome(anchor, limits) for limits in ("check", "both", "ignore")} == {"pass"}


def test_an_anchor_is_the_member_of_the_store_where_the_root_is_missing() -> None:
    root = Authority.root("Root", not_before=LONG_AGO, not_after=FAR_AHEAD)
    anchor = root.intermediate("Anchor", not_before=LONG_AGO, not_after=LAST_YEAR)
    leaf = anchor.leaf("mcu")
    store = TrustStore([anchor.record])

    def found(limits: Any) -> str:
        judged = PathValidator(NOW).validate(leaf.record, [], store, anchor_limits=limits)
        return f"{judged.outcome} {judged.reading or ''}".strip()

    assert [found(limits) for limits in ("check", "both", "ignore")] == ["fail", "open A12 A25", "open A12"]


def test_another_word_is_refused() -> None:
    with pytest.raises(UsageError, match='anchor_limits "chekc"; expected "check", "ignore"'):
        PathValidator(NOW).validate(
            Authority.root("Root").record,
            [],
            TrustStore([]),
            anchor_limits="chekc",  # type: ignore[arg-type]
        )
