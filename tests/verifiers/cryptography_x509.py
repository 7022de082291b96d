"""The package cryptography: x509.verification with its own rules, which are those of the Web PKI."""

from __future__ import annotations

from collections.abc import Sequence

import cryptography
from cryptography.x509 import DNSName
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from tests.authority import NOW
from tests.verifiers.chains import NAME as HOST
from tests.verifiers.chains import Chain
from tests.verifiers.verifier import ACCEPTED, Decision

NAME = "cryptography"
PACKAGE = "cryptography (make .venv/.test)"


def version() -> str | None:
    """That of the package."""
    return cryptography.__version__


def decide(chains: Sequence[Chain]) -> list[Decision]:
    """A decision for each chain."""
    return [_decide(chain) for chain in chains]


def _decide(chain: Chain) -> Decision:
    """A server is asked for the name that every end entity has."""
    store = Store([anchor.certificate for anchor in chain.store])
    builder = PolicyBuilder().store(store).time(NOW.replace(tzinfo=None)).max_chain_depth(8)
    end_entity, presented = chain.end_entity.certificate, [one.certificate for one in chain.presented]
    try:
        if chain.role == "serverAuth":
            builder.build_server_verifier(DNSName(HOST)).verify(end_entity, presented)
        else:
            builder.build_client_verifier().verify(end_entity, presented)
    except VerificationError as error:
        return Decision("refused", str(error))
    except ValueError as error:
        return Decision("unreadable", str(error))
    return ACCEPTED
