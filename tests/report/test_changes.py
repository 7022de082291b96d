"""What changed, in words: one sentence, one row per change, the worst first; and the trend over runs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.report.index import index_body
from mcuaudit.report.sections.trend import trend_section
from mcuaudit.report.sections.verdict import head
from mcuaudit.summary.changes import better_and_worse, change_lines, change_rows, change_title, sentence, short_sentence
from mcuaudit.triage.comparison import with_baseline
from mcuaudit.wording.phrases import zone_of
from tests.clean_export import DEVICE, ISSUING, ROOT, CleanExport, chain
from tests.report.synthetic_audit import AT, LEEDS, make_audit
from tests.rules.breakages import FAILS


@pytest.fixture
def compared(tmp_path: Path) -> Audit:
    """A device whose new certificate lacks the address, and whose site has another CA in two stores."""
    before, after = CleanExport(), CleanExport()
    after.files = dict(before.files)
    FAILS["MCU402"](before)
    FAILS["MCU201"](after)
    for store in ("sip", "https"):
        after.files[f"{DEVICE}/{store}-trust-store.pem"] = chain(ROOT, ISSUING, ROOT.intermediate("Another CA"))
    return with_baseline(after.audit(tmp_path / "after"), before.audit(tmp_path / "before"))


def told(audit: Audit) -> pd.DataFrame:
    assert audit.comparison is not None
    return change_rows(audit.comparison)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("device", "added", ""), "device added"),
        (("connection", "new", ""), "connection new"),
        (("finding", "new", "error"), "new error"),
        (("finding", "gone", "error"), "error no longer reported"),
        (("finding", "updated", "undetermined"), "undetermined finding changed"),
    ],
)
def test_a_title_of_a_change_is_a_heading_on_a_page(words: tuple[str, str, str], title: str) -> None:
    assert change_title(*words) == title
    assert change_title(*words, heading=True) == title.capitalize()


def test_one_sentence_tells_how_much_changed(compared: Audit) -> None:
    assert compared.comparison is not None
    whole = sentence(compared.comparison)
    assert whole.startswith("Since 15 June 2026, 12:00 UTC (audit ")
    assert "1 certificate was renewed or replaced, 2 certificates were added and 1 setting changed." in whole
    assert short_sentence(compared.comparison).endswith("more")


def test_the_same_audit_has_changed_in_nothing(compared: Audit) -> None:
    same = mcuaudit.compare(compared, compared)
    assert sentence(same).endswith("nothing has changed.")
    assert short_sentence(same) == "nothing changed"
    assert change_lines(same) == []


def test_what_stopped_comes_first_and_settings_last(compared: Audit) -> None:
    rows = told(compared)
    kinds = rows["kind"].tolist()
    assert kinds == sorted(kinds, key=["device", "connection", "finding", "certificate", "setting"].index)
    connections = rows.loc[rows["kind"] == "connection", "what"].tolist()
    assert "accepted → refused" in connections[0] or "unverified → refused" in connections[0]


def test_the_same_ca_in_two_stores_is_two_rows_and_on_two_devices_one(compared: Audit) -> None:
    rows = told(compared)
    came = rows[(rows["kind"] == "certificate") & (rows["change"] == "added")]
    assert [what.split(" CN=")[0] for what in came["what"]] == ["HTTPS trust store", "SIP trust store"]
    assert compared.comparison is not None
    certificates = compared.comparison.certificate_changes
    twice = pd.concat([certificates, certificates.assign(device_id="leeds/mcu-2")], ignore_index=True)
    rows = change_rows(replace(compared.comparison, certificate_changes=twice))
    assert rows.loc[rows["kind"] == "certificate", "where"].tolist() == [[DEVICE, "leeds/mcu-2"]] * 3


def test_a_page_without_a_baseline_says_how_to_get_one() -> None:
    shown = mcuaudit.site_report(make_audit()).changes._repr_html_()
    assert "so it shows no changes" in shown
    assert "--baseline latest" in shown


def test_a_page_tells_the_remarks_that_may_explain_changes(compared: Audit, tmp_path: Path) -> None:
    other = replace(compared, versions={**compared.versions, "mcuaudit": "0.9"})
    audit = with_baseline(compared, other)
    assert audit.comparison is not None
    # A remark alone is no change.
    assert "0.9" not in mcuaudit.site_report(audit).changes._repr_html_()
    other = replace(other, findings=other.findings.iloc[1:])
    assert "mcuaudit: 0.9 then" in mcuaudit.site_report(with_baseline(compared, other)).changes._repr_html_()


def test_pages_begin_with_what_became_better_and_worse(audit: Audit) -> None:
    ids = audit.connections["connection_id"]
    now = audit.connections.set_index("connection_id")["outcome"].astype("str")
    passes, refused = ids[now.eq("pass").to_numpy()], ids[now.eq("fail").to_numpy()]
    # Before, two that pass were refused and one undetermined, and two that are refused were accepted.
    was = {**dict.fromkeys(passes[:2], "fail"), passes.iloc[2]: "open", **dict.fromkeys(refused[:2], "pass")}
    before = audit.connections.copy()
    before["outcome"] = [was.get(name, now[name]) for name in ids]
    login = audit.administration.copy()
    assert (login["outcome"].astype("str") == "fail").sum() == 1
    flipped = {"fail": "pass", "pass": "fail"}
    some = login["device_id"].isin(["leeds/mcu-atrium", "leeds/mcu-court"])
    login["outcome"] = login["outcome"].astype("str").where(~some, login["outcome"].astype("str").map(flipped))
    old = replace(audit, at=AT - timedelta(days=30), connections=before, administration=login)
    found = with_baseline(audit, old)
    assert found.comparison is not None
    words = "3 connections became better (2 of them refused before) and 2 connections became worse (all refused now)"
    lock_outs = "; a lock-out ended: {}mcu-court; a lock-out began: {}mcu-atrium."
    whole = better_and_worse(found.comparison)
    assert whole.startswith("Since 24 October 2026 (audit ")
    assert whole.endswith(f"), {words}{lock_outs.format('leeds/', 'leeds/')}")
    leeds = str(head(found.select(LEEDS), "Leeds", UTC, with_site=False))
    assert re.search(rf"</h1><p><strong>Since [^<]*{re.escape(lock_outs.format('', ''))}</strong></p><svg", leeds)
    assert f"</h1><p><strong>{whole}</strong></p><svg" in str(index_body(found, {}, None))
    assert "became" not in str(head(audit, "fleet", UTC, with_site=True))
    assert "no connection became better or worse." in better_and_worse(mcuaudit.compare(audit, audit))


@pytest.mark.parametrize(
    ("former", "present", "words"),
    [
        ("fail", "open", "; a lock-out may have ended: leeds/mcu-atrium."),
        ("open", "fail", "; a lock-out became certain: leeds/mcu-atrium."),
        ("open", "pass", "became better or worse."),
        ("fail", "notApplicable", "; a lock-out ended: leeds/mcu-atrium."),
    ],
)
def test_a_login_that_is_undetermined_is_no_lock_out_that_ended(
    audit: Audit, former: str, present: str, words: str
) -> None:
    outcome = audit.administration["outcome"].astype("str")
    here = audit.administration["device_id"].eq("leeds/mcu-atrium")
    old, new = (
        replace(audit, administration=audit.administration.assign(outcome=outcome.mask(here, one)))
        for one in (former, present)
    )
    assert better_and_worse(mcuaudit.compare(old, new)).endswith(words)


def test_the_index_tells_each_site_what_changed(compared: Audit) -> None:
    body = str(index_body(compared, {}, None))
    assert "Since 15 June 2026" in body


def runs(*refused: int) -> pd.DataFrame:
    return build_frame(
        "trend",
        [
            {"at": AT + timedelta(days=7 * number), "audit_id": f"{number:06}", "directory": "x", "devices": 6,
             "locked_out": 0, "refused": count, "undetermined": 3, "unverified": 2, "accepted": 1, "errors": 4,
             "warnings": 5, "waived": 0}
            for number, count in enumerate(refused)
        ],
    )  # fmt: skip


def test_a_trend_is_drawn_from_the_second_run_on() -> None:
    assert "<picture>" not in str(trend_section(runs(5)))
    shown = str(trend_section(runs(5, 3)))
    assert "<picture>" in shown
    assert 'alt="Connections in 2 audits from 23 Nov 2026 to 30 Nov 2026: refused 5 then, 3 now' in shown


def test_the_numbers_of_the_trend_stand_in_a_table_newest_first() -> None:
    shown = str(trend_section(runs(5, 3, 1), zone_of("Europe/London")))
    found = re.findall(r"<th scope=\"row\">([^<]+)</th>", shown)
    assert found == ["7 Dec 2026", "30 Nov 2026", "23 Nov 2026"]


def test_all_runs_at_one_time_can_be_drawn() -> None:
    frame = runs(0, 0)
    frame["at"] = frame["at"].iloc[0]
    assert "<picture>" in str(trend_section(frame))
