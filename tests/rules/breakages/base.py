"""Ways to break one thing on the clean device."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import mcuaudit
from mcuaudit.rules import registered_rules
from tests.authority import NOW
from tests.clean_export import DEVICE, ELSEWHERE, HOST, CleanExport, certificate, chain, with_local

LOCAL: Final = f"{DEVICE}/local-certificate.pem"
Break = Callable[[CleanExport], None]


def local(**wishes: Any) -> Break:
    """The local certificate is made with these wishes."""

    def apply(export: CleanExport) -> None:
        export.files[LOCAL] = with_local(**wishes)

    return apply


def setting(table: str, **values: Any) -> Break:
    """Settings of one table have these values."""

    def apply(export: CleanExport) -> None:
        export.settings[table].update(values)

    return apply


def untold(table: str, *keys: str) -> Break:
    """The export does not have these settings of a table."""

    def apply(export: CleanExport) -> None:
        for key in keys:
            del export.settings[table][key]

    return apply


def file(name: str, content: bytes | None) -> Break:
    """A file has this content; None: it is not there."""

    def apply(export: CleanExport) -> None:
        export.files[name] = content

    return apply


def peer(peer_name: str, **facts: Any) -> Break:
    """A peer has these facts."""

    def apply(export: CleanExport) -> None:
        export.peers[peer_name].update(facts)

    return apply


def all_of(*breaks: Break) -> Break:
    """Several at once."""

    def apply(export: CleanExport) -> None:
        for one in breaks:
            one(export)

    return apply


def audit_of(breakage: Break, directory: Path) -> Any:
    """The audit of the clean device with one thing broken; that of the clean device itself is made once."""
    if breakage is intact:
        return _intact()
    export = CleanExport()
    breakage(export)
    return export.audit(directory)


def audit_by(code: str, breakage: Break, directory: Path) -> Any:
    """The audit of the clean device with one thing broken by one rule, in a third of the time."""
    export = CleanExport()
    breakage(export)
    fleet = mcuaudit.read_export(export.write(directory))
    others = dict.fromkeys(registered_rules().keys() - {code}, "off")
    policy = fleet.policy.model_copy(update={"rules": {**fleet.policy.rules, **others}})
    return mcuaudit.audit(fleet, at=NOW, policy=policy, baseline=export.baseline(directory))


@cache
def _intact() -> Any:
    with tempfile.TemporaryDirectory() as directory:
        return CleanExport().audit(Path(directory) / "export")


def formerly(*breaks: Break) -> Break:
    """There is a baseline: the clean export with these things broken."""

    def apply(export: CleanExport) -> None:
        export.former = CleanExport()
        all_of(*breaks)(export.former)

    return apply


def intact(export: CleanExport) -> None:
    """Nothing is broken."""


def ocsp_server(export: CleanExport) -> None:
    """OCSP is on, over https."""
    ocsp = {"enabled": True, "server_url": "https://ocsp.example.com/", "nonce": True}
    export.settings["ssl_certificates"]["ocsp"] = ocsp


WITHOUT_ADDRESS = [f"DNS:{HOST}"]
STRANGER = chain(certificate("room", issuer=ELSEWHERE, key=5, san=["DNS:10.1.2.200"]))
