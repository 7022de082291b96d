"""The public CAs are those that certifi carries, each read whole."""

from __future__ import annotations

from pathlib import Path

import certifi

from mcuaudit.decode.public_authorities import public_authorities


def test_every_certificate_of_certifi_is_a_public_authority() -> None:
    found = public_authorities()
    assert len(found) == Path(certifi.where()).read_text(encoding="utf-8").count("-----BEGIN CERTIFICATE-----") > 50
    assert all(certificate.self_issued for certificate in found)
    assert public_authorities() is found
