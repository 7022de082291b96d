"""What each verifier answers beside what mcuaudit.validate says of the same chains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import PathOutcome, validate
from tests.authority import NOW
from tests.verifiers.chains import Chain
from tests.verifiers.verifier import Answer, Decision, Verifier


def judged(chain: Chain) -> PathOutcome:
    """What mcuaudit says, with its default arguments."""
    return validate(
        chain.end_entity.record,
        presented=[one.record for one in chain.presented],
        anchors=[one.record for one in chain.store],
        purpose=chain.role,
        at=NOW,
    )


def _outcome(own: PathOutcome) -> tuple[Outcome, str]:
    """The outcome and its reading as a connection has them: where a candidate path is bad, a pass is open (A19)."""
    if own.outcome is Outcome.PASS and not own.every_candidate_good:
        return Outcome.OPEN, "A19"
    return own.outcome, own.reading or ""


@dataclass(frozen=True)
class Split:
    """A kind of chain that mcuaudit and a verifier answer differently: neither undetermined nor the same."""

    kind: str
    verifier: str
    answer: Answer

    @property
    def words(self) -> str:
        return f"{self.kind}: {self.verifier} {_WORDS[self.answer]}"


_WORDS: dict[Answer, str] = {
    "accepted": "accepts what mcuaudit refuses",
    "refused": "refuses what mcuaudit accepts",
    "unreadable": "does not read what mcuaudit accepts",
}


@dataclass(frozen=True)
class Comparison:
    """One verifier on all chains.

    Attributes:
        agrees: the number of chains with the same answer.
        undetermined: by reading, the answers to chains of which mcuaudit says open.
        splits: the chains with another answer, by kind, each with the first words of the verifier.
    """

    verifier: str
    version: str
    agrees: int
    undetermined: dict[str, Counter[bool]]
    splits: Counter[Split]
    words: dict[Split, str]


def compared(verifier: Verifier, version: str, chains: Sequence[Chain], said: Sequence[PathOutcome]) -> Comparison:
    """A verifier's decisions beside mcuaudit's."""
    agrees, splits = 0, Counter[Split]()
    undetermined: dict[str, Counter[bool]] = {}
    words: dict[Split, str] = {}
    for chain, own, decision in zip(chains, said, verifier.decide(chains), strict=True):
        outcome, reading = _outcome(own)
        if outcome is Outcome.OPEN:
            undetermined.setdefault(reading, Counter[bool]())[decision.accepted] += 1
        elif decision.accepted == (outcome is Outcome.PASS):
            agrees += 1
        else:
            split = _split(chain, verifier, decision)
            splits[split] += 1
            words.setdefault(split, decision.words)
    return Comparison(verifier.NAME, version, agrees, undetermined, splits, words)


def _split(chain: Chain, verifier: Verifier, decision: Decision) -> Split:
    return Split(chain.kind, verifier.NAME, decision.answer)


def compare_all(
    chains: Sequence[Chain], verifiers: Iterable[Verifier]
) -> tuple[list[Comparison], list[Verifier], Counter[str]]:
    """The comparison with each verifier that is installed, the others, and the outcomes of mcuaudit."""
    said = [judged(chain) for chain in chains]
    found, missing = [], []
    for verifier in verifiers:
        version = verifier.version()
        if version is None:
            missing.append(verifier)
        else:
            found.append(compared(verifier, version, chains, said))
    return found, missing, Counter(str(_outcome(own)[0]) for own in said)
