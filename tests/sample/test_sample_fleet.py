"""The sample fleet is what its script makes, shows what it promises, and holds no private key."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key

import mcuaudit
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome

DATA = Path(__file__).parents[2] / "data"
COMMITTED = DATA / "sample-fleet"
AT = "2026-11-23"
CERTIFICATE_FILES = {".pem", ".der", ".p7b"}

SHOWN_CODES = {
    *("MCU101", "MCU102", "MCU103", "MCU104", "MCU105", "MCU106", "MCU107", "MCU108", "MCU109"),
    *("MCU201", "MCU204", "MCU205"),
    *("MCU301", "MCU302", "MCU303"),
    *("MCU401", "MCU402", "MCU403", "MCU404", "MCU406", "MCU411"),
    *("MCU501", "MCU502", "MCU503", "MCU504", "MCU505", "MCU506"),
    "MCU901",
}
SHOWN_READINGS = {"A1", "A5", "A8", "A9", "A11", "A12", "A13", "A14", "A17", "A18", "A20"}

# What follows from keys and serial numbers differs from run to run; everything else may not.
CONNECTION_COLUMNS = [
    *("connection_id", "site", "device", "peer", "connection_type", "mcu_role", "route", "reference", "standard"),
    *("setting", "setting_value", "setting_source", "mcu_verifies_peer"),
    *("mcu_trust", "mcu_identity", "mcu_purpose", "login", "mcu_outcome"),
    *("peer_trust", "peer_identity", "peer_purpose", "peer_outcome"),
    *("outcome", "authenticated", "reason_code", "reason", "readings", "missing_evidence", "fails_on"),
]
FINDING_COLUMNS = ["code", "severity", "outcome", "site", "device", "slot", "peer", "evidence", "missing_evidence"]
CERTIFICATE_COLUMNS = [
    *("subject", "issuer", "dns_names", "uris", "ip_addresses", "not_before", "not_after", "key_algorithm", "key_size"),
    *("signature_algorithm", "is_ca", "extended_key_usage"),
]


def audit_of(directory: Path) -> mcuaudit.Audit:
    return mcuaudit.audit(mcuaudit.read_export(directory), at=AT)


def rows(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The rows as text, sorted: missing values compare, and the order of rows does not matter."""
    return sorted(tuple(map(str, row)) for row in frame[list(columns)].itertuples(index=False))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sample") / "fleet"
    subprocess.run([sys.executable, DATA / "make_sample_fleet.py", directory], check=True)
    return directory


@pytest.fixture(scope="module")
def committed_audit() -> mcuaudit.Audit:
    return audit_of(COMMITTED)


@pytest.fixture(scope="module")
def fresh_audit(fresh: Path) -> mcuaudit.Audit:
    return audit_of(fresh)


def files_below(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def test_a_fresh_run_writes_the_same_files(fresh: Path) -> None:
    made, committed = files_below(fresh), files_below(COMMITTED)
    assert made.keys() == committed.keys()
    # git may check text out with other line ends.
    differing = [
        name
        for name in made
        if Path(name).suffix not in CERTIFICATE_FILES
        and made[name].replace(b"\r\n", b"\n") != committed[name].replace(b"\r\n", b"\n")
    ]
    assert differing == []


def test_a_fresh_run_makes_the_same_certificates(fresh_audit: mcuaudit.Audit, committed_audit: mcuaudit.Audit) -> None:
    made, committed = (audit.fleet.certificates for audit in (fresh_audit, committed_audit))
    assert rows(made, CERTIFICATE_COLUMNS) == rows(committed, CERTIFICATE_COLUMNS)


def test_a_fresh_run_has_the_same_connections(fresh_audit: mcuaudit.Audit, committed_audit: mcuaudit.Audit) -> None:
    assert rows(fresh_audit.connections, CONNECTION_COLUMNS) == rows(committed_audit.connections, CONNECTION_COLUMNS)


def test_a_fresh_run_has_the_same_findings(fresh_audit: mcuaudit.Audit, committed_audit: mcuaudit.Audit) -> None:
    assert rows(fresh_audit.findings, FINDING_COLUMNS) == rows(committed_audit.findings, FINDING_COLUMNS)


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    run = subprocess.run([sys.executable, DATA / "make_sample_fleet.py", tmp_path], capture_output=True, text=True)
    assert run.returncode != 0
    assert "is not empty" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_no_private_key_is_in_the_data() -> None:
    for name, content in files_below(COMMITTED).items():
        assert b"PRIVATE KEY" not in content, name
        with pytest.raises((ValueError, TypeError)):
            load_der_private_key(content, password=None)


def test_every_connection_type_and_outcome_is_shown(committed_audit: mcuaudit.Audit) -> None:
    connections = committed_audit.connections
    assert set(connections["connection_type"]) == {word.value for word in ConnectionType}
    assert set(connections["outcome"]) == {word.value for word in Outcome}


def test_every_first_rule_is_shown(committed_audit: mcuaudit.Audit) -> None:
    failing = committed_audit.findings.query("outcome == 'fail'")
    assert set(failing["code"]) >= SHOWN_CODES - {"MCU204"}
    # Whether an iPAddress entry counts is not documented, so this rule never concludes more than "open".
    assert "MCU204" in set(committed_audit.findings["code"])


def test_the_readings_are_shown(committed_audit: mcuaudit.Audit) -> None:
    shown = {reading for cell in committed_audit.connections["readings"].dropna() for reading in cell.split()}
    assert shown >= SHOWN_READINGS


def test_one_device_has_nothing_to_report(committed_audit: mcuaudit.Audit) -> None:
    assert committed_audit.findings.query("device_id == 'leeds/mcu-court'").empty
    connections = committed_audit.connections.query("site == 'leeds' and device == 'mcu-court'")
    exchanging = connections[connections["outcome"] != Outcome.NOT_APPLICABLE.value]
    assert set(exchanging["outcome"]) == {"pass"}
    assert set(exchanging["authenticated"]) == {"both"}


def test_one_file_is_damaged(committed_audit: mcuaudit.Audit) -> None:
    unreadable = committed_audit.problems.query("kind == 'unreadable'")
    assert list(unreadable["file"]) == ["singapore/mcu-changi/https-trust-store.pem"]


def test_every_undetermined_connection_names_what_it_rests_on(sample_audit: mcuaudit.Audit) -> None:
    undetermined = sample_audit.connections[sample_audit.connections["outcome"] == "open"]
    named = undetermined["readings"].ne("") | undetermined["missing_evidence"].fillna("").ne("")
    assert len(undetermined)
    assert undetermined.loc[~named, "reason"].tolist() == []
