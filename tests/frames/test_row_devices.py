"""A row of settings.csv that names its device in another form damages its settings of each device that it may mean."""

from __future__ import annotations

from pathlib import Path

import pytest

import mcuaudit
from tests.clean_export import local_certificate

MODEL = "device.model"
SETTINGS = {
    "leeds/mcu-1": (
        '[device]\nserial = "SM1"\naddresses = ["10.1.2.3", "2001:db8::1"]\nhost_names = ["bridge.example.com"]\n'
    ),
    "leeds/mcu-2": '[device]\nserial = "SM2"\naddresses = ["10.1.2.4"]\n',
    "oslo/mcu-7": "# none\n",
    "oslo/big bridge": "# none\n",
}
LEEDS = {"leeds/mcu-1", "leeds/mcu-2"}
OSLO = {"oslo/mcu-7", "oslo/big bridge"}


def models(tmp_path: Path, table: str, name: str = "settings.csv") -> tuple[dict[str, str], list[str]]:
    """The model or "damaged" by device, and what is said of the table; the fleet's model is "far"."""
    for device, text in SETTINGS.items():
        (tmp_path / device).mkdir(parents=True)
        (tmp_path / device / "settings.toml").write_text(text)
    (tmp_path / "settings.toml").write_text('[device]\nmodel = "far"\n')
    (tmp_path / "oslo/mcu-7/local-certificate.pem").write_bytes(local_certificate(san=["DNS:mcu-1.example.com"]).pem)
    (tmp_path / name).write_text(table, encoding="utf-8")
    fleet = mcuaudit.read_export(tmp_path)
    rows = fleet.settings[fleet.settings["setting"] == MODEL].set_index("device_id")
    found = rows["value"].astype(object).where(rows["source"] != "damaged", "damaged")
    problems = fleet.problems[fleet.problems["file"] == name]
    return {str(device): model for device, model in found.items() if model != "far"}, problems["reason"].tolist()


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("10.1.2.3", {"leeds/mcu-1"}),
        ("10.1.2.3:443", {"leeds/mcu-1"}),
        ("https://10.1.2.4/", {"leeds/mcu-2"}),
        ("[2001:DB8::1]", {"leeds/mcu-1"}),
        ("2001:0db8:0::1", {"leeds/mcu-1"}),
        ("bridge.example.com", {"leeds/mcu-1"}),
        ("https://BRIDGE.example.com:8443/login", {"leeds/mcu-1"}),
        ("mcu-1.example.com", {"oslo/mcu-7", "leeds/mcu-1"}),
        ("mcu-2.other.example", {"leeds/mcu-2"}),
        ("sm2", {"leeds/mcu-2"}),
        ("mcu-2 (SM2)", {"leeds/mcu-2"}),
        ("\uff2d\uff23\uff35\uff0d\uff11", {"leeds/mcu-1"}),
        ("mcu\u20131", {"leeds/mcu-1"}),
        ("mcu\u20101\u200b", {"leeds/mcu-1"}),
        ("MCU 1", {"leeds/mcu-1"}),
        ("mcu_1", {"leeds/mcu-1"}),
        ("Big-Bridge", {"oslo/big bridge"}),
        ("/leeds/mcu-1/", {"leeds/mcu-1"}),
        ("leeds\\mcu-1", {"leeds/mcu-1"}),
        ("./leeds/mcu-1", {"leeds/mcu-1"}),
        ("leeds - mcu-1", {"leeds/mcu-1"}),
        ("leeds_mcu-2", {"leeds/mcu-2"}),
        ("mcu-1 (leeds)", {"leeds/mcu-1"}),
        ("mcu-1 (old)", {"leeds/mcu-1"}),
        ("Leeds: MCU-1 & MCU-2", LEEDS),
        ("mcu-1, mcu-2", LEEDS),
        ("mcu-1 / mcu-7", {"leeds/mcu-1", "oslo/mcu-7"}),
        ("mcu-1\nmcu-2", LEEDS),
        ("mcu-1 to mcu-4", LEEDS),
        ("mcu-1-4", LEEDS),
        ("mcu-1..8", {*LEEDS, "oslo/mcu-7"}),
        ("mcu-[12]", LEEDS),
        ("mcu-?", {*LEEDS, "oslo/mcu-7"}),
        ("leeds/*", LEEDS),
        ("Leeds\\*", LEEDS),
        ("leeds", LEEDS),
        ("all of leeds", LEEDS),
        ("*", {*LEEDS, *OSLO}),
        ("All", {*LEEDS, *OSLO}),
        ("alle Ger\u00e4te", {*LEEDS, *OSLO}),
        ("\u3059\u3079\u3066", {*LEEDS, *OSLO}),
        ("default", {*LEEDS, *OSLO}),
        ("Leeds (all)", LEEDS),
        ("see all", set()),
        ("2", {"leeds/mcu-2"}),
        ("leeds%2Fmcu-1", {"leeds/mcu-1"}),
        ("9" * 5000, set()),
        ("york", set()),
    ],
)
def test_a_row_is_damage_of_each_device_that_it_may_mean(cell: str, meant: set[str], tmp_path: Path) -> None:
    found, problems = models(tmp_path, f'device|{MODEL}\n"{cell}"|near\n')
    assert found == dict.fromkeys(meant, "damaged")
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("MCU-1", {"leeds/mcu-2": "two"}),
        ("leeds/mcu-1", {"leeds/mcu-2": "two"}),
        ("SM1", {"leeds/mcu-2": "two"}),
        ("mcu-1, mcu-2", {}),
        ("*", {}),
        ("default", {"leeds/mcu-1": "one", "leeds/mcu-2": "two"}),
        ("mcu-1 (old)", {"leeds/mcu-1": "one", "leeds/mcu-2": "two"}),
        ("mcu-1;mcu-7", {"leeds/mcu-2": "two"}),
        ("mcu-1 & mcu-7", {"leeds/mcu-2": "two"}),
        ("mcu-1/7", {"leeds/mcu-2": "two"}),
        ("mcu-1 to mcu-3", {}),
        ("mcu-{2,7}", {"leeds/mcu-1": "one"}),
        ("mcu-1 (main)", {"leeds/mcu-2": "two"}),
        ("mcu-1@leeds", {"leeds/mcu-2": "two"}),
        ("leeds/", {}),
        ("mcu-11", {"leeds/mcu-1": "one", "leeds/mcu-2": "two"}),
        ("york/mcu-1", {"leeds/mcu-1": "one", "leeds/mcu-2": "two"}),
    ],
)
def test_a_row_of_its_own_is_damaged_by_another_that_surely_means_the_device(
    cell: str, kept: dict[str, str], tmp_path: Path
) -> None:
    table = f'device|{MODEL}\nmcu-1|one\nmcu-2|two\n"{cell}"|near\n'
    found, problems = models(tmp_path, table)
    assert {device: model for device, model in found.items() if device in LEEDS and model != "damaged"} == kept
    assert set(found) >= LEEDS
    assert len(problems) == 1


@pytest.mark.parametrize("cell", ["MCU-1", "leeds/mcu-1", "SM1", "*"])
def test_another_row_of_a_device_with_the_same_value_leaves_it(cell: str, tmp_path: Path) -> None:
    found, _ = models(tmp_path, f"device|{MODEL}\nmcu-1|one\n{cell}|one\n")
    assert found["leeds/mcu-1"] == "one"


def test_a_row_for_the_others_is_damage_of_what_a_row_leaves_out(tmp_path: Path) -> None:
    found, _ = models(tmp_path, f"device|{MODEL}|device.serial\nmcu-1||x\nothers|near|\n")
    assert found == dict.fromkeys(SETTINGS, "damaged")


def test_a_serial_number_of_the_table_itself_names_its_row(tmp_path: Path) -> None:
    found, _ = models(tmp_path, f"device|device.serial|{MODEL}\nmcu-7|SM77|one\nSM77||near\n")
    assert found == {"oslo/mcu-7": "damaged"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("mcu-1|one\nMCU-1|near", 'a second row for the device "mcu-1"; cells that differ'),
        ("mcu-1|one\nleeds/mcu-1|near", 'a second row for the device "mcu-1"; cells that differ'),
        ("mcu-1|one\nSM1|near", "It may mean leeds/mcu-1, which has a row too; write one row for the device"),
        ("10.1.2.3|near", 'Did you mean "leeds/mcu-1"?'),
        ("mcu-1, mcu-2|near", "It may mean 2 devices (leeds/mcu-1, leeds/mcu-2); write a row for each, with its name"),
        ("*|near", "write a row for each, with its name"),
    ],
)
def test_the_problem_says_what_to_do(rows: str, words: str, tmp_path: Path) -> None:
    _, (problem,) = models(tmp_path, f"device|{MODEL}\n{rows}\n")
    assert words in problem


def test_rows_that_a_quotation_mark_joins_are_damage_of_all_their_devices(tmp_path: Path) -> None:
    found, problems = models(tmp_path, f'device,device.serial,{MODEL}\nmcu-1,"x,one\nSM2,y,two\nspare,z",three\n')
    assert found == dict.fromkeys(LEEDS, "damaged")
    assert len(problems) == 1


def test_a_table_of_a_site_is_about_its_devices(tmp_path: Path) -> None:
    found, _ = models(tmp_path, f"device,{MODEL}\n*,near\n", "oslo/settings.csv")
    assert found == dict.fromkeys(OSLO, "damaged")


@pytest.mark.parametrize("cell", ["rack 4\nmcu-2", "rack 4\nLEEDS/MCU-2", "\nmcu-2", "a\nb\nmcu-2"])
def test_a_remark_that_goes_on_with_another_device_joins_two_rows(cell: str, tmp_path: Path) -> None:
    found, problems = models(tmp_path, f'device|Remarks|{MODEL}\nmcu-1|"{cell}"|one\n')
    assert found == dict.fromkeys(LEEDS, "damaged")
    assert "joins th" in problems[-1]


@pytest.mark.parametrize("cell", ["rack 4\nroom 2", "rack 4\nmcu-1", "see\nmcu-2 beside it"])
def test_a_remark_that_goes_on_with_other_words_does_not(cell: str, tmp_path: Path) -> None:
    found, _ = models(tmp_path, f'device|Remarks|{MODEL}\nmcu-1|"{cell}"|one\n')
    assert found == {"leeds/mcu-1": "one"}


@pytest.mark.parametrize(
    ("name", "cell"), [("007", "7"), ("10-1", "Oct-01"), ("10-1", "10. Jan"), ("3E2", "3.00E+02"), ("1-2", "46054")]
)
def test_a_name_that_the_spreadsheet_has_converted_damages_the_device(name: str, cell: str, tmp_path: Path) -> None:
    (tmp_path / "leeds" / name).mkdir(parents=True)
    (tmp_path / "leeds" / name / "local-certificate.pem").write_bytes(local_certificate().pem)
    (tmp_path / "leeds/settings.csv").write_text(f"device,{MODEL}\n{cell},MCU 4510\n")
    audit = mcuaudit.audit(mcuaudit.read_export(tmp_path), at="2026-06-15T12:00:00Z")
    found = audit.settings.set_index("setting")["source"]
    assert found[MODEL] == "damaged"
    assert "Format the column as text" in audit.problems["reason"].iloc[0]
