"""Look-ups by suffix and prefix: they say what a comparison of each pair says, and their number is bounded."""

from __future__ import annotations

import ipaddress
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from mcuaudit.domain.certificate import Certificate, NameConstraints
from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import constraints, validate
from mcuaudit.pkix.constraints import ConstraintMemo
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.subtrees import FORMS, Meter, TooManyError, subtrees
from tests.authority import NOW, Authority, p256_key

KEY = p256_key(650)
FORM = {form.field: form for form in FORMS}


def directory(*units: str) -> bytes:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units]).public_bytes()


def below_dns(name: str, base: str) -> bool:
    return not base or name.lower() == base.lower() or name.lower().endswith(f".{base.lower()}")


def below_host(host: str, base: str) -> bool:
    return host.lower().endswith(base.lower()) if base.startswith(".") else host.lower() == base.lower()


def below_email(name: str, base: str) -> bool:
    local, _, host = name.rpartition("@")
    base_local, at, base_host = base.rpartition("@")
    return (local, host.lower()) == (base_local, base_host.lower()) if at else below_host(host, base)


def below_uri(name: str, base: str) -> bool:
    return below_host(name.removeprefix("https://").partition("/")[0], base)


LITERALLY: dict[str, Callable[[Any, Any], bool]] = {
    "dns": below_dns,
    "email": below_email,
    "uri": below_uri,
    "ip": lambda name, base: name.version == base.version and name in base,
    "directory": lambda name, base: canonical_name(name).startswith(canonical_name(base)),
}


def made(field: str, rng: random.Random) -> tuple[Any, Any]:
    """A name and a constraint of one form, of few labels, so that they often meet."""
    host = ".".join(rng.choices(("a", "A", "b", "ab"), k=rng.randint(1, 4)))
    base = ".".join(rng.choices(("a", "b", "B", "ab"), k=rng.randint(1, 3)))
    dotted = rng.choice(("", ".")) + base
    match field:
        case "dns":
            return host, rng.choice((base, base, ""))
        case "email":
            return f"{rng.choice('xX')}@{host}", rng.choice((dotted, f"x@{base}"))
        case "uri":
            return f"https://{host}/{base}", dotted
        case "ip":
            size = rng.choice((4, 16))
            address = bytes(rng.choices((0, 1, 128), k=size))
            length = rng.randint(0, 8 * size)
            other = bytes(rng.choices((0, 1, 128), k=rng.choice((4, 16))))
            within = address if rng.random() < 0.5 else other
            network = ipaddress.ip_network((within, min(length, 8 * len(within))), strict=False)
            return ipaddress.ip_address(address), network
    units = rng.choices("abAB", k=rng.randint(0, 3))
    return directory(*units), directory(*(units[:2] if rng.random() < 0.5 else rng.choices("ab", k=2)))


def holds(field: str, name: Any, bases: Sequence[Any]) -> bool:
    (found,) = subtrees(NameConstraints(**{f"excluded_{field}": tuple(bases)}))
    return found.excluded.holds(FORM[field].name(name), Meter(1000))


@pytest.mark.parametrize("field", LITERALLY)
def test_a_look_up_says_what_a_comparison_of_each_pair_says(field: str) -> None:
    rng, counted = random.Random(field), {True: 0, False: 0}
    for _ in range(1500):
        name, _ = made(field, rng)
        bases = [made(field, rng)[1] for _ in range(rng.randint(1, 3))]
        expected = any(LITERALLY[field](name, base) for base in bases)
        assert holds(field, name, bases) is expected, (name, bases)
        counted[expected] += 1
    assert min(counted.values()) >= 50


def test_a_name_that_is_not_der_is_below_itself_alone() -> None:
    broken = b"\x30\x05\x00"
    assert holds("directory", broken, [broken])
    assert holds("directory", broken, [directory()])
    assert not holds("directory", broken + b"\x00", [broken])


def test_ten_thousand_names_under_ten_thousand_constraints_take_less_than_a_second() -> None:
    names = [f"DNS:mcu{number}.site{number}.example.com" for number in range(10_000)]
    excluded = [f"DNS:old{number}.example.com" for number in range(5_000)]
    permitted = [f"DNS:site{number}.example.com" for number in range(10_000)]
    root = Authority.root("Root", key=KEY, permitted=permitted, excluded=excluded)
    mcu, outside = (root.leaf("mcu", key=KEY, san=san).record for san in (names, [*names[:-1], "DNS:a.example.org"]))
    begin = time.process_time()
    memo = ConstraintMemo()
    good, bad = (memo.compared([(one, root.record)], end_entity=True) for one in (mcu, outside))
    assert time.process_time() - begin < 2, "two certificates"
    assert (good.flaws, [flaw.kind.openssl_error for flaw in bad.flaws]) == ((), [47])
    assert validate(mcu, anchors=[root.record], at=NOW).outcome == Outcome.PASS


FORMS_OF_MANY = {
    "DNS": (lambda number: f"DNS:a{number}.example.com", lambda number: f"DNS:b{number}.example.com"),
    "email": (lambda number: f"email:a@a{number}.example.com", lambda number: f"email:b{number}@a.example.com"),
    "URI": (lambda number: f"URI:https://a{number}.example.com/", lambda number: f"URI:.b{number}.example.com"),
    "IP": (
        lambda number: f"IP:10.1.{number // 256}.{number % 256}",
        lambda number: f"IP:10.2.{number // 256}.{number % 256}/32",
    ),
    "dir": (lambda number: f"dir:a{number}", lambda number: f"dir:b{number}"),
}


@pytest.mark.parametrize("form", FORMS_OF_MANY)
def test_the_comparisons_of_each_form_grow_with_the_names_and_not_with_the_constraints(form: str) -> None:
    name, base = FORMS_OF_MANY[form]
    mcu = Authority.root("Other", key=KEY).leaf("mcu", key=KEY, san=[name(number) for number in range(50)]).record

    def work(count: int) -> int:
        ca = Authority.root("Root", key=KEY, excluded=[base(number) for number in range(count)])
        found = ConstraintMemo().compared([(mcu, ca.record)], end_entity=True)
        assert found.flaws == ()
        return found.work

    assert 50 <= work(1) <= work(300) <= 350


def emails(count: int) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.EMAIL_ADDRESS, f"a{number}@example.com") for number in range(count)]
    return x509.Name(attributes)


def path(depth: int, excluded: list[str], leaf: dict[str, Any]) -> tuple[Authority, list[Certificate], Certificate]:
    cas = [Authority.root("Root", key=KEY, excluded=excluded)]
    for number in range(depth):
        cas.append(cas[-1].intermediate(f"CA {number}", key=KEY, excluded=excluded))
    return cas[0], [ca.record for ca in cas[1:]], cas[-1].leaf(leaf.pop("name", "mcu"), key=KEY, **leaf).record


@pytest.mark.parametrize(
    ("excluded", "leaf"),
    [
        (["DNS:example.org"], {"san": [f"DNS:a{number}.example.com" for number in range(10)]}),
        (["email:example.org"], {"name": emails(10)}),
        (["URI:example.org"], {"san": [f"URI:https://a{number}.example.com" for number in range(10)]}),
    ],
    ids=["DNS", "e-mail attributes", "URI"],
)
def test_comparisons_are_counted_over_a_whole_path(excluded, leaf, monkeypatch) -> None:
    def judge(depth: int) -> tuple[str, str]:
        root, presented, mcu = path(depth, excluded, dict(leaf))
        found = validate(mcu, presented=presented, anchors=[root.record], at=NOW)
        return str(found.outcome), found.reason_code

    root, _, mcu = path(0, excluded, dict(leaf))
    single = ConstraintMemo().compared([(mcu, root.record)], end_entity=True).work
    assert single >= 20
    monkeypatch.setattr(constraints, "MOST_COMPARISONS", 2 * single)
    assert judge(0) == judge(1) == ("pass", "ok")
    assert judge(2) == ("open", "too_many_names")
    monkeypatch.setattr(constraints, "MOST_COMPARISONS", single - 1)
    assert judge(0) == ("open", "too_many_names")


def test_the_names_of_cas_count_too(monkeypatch) -> None:
    root = Authority.root("Root", key=KEY, excluded=["DNS:example.org"])
    issuing = root.intermediate("Issuing", key=KEY, san=[f"DNS:a{number}.example.com" for number in range(20)])
    mcu = issuing.leaf("mcu", key=KEY, san=["DNS:mcu.example.com"])
    monkeypatch.setattr(constraints, "MOST_COMPARISONS", 60)
    found = validate(mcu.der, presented=[issuing.der], anchors=[root.der], at=NOW)
    assert (found.outcome, found.reason_code) == (Outcome.OPEN, "too_many_names")


def test_a_long_key_counts_as_several_comparisons() -> None:
    meter = Meter(10)
    meter.count(b"x" * 2303)
    assert meter.left == 1
    with pytest.raises(TooManyError):
        meter.count(b"x" * 256)
