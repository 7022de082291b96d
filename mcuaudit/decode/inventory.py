"""The hosts of an Ansible inventory: in INI, in YAML, or in JSON as `ansible-inventory --list` prints it.

Nothing of it is run: no template, plugin or script. A variable that is a template is not a value.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, Final

from mcuaudit.errors import Undecodable

_NO_SITE: Final = frozenset({"all", "ungrouped", "_meta"})
_ADDRESS: Final = "ansible_host"
_WHICH_SITE: Final = "give the host the variable site, or list the hosts of one group for each site"
EXPECTED: Final = "an inventory in INI or YAML, or the JSON of ansible-inventory --list, with groups and their hosts"
_SECTION: Final = re.compile(r"\[([\w.-]+)(?::(children|vars|hosts))?\]\s*(?:[#;].*)?")
_YAML_GROUP: Final = re.compile(r"---.*|[\w.-]+:\s*(?:#.*)?")
_RANGE: Final = re.compile(r"\[([0-9]+|[a-z]):([0-9]+|[a-z])\]")
_MOST_HOSTS: Final = 10_000
_DEEPEST: Final = 20
_LARGEST_YAML: Final = 4 << 20


def is_inventory(text: str) -> bool:
    """Whether a text is an inventory in INI or YAML, and not a table."""
    lines = [line.strip() for line in text.splitlines()]
    first = next((line for line in lines if line and line[0] not in "#;"), "")
    return any(map(_SECTION.fullmatch, lines)) or _YAML_GROUP.fullmatch(first) is not None


def inventory_of_text(text: str) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """The rows of an inventory in INI or YAML; see `inventory_rows`.

    Raises:
        Undecodable: it cannot be read, or has no hosts.
    """
    is_ini = any(_SECTION.fullmatch(line.strip()) for line in text.splitlines())
    groups = _Groups()
    (_read_ini if is_ini else _read_yaml)(text, groups)
    return _rows(groups.as_listed())


def inventory_rows(data: bytes) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Each host, its cells as a list of devices has them, and why it is not known which site it is of; "" if it is.

    Its site is the variable ``site``, or else the one group that it is in.

    Raises:
        Undecodable: it is not such an inventory.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Undecodable(f"expected {EXPECTED}; the JSON cannot be read") from error
    return _rows(content)


class _Groups:
    """The groups of an inventory with their hosts, the groups below them, and the variables of both."""

    def __init__(self) -> None:
        self.hosts: dict[str, dict[str, None]] = {}
        self.below: dict[str, list[str]] = {}
        self.variables: dict[str, dict[str, Any]] = {}
        self.host_variables: dict[str, dict[str, Any]] = {}
        self._reached: set[str] = set()

    def add(self, group: str, pattern: str, variables: Mapping[str, Any]) -> None:
        """Add the hosts of a pattern such as ``mcu-[01:12]`` to a group."""
        for host in _expanded(pattern):
            self.hosts.setdefault(group, {})[host] = None
            self.host_variables.setdefault(host, {}).update(variables)
            if len(self.host_variables) > _MOST_HOSTS:
                raise Undecodable(f"the inventory has more than {_MOST_HOSTS:,} hosts")

    def as_listed(self) -> Mapping[str, Any]:
        """As ``ansible-inventory --list`` has it: a variable of a nearer group comes before that of one above it."""
        found: dict[str, dict[str, Any]] = {}
        for group in (one for one in self.variables if not self._has_above(one)):
            self._inherit(group, {}, found, 0)
        if self._reached < set(self.variables):
            raise Undecodable(f"groups contain one another: {', '.join(sorted(set(self.variables) - self._reached))}")
        variables = {host: {**found.get(host, {}), **own} for host, own in self.host_variables.items()}
        return {"_meta": {"hostvars": variables}, **{name: {"hosts": [*hosts]} for name, hosts in self.hosts.items()}}

    def _has_above(self, group: str) -> bool:
        return any(group in below for below in self.below.values())

    def _inherit(self, group: str, above: Mapping[str, Any], found: dict[str, dict[str, Any]], depth: int) -> None:
        if depth > _DEEPEST:
            raise Undecodable(f"the groups of the inventory are more than {_DEEPEST} deep, or contain one another")
        self._reached.add(group)
        mine = {**above, **self.variables.get(group, {})}
        for host in self.hosts.get(group, ()):
            found.setdefault(host, {}).update(mine)
        for below in self.below.get(group, ()):
            self._inherit(below, mine, found, depth + 1)


def _expanded(pattern: str) -> Iterator[str]:
    parts: list[Iterable[str]] = []
    place = 0
    for one in _RANGE.finditer(pattern):
        parts += [[pattern[place : one.start()]], _between(one[1], one[2])]
        place = one.end()
    for number, chosen in enumerate(product(*parts, [pattern[place:]])):
        if number >= _MOST_HOSTS:
            raise Undecodable(f"{pattern} stands for more than {_MOST_HOSTS:,} hosts")
        yield "".join(chosen)


def _between(first: str, last: str) -> list[str]:
    if first.isdigit() != last.isdigit():
        raise Undecodable(f"[{first}:{last}] is not a range; write [01:12] or [a:f]")
    if not first.isdigit():
        return [chr(one) for one in range(ord(first), ord(last) + 1)]
    if len(last) > len(str(_MOST_HOSTS)):
        raise Undecodable(f"[{first}:{last}] stands for more than {_MOST_HOSTS:,} hosts")
    width = len(first) if first.startswith("0") else 0
    return [str(one).zfill(width) for one in range(int(first), int(last) + 1)]


def _read_ini(text: str, groups: _Groups) -> None:
    group, kind = "ungrouped", "hosts"
    for number, whole in enumerate(text.splitlines(), start=1):
        line = whole.strip()
        if not line or line[0] in "#;":
            continue
        if section := _SECTION.fullmatch(line):
            group, kind = section[1], section[2] or "hosts"
            groups.variables.setdefault(group, {})
            continue
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise Undecodable("a quotation mark is not closed", f"line {number}") from error
        if kind == "children":
            groups.variables.setdefault(words[0], {})
            groups.below.setdefault(group, []).append(words[0])
        elif kind == "vars":
            key, _, value = line.partition("=")
            groups.variables[group][key.strip()] = value.strip().strip("\"'")
        else:
            pairs = (word.partition("=") for word in words[1:])
            groups.add(group, words[0], {key: value for key, _, value in pairs})


def _read_yaml(text: str, groups: _Groups) -> None:
    import yaml

    if len(text) > _LARGEST_YAML:
        raise Undecodable(f"an inventory in YAML of more than {_LARGEST_YAML >> 20} MiB is not read")
    load: Callable[[str], Any] = yaml.safe_load
    try:
        content = load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        raise Undecodable(
            f"expected {EXPECTED}; the YAML cannot be read", f"line {where.line + 1}" if where else ""
        ) from error
    for name, group in _mapping(content).items():
        _add_yaml_group(str(name), group, groups, 0)


def _add_yaml_group(name: str, group: Any, groups: _Groups, depth: int) -> None:
    if depth > _DEEPEST:
        raise Undecodable(f"the groups of the inventory are more than {_DEEPEST} deep")
    groups.variables.setdefault(name, {}).update(_mapping(_mapping(group).get("vars")))
    for host, variables in _mapping(_mapping(group).get("hosts")).items():
        groups.add(name, str(host), _mapping(variables))
    for below, content in _mapping(_mapping(group).get("children")).items():
        groups.below.setdefault(name, []).append(str(below))
        _add_yaml_group(str(below), content, groups, depth + 1)


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
