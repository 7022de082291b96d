"""Hooks of mkdocs: a page per rule, frame and command, made from the code while the site builds.

Run: make docs

The documents of the repository stay as they are. On the site, rules.md and frames.md become lists of these pages, the
README is the first page, and a link to a file of the repository that has no page becomes plain text.
"""

from __future__ import annotations

import inspect
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from typer.models import ArgumentInfo

from mcuaudit.command.app import app
from mcuaudit.command.table import COMMANDS, function_of
from mcuaudit.frames.schema import AUDIT_FRAMES, COMPARISON_FRAMES, FLEET_FRAMES, SCHEMAS, Column, FrameSchema
from mcuaudit.rules import Rule, own_rules

ROOT: Final = Path(__file__).parents[1]
FROM_ROOT: Final = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "data/README.md": "sample-fleet.md",
}
"""Documents outside docs/ that have a page, by their place in the repository."""
GROUPS: Final = {
    "1": "Certificates",
    "2": "Identities",
    "3": "Trust stores",
    "4": "Settings",
    "5": "Connections",
    "9": "Evidence",
}
FRAMES: Final = {
    "Of an audit": AUDIT_FRAMES,
    "Of a fleet": (*FLEET_FRAMES, "inspection", "sorted_files"),
    "Of a comparison": (*COMPARISON_FRAMES, "trend"),
    "Of what should be changed": (
        "remedies",
        "first_jobs",
        "gaps",
        "readiness",
        "plan_steps",
        "deadlines",
        "csr_config",
        "request_configurations",
    ),
    "Of certification paths and calls": ("validations", "call_counts"),
}
_LINK: Final = re.compile(r"(?P<mark>!?)\[(?P<text>[^\]\[]*)\]\((?P<target>[^)\s]+)\)")
_FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


# Pages


def rule_page(rule: Rule) -> str:
    """One rule: its documentation, how severe it is, what it is based on, and how it is switched."""
    first, _, rest = inspect.cleandoc(rule.documentation).partition("\n")
    return f"""# {rule.code}: {first.rstrip(".")}

`{rule.name}` · {rule.severity} · group [{GROUPS[rule.code[3]]}](../rules.md#{_anchor(GROUPS[rule.code[3]])})

{_with_headings(rest.strip())}

## Source

| document | section | grade |
|---|---|---|
| {rule.source} | {rule.section} | {rule.grade} |

## In the policy

```toml
[rules]
{rule.code} = "off"    # or "error", "warning", "note"
```

A finding of this rule is quoted as `{rule.code}-` with six hexadecimal digits. `mcuaudit describe {rule.code}` prints
this documentation.
"""


def _with_headings(documentation: str) -> str:
    """The paragraphs of a docstring, with the words before the first colon as a heading where they are one."""
    known = ("What it checks", "Why it matters", "How to fix", "References")
    paragraphs = documentation.split("\n\n")
    return "\n\n".join(
        f"## {heading}\n\n{_sentence(text)}" if heading in known else paragraph
        for paragraph in paragraphs
        for heading, _, text in [paragraph.partition(":")]
    )


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]


def rules_page(rules: Mapping[str, Rule]) -> str:
    """All rules, by group."""
    lines = ["# Rules", "", "A rule is named by its code, which is never used again for another one.", ""]
    lines += [
        "Grade: *doc* is written in the source, *inferred* follows from it, *open* is not documented, so the outcome "
    ]
    lines += ["is undetermined."]
    for number, group in GROUPS.items():
        lines += ["", f"## {group}", "", "| rule | what it finds | severity | grade |", "|---|---|---|---|"]
        lines += [
            f"| [{rule.code}](rules/{rule.code}.md) | {rule.title} | {rule.severity} | {rule.grade} |"
            for rule in rules.values()
            if rule.code[3] == number
        ]
    return "\n".join(lines) + "\n"


def frame_page(schema: FrameSchema) -> str:
    """One frame with its columns."""
    lines = [f"# {schema.name}", "", f"One row per {schema.one_row_per}.", ""]
    lines += [f"Key: {', '.join(f'`{name}`' for name in schema.key)}.", ""]
    lines += ["| column | dtype | meaning |", "|---|---|---|", *map(_column_row, schema.columns)]
    return "\n".join(lines) + "\n"


def _column_row(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    choices = f" One of: {', '.join(f'`{choice}`' for choice in column.choices)}." if column.choices else ""
    meaning = f"{column.meaning}{choices}".replace("|", "\\|")
    return f"| `{column.name}` | {column.dtype.value}{unit} | {meaning} |"


def frames_page() -> str:
    """All frames."""
    lines = [
        "# Frames",
        "",
        "`read_export` gives a `Fleet`, `audit` an `Audit`, `compare` a `Comparison`. Missing text is",
    ]
    lines += [
        "NaN, outcomes are one ordered category (pass < notApplicable < open < fail) and never null, times are UTC."
    ]
    for group, names in FRAMES.items():
        lines += ["", f"## {group}", "", "| frame | one row per | columns |", "|---|---|---|"]
        lines += [
            f"| [{name}](frames/{name}.md) | {SCHEMAS[name].one_row_per} | {len(SCHEMAS[name].columns)} |"
            for name in names
        ]
    return "\n".join(lines) + "\n"


@cache
def commands() -> Mapping[str, Callable[..., object]]:
    """The functions behind the commands of `mcuaudit`, in the order of its help."""
    return {name: function_of(name) for name in COMMANDS}


def commands_page() -> str:
    """All commands."""
    lines = ["# Commands", "", str(app.info.help), "", "| command | what it does |", "|---|---|"]
    lines += [f"| [{name}](commands/{name}.md) | {_paragraphs(call)[0]} |" for name, call in commands().items()]
    return "\n".join([*lines, "", str(app.info.epilog)]) + "\n"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument or option as it is declared: how it is written, its kind, its default and what it means."""

    names: tuple[str, ...]
    kind: Any
    default: object
    required: bool
    declared: Any

    @property
    def is_argument(self) -> bool:
        """It has a place and no name."""
        return isinstance(self.declared, ArgumentInfo)


def parameters(call: Callable[..., object]) -> list[Parameter]:
    """The arguments and options of a command, from its signature."""
    hints = get_type_hints(call, include_extras=True)
    found = []
    for name, parameter in inspect.signature(call).parameters.items():
        kind, declared = get_args(hints[name])
        required = parameter.default is inspect.Parameter.empty
        # Within Annotated the first name of an option stands where its default would.
        written = [word for word in (declared.default, *(declared.param_decls or ())) if str(word).startswith("-")]
        names = written or (name if isinstance(declared, ArgumentInfo) else f"--{name.replace('_', '-')}",)
        found.append(Parameter(tuple(names), kind, parameter.default, required, declared))
    return [parameter for parameter in found if not parameter.declared.hidden]


def command_page(name: str, call: Callable[..., object]) -> str:
    """One command with its arguments and options."""
    declared = parameters(call)
    arguments = [item for item in declared if item.is_argument]
    options = [item for item in declared if not item.is_argument]
    places = [_place(item) for item in arguments]
    lines = [
        f"# mcuaudit {name}",
        "",
        "```",
        " ".join(["mcuaudit", name, *(["[OPTIONS]"] if options else []), *places]),
    ]
    lines += ["```", "", "\n\n".join(_paragraphs(call))]
    if arguments:
        lines += ["", "## Arguments", "", "| argument | meaning |", "|---|---|"]
        lines += [f"| `{_place(item)}` | {_meaning(item)} |" for item in arguments]
    if options:
        lines += ["", "## Options", "", "| option | meaning | default |", "|---|---|---|"]
        lines += [f"| {_written(item)} | {_meaning(item)} | {_default(item)} |" for item in options]
    return "\n".join(lines) + "\n"


def _paragraphs(call: Callable[..., object]) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in inspect.cleandoc(str(call.__doc__)).split("\n\n")]


def _place(argument: Parameter) -> str:
    name = argument.names[0].upper()
    return name if argument.required else f"[{name}]"


def _written(option: Parameter) -> str:
    value = "" if option.kind is bool else f" {_kind(option)}"
    return ", ".join(f"`{name}{value}`" for name in option.names)


def _single(kind: Any) -> Any:
    """The type of one value: without None, and without the list of an option that may be repeated."""
    inner = [part for part in get_args(kind) if part is not type(None)]
    return _single(inner[0]) if inner else kind


def _kind(option: Parameter) -> str:
    if option.declared.metavar:
        return str(option.declared.metavar)
    kind = _single(option.kind)
    if kind in (int, float):
        return "NUMBER"
    return "PATH" if kind is Path else "WORD" if isinstance(kind, type) and issubclass(kind, StrEnum) else "TEXT"


def _meaning(parameter: Parameter) -> str:
    kind = _single(parameter.kind)
    words = list(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else []
    choices = f" One of: {', '.join(f'`{word}`' for word in words)}." if words else ""
    return " ".join((parameter.declared.help or "").split()).replace("|", "\\|") + choices


def _default(option: Parameter) -> str:
    shown = option.declared.show_default is not False and option.default not in (None, "", False, True)
    return f"`{option.default}`" if shown and not option.required else ""


def made_pages() -> dict[str, str]:
    """The text of every page that is made from the code, by its place on the site."""
    rules = own_rules()
    return {
        "rules.md": rules_page(rules),
        **{f"rules/{code}.md": rule_page(rule) for code, rule in rules.items()},
        "frames.md": frames_page(),
        **{f"frames/{name}.md": frame_page(SCHEMAS[name]) for names in FRAMES.values() for name in names},
        "commands.md": commands_page(),
        **{f"commands/{name}.md": command_page(name, call) for name, call in commands().items()},
    }


# Links


def links_of_the_site(text: str, source: str) -> str:
    """The text with links that hold on the site.

    Args:
        text: Markdown of a document.
        source: its place in the repository.

    Raises:
        FileNotFoundError: a link leads nowhere in the repository.
    """
    fences = _FENCE.findall(text)
    parts = _FENCE.split(text)
    linked = [_LINK.sub(lambda found: _linked(found, source), part) for part in parts]
    return "".join(part + fence for part, fence in zip(linked, [*fences, ""], strict=True))


def _linked(found: re.Match[str], source: str) -> str:
    target, _, anchor = found["target"].partition("#")
    if not target or re.match(r"[a-z]+:", target):
        return found[0]
    place = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    if not (ROOT / place).exists():
        raise FileNotFoundError(f"{source}: the link to {found['target']} leads nowhere")
    page = _page_of(place, anchor)
    if page is None:
        return found["text"]
    here = posixpath.dirname(FROM_ROOT.get(source, source.removeprefix("docs/")))
    return f"{found['mark']}[{found['text']}]({posixpath.relpath(page, here or '.')})"


def _page_of(place: str, anchor: str) -> str | None:
    """Where a file of the repository is on the site, with the anchor; None if it is not on it."""
    if place == "docs/rules.md" and anchor:
        return f"rules/{anchor.upper()}.md"
    if place == "docs/frames.md" and anchor:
        return f"frames/{anchor}.md"
    on_site = FROM_ROOT.get(place) or (place.removeprefix("docs/") if place.startswith("docs/") else None)
    if on_site is None or (ROOT / place).is_dir():
        return None
    return f"{on_site}#{anchor}" if anchor else on_site


def _anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


# Hooks, which mkdocs calls by these names


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the navigation, which has every page."""
    rules = own_rules()
    config.nav = [
        {
            "Start": [
                "index.md",
                "using.md",
                "gathering.md",
                "export-layout.md",
                "fetching.md",
                "policy.md",
                "redaction.md",
                "formats.md",
                "scheduling.md",
                "sample-fleet.md",
            ]
        },
        {"Commands": ["commands.md", *(f"commands/{name}.md" for name in commands())]},
        {"Verdicts": ["verdicts.md", "readings.md"]},
        {
            "Rules": [
                "rules.md",
                *(
                    {group: [f"rules/{code}.md" for code in rules if code[3] == digit]}
                    for digit, group in GROUPS.items()
                ),
                "views.md",
                "own-rules.md",
            ]
        },
        {
            "Frames": [
                "frames.md",
                *({group: [f"frames/{name}.md" for name in names]} for group, names in FRAMES.items()),
            ]
        },
        {"Project": ["decisions.md", *_others(), "changelog.md", "contributing.md", "security.md"]},
    ]
    return config


_PLACED: Final = {
    "decisions.md", "export-layout.md", "fetching.md", "formats.md", "frames.md", "gathering.md", "own-rules.md",
    "policy.md", "readings.md", "redaction.md", "rules.md", "scheduling.md", "using.md", "verdicts.md", "views.md",
}  # fmt: skip


def _others() -> list[str]:
    """Documents of docs/ that have no place of their own in the navigation."""
    return sorted({path.name for path in Path(__file__).parent.glob("*.md")} - _PLACED)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is made from the code, and the documents outside docs/."""
    outside = {page: (ROOT / source).read_text(encoding="utf-8") for source, page in FROM_ROOT.items()}
    for place, text in {**made_pages(), **outside}.items():
        former = files.get_file_from_path(place)
        if former is not None:
            files.remove(former)
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Let links hold on the site."""
    place = page.file.src_uri
    if place in made_places():
        return markdown
    outside = {page: source for source, page in FROM_ROOT.items()}
    return links_of_the_site(markdown, outside.get(place, f"docs/{place}"))


@cache
def made_places() -> frozenset[str]:
    """The places of the pages that are made from the code."""
    return frozenset(made_pages())
