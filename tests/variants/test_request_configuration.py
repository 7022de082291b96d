"""Request configurations: OpenSSL reads them, and no text of an export acts in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from mcuaudit import UsageError
from mcuaudit.variants.requests.certificate_requests import request_files
from mcuaudit.variants.requests.request_configuration import comment, configuration_text, plain_name, quoted
from mcuaudit.variants.requests.request_directory import write_requests
from mcuaudit.variants.requests.requirements import requirements_of
from tests.authority import NOW, rsa_key
from tests.clean_export import DEVICE, CleanExport
from tests.command.conftest import Run, run  # noqa: F401 - a fixture
from tests.variants.issued_by_openssl import OPENSSL, openssl, write_key

HOSTILE = [
    "x\n[names]\nDNS.9 = evil.example.com",
    "x\r[req]\rdefault_bits = 512",
    "$ENV::HOME ${req::default_bits} $(id)",
    "a\"b'c`d\\",
    "trailing backslash \\",
    "# .include /etc/passwd",
    ".include = /etc/passwd",
    " spaces , + = ; # ",
    "\u202eexe.\u2028evil\u0085x",
    "jürgen weiß",
]
SECTIONS = ["[req]", "[subject]", "[extensions]", "[names]"]
LINES = re.compile(
    r"\[(req|subject|extensions|names)\]|(DNS|URI|IP)\.\d+ = [a-z0-9:.\[\]_-]+"
    r"|(prompt|utf8|string_mask|default_bits|default_md|distinguished_name|req_extensions|basicConstraints|keyUsage"
    r"|extendedKeyUsage|subjectAltName) = [A-Za-z0-9@,.: ]+|CN = \".*\"|#.*|"
)


def hostile_export(text: str) -> CleanExport:
    """The text as a name of a user, a peer, and what peers expect and are called by."""
    export = CleanExport()
    export.settings["users"][0]["name"] = text
    export.settings["device"]["host_names"] += [text]
    export.settings["sip"]["outbound_domain"] = text
    export.peers["alice"]["user"] = text
    export.peers["room"]["identifiers"] += [text]
    export.peers["room"]["expects"] += [text]
    export.peers = {f"{text} {name}": facts for name, facts in export.peers.items()}
    return export


def test_hostile_text_is_a_cn_or_a_comment_and_nothing_else(tmp_path: Path) -> None:
    write_key(tmp_path / "key", rsa_key(3))
    for number, text in enumerate(HOSTILE):
        place = tmp_path / str(number)
        requirements = requirements_of(hostile_export(text).predicted(place / "export"))
        for file, one in zip(request_files(requirements), requirements, strict=True):
            if one.content is None:
                assert any(character in text for character in "\n\r\x85\u2028"), (
                    "only a control character cannot be a CN"
                )
                continue
            content = configuration_text(one, file, NOW)
            lines = content.split("\n")
            assert all(LINES.fullmatch(line) for line in lines), [x for x in lines if not LINES.fullmatch(x)]
            assert [line for line in lines if line.startswith("[")] == SECTIONS[: 3 + ("[names]" in lines)]
            if one.held.device or "alice" in one.held.holder.name:
                _check_read(place, content, tmp_path / "key", one.content)


def _check_read(place: Path, text: str, key: Path, content: object) -> None:
    """OpenSSL makes a request with exactly this content of the configuration."""
    (place / "one.cnf").write_text(text, encoding="utf-8")
    openssl("req", "-new", "-config", place / "one.cnf", "-key", key, "-out", place / "one.csr")
    request = x509.load_pem_x509_csr((place / "one.csr").read_bytes())
    (name,) = request.subject
    assert (name.oid, name.value) == (NameOID.COMMON_NAME, content.common_name)  # type: ignore[attr-defined]
    found = [one.value for one in request.extensions]
    names = next((one for one in found if isinstance(one, x509.SubjectAlternativeName)), [])
    expected = [*content.dns_names, *content.uris, *content.ip_addresses]  # type: ignore[attr-defined]
    assert [one.value for one in names] == expected
    assert x509.BasicConstraints(ca=False, path_length=None) in found


if OPENSSL is None:
    test_hostile_text_is_a_cn_or_a_comment_and_nothing_else = pytest.mark.skip("no openssl command")(
        test_hostile_text_is_a_cn_or_a_comment_and_nothing_else
    )


@pytest.mark.parametrize("text", ["a\nb", "", "a\u2028b"])
def test_a_cn_with_a_line_end_is_never_written(text: str) -> None:
    with pytest.raises(ValueError, match="is not a CN"):
        quoted(text)


@pytest.mark.parametrize(
    "name", ["a b", "*.example.com", "a\nb", "$x", "sips:a.example", "sip:u@a.example", "10.1.2.3/8"]
)
def test_only_plain_names_are_written(name: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        plain_name(name)


@pytest.mark.parametrize("text", ["a\\", "a\\\\\\ ", "\n\\", "a\x0b\\"])
def test_a_comment_is_one_line_that_does_not_join_the_next(text: str) -> None:
    line = comment(text)
    assert not line.endswith("\\")
    assert len(line.splitlines()) == 1


def test_the_configuration_says_how_to_use_it_and_why(tmp_path: Path) -> None:
    requirements = requirements_of(CleanExport().predicted(tmp_path))
    named = dict(zip(request_files(requirements), requirements, strict=True))
    file = f"devices/{DEVICE}.cnf"
    text = configuration_text(named[file], file, NOW)
    assert text.startswith(f"# Request for the local certificate of {DEVICE}, from the audit as of 2026-06-15.\n")
    assert "#   openssl req -new -newkey rsa:3072 -config mcu-1.cnf -keyout mcu-1.key -out mcu-1.csr\n" in text
    assert "-copy_extensions copy" in text
    assert "# Compared by room (rule mcu); " in text
    assert "PRIVATE KEY" not in text


def test_peers_of_one_name_with_two_certificates_have_two_files(tmp_path: Path) -> None:
    export = CleanExport()
    export.files |= {
        name.replace("leeds", "oslo"): content for name, content in export.files.items() if "leeds" in name
    }
    export.files["oslo/mcu-1/settings.toml"] = export.files["oslo/peers/room.pem"] = b""
    export.files["oslo/mcu-1/settings.toml"] = (
        CleanExport().write(tmp_path / "x").joinpath(f"{DEVICE}/settings.toml").read_bytes()
    )
    assert export.files["peers/room.pem"] is not None
    export.files["oslo/peers/room.pem"] = export.files["peers/room.pem"]
    export.files["oslo/peers.toml"] = b'[[peer]]\nname = "room"\ncertificate = "peers/room.pem"\n'
    requirements = requirements_of(export.predicted(tmp_path / "export"))
    files = request_files(requirements)
    assert len(files) == len(set(files))
    rooms = [one.held.holder.file for one in requirements if one.held.holder.name == "room"]
    assert rooms == ["oslo/peers/room.pem", "peers/room.pem"]


def test_a_directory_with_anything_in_it_is_refused_and_unchanged(tmp_path: Path) -> None:
    key = tmp_path / "mcu-1.key"
    key.write_text("a private key", encoding="ascii")
    with pytest.raises(UsageError, match="not an empty directory"):
        write_requests({"devices/leeds/mcu-1.cnf": "x"}, tmp_path)
    assert [*tmp_path.iterdir()] == [key]
    with pytest.raises(UsageError, match="does not exist"):
        write_requests({}, tmp_path / "none" / "out")


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_requests({"a.cnf": "x", "a.cnf/b.cnf": "x"}, tmp_path / "out")
    assert [*tmp_path.iterdir()] == []


def test_the_command_writes_and_prints(run: Run, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    export = CleanExport()
    del export.settings["device"]["addresses"]
    place, out = export.write(tmp_path / "export"), tmp_path / "out"
    done = run("csr-config", place, "--at", "2026-06-15", "--out", out, "--device", "leeds/*", "--mode", "600")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == str(out / "devices" / "leeds" / "mcu-1.cnf")
    assert lines[1].startswith("  not known: ip: ")
    assert lines[1].endswith("Missing or unreadable: settings.toml [device] addresses.")
    assert "4 of 4 request configurations were written" in done.err
    written = [file for file in out.rglob("*") if file.is_file()]
    assert {file.stat().st_mode & 0o777 for file in written} == {0o600}
    assert "README.txt" in {file.name for file in written}
    again = run("csr-config", place, "--at", "2026-06-15", "--out", out)
    assert again.code == 2
    assert "choose a new directory" in again.err


def test_the_hint_for_a_pattern_without_a_device_leads_on(run: Run, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    place = CleanExport().write(tmp_path / "export")
    done = run("csr-config", place, "--at", "2026-06-15", "--out", tmp_path / "out", "--device", "leeds/mcu-x")
    assert done.code == 2
    assert 'No device is called "leeds/mcu-x"' in done.err
    assert not (tmp_path / "out").exists()
    hint = re.search(r'Did you mean "(.*)"\?', done.err)
    assert hint
    done = run("csr-config", place, "--at", "2026-06-15", "--out", tmp_path / "out", "--device", hint[1])
    assert done.code == 0
    assert "4 of 4 request configurations were written" in done.err


def test_only_the_peers_of_the_chosen_devices_are_written(run: Run, tmp_path: Path) -> None:  # noqa: F811
    export, out = CleanExport(), tmp_path / "out"
    export.files[f"{DEVICE}/peers.toml"] = b'[[peer]]\nname = "bob"\nconnections = ["web_user"]\nuser = "bob"\n'
    export.files["oslo/mcu-2/settings.toml"] = b'[device]\nhost_names = ["mcu-2.example.com"]\n'
    export.files["oslo/mcu-2/unknown.txt"] = b"?"
    export.files["oslo/mcu-2/local-certificate.pem"] = b"-----BEGIN CERTIFICATE-----\n!"
    done = run(
        "csr-config", export.write(tmp_path / "export"), "--at", "2026-06-15", "--out", out, "--device", "oslo/*"
    )
    assert done.code == 3
    assert "Part of the export could not be read" in done.err
    names = {file.relative_to(out).as_posix() for file in out.rglob("*.cnf")}
    assert names == {"devices/oslo/mcu-2.cnf", *(f"peers/{name}.cnf" for name in ("alice", "room", "tms"))}
