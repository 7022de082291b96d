"""The proof of one connection, step by step: what holds, what does not, and by which certificate, store and file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.readings import READINGS
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.report.html import Html, code, element, folded, join, link, small
from mcuaudit.report.sections.anchors import reading_anchor, rule_anchor
from mcuaudit.report.sections.applied import applied_note
from mcuaudit.summary.applied import Applied
from mcuaudit.summary.cited_rows import Row
from mcuaudit.summary.steps import PathMember, Step, StepKind
from mcuaudit.wording.phrases import ACCEPTED, AUTHENTICATED_WORDS, UNVERIFIED, said, short_hash

_MARKS: Final = {"pass": ("✓", "holds"), "fail": ("✕", "fails"), "open": ("?", "undetermined")}
_NO_MARK: Final = ("–", "not applicable")
_PLAIN: Final = (ACCEPTED, UNVERIFIED)
_VERIFYING: Final = {"mcu": ("both", "mcu_only"), "peer": ("both", "peer_only")}
"""By side, the values of `authenticated` with which it verifies the other."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the outcome of a connection is based on.

    Attributes:
        rule: code of the finding about the connection; "" for none.
        source: the document and section.
        grade: documented, inferred or not documented.
        cause: finding_id of the cause, whose row the page has; "" for none.
        applied: what came of applying the remedy; None for a connection without one.
    """

    rule: str = ""
    source: str = ""
    grade: str = ""
    cause: str = ""
    applied: Applied | None = None


def proofs(rows: Sequence[tuple[Row, Sequence[Step], Basis]], *, is_open: bool = False) -> list[Html]:
    """Some connections: a line for each that opens to its steps; accepted ones with the same paths have one line.

    `is_open`: the steps are shown from the start.
    """
    accepted: dict[Html, list[Row]] = {}
    found = []
    for row, steps, basis in rows:
        if row["word"] in _PLAIN:
            accepted.setdefault(_paths(row, steps), []).append(row)
        else:
            found.append(ladder(row, steps, basis, is_open=is_open))
    return [*found, *(_of_alike(alike, paths) for paths, alike in accepted.items())]


def _of_alike(alike: Sequence[Row], paths: Html) -> Html:
    """The line of accepted connections with the same paths, with their number for the filters of the explorer."""
    return element("li", _head(alike), small(paths), data_count=str(len(alike)) if len(alike) > 1 else None)


def _head(alike: Sequence[Row]) -> Html:
    """``accepted Incoming SIP call, Outgoing SIP call expressway-leeds``."""
    titles = dict.fromkeys(CONNECTION_TABLE[ConnectionType(row["connection_type"])].title for row in alike)
    word, peers = alike[0]["word"], dict.fromkeys(str(row["peer"]) for row in alike)
    chip = element("span", word, class_=f"chip {word}")
    return join((chip, " ", element("strong", ", ".join(titles)), f" {', '.join(peers)}"))


def _paths(row: Row, steps: Sequence[Step]) -> Html:
    """Who verifies, and the path that each side trusts; the whole digests are in the card."""
    verified = AUTHENTICATED_WORDS[str(row["authenticated"])]
    verifying = [side for side, words in _VERIFYING.items() if row["authenticated"] in words]
    trusted = [step for step in steps if step.kind is StepKind.TRUST and step.path and step.side in verifying]
    paths = join((_trusted(step, row) for step in trusted), "; ")
    return join((f"{verified}: ", paths)) if paths else join((verified,))


def ladder(row: Row, steps: Sequence[Step], basis: Basis, *, is_open: bool = False) -> Html:
    """One connection: its outcome in a line, which opens to the steps; of one that is not accepted, one decides."""
    head = _head([row])
    plain = row["word"] in _PLAIN
    deciding = None if plain else _deciding(row, steps)
    shown = (step for step in steps if step.kind is not StepKind.BOTH)
    lines = (_line(step, row, basis if step is deciding else None) for step in shown)
    end = None if deciding or plain else element("li", _end(row, basis), class_=_class(str(row["outcome"])))
    summary = join((head, small(said(row["reason"]))))
    return element("li", folded(summary, element("ol", *lines, end, class_="ladder"), is_open=is_open))


def _trusted(step: Step, row: Row) -> Html:
    who = "the MCU" if step.side == "mcu" else str(row["peer"])
    members = (join((_name(one), " ", element("code", short_hash(one.certificate)))) for one in step.path)
    return join((f"{who} trusts ", join(members, " → ")))


def _deciding(row: Row, steps: Sequence[Step]) -> Step | None:
    """The first step with the outcome of the connection that gives its reason, or else the first with its outcome."""
    alike = [step for step in steps if step.kind is not StepKind.BOTH and step.outcome == row["outcome"]]
    reason = said(row["reason"])
    return next((step for step in alike if step.reason and step.reason in reason), alike[0] if alike else None)


def _line(step: Step, row: Row, basis: Basis | None) -> Html:
    reason = step.reason if step.outcome != Outcome.PASS.value or step.kind is StepKind.NAME else ""
    said_of_it = said(row["reason"]) if basis else reason
    return element(
        "li",
        mark(step.outcome), " ",
        _statement(step, row),
        f" {said_of_it}" if said_of_it else None,
        _files(step),
        _end(row, basis) if basis else None,
        class_=_class(step.outcome) if basis else None,
    )  # fmt: skip


def mark(outcome: str) -> Html:
    """✓, ✕, ? or –, with its word for screen readers."""
    sign, words = _MARKS.get(outcome, _NO_MARK)
    return element("span", sign, class_="mark", role="img", aria_label=words)


def _class(outcome: str) -> str:
    return "refused" if outcome == Outcome.FAIL.value else "undetermined"


def _statement(step: Step, row: Row) -> Html:
    who = "The MCU" if step.side == "mcu" else str(row["peer"])
    match step.kind:
        case StepKind.EXISTS:
            service = SETTING_BY_KEY[step.against].label if step.against in SETTING_BY_KEY else ""
            words = f"{service} is on." if service else "The connection exists."
            return join((words if step.outcome == Outcome.PASS.value else "The connection.",))
        case StepKind.SETTING:
            label = SETTING_BY_KEY[step.checked].label if step.checked in SETTING_BY_KEY else step.checked
            return join((f"{label}: ", element("strong", step.against or "not in the export"), f". {step.reason}"))
        case StepKind.TRUST:
            what = join((_path(step.path), f" in the {step.against}")) if step.path else "the certificate"
            return _in_words(step, who, ("trusts", "does not trust"), what)
        case StepKind.NAME if step.against:
            return join((f"{who} looks for ", code(step.against), "."))
        case StepKind.NAME:
            return _in_words(step, who, ("accepts", "does not accept"), "the name")
        case StepKind.PURPOSE:
            return _in_words(step, who, ("accepts", "does not accept"), f"the purpose {step.against}")
    return _in_words(step, step.checked, ("can log", "cannot log"), "in")


def _in_words(step: Step, who: str, verb: tuple[str, str], what: object) -> Html:
    """``The MCU trusts the certificate.``, or that it does not, or that this is undetermined."""
    match step.outcome:
        case Outcome.PASS.value:
            return join((f"{who} {verb[0]} ", what, "."))
        case Outcome.FAIL.value:
            return join((f"{who} {verb[1]} ", what, "."))
        case Outcome.NOT_APPLICABLE.value:
            return join((f"{who} does not check this: ", what, "."))
    return join(
        (
            f"Undetermined: whether {who[:1].lower() if who.startswith('The ') else who[:1]}{who[1:]} {verb[0]} ",
            what,
            ".",
        )
    )


def _path(members: Sequence[PathMember]) -> Html:
    """``mcu-1 89da3763 → Devices CA 664a7d06``, with the whole digests on hover."""
    return join((_member(one) for one in members), " → ")


def _member(one: PathMember) -> Html:
    whole = element("code", short_hash(one.certificate), title=one.certificate)
    return join((element("span", _name(one), title=one.subject), " ", whole))


def _name(one: PathMember) -> str:
    return one.subject.partition(",")[0].removeprefix("CN=") or "a certificate without a subject"


def _files(step: Step) -> Html | None:
    """The files that the step cites; of names and purposes those of the certificate stand with its trust."""
    if step.kind in (StepKind.NAME, StepKind.PURPOSE):
        return None
    files = dict.fromkeys(file for file in (step.file, *(one.file for one in step.path)) if file)
    return join((" ", join(map(code, files), " "))) if files else None


def _end(row: Row, basis: Basis) -> Html:
    """What fixes it, and what the outcome is based on."""
    used = [one for one in said(row["readings"]).split() if one in READINGS]
    # A page that has the row of the cause has those of its rule and readings too.
    rule = link(rule_anchor(basis.rule), basis.rule) if basis.rule and basis.cause else basis.rule
    readings = (
        join(("reading ", link(reading_anchor(one), one) if basis.cause else one, f": {READINGS[one][0]}"))
        for one in used
    )
    grounds = [one for one in (rule, basis.source, basis.grade, *readings) if one]
    missing = said(row["missing_evidence"])
    return join(
        (
            _fix(said(row["remedy"]), basis.applied),
            small("Not in the export: ", missing) if missing else None,
            small(join(grounds, ", "), " ", link(basis.cause, basis.cause) if basis.cause else None)
            if grounds
            else None,
        )
    )


def _fix(remedy: str, applied: Applied | None) -> Html | None:
    """The remedy, and what came of applying it."""
    return small("Fix: ", remedy, " ", applied_note(applied) if applied else None) if remedy else None
