"""One TLS connection to a device or peer: what it presents, and octets to and fro within limits; nothing is verified.

A certificate that is presented is recorded, not trusted. pyOpenSSL gives the chain as it was sent, which Python's own
`ssl` gives only from version 3.13 on, and the names in a request for a client certificate.
"""

from __future__ import annotations

import contextlib
import hashlib
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

from mcuaudit.decode.odd_names import name_text
from mcuaudit.decode.tlv import BadEncodingError, tlv_at
from mcuaudit.domain.name_forms import is_address
from mcuaudit.errors import UsageError
from mcuaudit.gather.fetch.limits import Budget, NotRead

if TYPE_CHECKING:
    from OpenSSL import SSL

_Result = TypeVar("_Result")
_STEP: Final = 0.25
"""Seconds of waiting, after which it is looked whether to wait on."""
_REQUEST: Final = b"read server certificate request"
"""The state of OpenSSL in which the request for a client certificate has come."""
_LEGACY_SERVER_CONNECT: Final = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT: servers without RFC 5746."""
_LEGACY_ADVICE: Final = "; --legacy-tls accepts TLS 1.0, RSA key exchange and small Diffie-Hellman groups"
_DEMANDS: Final = "it ended the TLS handshake without a client certificate, which it demands"
_PROBABLY: Final = "it ended the connection without a client certificate, which it probably demands"
_REASONS: Final = (
    (("alert certificate required",), _DEMANDS),
    (
        ("asn1", "x509", "wrong tag", "header too long", "unable to decode"),
        "a certificate that it presents cannot be parsed",
    ),
    (
        ("unsupported protocol", "alert protocol version", "no protocols available"),
        f"it offers only an older version of TLS{_LEGACY_ADVICE}",
    ),
    (
        ("key too small", "md too weak", "legacy renegotiation", "bad ecpoint"),
        f"its TLS is too weak by default{_LEGACY_ADVICE}",
    ),
    (
        ("wrong version number", "packet length too long", "http request", "record layer failure"),
        "what answers there does not speak TLS",
    ),
)
"""Parts of OpenSSL's reasons, and what each means here; the first that fits."""


class _ClosedError(NotRead):
    """The other side closed the connection."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What a TLS server presented.

    Attributes:
        chain: the certificates in DER, in the order in which they were sent.
        asks: whether it asked for a client certificate.
        accepted: the names of CAs in that request, in the form of RFC 4514.
        version: of TLS, such as TLSv1.2; "" if the handshake did not end.
        cipher: the cipher suite; "" if the handshake did not end.
        refusal: why the handshake did not end, although the chain came; "" if it ended.
    """

    chain: tuple[bytes, ...]
    asks: bool
    accepted: tuple[str, ...]
    version: str
    cipher: str
    refusal: str = ""

    @property
    def digests(self) -> tuple[str, ...]:
        """The SHA-256 of each certificate, in hexadecimal."""
        return tuple(hashlib.sha256(one).hexdigest() for one in self.chain)


class TlsConnection:
    """A TLS connection that was made; `presented` is what its server presented."""

    def __init__(self, host: str, port: int, budget: Budget, *, legacy: bool = False) -> None:
        """Connect, and do the handshake.

        Raises:
            NotRead: there is no connection, or no chain was presented.
        """
        self._budget = budget
        self._requested = self._is_made = False
        until = time.monotonic() + budget.seconds(budget.limits.connect)
        try:
            self._socket = socket.create_connection((host, port), budget.seconds(budget.limits.connect))
        except (OSError, UnicodeError) as error:
            raise NotRead(f"{_where(host, port)}: {_connection_reason(error)}") from None
        self._socket.setblocking(False)
        self._where = _where(host, port)
        try:
            self._tls = self._client(host, legacy)
            self.presented = self._handshake(until)
            self._is_made = True
        except BaseException:
            self._socket.close()
            raise

    @property
    def presented_later(self) -> Presented:
        """What it presented, with a request for a client certificate that came after the handshake.

        A server that speaks TLS 1.2 can ask by a second handshake on the same connection, once it has read a request.
        """
        if self.presented.asks or not self._requested:
            return self.presented
        return replace(self.presented, asks=True, accepted=self._accepted())

    def send(self, octets: bytes) -> None:
        """Send all octets.

        Raises:
            NotRead: the connection ended, or nothing is taken in time.
        """
        while octets:
            sent = self._tried(lambda part=octets: self._tls.send(part[:16384]))  # type: ignore[misc]
            octets = octets[sent:]

    def receive(self, most: int) -> bytes:
        """The next octets, at most `most`; empty at the end.

        Raises:
            NotRead: nothing comes in time, or more came than may.
        """
        from OpenSSL import SSL

        try:
            found: bytes = self._tried(lambda: self._tls.recv(most))
        except (SSL.ZeroReturnError, _ClosedError):
            # Old servers end a body by closing the connection, without saying so in TLS.
            return b""
        self._budget.take(len(found))
        return found

    def close(self) -> None:
        """End it."""
        from OpenSSL import SSL

        with contextlib.suppress(SSL.Error, OSError):
            self._tls.shutdown()
        self._socket.close()

    def _client(self, host: str, legacy: bool) -> SSL.Connection:
        from OpenSSL import SSL

        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_min_proto_version(SSL.TLS1_VERSION if legacy else SSL.TLS1_2_VERSION)
        context.set_cipher_list(b"ALL:@SECLEVEL=0" if legacy else b"DEFAULT:!kRSA")
        if legacy:
            context.set_options(_LEGACY_SERVER_CONNECT)
        context.set_verify(SSL.VERIFY_NONE, lambda *_: True)
        context.set_info_callback(self._note_state)
        tls = SSL.Connection(context, self._socket)
        tls.set_connect_state()
        if not is_address(host):
            tls.set_tlsext_host_name(host.encode("idna"))
        return tls

    def _note_state(self, connection: SSL.Connection, where: int, result: int) -> None:  # noqa: ARG002
        self._requested = self._requested or _REQUEST in connection.get_state_string()

    def _handshake(self, until: float) -> Presented:
        from OpenSSL import SSL

        refusal = ""
        try:
            self._tried(self._tls.do_handshake, until)
        except (NotRead, SSL.ZeroReturnError) as error:
            refusal = str(error) or f"{self._where}: the connection ended in the TLS handshake"
        chain = tuple(map(_der_of, self._tls.get_peer_cert_chain() or ()))
        if not chain:
            raise NotRead(refusal or f"{self._where}: it presented no certificate")
        if refusal and self._requested:
            refusal = f"{self._where}: {_DEMANDS}"
        accepted = self._accepted()
        if refusal:
            return Presented(chain, self._requested, accepted, "", "", refusal)
        version, cipher = self._tls.get_protocol_version_name(), self._tls.get_cipher_name() or ""
        return Presented(chain, self._requested, accepted, version, cipher)

    def _accepted(self) -> tuple[str, ...]:
        """The names of CAs in the request for a client certificate."""
        return tuple(dict.fromkeys(map(_name_of, self._tls.get_client_ca_list())))

    def _tried(self, action: Callable[[], _Result], until: float | None = None) -> _Result:
        """What an action gives once the connection is ready for it."""
        from OpenSSL import SSL

        limit = until or time.monotonic() + self._budget.seconds(self._budget.limits.read)
        while True:
            # In short steps, so that a run that is ended does not wait for its devices.
            wait = self._budget.seconds(_STEP)
            try:
                return action()
            except SSL.WantReadError:
                select.select([self._socket], [], [], wait)
            except SSL.WantWriteError:
                select.select([], [self._socket], [], wait)
            except SSL.ZeroReturnError:
                raise
            except SSL.SysCallError as error:
                if not error.args or error.args[0] == -1:
                    raise _ClosedError(f"{self._where}: it closed the connection") from None
                # With TLS 1.3, the alert of a server that demands one can be lost when the client has sent already.
                why = _PROBABLY if self._requested else f"the connection failed: {error.args[1]}"
                raise NotRead(f"{self._where}: {why}") from None
            except SSL.Error as error:
                reason = _DEMANDS if self._requested and self._is_made else tls_reason(error)
                raise NotRead(f"{self._where}: {reason}") from None
            if time.monotonic() > limit:
                raise NotRead(f"{self._where}: no answer in time")


def tls_reason(error: Exception) -> str:
    """What an error of OpenSSL means, in words, with its own last reason."""
    entries = [entry for entry in (error.args[0] if error.args else ()) if isinstance(entry, tuple)]
    words = "; ".join(dict.fromkeys(str(entry[-1]) for entry in entries if entry[-1]))
    library = " ".join(str(entry[0]) for entry in entries).casefold()
    for parts, meaning in _REASONS:
        if any(part in words.casefold() or part in library for part in parts):
            return f"{meaning} (OpenSSL: {words})"
    if "handshake failure" in words or "insufficient security" in words:
        return f"it ended the TLS handshake (OpenSSL: {words}){_LEGACY_ADVICE}"
    return f"the TLS handshake failed (OpenSSL: {words or 'no reason'})"


def need_openssl() -> None:
    """Refuse to begin without pyOpenSSL.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import OpenSSL.SSL  # noqa: F401
    except ImportError:
        raise UsageError(
            'Reading from devices needs the package pyOpenSSL. Install it with: pip install "mcuaudit[fetch]"'
        ) from None


def _der_of(certificate: object) -> bytes:
    from OpenSSL import crypto

    return bytes(crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate))  # type: ignore[arg-type]


def _name_of(name: object) -> str:
    octets: bytes = name.der()  # type: ignore[attr-defined]
    try:
        return name_text(tlv_at(octets)[0]).text
    except BadEncodingError:
        return f"#{octets.hex()}"


def _where(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _connection_reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "not a name that a name server can know"
    if isinstance(error, socket.gaierror):
        return "the name is not known to the name server"
    if isinstance(error, TimeoutError):
        return "no connection in time"
    return f"no connection: {(error.strerror or str(error)).lower()}"
