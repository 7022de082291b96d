"""The outcome of a comparison, and the combination of outcomes for several reference identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcuaudit.domain.certificate import ALL_EXTENSIONS
from mcuaudit.domain.name_lists import escape_name
from mcuaudit.domain.outcome import OUTCOME_ORDER, Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.identity.presented import Field, PresentedIdentifier, PresentedIdentifiers
from mcuaudit.identity.reference import ReferenceIdentifier
from mcuaudit.wording.phrases import continued, listed

RFC5922_MAY = "RFC5922-7.1"
"""Used as a reading if RFC 5922, section 7.1, leaves the choice to the implementation."""

UNREADABLE_NAME = "unreadable_name"
"""The reason code if names of the certificate cannot be read, and one of them could match."""

_LONGEST_IN_REASON = 80


@dataclass(frozen=True, slots=True)
class IdentityOutcome:
    """Whether a certificate identifies a party under one reference identifier, by one standard.

    Attributes:
        outcome: pass, open or fail.
        standard: the rule of comparison.
        reference: the reference identifier as given.
        presented: the presented identifier that matched or decided the outcome, escaped; None if none.
        found_in: its field: uri, dns, ip or cn; None if none.
        reading: the reading that decided (A1, A2 ...), RFC5922-7.1 if that leaves the choice, None if none.
        reason_code: short stable word.
        reason: why, in one sentence.
    """

    outcome: Outcome
    standard: Standard
    reference: str
    presented: str | None
    found_in: str | None
    reading: str | None
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class CombinedIdentity:
    """Whether a certificate identifies a party under all of its reference identifiers (reading A7).

    Attributes:
        outcome: pass if all match, fail if none does, open otherwise.
        singles: the outcome of each reference identifier, in the order given.
        readings: the readings that the outcome depends on.
        reason_code: short stable word.
        reason: why, in one sentence.
    """

    outcome: Outcome
    singles: tuple[IdentityOutcome, ...]
    readings: tuple[str, ...]
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome for one presented identifier by a standard; the best finding is the outcome.

    `open_points` is the number of readings that an open finding needs.
    """

    outcome: Outcome
    presented: PresentedIdentifier
    reason_code: str
    reason: str
    reading: str = ""
    open_points: int = 0


def conclude(
    standard: Standard,
    reference: ReferenceIdentifier,
    identifiers: PresentedIdentifiers,
    findings: Iterable[Finding],
) -> IdentityOutcome:
    """The best of the findings, the first among equals: one accepted name is enough.

    Of open findings the one with the fewest open_points is best, because its reading then decides.
    """
    best = min(findings, key=lambda finding: (OUTCOME_ORDER.index(finding.outcome), finding.open_points), default=None)
    if identifiers.unreadable and _rests_on_unreadable(best, identifiers):
        return _unreadable(standard, reference, identifiers)
    if best is None:
        code, reason = _nothing(identifiers)
        return IdentityOutcome(Outcome.FAIL, standard, reference.text, None, None, None, code, reason)
    return IdentityOutcome(
        best.outcome,
        standard,
        reference.text,
        escape_name(best.presented.text),
        best.presented.field.value,
        best.reading or None,
        best.reason_code,
        best.reason,
    )


def _rests_on_unreadable(best: Finding | None, identifiers: PresentedIdentifiers) -> bool:
    """A name that cannot be read could match; and a CN counts only if it is known that there is no subjectAltName."""
    if best is None or best.outcome is Outcome.FAIL:
        return True
    return best.presented.field is Field.CN and ALL_EXTENSIONS in identifiers.unreadable


def _unreadable(
    standard: Standard, reference: ReferenceIdentifier, identifiers: PresentedIdentifiers
) -> IdentityOutcome:
    name, fields = shorten(reference.text.strip()), ", ".join(identifiers.unreadable)
    reason = f"No readable name of the certificate is {name}, and it has unreadable ones: {fields}."
    return IdentityOutcome(Outcome.OPEN, standard, reference.text, None, None, None, UNREADABLE_NAME, reason)


def combine(singles: Sequence[IdentityOutcome]) -> CombinedIdentity:
    """All match: pass. None: fail. Some, or one of them open: open (reading A7)."""
    if not singles:
        return CombinedIdentity(Outcome.OPEN, (), ("A7",), "no_reference", "No reference identifier is known.")
    first, outcomes = singles[0], {one.outcome for one in singles}
    if len(outcomes) == 1:
        return CombinedIdentity(
            first.outcome, tuple(singles), _readings(singles, first.outcome), first.reason_code, first.reason
        )
    # Which of the names is compared is not documented, so neither the matching nor the other names decide.
    covered = sum(one.outcome is Outcome.PASS for one in singles)
    worst = max(singles, key=lambda one: OUTCOME_ORDER.index(one.outcome))
    number = f"{covered} of {len(singles)} names that may be compared {'matches' if covered == 1 else 'match'}"
    reason = f"{number}, but not {shorten(worst.reference)}: {continued(worst.reason)}"
    readings = ("A7", *_readings(singles, Outcome.OPEN))
    return CombinedIdentity(Outcome.OPEN, tuple(singles), readings, "some_names_covered", reason)


def _readings(singles: Iterable[IdentityOutcome], outcome: Outcome) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.reading for one in singles if one.outcome is outcome and one.reading))


def describe(presented: PresentedIdentifier) -> str:
    """A presented identifier in a sentence: field and text."""
    return f"the {_FIELDS[presented.field]} {shorten(presented.text)}"


_FIELDS = {
    Field.URI: "URI entry",
    Field.DNS: "DNS entry",
    Field.IP: "iPAddress entry",
    Field.CN: "CN",
}


def shorten(text: str) -> str:
    """`text` escaped and, if it is long, cut: a name in a certificate may have many thousand characters."""
    escaped = escape_name(text[: _LONGEST_IN_REASON + 1])
    return escaped if len(text) <= _LONGEST_IN_REASON else f"{escaped[:_LONGEST_IN_REASON]}..."


def _nothing(identifiers: PresentedIdentifiers) -> tuple[str, str]:
    if not identifiers.all:
        return "no_names", "The certificate has no URI, DNS or iPAddress entry and no CN."
    shown = [f"{item.field.value.upper()}={shorten(item.text)}" for item in identifiers.all]
    return "no_match", f"The certificate contains only {listed(shown)}."
