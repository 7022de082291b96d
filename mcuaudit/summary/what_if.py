"""What a change would do, in words: one sentence, and one row for each connection and login that it touches."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.frames.comparison import Comparison
from mcuaudit.variants.effects import Effect, connection_effects, login_effects
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
    rows = [
        *(_row(row, effect, LOGIN) for row, effect in login_effects(comparison)),
        *(_row(row, effect, _connection_words(row)) for row, effect in connection_effects(comparison)),
    ]
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


def _connection_words(row: dict[str, Any]) -> str:
    return f"{CONNECTION_TABLE[row['connection_type']].title}, {row['peer']}"


def _row(row: dict[Any, Any], effect: Effect, subject: str) -> dict[str, Any]:
    now = row["reason"] if isinstance(row["reason"], str) else row["previous_reason"]
    return {"effect": effect, "device_id": row["device_id"], "subject": subject, "reason": now}
