"""Revocation lists in an export: what the MCU accepts all the same, and what a peer that checks them decides."""

from __future__ import annotations

import base64
import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import mcuaudit
from mcuaudit import Audit
from mcuaudit.predict.prediction import Prediction, predict_fleet
from tests.authority import NOW
from tests.clean_export import DEVICE, ISSUING, ROOT, CleanExport, certificate, chain, local_certificate
from tests.revoking import Revoked, revocation_list

LOCAL = local_certificate()
ROOM = certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"])
OF_ROOT = revocation_list(ROOT)
GOOD = revocation_list(ISSUING)


def export(files: dict[str, bytes], **room: Any) -> CleanExport:
    """The clean export with these lists, and with these keys of the room system."""
    made = CleanExport()
    made.files |= {f"{DEVICE}/local-certificate.pem": chain(LOCAL, ISSUING), "peers/room.pem": chain(ROOM, ISSUING)}
    made.files |= files
    made.peers["room"] |= room
    return made


def predicted(made: CleanExport, directory: Path) -> Prediction:
    """Without the rules, which take most of the time of an audit."""
    return predict_fleet(mcuaudit.read_export(made.write(directory)), NOW)


def call(found_in: Audit | Prediction, kind: str = "outgoing_sip") -> pd.Series:
    found = found_in.connections
    return found[(found["peer"] == "room") & (found["connection_type"] == kind)].iloc[0]


def found_507(audit: Audit) -> pd.DataFrame:
    return audit.findings[audit.findings["code"] == "MCU507"]


PLACES = ("root.crl", "leeds/issuing.crl", f"{DEVICE}/issuing.crl", "peers/issuing.crl", "lists/issuing.crl",
          f"{DEVICE}/lists/issuing.CRL", "leeds/lists/issuing.crl")  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_list_counts_wherever_it_lies(place: str, tmp_path: Path) -> None:
    made = export({place: revocation_list(ISSUING, [Revoked(ROOM, "keyCompromise")])})
    fleet = mcuaudit.read_export(made.write(tmp_path))
    assert fleet.problems.empty
    assert fleet.devices["device_id"].tolist() == [DEVICE]
    row = call(predict_fleet(fleet, NOW))
    assert (row["outcome"], row["mcu_trust"]) == ("pass", "pass")
    assert row["revoked_on"] == pd.Timestamp("2026-05-16 12:00", tz="UTC")
    assert row["revoked_certificate"] == ROOM.record.sha256
    (row,) = fleet.revocation_lists.to_dict("records")
    assert (row["files"], row["state"], row["entries"], row["number"]) == (place, "present", 1, "1")


def test_a_revoked_certificate_that_the_mcu_accepts_is_a_finding(tmp_path: Path) -> None:
    """And saved and loaded, the lists are the same."""
    files = {"issuing.crl": revocation_list(ISSUING, [Revoked(ROOM, "keyCompromise")]), "b.crl": b"nothing"}
    audit = export(files).audit(tmp_path / "export")
    found = found_507(audit)
    assert sorted(found["evidence"]) == [
        f"{title} room: revoked on 2026-05-16, and accepted by the MCU. CN=room,O=Example was revoked on 2026-05-16 "
        "(keyCompromise) by the CRL of CN=Example Issuing CA,O=Example."
        for title in ("Incoming SIP call", "Outgoing SIP call")
    ]
    assert set(found["outcome"]) == {"fail"}
    assert found["cause_id"].nunique() == 1
    passed = audit.evaluations[(audit.evaluations["code"] == "MCU507") & (audit.evaluations["outcome"] == "pass")]
    assert len(passed) == len(audit.connections) - len(found)
    audit.save(tmp_path / "saved")
    loaded = mcuaudit.load(tmp_path / "saved")
    pd.testing.assert_frame_equal(loaded.revocation_lists, audit.revocation_lists)
    assert len(loaded.fleet.revocation_list_records) == 1
    assert loaded.fleet.damaged_revocation_lists == ("b.crl",)


def test_what_the_mcu_refuses_is_no_finding_and_what_it_may_refuse_is_undetermined(tmp_path: Path) -> None:
    made = export({"issuing.crl": revocation_list(ISSUING, [ROOM])}, identifiers=["10.9.9.9"])
    made.files[f"{DEVICE}/sip-trust-store.pem"] = chain(ISSUING)
    found = found_507(made.audit(tmp_path))
    assert found["connection_id"].tolist() == [f"{DEVICE} incoming_sip room"]
    assert found["outcome"].tolist() == ["open"]
    assert "it is undetermined whether the MCU accepts it" in found["evidence"].iloc[0]


def test_a_revoked_ca_of_the_path_is_one_too(tmp_path: Path) -> None:
    found = predicted(export({"root.crl": revocation_list(ROOT, [ISSUING])}), tmp_path).connections
    assert set(found["revoked_certificate"].dropna()) == {ISSUING.record.sha256}
    # Without an OCSP server there is no connection to it.
    assert found["revoked"].notna().sum() == len(found) - 1


@pytest.mark.parametrize(
    ("revoking", "verification"),
    [
        ({"revoked": []}, "Outgoing and incoming calls"),
        ({"revoked": [ROOM], "next_update": NOW - timedelta(days=1)}, "Outgoing and incoming calls"),
        ({"revoked": [ROOM]}, "No verification"),
    ],
)
def test_without_a_current_list_that_revokes_what_is_verified_there_is_none(
    revoking: dict[str, Any], verification: str, tmp_path: Path
) -> None:
    made = export({"issuing.crl": revocation_list(ISSUING, **revoking)})
    made.settings["ssl_certificates"]["verification_settings"] = verification
    assert predicted(made, tmp_path).connections["revoked"].isna().all()


REVOKING = revocation_list(ISSUING, [LOCAL])
OUT_OF_DATE = revocation_list(ISSUING, next_update=NOW - timedelta(days=1))
OLD_REVOKING = revocation_list(ISSUING, [LOCAL], next_update=NOW - timedelta(days=1))
NOT_YET = revocation_list(ISSUING, this_update=NOW + timedelta(days=1), next_update=NOW + timedelta(days=2))
CASES: dict[str, tuple[dict[str, bytes], str, str]] = {
    "revoked": ({"a.crl": REVOKING, "b.crl": OF_ROOT}, "fail", "fail"),
    "not revoked": ({"a.crl": GOOD, "b.crl": OF_ROOT}, "pass", "pass"),
    "no list": ({}, "open", "pass"),
    "no list of the root": ({"a.crl": GOOD}, "open", "pass"),
    # A list that is out of date is no current one, whatever it says.
    "out of date": ({"a.crl": OUT_OF_DATE, "b.crl": OF_ROOT}, "open", "pass"),
    "out of date, and revoked": ({"a.crl": OLD_REVOKING, "b.crl": OF_ROOT}, "open", "pass"),
    "not yet valid": ({"a.crl": NOT_YET, "b.crl": OF_ROOT}, "open", "pass"),
    "out of date, and damaged": ({"a.crl": OUT_OF_DATE, "b.crl": OF_ROOT, "c.crl": GOOD[:-9]}, "open", "open"),
    "out of date, and of the root revoked": (
        {"a.crl": OUT_OF_DATE, "b.crl": revocation_list(ROOT, [ISSUING])},
        "fail",
        "fail",
    ),
    "damaged": ({"a.crl": GOOD[:-9], "b.crl": OF_ROOT, "c.crl": GOOD}, "open", "open"),
    "badly signed": ({"a.crl": REVOKING[:-9] + bytes(9), "b.crl": OF_ROOT, "c.crl": GOOD}, "open", "open"),
    "a delta of a list that is not there": (
        {"a.crl": revocation_list(ISSUING, [LOCAL], number=9, base=8), "b.crl": OF_ROOT, "c.crl": GOOD},
        "open",
        "open",
    ),
    "damaged, and revoked": ({"a.crl": GOOD[:-9], "b.crl": OF_ROOT, "c.crl": REVOKING}, "fail", "fail"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_peer_that_checks_crls(case: str, tmp_path: Path) -> None:
    files, others, expressway = CASES[case]
    for number, (product, expected) in enumerate((("endpoint", others), ("Expressway", expressway))):
        made = export(files, checks_crls=True, product=product, route="direct")
        checking = predicted(made, tmp_path / f"{number}")
        assert call(checking)["peer_trust"] == expected, product
    assert call(predicted(export(files), tmp_path / "not"))["peer_trust"] == "pass"


def test_it_is_said_who_revoked_and_what_is_missing(tmp_path: Path) -> None:
    fails = call(predicted(export(CASES["revoked"][0], checks_crls=True), tmp_path / "a"))
    assert fails["reason_code"] == "revoked"
    assert "was revoked on 2026-05-16 by the CRL of CN=Example Issuing CA,O=Example" in fails["reason"]
    missing = call(predicted(export({"b.crl": OF_ROOT}, checks_crls=True), tmp_path / "b"))
    assert (missing["reason_code"], missing["missing_evidence"]) == (
        "revocation_unknown", "a current CRL of CN=Example Issuing CA,O=Example",
    )  # fmt: skip
    damaged = call(predicted(export(CASES["damaged"][0], checks_crls=True), tmp_path / "c"))
    assert (damaged["reason_code"], damaged["missing_evidence"]) == ("revocation_unknown", "a.crl")
    assert damaged["cause"] != missing["cause"]


@pytest.mark.parametrize("case", ["badly signed", "a delta of a list that is not there"])
def test_a_list_that_hides_others_is_named_by_its_file(case: str, tmp_path: Path) -> None:
    row = call(predicted(export(CASES[case][0], checks_crls=True), tmp_path))
    assert (row["reason_code"], row["missing_evidence"]) == ("revocation_unknown", "a.crl")


@pytest.mark.parametrize(("files", "expected"), [({}, "open"), (CASES["not revoked"][0], "pass")])
def test_an_unreadable_key_is_judged_both_ways(files: dict[str, bytes], expected: str, tmp_path: Path) -> None:
    fleet = mcuaudit.read_export(export(files, checks_crls="yes").write(tmp_path))
    row = call(predict_fleet(fleet, NOW))
    assert row["peer_trust"] == expected
    assert fleet.problems["reason"].tolist() == ['expected true or false, found "yes"']
    if expected == "open":
        assert row["missing_evidence"] == 'peers.toml [[peer]] 1 "room" checks_crls'


def test_the_paths_are_those_without_lists(tmp_path: Path) -> None:
    """The frame of paths has the judgement of certificates alone, whoever checks lists."""
    made = export(CASES["revoked"][0])
    without = predicted(made, tmp_path / "without")
    made.peers["room"]["checks_crls"] = True
    checking = predicted(made, tmp_path / "checking")
    assert [call(one)["peer_trust"] for one in (without, checking)] == ["pass", "fail"]
    pd.testing.assert_frame_equal(without.paths, checking.paths)


@pytest.mark.parametrize("content", [b"nothing", ROOT.pem, GOOD[:-9], b""])
def test_what_is_no_list_is_one_problem_and_a_damaged_list(content: bytes, tmp_path: Path) -> None:
    fleet = mcuaudit.read_export(export({"a.crl": content}).write(tmp_path))
    assert fleet.problems["reason"].tolist() == [
        "expected a certificate revocation list (CRL) in PEM or DER, and the file has none that can be read"
    ]
    assert fleet.revocation_lists[["files", "state"]].to_numpy().tolist() == [["a.crl", "damaged"]]


def test_a_list_in_the_file_of_a_store_counts(tmp_path: Path) -> None:
    pem = x509.load_der_x509_crl(revocation_list(ISSUING, [ROOM])).public_bytes(Encoding.PEM)
    made = export({f"{DEVICE}/sip-trust-store.pem": chain(ROOT, ISSUING) + pem})
    fleet = mcuaudit.read_export(made.write(tmp_path))
    assert call(predict_fleet(fleet, NOW))["revoked_certificate"] == ROOM.record.sha256
    assert fleet.revocation_lists["files"].tolist() == [f"{DEVICE}/sip-trust-store.pem"]


def armoured(der: bytes, label: str = "X509 CRL") -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n".encode()


def damaged_lists(files: dict[str, bytes], directory: Path) -> mcuaudit.Fleet:
    """The fleet, after a look at what a peer that checks CRLs says: a usable list beside it is not enough."""
    made = export({"a.crl": GOOD, "b.crl": OF_ROOT, **files}, checks_crls=True)
    fleet = mcuaudit.read_export(made.write(directory))
    row = call(predict_fleet(fleet, NOW))
    assert row["peer_trust"] == "open"
    # In the file of a store, what cannot be read may be a certificate as well.
    assert row["reason_code"] in ("revocation_unknown", "perhaps_another_path")
    assert row["missing_evidence"] in files
    assert set(fleet.problems["file"]) == set(files)
    return fleet


@pytest.mark.parametrize(
    "rest",
    [
        REVOKING.hex().encode(),
        base64.encodebytes(armoured(REVOKING)),
        base64.b32encode(REVOKING),
        armoured(REVOKING).replace(b"BEGIN X509 CRL", b"BEGIN X509 CLR"),
        armoured(REVOKING, "PGP MESSAGE"),
        "\n".join(map(str, REVOKING)).encode() + REVOKING.hex().encode(),
    ],
)
def test_the_rest_of_a_file_of_lists_may_be_a_list(rest: bytes, tmp_path: Path) -> None:
    damaged_lists({"c.crl": armoured(GOOD) + rest}, tmp_path / "a")
    # A remark is none.
    row = call(
        predicted(export({"a.crl": b"# of May\n" + armoured(GOOD), "b.crl": OF_ROOT}, checks_crls=True), tmp_path / "b")
    )
    assert row["peer_trust"] == "pass"


NAMES = ("issuing.crl.txt", "issuing.crl~", "issuing.crl (1)", "issuing.clr", "issuing.crls", "issuing-crl", "issuing",
         "aabbccdd.r0", "issuing.txt", "issuing.\N{CYRILLIC SMALL LETTER ES}rl")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [REVOKING, armoured(REVOKING), base64.b64encode(REVOKING)])
def test_a_list_under_nearly_a_right_name_is_damaged_and_the_advice_is_right(
    name: str, content: bytes, tmp_path: Path
) -> None:
    fleet = damaged_lists({f"lists/{name}": content}, tmp_path / "a")
    (reason,) = fleet.problems["reason"]
    assert reason.startswith("a certificate revocation list (CRL) under a name that does not end in .crl")
    advised = reason.partition('such as "')[2].partition('"')[0]
    files = {f"lists/{advised}": content, "b.crl": OF_ROOT}
    assert call(predicted(export(files, checks_crls=True), tmp_path / "b"))["reason_code"] == "revoked"


@pytest.mark.parametrize(
    ("name", "content"),
    [("issuing.crl.gz", gzip.compress(REVOKING)), ("issuing.crl.txt", b""), ("crl.txt", REVOKING.hex().encode())],
)
def test_what_may_be_a_list_by_its_name_and_cannot_be_read_is_damaged(
    name: str, content: bytes, tmp_path: Path
) -> None:
    fleet = damaged_lists({f"lists/{name}": content}, tmp_path)
    assert "this may be a certificate revocation list (CRL)" in fleet.problems["reason"].iloc[0]


@pytest.mark.parametrize(("name", "content"), [("crl-notes.txt", b"ask the CA for its CRL"), ("crl.png", b"\x89PNG\0")])
def test_other_files_that_speak_of_lists_are_none(name: str, content: bytes, tmp_path: Path) -> None:
    files = {"a.crl": GOOD, "b.crl": OF_ROOT, f"lists/{name}": content}
    assert call(predicted(export(files, checks_crls=True), tmp_path))["peer_trust"] == "pass"


@pytest.mark.parametrize(
    "block",
    [
        b"".join(b"# " + line + b"\n" for line in armoured(REVOKING).splitlines()),
        armoured(REVOKING).replace(b"-----END X509 CRL-----\n", b""),
        armoured(REVOKING)[:200] + b"*" + armoured(REVOKING)[201:],
    ],
)
def test_a_damaged_list_in_the_file_of_a_store_is_a_damaged_list(block: bytes, tmp_path: Path) -> None:
    damaged_lists({f"{DEVICE}/sip-trust-store.pem": chain(ROOT, ISSUING) + block}, tmp_path)
