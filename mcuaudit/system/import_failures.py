"""Why a module of this package or of another one cannot be imported: its file, the line, and what to write there."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from enum import EnumType
from traceback import walk_tb
from types import ModuleType
from typing import Final

from mcuaudit.errors import McuAuditError, nearest

_LEAST: Final = 0.45
"""TURN_ON is meant to be SWITCH_ON."""
_LACKS: Final = re.compile(r"(\w+)\(\) missing \d+ required (?:keyword-only |positional )?arguments?: (.+)")
_NOT_IN: Final = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_SURPLUS: Final = re.compile(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'")


def file_of(module: str) -> str:
    """The file of a module."""
    return f"{module.replace('.', '/')}.py"


def place_in(module: str, error: BaseException) -> str:
    """The file of the module, and its last line that was running when the error was raised."""
    line = error.lineno if isinstance(error, SyntaxError) else 0
    for frame, number in walk_tb(error.__traceback__):
        if frame.f_globals.get("__name__") == module:
            line = number
    return f"{file_of(module)}, line {line}" if line else file_of(module)


def place_of_function(function: Callable[..., object]) -> str:
    """The file and line of a function; only its line in a notebook or a program."""
    code = getattr(function, "__code__", None)
    line = f"line {code.co_firstlineno}" if code else ""
    file = "" if function.__module__ == "__main__" else file_of(function.__module__)
    return ", ".join(part for part in (file, line) if part)


def reason_of(error: BaseException) -> str:
    """What is wrong, in one line, with the nearest name where a name is wrong."""
    text = " ".join(str(error).split())
    if isinstance(error, McuAuditError):
        return text.rstrip(".")
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg}"
    if isinstance(error, AttributeError) and error.name and isinstance(error.obj, EnumType):
        return f"{error.obj.__name__} has no {error.name}{_meant(error.name, list(error.obj.__members__))}"
    if isinstance(error, AttributeError) and error.name and isinstance(error.obj, ModuleType):
        return f"{error.obj.__name__} has no {error.name}{_meant(error.name, dir(error.obj))}"
    if isinstance(error, ImportError) and (lacks := _NOT_IN.match(text)):
        return f"{lacks[2]} has no {lacks[1]}{_meant(lacks[1], dir(sys.modules.get(lacks[2])))}"
    if lacks := _LACKS.fullmatch(text):
        return f"{lacks[1]}() lacks {lacks[2].replace(chr(39), '`')}; add the argument"
    if surplus := _SURPLUS.match(text):
        return f"{surplus[1]}() has no argument `{surplus[2]}`"
    return f"{type(error).__name__}: {text}".rstrip(".")


def _meant(word: str, names: list[str]) -> str:
    found = nearest(word, [name for name in names if not name.startswith("__")], _LEAST)
    return f"; the nearest name is {found}" if found else ""
