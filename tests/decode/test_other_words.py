"""Other words for a setting, and values under a key that cannot have them: the hint names the setting that is meant."""

from __future__ import annotations

import pytest

from mcuaudit.decode.settings import decode_settings_toml

CLIENT, SERVER = "ssl_certificates.client_certificate_security", "ssl_certificates.server_certificate_security"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('[device]\nsn = "SM1"', ("device.serial",)),
        ('[device]\nfqdn = ["mcu-1.example.com"]', ("device.host_names",)),
        ('hostname = "mcu-1.example.com"', ("device.host_names",)),
        ('[device]\ntype = "MCU 4510"', ("device.model",)),
        ('[device]\nip = "10.1.2.3"', ("device.addresses",)),
        ('firmware = "4.4(3.57)"', ("device.software_version",)),
        ('[ssl_certificates.ocsp]\nhost = "http://ocsp.example.com/"', ("ssl_certificates.ocsp.server_url",)),
        ('"Private key status" = "Key does not match certificate"', ("ssl_certificates.private_key",)),
        ('[ssl_certificates.shown]\nkey = "Key does not match certificate"', ("ssl_certificates.private_key",)),
        ('[ssl_certificates]\nhttps = "Verify certificate"', (CLIENT, SERVER)),
        ('[[accounts]]\nname = "bob"\nlevel = "full control"', ("users",)),
    ],
)
def test_the_hint_names_what_is_meant_and_it_is_damaged(text: str, meant: tuple[str, ...]) -> None:
    decoded = decode_settings_toml(text.encode())
    (problem,) = decoded.problems
    named = " or ".join(f'"{key}"' for key in meant)
    assert problem.reason == f"unknown key. Did you mean {named}?"
    assert set(meant) <= {one.setting for one in decoded.parts[0].damaged}


@pytest.mark.parametrize("key", ["user_id", "login", "enabled", "disabled", "expires"])
def test_another_key_of_a_user_is_no_setting_and_costs_the_user(key: str) -> None:
    decoded = decode_settings_toml(f'[[users]]\nname = "ann"\nprivilege = "administrator"\n{key} = "x"\n'.encode())
    (problem,) = decoded.problems
    assert problem.reason.startswith("a user has the keys name and privilege, found {")
    assert [one.setting for one in decoded.parts[0].damaged] == ["users"]
