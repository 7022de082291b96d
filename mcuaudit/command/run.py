"""The audit that `check`, `report` and `compare` begin with, and its lines on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)  # fmt: skip
from rich.text import Text

from mcuaudit.command.places import PRINTED
from mcuaudit.command.printed import print_octets
from mcuaudit.errors import UsageError
from mcuaudit.system.files import check_file_place
from mcuaudit.system.progress import Progress as OnProgress
from mcuaudit.system.remote_addresses import is_remote, name_at, shown_address

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit, Fleet
    from mcuaudit.policy.layers import ResolvedPolicy
    from mcuaudit.policy.schema import Policy
    from mcuaudit.system.cache import Cache
    from mcuaudit.system.signing import SigningKey


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to audit, and what to compare it with.

    Attributes:
        source: an export, or a saved audit; or the address of an export.
        at: the time as written; "" for now.
        policy: a policy file that is named.
        settings: single values of the policy, as written.
        baseline: what to compare with, as written; "" for nothing.
        keep: where audits are kept.
        redact: the key file with which names are replaced by pseudonyms; None for the true names.
        cache: what earlier runs kept; None for none.
        rules: the rules are evaluated too.
    """

    source: str | Path
    at: str = ""
    policy: Path | None = None
    settings: list[str] = field(default_factory=list)
    baseline: str = ""
    keep: Path | None = None
    redact: Path | None = None
    cache: Cache | None = None
    rules: bool = True


class _Rate(ProgressColumn):
    """How many are done in a second."""

    def render(self, task: Task) -> Text:
        """The rate, once it is known."""
        rate = task.finished_speed or task.speed
        return Text(f"{rate:,.3g}/s" if rate else "", style="progress.data.speed")


@contextmanager
def progress_bars() -> Iterator[OnProgress | None]:
    """Progress bars on standard error if that is a terminal, with rate, time and remaining time; else nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    times = (TimeElapsedColumn(), TextColumn("remaining"), TimeRemainingColumn())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), *times)
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def audited(
    wanted: Wanted,
    executor: Executor | None,
    progress: OnProgress | None,
    evaluate: Callable[[Audit], Audit] | None = None,
) -> Audit:
    """Audit an export, or load a saved audit, and compare it with the baseline; redacted, if that is asked for.

    `evaluate` adds what needs the certificates, before the audit is redacted.

    Raises:
        UsageError: a file or directory does not exist, or two options exclude each other.
    """
    from mcuaudit.system.own_output import kept_audit
    from mcuaudit.triage.comparison import with_baseline
    from mcuaudit.triage.history import LATEST, open_baseline

    key_id = _checked_key(wanted.redact) if wanted.redact is not None else None
    directory = kept_audit(wanted.source)
    loaded = _loaded(wanted, directory) if directory else None
    # Before the work is done, so that a baseline that cannot be loaded costs none.
    baseline = open_baseline(wanted.baseline, wanted.keep) if wanted.baseline else None
    if wanted.baseline and baseline is None:
        say(f"{wanted.keep} holds no audit yet, so there is nothing to compare with; this audit is the first.")
    elif baseline:
        say(f"the baseline is the saved audit{_of(baseline, wanted)}, as of {baseline.at:%Y-%m-%d %H:%M} UTC.")
    # A redacted baseline has the names that this audit will have.
    redacted_baseline = baseline if baseline and baseline.fleet.redacted and key_id else None
    if redacted_baseline and redacted_baseline.fleet.redacted != key_id:
        raise UsageError(f"The baseline was redacted with another key than {wanted.redact}; name the key file of it.")
    true_baseline = None if redacted_baseline else baseline
    found = with_baseline(loaded, true_baseline) if loaded and true_baseline else loaded
    found = found or _made(wanted, executor, progress, true_baseline)
    if evaluate is not None:
        found = evaluate(found)
    if wanted.redact is not None:
        is_first = not wanted.redact.exists()
        found = _redacted(found, wanted.redact, redacted_baseline)
        if is_first:
            say(
                f"the key file {wanted.redact} was made. Keep it: later runs with it give the same pseudonyms, and "
                "mcuaudit unredact reads them back."
            )
    if baseline and wanted.baseline == LATEST and wanted.redact is None:
        _say_other_export(baseline, found)
    return found


def _checked_key(file: Path) -> str:
    """The id of a key; a key file that cannot be used is refused before the work is done."""
    from mcuaudit.redaction.key import redaction_key

    check_file_place(file)
    return redaction_key(file).key_id


def _redacted(audit: Audit, key: Path, baseline: Audit | None) -> Audit:
    """The audit with pseudonyms, compared with a baseline that has the same ones."""
    from mcuaudit.redaction.redact import redacted, remember_findings
    from mcuaudit.triage.comparison import with_baseline

    found = redacted(audit, key)
    if baseline is not None:
        found = with_baseline(found, baseline)
        remember_findings(found, key)
    return found


def _of(audit: Audit, wanted: Wanted) -> str:
    """`` of exports/fleet``: the export of an audit; nothing where names are replaced."""
    return "" if wanted.redact is not None else f" of {audit.fleet.source}"


def _say_other_export(baseline: Audit, found: Audit) -> None:
    if baseline.fleet.source != found.fleet.source:
        say(
            f"the newest saved audit is of another export, {baseline.fleet.source}; this one is of "
            f"{found.fleet.source}."
        )


def _loaded(wanted: Wanted, directory: Path) -> Audit:
    from mcuaudit.frames.load import load_audit

    if wanted.at or wanted.policy or wanted.settings:
        raise UsageError(
            f"{wanted.source} is a saved audit and keeps its time and policy; leave out --at, --policy and --set."
        )
    found = load_audit(directory)
    say(
        f"{wanted.source} is a saved audit{_of(found, wanted)}, as of {found.at:%Y-%m-%d %H:%M} UTC; no export was "
        "read."
    )
    return found


def _made(wanted: Wanted, executor: Executor | None, progress: OnProgress | None, baseline: Audit | None) -> Audit:
    from mcuaudit.pipeline import audit

    moment = wanted.at or now()
    fleet = _read(wanted, executor, progress)
    used = None if wanted.rules else _without_rules(fleet.policy)
    return audit(
        fleet, at=moment, policy=used, baseline=baseline, executor=executor, progress=progress, cache=wanted.cache
    )


def fleet_of(wanted: Wanted, progress: OnProgress | None, settings: Sequence[str] = ()) -> tuple[Fleet, str | datetime]:
    """The fleet of an export or a saved audit, and the time to evaluate it for, without an audit.

    Args:
        settings: values of the policy that an export is read with, whatever was asked for.

    Raises:
        UsageError: a file or directory does not exist, or two options exclude each other.
    """
    from mcuaudit.system.own_output import kept_audit

    directory = kept_audit(wanted.source)
    if directory:
        audit = _loaded(wanted, directory)
        return audit.fleet, audit.at
    moment = wanted.at or now()
    return _read(replace(wanted, settings=[*wanted.settings, *settings]), None, progress), moment


def _read(wanted: Wanted, executor: Executor | None, progress: OnProgress | None) -> Fleet:
    from mcuaudit.collect.remote_export import remote_copy
    from mcuaudit.pipeline import read_copy, read_export
    from mcuaudit.policy.layers import resolve_policy

    resolved = partial(resolve_policy, file=wanted.policy, environment=os.environ, options=wanted.settings)
    if is_remote(wanted.source):
        # The policy at the top of the export can only lower the limits.
        with remote_copy(str(wanted.source), resolved(None).policy.limits, progress) as copy:
            address = shown_address(str(wanted.source))
            policy = resolved(copy).at_address(copy, address)
            _say_passed_over(policy, wanted)
            return read_copy(copy, address, policy=policy, executor=executor, progress=progress)
    policy = resolved(wanted.source)
    _say_passed_over(policy, wanted)
    return read_export(wanted.source, policy=policy, executor=executor, progress=progress, cache=wanted.cache)


def _without_rules(policy: Policy) -> Policy:
    from mcuaudit.rules import registered_rules

    return policy.model_copy(update={"rules": dict.fromkeys(registered_rules(), "off")})


def _say_passed_over(policy: ResolvedPolicy, wanted: Wanted) -> None:
    if policy.passed_over:
        passed_over = policy.passed_over if wanted.redact is None else "the policy of the export"
        say(f"the policy is {policy.file}; {passed_over} was not read.")


def now() -> str:
    """The time as an option would have it, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def kept(
    audit: Audit,
    directory: str | Path | None,
    retain: int | None = None,
    sign: SigningKey | None = None,
    mode: int | None = None,
) -> None:
    """Keep the audit if that is asked for, delete the oldest if there are too many, and say so."""
    if directory is None:
        return
    from mcuaudit.system.permissions import OWNER_ALONE
    from mcuaudit.triage import history as store

    place = audit.save(directory, dated=True, sign=sign, mode=OWNER_ALONE if mode is None else mode)
    say(f"kept as {place}")
    deleted = store.retain(directory, retain, place) if retain else []
    if deleted:
        say(f"saved audits deleted by --retain {retain}: {', '.join(path.name for path in deleted)}.")


def write_metrics_of(audit: Audit, file: str | Path | None, mode: int | None = None) -> None:
    """Write the metrics if that is asked for; the time of the run is now."""
    if file is not None:
        from mcuaudit.system.permissions import given_mode
        from mcuaudit.writers.metrics import metrics_text, write_metrics

        if file == PRINTED:
            print_octets(metrics_text(audit, datetime.now(UTC)).encode("utf-8"))
        else:
            with given_mode(file, mode):
                write_metrics(audit, datetime.now(UTC), file)


def say(text: object) -> None:
    """One line on standard error."""
    from mcuaudit.wording.visible import visible

    print(visible(f"mcuaudit: {text}"), file=sys.stderr)


def say_summary(audit: Audit, name: str, index: str | Path | None = None) -> None:
    """The summary line, what is waived, what changed, and every problem: a line each on standard error.

    `index` is the page that was made.
    """
    from mcuaudit.wording.phrases import problem_words
    from mcuaudit.writers.terminal import summary_lines

    for line in summary_lines(audit, name, index):
        say(line)
    for row in audit.problems.to_dict("records"):
        where = f", {row['where']}" if isinstance(row["where"], str) and row["where"] else ""
        head = f"{problem_words(row['kind'], row['file'], row['where'])}: "
        if row["reason"].startswith(head.removesuffix(": ")):
            # The sentence on an unrecognised file begins with that word itself; one on a whole file with "invalid".
            head = "unreadable: " if row["kind"] == "unreadable" else ""
        say(f"{head}{row['file']}{where}: {row['reason']}")


def name_of(source: str | Path, audit: Audit) -> str:
    """The name of the export in sentences: that of its directory, or its pseudonym."""
    if audit.fleet.redacted:
        return audit.fleet.source or "export"
    return name_at(str(source)) if is_remote(source) else Path(source).resolve().name
