"""Make rules.md, frames.md, readings.md, policy.md, formats.md, statements.md, audit.schema.json and the examples.

A test checks that they are current.

Run: .venv/bin/python docs/make_pages.py
"""

from __future__ import annotations

import inspect
import io
import json
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rich.console import Console

from mcuaudit.domain.readings import READINGS
from mcuaudit.frames.schema import AUDIT_FRAMES, COMPARISON_FRAMES, FLEET_FRAMES, SCHEMAS, Column
from mcuaudit.pipeline import audit, read_export
from mcuaudit.policy.schema import Policy, Waiver
from mcuaudit.rules import Rule, own_rules
from mcuaudit.rules.views import VIEW_SCHEMAS
from mcuaudit.rules.views.columns import Carried
from mcuaudit.summary.gaps import MOST_AT_THE_END, gaps_within_bounds
from mcuaudit.summary.remedies import JOBS_AT_THE_END, proven_first
from mcuaudit.system.resources import sample_directory
from mcuaudit.writers.formats import FORMATS
from mcuaudit.writers.json_schema import json_schema
from mcuaudit.writers.terminal import print_audit

_ROOT = Path(__file__).parent.parent
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
        "Generated from the docstrings of the rules. The id of a finding is the code of its rule and a fingerprint,",
        "for example MCU205-7f3a91. It stays the same from run to run. The last line of each rule gives its severity,",
        "its source and its grade: *doc* is written in the source, *inferred* follows from it, and *open* is not",
        "documented, so the outcome is undetermined.",
    ]
    group = ""
    for rule in own_rules().values():
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
        "Generated from `mcuaudit/frames/schema.py`. `read_export` gives a `Fleet` with the frames "
        f"{', '.join(f'[{name}](#{name})' for name in FLEET_FRAMES)}; `audit` an `Audit` with these and "
        f"{', '.join(f'[{name}](#{name})' for name in AUDIT_FRAMES)}. Missing text is NaN, as pandas has it; outcomes "
        "are one ordered category (pass < notApplicable < open < fail) and never null. Times are UTC. `compare` gives "
        f"a `Comparison` with {', '.join(f'[{name}](#{name})' for name in COMPARISON_FRAMES)}, `trend` the frame "
        "[trend](#trend), `validate_all` the frame [validations](#validations), `inspect` the frame "
        "[inspection](#inspection), `sort_drawer` the frame [sorted_files](#sorted_files), `csr_config`, `deadlines`, "
        "`gaps`, `readiness`, `remedies` and `first_jobs` the frames of these names. "
        '`mcuaudit.to_excel(audit.certificates, "certificates.xlsx")` writes any of them for Excel; '
        "`to_excel` of pandas refuses times with a zone.",
    ]
    others = [name for name in SCHEMAS if name not in (*AUDIT_FRAMES, *FLEET_FRAMES, *COMPARISON_FRAMES)]
    for name in (*AUDIT_FRAMES, *FLEET_FRAMES, *COMPARISON_FRAMES, *others):
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
    """Every view that rules evaluate, with the columns that it takes over and those that it adds."""
    lines = [
        "# Views",
        "",
        "Generated from the declarations in `mcuaudit/rules/views/`. A rule names one view and evaluates each row. A",
        "view consists of columns of the frames ([frames.md](frames.md)), columns of other views, and some of its own.",
        "In a column with *One of* no other text occurs; a value can still be missing.",
    ]
    for schema in sorted(VIEW_SCHEMAS.values(), key=lambda schema: schema.name):
        taken = [part for part in schema.parts if isinstance(part, Carried)]
        own = [part for part in schema.parts if not isinstance(part, Carried)]
        lines += ["", f'## <a id="{schema.name}"></a>{schema.name}', "", f"One row per {schema.one_row_per}.", ""]
        lines += [f"- {_taken_over(part)}" for part in taken]
        if own:
            lines += ["", "| column | dtype | meaning |", "|---|---|---|"]
            lines += [f"| `{item.name}` | {item.dtype.value} | {item.meaning}{_one_of(item)} |" for item in own]
    return "\n".join(lines) + "\n"


def _taken_over(part: Carried) -> str:
    where = f"the view [{part.source}](#{part.source})" if part.of == "view" else f"the frame {part.source}"
    if part.whole:
        return f"the columns of {where}"
    return f"{', '.join(column.name for column in part.columns)} of {where}"


def _one_of(column: Column) -> str:
    return f" One of: {', '.join(column.choices)}." if column.choices else ""


def readings_page() -> str:
    """What Cisco's documentation leaves open, and what is reported."""
    lines = [
        "# Readings",
        "",
        "A *reading* is the interpretation that mcuaudit uses where Cisco's documentation leaves a question open. An",
        "outcome is pass only if every possible answer gives pass, fail only if every possible answer gives fail, and",
        "undetermined otherwise. Every undetermined outcome names the reading that would settle it, or the missing",
        "evidence.",
        "",
        "| reading | question | what is reported |",
        "|---|---|---|",
        *(f"| {code} | {question} | {outcome} |" for code, (question, outcome) in READINGS.items()),
    ]
    return "\n".join(lines) + "\n"


_SECTIONS = {
    "2": "Which connections exchange certificates",
    "3": "What the MCU checks",
    "4": "What peers demand of the local certificate",
    "5": "Settings that decide which connections exist",
    "6": "Lock-out",
    "7": "How outcomes combine",
    "8": "What can be exported from an MCU",
    "10": "Public CAs and clientAuth",
    "A": "Readings",
}
_STATEMENTS = """
# Statements

Generated from `tests/statements.toml`. Verdicts depend on these statements about MCUs, their peers and public CAs. For
each, the tests are named that fail if the code breaks it; another test checks that they exist.

- *doc*: written in the source; *inferred*: follows from it; *reading*: a choice where nothing is written, see
  [readings.md](readings.md).
- RN: Release Notes 4.4(3.57), appendix; RN-T: its appendix on the transition to certificates; AG: Administrator's
  Guide 4.4; MM: Maintenance Manual and online help 4.5; API: API Reference Guide 2.8 to 2.11; H53: online help of the
  MCU 5300.
"""


def statements_page() -> str:
    """What verdicts depend on, with the tests."""
    statements = tomllib.loads((_ROOT / "tests" / "statements.toml").read_text(encoding="utf-8"))["statement"]
    lines = [_STATEMENTS.strip()]
    for section, title in _SECTIONS.items():
        of_section = [one for one in statements if one["id"].partition("-")[0].partition(".")[0] == section]
        if section == "A":
            of_section = [one for one in statements if one["id"].startswith("A")]
        lines += ["", f"## {title}", "", "| id | statement | source | grade | tests |", "|---|---|---|---|---|"]
        lines += [_statement(one) for one in of_section]
    return "\n".join(lines) + "\n"


def _statement(one: dict[str, Any]) -> str:
    tests = "<br>".join(f"`{node.removeprefix('tests/')}`" for node in one["tests"])
    return f"| {one['id']} | {one['says']} | {one['source']} | {one['grade']} | {tests} |"


_POLICY = """
# The policy: mcuaudit.toml

Generated from `mcuaudit/policy/schema.py`. Every key is optional. Put the file at the top of the export. mcuaudit does
not search other directories, so that a stray file cannot change an audit. Sources are applied key by key, and a later
one overrides an earlier one:

1. the defaults below;
2. `mcuaudit.toml` at the top of the export. `--policy FILE` reads another file instead. If the export has no policy,
   the variable `MCUAUDIT_POLICY` can name one. The policy of an export can lower `[limits]`, not raise them;
3. variables, such as `MCUAUDIT_THRESHOLDS_EXPIRY_DAYS=30` or `MCUAUDIT_RULES_MCU105=error`; separate the entries of a
   list by commas;
4. `--set thresholds.expiry_days=30`, which can be repeated.

`--set` of `what-if` and `plan` is something else: it supposes another value of a device's setting, such as
`--set services.http=false`, as does `--target` of `report`. Those two commands take the policy from the first three
sources. `--set` of all other commands gives a value of the policy. Each refuses what is meant for the other, and names
the right command.

`mcuaudit policy EXPORT` prints the policy in force and the origin of each value. You can save its output as a policy.
An error in a policy names the place, what is allowed, and the most similar key. A saved audit contains the policy that
it was made with.
"""

_RULES = """
## [rules]

The severity of a rule, or `"off"`, by its code. An unknown code is an error.

```toml
[rules]
MCU105 = "error"
MCU402 = "off"
```

A rule that is off is not evaluated. When it is switched on again, its findings have the change `newRule` against a
baseline that did not evaluate it.

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
A waiver needs a rule, a reason, an owner, an expiry date, and a device or a certificate. It waives the findings that
match everything it names. A waived finding stays on pages and in every format, marked as waived. It does not count for
exit codes and is not listed under what to do first. A waiver is valid until the end of its last day, in UTC. A waiver
without effect is reported as a problem, and the exit code is 3: one that has expired, that matches no finding, or that
waives a finding that another waiver also covers (then neither has an effect).
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


def formats_page() -> str:
    """Every format that an audit is written in."""
    comparing = " and ".join(f"`{name}`" for name, one in FORMATS.own.items() if one.comparison)
    by_frame = " and ".join(f"`{name}`" for name, one in FORMATS.own.items() if one.one_frame)
    lines = [
        "# Formats",
        "",
        "Generated from the modules of `mcuaudit/writers/formats/`. `mcuaudit check EXPORT --format NAME` prints an",
        "audit in a format, `--out FILE` writes it. Where `--format` is not given, the file extension selects the",
        "format; a name without an extension is a directory. With both, `--format` takes precedence, and a note says",
        "so if the extension is that of another format. Of several formats with one extension, `--out` takes the first",
        "of this table, then one that was added; choose the others with `--format`. A file is written whole or not at",
        "all, and the same audit gives the same file. `--out -` prints, as without `--out`; a file with the name `-`",
        "is `./-`.",
        "",
        "| format | extension | what it contains |",
        "|---|---|---|",
        *(f"| `{name}` | {f'`{one.ending}`' if one.ending else 'none'} | {one.meaning} |"
          for name, one in FORMATS.own.items()),
        "",
        f"{by_frame} contain the frame that `--frame` names, findings by default.",
        f"`mcuaudit compare --format` takes {comparing}.",
        "",
        "`--metrics FILE` can be added to any of them: gauges for the textfile collector of Prometheus' node_exporter.",
        "",
        "Installed packages can provide further formats; [CONTRIBUTING](../CONTRIBUTING.md) says how.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


_CHECKED = "$ mcuaudit check data/sample-fleet --at 2026-11-23\n"
_DEVICES_IN_README = 3


@cache
def _printed() -> tuple[str, ...]:
    """The lines that `mcuaudit check` prints for the sample fleet."""
    made = audit(read_export(sample_directory()), at="2026-11-23")
    printed = io.StringIO()
    first, lacking = proven_first(made, JOBS_AT_THE_END), gaps_within_bounds(made, MOST_AT_THE_END)
    console = Console(file=printed, width=117, highlight=False)
    print_audit(made, console, "sample-fleet", everything=False, jobs=first, gaps=lacking)
    return tuple(line.rstrip() for line in printed.getvalue().splitlines())


def _with_output(page: Path, lines: Iterable[str]) -> str:
    """The text of a page, with `lines` as the output of the command that it shows."""
    before, _, after = page.read_text(encoding="utf-8").partition(_CHECKED)
    return f"{before}{_CHECKED}{chr(10).join(lines)}\n```{after.partition('```')[2]}"


def readme() -> str:
    """The README with the beginning of the output: the verdict, the first devices, the first thing to do."""
    lines = _printed()
    devices = lines.index("") + 2 + _DEVICES_IN_README
    first = lines.index("Do first")
    second = next(number for number, line in enumerate(lines) if number > first and line.startswith(" 2. "))
    return _with_output(_ROOT / "README.md", [*lines[:devices], "…", "", *lines[first:second], "…"])


def using_page() -> str:
    """docs/using.md with the whole output."""
    return _with_output(_ROOT / "docs" / "using.md", _printed())


PAGES = {
    "../README.md": readme,
    "using.md": using_page,
    "rules.md": rules_page,
    "frames.md": frames_page,
    "readings.md": readings_page,
    "views.md": views_page,
    "policy.md": policy_page,
    "formats.md": formats_page,
    "statements.md": statements_page,
    "audit.schema.json": schema_page,
}


def main() -> None:
    """Write the pages beside this script."""
    for name, page in PAGES.items():
        (Path(__file__).parent / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
