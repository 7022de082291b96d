"""The test cases of a limbo file (https://x509-limbo.com/), as far as a verifier needs them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

VERSION = 1

Result = Literal["SUCCESS", "FAILURE"]


@dataclass(frozen=True)
class PeerName:
    """A name that the verifier expects: its kind is DNS, IP or RFC822."""

    kind: str
    value: str


@dataclass(frozen=True)
class Case:
    """One test case.

    Attributes:
        client: the certificate is that of a TLS client, else that of a server.
        at: the time of validation; None is any time at which everything is valid.
        peer_names: the names of which each must be in the certificate.
        max_chain_depth: the most CA certificates between end entity and trust anchor that are not self-issued.
    """

    id: str
    features: frozenset[str]
    expected: Result
    client: bool
    trusted: tuple[str, ...]
    intermediates: tuple[str, ...]
    peer: str
    at: datetime | None
    signature_algorithms: tuple[str, ...]
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[str, ...]
    peer_names: tuple[PeerName, ...]
    max_chain_depth: int | None
    crls: tuple[str, ...]


def read_cases(path: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        ValueError: it is not a limbo file of the known version.
    """
    found = json.loads(path.read_bytes())
    version = found.get("version") if isinstance(found, dict) else None
    if version != VERSION or not isinstance(found.get("testcases"), list):
        raise ValueError(f"{path}: not a limbo file of version {VERSION}")
    return [_case(case) for case in found["testcases"]]


def _case(case: dict[str, Any]) -> Case:
    names = [case.get("expected_peer_name"), *(case.get("expected_peer_names") or ())]
    time = case.get("validation_time")
    return Case(
        id=case["id"],
        features=frozenset(case.get("features") or ()),
        expected=case["expected_result"],
        client=case["validation_kind"] == "CLIENT",
        trusted=tuple(case["trusted_certs"]),
        intermediates=tuple(case["untrusted_intermediates"]),
        peer=case["peer_certificate"],
        at=datetime.fromisoformat(time) if time else None,
        signature_algorithms=tuple(case.get("signature_algorithms") or ()),
        key_usage=tuple(case.get("key_usage") or ()),
        extended_key_usage=tuple(case.get("extended_key_usage") or ()),
        peer_names=tuple(PeerName(name["kind"], name["value"]) for name in names if name),
        max_chain_depth=case.get("max_chain_depth"),
        crls=tuple(case.get("crls") or ()),
    )
