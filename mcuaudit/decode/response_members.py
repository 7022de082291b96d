"""The members of a saved response: by their name or nearly so, and what stands in the place of a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.decode.xml_rpc import Nil, Unread, scalar_text
from mcuaudit.domain.likeness import alike, same_letters
from mcuaudit.errors import suggestion
from mcuaudit.system.toml_text import shown

Members = Mapping[str, Any]
_KNOWN: Final = frozenset(
    {"model", "serial", "softwareVersion", "currentTime", "rebootRequired", "hostName", "activatedFeatures", "portA",
     "portB", "ipv4Address", "ipAddress", "ipv6Address", "ipAddressV6", "ports", "port", "services", "name", "type",
     "enabled", "setting", "receivers", "receiverURI", "sourceIdentifier", "index"}
)  # fmt: skip
"""Members that mean what they are called: none is a misspelling of another."""
_WORDS_ON: Final = {"1", "true", "yes", "on", "enabled"}
_WORDS_OFF: Final = {"0", "false", "no", "off", "disabled"}


@dataclass(frozen=True, slots=True)
class Found:
    """A setting in a response: its value, the member that people look for, and the paths that the value is made of."""

    key: str
    value: Any
    member: str
    paths: tuple[str, ...] = ()


def member(struct: Members, name: str) -> tuple[Any, str]:
    """The value of a member and the name under which it is there; None if it is not there.

    It is Unread if a member of nearly its name is there instead, or one that differs in case or punctuation beside it.
    """
    others = [other for other in struct if other not in _KNOWN]
    if name in struct:
        twice = any(same_letters(other, name) and struct[other] != struct[name] for other in others)
        return (Unread("the member is there twice") if twice else struct[name]), name
    near = next((other for other in others if alike(other, name)), None)
    if near is None:
        return (Unread("a member of the struct has no name") if "" in struct else None), name
    return Unread(f"unknown member.{suggestion(near, name)}"), near


def is_on(value: Any) -> bool | Unread:
    """A tick box, given as a boolean, a number or a word."""
    if isinstance(value, Unread):
        return value
    word = scalar_text(value).strip().casefold()
    if word in _WORDS_ON | _WORDS_OFF:
        return word in _WORDS_ON
    return Unread(f"expected 0 or 1, found {shown_value(value)}")


def no_list(value: Any) -> Unread:
    """Why a value is not an array."""
    return value if isinstance(value, Unread) else Unread(f"expected an array, found {shown_value(value)}")


def no_struct(value: Any) -> Unread:
    """Why a value is not a struct."""
    return value if isinstance(value, Unread) else Unread(f"expected a struct, found {shown_value(value)}")


def shown_value(value: Any) -> str:
    """A value in a message."""
    if isinstance(value, Nil):
        return "<nil/>"
    if isinstance(value, Mapping):
        return "a struct"
    return "an array" if isinstance(value, list) else "nothing" if value is None else shown(value)
