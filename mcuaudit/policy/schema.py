"""The policy: thresholds, rules, waivers, limits and known facts of one organisation, from ``mcuaudit.toml``."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo

from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.domain.rule_codes import is_rule_code
from mcuaudit.errors import PolicyError, Undecodable, did_you_mean
from mcuaudit.system.toml_text import load_toml


def _fingerprint(value: object) -> object:
    """A SHA-256 fingerprint as plain lower-case hexadecimal; colons and spaces are dropped."""
    if not isinstance(value, str):
        return value
    plain = re.sub(r"[:\s]", "", value).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise ValueError("expected a SHA-256 fingerprint of 64 hexadecimal digits, with or without colons")
    return plain


def _rule_code(value: str) -> str:
    if not is_rule_code(value):
        raise ValueError("expected the code of a rule, such as MCU105")
    return value


def _device_names(value: dict[str, str]) -> dict[str, str]:
    """Reasons by device, whose names are compared composed (NFC), as those of the export."""
    found = {in_nfc(name): reason for name, reason in value.items()}
    if len(found) < len(value):
        raise ValueError("the same device appears twice, in two Unicode forms; keep one")
    return found


Fingerprint = Annotated[str, BeforeValidator(_fingerprint)]
RuleCode = Annotated[str, AfterValidator(_rule_code)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Grade = Literal["error", "warning", "note", "off"]
Mesh = Literal["none", "site", "fleet"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Thresholds(_Section):
    """``[thresholds]``: the values from which a rule reports."""

    expiry_days: int = Field(60, ge=0, le=3650, description="Report certificates that expire within this many days.")
    rsa_bits: int = Field(2048, ge=1024, le=16384, description="Report RSA keys with fewer bits as weak.")
    ec_bits: int = Field(256, ge=160, le=521, description="Report elliptic curve keys with fewer bits as weak.")
    rsa_bits_after_2030: int = Field(
        3000,
        ge=1024,
        le=16384,
        description="Report RSA keys with fewer bits in certificates that are valid after 2030.",
    )
    ca_lifetime_days: int = Field(
        9132, ge=365, le=40_000, description="Report CA certificates in trust stores that are valid for more days."
    )
    evidence_days: int = Field(90, ge=1, le=3650, description="Report evidence that is at least this many days old.")
    clock_skew_seconds: int = Field(
        300, ge=0, le=86_400, description="Report a device clock that is wrong by more than this many seconds."
    )


class Limits(_Section):
    """``[limits]``: the largest export that is read; what is beyond a limit is reported as a problem."""

    file_bytes: int = Field(4 << 20, ge=1024, description="Largest file that is read, in bytes.")
    files: int = Field(1_000_000, ge=1, description="Largest number of files in an export.")
    mesh_pairs: int = Field(
        250_000, ge=1, description="Largest number of pairs of MCUs for [policy] mesh; each pair gives two connections."
    )
    certificates_per_file: int = Field(
        5_000, ge=1, description="Largest number of certificates that is read from one file."
    )
    seconds_per_file: int = Field(
        20, ge=1, le=86_400, description="Longest processor time in which one file is read, in seconds."
    )
    memory: int = Field(
        1 << 30, ge=1 << 24, le=1 << 50, description="Most memory that the reading of one file may take, in bytes."
    )
    seconds_per_cell: int = Field(
        1_800, ge=1, le=86_400, description="Longest time that one cell of a report's notebook may run, in seconds."
    )


class Export(_Section):
    """``[export]``: how the export directory is read."""

    ignore: tuple[str, ...] = Field((), description="Patterns of file names to skip, such as README*.")


class Scope(_Section):
    """``[policy]``: what is audited in addition to the peers of the export."""

    mesh: Mesh = Field(
        "none",
        description="Evaluate calls between the MCUs of each site, or of the fleet, as if all were peers.",
    )


class Known(_Section):
    """``[known]``: facts that are not in an export."""

    default_certificates: tuple[Fingerprint, ...] = Field(
        (), description="SHA-256 fingerprints of the default certificates of MCUs, or of their public keys."
    )
    allowed_shared_keys: tuple[Fingerprint, ...] = Field(
        (), description="SHA-256 fingerprints of certificates, or of public keys, that several devices may share."
    )
    public_authorities: tuple[Fingerprint, ...] = Field(
        (), description="SHA-256 fingerprints of public CA certificates, in addition to those of certifi."
    )
    different_stores: Annotated[dict[str, Words], AfterValidator(_device_names)] = Field(
        {}, description="The reason why a device has other trust stores than its site, by site/device."
    )


class Waiver(_Section):
    """``[[waiver]]``: findings of one rule that are accepted until a date."""

    rule: RuleCode = Field(description="Code of the rule.")
    device: Words | None = Field(None, description="site/device; * stands for any characters, as in leeds/*.")
    certificate: Fingerprint | None = Field(None, description="SHA-256 fingerprint of the certificate.")
    peer: Words | None = Field(None, description="Name of the peer, to narrow the waiver.")
    reason: Words = Field(description="Why the finding is accepted.")
    owner: Words = Field(description="The person responsible for the waiver.")
    expires: date = Field(description="Last day of the waiver.")

    @model_validator(mode="after")
    def _names_something(self) -> Waiver:
        if self.device is None and self.certificate is None:
            raise ValueError("missing key; add device or certificate")
        return self


class Policy(_Section):
    """The whole of ``mcuaudit.toml``; every key is optional.

    ``Policy.model_validate({"thresholds": {"expiry_days": 30}})`` makes one of plain values, as the file has them.
    """

    policy: Scope = Scope()
    thresholds: Thresholds = Thresholds()
    rules: dict[RuleCode, Grade] = Field(default={}, description="Severity of a rule, or off, by its code.")
    waiver: tuple[Waiver, ...] = Field(default=(), description="Findings that are accepted until a date.")
    limits: Limits = Limits()
    export: Export = Export()
    known: Known = Known()


POLICY_FILE = "mcuaudit.toml"


def policy_values(file: str | Path) -> dict[str, Any]:
    """The values of a policy file, not yet checked.

    Raises:
        PolicyError: the file cannot be read or is not TOML.
    """
    try:
        return load_toml(Path(file).read_bytes())
    except OSError as error:
        raise PolicyError(f"{file} cannot be read: {error.strerror or error}.") from error
    except Undecodable as error:
        where = f"{file}, {error.where}" if error.where else str(file)
        raise PolicyError(f"{where}: {error.reason}") from error


def make_policy(values: dict[str, Any], source: str) -> Policy:
    """The policy of plain values; `source` is named in errors.

    Raises:
        PolicyError: a key or value is not allowed.
    """
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        raise PolicyError("\n".join(_sentence(source, dict(item)) for item in error.errors())) from error


def _sentence(source: str, item: dict[str, Any]) -> str:
    place = [str(step) for step in item["loc"] if step != "[key]"]
    section = _section(place[:-1])
    if item["type"] == "extra_forbidden":
        return _unknown(source, place, item["input"], sorted(section.model_fields))
    if item["type"] == "missing":
        advice = _advice(section.model_fields[place[-1]], place[-1])
        return f'{source}: {_key(place[:-1])}: missing key "{place[-1]}" {advice}.'
    where = _at(source, place)
    if item["type"] == "literal_error":
        allowed = list(get_args(Grade if place[0] == "rules" else Mesh))
        near = did_you_mean(str(item["input"]), allowed)
        quoted = [f'"{word}"' for word in allowed]
        words = f"{', '.join(quoted[:-1])} or {quoted[-1]}"
        return f"{where}: expected {words}{_found(item['input'])}.{near}"
    expected = _REASONS.get(item["type"], "")
    reason = expected.format_map(item.get("ctx", {})) or str(item["msg"]).removeprefix("Value error, ")
    return f"{where}: {reason}{_found(item['input'])}."


def _at(source: str, place: list[str]) -> str:
    """The source and the key; an option of the command line has the key in its name."""
    key = _key(place)
    return source if source.endswith(f" {key}") else f"{source}: {key}"


def _unknown(source: str, place: list[str], found: object, allowed: list[str]) -> str:
    near = did_you_mean(place[-1], allowed)
    if len(place) == 1 and isinstance(found, dict):
        where = "" if source.startswith(f"--set {place[0]}.") else f" [{place[0]}]"
        return f"{source}: unknown table{where}; allowed tables: {', '.join(allowed)}.{near}"
    where = "" if source.endswith(f" {_key(place)}") else f" {_key(place)}"
    return f"{source}: unknown key{where}; allowed keys: {', '.join(allowed)}.{near}"


def _found(value: object) -> str:
    """``, found "x"`` for a value, and nothing for a table or a list."""
    if isinstance(value, str | int | float):
        return f", found {json.dumps(value, ensure_ascii=False)}"
    return f", found {value.isoformat()}" if isinstance(value, date) else ""


def _advice(missing: FieldInfo, key: str) -> str:
    description = (missing.description or "").removesuffix(".")
    example = '"…"' if missing.annotation is not date else "2027-03-31"
    return f"({description[:1].lower()}{description[1:]}); add {key} = {example}"


_REASONS: Final = {
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "greater_than_equal": "expected at least {ge}",
    "less_than_equal": "expected at most {le}",
    "string_type": "expected text in quotes",
    "tuple_type": "expected a list; a list of tables such as [[waiver]] has double brackets",
    "dict_type": "expected a table",
    "model_type": "expected a table such as [thresholds]",
    "string_too_short": "expected text that is not empty",
    "date_parsing": "expected a date such as 2027-03-31",
    "date_from_datetime_parsing": "expected a date such as 2027-03-31",
    "date_from_datetime_inexact": "expected a date such as 2027-03-31, without a time",
    "date_type": "expected a date such as 2027-03-31",
}
"""What is expected, for errors whose text in the library is meant for programmers."""


def _key(place: list[str]) -> str:
    """The key as the file has it: thresholds.expiry_days, or [[waiver]] 2 owner, counted from 1."""
    if len(place) > 1 and place[0] == "waiver" and place[1].isdecimal():
        return " ".join(["[[waiver]]", str(int(place[1]) + 1), *place[2:]])
    return ".".join(place)


def _section(place: list[str]) -> type[BaseModel]:
    if place[:1] == ["waiver"]:
        return Waiver
    section: type[BaseModel] = Policy
    for step in place:
        described = section.model_fields.get(step)
        if described and isinstance(described.annotation, type) and issubclass(described.annotation, BaseModel):
            section = described.annotation
    return section
