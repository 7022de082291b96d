"""The rules as the policy has them: some switched off, some with another severity."""

from __future__ import annotations

from dataclasses import replace

from mcuaudit.errors import PolicyError
from mcuaudit.policy.schema import Policy
from mcuaudit.rules.installed import loading_problems, registered_rules
from mcuaudit.rules.rule import Rule


def enabled_rules(policy: Policy) -> dict[str, Rule]:
    """Every rule that is not switched off, by its code, with the severity that the policy gives it.

    Raises:
        PolicyError: the policy names a rule that does not exist.
    """
    check_rule_codes(policy, "the policy")
    return {
        code: rule if code not in policy.rules else replace(rule, severity=policy.rules[code])
        for code, rule in registered_rules().items()
        if policy.rules.get(code) != "off"
    }


def check_rule_codes(policy: Policy, source: str) -> None:
    """Refuse a policy that names a rule which does not exist; `source` is named in the error.

    Raises:
        PolicyError: key, and what was found.
    """
    known = registered_rules()
    named = {f"rules.{code}": code for code in policy.rules}
    named |= {f"[[waiver]] {number} rule": waiver.rule for number, waiver in enumerate(policy.waiver, start=1)}
    unknown = [
        f"{source}: {key}: there is no rule {code}; `mcuaudit rules` lists them."
        for key, code in named.items()
        if code not in known
    ]
    if unknown:
        raise PolicyError("\n".join([*unknown, *(str(problem["reason"]) for problem in loading_problems())]))
