"""Products by their common names: the one that is meant, and none where a name means no single product."""

from __future__ import annotations

import pytest

from mcuaudit.domain.products import PRODUCTS, is_mcu, products_meant

MEANT = {
    "Unified CM": ["CUCM", "cucm", "UCM", "CallManager", "Call Manager", "Cisco Unified CM", "CUCM 12.5.1SU3",
                   "Unified Communications Manager", "Cisco Unified Communications Manager", "Unified-CM 14"],
    "Expressway": ["VCS", "Cisco VCS", "VCS-C", "VCS Expressway", "VCS X8.11", "Expressway-C", "Expressway-E",
                   "Cisco Expressway", "Expressway Core", "TelePresence Video Communication Server"],
    "TMS": ["TelePresence Management Suite", "Cisco TMS", "Tandberg Management Suite", "TMS 15.13"],
    "Conductor": ["TelePresence Conductor", "Cisco TelePresence Conductor"],
    "endpoint": ["SX20", "Cisco TelePresence SX80", "EX90", "C40", "MX300 G2", "DX80", "Room Kit", "Codec"],
    "browser": ["Chrome", "Google Chrome", "Firefox", "Mozilla Firefox", "Microsoft Edge", "Safari", "web browser"],
}  # fmt: skip


@pytest.mark.parametrize(("product", "word"), [(one, word) for one, words in MEANT.items() for word in words])
def test_a_common_name_means_one_product(product: str, word: str) -> None:
    assert products_meant(word) == (product,)
    assert not is_mcu(word)


def test_every_product_means_itself_and_has_a_common_name() -> None:
    assert MEANT.keys() == PRODUCTS.keys()
    assert [products_meant(product) for product in PRODUCTS] == [(product,) for product in PRODUCTS]


def test_edge_may_be_a_browser_or_an_expressway() -> None:
    assert products_meant("Edge") == ("browser", "Expressway")


@pytest.mark.parametrize(
    "word", ["MCU", "mcu", "Cisco MCU 4510", "TelePresence MCU 5320", "MCU 5300 Series", "Codian MCU"]
)
def test_an_mcu_is_no_product(word: str) -> None:
    assert is_mcu(word)
    assert products_meant(word) == ()


@pytest.mark.parametrize(
    "word", ["", "4501", "Cisco", "Webex", "Jabber", "TelePresence Server", "ISDN Gateway", "Manager", "CE9", "sx2000"]
)
def test_other_names_mean_no_product(word: str) -> None:
    """Webex and Jabber are applications and services, whose calls reach an MCU through another product."""
    assert products_meant(word) == ()
    assert not is_mcu(word)
