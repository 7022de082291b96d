"""What a change does to connections and logins, row by row: two audits, or what one of them predicts, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.comparison import Comparison


class Effect(StrEnum):
    """The outcome of the change for a connection, or of the login of administrators, the worst first."""

    FAILS = "fails"
    """It starts to fail: it worked, or that was undetermined."""
    ENDS = "ends"
    """It worked, or that was undetermined, and is not possible any more: a service or a peer is gone."""
    UNDETERMINED = "undetermined"
    """It worked, and that is undetermined then."""
    LOSES_VERIFICATION = "loses_verification"
    """It works, and one side that verified the other does not any more."""
    GAINS_VERIFICATION = "gains_verification"
    """It works, and one side that did not verify the other does then."""
    PERHAPS_WORKS = "perhaps_works"
    """It failed, and that is undetermined then."""
    WORKS = "works"
    """It starts to work: it failed, or that was undetermined, or it was not possible."""
    APPEARS = "appears"
    """It was not possible before, and fails then, or is undetermined."""
    OTHER = "other"
    """It works, fails or is undetermined as before, for another reason or with another verification."""
    UNCHANGED = "unchanged"
    """Nothing of it differs."""


WORSE: Final = frozenset({Effect.FAILS, Effect.ENDS, Effect.UNDETERMINED})
"""Effects after which something does not work, or perhaps does not, that worked before."""
_FAIL, _OPEN = Outcome.FAIL.value, Outcome.OPEN.value
_PASS, _NONE = Outcome.PASS.value, Outcome.NOT_APPLICABLE.value
_BY_OUTCOMES: Final = {
    (_PASS, _FAIL): Effect.FAILS,
    (_OPEN, _FAIL): Effect.FAILS,
    (_PASS, _OPEN): Effect.UNDETERMINED,
    (_PASS, _NONE): Effect.ENDS,
    (_OPEN, _NONE): Effect.ENDS,
    (_FAIL, _OPEN): Effect.PERHAPS_WORKS,
    (_FAIL, _PASS): Effect.WORKS,
    (_OPEN, _PASS): Effect.WORKS,
    (_NONE, _PASS): Effect.WORKS,
    (_NONE, _FAIL): Effect.APPEARS,
    (_NONE, _OPEN): Effect.APPEARS,
}
_VERIFIED: Final = {
    "neither": frozenset(""),
    "mcu_only": frozenset({"mcu"}),
    "peer_only": frozenset({"peer"}),
    "both": frozenset({"mcu", "peer"}),
}
"""By the value of `authenticated`, which sides verify the other."""


def effect_of(before: str, after: str, verified_before: str = "", verified_after: str = "") -> Effect:
    """The effect on a connection with these outcomes, and these values of `authenticated`; a login has none."""
    if before != after:
        return _BY_OUTCOMES.get((before, after), Effect.OTHER)
    if verified_before == verified_after:
        return Effect.UNCHANGED
    then, now = _VERIFIED.get(verified_before), _VERIFIED.get(verified_after)
    if before != _PASS or then is None or now is None or then == now:
        return Effect.OTHER
    return Effect.LOSES_VERIFICATION if then - now else Effect.GAINS_VERIFICATION


def connection_effects(comparison: Comparison) -> Iterator[tuple[dict[str, Any], Effect]]:
    """Each connection that differs, as a row of `connection_changes`, with the effect."""
    frame = comparison.connection_changes
    for row in frame[frame["change"] != "unchanged"].to_dict("records"):
        effect = effect_of(
            _outcome(row["previous_outcome"]), _outcome(row["outcome"]),
            str(row["previous_authenticated"]), str(row["authenticated"]),
        )  # fmt: skip
        if effect is not Effect.UNCHANGED:
            yield {str(name): value for name, value in row.items()}, effect


def login_effects(comparison: Comparison) -> Iterator[tuple[dict[str, Any], Effect]]:
    """Each device whose login of administrators differs, as a row of `administration_changes`, with the effect."""
    frame = comparison.administration_changes
    for row in frame[frame["change"] != "unchanged"].to_dict("records"):
        effect = effect_of(_outcome(row["previous_outcome"]), _outcome(row["outcome"]))
        yield {str(name): value for name, value in row.items()}, Effect.OTHER if effect is Effect.UNCHANGED else effect


def is_worse(comparison: Comparison) -> bool:
    """Whether something does not work, or perhaps does not, that worked before."""
    every = (*connection_effects(comparison), *login_effects(comparison))
    return any(effect in WORSE for _, effect in every)


def _outcome(cell: Any) -> str:
    """An outcome; a connection that is not there is not possible."""
    return cell if isinstance(cell, str) else Outcome.NOT_APPLICABLE.value
