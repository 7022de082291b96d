"""What stands where a store or certificate belongs and is none: never an empty store, never as if it were absent."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mcuaudit import Audit
from tests.authority import LAST_YEAR, NEXT_YEAR, name, rsa_key
from tests.clean_export import DEVICE, ISSUING, ROOT, CleanExport, chain, predicted

STORE, LOCAL = f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/local-certificate.pem"
KEY = rsa_key(1)
REQUEST = x509.CertificateSigningRequestBuilder(subject_name=name("mcu")).sign(KEY, hashes.SHA256())
LIST = x509.CertificateRevocationListBuilder(
    issuer_name=name("Root"), last_update=LAST_YEAR, next_update=NEXT_YEAR
).sign(KEY, hashes.SHA256())
CONTENTS = {
    "a request": REQUEST.public_bytes(Encoding.PEM),
    "a public key": KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "a private key": KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    "a CRL": LIST.public_bytes(Encoding.PEM),
    "a CRL in DER": LIST.public_bytes(Encoding.DER),
    "a remark": b"# exported by bob\n",
    "a remark that nearly says so": b"# empty, I think\n",
}


def calls(audit: Audit) -> dict[str, tuple[str, str]]:
    rows = audit.connections[audit.connections["connection_type"].astype(str).str.contains("sip")]
    return {
        str(row["connection_type"]): (str(row["outcome"]), row["missing_evidence"]) for row in rows.to_dict("records")
    }


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("file", [STORE, LOCAL])
def test_it_is_damaged_and_nothing_farther_stands_in(content: str, file: str, tmp_path: Path) -> None:
    export = CleanExport()
    export.files[file] = CONTENTS[content]
    export.files["leeds/sip-trust-store.pem"] = chain(ROOT, ISSUING)
    audit = export.audit(tmp_path)
    assert set(calls(audit).values()) == {("open", file)}
    assert file in audit.problems["file"].tolist()
    said = " ".join([*audit.connections["reason"], *audit.findings["evidence"]])
    assert f"{Path(file).name} is not in the export" not in said


def test_only_the_line_empty_says_that_a_store_is_empty(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[STORE] = b"# empty\n"
    assert calls(export.predicted(tmp_path))["incoming_sip"][0] == "fail"


@pytest.mark.parametrize("directory", ["sip-trust-store", "sip-trust-store.pem"])
@pytest.mark.parametrize("content", [None, b"x"])
def test_a_directory_in_place_of_a_store_is_damaged(directory: str, content: bytes | None, tmp_path: Path) -> None:
    export = CleanExport()
    export.files[STORE] = None
    export.files["leeds/sip-trust-store.pem"] = chain(ROOT, ISSUING)
    root = export.write(tmp_path)
    (root / DEVICE / directory).mkdir()
    if content:
        (root / DEVICE / directory / "root.pem").write_bytes(ROOT.pem)
    audit = predicted(root)
    assert set(calls(audit).values()) == {("open", f"{DEVICE}/{directory}")}
    (problem,) = audit.problems[audit.problems["file"] == f"{DEVICE}/{directory}"].to_dict("records")
    assert "one file, sip-trust-store.pem" in problem["reason"]


def test_a_peer_with_an_unreadable_connection_type_keeps_its_row(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers["room"]["connections"] = ["outgoing_sip", "incoming_sipp"]
    rows = export.predicted(tmp_path).connections.set_index(["connection_type", "peer"])
    incoming = rows.loc[("incoming_sip", "room")]
    assert (incoming["outcome"], incoming["reason_code"]) == ("open", "damaged_evidence")
    assert "connections" in incoming["missing_evidence"]


def test_a_service_that_cannot_be_read_is_named_by_rules(tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["services"]["sips_tcp"] = "perhaps"
    findings = export.audit(tmp_path).findings
    assert not findings["evidence"].str.contains("[[", regex=False).any()
    assert not findings["evidence"].str.contains("sips_tcp is not in the export").any()


@pytest.mark.parametrize(("written", "character"), [("\\/", "/"), ("\\u002b", "+"), ("\\u002F", "/"), ("\\u003d", "=")])
def test_json_may_escape_base64(written: str, character: str, tmp_path: Path) -> None:
    export = CleanExport()
    text = chain(ROOT, ISSUING).decode().replace(character, written).replace("\n", "\\n")
    export.files[STORE] = f'{{"store": "{text}"}}'.encode()
    assert {outcome for outcome, _ in calls(export.predicted(tmp_path)).values()} == {"pass"}
