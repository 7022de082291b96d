"""Each statement of a proof, against the files of the sample: read here without the readers of the package."""

from __future__ import annotations

import csv
import posixpath
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

import mcuaudit
from mcuaudit.summary.cited_rows import CitedRows, rows_of
from mcuaudit.summary.steps import Step, StepKind, steps_of_connection

SAMPLE = Path(__file__).parents[2] / "data" / "sample-fleet"
_STORES = {"SIP trust store": "sip-trust-store", "HTTPS trust store": "https-trust-store"}


@cache
def certificates_in(file: str) -> tuple[x509.Certificate, ...]:
    data = (SAMPLE / file).read_bytes()
    if b"-----BEGIN" in data:
        blocks = data.split(b"-----BEGIN CERTIFICATE-----")[1:]
        whole = [one for one in blocks if b"-----END CERTIFICATE-----" in one]
        return tuple(x509.load_pem_x509_certificate(b"-----BEGIN CERTIFICATE-----" + one) for one in whole)
    try:
        return (x509.load_der_x509_certificate(data),)
    except ValueError:
        return tuple(pkcs7.load_der_pkcs7_certificates(data))


def digest(one: x509.Certificate) -> str:
    return sha256(one.public_bytes(Encoding.DER)).hexdigest()


def nearest(device_id: str, stem: str) -> str:
    """The file of a slot by inheritance: of the device, else of the site, else of the fleet."""
    for place in (device_id, device_id.partition("/")[0], ""):
        found = sorted((SAMPLE / place).glob(f"{stem}.*"))
        if found:
            return found[0].relative_to(SAMPLE).as_posix()
    return ""


def declared(device_id: str, peer: str, key: str) -> str:
    """What the nearest peers.toml that has the key says of a peer; a file as its place in the export."""
    for place in (device_id, device_id.partition("/")[0], ""):
        file = SAMPLE / place / "peers.toml"
        for entry in tomllib.loads(file.read_text("utf-8"))["peer"] if file.is_file() else []:
            if entry["name"] == peer and key in entry:
                return beside(place, entry[key]) if entry[key] and key != "device" else entry[key]
    return ""


def beside(place: str, name: str) -> str:
    return posixpath.normpath(f"{place}/{name}" if place else name)


def names_of(one: x509.Certificate) -> set[str]:
    names = {str(each.value) for each in one.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)}
    try:
        entries = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return names
    return names | {str(getattr(entry, "value", "")) for entry in entries}


@pytest.fixture(scope="module")
def steps() -> list[tuple[Mapping[str, Any], Step]]:
    audit = mcuaudit.audit(mcuaudit.read_export(SAMPLE), at="2026-11-23")
    rows = list(rows_of(audit.connections))
    cited = CitedRows(audit, rows)
    return [(row, step) for row in rows for step in steps_of_connection(cited, row)]


def test_each_certificate_of_a_path_is_in_the_file_that_is_cited(
    steps: list[tuple[Mapping[str, Any], Step]], score: Callable[[str], None]
) -> None:
    counts: Counter[str] = Counter()
    for row, step in steps:
        where = f"{row['connection_id']}: {step.title}"
        chain = []
        for member in step.path:
            assert member.file, where
            found = [one for one in certificates_in(member.file) if digest(one) == member.certificate]
            assert found, f"{where}: {member.file}"
            assert found[0].subject.rfc4514_string() == member.subject, where
            chain.append(found[0])
            counts["certificates"] += 1
        for own, issuer in pairwise(chain):
            try:
                own.verify_directly_issued_by(issuer)
            except (InvalidSignature, ValueError) as error:
                raise AssertionError(f"{where}: {own.subject} and {issuer.subject}") from error
            counts["signatures"] += 1
        if step.kind is StepKind.TRUST and step.path and step.outcome == "pass":
            counts[f"anchors of {step.side}"] += step.path[-1].file == _store_of(row, step)
            assert step.path[-1].file == _store_of(row, step), where
    assert counts["certificates"] > 300
    assert counts["signatures"] > 150
    assert min(counts["anchors of mcu"], counts["anchors of peer"]) > 20
    score(f"proofs of the sample: {counts['certificates']} certificates in the files that are cited, 0 differences")


def _store_of(row: Mapping[str, Any], step: Step) -> str:
    """The trust store of who checks, by the layout of the export."""
    if step.side == "mcu":
        return nearest(row["device_id"], _STORES[step.against])
    own = declared(row["device_id"], row["peer"], "trust_store")
    return own or nearest(declared(row["device_id"], row["peer"], "device"), "sip-trust-store")


def test_each_end_entity_certificate_is_that_of_its_party(steps: list[tuple[Mapping[str, Any], Step]]) -> None:
    checked = 0
    for row, step in steps:
        if step.kind is not StepKind.TRUST or not step.file:
            continue
        if step.side == "mcu":
            files = [declared(row["device_id"], row["peer"], key) for key in ("certificate", "client_certificate")]
            other = declared(row["device_id"], row["peer"], "device")
            expected = [file for file in files if file] or [f"{other}/local-certificate.pem"]
        else:
            expected = [f"{row['device_id']}/local-certificate.pem"]
        assert step.file in expected, f"{row['connection_id']}: {step.title}"
        assert digest(certificates_in(step.file)[0]) == step.certificate
        checked += 1
    assert checked > 150


def test_each_name_that_is_found_is_in_the_certificate(steps: list[tuple[Mapping[str, Any], Step]]) -> None:
    found = 0
    for row, step in steps:
        if step.kind is StepKind.NAME and step.outcome == "pass" and step.against:
            names = names_of(certificates_in(step.file)[0])
            assert step.checked in names, f"{row['connection_id']}: {step.checked} is none of {names}"
            found += 1
    assert found > 50


def test_each_setting_has_its_value_in_the_file_that_is_cited(steps: list[tuple[Mapping[str, Any], Step]]) -> None:
    checked = 0
    for row, step in steps:
        if step.kind is StepKind.SETTING and step.file.endswith((".toml", ".csv")):
            assert step.against in values_in(step.file, row["device"], step.checked), row["connection_id"]
            checked += 1
        if step.kind is StepKind.EXISTS and step.outcome == "pass" and step.file.endswith(".toml"):
            assert True in values_in(step.file, row["device"], step.against), row["connection_id"]
            checked += 1
    assert checked > 100


def values_in(file: str, device: str, key: str) -> list[Any]:
    if file.endswith(".csv"):
        with (SAMPLE / file).open(encoding="cp1252", newline="") as table:
            return [row[key] for row in csv.DictReader(table, delimiter=";") if row["device"] == device]
    content: Any = tomllib.loads((SAMPLE / file).read_text("utf-8"))
    return list(_at(content, key))


def _at(content: Any, key: str) -> Iterator[Any]:
    """The value of a dotted key, whose last parts may be written under their label."""
    for part in key.split("."):
        content = content.get(part) if isinstance(content, Mapping) else None
    yield content
