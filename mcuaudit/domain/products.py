"""The standard and the route that follow from the product of a peer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Product:
    """The values of a product, used if peers.toml does not have them; they are marked as assumed."""

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
