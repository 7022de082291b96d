"""The changes since the baseline: as one sentence, and as one row per change."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import SLOT_TITLES
from mcuaudit.frames.comparison import Comparison
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import (
    CONNECTION_WORDS,
    NOT_APPLICABLE,
    REFUSED,
    UNDETERMINED,
    listed,
    long_date,
    said,
    short_date,
    time_of_day,
)

_COUNTED: Final = (
    ("device_changes", "added", "device was added", "devices were added"),
    ("device_changes", "removed", "device was removed", "devices were removed"),
    ("administration_changes", "changed", "administrator login changed", "administrator logins changed"),
    ("connection_changes", "changed", "connection changed", "connections changed"),
    ("finding_changes", "new", "finding is new", "findings are new"),
    ("finding_changes", "newRule", "finding is of a new rule", "findings are of new rules"),
    ("finding_changes", "updated", "finding changed", "findings changed"),
    ("finding_changes", "gone", "finding is no longer reported", "findings are no longer reported"),
    ("certificate_changes", "renewed", "certificate was renewed or replaced", "certificates were renewed or replaced"),
    ("certificate_changes", "added", "certificate was added", "certificates were added"),
    ("certificate_changes", "removed", "certificate was removed", "certificates were removed"),
    ("setting_changes", "changed", "setting changed", "settings changed"),
    ("setting_changes", "added", "setting was added", "settings were added"),
    ("setting_changes", "removed", "setting was removed", "settings were removed"),
    ("connection_changes", "added", "connection was added", "connections were added"),
    ("connection_changes", "removed", "connection was removed", "connections were removed"),
)
"""Frame and change, with the words for one and for several, the most important first."""


_CHANGE_ORDER: Final = ("new", "changed", "updated", "renewed", "added", "removed", "gone", "newRule")


_PLACES_SHOWN: Final = 3


def sentence(comparison: Comparison, zone: tzinfo = UTC) -> str:
    """``Since 12 November 2026 (audit ab12cd): 2 connections changed, 3 findings are new, 1 is ….``"""
    since, counts = _since(comparison, zone), _counts(comparison)
    return f"{since}: {listed(counts, most=len(counts))}." if counts else f"{since}, nothing has changed."


def better_and_worse(comparison: Comparison, zone: tzinfo = UTC, *, with_site: bool = True) -> str:
    """``Since … (audit ab12cd), 5 connections became better (3 of them refused before); a lock-out ended: ….``

    Better is nearer to accepted and verified by both sides, in the order refused, undetermined, unverified, accepted.
    A connection that is not possible at one of the two times is neither, nor is one that was added or removed.
    """
    frame = comparison.connection_changes
    words = pd.DataFrame({"then": _word(frame, "previous_"), "now": _word(frame, "")})
    order = {word: place for place, word in enumerate(CONNECTION_WORDS) if word != NOT_APPLICABLE}
    then, now = words["then"].map(order), words["now"].map(order)
    better, worse = words.loc[now > then, "then"], words.loc[now < then, "now"]
    parts = [
        _became(better, "better", "refused before"),
        _became(worse, "worse", "refused now"),
    ]
    moved = listed([part for part in parts if part]) or "no connection became better or worse"
    login = comparison.administration_changes
    login = login[login["change"] == "changed"]
    former, present = login["previous_outcome"], login["outcome"]
    of_lock_outs = (
        ("ended", former.eq(Outcome.FAIL) & ~present.isin([Outcome.FAIL, Outcome.OPEN])),
        ("may have ended", former.eq(Outcome.FAIL) & present.eq(Outcome.OPEN)),
        ("became certain", former.eq(Outcome.OPEN) & present.eq(Outcome.FAIL)),
        ("began", ~former.isin([Outcome.FAIL, Outcome.OPEN]) & present.eq(Outcome.FAIL)),
    )
    for verb, which in of_lock_outs:
        names = sorted(login.loc[which, "device_id" if with_site else "device"])
        if names:
            moved += f"; {'a lock-out' if len(names) == 1 else f'{len(names):,} lock-outs'} {verb}: {listed(names)}"
    return f"{_since(comparison, zone)}, {moved}."


def _became(words: pd.Series, how: str, of_refused: str) -> str:
    """``5 connections became better, 3 of them refused before``; "" for none."""
    if words.empty:
        return ""
    refused = int((words == REFUSED).sum())
    became = f"{plural(len(words), 'connection')} became {how}"
    if not refused:
        return became
    if refused == len(words):
        return f"{became} ({'' if refused == 1 else 'all '}{of_refused})"
    return f"{became} ({refused:,} of them {of_refused})"


def _since(comparison: Comparison, zone: tzinfo) -> str:
    then, now = (datetime.fromisoformat(side["at"]) for side in (comparison.old, comparison.new))
    same_day = then.date() == now.date()
    moment = time_of_day(then, zone) if same_day else long_date(then, zone)
    return f"Since {moment} (audit {comparison.old['audit_id']})"


def short_sentence(comparison: Comparison) -> str:
    """``2 connections changed and 3 findings are new``, for a cell; at most three kinds of changes."""
    counts = _counts(comparison)
    return listed(counts) if counts else "nothing changed"


def _counts(comparison: Comparison) -> list[str]:
    number = {(row["frame"], row["change"]): int(row["rows"]) for row in comparison.counts.to_dict("records")}
    return [
        plural(number[frame, change], one, several) for frame, change, one, several in _COUNTED if number[frame, change]
    ]


def change_rows(comparison: Comparison) -> pd.DataFrame:
    """Every change, one row each: kind, change, severity, where, what.

    The same change on several devices, such as a CA in the store of a site, is one row.
    """
    parts = [_devices(comparison), _administration(comparison), _connections(comparison), _findings(comparison),
             _certificates(comparison), _settings(comparison)]  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["change"] != "unchanged"]
    rows["where"] = rows["device_id"].astype(object).fillna(rows["site"]).fillna("the fleet")
    rows["order"] = rows["change"].map({word: number for number, word in enumerate(_CHANGE_ORDER)})
    key = ["rank", "kind", "order", "urgency", "change", "severity", "what"]
    together = rows.groupby(key, as_index=False, sort=True).agg(where=("where", lambda places: sorted(set(places))))
    return together[["kind", "change", "severity", "where", "what"]]


def _rows(
    frame: pd.DataFrame, rank: int, kind: str, what: pd.Series, severity: Any = "", urgency: Any = 0
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rank": rank,
            "kind": kind,
            "change": frame["change"].astype("str"),
            "severity": severity,
            "urgency": urgency,
            "site": frame["site"],
            "device_id": frame["device_id"],
            "what": what.astype("str"),
        }
    )


def _changed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["change"] != "unchanged"]


def _devices(comparison: Comparison) -> pd.DataFrame:
    frame = _changed(comparison.device_changes)
    what = frame["model"].fillna("device") + " " + frame["software_version"].fillna("")
    return _rows(frame, 0, "device", what.str.strip())


def _administration(comparison: Comparison) -> pd.DataFrame:
    """Who can log in differently; of a device that was added or removed the device itself is the change."""
    frame = comparison.administration_changes
    frame = frame[frame["change"] == "changed"]
    then, now = (frame[f"{prefix}outcome"].astype(object).map(_LOGIN_WORDS) for prefix in ("previous_", ""))
    what = then.where(then == now, then + " → " + now) + ". " + frame["reason"].fillna("")
    order = {word: number for number, word in enumerate(_LOGIN_WORDS.values())}
    return _rows(frame, 1, "administrator login", what, urgency=now.map(order).fillna(len(order)))


_LOGIN_WORDS: Final = {
    Outcome.FAIL.value: "locked out",
    Outcome.OPEN.value: UNDETERMINED,
    Outcome.PASS.value: "possible",
    Outcome.NOT_APPLICABLE.value: "not applicable",
}


def _connections(comparison: Comparison) -> pd.DataFrame:
    frame = _changed(comparison.connection_changes)
    title = (
        frame["connection_type"]
        .astype("str")
        .map({kind.value: definition.title for kind, definition in CONNECTION_TABLE.items()})
    )
    then, now = _word(frame, "previous_"), _word(frame, "")
    reason = frame["reason"].where(frame["reason"].notna(), frame["previous_reason"]).fillna("")
    words = then.where(then == now, then + " → " + now).where(then != "", now).where(now != "", then)
    what = title + ", " + frame["peer"].fillna("") + ": " + words + ". " + reason
    order = {word: number for number, word in enumerate(CONNECTION_WORDS)}
    return _rows(frame, 2, "connection", what, urgency=now.map(order).fillna(len(order)))


def _word(frame: pd.DataFrame, prefix: str) -> pd.Series:
    """The word of pages for the old or the new outcome; empty if there is none."""
    known = frame[f"{prefix}outcome"].notna()
    sides = pd.DataFrame(
        {
            "outcome": frame[f"{prefix}outcome"].astype(object).where(known, Outcome.OPEN.value),
            "authenticated": frame[f"{prefix}authenticated"].astype(object).where(known, "open"),
        }
    )
    return connection_words(sides).astype("str").where(known, "")


def _findings(comparison: Comparison) -> pd.DataFrame:
    frame = _changed(comparison.finding_changes)
    severity = frame["severity"].astype("str").mask(frame["outcome"] == Outcome.OPEN.value, UNDETERMINED)
    waived = frame["status"].map({"waived": " (waived)", "active": ""}).astype("str")
    what = frame["finding_id"] + waived + " " + frame["evidence"]
    order = {"error": 0, "warning": 1, "note": 2}
    return _rows(frame, 3, "finding", what, severity, urgency=severity.map(order).fillna(len(order)))


def _certificates(comparison: Comparison) -> pd.DataFrame:
    frame = _changed(comparison.certificate_changes)
    slot = frame["slot"].astype("str").map({slot.value: title for slot, title in SLOT_TITLES.items()})
    of_peer = ("of " + frame["peer"] + " ").where(frame["peer"].notna(), "")
    ends = frame["not_after"].map(short_date).astype("str")
    before = frame["previous_not_after"].map(short_date).astype("str")
    until = ("valid until " + ends).where(ends != "", "valid until " + before)
    until = until.mask((ends != "") & (before != ""), "valid until " + ends + " (previously " + before + ")")
    key = frame["same_key"].astype(object).map({"yes": ", with the same key", "no": ", with a new key"}).fillna("")
    return _rows(frame, 4, "certificate", slot + " " + of_peer + frame["subject"].fillna("") + ", " + until + key)


def _settings(comparison: Comparison) -> pd.DataFrame:
    frame = _changed(comparison.setting_changes)
    then = ("“" + frame["previous_value"] + "”").where(frame["previous_value"].notna(), "not recorded")
    now = ("“" + frame["value"] + "”").where(frame["value"].notna(), "not recorded")
    return _rows(frame, 5, "setting", frame["setting"] + ": " + then + " → " + now)


_CHANGE_WORDS: Final = {"updated": "changed", "gone": "no longer reported", "newRule": "of a new rule"}


def change_title(kind: str, change: str, severity: str, *, heading: bool = False) -> str:
    """``device added``, ``new error``, ``error no longer reported``, ``undetermined finding changed``.

    A `heading` begins with a capital letter.
    """
    noun = f"{severity} finding" if severity == UNDETERMINED else severity or kind
    first, last = ("new", noun) if severity and change == "new" else (noun, _CHANGE_WORDS.get(change, change))
    return f"{first[:1].upper()}{first[1:]} {last}" if heading else f"{first} {last}"


def change_lines(comparison: Comparison) -> list[str]:
    """Every change as a line of text: what changed and how, where, and the details."""
    return [
        " ".join(
            (
                change_title(row["kind"], row["change"], said(row["severity"])),
                f"{listed(row['where'], _PLACES_SHOWN)}: {row['what']}",
            )
        )
        for row in change_rows(comparison).to_dict("records")
    ]
