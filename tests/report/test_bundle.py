"""The bundle of a site: the page without links to pages that it has not, its tables, and digests that fit."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from mcuaudit.frames.containers import Audit
from mcuaudit.report.bundle import write_bundle
from mcuaudit.report.render import RenderResult, render_reports
from tests.report.synthetic_audit import LEEDS, OBRIEN, make_audit


@pytest.fixture(scope="module")
def bundled(short_notebooks_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """Short pages with their bundles: a bundle takes a page as it is, whatever it says."""
    out = tmp_path_factory.mktemp("bundled") / "out"
    return render_reports(make_audit(), out, notebooks=short_notebooks_directory, jobs=1, bundle=True)


def contents(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as bundle:
        assert bundle.testzip() is None
        return {name.partition("/")[2]: bundle.read(name) for name in bundle.namelist()}


def bundle_of(result: RenderResult, site: str) -> Path:
    page = next(report.page for report in result.reports if report.site == site)
    return result.index.parent / "bundles" / page.with_suffix(".zip").name


@pytest.mark.parametrize("site", [LEEDS, OBRIEN])
def test_a_bundle_holds_the_page_the_tables_and_digests_of_all(bundled: RenderResult, site: str) -> None:
    files = contents(bundle_of(bundled, site))
    page = next(report.page for report in bundled.reports if report.site == site)
    # The page, without links to the pages beside it.
    alone = files[page.name].decode()
    beside = page.read_text(encoding="utf-8")
    assert re.findall(r'href="([^#"]+)"', beside) == ["../index.html", "../fleet.html"]
    assert re.sub(r"(<!--pages-->).*?(<!--/pages-->)", r"\1\2", beside) == alone
    assert not re.findall(r'href="[^#"]', alone)
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)} for name, content in files.items()
    }
    assert {"tables/readiness.csv", "tables/plan_steps.csv", "tables/gaps.csv"} < set(files)
    assert len(files) == 14
    assert any(name.endswith("first_jobs.csv") for name in files)


def test_the_tables_are_those_of_the_site_alone(bundled: RenderResult) -> None:
    audit = make_audit()
    files = contents(bundle_of(bundled, LEEDS))
    for name in ("findings", "connections", "devices"):
        rows = list(csv.DictReader(io.StringIO(files[f"tables/{name}.csv"].decode("utf-8-sig"))))
        assert len(rows) == len(getattr(audit.select(LEEDS), name))
        assert {row["site"] for row in rows} == {LEEDS}
    assert OBRIEN not in files["tables/readiness.csv"].decode("utf-8-sig")


def test_the_index_links_every_bundle(bundled: RenderResult) -> None:
    index = bundled.index.read_text(encoding="utf-8")
    for site in (LEEDS, OBRIEN):
        assert f'href="bundles/{bundle_of(bundled, site).name}"' in index


def test_without_being_asked_there_is_none(audit: Audit, short_notebooks_directory: Path, tmp_path: Path) -> None:
    result = render_reports(audit, tmp_path / "out", sites=[LEEDS], notebooks=short_notebooks_directory, jobs=1)
    assert result.failed == ()
    assert not (result.index.parent / "bundles").exists()


def test_the_same_audit_and_page_give_the_same_bundle(audit: Audit, tmp_path: Path) -> None:
    page = tmp_path / "leeds.html"
    page.write_text("a page")
    made = [write_bundle(audit.select(LEEDS), page, tmp_path / name / "leeds.zip") for name in _directories(tmp_path)]
    assert made[0].read_bytes() == made[1].read_bytes()


def _directories(directory: Path) -> list[str]:
    for name in ("one", "other"):
        (directory / name).mkdir()
    return ["one", "other"]
