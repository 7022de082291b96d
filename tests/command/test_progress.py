"""Long work shows how far it is, how fast, and how long it will take; in a pipe it is silent."""

from __future__ import annotations

import io
import re
import time

import pytest
from rich.console import Console

import mcuaudit
from mcuaudit.command.run import progress_bars


def test_a_terminal_shows_how_fast_it_goes_and_what_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(
        "mcuaudit.command.run.Console", lambda **_: Console(file=written, force_terminal=True, width=120)
    )
    with progress_bars() as show:
        assert show is not None
        for done in range(1, 4):
            show("reading", done, 4)
            time.sleep(0.1)
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.getvalue()).split("reading")[-1]
    assert re.search(r"3/4 +[\d.]+/s +0:00:0\d remaining +(0:00:0\d|-:--:--)", last), last


def test_a_pipe_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr("mcuaudit.command.run.Console", lambda **_: Console(file=written))
    with progress_bars() as show:
        assert show is None
    assert written.getvalue() == ""


def test_each_stage_of_an_audit_is_told_to_its_end() -> None:
    told: list[tuple[str, int, int]] = []
    fleet = mcuaudit.read_export(mcuaudit.sample_directory(), progress=lambda *words: told.append(words))
    mcuaudit.audit(fleet, at="2026-11-23", progress=lambda *words: told.append(words))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["reading", "predicting", "evaluating rules"]
    last = {stage: (done, total) for stage, done, total in told}
    assert all(done == total for done, total in last.values())
