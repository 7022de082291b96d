"""Reports at addresses: whole and of one run for whoever follows index.html, whatever happens in between."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath

import fsspec
import pytest

import mcuaudit
from mcuaudit.report import remote_reports
from mcuaudit.report.remote_reports import INDEX, made_for, publish
from mcuaudit.report.render import render_reports
from mcuaudit.system.own_output import REPORTS_MARKER
from tests.command.conftest import Run, run  # noqa: F401
from tests.remote.conftest import BUCKET
from tests.report.short_notebooks import short_notebooks
from tests.report.synthetic_audit import LEEDS, make_audit

MEMORY = "memory://team/reports"
S3 = f"s3://{BUCKET}/team/reports"


@pytest.fixture(params=["memory", "s3"])
def place(request: pytest.FixtureRequest) -> tuple[str, fsspec.AbstractFileSystem]:
    return {"memory": MEMORY, "s3": S3}[request.param], request.getfixturevalue(request.param)


def put(address: str, word: str) -> str:
    """Publish one page with an index that links to it; the run."""
    with made_for(address) as made:
        (made.local / "sites").mkdir(exist_ok=True)
        (made.local / "sites" / "leeds.html").write_text(word, encoding="utf-8")
        (made.local / INDEX).write_text(f'<a href="{made.run}/sites/leeds.html">{word}</a>', encoding="utf-8")
        publish(made)
        return made.run


def shown(address: str, system: fsspec.AbstractFileSystem) -> set[str]:
    """What a reader of index.html sees, on it and on the pages that it links to."""
    root = address.partition("://")[2]
    index = system.cat_file(f"{root}/{INDEX}").decode()
    pages = {system.cat_file(f"{root}/{link}").decode() for link in re.findall(r'href="([^"#]+)"', index)}
    return {re.sub("<[^>]*>", "", index), *pages}


def files(address: str, system: fsspec.AbstractFileSystem) -> set[str]:
    root = address.partition("://")[2]
    system.invalidate_cache()
    return {name.partition(f"{root}/")[2] for name in system.find(root)}


def test_reports_replace_the_former_ones(place: tuple[str, fsspec.AbstractFileSystem]) -> None:
    address, system = place
    put(address, "first")
    assert shown(address, system) == {"first"}
    second = put(f"{address}/", "second")
    assert shown(address, system) == {"second"}
    assert files(address, system) == {INDEX, REPORTS_MARKER, f"{second}/sites/leeds.html"}


@pytest.mark.parametrize("failing", ["leeds.html", REPORTS_MARKER, INDEX])
def test_a_network_that_is_cut_leaves_the_former_reports_whole(
    failing: str, place: tuple[str, fsspec.AbstractFileSystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, system = place
    put(address, "first")
    whole = system.put_file

    def cut(local: str, remote: str, **more: object) -> None:
        if PurePosixPath(remote.removesuffix(".making")).name == failing:
            raise ConnectionResetError("connection reset by https://user:s3cr3t@host/x?sig=s3cr3t")
        whole(local, remote, **more)

    with monkeypatch.context() as patched:
        patched.setattr(system, "put_file", cut)
        with pytest.raises(mcuaudit.StorageError, match=rf"{address} cannot be written: .*reset") as raised:
            put(address, "second")
    assert "s3cr3t" not in str(raised.value)
    assert shown(address, system) == {"first"}
    third = put(address, "third")
    assert shown(address, system) == {"third"}
    if failing == "leeds.html":
        assert files(address, system) == {INDEX, REPORTS_MARKER, f"{third}/sites/leeds.html"}


def test_two_runs_at_once_do_not_take_each_others_pages(memory: fsspec.AbstractFileSystem) -> None:
    put(MEMORY, "first")
    with made_for(MEMORY) as slow:
        (slow.local / "sites").mkdir(exist_ok=True)
        (slow.local / "sites" / "leeds.html").write_text("slow", encoding="utf-8")
        (slow.local / INDEX).write_text(f'<a href="{slow.run}/sites/leeds.html">slow</a>', encoding="utf-8")
        memory.pipe_file(f"/team/reports/{slow.run}/sites/oslo.html", b"begun")
        put(MEMORY, "quick")
        assert shown(MEMORY, memory) == {"quick"}
        assert memory.exists(f"/team/reports/{slow.run}/sites/oslo.html")
        publish(slow)
    assert shown(MEMORY, memory) == {"slow"}


def test_a_run_that_was_abandoned_is_removed_after_a_day(
    memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(MEMORY, "first")
    for name in ("runs/20200101T000000Z-01234567", "runs/notes", "kept"):
        memory.pipe_file(f"/team/reports/{name}/x.html", b"x")
    put(MEMORY, "second")
    found = files(MEMORY, memory)
    assert not any("20200101" in name for name in found)
    assert {"runs/notes/x.html", "kept/x.html"} <= found, "what mcuaudit did not make stays"


@pytest.mark.parametrize("run_named", ["../../exports", "runs/../../exports", 7, "runs/20200101T000000Z-01234567"])
def test_a_marker_that_names_another_place_is_not_followed(
    run_named: object, memory: fsspec.AbstractFileSystem
) -> None:
    memory.pipe_file("/exports/x.pem", b"x")
    memory.pipe_file(f"/team/reports/{REPORTS_MARKER}", json.dumps({"run": run_named}).encode())
    put(MEMORY, "first")
    assert memory.exists("/exports/x.pem")
    assert shown(MEMORY, memory) == {"first"}


def test_content_of_others_and_a_bucket_that_is_not_there_are_refused(
    place: tuple[str, fsspec.AbstractFileSystem], s3: fsspec.AbstractFileSystem
) -> None:
    address, system = place
    system.pipe_file(f"{address.partition('://')[2]}/thesis.txt", b"years of work")
    with pytest.raises(mcuaudit.UsageError, match=rf"{address} is not empty and was not made by mcuaudit"):
        put(address, "first")
    assert files(address, system) == {"thesis.txt"}
    with pytest.raises(mcuaudit.UsageError, match=r"s3://no-such-bucket/x: no such directory or bucket"):
        put("s3://no-such-bucket/x", "first")
    assert not s3.exists("no-such-bucket")


@pytest.fixture
def plain_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """For notebooks of one line a warm parent takes longer than it saves."""
    monkeypatch.setattr("mcuaudit.report.kernel.can_fork", lambda: False)


def test_former_pages_stay_where_a_report_fails(
    memory: fsspec.AbstractFileSystem, tmp_path: Path, plain_kernels: None
) -> None:
    audit = make_audit()
    earlier = replace(audit, at=audit.at - timedelta(days=3))
    said: list[tuple[str, int, int]] = []
    first = render_reports(
        earlier, MEMORY, notebooks=short_notebooks(tmp_path / "short"), sites=[LEEDS],
        progress=lambda *words: said.append(words),
    )  # fmt: skip
    assert first.failed == ()
    assert first.index == f"{MEMORY}/index.html"
    assert any(stage == "uploading" and done == total for stage, done, total in said)
    page = str(first.reports[0].page)
    assert page.startswith(f"{MEMORY}/runs/")
    former = memory.cat_file(page.partition(":/")[2])
    some = short_notebooks(tmp_path / "some", f'assert globals().get("site") != {LEEDS!r}')
    second = render_reports(audit, MEMORY, notebooks=some, sites=[LEEDS])
    assert [report.site for report in second.failed] == [LEEDS]
    assert second.failed[0].former == earlier.at
    assert memory.cat_file(str(second.failed[0].page).partition(":/")[2]) == former
    assert memory.exists(str(second.failed[0].notebook).partition(":/")[2])
    index = memory.cat_file("/team/reports/index.html")
    none = short_notebooks(tmp_path / "none", "assert False")
    third = render_reports(audit, MEMORY, notebooks=none, sites=[LEEDS])
    assert third.unchanged
    assert memory.cat_file("/team/reports/index.html") == index
    assert memory.exists(str(third.failed[0].notebook).partition(":/")[2])


def test_the_command_writes_reports_to_an_s3_server(
    run: Run,  # noqa: F811
    s3: fsspec.AbstractFileSystem,
    short_pages: None,
    plain_kernels: None,
) -> None:
    sample = mcuaudit.sample_directory() / "leeds"
    ran = run("report", sample, "--out", S3, "--at", "2026-11-23", "--fail-on", "never", "--jobs", "1")
    assert (ran.code, ran.out) == (3, f"{S3}/index.html\n"), "the site alone lacks the peers of the fleet"
    pages = shown(S3, s3)
    assert len(pages) > 1
    assert any(f"--out {S3}" in page for page in pages)
    assert s3.info(f"{BUCKET}/team/reports/index.html")["ContentType"] == "text/html"
    assert "mcuaudit-remote-" not in "".join(pages) + ran.err


def test_options_that_have_no_effect_at_an_address_are_refused(memory: fsspec.AbstractFileSystem) -> None:
    with pytest.raises(mcuaudit.UsageError, match=f"mode has no effect at {MEMORY}"):
        render_reports(make_audit(), MEMORY, mode=0o640)


def test_reports_within_the_export_are_refused(run: Run, memory: fsspec.AbstractFileSystem) -> None:  # noqa: F811
    ran = run("report", "memory://team", "--out", MEMORY)
    assert ran.code == 2
    assert f"{MEMORY} is inside the export" in ran.err


def test_former_reports_that_cannot_be_removed_are_said(
    memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put(MEMORY, "first")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError("denied")

    monkeypatch.setattr(remote_reports.RemoteDirectory, "remove", _of_driver(denied))
    put(MEMORY, "second")
    assert shown(MEMORY, memory) == {"second"}
    assert re.search(rf"former reports in {MEMORY}/runs/\S+ could not be removed: .*no permission", caplog.text)


def _of_driver(function):  # type: ignore[no-untyped-def]
    from mcuaudit.system.remote import failures_at

    def call(self: remote_reports.RemoteDirectory, path: str) -> None:
        with failures_at(self.shown, writing=True):
            function(path)

    return call
