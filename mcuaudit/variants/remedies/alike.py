"""Alike jobs as one: the same remedy at several places is one thing to do, by the same people, at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.domain.slots import SLOTS_OF_PEERS, Slot
from mcuaudit.variants.remedies.of_remedy import Blocked, remedy_words
from mcuaudit.variants.remedies.proven import Job, merged_changes, what_is_changed
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.places import slot_words
from mcuaudit.wording.remedies import remedy_sentence_for
from mcuaudit.wording.tried import tried_sentence

_CERTIFICATES: Final = (Slot.LOCAL_CERTIFICATE, Slot.PEER_CERTIFICATE)
_OWN_NAMES: Final = {
    RemedyKind.REPLACE_EXPIRED: "Reissue {}: expired.",
    RemedyKind.REISSUE_WITH_NAMES: (
        "Reissue {} with the missing names, each in a DNS entry and a sip: URI entry of the subjectAltName."
    ),
}
"""Remedies that name something else at each certificate, and the sentence for several."""


def alike_jobs(jobs: Iterable[Job]) -> list[Job]:
    """The jobs, where alike ones that change different things are one, with the single ones as its parts.

    What such a job restores is the sum of what its parts do; it is proven when it is applied as a whole.
    """
    groups: dict[object, list[Job]] = {}
    changed: dict[object, set[object]] = {}
    for job in jobs:
        kind, own = _kind(job), {what_is_changed(change) for change in job.changes}
        if own & changed.get(kind, set()):
            kind = job.remedy_id
        groups.setdefault(kind, []).append(job)
        changed.setdefault(kind, set()).update(own)
    return [found[0] if len(found) == 1 else _together(found) for found in groups.values()]


def _kind(job: Job) -> object:
    """What alike jobs have in common; the job itself where a remedy does not say what exactly is changed."""
    kinds = []
    for blocked in job.steps:
        remedy = blocked.remedy
        reissues = remedy.kind.startswith(("reissue", "issue_"))
        if remedy.target is None or (reissues and remedy.target.slot not in _CERTIFICATES):
            return job.remedy_id
        own_names = remedy.kind in _OWN_NAMES and remedy.target.slot in _CERTIFICATES
        kinds.append((remedy.kind, remedy.target.slot, () if own_names else remedy.subject))
    return tuple(kinds)


def _together(jobs: Sequence[Job]) -> Job:
    changes = merged_changes((), (change for job in jobs for change in job.changes))
    steps = tuple(step for job in jobs for step in job.steps)

    def every(name: str) -> frozenset[str]:
        return frozenset().union(*(getattr(job, name) for job in jobs))

    return replace(
        jobs[0],
        remedies=tuple(dict.fromkeys(one.remedy.remedy_id for one in steps)),
        words=tuple(map(_words, zip(*(job.steps for job in jobs), strict=True))),
        changes=tuple(changes),
        steps=steps,
        restores=every("restores"),
        settles=every("settles"),
        lets_in=every("lets_in"),
        wanted=every("wanted"),
        parts=tuple(jobs),
    )


def _words(alike: Sequence[Blocked]) -> str:
    """One sentence for the same remedy at several places."""
    remedies = list(dict.fromkeys(blocked.remedy for blocked in alike))
    if len(remedies) == 1:
        return remedy_words(alike[0])
    first = remedies[0]
    if first.target is None or len({one.subject for one in remedies}) == 1:
        tried = [tried_sentence(one.common_name, one.device_id) for one in alike if one.common_name]
        return " ".join((remedy_sentence_for(remedies), *dict.fromkeys(tried)))
    slot = first.target.slot or Slot.LOCAL_CERTIFICATE
    certificates = plural(len(remedies), slot_words(slot))
    return _OWN_NAMES[first.kind].format(f"{certificates} of peers" if slot in SLOTS_OF_PEERS else certificates)
