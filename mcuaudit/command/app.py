"""The entry point: the commands, and the message and exit code of each error."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import re
import signal
import sys
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from mcuaudit.command.exit_codes import FAILED, NOT_WRITTEN, WRONG_USE
from mcuaudit.command.table import COMMANDS, function_of
from mcuaudit.errors import BusyError, McuAuditError, ReportError, StorageError
from mcuaudit.system.children import isolate_children
from mcuaudit.system.log import LOG
from mcuaudit.system.output_encoding import make_output_encodable
from mcuaudit.system.standard_output import discard_output, flush_output
from mcuaudit.system.storage import STANDARD_OUTPUT, storage_error

_OBJECTS: Final = 200_000
"""New objects after which garbage is looked for."""


class _Commands(TyperGroup):
    """The commands; the help shows no type for an option that takes no value, such as --help."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # The names are known, for hints on misspelt ones; a command is loaded when it is called.
        self.commands = {name: TyperCommand(name, help=entry.summary) for name, entry in COMMANDS.items()}

    def get_params(self, ctx: Any) -> list[Any]:
        return [_without_type(option) for option in super().get_params(ctx)]

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        if name is not None:
            found = _loaded(name)
            _without_type(found.get_help_option(ctx))
        return name, found, rest


def _loaded(name: str) -> Any:
    """A command with the arguments and options of its function."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=app.rich_markup_mode, pretty_exceptions_enable=False)
    alone.command(name)(function_of(name))
    return get_command(alone)


def _without_type(option: Any) -> Any:
    if getattr(option, "is_flag", False) and option.metavar is None:
        option.metavar = ""
    return option


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Audit the certificates, trust stores and settings of a fleet of Cisco TelePresence MCUs.",
    epilog="Exit codes: 0 nothing at or above the threshold, 1 findings, 2 usage error, 3 part of the input could "
    "not be read or a waiver has no effect, 4 a report failed or another run is in progress, 5 the output could not be "
    "written, for example because the disk is full. If several apply, the precedence is 2, 5, 4, 3, 1.",
)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", metavar="", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        print(f"mcuaudit {version_of('mcuaudit')}")
        raise typer.Exit(0)


def main() -> None:
    """Entry point: like `app`, with errors as one message on standard error and the right exit code."""
    # What an audit makes stays until it ends: looking for garbage among it finds none, and takes time.
    gc.set_threshold(_OBJECTS, 30, 30)
    make_output_encodable()
    isolate_children()
    if not LOG.handlers:
        LOG.addHandler(_Sayer())
    # A scheduler that ends a run must leave nothing half written: this unwinds as Control-C does.
    with contextlib.suppress(ValueError):
        for name in ("SIGTERM", "SIGHUP"):
            # A signal that nohup ignores stays ignored; Windows has no SIGHUP.
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _end)
    try:
        code = _called()
    except (typer.Abort, KeyboardInterrupt):
        _say("Interrupted.")
        code = 130
    except (ReportError, BusyError) as error:
        _say(str(error))
        code = FAILED
    except StorageError as error:
        code = _not_written(error)
    except McuAuditError as error:
        _say(str(error))
        code = WRONG_USE
    except BrokenPipeError:
        # The reader, such as head, has ended; it got what it asked for.
        discard_output()
        code = 0
    except OSError as error:
        failure = storage_error(error.filename or _what_failed(), error)
        if failure:
            sys.exit(_not_written(failure))
        # A place that cannot be read or written is for the user to fix; other errors of the system look the same.
        if os.environ.get("MCUAUDIT_TRACEBACK"):
            raise
        _say(f"{error.filename}: {error.strerror}." if error.filename else f"{error}.")
        code = WRONG_USE
    except Exception as error:
        # The user gets a traceback only on request.
        if error.__class__.__module__.startswith(("click", "typer")) and hasattr(error, "show"):
            if isinstance(getattr(error, "message", None), str):
                error.message = _plain_words(error.message)  # type: ignore[attr-defined]
            error.show()
            code = WRONG_USE
        elif os.environ.get("MCUAUDIT_TRACEBACK"):
            raise
        else:
            _say(f"Internal error: {type(error).__name__}: {error}. Set MCUAUDIT_TRACEBACK=1 to see where.")
            code = FAILED
    sys.exit(code if isinstance(code, int) else 0)


def _called() -> object:
    """The exit code of the command, after all that it printed is written."""
    try:
        code = app(standalone_mode=False)
    except typer.Exit as stop:
        code = stop.exit_code
    flush_output()
    return code


def _not_written(error: StorageError) -> int:
    _say(str(error))
    discard_output()
    return NOT_WRITTEN


def _what_failed() -> str:
    """What a failed write without a file name was for: standard output, if that takes no more."""
    try:
        print()
        flush_output()
    except (OSError, StorageError):
        return STANDARD_OUTPUT
    return "a temporary file"


_LIBRARY_WORDS: Final = (
    (re.compile(r"\bValue error, "), ""),
    (re.compile(r"\bInput should be greater than or equal to (\S+)"), r"must be at least \1"),
    (re.compile(r"\bInput should be less than or equal to (\S+)"), r"must be at most \1"),
    (re.compile(r"\bInput should be a valid integer, .*"), "must be a whole number"),
)
"""Words of the library that checks values, which are meant for programmers, and what they mean."""


def _plain_words(message: str) -> str:
    for pattern, words in _LIBRARY_WORDS:
        message = pattern.sub(words, message)
    return message


class _Sayer(logging.Handler):
    """What a run says beside its result, as a line on standard error like all others."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print it."""
        _say(record.getMessage())


def _end(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _say(text: str) -> None:
    from mcuaudit.wording.visible import visible

    # Where standard error cannot be written, the exit code is left.
    with contextlib.suppress(OSError):
        print(f"mcuaudit: {chr(10).join(visible(line) for line in text.splitlines())}", file=sys.stderr)
