"""What a notebook displays: an audit at a glance, the style that each object brings, and completions in IPython."""

from __future__ import annotations

import re
import sys
from dataclasses import replace

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import mcuaudit
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.for_pages import ForPages
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES
from mcuaudit.notebook.at_a_glance import FRAMES, at_a_glance
from mcuaudit.notebook.completion import register_completion
from mcuaudit.report.displayed import FOR_PAGE, notebook_style
from mcuaudit.report.outcome_bar import outcome_bar
from mcuaudit.triage.counting import count
from mcuaudit.variants.plans.actions import Action, Origin, Phase
from mcuaudit.variants.plans.plan import Plan
from tests.report.synthetic_audit import LEEDS, make_audit


def test_an_audit_is_its_verdict_counts_and_frames_with_a_first_look_that_works(audit: Audit) -> None:
    shown = at_a_glance(audit)
    words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", shown)
    assert re.search(r"\d+ sites?: \d+ of \d+ connections", words)
    assert f"audit {audit.audit_id}" in words
    assert "evidence " in words
    assert str(outcome_bar(count(audit.connections, audit.administration))) in shown
    assert set(FRAMES) == {*FLEET_FRAMES, *AUDIT_FRAMES}
    for name, snippet in FRAMES.items():
        assert f'<th scope="row">{name}</th>' in shown.replace("<wbr>", "")
        value = eval(snippet, {"audit": audit, "mcuaudit": mcuaudit})
        assert isinstance(value, mcuaudit.Shown | pd.DataFrame | pd.Series), snippet
    # One site has its title in place of the number of sites.
    assert "Leeds" in at_a_glance(audit.select(LEEDS))


def test_first_jobs_are_shown_where_an_audit_has_them_and_else_how_to_get_them(audit: Audit) -> None:
    assert "audit.first_jobs()" in at_a_glance(replace(audit, for_pages=ForPages()))
    jobs = build_frame("first_jobs", []).reindex([0]).assign(
        number=1, in_words="Replace <this>", refused_before=5, refused_after=2,
        undetermined_before=0, undetermined_after=0, locked_out_before=0, locked_out_after=0,
    )  # fmt: skip
    shown = at_a_glance(replace(audit, for_pages=ForPages(first_jobs=jobs)))
    assert "audit.first_jobs()" not in shown
    assert "Replace &lt;this&gt;<small>Refused: 5 → 2.</small>" in shown
    none = at_a_glance(replace(audit, for_pages=ForPages(first_jobs=build_frame("first_jobs", []))))
    assert "No remedy that could be applied" in none


def test_hostile_text_is_text_in_an_audit_too() -> None:
    hostile = make_audit(lambda text: f"{text}<script>alert(1)</script>", sites={LEEDS: "leeds<script>"})
    assert "<script>" not in at_a_glance(hostile)
    assert "<script>" not in at_a_glance(hostile.select("leeds<script>"))


def test_a_displayed_section_brings_its_style_and_a_page_has_it_already(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = mcuaudit.fleet_report(audit).deadlines
    shown = section._repr_html_()
    assert shown.startswith(f"<style>{notebook_style()}</style><div")
    # The desktop decides nothing: each picture is there for both themes.
    assert "prefers-color-scheme" not in shown
    assert shown.count('class="in-light') == shown.count('class="in-dark') == str(section.html).count("<picture>") > 0
    for selector in re.findall(r"([^{}]*)\{", re.sub(r"@media[^{]*\{", "", notebook_style())):
        assert all(".mcuaudit:not(#_)" in one for one in re.split(r",(?![^(]*\))", selector)), selector
    monkeypatch.setenv(FOR_PAGE, "1")
    assert section._repr_html_() == f'<div class="mcuaudit">{section.html}</div>'
    assert not mcuaudit.show(audit.devices)._repr_html_().startswith("<style>")


def test_a_fleet_a_comparison_a_plan_and_an_explanation_bring_the_style_too(audit: Audit) -> None:
    comparison = replace(mcuaudit.compare(audit.select(LEEDS), audit), remarks=("Other <versions>.",))
    steps = build_frame("plan_steps", []).reindex([0]).assign(step=1, instruction="Add <this>", state="planned")
    action = Action(0, mcuaudit.AddUser("ann"), Phase.INSTALL, Origin.TARGET, ("leeds/mcu",))
    plan = Plan(steps, (action,), audit.at, 0, ("It needs <time>.",))
    for one, words in (
        (audit.fleet, f'<th scope="col">what it holds</th>|<td>peers</td><td class="number">{len(audit.peers)}</td>'),
        (comparison, "Comparison: |Other &lt;versions&gt;.|<td>device_changes</td>"),
        (plan, "Plan of 1 step|Add &lt;this&gt;|It needs &lt;time&gt;."),
        (mcuaudit.describe("MCU205"), '<pre class="text">MCU205 ip_address_only_in_common_name (error)\n'),
    ):
        shown = one._repr_html_()
        assert shown.startswith(f"<style>{notebook_style()}</style><div")
        assert [word for word in words.split("|") if word not in shown] == []


def test_tab_completes_sites_devices_types_and_peers_in_ipython(audit: Audit) -> None:
    connection = audit.connections.iloc[0]
    device, kind, peer = connection["device_id"], connection["connection_type"], connection["peer"]
    assert "IPython.core.interactiveshell" in sys.modules
    shell = InteractiveShell.instance(user_ns={"audit": audit, "mcuaudit": mcuaudit, "other": 1})
    try:
        register_completion()
        register_completion()
        assert len(shell.Completer.custom_matchers) == 1

        def completed(text: str) -> list[str]:
            return list(shell.complete("", text, len(text))[1])

        assert completed('audit.why("le') == sorted(
            audit.devices["device_id"].loc[lambda ids: ids.str.startswith("le")]
        )
        assert device in completed("steps = audit.why('")
        assert kind in completed(f'audit.why("{device}", "')
        assert completed(f'audit.why("{device}", "{kind}", peer="{peer[:2]}') == [peer]
        assert completed('audit.select("') == audit.sites
        assert completed('mcuaudit.site_report(audit, "le') == [LEEDS]
        assert device not in completed('other.why("')
        assert device not in completed('print("')
    finally:
        InteractiveShell.clear_instance()
