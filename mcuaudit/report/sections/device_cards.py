"""A card for each device: its certificate, the settings that decide, its stores, and the proof of each connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cached_property
from itertools import accumulate
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.slots import SLOT_TITLES, TRUST_STORE_SLOTS
from mcuaudit.errors import Undecodable
from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, anchor, code, element, folded, join, link, paragraph, small
from mcuaudit.report.sections.applied import applied_note, job_anchor
from mcuaudit.report.sections.certificate_facts import certificate_facts, facts_list
from mcuaudit.report.sections.deciding_settings import DECIDING, SOURCES, title_of, value_words
from mcuaudit.report.sections.ladder import Basis, ladder, proofs
from mcuaudit.summary.applied import AppliedRemedies
from mcuaudit.summary.causes import CauseGroup
from mcuaudit.summary.certificates_in_use import common_name
from mcuaudit.summary.cited_rows import CitedRows, Row, rows_of
from mcuaudit.summary.deadlines import the
from mcuaudit.summary.steps import Step, steps_of_connection
from mcuaudit.summary.urgency import urgency
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import (
    ACCEPTED,
    GRADE_WORDS,
    NOT_APPLICABLE,
    REFUSED,
    UNDETERMINED,
    UNVERIFIED,
    said,
    short_date,
    short_hash,
)

OPEN_CARDS: Final = 12
"""Up to so many devices, each has a card, and those with something wrong are open; of more, the latter have a card."""
CARDS: Final = 60
"""So many devices have a card; the others are named, and a table has their connections."""
BYTES: Final = 300_000
"""The cards of a page of many devices are no larger, so that the page can be mailed."""


@dataclass(frozen=True)
class Cards:
    """What the cards of a page are made of.

    Attributes:
        audit: the rows of the site.
        whole: the audit of the fleet, in which files of other sites are found.
        zone: the time zone of the page.
        causes: the causes that the page has rows for; cards that stand alone have none.
        jobs: the frame `first_jobs` of the page, or why there is none.
        deadlines: the frame `deadlines` of the page, or why there is none.
    """

    audit: Audit
    whole: Audit
    zone: tzinfo
    causes: Sequence[CauseGroup] = ()
    jobs: pd.DataFrame | str = ""
    deadlines: pd.DataFrame | str = ""

    def section(self) -> Html:
        """The cards; those of devices without anything wrong are a line that opens."""
        if not self.shown:
            return paragraph("There is no device.")
        is_open = len(self.audit.devices) <= OPEN_CARDS
        cards = [
            self.card(name, is_open=True) if is_open and self._is_wrong(name) else self._made(name)
            for name in self.shown
        ]
        shown = set(self.shown)
        names = dict(zip(self.audit.devices["device_id"], self.audit.devices["device"], strict=True))
        left = {name: self._is_wrong(device_id) for device_id, name in names.items() if device_id not in shown}
        quiet, more = ([name for name, wrong in left.items() if wrong is kind] for kind in (False, True))
        nothing = f"Nothing is refused or undetermined on {plural(len(quiet), 'device')}: {', '.join(quiet)}."
        rest = f"{plural(len(more), 'more device')} without a card: {', '.join(more)}."
        return join((*cards, paragraph(rest) if more else None, paragraph(nothing) if quiet else None))

    @cached_property
    def shown(self) -> list[str]:
        """The devices that have a card, by device_id and urgency; of many devices those with something wrong."""
        ranked = [str(name) for name in urgency(self.audit, "device_id").index]
        wrong = [name for name in ranked if self._is_wrong(name)]
        if len(ranked) > OPEN_CARDS:
            sizes = accumulate(len(self._made(name)) for name in wrong[:CARDS])
            return [name for name, size in zip(wrong, sizes, strict=False) if size <= BYTES]
        return [*wrong, *(name for name in ranked if name not in set(wrong))]

    def proofs_of(self, connections: Iterable[str]) -> Html:
        """The proof of some connections, by connection_id, below the name of each device; a single one is open."""
        asked = list(dict.fromkeys(connections))
        found = {str(row["connection_id"]): (name, row) for name, rows in self._connections.items() for row in rows}
        of_device: dict[str, list[Row]] = {}
        for name, row in (found[one] for one in asked if one in found):
            of_device.setdefault(name, []).append(row)
        parts = (
            join((element("h3", name), element("ul", *self._ladders(rows, is_open=len(asked) == 1), class_="proofs")))
            for name, rows in of_device.items()
        )
        return join(parts) if of_device else paragraph("There is no connection to show.")

    @property
    def has_all(self) -> bool:
        """Whether each connection that is refused or undetermined is in a card."""
        connections = self.audit.connections
        wrong = connections.loc[connections["outcome"].isin(["fail", "open"]), "device_id"]
        return set(wrong) <= set(self.shown)

    def _made(self, device_id: str) -> Html:
        """The closed card, which is made once."""
        if device_id not in self._closed:
            self._closed[device_id] = self.card(device_id)
        return self._closed[device_id]

    @cached_property
    def _closed(self) -> dict[str, Html]:
        return {}

    def _is_wrong(self, device_id: str) -> bool:
        words = {row["word"] for row in self._connections.get(device_id, ())}
        return bool(words & {REFUSED, UNDETERMINED}) or self._login(device_id)["outcome"] in ("fail", "open")

    @cached_property
    def _connections(self) -> dict[str, list[Row]]:
        frame = self.audit.connections.assign(word=connection_words(self.audit.connections))
        found: dict[str, list[Row]] = {}
        for row in rows_of(frame.sort_values(["word", "connection_type", "peer"], kind="stable")):
            found.setdefault(str(row["device_id"]), []).append(row)
        return found

    @cached_property
    def _logins(self) -> dict[str, Mapping[Any, Any]]:
        return {row["device_id"]: row for row in self.audit.administration.to_dict("records")}

    def _login(self, device_id: str) -> Mapping[Any, Any]:
        return self._logins.get(device_id, {"outcome": "notApplicable", "reason": "", "remedy": ""})

    @cached_property
    def _cited(self) -> CitedRows:
        return CitedRows(self.whole, [row for rows in self._connections.values() for row in rows])

    def _steps(self, row: Row) -> list[Step]:
        """The steps of a connection; none where a saved audit has a certificate that cannot be read."""
        try:
            return steps_of_connection(self._cited, row)
        except Undecodable:
            return []

    @cached_property
    def _devices(self) -> dict[str, Mapping[Any, Any]]:
        return {row["device_id"]: row for row in self.audit.devices.to_dict("records")}

    @cached_property
    def _certificates(self) -> dict[str, pd.Series]:
        frame = self.audit.certificates
        return {row["certificate"]: row for _, row in frame.iterrows()}

    @cached_property
    def _settings(self) -> dict[tuple[str, str], Mapping[Any, Any]]:
        frame = self.audit.settings
        chosen = frame[frame["setting"].isin(list(DECIDING))]
        return {(row["device_id"], row["setting"]): row for row in chosen.to_dict("records")}

    @cached_property
    def _evidence(self) -> dict[tuple[str, str], Mapping[Any, Any]]:
        return {(row["device_id"], row["kind"]): row for row in self.audit.evidence.to_dict("records")}

    @cached_property
    def _applied(self) -> AppliedRemedies:
        return AppliedRemedies(self.audit, self.jobs, self.whole)

    @cached_property
    def _bases(self) -> dict[str, Basis]:
        """What the outcome of each connection is based on, by connection_id."""
        shown = {
            cause_id: str(cause.lead["finding_id"])
            for cause in reversed(self.causes)
            for cause_id in cause.findings["cause_id"].dropna()
        }
        causes = dict(zip(self.audit.connections["connection_id"], self.audit.connections["cause_id"], strict=True))
        found = self.audit.findings
        bases = {name: Basis(cause=shown.get(said(cause), "")) for name, cause in causes.items()}
        with_remedy = self.audit.connections.dropna(subset=["remedy"])
        for name, remedy in zip(with_remedy["connection_id"], with_remedy["remedy_id"], strict=True):
            bases[name] = replace(bases[name], applied=self._applied.of([said(remedy)], name))
        for row in found[found["connection_id"].notna() & (found["status"] == "active")].to_dict("records"):
            if row["connection_id"] in bases:
                source = f"{said(row['source'])}, {said(row['section'])}".strip(", ")
                bases[row["connection_id"]] = replace(
                    bases[row["connection_id"]], rule=row["code"], source=source, grade=GRADE_WORDS[row["grade"]]
                )
        return bases

    def card(self, device_id: str, *, is_open: bool = False, has_steps: bool = True, more: Html | None = None) -> Html:
        """The card of one device; without steps, a connection has its reason, what fixes it, and its rule.

        `more` is its last part.
        """
        rows = self._connections.get(device_id, [])
        counted = [
            (word, sum(row["word"] == word for row in rows)) for word in (REFUSED, UNDETERMINED, UNVERIFIED, ACCEPTED)
        ]
        chips = [element("span", f"{word} {number}", class_=f"chip {word}") for word, number in counted if number]
        if self._login(device_id)["outcome"] == "fail":
            chips.insert(0, element("span", "locked out", class_="chip refused"))
        name = element("strong", str(self._devices[device_id]["device"]))
        return element(
            "details",
            element("summary", name, " ", join(chips, " "), id=anchor("card", device_id), title=device_id),
            element("div", self._certificate(device_id), self._deciding(device_id), class_="two"),
            self._proofs(device_id, rows, has_steps),
            self._later(device_id, rows),
            more,
            class_="card",
            open=True if is_open else None,
        )  # fmt: skip

    def proof(self, connection_id: str) -> tuple[Html, tuple[str, ...]] | None:
        """One connection, open, and the certificates of its steps by SHA-256; None if it is not possible."""
        for row in (row for rows in self._connections.values() for row in rows):
            if row["connection_id"] == connection_id and row["word"] != NOT_APPLICABLE:
                steps = self._steps(row)
                certificates = (one for step in steps for one in (step.certificate, *_digests(step)) if one)
                ladders = element("ul", ladder(row, steps, self._bases[connection_id], is_open=True), class_="proofs")
                return ladders, tuple(dict.fromkeys(certificates))
        return None

    def _certificate(self, device_id: str) -> Html:
        row = self._devices[device_id]
        own = row["local_certificate"]
        file = self._file(device_id, "local_certificate")
        heading = element("h3", "Local certificate")
        if not isinstance(own, str):
            words = (
                "It is there and cannot be read" if row["local_certificate_state"] == "damaged" else "Not in the export"
            )
            return element("div", heading, paragraph(f"{words}. ", code(file) if file else None))
        return element(
            "div", heading, facts_list(certificate_facts(self._certificates[own], file, self.audit.at, self.zone))
        )

    def _deciding(self, device_id: str) -> Html:
        facts = [
            (title_of(key), self._value(row))
            for key in DECIDING
            if (row := self._settings.get((device_id, key))) is not None
        ]
        stores = ((SLOT_TITLES[slot], self._store(device_id, slot.value)) for slot in TRUST_STORE_SLOTS)
        return element("div", element("h3", "Settings that decide"), facts_list((*facts, *stores)))

    def _value(self, row: Mapping[Any, Any]) -> Html:
        value = said(row["value"])
        source = SOURCES.get(str(row["source"]), str(row["source"]))
        shown = value_words(value)
        return join(
            (shown or source, small(f"{source}, " if shown else "", code(row["file"])) if said(row["file"]) else None)
        )

    def _store(self, device_id: str, slot: str) -> Html:
        row = self._devices[device_id]
        key, state = row[slot], str(row[f"{slot}_state"])
        file = self._file(device_id, slot)
        cited = small(f"{SOURCES.get(self._state(device_id, slot), '')} ".lstrip(), code(file)) if file else None
        if not isinstance(key, str):
            words = "it is there and cannot be read" if state == "damaged" else "not in the export"
            return join((words, cited))
        members = [self._certificates[one] for one in self._cited.members.get(key, ()) if one in self._certificates]
        names = element("ul", *(element("li", common_name(one), f", until {short_date(one['not_after'], self.zone)} ",
                                        element("code", short_hash(one["certificate"]), title=one["certificate"]))
                                for one in members))  # fmt: skip
        title = f"{plural(len(members), 'certificate')}" + (
            ", and a part that cannot be read" if state == "damaged" else ""
        )
        return join((folded(title, names) if members else "empty", cited))

    def _file(self, device_id: str, kind: str) -> str:
        return said(self._evidence.get((device_id, kind), {}).get("file"))

    def _state(self, device_id: str, kind: str) -> str:
        return str(self._evidence.get((device_id, kind), {}).get("state", ""))

    def _proofs(self, device_id: str, rows: Iterable[Row], has_steps: bool) -> Html:
        possible = [row for row in rows if row["word"] != NOT_APPLICABLE]
        ladders = self._ladders(possible, is_open=False, has_steps=has_steps)
        login = self._login(device_id)
        administration = element(
            "li",
            element("span", _login_words(str(login["outcome"])), class_=f"chip {_login_class(str(login['outcome']))}"),
            " ", element("strong", "Administration"), small(said(login["reason"]), " ", self._login_fix(login)),
        )  # fmt: skip
        return element("ul", administration, *ladders, class_="proofs")

    def _login_fix(self, login: Mapping[Any, Any]) -> Html | None:
        """The remedy of a login, and what came of applying it."""
        if not said(login["remedy"]):
            return None
        return join(
            (
                said(login["remedy"]),
                " ",
                applied_note(self._applied.of([said(login["remedy_id"])], str(login["device_id"]))),
            )
        )

    def _ladders(self, rows: Iterable[Row], *, is_open: bool, has_steps: bool = True) -> list[Html]:
        return proofs(
            [(row, self._steps(row) if has_steps else [], self._bases[str(row["connection_id"])]) for row in rows],
            is_open=is_open,
        )

    def _endings(self, own: set[str]) -> Iterator[str]:
        """The days on which some of these connections end, and with what."""
        for row in self.deadlines.to_dict("records") if isinstance(self.deadlines, pd.DataFrame) else ():
            number = len(own & set(split_names(row["connection_ids"])))
            if number:
                ended = plural(number, "connection ends", "connections end")
                yield f"{short_date(row['on'], self.zone)}: {ended} with the end of {the(said(row['what']))}"

    def _later(self, device_id: str, rows: Iterable[Row]) -> Html | None:
        """Its jobs, and the days on which something of it ends."""
        own = {str(row["connection_id"]) for row in rows}
        parts: list[Html] = []
        if isinstance(self.jobs, pd.DataFrame):
            numbers = [
                int(row["number"])
                for row in self.jobs.to_dict("records")
                if own & set(split_names(row["restored"])) or device_id in split_names(row["let_in"])
            ]
            if numbers:
                links = join((link(job_anchor(number), f"Job {number}") for number in numbers), ", ")
                parts.append(paragraph("Helped by ", links, " of what to do first."))
        lines = [element("li", one) for one in self._endings(own)]
        if lines:
            parts.append(join((element("h3", "What ends"), element("ul", *lines))))
        return element("div", *parts) if parts else None


def _digests(step: Step) -> tuple[str, ...]:
    return tuple(one.certificate for one in step.path)


def _login_words(outcome: str) -> str:
    return {"pass": "an administrator can log in", "fail": "locked out"}.get(outcome, UNDETERMINED)


def _login_class(outcome: str) -> str:
    return {"pass": ACCEPTED, "fail": REFUSED}.get(outcome, UNDETERMINED)
