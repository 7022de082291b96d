"""What takes long to import is imported when it is needed, and works then."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.patience import GENEROUS

NEEDED = """
import sys
import {module}
assert "jsonschema" in sys.modules, "nothing was put off"
print("rfc3987_syntax" in sys.modules)
from jsonschema import Draft202012Validator
check = Draft202012Validator({{"format": "iri"}}, format_checker=Draft202012Validator.FORMAT_CHECKER)
print([len(list(check.iter_errors(uri))) for uri in ("http://exämple.com/", "<>")])
print("rfc3987_syntax" in sys.modules)
"""


@pytest.mark.part(1)
@pytest.mark.parametrize("module", ["mcuaudit.report.execute", "mcuaudit.notebook.lab"])
def test_the_grammar_of_uris_is_built_when_one_is_validated(module: str) -> None:
    pytest.importorskip("rfc3987_syntax")
    ran = subprocess.run(
        [sys.executable, "-c", NEEDED.format(module=module)], capture_output=True, text=True, timeout=GENEROUS
    )
    assert ran.stdout.split("\n")[:3] == ["False", "[0, 1]", "True"], ran.stderr
