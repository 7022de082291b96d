"""How CA certificates are to be made: key identifiers, criticality, serial numbers and lifetimes, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mcuaudit.domain.certificate import NameConstraints
from mcuaudit.pkix.profile import criticality_flaws, key_identifier_flaws, lifetime_in_days, serial_number_flaws
from tests.authority import NOW, Authority, p256_key

ROOT_CA = Authority.root("Root", key=p256_key(910))
ROOT, MIDDLE = ROOT_CA.record, ROOT_CA.intermediate("Middle", key=p256_key(911)).record

NO_SUBJECT, NO_AUTHORITY = "has no subjectKeyIdentifier", "has no authorityKeyIdentifier"
PARTLY = "has no keyIdentifier in its authorityKeyIdentifier"


@pytest.mark.parametrize(
    ("ca", "fields", "flaws"),
    [
        (MIDDLE, {}, []),
        (MIDDLE, {"subject_key_identifier": None}, [NO_SUBJECT]),
        (MIDDLE, {"authority_key_identifier": None}, [NO_AUTHORITY]),
        (MIDDLE, {"authority_key_identifier": None, "authority_issuer": b""}, [PARTLY]),
        (MIDDLE, {"authority_key_identifier": None, "authority_serial_number": 0}, [PARTLY]),
        (MIDDLE, {"authority_key_identifier": None, "subject_key_identifier": None}, [NO_SUBJECT, NO_AUTHORITY]),
        (ROOT, {"authority_key_identifier": None}, []),
        (ROOT, {"authority_key_identifier": None, "subject_key_identifier": None}, [NO_SUBJECT]),
        (MIDDLE, {"authority_key_identifier": None, "subject_key_identifier": None, "version": 2}, []),
        (MIDDLE, {"authority_key_identifier": None, "version": 4}, [NO_AUTHORITY]),
    ],
)  # fmt: skip
def test_key_identifiers(ca, fields, flaws):
    assert list(key_identifier_flaws(replace(ca, **fields))) == flaws


OIDS = {
    "basicConstraints": "2.5.29.19", "keyUsage": "2.5.29.15", "nameConstraints": "2.5.29.30",
    "policyMappings": "2.5.29.33", "policyConstraints": "2.5.29.36", "inhibitAnyPolicy": "2.5.29.54",
}  # fmt: skip
NEVER = {
    "subjectKeyIdentifier": "2.5.29.14", "authorityKeyIdentifier": "2.5.29.35",
    "authorityInfoAccess": "1.3.6.1.5.5.7.1.1", "subjectInfoAccess": "1.3.6.1.5.5.7.1.11", "freshestCRL": "2.5.29.46",
}  # fmt: skip
PLAIN = replace(MIDDLE, is_ca=None, key_usage=None, critical_extensions=frozenset())
PRESENT = [
    ("basicConstraints", {"is_ca": False}),
    ("keyUsage", {"key_usage": frozenset()}),
    ("nameConstraints", {"name_constraints": NameConstraints()}),
    ("policyMappings", {"policy_mappings": ()}),
    ("policyConstraints", {"require_explicit_policy": 0}),
    ("policyConstraints", {"inhibit_policy_mapping": 0}),
    ("inhibitAnyPolicy", {"inhibit_any_policy": 0}),
]


@pytest.mark.parametrize(("name", "fields"), PRESENT)
def test_an_extension_that_is_to_be_critical(name, fields):
    assert list(criticality_flaws(replace(PLAIN, **fields))) == [f"has {name} that is not critical"]
    critical = frozenset({OIDS[name]})
    assert list(criticality_flaws(replace(PLAIN, critical_extensions=critical, **fields))) == []


def test_extensions_that_are_never_critical():
    assert list(criticality_flaws(PLAIN)) == []
    every = replace(PLAIN, critical_extensions=frozenset(NEVER.values()))
    assert list(criticality_flaws(every)) == [f"has {name} that is critical" for name in NEVER]
    for name, oid in NEVER.items():
        found = criticality_flaws(replace(PLAIN, critical_extensions=frozenset({oid, "1.2.3"})))
        assert list(found) == [f"has {name} that is critical"]


def test_all_extensions_in_one_order():
    fields = {key: value for _, found in PRESENT for key, value in found.items()}
    critical = frozenset({NEVER["freshestCRL"], OIDS["keyUsage"]})
    assert list(criticality_flaws(replace(PLAIN, critical_extensions=critical, **fields))) == [
        *(f"has {name} that is not critical" for name in OIDS if name != "keyUsage"),
        "has freshestCRL that is critical",
    ]


@pytest.mark.parametrize(
    ("number", "flaws"),
    [
        (1, []),
        (2**159 - 1, []),
        (2**159, ["has a serial number of 21 octets"]),
        (2**167 - 1, ["has a serial number of 21 octets"]),
        (2**167, ["has a serial number of 22 octets"]),
        (0, ["has the serial number 0"]),
        (-1, ["has a negative serial number"]),
        (-(2**200), ["has a negative serial number"]),
    ],
)
def test_serial_numbers(number, flaws):
    assert list(serial_number_flaws(replace(MIDDLE, serial_number=number))) == flaws


@pytest.mark.parametrize(
    ("lifetime", "days"),
    [
        (timedelta(seconds=-1), 0),
        (timedelta(), 1),
        (timedelta(days=1, seconds=-1), 1),
        (timedelta(days=1), 2),
        (timedelta(days=2, seconds=-2), 2),
        (timedelta(days=398, seconds=-1), 398),
        (timedelta(days=398), 399),
    ],
)
def test_lifetimes_in_days_with_the_last_second(lifetime, days):
    assert lifetime_in_days(replace(MIDDLE, not_before=NOW, not_after=NOW + lifetime)) == days
