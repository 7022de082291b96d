"""A made fleet has as many devices with each fault as it says, and the audit finds each fault."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit
from mcuaudit.errors import UsageError
from mcuaudit.samples.faults import FAULTS, MADE_FOR
from mcuaudit.samples.made_fleet import MOST_DEVICES, make_fleet

DEVICES = 300
# The rule that reports each fault, and on no other device.
FOUND_BY = {
    "the certificate has expired": "MCU103",
    "the certificate is not valid yet": "MCU104",
    "the certificate expires soon": "MCU105",
    "the SIP trust store is empty": "MCU301",
    "the HTTPS trust store has a public CA": "MCU311",
    "nothing is verified": "MCU401",
    "incoming calls are not verified": "MCU402",
    "HTTP is on and not redirected": "MCU415",
    "calls are direct, and the certificate lacks the address": "MCU201",
    "FTP is on": "MCU416",
    "the certificate is the one that the device came with": "MCU108",
}
# Faults that one rule reports together.
TOGETHER = {
    "MCU101": ("the certificate is not in the export", "the file of the certificate is cut"),
    "MCU106": ("the key is weak", "the certificate is the one that the device came with"),
    "MCU109": ("the certificate is for servers only", "the certificate is for clients only"),
    "MCU905": ("the file of the certificate is cut", "a value of a setting is misspelt"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, int], Audit]:
    place = tmp_path_factory.mktemp("made") / "fleet"
    counts = make_fleet(place, DEVICES, 5)
    return place, counts, mcuaudit.audit(mcuaudit.read_export(place), at=MADE_FOR)


def devices_with(audit: Audit, code: str) -> int:
    found = audit.findings
    return int(found.loc[(found["code"] == code) & (found["outcome"] == "fail"), "device_id"].nunique())


def test_each_fault_is_found_on_the_devices_that_have_it(made: tuple[Path, Mapping[str, int], Audit]) -> None:
    _, counts, audit = made
    assert set(counts) == {*FAULTS, "none"}
    assert sum(counts.values()) == len(audit.devices) == DEVICES
    assert audit.sites == [f"site-{number:03}" for number in range(1, 6)]
    assert {fault: devices_with(audit, code) for fault, code in FOUND_BY.items()} == {
        fault: counts[fault] for fault in FOUND_BY
    }
    assert {code: devices_with(audit, code) for code in TOGETHER} == {
        code: sum(counts[fault] for fault in faults) for code, faults in TOGETHER.items()
    }


def test_a_device_without_a_fault_has_no_finding(made: tuple[Path, Mapping[str, int], Audit]) -> None:
    _, counts, audit = made
    grave = audit.findings[audit.findings["severity"] != "note"]
    assert DEVICES - grave["device_id"].nunique() == counts["none"]
    refused = audit.connections.groupby("device_id")["outcome"].agg(lambda found: bool((found == "fail").any()))
    assert refused.sum() > DEVICES / 10


def test_no_private_key_is_written(made: tuple[Path, Mapping[str, int], Audit]) -> None:
    place, _, audit = made
    assert not [file for file in place.rglob("*") if file.is_file() and b"PRIVATE" in file.read_bytes()]
    assert "MCU906" not in set(audit.findings["code"])


def test_the_same_number_makes_the_same_devices(tmp_path: Path) -> None:
    counts = [make_fleet(tmp_path / name, 40, 3, seed) for name, seed in (("a", 7), ("b", 7), ("c", 8))]
    settings = [
        {str(file.relative_to(tmp_path / name)): file.read_text() for file in (tmp_path / name).rglob("*.toml")}
        for name in "abc"
    ]
    assert counts[0] == counts[1]
    assert settings[0] == settings[1]
    assert settings[0].keys() == settings[2].keys()
    assert settings[0] != settings[2]


@pytest.mark.parametrize(
    ("devices", "sites", "said"),
    [
        (0, 1, "1 to 65,000 devices, not 0"),
        (MOST_DEVICES + 1, 1, "1 to 65,000 devices, not 65,001"),
        (3, 4, "3 devices can be on 1 to 3 sites, not 4"),
        (3, 0, "3 devices can be on 1 to 3 sites, not 0"),
    ],
)
def test_a_number_that_is_not_allowed_is_refused(devices: int, sites: int, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        make_fleet(tmp_path / "fleet", devices, sites)
    assert not (tmp_path / "fleet").exists()


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UsageError, match="choose a new directory"):
        make_fleet(tmp_path, 3)
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]
