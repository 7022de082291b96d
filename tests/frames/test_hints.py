"""Every "Did you mean" about an export is followed literally, and leads to the outcomes without the mistake."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit
from tests.authority import NOW
from tests.clean_export import DEVICE, ROOT, CleanExport, chain, predicted
from tests.hints import hint_of

SECURITY = "ssl_certificates.client_certificate_security"
_HINT = re.compile(r'Did you mean "([^"]+)"')


def audited(directory: Path) -> Audit:
    return predicted(directory)


def replaced(name: str, right: str, wrong: str) -> Callable[[Path], None]:
    """Misspell a word of a file."""

    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert right in text
        (root / name).write_text(text.replace(right, wrong, 1))

    return change


def renamed(right: str, wrong: str) -> Callable[[Path], None]:
    """Misspell the name of a file."""
    return lambda root: (root / right).rename(root / wrong) and None


# The change, whether it is the name of the file, and the word that is to be corrected.
CASES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a label": (replaced(f"{DEVICE}/settings.toml", "authentication allowed", "authentication alowed"),
              "", "Certificate-based authentication alowed"),
    "a key": (replaced(f"{DEVICE}/settings.toml", "client_certificate_security", "client_certifcate_security"), "",
              "ssl_certificates.client_certifcate_security"),
    "a key by its label": (replaced(f"{DEVICE}/settings.toml", "client_certificate_security", "wer_darf"), "",
                           "ssl_certificates.wer_darf"),
    "a privilege": (replaced(f"{DEVICE}/settings.toml", '"administrator"', '"adminstrator"'), "", "adminstrator"),
    "a key of a peer": (replaced("peers.toml", "certificate =", "certficate ="), "", "certficate"),
    "a file of a peer": (replaced("peers.toml", "peers/room.pem", "peers/rom.pem"), "", "peers/rom.pem"),
    "a table": (replaced(f"{DEVICE}/settings.toml", "[ssl_certificates]", "[ssl_certificate]"), "",
                "[ssl_certificate]"),
    "a label of look-alikes": (replaced(f"{DEVICE}/settings.toml", "cation allowed", "cation all\u043ewed"), "",
                               "Certificate-based authentication all\u043ewed"),
    "a store of a peer": (replaced("peers.toml", "peers/trusted.pem", "peers/trustd.pem"), "", "peers/trustd.pem"),
    "a product": (replaced("peers.toml", '"endpoint"', '"endpiont"'), "", "endpiont"),
    "a product by its common name": (replaced("peers.toml", '"endpoint"', '"Cisco TelePresence SX20"'), "",
                                     "Cisco TelePresence SX20"),
    "a connection type": (replaced("peers.toml", '"incoming_sip"', '"incoming_sipp"'), "", "incoming_sipp"),
    "the word peer": (replaced("peers.toml", "[[peer]]", "[[peeer]]"), "", "peeer"),
    "the name of a store": (renamed(f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/sip_trust_store.pem"), "name",
                            "sip_trust_store.pem"),
    "the name of the settings": (renamed(f"{DEVICE}/settings.toml", f"{DEVICE}/setting.toml"), "name", "setting.toml"),
    "the name of the peers": (renamed("peers.toml", "peer.toml"), "name", "peer.toml"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_hint_leads_on(case: str, tmp_path: Path) -> None:
    change, kind, wrong = CASES[case]
    root = CleanExport().write(tmp_path)
    good = audited(root)
    change(root)
    bad = audited(root)
    assert _outcomes(bad) != _outcomes(good)
    (problem,) = (row for row in bad.problems.to_dict("records") if _HINT.search(row["reason"]))
    hint = _HINT.search(problem["reason"])
    assert hint is not None
    file = root / problem["file"]
    if kind == "name":
        file.rename(file.with_name(hint[1]))
    else:
        old, new = (
            word.rpartition(".")[2] if case in ("a key", "a key by its label") else word for word in (wrong, hint[1])
        )
        file.write_text(file.read_text().replace(old, new))
    followed = audited(root)
    assert followed.problems.empty
    assert _outcomes(followed) == _outcomes(good)


def _outcomes(audit: Audit) -> dict[str, str]:
    connections = audit.connections
    return dict(zip(connections["connection_id"], connections["outcome"].astype(str), strict=True))


def test_a_hint_for_a_row_leads_on(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    replaced(f"{DEVICE}/settings.toml", "client_certificate_security", "#")(root)
    csv = root / "settings.csv"
    csv.write_text(f"device,{SECURITY}\nleeds/mcu-l,Verify certificate\n")
    before = audited(root)
    (problem,) = before.problems.to_dict("records")
    hint = _HINT.search(problem["reason"])
    assert hint is not None
    csv.write_text(csv.read_text().replace("leeds/mcu-l", hint[1]))
    followed = audited(root)
    assert followed.problems.empty
    assert {one for name, one in _outcomes(before).items() if "web_user" in name} == {"open"}
    assert {one for name, one in _outcomes(followed).items() if "web_user" in name} == {"pass"}


def test_a_hint_for_another_device_leads_on(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers["mate"] = {"device": "leeds/mcu-22"}
    export.files["leeds/mcu-2/local-certificate.pem"] = export.files[f"{DEVICE}/local-certificate.pem"]
    root = export.write(tmp_path)
    before = audited(root)
    (problem,) = before.problems.to_dict("records")
    hint = _HINT.search(problem["reason"])
    assert hint is not None
    file = root / "peers.toml"
    file.write_text(file.read_text().replace("leeds/mcu-22", hint[1]))
    followed = audited(root)
    assert followed.problems.empty
    assert hint[1] in set(followed.peers["peer_device"])


@pytest.mark.parametrize(("key", "wrong"), [("route", "driect"), ("standard", "rfc5292")])
def test_a_hint_for_a_word_of_a_peer_leads_on(key: str, wrong: str, tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    replaced("peers.toml", '"endpoint"', f'"endpoint"\n{key} = "{wrong}"')(root)
    before = audited(root)
    (reason,) = before.problems["reason"]
    assert before.peers.set_index("peer").at["room", "damaged_keys"] == key
    (root / "peers.toml").write_text((root / "peers.toml").read_text().replace(wrong, hint_of(reason)))
    followed = audited(root)
    assert followed.problems.empty
    assert followed.peers.set_index("peer").at["room", key] == hint_of(reason)


# The change, and what the hint ends with.
ALIKE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a label": (replaced(f"{DEVICE}/settings.toml", "authentication allowed", "authentication all\u043ewed"),
                'allowed"? Found U+043E instead of U+006F.'),
    "a privilege": (replaced(f"{DEVICE}/settings.toml", '"administrator"', '"administr\\u0430tor"'),
                    '"administrator"? Found U+0430 instead of U+0061.'),
    "a key": (replaced(f"{DEVICE}/settings.toml", "verification_settings", '"verification_\\u0455ettings"'),
              '"ssl_certificates.verification_settings"? Found U+0455 instead of U+0073.'),
    "a table": (replaced(f"{DEVICE}/settings.toml", "[ssl_certificates]", '["\\u0455sl_certificates"]'),
                '"[ssl_certificates]"? Found U+0455 instead of U+0073.'),
    "a file": (replaced("peers.toml", "peers/room.pem", "peers/r\u043eom.pem"),
               '"peers/room.pem"? Found U+043E instead of U+006F.'),
    "a name of a file": (renamed(f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/sip\u2010trust-store.pem"),
                         '"sip-trust-store.pem"? Found U+2010 instead of U+002D.'),
}  # fmt: skip


@pytest.mark.parametrize("case", ALIKE)
def test_a_hint_that_looks_like_what_it_corrects_shows_the_code_points(case: str, tmp_path: Path) -> None:
    change, end = ALIKE[case]
    root = CleanExport().write(tmp_path)
    change(root)
    reasons = audited(root).problems["reason"]
    (reason,) = reasons[reasons.str.contains("Did you mean")]
    assert reason.endswith(end)


def test_a_hint_for_a_file_of_a_site_is_relative_as_the_file_names_it(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers["room"]["certificate"] = "peers/rom.pem"
    root = export.write(tmp_path)
    (root / "peers.toml").rename(root / "leeds/peers.toml")
    (root / "peers").rename(root / "leeds/peers")
    (problem,) = (row for row in audited(root).problems.to_dict("records") if _HINT.search(row["reason"]))
    file = root / problem["file"]
    file.write_text(file.read_text().replace("peers/rom.pem", hint_of(problem["reason"])))
    followed = audited(root)
    assert followed.problems.empty
    assert _outcomes(followed) == _outcomes(CleanExport().predicted(tmp_path / "clean"))


def test_a_hint_for_a_file_names_files_that_fit(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers["ocsp"]["ocsp_response"] = "peers/ocsp.oscp"
    export.peers["room"]["trust_store"] = "pulbic"
    reasons = export.predicted(tmp_path).problems["reason"]
    (reason,) = reasons[reasons.str.contains("ocsp.oscp")]
    # peers/ocsp.pem is a certificate, which the key cannot have.
    assert reason == 'no file "peers/ocsp.oscp" relative to this peers.toml; expected peers/ocsp.oscp.'
    (reason,) = reasons[reasons.str.contains("pulbic")]
    assert hint_of(reason) == "public"
    export.peers["ocsp"].pop("ocsp_response")
    export.peers["room"]["trust_store"] = hint_of(reason)
    followed = export.predicted(tmp_path)
    assert followed.problems.empty
    assert set(followed.peers.set_index("peer").loc[["room"], "trust_store_state"]) == {"present"}


def test_a_device_is_not_suggested_as_its_own_peer(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    (root / DEVICE / "peers.toml").write_text('[[peer]]\nname = "mate"\ndevice = "leeds/mcu-l"\n')
    reasons = audited(root).problems["reason"]
    assert reasons.tolist() == ['the export has no device "leeds/mcu-l".']


SITES: dict[str, tuple[str, str, Callable[[Audit], object]]] = {
    "a key": ('titel = "Leeds works"', "titel", lambda audit: audit.devices["site_title"].tolist() == ["Leeds works"]),
    "a time zone": ('time_zone = "Europe/Lodnon"', "Europe/Lodnon",
                    lambda audit: audit.fleet.site_time_zones == {"leeds": "Europe/London"}),
    "a key of the time zone": ('timezone = "Europe/London"', "timezone",
                               lambda audit: audit.fleet.site_time_zones == {"leeds": "Europe/London"}),
}  # fmt: skip


@pytest.mark.parametrize("case", SITES)
def test_a_hint_for_a_site_leads_on(case: str, tmp_path: Path) -> None:
    text, wrong, is_used = SITES[case]
    root = CleanExport().write(tmp_path)
    file = root / "leeds/site.toml"
    file.write_text(text)
    before = audited(root)
    assert not is_used(before)
    (reason,) = before.problems["reason"]
    file.write_text(text.replace(wrong, hint_of(reason)))
    followed = audited(root)
    assert followed.problems.empty
    assert is_used(followed)


def test_a_table_in_a_site_is_told_to_go(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    file = root / "leeds/site.toml"
    file.write_text('[site]\ntitle = "Leeds works"\n')
    (reason,) = audited(root).problems["reason"]
    line = re.search(r"remove the line (.*)$", reason)
    assert line is not None
    file.write_text(file.read_text().replace(f"{line[1]}\n", ""))
    followed = audited(root)
    assert followed.problems.empty
    assert followed.devices["site_title"].tolist() == ["Leeds works"]


@pytest.mark.parametrize("other", ["device.model", SECURITY])
def test_a_hint_for_a_header_leads_on(other: str, tmp_path: Path) -> None:
    """The column that is meant is named: a key such as device.model is like the word, and right as it is."""
    root = CleanExport().write(tmp_path)
    replaced(f"{DEVICE}/settings.toml", "client_certificate_security", "#")(root)
    replaced(f"{DEVICE}/settings.toml", "model", "#")(root)
    csv = root / "settings.csv"
    value = "MCU 4510" if other == "device.model" else "Verify certificate"
    csv.write_text(f"{other},devcie\n{value},mcu-1\n")
    before = audited(root)
    (problem,) = before.problems.to_dict("records")
    found = re.search(r'"([^"]+)": Did you mean', problem["reason"])
    assert found is not None
    csv.write_text(csv.read_text().replace(found[1], hint_of(problem["reason"])))
    followed = audited(root)
    assert followed.problems.empty
    settings = followed.settings.set_index("setting")
    assert (settings.at[other, "value"], settings.at[other, "file"]) == (value, "settings.csv")


def test_a_header_without_a_column_like_device_has_no_hint(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    (root / "settings.csv").write_text("name,device.model,device.serial\nmcu-1,MCU 4510,SM1\n")
    (reason,) = audited(root).problems["reason"]
    assert 'found the columns "name", "device.model", "device.serial". The keys are device.model' in reason
    assert "Did you mean" not in reason


def test_a_hint_for_a_column_leads_on(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    replaced(f"{DEVICE}/settings.toml", "client_certificate_security", "#")(root)
    csv = root / "settings.csv"
    csv.write_text("device,ssl_certificates.client_certificate_securty\nmcu-1,Verify certificate\n")
    (reason,) = audited(root).problems["reason"]
    csv.write_text(csv.read_text().replace("ssl_certificates.client_certificate_securty", hint_of(reason)))
    followed = audited(root)
    assert followed.problems.empty
    assert followed.settings.set_index("setting").at[SECURITY, "value"] == "Verify certificate"


def test_a_device_that_has_a_row_is_not_suggested_for_another_row(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    (root / "settings.csv").write_text(f"device,{SECURITY}\nmcu-1,Verify certificate\nleeds/mcu-l,Not required\n")
    reasons = audited(root).problems["reason"]
    (reason,) = reasons[reasons.str.contains("no such device")]
    assert "Did you mean" not in reason


def test_a_hint_for_a_response_leads_on(tmp_path: Path) -> None:
    member = (
        "<member><name>model</name><value><string>MCU 4510</string></value></member>"
        "<member><name>softwareVersion</name><value><string>4.4(3.57)</string></value></member>"
    )
    text = f"<methodResponse><params><param><value><struct>{member}</struct></value></param></params></methodResponse>"
    root = CleanExport().write(tmp_path)
    replaced(f"{DEVICE}/settings.toml", "model", "#")(root)
    wrong = root / DEVICE / "api/device.quary.xml"
    wrong.parent.mkdir()
    wrong.write_text(text)
    (reason,) = audited(root).problems["reason"]
    wrong.rename(wrong.with_name(hint_of(reason)))
    followed = audited(root)
    assert followed.problems.empty
    assert followed.devices["model"].tolist() == ["MCU 4510"]


def _services(name: str, enabled: str) -> str:
    facts = f"<member><name>name</name><value>{name}</value></member>"
    facts += f"<member><name>{enabled}</name><value><boolean>0</boolean></value></member>"
    services = f"<array><data><value><struct>{facts}</struct></value></data></array>"
    port = f"<struct><member><name>services</name><value>{services}</value></member></struct>"
    ports = f"<member><name>ports</name><value><array><data><value>{port}</value></data></array></value></member>"
    return f"<methodResponse><params><param><value><struct>{ports}</struct></value></param></params></methodResponse>"


@pytest.mark.parametrize("case", ["a member", "a service"])
def test_a_hint_in_a_response_leads_on(case: str, tmp_path: Path) -> None:
    wrong, text = {
        "a member": ("Enabled", _services("https", "Enabled")),
        "a service": ("HTTP-S", _services("HTTP-S", "enabled")),
    }[case]
    root = CleanExport().write(tmp_path)
    file = root / DEVICE / "api/services.query.xml"
    file.parent.mkdir()
    file.write_text(text)
    before = audited(root)
    assert "open" in _outcomes(before).values()
    (reason,) = before.problems["reason"]
    file.write_text(text.replace(wrong, hint_of(reason)))
    followed = audited(root)
    assert followed.problems.empty
    https = followed.settings.set_index("setting").loc["services.https"]
    assert (https["value"], https["source"]) == ("false", "read")


def test_a_hint_for_a_device_with_other_stores_leads_on(tmp_path: Path) -> None:
    export = CleanExport()
    for number in (2, 3):
        for name in ("local-certificate", "sip-trust-store", "https-trust-store"):
            export.files[f"leeds/mcu-{number}/{name}.pem"] = export.files[f"{DEVICE}/{name}.pem"]
    export.files["leeds/mcu-3/sip-trust-store.pem"] = chain(ROOT)
    root = export.write(tmp_path)
    policy = root / "mcuaudit.toml"
    policy.write_text('[known.different_stores]\n"leeds/mcu3" = "a test device"\n')
    before = mcuaudit.audit(mcuaudit.read_export(root), at=NOW)
    (reason,) = before.problems["reason"]
    policy.write_text(policy.read_text().replace("leeds/mcu3", hint_of(reason)))
    followed = mcuaudit.audit(mcuaudit.read_export(root), at=NOW)
    assert followed.problems.empty
    assert "leeds/mcu-3" in _with_different_stores(before)
    assert "leeds/mcu-3" not in _with_different_stores(followed)


def _with_different_stores(audit: Audit) -> set[str]:
    return set(audit.findings.loc[audit.findings["rule"] == "stores_differ_within_site", "device_id"])


def test_a_file_of_the_right_name_beside_is_not_overwritten_by_a_hint(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    good = _outcomes(audited(root))
    wrong = root / DEVICE / "sip_trust_store.pem"
    wrong.write_bytes(chain(ROOT))
    (reason,) = audited(root).problems["reason"]
    assert "Did you mean" not in reason
    assert '"sip-trust-store.pem", which may be of the same use, is there too; remove one of them' in reason
    assert "open" in _outcomes(audited(root)).values()
    wrong.unlink()
    followed = audited(root)
    assert followed.problems.empty
    assert _outcomes(followed) == good


def test_a_name_that_is_also_in_the_wrong_place_says_both(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    wrong = root / DEVICE / "site.tml"
    wrong.write_text('title = "Leeds works"')
    (reason,) = audited(root).problems["reason"]
    assert reason.endswith('Did you mean "site.toml"? Then site.toml belongs in the directory of a site')
    wrong.rename(root / "leeds" / hint_of(reason))
    followed = audited(root)
    assert followed.problems.empty
    assert followed.devices["site_title"].tolist() == ["Leeds works"]
