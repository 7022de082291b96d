"""The views that rules evaluate: frames joined once, one row per subject, and where the evidence of each column is."""

from __future__ import annotations

from mcuaudit.rules.views.base import VIEW_SCHEMAS, Views
from mcuaudit.rules.views.damage import damaged_columns
from mcuaudit.rules.views.evidence import CERTIFICATE_COLUMNS, evidence_for
from mcuaudit.system.modules import modules_of

modules_of(__name__)

__all__ = ["CERTIFICATE_COLUMNS", "VIEW_SCHEMAS", "Views", "damaged_columns", "evidence_for"]
