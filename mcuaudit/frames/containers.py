"""Fleet, the content of an export, and Audit, the result: frozen objects with frames as attributes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.instants import short_time, time_given
from mcuaudit.domain.name_forms import as_known
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.revocation_list import RevocationList
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.attached import html_of
from mcuaudit.frames.comparison import Comparison
from mcuaudit.frames.dated_names import dated_place
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.deferred import DeferredFrame
from mcuaudit.frames.for_pages import ForPages
from mcuaudit.frames.gap_rows import gaps_of_site
from mcuaudit.frames.job_rows import jobs_of_site, remedies_of_site
from mcuaudit.frames.revocation_lists import lists_of_rows
from mcuaudit.frames.save import save_audit
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES
from mcuaudit.policy.schema import Policy
from mcuaudit.system.permissions import file_mode
from mcuaudit.system.progress import Progress
from mcuaudit.system.signing import SigningKey, signing_key
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.visible import visible


@dataclass(frozen=True)
class Fleet:
    """Everything that was read from an export. ``mcuaudit.describe("devices")`` explains a frame.

    Attributes:
        source: the directory, as it was given; None if the fleet was not read from a directory.
        input_sha256: one digest over the names and contents of all files read; None if it was not read from files.
        site_time_zones: time zone for display, by site, from site.toml.
        policy: the policy that the export was read with.
        policy_file: the file that the policy was read from, as it was named; None for none.
        redacted: with which key `Audit.redact` replaced the names, in eight digits; None if they are the true ones. A
            redacted fleet has no certificates, so that it cannot be audited again.
        decoded: the certificates that are decoded already, by SHA-256; others are decoded from the frame when they
            are asked for.
    """

    devices: pd.DataFrame
    settings: pd.DataFrame
    certificates: pd.DataFrame
    placements: pd.DataFrame
    trust_stores: pd.DataFrame
    peers: pd.DataFrame
    evidence: pd.DataFrame
    problems: pd.DataFrame
    source: str | None = None
    input_sha256: str | None = None
    site_time_zones: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    policy_file: str | None = None
    revocation_lists: pd.DataFrame = field(default_factory=lambda: build_frame("revocation_lists", []))
    redacted: str | None = None
    decoded: Mapping[str, Certificate] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def certificate_records(self) -> dict[str, Certificate]:
        """Every certificate as a record, by SHA-256; each is decoded once and kept; none of a redacted fleet."""
        if self.redacted:
            return {}
        found: dict[str, Certificate] = {}
        for sha256, der in zip(self.certificates["certificate"].tolist(), self.certificates["der"], strict=True):
            known = self.decoded.get(sha256)
            found[sha256] = known if known is not None and known.der == der else decode_certificate(der)
        return found

    @cached_property
    def authority_records(self) -> tuple[Certificate, ...]:
        """The records of the certificates that are, or may be, those of a CA."""
        return tuple(one for one in self.certificate_records.values() if one.may_be_ca)

    def rows_by(self, frame: str, column: str) -> Mapping[str, list[int]]:
        """The places of the rows of a frame with each value of a column of strings; found once, and kept."""
        found = self._rows_by.get((frame, column))
        if found is None:
            found = self._rows_by[frame, column] = {}
            for place, value in enumerate(getattr(self, frame)[column].tolist()):
                if isinstance(value, str):
                    found.setdefault(value, []).append(place)
        return found

    @cached_property
    def _rows_by(self) -> dict[tuple[str, str], dict[str, list[int]]]:
        return {}

    @cached_property
    def revocation_list_records(self) -> tuple[RevocationList, ...]:
        """Every certificate revocation list that can be read, as a record."""
        return lists_of_rows(der for der in self.revocation_lists["der"] if isinstance(der, bytes))

    @property
    def damaged_revocation_lists(self) -> tuple[str, ...]:
        """The files with a certificate revocation list that is there and cannot be read."""
        damaged = self.revocation_lists[self.revocation_lists["state"] == "damaged"]
        return tuple(sorted({name for names in damaged["files"] for name in split_names(names)}))

    @property
    def files_of_revocation_lists(self) -> dict[str, str]:
        """The first file of each certificate revocation list, by the SHA-256 of the list."""
        frame = self.revocation_lists
        named = zip(frame["revocation_list"], frame["files"], strict=True)
        return {sha256: next(iter(split_names(names)), "") for sha256, names in named}

    @property
    def sites(self) -> list[str]:
        """Names of the sites, sorted."""
        return sorted(self.devices["site"].unique())

    def __repr__(self) -> str:
        found = f"{plural(len(self.certificates), 'certificate')}, {plural(len(self.problems), 'problem')}"
        return (
            f"Fleet{_of(self.source)}: {_devices(self.devices)}, {found}\n"
            "Look at .devices and .problems first; mcuaudit.audit(fleet, at=...) evaluates it."
        )

    def _repr_html_(self) -> str | None:
        return html_of(self)

    @property
    def size_in_words(self) -> str:
        """``5 devices at 2 sites``."""
        return _devices(self.devices)


class Basis(Protocol):
    """What an audit was made of, and goes on from."""

    def again(self, former: Audit, fleet: Fleet, at: datetime, progress: Progress | None) -> Audit:
        """The audit of another fleet; `former` is the audit that this is the basis of."""


@dataclass(frozen=True)
class Audit:
    """The result of an audit of a fleet as of one time. The frames of the fleet are attributes too.

    Attributes:
        at: the time of the audit, aware, UTC.
        policy: the policy in force, as plain values.
        versions: versions of mcuaudit, Python, the libraries that decide outcomes, and the packages that provide rules.
        rules: severity by code of the rules that were checked, without those that the policy switches off.
        internal_problems: problems of the audit itself: rules that failed, waivers without effect.
        comparison: the differences from the baseline; None without a baseline.
        for_pages: what `mcuaudit report` adds for its pages, such as the frame `readiness`.
        basis: what `again` goes on from; None for an audit that was loaded, selected or compared anew.
    """

    fleet: Fleet
    at: datetime
    paths: pd.DataFrame
    identities: pd.DataFrame
    connections: pd.DataFrame
    administration: pd.DataFrame
    findings: pd.DataFrame
    internal_problems: pd.DataFrame
    evaluations: pd.DataFrame = DeferredFrame()  # type: ignore[assignment]  # noqa: RUF009 - made when it is read
    policy: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    comparison: Comparison | None = None
    for_pages: ForPages = field(default_factory=ForPages, repr=False, compare=False)
    basis: Basis | None = field(default=None, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy in another process gets: the frames, and nothing to go on from."""
        return {**self.__dict__, "_evaluations": self.evaluations, "basis": None}

    @property
    def devices(self) -> pd.DataFrame:
        """One row per device."""
        return self.fleet.devices

    @property
    def settings(self) -> pd.DataFrame:
        """One row per device and setting."""
        return self.fleet.settings

    @property
    def certificates(self) -> pd.DataFrame:
        """One row per distinct certificate."""
        return self.fleet.certificates

    @property
    def placements(self) -> pd.DataFrame:
        """One row per place where a certificate was found."""
        return self.fleet.placements

    @property
    def trust_stores(self) -> pd.DataFrame:
        """One row per distinct trust store and member."""
        return self.fleet.trust_stores

    @property
    def peers(self) -> pd.DataFrame:
        """One row per device and peer."""
        return self.fleet.peers

    @property
    def revocation_lists(self) -> pd.DataFrame:
        """One row per distinct certificate revocation list (CRL)."""
        return self.fleet.revocation_lists

    @property
    def evidence(self) -> pd.DataFrame:
        """One row per device and kind of evidence."""
        return self.fleet.evidence

    @cached_property
    def problems(self) -> pd.DataFrame:
        """Files and values that could not be used, and problems of the audit itself."""
        if self.internal_problems.empty:
            return self.fleet.problems
        return pd.concat([self.fleet.problems, self.internal_problems], ignore_index=True)

    @property
    def sites(self) -> list[str]:
        """Names of the sites, sorted."""
        return self.fleet.sites

    @property
    def audit_id(self) -> str:
        """Six hexadecimal digits that identify this audit in a report, made from its input and its time."""
        return hashlib.sha256(f"{self.fleet.input_sha256 or ''} {self.at.isoformat()}".encode()).hexdigest()[:6]

    def select(self, site: str) -> Audit:
        """The rows of one site, from the audit of the whole fleet. Certificates and stores stay those of the fleet.

        Raises:
            UsageError: the audit has no such site.
        """
        site = site_of(self, site)

        def rows(frame: pd.DataFrame) -> pd.DataFrame:
            return frame[frame["site"] == site].reset_index(drop=True) if "site" in frame.columns else frame

        def of_site(name: str, frame: pd.DataFrame) -> pd.DataFrame:
            if name in ("gaps", "first_jobs", "remedies"):
                connections = set(rows(self.connections)["connection_id"])
                if name == "remedies":
                    named = {*rows(self.connections)["remedy_id"], *rows(self.administration)["remedy_id"]}
                    return remedies_of_site(frame, named, connections)
                of_devices = gaps_of_site if name == "gaps" else jobs_of_site
                return of_devices(frame, set(fleet.devices["device_id"]), connections)
            return frame[frame["device_id"].isin(fleet.devices["device_id"])].reset_index(drop=True)

        fleet = Fleet(
            **{name: rows(getattr(self.fleet, name)) for name in FLEET_FRAMES},
            source=self.fleet.source,
            input_sha256=self.fleet.input_sha256,
            site_time_zones=self.fleet.site_time_zones,
            policy=self.fleet.policy,
            policy_file=self.fleet.policy_file,
            redacted=self.fleet.redacted,
            decoded=self.fleet.decoded,
        )
        return Audit(
            fleet=fleet,
            at=self.at,
            **{name: rows(getattr(self, name)) for name in AUDIT_FRAMES},
            internal_problems=rows(self.internal_problems),
            policy=self.policy,
            versions=self.versions,
            rules=self.rules,
            comparison=self.comparison.select(site) if self.comparison else None,
            for_pages=self.for_pages.with_frames(of_site),
            basis=None,
        )

    def again(
        self, fleet: Fleet, *, at: str | date | datetime | None = None, progress: Progress | None = None
    ) -> Audit:
        """The audit of a fleet that differs a little from that of this audit, at the cost of what differs.

        It equals ``mcuaudit.audit(fleet, ...)`` with the baseline of this audit, frame for frame, and with its policy
        if one was given, else that of the fleet. Where something differs that decides about every device (the time, the
        policy, CA certificates, revocation lists), the whole fleet is audited, and so it is after fifty such steps.

        Args:
            fleet: the fleet as it is now, such as the export read again, or a fleet with other frames.
            at: as with `mcuaudit.audit`; by default the time of this audit.
            progress: called with the progress, where the whole fleet is audited.

        Raises:
            UsageError: `at` is not a date or time, or is a datetime without a zone; the fleet is redacted; this audit
                was loaded, selected or compared anew.
        """
        if self.basis is None:
            raise UsageError(
                "This audit was loaded, selected or compared anew, so there is nothing to go on from. Use "
                "mcuaudit.audit(fleet, at=...), and the method again of what it gives."
            )
        return self.basis.again(self, fleet, self.at if at is None else time_given(at), progress)

    def save(
        self,
        directory: str | Path,
        *,
        dated: bool = False,
        sign: str | Path | SigningKey | None = None,
        mode: int | str = "600",
    ) -> Path:
        """Keep the audit, one Parquet file per frame and ``audit.json``, whole or not at all, for ``mcuaudit.load``.

        Args:
            directory: the place of the audit; an audit that is kept there is replaced.
            dated: keep it below `directory`, under its time and `audit_id`, beside those of other runs, so that
                ``mcuaudit.trend`` and ``--baseline latest`` find it.
            sign: a file with a private key of Ed25519, PEM, which signs the digests of the files, for
                ``mcuaudit.verify``.
            mode: the permissions of the files, as a number or its octal digits ("640"); by default only their owner
                can read them.

        Returns:
            the directory of the audit.

        Raises:
            UsageError: the directory holds something else than an audit, or cannot be written, or `sign` is not such a
                file, or others can read it, or `mode` is not such a mode.
            StorageError: the machine cannot write it, for example because the disk is full.
        """
        key, permissions = signing_key(sign) if sign is not None else None, file_mode(mode)
        place = dated_place(directory, self.at, self.audit_id) if dated else directory
        return save_audit(self, place, key, permissions)

    def __repr__(self) -> str:
        return (
            f"Audit{_of(self.fleet.source)}{self._counted}\n"
            'Look at .connections and .findings first; mcuaudit.describe("connections") explains a frame.'
        )

    @property
    def _counted(self) -> str:
        """The time of the audit, the number of devices, and the number of refused connections, in words."""
        outcomes = self.connections["outcome"]
        possible = int((outcomes != Outcome.NOT_APPLICABLE.value).sum())
        refused = f"{int((outcomes == Outcome.FAIL.value).sum()):,} of {plural(possible, 'connection')} refused"
        return f" as of {short_time(self.at)}: {_devices(self.devices)}, {refused}"


def site_of(audit: Audit, name: str) -> str:
    """The site of that name, however the characters of the name are composed, as the audit has it.

    Raises:
        UsageError: the audit has no such site.
    """
    found = as_known(name, audit.sites)
    if found is None:
        listed = ", ".join(audit.sites)
        raise UsageError(f'The audit has no site "{name}"; it has {listed}.{did_you_mean(name, audit.sites)}')
    return found


def _of(source: str | None) -> str:
    return f" of {visible(source)}" if source else ""


def _devices(devices: pd.DataFrame) -> str:
    return f"{plural(len(devices), 'device')} in {plural(devices['site'].nunique(), 'site')}"
