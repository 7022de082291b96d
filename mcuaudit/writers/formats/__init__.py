"""The formats in which an audit is written: each module of this package declares one, `FORMATS` has them by name.

The modules load what writes them, such as xlsxwriter, when it is used: names and file extensions are known without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcuaudit.errors import McuAuditError, ReportError, UsageError, not_allowed
from mcuaudit.system.files import write_whole
from mcuaudit.system.import_failures import place_in, place_of_function
from mcuaudit.system.modules import modules_of
from mcuaudit.system.storage import storage_error
from mcuaudit.writers.interface import Format, Request
from mcuaudit.writers.register import Register, not_imported

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit

FINDINGS: Final = "findings"
"""The frame that a format of one frame holds, unless another one is asked for."""

FORMATS: Final = Register(lambda: modules_of(__name__, not_imported), group="mcuaudit.formats")
"""Every format by name."""


def content_of(audit: Audit, name: str, format_name: str, *, frame: str = FINDINGS) -> bytes:
    """The content of a file of that format.

    Args:
        audit: the audit to write.
        name: what the audit is called, usually the directory of the export.
        format_name: one of `FORMATS`.
        frame: the frame that a format of one frame holds.

    Raises:
        UsageError: there is no such format or frame, or the format is a directory.
        ReportError: the format raised an error, or returned something else than a text or bytes.
    """
    chosen = _format(format_name, frame)
    if chosen.make is None:
        raise UsageError(f"The format {format_name} is a directory; name one with --out.")
    with failures_named(chosen):
        content: object = chosen.make(Request(audit, name, frame))
    if isinstance(content, str):
        return content.encode("utf-8")
    if not isinstance(content, bytes):
        raise ReportError(
            f"The format {chosen.name} ({place_of_function(chosen.make)}) returns {type(content).__name__}; expected "
            "str or bytes."
        )
    return content


def write_audit(audit: Audit, name: str, format_name: str, target: str | Path, *, frame: str = FINDINGS) -> Path:
    """Write the audit to a file or directory in one step, so that a failure leaves what was there.

    Raises:
        UsageError: there is no such format or frame, or the place cannot be written.
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    chosen = _format(format_name, frame)
    if chosen.save is None:
        return write_whole(target, content_of(audit, name, format_name, frame=frame))
    try:
        with failures_named(chosen):
            return chosen.save(audit, Path(target))
    except OSError as error:
        usage = UsageError(f"{target} cannot be written: {error.strerror or error}.")
        raise storage_error(target, error) or usage from error


@contextmanager
def failures_named(chosen: Format) -> Iterator[None]:
    """An error of the functions of a format names the format, its file and the line.

    Raises:
        ReportError: the format raised an error that is not for the user.
        StorageError: the machine cannot write, for example because the disk is full.
    """
    try:
        yield
    except (McuAuditError, OSError):
        raise
    except Exception as error:
        failure = storage_error(f"a temporary file of the format {chosen.name}", error)
        if failure:
            raise failure from error
        function = chosen.make or chosen.save or chosen.comparison
        place = place_in(function.__module__, error) if function else ""
        raise ReportError(
            f"The format {chosen.name} raised {type(error).__name__}: {error} ({place}); see "
            "mcuaudit/writers/interface.py."
        ) from error


def _format(name: str, frame: str) -> Format:
    if name not in FORMATS:
        raise UsageError(not_allowed("unknown format", name, FORMATS))
    if frame != FINDINGS and not FORMATS[name].one_frame:
        of_one_frame = " and ".join(word for word, one in FORMATS.own.items() if one.one_frame)
        raise UsageError(f"--frame applies only to {of_one_frame}; the format {name} has all frames.")
    return FORMATS[name]
