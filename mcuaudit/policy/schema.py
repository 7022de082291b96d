"""The policy: thresholds, rules, waivers, limits and known facts of one organisation, from ``mcuaudit.toml``."""

from __future__ import annotations

import re
import tomllib
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

from mcuaudit.domain.rule_codes import is_rule_code
from mcuaudit.errors import PolicyError, did_you_mean


def _fingerprint(value: object) -> object:
    """A SHA-256 fingerprint as plain lower-case hexadecimal; colons and spaces are dropped."""
    if not isinstance(value, str):
        return value
    plain = re.sub(r"[:\s]", "", value).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise ValueError("a SHA-256 fingerprint has 64 hexadecimal digits, with or without colons")
    return plain


def _rule_code(value: str) -> str:
    if not is_rule_code(value):
        raise ValueError("a rule is named by its code, such as MCU105")
    return value


Fingerprint = Annotated[str, BeforeValidator(_fingerprint)]
RuleCode = Annotated[str, AfterValidator(_rule_code)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Grade = Literal["error", "warning", "note", "off"]
Mesh = Literal["none", "site", "fleet"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Thresholds(_Section):
    """``[thresholds]``: the values from which a rule reports."""

    expiry_days: int = Field(
        60, ge=0, le=3650, description="Days before its expiry from which a certificate is reported."
    )
    rsa_bits: int = Field(
        2048, ge=1024, le=16384, description="Smallest RSA key that is not reported as weak, in bits."
    )
    ec_bits: int = Field(
        256, ge=160, le=521, description="Smallest elliptic curve key that is not reported as weak, in bits."
    )
    evidence_days: int = Field(
        90, ge=1, le=3650, description="Age in days from which the evidence of a device is reported."
    )
    clock_skew_seconds: int = Field(
        300, ge=0, le=86_400, description="How far the clock of a device may be off, in seconds."
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


class Export(_Section):
    """``[export]``: how the export directory is read."""

    ignore: tuple[str, ...] = Field((), description="Patterns of file names to skip, such as README*.")


class Scope(_Section):
    """``[policy]``: what is audited in addition to the peers of the export."""

    mesh: Mesh = Field(
        "none",
        description="Judge calls between the MCUs of each site, or of the fleet, as if all were peers.",
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
    different_stores: dict[str, Words] = Field(
        {}, description="The reason why a device has other trust stores than its site, by site/device."
    )


class Waiver(_Section):
    """``[[waiver]]``: findings of one rule that are accepted until a date."""

    rule: RuleCode = Field(description="Code of the rule.")
    device: Words | None = Field(None, description="site/device; * stands for any characters, as in leeds/*.")
    certificate: Fingerprint | None = Field(None, description="SHA-256 fingerprint of the certificate.")
    peer: Words | None = Field(None, description="Name of the peer, to narrow the waiver.")
    reason: Words = Field(description="Why the finding is accepted.")
    owner: Words = Field(description="Name of the person who is responsible for the waiver.")
    expires: date = Field(description="Last day of the waiver.")

    @model_validator(mode="after")
    def _names_something(self) -> Waiver:
        if self.device is None and self.certificate is None:
            raise ValueError("a waiver names a device or a certificate")
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
        return tomllib.loads(Path(file).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PolicyError(f"{file}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{file}: {error}") from error


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
        allowed = sorted(section.model_fields)
        near = did_you_mean(place[-1], allowed)
        return f"{source}: {_key(place)} is not a key of the policy; allowed are {', '.join(allowed)}.{near}"
    if item["type"] == "missing":
        return f"{source}: {_key(place)} is missing. {section.model_fields[place[-1]].description}"
    reason = _REASONS.get(item["type"], str(item["msg"]).removeprefix("Value error, "))
    if item["type"] == "literal_error":
        allowed = list(get_args(Grade if place[0] == "rules" else Mesh))
        reason = f"allowed are {', '.join(allowed)}.{did_you_mean(str(item['input']), allowed)}"
    found = "" if isinstance(item["input"], dict) else f" is {item['input']!r}"
    return f"{source}: {_key(place)}{found}: {reason}".rstrip(".") + ("" if reason.endswith("?") else ".")


_REASONS: Final = {
    "tuple_type": "expected a list; a list of tables such as [[waiver]] has double brackets",
    "dict_type": "expected a table",
    "model_type": "expected a table such as [thresholds]",
    "string_too_short": "it is empty",
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
