"""Trust verdicts that certificates share, beside a full search for each certificate and each store.

A case makes CAs of few names and keys, so that many of them fit together, certificates below them that are alike or
differ in one thing, and stores; or a path of `tests/oracles/chains.py` with one defect, and more certificates below its
issuer. It asks one validator about all pairs, one by one and together, and a new one about each certificate alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix import PathOutcome, PathValidator, TrustStore
from mcuaudit.pkix.anchor_use import ANCHOR_LIMITS, AnchorUse
from mcuaudit.pkix.many_outcomes import Presentation
from mcuaudit.pkix.policy_inputs import POLICY_USES, PolicyInputs
from mcuaudit.pkix.validations import validations
from tests.authority import LAST_YEAR, LONG_AGO, NEXT_YEAR, NOW, Authority, Issued, p256_key, rsa_key, self_signed
from tests.oracles.chains import DEFECTS, LAYOUTS, Maker, Place, arranged

CLAIM = (
    "An outcome that is found once for all certificates that are alike is, field for field, the outcome of a full "
    "search for each certificate with each trust store; so are the rows of `validate_all`."
)
SIZE = 600
SAMPLE = 20

Draw = random.Random
Wishes = dict[str, Any]
_OF_ISSUER: Final = -1
"""Stands for the serial number of the issuer."""
_NAMES: Final = ("North", "South", "Issuing")
_OF_CAS: Final[tuple[Wishes, ...]] = (
    {}, {}, {}, {}, {"key_identifiers": False}, {"not_before": LONG_AGO, "not_after": LAST_YEAR}, {"path_length": 0},
    {"permitted": ["DNS:example.com"]}, {"excluded": ["DNS:old.example.com"]}, {"policies": ["1.2.3"]},
    {"explicit_policy": 0}, {"critical": "1.3.6.1.4.1.55555.1"}, {"ca": None, "key_usage": None},
    {"authority_serial": 4}, {"purposes": ["clientAuth"]}, {"policies": ["1.2.4"], "mappings": [("1.2.4", "1.2.3")]},
)  # fmt: skip
_OF_LEAVES: Final[tuple[Wishes, ...]] = (
    *[{}] * 16, {"not_before": LONG_AGO, "not_after": LAST_YEAR},
    {"not_before": LONG_AGO, "not_after": LAST_YEAR.replace(day=2)}, {"not_before": NEXT_YEAR, "not_after": NEXT_YEAR},
    {"not_after": NOW}, {"key_identifiers": False}, {"authority_serial": _OF_ISSUER}, {"authority_serial": 4},
    {"authority_key_identifier": b"another"}, {"signed_by": rsa_key()},
    {"purposes": ["serverAuth"]}, {"purposes": ["clientAuth"]}, {"key_usage": ["key_agreement"]},
    {"san": ["DNS:old.example.com"]}, {"san": ["DNS:mcu.example.org"]}, {"san": ["DNS:*.example.com"]},
    {"policies": ["1.2.3"]}, {"explicit_policy": 0}, {"critical": "1.3.6.1.4.1.55555.1"}, {"ca": True},
    {"digest": "ecdsa-sha1"}, {"version": 1}, {"unreadable": ("keyUsage",)}, {"unreadable": ("subjectAltName",)},
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """Certificates with what is presented with them, stores, and what is known from elsewhere."""

    presentations: Sequence[Presentation]
    stores: Sequence[TrustStore]
    known: Sequence[Certificate]


@lru_cache(maxsize=64)
def _key(number: int) -> Any:
    return p256_key(7_300 + number)


def prove(seed: int, cases: range) -> Counter[str]:
    """See CLAIM; the counts say how many pairs were compared, and with which outcomes."""
    counts: Counter[str] = Counter()
    for case in cases:
        draw = random.Random(f"{seed} {case}")
        world = _path(draw, case) if case % 2 else _mesh(draw)
        if world is not None:
            counts += _compared(draw, world, f"seed {seed}, case {case}")
    return counts


def _mesh(draw: Draw) -> World:
    roots = [
        Authority.root(name, key=_key(number), key_identifiers=draw.random() < 0.7)
        for number, name in enumerate((*_NAMES[:2], draw.choice(_NAMES)))
    ]
    cas = list(roots)
    for _ in range(draw.randrange(3, 8)):
        wishes = draw.choice(_OF_CAS)
        cas.append(draw.choice(cas).intermediate(draw.choice(_NAMES), key=_key(draw.randrange(6)), **wishes))
    records = [ca.record for ca in cas]
    leaves = [leaf for issuer in draw.sample(cas, 2) for leaf in _leaves(draw, issuer, draw.randrange(6, 12))]
    leaves += [self_signed(draw.choice(_NAMES), key=_key(draw.randrange(6))).record for _ in range(2)]
    chains = [tuple(draw.sample(records, draw.randrange(3))) for _ in range(2)]
    stores = [TrustStore(draw.sample([*records, *leaves[:1]], draw.randrange(1, 6))) for _ in range(4)]
    known = draw.sample([*records, *leaves[-1:]], draw.randrange(4))
    presentations = [Presentation(leaf, draw.choice(chains)) for leaf in [*leaves, draw.choice(records)]]
    return World(presentations, [*stores, TrustStore(())], known)


def _leaves(draw: Draw, issuer: Authority, number: int) -> list[Certificate]:
    return [_leaf(draw, issuer, place, draw.choice(_OF_LEAVES)) for place in range(number)]


def _leaf(draw: Draw, issuer: Authority, place: int, wishes: Wishes) -> Certificate:
    wishes = dict(wishes)
    unreadable = wishes.pop("unreadable", ())
    made: Wishes = {"key": _key(10 + place % 4), "san": [f"DNS:mcu{place}.example.com"]}
    if wishes.get("authority_serial") == _OF_ISSUER:
        wishes["authority_serial"] = issuer.record.serial_number
    if draw.random() < 0.15:
        made["signed_by"] = _key(draw.randrange(8))
    # Some have the name of a CA.
    name = draw.choice((f"mcu{place}", f"mcu{place}", "mcu", "Issuing", "North"))
    record = issuer.leaf(name, **made | wishes).record
    # Some have a name that is cut in a sentence, or none.
    text = draw.choice((*[record.subject_text] * 6, "CN=" + "x" * 210, ""))
    changed = replace(record, unreadable=unreadable, subject_text=text)
    return record if changed == record else replace(changed, sha256=f"{place:02}{record.sha256[2:]}")


def _path(draw: Draw, case: int) -> World | None:
    """A path with one defect somewhere, and more end entities of its issuer, arranged as one of the layouts says."""
    defect, layout = list(DEFECTS)[case // 2 % len(DEFECTS)], draw.choice(LAYOUTS)
    maker, depth = Maker(case % 40), draw.randrange(1, 5)
    place = Place(draw.randint(0, depth), depth)
    wishes = DEFECTS[defect](place)
    if wishes is None:
        return None
    end_entity, cas = maker.path(depth, {place.position: wishes})
    found = arranged(layout, end_entity, cas, draw)
    if found is None:
        return None
    own = wishes if place.end_entity else {}
    others: list[Issued] = [
        cas[0].leaf(
            f"mcu{number}.example.com", **{"key": _key(20 + number), "san": [f"DNS:mcu{number}.example.com"]} | one
        )
        for number, one in enumerate((own, own, {}, {"not_before": LONG_AGO, "not_after": LAST_YEAR}))
    ]
    presented = tuple(one.record for one in found.presented)
    presentations = [Presentation(one.record, presented) for one in (end_entity, *others)]
    stores = [TrustStore(one.record for one in found.store), TrustStore(ca.record for ca in cas)]
    return World(presentations, stores, [one.record for one in found.known])


def _compared(draw: Draw, world: World, where: str) -> Counter[str]:
    counts: Counter[str] = Counter(worlds=1)
    use = AnchorUse(draw.choice(ANCHOR_LIMITS), draw.random() < 0.2)
    policies = PolicyInputs(draw.choice(POLICY_USES), explicit=draw.random() < 0.1)
    made = lambda: PathValidator(NOW, world.known, policies, use)  # noqa: E731
    asked: Wishes = {
        "purpose": draw.choice((None, None, "serverAuth", "clientAuth")),
        "intermediates_must_be_anchors": draw.random() < 0.2,
        "chain_complete": draw.random() < 0.2,
    }
    together = made().validate_all(world.presentations, world.stores, **asked)
    frame = validations(together, [str(number) for number in range(len(world.stores))])
    by_pair = made()
    pairs = [(one, store) for one in range(len(world.presentations)) for store in range(len(world.stores))]
    rows = dict(zip(pairs, frame.to_dict("records"), strict=True))
    for one, store in draw.sample(pairs, len(pairs)):
        presentation = world.presentations[one]
        given = (presentation.end_entity, presentation.presented, world.stores[store])
        expected = made().validate(*given, **asked)
        said = f"{where}, certificate {one}, store {store}, {asked}, {use}, {policies}"
        for found in (by_pair.validate(*given, **asked), together.outcome(one, store)):
            assert found == expected, f"{said}:\n{found}\ninstead of\n{expected}"
        _same_row(rows[one, store], presentation.end_entity, expected, said)
        counts["pairs"] += 1
        counts[f"outcome: {expected.outcome}"] += 1
        counts[f"reason: {expected.reason_code}"] += 1
    counts["distinct decisions"] += len(together.distinct)
    return counts


def _same_row(row: dict[Any, Any], end_entity: Certificate, expected: PathOutcome, said: str) -> None:
    anchor = expected.path[-1].sha256 if expected.path and expected.valid_until else None
    wanted = {
        "certificate": end_entity.sha256, "outcome": expected.outcome.value, "reason_code": expected.reason_code,
        "openssl_error": expected.openssl_error, "reading": expected.reading, "failed_at": expected.failed_at,
        "missing_issuer": expected.missing_issuer, "trust_anchor": anchor, "valid_until": expected.valid_until,
        "every_candidate_good": expected.every_candidate_good,
    }  # fmt: skip
    found = {name: None if pd.isna(row[name]) else row[name] for name in wanted}
    assert found == wanted, f"{said}: {found} instead of {wanted}"
