"""Gaps: what is listed, how it is ranked and grouped, and what is said where nothing was applied."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit
from mcuaudit.domain.name_lists import split_names
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.gap_rows import rank
from mcuaudit.report.evaluated import for_pages
from mcuaudit.summary.gaps import collect_next, gap_line, gaps_sentence
from tests.clean_export import DEVICE, CleanExport


@pytest.fixture(scope="module")
def sample(sample_audit: Audit) -> Audit:
    return sample_audit


@pytest.fixture(scope="module")
def found(sample: Audit) -> pd.DataFrame:
    return sample.gaps()


def row_of(frame: pd.DataFrame, evidence: str) -> pd.Series:
    return frame.set_index("evidence").loc[evidence]


def test_what_settles_most_is_first_and_devices_that_lack_the_same_share_a_row(found: pd.DataFrame) -> None:
    first = found.iloc[0]
    assert (first["evidence"], first["devices"]) == ("local-certificate.pem", "leeds/mcu-lobby singapore/mcu-raffles")
    assert first["files"] == "leeds/mcu-lobby/local-certificate.pem singapore/mcu-raffles/local-certificate.pem"
    assert (first["connections"], first["settles"], first["may_settle"], first["known"]) == (11, 11, 11, "some_values")
    ranks = [rank(row) for row in found.to_dict("records")]
    assert ranks == sorted(ranks)


def test_each_label_of_a_setting_is_applied_and_the_page_is_named(found: pd.DataFrame) -> None:
    row = row_of(found, "settings.toml [ssl_certificates] server_certificate_security")
    assert row["values"] == "No verification; Verify certificate"
    assert (row["known"], row["settles"], row["may_settle"]) == ("every_value", 0, 1)
    assert row["page"] == "Network > SSL certificates, HTTPS trust store: Server certificate security"


def test_what_was_not_applied_says_why_and_has_no_count(found: pd.DataFrame) -> None:
    row = row_of(found, "peers.toml ocsp_response")
    assert (row["known"], row["connections"]) == ("not_applied", 2)
    assert pd.isna(row["settles"])
    assert row["not_applied"] == "a response is signed by the OCSP server, so none can be supposed"
    assert "2 connections depend on it (not applied: a response is signed" in gap_line(
        row.to_dict() | {"evidence": "x"}
    )


def test_what_settles_is_no_longer_undetermined(sample: Audit, found: pd.DataFrame) -> None:
    row = row_of(found, "settings.toml [ssl_certificates] server_certificate_security")
    changed = sample.what_if(mcuaudit.SetSetting("Server certificate security", "No verification", row["devices"]))
    settled = changed.connection_changes.set_index("connection_id").loc[
        list(split_names(row["perhaps_settled_connections"]))
    ]
    assert settled["previous_outcome"].eq("open").all()
    assert settled["outcome"].ne("open").all()


def test_only_so_many_are_applied_and_the_others_say_so(sample: Audit) -> None:
    # The same file of another device comes before other files, so that a row has its whole count.
    two = sample.gaps(most=2)
    assert two.iloc[0].equals(sample.gaps().iloc[0])
    assert "only 2 files and keys of devices were applied" in set(two["not_applied"])
    frame = sample.gaps(most=1)
    assert frame["known"].ne("not_applied").sum() == 1
    assert set(frame.loc[frame["known"] == "not_applied", "not_applied"]) >= {
        "only 1 file or key of a device was applied"
    }


def test_damaged_and_misnamed_files_are_gaps(tmp_path: Path) -> None:
    export = CleanExport()
    store = export.files[f"{DEVICE}/sip-trust-store.pem"]
    export.files[f"{DEVICE}/sip-trust-store.pem"] = None
    export.files[f"{DEVICE}/sip trust store.pem"] = store
    export.files[f"{DEVICE}/https-trust-store.pem"] = b"nothing\n"
    frame = export.audit(tmp_path).gaps()
    assert set(frame.loc[frame["connections"] > 0, "state"]) == {"damaged"}
    misnamed = row_of(frame, f"{DEVICE}/sip trust store.pem")
    assert misnamed["settles"] == 2
    assert "sip-trust-store.pem" in misnamed["remedy"]
    assert row_of(frame, f"{DEVICE}/https-trust-store.pem")["may_settle"] >= 2


def test_what_only_refused_connections_and_findings_lack_is_last(found: pd.DataFrame) -> None:
    beyond = found[found["connections"] == 0]
    assert beyond["evidence"].tolist() == found["evidence"].tolist()[-len(beyond) :]
    row = row_of(beyond, "singapore/mcu-changi/https-trust-store.pem")
    assert (row["state"], row["known"]) == ("damaged", "not_applied")
    assert "it settles no connection; in the fleet, 3 refused connections and 3 findings lack it." in gap_line(
        row.to_dict() | {"evidence": "x"}
    )
    # Of these, none is what to collect next.
    assert collect_next(beyond, 0) == ("", "No undetermined connection lacks a file.")
    assert collect_next(beyond, 3)[1].startswith("No file would settle them")
    assert gaps_sentence(found, 40).endswith("lack. 2 others: what refused connections and findings lack.")
    assert gaps_sentence(beyond, 0).startswith("No connection is undetermined. 2 others")


def test_a_key_of_a_peer_without_which_a_reading_stays_is_a_gap(tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(mcuaudit.sample_directory() / "leeds", export / "leeds")
    shutil.copy(mcuaudit.sample_directory() / "settings.toml", export)
    for name, removed in (
        ("mcu-training/peers.toml", "chain_complete = true"), ("peers.toml", 'route = "direct"'),
        ("peers.toml", 'product = "endpoint"'),
    ):  # fmt: skip
        file = export / "leeds" / name
        text = file.read_text(encoding="utf-8")
        assert removed in text
        file.write_text(text.replace(removed, ""), encoding="utf-8")
    frame = mcuaudit.audit(mcuaudit.read_export(export), at="2026-11-23").gaps()
    for key, values in (("recorder", "yes; no"), ("room-wharf", "proxied; direct")):
        name = {"recorder": "chain_complete", "room-wharf": "route"}[key]
        row = row_of(frame, f'peers.toml [[peer]] "{key}" {name}')
        assert (row["values"], row["known"]) == (values, "every_value")
        assert row["may_settle"] > 0


def test_a_whole_file_of_settings_that_cannot_be_read_is_listed_but_not_applied(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/settings.toml"] = b"[ssl_certificates\n"
    row = row_of(export.audit(tmp_path).gaps(), f"{DEVICE}/settings.toml line 1")
    assert (row["state"], row["known"], row["not_applied"]) == (
        "damaged",
        "not_applied",
        "it is not known what is in it",
    )
    assert row["connections"] > 5


def test_nothing_missing_is_no_gap(tmp_path: Path) -> None:
    audit = CleanExport().audit(tmp_path)
    assert audit.gaps().empty
    assert collect_next(audit.gaps(), 0) == ("", "Nothing is missing.")
    assert collect_next(audit.gaps(), 3)[1].startswith("No file would settle them")


def test_a_site_has_its_own_counts_and_a_saved_audit_keeps_them(
    sample: Audit, found: pd.DataFrame, tmp_path: Path
) -> None:
    kept = replace(sample, for_pages=replace(sample.for_pages, gaps=found))
    again = mcuaudit.load(kept.save(tmp_path / "kept"))
    assert again.for_pages.gaps is not None
    pd.testing.assert_frame_equal(again.for_pages.gaps, found)
    leeds = again.select("leeds").for_pages.gaps
    assert leeds is not None
    assert leeds["evidence"].tolist() == ["local-certificate.pem", 'peers.toml [[peer]] "tms" expects']
    assert leeds["connections"].tolist() == [8, 0]
    assert (leeds.iloc[0]["connections"], leeds.iloc[0]["may_settle"]) == (8, 8)


def test_a_redacted_audit_keeps_its_gaps_under_pseudonyms_and_has_no_others(
    sample: Audit, found: pd.DataFrame, tmp_path: Path
) -> None:
    redacted = replace(sample, for_pages=replace(sample.for_pages, gaps=found)).redact(tmp_path / "key.json")
    shown = redacted.for_pages.gaps
    assert shown is not None
    text = shown.to_csv()
    assert not [name for name in ("lobby", "raffles", "singapore", "whitfield", "cloud-meetings") if name in text]
    assert shown["settles"].tolist() == found["settles"].tolist()
    with pytest.raises(mcuaudit.UsageError, match="A redacted audit has no certificates, so nothing can be filled in"):
        redacted.gaps()


def test_pages_are_given_the_gaps(sample: Audit, found: pd.DataFrame) -> None:
    # To prove what to do first takes five times as long as all else.
    given = replace(sample.for_pages, readiness=None, gaps=found, first_jobs=build_frame("first_jobs", []))
    kept = for_pages(replace(sample, for_pages=given))
    assert kept.for_pages.gaps is found
