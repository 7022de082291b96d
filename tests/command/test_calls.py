"""`mcuaudit calls`: the summary, and the frame for programs."""

from __future__ import annotations

import csv
import io
import json
import re

import mcuaudit
from tests.command.conftest import Run

AT = ["--at", "2026-11-23"]


def test_the_summary_says_why_calls_are_refused_and_where(run: Run) -> None:
    ran = run("calls", mcuaudit.sample_directory(), *AT)
    assert ran.code == 0
    devices = len(mcuaudit.read_export(mcuaudit.sample_directory()).devices)
    counts = mcuaudit.call_counts(mcuaudit.read_export(mcuaudit.sample_directory()), at="2026-11-23")
    made = counts[counts["connection_type"] == "outgoing_sip"]
    refused = made[made["outcome"] == "fail"]
    assert ran.out.startswith(f"{devices * (devices - 1)} calls between MCUs, {refused['calls'].sum()} refused\n")
    self_signed = refused.loc[refused["reason_code"] == "self_signed", "calls"].sum()
    assert re.search(rf"^refused +self signed +{self_signed} ", ran.out, re.MULTILINE)
    assert "MCU with most refused calls" in ran.out


def test_csv_and_json_have_the_frame_and_the_mesh_of_a_site_is_smaller(run: Run) -> None:
    printed = json.loads(run("calls", mcuaudit.sample_directory(), *AT, "--format", "json").out)
    assert printed["at"] == "2026-11-23T00:00:00+00:00"
    whole = printed["calls"]
    of_sites = [*csv.DictReader(io.StringIO(run("calls", mcuaudit.sample_directory(), *AT, "--mesh", "site",
                                                "--format", "csv").out))]  # fmt: skip
    assert {*whole[0]} == {*of_sites[0]} == {
        "device_id", "site", "device", "connection_type", "outcome", "reason_code", "authenticated", "calls",
    }  # fmt: skip
    assert 0 < sum(int(row["calls"]) for row in of_sites) < sum(row["calls"] for row in whole)


def test_a_wrong_mesh_is_refused_with_what_is_allowed(run: Run) -> None:
    ran = run("calls", mcuaudit.sample_directory(), "--mesh", "all")
    assert ran.code == 2
    assert "'all' is not one of 'fleet', 'site'" in ran.err


def test_a_mesh_of_the_policy_is_not_listed_so_its_limit_does_not_count(run: Run) -> None:
    policy = ["--set", "policy.mesh=fleet", "--set", "limits.mesh_pairs=10"]
    assert (
        run("calls", mcuaudit.sample_directory(), *AT, *policy).out
        == run("calls", mcuaudit.sample_directory(), *AT).out
    )
