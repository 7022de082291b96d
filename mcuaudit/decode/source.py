"""What a caller gives in place of a file: octets, text, or the path of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mcuaudit.errors import UsageError


def octets_of(
    source: bytes | str | Path, argument: str, *, is_content: Callable[[str], bool], expected: str
) -> tuple[bytes, str]:
    """The octets of a source, and what errors call it.

    Args:
        argument: the argument that it is given as.
        is_content: whether a text is the content itself, not the name of a file.
        expected: what an error says after the reason why a file cannot be read.

    Raises:
        UsageError: the file cannot be read.
    """
    if isinstance(source, bytes):
        return source, f"the bytes given as {argument}"
    if isinstance(source, str) and is_content(source):
        return source.encode("utf-8", "replace"), f"the text given as {argument}"
    path = Path(source)
    try:
        return path.read_bytes(), str(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path}, given as {argument}, cannot be read: {reason}; {expected}.") from error
