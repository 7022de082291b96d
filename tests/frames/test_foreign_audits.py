"""Saved audits may come from anywhere: a forged one is refused with what is wrong with it, or is sound."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import mcuaudit
from mcuaudit.errors import McuAuditError
from mcuaudit.summary.causes import group_by_cause
from mcuaudit.writers.formats import content_of

SAVED: Final = Path(__file__).parent / "kept_audits" / "schema-7"
Forgery = Callable[[Path], None]


def manifest(**facts: Any) -> Forgery:
    """Other facts in the manifest."""

    def forge(place: Path) -> None:
        file = place / "audit.json"
        file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | facts), encoding="utf-8")

    return forge


def without(key: str) -> Forgery:
    def forge(place: Path) -> None:
        file = place / "audit.json"
        found = json.loads(file.read_text(encoding="utf-8"))
        del found[key]
        file.write_text(json.dumps(found), encoding="utf-8")

    return forge


def octets(name: str, content: bytes) -> Forgery:
    return lambda place: ((place / name).write_bytes(content) and None) or None


def removed(name: str) -> Forgery:
    return lambda place: (place / name).unlink()


def directory(name: str) -> Forgery:
    def forge(place: Path) -> None:
        (place / name).unlink()
        (place / name).mkdir()

    return forge


def cut(name: str) -> Forgery:
    def forge(place: Path) -> None:
        (place / name).write_bytes((place / name).read_bytes()[:-9])

    return forge


def column(frame: str, name: str, value: Any) -> Forgery:
    """Another value in all rows of a column."""

    def forge(place: Path) -> None:
        file = place / f"{frame}.parquet"
        found = pd.read_parquet(file)
        found[name] = [value] * len(found)
        found.to_parquet(file, index=False)

    return forge


def rows(frame: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Forgery:
    def forge(place: Path) -> None:
        file = place / f"{frame}.parquet"
        change(pd.read_parquet(file)).to_parquet(file, index=False)

    return forge


def with_metadata(place: Path) -> None:
    file = place / "devices.parquet"
    table = pq.read_table(file)
    pq.write_table(
        table.replace_schema_metadata({b"pandas": b'{"columns": [{"name": 5}], "index_columns": [{}]}'}), file
    )


def bomb(place: Path) -> None:
    """A text of 1 MB in 100,000 rows: 100 GB from a small file."""
    names = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100_000, dtype="int32")), pa.array(["x" * 1_000_000]))
    pq.write_table(pa.table({"device_id": names}), place / "devices.parquet", compression="zstd")


def many_rows(place: Path) -> None:
    pq.write_table(pa.table({str(n): pa.nulls(5_000_000) for n in range(90)}), place / "peers.parquet")


FORGERIES: Final[dict[str, Forgery]] = {
    "manifest is no JSON": octets("audit.json", b"{"),
    "manifest is a list": octets("audit.json", b"[]"),
    "manifest is a number": octets("audit.json", b"5"),
    "manifest is null": octets("audit.json", b"null"),
    "manifest is nested deeply": octets("audit.json", b"[" * 200_000 + b"]" * 200_000),
    "manifest is UTF-16": octets("audit.json", "{}".encode("utf-16")),
    "manifest is huge": octets("audit.json", b" " * 2**24 + b"{}"),
    "a huge number": octets("audit.json", b'{"schema": ' + b"9" * 10_000 + b"}"),
    "no schema": without("schema"),
    "schema is a text": manifest(schema="7"),
    "schema is a list": manifest(schema=[7]),
    "schema is true": manifest(schema=True),
    "schema is a fraction": manifest(schema=7.0),
    "no time": without("at"),
    "time is a number": manifest(at=5),
    "time without a zone": manifest(at="2026-06-15T00:00:00"),
    "time is a list": manifest(at=["2026"]),
    "time of the year 1": manifest(at="0001-01-01T00:00:00+14:00"),
    "no policy": without("policy"),
    "policy is a list": manifest(policy=[]),
    "policy has another key": manifest(policy={"x": 1}),
    "rules are a list": manifest(rules=["MCU101"]),
    "rules are numbers": manifest(rules={"MCU101": 5}),
    "versions are a text": manifest(versions="1"),
    "versions are numbers": manifest(versions={"mcuaudit": 5}),
    "zones are a list": manifest(site_time_zones=["Europe/London"]),
    "an unknown zone": manifest(site_time_zones={"leeds": "Europe/Nowhere"}),
    "a zone that is a path": manifest(site_time_zones={"leeds": "../../../../etc/passwd"}),
    "source is a number": manifest(source=5),
    "digest is a list": manifest(input_sha256=[1]),
    "a frame is missing": removed("devices.parquet"),
    "a frame is a directory": directory("devices.parquet"),
    "a frame is empty": octets("devices.parquet", b""),
    "a frame is text": octets("devices.parquet", b"PAR1 and more PAR1"),
    "a frame is cut": cut("findings.parquet"),
    "metadata of pandas": with_metadata,
    "a text that expands": bomb,
    "too many cells": many_rows,
    "no column": rows("devices", lambda found: found.drop(columns=["site"])),
    "numbers for texts": column("devices", "device_id", 5),
    "lists for texts": column("devices", "site", ["a"]),
    "no name of a device": column("devices", "device_id", None),
    "an unknown outcome": column("connections", "outcome", "perhaps"),
    "no outcome": column("connections", "outcome", None),
    "texts for times": column("certificates", "not_after", "soon"),
    "texts for numbers": column("connections", "further_causes", "many"),
    "texts for octets": column("certificates", "der", "MII"),
    "certificates that are none": column("certificates", "der", b"0\x00"),
    "an unknown device": column("connections", "device_id", "oslo/none"),
    "an unknown site": column("findings", "site", "oslo"),
    "an unknown rule": column("findings", "rule", "XYZ1"),
    "an unknown certificate": column("devices", "local_certificate", "00"),
    "an unknown finding": column("findings", "finding_id", "MCU101-\x1b[31m"),
    "a cause that is none": column("connections", "cause_id", "nothing of it"),
    "a remedy that is none": column("findings", "remedy_id", "\\x"),
    "a device twice": rows("devices", lambda found: pd.concat([found, found])),
    "a connection twice": rows("connections", lambda found: pd.concat([found, found])),
    "no device": rows("devices", lambda found: found.iloc[:0]),
    "no certificate": rows("certificates", lambda found: found.iloc[:0]),
    "no path": rows("paths", lambda found: found.iloc[:0]),
    "columns of another order": rows("findings", lambda found: found[found.columns[::-1]]),
    "a comparison of text": octets("comparison/comparison.json", b"no"),
    "a comparison of a list": octets("comparison/comparison.json", b"[]"),
    "a comparison without names": octets("comparison/comparison.json", b"{}"),
    "a comparison of numbers": octets("comparison/comparison.json", b'{"old": 1, "new": 2, "remarks": 3}'),
    "a frame of the comparison": octets("comparison/finding_changes.parquet", b"PAR1"),
}


def use(audit: mcuaudit.Audit) -> None:
    """What is done with an audit: its texts, groups, every format, a page, and comparisons."""
    assert repr(audit)
    assert audit._repr_html_()
    group_by_cause(audit)
    for row in audit.connections.itertuples():
        audit.why(row.device_id, row.connection_type, row.peer)
    for site in audit.sites:
        audit.select(site)
        assert mcuaudit.site_report(audit).findings._repr_html_()
    for name in ("json", "sarif", "junit", "csv"):
        content_of(audit, "forged", name)


SOUND: Final = {
    "an unknown rule", "an unknown site", "a cause that is none", "no path", "columns of another order",
}  # fmt: skip
"""What does no harm: the audit is as sound as before, or says of itself what the forger wants."""


def refused(place: Path) -> str:
    """The error with which the audit is refused; empty if it can be used."""
    try:
        audit = mcuaudit.load(place)
        use(audit)
        mcuaudit.compare(audit, mcuaudit.load(SAVED))
    except McuAuditError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_audit_is_refused_with_its_file_or_is_sound(name: str, tmp_path: Path) -> None:
    place = tmp_path / "kept"
    shutil.copytree(SAVED, place)
    FORGERIES[name](place)
    # Not by pytest's filter, which would also take what tests before left for the collector of garbage.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = refused(place)
    assert bool(error) is (name not in SOUND)
    assert not error or str(place) in error
    assert len(error) < 1_000


def test_what_is_not_forged_is_used(tmp_path: Path) -> None:
    assert not refused(SAVED)
