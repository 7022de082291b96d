"""The inputs of certificate policy processing (RFC 5280, section 6.1.1), and whether a verifier evaluates policies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from mcuaudit.errors import UsageError, not_allowed

PolicyUse = Literal["evaluate", "ignore", "both"]
"""Certificate policies are evaluated, ignored, or both (reading A21)."""

POLICY_USES: Final[tuple[PolicyUse, ...]] = ("evaluate", "ignore", "both")
ANY_POLICY: Final = "2.5.29.32.0"
_ANY_POLICY_NAME: Final = "anyPolicy"
_IDENTIFIER: Final = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_LONGEST_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class PolicyInputs:
    """The inputs (c) and (e) to (g) of RFC 5280, section 6.1.1. The defaults are those of reading A21.

    Attributes:
        use: "evaluate", "ignore", or "both".
        initial: user-initial-policy-set, by identifier; it contains anyPolicy if every policy is acceptable.
        explicit: initial-explicit-policy.
        inhibit_mapping: initial-policy-mapping-inhibit.
        inhibit_any: initial-any-policy-inhibit.
    """

    use: PolicyUse = "both"
    initial: frozenset[str] = frozenset({ANY_POLICY})
    explicit: bool = False
    inhibit_mapping: bool = False
    inhibit_any: bool = False

    def accepts(self, policy: str) -> bool:
        """The policy is in the user-initial-policy-set."""
        return ANY_POLICY in self.initial or policy in self.initial


def policy_inputs(
    use: PolicyUse,
    initial: str | Iterable[str],
    *,
    explicit_policy: bool,
    inhibit_policy_mapping: bool,
    inhibit_any_policy: bool,
) -> PolicyInputs:
    """The inputs as a caller gives them, checked.

    Raises:
        UsageError: one of them is not allowed.
    """
    if use not in POLICY_USES:
        raise UsageError(not_allowed("policies: unknown value", use, POLICY_USES))
    flags = {
        "explicit_policy": explicit_policy,
        "inhibit_policy_mapping": inhibit_policy_mapping,
        "inhibit_any_policy": inhibit_any_policy,
    }
    for name, flag in flags.items():
        if not isinstance(flag, bool):
            raise UsageError(f"{name} is {_shown(flag)}; expected True or False.")
    return PolicyInputs(use, _initial(initial), explicit_policy, inhibit_policy_mapping, inhibit_any_policy)


def _initial(given: str | Iterable[str]) -> frozenset[str]:
    if isinstance(given, str):
        given = (given,)
    try:
        found = frozenset(_identifier(policy) for policy in given)
    except TypeError as error:
        raise _not_a_policy(given) from error
    if not found:
        raise UsageError(f'initial_policies is empty; "{_ANY_POLICY_NAME}" accepts every certificate policy.')
    return found


def _identifier(policy: object) -> str:
    if policy == _ANY_POLICY_NAME:
        return ANY_POLICY
    if not isinstance(policy, str) or not _IDENTIFIER.fullmatch(policy):
        raise _not_a_policy(policy)
    return policy


def _not_a_policy(found: object) -> UsageError:
    return UsageError(
        f'initial_policies has {_shown(found)}; expected "{_ANY_POLICY_NAME}" or object identifiers such as '
        '"2.23.140.1.2.2".'
    )


def _shown(found: object) -> str:
    text = ascii(found)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
