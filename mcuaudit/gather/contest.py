"""Several files that claim one place, and one file that claims several: what decides, and what stays open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from mcuaudit.domain.certificate import Certificate
from mcuaudit.gather.authorities import Authorities, ShownAuthorities
from mcuaudit.gather.claims import Claim
from mcuaudit.gather.sorted_files import Certainty, HeapItem, SortedFile, What
from mcuaudit.wording.phrases import listed, short_date

_ENOUGH = 4
"""So many places that one PKI has are the fleet's, and those of others are few."""
_DAY = timedelta(days=1)
"""A page shows dates in the time zone of its device."""
_NOT_SHOWN = (
    "no trust store of the export and no certificate that fetch captured shows its CA, which may be a former one"
)
_Claimed = tuple[SortedFile, Claim]


def decided(
    rows: Sequence[tuple[SortedFile, list[Claim]]], signed: Authorities, shown: ShownAuthorities
) -> list[SortedFile]:
    """The rows with their places; no two rows that are sure or likely have the same one."""
    contest = _Contest(rows, signed, shown)
    return [contest.row(number) for number in range(len(rows))]


class _Contest:
    """All rows with their claims, and who claims each place."""

    def __init__(
        self, rows: Sequence[tuple[SortedFile, list[Claim]]], signed: Authorities, shown: ShownAuthorities
    ) -> None:
        self._rows = rows
        self._signed = signed
        self._shown = shown
        self._ours = _families(rows, signed)
        self._most = max(self._ours.values(), default=0)
        self._single = [_of_one(claims) for _, claims in rows]
        self._claimants: dict[str, list[tuple[int, Claim]]] = {}
        for number, (_, claims) in enumerate(rows):
            for claim in claims:
                self._claimants.setdefault(claim.place, []).append((number, claim))

    def row(self, number: int) -> SortedFile:
        """A row with what is decided about its claims."""
        row, claims = self._rows[number]
        one = self._single[number]
        if one is None:
            return _open_between(row, claims) if claims else row
        claim = self._of_our_pki(one, row.item)
        others = [(other, theirs) for other, theirs in self._claimants[claim.place] if other != number]
        if claim.by_host:
            # What has the host name of something else and only the address of this is not meant.
            others = [(other, theirs) for other, theirs in others if not theirs.foreign]
        elif claim.foreign and (named := self._items(other for other, theirs in others if theirs.by_host)):
            return _left_open(_claimed(row, claim), f"{_names(named)} has the host name, and this has another one")
        rivals = [other for other, theirs in others if self._counts(other, theirs)]
        if perhaps := self._items(other for other, theirs in others if not self._counts(other, theirs)):
            claim = claim.at_most_likely(f"{_names(perhaps)} has names of this and of other places")
        return _against(row, claim, self._items(rivals))

    def _of_our_pki(self, claim: Claim, item: HeapItem) -> Claim:
        """A claim by a user name alone, or of a PKI that issued few of the known certificates, is no proof.

        Other fleets have the same user names, and a certificate of a former PKI may have been replaced long ago. The
        certificates of a heap do not prove one another: they may all be of a former PKI.
        """
        if claim.what is What.RESPONSE or item.own is None:
            return claim
        places = self._ours[self._signed.family(item.own)]
        if claim.what is What.USER and not places:
            return claim.at_most_likely("its CA issued no certificate of a known device or peer")
        if self._most >= _ENOUGH and 2 * places < self._most:
            return claim.at_most_likely(
                f"its CA issued {places} of the certificates of known devices and peers, and another one {self._most}"
            )
        return claim if self._shown.issued(item.own) else claim.at_most_likely(_NOT_SHOWN)

    def _counts(self, number: int, claim: Claim) -> bool:
        """Whether a claim is the one of its file that counts."""
        one = self._single[number]
        return one is not None and one.place == claim.place

    def _items(self, numbers: Iterable[int]) -> list[HeapItem]:
        return [self._rows[number][0].item for number in numbers]


def _of_one(claims: Sequence[Claim]) -> Claim | None:
    """The one claim that counts: the only one, or the only one by a host name, which is likely then."""
    if len(claims) == 1:
        return claims[0]
    by_host = [one for one in claims if one.by_host]
    if len(by_host) != 1:
        return None
    others = listed([one.place for one in claims if one is not by_host[0]])
    return by_host[0].at_most_likely(f"other names of it are those of {others}")


def _at_most_likely(certainty: Certainty) -> Certainty:
    return Certainty.LIKELY if certainty is Certainty.SURE else certainty


def _open_between(row: SortedFile, claims: Sequence[Claim]) -> SortedFile:
    why = tuple(dict.fromkeys(reason for claim in claims for reason in claim.why))
    kinds = {claim.what for claim in claims}
    what = kinds.pop() if len(kinds) == 1 else row.what
    return replace(row, what=what, others=tuple(claim.place for claim in claims), why=why)


def _families(rows: Iterable[tuple[SortedFile, list[Claim]]], signed: Authorities) -> Counter[str]:
    """The PKIs that issued certificates with a host name of a known device or peer, with the number of their places."""
    found = {
        (signed.family(row.item.own), claim.place)
        for row, claims in rows
        if row.item.own is not None
        for claim in claims
        if claim.by_host
    }
    return Counter(family for family, _ in found)


def _against(row: SortedFile, claim: Claim, others: Sequence[HeapItem]) -> SortedFile:
    """A claim beside those of other files for the same place."""
    row = _claimed(row, claim)
    own = row.item.own
    if own is None:
        names = listed([other.file.name for other in others])
        return _left_open(row, f"{names} claims this place too") if others else _with_copies(row)
    shown = claim.device.shown if claim.device else {}
    if (fits := _fits_page(own, shown)) is not None:
        return _by_page(row, fits, [one for one in others if one.own and _fits_page(one.own, shown)])
    if not others:
        return _with_copies(row)
    same = [other for other in others if other.own and other.own.sha256 == own.sha256]
    rest = [other for other in others if other not in same]
    newer = [other for other in rest if other.own and other.own.not_before > own.not_before]
    equal = [other for other in rest if other.own and other.own.not_before == own.not_before]
    if newer:
        since, latest = max((one.own.not_before, one.file.name) for one in newer if one.own)
        return _left_open(row, f"superseded by {latest}, issued on {short_date(since)}")
    if equal:
        return _left_open(row, f"{_names(equal)} was issued at the same time for the same names")
    longer = [
        one for one in same if (len(one.certificates), row.item.file.name) > (len(row.item.certificates), one.file.name)
    ]
    if longer:
        return _left_open(row, f"{_names(longer)} has the same certificate with other chain certificates")
    reasons = [f"older certificates have the same names: {_names(rest)}"] if rest else []
    reasons += [f"other files have it with fewer chain certificates: {_names(same)}"] if same else []
    return replace(row, certainty=_at_most_likely(row.certainty), why=(*row.why, *reasons))


def _claimed(row: SortedFile, claim: Claim) -> SortedFile:
    return replace(row, what=claim.what, place=claim.place, certainty=claim.certainty, why=claim.why)


def _names(items: Sequence[HeapItem]) -> str:
    return listed([one.file.name for one in items])


def _left_open(row: SortedFile, reason: str) -> SortedFile:
    return replace(row, place="", certainty=Certainty.OPEN, others=(row.place,), why=(reason, *row.why))


def _with_copies(row: SortedFile) -> SortedFile:
    return replace(row, copies=row.certainty is Certainty.SURE)


def _fits_page(certificate: Certificate, shown: object) -> bool | None:
    """Whether it has the dates that the page of the device shows; None if the export does not have them."""
    dates = dict(_dates(shown))
    if not dates:
        return None
    ends = {"issued": certificate.not_before, "expires": certificate.not_after}
    return all(abs(ends[key].date() - day) <= _DAY for key, day in dates.items())


def _dates(shown: object) -> Iterator[tuple[str, date]]:
    for key in ("issued", "expires"):
        value = shown.get(key) if isinstance(shown, dict) else None
        if value:
            yield key, datetime.fromisoformat(str(value)).date()


def _by_page(row: SortedFile, fits: bool, rivals: Sequence[HeapItem]) -> SortedFile:
    """What the page of the device shows decides between files with its names."""
    if not fits:
        return _left_open(row, "the page of the device shows other dates")
    if rivals:
        return _left_open(row, f"{_names(rivals)} has the dates of the page too")
    certainty = Certainty.SURE if row.certainty is not Certainty.OPEN else Certainty.OPEN
    return _with_copies(replace(row, certainty=certainty, why=("it has the dates of the device's page", *row.why)))
