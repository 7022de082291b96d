"""Readiness in words: what one value of a setting would do to a device, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import CALLED, UNDETERMINED, begun, listed, said


def ready_counts(frame: pd.DataFrame) -> dict[str, str]:
    """By the label of each setting, how many devices are ready for each value that they do not have today."""
    possible = frame[~frame["is_today"] & (frame["outcome"] != Outcome.NOT_APPLICABLE.value)]
    found = {}
    for setting, rows in possible.groupby("setting", sort=False):
        counts = []
        for value in SETTING_BY_KEY[str(setting)].labels:
            of_value = rows[rows["value"] == value]
            ready = int((of_value["outcome"] == Outcome.PASS.value).sum())
            if len(of_value):
                counts.append(f"“{value}” {ready:,} of {len(of_value):,}")
        found[SETTING_BY_KEY[str(setting)].label] = ", ".join(counts)
    return found


def in_few_words(row: Mapping[Any, Any]) -> str:
    """``2 connections break, lock-out``: what the value would do; of a device that is ready, ``ready``."""
    parts = []
    if row["breaks"]:
        parts.append(plural(row["breaks"], "connection breaks", "connections break"))
    if row["turns_undetermined"]:
        parts.append(f"{plural(row['turns_undetermined'], 'connection')} {UNDETERMINED}")
    if row["login"] == Outcome.FAIL.value and row["outcome"] == Outcome.FAIL.value:
        parts.append("administrators locked out")
    elif row["login"] == Outcome.OPEN.value and row["outcome"] != Outcome.PASS.value:
        parts.append(f"login of administrators {UNDETERMINED}")
    if parts:
        return begun(listed(parts, len(parts)))
    return {
        Outcome.PASS.value: "Ready", Outcome.NOT_APPLICABLE.value: "Not available", Outcome.OPEN.value: "Undetermined",
    }.get(str(row["outcome"]), "Not ready")  # fmt: skip


def blockers(row: Mapping[Any, Any]) -> list[str]:
    """What stands in the way, one sentence each, with the evidence that is missing."""
    found = []
    only_login = row["breaks"] + row["turns_undetermined"] == 0 and bool(said(row["login_reason"]))
    if said(row["blockers"]) and not only_login:
        found.append(begun(f"{said(row['blockers']).rstrip('.')}."))
    if row["login"] in (Outcome.FAIL.value, Outcome.OPEN.value) and row["outcome"] != Outcome.PASS.value:
        found.append(said(row["login_reason"]))
    evidence = split_names(said(row["missing_evidence"]))
    if evidence:
        found.append(f"Not in the export: {listed(evidence)}.")
    return list(dict.fromkeys(one for one in found if one))


def affected(row: Mapping[Any, Any]) -> str:
    """The connections that break or turn undetermined, without the device that the row is about."""
    names = [*split_names(said(row["breaking_connections"])), *split_names(said(row["undetermined_connections"]))]
    return listed([_in_words(name.removeprefix(f"{row['device_id']} ")) for name in names], 6)


def _in_words(name: str) -> str:
    """``outgoing SIP calls with cucm-hamburg``, from the end of a connection_id."""
    kind, _, peer = name.partition(" ")
    words = CALLED[ConnectionType(kind)]
    return f"{words} with {peer}" if peer else words
