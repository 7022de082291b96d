"""Metrics: what Prometheus reads of them, and names by its conventions."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from mcuaudit import Audit
from mcuaudit.errors import UsageError
from mcuaudit.frames.schema import PROBLEM_KINDS
from mcuaudit.triage.counting import connection_words
from mcuaudit.writers.metrics import metrics_text, write_metrics

MADE = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)


def samples(audit: Audit, name: str) -> list[Sample]:
    families = text_string_to_metric_families(metrics_text(audit, MADE))
    return [sample for family in families for sample in family.samples if sample.name == f"mcuaudit_{name}"]


def test_times_are_those_of_the_run_and_of_the_audit(sample: Audit) -> None:
    assert samples(sample, "last_success_timestamp_seconds")[0].value == MADE.timestamp()
    assert samples(sample, "audit_timestamp_seconds")[0].value == sample.at.timestamp()
    assert samples(sample, "build_info")[0].labels == {"version": sample.versions["mcuaudit"]}


def test_expiry_per_device_and_slot(audit: Audit) -> None:
    read = {tuple(one.labels[key] for key in ("site", "device", "slot")): one.value for one in samples(audit, EXPIRY)}
    ends = audit.certificates.set_index("certificate")["not_after"]
    wanted = {}
    for device in audit.devices.to_dict("records"):
        place = (device["site"], device["device"])
        if isinstance(device["local_certificate"], str):
            wanted[*place, "local_certificate"] = ends[device["local_certificate"]].timestamp()
        for slot in ("sip_trust_store", "https_trust_store", "call_home_trust_store"):
            members = audit.trust_stores.loc[audit.trust_stores["trust_store"] == device[slot], "certificate"]
            if len(members):
                wanted[*place, slot] = min(ends[member] for member in members).timestamp()
    assert read == pytest.approx(wanted)
    assert read


EXPIRY = "certificate_expiry_timestamp_seconds"


def test_the_last_day_of_all_is_a_number(sample: Audit) -> None:
    ends = pd.Series([datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)] * len(sample.certificates))
    certificates = sample.certificates.assign(not_after=ends.astype("datetime64[us, UTC]"))
    audit = replace(sample, fleet=replace(sample.fleet, certificates=certificates))
    assert {one.value for one in samples(audit, EXPIRY)} == {253402300799.0}


def test_an_export_without_certificates_has_no_expiry(sample: Audit) -> None:
    none = replace(sample.fleet, certificates=sample.certificates[:0], trust_stores=sample.fleet.trust_stores[:0])
    assert samples(replace(sample, fleet=none), EXPIRY) == []


def test_connections_by_site_and_word(audit: Audit) -> None:
    read = {(one.labels["site"], one.labels["outcome"]): one.value for one in samples(audit, "connections")}
    words = connection_words(audit.connections).astype(str)
    assert Counter({key: int(value) for key, value in read.items() if value}) == Counter(
        zip(audit.connections["site"], words, strict=True)
    )
    assert len(read) == 5 * len(audit.sites)


def test_devices_and_lock_outs_by_site_with_noughts(sample: Audit) -> None:
    assert {one.labels["site"]: one.value for one in samples(sample, "devices")} == {
        "hamburg": 3, "leeds": 5, "oslo": 3, "singapore": 4,
    }  # fmt: skip
    locked = sample.administration[sample.administration["outcome"] == "fail"]
    read = {one.labels["site"]: one.value for one in samples(sample, "devices_locked_out")}
    assert read == {site: (locked["site"] == site).sum() for site in sample.sites}


def test_problems_of_every_kind_are_counted(sample: Audit) -> None:
    sample = replace(sample, internal_problems=sample.internal_problems[:0])
    read = {one.labels["kind"]: one.value for one in samples(sample, "problems")}
    assert read["internal"] == 0
    assert {kind: number for kind, number in read.items() if number} == Counter(sample.problems["kind"])
    assert set(read) == set(PROBLEM_KINDS)


def test_a_finding_of_no_severity_is_a_nought(sample: Audit) -> None:
    read = samples(replace(sample, findings=sample.findings[:0]), "findings")
    assert {one.value for one in read} == {0}
    assert len(read) == (len(sample.sites) + 1) * 3 * 2 * 2


def test_names_and_types_follow_the_conventions(sample: Audit) -> None:
    for line in metrics_text(sample, MADE).splitlines():
        if line.startswith("# TYPE"):
            assert re.fullmatch(r"# TYPE mcuaudit_[a-z_]+(?<!_total) gauge", line)
        elif not line.startswith("#"):
            assert re.match(r"mcuaudit_[a-z_]+(\{| )", line)


def test_hostile_labels_come_back(evil: Audit) -> None:
    read = {(one.labels["site"], one.labels["device"]) for one in samples(evil, EXPIRY)}
    assert read == set(zip(evil.devices["site"], evil.devices["device"], strict=True))


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "a\\nb", 'a"} 1\nevil{x="y', "a\rb", "\u2028", "{}", "é"])
def test_a_label_is_escaped(name: str, sample: Audit) -> None:
    devices = sample.devices.assign(device=name).head(1)
    read = samples(replace(sample, fleet=replace(sample.fleet, devices=devices)), EXPIRY)
    assert {one.labels["device"] for one in read} == {name}


def test_a_directory_for_many_processes_changes_nothing(
    sample: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert samples(sample, "devices")
    assert not list(tmp_path.iterdir())


def test_the_file_is_written_in_one_step(sample: Audit, tmp_path: Path) -> None:
    file = write_metrics(sample, MADE, tmp_path / "mcuaudit.prom")
    assert file.read_text(encoding="utf-8") == metrics_text(sample, MADE)
    with pytest.raises(UsageError, match="does not exist"):
        write_metrics(sample, MADE, tmp_path / "no" / "mcuaudit.prom")
