"""Identities (sections 3, 4 and 7): what each standard says of one name that is expected."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.oracles.law.steps import PASSED, Step, fail, opened


@dataclass(frozen=True)
class Names:
    """The names of a certificate; `san` is whether it has a subjectAltName."""

    san: bool
    uris: tuple[str, ...]
    dns: tuple[str, ...]
    ips: tuple[str, ...]
    cns: tuple[str, ...]


@lru_cache(maxsize=10_000)
def names_of(certificate: x509.Certificate) -> Names:
    cns = tuple(str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    try:
        san = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return Names(False, (), (), (), cns)
    uris = tuple(san.get_values_for_type(x509.UniformResourceIdentifier))
    ips = tuple(str(one) for one in san.get_values_for_type(x509.IPAddress))
    return Names(True, uris, tuple(san.get_values_for_type(x509.DNSName)), ips, cns)


def identify(certificate: x509.Certificate, wanted: str, standard: str, version: str | None = None) -> Step:
    """Whether the certificate identifies the party under that name, by that standard."""
    names, host = names_of(certificate), host_of(wanted)
    if standard == "vcs":
        return by_vcs(names, host, version)
    return {"mcu": by_mcu, "cucm": by_cucm, "rfc5922": by_rfc5922, "rfc5924": by_rfc5922, "rfc9525": by_rfc9525}[
        standard
    ](names, host)


def host_of(text: str) -> str:
    """A2: a reference given as URI, or with a port, is reduced to its host."""
    text = re.sub(r"^[a-z]+:(//)?", "", text, flags=re.IGNORECASE) if re.match(r"(sips?:|https?://)", text) else text
    text = text.rpartition("@")[2].split("/")[0].split(";")[0]
    if address(text):
        return text
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return re.sub(r":\d+$", "", text)


def address(text: str) -> object:
    """The address that the text spells, or None (A10: by value)."""
    try:
        return ipaddress.ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def equal(presented: str, host: str) -> str:
    """yes, no, or dot: equal but for a trailing dot on one side (A10)."""
    if address(host) is not None:
        same = address(presented) == address(host)
        return "yes" if same else "dot" if address(presented.removesuffix(".")) == address(host) else "no"
    one, other = presented.lower(), host.lower()
    return "yes" if one == other else "dot" if one.rstrip(".") == other.rstrip(".") else "no"


def covers(pattern: str, host: str) -> bool:
    """A wildcard as left-most label."""
    label, _, rest = pattern.lower().partition(".")
    return label == "*" and address(host) is None and bool(rest) and host.lower().partition(".")[2] == rest


def text_step(presented: str, host: str) -> Step | None:
    """Of an entry that is compared: pass, A5, A10, or None if it is another name."""
    same = equal(presented, host)
    if same == "yes":
        return PASSED
    if same == "dot":
        return opened("trailing_dot", "certificate", "A10")
    return opened("wildcard", "certificate", "A5") if covers(presented, host) else None


def uri_parts(uri: str) -> tuple[str, bool, bool, str]:
    """Scheme, whether there is a user, whether there are port or parameters, host."""
    scheme, _, rest = uri.partition(":")
    _, at, rest = rest.removeprefix("//").rpartition("@")
    host = re.split(r"[;?/]", rest)[0]
    port = re.sub(r":\d+$", "", host) if address(host) is None else host
    return scheme.lower(), bool(at), port != rest.rstrip("/"), port


def uri_step(uri: str, host: str) -> Step | None:
    """A2 and A3."""
    scheme, user, more, named = uri_parts(uri)
    if equal(named, host) != "yes":
        return None
    if scheme == "sip":
        return opened("uri_has_more_than_host", "certificate", "A2") if user or more else PASSED
    if scheme == "sips":
        return opened("sips_uri", "certificate", "A3")
    return fail("other_scheme", "certificate", "A3")


def best(steps: list[Step | None], otherwise: Step) -> Step:
    """The best of the entries that have the name."""
    found = [step for step in steps if step is not None]
    for outcome in ("pass", "open", "fail"):
        for step in found:
            if step.outcome == outcome:
                return step
    return otherwise


NO_MATCH = fail("no_match", "certificate")


def common_names(names: Names, host: str) -> Step:
    """A8: all of several CNs, or one."""
    found = [text_step(cn, host) for cn in names.cns]
    matching = [step for step in found if step is not None]
    if not matching:
        return NO_MATCH
    if len(matching) < len(found):
        return opened("several_common_names", "certificate", "A8")
    return best([step for step in found if step and step.outcome == "open"], PASSED)


def by_mcu(names: Names, host: str) -> Step:
    """Section 3, 1; A1 to A6, A8, A17."""
    if not names.san:
        return common_names(names, host)
    steps: list[Step | None] = []
    if any(equal(cn, host) == "yes" for cn in names.cns):
        steps.append(fail("cn_blocked_by_san", "certificate", "A4"))
    steps += [uri_step(uri, host) for uri in names.uris] + [text_step(text, host) for text in names.dns]
    if any(equal(text, host) == "yes" for text in names.ips):
        steps.append(opened("ip_only_in_ip_address", "certificate", "A1"))
    return best(steps, NO_MATCH)


def by_rfc5922(names: Names, host: str) -> Step:
    """Section 4."""
    by_address = address(host) is not None
    if not names.san:
        if any(equal(cn, host) == "yes" for cn in names.cns):
            if by_address:
                return fail("ip_only_in_cn", "certificate")
            return opened("cn_without_san", "certificate", "RFC5922-7.1")
        return NO_MATCH
    hosts = [parts[3] for parts in map(uri_parts, names.uris) if parts[0] == "sip" and not parts[1]]
    steps = [_plain(text, host) for text in hosts or names.dns]
    if by_address and not hosts and any(steps):
        return opened("ip_in_dns", "certificate", "RFC5922-7.1")
    return best(steps, _no_domain_identity(names, host, hidden=bool(hosts)))


def _no_domain_identity(names: Names, host: str, *, hidden: bool) -> Step:
    """Where the name is, if it is no identity there."""
    for scheme, user, _, named in map(uri_parts, names.uris):
        if equal(named, host) != "no":
            code, reading = ("user_in_uri", "A2") if scheme == "sip" and user else ("other_scheme", "A3")
            return fail("sips_uri" if scheme == "sips" else code, "certificate", reading)
    if hidden and any(equal(text, host) != "no" for text in names.dns):
        return fail("dns_hidden_by_uri", "certificate", "A6")
    if any(equal(text, host) != "no" for text in names.ips):
        return fail("ip_only_in_ip_address", "certificate")
    if any(equal(text, host) != "no" for text in names.cns):
        return fail("cn_blocked_by_san", "certificate", "A4")
    return fail("wildcard", "certificate", "A5") if any(covers(text, host) for text in names.dns) else NO_MATCH


def _plain(text: str, host: str) -> Step | None:
    """No wildcards."""
    same = equal(text, host)
    return PASSED if same == "yes" else opened("trailing_dot", "certificate", "A10") if same == "dot" else None


def by_rfc9525(names: Names, host: str) -> Step:
    """DNS-ID and IP-ID alone; a wildcard for the left-most label (A5, A28)."""
    if address(host) is not None and any(equal(text, host) == "yes" for text in names.ips):
        return PASSED
    steps = [] if address(host) is not None else [_dns_id(text, host) for text in names.dns]
    return best(steps, _of_no_use(names, host))


def _of_no_use(names: Names, host: str) -> Step:
    """Where the name is, if RFC 9525 does not look there."""
    for texts, code in ((names.dns, "ip_in_dns"), (tuple(uri_parts(uri)[3] for uri in names.uris), "uri_not_used"),
                        (names.cns, "cn_never")):  # fmt: skip
        if any(equal(text, host) != "no" for text in texts):
            return fail(code, "certificate")
    return NO_MATCH


def _dns_id(text: str, host: str) -> Step | None:
    if not covers(text, host):
        return _plain(text, host)
    if "_" in host.partition(".")[0]:
        return opened("wildcard", "certificate", "A28")
    return PASSED if text.count(".") > 1 else opened("wildcard_too_wide", "certificate", "A5")


def by_vcs(names: Names, host: str, version: str | None) -> Step:
    """The SAN; the CN alone is A24, and not enough from X15 on."""
    steps = _in_san(names, host)
    if any(equal(text, host) == "yes" for text in names.ips):
        steps.append(PASSED)
    found = best(steps, NO_MATCH)
    number = re.match(r"X(\d+)", version or "")
    san_alone = number is not None and int(number[1]) >= 15
    if found.code == "sips_uri" and not san_alone and common_names(names, host) == PASSED:
        # Of the sips: URI two questions are open, whether a URI counts and whether this one does; of the CN one.
        return opened("name_in_cn_only", "certificate", "A24")
    if found.outcome == "fail" and any(text_step(cn, host) for cn in names.cns):
        if san_alone:
            return fail("name_in_cn_only", "certificate", "A24")
        return opened("name_in_cn_only", "certificate", "A24")
    return found


def by_cucm(names: Names, host: str) -> Step:
    """Subject or SAN; whether an iPAddress counts is A1."""
    steps = _in_san(names, host)
    if any(equal(text, host) == "yes" for text in names.ips):
        steps.append(opened("ip_only_in_ip_address", "certificate", "A1"))
    common = common_names(names, host)
    return best([*steps, common if common is not NO_MATCH else None], NO_MATCH)


def _in_san(names: Names, host: str) -> list[Step | None]:
    """DNS entries count, a sip: URI perhaps (A2), a sips: URI perhaps (A3)."""
    steps = [text_step(text, host) for text in names.dns]
    for uri in names.uris:
        step = uri_step(uri, host)
        if step is not None and step.outcome == "pass":
            step = opened("uri_not_documented", "certificate", "A2")
        steps.append(step)
    return steps
