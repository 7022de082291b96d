"""`mcuaudit.verify`: digests find what was changed since, and a signature shows who wrote it."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.errors import UsageError
from mcuaudit.report.bundle import write_bundle
from mcuaudit.system.signing import signing_key

SAVED = Path(__file__).parent / "kept_audits" / "schema-7"


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private and a public key, as openssl makes them, and another pair."""
    place = tmp_path_factory.mktemp("keys")
    for name in ("own", "other"):
        openssl("genpkey", "-algorithm", "ed25519", "-out", place / f"{name}.pem")
        openssl("pkey", "-in", place / f"{name}.pem", "-pubout", "-out", place / f"{name}.pub")
    return place


@pytest.fixture(scope="module")
def audit() -> mcuaudit.Audit:
    return mcuaudit.load(SAVED)


@pytest.fixture
def kept(audit: mcuaudit.Audit, keys: Path, tmp_path: Path) -> Path:
    """A saved audit with a signature."""
    return audit.save(tmp_path / "kept", sign=keys / "own.pem")


@pytest.fixture
def bundle(audit: mcuaudit.Audit, keys: Path, tmp_path: Path) -> Path:
    """A bundle with a signature."""
    page = tmp_path / "leeds.html"
    page.write_text("<p>page</p>", encoding="utf-8")
    return write_bundle(audit, page, tmp_path / "leeds.zip", signing_key(keys / "own.pem"))


def test_what_was_saved_is_unchanged_and_signed(kept: Path, bundle: Path, keys: Path) -> None:
    for place, kind in ((kept, "saved audit"), (bundle, "bundle")):
        found = mcuaudit.verify(place, key=keys / "own.pub")
        assert (found.kind, found.place, found.signature, found.unchanged) == (kind, place, "valid", True)
        assert found.files is not None
        assert found.files > 5
        assert mcuaudit.verify(place).signature == "not_checked"
        assert mcuaudit.verify(place).unchanged
        other = mcuaudit.verify(place, key=keys / "other.pub")
        assert (other.signature, other.unchanged) == ("invalid", False)


def test_the_signature_is_one_that_openssl_verifies(kept: Path, keys: Path) -> None:
    arguments = ("pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", keys / "own.pub")
    openssl(*arguments, "-in", kept / "audit.json", "-sigfile", kept / "audit.json.sig")
    (kept / "audit.json").write_bytes((kept / "audit.json").read_bytes() + b" ")
    with pytest.raises(subprocess.CalledProcessError):
        openssl(*arguments, "-in", kept / "audit.json", "-sigfile", kept / "audit.json.sig")
    assert mcuaudit.verify(kept, key=keys / "own.pub").signature == "invalid"


def test_what_differs_is_named(kept: Path) -> None:
    (kept / "devices.parquet").write_bytes(b"other")
    (kept / "peers.parquet").write_bytes((kept / "peers.parquet").read_bytes() + b" ")
    (kept / "paths.parquet").unlink()
    (kept / "more.parquet").write_bytes(b"")
    found = mcuaudit.verify(kept)
    assert not found.unchanged
    assert found.differences == mcuaudit.Differences(
        changed=("devices.parquet", "peers.parquet"), missing=("paths.parquet",), added=("more.parquet",)
    )


def test_a_manifest_that_says_other_digests_is_not_signed_by_the_owner(kept: Path, keys: Path) -> None:
    """Without a key, whoever changes a file can change its digest."""
    (kept / "devices.parquet").write_bytes(b"other")
    manifest = json.loads((kept / "audit.json").read_text(encoding="utf-8"))
    manifest["files"]["devices.parquet"] = {
        "sha256": "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa", "bytes": 5,
    }  # fmt: skip
    (kept / "audit.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert mcuaudit.verify(kept).unchanged
    assert not mcuaudit.verify(kept, key=keys / "own.pub").unchanged


def test_members_of_a_bundle_are_compared(bundle: Path) -> None:
    with zipfile.ZipFile(bundle, "a") as members:
        members.writestr("leeds/tables/more.csv", "x")
        members.writestr("elsewhere.txt", "x")
    assert mcuaudit.verify(bundle).differences.added == ("elsewhere.txt", "tables/more.csv")
    with zipfile.ZipFile(bundle) as members:
        contents = {name: members.read(name) for name in members.namelist()}
    contents["leeds/leeds.html"] = b"<p>pale</p>"
    del contents["leeds/tables/peers.csv"]
    with zipfile.ZipFile(bundle, "w") as members:
        for name, content in contents.items():
            members.writestr(name, content)
    found = mcuaudit.verify(bundle).differences
    assert (found.changed, found.missing) == (("leeds.html",), ("tables/peers.csv",))


def test_of_a_member_that_expands_no_more_is_read_than_the_manifest_says(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as members:
        contents = {name: members.read(name) for name in members.namelist()}
    contents["leeds/leeds.html"] = bytes(200_000_000)
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as members:
        for name, content in contents.items():
            members.writestr(name, content)
    assert bundle.stat().st_size < 1_000_000
    assert mcuaudit.verify(bundle).differences.changed == ("leeds.html",)


def test_an_audit_of_before_has_no_digests(tmp_path: Path) -> None:
    found = mcuaudit.verify(SAVED.with_name("schema-6"))
    assert (found.files, found.signature, found.unchanged) == (None, "none", False)


def test_a_key_asks_for_a_signature(audit: mcuaudit.Audit, keys: Path, tmp_path: Path) -> None:
    plain = audit.save(tmp_path / "plain")
    assert mcuaudit.verify(plain).unchanged
    assert not mcuaudit.verify(plain, key=keys / "own.pub").unchanged


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"", "is not a private key of Ed25519 as PEM; make one: openssl genpkey -algorithm ed25519 -out KEY"),
        (b"x" * 70_000, "is larger than a key can be."),
        ("rsa", "is a private key of another algorithm; Ed25519 is expected: openssl genpkey"),
        ("encrypted", "is encrypted; expected a private key without a password."),
        ("open", "can be read by others; make it readable only by its owner: chmod 600"),
        ("public", "is not a private key of Ed25519"),
    ],
)
def test_a_key_that_cannot_sign_is_refused_before_anything_is_written(
    content: bytes | str | None, words: str, audit: mcuaudit.Audit, keys: Path, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    if isinstance(content, bytes):
        key.write_bytes(content)
    elif content == "rsa":
        openssl("genpkey", "-algorithm", "rsa", "-out", key)
    elif content == "encrypted":
        openssl("pkey", "-in", keys / "own.pem", "-aes128", "-passout", "pass:x", "-out", key)
    elif content == "public":
        shutil.copy(keys / "own.pub", key)
    elif content == "open":
        shutil.copy(keys / "own.pem", key)
    if key.exists():
        key.chmod(0o644 if content == "open" else 0o600)
    with pytest.raises(UsageError) as error:
        audit.save(tmp_path / "kept", sign=key)
    assert words in str(error.value)
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("own.pem", "is a private key; to verify, give the public one: openssl pkey -in KEY -pubout -out PUBLIC"),
        ("none.pub", "cannot be read: No such file or directory."),
        ("text.pub", "is not a public key of Ed25519; make it from the private key: openssl pkey"),
        ("rsa.pub", "is a public key of another algorithm; Ed25519 is expected."),
    ],
)
def test_a_key_that_cannot_verify_is_refused(name: str, words: str, kept: Path, keys: Path) -> None:
    (keys / "text.pub").write_text("hello", encoding="utf-8")
    openssl("genpkey", "-algorithm", "rsa", "-out", keys / "rsa.pem")
    openssl("pkey", "-in", keys / "rsa.pem", "-pubout", "-out", keys / "rsa.pub")
    with pytest.raises(UsageError) as error:
        mcuaudit.verify(kept, key=keys / name)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.zip", None, "no such file or directory"),
        ("text.zip", b"hello", "is not a bundle that can be read: File is not a zip file"),
        ("empty", {}, "is neither a saved audit nor a directory of reports"),
        ("other.zip", {"a.txt": b""}, "is not a bundle: it has no manifest.json."),
        ("two.zip", {"a/manifest.json": b"{}", "b/manifest.json": b"{}"}, "is not a bundle: it has 2 manifest.json."),
        ("odd.zip", {"a/manifest.json": b"["}, "the manifest is not JSON"),
        ("list.zip", {"a/manifest.json": b"[]"}, "the manifest is JSON of another kind"),
        ("deep.zip", {"a/manifest.json": b"[" * 200_000}, "the manifest is not JSON"),
    ],
)
def test_what_is_neither_is_refused(
    name: str, content: bytes | dict[str, bytes] | None, words: str, tmp_path: Path
) -> None:
    place = tmp_path / name
    if isinstance(content, bytes):
        place.write_bytes(content)
    elif content == {}:
        place.mkdir()
    elif content:
        with zipfile.ZipFile(place, "w") as members:
            for member, octets in content.items():
                members.writestr(member, octets)
    with pytest.raises(UsageError) as error:
        mcuaudit.verify(place)
    assert words in str(error.value)


def test_a_key_is_in_no_text_of_its_own(keys: Path) -> None:
    assert repr(signing_key(keys / "own.pem")) == "SigningKey(…)"
