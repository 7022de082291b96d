"""A library that takes long to import and is hardly ever needed is imported when it is needed."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

_GRAMMAR: Final = "rfc3987_syntax"


@contextmanager
def uri_grammar_put_off() -> Iterator[None]:
    """Import jsonschema within this, and the grammar of internationalised URIs is built when one is validated.

    jsonschema imports it for the formats "iri" and "iri-reference" if it is installed, as it is with JupyterLab. To
    build it takes 0.9 seconds, and no notebook has these formats (python-jsonschema/jsonschema#1428).
    """
    if _GRAMMAR in sys.modules or importlib.util.find_spec(_GRAMMAR) is None:
        yield
        return
    stand_in = ModuleType(_GRAMMAR)

    def is_valid_syntax(*given: Any, **named: Any) -> Any:
        import rfc3987_syntax

        return rfc3987_syntax.is_valid_syntax(*given, **named)

    stand_in.is_valid_syntax = is_valid_syntax  # type: ignore[attr-defined]
    sys.modules[_GRAMMAR] = stand_in
    try:
        yield
    finally:
        if sys.modules.get(_GRAMMAR) is stand_in:
            del sys.modules[_GRAMMAR]
