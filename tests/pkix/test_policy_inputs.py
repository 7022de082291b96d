"""The inputs of policy processing as a caller gives them, and what is said of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.pkix import PolicyInputs, validate
from mcuaudit.pkix.policy_inputs import ANY_POLICY, policy_inputs
from tests.authority import NOW, Authority

ROOT = Authority.root("Root")
MCU = ROOT.leaf("mcu", policies=["1.2.3"])


def given(use: Any = "both", initial: Any = "anyPolicy", **flags: Any) -> PolicyInputs:
    names = ("explicit_policy", "inhibit_policy_mapping", "inhibit_any_policy")
    return policy_inputs(use, initial, **{name: flags.get(name, False) for name in names})


def test_the_defaults_are_those_of_reading_a21():
    assert given() == PolicyInputs() == PolicyInputs("both", frozenset({ANY_POLICY}), False, False, False)


@pytest.mark.parametrize(
    ("initial", "expected"),
    [
        ("anyPolicy", {ANY_POLICY}),
        (ANY_POLICY, {ANY_POLICY}),
        ("1.2.3", {"1.2.3"}),
        (["1.2.3", "2.999.10", "1.2.3"], {"1.2.3", "2.999.10"}),
        (iter(("anyPolicy", "1.2.3")), {ANY_POLICY, "1.2.3"}),
    ],
)
def test_initial_policies_are_one_or_several(initial: Any, expected: set[str]):
    assert given(initial=initial).initial == expected


def test_a_policy_is_accepted_by_itself_or_by_any_policy():
    assert given().accepts("1.2.3")
    assert given(initial=["1.2.3"]).accepts("1.2.3")
    assert not given(initial=["1.2.3"]).accepts("1.2.4")


@pytest.mark.parametrize("name", ["explicit_policy", "inhibit_policy_mapping", "inhibit_any_policy"])
def test_each_flag_is_an_input_of_its_own(name: str):
    found = given(**{name: True})
    flags = {
        "explicit_policy": found.explicit,
        "inhibit_policy_mapping": found.inhibit_mapping,
        "inhibit_any_policy": found.inhibit_any,
    }
    assert [flag for flag, on in flags.items() if on] == [name]


WRONG = [
    ({"use": "strict"}, 'policies: unknown value "strict"; expected "evaluate", "ignore" or "both".'),
    ({"use": "evalute"}, 'Did you mean "evaluate"?'),
    ({"use": None}, 'policies: unknown value "None"'),
    ({"initial": []}, 'initial_policies is empty; "anyPolicy" accepts every certificate policy.'),
    ({"initial": ["anypolicy"]}, "initial_policies has 'anypolicy'; expected \"anyPolicy\" or object identifiers"),
    ({"initial": ["1.2.3", "1.02"]}, "initial_policies has '1.02'"),
    ({"initial": ""}, "initial_policies has ''"),
    ({"initial": "3.2.1"}, "initial_policies has '3.2.1'"),
    ({"initial": "1.2.3 1.2.4"}, "initial_policies has '1.2.3 1.2.4'"),
    ({"initial": 7}, "initial_policies has 7"),
    ({"initial": [["1.2"]]}, "initial_policies has ['1.2']"),
    ({"initial": "x" * 500}, "x…;"),
    ({"explicit_policy": "false"}, "explicit_policy is 'false'; expected True or False."),
    ({"inhibit_policy_mapping": 1}, "inhibit_policy_mapping is 1; expected True or False."),
    ({"inhibit_any_policy": None}, "inhibit_any_policy is None; expected True or False."),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_a_wrong_input_is_named_with_what_is_allowed(wrong: dict[str, Any], words: str):
    with pytest.raises(UsageError) as refused:
        given(**wrong)
    assert words in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("inputs", "outcome"),
    [
        ({"initial_policies": "1.2.3"}, Outcome.PASS),
        ({"initial_policies": "1.2.4"}, Outcome.FAIL),
        ({"initial_policies": "1.2.4", "policies": "ignore"}, Outcome.PASS),
        ({"initial_policies": "1.2.4", "policies": "both"}, Outcome.OPEN),
    ],
)
def test_validate_takes_the_inputs(inputs: dict[str, Any], outcome: Outcome):
    arguments = {"policies": "evaluate", "explicit_policy": True, **inputs}
    assert validate(MCU.der, anchors=[ROOT.der], at=NOW, **arguments).outcome is outcome
