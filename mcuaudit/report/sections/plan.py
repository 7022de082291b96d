"""Plan: the steps to the target of a report, in order, as the checklist of `mcuaudit plan` has them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.frames.for_pages import KeptPlan
from mcuaudit.report.figure import wide_figure
from mcuaudit.report.figures import Cell, grid
from mcuaudit.report.html import Html, element, join, paragraph
from mcuaudit.report.table import shown_of
from mcuaudit.summary.plan import PHASE_TITLES, StepGroup, plan_parts, plan_sentence, step_details
from mcuaudit.variants.plans.actions import Phase
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed

DEVICES: Final = 60
"""Devices of the picture."""
HOW_TO_GET_ONE: Final = (
    'This report has no target. “mcuaudit report … --target "Verification settings=Outgoing and incoming calls"” adds '
    "the steps to it, in an order that breaks nothing."
)


def plan_section(plan: KeptPlan | None, every: KeptPlan | None = None) -> Html:
    """The steps; without a plan, how to get one.

    Args:
        plan: the plan, with the steps of the page.
        every: for the page of a site, the plan with all steps of the fleet.
    """
    if plan is None:
        return paragraph(HOW_TO_GET_ONE, class_="soft")
    parts: list[Html | None] = [
        paragraph("The target: ", join((element("strong", one) for one in plan.targets), ", "), ".")
    ]
    if every is not None and len(every.steps) > len(plan.steps):
        parts.append(paragraph(_of_the_fleet(plan, every)))
    if len(plan.steps) or every is None or every.steps.empty:
        parts.append(paragraph(plan_sentence(plan)))
    parts += [paragraph(remark, class_="soft") for remark in plan.remarks]
    parts.append(plan_picture(plan.steps))
    for part in plan_parts(plan):
        parts.append(element("h3", part.title))
        parts.append(element("ul", *map(_step, part.groups), class_="steps"))
    return join(parts)


def plan_picture(steps: pd.DataFrame) -> Html | None:
    """Devices × phases, with the number of steps; None if there is one device or one phase only."""
    devices = list(dict.fromkeys(steps["device_id"].tolist()))[:DEVICES]
    phases = [phase for phase in Phase if phase.value in set(steps["phase"].astype(str))]
    if len(devices) < 2 or len(phases) < 2:
        return None
    shown = steps[steps["device_id"].isin(devices)]
    cells = [
        Cell(row, column, *_of_cell(rows))
        for row, device in enumerate(devices)
        for column, phase in enumerate(phases)
        if len(rows := shown[(shown["device_id"] == device) & (shown["phase"] == phase.value)])
    ]
    every = steps["device_id"].nunique()
    words = f"Steps of {shown_of(len(devices), every, 'device')} in {plural(len(phases), 'phase')}, in their order"
    drawn = grid(devices, [PHASE_TITLES[one] for one in phases], cells, f"{words}. The list below has every step.")
    caption = f"{words}. A number: so many steps; red: something gets worse with one of them; H: all are held back."
    return wide_figure(drawn, caption, label="The steps at a glance")


def _of_cell(rows: pd.DataFrame) -> tuple[str, str]:
    """The colour and the text of the steps of one device in one phase."""
    planned = rows[rows["state"] == "planned"]
    if planned.empty:
        return "undetermined", "H"
    worse = planned["cause_of_worse"].notna().any()
    return "refused" if worse else "accepted", f"{len(planned)}"


def _of_the_fleet(plan: KeptPlan, every: KeptPlan) -> str:
    """How the steps of a site are among those of the fleet, which have one order."""
    others = every.steps[~every.steps["step"].isin(plan.steps["step"])]
    sites = list(dict.fromkeys(others["device_id"].str.partition("/")[0]))
    whole = plural(len(every.steps), "step")
    if plan.steps.empty:
        return f"None of the {whole} of the plan is at this site; they are at {listed(sites)}."
    return (
        f"{len(plan.steps):,} of the {whole} of the plan are at this site. The numbers are those of the whole plan, "
        f"whose other steps are at {listed(sites)}; keep to their order, because a later step can need an earlier "
        "one of another site."
    )


def _step(group: StepGroup) -> Html:
    kind = "worse held" if group.accepted is None else "worse" if group.is_worse else None
    head = element(
        "p", element("b", f"{group.numbers}."), " ", element("strong", group.places), ": ", group.instruction
    )
    details = (element("div", element("dt", label), element("dd", words)) for label, words in step_details(group))
    return element("li", head, element("dl", *details, class_="facts"), class_=kind)
