"""The frame `deadlines`: what ends with each certificate, to the second, and what does not count as an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.remedy import RemedyKind
from tests.authority import NOW, Authority, rsa_key
from tests.clean_export import DEVICE, LOCAL_NAMES, ROOT, CleanExport, certificate, chain, with_local
from tests.rules.breakages.certificate import PUBLIC_ROOT

SECOND = timedelta(seconds=1)
LOCAL = f"{DEVICE}/local-certificate.pem"
SOON = NOW + timedelta(days=20)


def deadlines(export: CleanExport, directory: Path) -> pd.DataFrame:
    return mcuaudit.deadlines(export.predicted(directory))


def row(frame: pd.DataFrame, what: str, event: str = "ends") -> Mapping[str, Any]:
    """The one row about that."""
    found = frame[frame["what"].str.contains(what, regex=False) & (frame["event"] == event)]
    assert len(found) == 1, frame["what"].tolist()
    return dict(found.iloc[0])


@pytest.fixture(scope="module")
def local_ends_soon(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    export = CleanExport()
    export.files[LOCAL] = with_local(not_after=SOON)
    return export.predicted(tmp_path_factory.mktemp("local"))


def test_all_that_rests_on_a_local_certificate_ends_in_the_second_after_its_last(local_ends_soon: Audit) -> None:
    found = row(mcuaudit.deadlines(local_ends_soon), "local certificate of leeds/mcu-1")
    assert found["on"] == SOON + SECOND
    assert (found["role"], found["connections"], found["logins"], found["locked_out"]) == ("local", 5, 2, 1)
    accepted = local_ends_soon.connections.query("outcome == 'pass'")
    assert sorted(split_names(found["connection_ids"])) == sorted(accepted["connection_id"])
    assert split_names(found["devices"]) == split_names(found["locked_out_devices"]) == (DEVICE,)
    assert (accepted["fails_on"] == found["on"]).all()
    remedy = mcuaudit.parse_remedy(found["remedy_id"])
    assert (remedy.kind, remedy.target and remedy.target.owner) == (RemedyKind.REISSUE, DEVICE)
    assert found["remedy"] == "Reissue the local certificate of leeds/mcu-1."


@pytest.mark.parametrize(("at", "listed"), [(SOON, True), (SOON + SECOND, False)])
def test_a_certificate_that_has_ended_has_no_deadline(at: datetime, listed: bool, local_ends_soon: Audit) -> None:
    frame = mcuaudit.deadlines(mcuaudit.audit(local_ends_soon.fleet, at=at))
    assert ("local certificate of leeds/mcu-1" in frame["what"].tolist()) is listed


def test_what_something_else_ends_earlier_is_counted_apart(local_ends_soon: Audit) -> None:
    frame = mcuaudit.deadlines(local_ends_soon)
    for what, number in (("certificate of room", 2), ("certificate of tms", 2), ("Example Root CA", 5)):
        found = row(frame, what)
        assert (found["connections"], found["earlier"], found["locked_out"]) == (0, number, 0), what
    assert row(frame, "Example Issuing CA")["remedy_id"].startswith(RemedyKind.REPLACE_EXPIRED.value)


def test_a_connection_that_is_undetermined_now_does_not_end(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = with_local(not_after=SOON)
    del export.peers["room"]["trust_store"]
    found = row(deadlines(export, tmp_path), "local certificate")
    assert (found["connections"], found["undetermined_before"]) == (3, 2)


def test_with_another_path_a_connection_becomes_undetermined_and_does_not_end(tmp_path: Path) -> None:
    """Reading A19: of two copies of an issuing CA, one ends; `fails_on` is the end of the path that is taken."""
    export = CleanExport()
    copies = [
        ROOT.intermediate(
            "Copied CA", key=rsa_key(2), not_before=NOW - timedelta(days=9), not_after=NOW + timedelta(days=days)
        )
        for days in (30, 60)
    ]
    local = certificate("mcu-1.example.com", copies[0], not_after=NOW + timedelta(days=90), san=LOCAL_NAMES)
    export.files[LOCAL] = chain(local, *copies)
    frame = deadlines(export, tmp_path)
    first = frame[frame["what"].str.contains("Copied CA")].iloc[0]
    assert first["on"] == NOW + timedelta(days=30) + SECOND
    assert (first["connections"], first["undetermined"], first["maybe_locked_out"]) == (0, 5, 1)
    assert (first["locked_out"], first["connection_ids"]) == (0, "")


def test_what_begins_and_ends_later_is_named_so(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = with_local(not_before=NOW + timedelta(days=5), not_after=SOON)
    frame = deadlines(export, tmp_path)
    begins, ends = row(frame, "local certificate", "begins"), row(frame, "local certificate")
    assert (begins["on"], begins["begin"], begins["remedy"]) == (NOW + timedelta(days=5), 5, "")
    assert (ends["connections"], ends["begun_before"], ends["locked_out"]) == (0, 5, 0)


def test_a_ca_in_a_store_on_which_no_path_rests_is_left_out(tmp_path: Path) -> None:
    export = CleanExport()
    unused = Authority.root("Unused CA", key=rsa_key(3), not_after=SOON)
    export.files[f"{DEVICE}/sip-trust-store.pem"] = chain(ROOT, unused)
    assert not deadlines(export, tmp_path)["what"].str.contains("Unused").any()


def test_the_calendar_of_public_cas_is_there_for_those_whom_it_concerns(tmp_path: Path) -> None:
    export = CleanExport()
    assert "calendar" not in set(deadlines(export, tmp_path / "private")["event"])
    PUBLIC_ROOT(export)
    audit = export.audit(tmp_path / "public")
    days = mcuaudit.deadlines(audit).query("event == 'calendar'")
    reported = audit.findings.query("code == 'MCU115'")
    assert [f"{day:%Y-%m-%d}" for day in days["on"]] == ["2027-03-15"]
    found = days.iloc[0]
    assert set(found["certificate"].split()) == set(reported["certificate"])
    assert (found["connections"], found["locked_out"]) == (0, 0), "nothing ends on that day"
    # Without clientAuth the local certificate fails at both servers, those of the callers are undetermined (A13).
    assert found["at_renewal"] == 5
    assert found["remedy_id"].startswith(RemedyKind.REISSUE_FROM_PRIVATE_AUTHORITY.value)


def test_a_day_of_one_ca_is_named_with_it(tmp_path: Path) -> None:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    export = CleanExport()
    name = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "DigiCert Inc"), x509.NameAttribute(NameOID.COMMON_NAME, "CA")]
    )
    root = Authority.root(name, key=rsa_key(3), not_after=NOW + timedelta(days=900))
    export.files["peers/alice.pem"] = certificate("alice", root, 6).pem
    export.files[f"{DEVICE}/https-trust-store.pem"] = chain(ROOT, root)
    export.files["mcuaudit.toml"] = f'[known]\npublic_authorities = ["{root.record.sha256}"]\n'.encode()
    days = mcuaudit.deadlines(export.audit(tmp_path)).query("event == 'calendar'")
    assert [(f"{one.on:%Y-%m-%d}", one.what) for one in days.itertuples()] == [
        ("2025-10-01", "DigiCert issues certificates with clientAuth on request only"),
        ("2027-03-01", "DigiCert issues no certificates with clientAuth"),
        ("2027-03-15", "CAs in Chrome's programme issue no certificates with clientAuth"),
    ]
    assert split_names(days.iloc[0]["peers"]) == ("alice",)


def test_a_site_has_the_counts_of_its_own_devices(sample_audit: Audit) -> None:
    whole = mcuaudit.deadlines(sample_audit)
    parts = [mcuaudit.deadlines(sample_audit, site=site) for site in sample_audit.sites]
    for column in ("connections", "logins", "locked_out", "undetermined", "earlier", "undetermined_before", "begin"):
        assert sum(part[column].sum() for part in parts) == whole[column].sum(), column
    leeds = mcuaudit.deadlines(sample_audit, site="leeds")
    assert all(name.startswith("leeds/") for cell in leeds["devices"] for name in split_names(cell))


def test_a_saved_audit_has_the_same_deadlines(local_ends_soon: Audit, tmp_path: Path) -> None:
    kept = mcuaudit.load(local_ends_soon.save(tmp_path / "audit"))
    pd.testing.assert_frame_equal(mcuaudit.deadlines(kept), mcuaudit.deadlines(local_ends_soon))


def test_what_cannot_be_judged_is_refused(sample_audit: Audit, local_ends_soon: Audit, tmp_path: Path) -> None:
    with pytest.raises(mcuaudit.UsageError, match="redacted audit has no certificates"):
        mcuaudit.deadlines(local_ends_soon.redact(tmp_path / "key"))
    calling = sample_audit.peers.query("peer_device == 'leeds/mcu-court' and site != 'leeds'")["site"].iloc[0]
    with pytest.raises(mcuaudit.UsageError, match="the part of a site, and leeds/mcu-court, which"):
        mcuaudit.deadlines(sample_audit.select(calling))
    with pytest.raises(mcuaudit.UsageError, match='no site "berlin"; it has hamburg, leeds'):
        mcuaudit.deadlines(sample_audit, site="berlin")
    broken = replace(local_ends_soon.fleet, certificates=local_ends_soon.certificates.assign(der=b"no"), decoded={})
    with pytest.raises(mcuaudit.UsageError, match="a row of the frame certificates is not a certificate"):
        mcuaudit.deadlines(replace(local_ends_soon, fleet=broken))


def test_an_export_without_certificates_has_none(tmp_path: Path) -> None:
    (tmp_path / "oslo" / "mcu-1").mkdir(parents=True)
    frame = mcuaudit.deadlines(mcuaudit.audit(mcuaudit.read_export(tmp_path), at=NOW))
    assert frame.empty


def test_a_refusal_that_turns_undetermined_has_its_row(tmp_path: Path) -> None:
    """An issuing CA begins, and is perhaps not presented: what was refused is not known from then on."""
    export = CleanExport()
    begins = ROOT.intermediate("Later CA", key=rsa_key(2), not_before=SOON)
    alone = certificate("mcu-1.example.com", begins, san=LOCAL_NAMES)
    export.files[LOCAL] = alone.pem
    export.files["peers/later.pem"] = begins.pem
    audit = export.predicted(tmp_path)
    then = mcuaudit.audit(audit.fleet, at=SOON)
    turned = (audit.connections["outcome"] == "fail") & (then.connections["outcome"] == "open")
    assert turned.any()
    assert not (then.connections["outcome"] == "pass").any()
    found = row(mcuaudit.deadlines(audit), "Later CA", "begins")
    assert (found["on"], found["begin"], found["connections"]) == (SOON, 0, 0)
