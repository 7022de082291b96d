"""Names that a person types are compared composed (NFC): an export from one system is named on another."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit, Policy, UsageError
from mcuaudit.errors import did_you_mean, nearest
from mcuaudit.report.render import _chosen
from tests.authority import NOW
from tests.clean_export import ROOT, CleanExport, certificate, chain
from tests.command.conftest import Run

SITE, NAME, PEER = "köln", "münze", "büro"
NFC, NFD = "NFC", "NFD"
FORMS = [(NFC, NFD), (NFD, NFC), (NFD, NFD)]


def composed(text: str, form: str) -> str:
    changed = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    assert form == NFC or changed != text
    return changed


def export(directory: Path, form: str, *, devices: int = 1) -> Path:
    """A fleet whose site, devices, peer and user have names in that form."""
    clean = CleanExport()
    clean.peers = {composed(PEER, form) if name == "room" else name: facts for name, facts in clean.peers.items()}
    root = clean.write(directory)
    (root / "leeds").rename(root / composed(SITE, form))
    for number in range(devices):
        place = root / composed(f"{SITE}/{NAME}-{number}", form)
        place.mkdir()
        for file in (root / composed(SITE, form) / "mcu-1").iterdir():
            (place / file.name).write_bytes(file.read_bytes())
    return root


def audited(directory: Path, policy: Policy | None = None) -> Audit:
    return mcuaudit.audit(mcuaudit.read_export(directory, policy=policy), at=NOW)


@pytest.fixture(scope="module", params=FORMS, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Audit, str]:
    """An audit of names in one form, and the form in which they are typed."""
    stored, typed = request.param
    return audited(export(tmp_path_factory.mktemp("forms"), stored)), typed


def test_a_site_is_found(both: tuple[Audit, str]) -> None:
    audit, typed = both
    selected = audit.select(composed(SITE, typed))
    assert selected.sites == [SITE]
    assert len(selected.devices) == len(audit.devices) > 1
    assert _chosen(audit, [composed(SITE, NFC), composed(SITE, typed)]) == [SITE]
    assert mcuaudit.site_report(audit, composed(SITE, typed)).audit.sites == [SITE]


def test_a_device_and_a_peer_are_found(both: tuple[Audit, str]) -> None:
    audit, typed = both
    steps = audit.why(composed(f"{SITE}/{NAME}-0", typed), "outgoing_sip", composed(PEER, typed))
    assert set(steps["peer"]) == {PEER}


def test_a_host_name_is_matched() -> None:
    name = "bücher.example"
    certificate_of = certificate("books", key=5, san=["DNS:xn--bcher-kva.example"]).der
    results = [mcuaudit.match(certificate_of, composed(name, form), "rfc9525").outcome for form in (NFC, NFD)]
    assert [str(result) for result in results] == ["pass", "pass"]


@pytest.mark.parametrize(("stored", "typed"), FORMS)
def test_a_device_of_the_policy_is_found(stored: str, typed: str, tmp_path: Path) -> None:
    root = export(tmp_path, stored, devices=2)
    other = f"{SITE}/{NAME}-1"
    (root / composed(other, stored) / "sip-trust-store.pem").write_bytes(chain(ROOT))
    assert other in _different(audited(root))
    (root / "mcuaudit.toml").write_text(f'[known.different_stores]\n"{composed(other, typed)}" = "a test device"\n')
    found = audited(root)
    assert found.problems.empty
    assert other not in _different(found)


def _different(audit: Audit) -> set[str]:
    return set(audit.findings.loc[audit.findings["rule"] == "stores_differ_within_site", "device_id"])


def test_a_device_of_the_policy_in_two_forms_is_refused() -> None:
    reasons = {composed(f"{SITE}/{NAME}", form): "a test device" for form in (NFC, NFD)}
    with pytest.raises(ValueError, match="the same device appears twice, in two Unicode forms; keep one"):
        Policy.model_validate({"known": {"different_stores": reasons}})


@pytest.mark.parametrize(("stored", "typed"), FORMS)
def test_a_waiver_covers(stored: str, typed: str, tmp_path: Path) -> None:
    root = export(tmp_path, stored, devices=2)
    other = f"{SITE}/{NAME}-1"
    (root / composed(other, stored) / "sip-trust-store.pem").write_bytes(chain(ROOT))
    code = audited(root).findings.query("rule == 'stores_differ_within_site'")["code"].iat[0]
    waiver = {"rule": code, "device": composed(other, typed), "reason": "x", "owner": "y", "expires": "2099-01-01"}
    found = audited(root, Policy.model_validate({"waiver": [waiver]}))
    assert found.problems.empty
    assert set(found.findings.loc[found.findings["code"] == code, "status"].astype(str)) == {"waived"}


@pytest.mark.parametrize(("stored", "typed"), FORMS)
def test_an_ignored_file_is_ignored(stored: str, typed: str, tmp_path: Path) -> None:
    root = export(tmp_path, stored)
    (root / composed("größe.txt", stored)).write_text("x")
    assert len(audited(root).problems) == 1
    policy = Policy.model_validate({"export": {"ignore": [composed("grö*.txt", typed)]}})
    assert audited(root, policy).problems.empty


@pytest.mark.parametrize(("stored", "typed"), FORMS)
def test_a_user_of_a_peer_is_found(stored: str, typed: str, tmp_path: Path) -> None:
    outcomes = {}
    for name in (composed("josé", typed), "somebody"):
        clean = CleanExport()
        clean.settings["ssl_certificates"]["client_certificate_security"] = "Verify certificate"
        clean.settings["users"] = [{"name": composed("josé", stored), "privilege": "administrator"}]
        clean.peers = {"alice": {**clean.peers["alice"], "user": name}}
        audit = clean.audit(tmp_path / str(len(outcomes)))
        (login,) = audit.connections.loc[audit.connections["connection_type"] == "web_user", "login"].astype(str)
        (administration,) = audit.administration["outcome"].astype(str)
        outcomes[name] = login, administration
    assert list(outcomes.values()) == [("pass", "pass"), ("fail", "fail")]


@pytest.mark.parametrize(("stored", "typed"), FORMS)
def test_a_nearer_peer_overrides_a_farther_one(stored: str, typed: str, tmp_path: Path) -> None:
    root = export(tmp_path, stored)
    near = root / composed(f"{SITE}/{NAME}-0", stored) / "peers.toml"
    near.write_text(f'[[peer]]\nname = "{composed(PEER, typed)}"\nidentifiers = ["10.9.9.9"]\n')
    peers = audited(root).peers.query(f"device_id == '{SITE}/{NAME}-0'").set_index("peer")
    assert sorted(peers.index) == sorted([PEER, "alice", "tms", "ocsp"])
    assert peers.at[PEER, "identifiers"] == "10.9.9.9"


@pytest.mark.parametrize(("stored", "typed"), FORMS)
def test_a_row_and_a_device_of_a_peer_are_found(stored: str, typed: str, tmp_path: Path) -> None:
    root = export(tmp_path, stored)
    name = composed(f"{SITE}/{NAME}-0", typed)
    (root / "settings.csv").write_text(f"device,sip.outbound_domain\n{name},example.com\n", encoding="utf-8")
    place = root / composed(f"{SITE}/{NAME}-0", stored) / "settings.toml"
    place.write_text(place.read_text().replace("outbound_domain", "#"))
    (root / composed(SITE, stored) / "mcu-1/peers.toml").write_text(f'[[peer]]\nname = "mate"\ndevice = "{name}"\n')
    audit = audited(root)
    assert audit.problems.empty
    settings = audit.settings[audit.settings["device_id"] == f"{SITE}/{NAME}-0"].set_index("setting")
    assert settings.at["sip.outbound_domain", "value"] == "example.com"
    assert f"{SITE}/{NAME}-0" in set(audit.peers["peer_device"])


@pytest.mark.parametrize(("stored", "typed"), [(NFC, NFD), (NFD, NFC)])
def test_a_directory_in_another_form_is_suggested_with_its_code_points(stored: str, typed: str, tmp_path: Path) -> None:
    """The file system decides which directory a path is, so the other form is suggested and not taken."""
    right = tmp_path / composed("é", stored)
    export(right, NFC)
    with pytest.raises(UsageError) as refused:
        mcuaudit.read_export(tmp_path / composed("é", typed))
    points = {NFC: "U+00E9", NFD: "U+0065 U+0301"}
    assert f'Did you mean "{right.name}"?' in str(refused.value)
    assert all(point in str(refused.value) for point in ("U+0301", "instead of"))
    assert points[stored][-4:] in str(refused.value)
    assert mcuaudit.read_export(right).sites == [SITE]


def test_a_word_in_another_form_is_the_nearest() -> None:
    assert nearest("e\u0301", ["\u00e9", "ee"]) == "\u00e9"
    assert did_you_mean("e\u0301", ["\u00e9"]) == ' Did you mean "\u00e9"? Found U+0065 U+0301 instead of U+00E9.'


def test_the_command_takes_a_site_in_either_form(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--site` as a terminal of another system sends it; the pages themselves are made in other tests."""
    asked: list[list[str]] = []

    def rendered(audit: Audit, out: Path, *, sites: list[str], **_options: object) -> None:
        asked.append(_chosen(audit, sites))
        raise UsageError("no pages here")

    root = export(tmp_path / "export", NFC)
    monkeypatch.setattr("mcuaudit.report.render.render_reports", rendered)
    run("report", root, "--out", tmp_path / "out", "--site", composed(SITE, NFD))
    assert asked == [[SITE]]
