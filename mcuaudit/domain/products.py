"""The standard and the route that follow from the product of a peer."""

from __future__ import annotations

import re
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
_COMMON_NAMES: Final = {
    "Unified CM": (
        "cucm", "ucm", "unifiedcommunicationsmanager", "callmanager", "unifiedcallmanager", "communicationsmanager",
    ),
    "Expressway": (
        "vcs", "vcsc", "vcse", "vcscontrol", "vcsexpressway", "videocommunicationserver", "expresswayc", "expresswaye",
        "expresswaycore", "expresswayedge",
    ),
    "TMS": ("managementsuite", "tmsserver"),
    "endpoint": ("codec", "roomkit", "roomsystem", "videoendpoint"),
    "browser": (
        "webbrowser", "chrome", "googlechrome", "chromium", "firefox", "mozillafirefox", "edge", "microsoftedge",
        "safari", "applesafari", "internetexplorer",
    ),
}  # fmt: skip
_NEAREST: Final = {name: product for product, names in _COMMON_NAMES.items() for name in names}
_ENDPOINT: Final = re.compile(r"(sx(10|20|80)|mx(200|300|700|800)(g2)?|ex(60|90)|dx(70|80)|c(20|40|60|90))")
_AMBIGUOUS: Final = {"edge": ("browser", "Expressway")}
_MAKER: Final = frozenset({"cisco", "tandberg", "telepresence", "codian"})
_VERSION: Final = re.compile(r"[vx]?\d+(\.\d+)*\w*")


def products_meant(word: str) -> tuple[str, ...]:
    """The products that a common name means, such as "Cisco VCS"; more than one if it may be any of them."""
    name = _plain(word)
    if name in _AMBIGUOUS:
        return _AMBIGUOUS[name]
    if _ENDPOINT.fullmatch(name):
        return ("endpoint",)
    found = _NEAREST.get(name) or next((product for product in PRODUCTS if _plain(product) == name), "")
    return (found,) if found else ()


def is_mcu(word: str) -> bool:
    """Whether the word names an MCU, which is no product of a peer but a device of its own."""
    return _plain(word) in ("mcu", "multipointcontrolunit", "mcuseries")


def _plain(word: str) -> str:
    """The name without maker, version, case and what divides its words."""
    words = re.findall(r"[^\W_]+(?:\.\d\w*)*", word.casefold())
    return "".join(one for one in words if one not in _MAKER and not _VERSION.fullmatch(one))
