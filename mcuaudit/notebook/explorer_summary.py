"""The head of the explorer: the verdict, the counts before and after, and what would change."""

from __future__ import annotations

from typing import Final

from mcuaudit.errors import McuAuditError
from mcuaudit.frames.comparison import Comparison
from mcuaudit.notebook.explorer_state import Exploration
from mcuaudit.report.displayed import displayed
from mcuaudit.report.html import Html, element, folded, join, paragraph
from mcuaudit.report.outcome_bar import OUTCOME_WORDS, count_item
from mcuaudit.report.pages import fleet_name
from mcuaudit.report.table import Row, shown_of, table
from mcuaudit.summary.verdict import verdict
from mcuaudit.summary.what_if import EFFECT_WORDS, effect_rows, sentence_of
from mcuaudit.triage.counting import Counts, count
from mcuaudit.wording.phrases import ACCEPTED, REDACTED, REFUSED, UNDETERMINED, UNVERIFIED, long_date

_PARTS: Final = (
    *((name, name, OUTCOME_WORDS[name]) for name in (REFUSED, UNVERIFIED, UNDETERMINED, ACCEPTED)),
    ("locked_out", REFUSED, "MCUs locked out"),
)
"""Field of the counts, class of the page, and words."""
_EFFECTS_SHOWN: Final = 60


def summary_of(state: Exploration) -> str:
    """HTML with its style, for a widget."""
    before = count(state.before.connections, state.before.administration)
    after = count(state.audit.connections, state.audit.administration)
    title = f"As of {long_date(state.at)}" + (", with what is supposed" if state.supposed else "")
    parts = (
        paragraph(f"{title} · audit {state.before.audit_id} of {long_date(state.before.at)}", class_="context"),
        paragraph(REDACTED, class_="soft") if state.before.fleet.redacted else None,
        element("h3", verdict(fleet_name(state.audit), after)),
        _counts(before, after),
        _changes(state.comparison) if state.comparison else None,
    )
    return str(displayed(join(parts)))


def heading(title: str, explained: str) -> str:
    """A heading with a sentence below it, for a widget."""
    return str(displayed(join((element("h3", title), paragraph(explained, class_="soft")))))


def failure(error: BaseException) -> str:
    """An error, for a widget."""
    words = str(error) if isinstance(error, McuAuditError) else f"internal error: {type(error).__name__}: {error}."
    return str(displayed(element("p", element("strong", "Not evaluated: "), words, role="alert")))


def _counts(before: Counts, after: Counts) -> Html:
    """Each count, and what it was where that differs."""
    items = []
    for name, kind, words in _PARTS:
        was, now = getattr(before, name), getattr(after, name)
        shown = f"{now:,}" if was == now else f"{was:,} → {now:,}"
        items.append(count_item(kind, shown, words))
    return element("ul", *items, class_="counts")


def _changes(comparison: Comparison) -> Html:
    rows = effect_rows(comparison)
    sentence = element("p", sentence_of(comparison), role="status")
    remarks = (paragraph(remark, class_="soft") for remark in comparison.remarks)
    if rows.empty:
        return join((sentence, *remarks))
    shown = rows.head(_EFFECTS_SHOWN).to_dict("records")
    lines = [Row((row["device_id"], row["subject"], EFFECT_WORDS[row["effect"]], row["reason"])) for row in shown]
    number = shown_of(len(lines), len(rows), "connection or login", "connections and logins")
    columns = ("Device", "Connection", "What changes", "Reason")
    whole = table(f"{number} that would differ, the worst first.", columns, lines, label="What would change")
    return join((sentence, *remarks, folded(f"Show {number}", whole)))
