"""Frames in notebooks: the most important columns, short hashes, times and outcomes in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.frames.schema import SCHEMAS, Dtype
from mcuaudit.report.displayed import displayed
from mcuaudit.report.html import Html, element, join, paragraph
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import UNDETERMINED, is_missing
from mcuaudit.wording.visible import visible

VIEWS: Final = ("short", "decision", "all")
ROWS_SHOWN: Final = 100
_TEXT_LENGTH: Final = 160
_DIGITS: Final = 8
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_LIST: Final = re.compile(r"separated by spaces")
_CHIPS: Final = {
    Outcome.PASS.value: "accepted", Outcome.FAIL.value: "refused", UNDETERMINED: "undetermined",
    Outcome.NOT_APPLICABLE.value: "none",
}  # fmt: skip
"""The class of the chip of each outcome, as `show` writes it."""

_SHORT: Final = {
    "devices": ["site", "device", "model", "software_version", "addresses", "local_certificate",
                "local_certificate_state", "sip_trust_store_state", "https_trust_store_state"],
    "settings": ["site", "device", "setting", "value", "source", "file"],
    "certificates": ["certificate", "subject", "issuer", "dns_names", "uris", "not_after", "key_algorithm", "key_size"],
    "placements": ["certificate", "site", "device", "slot", "file", "position"],
    "trust_stores": ["trust_store", "certificate"],
    "peers": ["site", "device", "peer", "product", "connections", "identifiers", "certificate_state", "standard"],
    "evidence": ["site", "device", "kind", "state", "file", "sha256"],
    "problems": ["kind", "file", "where", "reason"],
    "paths": ["certificate", "trust_store", "purpose", "standard", "trust", "reason", "valid_until"],
    "identities": ["certificate", "reference", "standard", "outcome", "found_in", "presented", "reason"],
    "revocation_lists": ["issuer", "state", "this_update", "next_update", "entries", "files"],
    "connections": ["site", "device", "connection_type", "peer", "outcome", "authenticated", "reason", "fails_on"],
    "administration": ["site", "device", "outcome", "way", "reason"],
    "evaluations": ["code", "subject", "outcome", "message"],
    "findings": ["finding_id", "severity", "outcome", "site", "device", "evidence", "fix", "connections"],
    "finding_changes": ["change", "finding_id", "severity", "previous_outcome", "outcome", "site", "device",
                        "evidence"],
    "certificate_changes": ["change", "site", "device", "slot", "peer", "subject", "previous_not_after", "not_after",
                            "same_key"],
    "setting_changes": ["change", "site", "device", "setting", "previous_value", "value", "file"],
    "connection_changes": ["change", "site", "device", "connection_type", "peer", "previous_outcome", "outcome",
                           "previous_reason", "reason"],
    "administration_changes": ["change", "site", "device", "outcome", "previous_outcome", "way", "reason"],
    "device_changes": ["change", "site", "device", "model", "software_version"],
    "remedies": ["in_words", "applied", "named_by", "restores", "settles", "lets_in", "breaks", "stops_at"],
    "first_jobs": ["number", "in_words", "refused_before", "refused_after", "locked_out_before", "locked_out_after"],
    "gaps": ["evidence", "devices", "page", "connections", "settles", "may_settle", "known", "not_applied"],
    "readiness": ["site", "device", "setting", "value", "is_today", "outcome", "breaks", "blockers"],
    "plan_steps": ["step", "phase", "device_id", "instruction", "breaks", "test", "back"],
    "call_counts": ["device_id", "connection_type", "outcome", "reason_code", "calls"],
    "deadlines": ["on", "what", "devices", "connections", "logins", "locked_out", "remedy"],
    "sorted_files": ["copy", "place", "certainty", "what", "file", "names", "expires", "why"],
    "inspection": ["part", "name", "rank", "value", "source", "place", "file", "key", "remark"],
    "request_configurations": ["device_id", "file"],
    "csr_config": ["request", "part", "value", "need", "present", "reason"],
    "validations": ["certificate", "trust_store", "outcome", "reason_code", "reading", "valid_until"],
    "trend": ["at", "audit_id", "devices", "locked_out", "refused", "undetermined", "unverified", "accepted", "errors",
              "warnings"],
}  # fmt: skip
_DECISION: Final = {
    "connections": ["site", "device", "connection_type", "peer", "setting_value", "mcu_verifies_peer", "mcu_trust",
                    "mcu_identity", "mcu_purpose", "login", "peer_trust", "peer_identity", "peer_purpose", "outcome"],
    "findings": ["finding_id", "outcome", "device", "evidence", "cause", "missing_evidence", "grade", "section"],
    "paths": ["certificate", "presented_chain", "trust_store", "standard", "trust", "purpose_outcome", "remedy"],
    "identities": ["certificate", "reference", "standard", "presented", "found_in", "reading", "outcome"],
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A frame as a notebook shows it: `frame` has the chosen columns, with values in words.

    Attributes:
        frame: the chosen columns and rows.
        total: the rows of the whole frame.
        interactive: a table to sort and filter.
        name: the declared frame that the columns are of; None for any other.
        whole: the text of cells that are shortened, by row and column.
    """

    frame: pd.DataFrame
    total: int
    interactive: bool = False
    name: str | None = None
    whole: Mapping[tuple[int, int], str] = field(default_factory=dict, repr=False, compare=False)

    def _repr_html_(self) -> str:
        return _interactive(self.frame) if self.interactive else str(displayed(self.html))

    @property
    def html(self) -> Html:
        """The table, without the style that a notebook needs."""
        head = element("tr", *map(self._heading, range(self.frame.shape[1])), class_="names")
        rows = (element("tr", *self._cells(number)) for number in range(len(self.frame)))
        table = element("table", element("thead", head), element("tbody", *rows), class_="frame")
        note = f"{len(self.frame):,} of {plural(self.total, 'row')}; show(…, interactive=True) has all."
        if not self.total:
            note = "No row."
        parts = (
            element("div", table, class_="scroll", role="region", tabindex="0", aria_label=self.name or "Rows"),
            paragraph(note, class_="soft") if len(self.frame) < self.total or not self.total else None,
        )
        return join(parts)

    def _heading(self, position: int) -> Html:
        column = str(self.frame.columns[position])
        explained = None
        if self.name and column in SCHEMAS[self.name].names:
            # Imported here: the explanations load every rule, and a page of a report shows no frame.
            from mcuaudit.summary.descriptions import description

            explained = description(f"{self.name}.{column}")
        return element("th", column, scope="col", title=explained, class_=self._kind(position))

    def _kind(self, position: int) -> str | None:
        values = self.frame.iloc[:, position]
        number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        return "number" if number else None

    def _cells(self, row: int) -> Iterator[Html]:
        for position in range(self.frame.shape[1]):
            value = self.frame.iat[row, position]
            text = "" if is_missing(value) else value
            kind = _CHIPS.get(text) if self._has_outcomes(position) and isinstance(text, str) else None
            shown = element("span", text, class_=f"chip {kind}") if kind else text
            yield element("td", shown, title=self.whole.get((row, position)), class_=self._kind(position))

    def _has_outcomes(self, position: int) -> bool:
        column = str(self.frame.columns[position])
        if self.name and column in SCHEMAS[self.name].names:
            return SCHEMAS[self.name].column(column).dtype is Dtype.OUTCOME
        return column == "outcome"

    def __repr__(self) -> str:
        return self.frame.to_string(index=False, na_rep="")


def show(frame: pd.DataFrame | pd.Series, view: str = "short", *, interactive: bool = False) -> Shown:
    """Show a frame for reading. A frame of mcuaudit is recognised by its columns.

    Args:
        frame: one of the frames of an audit, or some rows of one. Any other frame or series is shown with all columns,
            and an index that has a name as the first ones.
        view: "short" for the most important columns, "decision" for those that led to the outcome, "all" for every
            column.
        interactive: a table with all rows that can be sorted and filtered.

    Raises:
        UsageError: `view` is another word.
    """
    if view not in VIEWS:
        raise UsageError(not_allowed("unknown view", view, VIEWS))
    frame = _with_index(frame)
    name = frame_name(frame)
    columns = list(frame.columns)
    if name and view != "all":
        columns = _DECISION.get(name, _SHORT[name]) if view == "decision" else _SHORT[name]
    rows = frame if interactive else frame.head(ROWS_SHOWN)
    chosen = rows[[column for column in columns if column in frame.columns]]
    # By position: any frame may be shown, also one with two columns of the same name.
    worded = [
        _in_words(chosen.iloc[:, position], _is_list(name, chosen, position)) for position in range(chosen.shape[1])
    ]
    short = [values.map(_short) for values in worded]
    whole = {
        (row, position): text
        for position, (long, cut) in enumerate(zip(worded, short, strict=True))
        for row, (text, less) in enumerate(zip(long, cut, strict=True))
        if isinstance(text, str) and text != less
    }
    return Shown(pd.concat(short, axis=1) if short else chosen, len(frame), interactive, name, whole)


def _with_index(given: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """A frame with its named index as columns, such as what was counted or grouped by."""
    frame = given.to_frame(given.name or "rows") if isinstance(given, pd.Series) else given
    if all(name is None for name in frame.index.names):
        return frame
    # Of several categories, only names that are text can have others beside them.
    named = frame.set_axis([str(column) for column in frame.columns], axis="columns")
    return named.reset_index(allow_duplicates=True)


def _is_list(name: str | None, frame: pd.DataFrame, position: int) -> bool:
    """The column has several names in a cell, separated by spaces and escaped."""
    column = str(frame.columns[position])
    if name is None or column not in SCHEMAS[name].names:
        return False
    return bool(_LIST.search(SCHEMAS[name].column(column).meaning))


def frame_name(frame: pd.DataFrame) -> str | None:
    """The name of the declared frame that has these columns; None if there is none."""
    columns = set(frame.columns)
    matching = [name for name, schema in SCHEMAS.items() if set(schema.names) <= columns]
    return max(matching, key=lambda name: len(SCHEMAS[name].names), default=None)


def _in_words(values: pd.Series, several: bool) -> pd.Series:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        written: pd.Series = values.dt.strftime("%Y-%m-%d %H:%M")
        return written
    if isinstance(values.dtype, pd.CategoricalDtype) or values.dtype in ("str", "object"):
        return values.astype(object).map(_names if several else _word)
    return values


def _word(value: object) -> object:
    if is_missing(value):
        return ""
    if isinstance(value, bytes):
        return plural(len(value), "byte")
    if value == Outcome.OPEN.value:
        return UNDETERMINED
    return visible(value) if isinstance(value, str) else value


def _names(value: object) -> object:
    """Names as they are, separated by commas."""
    return ", ".join(visible(name) for name in split_names(value)) if isinstance(value, str) else _word(value)


def _short(value: object) -> object:
    """A text with short hashes, cut if it is long; the whole one is shown on hover."""
    if not isinstance(value, str):
        return value
    text = _HASH.sub(lambda digest: digest[0][:_DIGITS], value)
    return text if len(text) <= _TEXT_LENGTH else f"{text[:_TEXT_LENGTH]}…"


def _interactive(frame: pd.DataFrame) -> str:
    # maxBytes=0: by default itables drops rows beyond 64 KB. connected=False: its scripts come from the package.
    from itables import init_notebook_mode, to_html_datatable

    init_notebook_mode(all_interactive=False, connected=False)
    return str(
        to_html_datatable(
            frame, maxBytes=0, connected=False, allow_html=False, showIndex=False, classes="display compact",
            style="table-layout: auto; width: 100%; overflow-wrap: break-word",
            columnDefs=[{"className": "dt-left", "targets": "_all"}], ordering={"indicators": True, "handler": True},
        )
    )  # fmt: skip
