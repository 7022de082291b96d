"""A stand-in for a device: HTTPS with its API, and a port for SIP over TLS, on an address of loopback.

    with StandIn(presenting, Facts(model="MCU 4510")) as device:
        device.address, device.https_port, device.methods

It records each method that is called. `manner` says how it answers: as a device does, or as what may stand in its
place.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
import xmlrpc.client
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from OpenSSL import SSL

from tests.authority import Issued
from tests.stand_in.answers import NOT_AUTHORISED, NOT_SUPPORTED, Facts, fault, query_answers, response, system_xml
from tests.stand_in.garbled import GARBLED_CERTIFICATE

_NO_RESUMPTION = 0x10000
"""SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION: a second handshake is a whole one, with its request."""
_IS_DONE, _PATIENCE = b"SSL negotiation finished successfully", 5
USER, PASSWORD = "auditor", "planted-Pa55word-&-<secret>"


class Manner(StrEnum):
    """How a stand-in answers."""

    DEVICE = "as a device does"
    LOGIN_PAGE = "with a page to log in to, whatever is asked for"
    REDIRECT = "with a redirect to another host"
    ENDLESS = "with a body that does not end"
    SLOW = "with an octet now and then"
    SILENT = "with nothing, after the TLS handshake"
    BROKEN = "with half of the body that it announces"
    FAULTS = "with a fault for each call"
    NOT_TLS = "with text where TLS is expected"
    GARBLED = "with a certificate that cannot be parsed"


class Asks(StrEnum):
    """What a TLS server asks of its client."""

    NOTHING = "no certificate"
    CERTIFICATE = "a certificate, and goes on without one"
    DEMANDS = "a certificate, and ends without one"
    LATER = "a certificate, by a second handshake after the first request, and goes on without one"
    DEMANDS_LATER = "the same, and ends without one"


@dataclass(frozen=True)
class Presenting:
    """What a TLS server presents and asks for."""

    chain: Sequence[Issued]
    """Its own certificate first."""
    asks: Asks = Asks.NOTHING
    accepted: Sequence[Issued] = ()
    """The CAs whose names are in the request for a certificate."""
    version: int = SSL.TLS1_2_VERSION
    ciphers: bytes = b"DEFAULT"

    def context(self) -> SSL.Context:
        """The settings of a TLS server."""
        made = SSL.Context(SSL.TLS_METHOD)
        made.set_min_proto_version(self.version)
        made.set_max_proto_version(self.version)
        made.set_cipher_list(self.ciphers)
        made.set_session_id(b"stand-in")
        made.set_options(_NO_RESUMPTION)
        made.use_privatekey(self.chain[0].key)
        own, *others = [one.certificate for one in self.chain]
        made.use_certificate(own)
        for other in others:
            made.add_extra_chain_cert(other)
        for authority in self.accepted:
            made.add_client_ca(authority.certificate)
        if self.asks in (Asks.CERTIFICATE, Asks.DEMANDS):
            demands = SSL.VERIFY_FAIL_IF_NO_PEER_CERT if self.asks is Asks.DEMANDS else 0
            made.set_verify(SSL.VERIFY_PEER | demands, lambda *_: True)
        return made


@dataclass
class StandIn:
    """One device, from the block that it is used in until its end."""

    presenting: Presenting
    facts: Facts = field(default_factory=Facts)
    manner: Manner = Manner.DEVICE
    closes: bool = False
    """It answers by HTTP/1.0: the end of a body is that of the connection, without a word of it in TLS."""
    address: str = "127.0.0.1"
    https_port: int = 0
    sip_port: int = 0
    later: Presenting | None = None
    """What HTTPS presents from the second connection on; the same by default."""
    sip: Presenting | None = None
    """What the SIP port presents; as HTTPS by default."""
    saved: Mapping[str, bytes] | None = None
    """Responses by method, with the name `system` for /system.xml, in place of those of its facts."""
    methods: list[str] = field(default_factory=list)
    """The methods that were called, in their order."""
    paths: list[str] = field(default_factory=list)
    """What was asked for with GET."""
    logins: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> StandIn:
        """Listen on both ports."""
        self._open: list[socket.socket] = []
        self._ended = threading.Event()
        self.https_port = self._listen(self.https_port, (self.presenting, self.later), self._https)
        self.sip_port = self._listen(self.sip_port, (self.sip or self.presenting, None), _until_closed)
        return self

    def __exit__(self, *_: object) -> None:
        """Close everything."""
        self._ended.set()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _listen(
        self, port: int, presenting: tuple[Presenting, Presenting | None], answer: Callable[[SSL.Connection], None]
    ) -> int:
        context, later = presenting[0].context(), (presenting[1] or presenting[0]).context()
        listener = socket.create_server((self.address, port))
        self._open.append(listener)

        def accept() -> None:
            presented = context
            while not self._ended.is_set():
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client, presented, answer), daemon=True).start()
                presented = later

        threading.Thread(target=accept, daemon=True).start()
        return int(listener.getsockname()[1])

    def _serve(self, client: socket.socket, context: SSL.Context, answer: Callable[[SSL.Connection], None]) -> None:
        with contextlib.suppress(OSError, SSL.Error):
            if self.manner is Manner.NOT_TLS:
                client.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\nplain HTTP\r\n")
            elif self.manner is Manner.GARBLED:
                client.recv(4096)
                client.sendall(GARBLED_CERTIFICATE)
                client.recv(4096)
            else:
                connection = SSL.Connection(context, client)
                connection.set_accept_state()
                connection.do_handshake()
                answer(connection)
        with contextlib.suppress(OSError):
            client.close()

    def _https(self, connection: SSL.Connection) -> None:
        while request := _request(connection):
            if self.closes:
                head, _, content = self._answer(*request).partition(b"\r\n\r\n")
                self.paths += [request[1]] * (request[0] == "GET")
                connection.sendall(head.split(b"\r\n")[0].replace(b"1.1", b"1.0") + b"\r\n\r\n" + content)
                return
            method, path, body = request
            _ask_later(connection, self.presenting)
            if method == "GET":
                self.paths.append(path)
            match self.manner:
                case Manner.SILENT:
                    self._ended.wait(60)
                case Manner.ENDLESS:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<?xml version='1.0'?>")
                    while not self._ended.is_set():
                        connection.sendall(b"<!-- and more -->" * 1000)
                case Manner.SLOW:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                    while not self._ended.wait(0.05):
                        connection.sendall(b" ")
                case Manner.BROKEN:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n<methodResponse><params>")
                    return
                case Manner.REDIRECT:
                    connection.sendall(
                        b"HTTP/1.1 302 Found\r\nLocation: https://sso.example.com/login?back=1\r\n"
                        b"Content-Length: 0\r\n\r\n"
                    )
                case Manner.LOGIN_PAGE:
                    connection.sendall(_http(b"<!DOCTYPE html><html><form>Log in</form></html>", "text/html"))
                case _:
                    connection.sendall(self._answer(method, path, body))

    def _answer(self, method: str, path: str, body: bytes) -> bytes:
        if method == "GET":
            document = self._answers().get("system", b"") if path == "/system.xml" else b""
            return _http(document) if document else _http(b"", status="404 Not Found")
        (given,), name = xmlrpc.client.loads(body)
        self.methods.append(str(name))
        login = (str(given.get("authenticationUser")), str(given.get("authenticationPassword")))  # type: ignore[union-attr]
        self.logins.append(login)
        answers = self._answers()
        if login != (USER, PASSWORD):
            return _http(fault(NOT_AUTHORISED, "authorization failed"))
        if self.manner is Manner.FAULTS:
            return _http(fault(34, "internal error"))
        if name not in answers:
            return _http(fault(NOT_SUPPORTED, "no such method"))
        return _http(answers[str(name)])

    def _answers(self) -> Mapping[str, bytes]:
        """What it answers, by method."""
        if self.saved is not None:
            return self.saved
        made = {name: response(members) for name, members in query_answers(self.facts).items()}
        return {**made, "system": system_xml(self.facts)}


def _ask_later(connection: SSL.Connection, presenting: Presenting) -> None:
    """A second handshake with a request for a certificate, once; the client has sent its request."""
    if presenting.asks not in (Asks.LATER, Asks.DEMANDS_LATER) or connection.total_renegotiations():
        return
    demands = SSL.VERIFY_FAIL_IF_NO_PEER_CERT if presenting.asks is Asks.DEMANDS_LATER else 0
    connection.set_verify(SSL.VERIFY_PEER | demands, lambda *_: True)
    connection.renegotiate()
    connection.do_handshake()
    # The request to begin is sent. The client answers with a handshake, and then waits for its answer.
    connection.setblocking(False)
    begun = False
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and not (begun and connection.get_state_string() == _IS_DONE):
        with contextlib.suppress(SSL.WantReadError, SSL.WantWriteError):
            connection.recv(1, socket.MSG_PEEK)
        begun = begun or connection.get_state_string() != _IS_DONE
        time.sleep(0.005)
    connection.setblocking(True)


def _http(body: bytes, kind: str = "text/xml", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _request(connection: SSL.Connection) -> tuple[str, str, bytes] | None:
    """Method, path and body of the next request; None at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            data += connection.recv(65536)
        except (SSL.ZeroReturnError, SSL.SysCallError):
            return None
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    method, path, _ = head.decode("latin-1").split(" ", 2)
    return method, path, body


def _until_closed(connection: SSL.Connection) -> None:
    """What the SIP port does: TLS, and then nothing."""
    with contextlib.suppress(SSL.ZeroReturnError, SSL.SysCallError):
        connection.recv(1)
