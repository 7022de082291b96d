"""What inheritance made of the files of an export for one device: each value with the file that has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd
from pydantic import BaseModel

from mcuaudit.decode.settings import LIST_KINDS
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.setting_value import SettingValue
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.slots import SLOT_TITLES, TRUST_STORE_SLOTS, Slot
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.pipeline.overridden import values_of_device
from mcuaudit.policy.schema import Policy
from mcuaudit.system.toml_text import toml_value
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed, short_date

USERS: Final = "users"
_FEW: Final = 12
Row = dict[str, Any]
Values = Mapping[str, list[SettingValue]]


def inspect(fleet: Fleet | Audit, device: str) -> pd.DataFrame:
    """What the export has for one device: certificate, stores, settings, users, peers and policy, with their files.

    Values of settings that others override are listed after these, as long as the export is there and as it was read.

    Args:
        fleet: an export that was read, or an audit of it.
        device: as site/device.

    Returns:
        the frame `inspection`; ``mcuaudit.describe("inspection")`` explains it.

    Raises:
        UsageError: there is no such device.
    """
    of = fleet.fleet if isinstance(fleet, Audit) else fleet
    device_id = _called(of, device)
    every = values_of_device(of, device_id)
    rows = (
        *_certificate(of, device_id),
        *_stores(of, device_id),
        *_settings(of, device_id, every),
        *_users(of, device_id, every),
        *_peers(of, device_id),
        *_policy(of.policy, of.policy_file),
    )
    return build_frame("inspection", [{"device_id": device_id, "rank": 1} | row for row in rows])


def _called(fleet: Fleet, device: str) -> str:
    known = [str(name) for name in fleet.devices["device_id"]]
    wanted = in_nfc(device)
    if wanted in known:
        return wanted
    there = listed(known, _FEW)
    raise UsageError(
        f'No device is called "{device}". Name a device as site/device; the export has {there}.'
        f"{did_you_mean(device, known)}"
    )


def place_of_file(file: str, device_id: str) -> str:
    """Whose file it is, by its directory."""
    site = device_id.partition("/")[0]
    if file.startswith((f"{device_id}/", f"{device_id}.")):
        return "device"
    return "site" if file.startswith(f"{site}/") else "fleet"


def _at(file: Any, device_id: str) -> Row:
    return {"file": file, "place": place_of_file(file, device_id)} if isinstance(file, str) and file else {}


def _row_of(fleet: Fleet, device_id: str) -> Mapping[str, Any]:
    frame = fleet.devices
    return _first(frame[frame["device_id"] == device_id])


def _first(frame: pd.DataFrame) -> dict[str, Any]:
    """The first row, with the names of the columns."""
    return {str(name): value for name, value in frame.iloc[0].to_dict().items()}


def _evidence(fleet: Fleet, device_id: str, slot: Slot) -> Mapping[str, Any]:
    frame = fleet.evidence
    rows = frame[(frame["device_id"] == device_id) & (frame["kind"] == slot.value)]
    return _first(rows) if len(rows) else {"state": "missing", "file": None}


def _certificate(fleet: Fleet, device_id: str) -> Iterator[Row]:
    row, evidence = _row_of(fleet, device_id), _evidence(fleet, device_id, Slot.LOCAL_CERTIFICATE)
    own, chain = row["local_certificate"], row["local_chain"]
    members = [own, *(chain.split() if isinstance(chain, str) else ())] if isinstance(own, str) else []
    damaged = bool(row["local_chain_damaged"])
    yield {
        "part": "certificate",
        "name": Slot.LOCAL_CERTIFICATE.value,
        "value": "; ".join(_certificates(fleet, members)) or None,
        "source": evidence["state"],
        "certificates": len(members),
        "remark": _state_words(row["local_certificate_state"], "a part of the file cannot be read" if damaged else ""),
        **_at(evidence["file"], device_id),
    }


def _stores(fleet: Fleet, device_id: str) -> Iterator[Row]:
    row, stores, placed = _row_of(fleet, device_id), fleet.trust_stores, fleet.placements
    for slot in TRUST_STORE_SLOTS:
        evidence = _evidence(fleet, device_id, slot)
        members = stores.loc[stores["trust_store"] == row[slot.value], "certificate"].tolist()
        part = {"part": "trust_store", "name": slot.value}
        yield part | {
            "value": "; ".join(_certificates(fleet, members)) or None,
            "source": evidence["state"],
            "certificates": len(members) if isinstance(row[slot.value], str) else None,
            "remark": _state_words(row[f"{slot.value}_state"], "", len(members)),
            **_at(evidence["file"], device_id),
        }
        of_slot = placed[(placed["slot"] == slot.value) & (placed["file"] != evidence["file"])]
        mine = of_slot[of_slot["device_id"].isna() & (of_slot["site"].isna() | (of_slot["site"] == row["site"]))]
        files = sorted(mine["file"].unique(), key=lambda file: place_of_file(file, device_id) == "fleet")
        for rank, file in enumerate(files, start=2):
            others = mine.loc[mine["file"] == file, "certificate"].tolist()
            yield part | {
                "rank": rank, "value": "; ".join(_certificates(fleet, others)), "source": "inherited",
                "certificates": len(others), **_at(file, device_id),
            }  # fmt: skip


def _state_words(state: Any, more: str, members: int = 0) -> str | None:
    if str(state) == "damaged":
        return "a part of the file cannot be read" if members else "it is there and cannot be read"
    return {"missing": "not in the export", "empty": "the store is empty"}.get(str(state), more) or None


def _certificates(fleet: Fleet, members: Iterable[str]) -> list[str]:
    frame = fleet.certificates
    rows = frame.set_index("certificate")
    subjects, ends = rows["subject"].to_dict(), rows["not_after"].to_dict()
    return [f"{subjects[one]} (until {short_date(ends[one])})" for one in members]


def _settings(fleet: Fleet, device_id: str, every: Values | None) -> Iterator[Row]:
    frame = fleet.settings[(fleet.settings["device_id"] == device_id) & (fleet.settings["setting"] != USERS)]
    reasons = _reasons(fleet)
    for row in frame.to_dict("records"):
        part = {"part": "setting", "name": row["setting"]}
        yield part | {
            "value": row["value"], "source": row["source"], "key": row["key"], "remark": _remark(row, reasons),
            **_at(row["file"], device_id),
        }  # fmt: skip
        yield from (part | below for below in _below(row, device_id, every))


def _below(row: Mapping[Any, Any], device_id: str, every: Values | None) -> Iterator[Row]:
    """The values that the value of a row overrides, the nearest first."""
    values: Sequence[SettingValue | Mapping[str, Any]] = (
        every.get(row["setting"], [])[1:] if every is not None else _other(row)
    )
    for rank, value in enumerate(values, start=2):
        yield _overridden(value, device_id) | {"rank": rank}


def _reasons(fleet: Fleet) -> Mapping[tuple[str, str], str]:
    """By file and key, what was found there that cannot be used, and what is allowed."""
    found: dict[tuple[str, str], str] = {}
    problems = fleet.problems
    for file, where, reason in zip(problems["file"], problems["where"], problems["reason"], strict=True):
        found.setdefault((_text(file), _text(where)), _text(reason))
    return found


def _remark(row: Mapping[Any, Any], reasons: Mapping[tuple[str, str], str]) -> str | None:
    words = None
    if row["source"] == "damaged":
        words = "it is there and cannot be read; nothing farther away is used instead"
    elif row["incomplete"]:
        words = "an entry cannot be read; the value has the others"
    reason = reasons.get((_text(row["file"]), _text(row["key"])))
    return f"{words}: {reason}" if words and reason else words


def _other(row: Mapping[Any, Any]) -> list[Mapping[str, Any]]:
    """The value of another source that differs, which the frame has also where the export is not there any more."""
    if not isinstance(row["other_file"], str):
        return []
    return [{"value": row["other_value"], "source": None, "file": row["other_file"], "key": row["other_key"]}]


def _overridden(value: SettingValue | Mapping[str, Any], device_id: str) -> Row:
    if not isinstance(value, SettingValue):
        return {**value, **_at(value["file"], device_id)}
    remark = "it cannot be read" if value.damaged else None
    own = {"value": value.value, "source": value.source, "key": value.key, "remark": remark}
    return own | _at(value.file, device_id)


def _users(fleet: Fleet, device_id: str, every: Values | None) -> Iterator[Row]:
    settings = fleet.settings
    row = _first(settings[(settings["device_id"] == device_id) & (settings["setting"] == USERS)])
    place = {"source": row["source"], "key": row["key"], **_at(row["file"], device_id)}
    if not isinstance(row["value"], str) or row["incomplete"]:
        yield {"part": "user", "name": USERS, "remark": _remark(row, _reasons(fleet)) or "not in the export", **place}
    for word in split_names(row["value"]) if isinstance(row["value"], str) else ():
        name, _, privilege = word.rpartition(":")
        yield {"part": "user", "name": name, "value": privilege, **place}
    yield from ({"part": "user", "name": USERS, **below} for below in _below(row, device_id, every))


def _peers(fleet: Fleet, device_id: str) -> Iterator[Row]:
    for row in fleet.peers[fleet.peers["device_id"] == device_id].to_dict("records"):
        yield {
            "part": "peer",
            "name": row["peer"],
            "value": ", ".join(filter(None, (_text(row["product"]), _text(row["connections"])))),
            "source": "damaged" if _text(row["damaged_keys"]) else "typed",
            "certificates": 1 + len(_text(row["presented_chain"]).split()) if _text(row["certificate"]) else 0,
            "remark": "; ".join(_said_of_peer(row)) or None,
            **_at(row["file"], device_id),
        }


def _said_of_peer(row: Mapping[Any, Any]) -> Iterator[str]:
    if _text(row["peer_device"]):
        yield f"an MCU of the fleet: {row['peer_device']}"
    for key, file in (("certificate", "certificate_file"), ("trust_store", "trust_store_file")):
        title = key.replace("_", " ")
        if _text(row[file]):
            yield f"{title}: {row[file]}"
        elif not _text(row["peer_device"]):
            yield f"{title}: {row[f'{key}_state']}"
    if row["standard_assumed"]:
        yield f"standard assumed: {_text(row['standard']) or 'not known'}"
    if row["route_assumed"]:
        yield f"route assumed: {_text(row['route']) or 'not known'}"
    if _text(row["damaged_keys"]):
        yield f"cannot be read: {listed(split_names(row['damaged_keys']), _FEW)}"


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""


def _policy(policy: Policy, file: str | None) -> Iterator[Row]:
    default = dict(_leaves(Policy()))
    for key, value in _leaves(policy):
        is_default = default.get(key) == value
        yield {
            "part": "policy",
            "name": key,
            "value": toml_value(value),
            "source": "default" if is_default else "policy",
            "file": None if is_default else file,
        }


def _leaves(policy: Policy) -> Iterator[tuple[str, Any]]:
    plain = policy.model_dump(mode="json")
    for section, content in plain.items():
        if isinstance(getattr(policy, section), BaseModel) or isinstance(content, Mapping):
            yield from ((f"{section}.{key}", value) for key, value in content.items())
        elif content:
            yield section, content


def counts_of(rows: pd.DataFrame) -> str:
    """``31 settings in force, 4 damaged, 7 not in the export; 2 values are overridden.``"""
    settings = rows[(rows["part"] == "setting") & (rows["rank"] == 1)]
    source = settings["source"].astype("str")
    damaged, missing = int((source == "damaged").sum()), int((source == "missing").sum())
    words = [plural(len(settings) - damaged - missing, "setting in force", "settings in force")]
    words += [f"{damaged} damaged"] if damaged else []
    words += [f"{missing} not in the export"] if missing else []
    overridden = int((rows["rank"] > 1).sum())
    return f"{', '.join(words)}; {plural(overridden, 'value is', 'values are')} overridden."


def value_in_words(setting: str, value: str) -> str:
    """The value as people read it: the names of a list without their escapes."""
    known = SETTING_BY_KEY.get(setting)
    return ", ".join(split_names(value)) if known and known.kind in LIST_KINDS else value


def title_of_part(part: str, name: str) -> str:
    """The name as people read it."""
    return SLOT_TITLES[Slot(name)] if part in ("certificate", "trust_store") else name
