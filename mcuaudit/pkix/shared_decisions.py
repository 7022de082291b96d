"""Decisions about paths, each made once for all end entities that are alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.candidates import Applicant, Question
from mcuaudit.pkix.decision import Decision, PathQuestion, decided

Answers = tuple[Hashable, ...]

_MOST_SHARED: Final = 20
"""Limit of decisions for end entities that are alike and differ in who signed them."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A decision, with the end entity that it was made about, and what holds for those that share it.

    Attributes:
        decision: the decision.
        applicant: the end entity that it is about, which is like the others.
        answers: those of this end entity to the questions that were asked about it.
    """

    decision: Decision
    applicant: Applicant
    answers: Answers

    def about(self, applicant: Applicant) -> Decision:
        """The decision about an end entity that shares it."""
        if applicant.end_entity.sha256 == self.decision.end_entity.sha256:
            return self.decision
        return self.decision.about(self.applicant, applicant)


class SharedDecisions:
    """Decisions by what they depend on: what end entities have in common, and all else that is asked.

    The full search makes each of them. It is not shared if it has taken more from the end entity than can be compared.
    """

    def __init__(self) -> None:
        self._found: dict[Hashable, list[Shared]] = {}

    def of(self, key: Hashable, end_entity: Certificate, question: Callable[[], PathQuestion]) -> Shared:
        """The decision about the end entity, which others of this key share unless its applicant is decided `alone`.

        Args:
            key: all that decides, but for the answers to questions about the end entity.
            end_entity: the certificate.
            question: what to search for, where no decision is known that it shares.
        """
        known = self._found.setdefault(key, [])
        for one in known:
            if answers(end_entity, one.applicant.questions.values()) == one.answers:
                return one
        made = decided_alone(question())
        if not made.applicant.alone and len(known) < _MOST_SHARED:
            known.append(made)
        return made


def decided_alone(question: PathQuestion) -> Shared:
    """The decision by the full search."""
    applicant = question.applicant
    decision = decided(question, applicant)
    return Shared(decision, applicant, answers(question.end_entity, applicant.questions.values()))


def answers(end_entity: Certificate, questions: Iterable[Question]) -> Answers:
    """The answers of an end entity."""
    return tuple([question(end_entity) for question in questions])
