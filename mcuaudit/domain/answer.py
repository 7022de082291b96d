"""A question with three answers: yes, no, and open if the evidence does not decide."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """yes, no, or open."""

    NO = "no"
    YES = "yes"
    OPEN = "open"


def answer(value: bool | None) -> Answer:
    """The answer for a truth value; None is open."""
    if value is None:
        return Answer.OPEN
    return Answer.YES if value else Answer.NO


def either(*answers: Answer) -> Answer:
    """yes if one is, open if none is and one is open, else no."""
    if Answer.YES in answers:
        return Answer.YES
    return Answer.OPEN if Answer.OPEN in answers else Answer.NO


def both(*answers: Answer) -> Answer:
    """yes if all are, no if one is, else open."""
    if Answer.NO in answers:
        return Answer.NO
    return Answer.OPEN if Answer.OPEN in answers else Answer.YES
