"""The members of a saved response, XML-RPC or system.xml, without trusting the XML; a bad value costs itself only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ErrorString

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


@dataclass(frozen=True, slots=True)
class Nil:
    """In the place of a value that is <nil/>: the member is there, and says nothing."""

    def __str__(self) -> str:
        return ""


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
        root: Element = defusedxml.ElementTree.fromstring(without_headers(data), forbid_dtd=True)
    except ParseError as error:
        raise (_other_than_xml(data) or _broken_xml(data, error)) from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise (
            _other_than_xml(data)
            or Undecodable(
                "XML with entities, a document type or an unsupported encoding is not read; save the response of the "
                "device itself, as UTF-8"
            )
        ) from error
    return root


_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_OF_A_MAIL: Final = re.compile(rb"(?:from|received|return-path|delivered-to|subject|message-id|mime-version): ", re.I)


def _other_than_xml(data: bytes) -> Undecodable | None:
    """What a file is that is not XML, and what to do; None if that is not known."""
    rest = without_headers(data)
    statuses = _STATUS.findall(data[: len(data) - len(rest)])
    if not data.strip():
        return Undecodable("expected XML, found an empty file; save the response again")
    if statuses and statuses[-1] in (b"401", b"403"):
        return Undecodable(
            f"the device refused the request with HTTP status {statuses[-1].decode()}; save the response again, with "
            "the name and password of an administrator in the request"
        )
    if statuses and not rest.startswith(b"<"):
        return Undecodable(
            f"expected XML, found an answer with HTTP status {statuses[-1].decode()} without XML; save the response "
            "again"
        )
    found = (
        "a web page" if _is_web_page(rest)
        else "JSON" if rest[:1] in (b"{", b"[")
        else "a mail" if _OF_A_MAIL.match(rest)
        else ""
    )  # fmt: skip
    if not found:
        return None
    return Undecodable(f"expected XML, found {found}; save the response of the device itself, which begins with <")


def _broken_xml(data: bytes, error: ParseError) -> Undecodable:
    line, column = error.position
    # The parser names a defect of XML well, and nothing else.
    defect = f" ({ErrorString(error.code)})" if without_headers(data).startswith(b"<") else ""
    return Undecodable(f"not XML{defect}: line {line}, character {column + 1}; save the response again")


def _is_web_page(data: bytes) -> bool:
    return bool(re.match(rb"<!doctype html|<html", data, re.IGNORECASE))


def response_members(root: Element, name: str) -> dict[str, Any]:
    """The members of a <methodResponse>: structs as dictionaries, arrays as lists, and Unread for what is neither.

    Raises:
        Undecodable: a saved request, a fault, or no struct.
    """
    if root.tag == "methodCall":
        raise _saved_request()
    if root.tag != "methodResponse":
        raise Undecodable(f"expected <methodResponse> of {name}, found <{root.tag}>; save the response of {name} again")
    fault = root.find("fault/value")
    if fault is not None:
        said = _value(fault)
        said = said if isinstance(said, Mapping) else {}
        known = {key: scalar_text(said[key]) for key in ("faultCode", "faultString") if key in said}
        words = f"fault {': '.join(known.values())}" if known else "a fault"
        raise Undecodable(f"the device answered with {words}. Send the request again, and save its response")
    value = root.find("params/param/value")
    members = _value(value) if value is not None else None
    if isinstance(members, Unread):
        raise Undecodable(members.reason)
    if not isinstance(members, dict):
        raise Undecodable("expected a <struct> in the response, found none; save the response again")
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
    if len(element) > 1:
        return Unread("a <value> has two types")
    typed = element[0]
    if typed.tag == "struct":
        return _struct(typed)
    if typed.tag == "array":
        return _array(typed)
    if typed.tag == "nil":
        return Nil()
    text = typed.text or ""
    if typed.tag in _TEXTS:
        return text
    if typed.tag not in _SCALARS:
        return Unread(f"a <value> of type <{typed.tag}> cannot be read; XML-RPC has no such type")
    read, expected = _SCALARS[typed.tag]
    try:
        return read(text)
    except ValueError:
        found = text if len(text) <= 80 else f"{text[:77]}..."
        return Unread(f'a <value> of type <{typed.tag}> cannot be read: expected {expected}, found "{found}"')


def _array(element: Element) -> list[Any] | Unread:
    if [child.tag for child in element] != ["data"]:
        return Unread("an <array> has <data>, and nothing else")
    other = next((value.tag for value in element[0] if value.tag != "value"), None)
    return Unread(f"the <data> of an <array> has <{other}>") if other else [_value(value) for value in element[0]]


def _struct(element: Element) -> dict[str, Any] | Unread:
    members: dict[str, Any] = {}
    for member in element:
        if member.tag != "member":
            return Unread(f"a <struct> has <member>, found <{member.tag}>")
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


_TEXTS: Final = ("string", "base64")
_SCALARS: Final[dict[str, tuple[Callable[[str], Any], str]]] = {
    **dict.fromkeys(("int", "i4", "i8", "i2", "i1"), (_integer, "a whole number")),
    "boolean": (_boolean, "0 or 1"),
    "double": (float, "a number"),
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
