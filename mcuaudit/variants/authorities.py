"""The CA certificates of an export: by name, by what they issued, and in the stores that have them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

import pandas as pd

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.frames.containers import Fleet
from mcuaudit.pkix import SignatureCheck, SignatureMemo, self_signed
from mcuaudit.pkix.flaws import title
from mcuaudit.pkix.names import canonical_name

_MOST = 12
"""A path with more CA certificates is not looked for."""


class Authorities:
    """What an export has of CA certificates, wherever in it they are.

    Attributes:
        fleet: the export.
        at: the time; a CA that has ended, or not begun, is of no use.
    """

    def __init__(self, fleet: Fleet, at: datetime) -> None:
        self.fleet = fleet
        self.at = at
        self._signatures = SignatureMemo()

    @cached_property
    def _by_subject(self) -> dict[bytes, list[Certificate]]:
        found: dict[bytes, list[Certificate]] = {}
        for one in self.fleet.authority_records:
            found.setdefault(canonical_name(one.subject), []).append(one)
        return found

    @cached_property
    def _by_title(self) -> dict[str, list[Certificate]]:
        found: dict[str, list[Certificate]] = {}
        for one in (ca for same in self._by_subject.values() for ca in same):
            for name in {title(one), one.subject_text, *one.common_names}:
                found.setdefault(name, []).append(one)
        return found

    def called(self, name: str) -> list[Certificate]:
        """The CA certificates with that name that are valid; a name may say what distinguishes it from others."""
        return [one for one in self.named(name) if self.is_valid(one)]

    def named(self, name: str) -> list[Certificate]:
        """The same with those that have ended, or not begun."""
        return self._by_title.get(name) or self._by_title.get(name.partition(" (")[0]) or []

    def is_valid(self, certificate: Certificate) -> bool:
        """It has begun, and has not ended."""
        return certificate.not_before <= self.at <= certificate.not_after

    def issuer_of(self, certificate: Certificate) -> Certificate | None:
        """The CA certificate with the key that signed it, of several the one that ends last; None if none is there."""
        found = [
            one
            for one in self._by_subject.get(canonical_name(certificate.issuer), ())
            if self._signatures.check(certificate, one) is SignatureCheck.VALID
        ]
        return max(found, key=lambda one: (one.not_before <= self.at <= one.not_after, one.not_after), default=None)

    def above(self, certificate: Certificate) -> list[Certificate]:
        """The CA certificates from its issuer up to a self-signed one, as far as they are there."""
        found: list[Certificate] = []
        one = certificate
        while not self_signed(one) and len(found) < _MOST:
            issuer = self.issuer_of(one)
            if issuer is None or issuer in found:
                break
            found.append(issuer)
            one = issuer
        return found

    def members(self, place: Place) -> list[Certificate]:
        """The certificates of a store."""
        key = self._store_key(place)
        stores = self.fleet.trust_stores
        records = self.fleet.certificate_records
        return [records[one] for one in stores.loc[stores["trust_store"] == key, "certificate"]] if key else []

    def _store_key(self, place: Place) -> str | None:
        if place.slot is Slot.PEER_TRUST_STORE:
            rows = peers_at(self.fleet, place)
            keys = rows["trust_store"].dropna()
        else:
            devices = self.fleet.devices
            keys = devices.loc[devices["device_id"] == place.owner, str(place.slot)].dropna()
        return str(keys.iloc[0]) if len(keys) else None

    def issuing(self, among: Iterable[Certificate]) -> Certificate | None:
        """The CA among these that issued most certificates of the export that are none of a CA; None if none did."""
        usable = [one for one in among if one.is_ca and self.is_valid(one)]
        counts = {one.sha256: self._issued.get(canonical_name(one.subject), 0) for one in usable}
        return max(usable, key=lambda one: (counts[one.sha256], not self_signed(one), one.not_after), default=None)

    @cached_property
    def _issued(self) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for one in self.fleet.certificate_records.values():
            if not one.may_be_ca:
                name = canonical_name(one.issuer)
                found[name] = found.get(name, 0) + 1
        return found


def peers_at(fleet: Fleet, place: Place) -> pd.DataFrame:
    """The rows of the frame `peers` of the peer at a place, whose file is that of its certificate or of its entry."""
    peers = fleet.peers
    rows = peers[peers["peer"] == place.owner]
    if not place.file:
        return rows
    declared = place.file.partition(" [[peer]]")[0]
    files = [rows[name] == place.file for name in ("certificate_file", "client_certificate_file", "trust_store_file")]
    same = rows["file"] == declared
    for one in files:
        same |= one
    return rows[same]
