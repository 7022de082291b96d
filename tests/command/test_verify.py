"""`mcuaudit verify`, and --sign."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command.conftest import Run

SAVED = Path(__file__).parents[1] / "frames" / "kept_audits" / "schema-7"
EXPORT = SAVED.with_name("export")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A private key; its public half is beside it."""
    for arguments in (
        ("genpkey", "-algorithm", "ed25519", "-out", tmp_path / "key.pem"),
        ("pkey", "-in", tmp_path / "key.pem", "-pubout", "-out", tmp_path / "key.pub"),
    ):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
    return tmp_path / "key.pem"


def test_a_kept_audit_is_signed_and_verified(run: Run, key: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert run("check", EXPORT, "--at", "2026-06-15", "--keep", kept, "--sign", key).code == 3
    (place,) = kept.glob("2026*")
    done = run("verify", place, "--key", key.with_suffix(".pub"))
    assert done.code == 0
    assert "files match the manifest." in done.out
    assert "The manifest is signed with the key given." in done.out
    (place / "devices.parquet").write_bytes(b"")
    (place / "peers.parquet").unlink()
    done = run("verify", place)
    assert done.code == 1
    assert "devices.parquet: changed" in done.out
    assert "peers.parquet: missing or unreadable" in done.out
    assert "The manifest is signed; with --key FILE the signature is verified." in done.out


def test_what_is_not_signed_fails_with_a_key(run: Run, key: Path, tmp_path: Path) -> None:
    shutil.copytree(SAVED, tmp_path / "kept")
    assert run("verify", tmp_path / "kept").code == 0
    done = run("verify", tmp_path / "kept", "--key", key.with_suffix(".pub"))
    assert done.code == 1
    assert "The manifest is not signed, so nothing shows who wrote it." in done.out


def test_an_audit_of_before_cannot_be_compared(run: Run) -> None:
    done = run("verify", SAVED.with_name("schema-6"))
    assert done.code == 1
    assert "The manifest has no digests" in done.out


def test_sign_needs_something_that_is_saved(run: Run, key: Path) -> None:
    done = run("check", EXPORT, "--sign", key)
    assert done.code == 2
    assert "--sign needs --keep: it signs the audit that is saved." in done.err


def test_a_wrong_key_or_place_is_wrong_use(run: Run, key: Path, tmp_path: Path) -> None:
    assert run("verify", tmp_path).code == 2
    assert run("verify", SAVED, "--key", key).code == 2
    done = run("check", EXPORT, "--keep", tmp_path / "kept", "--sign", tmp_path / "none.pem")
    assert (done.code, (tmp_path / "kept").exists()) == (2, False)
