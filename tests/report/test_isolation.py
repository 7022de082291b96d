"""The process that makes a page has no network where the system allows that, and the page says whether it has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jupyter_core.utils import run_sync

import mcuaudit
from mcuaudit.report import kernel as kernels
from mcuaudit.report import warm_parents
from mcuaudit.report.sections import evidence
from mcuaudit.system.isolation import without_network

_PRINT = "from mcuaudit.system.isolation import has_network; print(has_network())"


def _said(scratch: Path) -> str:
    kernel = kernels.Kernel(scratch)
    words: list[str] = []

    def take(message: dict[str, Any]) -> None:
        words.append(message["content"].get("text", ""))

    try:
        run_sync(kernel.client.execute_interactive)(_PRINT, store_history=False, output_hook=take)
    finally:
        kernel.close()
    return "".join(words).strip()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A directory whose name is longer than that of a socket can be."""
    long = tmp_path / ("x" * 120)
    long.mkdir()
    return long


@pytest.mark.skipif(not without_network(), reason="the system does not take the network away")
@pytest.mark.parametrize("forks", [True, False])
def test_a_kernel_has_no_network(forks: bool, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not forks:
        monkeypatch.setattr(kernels, "can_fork", lambda: False)
    assert _said(scratch) == "False"


@pytest.mark.parametrize("forks", [True, False])
def test_a_kernel_has_one_where_the_system_does_not_take_it_away(
    forks: bool, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mcuaudit.system.isolation import has_network

    monkeypatch.setattr(kernels, "without_network", tuple)
    monkeypatch.setattr(warm_parents, "without_network", tuple)
    if not forks:
        monkeypatch.setattr(kernels, "can_fork", lambda: False)
    assert _said(scratch) == str(has_network())


@pytest.mark.parametrize(("network", "words"), [(False, "in force"), (True, "not in force on this system")])
def test_the_page_says_so(
    network: bool, words: str, sample_audit: mcuaudit.Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "has_network", lambda: network)
    assert f"from the network</dt><dd><code>{words}<" in str(evidence.provenance(sample_audit))
