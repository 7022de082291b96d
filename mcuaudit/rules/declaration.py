"""Whether a rule is declared as its view allows: every name that it uses is a column, every word one that can occur."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mcuaudit.domain.cause import CauseKind
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.readings import READINGS
from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.domain.settings import SETTING_BY_KEY, ValueKind
from mcuaudit.domain.slots import Slot
from mcuaudit.errors import not_allowed
from mcuaudit.frames.schema import GRADES, SEVERITIES, Column, Dtype
from mcuaudit.rules.declared_values import value_errors
from mcuaudit.rules.definition import Rule
from mcuaudit.rules.views import VIEW_SCHEMAS

_TEXTS: Final = ("message", "fix", "reference", "undetermined_message")
_OF_TEXTS: Final = (Dtype.TEXT, Dtype.CHOICE, Dtype.OUTCOME)
_OF_SETTINGS: Final = (
    RemedyKind.CHANGE_SETTING, RemedyKind.SET_SETTING, RemedyKind.SWITCH_OFF, RemedyKind.SWITCH_ON,
)  # fmt: skip
_SLOTS: Final = ("", *Slot)
_IN_BRACES: Final = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
_DOUBLED: Final = 'a brace that belongs to the text is doubled, as in "{{"'
_SHOWN: Final = 30
"""Characters of a text beside a wrong brace that an error shows."""


def templates(rule: Rule) -> Iterator[tuple[str, str]]:
    """The texts of a rule that may name columns, each with its key."""
    yield from ((key, getattr(rule, key)) for key in _TEXTS)
    yield from (("cause", part) for part in rule.cause.subject)
    yield from (("remedy", part) for part in rule.remedy.parts) if rule.remedy else ()


def placeholders(template: str) -> tuple[str, ...]:
    """The names in braces, each once.

    Raises:
        ValueError: a brace has no partner, or something else than a name stands in braces.
    """
    found: dict[str, None] = {}
    for name, written in _fields(template):
        if not name.isidentifier():
            raise ValueError(f'"{written}" is not the name of a column in braces')
        if written != f"{{{name}}}":
            raise ValueError(
                f'"{written}" has more in braces than the name of a column; write "{{{name}}}": dates are written out'
            )
        found[name] = None
    return tuple(found)


def _fields(template: str) -> Iterator[tuple[str, str]]:
    """What stands in braces: its name, and all of it as it is written, with the braces."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        rest = _IN_BRACES.sub("", template)
        if "{" in rest:
            raise ValueError(f'the brace of "{rest[rest.index("{") :][:_SHOWN]}" is not closed; {_DOUBLED}') from error
        if "}" in rest:
            raise ValueError(
                f'the brace after "{rest[: rest.index("}")][-_SHOWN:]}" was not opened; {_DOUBLED}'
            ) from error
        raise ValueError(f"the braces are not in pairs; {_DOUBLED}") from error
    for _, name, form, conversion in parts:
        if name is not None:
            converted = f"!{conversion}" if conversion else ""
            yield name, f"{{{name}{converted}{f':{form}' if form else ''}}}"


def declaration_errors(rule: Rule) -> Iterator[str]:
    """What is wrong in the declaration of a rule, one sentence each: key, what was found, what is allowed."""
    wrong = list(value_errors(rule))
    if wrong:
        # What is of another kind cannot be looked into.
        yield from (f"{one}." for one in wrong)
        return
    for key, noun, allowed in (("severity", "value", SEVERITIES), ("grade", "value", GRADES), ("slot", "slot", _SLOTS)):
        yield from _word(f"{key}: unknown {noun}", getattr(rule, key), allowed)
    for reading in rule.reading.split():
        yield from _word("reading: unknown reading", reading, READINGS, "docs/readings.md")
    yield from _settings(rule)
    if rule.view not in VIEW_SCHEMAS:
        yield not_allowed("view: unknown view", rule.view, VIEW_SCHEMAS, page="docs/views.md")
        return
    columns = VIEW_SCHEMAS[rule.view].columns
    page = f"docs/views.md#{rule.view}"
    for name in rule.needs:
        yield from _column("needs", name, columns, rule.adds, page)
    for name, values in rule.when.items():
        yield from _column("when", name, columns, rule.adds, page)
        yield from _values(name, values, columns.get(name))
    for key, template in templates(rule):
        try:
            names = placeholders(template)
        except ValueError as error:
            yield f"{key}: {error}."
            continue
        for name in names:
            for wrong_name in _word(f"{key}: unknown placeholder", name, (*columns, *rule.adds), page):
                yield f"{wrong_name} A column that the function sets is declared in adds."
    if rule.texts is not None and not rule.adds:
        yield "texts sets the columns that `adds` declares, and `adds` is empty; declare them, or leave `texts` out."
    yield from _undetermined(rule, columns)


def _column(key: str, name: str, columns: Mapping[str, Column], adds: tuple[str, ...], page: str) -> Iterator[str]:
    if name in adds and name not in columns:
        yield (
            f'{key} is "{name}", which is in `adds`; `needs` and `when` take columns of the view only: they are looked '
            "at before the function runs. For a column in `adds`, use `undetermined`."
        )
    else:
        yield from _word(f"{key}: unknown column", name, columns, page)


def _values(name: str, values: tuple[str, ...], column: Column | None) -> Iterator[str]:
    """Values of `when` that the column cannot have."""
    if column is not None and column.dtype not in _OF_TEXTS:
        yield (
            f"when {name}: the column has values of the dtype {column.dtype}, not texts; put it into `needs`, and "
            "compare it in the function."
        )
        return
    for value in values:
        yield from _word(f"when {name}: unknown value", value, _choices(column) or (value,))


def _settings(rule: Rule) -> Iterator[str]:
    """Keys of settings that cause and remedy name, and the value that the remedy gives; not those in braces."""
    keys = {"cause": rule.cause.subject[1:2] if rule.cause.kind is CauseKind.SETTING else ()}
    subject = rule.remedy.subject if rule.remedy and rule.remedy.kind in _OF_SETTINGS else ()
    keys["remedy"] = subject[:1]
    for part, named in keys.items():
        for key in named:
            if "{" not in key:
                yield from _word(f"{part}: unknown setting", key, SETTING_BY_KEY, "mcuaudit/domain/settings.py")
    key, value = (*subject, "", "")[:2]
    setting = SETTING_BY_KEY.get(key)
    if setting and value and "{" not in value:
        allowed = ("true", "false") if setting.kind is ValueKind.BOOLEAN else setting.labels
        yield from _word(f"remedy: unknown value of {key}", value, allowed or (value,))


def _undetermined(rule: Rule, columns: Mapping[str, Column]) -> Iterator[str]:
    """Whether a row that the second function leaves open can say what it depends on."""
    if rule.undetermined is None:
        for key in ("undetermined_message", "reading"):
            if getattr(rule, key):
                yield f"{key} is for rows that `undetermined` leaves open; declare `undetermined`, or leave it out."
    elif not rule.reading and not {"missing_evidence", "readings"} & {*columns, *rule.adds}:
        yield (
            'undetermined: nothing names what such a row depends on; set view["missing_evidence"] in the function and '
            "declare it in `adds`, or declare `reading`."
        )


def _word(what: str, found: str, allowed: Iterable[str], page: str = "") -> Iterator[str]:
    words = [str(word) for word in allowed]
    if found not in words:
        yield not_allowed(what, found, words, page=page)


def _choices(column: Column | None) -> tuple[str, ...]:
    if column is None:
        return ()
    return tuple(outcome.value for outcome in Outcome) if column.dtype is Dtype.OUTCOME else column.choices
