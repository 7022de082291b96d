"""The directory of a cache: for its owner alone, of a size, and a full disk under it ends no run."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcuaudit import UsageError
from mcuaudit.system.cache import KEY_FILE, MEBIBYTE, Cache

KEYS = [f"{number:064x}" for number in range(8)]
ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, said: list[str]) -> Cache:
    return Cache(tmp_path / "home" / "cache", mebibytes=1, say=said.append)


def test_what_was_put_is_there_in_a_later_run(cache: Cache, said: list[str]) -> None:
    cache.put(KEYS[0], b"octets")
    found = Cache(cache.directory).get(KEYS[0])
    assert found is not None
    assert bytes(found) == b"octets"
    assert cache.get(KEYS[1]) is None
    assert said == []


@ON_POSIX
def test_nobody_else_can_enter_it_whatever_the_umask(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        cache = Cache(tmp_path / "cache")
        cache.put(KEYS[0], b"octets")
    finally:
        os.umask(former)
    modes = {file.name: file.stat().st_mode & 0o777 for file in (cache.directory, *cache.directory.iterdir())}
    assert modes == {"cache": 0o700, KEY_FILE: 0o600, f"{KEYS[0]}.entry": 0o600}


@ON_POSIX
def test_an_empty_directory_that_others_can_read_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Cache(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@ON_POSIX
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_one_that_others_can_write_is_refused(mode: int, cache: Cache) -> None:
    cache.directory.chmod(mode)
    with pytest.raises(UsageError, match=rf"Others can write in {cache.directory}.* chmod 700 {cache.directory}, or"):
        Cache(cache.directory)
    cache.directory.chmod(0o700)
    Cache(cache.directory)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives a directory to another user")
def test_one_of_another_user_is_refused(cache: Cache) -> None:
    os.chown(cache.directory, 65534, -1)
    with pytest.raises(UsageError, match=rf"{cache.directory} belongs to another user.*of your own"):
        Cache(cache.directory)
    os.chown(cache.directory, 0, -1)
    cache.put(KEYS[0], b"octets")
    os.chown(cache.directory / f"{KEYS[0]}.entry", 65534, -1)
    assert cache.get(KEYS[0]) is None


@pytest.mark.parametrize(("name", "said_of_it"), [("notes.txt", "is not empty and is not a cache"), ("", "is a file")])
def test_what_is_something_else_is_refused(name: str, said_of_it: str, tmp_path: Path) -> None:
    place = tmp_path / "x"
    if name:
        place.mkdir()
    (place / name).write_text("mine")
    with pytest.raises(UsageError, match=rf"^{place} {said_of_it}"):
        Cache(place)
    assert (place / name).read_text() == "mine"


def test_a_size_is_one_at_least(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="size of the cache is 0; expected 1 MiB or more"):
        Cache(tmp_path / "cache", mebibytes=0)
    assert not (tmp_path / "cache").exists()


def test_what_was_not_used_for_longest_is_removed(cache: Cache, said: list[str]) -> None:
    for number, key in enumerate(KEYS[:3]):
        cache.put(key, bytes(300_000))
        os.utime(cache.directory / f"{key}.entry", (number, number))
    assert cache.get(KEYS[0]) is not None
    cache.put(KEYS[3], bytes(300_000))
    assert [cache.get(key) is not None for key in KEYS[:4]] == [True, False, True, True]
    cache.put(KEYS[4], bytes(MEBIBYTE))
    assert cache.get(KEYS[4]) is None
    assert cache.get(KEYS[0]) is not None
    assert said == []


def test_what_a_killed_run_left_is_removed(cache: Cache) -> None:
    left, young = (cache.directory / f".mcuaudit-{number}.making" for number in (1, 2))
    left.write_bytes(b"x")
    young.write_bytes(b"x")
    os.utime(left, (1, 1))
    cache.put(KEYS[0], b"octets")
    assert (left.exists(), young.exists()) == (False, True)


def test_without_its_key_nothing_counts(cache: Cache, said: list[str]) -> None:
    cache.put(KEYS[0], b"octets")
    (cache.directory / KEY_FILE).write_bytes(b"short")
    again = Cache(cache.directory, say=said.append)
    assert again.get(KEYS[0]) is None
    assert "damaged or foreign" in said[0]
    again.put(KEYS[0], b"octets")
    assert Cache(cache.directory).get(KEYS[0]) is not None


def test_an_entry_counts_under_its_own_name_alone(cache: Cache, said: list[str]) -> None:
    cache.put(KEYS[0], b"octets")
    (cache.directory / f"{KEYS[0]}.entry").rename(cache.directory / f"{KEYS[1]}.entry")
    assert cache.get(KEYS[1]) is None
    assert len(said) == 1
    assert [file.name for file in cache.directory.iterdir()] == [KEY_FILE]


def test_in_python_it_is_a_warning(cache: Cache) -> None:
    cache.put(KEYS[0], b"octets")
    (cache.directory / f"{KEYS[0]}.entry").write_bytes(b"octets")
    with pytest.warns(UserWarning, match="damaged or foreign"):
        assert Cache(cache.directory).get(KEYS[0]) is None


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file can be longer than 1,000 octets: a failure of the machine, as a full disk is."""
    resource = pytest.importorskip("resource", reason="limits of Unix")
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, former[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, former)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of Linux")
@pytest.mark.usefixtures("small_files")
def test_a_full_disk_ends_no_run(cache: Cache, said: list[str]) -> None:
    cache.put(KEYS[0], bytes(5000))
    assert len(said) == 1
    assert f"{KEYS[0]}.entry cannot be written: File too large" in said[0]
    assert said[0].endswith("write elsewhere. The run goes on without the cache.")
    cache.put(KEYS[1], bytes(5000))
    assert cache.get(KEYS[0]) is None
    assert len(said) == 1, "once is enough"
    assert [file.name for file in cache.directory.iterdir()] == [KEY_FILE]


def _work(directory: Path) -> None:
    cache = Cache(directory, mebibytes=1, say=_refuse)
    for _ in range(5):
        for key in KEYS:
            found = cache.get(key)
            assert found is None or bytes(found) == bytes.fromhex(key) * 10_000
            cache.put(key, bytes.fromhex(key) * 10_000)


def _refuse(text: str) -> None:
    raise AssertionError(text)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_runs_at_the_same_time_do_not_harm_each_other(tmp_path: Path) -> None:
    """From the first of all on, when there is no directory yet; and more is put than there is room for."""
    runs = [multiprocessing.get_context("fork").Process(target=_work, args=(tmp_path / "cache",)) for _ in range(3)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert [one.exitcode for one in runs] == [0, 0, 0]
    cache = Cache(tmp_path / "cache", say=_refuse)
    assert sum(cache.get(key) is not None for key in KEYS) == 3
    assert not list(cache.directory.glob("*.making"))
