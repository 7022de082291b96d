"""The rows of SARIF and JUnit: each finding, and each check of a device that passed or did not apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.rules import registered_rules

COLUMNS: Final = (
    "outcome", "code", "rule", "subject", "site", "device", "device_id", "slot", "peer", "reference", "message",
    "finding_id", "fingerprint", "severity", "status", "change", "fix", "cause", "grade", "source", "section",
    "missing_evidence", "readings", "file", "line", "certificate", "connection_id",
    "waiver_reason", "waiver_owner", "waiver_expires",
)  # fmt: skip
"""Columns as in `findings`; `message` is the evidence, `line` where the certificate begins in `file`."""

_QUIET: Final = (Outcome.PASS.value, Outcome.NOT_APPLICABLE.value)


def results(audit: Audit) -> pd.DataFrame:
    """The findings in their order, then the evaluations that pass or do not apply and have a device.

    `subject` is what was evaluated, in the words of the evaluation, so that a case keeps its name when it begins to
    fail. If a finding names no file, `file` is the one that declares the connection, setting or slot.
    """
    evaluations = audit.evaluations
    findings = audit.findings.assign(message=audit.findings["evidence"], subject=_subjects(audit.findings, evaluations))
    quiet = evaluations[evaluations["outcome"].isin(_QUIET) & evaluations["device_id"].notna()]
    names = {code: rule.name for code, rule in registered_rules().items()}
    quiet = quiet.assign(rule=quiet["code"].map(names).fillna(quiet["code"]))
    whole = pd.concat([findings, quiet], ignore_index=True).reindex(columns=list(COLUMNS))
    whole["file"] = _files(whole, audit)
    whole["line"] = _lines(whole, audit.placements)
    return whole


def gone_results(audit: Audit) -> pd.DataFrame:
    """The findings of the baseline that are gone, in the same columns; none where there is no baseline."""
    if audit.comparison is None:
        return pd.DataFrame(columns=list(COLUMNS))
    changes = audit.comparison.finding_changes
    gone = changes[changes["change"] == "gone"]
    gone = gone.assign(message=gone["evidence"])
    names = {code: rule.name for code, rule in registered_rules().items()}
    gone = gone.assign(rule=gone["code"].map(names).fillna(gone["code"]))
    return gone.reindex(columns=list(COLUMNS)).reset_index(drop=True)


def _subjects(findings: pd.DataFrame, evaluations: pd.DataFrame) -> pd.Series:
    """What each finding is about; of a file that several devices share, the words of its one evaluation."""
    own = _by_key(evaluations, ("code", "site", "device_id", "slot", "reference"))
    shared = _by_key(evaluations[evaluations["device_id"].isna()], ("code", "slot", "file", "reference"))
    what = _texts(findings, ("slot", "peer", "reference"))
    return _first_known(
        _looked_up(findings, ("code", "site", "device_id", "slot", "reference"), own),
        _looked_up(findings, ("code", "slot", "file", "reference"), shared),
        pd.Series([" ".join(filter(None, words)) for words in zip(*what, strict=True)], index=findings.index),
    )


def _by_key(evaluations: pd.DataFrame, columns: Sequence[str]) -> dict[str, str]:
    return dict(zip(_keys(evaluations, columns), evaluations["subject"], strict=True))


def _keys(frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    return ["\0".join(words) for words in zip(*_texts(frame, columns), strict=True)]


def _texts(frame: pd.DataFrame, columns: Sequence[str]) -> list[pd.Series]:
    return [frame[column].astype("str").fillna("") for column in columns]


def _looked_up(frame: pd.DataFrame, columns: Sequence[str], known: Mapping[str, Any]) -> pd.Series:
    values = [known.get(key) for key in _keys(frame, columns)]
    return pd.Series(values, index=frame.index, dtype=object)


def _first_known(*candidates: pd.Series) -> pd.Series:
    first, *others = (candidate.astype(object) for candidate in candidates)
    for other in others:
        first = first.where(first.notna(), other)
    return first.astype("str")


def _files(whole: pd.DataFrame, audit: Audit) -> pd.Series:
    connections = dict(zip(audit.connections["connection_id"], audit.connections["evidence_file"], strict=True))
    settings = dict(zip(_keys(audit.settings, ("device_id", "setting")), audit.settings["file"], strict=True))
    slots = dict(zip(_keys(audit.evidence, ("device_id", "kind")), audit.evidence["file"], strict=True))
    return _first_known(
        whole["file"],
        _looked_up(whole, ("connection_id",), connections),
        _looked_up(whole, ("device_id", "reference"), settings),
        _looked_up(whole, ("device_id", "slot"), slots),
    )


def _lines(whole: pd.DataFrame, placements: pd.DataFrame) -> pd.Series:
    known = placements.dropna(subset=["line"]).drop_duplicates(["file", "certificate"])
    lines = dict(zip(_keys(known, ("file", "certificate")), known["line"], strict=True))
    return _looked_up(whole, ("file", "certificate"), lines).astype("Int64")
