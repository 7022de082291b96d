"""Findings of which some are made again: ids and order are those of all findings made at once."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest

from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.replaced_rows import replaced_rows
from mcuaudit.triage import findings as made
from mcuaudit.triage.findings import finding_ids, in_order

DEVICES = 12
DIGITS = "01"
"""Fingerprints of these digits alone often have the same first six."""


def drawn(draw: random.Random, number: int, device: int) -> dict[str, object]:
    fingerprint = "".join(draw.choice(DIGITS) for _ in range(7)) + f"{number:057x}"
    return {
        "code": draw.choice(("MCU101", "MCU304")), "device_id": f"s/m{device}" if device else None,
        "fingerprint": fingerprint, "reference": f"r{number}", "outcome": draw.choice(("open", "fail")),
        "severity": draw.choice(("note", "error")), "connections": draw.randrange(3), "alone_blocks": draw.randrange(2),
    }  # fmt: skip


def ordered(findings: pd.DataFrame) -> pd.DataFrame:
    return in_order(findings.assign(finding_id=finding_ids(findings["code"], findings["fingerprint"])))


@pytest.mark.parametrize("seed", range(12))
def test_some_findings_made_again_are_those_of_all_made_at_once(seed: int) -> None:
    draw = random.Random(seed)
    rows = [drawn(draw, number, draw.randrange(DEVICES)) for number in range(draw.choice((4, 30, 60)))]
    again = {None, *(f"s/m{draw.randrange(1, DEVICES)}" for _ in range(2))}
    kept = [row for row in rows if row["device_id"] not in again]
    new = [drawn(draw, 100 + number, 0) for number in range(3)]
    new += [{**row, "connections": 2} for row in rows if row["device_id"] in again and draw.random() < 0.7]
    former, added = ordered(build_frame("findings", rows)), build_frame("findings", new)
    replaced = np.array([not isinstance(one, str) or one in again for one in former["device_id"]])
    expected = ordered(build_frame("findings", kept + new))
    ids = made._new_ids(former, replaced, added)
    if ids is None:
        remaining = former.loc[~replaced].set_index("fingerprint")["finding_id"]
        assert (expected.set_index("fingerprint")["finding_id"].reindex(remaining.index) != remaining).any()
        return
    found = replaced_rows(former, replaced, in_order(added.assign(finding_id=ids)), made._ranks)
    pd.testing.assert_frame_equal(found, expected)
