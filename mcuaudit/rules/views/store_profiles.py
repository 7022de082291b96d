"""The view of how the CA certificates of a trust store are made: one row a file, with what is unusual in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.profile import criticality_flaws, key_identifier_flaws, lifetime_in_days, serial_number_flaws
from mcuaudit.policy.schema import Thresholds
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.columns import JUDGED, text
from mcuaudit.rules.views.scope import Scope
from mcuaudit.rules.views.stores import store_members
from mcuaudit.rules.views.table import Table
from mcuaudit.rules.views.words import certificate_in_words, some_of

_OF_FILE: Final = (
    "device_id", "site", "device", "slot", "file", "store_title", "store_state", "trust_store", "store_cause_id",
)  # fmt: skip
_Flaws = Callable[[Certificate], Iterable[str]]
_Aspect = tuple[Callable[[Thresholds], _Flaws], tuple[str, ...]]


def _lifetime(limits: Thresholds) -> _Flaws:
    def flaws(authority: Certificate) -> Iterable[str]:
        days = lifetime_in_days(authority)
        return (f"is valid for {days} days",) if days > limits.ca_lifetime_days else ()

    return flaws


def _whatever(flaws: _Flaws) -> Callable[[Thresholds], _Flaws]:
    return lambda _: flaws


_ASPECTS: Final[dict[str, _Aspect]] = {
    "key_identifiers": (_whatever(key_identifier_flaws), ("subjectKeyIdentifier", "authorityKeyIdentifier")),
    "criticality": (
        _whatever(criticality_flaws),
        ("basicConstraints", "keyUsage", "nameConstraints", "policyMappings", "policyConstraints", "inhibitAnyPolicy"),
    ),
    "serial_numbers": (_whatever(serial_number_flaws), ("serialNumber",)),
    "lifetimes": (_lifetime, ("notBefore", "notAfter")),
}
"""What is evaluated, by column: the flaws of one CA certificate, and the fields that must be readable for that."""


@view(
    "trust store file with a CA certificate; a file that several devices inherit counts once",
    of_view(store_members, *_OF_FILE),
    text("key_identifiers", "CA certificates that lack key identifiers, in words; empty if there are none."),
    text("criticality", "CA certificates with extensions that are wrongly critical or not, in words."),
    text("serial_numbers", "CA certificates with a serial number that RFC 5280 does not allow, in words."),
    text("lifetimes", "CA certificates that are valid for longer than the policy has it, in words."),
    *(text(f"{name}_unread", f"CA certificates for which `{name}` cannot be read, in words.") for name in _ASPECTS),
    JUDGED,
    scope=Scope.STORE_FILE,
)
def store_profiles(views: Views) -> Table:
    """One row per trust store file, with the CA certificates in it that are made in an unusual way."""
    members, records = views.table("store_members"), views.fleet.certificate_records
    files: dict[str, tuple[int, list[Certificate]]] = {}
    for place, (file, certificate) in enumerate(members.each("file", "certificate")):
        if records[certificate].is_ca:
            files.setdefault(file, (place, []))[1].append(records[certificate])
    found = members.at([place for place, _ in files.values()]).only(*_OF_FILE)
    limits = views.policy.thresholds
    stores = [authorities for _, authorities in files.values()]
    for name, (flaws_by, fields) in _ASPECTS.items():
        flaws = flaws_by(limits)
        distinct = {one.sha256: one for store in stores for one in store}
        unread = {key: _named(one) if one.cannot_read(*fields) else "" for key, one in distinct.items()}
        words = {key: "" if unread[key] else _words(one, flaws) for key, one in distinct.items()}
        found = found.adding(
            **{name: _of_stores(stores, words), f"{name}_unread": _of_stores(stores, unread)},
        )
    return judged(found, "file")


def _of_stores(stores: Iterable[Iterable[Certificate]], words: Mapping[str, str]) -> list[str]:
    """The words about the certificates of each store; some have none."""
    return [some_of(filter(None, (words[one.sha256] for one in store))) for store in stores]


def _words(authority: Certificate, flaws: _Flaws) -> str:
    """The certificate with its flaws; "" if there are none."""
    found = " and ".join(flaws(authority))
    return f"{_named(authority)} {found}" if found else ""


def _named(authority: Certificate) -> str:
    return certificate_in_words(authority.subject_text, authority.sha256)
