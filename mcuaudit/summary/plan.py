"""A plan in words: one sentence, and its steps in groups, for a page, a checklist or a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Protocol

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.variants.plans.actions import Phase
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import UNDETERMINED, begun, listed, said

PHASE_TITLES: Final = {
    Phase.INSTALL: "Install CAs and users",
    Phase.REACH: "Open another way in",
    Phase.CERTIFICATES: "Replace certificates",
    Phase.SETTINGS: "Change other settings",
    Phase.LESSER_MODE: "Set a lesser mode, and test the logins",
    Phase.VERIFY: "Verify calls and servers",
    Phase.CLOSE: "Close HTTP",
    Phase.OCSP: "Switch OCSP on",
    Phase.REQUIRED: "Require certificates for logins",
    Phase.REMOVE: "Remove what is not used any more",
}
WHY_WORSE: Final = {
    "target": "the target has this effect, whatever the order",
    "order": "no order avoids it",
    "limit": "the search for an order ended before all were looked at",
}
_ORIGINS: Final = {"enabling": "A later step needs it.", "restoring": "It takes an earlier step back."}
_COLUMNS: Final = (
    ("breaking_connections", "Stops working"), ("undetermined_connections", f"Turns {UNDETERMINED}"),
)  # fmt: skip
_MOST_NAMES: Final = 12


class Planned(Protocol):
    """A plan, or what is kept of one with the reports."""

    @property
    def steps(self) -> pd.DataFrame: ...
    @property
    def accepted_before(self) -> int: ...
    @property
    def remarks(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class StepGroup:
    """The same step on one device or several, one after the other.

    Attributes:
        numbers: ``3``, ``3 to 7``, or ``3, 5 to 7``.
        places: the devices, or the peer with its device.
        instruction: what to do on each.
        why: why it is there; "" if it was asked for.
        test: what to test on each.
        backs: how it is taken back, with the devices if that differs.
        effects: what happens with it, in sentences; empty if nothing gets worse.
        is_worse: something gets worse with it.
        accepted: connections that are accepted after it; None if it is held back.
        logins: how an administrator can log in after it, with the devices if that differs; "" if it is held back.
    """

    numbers: str
    places: str
    instruction: str
    why: str
    test: str
    backs: tuple[str, ...]
    effects: tuple[str, ...]
    is_worse: bool
    accepted: int | None
    logins: str = ""


@dataclass(frozen=True)
class Part:
    """Groups of one phase, one after the other; of what is held back, with an own title."""

    title: str
    groups: tuple[StepGroup, ...]


def plan_sentence(plan: Planned) -> str:
    """What the plan comprises, and whether anything gets worse on the way."""
    if plan.steps.empty:
        return "The target is reached already, so there is nothing to do."
    planned = plan.steps[plan.steps["state"] == "planned"]
    worse = planned[planned["cause_of_worse"].notna()]
    sentences = [f"{plural(len(planned), 'step')}."] if len(planned) else []
    if len(planned) and worse.empty:
        sentences.append("No connection stops working or turns undetermined with any of them, and no login gets worse.")
    for cause, rows in worse.groupby("cause_of_worse", observed=True):
        counted = plural(len(rows), "step")
        sentences.append(f"With {counted} something gets worse: {WHY_WORSE[str(cause)]}.")
    held = plan.steps[plan.steps["state"] == "held_back"]
    if len(held):
        devices = list(dict.fromkeys(held["device_id"]))
        subject = plural(len(held), "step is", "steps are")
        sentences.append(f"{subject} held back, because administrators would be locked out of {listed(devices)}.")
    return " ".join(sentences)


def plan_parts(plan: Planned) -> list[Part]:
    """The steps in groups, under titles."""
    rows = plan.steps.to_dict("records")
    found = []
    for (held, phase), part in groupby(
        rows, lambda row: (row["state"] == "held_back", "" if _held(row) else row["phase"])
    ):
        title = "Held back" if held else PHASE_TITLES[Phase(phase)]
        found.append(Part(title, tuple(_groups(list(part)))))
    return found


def step_details(group: StepGroup) -> Iterator[tuple[str, str]]:
    """Labels and words of what follows a step: why it is there, what gets worse, what to test, and how it is undone."""
    if group.why:
        yield "Why", group.why
    for effect in group.effects:
        yield "Held back" if group.accepted is None else "Worse", effect
    if group.test:
        yield "Test", group.test
    for words in group.backs:
        yield "Back", words
    if group.accepted is not None:
        yield "After it", f"{accepted_words(group.accepted)}."
    if group.logins:
        yield "Login", group.logins


def accepted_words(number: int) -> str:
    """``1 connection is accepted``."""
    return plural(number, "connection is accepted", "connections are accepted")


def _held(row: Mapping[Any, Any]) -> bool:
    return bool(row["state"] == "held_back")


def _groups(rows: Sequence[Mapping[Any, Any]]) -> Iterable[StepGroup]:
    for _, same in groupby(rows, _alike):
        yield _group(list(same))


def _alike(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    """What the steps of one group have in common; a step with which something gets worse is a group by itself."""
    own = row["step"] if _is_worse(row) or _held(row) else 0
    return row["instruction"], row["test"], row["origin"], said(row["peer"]), own


def _is_worse(row: Mapping[Any, Any]) -> bool:
    return isinstance(row["cause_of_worse"], str)


def _group(rows: Sequence[Mapping[Any, Any]]) -> StepGroup:
    first, last = rows[0], rows[-1]
    devices = [row["device_id"] for row in rows]
    peer = said(first["peer"])
    places = f"peer {peer} of {listed(devices, _MOST_NAMES)}" if peer else listed(devices, _MOST_NAMES)
    by_back: dict[str, list[str]] = {}
    for row in rows:
        by_back.setdefault(row["back"], []).append(row["device_id"])
    several = len(by_back) > 1
    accepted = None if _held(first) else int(last["accepted"])
    return StepGroup(
        numbers=_ranges([int(row["step"]) for row in rows]),
        places=places,
        instruction=first["instruction"],
        why=_ORIGINS.get(first["origin"], ""),
        test="" if _held(first) else first["test"],
        backs=() if _held(first) else tuple(
            f"{listed(names, _MOST_NAMES)}: {words}" if several else words for words, names in by_back.items()
        ),
        effects=tuple(_effects(first) if len(rows) == 1 else ()),
        is_worse=_is_worse(first) or _held(first),
        accepted=accepted,
        logins="" if _held(first) else _logins(rows),
    )  # fmt: skip


def _ranges(numbers: Sequence[int]) -> str:
    """``3``, ``3 to 7``, or ``3, 5 to 7``: on the page of a site, steps of other sites may lie between."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1] = [found[-1][0], number]
        else:
            found.append([number])
    return ", ".join(" to ".join(str(one) for one in part) for part in found)


def _logins(rows: Sequence[Mapping[Any, Any]]) -> str:
    """``HTTP with a password``, or a sentence part for each group of devices."""
    by_way: dict[str, list[str]] = {}
    for row in rows:
        way = said(row["login_way"]) if row["login"] == Outcome.PASS.value else ""
        words = way or (UNDETERMINED if row["login"] == Outcome.OPEN.value else "no administrator can log in")
        by_way.setdefault(words, []).append(row["device_id"])
    if len(by_way) == 1:
        return f"{begun(next(iter(by_way)))}."
    return " ".join(f"{listed(devices, _MOST_NAMES)}: {words}." for words, devices in by_way.items())


def _effects(row: Mapping[Any, Any]) -> Iterable[str]:
    if _held(row):
        yield said(row["reason"])
        return
    for column, words in (
        ("breaking_connections", "Stops working"),
        ("undetermined_connections", f"Turns {UNDETERMINED}"),
    ):
        names = split_names(said(row[column]))
        if names:
            yield f"{words}: {listed(names, _MOST_NAMES)}."
    logins = split_names(said(row["logins_worse"]))
    if logins:
        yield f"Whether an administrator can log in to {listed(logins)} turns {UNDETERMINED}: this may be a lock-out."
    if _is_worse(row):
        yield f"Why: {said(row['reason'])} ({WHY_WORSE[row['cause_of_worse']]})"
