"""A described fleet on disk, as an export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.oracles.law.authorities import pem
from tests.oracles.law.description import Nothing, Presented, Store
from tests.oracles.law.generated_fleet import Export, Level

CUT = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def write(export: Export, directory: Path) -> Path:
    """All files of it."""
    files: dict[str, bytes] = {}
    if export.fleet.mesh != "none":
        files["mcuaudit.toml"] = f'[policy]\nmesh = "{export.fleet.mesh}"\n'.encode()
    for level in export.levels.values():
        files |= {f"{level.path}/{name}": content for name, content in _files(level)}
    for site in {level.path.partition("/")[0] for level in export.levels.values() if level.in_table}:
        rows = [one for one in export.levels.values() if one.in_table and one.path.startswith(f"{site}/")]
        files[f"{site}/settings.csv"] = table(rows)
    for name, content in files.items():
        path = directory / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return directory


def _files(level: Level) -> Iterator[tuple[str, bytes]]:
    if level.settings and not level.in_table:
        yield "settings.toml", settings(level.settings).encode()
    if level.local is not None:
        yield "local-certificate.pem", pem(level.local.leaf, *level.local.chain)
    for slot, store in level.stores.items():
        yield f"{slot}-trust-store.pem", trust_store(store)
    if level.peers:
        yield "peers.toml", "".join(f"[[peer]]\n{_peer(facts)}\n" for facts in level.peers.values()).encode()
    for facts in level.peers.values():
        for key, value in facts.items():
            if _file(key, facts):
                yield _file(key, facts), content(value)


def _peer(facts: dict[str, Any]) -> str:
    lines = []
    for key, value in facts.items():
        name = {"store": "trust_store"}.get(key, key)
        told = False if isinstance(value, Nothing) else _file(key, facts) or value
        lines.append(f"{name} = {json.dumps(told)}")
    return "\n".join(lines)


def _file(key: str, facts: dict[str, Any]) -> str:
    """The file that the value of a key is written to; "" if the key holds the value itself."""
    value, stem = facts[key], f"peers/{facts['name'].replace(' ', '-').replace('/', '-')}"
    if isinstance(value, Presented):
        return f"{stem}.pem" if key == "certificate" else f"{stem}-client.pem"
    if isinstance(value, Store):
        return f"{stem}-trusted.pem"
    return f"{stem}.ocsp" if isinstance(value, bytes) else ""


def content(value: Presented | Store | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    return trust_store(value) if isinstance(value, Store) else pem(value.leaf, *value.chain)


def trust_store(store: Store) -> bytes:
    """PEM of the members; a damaged store has a block that is cut off."""
    return (pem(*store.members) + (CUT if store.damaged else b"")) or b"# empty\n"


def settings(values: dict[str, object]) -> str:
    """settings.toml."""
    top, tables, lists = [], dict[str, list[str]](), []
    for key, value in values.items():
        if key in ("users", "feedback_receivers"):
            entries = list(value)  # type: ignore[call-overload]
            if not entries:
                top.append(f"{key} = []")
            for entry in entries:
                lists.append(f"[[{key}]]\n" + _entry(key, entry))
            continue
        table, _, name = key.rpartition(".")
        tables.setdefault(table, []).append(f"{name} = {json.dumps(value)}")
    parts = [*top, *(f"[{table}]\n" + "\n".join(lines) for table, lines in sorted(tables.items())), *lists]
    return "\n".join(parts) + "\n"


def _entry(key: str, entry: Any) -> str:
    if key == "feedback_receivers":
        return f"uri = {json.dumps(entry)}\n"
    name, privilege = entry
    return f"name = {json.dumps(name)}\n" + (f"privilege = {json.dumps(privilege)}\n" if privilege else "")


def table(levels: list[Level]) -> bytes:
    """settings.csv of a site."""
    keys = sorted({key for level in levels for key in level.settings})
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["device", *keys])
    for level in levels:
        rows.writerow([level.path.rpartition("/")[2], *(cell(key, level.settings.get(key)) for key in keys)])
    return text.getvalue().encode()


def cell(key: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, tuple):
        return str(value)
    entries = [f"{entry[0]}:{entry[1]}" if key == "users" else str(entry) for entry in value]
    return ";".join(entries) or "none"
