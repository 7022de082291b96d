"""The sample fleet, redacted: no name of it comes out, every outcome stays, and each pseudonym can be read back."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit, RedactionKey
from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES, SCHEMAS, Dtype
from mcuaudit.redaction.columns import Holds, holds
from mcuaudit.writers.formats import FORMATS
from tests import programs
from tests.outputs import texts_below
from tests.redaction.strings import strings_of

AT = "2026-11-23"
FRAMES = (*FLEET_FRAMES, *AUDIT_FRAMES)
WORD = re.compile(r"\w(?:[\w.@-]*\w)?")


@pytest.fixture(scope="module")
def key() -> RedactionKey:
    return RedactionKey(bytes(range(32)))


@pytest.fixture(scope="module")
def true() -> Audit:
    return mcuaudit.load(mcuaudit.sample_directory(), at=AT)


@pytest.fixture(scope="module")
def redacted(true: Audit, key: RedactionKey) -> Audit:
    return true.redact(key)


@pytest.mark.parametrize("name", FRAMES)
def test_every_outcome_code_date_and_count_stays(name: str, true: Audit, redacted: Audit) -> None:
    before, after = getattr(true, name), getattr(redacted, name)
    kept = [column.name for column in SCHEMAS[name].columns if holds(name, column) is Holds.OTHER]
    pd.testing.assert_frame_equal(before[kept], after[kept])
    assert list(before.columns) == list(after.columns)
    assert (before.dtypes == after.dtypes).all()


@pytest.mark.parametrize("name", FRAMES)
def test_equal_values_stay_equal_and_different_ones_different(name: str, true: Audit, redacted: Audit) -> None:
    """So that frames can be joined and grouped as before."""
    before, after = getattr(true, name), getattr(redacted, name)
    for column in SCHEMAS[name].columns:
        if column.dtype is Dtype.TEXT and column.name != "site_title":
            pairs = pd.DataFrame({"before": before[column.name], "after": after[column.name]}).drop_duplicates()
            assert not pairs["before"].duplicated().any(), column.name
            assert not pairs["after"].duplicated().any(), column.name
            assert before[column.name].isna().equals(after[column.name].isna()), column.name


def test_a_name_has_one_pseudonym_in_all_frames(redacted: Audit) -> None:
    """Each path and connection finds its certificate, store, device and peer."""
    certificates, stores = set(redacted.certificates["certificate"]), set(redacted.trust_stores["trust_store"])
    devices = set(redacted.devices["device_id"])
    assert set(redacted.paths["certificate"]) <= certificates
    assert set(redacted.connections["peer_certificate"].dropna()) <= certificates
    assert {sha256 for cell in redacted.paths["path"] for sha256 in cell.split()} <= certificates
    assert len(set(redacted.paths["trust_store"]) & stores) > 5
    assert set(redacted.findings["device_id"].dropna()) <= devices
    named = redacted.findings["connection_id"].dropna()
    assert len(named)
    assert set(named) <= set(redacted.connections["connection_id"])


def test_certificates_are_left_out(redacted: Audit) -> None:
    assert redacted.certificates["der"].isna().all()
    assert redacted.peers["ocsp_response"].isna().all()


def test_why_has_the_same_steps(true: Audit, redacted: Audit, key: RedactionKey) -> None:
    """The steps are made from the frames, so that each finds the names that it compares."""
    row = true.connections[true.connections["outcome"] == "fail"].iloc[0]
    place = true.connections.index.get_loc(row.name)
    other = redacted.connections.iloc[place]
    before = true.why(row["device_id"], row["connection_type"], row["peer"])
    after = redacted.why(other["device_id"], other["connection_type"], other["peer"])
    assert len(before) > 5
    assert list(after["outcome"]) == list(before["outcome"])
    assert [key.restored(text) for text in after["reason"]] == list(before["reason"])


@pytest.mark.parametrize("name", ["findings", "connections", "administration", "problems"])
def test_each_text_can_be_read_back(name: str, true: Audit, redacted: Audit, key: RedactionKey) -> None:
    for column in SCHEMAS[name].columns:
        if column.dtype is Dtype.TEXT:
            escaped = holds(name, column) in (Holds.TOKENS, Holds.IDENTIFIERS, Holds.CAUSE_OR_REMEDY)
            after = (
                getattr(redacted, name)[column.name]
                .dropna()
                .map(
                    lambda cell, escaped=escaped: (
                        join_names(map(key.restored, split_names(cell))) if escaped else key.restored(cell)
                    )
                )
            )
            assert list(after) == list(getattr(true, name)[column.name].dropna()), column.name


def test_the_same_key_gives_the_same_names_later(true: Audit, redacted: Audit, key: RedactionKey) -> None:
    again = true.redact(RedactionKey(bytes(range(32)), draw=key.networks_drawn))
    pd.testing.assert_frame_equal(again.findings, redacted.findings)
    other = true.redact(RedactionKey(bytes(32)))
    assert not set(other.devices["device_id"]) & set(redacted.devices["device_id"])
    assert other.fleet.redacted != redacted.fleet.redacted


def test_addresses_of_one_network_stay_in_one(true: Audit, redacted: Audit) -> None:
    def networks(audit: Audit) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for site, cell in zip(audit.devices["site"], audit.devices["addresses"].fillna(""), strict=True):
            found.setdefault(site, set()).update(
                address.rpartition(".")[0] for address in split_names(cell) if "." in address
            )
        return found

    assert [len(prefixes) for prefixes in networks(redacted).values()] == [
        len(prefixes) for prefixes in networks(true).values()
    ]


def run(*arguments: object) -> str:
    done = programs.run(*arguments)
    assert done.returncode in (0, 1, 3), done.stderr.decode()
    return (done.stdout + done.stderr).decode("utf-8", "replace")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """All that redacted runs wrote and printed, by the place of each text."""
    into = tmp_path_factory.mktemp("redacted")
    (into / "out").mkdir()
    common = (mcuaudit.sample_directory(), "--redact", into / "fleet.key")
    written = [f"--out={into}/out/{name}-audit{one.ending}" for name, one in FORMATS.items()]
    kept = ("--keep", into / "out/kept")
    compared = ("--baseline", "latest", "--bundle", "--explorer", "--site", "leeds", "--site", "oslo")
    everything = ("--all", *written, "--out", "-", "--metrics", into / "out/m.prom")
    printed = {
        "check": run("check", *common, "--at", "2026-11-01", *everything, *kept),
        "report": run("report", *common, "--at", AT, "--out", into / "out/r", *kept, *compared),
    }
    sample = mcuaudit.sample_directory()
    new = (sample / "leeds/mcu-boardroom/local-certificate.pem", "--format", "json")
    store = (sample / "leeds/sip-trust-store.pem", "--store", "sip")
    for device, of_file in (("leeds/mcu-court", new), ("tms", new), ("hamburg/mcu-elbe", store)):
        printed[f"check-new {device}"] = run("check-new", common[0], device, *of_file, *common[1:], "--at", AT)
    assert '"worse": true' in printed["check-new tms"]
    # The directory of the run is the auditor's own.
    printed = {name: text.replace(str(into), "") for name, text in printed.items()}
    return [*printed.items(), *texts_below(into / "out")]


def test_no_name_of_the_sample_is_in_any_output(outputs: list[tuple[str, str]], tmp_path: Path) -> None:
    words = strings_of(mcuaudit.sample_directory())
    single = {word for word in words if WORD.fullmatch(word)}
    assert {"hamburg", "mcu-elbe", "10.1.2.6", "jürgen.weiß", "Example Corp", "mcu-elbe.hamburg.example.com"} <= words
    found: dict[str, str] = {}
    for place, text in outputs:
        for word in {*WORD.findall(text), *re.findall(r"\w+", text)} & single:
            found.setdefault(word, place)
        for phrase in words - single:
            if len(phrase) > 3 and phrase in text:
                found.setdefault(phrase, place)
    assert found == {}
    assert len(outputs) > 100
    print(f"{len(words)} strings of the sample, {len(outputs)} outputs, 0 found")


def test_pages_say_that_they_are_redacted(outputs: list[tuple[str, str]]) -> None:
    pages = {place: text for place, text in outputs if place.endswith(".html")}
    assert len(pages) > 3
    for place, text in pages.items():
        assert "Redacted: names, addresses, serial numbers and digests are pseudonyms." in text, place
