"""A plan for a terminal, as lines of text, as a checklist in Markdown, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from mcuaudit.summary.plan import accepted_words, plan_parts, plan_sentence, step_details
from mcuaudit.variants.plans.plan import Plan
from mcuaudit.wording.visible import visible
from mcuaudit.writers.json_object import records

SCHEMA: Final = "mcuaudit/plan/1"
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


def plan_object(plan: Plan, name: str) -> dict[str, Any]:
    """The plan as plain values: its sentence, whether it is safe, and the rows of the frame `plan_steps`."""
    return {
        "schema": SCHEMA,
        "export": name,
        "at": plan.at.isoformat(),
        "summary": plan_sentence(plan),
        "safe": plan.is_safe,
        "reached": plan.is_reached,
        "accepted_before": plan.accepted_before,
        "remarks": list(plan.remarks),
        "steps": records(plan.steps),
    }


def plan_json(plan: Plan, name: str) -> str:
    """`plan_object` as text; only ASCII, so that no terminal or mail gateway changes it."""
    return json.dumps(plan_object(plan, name), indent=2, allow_nan=False) + "\n"


def plan_markdown(plan: Plan, name: str) -> str:
    """A checklist: a box for each step, with what to test, how it is taken back, and what gets worse."""
    lines = [f"# Plan for {_plain(name)}", "", _plain(plan_sentence(plan)), ""]
    lines += [f"> {_plain(remark)}\n" for remark in plan.remarks]
    if not plan.is_reached:
        lines += [f"Before the first step, {accepted_words(plan.accepted_before)}.", ""]
    for part in plan_parts(plan):
        lines += [f"## {part.title}", ""]
        for group in part.groups:
            box = "- [ ]" if group.accepted is not None else "-"
            lines.append(f"{box} **{group.numbers}.** {_plain(group.places)}: {_plain(group.instruction)}")
            lines += [f"  - {_plain(label)}: {_plain(words)}" for label, words in step_details(group)]
        lines.append("")
    return "\n".join(lines)


def plan_lines(plan: Plan) -> Iterator[str]:
    """Lines of text, for a pipe."""
    for part in plan_parts(plan):
        yield part.title
        for group in part.groups:
            yield visible(f"  {group.numbers}. {group.places}: {group.instruction}")
            for label, words in step_details(group):
                yield visible(f"     {label}: {words}")


def print_plan(plan: Plan, console: Console) -> None:
    """The plan on a terminal."""
    console.print(f"[bold]{escape(visible(plan_sentence(plan)))}[/bold]")
    for remark in plan.remarks:
        console.print(f"[yellow]{escape(visible(remark))}[/yellow]")
    for part in plan_parts(plan):
        console.print()
        console.print(f"[bold]{part.title}[/bold]")
        for group in part.groups:
            heading = escape(visible(f"{group.numbers}. {group.places}: {group.instruction}"))
            console.print(Padding(f"[red]{heading}[/red]" if group.is_worse else heading, (0, 0, 0, 1)))
            for label, words in step_details(group):
                console.print(Padding(f"[dim]{label}:[/dim] {escape(visible(words))}", (0, 0, 0, 4)))


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", visible(text))
