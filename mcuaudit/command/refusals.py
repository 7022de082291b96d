"""Options refused before the audit starts: a place where something would be lost, an option without another."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mcuaudit.command.exit_codes import FailOn
from mcuaudit.command.places import PRINTED
from mcuaudit.errors import UsageError
from mcuaudit.system.files import check_file_place
from mcuaudit.system.remote_addresses import check_address, is_remote, shown_address


def check_places(
    source: str | Path,
    *,
    files: Iterable[str | Path] = (),
    metrics: str | Path | None = None,
    keep: str | Path | None = None,
    pages: str | Path | None = None,
) -> None:
    """Refuse, before the audit starts, places that cannot be read or written, or whose content would be lost.

    Args:
        source: the export or saved audit.
        files: what else is written.
        metrics: the file of metrics.
        keep: the directory of saved audits.
        pages: the directory of reports, which is replaced as a whole.

    Raises:
        UsageError: one of them does not exist, cannot be written, or is within another one.
    """
    from mcuaudit.collect.walk import check_directory
    from mcuaudit.system.own_output import REPORTS_MARKER, is_audit

    keep = Path(keep) if keep else None
    _check_apart(source, pages)
    pages = Path(pages) if pages and not is_remote(pages) else None
    if is_remote(source):
        check_address(str(source))
    else:
        check_directory(source)
    metrics = None if metrics == PRINTED else metrics
    beside = [Path(place) for place in (*files, metrics, keep) if place is not None]
    resolved = [_resolved(place) for place in beside]
    for number, place in enumerate(beside):
        if resolved[number] in resolved[:number]:
            raise UsageError(f"{place} is named for two purposes. Choose another place for one of them.")
    for place in (*beside, *([pages] if pages else [])):
        _check_name(place)
        if not is_remote(source) and _resolved(place).is_relative_to(Path(source).resolve()):
            raise UsageError(f"{place} is inside the export and would be read as part of it. Choose another directory.")
    for place in beside:
        around = [_resolved(place), *_resolved(place).parents]
        reports = next((one for one in around if (one / REPORTS_MARKER).is_file()), None)
        if pages is not None and _resolved(pages) in around:
            reports = pages
        if reports is not None:
            raise UsageError(f"{place} is inside {reports}, which is replaced as a whole. Choose another place.")
    if keep is not None and (_resolved(keep).parent == _resolved(keep) or (keep.is_symlink() and not keep.exists())):
        raise UsageError(f"{keep} cannot hold saved audits; --keep needs a directory of its own.")
    if keep is not None and is_audit(keep):
        raise UsageError(
            f"{keep} is itself a saved audit; --keep needs the directory that holds the audits of all runs."
        )
    if keep is not None and keep.exists() and not keep.is_dir():
        raise UsageError(f"{keep} is a file; --keep needs a directory.")
    if metrics is not None:
        check_file_place(metrics)


def _check_apart(source: str | Path, pages: str | Path | None) -> None:
    """Refuse reports at an address within that of the export."""
    if is_remote(source) and is_remote(pages):
        export, reports = shown_address(str(source)), shown_address(str(pages))
        if f"{reports}/".startswith(f"{export}/"):
            raise UsageError(f"{reports} is inside the export and would be read as part of it. Choose another address.")


def _resolved(place: Path) -> Path:
    try:
        return place.resolve()
    except (OSError, RuntimeError) as error:
        # Python's own errors for links that lead back to themselves.
        raise UsageError(f"{place} is a symbolic link to itself. Choose another place.") from error


def _check_name(place: Path) -> None:
    try:
        str(place).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(f"{str(place)!r} is not valid UTF-8. Choose another place.") from error


def check_threshold(fail_on: FailOn, baseline: str) -> None:
    """Refuse a threshold for new findings if there is no audit to compare with.

    Raises:
        UsageError: there is no baseline.
    """
    if fail_on.needs_baseline and not baseline:
        raise UsageError(f"--fail-on {fail_on} needs --baseline, the audit to compare findings with.")


def check_retain(retain: int | None, keep: str | Path | None) -> None:
    """Refuse a number of audits to retain if none are kept.

    Raises:
        UsageError: there is no `keep`.
    """
    if retain is not None and keep is None:
        raise UsageError("--retain needs --keep DIRECTORY, where the audits are saved.")
