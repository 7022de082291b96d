"""The members of a saved response, XML-RPC or system.xml, without trusting the XML; a bad value costs itself only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from mcuaudit.errors import Undecodable

HEADERS: Final = (
    "HTTP headers stand before the XML, as curl -i writes them; the XML after them is read. Save it without -i"
)


@dataclass(frozen=True, slots=True)
class Unread:
    """In the place of a value that cannot be read: the reason."""

    reason: str


def without_headers(data: bytes) -> bytes:
    """`data` from its XML on, without the HTTP headers of one or several answers and without space before it."""
    rest = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    while re.match(rb"HTTP/\d(\.\d)? \d{3}", rest):
        end = re.search(rb"\r?\n[ \t]*\r?\n", rest)
        rest = rest[end.end() :].lstrip() if end else b""
    return rest


def root_of(data: bytes) -> Element:
    """The root element.

    Raises:
        Undecodable: not XML, or XML with entities or a document type.
    """
    try:
        # An encoding of two bytes a character may begin with spaces of its own.
        text = data if data[:2] in (b"\xff\xfe", b"\xfe\xff") else without_headers(data)
        root: Element = defusedxml.ElementTree.fromstring(text, forbid_dtd=True)
    except (ParseError, ExpatError) as error:
        raise Undecodable(f"not XML: {error}") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise Undecodable(
            f"XML with entities, a document type or an unsupported encoding is not read: {error}"
        ) from error
    return root


def response_members(root: Element, name: str) -> dict[str, Any]:
    """The members of a <methodResponse>: structs as dictionaries, arrays as lists, and Unread for what is neither.

    Raises:
        Undecodable: a saved request, a fault, or no struct.
    """
    if root.tag == "methodCall":
        raise _saved_request()
    if root.tag != "methodResponse":
        raise Undecodable(f"expected <methodResponse> of {name}, found <{root.tag}>")
    fault = root.find("fault/value")
    if fault is not None:
        said = _value(fault)
        said = said if isinstance(said, Mapping) else {}
        code, reason = (scalar_text(said.get(key)) for key in ("faultCode", "faultString"))
        raise Undecodable(f"the device answered with fault {code}: {reason}")
    value = root.find("params/param/value")
    members = _value(value) if value is not None else None
    if isinstance(members, Unread):
        raise Undecodable(members.reason)
    if not isinstance(members, dict):
        raise Undecodable("expected a <struct> in the response, found none")
    return members


def system_members(root: Element) -> dict[str, Any]:
    """The elements of system.xml, at every depth.

    Raises:
        Undecodable: the root is another element.
    """
    if root.tag == "methodCall":
        raise _saved_request()
    if root.tag != "system":
        raise Undecodable(f"expected system.xml with <system>, found <{root.tag}>")
    members = _children(root)
    return members if isinstance(members, dict) else {}


def _saved_request() -> Undecodable:
    return Undecodable(
        "a saved request, which holds the password in plain text; remove it, and save the response (<methodResponse>)",
        kind="saved_request",
    )


def _children(element: Element) -> Any:
    if not len(element):
        return (element.text or "").strip()
    members: dict[str, Any] = {}
    for child in element:
        value = _children(child)
        if child.tag not in members:
            members[child.tag] = value
        elif isinstance(members[child.tag], list):
            members[child.tag].append(value)
        else:
            members[child.tag] = [members[child.tag], value]
    return members


def _value(element: Element | None) -> Any:
    """One XML-RPC <value> as Python's own types."""
    if element is None:
        return Unread("the member has no <value>")
    if not len(element):
        return element.text or ""
    typed = element[0]
    if typed.tag == "struct":
        return _struct(typed)
    if typed.tag == "array":
        return [_value(value) for value in typed.findall("data/value")]
    if typed.tag not in _SCALARS:
        return Unread(f"a <value> of type <{typed.tag}> cannot be read; XML-RPC has no such type")
    read, expected = _SCALARS[typed.tag]
    text = typed.text or ""
    try:
        return read(text)
    except ValueError:
        found = text if len(text) <= 80 else f"{text[:77]}..."
        return Unread(f'a <value> of type <{typed.tag}> cannot be read: expected {expected}, found "{found}"')


def _struct(element: Element) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for member in element.findall("member"):
        name = (member.findtext("name") or "").strip()
        value = _value(member.find("value"))
        members[name] = value if members.get(name, value) == value else Unread("the member is there twice")
    return members


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,40}", text.strip()):
        raise ValueError
    return int(text)


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in ("0", "1", "false", "true"):
        raise ValueError
    return word in ("1", "true")


def date_time(text: str) -> datetime:
    """A time of XML-RPC. The devices send their clock without a zone; it is kept as UTC.

    Raises:
        ValueError: another form.
    """
    if not re.fullmatch(r"[0-9]{8}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z?", text.strip()):
        raise ValueError
    return datetime.strptime(text.strip()[:17], "%Y%m%dT%H:%M:%S").replace(tzinfo=UTC)


_SCALARS: Final[dict[str, tuple[Callable[[str], Any], str]]] = {
    **dict.fromkeys(("int", "i4", "i8", "i2", "i1"), (_integer, "a whole number")),
    "boolean": (_boolean, "0 or 1"),
    "double": (float, "a number"),
    "string": (str, "text"),
    "base64": (str, "text"),
    "nil": (str, "nothing"),
    "dateTime.iso8601": (date_time, "a time such as 20261123T10:00:00"),
}


def scalars(members: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no struct or array, by its path, such as ``ports[0].services[1].name``."""
    if isinstance(members, Mapping):
        for key, value in members.items():
            yield from scalars(value, f"{path}.{key}" if path else str(key))
    elif isinstance(members, list):
        for number, value in enumerate(members):
            yield from scalars(value, f"{path}[{number}]")
    else:
        yield path, members


def scalar_text(value: Any) -> str:
    """A value as the frames hold it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
