"""The explorer in JupyterLab: filters, rows that open, a time, and what would hold if something were changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.frames.comparison import Comparison
from mcuaudit.frames.containers import Audit
from mcuaudit.notebook.explorer_controls import FilterControls, SupposedControls, check_widgets
from mcuaudit.notebook.explorer_state import Exploration, moments, note_of
from mcuaudit.notebook.explorer_summary import failure, summary_of
from mcuaudit.report.connection_proof import ConnectionProofs
from mcuaudit.report.explorer import explorer_page
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import short_date
from mcuaudit.wording.visible import visible

ROWS_SHOWN: Final = 500
"""Rows in the list of connections; `frame` has all that the filters leave."""
_FULL: Final = {"width": "auto"}
_CLASS: Final = "mcuaudit-explorer"
_OWN_KEYS: Final = f"""<script>
document.addEventListener("focusin", (event) => {{
  if (!event.target.closest?.(".{_CLASS}")) return;
  event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  if (event.target.getAttribute("role") === "slider") event.target.setAttribute("aria-label", "As of");
}}, true);
</script>"""
"""In command mode JupyterLab takes the arrow keys and letters from a list in an output: d, d would delete the cell.

The handle of a slider has no name for screen readers.
"""


class Explorer:
    """An audit to look through in JupyterLab; show it as the last line of a cell.

    Attributes:
        controls: the widgets by name, for a notebook that sets them: site, device_id, connection_type, outcome, as_of,
            rows, and those of the forms.
    """

    def __init__(self, audit: Audit) -> None:
        """Make the widgets.

        Raises:
            UsageError: ipywidgets is not installed.
        """
        check_widgets()
        from ipywidgets import HTML, Select, SelectionSlider, VBox

        self._state = Exploration(audit)
        self._proofs = ConnectionProofs(audit)
        self._filters = FilterControls(audit, self._refilter)
        self.controls: dict[str, Any] = dict(self._filters.fields)
        self._message, self._summary, self._detail = HTML(), HTML(), HTML()
        self.controls["as_of"] = SelectionSlider(
            description="As of", options=_labelled(moments(audit)), continuous_update=False,
            style={"description_width": "initial"}, layout=_FULL,
        )  # fmt: skip
        self.controls["rows"] = Select(
            options=[], rows=12, style={"description_width": "initial"},
            layout={**_FULL, "flex_flow": "column", "align_items": "stretch"},
        )  # fmt: skip
        parts = [self._summary, self._filters.box]
        self._supposed = None
        if not audit.fleet.redacted:
            self._supposed = SupposedControls(audit, lambda: self._filters.filters, self._evaluate, self._fail)
            self.controls |= self._supposed.fields
            parts += [self.controls["as_of"], self._supposed.box]
        self._box = VBox([*parts, self._message, self.controls["rows"], self._detail], layout=_FULL)
        self._box.add_class(_CLASS)
        self.controls["as_of"].observe(lambda _change: self._as_of(), "value")
        self.controls["rows"].observe(lambda _change: self._open(), "value")
        self._refresh()

    @property
    def frame(self) -> pd.DataFrame:
        """The connections that are shown: rows of the frame `connections`, the worst first."""
        return self._state.shown(self._filters.filters)

    @property
    def audit(self) -> Audit:
        """The audit that is shown: with what is supposed, as of the chosen time."""
        return self._state.audit

    @property
    def comparison(self) -> Comparison | None:
        """What differs from the audit as it is; None if nothing is supposed."""
        return self._state.comparison

    def page(self, path: str | Path) -> Path:
        """Write what is shown as one HTML file, such as ``explorer.html``; a file of that name is replaced.

        Raises:
            StorageError: the machine cannot write there.
        """
        note = note_of(self._state, self._filters.filters)
        return explorer_page(self.audit, connections=self.frame, note=note).write(path)

    def _evaluate(self) -> bool:
        """Evaluate what is supposed, and show it; whether that was possible. If not, what was shown before stays."""
        supposed = tuple(self._supposed.supposed) if self._supposed else ()
        at = self.controls["as_of"].value
        if (supposed, at) == (self._state.supposed, self._state.at):
            return True
        self._message.value = "<p>Evaluating …</p>"
        former = self._state, self._proofs
        try:
            self._state = self._state.supposing(supposed, at)
            self._proofs = ConnectionProofs(self.audit)
            self._refresh()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a widget shows no traceback
            self._state, self._proofs = former
            self._refresh()
            self._fail(error)
            return False
        return True

    def _as_of(self) -> None:
        if not self._evaluate():
            self.controls["as_of"].value = self._state.at

    def _fail(self, error: BaseException) -> None:
        self._message.value = failure(error)

    def _refresh(self) -> None:
        self._message.value = ""
        self._summary.value = summary_of(self._state)
        self._refilter()

    def _refilter(self) -> None:
        """The rows that the filters leave; the one that is open stays open if it is among them."""
        frame, rows = self.frame, self.controls["rows"]
        opened, shown = rows.value, frame.head(ROWS_SHOWN)
        options = list(zip(self._labels(shown), shown["connection_id"], strict=True))
        rows.description = (
            f"{plural(len(frame), 'connection')}" if len(options) == len(frame)
            else f"{len(options)} of {plural(len(frame), 'connection')}; the filters show others, and .frame has all."
        )  # fmt: skip
        rows.options = options
        if options:
            rows.value = opened if opened in set(shown["connection_id"]) else options[0][1]
        self._open()

    def _labels(self, frame: pd.DataFrame) -> list[str]:
        changed = self._state.changed
        labels = []
        for row, word in zip(frame.to_dict("records"), connection_words(frame).astype(str), strict=True):
            before = changed.get(row["connection_id"])
            was = "" if before is None or before == word else f" (was {before or 'not there'})"
            title = CONNECTION_TABLE[row["connection_type"]].title
            labels.append(visible(f"{word}{was} · {row['device_id']} · {title} · {row['peer']}"))
        return labels

    def _open(self) -> None:
        """The steps and certificates of the chosen row."""
        chosen = self.controls["rows"].value
        self._detail.value = str(self._proofs.shown(chosen)) if chosen else ""

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        display(self._box)  # type: ignore[no-untyped-call]
        display(HTML(_OWN_KEYS))  # type: ignore[no-untyped-call]

    def __repr__(self) -> str:
        return f"An explorer of {plural(len(self._state.before.connections), 'connection')}; JupyterLab shows it"


def _labelled(times: list[datetime]) -> list[tuple[str, datetime]]:
    """Each time as its day, with the hour where a day has several."""
    first, *later = times
    days = [short_date(time, UTC) for time in times]
    named = [
        (f"{day}, {time:%H:%M:%S}" if days.count(day) > 1 else day, time)
        for day, time in zip(days[1:], later, strict=True)
    ]
    return [(days[0], first), *named]
