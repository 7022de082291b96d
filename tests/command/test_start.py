"""What a command loads before it does anything: as little as it needs, and the same commands for all that."""

from __future__ import annotations

import inspect
import subprocess
import sys
from textwrap import dedent

import pytest
from typer.testing import CliRunner

from mcuaudit.command.app import app
from mcuaudit.command.table import COMMANDS, function_of


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_of_a_command_what_its_function_says(name: str) -> None:
    documented = (inspect.getdoc(function_of(name)) or "").split("\n\n")[0]

    assert COMMANDS[name].summary == " ".join(documented.split())


def test_a_misspelt_command_is_named_with_the_one_that_is_meant() -> None:
    done = CliRunner().invoke(app, ["chekc"])

    assert done.exit_code == 2
    assert "No such command 'chekc'. Did you mean 'check'?" in done.output


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (
            ["--help"],
            {"mcuaudit.command.check", "mcuaudit.writers", "pandas", "cryptography", "multiprocessing.context"},
        ),
        (["match", "{certificate}", "mcu.example"], {"pandas", "numpy", "pyarrow", "mcuaudit.rules"}),
    ],
    ids=["help", "match"],
)
def test_it_loads_nothing_that_it_does_not_need(arguments: list[str], loaded: set[str]) -> None:
    from mcuaudit import sample_directory

    certificate = sample_directory() / "leeds" / "mcu-court" / "local-certificate.pem"
    given = [argument.format(certificate=certificate) for argument in arguments]
    program = f"""
        import sys
        from mcuaudit.command import main
        sys.argv = ["mcuaudit", *{given!r}]
        try:
            main()
        except SystemExit:
            pass
        print("loaded:", *sorted({loaded!r} & set(sys.modules)), sep=" ")
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1].strip() == "loaded:", done.stderr
    assert len(done.stdout.splitlines()) > 3
