"""What proven remedies say of themselves, against an audit of files that were changed as the remedies say."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest import mock

import pandas as pd

import mcuaudit
from mcuaudit import CertificateDescription
from mcuaudit.decode.certificate_source import certificate_from
from mcuaudit.predict.prediction import Prediction, predict_fleet
from mcuaudit.samples import made_fleet
from mcuaudit.samples.authorities import CLIENT, SERVER, MadeAuthority
from mcuaudit.samples.faults import MADE_FOR, MadeAuthorities
from mcuaudit.variants.remedies.first_jobs import FirstJob, first_jobs_of
from mcuaudit.variants.remedies.proven import Job, proven_jobs
from tests.proofs.changed_files import Issue, apply_to_files
from tests.proofs.evaluated_again import Files, fleet_of, read_files

CLAIM = "A remedy that says what it restores, settles and breaks does exactly that when files are changed as it says."
SIZE = 300
SAMPLE = 2

_DEVICES: Final = 10
_GONE: Final = ("fail", "notApplicable")
PURPOSES: Final = {"serverAuth": SERVER, "clientAuth": CLIENT}


@cache
def _made(seed: int) -> tuple[Files, MadeAuthorities]:
    """A made fleet, and its CAs with their keys."""
    kept: list[MadeAuthorities] = []
    original = made_fleet._authorities

    def kept_authorities(numbers: random.Random) -> MadeAuthorities:
        kept.append(original(numbers))
        return kept[-1]

    with (
        tempfile.TemporaryDirectory() as directory,
        mock.patch.object(made_fleet, "_authorities", kept_authorities),
        mock.patch.object(made_fleet, "_WITHOUT_FAULT", 0.2),
    ):
        made_fleet.make_fleet(Path(directory) / "fleet", _DEVICES, 3, seed)
        return read_files(Path(directory) / "fleet"), kept[0]


def issuing(made: MadeAuthorities, at: datetime) -> Issue:
    """Issues what is described, with the key of the CA that the description names."""
    every = (made.root, made.devices, made.people, made.old_root)
    by_digest = {certificate_from(one.pem).sha256: one for one in every}

    def issue(wanted: CertificateDescription) -> bytes:
        authority: MadeAuthority = by_digest[wanted.issuer]
        end = certificate_from(authority.pem).not_after
        names = [*(f"dns:{name}" for name in wanted.dns_names), *(f"uri:{name}" for name in wanted.uris),
                 *(f"ip:{name}" for name in wanted.ip_addresses)]  # fmt: skip
        own = authority.issue(
            wanted.common_name, since=wanted.not_before or at,
            until=wanted.not_after or min(end, at.replace(year=at.year + 2)), names=names,
            # Without an extendedKeyUsage every purpose is allowed, as with both.
            purposes=[PURPOSES[one] for one in wanted.purposes] or list(PURPOSES.values()),
        )  # fmt: skip
        return own + (b"" if authority in (made.root, made.old_root) else authority.pem)

    return issue


def prove(seed: int, cases: range) -> Counter[str]:
    """Apply each proven remedy of each fleet to files, and compare."""
    counts: Counter[str] = Counter()
    for case in cases:
        counts += _compared(seed * 1000 + case, f"seed {seed}, case {case}")
    return counts


def _compared(number: int, where: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    files, made = _made(number)
    with tempfile.TemporaryDirectory() as directory:
        audit = audit_without_rules(fleet_of(files, Path(directory) / "before"), MADE_FOR)
        jobs = proven_jobs(audit)
        issue = issuing(made, MADE_FOR)
        first = first_jobs_of(audit, jobs, 8)
        counts += done_one_after_the_other(audit, first, files, issue, Path(directory) / "first", where)
        counts += done_by_themselves(audit, jobs, files, issue, Path(directory) / "each", where)
    return counts


def audit_without_rules(fleet: mcuaudit.Fleet, at: datetime) -> mcuaudit.Audit:
    """The audit of a fleet by a policy that switches every rule off: predictions are what counts here."""
    off = dict.fromkeys(mcuaudit.list_rules()["code"], "off")
    return mcuaudit.audit(fleet, at=at, policy=fleet.policy.model_copy(update={"rules": off}))


def done_by_themselves(
    audit: mcuaudit.Audit, jobs: Sequence[Job], files: Files, issue: Issue, directory: Path, where: str
) -> Counter[str]:
    """Do each of some jobs in files as they are today."""
    counts: Counter[str] = Counter()
    before = predict_fleet(audit.fleet, audit.at)
    for step, job in enumerate(jobs):
        counts["remedies"] += 1
        if not job.applied:
            counts["remedies that could not be applied, and say so"] += 1
            continue
        changed = dict(files)
        for change in job.changes:
            apply_to_files(changed, audit.fleet, change, issue)
        after = predict_fleet(fleet_of(changed, directory / str(step)), audit.at)
        _compare(job, before, after, f"{where}: {' '.join(job.words)}")
        counts["remedies applied to files"] += 1
        counts["connections restored"] += len(job.restores)
        counts["connections settled"] += len(job.settles)
        counts["connections broken"] += len(job.breaks)
        counts["administrators let in"] += len(job.lets_in)
    return counts


def done_one_after_the_other(
    audit: mcuaudit.Audit, jobs: Sequence[FirstJob], files: Files, issue: Issue, directory: Path, where: str
) -> Counter[str]:
    """Do the jobs of the short list in files, each after the earlier ones."""
    counts: Counter[str] = Counter()
    fleet, changed = audit.fleet, dict(files)
    before = predict_fleet(fleet, audit.at)
    for number, one in enumerate(jobs, start=1):
        for change in one.changes:
            apply_to_files(changed, fleet, change, issue)
        fleet = fleet_of(changed, directory / str(number))
        after = predict_fleet(fleet, audit.at)
        then, now = (_outcomes(each.connections, "connection_id") for each in (before, after))
        said = f"{where}: job {number} {' '.join(one.job.words)}"
        assert one.restored == {key for key in now if now[key] == "pass" != then.get(key)}, said
        then_in, now_in = (_outcomes(each.administration, "device_id") for each in (before, after))
        assert one.let_in == {key for key in now_in if now_in[key] == "pass" != then_in.get(key)}, said
        found = Counter(now.values()), Counter(now_in.values())
        assert (one.refused[1], one.undetermined[1], one.locked_out[1]) == (
            found[0]["fail"], found[0]["open"], found[1]["fail"],
        ), said  # fmt: skip
        counts["jobs of the short list, done in files one after the other"] += 1
        counts["connections restored by them"] += len(one.restored)
        before = after
    return counts


def _compare(job: Job, before: Prediction, after: Prediction, where: str) -> None:
    then, now = _outcomes(before.connections, "connection_id"), _outcomes(after.connections, "connection_id")
    expected: dict[str, Any] = {
        "restores": {key for key in now if now[key] == "pass" and then.get(key) == "fail"},
        "settles": {key for key in now if now[key] == "pass" and then.get(key) == "open"},
        "breaks": {key for key in then if now.get(key) != "pass" and then[key] == "pass"}
        | {key for key in then if now.get(key, "notApplicable") in _GONE and then[key] == "open"},
    }
    then, now = _outcomes(before.administration, "device_id"), _outcomes(after.administration, "device_id")
    expected["lets_in"] = {key for key in now if now[key] == "pass" and then[key] == "fail"}
    expected["locks_out"] = {key for key in now if now[key] != "pass" and then[key] == "pass"} | {
        key for key in now if now[key] in _GONE and then[key] == "open"
    }
    for name, keys in expected.items():
        assert getattr(job, name) == keys, f"{where}: {name} {sorted(getattr(job, name))}, in files {sorted(keys)}"


def _outcomes(frame: pd.DataFrame, key: str) -> Mapping[str, str]:
    return dict(zip(frame[key], frame["outcome"].astype(str), strict=True))
