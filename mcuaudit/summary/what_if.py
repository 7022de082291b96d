"""What a change would do, in words: one sentence, and one row for each connection and login that it touches."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.comparison import Comparison
from mcuaudit.variants.effects import Effect, effect_of
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import UNDETERMINED, listed

COLUMNS: Final = ("effect", "device_id", "subject", "reason")
LOGIN: Final = "administrator login"
EFFECT_WORDS: Final = {
    Effect.FAILS: "starts to fail",
    Effect.ENDS: "is not possible any more",
    Effect.UNDETERMINED: f"turns {UNDETERMINED}",
    Effect.LOSES_VERIFICATION: "loses verification",
    Effect.APPEARS: "appears, and does not work",
    Effect.PERHAPS_WORKS: "failed, and perhaps works",
    Effect.GAINS_VERIFICATION: "gains verification",
    Effect.WORKS: "starts to work",
    Effect.OTHER: "differs",
}
_COUNTED: Final = (
    (Effect.FAILS, "connection starts to fail", "connections start to fail"),
    (Effect.ENDS, "connection is not possible any more", "connections are not possible any more"),
    (Effect.UNDETERMINED, f"connection turns {UNDETERMINED}", f"connections turn {UNDETERMINED}"),
    (Effect.LOSES_VERIFICATION, "connection loses verification", "connections lose verification"),
    (Effect.WORKS, "connection starts to work", "connections start to work"),
    (Effect.PERHAPS_WORKS, "connection that failed perhaps works", "connections that failed perhaps work"),
    (Effect.GAINS_VERIFICATION, "connection gains verification", "connections gain verification"),
    (Effect.APPEARS, "connection appears and does not work", "connections appear and do not work"),
)
_LOGINS: Final = (
    (Effect.FAILS, "device locks its administrators out", "devices lock their administrators out"),
    (Effect.WORKS, "device lets its administrators in again", "devices let their administrators in again"),
    (Effect.UNDETERMINED, f"administrator login turns {UNDETERMINED}", f"administrator logins turn {UNDETERMINED}"),
)


def effect_rows(comparison: Comparison) -> pd.DataFrame:
    """What a change does, a row each, the worst first: effect, device_id, subject in words, reason."""
    rows = [*_logins(comparison.administration_changes), *_connections(comparison.connection_changes)]
    order = {effect: number for number, effect in enumerate(Effect)}
    # Logins come before connections with the same effect.
    rows.sort(key=lambda row: order[row["effect"]])
    return pd.DataFrame(rows, columns=list(COLUMNS))


def sentence_of(comparison: Comparison) -> str:
    """``If this were changed, 3 connections start to fail and 1 device locks its administrators out.``"""
    rows = effect_rows(comparison)
    counted = [
        plural(number, one, several)
        for words, is_login in ((_LOGINS, True), (_COUNTED, False))
        for effect, one, several in words
        if (number := int(((rows["effect"] == effect) & ((rows["subject"] == LOGIN) == is_login)).sum()))
    ]
    if not counted:
        return "If this were changed, every connection and login would stay as it is."
    return f"If this were changed: {listed(counted, len(counted))}."


def _connections(frame: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    for row in frame[frame["change"] != "unchanged"].to_dict("records"):
        effect = effect_of(
            _outcome(row["previous_outcome"]), _outcome(row["outcome"]),
            str(row["previous_authenticated"]), str(row["authenticated"]),
        )  # fmt: skip
        title = CONNECTION_TABLE[row["connection_type"]].title
        found.append(_row(row, effect, f"{title}, {row['peer']}"))
    return [row for row in found if row["effect"] is not Effect.UNCHANGED]


def _logins(frame: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    for row in frame[frame["change"] != "unchanged"].to_dict("records"):
        effect = effect_of(_outcome(row["previous_outcome"]), _outcome(row["outcome"]))
        found.append(_row(row, Effect.OTHER if effect is Effect.UNCHANGED else effect, LOGIN))
    return found


def _row(row: dict[Any, Any], effect: Effect, subject: str) -> dict[str, Any]:
    now = row["reason"] if isinstance(row["reason"], str) else row["previous_reason"]
    return {"effect": effect, "device_id": row["device_id"], "subject": subject, "reason": now}


def _outcome(cell: Any) -> str:
    """An outcome; a connection that is not there is not possible."""
    return cell if isinstance(cell, str) else Outcome.NOT_APPLICABLE.value
