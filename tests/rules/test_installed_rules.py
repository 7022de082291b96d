"""Installed packages provide rules: judged and reported as others; a broken package is named, the others stay."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.errors import PolicyError
from mcuaudit.policy.schema import Policy
from mcuaudit.rules import Context, check_rule_codes, loading_problems, own_rules, registered_rules
from mcuaudit.rules.causes import EXPORT
from mcuaudit.rules.installed import load_installed_rules
from mcuaudit.rules.rule import RuleError, registering, rule
from tests.authority import NOW
from tests.clean_export import CleanExport

ROOT = Path(__file__).parents[2]


def documented(language: str) -> str:
    text = (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(found)


ACME = documented("python")


def package(directory: Path, name: str, module: str, entry: str = "rules = {module}") -> Path:
    """An installed package, as pip leaves it, with one module."""
    module_name = name.replace("-", "_")
    information = directory / f"{module_name}-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[mcuaudit.rules]\n{entry.format(module=module_name)}\n")
    (directory / f"{module_name}.py").write_text(module, encoding="utf-8")
    return directory


def with_code(code: str) -> str:
    return ACME.replace("ACME101", code)


def in_a_function(module: str) -> str:
    """The same, registered by a function."""
    head, _, body = module.partition("@rule(")
    indented = "".join(f"    {line}" if line.strip() else line for line in f"@rule({body}".splitlines(keepends=True))
    return f"{head}def register() -> None:\n{indented}"


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("mcuaudit.rules.rule._REGISTER", dict(own_rules()))
    monkeypatch.setattr("mcuaudit.rules.installed._PROBLEMS", [])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("acme", "other", "broken")):
            del sys.modules[name]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of the import path, for packages."""
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site"


def test_a_module_and_a_function_register_rules(site: Path, tmp_path: Path) -> None:
    package(site, "acme-rules", ACME)
    package(site, "other-rules", in_a_function(with_code("OTHER100")), "a = {module}:register")
    load_installed_rules()
    assert loading_problems() == []
    assert {code: one.package for code, one in registered_rules().items() if one.package} == {
        "ACME101": "acme-rules 1.0",
        "OTHER100": "other-rules 1.0",
    }
    assert not set(own_rules()) & {"ACME101", "OTHER100"}
    fleet = mcuaudit.read_export(CleanExport().write(tmp_path / "export"))
    audit = mcuaudit.audit(fleet, at=NOW, policy=Policy.model_validate({"rules": {"OTHER100": "off"}}))
    (finding,) = audit.findings.to_dict("records")
    assert re.fullmatch(r"ACME101-[0-9a-f]{6}", finding["finding_id"])
    assert (finding["rule"], finding["severity"], finding["slot"]) == (
        "issued_elsewhere",
        "warning",
        "local_certificate",
    )
    assert finding["evidence"].startswith("The local certificate was issued by CN=Example Issuing CA")
    assert audit.versions["acme-rules"] == "1.0"
    assert "other-rules" not in audit.versions
    assert mcuaudit.describe(finding["finding_id"]).startswith("ACME101 issued_elsewhere (warning)")


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("raise ValueError('half installed')", "ValueError: half installed"),
        ("import no_such_module_anywhere", "ModuleNotFoundError"),
        ("def (", "SyntaxError"),
        ("import sys; sys.exit('stop')", "SystemExit: stop"),
        (with_code("BROKEN100") + "\n\nraise ValueError('after the rule')", "ValueError: after the rule"),
        (with_code("MCU999"), 'the rule issued_elsewhere: the code is "MCU999"; a rule of another package has other'),
        (with_code("acme1"), 'the code is "acme1"; a code is two to twelve capital letters'),
        (with_code("BROKEN100").replace("{issuer}", "{isuer}"), 'message: unknown placeholder "isuer". Did you mean '),
        (
            with_code("ACME101"),
            "the code ACME101 is used by two rules: issued_elsewhere of the package acme-rules",
        ),
    ],
)
def test_a_broken_package_is_named_and_the_others_stay(module: str, reason: str, site: Path, tmp_path: Path) -> None:
    package(site, "acme-rules", ACME)
    package(site, "broken-rules", module)
    load_installed_rules()
    assert [code for code, one in registered_rules().items() if one.package] == ["ACME101"]
    (problem,) = loading_problems()
    assert problem["file"] == "broken-rules 1.0"
    assert problem["reason"].startswith(
        "the rules of the package broken-rules 1.0 cannot be loaded (entry point rules = broken_rules): "
    )
    assert reason in problem["reason"]
    audit = CleanExport().audit(tmp_path / "export")
    assert audit.problems[["kind", "file"]].values.tolist() == [["internal", "broken-rules 1.0"]]
    assert audit.findings["code"].tolist() == ["ACME101"]
    assert set(audit.evaluations["code"]) == set(registered_rules())
    with pytest.raises(PolicyError, match=r"there is no rule BROKEN100(.|\n)*broken-rules 1.0 cannot be loaded"):
        check_rule_codes(Policy.model_validate({"rules": {"BROKEN100": "off"}}), "the policy")


def test_a_rule_of_a_package_that_fails_names_the_package(site: Path, tmp_path: Path) -> None:
    package(site, "acme-rules", re.sub(r"    return ~view.*", "    raise ZeroDivisionError", ACME))
    load_installed_rules()
    audit = CleanExport().audit(tmp_path / "export")
    assert audit.problems[["kind", "file", "where"]].values.tolist() == [["internal", "acme-rules 1.0", "ACME101"]]
    (finding,) = audit.findings.to_dict("records")
    assert str(finding["outcome"]) == "open"
    assert "acme-rules 1.0" in finding["fix"]


def test_the_first_of_two_packages_of_one_name_is_loaded(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(site, "acme-rules", ACME)
    monkeypatch.setattr(sys, "path", [*sys.path, str(package(tmp_path / "later", "acme-rules", with_code("LATER100")))])
    load_installed_rules()
    assert loading_problems() == []
    assert "ACME101" in registered_rules()
    assert "LATER100" not in registered_rules()


def test_the_working_directory_is_not_searched(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(site, "acme-rules", "raise ValueError")
    monkeypatch.chdir(site)
    monkeypatch.syspath_prepend("")
    load_installed_rules()
    assert loading_problems() == []


def own(view: pd.DataFrame, context: Context) -> pd.Series:
    """A rule of this test."""
    return view["model"].isna()


def registered(code: str) -> None:
    texts = dict.fromkeys(("source", "section", "message", "fix"), "x")
    rule(code=code, view="devices", severity="note", grade="doc", cause=EXPORT, **texts)(own)


@pytest.mark.parametrize(
    "code", ["A100", "TOOMANYLETTERS100", "ACME10", "ACME1000", "ACME001", "ACME-101", "Acme101", ""]
)
def test_a_malformed_code_is_refused(code: str) -> None:
    with pytest.raises(RuleError, match="a number from 100 to 999"):
        registered(code)


@pytest.mark.parametrize("code", ["HOME100", "AB999", "MCUX100", "TWELVELETTER123"])
def test_a_program_registers_a_rule_for_itself(code: str) -> None:
    registered(code)
    assert registered_rules()[code].package == ""


def test_mcuaudit_has_no_other_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "__module__", "mcuaudit.rules.settings.own")
    with pytest.raises(RuleError, match='"HOME100"; a rule of mcuaudit has the letters MCU'):
        registered("HOME100")
    registered("MCU499")


def test_after_an_error_nothing_of_it_stays() -> None:
    def some() -> None:
        with registering("acme-rules 1.0"):
            registered("ACME100")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        some()
    assert "ACME100" not in registered_rules()
    registered("ACME100")
    assert registered_rules()["ACME100"].package == ""


def checked(export: Path, site: Path, *words: str, severity: str) -> subprocess.CompletedProcess[str]:
    """`mcuaudit check` in a process of its own, with the packages of `site` installed."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{site}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MCUAUDIT_RULES_ACME101": severity,
    }
    command = [sys.executable, "-m", "mcuaudit", "check", str(export), "--at", "2026-06-15", *words]
    return subprocess.run(
        command, cwd=export.parent, env=environment, capture_output=True, text=True, check=False, timeout=900
    )


@pytest.mark.parametrize("entry", ["rules = {module}", "rules = {module}:nothing"])
def test_a_package_that_is_imported_before_mcuaudit_has_its_name(entry: str, tmp_path: Path) -> None:
    site = package(tmp_path / "site", "acme-rules", f"{ACME}\n\ndef nothing() -> None:\n    pass\n", entry)
    program = """
import acme_rules
from mcuaudit.rules import loading_problems, own_rules, registered_rules
import mcuaudit
assert loading_problems() == [], loading_problems()
assert registered_rules()["ACME101"].package == "acme-rules 1.0"
assert "ACME101" not in own_rules()
print(mcuaudit.load("export", at="2026-06-15").versions["acme-rules"])
"""
    CleanExport().write(tmp_path / "export")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{site}"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, "1.0"), done.stderr


def test_of_two_packages_below_one_name_the_nearest_counts(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        information = site / f"acme_{name}-1.0.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-{name}\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text(f"[mcuaudit.rules]\na = acme.{name}\n")
        (site / "acme" / name).mkdir(parents=True)
        (site / "acme" / name / "__init__.py").write_text("")
    load_installed_rules()
    monkeypatch.setattr(own, "__module__", "acme.two.checks")
    registered("ACME100")
    assert registered_rules()["ACME100"].package == "acme-two 1.0"
    assert loading_problems() == []


def test_what_a_failed_import_registered_is_forgotten(site: Path) -> None:
    package(site, "broken-rules", with_code("BROKEN100") + "\n\nraise ValueError('after the rule')")
    with pytest.raises(ValueError, match="after the rule"):
        __import__("broken_rules")
    load_installed_rules()
    assert "BROKEN100" not in registered_rules()
    (problem,) = loading_problems()
    assert "ValueError: after the rule" in problem["reason"]


def test_the_command_judges_installed_rules(tmp_path: Path) -> None:
    site = tmp_path / "site"
    entry = documented("toml").partition('rules"]\n')[2].partition("\n")[0].replace('"', "")
    package(site, "acme-rules", ACME, entry)
    export = CleanExport().write(tmp_path / "export")
    done = checked(export, site, "--format", "sarif", severity="error")
    assert done.returncode == 1, done.stderr
    (run,) = json.loads(done.stdout)["runs"]
    failing = [(result["ruleId"], result["level"]) for result in run["results"] if result["kind"] == "fail"]
    assert failing == [("ACME101", "error")]
    assert "ACME101" in [one["id"] for one in run["tool"]["driver"]["rules"]]

    package(site, "broken-rules", "raise ValueError('half installed')")
    done = checked(export, site, "--fail-on", "never", severity="off")
    assert done.returncode == 4
    assert "broken-rules 1.0 cannot be loaded" in done.stderr
    assert "ValueError: half installed; update or uninstall the package" in done.stderr
