"""What a person does with `gaps`: copies each file and key that it names from a whole export, and nothing else."""

from __future__ import annotations

import posixpath
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import mcuaudit
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import SETTING_BY_KEY, ValueKind, setting_evidence
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.frames.peer_files import FILE_KEYS
from mcuaudit.system.toml_text import toml_value
from tests.clean_export import toml

_SETTINGS: Final = {setting_evidence(key): key for key in SETTING_BY_KEY}
_SLOTS: Final = {name: slot for slot, name in SLOT_FILES.items()}
_CONNECTIONS: Final = "peers.toml [[peer]] connections "
_OF_PEER: Final = re.compile(r'peers\.toml \[\[peer\]\] "(?P<peer>.*)" (?P<key>\w+)')
_SHOWN: Final = [key for key in SETTING_BY_KEY if key.startswith("ssl_certificates.shown.")]


class Shelf:
    """An export that has everything, to copy from."""

    def __init__(self, root: Path, fleet: mcuaudit.Fleet) -> None:
        self._root = root
        settings = fleet.settings[fleet.settings["value"].notna()]
        self._settings = dict(
            zip(zip(settings["device_id"], settings["setting"], strict=True), settings["value"], strict=True)
        )
        evidence = fleet.evidence[fleet.evidence["file"].notna()]
        self._files = dict(
            zip(zip(evidence["device_id"], evidence["kind"], strict=True), evidence["file"], strict=True)
        )

    def setting(self, device: str, key: str) -> Any:
        """The value that is in force, as a settings.toml has it; None if there is none."""
        text = self._settings.get((device, key))
        if text is None:
            return None
        kind = SETTING_BY_KEY[key].kind
        if kind is ValueKind.BOOLEAN:
            return text == "true"
        if kind is ValueKind.USERS:
            users = (word.rpartition(":") for word in split_names(text))
            return [{"name": name, "privilege": privilege} for name, _, privilege in users]
        return list(split_names(text)) if kind in _LISTS else text

    def responses(self, device: str) -> dict[str, bytes]:
        """The saved responses of a device, by their names."""
        return {file.stem: file.read_bytes() for file in sorted((self._root / device / "api").glob("*.xml"))}

    def file(self, device: str, slot: Slot) -> bytes | None:
        """The file of a store or certificate, also one of the site; None if there is none."""
        name = self._files.get((device, slot.value))
        return (self._root / name).read_bytes() if name else None

    def peers(self, device: str) -> dict[str, dict[str, Any]]:
        """What the files of the fleet, the site and the device say of each peer, with its files' contents."""
        found: dict[str, dict[str, Any]] = {}
        for home in ("", device.partition("/")[0], device):
            file = self._root / home / "peers.toml"
            for entry in tomllib.loads(file.read_text("utf-8"))["peer"] if file.is_file() else ():
                found.setdefault(entry["name"], {}).update(self._with_contents(file.parent, entry))
        return found

    @staticmethod
    def _with_contents(home: Path, entry: dict[str, Any]) -> dict[str, Any]:
        def content(key: str, value: Any) -> Any:
            is_file = key in FILE_KEYS and isinstance(value, str) and (home / value).is_file()
            return (home / value).read_bytes() if is_file else value

        return {key: content(key, value) for key, value in entry.items()}


_LISTS: Final = (ValueKind.ADDRESSES, ValueKind.NAMES, ValueKind.URIS, ValueKind.FEATURES)


class Export:
    """An export that is filled in, gap by gap."""

    def __init__(self, root: Path, shelf: Shelf) -> None:
        self.root = root
        self.shelf = shelf
        self._peers: dict[Path, dict[str, dict[str, Any]]] = {}
        self._copied: set[tuple[str, str]] = set()

    def fill(self, gaps: Any) -> int:
        """Copy what each row names, for each of its devices; how much of that is new and on the shelf."""
        before = len(self._copied)
        for row in gaps.to_dict("records"):
            files = split_names(row["files"])
            for device in split_names(row["devices"]):
                if (device, row["evidence"]) not in self._copied and self._copy(device, row["evidence"], files):
                    self._copied.add((device, row["evidence"]))
        return len(self._copied) - before

    def _copy(self, device: str, evidence: str, files: tuple[str, ...]) -> bool:
        if evidence in _SETTINGS:
            return self._setting(device, _SETTINGS[evidence], files)
        if evidence in _SLOTS:
            return self._file(device, _SLOTS[evidence], files)
        if evidence.startswith(_CONNECTIONS):
            return self._declare(device, evidence.removeprefix(_CONNECTIONS), files)
        if named := _OF_PEER.fullmatch(evidence):
            return self._key(device, named["peer"], named["key"], files)
        return False

    def _setting(self, device: str, key: str, files: tuple[str, ...]) -> bool:
        value = self.shelf.setting(device, key)
        if value is None:
            return False
        place = f"{device}/settings.toml"
        assert place in files
        with (self.root / place).open("a", encoding="utf-8") as file:
            file.write(f"{key} = {toml_value(value)}\n")
        return True

    def _file(self, device: str, slot: Slot, files: tuple[str, ...]) -> bool:
        content = self.shelf.file(device, slot)
        place = f"{device}/{SLOT_FILES[slot]}"
        assert place in files
        if content is not None:
            (self.root / place).write_bytes(content)
            return True
        shown = [self._setting(device, key, (f"{device}/settings.toml",)) for key in _SHOWN]
        return slot is Slot.LOCAL_CERTIFICATE and any(shown)

    def _declare(self, device: str, kind: str, files: tuple[str, ...]) -> bool:
        assert f"{device}/peers.toml" in files
        named = [name for name, one in self.shelf.peers(device).items() if kind in one.get("connections", ())]
        return sum(self._entry(device, name) for name in named) > 0

    def _entry(self, device: str, name: str) -> bool:
        """The entry of a peer, with what people know of it, and without its files."""
        entries = self._entries(f"{device}/peers.toml")
        if name in entries:
            return False
        known = self.shelf.peers(device)[name].items()
        entries[name] = {key: value for key, value in known if key not in (*FILE_KEYS, "chain_complete")}
        self._write(f"{device}/peers.toml")
        return True

    def _key(self, device: str, peer: str, key: str, files: tuple[str, ...]) -> bool:
        place = f"{device}/peers.toml"
        entries = self._entries(place)
        if peer not in entries:
            # It is known only by the URL of a receiver or OCSP server.
            known = self.shelf.peers(device).items()
            named = [name for name, one in known if peer in one.get("identifiers", ())]
            return sum(self._entry(device, name) for name in named) > 0
        entry = self.shelf.peers(device)[peer]
        if key not in entry:
            return False
        value = entry[key]
        if isinstance(value, bytes):
            (name,) = [one for one in files if one.startswith(f"{device}/peers/")]
            (self.root / name).parent.mkdir(exist_ok=True)
            (self.root / name).write_bytes(value)
            value = posixpath.relpath(name, device)
        entries[peer][key] = value
        self._write(place)
        return True

    def _entries(self, place: str) -> dict[str, dict[str, Any]]:
        return self._peers.setdefault(Path(place), {})

    def _write(self, place: str) -> None:
        entries = list(self._entries(place).values())
        if entries:
            (self.root / place).write_text(toml({"peer": entries}), encoding="utf-8")
