"""One saved audit for each schema version: it loads, or is refused with what to do."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.errors import UsageError
from mcuaudit.frames.former_schemas import UPGRADES
from mcuaudit.frames.save import SCHEMA_VERSION
from mcuaudit.frames.schema import SCHEMAS
from mcuaudit.summary.causes import group_by_cause
from mcuaudit.triage.history import newest, trend
from tests.clean_export import DEVICE

KEPT = Path(__file__).parent / "kept_audits"
EXPORT = KEPT / "export"
"""The export that all of them are of."""


@cache
def audited(at: datetime) -> mcuaudit.Audit:
    """The audit of the export by this version; nothing changes it."""
    return mcuaudit.audit(mcuaudit.read_export(EXPORT), at=at)


def test_there_is_one_for_each_version_that_can_be_read() -> None:
    versions = {json.loads(file.read_text(encoding="utf-8"))["schema"] for file in KEPT.glob("*/audit.json")}
    assert versions == {*UPGRADES, SCHEMA_VERSION}


@pytest.mark.parametrize("directory", sorted(KEPT.glob("schema-*")), ids=lambda directory: directory.name)
def test_it_loads_and_nothing_is_new_or_gone_since(directory: Path) -> None:
    loaded = mcuaudit.load(directory)
    assert loaded.devices["device_id"].tolist() == [DEVICE]
    assert loaded.comparison is not None
    present = audited(loaded.at)
    comparison = mcuaudit.compare(loaded, present)
    counts = comparison.counts
    changed = counts[(counts["rows"] > 0) & ~counts["change"].isin(["unchanged"])]
    # Texts may differ from version to version, and rules are added; what was judged is judged alike.
    assert set(changed["change"]) <= {"updated", "newRule"}
    assert loaded.connections["remedy"].tolist()[0] == present.connections["remedy"].tolist()[0]
    then, now = (audit.findings.set_index("finding_id")["alone_blocks"] for audit in (loaded, present))
    assert (then == now[then.index]).all()
    # A page can be made of it.
    assert DEVICE.partition("/")[2] in mcuaudit.site_report(loaded).findings._repr_html_()


def test_what_a_former_version_did_not_have_is_missing_and_its_words_serve() -> None:
    loaded = mcuaudit.load(KEPT / "schema-2")
    for frame in (loaded.connections, loaded.findings, loaded.evaluations):
        assert frame[["cause_id", "remedy_id"]].isna().all(axis=None)
    present = audited(loaded.at)

    def groups(audit: mcuaudit.Audit) -> list[tuple[str, int, int]]:
        found = group_by_cause(audit)
        return sorted((one.lead["finding_id"], one.connections, one.alone_blocks) for one in found)

    assert any(connections for _, connections, _ in groups(present))
    assert groups(loaded) == groups(present)
    # Compared with the present it shows texts, and no finding or connection as new or gone.
    compared = mcuaudit.with_baseline(present, loaded)
    assert set(compared.findings["change"].astype(str)) <= {"unchanged", "updated", "newRule"}
    for shown in (loaded, compared):
        assert len(groups(loaded)) == len(group_by_cause(shown))
        assert "by this alone" in mcuaudit.site_report(shown).findings._repr_html_()


@pytest.mark.parametrize("schema", [2, 3, 4])
def test_an_audit_before_schema_5_does_not_say_what_stores_lack(schema: int) -> None:
    assert mcuaudit.load(KEPT / f"schema-{schema}").paths["lacking"].isna().all()
    assert mcuaudit.load(KEPT / "schema-5").paths["lacking"].notna().all()


DIGESTS = KEPT.parent / "schema_digests.json"


NEVER_KEPT = {"inspection", "sorted_files"}
"""Frames that no saved audit has. Others that none has were counted from the beginning, and stay in the digests."""


def test_columns_change_with_the_schema_number_alone() -> None:
    """One digest per number, which no later change may touch."""
    kept = json.loads(DIGESTS.read_text(encoding="utf-8"))
    columns = [
        f"{name} {one.name} {one.dtype.value}"
        for name, schema in SCHEMAS.items()
        if name not in NEVER_KEPT
        for one in schema.columns
    ]
    digest = hashlib.sha256("\n".join(columns).encode()).hexdigest()
    assert kept.get(str(SCHEMA_VERSION)) == digest, (
        f"The columns of the frames are not those of schema {SCHEMA_VERSION}. If an audit of that number may have been "
        "kept, raise SCHEMA_VERSION (mcuaudit/frames/save.py), add its upgrade (mcuaudit/frames/former_schemas.py), "
        f"keep a small audit in {KEPT.name}/schema-{SCHEMA_VERSION + 1}, and add to {DIGESTS.name}: "
        f'"{SCHEMA_VERSION + 1}": "{digest}".'
    )
    assert max(map(int, kept)) == SCHEMA_VERSION


def test_an_audit_of_a_former_version_is_a_baseline_and_part_of_the_trend(tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "2026-06-15T000000Z-abcdef"
    shutil.copytree(KEPT / "schema-2", kept)
    assert newest(tmp_path / "kept") == kept
    assert len(trend(tmp_path / "kept")) == 1


@pytest.mark.parametrize(
    ("schema", "advice"),
    [(1, "Audit the export of that time again"), (99, "A newer version saved it"), ("x", "Audit the export")],
)
def test_any_other_is_refused_with_what_to_do(schema: object, advice: str, tmp_path: Path) -> None:
    shutil.copytree(KEPT / "schema-2", tmp_path / "kept")
    manifest = tmp_path / "kept" / "audit.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text(encoding="utf-8")), "schema": schema}))
    with pytest.raises(UsageError, match=f"was saved with schema {schema}.*{advice}"):
        mcuaudit.load(tmp_path / "kept")
