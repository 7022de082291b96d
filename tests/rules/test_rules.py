"""Every rule: one export on which it fails, and the clean one on which it passes; codes, texts and fingerprints."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.policy.schema import Policy
from mcuaudit.predict.prediction import Prediction
from mcuaudit.rules import Context, Rule, Views, evaluate, own_rules
from mcuaudit.rules.rule import RuleError, rule
from tests.authority import NOW, encoded
from tests.clean_export import DEVICE, ISSUING, ROOT, CleanExport, chain, local_certificate, with_local
from tests.odd_encodings import pem, with_extension, with_extensions, with_field
from tests.rules.breakages import FAILS, OPENS, PASSES, Break, audit_of, intact
from tests.rules.breakages.base import audit_by
from tests.sampling import WHOLE

RULES = own_rules()
MADE_FROM_A_TABLE = {f"MCU50{number}": "mcuaudit.rules.connection.refused" for number in range(1, 7)}
"""Rules that share a file; every other one has a file of its own."""


OPEN_ONLY = dict.fromkeys(
    ("MCU113", "MCU204", "MCU208", "MCU210", "MCU211", "MCU304", "MCU414", "MCU425"),
    "a reading of docs/readings.md, or evidence that is never complete, leaves each of its findings open",
)
"""Rules that are undetermined and never fail → why."""


def test_every_rule_has_a_case_on_which_it_fails() -> None:
    without = sorted(set(RULES) - set(FAILS) - set(OPEN_ONLY))
    assert without == [], f"add a case that fails to FAILS in tests/rules/breakages/, for each of {without}"
    unknown = sorted({*FAILS, *OPENS, *PASSES, *OPEN_ONLY} - set(RULES))
    assert unknown == [], f"there are no rules {unknown}; remove their cases from tests/rules/breakages/"
    assert not set(OPEN_ONLY) & set(FAILS), "a rule with a case that fails is not open only"


def test_every_rule_with_a_mask_for_undetermined_rows_has_a_case_of_it() -> None:
    undetermined = {code for code, declared in RULES.items() if declared.undetermined} | set(OPEN_ONLY)
    without = sorted(undetermined - set(OPENS))
    assert without == [], f"add an undetermined case to OPENS in tests/rules/breakages/, for each of {without}"


def judged(code: str, broken: Break, directory: Path) -> Audit:
    """The audit by one rule, with `WHOLE` by all; one that raised is undetermined, and fails the test before that."""
    audit: Audit = audit_of(broken, directory) if WHOLE or broken is intact else audit_by(code, broken, directory)
    failures = audit.problems.loc[audit.problems["kind"] == "internal", "reason"]
    assert failures.tolist() == [], "\n".join(failures)
    return audit


@pytest.mark.parametrize("code", FAILS)
def test_fails(code: str, tmp_path: Path) -> None:
    findings = judged(code, FAILS[code], tmp_path).findings
    found = findings[(findings["code"] == code) & (findings["outcome"] == "fail")]
    assert not found.empty, findings[["code", "outcome", "evidence"]].to_string()
    assert set(found["device_id"]) <= {DEVICE, "oslo/mcu-2"}
    for text, least in {"evidence": 4, "fix": 4, "cause": 4, "source": 4, "section": 1}.items():
        assert (found[text].str.len() >= least).all(), (
            f"{text} has fewer than {least} characters: {found[text].tolist()}"
        )
        assert not found[text].str.contains(r"[{}]|\bnan\b|\bNaT\b|<NA>").any(), found[text].tolist()


@pytest.mark.parametrize("code", RULES)
def test_passes(code: str, tmp_path: Path) -> None:
    evaluations = judged(code, PASSES.get(code, intact), tmp_path).evaluations
    outcomes = set(evaluations.loc[evaluations["code"] == code, "outcome"].astype(str))
    assert "pass" in outcomes, (
        f"{code} is {sorted(outcomes)} where it should pass; if it does not apply to the clean export, add a case to "
        "PASSES in tests/rules/breakages/"
    )
    assert not outcomes & {"fail", "open"}


@pytest.mark.parametrize("code", OPENS)
def test_is_undetermined(code: str, tmp_path: Path) -> None:
    findings = judged(code, OPENS[code], tmp_path).findings
    found = findings[findings["code"] == code]
    assert found["outcome"].astype(str).tolist() == ["open"] * len(found)
    assert len(found)
    assert (found["fix"].str.len() > 3).all()
    rests = found["readings"].fillna("") + found["missing_evidence"].fillna("")
    assert (rests != "").all(), "an undetermined finding names the reading or the evidence that it rests on"


def test_every_rule_passes_or_does_not_apply_on_the_clean_device(tmp_path: Path) -> None:
    evaluations = CleanExport().audit(tmp_path).evaluations
    assert set(evaluations["code"]) == set(RULES)
    assert set(evaluations["outcome"].astype(str)) == {"pass", "notApplicable"}


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_documented_where_it_lives(code: str) -> None:
    found = RULES[code]
    if code in MADE_FROM_A_TABLE:
        assert found.mask.__module__ == MADE_FROM_A_TABLE[code]
    else:
        assert found.mask.__module__.endswith(f".{found.name}"), "file name and function name are the same"
    headings = ("What it checks: ", "Why it matters: ", "How to fix: ", "References: ")
    missing = [heading.strip() for heading in headings if heading not in found.documentation]
    assert missing == [], f"the docstring of {found.name} ({found.mask.__module__}) lacks {' and '.join(missing)}"
    assert found.severity in ("error", "warning", "note")
    assert found.grade in ("doc", "inferred", "open")


def test_each_type_of_connection_has_a_rule_with_its_own_words() -> None:
    found = [RULES[code] for code in MADE_FROM_A_TABLE]
    assert [one.name for one in found] == [f"{kind.value}_refused" for kind in ConnectionType]
    assert [one.when for one in found] == [{"connection_type": (kind.value,)} for kind in ConnectionType]
    for texts in ([one.title for one in found], [one.message for one in found], [one.documentation for one in found]):
        assert len(set(texts)) == len(found)
    assert all(one.documentation == inspect.cleandoc(one.documentation).replace("\n", "\n    ").replace("    \n", "\n")
               for one in found)  # fmt: skip


def test_a_finding_keeps_its_id_whatever_else_is_found(tmp_path: Path) -> None:
    alone = audit_of(FAILS["MCU402"], tmp_path / "a").findings
    export = CleanExport()
    FAILS["MCU402"](export)
    FAILS["MCU105"](export)
    together = export.audit(tmp_path / "b").findings
    assert alone["finding_id"].tolist() == together.loc[together["code"] == "MCU402", "finding_id"].tolist()
    assert together["finding_id"].is_unique


def test_an_expiry_is_the_last_good_second(tmp_path: Path) -> None:
    audit = CleanExport().audit(tmp_path)
    ends = audit.certificates.set_index("certificate")["not_after"]
    passing = audit.connections.dropna(subset=["fails_on"])
    assert (passing["fails_on"] == ends.min() + pd.Timedelta(seconds=1)).all()


def broken(view: pd.DataFrame, context: Context) -> pd.Series:
    """A rule that raises."""
    raise ZeroDivisionError("by hand")


@pytest.mark.parametrize("code", ["MCU103", "MCU1", "ABC12"])
def test_a_code_that_is_taken_or_malformed_is_refused(code: str) -> None:
    texts = dict.fromkeys(("severity", "source", "section", "grade", "message", "fix", "cause"), "x")
    with pytest.raises(RuleError, match=code):
        rule(code=code, view="devices", **texts)(broken)


PEERS = b'[[peer]]\nname = "a"\nconnections = ["outgoing_sip", "web_user"]\n'


LOCAL_CERTIFICATE = local_certificate().der
ODD = {
    "an unreadable subjectAltName": with_extension(LOCAL_CERTIFICATE, ISSUING, "subjectAltName", b"\x30\x03\x0c\x01x"),
    "an unreadable keyUsage": with_extension(LOCAL_CERTIFICATE, ISSUING, "keyUsage", b"\x0c\x01x"),
    "an unreadable extKeyUsage": with_extension(LOCAL_CERTIFICATE, ISSUING, "extKeyUsage", b"\x30\x03\x0c\x01x"),
    "unreadable basicConstraints": with_extension(LOCAL_CERTIFICATE, ISSUING, "basicConstraints", b"\x0c\x01x"),
    "an unreadable key": with_field(LOCAL_CERTIFICATE, ISSUING, "subjectPublicKeyInfo", encoded(0x30, b"\x05\x00")),
    "an unreadable validity": with_field(LOCAL_CERTIFICATE, ISSUING, "validity", encoded(0x30, b"\x17\x00\x17\x00")),
    "an empty subject": with_field(LOCAL_CERTIFICATE, ISSUING, "subject", b"\x30\x00"),
    "a negative serial number": with_field(LOCAL_CERTIFICATE, ISSUING, "serialNumber", b"\x02\x01\xff"),
    "version 4": with_field(LOCAL_CERTIFICATE, ISSUING, "version", b"\xa0\x03\x02\x01\x03"),
    "no extensions": with_extensions(LOCAL_CERTIFICATE, ISSUING, []),
}
"""Certificates that are read in part, some of which cryptography refuses."""


@pytest.mark.parametrize("odd", ODD)
def test_no_rule_fails_itself_on_an_odd_certificate(odd: str, tmp_path: Path) -> None:
    """As the local certificate, in a store, and of a peer."""
    export = CleanExport()
    whole = pem(ODD[odd])
    export.files |= {
        f"{DEVICE}/local-certificate.pem": whole + ISSUING.pem,
        f"{DEVICE}/sip-trust-store.pem": chain(ROOT, ISSUING) + whole,
        "peers/room.pem": whole + ISSUING.pem,
    }
    audit = export.audit(tmp_path)
    assert audit.problems.loc[audit.problems["kind"] == "internal", "reason"].tolist() == []
    assert hashlib.sha256(ODD[odd]).hexdigest() in set(audit.certificates["certificate"]), "it is read"


@pytest.mark.parametrize(
    "files",
    [
        {"mcu-1.pem": b""},
        {"leeds/mcu-1/settings.toml": b"# none\n"},
        {"leeds/mcu-1/settings.toml": b'[device]\nmodel = "MCU 4510"\n'},
        {"leeds/mcu-1/local-certificate.pem": b"no certificate"},
        {"leeds/mcu-1/sip-trust-store.pem": b"# empty\n"},
        {"leeds/mcu-1/settings.toml": b"# none\n", "leeds/peers.toml": PEERS},
        {"leeds/mcu-1/local-certificate.pem": b"", "leeds/peers.toml": PEERS},
    ],
)
def test_no_rule_fails_itself_on_thin_evidence(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in files.items():
        filled = with_local() if name.endswith(".pem") and not content else content
        (tmp_path / "export" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "export" / name).write_bytes(filled)
    audit = mcuaudit.audit(mcuaudit.read_export(tmp_path / "export"), at=NOW)
    assert audit.problems.loc[audit.problems["kind"] == "internal", "reason"].tolist() == []
    open_ones = audit.findings[audit.findings["outcome"] == "open"]
    assert len(open_ones)
    assert ((open_ones["readings"].fillna("") + open_ones["missing_evidence"].fillna("")) != "").all()


def test_a_rule_that_concerns_no_row_is_not_asked(tmp_path: Path) -> None:
    audit = CleanExport().audit(tmp_path)
    found = RULES["MCU114"]
    assert found.when == {"issuer_kind": ("public",)}
    bad = Rule(**{**{name: getattr(found, name) for name in Rule.__dataclass_fields__}, "mask": broken})
    concluded = Prediction(audit.paths, audit.identities, audit.connections, audit.administration)
    context = Context(pd.Timestamp(audit.at), Policy())
    evaluations, problems = evaluate([bad], Views(audit.fleet, concluded), context)
    assert problems == []
    assert evaluations.frame()["outcome"].astype(str).tolist() == [Outcome.NOT_APPLICABLE.value]


def test_no_rules_give_no_evaluations(tmp_path: Path) -> None:
    audit = CleanExport().audit(tmp_path)
    concluded = Prediction(audit.paths, audit.identities, audit.connections, audit.administration)
    evaluations, problems = evaluate([], Views(audit.fleet, concluded), Context(pd.Timestamp(audit.at), Policy()))
    assert evaluations.frame().dtypes.to_dict() == audit.evaluations.dtypes.to_dict()
    assert len(evaluations.frame()) == len(problems) == 0
