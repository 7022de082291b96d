"""The formats in which an audit is written: each module of this package declares one, `FORMATS` has them by name.

The modules load what writes them, such as xlsxwriter, when it is used: names and file extensions are known without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.system.files import write_whole
from mcuaudit.system.modules import modules_of
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
    """
    chosen = _format(format_name, frame)
    if chosen.make is None:
        raise UsageError(f"The format {format_name} is a directory; name one with --out.")
    content = chosen.make(Request(audit, name, frame))
    return content.encode("utf-8") if isinstance(content, str) else content


def write_audit(audit: Audit, name: str, format_name: str, target: str | Path, *, frame: str = FINDINGS) -> Path:
    """Write the audit to a file or directory in one step, so that a failure leaves what was there.

    Raises:
        UsageError: there is no such format or frame, or the place cannot be written.
    """
    chosen = _format(format_name, frame)
    if chosen.save is None:
        return write_whole(target, content_of(audit, name, format_name, frame=frame))
    try:
        return chosen.save(audit, Path(target))
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror or error}.") from error


def _format(name: str, frame: str) -> Format:
    if name not in FORMATS:
        raise UsageError(not_allowed("unknown format", name, FORMATS))
    if frame != FINDINGS and not FORMATS[name].one_frame:
        of_one_frame = " and ".join(word for word, one in FORMATS.own.items() if one.one_frame)
        raise UsageError(f"The format {name} holds all frames; --frame is for {of_one_frame}.")
    return FORMATS[name]
