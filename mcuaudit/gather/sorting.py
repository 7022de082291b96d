"""Sort a heap of files: what each is, and which place of an export it is for. Nothing is moved, changed or guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from mcuaudit.collect.file_names import kind_by_stem
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.revocation_list import decode_revocation_list
from mcuaudit.decode.within_limits import WithinLimits
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH, Certificate
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.errors import Undecodable
from mcuaudit.gather.authorities import Authorities, ShownAuthorities
from mcuaudit.gather.claims import Claim, Owners
from mcuaudit.gather.contest import decided
from mcuaudit.gather.file_content import FileContent, content_of_heap_file
from mcuaudit.gather.heap import HeapFile, heap_files, octets_of
from mcuaudit.gather.known import Known
from mcuaudit.gather.sorted_files import Certainty, HeapItem, SortedFile, SortedHeap, What, names_of
from mcuaudit.gather.stores import with_stores
from mcuaudit.gather.writing import taken_by
from mcuaudit.pkix.ancestry import Ancestry
from mcuaudit.pkix.names import canonical_name
from mcuaudit.policy.schema import Limits
from mcuaudit.system.limited_worker import Overrun
from mcuaudit.system.progress import Progress
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed

_EVERY = 50
_NOT_ABOVE = "the file begins with a CA certificate, or has some that are not above it, so it may be a trust store"
_LOCAL = SLOT_FILES[Slot.LOCAL_CERTIFICATE]


def sort_heap(
    drawer: str | Path,
    known: Known,
    at: datetime,
    *,
    export: str | Path | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> SortedHeap:
    """What each file of a heap is, and the place of an export that it is for.

    Args:
        drawer: the directory of the heap; zip archives in it are looked into.
        known: the devices and peers that a file may be for.
        at: the time for which certificates have ended or not.
        export: where a file that has a place already is compared with what is there.
        limits: the largest files, and how many.
        progress: called with the number of files that were read.

    Raises:
        UsageError: `drawer` is not a directory, or has more files than the limits allow.
    """
    limits = limits or Limits()
    items = list(_items(drawer, limits, progress))
    certificates = {one.sha256: one for item in items for one in item.certificates}.values()
    signed = Authorities(certificates)
    owners = Owners(known, certificates)
    shown = ShownAuthorities(known.authorities, known.fetched, certificates)
    claimed = [_sorted(item, owners, signed, at) for item in items]
    placed = with_stores(decided(_without_duplicates(claimed), signed, shown), known.missing_stores)
    rows = _one_for_each_place(placed)
    what = {row.item.file.name: row.what for row in rows if not row.duplicate_of}
    rows = [replace(row, what=what.get(row.duplicate_of, row.what)) for row in rows]
    if export is not None:
        rows = [_beside_export(row, Path(export), limits) for row in rows]
    return SortedHeap(tuple(rows), at)


def _items(drawer: str | Path, limits: Limits, progress: Progress | None) -> Iterator[HeapItem]:
    """What the files hold; a file with several end-entity certificates is several items."""
    files = heap_files(drawer, limits)
    memo: dict[str, FileContent] = {}
    with WithinLimits(limits, content_of_heap_file) as within:
        for number, file in enumerate(files, start=1):
            if progress and (number % _EVERY == 0 or number == len(files)):
                progress("sorting", number, len(files))
            data = file.why_not or octets_of(file, limits)
            if isinstance(data, str):
                yield HeapItem(replace(file, why_not=data), "", FileContent(reason=data))
                continue
            sha256 = hashlib.sha256(data).hexdigest()
            if sha256 not in memo:
                found = within.call(data, content_of_heap_file, data, limits.certificates_per_file)
                unread = within.problems(found)[0].reason if isinstance(found, Overrun) else ""
                memo[sha256] = FileContent(damaged=True, reason=unread) if isinstance(found, Overrun) else found
            yield from _parted(HeapItem(file, sha256, memo[sha256]))


def _parted(item: HeapItem) -> Iterator[HeapItem]:
    """A file, or each end-entity certificate in it with the CA certificates of the file."""
    certificates = item.content.certificates
    own = [one for one in certificates if not one.may_be_ca]
    authorities = [one for one in certificates if one.may_be_ca]
    if len(own) < 2:
        yield replace(item, certificates=(*own, *authorities))
        return
    signed = Authorities(certificates)
    own = [one for one in own if not signed.is_authority(one)] or own
    for one in dict.fromkeys(own):
        chain = tuple(_chain(one, signed)) if len(own) > 1 else tuple(other for other in certificates if other != one)
        yield replace(item, certificates=(one, *chain))


def _chain(certificate: Certificate, signed: Authorities) -> Iterator[Certificate]:
    seen = {certificate.sha256}
    above = signed.issuer(certificate)
    while above is not None and above.sha256 not in seen:
        yield above
        seen.add(above.sha256)
        above = signed.issuer(above)


def _sorted(item: HeapItem, owners: Owners, signed: Authorities, at: datetime) -> tuple[SortedFile, list[Claim]]:
    """What an item is, with the places that it claims."""
    content, own = item.content, item.own
    if own is not None and signed.is_authority(own) and not (claims := owners.claims(own, signed, at)):
        return _of_path(SortedFile(item, What.AUTHORITY, why=tuple(_about_authority(item, signed))), owners), []
    if own is not None:
        claims = [_beside_path(one, _place_by_path(item, owners)) for one in owners.claims(own, signed, at)]
        if _may_be_a_store(item):
            claims = [one.at_most_likely(_NOT_ABOVE) for one in claims]
        if content.damaged:
            claims = [replace(one, certainty=Certainty.OPEN) for one in claims]
        row = SortedFile(item, _what_by_purpose(own), why=tuple(_about_unknown(own)))
        return (row, claims) if claims else (_of_path(row, owners), [])
    if content.response:
        row = SortedFile(item, What.RESPONSE, why=(f"the response of {content.response}",))
        return row, owners.of_response(content)
    if content.typed and not content.is_secret:
        what = What.SETTINGS if content.typed == "settings.toml" else What.PEERS
        row = _of_path(SortedFile(item, what, why=(f"a {content.typed}",)), owners)
        return (row, []) if row.place or what is What.PEERS else (row, owners.of_response(content))
    if content.lists:
        return _of_lists(item, signed), []
    if content.container.startswith("PKCS#12"):
        return SortedFile(item, What.PKCS12, why=(content.container,)), []
    if content.has_key:
        return SortedFile(item, What.PRIVATE_KEY, why=("it stays where it is; do not put it into an export",)), []
    return SortedFile(item, What.NOTHING, why=(content.reason or item.file.why_not,)), []


def _of_lists(item: HeapItem, signed: Authorities) -> SortedFile:
    """A file of revocation lists, with a place if CAs of the heap signed them."""
    row = SortedFile(item, What.REVOCATION_LIST, why=("put it anywhere in the export, with the ending .crl",))
    try:
        lists = [decode_revocation_list(one) for one in item.content.lists]
    except Undecodable:
        return row
    issuers = [signed.issuer_of_list(one) for one in lists]
    if item.content.damaged or item.content.has_key or not all(issuers):
        return row
    names = listed([one.common_names[0] if one.common_names else one.subject_text for one in issuers if one])
    why = f"signed by {names}, which is in the heap; a list can lie anywhere in the export"
    return replace(
        row, place=f"revocation-list-{item.sha256[:8]}.crl", certainty=Certainty.SURE, why=(why,), copies=True
    )


def _what_by_purpose(certificate: Certificate) -> What:
    """A user, by a purpose of clients alone and no host; else it is not known whose certificate it is."""
    use = certificate.extended_key_usage or ()
    hosts = any("." in name and " " not in name and "@" not in name for name in certificate.dns_names)
    client = CLIENT_AUTH in use and SERVER_AUTH not in use
    return What.USER if client and not hosts and not certificate.ip_addresses else What.END_ENTITY


def _about_unknown(certificate: Certificate) -> Iterator[str]:
    names = names_of(certificate)
    yield "no device or peer that is known has its names" if names else "it has no name"


def _about_authority(item: HeapItem, signed: Authorities) -> Iterator[str]:
    """What a file of CA certificates is: of its first certificate, and how many others there are."""
    own = item.certificates[0]
    if len(item.certificates) > 1:
        yield f"{len(item.certificates)} CA certificates, perhaps a trust store"
    if issued := sum(signed.issued[one.sha256] for one in item.certificates):
        yield f"issued {plural(issued, 'other certificate')} of the heap"
    if signed.is_public(own):
        yield "a public root"
    if (newer := signed.newer(own)) is not None:
        yield f"superseded by a certificate of the same key that was issued on {newer.not_before:%Y-%m-%d}"
    yield "a file does not say which trust store has it"


def _of_path(row: SortedFile, owners: Owners) -> SortedFile:
    """The place of a file whose name and directories are those of a place in an export."""
    place = _place_by_path(row.item, owners)
    misplaced = not row.item.content.typed and place.endswith(_LOCAL) == (row.what is What.AUTHORITY)
    if not place or misplaced:
        return row
    said = f"its name and directory are those of {place}"
    certainty = Certainty.OPEN if row.item.content.damaged else Certainty.LIKELY
    return replace(row, place=place, certainty=certainty, why=(said, *row.why))


def _place_by_path(item: HeapItem, owners: Owners) -> str:
    """The place that the name and directories of a file are those of; "" for any other name."""
    path = PurePosixPath(in_nfc(item.file.name))
    kind = kind_by_stem(path.name)
    if kind is None and path.name != item.content.typed:
        return ""
    name, above, devices = SLOT_FILES[Slot(kind.value)] if kind else path.name, path.parent.parts, owners.known.devices
    found = [one for one in devices if above[-2:] == (one.site, one.name)]
    found = found or [one for one in devices if above[-1:] == (one.name,)]
    if len(found) == 1:
        return f"{found[0].device_id}/{name}"
    is_site = name != _LOCAL and above and above[-1] in {one.site for one in devices}
    return f"{above[-1]}/{name}" if is_site else ""


def _beside_path(claim: Claim, place: str) -> Claim:
    """A claim of a file that lies, by its name and directory, in the place of another device."""
    if not place or place == claim.place:
        return claim
    return claim.at_most_likely(f"but its name and directory are those of {place}")


def _may_be_a_store(item: HeapItem) -> bool:
    """Whether a file with an end entity begins with a CA certificate, or has some that are not above the end entity."""
    own, first = item.certificates[0], item.content.certificates[0]
    above = Ancestry(item.certificates).of(own)
    return first.may_be_ca or any(canonical_name(one.subject) not in above for one in item.certificates[1:])


def _one_for_each_place(rows: Sequence[SortedFile]) -> list[SortedFile]:
    """Of several files for one place, those that have it by their name and directory are open, and none is sure."""
    files: dict[str, list[str]] = {}
    for row in rows:
        if row.place and row.certainty is not Certainty.OPEN:
            files.setdefault(row.place, []).append(row.item.file.name)
    found = []
    for row in rows:
        others = [name for name in files.get(row.place, ()) if name != row.item.file.name]
        if not others or row.certainty is Certainty.OPEN:
            found.append(row)
            continue
        why = (f"{listed(others)} may be for this place too", *row.why)
        if row.what in (What.MCU, What.PEER, What.USER, What.RESPONSE):
            found.append(replace(row, certainty=Certainty.LIKELY, why=why, copies=False))
        else:
            found.append(replace(row, place="", others=(row.place,), certainty=Certainty.OPEN, why=why))
    return found


def _content_key(item: HeapItem) -> tuple[object, ...]:
    """What two files have in common that are the same: certificates in their order, or octets."""
    if item.certificates and not item.content.damaged:
        return tuple(one.sha256 for one in item.certificates)
    return (item.sha256, item.digest)


def _without_duplicates(rows: Sequence[tuple[SortedFile, list[Claim]]]) -> list[tuple[SortedFile, list[Claim]]]:
    """Of files with the same content, the first is the one; the others are its duplicates and claim nothing."""
    first: dict[tuple[object, ...], str] = {}
    found: list[tuple[SortedFile, list[Claim]]] = []
    for row, claims in rows:
        key = _content_key(row.item)
        name = row.item.file.name
        other = first.setdefault(key, name) if row.item.sha256 and row.what is not What.NOTHING else name
        if other != name:
            found.append((replace(row, duplicate_of=other, place="", certainty=Certainty.OPEN), []))
        else:
            found.append((row, claims))
    return found


def _beside_export(row: SortedFile, export: Path, limits: Limits) -> SortedFile:
    """A row whose place in the export is taken: by the same, which need not be copied, or by another file."""
    if not row.place:
        return row
    there = taken_by(export, row.place)
    if there is None:
        return row
    if _same_content(there, row.item, limits):
        return replace(row, copies=False, is_there=True, why=("it is there already", *row.why))
    why = (f"{there.relative_to(export).as_posix()} is another file; it is not replaced", *row.why)
    return replace(row, copies=False, certainty=Certainty.OPEN, why=why)


def _same_content(there: Path, item: HeapItem, limits: Limits) -> bool:
    data = octets_of(HeapFile(there.name, there), limits)
    if isinstance(data, str):
        return False
    if not item.certificates:
        return hashlib.sha256(data).hexdigest() == item.sha256
    found = decode_bundle(data, limits.certificates_per_file).certificates
    return [one.certificate.sha256 for one in found] == [one.sha256 for one in item.certificates]
