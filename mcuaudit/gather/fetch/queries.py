"""The calls that are sent to a device: queries, which change nothing, and no others."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from mcuaudit.gather.fetch.login import Login

QUERIES: Final = (
    "device.query",
    "device.network.query",
    "services.query",
    "sip.query",
    "feedbackReceiver.query",
    "device.encryption.query",
)
"""What every device is asked; `device.query` first, because its answer says whether the login is accepted."""
BLADES_QUERY: Final = "chassis.blades.query"
"""What a Supervisor of a chassis is asked too."""
ALLOWED_METHODS: Final = frozenset((*QUERIES, BLADES_QUERY))
"""The methods of the API that may be sent. Each only reads: a name that does not end in `.query` is not among them."""
SYSTEM: Final = "system"
"""The document /system.xml, which a device gives without a login."""


def query_request(method: str, login: Login, host: str) -> bytes:
    """The HTTP request of one query.

    Raises:
        ValueError: the method is not one of `ALLOWED_METHODS`.
    """
    if method not in ALLOWED_METHODS:
        raise ValueError(f"{method} is not one of the queries that may be sent to a device")
    members = "".join(
        f"<member><name>{name}</name><value><string>{escape(value)}</string></value></member>"
        for name, value in (("authenticationUser", login.name), ("authenticationPassword", login.password))
    )
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<methodCall><methodName>{method}</methodName><params><param><value>'
        f"<struct>{members}</struct></value></param></params></methodCall>"
    ).encode()
    return (
        f"POST /RPC2 HTTP/1.1\r\nHost: {host}\r\nUser-Agent: mcuaudit\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def system_request(host: str) -> bytes:
    """The HTTP request for /system.xml, without a login."""
    return f"GET /system.xml HTTP/1.1\r\nHost: {host}\r\nUser-Agent: mcuaudit\r\n\r\n".encode()
