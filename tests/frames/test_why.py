"""The steps of a verdict, and what is said to a word that names nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit import UsageError
from tests.clean_export import DEVICE, CleanExport
from tests.rules.breakages import FAILS


def test_the_steps_of_a_call_that_is_accepted(tmp_path: Path) -> None:
    steps = CleanExport().audit(tmp_path).why(DEVICE, "outgoing_sip")
    assert steps["step"].str.strip().tolist() == [
        "the connection exists",
        "the setting decides",
        "the MCU trusts the certificate",
        "issuer 1",
        "trust anchor",
        "the MCU accepts the name",
        "the MCU accepts the purpose",
        "the peer trusts the certificate",
        "issuer 1",
        "trust anchor",
        "the peer accepts the name",
        "the peer accepts the purpose",
        "both accept the other's certificate",
    ]
    assert set(steps["outcome"].astype(str)) == {"pass"}
    by_step = steps.set_index("step")
    assert by_step.loc["the setting decides", "evidence_file"] == f"{DEVICE}/settings.toml"
    assert by_step.loc["the MCU accepts the name", ["checked", "against"]].tolist() == ["sip:10.1.2.200", "10.1.2.200"]
    anchors = steps.loc[steps["step"] == "  trust anchor", "evidence_file"].tolist()
    assert anchors[0] == f"{DEVICE}/sip-trust-store.pem"


def test_a_certificate_of_several_sites_is_shown_where_it_is_nearest(tmp_path: Path) -> None:
    export = CleanExport()
    store = export.files.pop(f"{DEVICE}/sip-trust-store.pem")
    export.files |= {"leeds/sip-trust-store.pem": store, "aachen/sip-trust-store.pem": store}
    export.files["aachen/mcu-9/local-certificate.pem"] = export.files[f"{DEVICE}/local-certificate.pem"]
    del export.files[f"{DEVICE}/https-trust-store.pem"]
    steps = export.audit(tmp_path).why(DEVICE, "outgoing_sip")
    anchors = steps.loc[steps["step"] == "  trust anchor", "evidence_file"].tolist()
    assert anchors[0] == "leeds/sip-trust-store.pem"
    issuers = steps.loc[steps["step"] == "  issuer 1", "evidence_file"].tolist()
    assert not any(file.startswith("aachen/") for file in issuers)


def test_the_step_that_fails_says_why(tmp_path: Path) -> None:
    export = CleanExport()
    FAILS["MCU205"](export)
    steps = export.audit(tmp_path).why(DEVICE, "incoming_sip", "room").set_index("step")
    failed = steps[steps["outcome"] == "fail"]
    assert failed.index.tolist() == ["the peer accepts the name", "both accept the other's certificate"]
    assert failed["reason"].str.contains("subjectAltName").all()
    assert failed["evidence_file"].tolist()[0] == f"{DEVICE}/local-certificate.pem"


def test_a_connection_that_cannot_exist_has_one_step(tmp_path: Path) -> None:
    steps = CleanExport().audit(tmp_path).why(DEVICE, "ocsp_server")
    assert steps[["outcome", "reason"]].to_numpy().tolist() == [["notApplicable", "OCSP is off."]]


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("leeds/mcu-2", "outgoing_sip"), "leeds/mcu-1"),
        ((DEVICE, "outgoing_sips"), "outgoing_sip"),
        ((DEVICE, "outgoing_sip", "rom"), "room"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest(words: tuple[str, ...], nearest: str, tmp_path: Path) -> None:
    audit = CleanExport().audit(tmp_path)
    with pytest.raises(UsageError, match=f'Did you mean "{nearest}"'):
        audit.why(*words)
