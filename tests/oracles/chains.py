"""Generated certification paths: one to four CA certificates, every defect at every place, every way to present them.

The same number gives the same scenario, whatever ran before.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tests.authority import (
    FAR_AHEAD,
    LAST_YEAR,
    LONG_AGO,
    NEXT_YEAR,
    NOW,
    Authority,
    Issued,
    p256_key,
)

Role = Literal["serverAuth", "clientAuth"]
Wishes = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """One end entity with what is presented and what is trusted; `defect` says what is the matter with it."""

    defect: str
    end_entity: Issued
    presented: tuple[Issued, ...]
    store: tuple[Issued, ...]
    known: tuple[Issued, ...] = ()
    role: Role = "serverAuth"
    layout: str = ""

    @property
    def label(self) -> str:
        return f"{self.defect}, {self.layout}, {self.role}"


@dataclass(frozen=True)
class Place:
    """Where in a path a defect goes: 0 is the end entity, `depth` the root."""

    position: int
    depth: int

    @property
    def end_entity(self) -> bool:
        return self.position == 0

    @property
    def root(self) -> bool:
        return self.position == self.depth

    @property
    def intermediate(self) -> bool:
        return 0 < self.position < self.depth


def _eku(*purposes: str) -> Callable[[Place], Wishes | None]:
    return lambda place: {"purposes": purposes}


def _of_cas(wishes: Wishes) -> Callable[[Place], Wishes | None]:
    return lambda place: None if place.end_entity else wishes


def _of_end_entity(wishes: Wishes) -> Callable[[Place], Wishes | None]:
    return lambda place: wishes if place.end_entity else None


def _below_root(wishes: Wishes) -> Callable[[Place], Wishes | None]:
    return lambda place: None if place.root else wishes


def _everywhere(wishes: Wishes) -> Callable[[Place], Wishes | None]:
    return lambda place: wishes


def _exact_length(place: Place) -> Wishes | None:
    return None if place.end_entity else {"path_length": place.position - 1}


def _too_short(place: Place) -> Wishes | None:
    return {"path_length": place.position - 2} if place.position > 1 else None


CERTIFICATE_SIGNING = ("key_cert_sign", "crl_sign")

DEFECTS: dict[str, Callable[[Place], Wishes | None]] = {
    "none": _everywhere({}),
    "expired": _everywhere({"not_before": LONG_AGO, "not_after": LAST_YEAR}),
    "not yet valid": _everywhere({"not_before": NEXT_YEAR, "not_after": FAR_AHEAD}),
    "valid from this second": _everywhere({"not_before": NOW}),
    "valid to this second": _everywhere({"not_after": NOW}),
    "cA false, keyCertSign": _of_cas({"ca": False, "key_usage": CERTIFICATE_SIGNING}),
    "cA false, no keyUsage": _of_cas({"ca": False, "key_usage": None}),
    "no basicConstraints, keyCertSign": _of_cas({"ca": None, "key_usage": CERTIFICATE_SIGNING}),
    "no basicConstraints, no keyUsage": _of_cas({"ca": None, "key_usage": None}),
    "version 1": _everywhere({"version": 1}),
    "no extensions": _everywhere({"ca": None, "key_usage": None, "key_identifiers": False}),
    "no keyCertSign": _of_cas({"key_usage": ("crl_sign",)}),
    "CA without keyUsage": _of_cas({"key_usage": None}),
    "pathLenConstraint as long as needed": _exact_length,
    "pathLenConstraint too short": _too_short,
    "EKU serverAuth": _eku("serverAuth"),
    "EKU clientAuth": _eku("clientAuth"),
    "EKU both": _eku("clientAuth", "serverAuth"),
    "EKU any": _eku("any"),
    "EKU any and codeSigning": _eku("any", "codeSigning"),
    "EKU codeSigning": _eku("codeSigning"),
    "EKU sipDomain": _eku("sipDomain"),
    "end entity without keyUsage": _of_end_entity({"key_usage": None}),
    "end entity, digitalSignature": _of_end_entity({"key_usage": ("digital_signature",)}),
    "end entity, digitalSignature, keyAgreement": _of_end_entity({"key_usage": ("digital_signature", "key_agreement")}),
    "end entity is a CA": _of_end_entity({"ca": True, "key_usage": ("digital_signature", "key_cert_sign")}),
    "critical extension": _everywhere({"critical": "1.3.6.1.4.1.55555.1"}),
    "bad signature": _below_root({"signed_by": p256_key(900)}),
    "key identifier of another": _below_root({"authority_key_identifier": b"another"}),
    "serial number of another": _below_root({"authority_serial": 4}),
    "no key identifiers": _everywhere({"key_identifiers": False}),
    "negative serial number": _everywhere({"serial": -129}),
    "serial number zero": _everywhere({"serial": 0}),
    "requireExplicitPolicy": _of_cas({"explicit_policy": 0}),
    "DNS permitted": _of_cas({"permitted": ["DNS:example.com"]}),
    "DNS of others permitted": _of_cas({"permitted": ["DNS:example.org"]}),
    "DNS excluded": _of_cas({"excluded": ["DNS:mcu.example.com"]}),
    "DNS of others excluded": _of_cas({"excluded": ["DNS:cu.example.com"]}),
    "DNS all excluded": _of_cas({"excluded": ["DNS:"]}),
    "IP permitted": _of_cas({"permitted": ["IP:192.0.2.0/24"]}),
    "IP of others permitted": _of_cas({"permitted": ["IP:198.51.100.0/24"]}),
    "IPv6 permitted": _of_cas({"permitted": ["IP:2001:db8::/32"]}),
    "IP excluded": _of_cas({"excluded": ["IP:192.0.2.1/32"]}),
    "URI permitted": _of_cas({"permitted": ["URI:.example.com"]}),
    "URI of others permitted": _of_cas({"permitted": ["URI:mcu.example.org"]}),
    "URI excluded": _of_cas({"excluded": ["URI:mcu.example.com"]}),
    "e-mail permitted": _of_cas({"permitted": ["email:example.com"]}),
    "e-mail of others permitted": _of_cas({"permitted": ["email:example.org"]}),
    "e-mail excluded": _of_cas({"excluded": ["email:admin@example.com"]}),
    "directory of others permitted": _of_cas({"permitted": ["dir:Nobody"]}),
    "directory excluded": _of_cas({"excluded": ["dir:mcu.example.com"]}),
    "registeredID permitted": _of_cas({"permitted": ["rid:1.2.3.4"]}),
}

SUBJECT_ALTERNATIVE_NAMES: tuple[list[str] | None, ...] = (
    ["DNS:mcu.example.com"],
    ["DNS:mcu.example.com", "IP:192.0.2.1"],
    ["IP:192.0.2.1"],
    ["IP:2001:db8::1"],
    ["URI:sip:mcu.example.com"],
    ["URI:https://mcu.example.com:5061/RPC2"],
    ["email:admin@example.com"],
    ["DNS:mcu.example.com", "dir:mcu.example.com"],
    ["rid:1.2.3.4"],
    None,
)

LAYOUTS = (
    "intermediates presented",
    "all presented, shuffled, with strangers",
    "intermediates in the store",
    "some presented, some in the store",
    "one intermediate missing, known elsewhere",
    "one intermediate missing",
    "issuing CA in the store, root missing",
    "nothing trusted",
    "root not trusted, presented",
    "end entity in the store",
)


@dataclass
class Maker:
    """Makes scenarios from a seed."""

    seed: int
    random: random.Random = field(init=False)
    keys: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.keys = iter(range(1_000 + self.seed * 100, 1_100 + self.seed * 100))

    def key(self) -> Any:
        return p256_key(next(self.keys))

    def path(self, depth: int, wishes: dict[int, Wishes]) -> tuple[Issued, list[Authority]]:
        """An end entity and the CA certificates above it, its issuer first."""
        cas: list[Authority] = []
        for position in range(depth, 0, -1):
            wish = {"key": self.key(), **wishes.get(position, {})}
            title = f"Authority {depth - position + 1}"
            cas.insert(0, cas[0].intermediate(title, **wish) if cas else Authority.root(title, **wish))
        wish = {"key": self.key(), "san": self.random.choice(SUBJECT_ALTERNATIVE_NAMES), **wishes.get(0, {})}
        return cas[0].leaf("mcu.example.com", **wish), cas

    def scenario(self, defects: Sequence[str], layout: str) -> Scenario | None:
        """A path with the defects at some places, presented and trusted by `layout`; None where that is nonsense."""
        depth = self.random.randint(1, 4)
        wishes: dict[int, Wishes] = {}
        for defect in defects:
            place = Place(self.random.randint(0, depth), depth)
            wish = DEFECTS[defect](place)
            if wish is None or place.position in wishes:
                return None
            wishes[place.position] = wish
        end_entity, cas = self.path(depth, wishes)
        found = arranged(layout, end_entity, cas, self.random)
        role: Role = self.random.choice(("serverAuth", "clientAuth"))
        places = f"{layout}, depth {depth}, places {sorted(wishes)}"
        return found and replace(found, defect=" + ".join(defects), layout=places, role=role)


def arranged(layout: str, end_entity: Issued, cas: list[Authority], dice: random.Random) -> Scenario | None:
    """Who presents and trusts what."""
    *intermediates, root = cas
    all_but_root, trusted = tuple(intermediates), (root,)
    match layout:
        case "intermediates presented":
            return Scenario("", end_entity, all_but_root, trusted)
        case "all presented, shuffled, with strangers":
            presented = [*cas, stranger(), stranger()]
            dice.shuffle(presented)
            return Scenario("", end_entity, tuple(presented), (stranger(), *trusted))
        case "intermediates in the store":
            return Scenario("", end_entity, (), tuple(cas))
        case "some presented, some in the store":
            cut = dice.randint(0, len(intermediates))
            return Scenario("", end_entity, all_but_root[:cut], (*all_but_root[cut:], root))
        case "one intermediate missing, known elsewhere" | "one intermediate missing" if intermediates:
            gone = dice.choice(intermediates)
            known = (gone, stranger()) if "known" in layout else ()
            return Scenario("", end_entity, tuple(ca for ca in intermediates if ca is not gone), trusted, known)
        case "issuing CA in the store, root missing" if intermediates:
            return Scenario("", end_entity, (), all_but_root)
        case "nothing trusted":
            return Scenario("", end_entity, all_but_root, (stranger(),))
        case "root not trusted, presented":
            return Scenario("", end_entity, tuple(cas), (stranger(),))
        case "end entity in the store":
            return Scenario("", end_entity, all_but_root, (end_entity,))
    return None


def stranger() -> Authority:
    """A root that has nothing to do with the path."""
    return _STRANGER


_STRANGER = Authority.root("Stranger", key=p256_key(901))


def generated(count: int) -> list[Scenario]:
    """So many scenarios: each defect in each layout in turn at places that vary, then two defects in one path."""
    found: list[Scenario] = []
    seed = 0
    singles = [(defect, layout) for layout in LAYOUTS for defect in DEFECTS]
    while len(found) < count:
        defect, layout = singles[seed % len(singles)]
        defects = [defect]
        if seed >= len(singles):
            dice = random.Random(-seed)
            defects.append(dice.choice(list(DEFECTS)))
            layout = dice.choice((*LAYOUTS, *LAYOUTS[:4], *LAYOUTS[:4]))
        scenario = Maker(seed).scenario(defects, layout)
        if scenario:
            found.append(scenario)
        seed += 1
    return found
