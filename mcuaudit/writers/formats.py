"""The formats in which an audit is written, by name; each is loaded when it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.system.files import write_whole

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit

Make = Callable[["Audit", str, str], str | bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what files of it are called, what it is, and what makes it of an audit, its name and a frame's.

    Attributes:
        ending: of a file; "" for a directory.
        meaning: half a sentence for a list of formats.
        make: gives text or octets; None for a format that is a directory.
        one_frame: it holds one frame of the audit, not all.
        binary: not to be shown on a terminal.
    """

    ending: str
    meaning: str
    make: Make | None
    binary: bool = False
    one_frame: bool = False


# All are made alike; whether a format has one frame or a name to tell is its own matter.


def _csv(audit: Audit, name: str, frame: str) -> str:  # noqa: ARG001
    from mcuaudit.writers.csv_table import csv_of

    return csv_of(audit, frame)


def _spreadsheet_csv(audit: Audit, name: str, frame: str) -> str:  # noqa: ARG001
    from mcuaudit.writers.csv_table import spreadsheet_csv_of

    return spreadsheet_csv_of(audit, frame)


def _xlsx(audit: Audit, name: str, frame: str) -> bytes:  # noqa: ARG001
    from mcuaudit.writers.xlsx import xlsx_bytes

    return xlsx_bytes(audit, name)


def _json(audit: Audit, name: str, frame: str) -> str:  # noqa: ARG001
    from mcuaudit.writers.json_object import json_text

    return json_text(audit, name)


def _sarif(audit: Audit, name: str, frame: str) -> str:  # noqa: ARG001
    from mcuaudit.writers.sarif import sarif_text

    return sarif_text(audit, name)


def _junit(audit: Audit, name: str, frame: str) -> str:  # noqa: ARG001
    from mcuaudit.writers.junit import junit_xml

    return junit_xml(audit, name)


FINDINGS: Final = "findings"
"""The frame that a format of one frame holds, unless another one is asked for."""

FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format(".csv", "one frame as plain CSV, for programs", _csv, one_frame=True),
    "csv-spreadsheet": Format(
        ".csv", "one frame as CSV that a spreadsheet opens safely", _spreadsheet_csv, one_frame=True
    ),
    "xlsx": Format(".xlsx", "an Excel workbook with a sheet per frame", _xlsx, binary=True),
    "parquet": Format("", "a directory with the whole audit, which mcuaudit.load reads", None, binary=True),
    "json": Format(".json", "one object, as docs/audit.schema.json has it", _json),
    "sarif": Format(".sarif", "SARIF 2.1.0, for code scanning and result viewers", _sarif),
    "junit": Format(".xml", "JUnit XML, for build servers", _junit),
}


def content_of(audit: Audit, name: str, format_name: str, *, frame: str = FINDINGS) -> bytes:
    """What a file of that format holds; text is UTF-8 with the line ends of the format.

    Args:
        audit: what is told.
        name: what the audit is called, usually the directory of the export.
        format_name: one of `FORMATS`.
        frame: the one that CSV holds; the other formats hold all.

    Raises:
        UsageError: there is no such format or frame, or the format is no single file.
    """
    made = _format(format_name, frame).make
    if made is None:
        raise UsageError(f"The format {format_name} is a directory; name one with --out.")
    content = made(audit, name, frame)
    return content.encode("utf-8") if isinstance(content, str) else content


def write_audit(audit: Audit, name: str, format_name: str, target: str | Path, *, frame: str = FINDINGS) -> Path:
    """Write the audit to a file, or a directory for Parquet; in one step, so that a failure leaves what was there.

    Raises:
        UsageError: there is no such format or frame, or the place cannot be written.
    """
    if _format(format_name, frame).make is None:
        try:
            return audit.save(target)
        except OSError as error:
            raise UsageError(f"{target} cannot be written: {error.strerror or error}.") from error
    return write_whole(target, content_of(audit, name, format_name, frame=frame))


def _format(name: str, frame: str) -> Format:
    if name not in FORMATS:
        raise UsageError(not_allowed("The format", name, FORMATS))
    if frame != FINDINGS and not FORMATS[name].one_frame:
        raise UsageError(f"The format {name} holds all frames; --frame is for csv and csv-spreadsheet.")
    return FORMATS[name]
