"""Situations with more than one candidate path, unusual names and unusual algorithms, each made by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from tests.authority import (
    FAR_AHEAD,
    LAST_YEAR,
    LONG_AGO,
    Authority,
    dsa_key,
    netscape_type,
    p256_key,
    rsa_key,
    self_signed,
)
from tests.oracles.chains import Role, Scenario

ROLES: tuple[Role, Role] = ("serverAuth", "clientAuth")
NAME = "mcu.example.com"


def _name(organisation: str, common_name: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation, kind),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name, kind),
        ]
    )


def names(dice: random.Random) -> Iterator[Scenario]:
    """The issuer's name is spelled otherwise in the certificate that it issued."""
    spellings = {
        "upper case": _name("EXAMPLE", "AUTHORITY ÄÖ"),
        "more spaces": _name("  Example", "Authority   ÄÖ  "),
        "BMPString": _name("Example", "Authority ÄÖ", _ASN1Type.BMPString),
        "UniversalString": _name("Example", "authority ÄÖ", _ASN1Type.UniversalString),
        "umlauts in lower case": _name("Example", "Authority äö"),
        "no space": _name("Example", "AuthorityÄÖ"),
        "attributes exchanged": x509.Name(list(_name("Example", "Authority ÄÖ"))[::-1]),
        "one relative name": x509.Name([x509.RelativeDistinguishedName(list(_name("Example", "Authority ÄÖ")))]),
    }
    for what, spelling in spellings.items():
        root = Authority.root(_name("Example", "Authority ÄÖ"), key_identifiers=dice.random() < 0.5)
        leaf = root.leaf(NAME, issuer_name=spelling, san=[f"DNS:{NAME}"])
        yield Scenario(f"issuer's name with {what}", leaf, (), (root,))
    printable = Authority.root(_name("Example", "Authority", _ASN1Type.PrintableString))
    leaf = printable.leaf(NAME, issuer_name=_name("EXAMPLE", "authority", _ASN1Type.UTF8String))
    yield Scenario("issuer's name with PrintableString for UTF8String", leaf, (), (printable,))


def algorithms(dice: random.Random) -> Iterator[Scenario]:
    """Signatures of every kind, MD5 and SHA-1 too."""
    for digest in ("md5", "sha1"):
        root = Authority.root("Old root", key=rsa_key(1), digest=digest)
        middle = root.intermediate("Old CA", key=rsa_key(2), digest=digest)
        leaf = middle.leaf(NAME, digest=digest)
        yield Scenario(f"RSA with {digest}", leaf, (middle,), (root,))
        wrong = root.intermediate("Old CA", key=rsa_key(2), digest=digest, signed_by=rsa_key(0))
        yield Scenario(f"RSA with {digest}, bad signature", leaf, (wrong,), (root,))
    elliptic = Authority.root("Elliptic root", digest="ecdsa-sha1")
    yield Scenario("ECDSA with SHA-1", elliptic.leaf(NAME, digest="ecdsa-sha1"), (), (elliptic,))
    for kind, key in (
        ("DSA", dsa_key()),
        ("Ed25519", ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))),
        ("Ed448", ed448.Ed448PrivateKey.from_private_bytes(bytes(57))),
        ("RSA", rsa_key(1)),
    ):
        root = Authority.root(f"{kind} root", key=key)
        yield Scenario(f"{kind} signs", root.leaf(NAME), (), (root,))
        yield Scenario(f"{kind} does not sign", root.leaf(NAME, signed_by=p256_key(3)), (), (root,))
        other = Authority.root(f"{kind} root", key=p256_key(4), key_identifiers=False)
        yield Scenario(f"key of another kind than {kind}", root.leaf(NAME, key_identifiers=False), (), (other,))


def several_keys(dice: random.Random) -> Iterator[Scenario]:
    """CAs with one name and several keys, and certificates of one key that differ."""
    for identifiers in (True, False):
        wish = {"key_identifiers": identifiers}
        said = "with" if identifiers else "without"
        first, second = (Authority.root("Example Root", **wish) for _ in range(2))
        leaf = second.leaf(NAME, **wish)
        yield Scenario(f"two roots of one name {said} key identifiers", leaf, (), (first, second))
        yield Scenario(f"the other root of one name {said} key identifiers", leaf, (), (first,))
        root = Authority.root("Example Root", **wish)
        one, two = (root.intermediate("Issuing CA", **wish) for _ in range(2))
        leaf = two.leaf(NAME, **wish)
        yield Scenario(f"two issuing CAs of one name presented {said} key identifiers", leaf, (one, two), (root,))
        yield Scenario(f"the wrong issuing CA in the store {said} key identifiers", leaf, (two,), (root, one))
        expired = {**wish, "not_before": LONG_AGO, "not_after": LAST_YEAR}
        old = Authority.root("Example Root", key=root.key, **expired)
        yield Scenario(f"expired and new root of one key {said} key identifiers", one.leaf(NAME), (one,), (old, root))
        yield Scenario(f"old root presented, new trusted {said} key identifiers", one.leaf(NAME), (one, old), (root,))
        yield Scenario(f"new root presented, old trusted {said} key identifiers", one.leaf(NAME), (one, root), (old,))
        late = root.intermediate("Issuing CA", key=one.key, not_after=FAR_AHEAD, **wish)
        gone = root.intermediate("Issuing CA", key=one.key, **expired)
        yield Scenario(f"renewed issuing CA {said} key identifiers", one.leaf(NAME, **wish), (gone, late), (root,))
        yield Scenario(f"expired issuing CA, renewed one known {said}", one.leaf(NAME), (gone,), (root,), (late,))


def cross_signed(dice: random.Random) -> Iterator[Scenario]:
    """One CA certified by two roots, of which one or both are trusted, valid or complete."""
    new, old = Authority.root("New Root"), Authority.root("Old Root")
    bridge = old.intermediate("New Root", key=new.key)
    issuing = new.intermediate("Issuing CA")
    leaf = issuing.leaf(NAME)
    yield Scenario("cross-certificate to the only trusted root", leaf, (issuing, bridge), (old,))
    yield Scenario("cross-certificate that is not needed", leaf, (issuing, bridge), (new,))
    yield Scenario("cross-certificate, both roots trusted", leaf, (issuing, bridge), (new, old))
    yield Scenario("cross-certificate in the store", leaf, (issuing,), (new, bridge, old))
    yield Scenario("cross-certificate in the store, its root missing", leaf, (issuing,), (new, bridge))
    yield Scenario("cross-certificate in the store alone", leaf, (issuing,), (bridge,))
    yield Scenario("cross-certificate known elsewhere", leaf, (issuing,), (old,), (bridge,))
    yield Scenario("cross-certificate and issuing CA known elsewhere", leaf, (), (old,), (bridge, issuing))
    yield Scenario("issuing CA known elsewhere, root of the bridge missing", leaf, (), (bridge,), (issuing,))
    expired = old.intermediate("New Root", key=new.key, not_before=LONG_AGO, not_after=LAST_YEAR)
    yield Scenario("expired cross-certificate", leaf, (issuing, expired), (old,))
    yield Scenario("expired cross-certificate, both roots trusted", leaf, (issuing, expired), (new, old))
    yield Scenario("store in the middle of what is presented", leaf, (bridge,), (issuing, old))


def loops(dice: random.Random) -> Iterator[Scenario]:
    """CAs that certify each other."""
    left, right = Authority.root("Left"), Authority.root("Right")
    left_by_right = right.intermediate("Left", key=left.key)
    right_by_left = left.intermediate("Right", key=right.key)
    leaf = left.leaf(NAME)
    yield Scenario("loop presented, no root", leaf, (left_by_right, right_by_left), ())
    yield Scenario("loop in the store, no root", leaf, (), (left_by_right, right_by_left))
    yield Scenario("loop presented, root trusted", leaf, (left_by_right, right_by_left), (right,))
    yield Scenario("loop in the store, root trusted", leaf, (), (left_by_right, right_by_left, right))
    yield Scenario("half a loop in the store", leaf, (left_by_right,), (right_by_left,))


def rollover(dice: random.Random) -> Iterator[Scenario]:
    """Self-issued CA certificates, which do not count for pathLenConstraint."""
    root = Authority.root("Example Root", path_length=0)
    rolled = root.intermediate("Example Root", key=p256_key(5))
    yield Scenario("self-issued CA under pathLenConstraint 0", rolled.leaf(NAME), (rolled,), (root,))
    other = root.intermediate("Other CA")
    yield Scenario("another CA under pathLenConstraint 0", other.leaf(NAME), (other,), (root,))
    strict = Authority.root("Example Root", permitted=["DNS:example.org"])
    rolled = strict.intermediate("Example Root", key=p256_key(6), san=["DNS:ca.example.com"])
    leaf = rolled.leaf("mcu", san=["DNS:mcu.example.org"])
    yield Scenario("self-issued CA outside the name constraints", leaf, (rolled,), (strict,))
    named = strict.intermediate("Other CA", san=["DNS:ca.example.com"])
    leaf = named.leaf("mcu", san=["DNS:mcu.example.org"])
    yield Scenario("CA with a name outside the name constraints", leaf, (named,), (strict,))


def themselves(dice: random.Random) -> Iterator[Scenario]:
    """Self-signed certificates that present themselves."""
    for ca in (False, True):
        alone = Authority.root(NAME, key_usage=("digital_signature", "key_cert_sign")) if ca else self_signed(NAME)
        said = "CA" if ca else "end entity"
        twin = self_signed(NAME)
        yield Scenario(f"self-signed {said}, not trusted", alone, (), ())
        yield Scenario(f"self-signed {said}, trusted", alone, (), (alone,))
        yield Scenario(f"self-signed {said}, its namesake trusted", alone, (), (twin,))
        yield Scenario(f"self-signed {said}, presented twice", alone, (alone,), (alone,))
    old = self_signed(NAME, not_before=LONG_AGO, not_after=LAST_YEAR)
    yield Scenario("self-signed end entity, trusted, expired", old, (), (old,))
    for purposes in (["serverAuth"], ["clientAuth"], ["any"]):
        limited = self_signed(NAME, purposes=purposes)
        yield Scenario(f"self-signed end entity, trusted, EKU {purposes[0]}", limited, (), (limited,))
    yield from _netscape_types()
    same_name = Authority.root(NAME, key_identifiers=False)
    yield Scenario("named like its CA", same_name.leaf(NAME, key_identifiers=False), (), (same_name,))
    known = Authority.root(NAME)
    yield Scenario("named like its CA, key identifiers", known.leaf(NAME), (), (known,))


def _netscape_types() -> Iterator[Scenario]:
    """An nsCertType in the end entity, which OpenSSL reads, and in its CA."""
    root = Authority.root("Example Root")
    for words in (("client",), ("server",), ("client", "server"), ("email",), ()):
        typed = root.leaf(NAME, more=[netscape_type(*words)])
        yield Scenario(f"end entity with nsCertType {' '.join(words) or 'empty'}", typed, (), (root,))
        ca = root.intermediate("Example Typed CA", more=[netscape_type(*words)])
        yield Scenario(f"CA with nsCertType {' '.join(words) or 'empty'}", ca.leaf(NAME), (ca,), (root,))
    limited = root.leaf(NAME, purposes=["clientAuth"], more=[netscape_type("server")])
    yield Scenario("EKU clientAuth and nsCertType server", limited, (), (root,))


SITUATIONS: tuple[Callable[[random.Random], Iterator[Scenario]], ...] = (
    names,
    algorithms,
    several_keys,
    cross_signed,
    loops,
    rollover,
    themselves,
)


def situations(rounds: int = 1) -> list[Scenario]:
    """Each situation in both roles, so many times, with what is presented and trusted in another order each time."""
    found = []
    for number in range(rounds):
        dice = random.Random(number)
        for make in SITUATIONS:
            for scenario in make(dice):
                presented = dice.sample(scenario.presented, len(scenario.presented))
                store = dice.sample(scenario.store, len(scenario.store))
                for role in ROLES:
                    found.append(
                        Scenario(
                            scenario.defect,
                            scenario.end_entity,
                            tuple(presented),
                            tuple(store),
                            scenario.known,
                            role,
                            f"round {number}",
                        )
                    )
    return found
