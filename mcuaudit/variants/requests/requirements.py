"""What each new certificate of a fleet must say: entries, issuer and chain, checked before they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any, Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.issuers import public_certificates
from mcuaudit.devices.models import not_judged
from mcuaudit.devices.presented import Presented
from mcuaudit.devices.records import devices_of
from mcuaudit.domain.certificate import CLIENT_AUTH, Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import SLOT_FILES, Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.pkix.flaws import title
from mcuaudit.predict.context import fleet_context
from mcuaudit.predict.prediction import lists_of
from mcuaudit.system.progress import Progress
from mcuaudit.variants.changes import NEW_KEY_SIZES
from mcuaudit.variants.requests.certificate_uses import Held, Holder, held_certificates
from mcuaudit.variants.requests.issuing_authorities import Choice, IssuingAuthorities, choose
from mcuaudit.variants.requests.planned_certificate import Content, PlannedChecks
from mcuaudit.variants.requests.planned_connections import Objection, objections
from mcuaudit.variants.requests.required_entries import PURPOSE_NAMES, Entries, required_entries
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed
from mcuaudit.wording.remedies import remedy_sentence

_PURPOSE_OIDS: Final = {name: oid for oid, name in PURPOSE_NAMES.items()}


@dataclass(frozen=True)
class Requirement:
    """What one certificate must say.

    Attributes:
        held: the certificate with its uses.
        today: the certificate that is presented today; None if it is not in the export.
        chain_today: what is presented with it today.
        content: what its request asks for; None if too little is known for a request.
        entries: its entries, also those that cannot be had or are not known.
    """

    held: Held
    today: Certificate | None
    chain_today: tuple[Certificate, ...]
    content: Content | None
    entries: Entries


def requirements_of(audit: Audit, progress: Progress | None = None) -> list[Requirement]:
    """What the certificate of each device, and of each peer that the devices communicate with, must say.

    Raises:
        UsageError: the audit is redacted.
    """
    if audit.fleet.redacted:
        raise UsageError(
            "A redacted audit has no certificates and no true names, so nothing can be requested from it. Use the "
            "export, or the audit that it was made from."
        )
    devices = devices_of(audit.fleet)
    records = audit.fleet.certificate_records
    checks, authorities = _checks_and_authorities(audit)
    held, holders = held_certificates(devices)
    by_id = {device.device_id: device for device in devices}
    drafts = {}
    for holder, one in sorted(held.items(), key=lambda item: (item[0].slot, item[0].name, item[0].file)):
        drafts[holder] = _draft(one, by_id, authorities, checks, key_bits(audit.policy))
        if progress:
            progress("requests", len(drafts), len(held))
    planned = {holder: draft.presented for holder, draft in drafts.items() if draft.presented}
    context = replace(fleet_context(devices, records.values(), audit.at), checks=checks)
    found = objections(devices, planned, holders, context)
    for holder, draft in drafts.items():
        _add_objections(draft.requirement.entries, found.get(holder, ()), planned.get(holder))
    return [draft.requirement for draft in drafts.values()]


def requirements_without_objections(
    audit: Audit, wanted: Callable[[Holder], bool]
) -> tuple[list[Requirement], PlannedChecks]:
    """What some certificates must say, without what the checks say against planned ones; and the checks.

    It is for certificates that exist, which the audit itself has checked.
    """
    devices = devices_of(audit.fleet)
    checks, authorities = _checks_and_authorities(audit)
    by_id = {device.device_id: device for device in devices}
    chosen = [one for holder, one in held_certificates(devices)[0].items() if wanted(holder)]
    bits = key_bits(audit.policy)
    return [_draft(one, by_id, authorities, checks, bits).requirement for one in chosen], checks


def _checks_and_authorities(audit: Audit) -> tuple[PlannedChecks, IssuingAuthorities]:
    records = audit.fleet.certificate_records
    checks = PlannedChecks(records.values(), audit.at, lists_of(audit.fleet))
    listed_authorities = audit.policy.get("known", {}).get("public_authorities", ())
    return checks, IssuingAuthorities(records.values(), public_certificates(records, listed_authorities), audit.at)


def key_bits(policy: Mapping[str, Any]) -> int:
    """The size of new RSA keys: the smallest one in use that no threshold of the policy reports."""
    thresholds = policy.get("thresholds", {})
    least = max(thresholds.get("rsa_bits", 0), thresholds.get("rsa_bits_after_2030", 0))
    return next((size for size in NEW_KEY_SIZES if size >= least), NEW_KEY_SIZES[-1])


@dataclass(frozen=True, slots=True)
class _Draft:
    requirement: Requirement
    presented: Presented | None


def _draft(
    held: Held, devices: Mapping[str, Device], authorities: IssuingAuthorities, checks: PlannedChecks, bits: int
) -> _Draft:
    today, chain_today = _today(held)
    another = not_judged(held.device)
    if another:
        entries = Entries()
        entries.add("subject", "", "open", another.reason.rstrip("."), evidence=another.missing_evidence)
        return _Draft(Requirement(held, today, chain_today, None, entries), None)
    entries = required_entries(held, devices, today, bits)
    for verdict in held.unknown:
        entries.add("issuer", "", "open", verdict.reason.rstrip("."), evidence=verdict.missing_evidence)
    content = _content(entries, bits)
    if content is None:
        return _Draft(Requirement(held, today, chain_today, None, entries), None)
    choice = choose(held.uses, today, authorities, checks)
    authority = _authority(held, content, choice, checks)
    if authority is None:
        why = "the export has no certificate of a CA that is valid at the time of the audit"
        entries.add("issuer", "", "open", why, evidence=SLOT_FILES[Slot.SIP_TRUST_STORE])
        return _Draft(Requirement(held, today, chain_today, content, entries), None)
    presented = _issued_by(authority, held, content, checks)
    _issuer_entries(entries, authority, choice)
    _public_limits(entries, authority, content, authorities)
    _chain_entries(entries, presented, held)
    return _Draft(Requirement(held, today, chain_today, content, entries), presented)


def _today(held: Held) -> tuple[Certificate | None, tuple[Certificate, ...]]:
    if held.device:
        return held.device.local_certificate, held.device.local_chain
    peer = next((one for one in held.peers.values() if one.certificate), None)
    return (peer.certificate, peer.presented_chain) if peer else (None, ())


def _content(entries: Entries, bits: int) -> Content | None:
    """What the request asks for; None without a subject, as OpenSSL makes no request without one."""
    subjects = entries.values("subject")
    if not subjects:
        return None
    return Content(
        subjects[0].removeprefix("CN="),
        tuple(entries.values("dns")),
        tuple(entries.values("uri")),
        tuple(map(ip_address, entries.values("ip"))),
        tuple(_PURPOSE_OIDS[name] for name in entries.values("purpose")),
        bits,
    )


def _authority(held: Held, content: Content, choice: Choice, checks: PlannedChecks) -> Certificate | None:
    """The best CA; another one if name constraints of the best do not allow the content."""
    if not choice.ranked:
        return None
    best, *others = (choice.ranked[0], *(ca for ca in choice.trusted_by_all if ca is not choice.ranked[0]))
    for authority in (best, *others) if best in choice.trusted_by_all else ():
        found = _issued_by(authority, held, content, checks)
        if all(_trusts(checks, found, use) for use in choice.known):
            return authority
    return best


def _issued_by(authority: Certificate, held: Held, content: Content, checks: PlannedChecks) -> Presented:
    certificate = checks.planned(content, authority)
    return Presented(certificate, checks.chain_of(certificate), False, _place(held.holder))


def _trusts(checks: PlannedChecks, presented: Presented, use: Any) -> bool:
    judged = (
        checks.judge(presented, use.store, use.purpose, standard, use.verifier).trust for standard in use.path_standards
    )
    return all(verdict.outcome is Outcome.PASS for verdict in judged)


def _place(holder: Holder) -> Place:
    return Place(holder.slot, holder.name, "" if holder.slot is Slot.LOCAL_CERTIFICATE else holder.file)


def _issuer_entries(entries: Entries, ca: Certificate, choice: Choice) -> None:
    trusting, known = choice.trusting[ca.sha256], choice.known
    ids = [use.connection_id for use in trusting]
    if not known:
        why = "no trust store of a party that verifies the certificate is in the export; it is the nearest known CA"
        entries.add("issuer", _named(ca), "advised", why)
    elif len(trusting) == len(known):
        why = f"trusted by {listed(_by(trusting))}, which is every verifier whose trust store is known"
        entries.add("issuer", _named(ca), "required", why, ids, ("A11", "A12"))
    else:
        why = f"certainly trusted on {len(trusting)} of {plural(len(known), 'connection')} with a known trust store"
        others = choice.trusted_by_all
        best = f"on all of them {_named(others[0])} is, which has another root" if others else "no other CA is on more"
        entries.add("issuer", _named(ca), "required", f"{why}; {best}", ids)
    for other in choice.trusted_by_all:
        if other.sha256 != ca.sha256:
            why = "trusted by every verifier whose trust store is known"
            entries.add("issuer", _named(other), "choice", why, ids)


def _named(authority: Certificate) -> str:
    return authority.subject_text or title(authority)


def _by(uses: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(use.by for use in uses))


def _public_limits(entries: Entries, ca: Certificate, content: Content, authorities: IssuingAuthorities) -> None:
    """What no public CA issues: the private one fits, and a public one does not."""
    limits = [
        words
        for words, wanted in (
            ("IP addresses in URI entries", any(_has_address(uri) for uri in content.uris)),
            ("IP addresses", bool(content.ip_addresses)),
            ("clientAuth", CLIENT_AUTH in content.purposes),
            ("names that are not public", any("." not in name for name in content.dns_names)),
        )
        if wanted
    ]
    if not limits:
        return
    if authorities.is_public(ca):
        why = f"a public CA issues no certificate with {listed(limits, 4)}, or will stop; a private CA fits"
        entries.add("issuer", _named(ca), "conflict", why)
    else:
        why = f"it is a private CA; a public one issues no certificate with {listed(limits, 4)}, or will stop"
        entries.add("issuer", _named(ca), "required", why)


def _has_address(uri: str) -> bool:
    host = uri.removeprefix("sip:")
    return host.startswith("[") or host.replace(".", "").isdigit()


def _chain_entries(entries: Entries, presented: Presented, held: Held) -> None:
    for ca in presented.chain:
        known = [use for use in held.uses if use.store is not None]
        lacking = [use for use in known if use.store and ca.sha256 not in {one.sha256 for one in use.store.members}]
        own = [use for use in lacking if Standard.VCS in use.path_standards]
        ids = [use.connection_id for use in lacking]
        if lacking:
            why = f"it is not in the trust stores of {listed(_by(lacking))}, so it is presented after the certificate"
            entries.add("chain", _named(ca), "required", why, ids, ("A11",))
        else:
            why = "every trust store that is known contains it; presented with the certificate it serves others too"
            entries.add("chain", _named(ca), "advised", why, readings=("A11",))
        if own:
            why = f"{listed(_by(own))} may take intermediates from the own trusted CA list only: add it there"
            entries.add("chain", _named(ca), "conflict", why, [use.connection_id for use in own])


def _add_objections(entries: Entries, found: Iterable[Objection], presented: Presented | None) -> None:
    """What the checks say against the planned certificate: open, or in conflict with what another party wants."""
    for objection in found:
        verdict, of_path = objection.verdict, objection.part in ("issuer", "chain")
        if of_path and presented is None:
            continue
        need = "open" if verdict.outcome is Outcome.OPEN else "conflict"
        reason = verdict.reason
        if verdict.remedy and (need == "conflict" or not verdict.missing_evidence):
            reason = f"{reason} {remedy_sentence(verdict.remedy)}"
        if of_path and need == "conflict" and verdict.reason_code != "empty_store":
            reason = f"{reason} If that cannot be had, {_OTHERWISE}"
        value = presented.certificate.issuer_text if presented and of_path else ""
        entries.add(
            objection.part, value, need, reason.rstrip("."), (objection.connection_id,), verdict.readings,
            verdict.missing_evidence,
        )  # fmt: skip


_OTHERWISE: Final = "no certificate serves both sides, and only a proxy or another trust store solves it"
