"""A question with three answers: yes, no, and open where what is at hand does not decide."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """yes, no, or open."""

    NO = "no"
    YES = "yes"
    OPEN = "open"


def answer(value: bool | None) -> Answer:
    """The answer that a truth value stands for; None is open."""
    if value is None:
        return Answer.OPEN
    return Answer.YES if value else Answer.NO


def both(*answers: Answer) -> Answer:
    """yes if all are, no if one is, else open."""
    if Answer.NO in answers:
        return Answer.NO
    return Answer.OPEN if Answer.OPEN in answers else Answer.YES
