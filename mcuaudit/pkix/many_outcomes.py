"""The outcomes of many end entities with many trust stores: the distinct decisions, and which pair has which."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.candidates import Applicant, Question
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.readings import outcome_of
from mcuaudit.pkix.shared_decisions import Answers, Shared, answers
from mcuaudit.pkix.stores import TrustStore

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Presentation:
    """An end entity with the certificates that are presented with it, in any order."""

    end_entity: Certificate
    presented: tuple[Certificate, ...] = ()


def others_of(one: Presentation) -> Mapping[str, Certificate]:
    """The presented certificates but the end entity itself, by SHA-256."""
    return (
        _NO_OTHERS
        if not one.presented
        else {other.sha256: other for other in one.presented if other.sha256 != one.end_entity.sha256}
    )


_NO_OTHERS: Final[Mapping[str, Certificate]] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """An end entity about which a decision is asked for.

    Attributes:
        applicant: the end entity.
        others: the certificates that are presented with it, by SHA-256.
        by_itself: it is in a store, or among the CA certificates from elsewhere.
    """

    applicant: Applicant
    others: Mapping[str, Certificate]
    by_itself: bool


@dataclass(frozen=True, slots=True)
class ManyOutcomes:
    """The outcome of each end entity with each store.

    Attributes:
        asked: the end entities, in their order.
        stores: the stores, in their order.
        distinct: the distinct decisions.
        codes: for each end entity, by rows, and each store, by columns, the place of its decision in `distinct`.
    """

    asked: Sequence[Asked]
    stores: Sequence[TrustStore]
    distinct: Sequence[Shared]
    codes: npt.NDArray[np.int32]

    def outcome(self, end_entity: int, store: int) -> PathOutcome:
        """The outcome as `PathValidator.validate` gives it; both are given by their places."""
        shared = self.distinct[self.codes[end_entity, store]]
        return outcome_of(shared.about(self.asked[end_entity].applicant))


Decide = Callable[[Asked, TrustStore], Shared]


def many_outcomes(asked: Sequence[Asked], stores: Sequence[TrustStore], decide: Decide) -> ManyOutcomes:
    """Decide once for all end entities that are alike and have the same answers to all that is asked about them."""
    import numpy as np

    codes = np.empty((len(asked), len(stores)), dtype=np.int32)
    distinct = _Distinct()
    for alike in _alike(asked):
        waiting = [alike]
        while waiting:
            places = waiting.pop()
            row = [decide(asked[places[0]], store) for store in stores]
            # A store with a decision about the first alone says nothing of the others.
            questions: dict[Hashable, Question] = {}
            for shared in row:
                questions |= {} if shared.applicant.alone else shared.applicant.questions
            by_answers: dict[Answers, list[int]] = {}
            for place in places:
                found = answers(asked[place].applicant.end_entity, questions.values())
                by_answers.setdefault(found, []).append(place)
            # The first of all is among the first, and the others are decided about in their turn.
            same, *others = by_answers.values()
            waiting += others
            codes[same] = [distinct.code(shared) for shared in row]
            for column, store in enumerate(stores):
                if row[column].applicant.alone:
                    codes[same[1:], column] = [distinct.code(decide(asked[place], store)) for place in same[1:]]
    return ManyOutcomes(asked, stores, distinct.found, codes)


def _alike(asked: Sequence[Asked]) -> Iterable[list[int]]:
    """The places of the end entities that are alike and are presented with the same; one by one where that is open."""
    found: dict[tuple[object, ...], list[int]] = {}
    for place, one in enumerate(asked):
        likeness = None if one.by_itself else one.applicant.likeness
        key = (place,) if likeness is None else (likeness, frozenset(one.others))
        found.setdefault(key, []).append(place)
    return found.values()


@dataclass(slots=True)
class _Distinct:
    """Decisions with their places; the same decision has one."""

    found: list[Shared] = field(default_factory=list)
    _places: dict[int, int] = field(default_factory=dict)

    def code(self, shared: Shared) -> int:
        place = self._places.setdefault(id(shared), len(self.found))
        if place == len(self.found):
            self.found.append(shared)
        return place
