"""NIST's Public Key Interoperability Test Suite (PKITS), strictly by RFC 5280, as far as it needs no CRLs."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest

from mcuaudit.errors import UsageError
from mcuaudit.pkix import validate

CERTIFICATES = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data" / "certs"
EXPECTED = Path(__file__).with_name("pkits-expected.csv")
AT = date(2020, 1, 1)
NIST = "NIST-test-policy-"
FLAGS = ("explicit_policy", "inhibit_policy_mapping", "inhibit_any_policy")

SECTIONS = {
    "4.1": "signature verification",
    "4.2": "validity periods",
    "4.3": "name chaining",
    "4.5": "self-issued certificates",
    "4.6": "basic constraints",
    "4.7": "key usage",
    "4.8": "certificate policies",
    "4.9": "require explicit policy",
    "4.10": "policy mappings",
    "4.11": "inhibit policy mapping",
    "4.12": "inhibit any policy",
    "4.13": "name constraints",
    "4.16": "private certificate extensions",
}
SECTIONS_OF_CRLS = {
    "4.4": ("basic certificate revocation tests", 21),
    "4.14": ("distribution points", 35),
    "4.15": ("delta CRLs", 10),
}
NEED_CRLS = {
    "4.5.2": "a CRL revokes the end entity",
    "4.5.5": "a CRL revokes the end entity",
    "4.5.7": "a CRL revokes the end entity",
    "4.7.4": "the CA may not sign the CRL",
    "4.7.5": "the CA may not sign the CRL",
}
"""Tests of other sections that are invalid only because of a CRL: pass without CRLs."""
EXPLAINED = {
    "4.1.5": ("open", "cryptography does not load a DSA key that takes its parameters from the issuer"),
}
POLICIES = ("4.8", "4.9", "4.10", "4.11", "4.12")
SCORE = {"right": 177, "explained": 1, "wrong": 0, "need CRLs": 71}


@dataclass(frozen=True)
class Case:
    number: str
    title: str
    valid: bool
    path: tuple[bytes, ...]
    inputs: tuple[tuple[str, Any], ...]
    """The four inputs of RFC 5280, section 6.1.1, as arguments of `validate`."""

    @property
    def section(self) -> str:
        return ".".join(self.number.split(".")[:2])

    @property
    def needs_crls(self) -> bool:
        return self.section in SECTIONS_OF_CRLS or self.number in NEED_CRLS

    @property
    def expected(self) -> str:
        return "pass" if self.valid else "fail"


def cases() -> list[Case]:
    with EXPECTED.open(encoding="utf-8", newline="") as lines:
        return [
            Case(
                row["section"],
                row["test"],
                row["expected"] == "valid",
                tuple((CERTIFICATES / name).read_bytes() for name in row["path"].split() if name.endswith(".crt")),
                (
                    ("initial_policies", tuple(map(identifier, row["initial_policies"].split()))),
                    *((flag, {"true": True, "false": False}[row[flag]]) for flag in FLAGS),
                ),
            )
            for row in csv.DictReader(lines)
        ]


def identifier(policy: str) -> str:
    """NIST-test-policy-1 is an arc of csor-certpolicy; anyPolicy stays."""
    return f"2.16.840.1.101.3.2.1.48.{policy.removeprefix(NIST)}" if policy.startswith(NIST) else policy


def outcome(case: Case, **more: Any) -> str:
    """Strictly by RFC 5280; `more` are further arguments of `validate`, as for CRLs."""
    anchor, *presented, end_entity = case.path
    arguments = {"policies": "evaluate", "at": AT, **dict(case.inputs), **more}
    try:
        return str(validate(end_entity, presented=presented, anchors=[anchor], **arguments).outcome)
    except UsageError:
        return "refused"


@pytest.fixture(scope="module")
def found() -> list[tuple[Case, str]]:
    return [(case, outcome(case)) for case in cases()]


def test_every_difference_from_nist_has_its_reason(found, score):
    judged = [(case, got) for case, got in found if not case.needs_crls]
    wrong = {case.number: got for case, got in judged if got != case.expected}
    explained = {number: got for number, got in wrong.items() if EXPLAINED.get(number, ("",))[0] == got}
    counted = {
        "right": len(judged) - len(wrong),
        "explained": len(explained),
        "wrong": len(wrong) - len(explained),
        "need CRLs": len(found) - len(judged),
    }
    score(f"PKITS: {', '.join(f'{count} {word}' for word, count in counted.items())}, of {len(found)}")
    assert wrong == {number: got for number, (got, _) in EXPLAINED.items()}
    assert counted == SCORE


def test_policies_are_scored_pass_or_fail(found, score):
    """With the policies ignored, every path is accepted, so that these tests test nothing else."""
    judged = [(case, got) for case, got in found if case.section in POLICIES]
    counted = Counter((case.expected, got) for case, got in judged)
    right = sum(got == case.expected for case, got in judged)
    score(f"PKITS, certificate policies (4.8 to 4.12): {right} right of {len(judged)}")
    assert counted == {("pass", "pass"): 45, ("fail", "fail"): 43}
    assert Counter(outcome(case, policies="ignore") for case, _ in judged) == {"pass": 88}


def test_under_reading_a21_an_outcome_is_open_where_the_two_ways_differ(found):
    """The default arguments of policies but for the inputs."""
    for case, got in found:
        both, ignored = outcome(case, policies="both"), outcome(case, policies="ignore")
        assert both == (got if got == ignored else "open"), case.title


def test_sections_are_counted(found):
    counted = Counter(case.section for case, _ in found)
    assert {section: counted[section] for section in SECTIONS_OF_CRLS} == {
        section: count for section, (_, count) in SECTIONS_OF_CRLS.items()
    }
    assert counted.keys() == SECTIONS.keys() | SECTIONS_OF_CRLS.keys()


def test_without_crls_what_only_a_crl_refuses_passes(found):
    assert {case.number: (case.expected, got) for case, got in found if case.number in NEED_CRLS} == dict.fromkeys(
        NEED_CRLS, ("fail", "pass")
    )


def test_more_presented_certificates_change_nothing(found):
    """All other certificates of the section presented too: what was valid stays valid, in reverse order as well."""
    crowd = {
        section: {der for case, got in found if case.section == section and got != "refused" for der in case.path}
        for section in SECTIONS
    }
    for case, got in found:
        if got != "pass" or case.section not in SECTIONS:
            continue
        anchor, *_, end_entity = case.path
        presented = sorted(crowd[case.section] - {end_entity})
        arguments = {"anchors": [anchor], "policies": "evaluate", "at": AT, **dict(case.inputs)}
        for order in (presented, presented[::-1]):
            assert validate(end_entity, presented=order, **arguments).outcome == "pass", case.title
