"""Exports at addresses: the same frames as of the directory, within the same limits, and no secret in a message."""

from __future__ import annotations

import builtins
import re
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fsspec
import pandas as pd
import pytest

import mcuaudit
from mcuaudit.collect import remote_export
from mcuaudit.frames.schema import FLEET_FRAMES
from mcuaudit.system import remote
from mcuaudit.system.remote_addresses import is_remote, shown_address
from tests.command.conftest import Run, run  # noqa: F401
from tests.remote.conftest import BUCKET

MEMORY = "memory://exports/fleet"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two devices of the sample."""
    fleet = tmp_path_factory.mktemp("local") / "fleet"
    others = shutil.ignore_patterns("mcu-atrium", "mcu-boardroom", "mcu-training")
    shutil.copytree(mcuaudit.sample_directory() / "leeds", fleet / "leeds", ignore=others)
    return fleet


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies are made; nothing is left there."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.fixture
def in_memory(memory: fsspec.AbstractFileSystem, directory: Path) -> fsspec.AbstractFileSystem:
    memory.put(f"{directory}/", "/exports/fleet", recursive=True)
    return memory


def same(found: mcuaudit.Fleet, expected: mcuaudit.Fleet) -> None:
    for name in FLEET_FRAMES:
        left, right = getattr(found, name), getattr(expected, name)
        # A copy in another file system is younger than the file.
        pd.testing.assert_frame_equal(
            left.drop(columns=["modified"], errors="ignore"), right.drop(columns=["modified"], errors="ignore")
        )
    assert found.input_sha256 == expected.input_sha256


def test_an_export_in_memory_gives_the_frames_of_the_directory(
    in_memory: fsspec.AbstractFileSystem, directory: Path, temporary: Path
) -> None:
    said: list[tuple[str, int, int]] = []
    found = mcuaudit.read_export(f"{MEMORY}/", progress=lambda *words: said.append(words))
    same(found, mcuaudit.read_export(directory))
    assert found.source == MEMORY
    files = sum(path.is_file() for path in directory.rglob("*"))
    assert ("copying", files, files) in said
    assert list(temporary.iterdir()) == []


def test_an_export_in_s3_gives_the_frames_of_the_directory(
    s3: fsspec.AbstractFileSystem, directory: Path, temporary: Path
) -> None:
    s3.put(f"{directory}/", f"{BUCKET}/exports/fleet", recursive=True)
    # What web pages of stores make for a directory.
    s3.pipe_file(f"{BUCKET}/exports/fleet/empty-site/", b"")
    with ThreadPoolExecutor(2) as executor:
        found = mcuaudit.read_export(f"s3://{BUCKET}/exports/fleet", executor=executor)
    same(found, mcuaudit.read_export(directory))
    assert found.source == f"s3://{BUCKET}/exports/fleet"
    assert list(temporary.iterdir()) == []


def test_a_path_of_this_machine_may_be_written_as_an_address(directory: Path) -> None:
    assert mcuaudit.read_export(f"file://{directory}").source == str(directory)


def test_an_export_that_is_one_site_is_named_after_its_directory(
    memory: fsspec.AbstractFileSystem, directory: Path
) -> None:
    site = next(path for path in directory.iterdir() if path.is_dir())
    memory.put(f"{site}/", "/exports/leeds-2", recursive=True)
    assert set(mcuaudit.read_export("memory://exports/leeds-2").devices["site"]) == {"leeds-2"}


def test_commands_show_the_address_and_never_the_copy(
    run: Run,  # noqa: F811
    in_memory: fsspec.AbstractFileSystem,
    temporary: Path,
) -> None:
    in_memory.pipe_file("/exports/fleet/mcuaudit.toml", b"[thresholds]\nexpiry_days = 17\n[export]\nignore = ['x*']\n")
    ran = run("check", MEMORY, "--at", "2026-11-23", "--format", "json", "--fail-on", "never")
    assert ran.code == 3, "a pattern that matches nothing"
    assert f"{MEMORY}/mcuaudit.toml" in ran.out
    assert str(temporary) not in ran.out + ran.err
    printed = run("policy", MEMORY)
    assert f"expiry_days = 17  # {MEMORY}/mcuaudit.toml" in printed.out
    compared = run("compare", MEMORY, f"{MEMORY}/", "--at", "2026-11-23")
    assert (compared.code, compared.out) == (0, "")
    in_memory.pipe_file("/exports/fleet/mcuaudit.toml", b"[thresholds]\nexpiry_dais = 17\n")
    refused = run("check", MEMORY)
    assert refused.code == 2
    assert f"{MEMORY}/mcuaudit.toml" in refused.err
    assert str(temporary) not in refused.err


def test_notebooks_load_an_export_of_an_address(in_memory: fsspec.AbstractFileSystem) -> None:
    assert mcuaudit.load(MEMORY, at="2026-11-23").fleet.source == MEMORY
    assert mcuaudit.open_audit(export=MEMORY, at="2026-11-23").fleet.source == MEMORY


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a/../../up.pem", "'..'"),
        ("a//b.pem", "''"),
        ("a\\b.pem", "slash, backslash or NUL"),
        ("a\0b.pem", "NUL"),
        ("LEEDS/x.pem", "differ in upper and lower case"),
        ("n" * 300, "longer than 255"),
    ],
)
def test_a_name_that_no_directory_can_have_is_refused(
    name: str, reason: str, s3: fsspec.AbstractFileSystem, temporary: Path
) -> None:
    place = f"{BUCKET}/exports"
    s3.pipe_file(f"{place}/leeds/mcu-1/local-certificate.pem", b"x")
    _put(s3, f"exports/{name}")
    with pytest.raises(mcuaudit.UsageError, match=re.escape(reason)) as raised:
        mcuaudit.read_export(f"s3://{place}")
    assert "nothing was read" in str(raised.value)
    assert list(temporary.iterdir()) == []
    assert not (temporary.parent / "up.pem").exists()


def _put(s3: fsspec.AbstractFileSystem, key: str) -> None:
    """As the store takes it; the file system would change some names."""
    s3.call_s3("put_object", Bucket=BUCKET, Key=key, Body=b"x")


def test_a_file_and_a_directory_of_one_name_are_refused(s3: fsspec.AbstractFileSystem) -> None:
    for key in ("exports/leeds/mcu-1", "exports/leeds/mcu-1/local-certificate.pem"):
        _put(s3, key)
    with pytest.raises(mcuaudit.UsageError, match=r"'leeds/mcu-1': a file and a directory"):
        mcuaudit.read_export(f"s3://{BUCKET}/exports")


def test_limits_are_those_of_a_directory(in_memory: fsspec.AbstractFileSystem) -> None:
    few = mcuaudit.Policy.model_validate({"limits": {"files": 3}})
    with pytest.raises(mcuaudit.UsageError, match=rf"{MEMORY} contains more than 3 files"):
        mcuaudit.read_export(MEMORY, policy=few)
    in_memory.pipe_file("/exports/fleet/leeds/large.pem", b"-" * 5000)
    small = mcuaudit.Policy.model_validate({"limits": {"file_bytes": 4096}})
    problems = mcuaudit.read_export(MEMORY, policy=small).problems
    assert problems.loc[problems["file"] == "leeds/large.pem", "reason"].str.contains("5000 bytes").any()


def test_what_was_cut_off_is_refused(in_memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = in_memory.cat_file
    monkeypatch.setattr(type(in_memory), "cat_file", lambda _, path, **most: whole(path, **most)[:-1])
    with pytest.raises(mcuaudit.UsageError, match=rf"{MEMORY}/\S+ has [\d,]+ bytes where [\d,]+ were listed"):
        mcuaudit.read_export(MEMORY)


def test_no_room_for_a_copy_is_said_before_it_is_made(
    in_memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = remote_export.shutil.disk_usage(tempfile.gettempdir())
    monkeypatch.setattr(remote_export.shutil, "disk_usage", lambda _: usage._replace(free=10))
    with pytest.raises(mcuaudit.StorageError, match=r"has room for 10\..*TMPDIR"):
        mcuaudit.read_export(MEMORY)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("gs://bucket/x", r"package for gs:// is not installed. Install it with: pip install gcsfs"),
        ("nope://bucket/x", r"unknown protocol nope://; expected one of"),
        ("memory://nothing/here", r"memory://nothing/here: no such directory"),
        ("simplecache::s3://b/x", "chain of several addresses"),
        ("memory://a/../b", 'neither "."'),
    ],
)
def test_an_address_that_cannot_be_used_is_named_with_what_to_do(
    address: str, found: str, memory: fsspec.AbstractFileSystem
) -> None:
    with pytest.raises(mcuaudit.UsageError, match=found):
        mcuaudit.read_export(address)


def test_without_fsspec_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *more: object) -> object:
        if name == "fsspec":
            raise ImportError(name)
        return imported(name, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(mcuaudit.UsageError, match=r'pip install "mcuaudit\[remote\]"'):
        remote.remote_directory("s3://bucket/x")


def test_a_bucket_that_is_not_there_and_one_that_is_closed(s3: fsspec.AbstractFileSystem) -> None:
    with pytest.raises(mcuaudit.UsageError, match=r"s3://no-such-bucket/x: no such directory or bucket .*bucket does"):
        mcuaudit.read_export("s3://no-such-bucket/x")
    closed = pytest.raises(mcuaudit.UsageError, match=r"no permission to read there \(denied\)\. Give the driver")
    with closed, remote.failures_at("s3://bucket"):
        raise PermissionError("denied")


def test_a_server_that_does_not_answer_is_named(s3: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    s3.clear_instance_cache()
    monkeypatch.setattr("s3fs.core.S3FileSystem.retries", 1)
    with pytest.raises(mcuaudit.UsageError, match=rf"s3://{BUCKET}/x cannot be read: Could not connect.*run again"):
        mcuaudit.read_export(f"s3://{BUCKET}/x")


SECRETS = [
    "s3://AKIAKEY:s3cr3t@bucket/x",
    "s3://AKIAKEY:s3/cr3t@bucket/x",
    "s3://AKIAKEY:s3@cr3t@bucket/x",
    "sftp://s3cr3t@host/x",
    "sftp://user:s3?cr3t@host/x",
    "https://host/x?token=s3cr3t",
    "abfs://container/x?sig=s3cr3t",
]


def test_a_web_server_is_refused_because_no_limit_holds() -> None:
    with pytest.raises(mcuaudit.UsageError, match="web server"):
        mcuaudit.read_export("https://host/exports")


@pytest.mark.parametrize("address", SECRETS)
@pytest.mark.parametrize("use", [mcuaudit.read_export, mcuaudit.load, mcuaudit.trend, mcuaudit.verify])
def test_no_message_has_what_may_be_a_secret(address: str, use: Callable[[str], object]) -> None:
    assert is_remote(address)
    with pytest.raises(mcuaudit.UsageError) as raised:
        use(address)
    for word in ("cr3t", "AKIAKEY", "s3/", "token", "sig="):
        assert word not in str(raised.value).replace("AWS_", ""), word


def test_what_a_driver_says_is_shown_without_addresses_of_secrets() -> None:
    with pytest.raises(mcuaudit.UsageError) as raised, remote.failures_at("abfs://c"):
        raise OSError("GET https://user:s3cr3t@host/x?sig=s3cr3t failed\nmore s3cr3t")
    assert "s3cr3t" not in str(raised.value)
    assert "https://host/x failed" in str(raised.value)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("s3://bucket/exports/", "s3://bucket/exports"),
        ("sftp://user@host:22/exports", "sftp://host:22/exports"),
        ("s3://bucket/a@b/x", "s3://bucket/a@b/x"),
    ],
)
def test_an_address_is_shown_without_its_user(address: str, shown: str) -> None:
    assert shown_address(address) == shown


@pytest.mark.parametrize("text", ["exports", "C:\\exports", "C://exports", "/a://b", Path("s3://bucket"), "file:///x"])
def test_what_is_not_an_address_of_another_file_system(text: object) -> None:
    assert not is_remote(text)


@pytest.mark.parametrize("option", [("--out", "s3://b/x.json"), ("--keep", "s3://b/kept"), ("--metrics", "s3://b/m")])
def test_places_that_must_be_of_this_machine_are_refused(
    option: tuple[str, str],
    run: Run,  # noqa: F811
    directory: Path,
) -> None:
    ran = run("check", directory, *option)
    assert ran.code == 2
    assert "only an export and the directory of reports may be at an address" in " ".join(ran.err.split())
