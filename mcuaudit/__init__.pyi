"""The public surface, for type checkers and editors; `__init__.py` loads each name when it is first used.

`Audit` is declared here with the methods that later stages attach, and so is what gives one.
"""

from collections.abc import Iterable
from concurrent.futures import Executor
from datetime import date, datetime
from pathlib import Path
from typing import Literal, overload

import pandas as pd

from mcuaudit.decode.certificate_source import CertificateSource as CertificateSource
from mcuaudit.decode.certificate_source import CertificateSources as CertificateSources
from mcuaudit.domain.cause import Cause as Cause
from mcuaudit.domain.cause import CauseKind as CauseKind
from mcuaudit.domain.cause import parse_cause as parse_cause
from mcuaudit.domain.certificate import Certificate as Certificate
from mcuaudit.domain.certificate import NameConstraints as NameConstraints
from mcuaudit.domain.outcome import Outcome as Outcome
from mcuaudit.domain.remedy import Remedy as Remedy
from mcuaudit.domain.remedy import RemedyKind as RemedyKind
from mcuaudit.domain.remedy import parse_remedy as parse_remedy
from mcuaudit.domain.slots import Place as Place
from mcuaudit.domain.slots import Slot as Slot
from mcuaudit.domain.standards import Standard as Standard
from mcuaudit.errors import BusyError as BusyError
from mcuaudit.errors import McuAuditError as McuAuditError
from mcuaudit.errors import PolicyError as PolicyError
from mcuaudit.errors import ReportError as ReportError
from mcuaudit.errors import StorageError as StorageError
from mcuaudit.errors import UsageError as UsageError
from mcuaudit.frames.comparison import AuditName as AuditName
from mcuaudit.frames.comparison import Comparison as Comparison
from mcuaudit.frames.containers import Audit as _Audit
from mcuaudit.frames.containers import Basis as Basis
from mcuaudit.frames.containers import Fleet as Fleet
from mcuaudit.frames.for_pages import ForPages as ForPages
from mcuaudit.frames.for_pages import KeptPlan as KeptPlan
from mcuaudit.frames.schema import OUTCOME as OUTCOME
from mcuaudit.frames.verification import Signature as Signature
from mcuaudit.frames.verification import Verification as Verification
from mcuaudit.frames.verification import verify as verify
from mcuaudit.gather.drawer import init_export as init_export
from mcuaudit.gather.drawer import sort_drawer as sort_drawer
from mcuaudit.gather.fetch.run import fetch as fetch
from mcuaudit.identity import IdentityOutcome as IdentityOutcome
from mcuaudit.identity import PresentedIdentifiers as PresentedIdentifiers
from mcuaudit.identity import match as match
from mcuaudit.identity import prepare as prepare
from mcuaudit.notebook.explorer_widget import Explorer as Explorer
from mcuaudit.notebook.reports import fleet_report as fleet_report
from mcuaudit.notebook.reports import site_report as site_report
from mcuaudit.notebook.show import Shown as Shown
from mcuaudit.notebook.show import show as show
from mcuaudit.pipeline import read_export as read_export
from mcuaudit.pkix import PathOutcome as PathOutcome
from mcuaudit.pkix import PolicyUse as PolicyUse
from mcuaudit.pkix import Purpose as Purpose
from mcuaudit.pkix import RevocationState as RevocationState
from mcuaudit.pkix import RevocationStatus as RevocationStatus
from mcuaudit.pkix import RevocationUse as RevocationUse
from mcuaudit.pkix import validate as validate
from mcuaudit.pkix.validations import validate_all as validate_all
from mcuaudit.policy.layers import ResolvedPolicy as ResolvedPolicy
from mcuaudit.policy.layers import resolve_policy as resolve_policy
from mcuaudit.policy.schema import Policy as Policy
from mcuaudit.redaction.key import RedactionKey as RedactionKey
from mcuaudit.report.explorer import ExplorerPage as ExplorerPage
from mcuaudit.report.pages import FleetReport as FleetReport
from mcuaudit.report.pages import Section as Section
from mcuaudit.report.pages import SiteReport as SiteReport
from mcuaudit.report.render import RenderResult as RenderResult
from mcuaudit.report.render import ReportMade as ReportMade
from mcuaudit.report.render import render_reports as render_reports
from mcuaudit.summary.descriptions import Description as Description
from mcuaudit.summary.descriptions import describe as describe
from mcuaudit.summary.descriptions import list_rules as list_rules
from mcuaudit.summary.inspection import inspect as inspect
from mcuaudit.system.cache import Cache as Cache
from mcuaudit.system.digests import Differences as Differences
from mcuaudit.system.progress import Progress as Progress
from mcuaudit.system.resources import sample_directory as sample_directory
from mcuaudit.system.signing import SigningKey as SigningKey
from mcuaudit.triage.comparison import compare as compare
from mcuaudit.triage.history import trend as trend
from mcuaudit.variants.changes import AddAuthority as AddAuthority
from mcuaudit.variants.changes import AddFile as AddFile
from mcuaudit.variants.changes import AddUser as AddUser
from mcuaudit.variants.changes import CertificateDescription as CertificateDescription
from mcuaudit.variants.changes import Change as Change
from mcuaudit.variants.changes import Devices as Devices
from mcuaudit.variants.changes import MoveTime as MoveTime
from mcuaudit.variants.changes import RemoveAuthority as RemoveAuthority
from mcuaudit.variants.changes import RemoveUser as RemoveUser
from mcuaudit.variants.changes import ReplaceCertificate as ReplaceCertificate
from mcuaudit.variants.changes import ReplaceStore as ReplaceStore
from mcuaudit.variants.changes import SetSetting as SetSetting
from mcuaudit.variants.gaps.gaps import gaps as gaps
from mcuaudit.variants.new_files.check_new import ChainTrust as ChainTrust
from mcuaudit.variants.new_files.check_new import NewFileCheck as NewFileCheck
from mcuaudit.variants.new_files.check_new import check_new as check_new
from mcuaudit.variants.plans.actions import Action as Action
from mcuaudit.variants.plans.actions import Origin as Origin
from mcuaudit.variants.plans.actions import Phase as Phase
from mcuaudit.variants.plans.plan import Plan as Plan
from mcuaudit.variants.plans.plan import plan as plan
from mcuaudit.variants.plans.targets import RenewCertificates as RenewCertificates
from mcuaudit.variants.plans.targets import ReplaceAuthority as ReplaceAuthority
from mcuaudit.variants.plans.targets import Target as Target
from mcuaudit.variants.readiness import readiness as readiness
from mcuaudit.variants.remedies.remedy_frames import first_jobs as first_jobs
from mcuaudit.variants.remedies.remedy_frames import remedies as remedies
from mcuaudit.variants.requests.certificate_requests import csr_config as csr_config
from mcuaudit.variants.what_if import what_if as what_if
from mcuaudit.wording.remedies import remedy_sentence as remedy_sentence
from mcuaudit.writers.frame_xlsx import to_excel as to_excel
from mcuaudit.writers.interface import Format as Format
from mcuaudit.writers.interface import Request as Request

__all__: list[str]
__version__: str

class Audit(_Audit):
    def again(
        self, fleet: Fleet, *, at: str | date | datetime | None = None, progress: Progress | None = None
    ) -> Audit: ...
    def select(self, site: str) -> Audit: ...
    @overload
    def explore(self, *, static: Literal[False] = False) -> Explorer: ...
    @overload
    def explore(self, *, static: Literal[True]) -> ExplorerPage: ...
    def plan(self, target: Target | Iterable[Target], *, progress: Progress | None = None) -> Plan: ...
    def gaps(self, *, most: int | None = None, progress: Progress | None = None) -> pd.DataFrame: ...
    def readiness(self, *, site: str | None = None, progress: Progress | None = None) -> pd.DataFrame: ...
    def redact(self, key: str | Path | RedactionKey) -> Audit: ...
    def first_jobs(self, *, most: int = 5, progress: Progress | None = None) -> pd.DataFrame: ...
    def remedies(self, *, progress: Progress | None = None) -> pd.DataFrame: ...
    def what_if(self, changes: Change | Iterable[Change], *, progress: Progress | None = None) -> Comparison: ...
    def why(self, device_id: str, connection_type: str, peer: str | None = None) -> pd.DataFrame: ...
    def _repr_html_(self) -> str: ...

def audit(
    fleet: Fleet,
    *,
    at: str | date | datetime,
    policy: Policy | None = None,
    baseline: _Audit | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cache: str | Path | Cache | None = None,
) -> Audit: ...
def call_counts(
    fleet: Fleet,
    *,
    at: str | date | datetime,
    mesh: Literal["fleet", "site"] = "fleet",
    progress: Progress | None = None,
) -> pd.DataFrame: ...
def deadlines(audit: _Audit, *, site: str | None = None, progress: Progress | None = None) -> pd.DataFrame: ...
def earlier_audit(audit: _Audit, before: str | Path | _Audit | None = None, *, days: int | str = 60) -> Audit: ...
def load(
    source: str | Path, *, at: str | date | datetime | None = None, cache: str | Path | Cache | None = None
) -> Audit: ...
def open_audit(
    audit_dir: str | Path | _Audit | None = None,
    *,
    export: str | Path | None = None,
    at: str | date | datetime | None = None,
) -> Audit: ...
def with_baseline(audit: _Audit, baseline: _Audit) -> Audit: ...
