"""How a view declares its columns: those of the frames that it is made from, and those that it adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.schema import SCHEMAS, YES_NO_OPEN, Column, Dtype

YES_NO: Final = ("yes", "no")
OUTCOMES: Final = tuple(outcome.value for outcome in Outcome)


@dataclass(frozen=True, slots=True)
class Carried:
    """Columns that a view takes over from a frame or from another view.

    Attributes:
        source: name of the frame or view.
        of: frame or view.
        columns: as they are in the view.
        whole: these are all columns of the source.
    """

    source: str
    of: Literal["frame", "view"]
    columns: tuple[Column, ...]
    whole: bool


def carried(
    source: str,
    of: Literal["frame", "view"],
    columns: Iterable[Column],
    only: tuple[str, ...],
    without: tuple[str, ...],
    *,
    optional: bool,
) -> Carried:
    """The columns of a source: all, `only` those named, or all `without` those named.

    `optional`: a row of the view may have no row of the source, so that flags may be missing.
    """
    every = tuple(columns)
    chosen = [column for column in every if (not only or column.name in only) and column.name not in without]
    unknown = {*only, *without} - {column.name for column in every}
    if unknown:
        raise KeyError(f"{source} has no column {', '.join(sorted(unknown))}")
    if optional:
        chosen = [replace(item, dtype=Dtype.FLAG_OR_MISSING) if item.dtype is Dtype.FLAG else item for item in chosen]
    return Carried(source, of, tuple(chosen), whole=not only)


def of_frame(name: str, *only: str, without: tuple[str, ...] = (), optional: bool = False) -> Carried:
    """The documented columns of a frame; see `carried`."""
    return carried(name, "frame", SCHEMAS[name].columns, only, without, optional=optional)


def _maker(dtype: Dtype) -> Callable[[str, str], Column]:
    return lambda name, meaning: Column(name, dtype, meaning)


def text(name: str, meaning: str, choices: Iterable[str] = ()) -> Column:
    """A column of texts; with `choices` no other texts stand in it."""
    return Column(name, Dtype.TEXT, meaning, tuple(choices))


def yes_no(name: str, meaning: str) -> Column:
    """A column of the words yes and no."""
    return text(name, meaning, YES_NO)


def yes_no_open(name: str, meaning: str) -> Column:
    """A column of the words yes, no and open."""
    return text(name, meaning, YES_NO_OPEN)


flag: Final = _maker(Dtype.FLAG)
integer: Final = _maker(Dtype.INTEGER)
number: Final = _maker(Dtype.NUMBER)
time: Final = _maker(Dtype.TIME)

JUDGED: Final = text("judged", "The subject of the row in words; the subject of its evaluations.")
