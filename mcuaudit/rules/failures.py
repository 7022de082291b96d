"""Where a rule raised an exception, and whether its functions give what they must."""

from __future__ import annotations

from traceback import walk_tb
from typing import Any

import pandas as pd

from mcuaudit.rules.definition import Rule
from mcuaudit.rules.views.view_frame import ViewFrame


def place_of_failure(rule: Rule, error: Exception) -> tuple[str, int]:
    """The file within its package, and the line, where a rule raised an exception.

    That is the last line of its own module; else the last one of a view; else only the file is known. A rule of a
    notebook has no file, and no path of the machine is given.
    """
    own = rule.mask.__module__
    lines = [
        (str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename, line)
        for frame, line in reversed(list(walk_tb(error.__traceback__)))
    ]
    of_rule = [found for found in lines if found[0] == own]
    of_view = [found for found in lines if found[0].startswith("mcuaudit.rules.views.")]
    for module, file, line in (*of_rule, *of_view):
        return _file_of(module, file), line
    return _file_of(own, ""), 0


def _file_of(module: str, file: str) -> str:
    """The file of a module within its package: rules/certificate/expired.py."""
    if module == "__main__":
        return ""
    within = module.removeprefix("mcuaudit.").replace(".", "/")
    return f"{within}/__init__.py" if file.endswith("__init__.py") else f"{within}.py"


def checked_mask(mask: Any, view: pd.DataFrame) -> pd.Series:
    """What a function of a rule returned, if it says of each row of the view whether it is concerned.

    Raises:
        TypeError: it is something else, or its rows are others or in another order.
    """
    if not isinstance(mask, pd.Series):
        raise TypeError(f"a function of the rule returns {type(mask).__name__}, not a Series of True and False")
    if not mask.index.equals(view.index):
        raise TypeError("a function of the rule returns other rows than those of its view, or in another order")
    return mask


def check_added(rule: Rule, view: pd.DataFrame) -> None:
    """Check that the functions of the rule set the columns that it declares in `adds`.

    Raises:
        LookupError: they did not.
    """
    has = view.has if isinstance(view, ViewFrame) else view.columns.__contains__
    unset = [name for name in rule.adds if not has(name)]
    if unset:
        raise LookupError(f"adds declares {', '.join(unset)}, which no function of the rule sets")
