"""What one file of a heap holds, by its content alone: certificates, lists, a saved response, a key, or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.contents import container_of, is_web_page, name_of
from mcuaudit.decode.known_xml import problems_by_root, root_name
from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.private_keys import holds_private_key
from mcuaudit.decode.responses import decode_response, responses_held
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.without_secrets import Secrets
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import split_names
from mcuaudit.errors import Undecodable

_MAY_HOLD: Final = re.compile(rb"BEGIN |MII|MI[A-H]|\x30[\x81-\x84]", re.IGNORECASE)
"""What stands in each file of certificates: the line of a PEM block, or a SEQUENCE of DER, also as base64."""
_IS_TOML: Final = re.compile(rb"^[ \t]*[\w.\"]+[ \t]*=", re.MULTILINE)
_LARGEST_TYPED: Final = 1 << 20
_SEVERAL: Final = "several saved responses in one file; save each of them to a file of its own"


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a file holds.

    Attributes:
        certificates: in the order of the file.
        damaged: a part of it may be a certificate and cannot be read.
        lists: the certificate revocation lists, in DER.
        response: the saved response that it is, such as ``device.query``; "" for another file.
        typed: ``settings.toml`` or ``peers.toml``, if it is such a file under any name; "" for another file.
        addresses, host_names, serial: what the response or file of settings says of its device.
        container: what a file is that has to be opened or converted first, such as PKCS#12; "" for another file.
        has_key: it holds a private key, or may hold one.
        reason: why it holds nothing that is used, or which part of it cannot be read.
        is_secret: it must not be copied, whatever else it holds.
    """

    certificates: tuple[Certificate, ...] = ()
    damaged: bool = False
    lists: tuple[bytes, ...] = ()
    response: str = ""
    typed: str = ""
    addresses: tuple[str, ...] = ()
    host_names: tuple[str, ...] = ()
    serial: str = ""
    container: str = ""
    has_key: bool = False
    reason: str = ""
    is_secret: bool = False


def content_of_heap_file(data: bytes, most: int) -> FileContent:
    """What a file holds; nothing of a private key or password is kept.

    Args:
        data: its octets.
        most: the largest number of certificates that is read.
    """
    has_key = holds_private_key(data)
    if container := container_of(data):
        return FileContent(container=container, has_key=has_key, reason=container)
    if (known := problems_by_root(data)) is not None:
        return FileContent(reason=known[0].reason if known else "an audit log", has_key=has_key, is_secret=True)
    if root_name(data) in ("methodResponse", "system") and (held := responses_held(data)):
        return _response(data, held)
    if typed := _typed(data):
        return typed
    if not _may_hold(data):
        return FileContent(has_key=has_key, reason="a web page" if is_web_page(data) else name_of(data))
    bundle = decode_bundle(data, most)
    certificates = tuple(found.certificate for found in bundle.certificates)
    reasons = [one.reason if not one.where else f"{one.where}: {one.reason}" for one in bundle.problems
               if one.kind == "unreadable" or not certificates]  # fmt: skip
    damaged = bool(certificates) and (bundle.damaged or bundle.first_lost)
    nothing = not certificates and not bundle.revocation_lists
    reason = reasons[0] if reasons and (damaged or nothing) else ""
    if has_key and nothing:
        reason = ""
    return FileContent(certificates, damaged, bundle.revocation_lists, has_key=has_key, reason=reason)


def _typed(data: bytes) -> FileContent | None:
    """A settings.toml or peers.toml that says something and has nothing wrong; None for another file."""
    if len(data) > _LARGEST_TYPED or not _IS_TOML.search(data):
        return None
    with suppress(Undecodable):
        settings = decode_settings_toml(data)
        values = {one.setting: one.value for part in settings.parts for one in part.values}
        if values and not settings.problems:
            return _of_typed(data, "settings.toml", Kind.SETTINGS, values)
    with suppress(Undecodable):
        peers = decode_peers(data)
        if peers.peers and not peers.problems:
            return _of_typed(data, "peers.toml", Kind.PEERS, {})
    return None


def _of_typed(data: bytes, name: str, kind: Kind, values: Mapping[str, str]) -> FileContent:
    secret = next(iter(Secrets(kind, data).problems()), None)
    return FileContent(
        typed=name, **_of_device(values), reason=secret.reason if secret else "", is_secret=secret is not None,
        has_key=holds_private_key(data),
    )  # fmt: skip


def _of_device(values: Mapping[str, str]) -> Any:
    """What settings say of their device."""
    return {
        "addresses": split_names(values.get("device.addresses", "")),
        "host_names": split_names(values.get("device.host_names", "")),
        "serial": values.get("device.serial", ""),
    }


def _may_hold(data: bytes) -> bool:
    if _MAY_HOLD.search(data):
        return True
    # UTF-16 has a zero beside each letter.
    return b"\0" in data and _MAY_HOLD.search(data.replace(b"\0", b"")) is not None


def _response(data: bytes, held: tuple[str, ...]) -> FileContent:
    if len(held) > 1:
        return FileContent(reason=_SEVERAL)
    try:
        decoded = decode_response(data, held[0])
    except Undecodable as error:
        return FileContent(reason=error.reason)
    values = {one.setting: one.value for part in decoded.parts for one in part.values}
    secret = next((one for one in decoded.problems if one.kind == "secret"), None)
    return FileContent(
        response=held[0],
        **_of_device(values),
        reason=f"{secret.where}: {secret.reason}" if secret else "",
        is_secret=secret is not None,
    )
