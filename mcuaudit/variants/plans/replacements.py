"""Certificates that take the place of others, with the same names, from a CA of the export or a new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from mcuaudit.decode.certificate_source import CertificateSources, certificates_from
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.instants import time_given
from mcuaudit.domain.slots import TRUST_STORE_SLOTS, Slot
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Fleet
from mcuaudit.pkix.descent import descendants
from mcuaudit.variants.changes import AddAuthority, Change, RemoveAuthority, ReplaceCertificate
from mcuaudit.variants.described import described
from mcuaudit.variants.draft import Draft
from mcuaudit.variants.of_stores import authority_called
from mcuaudit.variants.plans.targets import RenewCertificates, ReplaceAuthority
from mcuaudit.variants.selection import selected
from mcuaudit.variants.successor import successor
from mcuaudit.wording.phrases import listed

Presenter = tuple[str, str, bool, Certificate]
"""A device, the name of its peer or "", whether it is what the peer presents as client, and the certificate."""


def rollover(fleet: Fleet, target: ReplaceAuthority, at: datetime, remarks: list[str]) -> Iterator[Change]:
    """The changes with which one CA takes the place of another."""
    records = fleet.certificate_records
    old = authority_called(target.old, [one for one in records.values() if one.may_be_ca])
    new = _new_authorities(target.new, records.values())
    below = descendants([old], records.values()) | {old.sha256}
    if below & {one.sha256 for one in new}:
        raise UsageError(f"{old.subject_text} would replace itself: the new CA is that CA, or one below it.")
    family = {one for one in below if records[one].may_be_ca}
    issuing = _issuing(new)
    stores = list(_stores_with(fleet, family, selected(fleet, target.devices)))
    for slot, device, peer, members in stores:
        if not {one.sha256 for one in new} <= set(members):
            yield AddAuthority(slot, new, device, peer)
    draft = Draft(fleet)
    draft.add_certificates(new)
    for device, peer, as_client, one in _presented(fleet, selected(fleet, target.devices)):
        if one.sha256 in below and not one.may_be_ca:
            yield _replacement(draft, device, peer, as_client, one, issuing, at, remarks)
    for slot, device, peer, members in stores:
        for member in sorted(family.intersection(members)):
            yield RemoveAuthority(slot, member, device, peer)


def renewals(fleet: Fleet, target: RenewCertificates, at: datetime, remarks: list[str]) -> Iterator[Change]:
    """The changes with which certificates that end by a day get successors."""
    day = time_given(target.by)
    if day.time() == time(0):
        # A date means all of it.
        day += timedelta(days=1)
    records = fleet.certificate_records
    authorities = [one for one in records.values() if one.may_be_ca]
    draft = Draft(fleet)
    for device, peer, as_client, one in _presented(fleet, selected(fleet, target.devices)):
        if one.not_after > day:
            continue
        issuers = [ca for ca in authorities if ca.subject == one.issuer and one.sha256 in descendants([ca], [one])]
        lasting = [ca for ca in issuers if ca.not_after > day]
        owner = f"peer {peer} of {device}" if peer else device
        if not lasting:
            why = "ends by then too; replace that CA" if issuers else "is not in the export; add its certificate"
            remarks.append(f"The certificate of {owner} is left out: its issuer {one.issuer_text} {why}.")
            continue
        yield _replacement(draft, device, peer, as_client, one, max(lasting, key=lambda ca: ca.not_after), at, remarks)


def _new_authorities(given: CertificateSources, known: Iterable[Certificate]) -> list[Certificate]:
    """The certificates of the new CA: what is given, or a CA of the export by its name."""
    if isinstance(given, str) and "-----BEGIN" not in given and not Path(given).exists():
        try:
            return [authority_called(given, [one for one in known if one.may_be_ca])]
        except UsageError as error:
            raise UsageError(f"The new CA {given} is not a file, and not a CA of the export. {error}") from error
    return certificates_from(given, "new")


def _issuing(new: Sequence[Certificate]) -> Certificate:
    """The certificate of the new CA that issues: the one above none of the others.

    Raises:
        UsageError: none of them is a CA, or several issue.
    """
    authorities = [one for one in new if one.may_be_ca]
    if not authorities:
        raise UsageError(f"The new CA is {listed([one.subject_text for one in new])}, which is not a CA certificate.")
    issuers = {one.issuer for one in authorities if one.issuer != one.subject}
    lowest = [one for one in authorities if one.subject not in issuers]
    if len(lowest) != 1:
        named = listed([one.subject_text for one in lowest or authorities])
        raise UsageError(f"Which new CA issues certificates is not clear: {named}. Give one, and the CAs above it.")
    return lowest[0]


def _stores_with(
    fleet: Fleet, family: Iterable[str], devices: Sequence[str]
) -> Iterator[tuple[Slot, str, str, Sequence[str]]]:
    """The stores that have one of these CAs: slot, device, name of the peer or "", and members."""
    frame = fleet.trust_stores
    members = {str(key): own for key, own in frame.groupby("trust_store")["certificate"].agg(list).items()}
    having = {key for key, own in members.items() if not set(family).isdisjoint(own)}
    chosen = fleet.devices[fleet.devices["device_id"].isin(devices)]
    for slot in TRUST_STORE_SLOTS:
        for device, key in zip(chosen["device_id"], chosen[slot.value], strict=True):
            if key in having:
                yield slot, device, "", members[key]
    peers = fleet.peers[fleet.peers["device_id"].isin(devices) & fleet.peers["trust_store_file"].notna()]
    for row in peers.drop_duplicates("trust_store_file").to_dict("records"):
        if row["trust_store"] in having:
            yield Slot.PEER_TRUST_STORE, row["device_id"], row["peer"], members[row["trust_store"]]


def _presented(fleet: Fleet, devices: Sequence[str]) -> Iterator[Presenter]:
    """What these devices and their peers present; a peer that several devices share once."""
    records = fleet.certificate_records
    chosen = fleet.devices[fleet.devices["device_id"].isin(devices) & fleet.devices["local_certificate"].notna()]
    for device, sha256 in zip(chosen["device_id"], chosen["local_certificate"], strict=True):
        yield device, "", False, records[sha256]
    peers = fleet.peers[fleet.peers["device_id"].isin(devices) & fleet.peers["peer_device"].isna()]
    seen: set[str] = set()
    for column, as_client in (("certificate", False), ("client_certificate", True)):
        for row in peers[peers[column].notna()].to_dict("records"):
            if row[f"{column}_file"] not in seen:
                seen.add(row[f"{column}_file"])
                yield row["device_id"], row["peer"], as_client, records[row[column]]


def _replacement(
    draft: Draft,
    device: str,
    peer: str,
    as_client: bool,
    former: Certificate,
    issuer: Certificate,
    at: datetime,
    remarks: list[str],
) -> ReplaceCertificate:
    if former.email_addresses or former.directory_names or former.other_name_kinds:
        owner = f"peer {peer} of {device}" if peer else device
        remarks.append(f"The new certificate of {owner} is planned without names that are not DNS, URI or IP.")
    return ReplaceCertificate(described(draft, successor(former, issuer), at), device, peer, as_client)
