"""The hosts of an Ansible inventory: in INI, in YAML, or in JSON as `ansible-inventory --list` prints it.

Nothing of it is run: no template, plugin or script. A variable that is a template is not a value.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mcuaudit.decode.inventory_groups import GROUP_OF_ALL, InventoryGroups
from mcuaudit.decode.yaml_texts import yaml_texts
from mcuaudit.errors import Undecodable

_NO_SITE: Final = frozenset({GROUP_OF_ALL, "ungrouped", "_meta"})
_ADDRESS: Final = "ansible_host"
_WHICH_SITE: Final = "give the host the variable site, or list the hosts of one group for each site"
EXPECTED: Final = "an inventory in INI or YAML, or the JSON of ansible-inventory --list, with groups and their hosts"
_SECTION: Final = re.compile(r"\[([\w.-]+)(?::(children|vars|hosts))?\]\s*(?:[#;].*)?")
_YAML_GROUP: Final = re.compile(r"---.*|[\w.-]+:\s*(?:#.*)?")
_INI_HOST: Final = re.compile(r"[^\s,;|=\"]+(?:\s+[\w.]+=.*)?")
_NOTHING: Final = ("", "~", "null", "Null", "NULL")
"""Plain scalars that mean no value in YAML."""


def is_inventory(text: str) -> bool:
    """Whether a text that is not a table with a header is an inventory in INI or YAML."""
    lines = _lines(text)
    first = next(lines, "")
    if _SECTION.fullmatch(first) or _YAML_GROUP.fullmatch(first):
        return True
    # Hosts can stand above the first section.
    return _INI_HOST.fullmatch(first) is not None and any(map(_SECTION.fullmatch, lines))


def inventory_of_text(text: str) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """The rows of an inventory in INI or YAML; see `inventory_rows`.

    Raises:
        Undecodable: it cannot be read, or has no hosts.
    """
    groups = InventoryGroups()
    (_read_yaml if _YAML_GROUP.fullmatch(next(_lines(text), "")) else _read_ini)(text, groups)
    return _rows(groups.as_listed())


def inventory_rows(data: bytes) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Each host, its cells as a list of devices has them, and why it is not known which site it is of; "" if it is.

    Its site is the variable ``site``, or else the one group that it is in.

    Raises:
        Undecodable: it is not such an inventory.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise Undecodable(f"expected {EXPECTED}; the JSON cannot be read") from error
    return _rows(content)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Undecodable(f'the key "{key[:40]}" is there twice; remove one')
        found[key] = value
    return found


def _lines(text: str) -> Iterator[str]:
    """The lines that are neither empty nor a comment."""
    lines = (line.strip() for line in text.splitlines())
    return (line for line in lines if line and line[0] not in "#;")


def _read_ini(text: str, groups: InventoryGroups) -> None:
    group, kind = "ungrouped", "hosts"
    for number, whole in enumerate(text.splitlines(), start=1):
        line = whole.strip()
        if not line or line[0] in "#;":
            continue
        if section := _SECTION.fullmatch(line):
            group, kind = section[1], section[2] or "hosts"
            groups.add_group(group)
            continue
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise Undecodable("a quotation mark is not closed", f"line {number}") from error
        if kind == "vars":
            key, _, value = line.partition("=")
            groups.add_variables(group, {key.strip(): value.strip().strip("\"'")})
        elif kind == "children":
            groups.add_below(group, words[0])
        else:
            pairs = (word.partition("=") for word in words[1:])
            groups.add_hosts(group, words[0], {key: value for key, _, value in pairs})


def _read_yaml(text: str, groups: InventoryGroups) -> None:
    content = yaml_texts(text, EXPECTED)
    waiting = deque(_mapping(content).items())
    seen: set[tuple[str, int]] = set()
    while waiting:
        name, group = waiting.popleft()
        # What aliases repeat is read once for each name that it has.
        if (name, id(group)) in seen:
            continue
        seen.add((name, id(group)))
        groups.add_group(name)
        groups.add_variables(name, _part(name, group, "vars"))
        for host, variables in _part(name, group, "hosts").items():
            groups.add_hosts(name, host, _mapping(variables))
        for below, of_below in _part(name, group, "children").items():
            groups.add_below(name, below)
            waiting.append((below, of_below))


def _part(name: str, group: Any, key: str) -> Mapping[str, Any]:
    """The hosts, children or variables of a group in YAML; one name alone is a text."""
    value = _mapping(group).get(key, "")
    if isinstance(value, str):
        return {} if value in _NOTHING else {value: ""}
    if not isinstance(value, Mapping):
        raise Undecodable(
            f'the group "{name[:40]}" has a list of {key}; expected each name with a colon and without a dash'
        )
    return value


def _rows(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """The rows of an inventory as ``ansible-inventory --list`` has it."""
    groups = {str(name): group for name, group in content.items() if isinstance(group, Mapping)}
    hosts: dict[str, list[str]] = {}
    for name, group in groups.items():
        for host in _texts(group.get("hosts")):
            hosts.setdefault(host, []).extend([name] if name not in _NO_SITE else [])
    if not hosts:
        raise Undecodable(f"expected {EXPECTED}; found no group with hosts")
    variables = _mapping(_mapping(content.get("_meta")).get("hostvars"))
    for host, found in hosts.items():
        mine = _mapping(variables.get(host))
        address = mine.get(_ADDRESS)
        reached = str(address) if isinstance(address, str) else ""
        is_address = reached[:1].isdigit() or ":" in reached
        names = dict.fromkeys(name for name in (host, "" if is_address else reached) if "." in name)
        cells = {
            "device": host.partition(".")[0],
            "site": str(mine["site"]) if isinstance(mine.get("site"), str) else ",".join(found),
            "device.addresses": reached if is_address else "",
            "device.host_names": " ".join(names),
        }
        said = f"the groups {', '.join(found)}" if found else "no group"
        yield f"host {host}", cells, "" if "site" in mine or len(found) == 1 else f"{said}; {_WHICH_SITE}"


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
