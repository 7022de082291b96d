"""Text that a person reads is plain technical English: phrases that have to be decoded stay out.

The tests read the documents and the notebooks, and in Python files the docstrings, the comments and every string
constant that contains a space. A string without a space is data or a name, and so is text between braces or backticks.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

import mcuaudit
from mcuaudit.frames.schema import SCHEMAS
from mcuaudit.rules import own_rules
from mcuaudit.rules.declaration import placeholders, templates
from mcuaudit.rules.views import VIEW_SCHEMAS
from mcuaudit.system.resources import notebooks_directory

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = Path(mcuaudit.__file__).parent

_NOUN: Final = (
    "address|administrator|audit|boolean|ca|certificate|column|connection|date|device|directory|duration|export|file"
    "|finding|format|frame|identifier|instant|integer|key|label|list|name|number|option|owner|path|peer|policy|reading|rule"
    "|section|setting|severity|site|store|string|table|text|time|uri|url|user|value|waiver|word|year"
)
PHRASES: Final = {
    r"(?:un|fore)?told": "recorded; in the export; says; lists",
    r"telling|tells?": "says; shows; contains; returns",
    r"nobody|no one|nothing knows": "the actor: no user, no administrator, neither side; unrecognised",
    r"who(?:m)?ever|who(?:so)? wants": "the administrator, the reader, you, anyone who",
    r"mend(?:s|ed|ing)?": "fix; remedy",
    r"h(?:olds?|eld|olding) up": "blocks",
    r"h(?:ang|angs|ung|anging) on": "depends on; alone blocks",
    r"vouch(?:es|ed|ing)?": "trusts; issued",
    r"bring next|to bring|for want of": "collect next; to collect; because … is missing",
    r"bec(?:ome|omes|ame) of": "the outcome of",
    r"by themselves": "scheduled runs",
    r"of which|of whom|thereof|whereof|therein|hereof": "a second sentence",
    r"the same is said|(?:is|are) said (?:of|in)": "identical findings",
    r"(?:leads?|led|leading) (?:over|back in)": "a path through",
    r"(?:comes?|came|coming) (?:to|about)": "the outcome for; reaches; is made",
    r"taken (?:as given|to be on|for granted)": "assumed",
    rf"(?<!there )(?:is|are|was|were|be) no (?:[\w'’]+ ){{0,2}}(?:{_NOUN})s?": "is not a …; does not match a …",
    r"(?:does|do|did) not hold": "has no effect; is invalid",
    r"all the same|at hand|at work|for ever": "still; available; running; always",
    r"the question is not put": "the rule does not apply",
    r"pass(?:es|ed) over": "skips; ignores",
    r"the documents (?:leaves?|do|says?|mentions?|are|decides?)": "Cisco's documentation",
    r"kept audits?|wrong use": "saved audit; usage error",
    r"issued? (?:[\w{}]+ ){0,3}again|beside a subjectAltName": "reissue; when a subjectAltName is present",
    r"lest|whence|whereby|thereby": "so that; from where; by which",
    r"(?<!not )allowed (?:are|is)": "expected …; allowed keys: …",
    r"(?:peers?|compared?|compares|evaluated?|evaluates|processed) by RFC": "that follows RFC …; as RFC … specifies",
    r"(?:is|are) (?:given back|inferred)": "is returned; mcuaudit infers …",
    r"rest(?:s|ing)? on": "depends on",
    r"judg(?:e|es|ed|ing)": "checks; evaluates; verifies",
    r"log(?:s|ged)? in by certificate": "log in with a certificate",
    r"stands? in for": "is used instead",
    r"say(?:s)? cA|as TLS (?:client|server)": "sets cA to TRUE; as a TLS client",
}
"""Pattern of a phrase → what to write instead. Upper and lower case are the same."""


def _pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(PHRASES)})\b", re.IGNORECASE)


FORBIDDEN: Final = _pattern()
_DATA: Final = re.compile(r"`[^`]*`|\{[^{}]*\}|https?://\S+|\]\([^)]*\)")


def found_in(text: str) -> list[str]:
    """The phrases of a text, each with a few words around it, and what to write instead."""
    plain = " ".join(_DATA.sub(" ", text).split())
    return [
        f"“{hit[0]}” in “{plain[max(0, hit.start() - 30) : hit.end() + 30]}”; write: {_instead(hit[0])}"
        for hit in FORBIDDEN.finditer(plain)
    ]


def _instead(phrase: str) -> str:
    return next(words for pattern, words in PHRASES.items() if re.search(rf"\b(?:{pattern})\b", phrase, re.IGNORECASE))


def lines_of(text: str) -> list[str]:
    """The phrases of a document, each with its line: of a phrase over two lines, the first."""
    lines = text.splitlines()
    found = []
    for number in range(len(lines)):
        here, below = found_in(lines[number]), found_in("\n".join(lines[number : number + 2]))
        after = found_in(lines[number + 1]) if number + 1 < len(lines) else []
        over = below if len(below) > len(here) + len(after) else []
        found += [f"line {number + 1}: {hit}" for hit in here or over]
    return found


def texts_of(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every string constant with a space in it, of docstrings and of comments."""
    tree = ast.parse(source)
    formatted = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            # The values are not known here; the words on both sides of one are still one text.
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in formatted:
            yield node.lineno, node.value if " " in node.value.strip() else ""
    comments: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            comments[token.start[0]] = token.string.lstrip("# ")
    yield from comments.items()


PYTHON = sorted(
    [file for file in PACKAGE.rglob("*.py*") if file.suffix in (".py", ".pyi")] + list((ROOT / "docs").rglob("*.py"))
)
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        ROOT / "data" / "README.md",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "docs" / "scheduling").glob("*"),
    ]
)
RULES: Final = own_rules()
TEMPLATES = sorted((PACKAGE / "report" / "templates" / "page").glob("*.j*"))
NOTEBOOKS = sorted(notebooks_directory().glob("*.ipynb"))


def test_code_is_worded_plainly() -> None:
    """One test for all files: an item for each of them would cost more than to read it."""
    wrong = [
        f"{file}, line {line}: {hit}"
        for file in PYTHON
        for line, text in texts_of(file.read_text(encoding="utf-8"))
        for hit in found_in(text)
    ]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_a_document_is_worded_plainly(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    hits = found_in(text)
    assert hits == [], "\n".join(lines_of(text) or hits)


NAMES: Final = frozenset(
    [
        "told",
        "untold",
        "foretold",
        "tell",
        "tells",
        "telling",
        "mend",
        "mends",
        "vouch",
        "vouches",
        "vouching",
        "rest",
        "rests",
        "resting",
        "whose",
        "whoever",
        "matter",
        "matters",
        "doubtful",
        "doubts",
        "nobody",
    ]
)
"""Words that no view, frame or column of one has in its name."""


@pytest.mark.parametrize("schemas", [VIEW_SCHEMAS, SCHEMAS], ids=["views", "frames"])
def test_views_frames_and_their_columns_are_named_plainly(schemas: Mapping[str, Any]) -> None:
    columns = {(name, column) for name, schema in schemas.items() for column in _columns_of(schema)}
    assert len(columns) > 100
    assert [name for name in schemas if NAMES.intersection(name.split("_"))] == []
    assert sorted(pair for pair in columns if NAMES.intersection(pair[1].split("_"))) == []


def _columns_of(schema: Any) -> list[str]:
    return list(schema.columns) if isinstance(schema.columns, Mapping) else [column.name for column in schema.columns]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_the_template_of_pages_is_worded_plainly(file: Path) -> None:
    assert found_in(re.sub(r"<[^>]*>", " ", file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("code", RULES)
def test_the_names_in_the_texts_of_a_rule_are_plain(code: str) -> None:
    # `found_in` leaves out what stands between braces.
    names = [name for _, text in templates(RULES[code]) for name in placeholders(text)]
    assert [name for name in names if NAMES.intersection(name.split("_"))] == []


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_worded_plainly(file: Path) -> None:
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    texts += [text for cell in cells if cell["cell_type"] == "code" for _, text in texts_of("".join(cell["source"]))]
    assert [hit for text in texts for hit in found_in(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "A setting that nobody tells is open.", "where the standard is not told", "the names were told apart",
        "Whoever has the key can call.", "the one thing to mend", "It holds up 4 connections.", "4 hang on it alone",
        "which CA vouches for it", "bring next: settings.toml", "what becomes of them", "runs by themselves",
        "devices of which two are off", "what one identifier comes to", "taken as given", "a path that leads over X",
        '"yesterday" is no date', "The CN of ann is no administrator's name", "x is no stored user name",
        "/tmp/x is no directory", "nothing knows this file", "a waiver that does not hold",
        "the value is no date", "names are no URIs", "the documents do not say", "a kept audit", "wrong use",
        "Have the certificate issued again.", 'X is "foo"; allowed are "a" and "b".', "a peer by RFC 5922 ignores it",
        "names are compared by RFC 9525", "That the keys are shared is inferred.", "what rests on it is open",
        "the audit judges certificates", "Users can log in by certificate.", "No farther file stands in for it.",
        "the MCU as TLS client", "the list is given back",
    ],
)  # fmt: skip
def test_a_phrase_is_found(text: str) -> None:
    assert found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "there is no other certificate", "The rule is no longer applied.", "The column `told` holds the reason.",
        "{told}", "if there is no path from the certificate to a root", "the store holds two certificates",
        "it is not a date", "The recommended key has 2048 bits; this amends nothing.", "amendment",
        "If there is no subjectAltName, the CN is used.", "there is no such URI", "a run that holds the lock",
    ],
)  # fmt: skip
def test_a_plain_sentence_is_not_found(text: str) -> None:
    assert found_in(text) == []


def test_a_hit_has_its_line_and_what_to_write_instead() -> None:
    assert lines_of("Plain.\nIt was untold.\nHere nobody is.\nIt hangs\non it.") == [
        "line 2: “untold” in “It was untold.”; write: recorded; in the export; says; lists",
        "line 3: “nobody” in “Here nobody is.”; write: the actor: no user, no administrator, neither side; "
        "unrecognised",
        "line 4: “hangs on” in “It hangs on it.”; write: depends on; alone blocks",
    ]


def test_strings_docstrings_and_comments_are_read_and_data_is_not() -> None:
    source = '"""Is told."""\nx = "untold"  # nobody\ny = f"{x} vouches for {x}"\nz = {"untold": "a mended key"}\n'
    hits = [hit for _, text in texts_of(source) for hit in found_in(text)]
    assert len(hits) == 4, hits
