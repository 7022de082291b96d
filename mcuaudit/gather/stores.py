"""Which trust store of an export a file of CA certificates may be: a file itself does not say it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from mcuaudit.collect.file_places import PEERS_DIRECTORY
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.gather.copying import Copy
from mcuaudit.gather.known import KnownDevice
from mcuaudit.gather.missing_store import PORTS, MissingStore
from mcuaudit.gather.sorted_files import Certainty, SortedFile, What
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed

_WORDS: Final = {"sip": Slot.SIP_TRUST_STORE, "https": Slot.HTTPS_TRUST_STORE, "call-home": Slot.CALL_HOME_TRUST_STORE}
_HOW: Final = (
    "write leeds/mcu-1/https=FILE, leeds/sip=FILE for a site, sip=FILE for all, or leeds/peers/NAME.pem=FILE for "
    "what peers trust"
)
_DIGEST: Final = re.compile(r"[0-9a-f]{8,64}")


def with_stores(rows: Sequence[SortedFile], missing: Sequence[MissingStore]) -> list[SortedFile]:
    """The rows, with a likely place for each file of CA certificates that can be one missing store only.

    It is never sure: a port may ask with other names than its store has, and the only file may be half of a store.
    """
    usable = [_is_store_like(row) for row in rows]
    last = missing[0] if len(missing) == 1 and sum(usable) == 1 else None
    return [_placed(row, missing, last) if can_be else row for row, can_be in zip(rows, usable, strict=True)]


def _is_store_like(row: SortedFile) -> bool:
    content = row.item.content
    return row.what is What.AUTHORITY and not (row.place or row.others or row.duplicate_of or content.damaged)


def _placed(row: SortedFile, missing: Sequence[MissingStore], last: MissingStore | None) -> SortedFile:
    names = frozenset(one.subject_text for one in row.item.certificates)
    asking = [one for one in missing if one.asked and one.asked == names]
    if asking:
        place = _place_of(asking, missing)
        ports = listed([f"{one.site}/{one.device}" for one in asking])
        why = f"the {PORTS[asking[0].slot]} of {ports} asks for certificates of exactly these CAs"
        if place:
            return replace(row, place=place, certainty=Certainty.LIKELY, why=(why, *row.why))
        return replace(row, others=tuple(one.place for one in asking), why=(why, *row.why))
    if last is not None and not last.asked:
        why = "it is the only file of CA certificates, and the export lacks no other trust store"
        return replace(row, place=last.place, certainty=Certainty.LIKELY, why=(why, *row.why))
    return row


def _place_of(asking: Sequence[MissingStore], missing: Sequence[MissingStore]) -> str:
    """The one file for some stores: that of the device, or of the site if all that it lacks of the kind ask alike."""
    if len(asking) == 1:
        return asking[0].place
    (site, slot), *others = {(one.site, one.slot) for one in asking}
    lacking = [one for one in missing if (one.site, one.slot) == (site, slot)]
    return "" if others or len(lacking) != len(asking) else f"{site}/{SLOT_FILES[slot]}"


def with_answers(
    copies: Iterable[Copy], answers: Iterable[str], rows: Sequence[SortedFile], devices: Iterable[KnownDevice]
) -> list[Copy]:
    """Copies, and those that a person asks for with ``leeds/sip=FILE``, which come before others for their places.

    FILE is a name in the heap, or the beginning of a SHA-256.

    Raises:
        UsageError: an answer has another form, names a site or device that is not known, or no file of CA
            certificates, or several.
    """
    known = {name for one in devices for name in (one.site, one.device_id)}
    answered = [_answered(answer, rows, known) for answer in answers]
    places = {one.place for one in answered}
    return [*(one for one in copies if one.place not in places), *answered]


def _answered(answer: str, rows: Sequence[SortedFile], known: Collection[str]) -> Copy:
    head, equals, file = answer.partition("=")
    *above, word = head.strip().strip("/").split("/")
    slot = _WORDS.get(word.casefold().removesuffix("-trust-store.pem"))
    of_peer = PEERS_DIRECTORY in above and word.endswith(".pem")
    if not equals or not file or (not of_peer and (slot is None or len(above) > 2)):
        raise UsageError(
            f'--trust-store "{answer}" is not a place and a file; {_HOW}. The stores are {listed([*_WORDS])}.'
        )
    owner = "/".join(above)
    if owner and not of_peer and owner not in known:
        raise UsageError(
            f'--trust-store {answer}: no site or device is called "{owner}".{did_you_mean(owner, known)} Known are '
            f"{listed(sorted(known)) or 'none'}."
        )
    named = [row for row in rows if row.item.file.name == file]
    if not named and _DIGEST.fullmatch(file.casefold()):
        digest = file.casefold()
        named = [row for row in rows if row.item.sha256.startswith(digest)]
        named = named or [row for row in rows if row.item.digest.startswith(digest) and row.what is What.AUTHORITY]
        if len({row.item.sha256 for row in named}) > 1:
            found = listed([row.item.file.name for row in named])
            raise UsageError(
                f"--trust-store {answer}: {plural(len(named), 'file')} have a SHA-256 that begins with {digest}, of "
                f"the file or of its first certificate: {found}. Name one of them."
            )
    if not named:
        names = [row.item.file.name for row in rows if row.what is What.AUTHORITY]
        raise UsageError(f"--trust-store {answer}: no file of the heap is {file}.{did_you_mean(file, names)}")
    row = named[0]
    if row.what is not What.AUTHORITY:
        raise UsageError(f"--trust-store {answer}: {file} is a file of another kind: {row.what.value}.")
    place = "/".join((*above, word if slot is None else SLOT_FILES[slot]))
    return Copy(row.item, What.AUTHORITY, place, "--trust-store")
