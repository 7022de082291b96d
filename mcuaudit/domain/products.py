"""What the product of a peer stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Product:
    """What a peer's product stands for where peers.toml does not say it; such values are marked as assumed."""

    standard: str
    route: str


PRODUCTS: Final = {
    "Expressway": Product("vcs", "proxied"),
    "Unified CM": Product("cucm", "proxied"),
    "TMS": Product("rfc9525", ""),
    "Conductor": Product("rfc9525", ""),
    # The Release Notes give one guideline for both certificates of a direct call.
    "endpoint": Product("mcu", "direct"),
    "browser": Product("rfc9525", ""),
}
