"""The work list: each proven job with its places, dates and findings, what all of them restore, and what is left."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import RemedyKind, parse_remedy
from mcuaudit.domain.slots import SLOTS_OF_PEERS, Slot
from mcuaudit.frames.containers import Audit
from mcuaudit.policy.schema import Policy
from mcuaudit.summary.remedies import NO_JOB, before_and_after
from mcuaudit.summary.urgency import ends_of_certificates, ends_with_paths
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import UNDETERMINED, begun, listed, on_and_at, said, short_date
from mcuaudit.wording.places import slot_words
from mcuaudit.wording.remedies import remedy_sentence
from mcuaudit.wording.responsible import Part, parts_of

TODAY: Final = "today"
ANY_TIME: Final = "when convenient"
_NAMES_AUTHORITIES: Final = (
    RemedyKind.ADD_AUTHORITY, RemedyKind.ADD_AUTHORITY_OR_REISSUE, RemedyKind.PRESENT_AUTHORITY,
)  # fmt: skip
_REISSUES: Final = frozenset(kind for kind in RemedyKind if kind.startswith(("reissue", "replace_expired")))
_CERTIFICATES: Final = (Slot.LOCAL_CERTIFICATE, Slot.PEER_CERTIFICATE)
Row = Mapping[Hashable, Any]
Ends = Mapping[tuple[str, str], datetime]
"""A date by the owner of a certificate and its file."""


@dataclass(frozen=True, slots=True)
class JobPlace:
    """One thing that a job changes.

    Attributes:
        owner: site/device, or the name of the peer; "" where the remedy names none.
        slot: what is changed there, in words; "" for a setting or user of the device.
        file: where the export has it; "".
        sentence: what to do there.
        findings: the ids of the findings that it fixes.
        ends: the last instant of the certificate that is replaced; None for another thing.
        authorities: the subjects of the CAs whose certificates are to be added there.
        stops: the last instant at which all that accept that certificate now accept it: a CA on its path may end first.
        parts: what each team does there.
        reissued: the device whose local certificate is reissued there; "" for another thing.
    """

    owner: str
    slot: str
    file: str
    sentence: str
    findings: tuple[str, ...]
    ends: datetime | None
    authorities: tuple[str, ...] = ()
    stops: datetime | None = None
    parts: tuple[Part, ...] = ()
    reissued: str = ""


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job of the list.

    Attributes:
        number: its place in the order.
        words: what to do, in the fleet.
        own_words: the same for the part of the fleet that is shown.
        who: who does it.
        places: what it changes, in the part of the fleet that is shown.
        elsewhere: how many places more it has on other devices.
        restored: how many connections work with it that did not before.
        let_in: how many devices an administrator can log in to again.
        restored_in_fleet: the same as `restored` for the fleet, where a site is shown.
        let_in_in_fleet: the same as `let_in` for the fleet.
        by: ``today``, ``when convenient``, or None: by the day in `ends`.
        ends: when the first certificate that it replaces, or a CA on its path, ends, if that is soon by the policy.
        effect: what differs in the fleet, before → after.
    """

    number: int
    words: str
    own_words: str
    who: tuple[str, ...]
    places: tuple[JobPlace, ...]
    elsewhere: int
    restored: int
    let_in: int
    restored_in_fleet: int
    let_in_in_fleet: int
    by: str | None
    ends: datetime | None
    effect: str

    @property
    def where(self) -> list[str]:
        """The devices and peers at which something is changed."""
        return list(dict.fromkeys(place.owner for place in self.places if place.owner))

    @property
    def authorities(self) -> list[str]:
        """The subjects of the CAs whose certificates it adds somewhere."""
        return list(dict.fromkeys(name for place in self.places for name in place.authorities))

    @property
    def reissued(self) -> list[str]:
        """The devices whose local certificates it reissues."""
        return list(dict.fromkeys(place.reissued for place in self.places if place.reissued))

    def requests(self, audit: Audit) -> str:
        """The command that writes the request configurations of the local certificates that it reissues, or ""."""
        if not self.reissued or audit.fleet.redacted:
            return ""
        options = (word for device in self.reissued for word in ("--device", device))
        return shlex.join(("mcuaudit", "csr-config", audit.fleet.source or "EXPORT", "--out", "requests", *options))

    def due(self, zone: tzinfo = UTC) -> str:
        """``today``, ``4 Dec 2026`` or ``when convenient``."""
        return self.by or (short_date(self.ends, zone) if self.ends else ANY_TIME)

    @property
    def gain(self) -> str:
        """``5 connections (9 in the fleet) and the login to 1 device``."""
        counts = (
            (self.restored, self.restored_in_fleet, "", "connection"),
            (self.let_in, self.let_in_in_fleet, "the login to ", "device"),
        )
        parts = [
            f"{words}{plural(here, one) if here else f'no {one} here'}"
            f"{f' ({fleet:,} in the fleet)' if fleet != here else ''}"
            for here, fleet, words, one in counts
            if fleet
        ]
        return listed(parts) or "nothing by itself"


def work_list(audit: Audit, jobs: pd.DataFrame, of_fleet: pd.DataFrame | None = None) -> list[ListedJob]:
    """The jobs of the frame `first_jobs`, with what an audit of the fleet or of a site says of them.

    Args:
        audit: the fleet, or a site.
        jobs: the jobs, with the connections and logins of `audit` alone.
        of_fleet: the jobs of the fleet, where `audit` is a site, for the counts of the fleet.
    """
    fleet = {row["number"]: row for row in (jobs if of_fleet is None else of_fleet).to_dict("records")}
    findings: dict[str, list[Row]] = {}
    for row in audit.findings.to_dict("records"):
        findings.setdefault(said(row["remedy_id"]), []).append(row)
    ends, stops = _of_places(audit, ends_of_certificates(audit)), _of_places(audit, ends_with_paths(audit))
    owners = {*audit.devices["device_id"], *audit.peers["peer"]}
    days = Policy.model_validate(dict(audit.policy)).thresholds.expiry_days
    soon = audit.at + timedelta(days=days)
    return [
        _job(row, fleet.get(row["number"], row), findings, (ends, stops), owners, (audit.at, soon))
        for row in jobs.to_dict("records")
    ]


def reissued_devices(audit: Audit, jobs: pd.DataFrame) -> list[str]:
    """The devices whose local certificates these jobs reissue, in the order of the jobs."""
    return list(dict.fromkeys(name for job in work_list(audit, jobs) for name in job.reissued))


def _job(
    row: Row,
    in_fleet: Row,
    findings: Mapping[str, Sequence[Row]],
    ends: tuple[Ends, Ends],
    owners: Collection[str],
    soon: tuple[datetime, datetime],
) -> ListedJob:
    places = [_place(name, findings.get(name, ()), ends) for name in split_names(str(row["remedies"]))]
    here = [place for place in places if not place.owner or place.owner in owners or place.findings]
    elsewhere = len(places) - len(here)
    dates = [place.stops for place in here if place.stops and soon[0] <= place.stops <= soon[1]]
    has_ended = any(place.ends and place.ends < soon[0] for place in here)
    fails = has_ended or any(row[f"{name}_before"] > row[f"{name}_after"] for name in ("refused", "locked_out"))
    return ListedJob(
        number=int(row["number"]),
        words=str(row["in_words"]),
        own_words=" ".join(dict.fromkeys(place.sentence for place in here)) if elsewhere else str(row["in_words"]),
        who=tuple(split_names(str(row["who"]))),
        places=tuple(here),
        elsewhere=elsewhere,
        restored=len(split_names(str(row["restored"]))),
        let_in=len(split_names(str(row["let_in"]))),
        restored_in_fleet=len(split_names(str(in_fleet["restored"]))),
        let_in_in_fleet=len(split_names(str(in_fleet["let_in"]))),
        by=TODAY if fails else None if dates else ANY_TIME,
        ends=min(dates, default=None),
        effect=before_and_after(row),
    )


def _of_places(audit: Audit, dates: Mapping[str, datetime]) -> Ends:
    """The date of the certificate of a device ("" as its file), or of a peer in a file."""
    held = [((row["device_id"], ""), row["local_certificate"]) for row in audit.devices.to_dict("records")]
    for row in audit.peers.to_dict("records"):
        for name in ("certificate", "client_certificate"):
            held.append(((row["peer"], said(row[f"{name}_file"])), row[name]))
    return {place: dates[key] for place, key in held if key in dates}


def _place(remedy_id: str, found: Sequence[Row], ends: tuple[Ends, Ends]) -> JobPlace:
    remedy = parse_remedy(remedy_id)
    target, slot = remedy.target, remedy.target.slot if remedy.target else None
    file = target.file if target and slot in SLOTS_OF_PEERS else ""
    last, stops = (one.get((target.owner, file)) if target and slot in _CERTIFICATES else None for one in ends)
    return JobPlace(
        owner=target.owner if target else "",
        slot=slot_words(slot) if slot else "",
        file=(target.file if target else "") or _file_of(found, slot),
        sentence=remedy_sentence(remedy),
        findings=tuple(str(row["finding_id"]) for row in found),
        ends=last,
        authorities=remedy.subject if remedy.kind in _NAMES_AUTHORITIES else (),
        stops=stops,
        parts=parts_of(remedy),
        reissued=target.owner if target and slot is Slot.LOCAL_CERTIFICATE and remedy.kind in _REISSUES else "",
    )


def _file_of(found: Sequence[Row], slot: Slot | None) -> str:
    """The file that the findings name, where it is one and the slot is not that of a peer."""
    files = {said(row["file"]) for row in found if said(row["slot"]) == slot}
    return next(iter(files)) if len(files) == 1 and slot not in SLOTS_OF_PEERS else ""


def together(audit: Audit, jobs: pd.DataFrame) -> str:
    """``6 jobs restore all 9 refused connections.``, or how many of how many; of the fleet or of a site."""
    restored = {one for cell in jobs["restored"] for one in split_names(str(cell))}
    let_in = {one for cell in jobs["let_in"] for one in split_names(str(cell))}
    parts = []
    for outcome, verb, word in ((Outcome.FAIL, "restore", "refused"), (Outcome.OPEN, "settle", UNDETERMINED)):
        all_of_them = set(audit.connections.loc[audit.connections["outcome"] == outcome, "connection_id"])
        done = len(all_of_them & restored)
        if done:
            verb = f"{verb}s" if len(jobs) == 1 else verb
            of = f"all {done:,}" if done == len(all_of_them) > 1 else f"{done:,} of {len(all_of_them):,}"
            parts.append(f"{verb} {of} {word} {'connection' if len(all_of_them) == 1 else 'connections'}")
    if let_in:
        verb = "lets" if len(jobs) == 1 else "let"
        parts.append(f"{verb} the administrators of {plural(len(let_in), 'device')} in")
    return f"{plural(len(jobs), 'job')} {listed(parts) or 'restore nothing'}."


def ticket(job: ListedJob, audit: Audit, zone: tzinfo = UTC) -> list[str]:
    """A job as lines of plain text, for a ticket; what different teams do stands apart."""
    teams = list(dict.fromkeys(part.team for place in job.places for part in place.parts))
    lines = [
        f"{job.number}. {job.own_words}",
        f"In the fleet: {job.words}" if job.elsewhere else "",
        f"Who: {begun(listed(job.who, len(job.who)))}{'' if len(teams) == 1 else ', each what stands under its name'}",
        f"Where: {listed(job.where, len(job.where))}" if job.where else "",
        f"By: {job.due(zone)}",
        f"Restores: {job.gain}. In the fleet: {job.effect[:1].lower()}{job.effect[1:]}",
        *(line for team in teams for line in _team_lines(job, team if len(teams) > 1 else "", zone)),
        f"- and {plural(job.elsewhere, 'place')} at other sites" if job.elsewhere else "",
        f"Request configuration: {requests}" if (requests := job.requests(audit)) else "",
        f"Proven: applied in memory and evaluated, with the jobs before it done. Audit {audit.audit_id}, as of "
        f"{on_and_at(audit.at)}.",
    ]
    return [line for line in lines if line]


def _team_lines(job: ListedJob, team: str, zone: tzinfo) -> Iterator[str]:
    """What one team does at each place, below its name; "" for the only one."""
    if not team:
        yield from (f"- {place_line(place, place.sentence, zone)}" for place in job.places)
        return
    yield f"{begun(team)}:"
    for place in job.places:
        yield from (f"- {place_line(place, part.words, zone)}" for part in place.parts if part.team == team)


def place_line(place: JobPlace, sentence: str, zone: tzinfo) -> str:
    """What to do at one place, with file, date and findings."""
    facts = [place.file] if place.file and place.file not in sentence else []
    if place.ends:
        facts.append(f"certificate until {short_date(place.ends, zone)}")
    facts += place.findings
    return f"{sentence} ({'; '.join(facts)})" if facts else sentence


def first_lines(audit: Audit, jobs: pd.DataFrame) -> list[str]:
    """Each job of the frame `first_jobs` with who, by when and what it does, and what all of them restore."""
    if jobs.empty:
        return [NO_JOB]
    lines = ["Do first (each job was applied in memory and evaluated, with those before it done)"]
    for job in work_list(audit, jobs):
        lines.append(f"{job.number:>2}. {job.words}")
        lines.append(f"    {begun(listed(job.who))}, {job.due()}. Restores {job.gain}. {job.effect}")
    return [*lines, together(audit, jobs)]


def first_job(of_site: Audit) -> ListedJob | None:
    """The first job of the list of a site; None without one, or where none was proven."""
    jobs = of_site.for_pages.first_jobs
    if jobs is None or jobs.empty:
        return None
    (job,) = work_list(of_site, jobs.head(1))
    return job
