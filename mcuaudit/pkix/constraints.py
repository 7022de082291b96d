"""Name constraints: whether the CAs above allow all names of a certificate (RFC 5280, section 4.2.1.10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from mcuaudit.domain.certificate import Certificate, IPAddress, IPNetwork, NameConstraints
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.flaws import Flaw, Kind, issuer_title, name_in_words
from mcuaudit.pkix.names import COMMON_NAME, EMAIL_ADDRESS, IA5_STRING, Attribute, attributes, within_subtree

# With more comparisons OpenSSL refuses the path; here the path is undetermined.
MOST_COMPARISONS = 2**20

_HOST_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_URI_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^:/?#]*)")


class _UnusableNameError(ValueError):
    """A name that cannot be compared with a constraint of its kind."""


class _Form(NamedTuple):
    """One form of name: the names of a certificate, the permitted and excluded subtrees, and the comparison."""

    label: str
    names: Callable[[Certificate, bool], Iterator[Any]]
    permitted: Sequence[Any] | None
    excluded: Sequence[Any]
    within: Callable[[Any, Any], bool]


def constraint_flaw(certificate: Certificate, issuer: Certificate, *, end_entity: bool) -> Flaw | None:
    """The flaw of the names of `certificate` under the name constraints of `issuer`, a CA above it.

    As in OpenSSL, if an end entity has no DNS entry in its subjectAltName, its common names that look like host names
    are compared with the DNS constraints; RFC 5280 does not require that.
    """
    constraints = issuer.name_constraints
    if constraints is None:
        return None
    if _comparisons(certificate, constraints) > MOST_COMPARISONS:
        return Flaw(Kind.TOO_MANY_NAMES, certificate)
    for form in _forms(constraints):
        kind, name = _form_flaw(form, certificate, end_entity)
        if kind:
            return _flaw(kind, certificate, issuer, f"{form.label} {name}")
    constrained = {*constraints.unsupported_permitted, *constraints.unsupported_excluded}
    for other in certificate.other_name_kinds:
        if other in constrained:
            return _flaw(Kind.CONSTRAINT_TYPE, certificate, issuer, f"{other} name")
    if certificate.cannot_read("subject", "subjectAltName"):
        detail = (
            f"has names that cannot be read, and the name constraints of {name_in_words(issuer.subject_text)} apply"
        )
        return Flaw(Kind.UNREADABLE, certificate, detail, Remedy(RemedyKind.REISSUE))
    return None


def _forms(constraints: NameConstraints) -> Iterator[_Form]:
    forms = (
        _Form("name", _directory, constraints.permitted_directory, constraints.excluded_directory, within_subtree),
        _Form("e-mail address", _email, constraints.permitted_email, constraints.excluded_email, _email_within),
        _Form("DNS name", _dns, constraints.permitted_dns, constraints.excluded_dns, dns_within),
        _Form("URI", _uris, constraints.permitted_uri, constraints.excluded_uri, _uri_within),
        _Form("IP address", _addresses, constraints.permitted_ip, constraints.excluded_ip, _address_within),
    )
    return (form for form in forms if form.permitted is not None or form.excluded)


def _form_flaw(form: _Form, certificate: Certificate, end_entity: bool) -> tuple[Kind | None, object]:
    for name in form.names(certificate, end_entity):
        if name is None:
            return Kind.NAME_SYNTAX, "of a type that is not allowed"
        shown = certificate.subject_text if isinstance(name, bytes) else name
        try:
            if form.permitted is not None and not any(form.within(name, base) for base in form.permitted):
                return Kind.NOT_PERMITTED, shown
            if any(form.within(name, base) for base in form.excluded):
                return Kind.EXCLUDED, shown
        except _UnusableNameError:
            return Kind.NAME_SYNTAX, shown
    return None, ""


def _flaw(kind: Kind, certificate: Certificate, issuer: Certificate, name: str) -> Flaw:
    owner = name_in_words(issuer.subject_text)
    detail = f"has the {name_in_words(name)}, which the name constraints of {owner} do not allow"
    remedy = Remedy(RemedyKind.REISSUE_WITHIN_CONSTRAINTS, (owner, issuer_title(certificate)))
    return Flaw(kind, certificate, detail, remedy)


def _comparisons(certificate: Certificate, constraints: NameConstraints) -> int:
    permitted = (
        constraints.permitted_dns,
        constraints.permitted_uri,
        constraints.permitted_email,
        constraints.permitted_ip,
        constraints.permitted_directory,
    )
    excluded = (
        constraints.excluded_dns,
        constraints.excluded_uri,
        constraints.excluded_email,
        constraints.excluded_ip,
        constraints.excluded_directory,
    )
    names = (
        certificate.dns_names,
        certificate.uris,
        certificate.email_addresses,
        certificate.ip_addresses,
        certificate.directory_names,
        certificate.common_names,
    )
    bases = sum(len(found or ()) for found in (*permitted, *excluded))
    return bases * (1 + sum(len(found) for found in names))


def _subject(certificate: Certificate) -> list[Attribute]:
    try:
        return list(attributes(certificate.subject))
    except ValueError:
        return []


def _directory(certificate: Certificate, _end_entity: bool) -> Iterator[bytes]:
    if _subject(certificate):
        yield certificate.subject
    yield from certificate.directory_names


def _email(certificate: Certificate, _end_entity: bool) -> Iterator[str | None]:
    for attribute in _subject(certificate):
        if attribute.kind == EMAIL_ADDRESS:
            yield attribute.text if attribute.tag == IA5_STRING else None
    yield from certificate.email_addresses


def _dns(certificate: Certificate, end_entity: bool) -> Iterator[str | None]:
    yield from certificate.dns_names
    if certificate.dns_names or not end_entity:
        return
    for attribute in _subject(certificate):
        if attribute.kind == COMMON_NAME:
            name = attribute.text.rstrip("\0")
            if "\0" in name:
                yield None
            elif looks_like_host(name):
                yield name


def _uris(certificate: Certificate, _end_entity: bool) -> Iterator[str]:
    yield from certificate.uris


def _addresses(certificate: Certificate, _end_entity: bool) -> Iterator[IPAddress]:
    yield from certificate.ip_addresses


def looks_like_host(name: str) -> bool:
    """The common name has the form of a host name of two labels or more."""
    labels = name.split(".")
    return len(labels) > 1 and all(_HOST_LABEL.fullmatch(label) for label in labels)


def dns_within(name: str, base: str) -> bool:
    """The DNS name is `base`, or `base` with labels added on the left."""
    name, base = name.lower(), base.lower()
    if not base or name == base:
        return True
    return name.endswith(base if base.startswith(".") else "." + base)


def _email_within(name: str, base: str) -> bool:
    local, at, host = name.rpartition("@")
    if not at:
        raise _UnusableNameError
    base_local, base_at, base_host = base.rpartition("@")
    if not base_at and base.startswith("."):
        return host.lower().endswith(base.lower()) and len(name) > len(base)
    if base_local and base_local != local:
        return False
    return host.lower() == base_host.lower()


def _uri_within(name: str, base: str) -> bool:
    found = _URI_HOST.match(name)
    if not found or not found[1]:
        raise _UnusableNameError
    host = found[1].lower()
    if base.startswith("."):
        return host.endswith(base.lower()) and len(host) > len(base)
    return host == base.lower()


def _address_within(name: IPAddress, base: IPNetwork) -> bool:
    return name.version == base.version and name in base
