"""The policy in force: defaults, a file, the environment, the command line; and the origin of each value.

The file is the one named on the command line, else ``mcuaudit.toml`` at the top of the export, else the one that
``MCUAUDIT_POLICY`` names; no other directory is searched, so that a stray file cannot change an audit.
"""

from __future__ import annotations

import copy
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from mcuaudit.domain.settings import settings_called
from mcuaudit.errors import PolicyError, did_you_mean, nearest, suggestion
from mcuaudit.policy.schema import POLICY_FILE, Limits, Policy, make_policy, policy_values
from mcuaudit.system.arguments import path_given, text_given
from mcuaudit.system.toml_text import toml_key, toml_value

DEFAULT: Final = "default"
PREFIX: Final = "MCUAUDIT_"
POLICY_VARIABLE: Final = "MCUAUDIT_POLICY"
OTHER_VARIABLES: Final = (
    "MCUAUDIT_CACHE", "MCUAUDIT_EXPORT", "MCUAUDIT_FETCH_USER", "MCUAUDIT_FETCH_PASSWORD", "MCUAUDIT_TRACEBACK",
    POLICY_VARIABLE,
)  # fmt: skip
"""Variables with the prefix that are not keys of the policy."""
_FOR_TESTS: Final = ("MCUAUDIT_REQUIRE_", "MCUAUDIT_LIMBO")


@dataclass(frozen=True)
class ResolvedPolicy:
    """A policy and, by dotted key, the origin of each value: a file, a variable, an option; else the default.

    Attributes:
        file: the policy file that was read, if any; a text for one at an address.
        passed_over: the file at the top of the export, where another one was read instead.
        not_raised: by key, limits of the policy of the export that are higher than the default, and are not used.
    """

    policy: Policy
    origins: Mapping[str, str] = field(default_factory=dict)
    file: Path | str | None = None
    passed_over: Path | str | None = None
    not_raised: Mapping[str, int] = field(default_factory=dict)

    def origin(self, key: str) -> str:
        """The origin of the value of a dotted key."""
        return self.origins.get(key, DEFAULT)

    def at_address(self, copy: str | Path, address: str) -> ResolvedPolicy:
        """The same, with the address in place of the copy of an export that was read."""
        here, there = Path(copy) / POLICY_FILE, f"{address}/{POLICY_FILE}"
        return replace(
            self,
            origins={key: there if origin == str(here) else origin for key, origin in self.origins.items()},
            file=there if self.file == here else self.file,
            passed_over=there if self.passed_over == here else self.passed_over,
        )


def resolve_policy(
    export: str | Path | None = None,
    *,
    file: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
) -> ResolvedPolicy:
    """Put the policy together; later sources win, key by key.

    The policy of an export can lower the limits of reading, and not raise them: they protect who reads it.

    Args:
        export: the export, whose top may hold mcuaudit.toml.
        file: a policy file to read instead.
        environment: variables; those that begin with MCUAUDIT_ are keys, such as MCUAUDIT_THRESHOLDS_EXPIRY_DAYS.
        options: ``section.key=value`` of the command line.

    Raises:
        PolicyError: a file cannot be read, or a key or value is not allowed.
    """
    environment = environment or {}
    own = path_given(export, "export") / POLICY_FILE if export else None
    own = own if own and _is_file(own) else None
    named = file or own or environment.get(POLICY_VARIABLE)
    chosen = path_given(named, "file") if named else None
    if chosen and not chosen.exists():
        raise PolicyError(_no_such_file(chosen, "--policy" if file else POLICY_VARIABLE))
    of_export = chosen is not None and chosen == own and not file
    if chosen and of_export:
        _check_file_of_export(chosen)
    values = policy_values(chosen) if chosen else {}
    if chosen:
        # Checked alone first, so that an error names the file and not a later source.
        make_policy(values, str(chosen))
    values, not_raised = _without_higher_limits(values) if of_export else (values, {})
    origins = dict.fromkeys(_leaves(values), str(chosen))
    layers = [*_from_environment(environment), *(_from_option(option) for option in options)]
    for key, text, origin in layers:
        values = _with(values, key, _value(key, text))
        make_policy(values, origin)
        origins[".".join(key)] = origin
    passed_over = own if own and chosen != own else None
    policy = make_policy(values, str(chosen or "the policy"))
    return ResolvedPolicy(policy, origins, chosen, passed_over, not_raised)


def _check_file_of_export(file: Path) -> None:
    """Refuse a policy at the top of an export that is a link or a pipe, or larger than any file that is read."""
    most = Limits().file_bytes
    status = file.lstat()
    if stat.S_ISREG(status.st_mode) and status.st_size <= most:
        return
    what = f"has {status.st_size} bytes, and at most {most} are read" if stat.S_ISREG(status.st_mode) else "is a link"
    raise PolicyError(f"{file} {what}; name the policy with --policy, or remove the file from the export.")


def _without_higher_limits(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
    """The values without the limits above the defaults, and these limits."""
    defaults = Limits()
    given = values.get("limits", {})
    higher = {key: value for key, value in given.items() if value > getattr(defaults, key)}
    kept = {key: value for key, value in given.items() if key not in higher}
    return {**values, "limits": kept} if higher else dict(values), higher


def _is_file(path: Path) -> bool:
    """Whether it is a file; what lies in a directory that cannot be entered is not, and is reported with the export."""
    try:
        return path.is_file()
    except OSError:
        return False


def _no_such_file(file: Path, named_by: str) -> str:
    # Without the extension, which every file of the directory has and which would make any two names alike.
    stems = [one.stem for one in file.parent.glob("*.toml")] if file.parent.is_dir() else []
    near = file.stem if file.stem in stems else nearest(file.stem, stems)
    return f"{named_by} {file}: no such file.{suggestion(file.name, f'{near}.toml') if near else ''}"


Key = tuple[str, str]


def _leaves(values: Mapping[str, Any]) -> Iterator[str]:
    for section, content in values.items():
        if isinstance(content, Mapping):
            yield from (f"{section}.{key}" for key in content)
        else:
            yield section


def _sections() -> dict[str, type[BaseModel] | None]:
    """The sections of the policy whose keys are plain values; None for one with free keys."""
    found: dict[str, type[BaseModel] | None] = {}
    for name, described in Policy.model_fields.items():
        kind = described.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found[name] = kind
    return found | {"rules": None}


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[Key, str, str]]:
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in OTHER_VARIABLES and not name.startswith(_FOR_TESTS):
            yield _key_of_variable(name), text_given(environment[name], f"environment {name}"), f"environment {name}"


def _key_of_variable(name: str) -> Key:
    known = {_variable(section, key): (section, key) for section, key in _plain_keys()}
    if name in known:
        return known[name]
    if name.startswith(f"{PREFIX}RULES_"):
        return "rules", name.removeprefix(f"{PREFIX}RULES_")
    raise PolicyError(
        f"environment {name}: unknown variable; a key of the policy is written {PREFIX}SECTION_KEY, and a rule "
        f"{PREFIX}RULES_MCU105.{did_you_mean(name, [*known, *OTHER_VARIABLES])}"
    )


def _variable(section: str, key: str) -> str:
    return f"{PREFIX}{section}_{key}".upper()


def _plain_keys() -> Iterator[Key]:
    for section, kind in _sections().items():
        if kind:
            yield from ((section, key) for key in kind.model_fields if not _is_table(kind, key))


def _is_table(section: type[BaseModel], key: str) -> bool:
    return str(section.model_fields[key].annotation).startswith("dict")


def _from_option(option: str) -> tuple[Key, str, str]:
    name, equals, text = text_given(option, "an option").partition("=")
    section, dot, key = name.strip().partition(".")
    if section not in Policy.model_fields and settings_called(name):
        raise PolicyError(_setting_of_a_device(name.strip(), text.strip()))
    if not equals or not dot or not key:
        raise PolicyError(f'--set "{option}": expected section.key=value, such as thresholds.expiry_days=30.')
    if section in Policy.model_fields and section not in _sections():
        raise PolicyError(f"--set {name.strip()}: [[{section}]] is a list; set it in a policy file.")
    return (section, key), text.strip(), f"--set {name.strip()}"


def _setting_of_a_device(name: str, value: str) -> str:
    """The refusal of a setting of a device where the policy is set."""
    sections = ", ".join(f"{section}.…" for section in _sections())
    return (
        f'--set "{name}" is a setting of a device; this command sets values of the policy, as section.key=value '
        f"({sections}; docs/policy.md lists the keys). What another value of the device would do: mcuaudit what-if "
        f'EXPORT --set "{name}={value or "…"}"; the steps to it: mcuaudit plan.'
    )


def is_policy_key(word: str) -> bool:
    """Whether a word is ``section.key`` of the policy, with a section that there is."""
    section, dot, key = word.strip().partition(".")
    return bool(dot and key) and section in Policy.model_fields


def _value(key: Key, text: str) -> Any:
    """The value of a text: a list by commas if the key holds a list, else a number, or the text itself."""
    section = _sections().get(key[0])
    described = section.model_fields.get(key[1]) if section else None
    if described is not None and str(described.annotation).startswith("tuple"):
        return [word.strip() for word in text.split(",") if word.strip()]
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() else text


def _with(values: Mapping[str, Any], key: Key, value: Any) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(dict(values))
    changed.setdefault(key[0], {})[key[1]] = value
    return changed


def policy_text(found: ResolvedPolicy) -> str:
    """The policy as TOML, each value with its origin as a comment; the text can be read again as a policy."""
    values = found.policy.model_dump(mode="json")
    lines: list[str] = []
    for section in _sections():
        lines += ["", f"[{section}]", *_entries(values[section], section, found)]
    for number, waiver in enumerate(values["waiver"], start=1):
        given = {key: value for key, value in waiver.items() if value is not None}
        lines += ["", f"[[waiver]]  # {number}: {found.origin('waiver')}"]
        lines += [f"{key} = {value if key == 'expires' else toml_value(value)}" for key, value in given.items()]
    return "\n".join(lines).lstrip("\n") + "\n"


def _entries(values: Mapping[str, Any], section: str, found: ResolvedPolicy) -> Iterator[str]:
    for key, value in values.items():
        yield f"{toml_key(key)} = {toml_value(value)}  # {found.origin(f'{section}.{key}')}"
