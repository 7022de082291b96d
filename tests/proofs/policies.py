"""Policy processing gives what the valid policy tree of RFC 5280 and OpenSSL give, for paths of every kind."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import count
from pathlib import Path

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix import validate
from mcuaudit.pkix.policies import PolicyMemo
from mcuaudit.pkix.policy_inputs import PolicyInputs
from tests.authority import NOW, Authority, Issued, p256_key
from tests.oracles.policy_tree import ANY, Stated, valid

CLAIM = (
    "A path is valid as to its policies exactly if the valid policy tree of RFC 5280 and OpenSSL say so; evaluated "
    "both ways, it is open exactly where evaluating and ignoring policies differ."
)
SIZE = 300
SAMPLE = 25

POLICIES = ("1.2.3.1", "1.2.3.2", "1.2.3.3")
ROOT = Authority.root("Root", key=p256_key(8_100))
LEAF = ROOT.leaf("mcu", key=p256_key(8_101)).record
OPENSSL = shutil.which("openssl")
_PATHS = 60
_numbers = count()


def prove(seed: int, cases: range) -> Counter[str]:
    """See CLAIM; the counts say how many paths were judged against what, and with which outcome."""
    counts: Counter[str] = Counter()
    for case in cases:
        dice = random.Random(f"{seed} {case}")
        for number in range(_PATHS):
            counts += _against_the_tree(dice, f"seed {seed}, case {case}, path {number}")
        counts += _against_openssl(dice, f"seed {seed}, case {case}")
    return counts


def _stated(dice: random.Random, *, last: bool) -> Stated:
    """What a certificate says: policies nearly always, the other extensions now and then."""

    def skip(chance: float) -> int | None:
        return dice.choice((0, 0, 1, 2)) if dice.random() < chance else None

    named = dice.sample((*POLICIES, ANY), dice.choice((1, 1, 2, 3)))
    pool = (*POLICIES, *POLICIES, *POLICIES, *POLICIES, ANY) if dice.random() < 0.1 else POLICIES
    pairs = tuple((dice.choice(pool), dice.choice(pool)) for _ in range(dice.choice((1, 2, 3))))
    return Stated(
        policies=tuple(named) if dice.random() < 0.95 else None,
        mappings=pairs if not last and dice.random() < 0.4 else (),
        require_explicit=skip(0.3),
        inhibit_mapping=skip(0.2) if not last else None,
        inhibit_any=skip(0.2) if not last else None,
        self_issued=dice.random() < 0.2,
    )


def _path(dice: random.Random) -> list[Stated]:
    length = dice.randrange(1, 6)
    return [_stated(dice, last=number == length - 1) for number in range(length)]


def _record(stated: Stated) -> Certificate:
    return replace(
        LEAF,
        sha256=f"{next(_numbers):064}",
        subject=LEAF.issuer if stated.self_issued else LEAF.subject,
        certificate_policies=stated.policies,
        policy_mappings=stated.mappings or None,
        require_explicit_policy=stated.require_explicit,
        inhibit_policy_mapping=stated.inhibit_mapping,
        inhibit_any_policy=stated.inhibit_any,
    )


def _against_the_tree(dice: random.Random, told: str) -> Counter[str]:
    path = _path(dice)
    initial = (ANY,) if dice.random() < 0.4 else tuple(dice.sample(POLICIES, dice.choice((1, 2))))
    explicit, no_mapping, no_any = dice.random() < 0.7, dice.random() < 0.1, dice.random() < 0.1
    inputs = PolicyInputs("evaluate", frozenset(initial), explicit, no_mapping, no_any)
    end_entity, *cas = [_record(stated) for stated in reversed(path)]
    flaw, _ = PolicyMemo(inputs).flaw(end_entity, (*cas, ROOT.record))
    expected = valid(path, initial, explicit=explicit, no_mapping=no_mapping, no_any=no_any)
    assert (flaw is None) is expected, f"{told}: {path} {inputs}: {flaw.sentence if flaw else 'valid'}"
    return Counter({"paths against the tree": 1, f"tree: {'valid' if expected else flaw.kind.code if flaw else ''}": 1})


@lru_cache(maxsize=64)
def _key(number: int):  # type: ignore[no-untyped-def]
    return p256_key(8_102 + number)


def _issued(path: list[Stated]) -> list[Issued]:
    """Certificates that say this, from the top down; a self-issued one has the name of its issuer."""
    issuer, name, found = ROOT, "Root", list[Issued]()
    for number, stated in enumerate(path):
        wishes = {
            "key": _key(number),
            "policies": stated.policies,
            "mappings": stated.mappings or None,
            "explicit_policy": stated.require_explicit,
            "inhibit_mapping": stated.inhibit_mapping,
            "inhibit_any": stated.inhibit_any,
        }
        name = name if stated.self_issued else f"CA {number}"
        if number == len(path) - 1:
            found.append(issuer.leaf(name, **wishes))
        else:
            issuer = issuer.intermediate(name, **wishes)
            found.append(issuer)
    return found


def _usual(path: list[Stated]) -> list[Stated]:
    """The path without what OpenSSL judges otherwise than the words of RFC 5280.

    OpenSSL treats a policy that is mapped from an inhibited anyPolicy as if the CA had it, and does not count a
    self-issued end entity (section 6.1.5 (a) counts it). A policy is mapped once here, and only if the CA has it.
    """
    found = []
    for stated in path:
        mappings = {one: (one, other) for one, other in stated.mappings if one in (*(stated.policies or ()), ANY)}
        found.append(replace(stated, mappings=tuple(mappings.values())))
    return [*found[:-1], replace(found[-1], self_issued=False)]


def _against_openssl(dice: random.Random, told: str) -> Counter[str]:
    path = _usual(_path(dice))
    initial = (ANY,) if dice.random() < 0.5 else tuple(dice.sample(POLICIES, 2))
    explicit, no_mapping, no_any = dice.random() < 0.6, dice.random() < 0.1, dice.random() < 0.1
    issued = _issued(path)
    found = {
        use: str(
            validate(
                issued[-1].der,
                presented=[one.der for one in issued[:-1]],
                anchors=[ROOT.der],
                at=NOW,
                policies=use,
                initial_policies=initial,
                explicit_policy=explicit,
                inhibit_policy_mapping=no_mapping,
                inhibit_any_policy=no_any,
            ).outcome
        )
        for use in ("evaluate", "ignore", "both")
    }
    asked = [word for one in initial for word in ("-policy", one)]
    asked += ["-explicit_policy"] * explicit + ["-inhibit_map"] * no_mapping + ["-inhibit_any"] * no_any
    accepted = _openssl(issued, asked)
    if accepted is None:
        accepted = found["evaluate"] == "pass"
    told = f"{told}: {path} {asked}: {found}, OpenSSL {'accepts' if accepted else 'refuses'}"
    assert found["evaluate"] == ("pass" if accepted else "fail"), told
    assert found["ignore"] == "pass", told
    assert found["both"] == ("pass" if accepted else "open"), told
    return Counter({"certificates evaluated both ways": 1, f"OpenSSL {'accepts' if accepted else 'refuses'}": 1})


def _openssl(issued: list[Issued], asked: list[str]) -> bool | None:
    """Whether the command of OpenSSL accepts the path; None if there is no such command."""
    if OPENSSL is None:
        return None
    with tempfile.TemporaryDirectory() as directory:
        files = {"root": ROOT.pem, "cas": b"".join(one.pem for one in (ROOT, *issued[:-1])), "leaf": issued[-1].pem}
        for name, content in files.items():
            (Path(directory) / name).write_bytes(content)
        command = [
            OPENSSL, "verify", "-no-CApath", "-no-CAstore", "-CAfile", "root", "-untrusted", "cas",
            "-attime", str(int(NOW.timestamp())), "-policy_check", *asked, "leaf",
        ]  # fmt: skip
        return subprocess.run(command, cwd=directory, capture_output=True, check=False).returncode == 0
