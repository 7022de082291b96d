"""The name that a file should have, from the place and name that it has."""

from __future__ import annotations

import pytest

from mcuaudit.devices.file_remedy import file_remedy
from mcuaudit.domain.remedy import Remedy, RemedyKind


@pytest.mark.parametrize(
    ("file", "right"),
    [
        ("leeds/mcu-1/sip_trust_store.pem", "leeds/mcu-1/sip-trust-store.pem"),
        ("leeds/mcu-1/old/sip-trust-store.pem", "leeds/mcu-1/sip-trust-store.pem"),
        ("leeds/mcu-1/old/2026/sip_trust_store.pem", "leeds/mcu-1/sip-trust-store.pem"),
        ("leeds/sip_trust_store.pem", "leeds/sip-trust-store.pem"),
        ("sip_trust_store.pem", "sip-trust-store.pem"),
        ("leeds/mcu-1/sip trust store.pem", "leeds/mcu-1/sip-trust-store.pem"),
        ("leeds/setings.csv", "leeds/settings.csv"),
        ("leeds/mcu-1/setings.csv", "leeds/mcu-1/settings.toml"),
        ("leeds/mcu-1/setings.toml", "leeds/mcu-1/settings.toml"),
        ("leeds/mcu-1/settings.csv.txt", "leeds/mcu-1/settings.toml"),
        ("leeds/mcu-1/api/mcu-1.services.query.xml", "leeds/mcu-1/api/services.query.xml"),
        ("leeds/mcu-1/api/device-query.xml", "leeds/mcu-1/api/device.query.xml"),
    ],
)
def test_a_file_with_a_wrong_name_is_to_be_renamed(file: str, right: str) -> None:
    assert file_remedy(file) == Remedy(RemedyKind.RENAME_EVIDENCE, (file, right))


@pytest.mark.parametrize(
    "evidence",
    [
        "leeds/mcu-1/sip-trust-store.pem",
        "leeds/mcu-1/api/device.query.xml",
        "leeds/mcu-1/api/hello.xml",
        "leeds/mcu-1/api/services.query.xml ports[0].services[0].enabled",
        "leeds/mcu-1/sip-trust-store.pem PEM block 2",
        "leeds/mcu-1/settings.xls",
        "leeds/mcu-1/settings.toml [sip] outbound_address",
        "leeds/peers/sip_trust_store.pem",
        "leeds/mcu-1/sip-trust-store.pem and hello",
    ],
)
def test_anything_else_is_to_be_corrected(evidence: str) -> None:
    assert file_remedy(evidence) == Remedy(RemedyKind.CORRECT_EVIDENCE, (evidence,))


def test_of_two_files_with_right_names_one_is_to_be_kept() -> None:
    files = ("leeds/mcu-1/sip-trust-store.pem", "leeds/mcu-1/sip-trust-store.crt")
    assert file_remedy(" and ".join(files)) == Remedy(RemedyKind.KEEP_ONE_FILE, files)
