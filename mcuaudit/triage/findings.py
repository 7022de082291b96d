"""Findings: the evaluations that are fail or open, each with an id that stays the same from run to run."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import TRUST_STORE_SLOTS
from mcuaudit.frames.declared_frames import build_frame, frame_of_columns
from mcuaudit.frames.replaced_rows import ranks_of, replaced_rows

if TYPE_CHECKING:
    from mcuaudit.rules.rule import Rule

Flags = npt.NDArray[np.bool_]

_WORTH_SORTING: Final = 2
REPORTED: Final = (Outcome.FAIL.value, Outcome.OPEN.value)
"""The outcomes of evaluations that become findings, and of connections that do not work or perhaps do not."""


def make_findings(
    evaluations: pd.DataFrame, rules: Mapping[str, Rule], evidence: pd.DataFrame, connections: pd.DataFrame
) -> pd.DataFrame:
    """The frame `findings`, most severe first."""
    if evaluations.empty:
        return build_frame("findings", [])
    return in_order(_with_ids(_findings(evaluations, rules, evidence, connections)))


def make_findings_again(
    former: pd.DataFrame,
    evaluations: pd.DataFrame,
    rules: Mapping[str, Rule],
    evidence: pd.DataFrame,
    connections: pd.DataFrame,
    replaced: Flags,
    devices: Collection[str],
    codes: Collection[str],
) -> pd.DataFrame:
    """What `make_findings` gives where only some findings may differ.

    Args:
        former: the findings as they were, before waivers.
        evaluations: those that are fail or open, as they are now, and become findings that may differ.
        rules: the rules by code.
        evidence: the frame of that name.
        connections: the frame of that name.
        replaced: which of the findings may differ.
        devices: the devices to which shared evaluations are fanned out, by device_id.
        codes: the rules all of whose findings may differ; what they share is fanned out to all devices.
    """
    apart = evaluations["code"].isin(list(codes))
    own = evidence[evidence["device_id"].isin(list(devices))]
    of_these = connections["device_id"].isin([*devices, *evaluations["device_id"].dropna()])
    parts = [
        _findings(evaluations[apart], rules, evidence, connections) if apart.any() else None,
        _findings(evaluations[~apart], rules, own, connections[of_these]),
    ]
    new = pd.concat([part for part in parts if part is not None], ignore_index=True)
    ids = _new_ids(former, replaced, new)
    if ids is None:
        return in_order(_with_ids(pd.concat([former[~replaced], new], ignore_index=True)))
    return replaced_rows(former, replaced, in_order(new.assign(finding_id=ids)), _ranks)


_ID_DIGITS: Final = 6


def _new_ids(former: pd.DataFrame, replaced: Flags, new: pd.DataFrame) -> pd.Series | None:
    """The ids of new findings; None if the id of a finding that is not replaced becomes another one.

    Only findings with the same first digits as another one have longer ids, so these and the new ones decide.
    """
    shortest = former["code"].str.len() + 1 + _ID_DIGITS
    first = new["code"].astype("str") + "-" + new["fingerprint"].str[:_ID_DIGITS]
    alike = (former["finding_id"].str.len() != shortest) | former["finding_id"].isin(first.tolist())
    kept = former.loc[alike.to_numpy() & ~replaced, ["code", "fingerprint", "finding_id"]]
    both = pd.concat([kept, new[["code", "fingerprint"]]], ignore_index=True)
    ids = finding_ids(both["code"], both["fingerprint"])
    same = ids.iloc[: len(kept)].tolist() == kept["finding_id"].tolist()
    return ids.iloc[len(kept) :].reset_index(drop=True) if same else None


def _ranks(findings: pd.DataFrame) -> list[npt.NDArray[Any]]:
    """Numbers by which findings of different devices or rules are ordered, as `in_order` orders them."""
    ranks = []
    for column in ("code", "device_id"):
        known = sorted(name for name in findings[column].unique() if isinstance(name, str))
        places = ranks_of(findings[column], known)
        ranks.append(np.where(places < 0, len(known), places))
    numbers = [-findings[column].to_numpy(dtype=np.int64) for column in ("connections", "alone_blocks")]
    return [*ranks, *numbers, *(-findings[column].cat.codes.to_numpy() for column in ("severity", "outcome"))]


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
    length = _ID_DIGITS
    code = codes.astype("str") + "-"
    ids = code + fingerprints.str[:length]
    while ids.duplicated().any() and length < 64:
        length += 2
        ids = ids.mask(ids.duplicated(keep=False), code + fingerprints.str[:length])
    return ids


def _with_cause(found: pd.DataFrame, connections: pd.DataFrame) -> list[int]:
    """How many of these connections have the device and the cause of each finding."""
    if not len(found):
        return []
    numbers = Counter(_keys(connections))
    return [numbers[key] if key else 0 for key in _keys(found)]


def _keys(frame: pd.DataFrame) -> Iterator[tuple[str, str] | None]:
    """Device and cause of each row; None where one of them is missing."""
    for device_id, cause_id in zip(frame["device_id"], frame["cause_id"], strict=True):
        yield (device_id, cause_id) if isinstance(device_id, str) and isinstance(cause_id, str) else None
