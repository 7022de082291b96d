"""Findings: the evaluations that are fail or open, each with an id that stays the same from run to run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import TRUST_STORE_SLOTS
from mcuaudit.frames.schema import conform

if TYPE_CHECKING:
    from mcuaudit.rules.rule import Rule

_REPORTED: Final = (Outcome.FAIL.value, Outcome.OPEN.value)


def make_findings(
    evaluations: pd.DataFrame, rules: Mapping[str, Rule], evidence: pd.DataFrame, connections: pd.DataFrame
) -> pd.DataFrame:
    """The frame `findings`, most severe first."""
    reported = evaluations[evaluations["outcome"].isin(_REPORTED)]
    shared = reported["device_id"].isna() & reported["slot"].notna()
    found = pd.concat([reported[~shared], _fan_out(reported[shared], evidence)], ignore_index=True)
    code = found["code"].astype("str")
    for column, attribute in (
        ("rule", "name"), ("severity", "severity"), ("grade", "grade"), ("source", "source"), ("section", "section"),
    ):  # fmt: skip
        found[column] = code.map({rule.code: getattr(rule, attribute) for rule in rules.values()})
    found["fingerprint"] = fingerprints(found)
    found["finding_id"] = finding_ids(found["code"], found["fingerprint"])
    found["evidence"] = found["message"]
    blocked = connections[connections["outcome"].isin(_REPORTED)]
    found["connections"] = _with_cause(found, blocked)
    found["alone_blocks"] = _with_cause(found, blocked[blocked["further_causes"] == 0])
    found["status"] = "active"
    for column in ("change", "waiver_reason", "waiver_owner", "waiver_expires"):
        found[column] = None
    return in_order(conform("findings", found))


def in_order(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings by what they prevent, the most severe first."""
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


def _with_cause(found: pd.DataFrame, connections: pd.DataFrame) -> Any:
    """How many of these connections have the device and the cause of each finding."""
    key = ["device_id", "cause_id"]
    counts = connections.groupby(key).size().rename("number").reset_index()
    merged = found[key].merge(counts, on=key, how="left")
    return merged["number"].fillna(0).astype("Int64").to_numpy()
