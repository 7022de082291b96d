"""The register of all rules: `@rule` checks a rule and adds it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mcuaudit.domain.rule_codes import OWN_LETTERS, RETIRED, is_own_code, is_rule_code
from mcuaudit.errors import McuAuditError
from mcuaudit.rules.causes import CauseTemplate
from mcuaudit.rules.declaration import declaration_errors
from mcuaudit.rules.declared_values import kind_of
from mcuaudit.rules.definition import Context, Mask, Rule, Texts
from mcuaudit.rules.remedies import RemedyTemplate
from mcuaudit.system.import_failures import place_in, place_of_function, reason_of

__all__ = [
    "ADMINISTRATORS_GUIDE", "GROUPS", "HTTPS_ARTICLE", "MAINTENANCE_MANUAL", "RELEASE_NOTES", "Context", "Mask", "Rule",
    "RuleError", "Texts", "forget_rules_of", "not_imported", "registering", "rule", "rules_so_far",
]  # fmt: skip

RELEASE_NOTES: Final = "Release Notes 4.4(3.57), appendix"
ADMINISTRATORS_GUIDE: Final = "Administrator's Guide 4.4"
MAINTENANCE_MANUAL: Final = "Maintenance Manual 4.5"
HTTPS_ARTICLE: Final = "Cisco article on certifying HTTPS connections"


GROUPS: Final = {
    "1": "certificate", "2": "identity", "3": "trust_store", "4": "settings", "5": "connection", "9": "evidence",
}  # fmt: skip
"""The directory of a group of rules, by the first digit of their codes."""
_REGISTER: dict[str, Rule] = {}
_PACKAGES: list[str] = []
"""The packages whose rules are being registered; the last one counts."""


_PARTS_OF_MODULE: Final = 4
"""mcuaudit, rules, the group and the file."""


class RuleError(McuAuditError):
    """A rule is declared wrongly."""


def not_imported(module: str, error: Exception) -> RuleError:
    """The error of a module of rules that cannot be imported: its file, its line and the reason, rule by rule."""
    place = place_in(module, error)
    reasons = str(error).splitlines() if isinstance(error, McuAuditError) else [reason_of(error)]
    return RuleError("\n".join(f"{place}: {reason}" for reason in reasons))


def rule(
    *,
    code: str,
    view: str,
    severity: str,
    source: str,
    section: str,
    grade: str,
    message: str,
    fix: str,
    cause: CauseTemplate,
    adds: tuple[str, ...] = (),
    texts: Texts | None = None,
    when: Mapping[str, tuple[str, ...]] | None = None,
    needs: tuple[str, ...] = (),
    reference: str = "",
    remedy: RemedyTemplate | None = None,
    slot: str = "",
    undetermined: Mask | None = None,
    undetermined_message: str = "",
    reading: str = "",
) -> Callable[[Mask], Mask]:
    """Register the decorated function as a rule; it gets the view and the context and says where the rule fails.

    Raises:
        RuleError: the code is taken, malformed or of another group, the function has no docstring, or the declaration
            does not fit the view: the error names the rule, the key, what was found, what is allowed, and the nearest
            word.
    """

    def register(function: Mask) -> Mask:
        name = getattr(function, "__name__", "")
        _check_code(code, function)
        if not function.__doc__:
            raise RuleError(f"{name}: a rule is documented in its docstring")
        declared = Rule(
            code=code,
            name=name,
            view=view,
            severity=severity,
            source=source,
            section=section,
            grade=grade,
            message=message,
            fix=fix,
            cause=cause,
            mask=function,
            adds=adds,
            texts=texts,
            package=_PACKAGES[-1] if _PACKAGES else "",
            documentation=function.__doc__.strip(),
            when=dict(when or {}) if isinstance(when, Mapping | None) else when,
            needs=needs,
            reference=reference,
            remedy=remedy,
            slot=slot,
            undetermined=undetermined,
            undetermined_message=undetermined_message,
            reading=reading,
        )
        wrong = [f"the rule {code} {name}: {error}" for error in declaration_errors(declared)]
        if wrong:
            raise RuleError("\n".join(wrong))
        _REGISTER[code] = declared
        return function

    return register


def _check_code(code: str, function: Mask) -> None:
    name, module = getattr(function, "__name__", ""), function.__module__
    if not isinstance(code, str):
        raise RuleError(f'the rule {name}: the code is {kind_of(code)}; write a text, such as "ACME101"')
    if code in RETIRED:
        raise RuleError(
            f"the rule {name}: the code {code} is retired ({RETIRED[code]}); the next free code of the group is "
            f"{_next_free(code)}"
        )
    if code in _REGISTER:
        other = _REGISTER[code]
        raise RuleError(
            f"the code {code} is used by two rules: {other.name}{_of_package(other)} ({place_of_function(other.mask)}) "
            f"and {name} ({place_of_function(function)}); the next free code of the group is {_next_free(code)}"
        )
    if not is_rule_code(code):
        raise RuleError(
            f'the rule {name}: the code is "{code}"; a code is two to twelve capital letters and a number from 100 to '
            "999, such as ACME101"
        )
    own = module.partition(".")[0] == "mcuaudit"
    if own != is_own_code(code):
        letters = f"the letters {OWN_LETTERS}" if own else f"other letters than {OWN_LETTERS}, such as ACME101"
        whose = "mcuaudit" if own else "another package"
        raise RuleError(f'the rule {name}: the code is "{code}"; a rule of {whose} has {letters}')
    if own:
        _check_group(code, name, module)
        _check_name(code, name, module)


def _check_name(code: str, name: str, module: str) -> None:
    """A function is named as its file, or ends with that name where one file has several rules."""
    parts = module.split(".")
    if len(parts) == _PARTS_OF_MODULE and name != parts[-1] and not name.endswith(f"_{parts[-1]}"):
        raise RuleError(
            f"the rule {code} {name}: the function {name} is in the file {parts[-1]}.py; give both the same name"
        )


def _next_free(code: str) -> str:
    """The code after the highest one of the group. The modules that are not imported yet are read as text."""
    group, known = code[:-2], {*_REGISTER, *RETIRED}
    if is_own_code(code):
        for file in Path(__file__).parent.rglob("*.py"):
            known |= set(re.findall(rf"{group}\d\d", file.read_text(encoding="utf-8")))
    numbers = [int(one[-2:]) for one in known if one[:-2] == group and one[-2] != "9"]
    return f"{group}{max(numbers, default=0) + 1:02}"


def _check_group(code: str, name: str, module: str) -> None:
    """The first digit of a rule of mcuaudit is that of a group, and of the directory that the rule is in."""
    digit = code.removeprefix(OWN_LETTERS)[0]
    directory = next(iter(module.split(".")[2:3]), "")
    if digit not in GROUPS or (directory in GROUPS.values() and directory != GROUPS[digit]):
        groups = ", ".join(f"{number} {group}" for number, group in GROUPS.items())
        found = f" in the directory {directory}" if digit in GROUPS else ""
        raise RuleError(f'the rule {name}: the code is "{code}"{found}; its first digit is the group: {groups}')


def _of_package(rule: Rule) -> str:
    return f" of the package {rule.package}" if rule.package else ""


@contextmanager
def registering(package: str) -> Iterator[None]:
    """What is registered within belongs to that package; after an error none of it stays registered."""
    before = dict(_REGISTER)
    _PACKAGES.append(package)
    try:
        yield
    except BaseException:
        _REGISTER.clear()
        _REGISTER.update(before)
        raise
    finally:
        _PACKAGES.pop()


def forget_rules_of(module: str) -> None:
    """Forget what that module registered unless it is imported: its import failed."""
    if module not in sys.modules:
        for code in [code for code, rule in _REGISTER.items() if rule.mask.__module__ == module]:
            del _REGISTER[code]


def rules_so_far() -> dict[str, Rule]:
    """Every rule that was registered, by its code, in the order of the codes; see `installed.registered_rules`."""
    return dict(sorted(_REGISTER.items()))
