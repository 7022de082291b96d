"""The public surface, for type checkers and editors; `__init__.py` loads each name when it is first used."""

import pandas as pd

from mcuaudit.domain.outcome import Outcome as Outcome
from mcuaudit.errors import BusyError as BusyError
from mcuaudit.errors import McuAuditError as McuAuditError
from mcuaudit.errors import PolicyError as PolicyError
from mcuaudit.errors import ReportError as ReportError
from mcuaudit.errors import UsageError as UsageError
from mcuaudit.frames.comparison import Comparison as Comparison
from mcuaudit.frames.containers import Audit as _Audit
from mcuaudit.frames.containers import Fleet as Fleet
from mcuaudit.frames.schema import OUTCOME as OUTCOME
from mcuaudit.identity import IdentityOutcome as IdentityOutcome
from mcuaudit.identity import match as match
from mcuaudit.notebook.load import earlier_audit as earlier_audit
from mcuaudit.notebook.load import fleet_report as fleet_report
from mcuaudit.notebook.load import open_audit as open_audit
from mcuaudit.notebook.load import site_report as site_report
from mcuaudit.notebook.show import show as show
from mcuaudit.pipeline import audit as audit
from mcuaudit.pipeline import read_export as read_export
from mcuaudit.pkix import PathOutcome as PathOutcome
from mcuaudit.pkix import validate as validate
from mcuaudit.policy.schema import Policy as Policy
from mcuaudit.summary.descriptions import describe as describe
from mcuaudit.summary.descriptions import list_rules as list_rules
from mcuaudit.system.resources import sample_directory as sample_directory
from mcuaudit.triage.comparison import compare as compare
from mcuaudit.triage.comparison import with_baseline as with_baseline
from mcuaudit.triage.history import keep as keep
from mcuaudit.triage.history import trend as trend

class Audit(_Audit):
    def why(self, device_id: str, connection_type: str, peer: str | None = None) -> pd.DataFrame: ...
