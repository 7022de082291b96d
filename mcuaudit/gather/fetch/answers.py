"""Answers of a device to HTTP requests: one whole body, or the reason why there is none that can be used."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from urllib.parse import urlsplit

from mcuaudit.gather.fetch.limits import NotRead
from mcuaudit.gather.fetch.tls import TlsConnection


class WebServer:
    """The web server of one device, over connections on which it presents one and the same certificate.

    Attributes:
        presented: what it presented on the first connection, and whether it asked for a client certificate on any.
    """

    def __init__(self, connection: TlsConnection, again: Callable[[], TlsConnection]) -> None:
        """`again` makes another connection to the same place, for a server that closes one after an answer."""
        self._connection: TlsConnection | None = connection
        self._again = again
        self.presented = connection.presented

    def answer(self, request: bytes) -> bytes:
        """The body of the answer to a request.

        Raises:
            NotRead: there is none, or another than one with status 200.
        """
        try:
            return self._answered(request)
        except NotRead:
            # What is left of a broken answer would be read as the next one.
            self.close()
            raise

    def close(self) -> None:
        """End the connection; `presented` has then what was asked for after the handshake, too."""
        if self._connection:
            later = self._connection.presented_later
            self.presented = later if later.asks else self.presented
            self._connection.close()
        self._connection = None

    def _answered(self, request: bytes) -> bytes:
        connection = self._open()
        connection.send(request)
        response = http.client.HTTPResponse(_Readable(connection))  # type: ignore[arg-type]
        try:
            response.begin()
            _check_status(response)
            body = response.read()
        except http.client.IncompleteRead as error:
            missing = f", {error.expected} more were announced" if error.expected else ""
            raise NotRead(f"the answer ends after {len(error.partial)} octets{missing}") from None
        except (http.client.HTTPException, ValueError):
            raise NotRead("it does not answer as a web server does") from None
        if response.will_close:
            self.close()
        return body

    def _open(self) -> TlsConnection:
        if self._connection is None:
            connection = self._again()
            if connection.presented.chain[0] != self.presented.chain[0]:
                connection.close()
                raise NotRead("it presented another certificate on a second connection; nothing more was sent")
            if connection.presented.refusal:
                connection.close()
                raise NotRead(connection.presented.refusal)
            self._connection = connection
        return self._connection


def _check_status(response: http.client.HTTPResponse) -> None:
    if 300 <= response.status < 400:
        place = urlsplit(response.headers.get("Location", ""))
        where = f" to {place.scheme}://{place.hostname}" if place.hostname else ""
        raise NotRead(f"it redirects{where} (HTTP status {response.status}), which is not followed")
    if response.status in (401, 403):
        raise NotRead(f"it refused the request (HTTP status {response.status})")
    if response.status == 404:
        raise NotRead("it has no such page (HTTP status 404)")
    if response.status != 200:
        raise NotRead(f"it answered with HTTP status {response.status}")


class _Readable(io.RawIOBase):
    """A connection as the file that `http.client` reads."""

    def __init__(self, connection: TlsConnection) -> None:
        self._connection = connection

    def makefile(self, *_: object) -> io.BufferedReader:
        """The file."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The next octets."""
        found = self._connection.receive(min(len(buffer), 65536))
        buffer[: len(found)] = found
        return len(found)
