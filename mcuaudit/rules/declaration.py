"""Whether a rule is declared as its view allows: every name that it uses is a column, every word one that can occur."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from typing import Final

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.readings import READINGS
from mcuaudit.domain.slots import Slot
from mcuaudit.errors import not_allowed
from mcuaudit.frames.schema import GRADES, SEVERITIES, Column, Dtype
from mcuaudit.rules.definition import Rule
from mcuaudit.rules.views import VIEW_SCHEMAS

_TEXTS: Final = ("message", "fix", "reference", "undetermined_message")


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
    for _, name, form, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise ValueError(f'"{{{name}}}" is not the name of a column in braces')
        found[name] = None
    return tuple(found)


def declaration_errors(rule: Rule) -> Iterator[str]:
    """What is wrong in the declaration of a rule, one sentence each: key, what was found, what is allowed."""
    for key, allowed in (("severity", SEVERITIES), ("grade", GRADES), ("slot", ("", *Slot))):
        yield from _word(key, getattr(rule, key), allowed)
    for reading in rule.reading.split():
        yield from _word("reading", reading, READINGS)
    if rule.view not in VIEW_SCHEMAS:
        yield not_allowed("view: unknown word", rule.view, VIEW_SCHEMAS)
        return
    columns = VIEW_SCHEMAS[rule.view].columns
    for name in rule.needs:
        yield from _word("needs", name, columns)
    for name, values in rule.when.items():
        yield from _word("when", name, columns)
        for value in values:
            yield from _word(f"when {name}", value, _choices(columns.get(name)) or (value,))
    for key, template in templates(rule):
        try:
            names = placeholders(template)
        except ValueError as error:
            yield f"{key}: {error}"
            continue
        for name in names:
            for wrong in _word(key, name, (*columns, *rule.adds)):
                yield f"{wrong} A column that the function sets is declared in adds."


def _word(what: str, found: str, allowed: Iterable[str]) -> Iterator[str]:
    words = [str(word) for word in allowed]
    if found not in words:
        yield not_allowed(f"{what}: unknown word", found, words)


def _choices(column: Column | None) -> tuple[str, ...]:
    if column is None:
        return ()
    return tuple(outcome.value for outcome in Outcome) if column.dtype is Dtype.OUTCOME else column.choices
