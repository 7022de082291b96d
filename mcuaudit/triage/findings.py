"""Findings: the evaluations that are fail or open, each with an id that stays the same from run to run."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import TRUST_STORE_SLOTS
from mcuaudit.frames.declared_frames import frame_of_columns

if TYPE_CHECKING:
    from mcuaudit.rules.rule import Rule

_WORTH_SORTING: Final = 2
REPORTED: Final = (Outcome.FAIL.value, Outcome.OPEN.value)
"""The outcomes of evaluations that become findings, and of connections that do not work or perhaps do not."""


def make_findings(
    evaluations: pd.DataFrame, rules: Mapping[str, Rule], evidence: pd.DataFrame, connections: pd.DataFrame
) -> pd.DataFrame:
    """The frame `findings`, most severe first."""
    return in_order(_with_ids(_findings(evaluations, rules, evidence, connections)))


def make_findings_again(
    former: pd.DataFrame,
    evaluations: pd.DataFrame,
    rules: Mapping[str, Rule],
    evidence: pd.DataFrame,
    connections: pd.DataFrame,
    devices: Collection[str],
    codes: Collection[str],
) -> pd.DataFrame:
    """What `make_findings` gives where only the findings of some devices and rules, and those of none, may differ.

    Args:
        former: the findings as they were, before waivers.
        evaluations: all that are fail or open, as they are now.
        rules: the rules by code.
        evidence: the frame of that name.
        connections: the frame of that name.
        devices: the devices whose findings may differ, by device_id.
        codes: the rules whose findings may differ.
    """

    def of_rules(frame: pd.DataFrame) -> pd.Series:
        return frame["code"].isin(list(codes))

    def concerned(frame: pd.DataFrame) -> pd.Series:
        return frame["device_id"].isin(list(devices)) | frame["device_id"].isna() | of_rules(frame)

    evaluations = evaluations[concerned(evaluations)]
    apart = of_rules(evaluations)
    own = [frame[frame["device_id"].isin(list(devices))] for frame in (evidence, connections)]
    new = [
        # What is shared is fanned out to all devices only for rules whose findings may differ everywhere.
        _findings(evaluations[apart], rules, evidence, connections),
        _findings(evaluations[~apart], rules, *own),
    ]
    return in_order(_with_ids(pd.concat([former[~concerned(former)], *new], ignore_index=True)))


def _findings(
    evaluations: pd.DataFrame, rules: Mapping[str, Rule], evidence: pd.DataFrame, connections: pd.DataFrame
) -> pd.DataFrame:
    reported = evaluations[evaluations["outcome"].isin(REPORTED)]
    shared = reported["device_id"].isna() & reported["slot"].notna()
    if shared.any():
        reported = pd.concat([reported[~shared], _fan_out(reported[shared], evidence)], ignore_index=True)
    columns: dict[str, Any] = {str(name): column.array for name, column in reported.items()}
    of_rule = [rules[code] for code in reported["code"]]
    for column, attribute in (
        ("rule", "name"), ("severity", "severity"), ("grade", "grade"), ("source", "source"), ("section", "section"),
    ):  # fmt: skip
        columns[column] = [getattr(rule, attribute) for rule in of_rule]
    nothing = [None] * len(reported)
    blocked = connections[connections["outcome"].isin(REPORTED)]
    columns |= {
        "fingerprint": fingerprints(reported).array,
        "evidence": reported["message"].array,
        "connections": _with_cause(reported, blocked),
        "alone_blocks": _with_cause(reported, blocked[blocked["further_causes"] == 0]),
        "status": ["active"] * len(reported),
        **dict.fromkeys(("finding_id", "change", "waiver_reason", "waiver_owner", "waiver_expires"), nothing),
    }
    return frame_of_columns("findings", columns)


def _with_ids(findings: pd.DataFrame) -> pd.DataFrame:
    return findings.assign(finding_id=finding_ids(findings["code"], findings["fingerprint"]))


def in_order(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings by what they prevent, the most severe first."""
    if len(findings) < _WORTH_SORTING:
        return findings
    order = findings.sort_values(
        ["outcome", "severity", "alone_blocks", "connections", "device_id", "code", "reference"],
        ascending=[False, False, False, False, True, True, True],
        kind="stable",
    )
    return order.reset_index(drop=True)


def _fan_out(shared: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """The evaluation of a store file becomes a finding of every device that uses the file."""
    shared = shared.drop(columns=["site", "device", "device_id"])
    users = evidence.loc[evidence["kind"].isin(TRUST_STORE_SLOTS), ["site", "device", "device_id", "kind", "file"]]
    return shared.merge(users, left_on=["slot", "file"], right_on=["kind", "file"]).drop(columns="kind")


def fingerprints(found: pd.DataFrame) -> pd.Series:
    """SHA-256 of rule, device, slot and reference of each row."""
    # A finding about a site or the fleet has no device; its site takes that place.
    place = found["device_id"].astype("str").fillna(found["site"].astype("str") + "/")
    parts = (series.astype("str").fillna("") for series in (found["code"], place, found["slot"], found["reference"]))
    joined = ["\0".join(words) for words in zip(*parts, strict=True)]
    return pd.Series(
        [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in joined],
        index=found.index,
        dtype="str",
    )


def finding_ids(codes: pd.Series, fingerprints: pd.Series) -> pd.Series:
    """Code and the first six digits of the fingerprint; more if two findings of a rule have the same six."""
    length = 6
    code = codes.astype("str") + "-"
    ids = code + fingerprints.str[:length]
    while ids.duplicated().any() and length < 64:
        length += 2
        ids = ids.mask(ids.duplicated(keep=False), code + fingerprints.str[:length])
    return ids


def _with_cause(found: pd.DataFrame, connections: pd.DataFrame) -> list[int]:
    """How many of these connections have the device and the cause of each finding."""
    numbers = Counter(_keys(connections))
    return [numbers[key] if key else 0 for key in _keys(found)]


def _keys(frame: pd.DataFrame) -> Iterator[tuple[str, str] | None]:
    """Device and cause of each row; None where one of them is missing."""
    for device_id, cause_id in zip(frame["device_id"], frame["cause_id"], strict=True):
        yield (device_id, cause_id) if isinstance(device_id, str) and isinstance(cause_id, str) else None
