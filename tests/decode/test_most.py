"""A file in which hardly anything can be used is refused as a whole: nothing of it may then stand in for a value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.file import MOST_PROBLEMS, content_of
from mcuaudit.decode.most import MOST_COLUMNS, MOST_WRONG
from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.site import decode_site
from mcuaudit.decode.table import decode_settings_table
from mcuaudit.errors import Undecodable
from mcuaudit.policy.schema import Limits
from tests.decode.test_file import artefact

MODEL = b'[device]\nmodel = "MCU 4510"\n'


def _keys(number: int) -> bytes:
    return b"".join(b"wrong_%d = 1\n" % one for one in range(number))


@pytest.mark.parametrize(
    ("decode", "data"),
    [
        (decode_settings_toml, _keys(MOST_WRONG + 1) + MODEL),
        (decode_settings_toml, b"".join(b"[wrong_%d]\nx = 1\n" % one for one in range(MOST_WRONG + 1)) + MODEL),
        (decode_settings_toml, b"".join(b"[sip%d]\n" % one for one in range(MOST_WRONG + 1)) + MODEL),
        (decode_peers, _keys(MOST_WRONG + 1) + b'[[peer]]\nname = "one"\n'),
        (decode_peers, b'[[peer]]\nname = "one"\n' + _keys(MOST_WRONG + 1)),
        (decode_peers, b"[[peer]]\nuser = 1\n" * (MOST_WRONG + 1)),
        (decode_peers, b'[[peer]]\nname = "one"\nuser = "a"\n' * (MOST_WRONG + 2)),
        (decode_site, _keys(MOST_WRONG + 1)),
        (decode_settings_table, b"device,device.model\n" + b"mcu-1,MCU 4510\n" * (MOST_WRONG + 2)),
    ],
)
def test_more_wrong_values_refuse_the_file(decode: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(Undecodable, match="values cannot be used, so nothing of the file is"):
        decode(data)


def test_as_many_wrong_values_are_reported() -> None:
    found = decode_settings_toml(_keys(MOST_WRONG) + MODEL)
    assert len(found.problems) == MOST_WRONG
    assert [value.value for value in found.parts[0].values] == ["MCU 4510"]


def test_more_columns_refuse_the_table() -> None:
    row = b"mcu-1" + b",1" * MOST_COLUMNS
    header = b"device," + b",".join(b"column_%d" % one for one in range(MOST_COLUMNS))
    with pytest.raises(Undecodable, match=r"1,001 columns; at most 1,000 are read"):
        decode_settings_table(header + b"\n" + row + b"\n")


def test_columns_without_name_and_cells_do_not_count() -> None:
    empty = b"," * 5 * MOST_COLUMNS
    found = decode_settings_table(b"device,device.model" + empty + b"\nmcu-1,MCU 4510" + empty + b"\n")
    assert found.problems == ()
    assert [value.value for value in found.parts[0].values] == ["MCU 4510"]


def test_the_first_problems_of_a_file_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    data = _keys(MOST_PROBLEMS + 7) + MODEL
    content, problems = content_of(artefact(tmp_path, "settings.toml", data, Kind.SETTINGS), data, Limits())
    assert content is not None
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].kind == "unreadable"
    assert problems[-1].reason.startswith("7 other problems of this kind")


def test_a_secret_is_reported_beside_any_number_of_problems(tmp_path: Path) -> None:
    data = _keys(MOST_PROBLEMS + 50) + b'password = "hunter22"\n'
    _, problems = content_of(artefact(tmp_path, "settings.toml", data, Kind.SETTINGS), data, Limits())
    assert [one.where for one in problems if one.kind == "secret"] == [f"line {MOST_PROBLEMS + 51}"]
