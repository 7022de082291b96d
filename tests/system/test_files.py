"""Files appear whole or not at all; errors name the place, and what was there stays."""

from __future__ import annotations

import io
import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from mcuaudit.errors import StorageError, UsageError
from mcuaudit.system.files import FORMER, read_at_most, replace_directory, write_whole
from tests.patience import GENEROUS

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither modes nor pipes of this kind")


def only(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_text_and_octets_are_written_as_they_are(tmp_path: Path) -> None:
    assert write_whole(tmp_path / "a.csv", "\ufeffa\r\nb\n").read_bytes() == b"\xef\xbb\xbfa\r\nb\n"
    assert write_whole(str(tmp_path / "b.xlsx"), b"\x00\r\n").read_bytes() == b"\x00\r\n"
    assert only(tmp_path) == ["a.csv", "b.xlsx"]


def test_a_name_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    assert write_whole(tmp_path / ("x" * 255), "a").read_text() == "a"


def test_a_failure_leaves_the_former_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = write_whole(tmp_path / "a.json", "former")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"a\.json cannot be written: No space left on device\."):
        write_whole(target, "new")
    assert target.read_text() == "former"
    assert only(tmp_path) == ["a.json"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "is a directory; name a file in it"),
        ("no/such/a.json", "the directory .*no/such does not exist"),
        ("file/a.json", "file is not a directory"),
        ("\x00", "cannot be written"),
        ("x" * 300, "cannot be written"),
    ],
)
def test_a_place_that_cannot_be_is_named(place: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=words):
        write_whole(tmp_path / place, "a")
    assert only(tmp_path) == ["file"]


@POSIX
def test_the_mode_of_a_former_file_stays_and_a_new_one_follows_the_umask(tmp_path: Path) -> None:
    # node_exporter reads the file as another user.
    former = os.umask(0o022)
    try:
        target = write_whole(tmp_path / "a.prom", "a")
        assert stat.S_IMODE(target.stat().st_mode) == 0o644
        target.chmod(0o640)
        write_whole(target, "b")
        assert stat.S_IMODE(target.stat().st_mode) == 0o640
    finally:
        os.umask(former)


@POSIX
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("former")
    link = tmp_path / "link"
    link.symlink_to("real")
    write_whole(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@POSIX
def test_a_circle_of_links_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(tmp_path / "a", "new")


@POSIX
def test_a_device_or_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    write_whole("/dev/null", "a")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, "through")
    reader.join(timeout=GENEROUS)
    assert read == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_directory_takes_the_place_of_another(tmp_path: Path) -> None:
    for name, content in (("target", "former"), (".target-1.making", "new")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(content)
    replace_directory(tmp_path / ".target-1.making", tmp_path / "target")
    assert only(tmp_path) == ["target"]
    assert (tmp_path / "target" / "file").read_text() == "new"


def test_a_directory_that_cannot_take_the_place_leaves_the_former(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, aside = tmp_path / "target", tmp_path / ".target.x-1.making"
    for directory in (target, aside):
        directory.mkdir()
    (target / "file").write_text("former")
    rename = Path.rename

    def refusing(self: Path, to: Path) -> Path:
        if self == aside:
            raise OSError(13, "Permission denied")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refusing)
    with pytest.raises(OSError, match="Permission denied"):
        replace_directory(aside, target)
    assert (target / "file").read_text() == "former"
    assert not list(tmp_path.glob(f"*{FORMER}"))


@pytest.mark.parametrize(("most", "read"), [(4, None), (5, b"12345"), (6, b"12345"), (0, None)])
def test_a_stream_is_read_to_a_limit_or_not_at_all(most: int, read: bytes | None) -> None:
    assert read_at_most(io.BytesIO(b"12345"), most) == read
    assert read_at_most(io.BytesIO(b""), most) == b""
