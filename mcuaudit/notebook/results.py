"""A fleet, a comparison, a plan and an explanation as the last line of a cell, in the style of the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mcuaudit.frames.attached import shows
from mcuaudit.frames.schema import FLEET_FRAMES, SCHEMAS

if TYPE_CHECKING:
    import pandas as pd

    from mcuaudit.frames.comparison import Comparison
    from mcuaudit.frames.containers import Fleet
    from mcuaudit.summary.descriptions import Description
    from mcuaudit.variants.plans.plan import Plan

_STEPS: Final = ("step", "state", "phase", "device_id", "instruction", "breaks", "login")


@shows("Fleet")
def fleet_shown(fleet: Fleet) -> str:
    """What was read, in numbers; no text of the export."""
    import pandas as pd

    rows = pd.DataFrame(
        [(name, len(getattr(fleet, name)), f"one row per {SCHEMAS[name].one_row_per}") for name in FLEET_FRAMES],
        columns=["frame", "rows", "what it holds"],
    )
    return _with_frame(f"Fleet: {fleet.size_in_words}", rows)


@shows("Comparison")
def comparison_shown(comparison: Comparison) -> str:
    """How many rows of each frame changed, and what else may explain it."""
    counts = comparison.counts
    changes = counts[counts["rows"] > 0].pivot_table("rows", "frame", "change", sort=False, fill_value=0)
    return _with_frame(f"Comparison: {comparison.in_words}", changes.astype("int64"), *comparison.remarks)


@shows("Plan")
def plan_shown(plan: Plan) -> str:
    """The steps, and what the plan cannot provide for."""
    return _with_frame(repr(plan), plan.steps[list(_STEPS)], *plan.remarks)


@shows("Description")
def description_shown(description: Description) -> str:
    """The text with its line breaks."""
    from mcuaudit.report.displayed import displayed
    from mcuaudit.report.html import Html, element, join

    return str(displayed(element("pre", join(description.split("\n"), Html("\n")), class_="text")))


def _with_frame(sentence: str, frame: pd.DataFrame, *remarks: str) -> str:
    from mcuaudit.notebook.show import show
    from mcuaudit.report.displayed import displayed
    from mcuaudit.report.html import element, join, paragraph

    after = element("ul", *(element("li", remark) for remark in remarks), class_="soft") if remarks else None
    return str(displayed(join((paragraph(element("strong", sentence)), show(frame).html, after))))
