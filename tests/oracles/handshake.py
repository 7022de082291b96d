"""Two OpenSSL connections in memory that authenticate each other, and what each says of the other's certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from cryptography import x509
from OpenSSL import SSL, crypto
from OpenSSL._util import lib

from tests.authority import Issued

# OpenSSL completes the presented chain from the presenter's own trust store otherwise.
NO_AUTO_CHAIN = 0x8
PARTIAL_CHAIN = crypto.X509StoreFlags.PARTIAL_CHAIN

NO_CERTIFICATE = -1
"""In the place of an error number: a client that has to present a certificate presents none."""

Demand = Literal["required", "if presented", "nothing"]


class Certified(Protocol):
    """Whatever holds a certificate."""

    @property
    def certificate(self) -> x509.Certificate: ...


@dataclass(frozen=True)
class Party:
    """One side: the certificate that it presents, what it sends with it, and the trust store it judges by.

    `demands` says whether it verifies the other side at all, and whether a client may present nothing;
    `any_purpose` that it does not ask for serverAuth or clientAuth.
    """

    certificate: Issued | None
    chain: Sequence[Certified]
    store: Sequence[Certified]
    flags: int = 0
    demands: Demand = "required"
    any_purpose: bool = False


@dataclass(frozen=True)
class Verdicts:
    """OpenSSL's first error number of each side about the other, 0 for none; whether both finished."""

    server_about_client: int
    client_about_server: int
    completed: bool


def handshake(server: Party, client: Party, at: datetime) -> Verdicts:
    """A TLS handshake at the time `at`; both sides go on after an error so that both have their say."""
    errors: dict[str, list[int]] = {"server": [], "client": []}
    accepting = SSL.Connection(_context(server, at, errors["server"]), None)
    connecting = SSL.Connection(_context(client, at, errors["client"]), None)
    accepting.set_accept_state()
    connecting.set_connect_state()
    done: set[str] = set()
    for _ in range(10):
        for name, connection, other in (("client", connecting, accepting), ("server", accepting, connecting)):
            if name not in done:
                try:
                    connection.do_handshake()
                    done.add(name)
                except SSL.WantReadError:
                    pass
                except SSL.Error as error:
                    if "peer did not return a certificate" not in str(error):
                        raise
                    return Verdicts(NO_CERTIFICATE, _first(errors["client"]), False)
            _carry(connection, other)
        if len(done) == 2:
            break
    return Verdicts(_first(errors["server"]), _first(errors["client"]), len(done) == 2)


def _first(errors: list[int]) -> int:
    return errors[0] if errors else 0


def _context(party: Party, at: datetime, errors: list[int]) -> SSL.Context:
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.set_mode(NO_AUTO_CHAIN)
    if party.certificate:
        context.use_certificate(party.certificate.certificate)
        context.use_privatekey(party.certificate.key)
    for certificate in party.chain:
        context.add_extra_chain_cert(certificate.certificate)
    store = context.get_cert_store()
    for certificate in party.store:
        store.add_cert(crypto.X509.from_cryptography(certificate.certificate))
    store.set_time(at)
    if party.flags:
        store.set_flags(party.flags)
    if party.any_purpose:
        assert lib.X509_STORE_set_purpose(store._store, lib.X509_PURPOSE_ANY) == 1

    def heard(_connection: object, _certificate: object, error: int, _depth: int, accepted: int) -> bool:
        if not accepted:
            errors.append(error)
        return True

    if party.demands != "nothing":
        demanded = SSL.VERIFY_FAIL_IF_NO_PEER_CERT if party.demands == "required" else 0
        context.set_verify(SSL.VERIFY_PEER | demanded, heard)
    return context


def _carry(sender: SSL.Connection, receiver: SSL.Connection) -> None:
    while True:
        try:
            data = sender.bio_read(65_536)
        except SSL.WantReadError:
            return
        receiver.bio_write(data)
