"""Saved responses of a device: the settings in them, and all other members under ``api.NAME``."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree.ElementTree import Element

from mcuaudit.collect.file_names import RESPONSES
from mcuaudit.decode.records import DamagedSetting, DecodedSetting, DecodedSettings, Problem, SettingsPart
from mcuaudit.decode.response_members import Found
from mcuaudit.decode.response_settings import found_in, other_response, response_with, settings_of_two
from mcuaudit.decode.secret_texts import is_secret_name
from mcuaudit.decode.values import ReadValue, read_value
from mcuaudit.decode.xml_rpc import (
    HEADERS,
    Nil,
    Unread,
    response_members,
    root_of,
    scalar_text,
    scalars,
    system_members,
    without_headers,
)
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import Undecodable
from mcuaudit.wording.numbers import plural

_KEY: Final = re.compile(r"keys?")
_OF_LICENCE: Final = re.compile(
    r"(?:^|\W)(?:activatedFeatures|\w*licen[cs]es?)(?:\[\d+\])*\.keys?(?:\[\d+\])*$"
    r"|licen[cs]es?_?keys?(?:\[\d+\])*(?:\.\w+)?$",
    re.IGNORECASE,
)
"""The member of a licence or feature that has its key, or a member that is named as one: licenceKeys[0]."""
_RESPONSE: Final = re.compile(rb"<methodResponse\b.*?</methodResponse\s*>", re.DOTALL)
_LICENCE_KEY = re.compile(r"[0-9A-Z]{4,6}(-[0-9A-Z]{4,6}){3,}")
_IS_SECRET: Final = "licence key or password. Remove it"


def decode_response(data: bytes, name: str) -> DecodedSettings:
    """The settings in one saved response; `name` is that of the file, such as ``device.query``.

    Members that give no setting are kept under ``api.NAME.path``, at every depth; licence keys and passwords are not,
    nor are the conferences and participants that an ``enumerate`` lists.

    Raises:
        Undecodable: not a response: other XML, a fault, a saved request, or not XML.
    """
    root = root_of(data)
    members, other = _members(root, name)
    if not members:
        return DecodedSettings((SettingsPart("", ()),))
    known = settings_of_two(name, other) if other else found_in(name, members)
    values: list[DecodedSetting] = []
    damaged: list[DamagedSetting] = []
    problems: list[Problem] = []
    if b"HTTP/" in data[: len(data) - len(without_headers(data))]:
        problems.append(Problem("unrecognised", "line 1", HEADERS))
    # A value that cannot be read is one problem, at its own path.
    unread = {scalar.reason for _, scalar in scalars(members) if isinstance(scalar, Unread)}
    for found in known:
        read = _read(found)
        problems += [Problem("unreadable", found.member, reason) for reason in read.reasons if reason not in unread]
        if read.text is None:
            damaged.append(DamagedSetting(found.key, found.member, read.reasons[0]))
        else:
            values.append(DecodedSetting(found.key, read.text, found.member, bool(read.reasons)))
    used = {path for found in known for path in found.paths}
    for path, scalar in scalars(members):
        if secret := _kind_of_secret(path, scalar):
            problems.append(Problem(secret, path, _IS_SECRET))
        elif isinstance(scalar, Unread):
            problems.append(Problem("unreadable", path, scalar.reason))
        elif path not in used and not name.endswith(".enumerate"):
            values.append(DecodedSetting(f"api.{name}.{path}", scalar_text(scalar), path))
    return DecodedSettings((SettingsPart("", tuple(values), tuple(damaged)),), _each_once(problems))


def responses_held(data: bytes) -> tuple[str, ...]:
    """The responses that a file of any name holds, by their members; empty if it holds none that is known.

    A file may hold several, one after the other; if one of them cannot be read, it may be any.
    """
    try:
        root_of(data)
    except (Undecodable, RecursionError):
        found = [_response_held(one) for one in _RESPONSE.findall(data)]
        whole = all(found) and data.count(b"<methodResponse") == len(found)
        return tuple(dict.fromkeys(found)) if whole else RESPONSES
    return (held,) if (held := _response_held(data)) else ()


def _response_held(data: bytes) -> str:
    try:
        root = root_of(data)
        if root.tag == "system":
            return "system" if len(root) else ""
        return response_with(response_members(root, root.tag)) if root.tag == "methodResponse" else ""
    except (Undecodable, RecursionError):
        return ""


def _members(root: Element, name: str) -> tuple[dict[str, Any], str]:
    """The members of a response, and the name of the response that it is, if that is another one."""
    if root.tag == "system" and name != "system" and (members := system_members(root)):
        return members, "system"
    if root.tag == "methodResponse" and name == "system":
        value = root.find("params/param/value/struct")
        if value is not None and (other := response_with(members := response_members(root, name))):
            return members, other
    if name == "system":
        return system_members(root), ""
    members = response_members(root, name)
    return members, other_response(name, members)


def _each_once(problems: list[Problem]) -> tuple[Problem, ...]:
    """Of unreadable values with one reason, the first, with the number of the others."""
    places: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        where = () if problem.kind == "unreadable" else (problem.where,)
        places.setdefault((problem.kind, problem.reason, *where), []).append(problem.where)
    once = []
    for (kind, reason, *_), found in places.items():
        others = len(dict.fromkeys(found)) - 1
        more = f" (and {plural(others, 'other member')} of the response)" if others else ""
        once.append(Problem(kind, found[0], f"{reason}{more}"))
    return tuple(once)


def _read(found: Found) -> ReadValue:
    """The value in the form of the frames; of a list, what can be read."""
    if isinstance(found.value, Unread | Nil):
        return ReadValue(None, (_reason(found.value),))
    setting = SETTING_BY_KEY.get(found.key)
    if not isinstance(found.value, list):
        return read_value(setting, found.value) if setting else ReadValue(scalar_text(found.value))
    unread = tuple(dict.fromkeys(_reason(entry) for entry in found.value if isinstance(entry, Unread | Nil)))
    good = [entry for entry in found.value if not isinstance(entry, Unread | Nil)]
    read = read_value(SETTING_BY_KEY[found.key], good)
    return ReadValue(read.text if good or not unread else None, (*read.reasons, *unread))


def _reason(value: Unread | Nil) -> str:
    return value.reason if isinstance(value, Unread) else "expected a value, found <nil/>"


def _kind_of_secret(path: str, value: Any) -> str | None:
    """secret for a password or key, by the name of a member above it; licence for a licence key, by its name or form.

    None for all else; names of licences and features are none.
    """
    if value == "":
        return None
    words = [word.casefold() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", path)]
    if is_secret_name(path):
        return "secret"
    if _OF_LICENCE.search(path):
        return "licence"
    if any(map(_KEY.fullmatch, words)):
        return "secret"
    named = re.search(r"(^|\W)licen[cs]es?$", path, re.IGNORECASE) and not path.startswith("activated")
    formed = isinstance(value, str) and _LICENCE_KEY.fullmatch(value.strip())
    return "licence" if named or formed else None
