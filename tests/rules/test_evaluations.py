"""Evaluations that are kept small give the frame that they stand for, all of it and some of its rows."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from mcuaudit.rules.evaluations import EvaluatedRule, Evaluations, KeptColumn


@pytest.mark.parametrize("rows", [0, 1, 200, 9_999, 10_000, 40_000])
@pytest.mark.parametrize("distinct", [1, 127, 128, 40_000])
def test_a_kept_column_gives_its_texts(rows: int, distinct: int) -> None:
    texts = np.array([None if row % 7 == 3 else f"text {row % distinct}" for row in range(rows)], dtype=object)
    some = np.arange(0, rows, 3)
    kept = pickle.loads(pickle.dumps(KeptColumn(texts)))

    assert kept.objects(None).tolist() == texts.tolist()
    assert kept.objects(some).tolist() == texts[some].tolist()
    assert kept.array().to_pylist() == texts.tolist()


def test_texts_that_occur_often_are_kept_once() -> None:
    kept = KeptColumn(np.array(["m" * 1000] * 20_000, dtype=object))

    assert len(pickle.dumps(kept)) < 30_000


def evaluated(code: str, rows: int, slot: str, view: dict[str, KeptColumn]) -> EvaluatedRule:
    outcomes = np.array([row % 4 for row in range(rows)], dtype=np.int8)
    texts = {row: {"message": f"{code}, row {row}", "fix": "do it"} for row in range(rows) if row % 4 >= 2}
    return EvaluatedRule(code, slot, view, outcomes, texts)


@pytest.mark.parametrize("rows", [6, 12_000])
def test_its_frame_has_every_row_and_what_is_reported_are_the_same_rows(rows: int) -> None:
    subjects = np.array([f"device {row}" for row in range(rows)], dtype=object)
    stores = np.array(["sip_trust_store", None] * (rows // 2), dtype=object)
    shared = {"subject": KeptColumn(subjects), "slot": KeptColumn(stores)}
    found = Evaluations(
        [
            evaluated("MCU101", rows, "local_certificate", {"subject": shared["subject"]}),
            evaluated("MCU303", rows, "ignored", shared),
            evaluated("MCU904", 4, "", {}),
        ]
    )
    frame = found.frame()

    assert len(frame) == 2 * rows + 4
    assert frame["code"].value_counts().to_dict() == {"MCU101": rows, "MCU303": rows, "MCU904": 4}
    assert frame["subject"].tolist()[: rows * 2] == [*subjects, *subjects]
    assert frame.loc[frame["code"] == "MCU101", "slot"].unique().tolist() == ["local_certificate"]
    assert frame["slot"].isna().sum() == rows // 2 + 4
    assert frame["outcome"].astype("str").tolist()[:4] == ["pass", "notApplicable", "open", "fail"]
    assert frame.loc[2, "message"] == "MCU101, row 2"
    assert frame.loc[1, ["message", "device_id"]].isna().all()
    expected = frame[frame["outcome"].isin(["open", "fail"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(found.reported(), expected)
    pd.testing.assert_frame_equal(
        found.without(["MCU303", "MCU904"]).frame(), frame[frame["code"] == "MCU101"].reset_index(drop=True)
    )


def test_no_rules_give_no_rows() -> None:
    assert len(Evaluations([]).frame()) == len(Evaluations([]).reported()) == 0
