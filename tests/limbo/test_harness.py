"""The harness itself: what it reads, what it demands, what it writes, and how it scores."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.authority import Authority, Issued, p256_key
from tests.limbo import __main__ as command
from tests.limbo.cases import Case, PeerName, read_cases
from tests.limbo.exceptions import Reason, read_exceptions, score
from tests.limbo.judge import Answer, answer
from tests.limbo.results import results

KEY = p256_key(670)
ROOT = Authority.root("Root", key=KEY)
ISSUING = ROOT.intermediate("Issuing", key=KEY)
LEAF = ISSUING.leaf("mcu", key=KEY, san=["DNS:mcu.example.com", "IP:192.0.2.1", "email:a@EXAMPLE.com"])

RESULTS_FORMAT = {
    "type": "object",
    "required": ["version", "harness", "results"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": 1},
        "harness": {"type": "string", "pattern": r"^mcuaudit-\d"},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "actual_result", "context"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string"},
                    "actual_result": {"enum": ["SUCCESS", "FAILURE", "SKIPPED"]},
                    "context": {"type": ["string", "null"]},
                },
            },
        },
    },
}


def written(leaf: Issued = LEAF, *presented: Authority, **fields: Any) -> dict[str, Any]:
    """A case as the suite writes it."""
    return {
        "id": "made::case",
        "conflicts_with": [],
        "features": [],
        "importance": "undetermined",
        "description": "A case.",
        "validation_kind": "SERVER",
        "trusted_certs": [ROOT.pem.decode()],
        "untrusted_intermediates": [ca.pem.decode() for ca in presented or (ISSUING,)],
        "peer_certificate": leaf.pem.decode(),
        "peer_certificate_key": None,
        "validation_time": "2026-06-15T12:00:00+00:00",
        "signature_algorithms": [],
        "key_usage": [],
        "extended_key_usage": [],
        "expected_result": "SUCCESS",
        "expected_peer_name": {"kind": "DNS", "value": "mcu.example.com"},
        "expected_peer_names": [],
        "max_chain_depth": None,
        "crls": [],
        **fields,
    }


def limbo_file(directory: Path, *cases: dict[str, Any]) -> Path:
    path = directory / "limbo.json"
    path.write_text(json.dumps({"version": 1, "testcases": list(cases)}), encoding="utf-8")
    return path


def read(directory: Path, case: dict[str, Any]) -> Case:
    (found,) = read_cases(limbo_file(directory, case))
    return found


def test_a_case_is_read(tmp_path):
    found = read(tmp_path, written(features=["has-crl"], expected_peer_names=[{"kind": "IP", "value": "192.0.2.1"}]))
    assert (found.id, found.features, found.expected, found.client) == ("made::case", {"has-crl"}, "SUCCESS", False)
    assert found.peer_names == (PeerName("DNS", "mcu.example.com"), PeerName("IP", "192.0.2.1"))
    assert found.at is not None
    assert found.at.isoformat() == "2026-06-15T12:00:00+00:00"


@pytest.mark.parametrize("text", ["[]", '{"version": 2, "testcases": []}', '{"version": 1}'])
def test_another_file_is_refused(tmp_path, text):
    path = tmp_path / "limbo.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="not a limbo file of version 1"):
        read_cases(path)


CLIENT = {"validation_kind": "CLIENT", "expected_peer_name": None}
DEMANDS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing more": ({}, "pass"),
    "no time": ({"validation_time": None}, "pass"),
    "another time": ({"validation_time": "2036-06-15T12:00:00+00:00"}, "fail"),
    "another name": ({"expected_peer_name": {"kind": "DNS", "value": "other.example.com"}}, "fail"),
    "an address": ({"expected_peer_name": {"kind": "IP", "value": "192.0.2.1"}}, "pass"),
    "another address": ({"expected_peer_name": {"kind": "IP", "value": "192.0.2.2"}}, "fail"),
    "a mailbox": ({**CLIENT, "expected_peer_names": [{"kind": "RFC822", "value": "a@example.COM"}]}, "pass"),
    "another mailbox": ({**CLIENT, "expected_peer_names": [{"kind": "RFC822", "value": "A@example.com"}]}, "fail"),
    "no mailbox": ({**CLIENT, "expected_peer_names": [{"kind": "RFC822", "value": "example.com"}]}, "fail"),
    "each of several names": (
        {"expected_peer_names": [{"kind": "DNS", "value": name} for name in ("mcu.example.com", "b.example.com")]},
        "fail",
    ),
    "its usage": ({"key_usage": ["digitalSignature"]}, "pass"),
    "another usage": ({"key_usage": ["digitalSignature", "keyAgreement"]}, "fail"),
    "one CA between": ({"max_chain_depth": 1}, "pass"),
    "no CA between": ({"max_chain_depth": 0}, "fail"),
    "algorithms": ({"signature_algorithms": ["ECDSA_SHA256"]}, "open"),
    "no trusted certificate": ({"trusted_certs": []}, "fail"),
    "the intermediate is trusted": ({"trusted_certs": [ISSUING.pem.decode()]}, "pass"),
    "no certificate": ({"peer_certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}, "fail"),
}


@pytest.mark.parametrize("demand", DEMANDS)
def test_what_a_case_demands_is_judged(tmp_path, demand):
    fields, outcome = DEMANDS[demand]
    assert answer(read(tmp_path, written(**fields))).outcome == outcome


@pytest.mark.parametrize(
    ("purposes", "fields", "outcome"),
    [
        (None, {}, "pass"),
        (["serverAuth"], {}, "pass"),
        (["clientAuth"], {}, "fail"),
        (["clientAuth"], CLIENT, "pass"),
        (["serverAuth"], CLIENT, "fail"),
        (["any"], CLIENT, "pass"),
        (["codeSigning"], {"extended_key_usage": ["codeSigning"]}, "pass"),
        (["serverAuth"], {"extended_key_usage": ["serverAuth", "clientAuth"]}, "fail"),
        (None, {"extended_key_usage": ["serverAuth"]}, "pass"),
    ],
)
def test_purposes_are_those_of_the_end_entity(tmp_path, purposes, fields, outcome):
    leaf = ISSUING.leaf("mcu", key=KEY, san=["DNS:mcu.example.com"], purposes=purposes)
    assert answer(read(tmp_path, written(leaf, **fields))).outcome == outcome


def test_self_issued_cas_do_not_count_for_the_depth(tmp_path):
    rolled = ROOT.intermediate("Root", key=p256_key(671))
    leaf = rolled.leaf("mcu", san=["DNS:mcu.example.com"])
    assert answer(read(tmp_path, written(leaf, rolled, max_chain_depth=0))).outcome == "pass"


def test_results_have_the_format_of_limbo(tmp_path):
    (case,) = read_cases(limbo_file(tmp_path, written()))
    answers = [
        (replace(case, id=outcome), Answer(outcome, "why", readings))
        for outcome, readings in (("pass", ()), ("fail", ()), ("open", ("A27",)))
    ]
    found = results(answers)
    jsonschema.validate(found, RESULTS_FORMAT)
    assert [(one["actual_result"], one["context"]) for one in found["results"]] == [
        ("SUCCESS", None), ("FAILURE", "why"), ("SKIPPED", "undetermined (A27): why"),
    ]  # fmt: skip


def test_a_difference_is_explained_or_not_and_an_exception_may_be_needless(tmp_path):
    case = read(tmp_path, written(expected_result="FAILURE", features=["odd"]))
    reasons = (
        Reason("FAILURE", "why", ids=("one::*",), section="RFC 5280, section 1", quote="words"),
        Reason("FAILURE", "why", features=("odd",), reading="A27"),
        Reason("SUCCESS", "why", ids=("*",), section="RFC 5280, section 2", quote="words"),
    )
    plain = replace(case, features=frozenset())
    answers = [
        (replace(plain, id="one::differs"), Answer("pass", "")),
        (replace(plain, id="one::agrees"), Answer("fail", "")),
        (replace(plain, id="two::agrees"), Answer("fail", "")),
        (replace(plain, id="two::differs"), Answer("pass", "so it is")),
        (replace(case, id="two::rests on the reading"), Answer("open", "", ("A5", "A27"))),
        (replace(case, id="two::rests on another"), Answer("open", "", ("A5",))),
    ]
    found = score(answers, reasons)
    assert found.as_expected == ["one::agrees", "two::agrees"]
    assert found.explained == {"one::differs": "RFC 5280, section 1", "two::rests on the reading": "A27"}
    assert found.unexplained.keys() == {"two::differs", "two::rests on another"}
    assert "FAILURE is expected, pass: so it is" in found.unexplained["two::differs"]
    assert found.needless == {"one::agrees": "RFC 5280, section 1"}
    assert found.line == "x509-limbo: 2 as expected, 2 explained, 2 unexplained, of 6; 2 undetermined"


GOOD = 'ids = ["a"]\nexpected = "FAILURE"\nwhy = "b"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('expected = "FAILURE"\nwhy = "b"\nreading = "A5"\n', "not an exception"),
        (f'{GOOD}reading = "A5"\nother = 1\n', "not an exception"),
        ('ids = ["a"]\nexpected = "FAILURE"\nreading = "A5"\n', "not an exception"),
        (GOOD, "a section with its words, or a reading"),
        (f'{GOOD}section = "c"\n', "a section with its words, or a reading"),
        (f'{GOOD}section = "c"\nquote = "d"\nreading = "A5"\n', "a section with its words, or a reading"),
        (f'{GOOD}reading = "A99"\n', "an unknown reading"),
        (f'{GOOD.replace("FAILURE", "OTHER")}reading = "A5"\n', "expected is SUCCESS or FAILURE"),
    ],
)
def test_an_exception_that_is_not_complete_is_refused(tmp_path, text, words):
    path = tmp_path / "exceptions.toml"
    path.write_text(f"[[exception]]\n{text}", encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_exceptions(path)


def test_the_exceptions_are_complete():
    found = read_exceptions()
    assert len(found) >= 15
    assert all(one.reading or one.section.startswith("RFC ") for one in found)


def test_the_command_prints_the_score_and_writes_the_results(tmp_path, monkeypatch, capsys):
    wrong = written(id="two", expected_result="FAILURE")
    path, out = limbo_file(tmp_path, written(id="one"), wrong), tmp_path / "results.json"
    monkeypatch.setattr("sys.argv", ["limbo", str(path), "--out", str(out)])
    assert command.main() == 1
    said = capsys.readouterr().out
    assert "1 as expected, 0 explained, 1 unexplained, of 2" in said
    assert "not explained: two: FAILURE is expected, pass" in said
    written_results = json.loads(out.read_text(encoding="utf-8"))
    jsonschema.validate(written_results, RESULTS_FORMAT)
    assert [one["id"] for one in written_results["results"]] == ["one", "two"]
