"""With which software a party verifies a certificate, where RFC 5280 leaves a choice (A13, A18, A22, A25)."""

from __future__ import annotations

from enum import StrEnum


class Verifier(StrEnum):
    """The party that verifies, as far as its software is known."""

    MCU = "mcu"
    """An MCU: OpenSSL, but whether it enforces purposes and supports further algorithms is open."""
    OPENSSL = "openssl"
    """Expressway, VCS, an endpoint, or a party by the guideline for MCUs: it is taken to verify as OpenSSL does."""
    UNRECORDED = "unrecorded"
    """Any other party: where verifiers differ, it is open."""
