"""OpenSSL, as pyOpenSSL brings it: X509_verify_cert with the purposes sslserver and sslclient, security level 0."""

from __future__ import annotations

from collections.abc import Sequence

from OpenSSL import SSL, crypto
from OpenSSL._util import lib

from tests.authority import NOW
from tests.verifiers.chains import Chain
from tests.verifiers.verifier import ACCEPTED, Decision

NAME = "OpenSSL"
PACKAGE = "pyOpenSSL (make .venv/.test)"
_PURPOSES = {"serverAuth": lib.X509_PURPOSE_SSL_SERVER, "clientAuth": lib.X509_PURPOSE_SSL_CLIENT}


def version() -> str | None:
    """That of the library in the package cryptography."""
    return SSL.OpenSSL_version(SSL.OPENSSL_VERSION).decode().split()[1]


def decide(chains: Sequence[Chain]) -> list[Decision]:
    """A decision for each chain."""
    return [_decide(chain) for chain in chains]


def _decide(chain: Chain) -> Decision:
    store = crypto.X509Store()
    for anchor in chain.store:
        store.add_cert(crypto.X509.from_cryptography(anchor.certificate))
    store.set_time(NOW)
    lib.X509_STORE_set_purpose(store._store, _PURPOSES[chain.role])
    presented = [crypto.X509.from_cryptography(one.certificate) for one in chain.presented]
    end_entity = crypto.X509.from_cryptography(chain.end_entity.certificate)
    try:
        crypto.X509StoreContext(store, end_entity, presented).verify_certificate()
    except crypto.X509StoreContextError as error:
        return Decision("refused", str(error))
    return ACCEPTED
