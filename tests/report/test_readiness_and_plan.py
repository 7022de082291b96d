"""Readiness and plan on the pages: made once, kept with the audit, and shown as the commands say it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.domain.settings import VERIFICATION_SETTINGS
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.notebook.reports import fleet_report, site_report
from mcuaudit.report.evaluated import for_pages
from mcuaudit.report.sections.plan import _of_cell, plan_picture
from mcuaudit.report.sections.readiness import DEVICES, readiness_picture, readiness_section
from mcuaudit.summary.plan import plan_parts, step_details
from mcuaudit.variants.plans.plan import Plan, plan

TARGET = mcuaudit.SetSetting("Verification settings", "Outgoing and incoming calls", ("leeds/*", "hamburg/mcu-alster"))


@pytest.fixture(scope="module")
def sample(sample_audit: Audit) -> Audit:
    return sample_audit


@pytest.fixture(scope="module")
def evaluated(sample: Audit) -> Audit:
    return for_pages(sample, TARGET)


@pytest.fixture(scope="module")
def planned(sample: Audit) -> Plan:
    return plan(sample, TARGET)


def plain(html: str) -> str:
    """The words of a section."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_a_kept_audit_has_what_its_pages_need(evaluated: Audit, tmp_path: Path) -> None:
    evaluated.save(tmp_path / "audit")
    loaded = mcuaudit.load(tmp_path / "audit")
    for name, frame in evaluated.for_pages.frames.items():
        pd.testing.assert_frame_equal(frame, loaded.for_pages.frames[name])
    assert loaded.for_pages.plan is not None
    assert loaded.for_pages.plan.values == evaluated.for_pages.plan.values  # type: ignore[union-attr]
    page = fleet_report(loaded)
    assert page.readiness.html == fleet_report(evaluated).readiness.html
    assert page.plan.html == fleet_report(evaluated).plan.html


def test_pages_of_a_kept_audit_evaluate_nothing(
    evaluated: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated.save(tmp_path / "audit")
    loaded = mcuaudit.load(tmp_path / "audit")
    monkeypatch.setattr("mcuaudit.variants.readiness.state_of", None)
    monkeypatch.setattr("mcuaudit.variants.plans.plan.state_of", None)
    for report in (fleet_report(loaded), site_report(loaded, "leeds")):
        assert "Ready" in report.readiness.html or "ready" in report.readiness.html
        assert "The target" in report.plan.html


def test_an_audit_that_was_kept_without_reports_is_evaluated_by_its_page(sample: Audit, evaluated: Audit) -> None:
    assert sample.for_pages.frames == {}
    page = site_report(sample, "hamburg")
    assert page.readiness.html == site_report(evaluated, "hamburg").readiness.html
    assert "This report has no target." in page.plan.html


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"accepted_before": -1}, "plan.accepted_before"),
        ({"targets": "all"}, "plan.targets"),
        ({"remarks": [1]}, "plan.remarks"),
    ],
)
def test_a_damaged_plan_is_refused(evaluated: Audit, change: dict[str, object], expected: str, tmp_path: Path) -> None:
    evaluated.save(tmp_path)
    manifest = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))
    manifest["plan"] |= change
    (tmp_path / "audit.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(expected)):
        mcuaudit.load(tmp_path)


def test_the_steps_of_a_plan_that_are_not_there_are_missed(evaluated: Audit, tmp_path: Path) -> None:
    evaluated.save(tmp_path)
    (tmp_path / "plan_steps.parquet").unlink()
    with pytest.raises(UsageError, match=r"plan_steps\.parquet cannot be loaded"):
        mcuaudit.load(tmp_path)


def test_readiness_of_another_fleet_is_refused(evaluated: Audit, tmp_path: Path) -> None:
    frame = evaluated.for_pages.readiness
    assert frame is not None
    other = replace(evaluated.for_pages, readiness=frame.assign(device_id=frame["device_id"] + "x"))
    replace(evaluated, for_pages=other).save(tmp_path)
    with pytest.raises(UsageError, match=r"readiness\.parquet cannot be loaded"):
        mcuaudit.load(tmp_path)


def test_a_row_for_each_device_and_value_that_is_not_ready(evaluated: Audit) -> None:
    frame = evaluated.for_pages.readiness
    assert frame is not None
    of_site = frame[(frame["site"] == "hamburg") & frame["outcome"].isin(["fail", "open"])]
    html = site_report(evaluated, "hamburg").readiness.html
    assert html.partition("<tbody>")[2].count("<tr") == len(of_site)
    words = plain(html)
    assert "2 connections break" in words
    assert "incoming SIP calls with cucm-hamburg" in words
    assert "Administrators locked out" in words
    assert "is not in the SIP trust store of hamburg/mcu-alster." in words
    assert "mcu-speicher: Software 4.3(2.18) does not have this setting; it needs 4.4 or later." in words


def test_the_counts_are_those_of_the_frame(evaluated: Audit) -> None:
    frame = evaluated.for_pages.readiness
    assert frame is not None
    words = plain(fleet_report(evaluated).readiness.html)
    rows = frame[(frame["setting"] == VERIFICATION_SETTINGS) & ~frame["is_today"]]
    rows = rows[(rows["outcome"] != "notApplicable") & (rows["value"] == "Outgoing and incoming calls")]
    assert f"“Outgoing and incoming calls” {(rows['outcome'] == 'pass').sum()} of {len(rows)}" in words


def test_of_many_devices_only_those_that_are_not_ready_are_in_the_picture(evaluated: Audit) -> None:
    frame = evaluated.for_pages.readiness
    assert frame is not None
    unready = frame[frame["outcome"].isin(["fail", "open"])]["device_id"].unique()
    copies = [frame.assign(device_id=frame["device_id"] + str(number)) for number in range(DEVICES // 15 + 1)]
    many = pd.concat(copies, ignore_index=True)
    every = many["device_id"].nunique()
    assert every > DEVICES
    text = plain(str(readiness_picture(many)))
    assert f"Shown: {min(DEVICES, len(unready) * len(copies))} of {every} devices, those that are not ready" in text
    alike = pd.concat([frame.assign(device_id=frame["device_id"] + str(number)) for number in range(20)])
    assert f"{len(unready) * 20 - DEVICES} more of them are in the table only." in plain(str(readiness_picture(alike)))
    ready = many.assign(outcome="pass")
    assert f"All {every} devices are ready for every value" in str(readiness_picture(ready))
    assert "Nothing stands in the way" in str(readiness_section(ready, "x", with_site=True))


def test_the_plan_of_the_page_is_that_of_the_command(evaluated: Audit, planned: Plan) -> None:
    words = plain(fleet_report(evaluated).plan.html)
    groups = [group for part in plan_parts(planned) for group in part.groups]
    assert len(groups) >= 2
    for group in groups:
        assert f"{group.numbers}. {group.places} : {group.instruction}" in words
        assert all(detail in words for _, detail in step_details(group))
    assert "The target: Verification settings: “Outgoing and incoming calls” on leeds/* and hamburg/mcu-alster" in words


def test_the_page_of_a_site_has_its_steps_with_the_numbers_of_the_whole(evaluated: Audit, planned: Plan) -> None:
    hamburg = planned.steps[planned.steps["device_id"] == "hamburg/mcu-alster"]
    words = plain(site_report(evaluated, "hamburg").plan.html)
    assert f"{len(hamburg)} of the {len(planned.steps)} steps of the plan are at this site." in words
    assert "leeds/mcu-boardroom" not in words
    for row in hamburg.to_dict("records"):
        assert f"{row['step']}. hamburg/mcu-alster : {row['instruction']}" in words
    assert (
        f"None of the {len(planned.steps)} steps of the plan is at this site"
        in site_report(evaluated, "singapore").plan.html
    )


def test_numbers_of_steps_at_other_sites_are_left_out(planned: Plan) -> None:
    row = planned.steps.iloc[[0]]
    steps = pd.concat([row.assign(step=step) for step in (1, 2, 3, 5, 8, 9)], ignore_index=True)
    (part,) = plan_parts(replace(planned, steps=steps))
    assert [group.numbers for group in part.groups] == ["1 to 3, 5, 8 to 9"]


def test_how_to_log_in_is_said_after_each_step(planned: Plan) -> None:
    steps = planned.steps.iloc[[0, 0]].assign(step=[1, 2], device_id=["a/1", "a/2"], back="Undo it.")
    steps["login"] = pd.Categorical(["pass", "fail"], categories=planned.steps["login"].cat.categories, ordered=True)
    (part,) = plan_parts(replace(planned, steps=steps.assign(login_way=["HTTP with a password", None])))
    (group,) = part.groups
    assert group.logins == "a/1: HTTP with a password. a/2: no administrator can log in."


def test_the_picture_of_a_plan_has_the_steps_of_each_phase(planned: Plan) -> None:
    steps = planned.steps
    assert steps["device_id"].nunique() > 1 < steps["phase"].nunique()
    text = str(plan_picture(steps))
    assert f"Steps of {steps['device_id'].nunique()} devices in {steps['phase'].nunique()} phases" in text
    assert plan_picture(steps[steps["device_id"] == "leeds/mcu-boardroom"]) is None
    cells = {
        "planned": _of_cell(steps.iloc[[0]]), "held": _of_cell(steps.iloc[[0]].assign(state="held_back")),
        "worse": _of_cell(steps.iloc[[0, 0]].assign(cause_of_worse=["target", None])),
    }  # fmt: skip
    assert cells == {"planned": ("accepted", "1"), "held": ("undetermined", "H"), "worse": ("refused", "2")}


def test_a_target_that_there_is_no_plan_for_is_refused(sample: Audit) -> None:
    with pytest.raises(UsageError, match="hamburg/mcu-speicher"):
        for_pages(sample, mcuaudit.SetSetting("Verification settings", "Outgoing and incoming calls"))


def test_readiness_and_plan_are_redacted_with_their_audit(evaluated: Audit, tmp_path: Path) -> None:
    redacted = evaluated.redact(tmp_path / "key")
    assert set(redacted.for_pages.frames) == {"readiness", "plan_steps", "gaps", "first_jobs", "remedies"}
    page = fleet_report(redacted)
    words = plain(page.readiness.html + page.plan.html + page.do_first.html)
    assert "Each job was applied in memory" in words
    for name in ("hamburg", "alster", "cucm", "Example Corp", "jürgen"):
        assert name not in words
    assert "Administrators locked out" in words
    assert "set “Verification settings” to “Outgoing and incoming calls”" in words
    with pytest.raises(UsageError, match="redacted"):
        for_pages(redacted, TARGET)


def test_hostile_words_of_a_plan_are_text(evaluated: Audit) -> None:
    kept = evaluated.for_pages.plan
    assert kept is not None
    hostile = replace(kept, targets=("<img src=x>",), remarks=("<script>",), steps=kept.steps.assign(test="<b>\u202e"))
    html = fleet_report(replace(evaluated, for_pages=replace(evaluated.for_pages, plan=hostile))).plan.html
    assert "<img src=x" not in html
    assert "<script" not in html
    assert "<b>\u202e" not in html
