"""The part of docs/verdicts.md that `make verifiers` writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.verifiers.comparison import Comparison
from tests.verifiers.explained import Explanation
from tests.verifiers.verifier import Verifier

PAGE = Path(__file__).parents[2] / "docs" / "verdicts.md"
BEGIN, END = "<!-- begin: make verifiers -->\n", "<!-- end: make verifiers -->\n"


def agreement(compared: Comparison) -> str:
    """The row of a verifier."""
    opened = sum((answers for answers in compared.undetermined.values()), Counter[bool]())
    kinds = len({split.kind for split in compared.splits})
    return (
        f"| {compared.verifier} {compared.version} | {compared.agrees} "
        f"| {opened[True]} accepted, {opened[False]} refused | {sum(compared.splits.values())}, kinds: {kinds} |"
    )


def section(
    count: int,
    seed: int,
    outcomes: Counter[str],
    comparisons: Sequence[Comparison],
    missing: Iterable[Verifier],
    explanations: Sequence[Explanation],
) -> str:
    """The section of the page."""
    absent = "".join(f"\n{one.NAME} was not installed; {one.PACKAGE} brings it.\n" for one in missing)
    return f"""`make verifiers` makes {count} chains from seed {seed} and lets each verifier accept or refuse them. \
mcuaudit: {outcomes["pass"]} pass, {outcomes["fail"]} fail, {outcomes["open"]} open.

| verifier | agrees | where mcuaudit says open | other answer |
|---|---|---|---|
{_lines(map(agreement, comparisons))}
{absent}
Each other answer has its reason in `tests/verifiers/explained.toml`:

| kinds of chains | number | verifiers | answer | why |
|---|---|---|---|---|
{_lines(_reasons(comparisons, explanations))}

Where mcuaudit says open, the verifiers decide by their own reading, accepted / refused:

| reading | {" | ".join(compared.verifier for compared in comparisons)} |
|---|{"---|" * len(comparisons)}
{_lines(_readings(comparisons))}
"""


def _lines(rows: Iterable[str]) -> str:
    return "\n".join(rows)


def _reasons(comparisons: Sequence[Comparison], explanations: Iterable[Explanation]) -> Iterable[str]:
    asked = [compared.verifier for compared in comparisons]
    splits = sum((compared.splits for compared in comparisons), Counter())
    for one in explanations:
        number = sum(splits[split] for split in one.splits())
        verifiers = [name for name in asked if name in one.verifiers]
        if verifiers:
            yield f"| {'; '.join(one.kinds)} | {number} | {', '.join(verifiers)} | {one.answer} | {one.why} |"


def _readings(comparisons: Sequence[Comparison]) -> Iterable[str]:
    for reading in sorted({name for compared in comparisons for name in compared.undetermined}, key=_order):
        found = [compared.undetermined.get(reading, Counter()) for compared in comparisons]
        yield f"| {reading} | {' | '.join(f'{answers[True]} / {answers[False]}' for answers in found)} |"


def _order(reading: str) -> tuple[int, str]:
    return len(reading), reading


def with_section(text: str, made: str) -> str:
    """The text of the page with another section between the markers."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page lacks the lines {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{made.strip()}\n\n{END}{after}"


def section_of(text: str) -> str:
    """What is between the markers."""
    return text.partition(BEGIN)[2].partition(END)[0].strip()
