"""Make docs/rules.md, docs/frames.md and docs/readings.md from the code; a test keeps them current.

Run: .venv/bin/python docs/make_pages.py
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES, SCHEMAS
from mcuaudit.rules import Rule, registered_rules
from mcuaudit.vocabulary import READINGS

GROUPS = {
    "1": "Certificates",
    "2": "Identities",
    "3": "Trust stores",
    "4": "Settings",
    "5": "Connections",
    "9": "Evidence",
}


def rules_page() -> str:
    """Every rule with its documentation, by group."""
    lines = [
        "# Rules",
        "",
        "Made from the docstrings of the rules. A finding is quoted by rule and fingerprint, for example",
        "MCU205-7f3a91; the fingerprint stays the same from run to run. Grade: *doc* is written in the source named,",
        "*inferred* follows from it, *open* is not documented, so the outcome is undetermined.",
    ]
    group = ""
    for rule in registered_rules().values():
        if rule.code[3] != group:
            group = rule.code[3]
            lines += ["", f"## {GROUPS[group]}"]
        lines += ["", *_rule(rule)]
    return "\n".join(lines) + "\n"


def _rule(rule: Rule) -> Iterator[str]:
    yield f'### <a id="{rule.code.lower()}"></a>{rule.code} {rule.name}'
    yield ""
    yield inspect.cleandoc(rule.documentation)
    yield ""
    yield f"*{rule.severity}; {rule.source}, {rule.section}; {rule.grade}.*"


def frames_page() -> str:
    """Every frame with its columns."""
    lines = [
        "# Frames",
        "",
        "Made from `mcuaudit/frames/schema.py`. `read_export` gives a `Fleet` with the frames "
        f"{', '.join(f'[{name}](#{name})' for name in FLEET_FRAMES)}; `audit` an `Audit` with these and "
        f"{', '.join(f'[{name}](#{name})' for name in AUDIT_FRAMES)}. Missing text is NaN, as pandas has it; outcomes "
        "are one ordered category (pass < notApplicable < open < fail) and never null. Times are UTC.",
    ]
    for name in (*AUDIT_FRAMES, *FLEET_FRAMES):
        schema = SCHEMAS[name]
        lines += ["", f"## {name}", "", f"One row per {schema.one_row_per}. Key: {', '.join(schema.key)}."]
        lines += ["", "| column | dtype | meaning |", "|---|---|---|"]
        for column in schema.columns:
            unit = f" ({column.unit})" if column.unit else ""
            choices = f" One of: {', '.join(column.choices)}." if column.choices else ""
            meaning = f"{column.meaning}{choices}".replace("|", "\\|")
            lines.append(f"| {column.name} | {column.dtype.value}{unit} | {meaning} |")
    return "\n".join(lines) + "\n"


def readings_page() -> str:
    """What the documents leave open, and what is reported."""
    lines = [
        "# Readings",
        "",
        "Where the documents are silent, an outcome is pass only if it holds under every reading, fail if under none,",
        "and undetermined otherwise. Every undetermined outcome names the reading, or the missing evidence, that it",
        "rests on.",
        "",
        "| reading | question | what is reported |",
        "|---|---|---|",
        *(f"| {code} | {question} | {outcome} |" for code, (question, outcome) in READINGS.items()),
    ]
    return "\n".join(lines) + "\n"


PAGES = {"rules.md": rules_page, "frames.md": frames_page, "readings.md": readings_page}


def main() -> None:
    """Write the pages beside this script."""
    for name, page in PAGES.items():
        (Path(__file__).parent / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
