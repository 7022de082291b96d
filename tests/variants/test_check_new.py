"""A certificate or trust store before it is uploaded: the same as the audit of an export that really has it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import mcuaudit
from mcuaudit import Audit, NewFileCheck, UsageError
from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.schema import AUDIT_FRAMES, COMPARISON_FRAMES
from mcuaudit.summary.new_file import parts_of, verdict_of
from mcuaudit.variants.requests.certificate_requests import request_files
from mcuaudit.variants.requests.request_configuration import configuration_text
from mcuaudit.variants.requests.requirements import requirements_of
from tests.authority import rsa_key
from tests.command.conftest import Run, run  # noqa: F401 - a fixture
from tests.proofs.evaluated_again import same_frames
from tests.variants.issued_by_openssl import ISSUING, OPENSSL, ROOT, STORE, issued, write_key

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="no openssl command")
DEVICE, OTHER = "leeds/mcu-court", "leeds/mcu-boardroom"
AT = "2026-11-23"
_TRUSTED = re.compile(r"(sip|https)-trust-store\.pem|-trusted-ca\.pem")
_PURPOSES = re.compile("^extendedKeyUsage *=.*$", re.MULTILINE)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, with the test CA beside the other CAs of each trust store."""
    place = tmp_path_factory.mktemp("export") / "fleet"
    shutil.copytree(mcuaudit.sample_directory(), place)
    for file in [file for file in place.rglob("*.pem") if _TRUSTED.search(file.name)]:
        if "changi" not in str(file):
            file.write_bytes(file.read_bytes() + STORE)
    return place


@pytest.fixture(scope="module")
def audit(export: Path) -> Audit:
    """The audit of it."""
    return mcuaudit.audit(mcuaudit.read_export(export), at=AT)


@pytest.fixture(scope="module")
def new(audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Certificates that OpenSSL issued from the request configurations, and from one with another purpose."""
    place = tmp_path_factory.mktemp("issued")
    requirements = requirements_of(audit)
    texts = {
        name: configuration_text(one, name, audit.at)
        for name, one in zip(request_files(requirements), requirements, strict=True)
        if one.held.device and one.held.device.device_id in (DEVICE, OTHER)
    }
    good = texts[f"devices/{DEVICE}.cnf"]
    purpose = _PURPOSES.sub("extendedKeyUsage = serverAuth", good)
    assert purpose != good
    wanted = {"good": good, "name": texts[f"devices/{OTHER}.cnf"], "purpose": purpose}
    files = {place / f"{name}.cnf": rsa_key(200 + number) for number, name in enumerate(wanted)}
    for file, text in zip(files, wanted.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    made = issued({file: files[file] for file in files}, place / "ca")
    return {file.stem: content for file, content in made.items()}


def checked(audit: Audit, export: Path, tmp_path: Path, file: str, content: bytes, *more: object) -> NewFileCheck:
    """What is said of the file, which equals the audit of a copy of the export that really has it, frame for frame."""
    slot = {"sip-trust-store.pem": "sip", "https-trust-store.pem": "https"}.get(Path(file).name, "")
    found = mcuaudit.check_new(audit, DEVICE, [content, *more], store=slot)  # type: ignore[list-item]
    copy = tmp_path / "copy"
    shutil.copytree(export, copy, dirs_exist_ok=True)
    (copy / file).write_bytes(content)
    if found.key_matches is False:
        settings = copy / DEVICE / "settings.toml"
        text = settings.read_text(encoding="utf-8")
        assert "Key matches certificate" in text
        text = text.replace("Key matches certificate", "Key does not match certificate")
        settings.write_text(text, encoding="utf-8")
    really = mcuaudit.audit(mcuaudit.read_export(copy), at=audit.at)
    for name in AUDIT_FRAMES:
        same_frames(getattr(found.audit, name), getattr(really, name), name)
    expected = mcuaudit.compare(audit, really)
    for name in COMPARISON_FRAMES:
        left = [column for column in ("file", "previous_file") if column in getattr(expected, name)]
        same_frames(
            getattr(found.comparison, name).drop(columns=left), getattr(expected, name).drop(columns=left), name
        )
    return found


def keys(found: NewFileCheck) -> set[str]:
    """The parts that have something to say."""
    return {part.key for part in parts_of(found)}


LOCAL = f"{DEVICE}/local-certificate.pem"


def test_a_good_certificate_with_its_chain_and_key(
    audit: Audit, export: Path, new: Mapping[str, bytes], tmp_path: Path
) -> None:
    key = rsa_key(200).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    found = checked(audit, export, tmp_path, LOCAL, new["good"] + ISSUING.pem, key)
    assert (found.usable, found.worse, found.key_matches) == (True, False, True)
    assert verdict_of(found) == "It breaks nothing and repairs nothing."
    assert found.lacks.empty
    assert (found.requirements["need"] == "required").any()
    assert {one.outcome for one in found.trust} == {Outcome.PASS}
    assert {"room-wharf", "singapore/mcu-marina", "tms"} <= {one.verifier for one in found.trust}


def test_the_name_of_another_device_locks_the_administrators_out(
    audit: Audit, export: Path, new: Mapping[str, bytes], tmp_path: Path
) -> None:
    found = checked(audit, export, tmp_path, LOCAL, new["name"] + ISSUING.pem)
    assert found.worse
    assert verdict_of(found) == f"Do not upload it: it locks the administrators of {DEVICE} out."
    assert parts_of(found)[0].is_bad
    assert {"mcu-court.leeds.example.com", "sip:10.1.2.11"} <= set(found.lacks["value"])


def test_a_purpose_that_is_missing_breaks_outgoing_connections(
    audit: Audit, export: Path, new: Mapping[str, bytes], tmp_path: Path
) -> None:
    found = checked(audit, export, tmp_path, LOCAL, new["purpose"] + ISSUING.pem)
    assert found.worse
    assert found.lacks[["part", "value"]].to_numpy().tolist() == [["purpose", "clientAuth"]]
    breaks = next(part for part in parts_of(found) if part.key == "breaks")
    assert all(("Outgoing" in line or "Feedback" in line or "Incoming" in line) for line in breaks.lines)


def test_an_intermediate_that_is_missing(audit: Audit, export: Path, new: Mapping[str, bytes], tmp_path: Path) -> None:
    """Every store has the root, and none the issuing CA; an Expressway may want that in its own list (reading A11)."""
    place = tmp_path / "roots"
    shutil.copytree(export, place)
    for file in place.rglob("*.pem"):
        file.write_bytes(file.read_bytes().replace(ISSUING.pem, b""))
    roots = mcuaudit.audit(mcuaudit.read_export(place), at=AT)
    alone = checked(roots, place, tmp_path, LOCAL, new["good"])
    assert alone.worse
    assert Outcome.PASS not in {one.outcome for one in alone.trust}
    # Files come in any order.
    whole = mcuaudit.check_new(roots, DEVICE, [ISSUING.pem, new["good"]])
    assert [one.verifier for one in whole.trust if one.outcome is not Outcome.PASS] == ["expressway-leeds"]


def test_one_that_has_ended(export: Path, new: Mapping[str, bytes], tmp_path: Path) -> None:
    later = mcuaudit.audit(mcuaudit.read_export(export), at="2028-07-01")
    found = checked(later, export, tmp_path, LOCAL, new["good"] + ISSUING.pem)
    assert not found.usable
    assert found.objections == ("The certificate ended on 1 Jun 2028.",)


def test_a_key_that_is_not_its_own(audit: Audit, export: Path, new: Mapping[str, bytes], tmp_path: Path) -> None:
    write_key(tmp_path / "other.key", rsa_key(201))
    found = checked(audit, export, tmp_path, LOCAL, new["good"] + ISSUING.pem, tmp_path / "other.key")
    assert (found.usable, found.worse, found.key_matches) == (False, True, False)
    assert "MCU118" in set(found.findings["code"])
    assert "unusable" in keys(found)


def test_a_store_that_loses_a_ca_and_one_that_gets_one(audit: Audit, export: Path, tmp_path: Path) -> None:
    lost = checked(audit, export, tmp_path, f"{DEVICE}/sip-trust-store.pem", STORE)
    assert lost.worse
    assert {"breaks", "remarks"} <= keys(lost)
    assert lost.requirements.empty
    former = (export / "leeds/sip-trust-store.pem").read_bytes()
    without = mcuaudit.check_new(audit, DEVICE, former + ROOT.pem, store="sip")
    assert not without.worse
    assert without.usable
    # The store of this device is not in the export.
    orchard = mcuaudit.check_new(audit, "singapore/mcu-orchard", former, store="sip_trust_store")
    assert "repairs 2 connections and logins" in verdict_of(orchard)


def test_a_peer_presents_another_certificate(audit: Audit, new: Mapping[str, bytes]) -> None:
    found = mcuaudit.check_new(audit, "tms", new["good"] + ISSUING.pem)
    assert found.worse
    assert found.slot is mcuaudit.Slot.PEER_CERTIFICATE
    assert "tms.example.com" in set(found.lacks["value"])
    assert "15 devices record the peer tms" in found.remarks[0]


def test_what_is_not_a_certificate_with_its_chain_is_refused(
    audit: Audit, new: Mapping[str, bytes], tmp_path: Path
) -> None:
    write_key(tmp_path / "own.key", rsa_key(200))
    secret = (tmp_path / "own.key").read_text().splitlines()[3]
    damaged = new["good"].replace(b"\nMII", b"\nM!!", 1)
    encrypted = b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n"
    refused: list[tuple[str, list[object], str, list[str]]] = [
        (DEVICE, [tmp_path / "own.key"], "", ["own.key", "private", "no certificate"]),
        (DEVICE, [new["good"], tmp_path / "none.pem"], "", ["none.pem", "cannot be read"]),
        (DEVICE, [damaged], "", ["PEM block 1"]),
        (DEVICE, [new["good"] + new["name"]], "", ["2 end entity certificates", "A device presents one"]),
        (DEVICE, [ISSUING.pem + new["good"]], "", ["begins with the CA certificate", "must come first"]),
        (DEVICE, [STORE], "", ["only CA certificates", "--store"]),
        (DEVICE, [new["good"]], "sip", ["no CA certificate", "leave --store out"]),
        (DEVICE, [STORE], "tls", ['"tls"', "sip_trust_store"]),
        ("tms", [STORE], "sip", ["is a peer", "name a device"]),
        ("leeds/mcu-cort", [new["good"]], "", ['Did you mean "leeds/mcu-court"']),
        (DEVICE, [new["good"], encrypted + b"-----END RSA PRIVATE KEY-----\n"], "", ["-pubout"]),
        (DEVICE, [], "", ["No file is given"]),
    ]
    for owner, files, store, words in refused:
        with pytest.raises(UsageError) as error:
            mcuaudit.check_new(audit, owner, files, store=store)  # type: ignore[arg-type]
        for word in words:
            assert word in str(error.value), (words, str(error.value))
        assert secret not in str(error.value)


def test_the_command_says_it_and_shows_nothing_of_the_key(
    run: Run,  # noqa: F811 - the fixture
    export: Path,
    new: Mapping[str, bytes],
    tmp_path: Path,
) -> None:
    (tmp_path / "new.pem").write_bytes(new["good"] + ISSUING.pem)
    write_key(tmp_path / "own.key", rsa_key(200))
    secret = (tmp_path / "own.key").read_text().splitlines()[3]
    ran = run("check-new", export, DEVICE, tmp_path / "new.pem", tmp_path / "own.key", "--at", AT)
    assert ran.code == 0
    assert ran.out.startswith(f"New local certificate of {DEVICE}: It breaks nothing and repairs nothing.\n")
    assert "have a root of the chain" in ran.out
    assert secret not in ran.out + ran.err
    ran = run("check-new", export, DEVICE, tmp_path / "new.pem", "--store", "sip", "--at", AT, "--format", "json")
    assert ran.code == 1
    assert '"worse": true' in ran.out
    ran = run("check-new", export, DEVICE, tmp_path / "own.key", "--at", AT)
    assert ran.code == 2
    assert "no certificate" in ran.err
    assert secret not in ran.err
