"""Explanations of rules, frames, columns, readings, settings and terms."""

from __future__ import annotations

import re
import textwrap
from typing import Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.readings import READINGS
from mcuaudit.domain.settings import SETTINGS, Setting
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.attached import html_of
from mcuaudit.frames.schema import SCHEMAS, Column, FrameSchema
from mcuaudit.rules import Rule, registered_rules
from mcuaudit.rules.views import VIEW_SCHEMAS
from mcuaudit.system.arguments import text_given


class Description(str):
    """A text with line breaks, which a notebook shows too."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str | None:
        return html_of(self)


def describe(word: str) -> Description:
    """Explain a rule, a frame, a column, a reading or a setting; see `description`.

    Raises:
        UsageError: no term has that name.
    """
    return Description(description(word))


def list_rules() -> pd.DataFrame:
    """All rules, one row each: code, rule, severity, title, fix, grade, source, section.

    The fix is the sentence of the findings, with placeholders such as ``{names}``.
    """
    return pd.DataFrame(
        [
            (rule.code, rule.name, rule.severity, rule.title, rule.fix, rule.grade, rule.source, rule.section)
            for rule in registered_rules().values()
        ],
        columns=["code", "rule", "severity", "title", "fix", "grade", "source", "section"],
    )


def description(word: str) -> str:
    """What a rule (MCU205), frame (connections), column (connections.outcome), reading (A11) or setting means.

    Raises:
        UsageError: no term has that name; the message suggests the most similar one.
    """
    wanted = text_given(word, "word").strip()
    rule = registered_rules().get(wanted.upper().partition("-")[0])
    if rule:
        return _rule(rule)
    if wanted.upper() in READINGS:
        question, outcome = READINGS[wanted.upper()]
        return f"Reading {wanted.upper()}: {question}\n\n{outcome}"
    if wanted.lower() in WORDS:
        return f"{wanted.lower()}: {WORDS[wanted.lower()]}"
    if wanted in SCHEMAS:
        return _frame(SCHEMAS[wanted])
    frame, _, name = wanted.partition(".")
    if frame in SCHEMAS and name in SCHEMAS[frame].names:
        return _column(frame, SCHEMAS[frame].column(name))
    settings = [setting for setting in SETTINGS if wanted.lower() in setting.words]
    columns = [(schema.name, schema.column(wanted)) for schema in SCHEMAS.values() if wanted in schema.names]
    found = [_setting(setting) for setting in settings] + [_column(schema, column) for schema, column in columns]
    found = found or _view_columns(frame, name or frame)
    if not found:
        raise UsageError(_nothing(wanted))
    return "\n\n".join(found)


def _view_columns(view: str, name: str) -> list[str]:
    """The columns of that name that views for rules have and frames do not; equal ones once, with their views."""
    views: dict[tuple[str, Column], list[str]] = {}
    for schema in VIEW_SCHEMAS.values():
        if name in schema.columns and (view in (schema.name, name)):
            views.setdefault((name, schema.columns[name]), []).append(schema.name)
    return [f"{_column(_of_views(names), column)}" for (_, column), names in views.items()]


def _of_views(names: list[str]) -> str:
    return f"view{'s' if len(names) > 1 else ''} {', '.join(names)}"


WORDS: Final = {
    "undetermined": "neither the evidence nor Cisco's documentation decides; in frames the value is open. The reading "
    "(A1 to A28) or the missing file is named with it.",
    "refused": "at least one side does not accept the certificate of the other, or the user cannot log in; in "
    "frames the value is fail.",
    "unverified": "the connection is accepted, but at least one side does not verify the other's certificate; see "
    "connections.authenticated.",
    "accepted": "each side verifies and accepts the other's certificate; in frames the value is pass, with "
    "authenticated both.",
    "locked out": "no administrator can log in by HTTP or HTTPS; see the frame administration and rule MCU411.",
}
"""The terms of pages, and the values of frames for them."""


def _nothing(word: str) -> str:
    known = [
        *registered_rules(),
        *READINGS,
        *WORDS,
        *SCHEMAS,
        *(setting.key for setting in SETTINGS),
        *(setting.key.rpartition(".")[2] for setting in SETTINGS),
        *(f"{schema.name}.{name}" for schema in SCHEMAS.values() for name in schema.names),
        *(name for schema in SCHEMAS.values() for name in schema.names),
        *(name for schema in VIEW_SCHEMAS.values() for name in schema.columns),
    ]
    # The code that is nearest to a wrong one is a guess among many.
    near = "" if re.fullmatch(r"[A-Z]+\d+", word.upper()) else did_you_mean(word, known)
    return (
        f'"{word}" is not a rule, frame, column, reading or setting; examples: MCU205, connections, '
        f"connections.outcome, A11, verification_settings.{near}"
    )


def _rule(rule: Rule) -> str:
    head = f"{rule.code} {rule.name} ({rule.severity})"
    source = f"Source: {rule.source}, {rule.section} ({rule.grade})."
    return f"{head}\n\n{textwrap.dedent('    ' + rule.documentation)}\n\n{source}"


def _frame(schema: FrameSchema) -> str:
    width = max(len(name) for name in schema.names)
    lines = [f"{column.name:{width}}  {column.dtype.value:20}  {column.meaning}" for column in schema.columns]
    return f"{schema.name}: one row per {schema.one_row_per}; key {', '.join(schema.key)}.\n\n" + "\n".join(lines)


_OUTCOME_WORDS: Final = {Outcome.PASS: " (accepted)", Outcome.OPEN: " (undetermined)", Outcome.FAIL: " (refused)"}


def _column(frame: str, column: Column) -> str:
    unit = f", {column.unit}" if column.unit else ""
    choices = f"\nOne of: {', '.join(column.choices)}." if column.choices else ""
    if column.dtype.value == "outcome":
        words = (f"{one.value}{_OUTCOME_WORDS.get(one, '')}" for one in Outcome)
        choices = f"\nValues, best to worst: {', '.join(words)}."
    return f"{frame}.{column.name} ({column.dtype.value}{unit}): {column.meaning}{choices}"


def _setting(setting: Setting) -> str:
    labels = f"\nOne of: {', '.join(setting.labels)}." if setting.labels else ""
    return f"{setting.key} ({setting.kind.value}): {setting.meaning}{labels}\nSource: {setting.source}."
