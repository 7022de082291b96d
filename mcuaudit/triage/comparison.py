"""The comparison of two audits: what is new, gone, renewed or changed, and what may explain it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.frames.comparison import AuditName, Comparison
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import array_of_objects, conform, listed
from mcuaudit.frames.schema import SCHEMAS
from mcuaudit.triage.certificate_changes import certificate_changes
from mcuaudit.triage.comparative_rules import judged_against

_COMPARED_COLUMNS: Final = ("outcome", "severity", "status", "evidence")
"""Columns in which two findings with the same fingerprint may differ; the finding is then updated."""


def compare(old: Audit, new: Audit) -> Comparison:
    """Compare two audits, usually of the same fleet at two times.

    Two findings are the same if they have the same rule, device, slot and reference: see ``findings.fingerprint``.

    Returns:
        frames with every row of both audits and its `change`; ``frame[frame["change"] != "unchanged"]`` gives the
        differences.

    Raises:
        UsageError: one of them is redacted and the other is not, or with another key.
    """
    check_comparable(old, new)
    return _compared(old, judged_against(new, old))


def _compared(old: Audit, new: Audit) -> Comparison:
    """The comparison of an audit that has the evaluations that its baseline gives it."""
    return Comparison(
        finding_changes=_findings(old, new),
        certificate_changes=certificate_changes(old, new),
        setting_changes=_settings(old, new),
        connection_changes=_connections(old, new),
        administration_changes=_administration(old, new),
        device_changes=_devices(old, new),
        old=_named(old),
        new=_named(new),
        remarks=tuple(_remarks(old, new)),
    )


def with_baseline(audit: Audit, baseline: Audit) -> Audit:
    """`audit` with its comparison with `baseline`, and the `change` of each finding.

    Raises:
        UsageError: one of them is redacted and the other is not, or with another key.
    """
    check_comparable(baseline, audit)
    audit = judged_against(audit, baseline)
    comparison = _compared(baseline, audit)
    changes = comparison.finding_changes
    by_id = changes[changes["change"] != "gone"].set_index("finding_id")["change"]
    findings = audit.findings.copy()
    findings["change"] = findings["finding_id"].map(by_id).astype(findings["change"].dtype)
    return replace(audit, findings=findings, comparison=comparison, basis=None)


def check_comparable(old: Audit, new: Audit) -> None:
    """Refuse two audits whose names cannot be the same.

    Raises:
        UsageError: one of them is redacted and the other is not, or with another key.
    """
    if old.fleet.redacted != new.fleet.redacted:
        both = old.fleet.redacted and new.fleet.redacted
        which = "are redacted with different keys" if both else "are not both redacted"
        raise UsageError(
            f"The two audits {which}, so that no name of one is in the other. Compare audits that were redacted with "
            "the same key file, or that were not."
        )


def _named(audit: Audit) -> AuditName:
    return AuditName(audit_id=audit.audit_id, at=audit.at.isoformat(), source=audit.fleet.source)


def _findings(old: Audit, new: Audit) -> pd.DataFrame:
    both = _side_by_side("finding_changes", old.findings, new.findings, "fingerprint")
    change = _present(both)
    same = pd.Series(True, index=both.index)
    for column in _COMPARED_COLUMNS:
        same &= _equal(both[column], both[f"previous_{column}"])
    change = change.mask((change == "both") & same, "unchanged").mask((change == "both") & ~same, "updated")
    judged_then = both["code"].isin(list(old.rules))
    change = change.mask(change == "added", "new").mask((change == "added") & ~judged_then, "newRule")
    both["change"] = change.mask(change == "removed", "gone")
    return _framed("finding_changes", both, order=["change", "severity", "finding_id"])


def _settings(old: Audit, new: Audit) -> pd.DataFrame:
    both = _side_by_side("setting_changes", _settings_with_value(old), _settings_with_value(new), "key")
    both["change"] = _changed(both, _equal(both["value"], both["previous_value"]))
    both["value"] = both["value"].mask(both["change"] == "removed")
    both["file"] = both["file"].mask(both["change"] == "removed")
    return _framed("setting_changes", both, order=["device_id", "setting"])


def _settings_with_value(audit: Audit) -> pd.DataFrame:
    settings = audit.settings[audit.settings["source"] != "missing"]
    return settings.assign(key=settings["device_id"] + "\0" + settings["setting"])


def _connections(old: Audit, new: Audit) -> pd.DataFrame:
    both = _side_by_side("connection_changes", old.connections, new.connections, "connection_id")
    same = _equal(both["outcome"], both["previous_outcome"])
    # For a refused connection, who verifies whom follows from the reason.
    same &= (both["outcome"] != Outcome.PASS.value) | _equal(both["authenticated"], both["previous_authenticated"])
    both["change"] = _changed(both, same)
    removed = both["change"] == "removed"
    for column in ("outcome", "authenticated", "reason"):
        both[column] = both[column].mask(removed)
    return _framed("connection_changes", both, order=["connection_id"])


def _administration(old: Audit, new: Audit) -> pd.DataFrame:
    both = _side_by_side("administration_changes", old.administration, new.administration, "device_id")
    both["change"] = _changed(
        both, _equal(both["outcome"], both["previous_outcome"]) & _equal(both["way"], both["previous_way"])
    )
    removed = both["change"] == "removed"
    for column in ("outcome", "way", "reason"):
        both[column] = both[column].mask(removed)
    return _framed("administration_changes", both, order=["device_id"])


def _devices(old: Audit, new: Audit) -> pd.DataFrame:
    both = _side_by_side("device_changes", old.devices, new.devices, "device_id")
    both["change"] = _present(both).replace("both", "unchanged")
    return _framed("device_changes", both, order=["device_id"])


def _side_by_side(name: str, old: pd.DataFrame, new: pd.DataFrame, key: str) -> pd.DataFrame:
    """One row per key of either frame: the columns of `new`, those of `old` with previous_ before them.

    Where only `old` has the key, its values fill the plain columns too, so that a row can be read by itself. Columns
    that are neither compared nor in the frame of that name are left out.
    """
    wanted = {column.removeprefix("previous_") for column in SCHEMAS[name].names} | set(_COMPARED_COLUMNS)
    left, right = (_plain(frame, key, [column for column in frame.columns if column in wanted]) for frame in (new, old))
    both = left.merge(right.add_prefix("previous_"), left_index=True, right_index=True, how="outer", indicator="_side")
    # Before columns are put together: that compares their indexes, and those of two levels slowly.
    keys, both = both.index.get_level_values(0), both.reset_index(drop=True)
    only_old = both["_side"] == "right_only"
    for column in left.columns if only_old.any() else ():
        both[column] = both[column].where(~only_old, both.get(f"previous_{column}"))
    both[key] = keys
    return both


def _plain(frame: pd.DataFrame, key: str, columns: list[str]) -> pd.DataFrame:
    """Columns of the frame without categories, indexed by key, and by a number if a key occurs several times."""
    number = frame.groupby(key).cumcount()
    plain = {column: array_of_objects(listed(frame[column])) for column in columns if column != key}
    return pd.DataFrame(plain, index=pd.MultiIndex.from_arrays([frame[key], number]), copy=False)


def _present(both: pd.DataFrame) -> pd.Series:
    """both, added or removed."""
    words = {"both": "both", "left_only": "added", "right_only": "removed"}
    return both["_side"].astype("str").map(words)


def _changed(both: pd.DataFrame, same: pd.Series) -> pd.Series:
    present = _present(both)
    return present.mask((present == "both") & same, "unchanged").mask((present == "both") & ~same, "changed")


def _equal(one: pd.Series, other: pd.Series) -> pd.Series:
    return (one == other) | (one.isna() & other.isna())


def _framed(name: str, both: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    frame = conform(name, both.reindex(columns=SCHEMAS[name].names))
    return frame.sort_values(order, kind="stable").reset_index(drop=True)


def _remarks(old: Audit, new: Audit) -> list[str]:
    """Other differences that may explain changes."""
    remarks = []
    if old.at > new.at:
        remarks.append("the baseline is later than this audit: findings that look new are the older ones.")
    for name, version in new.versions.items():
        if old.versions.get(name) not in (None, version):
            remarks.append(f"{name}: {old.versions[name]} then, {version} now.")
    before, after = dict(_leaves(old.policy)), dict(_leaves(new.policy))
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            remarks.append(f"policy {key}: {_difference(before.get(key), after.get(key))}.")
    added, dropped = sorted(new.rules.keys() - old.rules.keys()), sorted(old.rules.keys() - new.rules.keys())
    if added:
        remarks.append(f"rules that only this audit checks: {', '.join(added)}.")
    if dropped:
        remarks.append(f"rules that only the baseline checked: {', '.join(dropped)}.")
    return remarks


def _leaves(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    leaves: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            leaves += _leaves(value, f"{prefix}{key}.")
        else:
            leaves.append((f"{prefix}{key}", list(value) if isinstance(value, (list, tuple)) else value))
    return leaves


def _difference(before: Any, after: Any) -> str:
    """The entries of a list that were removed and added; for other values both of them."""
    if not isinstance(before, list) and not isinstance(after, list):
        return f"{_words(before)} then, {_words(after)} now"
    old, new = before or [], after or []
    removed, added = ([entry for entry in one if entry not in other] for one, other in ((old, new), (new, old)))
    parts = [
        f"{word} {', '.join(map(_words, entries))}"
        for word, entries in (("removed", removed), ("added", added))
        if entries
    ]
    return "; ".join(parts) or "in another order"


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({', '.join(f'{key} {one}' for key, one in value.items() if one)})"
    return "not set" if value is None else str(value)
