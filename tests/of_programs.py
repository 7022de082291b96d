"""The tests of programs: how they run beside each other, are killed, extended and given hostile files, and use servers.

Their results change with how the programs run, not with what an audit says. So `make test` is without them,
`make test-programs` runs them alone, and CI runs both. pytest by itself runs all tests, as does `make test WHOLE=1`.
"""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Final

PROGRAMS: Final = (
    "browser/test_site.py",
    "command/test_cache.py",
    "command/test_output_encoding.py",
    "frames/test_former_schemas.py",
    "frames/test_foreign_audits.py",
    "fuzz/",
    "hostile/test_faults.py",
    "hostile/test_hostile_files.py",
    "mutation/",
    "pipeline/test_cached.py",
    "pipeline/test_in_parts.py",
    "remote/",
    "report/test_forked_kernels.py",
    "report/test_render.py",
    "rules/test_adding_a_rule.py",
    "rules/test_import_failures.py",
    "rules/test_installed_rules.py",
    "scheduling/",
    "system/test_limited_worker.py",
    "system/test_permissions.py",
    "system/test_slow_imports.py",
    "system/test_storage.py",
    "system/test_working_directory.py",
    "verifiers/",
    "writers/test_adding_a_format.py",
    "writers/test_office.py",
)
"""Files and directories of `tests/`."""

TESTS_OF: Final = os.environ.get("TESTS_OF", "")
"""``programs`` for these tests, ``audits`` for the others, empty for all."""


def is_left_out(file: PurePath, part: str = TESTS_OF) -> bool:
    """Whether a file, by its path within `tests/`, does not belong to the part that runs."""
    return bool(part) and file.as_posix().startswith(PROGRAMS) != (part == "programs")
