"""NIST's Public Key Interoperability Test Suite (PKITS), as far as it speaks of paths without CRLs and policies."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cryptography_vectors
import pytest

from mcuaudit.errors import UsageError
from mcuaudit.pkix import validate

CERTIFICATES = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data" / "certs"
EXPECTED = Path(__file__).with_name("pkits-expected.csv")
AT = date(2020, 1, 1)

IN_SCOPE = {
    "4.1": "signature verification",
    "4.2": "validity periods",
    "4.3": "name chaining",
    "4.5": "self-issued certificates",
    "4.6": "basic constraints",
    "4.7": "key usage",
    "4.13": "name constraints",
    "4.16": "private certificate extensions",
}
OUT_OF_SCOPE = {
    "4.4": ("basic certificate revocation tests", 21),
    "4.8": ("certificate policies", 35),
    "4.9": ("require explicit policy", 8),
    "4.10": ("policy mappings", 23),
    "4.11": ("inhibit policy mapping", 11),
    "4.12": ("inhibit any policy", 11),
    "4.14": ("distribution points", 35),
    "4.15": ("delta CRLs", 10),
}
EXPLAINED = {
    "4.1.5": ("open", "cryptography does not load a DSA key that takes its parameters from the issuer"),
    "4.5.2": ("pass", "invalid because a CRL revokes the end entity; CRLs are not read"),
    "4.5.5": ("pass", "invalid because a CRL revokes the end entity; CRLs are not read"),
    "4.5.7": ("pass", "invalid because a CRL revokes the end entity; CRLs are not read"),
    "4.7.4": ("pass", "invalid because the CA may not sign the CRL that is asked for; CRLs are not read"),
    "4.7.5": ("pass", "invalid because the CA may not sign the CRL that is asked for; CRLs are not read"),
}
SCORE = {"right": 89, "explained": 6, "wrong": 0, "out of scope": 154}


@dataclass(frozen=True)
class Case:
    number: str
    title: str
    valid: bool
    path: tuple[bytes, ...]

    @property
    def section(self) -> str:
        return ".".join(self.number.split(".")[:2])


def cases() -> list[Case]:
    with EXPECTED.open(encoding="utf-8", newline="") as lines:
        return [
            Case(
                row["section"],
                row["test"],
                row["expected"] == "valid",
                tuple((CERTIFICATES / name).read_bytes() for name in row["path"].split() if name.endswith(".crt")),
            )
            for row in csv.DictReader(lines)
        ]


def outcome(case: Case) -> str:
    anchor, *presented, end_entity = case.path
    try:
        return str(validate(end_entity, presented=presented, anchors=[anchor], at=AT).outcome)
    except UsageError:
        return "refused"


@pytest.fixture(scope="module")
def found() -> list[tuple[Case, str]]:
    return [(case, outcome(case)) for case in cases() if case.section in IN_SCOPE]


def test_every_difference_from_nist_has_its_reason(found, score):
    differences = {case.number: got for case, got in found if got != ("pass" if case.valid else "fail")}
    counted = {
        "right": len(found) - len(differences),
        "explained": sum(EXPLAINED.get(number, ("",))[0] == got for number, got in differences.items()),
        "wrong": sum(EXPLAINED.get(number, ("",))[0] != got for number, got in differences.items()),
        "out of scope": len(cases()) - len(found),
    }
    score(f"PKITS: {', '.join(f'{count} {word}' for word, count in counted.items())}, of {len(cases())}")
    assert {number: got for number, got in differences.items() if EXPLAINED.get(number, ("",))[0] != got} == {}
    assert counted == SCORE


def test_sections_out_of_scope_are_counted():
    counted = Counter(case.section for case in cases() if case.section not in IN_SCOPE)
    assert counted == {section: count for section, (_, count) in OUT_OF_SCOPE.items()}


def test_each_explanation_is_still_needed(found):
    assert {case.number: got for case, got in found if case.number in EXPLAINED} == {
        number: got for number, (got, _) in EXPLAINED.items()
    }


def test_more_presented_certificates_change_nothing(found):
    """All other certificates of the section presented too: what was valid stays valid, in reverse order as well."""
    crowd = {
        section: {der for case, got in found if case.section == section and got != "refused" for der in case.path}
        for section in IN_SCOPE
    }
    for case, got in found:
        if got != "pass":
            continue
        anchor, *_, end_entity = case.path
        presented = sorted(crowd[case.section] - {end_entity})
        for order in (presented, presented[::-1]):
            assert validate(end_entity, presented=order, anchors=[anchor], at=AT).outcome == "pass", case.title
