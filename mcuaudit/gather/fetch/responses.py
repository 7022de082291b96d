"""Bodies that a device sent, as saved responses: whether they can be read, without licence keys, and what they give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, tostring

from mcuaudit.decode.records import DecodedSettings
from mcuaudit.decode.responses import decode_response
from mcuaudit.decode.xml_rpc import response_members, root_of, scalar_text, scalars
from mcuaudit.errors import Undecodable
from mcuaudit.gather.fetch.limits import NotRead
from mcuaudit.gather.fetch.queries import BLADES_QUERY

_REFUSED: Final = re.compile(r"authori[sz]|log ?in|password|credential", re.IGNORECASE)
NOT_SUPPORTED_CODE, NOT_AUTHORISED_CODE = 1, 14
"""Fault codes of the API: the method is not supported, and the authorisation failed."""
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]+")


class RefusedError(NotRead):
    """The device does not accept the login."""


class NotSupportedError(NotRead):
    """This version of the device does not have the call."""


def saved_response(name: str, body: bytes) -> tuple[bytes, dict[str, str]]:
    """A body as it is saved, and the settings that it gives.

    Licence keys and other secrets in it are left out; a body without one is saved as it came.

    Raises:
        RefusedError: a fault that says that name or password are not accepted.
        NotSupportedError: a fault that says that the call is not known.
        NotRead: it is not the response of that call.
    """
    try:
        decoded = decode_response(body, name)
        root = root_of(body)
    except Undecodable as error:
        raise _fault(body) or NotRead(_first_part(error.reason)) from None
    except RecursionError:
        raise NotRead("the answer is nested too deep") from None
    unread = next((one for one in decoded.problems if one.kind == "unreadable" and not _values(decoded)), None)
    if unread:
        raise NotRead(_first_part(unread.reason))
    secrets = _secrets(decoded)
    if not secrets:
        return body, _values(decoded)
    for path in secrets:
        _blank(root, path)
    saved = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "utf-8") + b"\n"
    if left := _secrets(decode_response(saved, name)):
        raise NotRead(f"it has a secret that cannot be left out, {left[0]}, so it was not saved")
    return saved, _values(decoded)


def _secrets(decoded: DecodedSettings) -> list[str]:
    return [problem.where for problem in decoded.problems if problem.kind in ("secret", "licence")]


def texts_of(body: bytes) -> Iterator[str]:
    """Every text of a body that can be read."""
    for element in root_of(body).iter():
        yield element.text or ""


def blades_of(body: bytes) -> list[tuple[str, str, str]]:
    """Slot, what it is, and address of each blade of a chassis; "" for what a version does not give."""
    blades = _members(body, BLADES_QUERY).get("blades")
    found = []
    for blade in blades if isinstance(blades, list) else ():
        values = {path: scalar_text(value) for path, value in scalars(blade)}
        address = next((text for text in values.values() if _ADDRESS.fullmatch(text.strip())), "")
        kind = next((values[name] for name in ("type", "model", "bladeType") if values.get(name)), "")
        found.append((values.get("slot", ""), kind, address.strip()))
    return found


def sips_port(body: bytes) -> int | None:
    """The port of encrypted SIP by services.query: 0 if it is off, None if the response does not say."""
    found: int | None = None
    ports = _members(body, "services.query").get("ports")
    for port in ports if isinstance(ports, list) else ():
        services = port.get("services") if isinstance(port, Mapping) else None
        for service in services if isinstance(services, list) else ():
            if isinstance(service, Mapping) and service.get("name") == "sips_tcp":
                number = service.get("port")
                if service.get("enabled") in (True, 1):
                    return number if isinstance(number, int) and 0 < number < 65536 else None
                found = 0
    return found


def _members(body: bytes, name: str) -> dict[str, Any]:
    try:
        return response_members(root_of(body), name)
    except Undecodable:
        return {}


def _values(decoded: DecodedSettings) -> dict[str, str]:
    return {one.setting: one.value for part in decoded.parts for one in part.values}


def _fault(body: bytes) -> NotRead | None:
    """What a fault says; None if the body is not one."""
    try:
        value = root_of(body).find("fault/value/struct")
    except (Undecodable, RecursionError):
        return None
    if value is None:
        return None
    said = {(one.findtext("name") or "").strip(): "".join(one.find("value").itertext()).strip()  # type: ignore[union-attr]
            for one in value if one.find("value") is not None}  # fmt: skip
    code, text = said.get("faultCode", ""), said.get("faultString", "")
    words = f"fault {code}: {text}"
    if code == str(NOT_AUTHORISED_CODE) or _REFUSED.search(text):
        return RefusedError(f"it does not accept the name and password ({words})")
    if code == str(NOT_SUPPORTED_CODE):
        return NotSupportedError(f"this version does not have the call ({words})")
    return NotRead(f"it answered with {words}")


def _first_part(reason: str) -> str:
    """What was found, without the advice on files."""
    return reason.partition(";")[0].partition(". ")[0]


def _blank(root: Element, path: str) -> None:
    """Empty the value of the member at a path such as ``activatedFeatures[0].key``."""
    place: Element | None = root.find("params/param/value")
    for member, number in _STEP.findall(path):
        if place is None:
            return
        if number:
            place = place.find("array/data")
            place = place[int(number)] if place is not None and int(number) < len(place) else None
        else:
            inner = place.find("struct")
            named = [
                one for one in (inner if inner is not None else ()) if (one.findtext("name") or "").strip() == member
            ]
            place = named[0].find("value") if named else None
    if place is not None:
        for child in list(place):
            place.remove(child)
        place.text = ""
