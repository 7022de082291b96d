"""The hosts of an Ansible inventory, written in whatever it is, as `ansible-inventory --list` prints it: JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mcuaudit.errors import Undecodable

_NO_SITE: Final = frozenset({"all", "ungrouped", "_meta"})
_ADDRESS: Final = "ansible_host"
_WHICH_SITE: Final = "give the host the variable site, or list the hosts of one group for each site"
EXPECTED: Final = "the JSON of ansible-inventory --list, with the groups and their hosts"


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
