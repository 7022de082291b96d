"""Tab completion of sites, devices, connection types and peers in IPython: ``audit.why("le`` and Tab."""

from __future__ import annotations

import re
import sys
from typing import Any, Final

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.frames.containers import Audit

_CALL: Final = re.compile(
    r"""
    (?:(?P<audit>[^\W\d]\w*)\.(?P<method>why|select)|(?P<function>site_report))\(\s*
    (?:(?P<first>[^\W\d]\w*)\s*,\s*(?:site\s*=\s*)?)?
    (?P<before>(?:(?:\w+\s*=\s*)?(?:"[^"\n]*"|'[^'\n]*')\s*,\s*)*)
    (?:(?P<keyword>\w+)\s*=\s*)?(?P<quote>["'])(?P<fragment>[^"'\n]*)$
    """,
    re.VERBOSE,
)
_STRING: Final = re.compile(r""""([^"\n]*)"|'([^'\n]*)'""")
_ARGUMENTS: Final = ("device_id", "connection_type", "peer")
_IDENTIFIER: Final = "mcuaudit"


def register_completion() -> None:
    """Add the names of audits to the completions of the running IPython; nothing happens outside of it."""
    shell_module = sys.modules.get("IPython.core.interactiveshell")
    shell = shell_module.InteractiveShell._instance if shell_module else None
    if shell is None:
        return
    from IPython.core.completer import context_matcher

    @context_matcher(identifier=_IDENTIFIER, priority=50)  # type: ignore[untyped-decorator]
    def matcher(context: Any) -> Any:
        from IPython.core.completer import SimpleCompletion

        lines = context.full_text.split("\n")
        before = "\n".join((*lines[: context.cursor_line], context.text_until_cursor))
        fragment, names = completions(before, shell.user_ns)
        found = [SimpleCompletion(text=name, type="text") for name in names]
        return {"completions": found, "suppress": bool(found), "matched_fragment": fragment, "ordered": True}

    present = {getattr(one, "matcher_identifier", "") for one in shell.Completer.custom_matchers}
    if _IDENTIFIER not in present:
        shell.Completer.custom_matchers.append(matcher)


def completions(text: str, names: dict[str, Any]) -> tuple[str, list[str]]:
    """What may stand where `text` ends: the fragment that is written already, and the words that begin with it.

    Args:
        text: the cell up to the cursor.
        names: the variables of the notebook.
    """
    call = _CALL.search(text)
    audit = names.get(str(call["audit"] or call["first"])) if call else None
    if call is None or not isinstance(audit, Audit):
        return "", []
    before = [found[1] or found[2] or "" for found in _STRING.finditer(call["before"])]
    if call["method"] == "why":
        argument = call["keyword"] or dict(enumerate(_ARGUMENTS)).get(len(before), "")
        known = _of_why(audit, argument, before)
    else:
        known = audit.sites if not before and call["keyword"] in (None, "site") else []
    fragment, quote = call["fragment"], call["quote"]
    written = [name.replace("\\", "\\\\").replace(quote, f"\\{quote}") for name in dict.fromkeys(known)]
    return fragment, [name for name in written if name.casefold().startswith(fragment.casefold())]


def _of_why(audit: Audit, argument: str, before: list[str]) -> list[str]:
    connections = audit.connections
    for column, value in zip(_ARGUMENTS, before, strict=False):
        connections = connections[connections[column] == value]
    if argument == "device_id":
        return sorted(map(str, audit.devices["device_id"]))
    if argument == "connection_type":
        there = set(connections["connection_type"])
        return [kind.value for kind in ConnectionType if kind.value in there]
    return sorted(set(map(str, connections["peer"]))) if argument == "peer" else []


# This module is loaded with the first name of mcuaudit that a notebook uses.
register_completion()
