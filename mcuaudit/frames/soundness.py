"""Whether a saved audit is consistent in itself: its manifest, the keys of its frames, and what they refer to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from mcuaudit.domain.remedy import parse_remedy
from mcuaudit.errors import UsageError
from mcuaudit.frames.declared_frames import SchemaError
from mcuaudit.frames.schema import SCHEMAS

_SHOWN: Final = 80


def _of_its_zone(word: str) -> str:
    try:
        ZoneInfo(word)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError("expected a time zone such as Europe/London") from error
    return word


def _within_years(moment: datetime) -> datetime:
    if not 1900 <= moment.year <= 9998:
        raise ValueError("expected a time between the years 1900 and 9998")
    return moment


class PlanOfManifest(BaseModel):
    """What the manifest has of a plan, beside the frame `plan_steps`."""

    model_config = ConfigDict(strict=True, extra="ignore")

    targets: list[str]
    accepted_before: Annotated[int, Field(ge=0)]
    remarks: list[str]


class Manifest(BaseModel):
    """What the manifest of a saved audit has to be, beside its policy."""

    model_config = ConfigDict(strict=True, extra="ignore")

    at: Annotated[AwareDatetime, AfterValidator(_within_years)]
    source: str
    input_sha256: str
    site_time_zones: dict[str, Annotated[str, AfterValidator(_of_its_zone)]]
    policy: dict[str, Any]
    policy_file: str
    redacted: str = ""
    versions: dict[str, str]
    rules: dict[str, str]
    plan: PlanOfManifest | None = None


def checked_manifest(manifest: Mapping[str, Any], file: str | Path) -> Manifest:
    """The manifest with its values in their types.

    Raises:
        UsageError: a value is missing, or of another kind.
    """
    at = manifest.get("at")
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        return Manifest.model_validate({**manifest, "at": moment})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        reason = f"{key}: {first['msg'].removeprefix('Value error, ')}"
    except ValueError as error:
        reason = f"at: {error}"
    raise UsageError(f"{file} cannot be loaded: the audit is damaged ({reason[:500]}).")


def check_sound(frames: Mapping[str, pd.DataFrame], place: str | Path, *, redacted: bool = False) -> None:
    """Refuse frames that contradict each other, so that whatever is done with them can rely on them.

    A redacted audit has no octets of certificates.

    Raises:
        UsageError: a key is missing or there twice, or a row refers to what is not there; with the file.
    """
    devices, sites = set(frames["devices"]["device_id"]), set(frames["devices"]["site"])
    certificates = set(frames["certificates"]["certificate"])
    for name, frame in frames.items():
        checks = [partial(_check_key, name, frame)]
        if "device_id" in frame:
            checks.append(partial(_check_known, frame["device_id"], devices))
        if name in _OF_A_SITE:
            checks.append(partial(_check_known, frame["site"], sites))
        checks += [partial(_check_known, frame[column], certificates) for column in _CERTIFICATES.get(name, ())]
        if "remedy_id" in frame:
            checks.append(partial(_check_remedies, frame["remedy_id"]))
        if name == "certificates":
            checks.append(partial(_check_no_octets if redacted else _check_octets, frame))
        try:
            for check in checks:
                check()
        except (SchemaError, UsageError) as error:
            file = Path(place) / f"{name}.parquet"
            raise UsageError(f"{file} cannot be loaded: the audit is damaged ({error}).") from error


_OF_A_SITE: Final = ("settings", "peers", "connections", "administration")
_CERTIFICATES: Final[Mapping[str, tuple[str, ...]]] = {
    "devices": ("local_certificate",),
    "placements": ("certificate",),
    "trust_stores": ("certificate",),
    "peers": ("certificate", "client_certificate"),
    "paths": ("certificate",),
    "identities": ("certificate",),
    "connections": ("local_certificate", "peer_certificate", "revoked_certificate"),
}
"""The columns that refer to a certificate, by their frames."""


def _check_key(name: str, frame: pd.DataFrame) -> None:
    key = list(SCHEMAS[name].key)
    twice = frame.duplicated(subset=key)
    if twice.any():
        values = ", ".join(f"{str(value)[:_SHOWN]!a}" for value in frame[key].iloc[int(twice.argmax())])
        raise SchemaError(f"two rows have the key {values}")
    if name in ("devices", "connections", "findings") and frame[key].isna().any(axis=None):
        raise SchemaError(f"a row has no {key[0]}")


def _check_known(values: pd.Series, known: set[Any]) -> None:
    unknown = set(values.dropna()) - known
    if unknown:
        raise SchemaError(f"{values.name} {min(map(str, unknown))[:_SHOWN]!a} is in no row of its own")


def _check_remedies(values: pd.Series) -> None:
    for one in values.dropna().unique():
        parse_remedy(one)


def _check_octets(certificates: pd.DataFrame) -> None:
    for sha256, der in zip(certificates["certificate"], certificates["der"], strict=True):
        if not isinstance(der, bytes) or hashlib.sha256(der).hexdigest() != sha256:
            raise SchemaError(f"the certificate {str(sha256)[:_SHOWN]!a} has other octets than its name says")


def _check_no_octets(certificates: pd.DataFrame) -> None:
    if certificates["der"].notna().any():
        raise SchemaError("it is said to be redacted, and has octets of certificates")
