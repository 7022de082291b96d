"""Which device a row of settings.csv is about: by name and site, in upper or lower case where that is clear."""

from __future__ import annotations

from pathlib import Path

import pytest

import mcuaudit


def serials(tmp_path: Path, table: str, name: str = "settings.csv") -> tuple[dict[str, str], list[str]]:
    """The serial numbers by device, and what is said of the table."""
    for device in ("leeds/mcu-1", "oslo/MCU-2", "oslo/mcu-3", "Oslo/mcu-3", "rome/mcu-4", "oslo/mcu-4"):
        (tmp_path / device).mkdir(parents=True)
        (tmp_path / device / "settings.toml").write_text("# none\n")
    (tmp_path / name).write_text(table)
    fleet = mcuaudit.read_export(tmp_path)
    rows = fleet.settings[(fleet.settings["setting"] == "device.serial") & fleet.settings["value"].notna()]
    problems = fleet.problems[fleet.problems["file"] == name]
    return dict(zip(rows["device_id"], rows["value"], strict=True)), problems["reason"].tolist()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("device;device.serial\nMCU-1;x\n", {"leeds/mcu-1": "x"}),
        ("device;device.serial\nmcu-2;x\n", {"oslo/MCU-2": "x"}),
        ("device;device.serial\nLEEDS/Mcu-1;x\n", {"leeds/mcu-1": "x"}),
        ("site;device;device.serial\nLeeds;mcu-1;x\nrome;mcu-4;y\n", {"leeds/mcu-1": "x", "rome/mcu-4": "y"}),
        ("device;device.serial\noslo/mcu-3;x\n", {"oslo/mcu-3": "x"}),
        ("site;device;device.serial\nOslo;mcu-3;x\n", {"Oslo/mcu-3": "x"}),
    ],
)
def test_a_row_is_of_the_device_that_it_names(rows: str, expected: dict[str, str], tmp_path: Path) -> None:
    assert serials(tmp_path, rows) == (expected, [])


@pytest.mark.parametrize("name", ["mcu-4", "MCU-4", "OSLO/mcu-3", "MCU-3", "oslo/mcu-1", "mcu-9"])
def test_a_row_that_names_no_device_or_several_is_a_problem(name: str, tmp_path: Path) -> None:
    found, problems = serials(tmp_path, f"device;device.serial\n{name};x\n")
    assert found == {}
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("row", "expected"),
    [(";MCU-4", {"rome/mcu-4": "x"}), ("rome;mcu-4", {"rome/mcu-4": "x"}), ("ROME;mcu-4", {"rome/mcu-4": "x"})],
)
def test_the_table_of_a_site_may_name_it(row: str, expected: dict[str, str], tmp_path: Path) -> None:
    assert serials(tmp_path, f"site;device;device.serial\n{row};x\n", "rome/settings.csv") == (expected, [])


def test_the_table_of_a_site_is_not_about_another_one(tmp_path: Path) -> None:
    found, problems = serials(tmp_path, "site;device;device.serial\noslo;mcu-4;x\n", "rome/settings.csv")
    assert (found, len(problems)) == ({}, 1)


@pytest.mark.parametrize("name", ["mcu-east", "leeds-mcu-ost", "ost", "mcu-ostt1"])
def test_the_device_that_is_suggested_is_damaged(name: str, tmp_path: Path) -> None:
    for device in ("mcu-ost", "bridge"):
        (tmp_path / "leeds" / device).mkdir(parents=True)
        (tmp_path / "leeds" / device / "settings.toml").write_text("# none\n")
    (tmp_path / "settings.toml").write_text('[device]\nserial = "SM1"\n')
    (tmp_path / "leeds/settings.csv").write_text(f"device,device.serial\n{name},SM2\n")
    fleet = mcuaudit.read_export(tmp_path)
    serial = fleet.settings[fleet.settings["setting"] == "device.serial"].set_index("device")
    assert serial["source"].to_dict() == {"bridge": "inherited", "mcu-ost": "damaged"}
    assert 'Did you mean "mcu-ost"?' in fleet.problems["reason"].item()
