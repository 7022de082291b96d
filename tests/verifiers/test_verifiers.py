"""Other verifiers on generated chains: each other answer is explained, and what is not is reported."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.verifiers import __main__ as command
from tests.verifiers import gnutls, go, java
from tests.verifiers.chains import Chain, generated
from tests.verifiers.comparison import Comparison, compare_all
from tests.verifiers.explained import Explanation, needless, read_explained, unexplained
from tests.verifiers.kinds import KINDS
from tests.verifiers.lines import asked
from tests.verifiers.page import PAGE, agreement, section, section_of, with_section
from tests.verifiers.verifier import ACCEPTED, Answer, Decision, Verifier
from tests.verifiers.verifiers import VERIFIERS

NAMES = [verifier.NAME for verifier in VERIFIERS]


def of_the_page(verifier: Verifier) -> bool:
    """The system has the version for which the explanations were written; of another one `make verifiers` reports."""
    return f"| {verifier.NAME} {verifier.version()} |" in PAGE.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Stubborn:
    """A verifier that gives one answer to everything."""

    answer: Answer
    present: bool = True
    NAME: str = "Go"
    PACKAGE: str = "a package"

    def version(self) -> str | None:
        return "1.0" if self.present else None

    def decide(self, chains: Sequence[Chain]) -> list[Decision]:
        return [Decision(self.answer, "its words") for _ in chains]


@pytest.fixture(scope="module")
def chains() -> list[Chain]:
    return generated(command.CHAINS, command.SEED)


@pytest.fixture(scope="module")
def in_process(chains: list[Chain]) -> list[Comparison]:
    found, _, _ = compare_all(
        chains, [one for one in VERIFIERS if one not in (go, java) and (one is not gnutls or of_the_page(one))]
    )
    return found


def test_every_other_answer_is_explained(in_process, chains, score):
    explanations = read_explained(NAMES)
    for compared in in_process:
        score(
            f"{compared.verifier} {compared.version}: agrees on {compared.agrees} of {len(chains)} generated chains, "
            f"{sum(compared.splits.values())} explained"
        )
    assert unexplained(in_process, explanations) == []
    assert needless(in_process, explanations, chains) == []
    assert {"OpenSSL", "cryptography"} <= {compared.verifier for compared in in_process}
    assert all(compared.agrees > 180 for compared in in_process)


@pytest.mark.parametrize(
    "verifier",
    [
        pytest.param(java, id="Java", marks=pytest.mark.skipif(not of_the_page(java), reason="another version")),
        pytest.param(
            go,
            id="Go",
            marks=pytest.mark.skipif(not (of_the_page(go) and go.is_compiled()), reason="make verifiers compiles"),
        ),
    ],
)
def test_every_other_answer_of_programs_is_explained(verifier, chains, score):
    """On one chain of each kind."""
    sample = chains[: len(KINDS)]
    found, _, _ = compare_all(sample, [verifier])
    explanations = read_explained(NAMES)
    score(f"{verifier.NAME} {verifier.version()}: agrees on {found[0].agrees} of {len(sample)} generated chains")
    assert unexplained(found, explanations) == []
    assert needless(found, explanations, sample) == []


def test_the_page_has_the_numbers_of_these_versions(in_process):
    """Which of two good paths is found may depend on serial numbers, so the column of open ones is left out."""
    rows = [row.split("|") for row in section_of(PAGE.read_text(encoding="utf-8")).splitlines()]
    stated = {row[1].strip(): (row[2].strip(), row[4].strip()) for row in rows if len(row) == 6}
    for compared in in_process:
        row = agreement(compared).split("|")
        assert stated.get(row[1].strip(), (row[2].strip(), row[4].strip())) == (row[2].strip(), row[4].strip())
    assert {name.split()[0] for name in stated} >= set(NAMES)


def test_a_split_without_an_explanation_is_reported(chains):
    found, _, _ = compare_all(chains[: len(KINDS)], [Stubborn("accepted")])
    said = unexplained(found, [Explanation(("EKU codeSigning",), ("Go",), "accepted", "it does")])
    assert "not explained: end entity expired: Go accepts what mcuaudit refuses (1 chains): its words" in said
    assert not any("EKU codeSigning:" in line for line in said)
    assert len(said) == len(found[0].splits) - 1


def test_an_explanation_of_the_opposite_answer_explains_nothing(chains):
    found, _, _ = compare_all(chains[: len(KINDS)], [Stubborn("accepted")])
    explanations = [Explanation(("EKU codeSigning",), ("Go",), "refused", "it does not")]
    assert any("EKU codeSigning:" in line for line in unexplained(found, explanations))
    assert needless(found, explanations, chains) == [
        "explained, and no such split: EKU codeSigning: Go refuses what mcuaudit accepts"
    ]


def test_an_explanation_without_a_split_is_reported_unless_its_verifier_is_missing(chains):
    explanations = [Explanation(("valid",), ("Go", "Java"), "accepted", "it does")]
    found, _, _ = compare_all(chains[: len(KINDS)], [Stubborn("accepted")])
    assert needless(found, explanations, chains) == [
        "explained, and no such split: valid: Go accepts what mcuaudit refuses"
    ]


def test_a_verifier_that_is_not_installed_is_named_with_its_package(chains):
    found, missing, outcomes = compare_all(chains[:5], [Stubborn("accepted", present=False)])
    assert found == []
    assert "Go was not installed; a package brings it." in section(5, 1, outcomes, found, missing, [])


@pytest.mark.parametrize(("answer", "code"), [("refused", 1), ("accepted", 1)])
def test_the_command_fails_if_something_is_not_explained(answer, code, monkeypatch, capsys):
    monkeypatch.setattr(command, "VERIFIERS", [Stubborn(answer)])
    monkeypatch.setattr(command, "read_explained", lambda known: ())
    monkeypatch.setattr(sys, "argv", ["verifiers", "--chains", "20"])
    before = PAGE.read_bytes()
    assert command.main() == code
    assert "not explained: " in capsys.readouterr().out
    assert PAGE.read_bytes() == before


def test_the_command_fails_if_an_explanation_has_no_split(monkeypatch, capsys):
    monkeypatch.setattr(command, "VERIFIERS", [Stubborn("accepted")])
    monkeypatch.setattr(
        command, "read_explained", lambda known: [Explanation(("valid",), ("Go",), "refused", "it does not")]
    )
    monkeypatch.setattr(sys, "argv", ["verifiers", "--chains", "1"])
    assert command.main() == 1
    assert "explained, and no such split: valid" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('kinds = ["valid"]', "has the keys"),
        ('kinds = ["valid"]\nverifiers = ["Go"]\nanswer = "open"\nwhy = "because"', "one of the answers"),
        ('kinds = ["valid"]\nverifiers = ["Go"]\nanswer = "refused"\nwhy = " "', "says why"),
        (
            'kinds = ["fine"]\nverifiers = ["Go"]\nanswer = "refused"\nwhy = "because"',
            "unknown kinds or verifiers: fine",
        ),
        ('kinds = ["valid"]\nverifiers = ["NSS"]\nanswer = "refused"\nwhy = "because"', "verifiers: NSS"),
        (
            'kinds = ["valid", "valid"]\nverifiers = ["Go"]\nanswer = "refused"\nwhy = "because"',
            "explained twice: valid: Go refuses",
        ),
    ],
)
def test_an_incomplete_explanation_is_refused(change: str, words: str, tmp_path: Path):
    file = tmp_path / "explained.toml"
    file.write_text(f"[[explained]]\n{change}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_explained(NAMES, file)


def test_the_same_seed_gives_the_same_chains_and_another_one_other_keys():
    first, again, other = (generated(10, seed) for seed in (1, 1, 2))
    keys = [
        [chain.end_entity.key.public_key().public_numbers() for chain in chains] for chains in (first, again, other)
    ]
    assert keys[0] == keys[1]
    assert all(one != another for one, another in zip(keys[0], keys[2], strict=True))


def test_every_kind_is_asked_for_a_server_and_for_a_client(chains):
    assert Counter(chain.kind for chain in chains) == dict.fromkeys(KINDS, command.CHAINS // len(KINDS))
    assert len({(chain.kind, chain.role) for chain in chains}) == 2 * len(KINDS)


def test_a_program_that_answers_too_little_or_something_else_is_an_error(chains):
    with pytest.raises(RuntimeError, match="gave 0 answers to 1 chains"):
        asked(["true"], chains[:1])
    with pytest.raises(RuntimeError, match="not an answer: perhaps"):
        asked(["echo", "perhaps"], chains[:1])
    assert asked(["echo", "refused\texpired"], chains[:1]) == [Decision("refused", "expired")]
    assert asked(["echo", "accepted"], chains[:1]) == [ACCEPTED]


def test_a_program_that_ends_with_an_error_is_an_error(chains):
    with pytest.raises(subprocess.CalledProcessError):
        asked(["false"], chains[:1])


def test_a_page_without_the_markers_is_refused():
    with pytest.raises(ValueError, match="lacks the lines"):
        with_section("# Verdicts\n", "table")
    text = PAGE.read_text(encoding="utf-8")
    assert with_section(text, section_of(text)) == text
