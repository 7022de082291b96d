"""Every "Did you mean" of commands, policies and functions is followed literally, and leads out of the error."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit, UsageError
from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.domain.standards import Standard
from mcuaudit.identity.purpose import sip_purpose
from mcuaudit.pkix.purposes import purpose_outcome
from mcuaudit.report.execute import check_parameters
from mcuaudit.writers.formats import content_of
from tests.authority import NOW
from tests.clean_export import DEVICE, HOST, CleanExport, local_certificate
from tests.command.conftest import Run
from tests.hints import hint_of

_WRONG_USE = 2
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return CleanExport().write(tmp_path / "export")


COMMANDS: dict[str, tuple[list[str], str]] = {
    "the directory": (["check", "exporrt"], "exporrt"),
    "a format": (["check", "export", "--format", "jsonn"], "jsonn"),
    "a format of a comparison": (["compare", "export", "export", "--format", "jsno"], "jsno"),
    "a frame": (["check", "export", "--format", "csv", "--frame", "conections"], "conections"),
    "a site": (["report", "export", "--out", "out", "--site", "leds"], "leds"),
    "a frame, rule or column": (["describe", "conections"], "conections"),
    "a column": (["describe", "connections.outcom"], "connections.outcom"),
    "the file of a policy": (["check", "export", "--policy", "strct.toml"], "strct.toml"),
    "a section of the policy": (["check", "export", "--set", "tresholds.expiry_days=30"], "tresholds"),
    "a key of the policy": (["check", "export", "--set", "thresholds.expiry_day=30"], "expiry_day"),
    "a word of the policy": (["check", "export", "--set", "policy.mesh=sites"], "sites"),
    "a format of a plan": (
        ["plan", "export", "--set", "services.http=false", "--format", "markdow"], "markdow",
    ),
    "a command": (["deadlins", "export"], "deadlins"),
}  # fmt: skip


@pytest.mark.parametrize("case", COMMANDS)
def test_a_hint_of_a_command_leads_on(
    case: str, export: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "strict.toml").write_text("[thresholds]\nexpiry_days = 30\n")
    arguments, wrong = COMMANDS[case]
    refused = run(*arguments)
    assert refused.code == _WRONG_USE
    right = hint_of(re.sub(r"[│╭╮╰╯─]", "", refused.err))
    assert right != wrong
    assert run(*(word.replace(wrong, right) for word in arguments)).code != _WRONG_USE


def test_a_hint_for_an_option_leads_on(export: Path, run: Run) -> None:
    refused = run("check", export, "--fale-on", "error")
    assert refused.code == _WRONG_USE
    first = re.search(r"Possible options: (--[a-z-]+)", refused.err)
    assert first is not None
    assert run("check", export, first[1], "error").code != _WRONG_USE


def test_a_hint_for_a_variable_leads_on(export: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCUAUDIT_THRESHOLDS_EXPIRY_DAY", "30")
    refused = run("check", export)
    assert refused.code == _WRONG_USE
    monkeypatch.delenv("MCUAUDIT_THRESHOLDS_EXPIRY_DAY")
    monkeypatch.setenv(hint_of(refused.err), "30")
    assert run("check", export).code != _WRONG_USE


def test_a_hint_for_a_waiver_leads_on(export: Path) -> None:
    waiver = (
        '[[waiver]]\nrule = "MCU101"\ndevice = "leeds/mcu-2"\nreason = "x"\nowner = "y"\nexpires = 2099-01-01\n'
    )  # fmt: skip
    (export / "mcuaudit.toml").write_text(waiver.replace("reason", "reson"))
    with pytest.raises(UsageError) as refused:
        mcuaudit.read_export(export)
    (export / "mcuaudit.toml").write_text(waiver.replace("reason", hint_of(str(refused.value))))
    mcuaudit.read_export(export)


FUNCTIONS: dict[str, tuple[Callable[[Audit, str], object], str]] = {
    "select": (lambda audit, word: audit.select(word), "leds"),
    "site_report": (lambda audit, word: mcuaudit.site_report(audit, word), "leds"),
    "why, a device": (lambda audit, word: audit.why(word, "outgoing_sip"), "leeds/mcu-2"),
    "why, a connection type": (lambda audit, word: audit.why(DEVICE, word), "outgoing_sips"),
    "why, a peer": (lambda audit, word: audit.why(DEVICE, "outgoing_sip", word), "rom"),
    "match, a standard": (lambda _, word: mcuaudit.match(local_certificate().der, HOST, word), "rfc95255"),
    "validate, a purpose": (
        lambda _, word: mcuaudit.validate(
            local_certificate().der, anchors=[local_certificate().der], at=NOW, purpose=word  # type: ignore[arg-type]
        ),
        "clientAuht",
    ),
    "validate, what to do with policies": (
        lambda _, word: mcuaudit.validate(
            local_certificate().der, anchors=[local_certificate().der], at=NOW, policies=word  # type: ignore[arg-type]
        ),
        "evalute",
    ),
    "validate, limits of anchors": (
        lambda _, word: mcuaudit.validate(
            local_certificate().der, anchors=[local_certificate().der], at=NOW, anchor_limits=word  # type: ignore[arg-type]
        ),
        "ignor",
    ),
    "validate, revocation": (
        lambda _, word: mcuaudit.validate(
            local_certificate().der, anchors=[local_certificate().der], at=NOW, revocation=word  # type: ignore[arg-type]
        ),
        "requre",
    ),
    "match, a TLS purpose": (
        lambda _, word: sip_purpose(decode_certificate(local_certificate().der), Standard.RFC5924, word),
        "1.3.6.1.5.5.7.3.3",
    ),
    "a path, a purpose": (lambda _, word: purpose_outcome([], word), "serverAuht"),  # type: ignore[arg-type]
    "write, a format": (lambda audit, word: content_of(audit, "export", word), "jsonn"),
    "show, a view": (lambda audit, word: mcuaudit.show(audit.connections, view=word), "decison"),
    "describe": (lambda _, word: mcuaudit.describe(word), "setings"),
}  # fmt: skip


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> mcuaudit.Audit:
    return CleanExport().audit(tmp_path_factory.mktemp("clean"))


@pytest.mark.parametrize("case", FUNCTIONS)
def test_a_hint_of_a_function_leads_on(case: str, clean: mcuaudit.Audit) -> None:
    call, wrong = FUNCTIONS[case]
    audit = clean
    with pytest.raises(UsageError) as refused:
        call(audit, wrong)
    call(audit, hint_of(str(refused.value)))


def test_a_hint_for_a_parameter_of_a_notebook_leads_on() -> None:
    notebook = NOTEBOOKS / "90_site_report.ipynb"
    with pytest.raises(UsageError) as refused:
        check_parameters(notebook, ["sitee"])
    check_parameters(notebook, [hint_of(str(refused.value))])
