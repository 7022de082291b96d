"""Real TLS for every connection of the sample fleet of which the audit says something about trust.

Two OpenSSL connections in memory hold exactly the certificates and trust stores of the cell, at the audit's time. What
each says of the other's certificate is compared with `mcu_trust` and `mcu_purpose`, or `peer_trust` and
`peer_purpose`. Names are not compared here: TLS by itself compares none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from mcuaudit.domain.outcome import Outcome
from tests.authority import LAST_YEAR, LONG_AGO, Issued, p256_key, self_signed
from tests.oracles.handshake import NO_CERTIFICATE, PARTIAL_CHAIN, Demand, Party, Verdicts, handshake
from tests.oracles.sample_fleet import Cell, SampleFleet, Side

PASS, OPEN, FAIL = Outcome.PASS.value, Outcome.OPEN.value, Outcome.FAIL.value
WRONG_PURPOSE = 26


@dataclass(frozen=True)
class Comparison:
    """What the audit says of one side's trust, and what OpenSSL answered as things are."""

    cell: Cell
    side: Side
    answered: int

    def __str__(self) -> str:
        side = self.side
        said = f"trust {side.trust}, purpose {side.purpose}, {side.path['reason'] if side.path else 'nothing judged'}"
        return f"{self.cell.connection_id}, {side.judge}: {said}; OpenSSL {self.answered}"


@dataclass
class Tried:
    """All cells with their handshakes."""

    fleet: SampleFleet
    cells: list[Cell]
    compared: list[Comparison]
    not_verifying: list[Cell]
    not_askable: Counter[str]
    handshakes: int


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    """The sample fleet made anew, and one handshake for each cell."""
    fleet = SampleFleet(tmp_path_factory.mktemp("sample") / "fleet")
    found = Tried(fleet, list(fleet.cells()), [], [], Counter(), 0)
    for cell in found.cells:
        verdicts = _handshake(fleet, cell)
        found.handshakes += 1
        said = verdicts.server_about_client, verdicts.client_about_server
        by_mcu, by_peer = said if cell.mcu_role == "server" else said[::-1]
        for side, answered in ((cell.mcu, by_mcu), (cell.peer, by_peer)):
            if side.not_askable:
                found.not_askable[side.not_askable] += 1
            elif side.verifies:
                found.compared.append(Comparison(cell, side, answered))
            else:
                found.not_verifying.append(cell)
                assert answered == 0, f"{cell.connection_id}: the {side.judge} does not verify, and said {answered}"
        refused = NO_CERTIFICATE in said
        assert verdicts.completed != refused, f"{cell.connection_id}: the handshake did not finish"
    return found


STAND_IN = self_signed("Stand-in", key=p256_key(950), not_before=LONG_AGO, not_after=LAST_YEAR)
"""Presented where the export has no certificate, and to who does not verify: self-signed, and expired."""


def _handshake(fleet: SampleFleet, cell: Cell, mcu: Party | None = None, peer: Party | None = None) -> Verdicts:
    """The handshake of a cell as the export has it, or with other parties."""
    mcu = mcu or party(fleet, presents=cell.peer, judges=cell.mcu)
    peer = peer or party(fleet, presents=cell.mcu, judges=cell.peer)
    server, client = (mcu, peer) if cell.mcu_role == "server" else (peer, mcu)
    return handshake(server, client, fleet.audit.at)


def party(fleet: SampleFleet, *, presents: Side, judges: Side) -> Party:
    """One side: it presents what the other judges, and judges what the other presents."""
    certificate: Issued | None = STAND_IN
    if presents.sends_none and presents.role == "client":
        certificate = None
    elif presents.presents is not None:
        certificate = fleet.issued(presents.presents)
    return Party(
        certificate,
        fleet.known(*presents.sent),
        fleet.known(*judges.store or ()),
        demands=judges.demands,
    )


def explained(one: Comparison) -> str:
    """The readings that an open verdict rests on; empty for pass and fail, which have to be OpenSSL's own."""
    side = one.side
    if side.trust == OPEN:
        return side.may_send_none or " ".join(sorted(side.readings))
    return "A13" if side.trust == PASS and side.purpose == OPEN else ""


def difference(one: Comparison) -> str:
    """What is wrong with the answer to things as they are, or an empty text."""
    side = one.side
    wanted = 0 if side.purpose == PASS else WRONG_PURPOSE
    if side.trust == FAIL:
        agreed = one.answered == _number(side) if side.purpose == PASS else one.answered != 0
    elif side.trust == PASS:
        agreed = one.answered == wanted
    elif side.may_send_none or "A19" in side.readings:
        agreed = True
    elif {"A11", "A12"} & side.readings:
        agreed = one.answered not in (0, NO_CERTIFICATE)
    else:
        # OpenSSL takes trust anchors that are no CAs, knows the algorithms, and was not told to look at policies.
        agreed = bool(side.readings) and side.readings <= {"A14", "A18", "A21"} and one.answered == wanted
    return "" if agreed else str(one)


def _number(side: Side) -> int:
    """OpenSSL's number in the reason of a failure."""
    if side.sends_none:
        return NO_CERTIFICATE
    assert side.path
    return int(side.path["reason"].rpartition("(OpenSSL error ")[2].partition(":")[0])


def under_the_other_reading(fleet: SampleFleet, one: Comparison) -> int:
    """OpenSSL's answer if all of the path is presented, partial chains are taken, and no purpose is asked for."""
    side = one.side
    assert side.path
    sender, judge = _parties(fleet, one)
    if "A11" in side.readings:
        sender = replace(sender, chain=fleet.known(*dict.fromkeys((*side.sent, *side.path["path"].split()[1:]))))
    flags = PARTIAL_CHAIN if {"A12", "A14"} & side.readings else 0
    judge = replace(judge, flags=flags, any_purpose=side.path["purpose_outcome"] == OPEN)
    return _answer(fleet, one, sender, judge)


def presenting_nothing(fleet: SampleFleet, one: Comparison, demands: Demand) -> int:
    """The answer to a client that presents no certificate (readings A20 and A26)."""
    sender, judge = _parties(fleet, one)
    return _answer(fleet, one, replace(sender, certificate=None), replace(judge, demands=demands))


def _parties(fleet: SampleFleet, one: Comparison) -> tuple[Party, Party]:
    """Who presents, and who judges."""
    other = one.cell.peer if one.side is one.cell.mcu else one.cell.mcu
    return party(fleet, presents=one.side, judges=other), party(fleet, presents=other, judges=one.side)


def _answer(fleet: SampleFleet, one: Comparison, sender: Party, judge: Party) -> int:
    mcu, peer = (judge, sender) if one.side is one.cell.mcu else (sender, judge)
    verdicts = _handshake(fleet, one.cell, mcu, peer)
    return verdicts.server_about_client if one.side.role == "client" else verdicts.client_about_server


def test_every_cell_is_as_real_tls_has_it(tried: Tried, score: Callable[[str], None]) -> None:
    because = Counter(explained(one) for one in tried.compared if explained(one))
    outcomes = Counter(one.side.trust for one in tried.compared)
    differences = [difference(one) for one in tried.compared if difference(one)]
    score(
        f"real TLS, sample fleet: {len(tried.cells)} cells, {tried.handshakes} handshakes, {len(tried.compared)} "
        f"verdicts {dict(sorted(outcomes.items()))}, {len(tried.not_verifying)} sides that verify nothing, "
        f"explained by reading {dict(sorted(because.items()))}, not askable {dict(sorted(tried.not_askable.items()))}, "
        f"differences {len(differences)}"
    )
    assert differences == []
    # Thin evidence would show here: each outcome and each reading that the sample fleet is made to show.
    assert set(outcomes) == {PASS, OPEN, FAIL}
    assert {"A11", "A12", "A13", "A14", "A18", "A20", "A26"} <= set(because)
    assert len(tried.compared) + len(tried.not_verifying) + tried.not_askable.total() == 2 * len(tried.cells)


def test_open_cells_differ_under_the_other_reading(tried: Tried, score: Callable[[str], None]) -> None:
    """What was refused as things are is accepted if the reading is the other one; nothing else was changed."""
    differing: Counter[str] = Counter()
    for one in tried.compared:
        if {"A11", "A12"} & one.side.readings or explained(one) == "A13":
            assert one.answered not in (0, NO_CERTIFICATE), one
            assert under_the_other_reading(tried.fleet, one) == 0, one
            differing[explained(one)] += 1
    score(f"real TLS, sample fleet, other reading: {differing.total()} verdicts {dict(sorted(differing.items()))}")
    assert {"A11", "A12", "A13"} <= set(differing)


def test_who_may_present_nothing_is_accepted_in_one_case_and_refused_in_the_other(tried: Tried) -> None:
    """Readings A20 and A26: a trusted certificate against none that is required, or one that is not against none."""
    found = [one for one in tried.compared if explained(one) in ("A20", "A26")]
    assert found
    for one in found:
        assert one.side.path
        assert presenting_nothing(tried.fleet, one, "required") == NO_CERTIFICATE, one
        if one.side.path["trust"] == FAIL:
            assert one.answered != 0, one
            assert presenting_nothing(tried.fleet, one, "if presented") == 0, one
        else:
            assert under_the_other_reading(tried.fleet, one) == 0, one


def test_who_does_not_verify_lets_any_certificate_pass(tried: Tried) -> None:
    """The same connections with a certificate that is self-signed and expired."""
    assert tried.not_verifying
    for cell in tried.not_verifying:
        sides = [side for side in (cell.mcu, cell.peer) if not side.verifies]
        for side in sides:
            one = Comparison(cell, side, 0)
            sender, judge = _parties(tried.fleet, one)
            assert _answer(tried.fleet, one, replace(sender, certificate=STAND_IN, chain=()), judge) == 0
