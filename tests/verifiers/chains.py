"""Generated chains: each kind of chain in turn, with keys, depth, role and order that vary with the seed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from tests.authority import Authority, Issued, PrivateKey
from tests.oracles.chains import Role, Wishes

NAME = "mcu.example.com"
ROLES: tuple[Role, Role] = ("serverAuth", "clientAuth")


@dataclass(frozen=True)
class Chain:
    """One question to a verifier: an end entity, what is presented with it, the trust store, and the role."""

    kind: str
    end_entity: Issued
    presented: tuple[Issued, ...]
    store: tuple[Issued, ...]
    role: Role = "serverAuth"


@dataclass(frozen=True)
class Dice:
    """What varies within a kind."""

    random: random.Random
    role: Role

    @property
    def other_role(self) -> Role:
        return ROLES[1 - ROLES.index(self.role)]

    def key(self) -> ec.EllipticCurvePrivateKey:
        """Another key at each call."""
        return ec.derive_private_key(self.random.getrandbits(200) + 2, ec.SECP256R1())

    def shuffled(self, certificates: Iterable[Issued]) -> tuple[Issued, ...]:
        """The same in another order."""
        found = list(certificates)
        self.random.shuffle(found)
        return tuple(found)

    def path(
        self,
        end_entity: Wishes | None = None,
        issuing: Wishes | None = None,
        root: Wishes | None = None,
        every: Wishes | None = None,
        depth: int | None = None,
        keys: Sequence[PrivateKey] = (),
    ) -> tuple[Issued, list[Authority]]:
        """An end entity and the CA certificates above it, its issuer first: `depth` of them, two or three by default.

        Each takes its wishes; `every` are those of all, and `keys` the keys from the root downwards.
        """
        count = depth or self.random.randint(2, 3)
        given = iter(keys)
        wishes: Wishes = {"key": next(given, None) or self.key(), **(every or {}), **(root or {})}
        cas = [Authority.root(f"Root {self.random.randrange(10**6)}", **wishes)]
        for number in range(2, count + 1):
            own = issuing if number == count else None
            wishes = {"key": next(given, None) or self.key(), **(every or {}), **(own or {})}
            cas.insert(0, cas[0].intermediate(f"CA {number}", **wishes))
        wishes = {"key": next(given, None) or self.key(), "san": [f"DNS:{NAME}"], **(every or {}), **(end_entity or {})}
        return cas[0].leaf(NAME, **wishes), cas


def generated(count: int, seed: int) -> list[Chain]:
    """So many chains: every kind in turn, for a server and for a client in turn."""
    from tests.verifiers.kinds import KINDS

    found = []
    for number in range(count):
        turn, place = divmod(number, len(KINDS))
        kind = list(KINDS)[place]
        dice = Dice(random.Random(f"{seed} {turn} {kind}"), ROLES[turn % 2])
        end_entity, presented, store = KINDS[kind](dice)
        found.append(Chain(kind, end_entity, presented, store, dice.role))
    return found
