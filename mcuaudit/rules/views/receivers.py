"""The view of feedback receivers: each URI of a device, and the peer behind it."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.predict.exchanges import Exchange, exchanges
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.columns import text, yes_no
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.table import Table, yes_no_of

_OF_RECEIVER: Final = ("receiver", "receiver_product", "receiver_doubt")


@view(
    "configured feedback receiver; a device without any has one row, without a receiver",
    of_view(devices),
    text("uri", "URI of the receiver."),
    yes_no("configured", "The row has a receiver."),
    text("receiver", "Name of the peer behind the URI, or its host; missing without a URI that can be read."),
    text("receiver_product", "Product of that peer; missing if it is not recorded."),
    text("receiver_doubt", "File or key that cannot be read and would say which peer or product it is."),
)
def receivers(views: Views) -> Table:
    """One row per configured feedback receiver, with the peer behind its URI."""
    found = views.table("devices")
    found = found.repeated([(uris or "").split() for uris in found["feedback_receivers"]], "uri")
    peers = [_receiver(device, uri) for device, uri in zip(receiver_exchanges(views, found), found["uri"], strict=True)]
    found = found.adding(
        configured=yes_no_of(uri is not None for uri in found["uri"]),
        **{name: [peer[place] for peer in peers] for place, name in enumerate(_OF_RECEIVER)},
    )
    return judged(found, "device_id", "uri")


def receiver_exchanges(views: Views, found: Table) -> list[dict[str, Exchange]]:
    """For the device of each row, its connections to feedback receivers by URI, as they are predicted."""
    known: dict[str, dict[str, Exchange]] = {}
    return [
        known[device.device_id] if device.device_id in known else known.setdefault(device.device_id, _by_uri(device))
        for device in views.devices_of(found)
    ]


def _by_uri(device: Device) -> dict[str, Exchange]:
    return {one.identifier: one for one in exchanges(device) if one.type is ConnectionType.FEEDBACK_RECEIVER}


def _receiver(known: dict[str, Exchange], uri: str | None) -> tuple[str | None, str | None, str | None]:
    """The columns of `_OF_RECEIVER` for one URI."""
    exchange = known.get(uri or "")
    if uri is None or exchange is None or not exchange.from_url:
        return None, None, None
    return exchange.peer.name, exchange.peer.product, _doubt(exchange, exchange.peer)


def _doubt(exchange: Exchange, peer: Peer) -> str | None:
    if exchange.exists.outcome is Outcome.OPEN and exchange.exists.missing_evidence:
        return exchange.exists.missing_evidence
    return peer.damage.get("product")
