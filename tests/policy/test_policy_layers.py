"""The policy in force: which source wins, where each value came from, and errors that name the right key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from mcuaudit.errors import PolicyError
from mcuaudit.policy.layers import ResolvedPolicy, policy_text, resolve_policy
from mcuaudit.policy.schema import Policy, make_policy

Export = Callable[[str], Path]
WAIVER = '[[waiver]]\nrule = "MCU103"\ndevice = "leeds/*"\nreason = "x"\nowner = "y"\nexpires = 2026-12-01\n'


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Write the policy at the top of an export."""

    def write(text: str) -> Path:
        (tmp_path / "export").mkdir(exist_ok=True)
        (tmp_path / "export" / "mcuaudit.toml").write_text(text, encoding="utf-8")
        return tmp_path / "export"

    return write


def test_without_anything_all_is_default(tmp_path: Path) -> None:
    found = resolve_policy(tmp_path)
    assert found.policy == Policy()
    assert found.origin("thresholds.expiry_days") == "default"
    assert found.file is None


def test_later_sources_win_key_by_key(export: Export) -> None:
    found = resolve_policy(
        export("[thresholds]\nexpiry_days = 30\nrsa_bits = 3072\nec_bits = 384\n"),
        environment={"MCUAUDIT_THRESHOLDS_RSA_BITS": "4096", "MCUAUDIT_THRESHOLDS_EC_BITS": "521"},
        options=["thresholds.ec_bits=256"],
    )
    thresholds = found.policy.thresholds
    assert (thresholds.expiry_days, thresholds.rsa_bits, thresholds.ec_bits, thresholds.evidence_days) == (
        30, 4096, 256, 90,
    )  # fmt: skip
    assert found.origin("thresholds.expiry_days").endswith("mcuaudit.toml")
    assert found.origin("thresholds.rsa_bits") == "environment MCUAUDIT_THRESHOLDS_RSA_BITS"
    assert found.origin("thresholds.ec_bits") == "--set thresholds.ec_bits"
    assert found.origin("thresholds.evidence_days") == "default"


def test_a_named_file_is_read_instead_and_the_exports_own_is_passed_over(export: Export, tmp_path: Path) -> None:
    own = export("[thresholds]\nexpiry_days = 30\nrsa_bits = 3072\n")
    named = tmp_path / "other.toml"
    named.write_text("[thresholds]\nexpiry_days = 10\n", encoding="utf-8")
    found = resolve_policy(own, file=named)
    assert (found.policy.thresholds.expiry_days, found.policy.thresholds.rsa_bits) == (10, 2048)
    assert (found.file, found.passed_over) == (named, own / "mcuaudit.toml")


def test_a_file_of_the_environment_serves_only_an_export_without_one(export: Export, tmp_path: Path) -> None:
    named = tmp_path / "other.toml"
    named.write_text("[thresholds]\nexpiry_days = 10\n", encoding="utf-8")
    variables = {"MCUAUDIT_POLICY": str(named)}
    assert resolve_policy(tmp_path, environment=variables).policy.thresholds.expiry_days == 10
    own = export("[thresholds]\nexpiry_days = 30\n")
    assert resolve_policy(own, environment=variables).policy.thresholds.expiry_days == 30


def test_no_policy_is_searched_for_above_the_export(export: Export) -> None:
    site = export("[thresholds]\nexpiry_days = 30\n") / "leeds"
    site.mkdir()
    assert resolve_policy(site).policy == Policy()


def test_lists_and_rules_come_from_variables_and_options(tmp_path: Path) -> None:
    found = resolve_policy(
        tmp_path,
        environment={"MCUAUDIT_EXPORT_IGNORE": "README*, *.txt", "MCUAUDIT_RULES_MCU402": "off"},
        options=["rules.MCU105=error", f"known.allowed_shared_keys={'AB:' * 31}AB"],
    )
    assert found.policy.export.ignore == ("README*", "*.txt")
    assert found.policy.rules == {"MCU402": "off", "MCU105": "error"}
    assert found.policy.known.allowed_shared_keys == ("ab" * 32,)


def test_other_variables_with_the_prefix_are_left_alone(tmp_path: Path) -> None:
    variables = {
        "MCUAUDIT_CACHE": "x",
        "MCUAUDIT_EXPORT": "x",
        "MCUAUDIT_TRACEBACK": "1",
        "MCUAUDIT_REQUIRE_BROWSER": "1",
        "MCUAUDIT_LIMBO": "x.json",
        "PATH": "/bin",
    }
    assert resolve_policy(tmp_path, environment=variables).policy == Policy()


def test_the_text_can_be_read_again_and_says_where_each_value_is_from(export: Export) -> None:
    own = export(f'[rules]\nMCU105 = "error"\n[known.different_stores]\n"leeds/mcu-1" = "a \\"lab\\""\n{WAIVER}')
    found = resolve_policy(own, options=["policy.mesh=site"])
    text = policy_text(found)
    assert make_policy(tomllib.loads(text), "text") == found.policy
    lines = text.splitlines()
    assert 'mesh = "site"  # --set policy.mesh' in lines
    assert f'MCU105 = "error"  # {own / "mcuaudit.toml"}' in lines
    assert "expiry_days = 60  # default" in lines
    keyed = [line for line in lines if " = " in line and lines.index(line) < lines.index("[rules]")]
    assert all("  # " in line for line in keyed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[thresholds]\nexpiry_day = 3\n",
            [
                "unknown key thresholds.expiry_day; allowed keys: ca_lifetime_days, clock_skew_seconds, ",
                'Did you mean "expiry_days"?',
            ],
        ),
        (
            "[threshold]\nexpiry_days = 3\n",
            ["unknown table [threshold]; allowed tables: export, ", 'Did you mean "thresholds"?'],
        ),
        ('[thresholds]\nexpiry_days = "soon"\n', ['thresholds.expiry_days: expected a whole number, found "soon".']),
        ("[thresholds]\nexpiry_days = -1\n", ["thresholds.expiry_days: expected at least 0, found -1."]),
        ("thresholds = 3\n", ["thresholds: expected a table such as [thresholds], found 3."]),
        ('[rules]\nMCU105 = "fatal"\n', ['rules.MCU105: expected "error", "warning", "note" or "off", found "fatal".']),
        ('[rules]\nMCU105 = "eror"\n', ['Did you mean "error"?']),
        ('[rules]\nexpiring = "off"\n', ["rules.expiring", "MCU105"]),
        (
            '[policy]\nmesh = "sites"\n',
            ['policy.mesh: expected "none", "site" or "fleet", found "sites".', 'Did you mean "site"?'],
        ),
        ('[waiver]\nrule = "MCU103"\n', ["waiver", "double brackets"]),
        (
            '[[waiver]]\nrule = "MCU103"\ndevice = "a/b"\n',
            [
                '[[waiver]] 1: missing key "owner" (the person responsible for the waiver); add owner = "…".',
                "reason",
                "expires",
            ],
        ),
        (WAIVER.replace('device = "leeds/*"\n', ""), ["[[waiver]] 1", "missing key; add device or certificate"]),
        (WAIVER + WAIVER.replace("device", "devce"), ["[[waiver]] 2 devce", 'Did you mean "device"?']),
        (
            WAIVER.replace("2026-12-01", '"soon"'),
            ['[[waiver]] 1 expires: expected a date such as 2027-03-31, found "soon".'],
        ),
        (WAIVER.replace('"y"', '" "'), ["[[waiver]] 1 owner", "empty"]),
        ("thresholds = {", ["mcuaudit.toml"]),
    ],
)
def test_an_error_names_file_key_and_what_is_allowed(text: str, words: list[str], export: Export) -> None:
    with pytest.raises(PolicyError) as refused:
        resolve_policy(export(text))
    for word in (*words, "mcuaudit.toml"):
        assert word in str(refused.value)


@pytest.mark.parametrize(
    ("variables", "options", "words"),
    [
        (
            {"MCUAUDIT_THRESHOLDS_EXPIRY_DAY": "3"},
            [],
            ["environment", 'Did you mean "MCUAUDIT_THRESHOLDS_EXPIRY_DAYS"?'],
        ),
        (
            {"MCUAUDIT_THRESHOLDS_EXPIRY_DAYS": "x"},
            [],
            ["environment MCUAUDIT_THRESHOLDS_EXPIRY_DAYS", "expected a whole number"],
        ),
        ({"MCUAUDIT_POLICY": "no-such.toml"}, [], ["MCUAUDIT_POLICY no-such.toml: no such file."]),
        ({}, ["thresholds.ec_bit=3"], ["--set thresholds.ec_bit", 'Did you mean "ec_bits"?']),
        ({}, ["thresholds=3"], ["section.key=value"]),
        ({}, ["waiver.rule=MCU103"], ["set it in a policy file"]),
        (
            {},
            ["Verification settings=Outgoing calls only"],
            ["a setting of a device", "thresholds.…", "mcuaudit what-if"],
        ),
        ({}, ["services.http=false"], ['mcuaudit what-if EXPORT --set "services.http=false"', "docs/policy.md"]),
        ({}, ["rules.MCU1=off"], ["--set rules.MCU1", "MCU105"]),
    ],
)
def test_an_error_of_a_variable_or_option_names_it(
    variables: dict[str, str], options: list[str], words: list[str], tmp_path: Path
) -> None:
    with pytest.raises(PolicyError) as refused:
        resolve_policy(tmp_path, environment=variables, options=options)
    for word in words:
        assert word in str(refused.value)


def test_a_policy_object_has_no_origins() -> None:
    assert ResolvedPolicy(Policy()).origin("thresholds.rsa_bits") == "default"
