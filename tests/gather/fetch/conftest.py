"""The command, as the tests of commands run it."""

from tests.command.conftest import run

__all__ = ["run"]
