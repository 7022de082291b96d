"""The names of a certificate to which name constraints apply, in the form in which they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.domain.certificate import ALL_EXTENSIONS, Certificate
from mcuaudit.pkix.name_syntax import dns_name, looks_like_host
from mcuaudit.pkix.names import COMMON_NAME, EMAIL_ADDRESS, IA5_STRING, Attribute, attributes
from mcuaudit.pkix.subtrees import FORMS

Name = tuple[object, Any]
"""A name for a sentence, and its parts that are compared; None if it is malformed."""

_ENTRY: Final = re.compile(r"subjectAltName entry \d+ \((\w+)\)")
_NO_FORM: Final = "of a form that is not allowed"
_MALFORMED: Final = frozenset({"dNSName", "rfc822Name", "uniformResourceIdentifier", "iPAddress"})
"""An entry of these kinds that cannot be read is not of the form that RFC 5280 gives it."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a certificate.

    Attributes:
        by_kind: subject and subjectAltName, by their kinds in GeneralName.
        host_like: the common names that look like host names, if there is no DNS entry (reading A23).
        unreadable_kinds: the kinds of the entries that cannot be read, other than malformed ones.
        unreadable: the subject or the subjectAltName as a whole cannot be read.
    """

    by_kind: dict[str, tuple[Name, ...]]
    host_like: tuple[Name, ...]
    unreadable_kinds: frozenset[str]
    unreadable: bool


def names_of(certificate: Certificate) -> Names:
    """The names of a certificate, each parsed once."""
    kinds = [found[1] for field in certificate.unreadable if (found := _ENTRY.fullmatch(field))]
    subject = _subject(certificate)
    given: dict[str, Iterable[object]] = {
        "directoryName": (*((certificate.subject,) if subject else ()), *certificate.directory_names),
        "rfc822Name": (*_email_attributes(subject), *certificate.email_addresses),
        "dNSName": certificate.dns_names,
        "uniformResourceIdentifier": certificate.uris,
        "iPAddress": certificate.ip_addresses,
    }
    by_kind = {
        form.kind: (
            *((_shown(name, certificate), None if name is None else form.name(name)) for name in given[form.kind]),
            *((_NO_FORM, None) for kind in kinds if kind == form.kind and kind in _MALFORMED),
        )
        for form in FORMS
    }
    return Names(
        by_kind,
        () if certificate.dns_names else tuple(_host_like(subject)),
        frozenset(kinds) - _MALFORMED,
        any(
            field.partition(" ")[0] in ("subject", "subjectAltName", ALL_EXTENSIONS) and not _ENTRY.fullmatch(field)
            for field in certificate.unreadable
        ),
    )


def _shown(name: object, certificate: Certificate) -> object:
    if name is None:
        return _NO_FORM
    return certificate.subject_text if isinstance(name, bytes) else name


def _subject(certificate: Certificate) -> list[Attribute]:
    try:
        return list(attributes(certificate.subject))
    except ValueError:
        return []


def _email_attributes(subject: Iterable[Attribute]) -> Iterator[str | None]:
    for attribute in subject:
        if attribute.kind == EMAIL_ADDRESS:
            yield attribute.text if attribute.tag == IA5_STRING else None


def _host_like(subject: Iterable[Attribute]) -> Iterator[Name]:
    """As in OpenSSL, which leaves out NUL at the end, and refuses a NUL within."""
    for attribute in subject:
        if attribute.kind == COMMON_NAME:
            name = attribute.text.rstrip("\0")
            if "\0" in name:
                yield _NO_FORM, None
            elif looks_like_host(name):
                yield name, dns_name(name)
