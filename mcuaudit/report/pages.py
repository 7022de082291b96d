"""The two reports for notebooks: objects whose attributes are the sections of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property, partial

import pandas as pd

from mcuaudit.errors import Undecodable, UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.gap_rows import gaps_of_site
from mcuaudit.frames.job_rows import jobs_of_site
from mcuaudit.report.displayed import displayed
from mcuaudit.report.html import Html, element, join
from mcuaudit.report.page_links import site_link
from mcuaudit.report.sections import (
    calls,
    causes,
    certificates,
    certificates_only,
    changes,
    checks,
    deadlines,
    device_cards,
    evidence,
    findings_grid,
    first_jobs,
    glossary,
    key_mix,
    matrix,
    plan,
    readiness,
    settings_table,
    trust_graph,
    verdict,
)
from mcuaudit.report.sections.certificate_cards import expiry_days
from mcuaudit.summary.applied import AppliedRemedies
from mcuaudit.summary.causes import CauseGroup, group_by_cause
from mcuaudit.summary.certificates_in_use import certificates_in_use
from mcuaudit.summary.gaps import MOST_FOR_PAGES, gaps_within_bounds
from mcuaudit.summary.remedies import JOBS_ON_PAGES, PROVEN_ON_PAGES, proven_first
from mcuaudit.system.file_names import safe_name, safe_names
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import zone_of


class Section:
    """One part of a page; a notebook shows it as the last line of a cell."""

    def __init__(self, html: Html, *, left_out: bool = False) -> None:
        """`left_out`: a page has neither this part nor its heading; JupyterLab shows it."""
        self.html = html
        self._left_out = left_out

    def _repr_html_(self) -> str:
        return str(displayed(self.html, left_out=self._left_out))

    def __repr__(self) -> str:
        return "a section of a report; JupyterLab shows it"


@dataclass(frozen=True)
class Report:
    """The common part of the reports of a site and of the fleet. Each attribute is a section.

    Attributes:
        audit: the rows of the site or of the fleet.
        name: the title of the site, or the name of the fleet.
        by_site: the matrix has a row per site, and devices are named site/device.
        whole: the audit of the whole fleet, for the report of a site: calls may go to devices of other sites.
    """

    audit: Audit
    name: str
    zone_name: str = ""
    by_site: bool = False
    whole: Audit | None = None

    @cached_property
    def _zone(self) -> tzinfo:
        return zone_of(self.zone_name)

    @cached_property
    def _causes(self) -> list[CauseGroup]:
        return group_by_cause(self.audit)

    @cached_property
    def _certificates(self) -> pd.DataFrame:
        return certificates_in_use(self.audit, with_site=self.by_site)

    @cached_property
    def _deadlines(self) -> pd.DataFrame | str:
        """The frame, or why there is none: a redacted audit has no certificates to evaluate."""
        # Imported here, as for readiness: no other section evaluates anything.
        from mcuaudit.variants.deadlines.deadlines import deadlines as judged

        return self._evaluated(judged)

    @cached_property
    def _readiness(self) -> pd.DataFrame | str:
        """The frame, from the audit that the page was given with its report, or made now; or why there is none."""
        kept = self.audit.for_pages.readiness
        if kept is not None:
            return kept
        from mcuaudit.variants.readiness import readiness as judged

        return self._evaluated(judged)

    @cached_property
    def _gaps(self) -> pd.DataFrame | str:
        """What to collect; or why that is not known."""
        kept = self.audit.for_pages.gaps
        return self._applied(kept, lambda audit: gaps_within_bounds(audit, MOST_FOR_PAGES), gaps_of_site)

    @cached_property
    def _jobs(self) -> pd.DataFrame | str:
        """What to do first; or why that was not proven."""
        kept = self.audit.for_pages.first_jobs
        why = "Not proven: {}."
        proven = partial(proven_first, most=JOBS_ON_PAGES, devices=PROVEN_ON_PAGES)
        return self._applied(kept, proven, jobs_of_site, why)

    def _applied(
        self,
        kept: pd.DataFrame | None,
        frame_of: Callable[[Audit], pd.DataFrame | str],
        of_site: Callable[..., pd.DataFrame],
        why: str = "{}",
    ) -> pd.DataFrame | str:
        """A frame that the page was given with its report, or that is made of the fleet now; or why there is none."""
        if kept is not None:
            return kept
        try:
            found = frame_of(self.whole or self.audit)
        except Undecodable as error:
            return why.format(error)
        if isinstance(found, str) or self.by_site or self.whole is None:
            return found
        return of_site(found, set(self.audit.devices["device_id"]), set(self.audit.connections["connection_id"]))

    def _evaluated(self, frame_of: Callable[..., pd.DataFrame]) -> pd.DataFrame | str:
        """A frame of the fleet, or of the site with what other sites decide about it; or why there is none."""
        try:
            if self.by_site or self.whole is None:
                return frame_of(self.audit)
            return frame_of(self.whole, site=self.audit.sites[0])
        except (UsageError, Undecodable) as error:
            return str(error)

    @cached_property
    def _bare(self) -> bool:
        """The export has certificates and nothing else."""
        return certificates_only.has_certificates_only(self.audit)

    def _of_connections(self, html: Html) -> Section:
        """A part about connections, which a page leaves out if nothing is known of them."""
        return Section(html, left_out=self._bare)

    @property
    def _file(self) -> str:
        return "fleet" if self.by_site else safe_name(self.audit.sites[0])

    @property
    def verdict(self) -> Section:
        """Context, the verdict as heading, the outcomes as a bar, and the first connection that will stop."""
        if self._bare:
            return Section(certificates_only.head(self.audit, self.name, self._zone))
        return Section(verdict.head(self.audit, self.name, self._zone, with_site=self.by_site))

    @property
    def do_first(self) -> Section:
        """What to do first, proven by applying it; the evidence in the export, and what to collect next."""
        if self._bare:
            return Section(
                certificates_only.what_they_show(self.audit, self._causes, self._zone, with_site=self.by_site)
            )
        jobs = first_jobs.first_jobs(
            self.audit,
            self._jobs,
            self._causes,
            self._zone,
            with_site=self.by_site,
            whole=self.whole or self.audit,
            gaps=self._gaps,
            of_fleet=None if self.whole is None else self.whole.for_pages.first_jobs,
        )
        return Section(join((jobs, evidence.evidence_aside(self.audit, self._gaps))))

    @property
    def _key(self) -> str:
        """The column that identifies a row: the device on the page of a site, the site on that of the fleet."""
        return "site" if self.by_site else "device_id"

    @cached_property
    def _titles(self) -> dict[str, str]:
        title = "site_title" if self.by_site else "device"
        names = self.audit.devices.drop_duplicates(self._key).dropna(subset=[title])
        return dict(zip(names[self._key], names[title], strict=True))

    @property
    def matrix(self) -> Section:
        """Devices or sites by urgency × the six connection types, and calls between MCUs if there are any.

        The names lead to the cards of the devices, and to the pages of the sites.
        """
        linked = () if self.by_site else self._cards.shown
        titles: Mapping[str, str] = self._titles
        if self.by_site:
            files = safe_names(self.audit.sites)
            titles = {site: site_link(file, titles.get(site, site)) for site, file in files.items()}
        whole = matrix.matrix(self.audit, self._zone, self._key, titles, linked)
        return self._of_connections(join((whole, calls.calls_between(self.audit, self._file))))

    @cached_property
    def _cards(self) -> device_cards.Cards:
        whole = self.whole or self.audit
        return device_cards.Cards(self.audit, whole, self._zone, self._causes, self._jobs, self._deadlines)

    @property
    def devices(self) -> Section:
        """A card for each device: its certificate, the settings that decide, and the proof of each connection."""
        return self._of_connections(self._cards.section())

    def proofs(self, connections: pd.DataFrame | pd.Series) -> Section:
        """Why connections are accepted or not, step by step, both sides; `connections`: rows of that frame, or one."""
        whole = self.whole or self.audit
        cards = device_cards.Cards(self.audit, whole, self._zone)
        rows = connections.to_frame().T if isinstance(connections, pd.Series) else connections
        return Section(cards.proofs_of(rows["connection_id"]))

    @property
    def settings(self) -> Section:
        """The settings that decide, device × setting; values that differ from the common one are marked."""
        return Section(settings_table.settings_table(self.audit, self._file, with_site=self.by_site))

    @property
    def changes(self) -> Section:
        """The changes since the baseline."""
        shown = changes.changes_section(self.audit.comparison, self._zone, self._file)
        return Section(shown, left_out=self.audit.comparison is None)

    @property
    def findings(self) -> Section:
        """Findings grouped by cause."""
        # Of certificates alone, what is undetermined is everything that the missing files would show.
        found = [cause for cause in self._causes if cause.certain] if self._bare else self._causes
        applied = AppliedRemedies(self.audit, "" if self._bare else self._jobs, self.whole)
        return Section(causes.causes_table(self.audit, found, self._file, applied, with_site=self.by_site))

    @property
    def findings_by_rule(self) -> Section:
        """The number of findings of each rule, by device or site, as a picture."""
        return self._of_connections(findings_grid.findings_grid(self.audit, self._key, self._titles, self._file))

    @property
    def trust_graph(self) -> Section:
        """Which CA issued what, and which stores trust it, as a picture."""
        return Section(trust_graph.trust_graph_section(self.audit, self._file, with_site=self.by_site))

    @property
    def keys(self) -> Section:
        """Keys and signatures of the certificates in use, as pictures."""
        return Section(key_mix.key_mix(self._certificates))

    @property
    def deadlines(self) -> Section:
        """When certificates and CAs end, as a calendar, and the days on which connections and logins end with them."""
        days = expiry_days(self.audit)
        shown = deadlines.deadlines_section(
            self._deadlines, self._certificates, self.audit.at, days, self._zone, self._file
        )
        return Section(shown)

    @property
    def readiness(self) -> Section:
        """Whether every connection would still work with each value of the settings of SSL certificates."""
        return self._of_connections(readiness.readiness_section(self._readiness, self._file, with_site=self.by_site))

    @property
    def plan(self) -> Section:
        """The steps to the target of the report."""
        every = self.whole.for_pages.plan if self.whole is not None else None
        return self._of_connections(plan.plan_section(self.audit.for_pages.plan, every))

    @property
    def certificates(self) -> Section:
        """The certificates in use."""
        return Section(certificates.certificates_table(self._certificates, self._zone, self._file))

    @property
    def trust_stores(self) -> Section:
        """The trust stores, with their devices and members."""
        return self._of_connections(certificates.trust_stores_table(self.audit, self._zone, with_site=self.by_site))

    @property
    def connections(self) -> Section:
        """Every connection with its reason, if one that is refused or undetermined is in no card of a device."""
        if not self.by_site and self._cards.has_all:
            return self._of_connections(matrix.connections_as_csv(self.audit, self._file))
        return self._of_connections(
            matrix.connections_in_detail(self.audit, self._zone, self._file, with_site=self.by_site)
        )

    @property
    def evidence(self) -> Section:
        """What to collect, and the evidence that was read, typed, inherited or missing, per device."""
        scope = evidence.scope(self.audit, self._zone, self._file, with_site=self.by_site)
        return Section(join((evidence.gaps_table(self._gaps, self._file), scope)))

    @property
    def digests(self) -> Section:
        """The SHA-256 of each file of evidence, to check the export with."""
        return Section(evidence.digests(self.audit, self._file))

    @property
    def checks(self) -> Section:
        """Every rule with its outcomes, the files, how to verify the audit, and lines for a reviewer on paper."""
        return Section(checks.checks_section(self.audit, self._file))

    @property
    def readings(self) -> Section:
        """The readings in use, and the limits of the audit."""
        return Section(evidence.readings(self.audit))

    @property
    def words(self) -> Section:
        """The words of the page and their meaning."""
        return Section(glossary.glossary())

    @property
    def problems(self) -> Section:
        """The files and values that could not be read."""
        return Section(evidence.problems_table(self.audit, self._file))

    @property
    def provenance(self) -> Section:
        """The input, time and versions of this report."""
        return Section(evidence.provenance(self.audit))

    def _repr_html_(self) -> str:
        return str(displayed(element("p", repr(self))))


class SiteReport(Report):
    """The report of one site, from the audit of the whole fleet."""

    def __repr__(self) -> str:
        return f"Report of {self.name}: {plural(len(self.audit.devices), 'device')}"


class FleetReport(Report):
    """The report of all sites."""

    def __repr__(self) -> str:
        return f"Report of the fleet, {self.name}: {plural(len(self.audit.devices), 'device')}"


def fleet_name(audit: Audit) -> str:
    """``4 sites``: the name of the fleet in the heading of its page."""
    return plural(len(audit.sites), "site")


def site_title(audit: Audit, site: str) -> str:
    """The title of a site from site.toml, else its name."""
    titles = audit.devices.loc[audit.devices["site"].eq(site), "site_title"].dropna()
    return str(titles.iloc[0]) if len(titles) else site
