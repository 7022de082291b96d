"""Bad input: each mistake is told with file, line or key, what was found and what is allowed; the rest is audited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Fleet
from tests.authority import NOW
from tests.clean_export import DEVICE, HOST, CleanExport, local_certificate

Change = Callable[[CleanExport], Any]


def read(change: Change, directory: Path) -> Fleet:
    export = CleanExport()
    change(export)
    return mcuaudit.read_export(export.write(directory))


def file(name: str, content: bytes) -> Change:
    return lambda export: export.files.update({name: content})


def peer(name: str, **facts: Any) -> Change:
    return lambda export: export.peers.setdefault(name, {"connections": ["web_user"]}).update(facts)


CASES: dict[str, tuple[Change, str, str, str]] = {
    "an unknown label": (
        lambda export: export.settings["ssl_certificates"].update(server_certificate_security="Verify certs"),
        f"{DEVICE}/settings.toml",
        "[ssl_certificates] server_certificate_security",
        'Did you mean "Verify certificate"?',
    ),
    "an unknown key": (
        lambda export: export.settings["sip"].update(outbound_adress="x"),
        f"{DEVICE}/settings.toml",
        "[sip] outbound_adress",
        'Did you mean "sip.outbound_address"?',
    ),
    "a settings file that is no TOML": (file("settings.toml", b"[device\n"), "settings.toml", "line 1", "invalid TOML"),
    "a certificate that is cut short": (
        file(f"{DEVICE}/local-certificate.pem", local_certificate().pem[:500]),
        f"{DEVICE}/local-certificate.pem",
        "PEM block 1, line 1",
        "-----END CERTIFICATE-----",
    ),
    "a file of the wrong kind": (
        file(f"{DEVICE}/sip-trust-store.pem", b"PK\x03\x04 a spreadsheet"),
        f"{DEVICE}/sip-trust-store.pem",
        "",
        "a ZIP archive",
    ),
    "a second file for one device": (
        file("leeds/mcu-1.pem", local_certificate().pem),
        "leeds/mcu-1.pem",
        "",
        f"for the same purpose as {DEVICE}/local-certificate.pem",
    ),
    "a certificate of a peer that is not there": (
        peer("room", certificate="peers/rom.pem"),
        "peers.toml",
        '[[peer]] 1 "room" certificate',
        'Did you mean "peers/room.pem"?',
    ),
    "a peer that is a device of no export": (
        peer("other", device="leeds/mcu-9"),
        "peers.toml",
        '[[peer]] 5 "other" device',
        'Did you mean "leeds/mcu-1"?',
    ),
    "a word of peers.toml that is none": (
        peer("room", route="directly"),
        "peers.toml",
        '[[peer]] 1 "room" route',
        'Did you mean "direct"?',
    ),
    "a peer without connections": (
        lambda export: export.peers["room"].pop("connections"),
        "peers.toml",
        '[[peer]] 1 "room" connections',
        "incoming_sip, outgoing_sip",
    ),
    "a table for a device that is not there": (
        file("leeds/settings.csv", b"device,services.https\nmcu-2,true\n"),
        "leeds/settings.csv",
        'device "mcu-2"',
        'Did you mean "mcu-1"?',
    ),
    "a saved request": (
        file(f"{DEVICE}/api/device.query.xml", b"<methodCall><methodName>device.query</methodName></methodCall>"),
        f"{DEVICE}/api/device.query.xml",
        "",
        "password in plain text",
    ),
    "a time zone that is none": (
        file("leeds/site.toml", b'time_zone = "Europe/Lodnon"'),
        "leeds/site.toml",
        "time_zone",
        'Did you mean "Europe/London"?',
    ),
    "a file that nothing recognises": (
        file(f"{DEVICE}/https-trust-stor.pem", b"x"),
        f"{DEVICE}/https-trust-stor.pem",
        "",
        '"https-trust-store.pem", which may be of the same use, is there too',
    ),
    "a store whose name is misspelled, beside the devices": (
        file("leeds/sip-truststore.pem", local_certificate().pem),
        "leeds/sip-truststore.pem",
        "",
        'Did you mean "sip-trust-store.pem"?',
    ),
    "a private key of its own": (
        file(f"{DEVICE}/mcu.key", local_certificate().key_pem),
        f"{DEVICE}/mcu.key",
        "line 1",
        "private key. Remove it",
    ),
    "a site without a device": (
        file("paris/sip-trust-store.pem", local_certificate().pem),
        "paris/sip-trust-store.pem",
        "",
        '"paris" has no device',
    ),
    "a user without a privilege": (
        lambda export: export.settings["users"].append({"name": "bob"}),
        f"{DEVICE}/settings.toml",
        "users",
        'user "bob" has no privilege',
    ),
    "a number that is too long": (file("settings.toml", b"[device]\nmodel = " + b"9" * 5000), "settings.toml", "", ""),
    "a file in peers that nobody mentions": (
        file("peers/lost.pem", local_certificate().pem),
        "peers/lost.pem",
        "",
        "no peers.toml entry refers to this file",
    ),
    "a file that is too large": (
        lambda export: export.files.update(
            {"mcuaudit.toml": b"[limits]\nfile_bytes = 1024", f"{DEVICE}/sip-trust-store.pem": b"x" * 1025}
        ),
        f"{DEVICE}/sip-trust-store.pem",
        "",
        "1025 bytes",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_told_and_the_rest_is_audited(case: str, tmp_path: Path) -> None:
    change, name, where, words = CASES[case]
    fleet = read(change, tmp_path)
    told = fleet.problems[(fleet.problems["file"] == name) & (fleet.problems["where"] == where)]
    assert told["reason"].str.contains(words, regex=False).sum() == 1, fleet.problems.to_string()
    assert not fleet.problems.duplicated(["file", "where", "reason"]).any()
    audit = mcuaudit.audit(fleet, at=NOW)
    assert set(audit.connections["connection_type"]) == {
        "incoming_sip", "outgoing_sip", "web_user", "api_user", "ocsp_server", "feedback_receiver",
    }  # fmt: skip
    assert DEVICE in audit.devices["device_id"].tolist()


def test_secrets_are_told_and_never_kept(tmp_path: Path) -> None:
    key = local_certificate().key_pem
    export = CleanExport()
    export.files[f"{DEVICE}/local-certificate.pem"] = key + local_certificate().pem
    export.files[f"{DEVICE}/configuration.xml"] = b"<configuration><password>hunter2</password></configuration>"
    audit = export.audit(tmp_path / "export")
    assert sorted(audit.problems["kind"]) == ["secret", "secret"]
    kept = audit.save(tmp_path / "kept")
    everything = b"".join(file.read_bytes() for file in kept.iterdir())
    assert b"hunter2" not in everything
    assert key.splitlines()[1] not in everything


def test_a_response_wins_over_what_was_typed_and_both_are_named(tmp_path: Path) -> None:
    member = "<member><name>softwareVersion</name><value>4.5(1.72)</value></member>"
    body = f"<methodResponse><params><param><value><struct>{member}</struct></value></param></params></methodResponse>"
    fleet = read(file(f"{DEVICE}/api/device.query.xml", body.encode()), tmp_path)
    (row,) = fleet.settings[fleet.settings["setting"] == "device.software_version"].to_dict("records")
    assert (row["value"], row["source"], row["file"]) == ("4.5(1.72)", "read", f"{DEVICE}/api/device.query.xml")
    assert (row["other_value"], row["other_file"]) == ("4.4(3.57)", f"{DEVICE}/settings.toml")


def test_nearer_settings_override_farther_ones_key_by_key(tmp_path: Path) -> None:
    export = CleanExport()
    export.settings = {"device": {"model": "device"}}
    export.files["leeds/settings.toml"] = b'[device]\nmodel = "site"\nserial = "site"\n'
    export.files["leeds/settings.csv"] = b"device,device.serial\nmcu-1,table\n"
    export.files["settings.toml"] = b'[device]\nmodel = "fleet"\nserial = "fleet"\nsoftware_version = "4.4(3.57)"\n'
    fleet = mcuaudit.read_export(export.write(tmp_path))
    settings = fleet.settings.set_index("setting")
    assert settings.loc["device.model", ["value", "source"]].tolist() == ["device", "typed"]
    assert settings.loc["device.serial", ["value", "source"]].tolist() == ["table", "typed"]
    assert settings.loc["device.software_version", ["value", "source"]].tolist() == ["4.4(3.57)", "inherited"]
    assert settings.loc["users", "source"] == "missing"


@pytest.mark.parametrize(("told", "kept"), [('["incoming_sip", "sip_out"]', "incoming_sip"), ('["sip_out"]', None)])
def test_a_connection_type_that_is_none_does_not_take_the_others_with_it(
    told: str, kept: str | None, tmp_path: Path
) -> None:
    (tmp_path / "leeds" / "mcu-1").mkdir(parents=True)
    (tmp_path / "leeds" / "mcu-1" / "settings.toml").write_text("# none\n", encoding="utf-8")
    peers = f'[[peer]]\nname = "vcs"\nconnections = {told}\n'
    (tmp_path / "leeds" / "peers.toml").write_text(peers, encoding="utf-8")
    fleet = mcuaudit.read_export(tmp_path)
    (row,) = fleet.peers.to_dict("records")
    assert row["connections"] == kept or (kept is None and pd.isna(row["connections"]))
    (problem,) = fleet.problems.to_dict("records")
    assert problem["file"] == "leeds/peers.toml"
    assert problem["where"] == '[[peer]] 1 "vcs" connections'
    assert 'unknown value "sip_out"; expected "incoming_sip"' in problem["reason"]


def test_a_device_that_the_policy_excuses_and_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "leeds" / "mcu-1").mkdir(parents=True)
    (tmp_path / "leeds" / "mcu-1" / "settings.toml").write_text("# none\n", encoding="utf-8")
    policy = '[known.different_stores]\n"leeds/mcu-l" = "a laboratory"\n"leeds/mcu-1" = "another"\n'
    (tmp_path / "mcuaudit.toml").write_text(policy, encoding="utf-8")
    (problem,) = mcuaudit.read_export(tmp_path).problems.to_dict("records")
    assert problem["kind"] == "unrecognised"
    assert problem["file"].endswith("mcuaudit.toml")
    assert problem["where"] == "[known.different_stores]"
    assert problem["reason"] == 'the export has no device "leeds/mcu-l". Did you mean "leeds/mcu-1"?'


def test_nearer_peers_override_farther_ones_key_by_key(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["leeds/peers.toml"] = b'[[peer]]\nname = "room"\nuser = "site"\nroute = "proxied"\n'
    export.files[f"{DEVICE}/peers.toml"] = b'[[peer]]\nname = "room"\nroute = "direct"\n'
    peers = mcuaudit.read_export(export.write(tmp_path)).peers.set_index("peer")
    assert peers.loc["room", ["user", "route", "identifiers"]].tolist() == ["site", "direct", "10.1.2.200"]
    assert peers.loc["room", "certificate_state"] == "present", (
        "its file is still found beside the peers.toml that names it"
    )
    assert peers.loc["room", "standard_assumed"]
    assert not peers.loc["room", "route_assumed"]


def test_trust_stores_are_inherited(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["leeds/sip-trust-store.pem"] = export.files.pop(f"{DEVICE}/sip-trust-store.pem")
    fleet = mcuaudit.read_export(export.write(tmp_path))
    evidence = fleet.evidence.set_index("kind")
    assert evidence.loc["sip_trust_store", ["state", "file"]].tolist() == ["inherited", "leeds/sip-trust-store.pem"]
    assert fleet.devices["sip_trust_store"].tolist() == fleet.devices["https_trust_store"].tolist(), "the same members"


def test_a_flat_directory_of_certificates_is_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "oslo").mkdir()
    (tmp_path / "oslo" / "mcu-1.pem").write_bytes(local_certificate().pem)
    audit = mcuaudit.audit(mcuaudit.read_export(tmp_path / "oslo"), at=NOW)
    assert audit.devices["device_id"].tolist() == ["oslo/mcu-1"]
    assert audit.problems.empty
    assert set(audit.connections["outcome"].astype(str)) == {"open"}
    judged = audit.evaluations.set_index("code")["outcome"].astype(str)
    assert judged["MCU103"] == "pass"
    assert judged["MCU106"] == "pass"
    assert HOST in audit.certificates["dns_names"].iloc[0]


def test_an_export_is_read_the_same_in_several_processes(tmp_path: Path) -> None:
    from concurrent.futures import ProcessPoolExecutor

    directory = CleanExport().write(tmp_path)
    with ProcessPoolExecutor(2) as executor:
        fleet = mcuaudit.read_export(directory, executor=executor)
    assert fleet.certificates.equals(mcuaudit.read_export(directory).certificates)
