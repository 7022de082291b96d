"""Models of devices: which are MCUs."""

from __future__ import annotations

import pytest

from mcuaudit.domain.answer import Answer
from mcuaudit.domain.models import is_mcu, same_model


@pytest.mark.parametrize(
    "model",
    ["MCU 4510", "Codian MCU 4510", "codian mcu 4220", "Cisco TelePresence MCU 5320", "MCU 5310", "MSE 8510",
     "MCU MSE 8420",
     "Codian MSE 8420", "MCU4505", "4501", "MCU"],
)  # fmt: skip
def test_mcus(model: str) -> None:
    assert is_mcu(model) is Answer.YES


@pytest.mark.parametrize(
    "model",
    ["TS 8710", "TS 7010", "TelePresence Server 7010", "MSE 8710", "MSE 8050", "Supervisor 8050", "ISDN GW 3241",
     "MSE 8321", "IP VCR 2210", "MSE 8220", "TelePresence Conductor", "Serial GW 3340", "AM GW 3610", "x"],
)  # fmt: skip
def test_other_products(model: str) -> None:
    assert is_mcu(model) is Answer.NO


@pytest.mark.parametrize("model", [None, "", " "])
def test_no_model_says_nothing(model: str | None) -> None:
    assert is_mcu(model) is Answer.OPEN


def test_one_model_has_several_names() -> None:
    assert same_model("Codian MCU 4510", "MCU 4510")
    assert same_model("Cisco TelePresence MCU 4510", "mcu-4510")
    assert not same_model("MCU 4510", "MCU 4520")
