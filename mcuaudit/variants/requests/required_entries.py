"""The entries that a certificate needs: subject, names, purposes and key, each with the connections that need it.

A name is planned in the form that the strict reading of each rule accepts: an address for an MCU as a sip: URI (A1),
for an HTTPS client as an iPAddress entry, a domain for a peer that follows RFC 5922 as a sip: URI (A6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from mcuaudit.devices.calls import calls_without_proxy, undecided_call_setting
from mcuaudit.devices.damage import doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.local_names import domain_expectation
from mcuaudit.devices.names import HOST_NAMES_EVIDENCE, may_be_unused
from mcuaudit.devices.services import https, sip_tls
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH, SIP_DOMAIN, Certificate
from mcuaudit.domain.settings import setting_evidence
from mcuaudit.domain.standards import STRICT_STANDARDS, Standard
from mcuaudit.errors import UsageError
from mcuaudit.identity import ReferenceIdentifier, parse_reference
from mcuaudit.identity.names import is_host_name
from mcuaudit.identity.uri import SIP_SCHEMES, split_uri
from mcuaudit.variants.requests.certificate_uses import Held, Use
from mcuaudit.variants.requests.common_name import LONGEST_COMMON_NAME, LoginName, login_names
from mcuaudit.wording.phrases import listed

PURPOSE_NAMES: Final = {SERVER_AUTH: "serverAuth", CLIENT_AUTH: "clientAuth", SIP_DOMAIN: "sipDomain"}
_ADDRESSES: Final = "device.addresses"
_GUIDELINE: Final = (
    "Cisco's guideline for SIP entities is a certificate with SIP URI and IP address (Maintenance Manual)"
)
_HIDDEN: Final = "where a certificate has a sip: URI, RFC 5922 ignores its DNS entries, so this name is a URI too"
_TODAY: Final = "today's certificate contains it, and the export records no other SIP name of the peer"


@dataclass(slots=True)
class Entry:
    """One entry that a certificate needs, or that cannot be had.

    Attributes:
        part: subject, dns, uri, ip, purpose, key_usage, key, issuer or chain.
        value: the entry; "" if it is not known.
        need: required, advised, choice, open or conflict.
        reasons: why, each a clause.
        uses: the connections that need it, by connection_id.
        readings: the readings that it follows.
        evidence: the file or key that would settle an open entry.
    """

    part: str
    value: str
    need: str
    reasons: list[str] = field(default_factory=list)
    uses: dict[str, None] = field(default_factory=dict)
    readings: dict[str, None] = field(default_factory=dict)
    evidence: str = ""


class Entries:
    """The entries of one certificate, by part and value."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Entry] = {}
        self._compared: dict[tuple[str, str], dict[tuple[str, Standard], None]] = {}

    def add(
        self,
        part: str,
        value: str,
        need: str,
        reason: str,
        uses: Iterable[str] = (),
        readings: Iterable[str] = (),
        evidence: str = "",
    ) -> Entry:
        """Add an entry, or another reason to it; what is required once is required."""
        key = (part, value, f"{need} {evidence}" if need in ("open", "conflict") else "")
        entry = self._found.setdefault(key, Entry(part, value, need, evidence=evidence))
        if need == "required" and entry.need in ("advised", "choice"):
            entry.need = need
        if reason and reason not in entry.reasons:
            entry.reasons.append(reason)
        entry.uses |= dict.fromkeys(uses)
        entry.readings |= dict.fromkeys(readings)
        return entry

    def compared(self, part: str, value: str, use: Use, standard: Standard) -> None:
        """Add a name that the other end of a connection compares."""
        reading = ("A1",) if part == "uri" and standard is Standard.MCU else ()
        self.add(part, value, needed_by(use), "", (use.connection_id,), reading)
        self._compared.setdefault((part, value), {})[use.by, standard] = None

    def has(self, part: str) -> bool:
        """Whether there is an entry of that part with a value."""
        return any(one.part == part and one.value and one.need not in ("open", "conflict") for one in self)

    def values(self, part: str) -> list[str]:
        """The values of the entries of that part that a request contains."""
        return [one.value for one in self if one.part == part and one.value and one.need in ("required", "advised")]

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._found.values():
            by = self._compared.get((entry.part, entry.value), {})
            if by and entry.need in ("required", "advised"):
                yield replace(entry, reasons=[*_compared_words(by), *entry.reasons])
            else:
                yield entry


def _compared_words(by: Iterable[tuple[str, Standard]]) -> list[str]:
    who: dict[Standard, list[str]] = {}
    for name, standard in by:
        who.setdefault(standard, []).append(name)
    return [f"compared by {listed(names)} (rule {standard})" for standard, names in who.items()]


def needed_by(use: Use) -> str:
    """required if the other end verifies the certificate, or may; advised if its settings verify nothing."""
    return "advised" if use.verifies is Answer.NO else "required"


def required_entries(held: Held, devices: Mapping[str, Device], today: Certificate | None, key_bits: int) -> Entries:
    """The entries of a certificate, the issuer and chain excepted.

    Args:
        held: the certificate with its uses.
        devices: every device, by device_id.
        today: the certificate that is presented today; None if it is not in the export.
        key_bits: the size of the RSA key.
    """
    entries = Entries()
    for use in held.uses:
        _names_of_use(entries, use)
    if held.device:
        _own_names(entries, held.device)
    else:
        _guideline(entries, held, today)
    _hidden_names(entries, held.uses)
    _subject(entries, login_names(held, devices, today))
    _purposes(entries, held)
    _key(entries, held, key_bits)
    return entries


def _names_of_use(entries: Entries, use: Use) -> None:
    for name in use.names:
        reference = _reference(name)
        if reference is None:
            continue
        for standard in use.standards:
            entries.compared(*_form(reference, standard), use, standard)
        if use.sip:
            _both_forms(entries, reference, _GUIDELINE)


def _reference(name: str) -> ReferenceIdentifier | None:
    """The name as it is compared; None for one that cannot be compared, which the checks report."""
    try:
        return parse_reference(name)
    except UsageError:
        return None


def _form(reference: ReferenceIdentifier, standard: Standard) -> tuple[str, str]:
    """The part and value that a rule accepts under every reading."""
    if standard in STRICT_STANDARDS or (reference.address is not None and standard is Standard.MCU):
        return "uri", _sip_uri(reference)
    if reference.address is None or standard is Standard.CUCM:
        return "dns", reference.host
    return "ip", reference.host


def _sip_uri(reference: ReferenceIdentifier) -> str:
    in_brackets = reference.address is not None and reference.address.version == 6
    return f"sip:[{reference.host}]" if in_brackets else f"sip:{reference.host}"


def _both_forms(entries: Entries, reference: ReferenceIdentifier, reason: str, need: str = "advised") -> None:
    """The name as a DNS or iPAddress entry, and as a sip: URI."""
    kind = "dns" if reference.address is None else "ip"
    entries.add(kind, reference.host, need, reason)
    entries.add("uri", _sip_uri(reference), need, reason, readings=("A1",) if reference.address is not None else ())


def _own_names(entries: Entries, device: Device) -> None:
    """The names of a device itself, also those that no recorded peer compares."""
    sip, web = sip_tls(device) is not Answer.NO, https(device) is not Answer.NO
    direct = calls_without_proxy(device)
    for reference in _references(device, _ADDRESSES):
        if sip:
            why = "direct calls identify the MCU by its IP address (Release Notes)"
            _both_forms(entries, reference, _GUIDELINE)
            if direct is not Answer.NO:
                entries.add("uri", _sip_uri(reference), "required" if direct is Answer.YES else "advised", why)
        else:
            entries.add("ip", reference.host, "advised", "an address of the MCU, for HTTPS clients that use it")
    for reference in _references(device, "device.host_names"):
        if web:
            unused = may_be_unused(device, reference.text)
            why = "a host name of the MCU, which HTTPS clients compare (RFC 9525)"
            entries.add("dns", reference.host, "advised" if unused else "required", why)
        if sip:
            _both_forms(entries, reference, _GUIDELINE)
    domain = _reference(device.value("sip.outbound_domain") or "")
    if domain is not None and sip and domain_expectation(device).expected is not Answer.NO:
        why = "the Outbound domain, by which a registrar or trunk that follows RFC 5922 may identify the MCU"
        _both_forms(entries, domain, why)
    _missing_own_names(entries, device, direct if sip else Answer.NO, web)


def _references(device: Device, key: str) -> list[ReferenceIdentifier]:
    return [found for name in device.names(key) or () if (found := _reference(name))]


def _missing_own_names(entries: Entries, device: Device, direct: Answer, web: bool) -> None:
    wanted = (
        ("ip", _ADDRESSES, direct is not Answer.NO, "direct calls identify the MCU by its IP address"),
        ("dns", "device.host_names", web, "HTTPS clients compare the host name"),
    )
    for part, key, needed, why in wanted:
        unread = doubt(device, key)
        if unread and needed:
            entries.add(part, "", "open", unread.reason.rstrip("."), evidence=unread.missing_evidence)
        elif needed and not device.names(key):
            evidence = HOST_NAMES_EVIDENCE if part == "dns" else setting_evidence(key)
            entries.add(part, "", "open", f"{why}, and the export has none", evidence=evidence)
    if direct is Answer.OPEN and device.names(_ADDRESSES):
        key = undecided_call_setting(device)
        why = "the export does not say whether calls are direct, so the address is advised only"
        entries.add("uri", "", "open", why, evidence=setting_evidence(key) if key else "")


def _guideline(entries: Entries, held: Held, today: Certificate | None) -> None:
    """What the guideline for SIP entities wants of a peer whose names the export does not record."""
    calls = [use for use in held.uses if use.sip]
    if not calls:
        return
    if today is not None and not (entries.has("uri") and entries.has("ip")):
        for name in _names_today(today):
            reference = _reference(name)
            wanted = "ip" if reference is not None and reference.address is not None else "dns"
            if reference is not None and not entries.has(wanted):
                _today(entries, reference)
    if any(use.direct for use in calls) and not entries.has("ip"):
        evidence = f'peers.toml [[peer]] "{held.holder.name}" identifiers'
        why = f"{_GUIDELINE}, and the export has no address of {held.holder.name}"
        entries.add("ip", "", "open", why, (use.connection_id for use in calls), evidence=evidence)


def _today(entries: Entries, reference: ReferenceIdentifier) -> None:
    _both_forms(entries, reference, _TODAY)


def _names_today(today: Certificate) -> Iterator[str]:
    """The names of today's certificate that could identify a SIP entity, wildcards excepted."""
    for uri in today.uris:
        parts = split_uri(uri)
        if parts and parts.scheme in SIP_SCHEMES and parts.user is None:
            yield parts.host
    yield from (name for name in today.dns_names if is_host_name(name.lower()))
    yield from map(str, today.ip_addresses)


def _hidden_names(entries: Entries, uses: Iterable[Use]) -> None:
    """Every name that a peer that follows RFC 5922 expects is a sip: URI: say so where a DNS entry would be hidden."""
    for use in uses:
        if set(STRICT_STANDARDS).isdisjoint(use.standards):
            continue
        for name in use.names:
            reference = _reference(name)
            if reference is not None and reference.address is None:
                entries.add("uri", _sip_uri(reference), needed_by(use), _HIDDEN, readings=("A6",))


def _subject(entries: Entries, logins: list[LoginName]) -> None:
    for one in logins:
        entries.add("subject", one.value, one.need, one.reason, one.uses, one.readings, one.evidence)
    if logins:
        return
    names = [*entries.values("dns"), *entries.values("ip")]
    # A name with a dot identifies the holder to people better than a short one.
    chosen = min((name for name in names if len(name) <= LONGEST_COMMON_NAME), key=_is_short, default=None)
    if chosen:
        why = "names the holder for people; names are compared in the subjectAltName, so no check depends on it"
        entries.add("subject", f"CN={chosen}", "advised", why, readings=("A24",))


def _is_short(name: str) -> bool:
    return "." not in name and ":" not in name


def _purposes(entries: Entries, held: Held) -> None:
    for use in held.uses:
        role = "a TLS server" if use.purpose == SERVER_AUTH else "a TLS client"
        who = "the MCU" if held.device else "the peer"
        entries.add(
            "purpose", PURPOSE_NAMES[use.purpose], needed_by(use), f"{who} is {role} there",
            (use.connection_id,), ("A13",) if use.verifier == "mcu" else (),
        )  # fmt: skip
        if held.device and Standard.RFC5924 in use.standards:
            why = f"wanted by RFC 5924, which {use.by} follows"
            entries.add("purpose", PURPOSE_NAMES[SIP_DOMAIN], needed_by(use), why, (use.connection_id,))
    if held.device:
        for purpose in (SERVER_AUTH, CLIENT_AUTH):
            why = "the MCU presents its one certificate as a TLS server and as a TLS client"
            entries.add("purpose", PURPOSE_NAMES[purpose], "required", why)


def _key(entries: Entries, held: Held, key_bits: int) -> None:
    long = [use for use in held.uses if use.expressway]
    reasons: list[tuple[str, Callable[[Use], bool], tuple[str, ...]]] = [
        ("RSA of 2048 to 4096 bits with SHA-2 is what is known to work with an MCU", lambda _: True, ("A18",)),
        ("of the sizes in use, one with 3000 bits or more lasts beyond 2030 (NIST IR 8547, BSI TR-02102)", _none, ()),
    ]
    if long:
        reasons.append(("keys above 4096 bits can keep a SIP zone of an Expressway down", lambda use: use in long, ()))
    for why, concerns, readings in reasons:
        concerned = [use.connection_id for use in held.uses if concerns(use)]
        entries.add("key", f"RSA {key_bits}", "required", why, concerned, readings)
    entries.add("key", "SHA-256", "required", "SHA-2 is what is known to work with an MCU", readings=("A18",))
    entries.add("key", NEW_KEY, "required", "the holder of a key that is shared can impersonate each of the others")
    signs = "a TLS client signs with its key, and so does a server in TLS 1.3"
    entries.add("key_usage", "digitalSignature", "required", signs)
    if any(use.purpose == SERVER_AUTH for use in held.uses) or held.device:
        entries.add("key_usage", "keyEncipherment", "advised", "the RSA key exchange of TLS 1.2 and older needs it")


NEW_KEY: Final = "a key of its own"


def _none(_: Use) -> bool:
    return False
