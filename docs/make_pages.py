"""Make rules.md, frames.md, readings.md, policy.md, audit.schema.json and README's example from the code.

A test keeps them current.

Run: .venv/bin/python docs/make_pages.py
"""

from __future__ import annotations

import inspect
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rich.console import Console

from mcuaudit.domain.readings import READINGS
from mcuaudit.frames.schema import AUDIT_FRAMES, COMPARISON_FRAMES, FLEET_FRAMES, SCHEMAS, Column
from mcuaudit.pipeline import audit, read_export
from mcuaudit.policy.schema import Policy, Waiver
from mcuaudit.rules import Rule, registered_rules
from mcuaudit.rules.views import VIEW_SCHEMAS
from mcuaudit.rules.views.columns import Carried
from mcuaudit.system.resources import sample_directory
from mcuaudit.writers.json_schema import json_schema
from mcuaudit.writers.terminal import print_audit

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
        "are one ordered category (pass < notApplicable < open < fail) and never null. Times are UTC. `compare` gives "
        f"a `Comparison` with {', '.join(f'[{name}](#{name})' for name in COMPARISON_FRAMES)}, `trend` the frame "
        "[trend](#trend).",
    ]
    for name in (*AUDIT_FRAMES, *FLEET_FRAMES, *COMPARISON_FRAMES, "trend"):
        schema = SCHEMAS[name]
        lines += ["", f"## {name}", "", f"One row per {schema.one_row_per}. Key: {', '.join(schema.key)}."]
        lines += ["", "| column | dtype | meaning |", "|---|---|---|"]
        for column in schema.columns:
            unit = f" ({column.unit})" if column.unit else ""
            choices = f" One of: {', '.join(column.choices)}." if column.choices else ""
            meaning = f"{column.meaning}{choices}".replace("|", "\\|")
            lines.append(f"| {column.name} | {column.dtype.value}{unit} | {meaning} |")
    return "\n".join(lines) + "\n"


def views_page() -> str:
    """Every view that rules judge, with the columns that it takes over and those that it adds."""
    lines = [
        "# Views",
        "",
        "Made from the declarations in `mcuaudit/rules/views/`. A rule names one view and judges each row. A view has",
        "the columns of the frames ([frames.md](frames.md)) and views that it is made from, and some of its own.",
        "In a column with *One of* no other text occurs; a value can still be missing.",
    ]
    for schema in sorted(VIEW_SCHEMAS.values(), key=lambda schema: schema.name):
        taken = [part for part in schema.parts if isinstance(part, Carried)]
        own = [part for part in schema.parts if not isinstance(part, Carried)]
        lines += ["", f'## <a id="{schema.name}"></a>{schema.name}', "", f"One row per {schema.one_row_per}.", ""]
        lines += [f"- {_taken_over(part)}" for part in taken]
        if own:
            lines += ["", "| column | dtype | meaning |", "|---|---|---|"]
            lines += [f"| {item.name} | {item.dtype.value} | {item.meaning}{_one_of(item)} |" for item in own]
    return "\n".join(lines) + "\n"


def _taken_over(part: Carried) -> str:
    where = f"the view [{part.source}](#{part.source})" if part.of == "view" else f"the frame {part.source}"
    if part.whole:
        return f"the columns of {where}"
    return f"{', '.join(column.name for column in part.columns)} of {where}"


def _one_of(column: Column) -> str:
    return f" One of: {', '.join(column.choices)}." if column.choices else ""


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


_POLICY = """
# The policy: mcuaudit.toml

Made from `mcuaudit/policy/schema.py`. Every key is optional. The file lies at the top of the export; nothing is
searched for in other directories, as a stray file must not rule an audit. Later sources win, key by key:

1. the defaults below;
2. `mcuaudit.toml` at the top of the export; or the file that `--policy FILE` names, which is then read instead; or, for
   an export without one, the file that the variable `MCUAUDIT_POLICY` names;
3. variables, such as `MCUAUDIT_THRESHOLDS_EXPIRY_DAYS=30` or `MCUAUDIT_RULES_MCU105=error`; lists by commas;
4. `--set thresholds.expiry_days=30`, which may be repeated.

`mcuaudit policy EXPORT` prints the policy in force, each value with where it came from, in a form that can be saved as
a policy. A wrong key or value is refused with its place, what is allowed, and the nearest right key. A kept audit holds
the policy that it was made with.
"""

_RULES = """
## [rules]

The severity of a rule, or `"off"`, by its code; a rule that does not exist is refused.

```toml
[rules]
MCU105 = "error"
MCU402 = "off"
```

A rule that is off judges nothing. What it finds when it is on again is `newRule` against a baseline that did not judge
it.

## [[waiver]]

```toml
[[waiver]]
rule = "MCU404"
device = "leeds/*"
reason = "The recorder speaks http only; replaced in spring."
owner = "Ann Smith"
expires = 2027-03-31
```
"""

_WAIVERS = """
Rule, reason, owner and expires are needed, and a device or a certificate; a finding is waived if all that is named
fits. A waived finding stays on pages and in every format, as waived; it does not count for exit codes, and is not among
the things to do. A waiver holds to the end of its last day, in UTC. One that has expired, that matches no finding, or
that covers a finding which another waiver covers too (neither then holds), is a problem of the audit: it is told, and
the exit code is 3.
"""


def policy_page() -> str:
    """Every key of the policy, with its default and what is allowed."""
    lines = [_POLICY.strip()]
    for section, described in Policy.model_fields.items():
        kind = described.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            lines += ["", f"## [{section}]", "", *_keys(kind, with_default=True)]
    lines += ["", _RULES.strip(), "", *_keys(Waiver, with_default=False), "", _WAIVERS.strip()]
    return "\n".join(lines) + "\n"


def _keys(section: type[BaseModel], *, with_default: bool) -> Iterator[str]:
    yield f"| key |{' default | allowed |' if with_default else ''} meaning |"
    yield f"|---|{'---|---|' if with_default else ''}---|"
    for key, described in section.model_fields.items():
        default = f" `{json.dumps(described.default)}` | {_allowed(described)} |" if with_default else ""
        needed = "" if with_default or described.is_required() else " (optional)"
        yield f"| {key}{needed} |{default} {described.description} |"


def _allowed(described: FieldInfo) -> str:
    words = get_args(described.annotation)
    if get_origin(described.annotation) is Literal:
        return ", ".join(f'"{word}"' for word in words)
    bounds = {type(bound).__name__: bound for bound in described.metadata}
    least, most = (getattr(bounds.get(name), name.lower(), None) for name in ("Ge", "Le"))
    if described.annotation is int:
        return f"{least} to {most}" if most is not None else f"{least} or more"
    return "a table" if get_origin(described.annotation) is dict else "a list"


def schema_page() -> str:
    """The JSON Schema of what `mcuaudit check --format json` writes."""
    return json.dumps(json_schema(), indent=2) + "\n"


_CHECKED = "$ venv/bin/mcuaudit check demo --at 2026-11-23\n"


def readme() -> str:
    """The README with what `mcuaudit check` prints for the sample fleet."""
    text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    before, _, after = text.partition(_CHECKED)
    made = audit(read_export(sample_directory()), at="2026-11-23")
    printed = io.StringIO()
    print_audit(made, Console(file=printed, width=117, highlight=False), "demo", everything=False)
    lines = "\n".join(line.rstrip() for line in printed.getvalue().splitlines())
    return f"{before}{_CHECKED}{lines}\n```{after.partition('```')[2]}"


PAGES = {
    "../README.md": readme,
    "rules.md": rules_page,
    "frames.md": frames_page,
    "readings.md": readings_page,
    "views.md": views_page,
    "policy.md": policy_page,
    "audit.schema.json": schema_page,
}


def main() -> None:
    """Write the pages beside this script."""
    for name, page in PAGES.items():
        (Path(__file__).parent / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
