"""On a terminal, no format prints what the terminal obeys; through a pipe, each prints the text as it is."""

from __future__ import annotations

import os
import pty
import threading
from pathlib import Path

import pytest

from tests import programs
from tests.hostile.hostile_export import write_good

EVIL = "\x1b[31mred\x07\u202e\u200b"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with a device and a file whose names hold escape sequences."""
    root = tmp_path_factory.mktemp("export")
    write_good(root)
    for name in (f"leeds/{EVIL}/settings.toml", f"leeds/mcu-1/{EVIL}.toml"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(f'[device]\nmodel = "{EVIL.encode("unicode_escape").decode()}"\n', encoding="utf-8")
    return root


def _printed(export: Path, *options: str, terminal: bool) -> str:
    command = ["check", str(export), "--at", "2026-11-23", *options]
    environment = {**os.environ, "TERM": "xterm"}
    if not terminal:
        done = programs.run(*command, env=environment)
        return (done.stdout + done.stderr).decode()
    ours, theirs = pty.openpty()
    parts: list[bytes] = []

    def read() -> None:
        while True:
            try:
                part = os.read(ours, 1 << 16)
            except OSError:
                return
            if not part:
                return
            parts.append(part)

    reader = threading.Thread(target=read)
    reader.start()
    programs.start(*command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs).wait()
    os.close(theirs)
    reader.join(timeout=60)
    os.close(ours)
    return b"".join(parts).decode("utf-8", "replace")


@pytest.mark.parametrize("name", ["csv", "json", "junit", "sarif", "table"])
def test_a_terminal_gets_nothing_that_it_obeys(name: str, export: Path) -> None:
    options = () if name == "table" else ("--format", name)
    text = _printed(export, *options, "--all", terminal=True)
    assert "x1b[31mred" in text.replace("\\u00", "\\x").replace("\\\\", "\\")
    # Rich's own colours are sequences too; those of the export are not among them.
    assert "\x1b[31mred" not in text
    assert not set("\x07\u202e\u200b") & set(text)


def test_a_pipe_gets_the_text_as_it_is(export: Path) -> None:
    assert EVIL in _printed(export, "--format", "csv", "--frame", "problems", terminal=False)
