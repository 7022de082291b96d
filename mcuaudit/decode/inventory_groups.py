"""The groups of an Ansible inventory: their hosts, the groups below them, and which variable of a group counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any, Final

from mcuaudit.errors import Undecodable

GROUP_OF_ALL: Final = "all"
"""The group that is above each other one."""
_USED: Final = ("site", "ansible_host")
"""The variables that are read."""
_RANGE: Final = re.compile(r"\[([0-9]+|[a-z]):([0-9]+|[a-z])\]")
_MOST_HOSTS: Final = 10_000
_MOST_ENTRIES: Final = 100_000
_LONGEST: Final = 500
_LONGEST_NUMBER: Final = 12
_Ranked = tuple[int, str, Any]
"""The depth and name of the group that has a variable, and its value: the greatest counts."""


class InventoryGroups:
    """The groups of an inventory with their hosts, the groups below them, and the variables of both."""

    def __init__(self) -> None:
        self._hosts: dict[str, dict[str, None]] = {}
        self._below: dict[str, dict[str, None]] = {}
        self._variables: dict[str, dict[str, Any]] = {}
        self._host_variables: dict[str, dict[str, Any]] = {}
        self._entries = 0

    def add_group(self, group: str) -> None:
        """Add a group that may have nothing in it."""
        self._variables.setdefault(group, {})

    def add_variables(self, group: str, variables: Mapping[str, Any]) -> None:
        """Add variables of a group; the later of two values counts."""
        self.add_group(group)
        self._variables[group].update(_used(variables))

    def add_below(self, group: str, below: str) -> None:
        """Add a group below another one.

        Raises:
            Undecodable: the inventory has too many entries.
        """
        self._count()
        self.add_group(group)
        self.add_group(below)
        self._below.setdefault(group, {})[below] = None

    def add_hosts(self, group: str, pattern: str, variables: Mapping[str, Any]) -> None:
        """Add the hosts of a pattern such as ``mcu-[01:12]`` to a group.

        Raises:
            Undecodable: the pattern has a range that is none, or the inventory has too many hosts or entries.
        """
        self.add_group(group)
        for host in _expanded(pattern):
            self._count()
            self._hosts.setdefault(group, {})[host] = None
            self._host_variables.setdefault(host, {}).update(_used(variables))
            if len(self._host_variables) > _MOST_HOSTS:
                raise Undecodable(f"the inventory has more than {_MOST_HOSTS:,} hosts")

    def as_listed(self) -> Mapping[str, Any]:
        """As ``ansible-inventory --list`` has it: a variable of a nearer group comes before that of one above it.

        Of two groups that are as near, the one whose name is later in the alphabet counts, as for Ansible.

        Raises:
            Undecodable: groups contain one another.
        """
        ranked = self._ranked()
        variables: dict[str, dict[str, Any]] = {host: {} for host in self._host_variables}
        best: dict[str, dict[str, _Ranked]] = {}
        for group, hosts in self._hosts.items():
            for host in hosts:
                _raise_to(best.setdefault(host, {}), ranked[group])
        for host, own in self._host_variables.items():
            variables[host] = {key: value for key, (_, _, value) in best[host].items()} | own
        return {"_meta": {"hostvars": variables}, **{name: {"hosts": [*hosts]} for name, hosts in self._hosts.items()}}

    def _ranked(self) -> dict[str, dict[str, _Ranked]]:
        """The variables that count in each group; each group is visited once, after all that are above it."""
        below = {group: dict(self._below.get(group, ())) for group in (GROUP_OF_ALL, *self._variables)}
        above = dict.fromkeys(below, 0)
        for groups in below.values():
            for one in groups:
                above[one] += 1
        for one in [group for group, number in above.items() if not number and group != GROUP_OF_ALL]:
            below[GROUP_OF_ALL][one] = None
            above[one] += 1
        ready = [GROUP_OF_ALL] if not above[GROUP_OF_ALL] else []
        depth = dict.fromkeys(below, 0)
        found: dict[str, dict[str, _Ranked]] = {group: {} for group in below}
        while ready:
            group = ready.pop()
            own = {key: (depth[group], group, value) for key, value in self._variables.get(group, {}).items()}
            found[group] |= own
            for one in below[group]:
                _raise_to(found[one], found[group])
                depth[one] = max(depth[one], depth[group] + 1)
                above[one] -= 1
                if not above[one]:
                    ready.append(one)
        if around := sorted(group for group, number in above.items() if number):
            raise Undecodable(f"groups contain one another: {', '.join(around[:_MOST_NAMED])}")
        return found

    def _count(self) -> None:
        self._entries += 1
        if self._entries > _MOST_ENTRIES:
            raise Undecodable(f"the inventory has more than {_MOST_ENTRIES:,} hosts and groups in its groups")


_MOST_NAMED: Final = 8


def _raise_to(found: dict[str, _Ranked], others: Mapping[str, _Ranked]) -> None:
    for key, one in others.items():
        if key not in found or found[key][:2] < one[:2]:
            found[key] = one


def _used(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {key: variables[key] for key in _USED if key in variables}


def _expanded(pattern: str) -> Iterator[str]:
    if len(pattern) > _LONGEST:
        raise Undecodable(f"{_short(pattern)} has more than {_LONGEST} characters, so it is not the name of a host")
    parts: list[Iterable[str]] = []
    place, number = 0, 1
    for one in _RANGE.finditer(pattern):
        between = _between(one[1], one[2])
        number *= len(between)
        if number > _MOST_HOSTS:
            raise Undecodable(f"{_short(pattern)} stands for more than {_MOST_HOSTS:,} hosts")
        parts += [[pattern[place : one.start()]], between]
        place = one.end()
    yield from map("".join, product(*parts, [pattern[place:]]))


def _between(first: str, last: str) -> list[str]:
    said = f"[{_short(first)}:{_short(last)}]"
    if max(len(first), len(last)) > _LONGEST_NUMBER or first.isdigit() != last.isdigit():
        raise Undecodable(f"{said} is not a range; write [01:12] or [a:f]")
    start, end = (int(first), int(last)) if first.isdigit() else (ord(first), ord(last))
    if start > end:
        raise Undecodable(f"{said} is not a range; write the smaller one first, as in [01:12]")
    if end - start >= _MOST_HOSTS:
        raise Undecodable(f"{said} stands for more than {_MOST_HOSTS:,} hosts")
    if not first.isdigit():
        return [chr(one) for one in range(start, end + 1)]
    width = len(first) if first.startswith("0") else 0
    return [str(one).zfill(width) for one in range(start, end + 1)]


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


_MOST_SHOWN: Final = 40
