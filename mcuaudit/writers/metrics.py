"""An audit as metrics in Prometheus' text format, for the textfile collector of node_exporter."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import product
from pathlib import Path

import pandas as pd
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import TRUST_STORE_SLOTS, Slot
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.schema import FINDING_OUTCOMES, PROBLEM_KINDS, SEVERITIES, STATUSES
from mcuaudit.system.files import write_whole
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.phrases import CONNECTION_WORDS

Values = Mapping[tuple[str, ...], float]


def metrics_text(audit: Audit, made: datetime) -> str:
    """The metrics as text. A count of nothing is written as 0, so that an alert can compare with it.

    Args:
        audit: the audit to write.
        made: when the run that made the audit ended, for `mcuaudit_last_success_timestamp_seconds`.
    """
    version, locked_out = audit.versions.get("mcuaudit", ""), Outcome.FAIL.value
    registry = CollectorRegistry()
    registry.register(
        _Collected(
            _gauge("build_info", "Version of mcuaudit; always 1.", ["version"], {(version,): 1}),
            _gauge("last_success_timestamp_seconds", "When an audit last succeeded.", [], {(): made.timestamp()}),
            _gauge("audit_timestamp_seconds", "The time of the audit.", [], {(): audit.at.timestamp()}),
            _gauge(
                "certificate_expiry_timestamp_seconds",
                "Expiry of the local certificate, and of the certificate that expires first in each trust store.",
                ["site", "device", "slot"],
                _expiry(audit),
            ),
            _gauge("devices", "Devices in the export.", ["site"], _by_site(audit, audit.devices)),
            _gauge(
                "devices_locked_out",
                "Devices that no administrator can log in to.",
                ["site"],
                _by_site(audit, audit.administration[audit.administration["outcome"] == locked_out]),
            ),
            _gauge("connections", "Connections by outcome.", ["site", "outcome"], _connections(audit)),
            _gauge(
                "findings",
                "Findings; those that concern the whole fleet have no site.",
                ["site", "severity", "outcome", "status"],
                _findings(audit),
            ),
            _gauge(
                "problems",
                "Files and values that were left out, and other problems of the audit.",
                ["kind"],
                _counted(audit.problems, ["kind"], [PROBLEM_KINDS]),
            ),
        )
    )
    return generate_latest(registry).decode("utf-8")


class _Collected(Collector):
    """Metrics with their values; Gauge would keep them in files where PROMETHEUS_MULTIPROC_DIR is set."""

    def __init__(self, *metrics: Metric) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _gauge(name: str, meaning: str, labels: list[str], values: Values) -> Metric:
    metric = GaugeMetricFamily(f"mcuaudit_{name}", meaning, labels=labels)
    for words, value in values.items():
        metric.add_metric(words, value)
    return metric


def write_metrics(audit: Audit, made: datetime, path: str | Path) -> Path:
    """Write the metrics in one step, as node_exporter reads at any time. It reads files that end in .prom.

    Raises:
        UsageError: the file cannot be written; a former one stays as it was.
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    return write_whole(path, metrics_text(audit, made))


def _expiry(audit: Audit) -> Values:
    ends = {
        certificate: end.timestamp()
        for certificate, end in zip(audit.certificates["certificate"], audit.certificates["not_after"], strict=True)
        if pd.notna(end)
    }
    first: dict[str, float] = {}
    for store, member in zip(audit.trust_stores["trust_store"], audit.trust_stores["certificate"], strict=True):
        if member in ends:
            first[store] = min(ends[member], first.get(store, math.inf))
    return {
        (site, device, slot.value): known[held]
        for slot in (Slot.LOCAL_CERTIFICATE, *TRUST_STORE_SLOTS)
        for known in [ends if slot is Slot.LOCAL_CERTIFICATE else first]
        for site, device, held in zip(
            audit.devices["site"], audit.devices["device"], audit.devices[slot.value], strict=True
        )
        if held in known
    }


def _by_site(audit: Audit, frame: pd.DataFrame) -> Values:
    return _counted(frame, ["site"], [audit.sites])


def _connections(audit: Audit) -> Values:
    worded = audit.connections.assign(outcome=connection_words(audit.connections))
    return _counted(worded, ["site", "outcome"], [audit.sites, CONNECTION_WORDS])


def _findings(audit: Audit) -> Values:
    sited = audit.findings.assign(site=audit.findings["site"].fillna(""))
    columns = ["site", "severity", "outcome", "status"]
    return _counted(sited, columns, [[*audit.sites, ""], SEVERITIES, FINDING_OUTCOMES, STATUSES])


def _counted(frame: pd.DataFrame, columns: list[str], words: list[Iterable[str]]) -> Values:
    """How many rows have each combination of words, and 0 for a combination without rows."""
    counts = Counter(zip(*(frame[column].astype("str") for column in columns), strict=True))
    return dict.fromkeys(product(*words), 0) | counts
