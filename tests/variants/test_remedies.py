"""Proven remedies of the sample fleet, and what to do first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit, CertificateDescription, ReplaceCertificate
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.summary.applied import applied_words
from mcuaudit.variants.authorities import Authorities
from mcuaudit.variants.fleet_state import state_of
from mcuaudit.variants.remedies.alike import alike_jobs
from mcuaudit.variants.remedies.first_jobs import _changes_now, first_jobs_of
from mcuaudit.variants.remedies.of_remedy import Blocked, NotApplicableError, changes_of
from mcuaudit.variants.remedies.proven import Job, proven_jobs
from mcuaudit.variants.remedies.remedy_frames import first_jobs, remedies
from mcuaudit.variants.what_if import changed_audit
from mcuaudit.wording.responsible import parts_of, teams_of


@pytest.fixture(scope="module")
def audit(sample_audit: Audit) -> Audit:
    """The sample fleet on the day of its story."""
    return sample_audit


@pytest.fixture(scope="module")
def jobs(audit: Audit) -> list[Job]:
    """Every remedy that a connection or login of the sample names."""
    return proven_jobs(audit)


def test_every_remedy_that_is_named_is_there_and_says_whether_it_was_applied(audit: Audit, jobs: list[Job]) -> None:
    blocked = audit.connections[audit.connections["outcome"].isin(["fail", "open"])]
    locked = audit.administration[audit.administration["outcome"].isin(["fail", "open"])]
    named = set(blocked["remedy_id"].dropna()) | set(locked["remedy_id"].dropna())
    assert {job.remedy_id for job in jobs} == named
    for job in jobs:
        assert job.applied or job.stops_at, job.words
        assert job.applied or not job.helps, job.words


@pytest.mark.parametrize("which", range(4))
def test_what_a_job_says_is_what_the_whole_audit_with_its_changes_says(
    audit: Audit, jobs: list[Job], which: int
) -> None:
    job = sorted((job for job in jobs if job.applied), key=lambda one: (-one.helps, one.remedy_id))[which]
    supposed, _ = changed_audit(audit, job.changes)
    then, now = (one.connections.set_index("connection_id")["outcome"].astype(str) for one in (audit, supposed))
    works = {key for key in now.index if now[key] == "pass" and then.get(key) in ("fail", "open")}
    assert works == job.restores | job.settles
    ended = {key for key in then.index if then[key] == "pass" and now.get(key) != "pass"}
    assert ended | {key for key in then.index if then[key] == "open" and now.get(key) == "fail"} == job.breaks


def test_the_short_list_is_true_when_its_jobs_are_done_one_after_the_other(audit: Audit, jobs: list[Job]) -> None:
    found = first_jobs_of(audit, jobs, 2)
    changes = [change for one in found for change in one.changes]
    supposed, _ = changed_audit(audit, changes)
    assert found[0].refused[0] == (audit.connections["outcome"] == "fail").sum()
    assert found[0].locked_out == (1, 0)
    assert found[-1].refused[1] == (supposed.connections["outcome"] == "fail").sum()
    assert found[-1].locked_out[1] == (supposed.administration["outcome"] == "fail").sum()
    assert not any(one.job.breaks or one.job.locks_out for one in found)


def test_alike_jobs_are_one_and_each_for_itself_where_one_of_them_breaks_something(
    audit: Audit, jobs: list[Job]
) -> None:
    usable = [job for job in jobs if job.helps and not job.breaks and not job.locks_out]
    (named,) = [job for job in alike_jobs(usable) if "2 local certificates with the missing names" in job.words[0]]
    first, second = named.parts
    assert (named.restores, named.settles) == (first.restores | second.restores, first.settles | second.settles)
    assert sorted(named.remedies) == sorted((*first.remedies, *second.remedies))
    (done,) = first_jobs_of(audit, [first, second], 3)
    assert done.restored == named.restores | named.settles
    # No store has the certificate of such an issuer.
    breaking = (ReplaceCertificate(CertificateDescription("mcu-court"), "leeds/mcu-court"),)
    (done,) = first_jobs_of(audit, [first, replace(second, changes=breaking)], 3)
    assert done.job == first
    # Two jobs about one certificate are two, as the second would undo the first.
    assert alike_jobs([first, replace(second, changes=first.changes)])[0] == first


def test_two_jobs_that_reissue_one_certificate_give_it_what_both_want(audit: Audit) -> None:
    place = Place(Slot.LOCAL_CERTIFICATE, "leeds/mcu-boardroom")
    named = Blocked(place.owner, Remedy(RemedyKind.REISSUE_WITH_NAMES, ("10.1.2.3",), place))
    renamed = Blocked(place.owner, Remedy(RemedyKind.REISSUE_WITH_NAMES, ("other.example",), place))
    state = state_of(audit)
    first, second = (tuple(changes_of(one, Authorities(state.fleet, audit.at))) for one in (named, renamed))
    job = Job("", ("",), ("",), second, (renamed,), applied=True)
    (change,) = _changes_now(job, first, state.after(first))
    assert isinstance(change, ReplaceCertificate)
    assert isinstance(change.certificate, CertificateDescription)
    assert {"10.1.2.3", "other.example"} <= set(change.certificate.dns_names)


def test_a_missing_root_comes_with_its_issuing_authority(jobs: list[Job]) -> None:
    longer = [job for job in jobs if len(job.remedies) > 1]
    assert longer
    for job in longer:
        assert len(job.words) == len(job.remedies)


def test_the_frames_say_the_same(audit: Audit, jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as proven_before:
        # To prove all remedies of the sample takes seconds; the last line of this test does it again.
        proven_before.setattr("mcuaudit.variants.remedies.remedy_frames.proven_jobs", lambda *_, **__: jobs)
        found, first = remedies(audit), first_jobs(audit, most=3)
    assert found.loc[~found["applied"], "stops_at"].str.len().gt(0).all()
    assert found["restores"].iloc[0] >= 1
    stops = found[found["remedy_id"].str.contains("add_authority @ https_trust_store leeds/mcu-training")]
    assert "; ".join(stops.loc[~stops["applied"], "stops_at"]) == (
        "the export's only certificate of CN=Example Corp Root CA,O=Example Corp ended on 2 May 2026; needed: a new "
        "certificate of that CA, or a certificate issued by a CA that is in the store (PKI team)"
    )
    # The user name that was tried is said, also where alike jobs are one.
    tried = "Tried: the CN “admin”, a user of leeds/mcu-atrium."
    assert found["in_words"].str.contains(tried, regex=False).sum() == 2
    assert tried in first["in_words"].iloc[0]
    assert first["who"].iloc[0] == join_names(["PKI team"])
    (row,) = found[found["remedy_id"].str.startswith("reissue_for_user @ peer_certificate james")].to_dict("records")
    assert applied_words(row).startswith("Applied with the CN “admin”, a user of leeds/mcu-atrium: lets the ")
    assert first["number"].tolist() == [1, 2, 3]
    assert (
        (first["refused_before"] + first["locked_out_before"] + first["undetermined_before"])
        .gt(first["refused_after"] + first["locked_out_after"] + first["undetermined_after"])
        .all()
    )
    pd.testing.assert_frame_equal(audit.first_jobs(most=1), first.head(1))


def test_a_ca_that_is_not_in_the_export_is_said_apart_from_one_that_has_ended(audit: Audit) -> None:
    place = Place(Slot.HTTPS_TRUST_STORE, "leeds/mcu-training")
    for at, name, why in (
        (audit.at, "CN=Nowhere", "no certificate of CN=Nowhere is in the export; needed: the certificate of "),
        (datetime(2001, 1, 1, tzinfo=UTC), "Example Corp Root CA", "of Example Corp Root CA in the export begins on "),
        (
            datetime(2101, 1, 1, tzinfo=UTC),
            "Example Corp Root CA",
            "only certificate of Example Corp Root CA ended ",
        ),
    ):
        wanted = Blocked(place.owner, Remedy(RemedyKind.ADD_AUTHORITY, (name,), place))
        with pytest.raises(NotApplicableError, match=why):
            changes_of(wanted, Authorities(audit.fleet, at))


def test_each_team_has_its_part_of_a_remedy() -> None:
    store = Place(Slot.PEER_TRUST_STORE, "tms")
    peer = Place(Slot.PEER_CERTIFICATE, "ann")
    teams = {
        Remedy(RemedyKind.REISSUE_FOR_USER, target=peer): ["PKI team"],
        Remedy(RemedyKind.REISSUE, target=peer): ["owner of the peer"],
        Remedy(RemedyKind.PROVIDE_CERTIFICATE, target=peer): ["owner of the peer", "AV team"],
        Remedy(RemedyKind.CHECK_CLOCK, target=Place(Slot.LOCAL_CERTIFICATE, "a/b")): ["AV team", "PKI team"],
        Remedy(RemedyKind.PRESENT_AUTHORITY, ("Root",), store): ["AV team", "owner of the peer"],
        Remedy(RemedyKind.REPLACE_COPY, ("Root", "a.pem"), store): ["owner of the peer", "PKI team"],
        Remedy(RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY, target=store): ["PKI team"],
        Remedy(RemedyKind.ADD_AUTHORITY, ("Root",), Place(Slot.SIP_TRUST_STORE, "a/b")): ["AV team"],
    }
    for remedy, expected in teams.items():
        assert teams_of([remedy]) == expected, remedy
        first, *second = parts_of(remedy)
        assert all(one.words.startswith("Or ") for one in second)
        assert not first.words.startswith("Or ")


def test_a_list_without_jobs_is_refused(audit: Audit) -> None:
    with pytest.raises(mcuaudit.UsageError, match="expected 1 or more"):
        first_jobs(audit, most=0)
