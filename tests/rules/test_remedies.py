"""What would fix a finding is data: each rule says it, or is listed here as one whose advice is a choice."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd
import pytest

from mcuaudit.domain.remedy import RemedyKind, parse_remedy
from mcuaudit.rules import own_rules
from mcuaudit.summary.causes import group_by_cause
from mcuaudit.wording.remedies import remedy_sentence
from tests.authority import LONG_AGO
from tests.clean_export import DEVICE, CleanExport, certificate, chain
from tests.rules.breakages import FAILS, OPENS
from tests.rules.breakages.base import LOCAL, Break, all_of, audit_of, file, peer, setting
from tests.rules.judged import outcomes, speaking

BROKEN: Final = OPENS | FAILS
CHOICES: Final = {
    "MCU116": "the right names are for people to know",
    "MCU122": "a longer key, or a shorter validity",
    "MCU206": "the right names are for people to know",
    "MCU207": "the right names are for people to know",
    "MCU208": "the right names are for people to know",
    "MCU209": "the right names are for people to know",
    "MCU211": "the user or the certificate is wrong",
    "MCU212": "the right names are for people to know",
    "MCU307": "the peers move to another CA first",
    "MCU308": "which of two twins may go depends on what each is used for",
    "MCU309": "the renewed CA certificate is not in the export",
    "MCU310": "callers get other certificates first",
    "MCU311": "other certificates, or a less strict setting",
    "MCU312": "which of two stores is right is not known",
    "MCU314": "to wait, or to correct a clock",
    "MCU315": "the CA makes its certificate anew",
    "MCU316": "the CA makes its certificate anew",
    "MCU317": "the CA makes its certificate anew",
    "MCU318": "another CA, and the peers move to it",
    "MCU404": "the receiver must serve https first",
    "MCU406": "an upgrade, or the export is wrong",
    "MCU412": "the service, or the peers are wrong",
    "MCU413": "one of two feature keys, or the export is wrong",
    "MCU415": "a redirect, or to switch off HTTP",
    "MCU417": "a second certificate, or a less strict setting",
    "MCU418": "the device or the export is wrong",
    "MCU419": "a URL, or to switch off OCSP",
    "MCU421": "to rename users, or to remove them",
    "MCU422": "people are asked, nothing is changed",
    "MCU423": "the clock, or the export is wrong",
    "MCU424": "to test a login, or to go back a step",
    "MCU427": "a feature key, a port, or to switch the service off",
    "MCU904": "to rename the file, to remove it, or to ignore it",
}


def test_every_rule_says_what_would_fix_it_or_is_a_choice() -> None:
    without = {code for code, rule in own_rules().items() if rule.remedy is None}
    lacking, surplus = sorted(without - set(CHOICES)), sorted(set(CHOICES) - without)
    assert lacking == [], f"declare `remedy`, or add to CHOICES in this file with the reason: {lacking}"
    assert surplus == [], f"remove from CHOICES in this file, because these declare `remedy` or do not exist: {surplus}"


@pytest.mark.parametrize("code", sorted(set(own_rules()) - set(CHOICES)))
def test_a_remedy_can_be_read_back_and_said(code: str, tmp_path: Path) -> None:
    found = speaking(code, tmp_path, BROKEN[code])
    remedies = [parse_remedy(remedy_id) for remedy_id in found["remedy_id"].dropna()]
    assert remedies
    for remedy in remedies:
        assert remedy_sentence(remedy).endswith(".")
        assert "{" not in remedy.remedy_id
        assert "nan" not in remedy.subject


SETTINGS: Final = ("MCU401", "MCU402", "MCU403", "MCU416")


@pytest.mark.parametrize("code", SETTINGS)
def test_a_setting_that_is_changed_as_advised_passes(code: str, tmp_path: Path) -> None:
    found = speaking(code, tmp_path / "before", BROKEN[code])
    remedy = parse_remedy(found["remedy_id"].iloc[0])
    assert remedy.kind in (RemedyKind.CHANGE_SETTING, RemedyKind.SWITCH_OFF)
    key, value = (*remedy.subject, "false")[:2]
    table, _, name = key.rpartition(".")
    changed = setting(table, **{name: {"true": True, "false": False}.get(value, value)})
    assert outcomes(code, tmp_path / "after", BROKEN[code], changed) == {"pass"}


def two_rooms(directory: Path) -> CleanExport:
    """Two sites, each with a device and its own peer called room, whose certificate has expired."""
    export = CleanExport()
    old = chain(certificate("room", key=5, not_before=LONG_AGO, not_after=LONG_AGO.replace(year=LONG_AGO.year + 1)))
    del export.peers["room"]
    for name, content in list(export.files.items()):
        if name.startswith("leeds/mcu-1/"):
            export.files[name.replace("leeds/mcu-1", "york/mcu-2")] = content
    for site in ("leeds", "york"):
        export.files[f"{site}/peers.toml"] = (
            b'[[peer]]\nname = "room"\nconnections = ["incoming_sip"]\ncertificate = "peers/room.pem"\n'
        )
        export.files[f"{site}/peers/room.pem"] = old
    export.write(directory)
    text = (directory / "leeds/mcu-1/settings.toml").read_text(encoding="utf-8")
    (directory / "york/mcu-2/settings.toml").write_text(text.replace("SM1", "SM2"), encoding="utf-8")
    return export


def test_peers_of_one_name_at_two_sites_are_two_causes(tmp_path: Path) -> None:
    audit = two_rooms(tmp_path).audit(tmp_path)
    rooms = audit.connections[audit.connections["peer"].eq("room") & audit.connections["outcome"].eq("fail")]
    assert len(rooms) == 2
    assert rooms["cause_id"].nunique() == 2
    assert rooms["remedy_id"].nunique() == 2
    groups = [group for group in group_by_cause(audit) if group.lead["peer"] == "room"]
    devices = sorted(group.findings["device_id"].unique().tolist() for group in groups)
    assert devices == [["leeds/mcu-1"], ["york/mcu-2"]]


def test_a_cause_of_many_devices_keeps_the_words_of_the_rule(tmp_path: Path) -> None:
    ftp: Break = FAILS["MCU416"]
    group = next(group for group in group_by_cause(audit_of(ftp, tmp_path)) if group.lead["code"] == "MCU416")
    assert group.fix == "Switch off FTP under Network > Services."


DAMAGES: Final[dict[str, Break]] = {
    "a misnamed local certificate": all_of(
        file(f"{DEVICE}/local_certificate.pem", chain(certificate("mcu-1"))), file(LOCAL, None)
    ),
    "two local certificates": file(f"{DEVICE}/local-certificate.crt", chain(certificate("mcu-1"))),
    "a store that is garbage": file(f"{DEVICE}/https-trust-store.pem", b"garbage"),
    "a local certificate that is none": file(LOCAL, b"no"),
    "a peer's store in another place": all_of(
        file("leeds/room/trust-store.pem", b"rubbish"), peer("room", trust_store="leeds/room/trust-store.pem")
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_one_damaged_file_has_one_remedy_wherever_it_is_named(damage: str, tmp_path: Path) -> None:
    audit = audit_of(DAMAGES[damage], tmp_path)
    rows = pd.concat([audit.connections[["cause_id", "remedy_id"]], audit.findings[["cause_id", "remedy_id"]]]).dropna()
    damaged = rows[rows["cause_id"].str.startswith("damaged_evidence ")]
    assert not damaged.empty
    remedies = damaged.groupby("cause_id")["remedy_id"].agg(lambda found: sorted(set(found)))
    assert remedies.map(len).eq(1).all(), remedies.to_dict()
    assert not any("room/sip-trust-store" in remedy for found in remedies for remedy in found)
