"""Whether the values of a declaration are of the right kind: texts, tuples of texts, causes and remedies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mcuaudit.domain.cause import CauseKind
from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import CauseTemplate
from mcuaudit.rules.definition import Rule
from mcuaudit.rules.remedies import RemedyTemplate
from mcuaudit.rules.remedy_subjects import fits, subject_words

_NEEDED: Final = ("view", "severity", "source", "section", "grade", "message", "fix")
_OPTIONAL: Final = ("reference", "slot", "undetermined_message", "reading")
_KINDS: Final = {str: "a text", list: "a list", set: "a set", frozenset: "a set", dict: "a dict", tuple: "a tuple"}
_CAUSES: Final = "one of mcuaudit/rules/causes.py, such as LOCAL_CERTIFICATE"
_REMEDIES: Final = "one of mcuaudit/rules/remedies.py, such as REISSUE"


def value_errors(rule: Rule) -> Iterator[str]:
    """Values of another kind than declared, one sentence each: key, what was found, what to write."""
    for key in (*_NEEDED, *_OPTIONAL):
        found: object = getattr(rule, key)
        if not isinstance(found, str):
            yield f"{key} is {kind_of(found)}; write a text"
        elif key in _NEEDED and not found.strip():
            yield f"{key} is empty; write a text"
    for key in ("adds", "needs"):
        yield from _texts(key, getattr(rule, key))
    yield from _when(rule.when)
    for key in ("undetermined", "texts"):
        function: object = getattr(rule, key)
        if function is not None and not callable(function):
            yield f"{key} is {kind_of(function)}; write the function, without quotes"
    yield from _cause(rule.cause)
    if rule.remedy is not None:
        yield from _remedy(rule.remedy)


def kind_of(value: object) -> str:
    """What a value is, in words."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return "a number"
    kind = type(value)
    known = next((words for one, words in _KINDS.items() if isinstance(value, one)), "")
    return known or ("a function" if callable(value) else f"a {kind.__name__}")


def _when(when: object) -> Iterator[str]:
    if not isinstance(when, Mapping):
        yield f'when is {kind_of(when)}; write a column and its values, such as {{"service_http": ("true",)}}'
        return
    for name, values in when.items():
        if not isinstance(name, str):
            yield f"when has {kind_of(name)} as a column; write its name as a text"
            continue
        yield from _texts(f"when {name}", values)
        if values == ():
            yield f"when {name} has no values, so that the rule would never apply"


def _texts(key: str, values: object) -> Iterator[str]:
    """A tuple of texts is right; what was meant instead is written out."""
    if isinstance(values, tuple):
        for value in values:
            if not isinstance(value, str):
                yield f"{key} has {kind_of(value)} in its tuple; write texts"
        return
    meant: tuple[str, ...] = ()
    if isinstance(values, str):
        meant = (str(values),)
    elif isinstance(values, bool):
        meant = (str(values).lower(),)
    elif isinstance(values, list | set | frozenset):
        meant = tuple(sorted(str(value) for value in values) if not isinstance(values, list) else map(str, values))
    yield f"{key} is {kind_of(values)}; write {_written(meant) if meant else 'a tuple of texts'}"


def _written(texts: tuple[str, ...]) -> str:
    """A tuple as it is written in a module."""
    quoted = [f'"{text}"' for text in texts]
    return f"({', '.join(quoted)}{',' if len(texts) == 1 else ''})"


def _cause(cause: object) -> Iterator[str]:
    if not isinstance(cause, CauseTemplate):
        yield f"cause is {kind_of(cause)}; write {_CAUSES}"
        return
    kind: object = cause.kind
    if kind is not None and not isinstance(kind, CauseKind):
        yield f"cause has {kind_of(kind)} as its kind; write one of CauseKind in mcuaudit/domain/cause.py"
    if cause.subject == ():
        yield "cause has no subject; write identifiers, or columns in braces"
    yield from _subject("cause", cause.subject)


def _subject(key: str, subject: object) -> Iterator[str]:
    yield from _texts(f"the subject of {key}", subject)
    if isinstance(subject, tuple) and "" in subject:
        yield f"the subject of {key} has an empty part; write a text, or a column in braces"


def _remedy(remedy: object) -> Iterator[str]:
    if not isinstance(remedy, RemedyTemplate):
        yield f"remedy is {kind_of(remedy)}; write {_REMEDIES}"
        return
    yield from _subject("remedy", remedy.subject)
    for key in ("slot", "owner", "file"):
        place: object = getattr(remedy, key)
        if not isinstance(place, str):
            yield f"the {key} of remedy is {kind_of(place)}; write a text, or a column in braces"
    kind: object = remedy.kind
    if not isinstance(kind, RemedyKind | None):
        meant = [f"RemedyKind.{one.name}" for one in RemedyKind if kind in (one.value, one.name)]
        yield (
            f"remedy has {kind_of(kind)} as its kind; write {meant[0] if meant else 'one of RemedyKind'} "
            "(mcuaudit/domain/remedy.py)"
        )
    elif kind is not None and isinstance(remedy.subject, tuple) and not fits(kind, len(remedy.subject)):
        yield (
            f"remedy: RemedyKind.{kind.name} needs {subject_words(kind)}; found "
            f"{len(remedy.subject) or 'none'} (mcuaudit/domain/remedy.py)"
        )
