"""The policy at the top of an export comes from other hands: it cannot raise a limit, and what it does is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.errors import PolicyError
from mcuaudit.policy.layers import resolve_policy
from mcuaudit.policy.schema import Limits
from mcuaudit.summary.policy_effects import policy_effects
from mcuaudit.writers.terminal import summary_lines
from tests.clean_export import CleanExport

MOST = Limits().file_bytes


def exported(directory: Path, policy: str) -> Path:
    root = CleanExport().write(directory / "export")
    (root / "mcuaudit.toml").write_text(policy)
    return root


def test_a_limit_is_lowered_and_not_raised(tmp_path: Path) -> None:
    root = exported(tmp_path, f"[limits]\nfile_bytes = {MOST + 1}\nfiles = 500\n")
    found = resolve_policy(root)
    assert (found.policy.limits.file_bytes, found.policy.limits.files) == (MOST, 500)
    assert dict(found.not_raised) == {"file_bytes": MOST + 1}
    (problem,) = mcuaudit.read_export(root).problems.to_dict("records")
    assert problem["where"] == "[limits] file_bytes"
    assert problem["reason"] == (
        f"the policy of an export can lower a limit and not raise it, so {MOST + 1} is not used. If you trust the "
        f"export, use --set limits.file_bytes={MOST + 1}; otherwise remove the line"
    )


def test_the_default_itself_is_no_higher_limit(tmp_path: Path) -> None:
    assert not resolve_policy(exported(tmp_path, f"[limits]\nfile_bytes = {MOST}\n")).not_raised


def test_the_advice_leads_on_and_the_auditor_can_raise_it(tmp_path: Path) -> None:
    root = exported(tmp_path, f"[limits]\nfile_bytes = {MOST + 1}\n")
    assert resolve_policy(root, options=[f"limits.file_bytes={MOST + 1}"]).policy.limits.file_bytes == MOST + 1
    variable = {"MCUAUDIT_LIMITS_FILE_BYTES": str(MOST + 2)}
    assert resolve_policy(root, environment=variable).policy.limits.file_bytes == MOST + 2
    assert resolve_policy(root, file=root / "mcuaudit.toml").policy.limits.file_bytes == MOST + 1
    (root / "mcuaudit.toml").write_text("")
    assert mcuaudit.read_export(root).problems.empty


def test_a_policy_that_the_auditor_names_may_raise_limits(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path / "export")
    (tmp_path / "own.toml").write_text(f"[limits]\nfile_bytes = {MOST + 1}\n")
    assert resolve_policy(root, file=tmp_path / "own.toml").policy.limits.file_bytes == MOST + 1


def test_a_link_and_a_large_file_are_not_read_as_a_policy(tmp_path: Path) -> None:
    root = exported(tmp_path, "")
    (root / "mcuaudit.toml").unlink()
    (tmp_path / "elsewhere.toml").write_text("[rules]\nMCU105 = 'off'\n")
    (root / "mcuaudit.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(PolicyError, match="is a link; name the policy with --policy, or remove the file"):
        resolve_policy(root)
    (root / "mcuaudit.toml").unlink()
    with (root / "mcuaudit.toml").open("wb") as file:
        os.truncate(file.fileno(), MOST + 1)
    with pytest.raises(PolicyError, match=f"has {MOST + 1} bytes, and at most {MOST} are read; name the policy with"):
        resolve_policy(root)


def test_what_the_policy_takes_out_is_said(tmp_path: Path) -> None:
    root = exported(tmp_path, '[rules]\nMCU105 = "off"\nMCU902 = "off"\n[export]\nignore = ["*.bak"]\n')
    (root / "a.bak").write_text("x")
    audit = mcuaudit.audit(mcuaudit.read_export(root), at="2026-06-10")
    words = "switches off MCU105 and MCU902 and ignores files named *.bak"
    assert policy_effects(audit) == words
    assert f"the policy {words}" in list(summary_lines(audit, "export"))


def test_without_effects_nothing_is_said(tmp_path: Path) -> None:
    audit = mcuaudit.audit(
        mcuaudit.read_export(exported(tmp_path, "[thresholds]\nexpiry_days = 30\n")), at="2026-06-10"
    )
    assert policy_effects(audit) == ""
    assert len(list(summary_lines(audit, "export"))) == 1
