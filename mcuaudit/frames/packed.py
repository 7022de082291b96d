"""Frames as octets and back, in Arrow's format for streams, and a digest of frames."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from mcuaudit.frames.declared_frames import SchemaError, conform
from mcuaudit.frames.schema import SCHEMAS

_LENGTH: Final = 8
_COMPRESSED: Final = pa.ipc.IpcWriteOptions(compression="zstd")


def packed(frames: Mapping[str, pd.DataFrame], values: Mapping[str, Any]) -> bytes | None:
    """Frames by their names, and values that JSON has, as octets; None if a frame has what the format does not."""
    parts: list[bytes] = []
    places: dict[str, int] = {}
    for name, frame in frames.items():
        sink = io.BytesIO()
        if not _written(frame, sink, _COMPRESSED):
            return None
        parts.append(sink.getvalue())
        places[name] = len(parts[-1])
    head = json.dumps({"frames": places, "values": dict(values)}).encode()
    return b"".join((len(head).to_bytes(_LENGTH, "little"), head, *parts))


@dataclass(frozen=True)
class Packed:
    """What `packed` gave; a frame is made when it is asked for.

    Attributes:
        values: those that were given.
    """

    values: Mapping[str, Any]
    parts: Mapping[str, memoryview]

    def frame(self, name: str, schema: str = "") -> pd.DataFrame:
        """A frame as it was, with the columns and dtypes of its schema, which is by default the one of its name.

        Raises:
            ValueError: it is not as the schema declares.
        """
        try:
            found = pa.ipc.open_stream(pa.py_buffer(self.parts[name])).read_all().to_pandas()
            declared = {column.name: column.pandas_dtype for column in SCHEMAS[schema or name].columns}
            # Arrow's columns cannot be changed; those of a frame for users can.
            return found.copy() if dict(found.dtypes) == declared else conform(schema or name, found)
        except (KeyError, pa.ArrowException, SchemaError) as error:
            raise ValueError(f"{name}: {error}") from error


def unpacked(octets: memoryview) -> Packed:
    """What `packed` made of frames; only for octets that are known to come from it.

    Raises:
        ValueError: they are something else.
    """
    start = _LENGTH + int.from_bytes(octets[:_LENGTH], "little")
    head = json.loads(bytes(octets[_LENGTH:start]))
    parts = {}
    for name, length in head["frames"].items():
        parts[name] = octets[start : start + length]
        start += length
    return Packed(head["values"], parts)


def digest_of(frames: Mapping[str, pd.DataFrame], values: Mapping[str, Any]) -> str | None:
    """A digest of all that is in frames, and of values; None if a frame has what the format does not."""
    found = _Digest()
    found.write(json.dumps([list(frames), dict(values)], sort_keys=True).encode())
    return found.hexdigest() if all(_written(frame, found, None) for frame in frames.values()) else None


class _Digest(io.RawIOBase):
    """A stream that only keeps a digest."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, octets: Any) -> int:
        self._digest.update(octets)
        return len(octets)

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _written(frame: pd.DataFrame, sink: Any, options: pa.ipc.IpcWriteOptions | None) -> bool:
    """Write a frame; False if that is not possible without loss."""
    if not frame.index.equals(pd.RangeIndex(len(frame))):
        return False
    try:
        # In one piece, so that equal frames give equal octets.
        table = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
        with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
            writer.write_table(table)
    except (pa.ArrowException, ValueError, TypeError):
        return False
    return True
