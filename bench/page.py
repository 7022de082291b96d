"""The page docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence

from bench.measuring import Row

_INTRODUCTION = """# Performance

`make bench` measures mcuaudit and writes this page. Seconds differ from machine to machine and from hour to hour, so
each measurement stands beside another one that was made in the same run: a floor that no program of its kind can go
below, or what people use otherwise. Short ones are measured in turns, and the median of several rounds counts; what
takes minutes is measured once. Seconds are those of the processor, with all processes that were started. Fleets are
made from a number (seed 1): devices with the faults of [`mcuaudit sample`](using.md), and 40 certificates a device.
"""


def page(rows: Sequence[Row], *, commits: Sequence[str], minutes: float, missing: Sequence[str] = ()) -> str:
    """The page, with a profile of each measurement that misses its goal."""
    lines = "\n".join(_line(row) for row in rows)
    profiles = "\n".join(_profile(row) for row in rows if row.profile and not row.reached)
    return f"""{_INTRODUCTION}
- commit: {", ".join(commits)}
- minutes: {minutes:.0f}
- goals reached: {sum(row.reached for row in rows)} of {len(rows)}
- not measured: {" ".join(missing) or "nothing"}

| measurement | seconds | against | seconds | ratio | goal |
| --- | --- | --- | --- | --- | --- |
{lines}

## Where the time goes

For each goal that is missed: the share of a function with all that it calls, its own share, and how often it was
called, under a profiler, which makes calls of functions dearer than they are.

{profiles}"""


def _line(row: Row) -> str:
    sign = "at least" if row.faster else "at most"
    word = "" if row.reached else ", missed"
    remark = f" ({row.remark})" if row.remark else ""
    ratio = f"{row.ratio:,.1f} × {'faster' if row.faster else 'as long'}"
    return (
        f"| {row.name} | {row.seconds:,.3g} | {row.against}{remark} | {row.other:,.3g} | {ratio} | "
        f"{sign} {row.goal:g}{word} |"
    )


def _profile(row: Row) -> str:
    return f"### {row.name}\n\n```\n all   own     calls  function\n{row.profile}\n```\n"
