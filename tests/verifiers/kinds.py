"""The kinds of chains, each made in a few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from tests.authority import (
    FAR_AHEAD,
    LAST_YEAR,
    LONG_AGO,
    NEXT_YEAR,
    NOW,
    Authority,
    Issued,
    dsa_key,
    p256_key,
    rsa_key,
    self_signed,
)
from tests.oracles.chains import Wishes
from tests.verifiers.chains import NAME, Dice

Made = tuple[Issued, tuple[Issued, ...], tuple[Issued, ...]]
"""The end entity, what is presented with it, and the trust store."""
Recipe = Callable[[Dice], Made]

EXPIRED: Wishes = {"not_before": LONG_AGO, "not_after": LAST_YEAR}
FUTURE: Wishes = {"not_before": NEXT_YEAR, "not_after": FAR_AHEAD}
POLICY, OTHER_POLICY = "1.3.6.1.4.1.55555.2.1", "1.3.6.1.4.1.55555.2.2"
STRANGER = Authority.root("Stranger", key=p256_key(901))


def _path(**parts: object) -> Recipe:
    """The root alone is trusted, and what is between it and the end entity is presented."""

    def make(dice: Dice) -> Made:
        end_entity, (*intermediates, root) = dice.path(**parts)  # type: ignore[arg-type]
        return end_entity, tuple(intermediates), (root,)

    return make


def _for_the_role(end_entity: Callable[[Dice], Wishes]) -> Recipe:
    return lambda dice: _path(end_entity=end_entity(dice))(dice)


def _named(constraint: Wishes, *names: str) -> Recipe:
    """The issuing CA has name constraints, and the end entity these names beside its DNS name."""
    return _path(issuing=constraint, end_entity={"san": [f"DNS:{NAME}", *names]})


def _policies(root: Wishes | None = None, issuing: Wishes | None = None, end_entity: Wishes | None = None) -> Recipe:
    return _path(root=root, issuing=issuing, end_entity=end_entity, depth=2)


def _crowd(dice: Dice) -> Made:
    end_entity, cas = dice.path()
    return end_entity, dice.shuffled([*cas, STRANGER]), dice.shuffled([cas[-1], STRANGER])


def _all_in_store(dice: Dice) -> Made:
    end_entity, cas = dice.path()
    return end_entity, tuple(cas[:-1]), dice.shuffled(cas)


def _twice(dice: Dice) -> Made:
    end_entity, (*intermediates, root) = dice.path()
    return end_entity, (end_entity, *intermediates, *intermediates), (root, root)


def _issuing_missing(dice: Dice) -> Made:
    end_entity, (_, *intermediates, root) = dice.path()
    return end_entity, tuple(intermediates), (root,)


def _not_trusted(dice: Dice) -> Made:
    end_entity, cas = dice.path()
    return end_entity, tuple(cas), (STRANGER,)


def _namesake(dice: Dice) -> Made:
    end_entity, (*intermediates, root) = dice.path()
    namesake = Authority.root(root.certificate.subject, key=dice.key())
    return end_entity, tuple(intermediates), (namesake,)


def _two_of_one_name(dice: Dice) -> Made:
    end_entity, (*intermediates, root) = dice.path(every={"key_identifiers": False})
    namesake = Authority.root(root.certificate.subject, key=dice.key(), key_identifiers=False)
    return end_entity, tuple(intermediates), dice.shuffled([root, namesake])


def _issuing_alone(dice: Dice) -> Made:
    end_entity, (issuing, *_) = dice.path()
    return end_entity, (), (issuing,)


def _end_entity_alone(dice: Dice) -> Made:
    end_entity, (*intermediates, _) = dice.path()
    return end_entity, tuple(intermediates), (end_entity,)


def _self_signed(trusted: bool, **wishes: object) -> Recipe:
    def make(dice: Dice) -> Made:
        alone = self_signed(NAME, key=dice.key(), san=[f"DNS:{NAME}"], **wishes)
        return alone, (), (alone if trusted else STRANGER,)

    return make


def _cross(bridge: Wishes, trusts_new: bool, in_store: bool = False) -> Recipe:
    """A new root, for which an old root issued a certificate with the same name and key."""

    def make(dice: Dice) -> Made:
        issued, (*intermediates, new) = dice.path()
        old = Authority.root("Old root", key=dice.key())
        crossing = old.intermediate(new.certificate.subject, key=new.key, **bridge)
        store = [old, *([new] if trusts_new else []), *([crossing] if in_store else [])]
        presented = [*intermediates, *([] if in_store else [crossing])]
        return issued, dice.shuffled(presented), dice.shuffled(store)

    return make


def _loop(dice: Dice) -> Made:
    left, right = Authority.root("Left", key=dice.key()), Authority.root("Right", key=dice.key())
    crossed = right.intermediate("Left", key=left.key), left.intermediate("Right", key=right.key)
    return left.leaf(NAME, key=dice.key(), san=[f"DNS:{NAME}"]), dice.shuffled(crossed), (right,)


def _renewed(dice: Dice) -> Made:
    root = Authority.root("Root", key=dice.key())
    key = dice.key()
    old, new = root.intermediate("Issuing", key=key, **EXPIRED), root.intermediate("Issuing", key=key)
    return new.leaf(NAME, key=dice.key(), san=[f"DNS:{NAME}"]), (old, new), (root,)


def _expired_in_store_renewed_presented(dice: Dice) -> Made:
    key = dice.key()
    old, new = Authority.root("Root", key=key, **EXPIRED), Authority.root("Root", key=key)
    return new.leaf(NAME, key=dice.key(), san=[f"DNS:{NAME}"]), (new,), (old,)


def _too_long(dice: Dice) -> Made:
    root = Authority.root("Root", key=dice.key())
    limited = root.intermediate("Limited", key=dice.key(), path_length=0)
    issuing = limited.intermediate("Issuing", key=dice.key())
    return issuing.leaf(NAME, key=dice.key(), san=[f"DNS:{NAME}"]), (issuing, limited), (root,)


def _rolled_over(dice: Dice) -> Made:
    """The root allows no CA below it, and certified its next key."""
    root = Authority.root("Root", key=dice.key(), path_length=0)
    rolled = root.intermediate("Root", key=dice.key())
    return rolled.leaf(NAME, key=dice.key(), san=[f"DNS:{NAME}"]), (rolled,), (root,)


def _spelt(root_name: x509.Name, spelling: x509.Name) -> Recipe:
    """The end entity has its issuer's name in another spelling."""

    def make(dice: Dice) -> Made:
        root = Authority.root(root_name, key=dice.key())
        return root.leaf(NAME, key=dice.key(), issuer_name=spelling, san=[f"DNS:{NAME}"]), (), (root,)

    return make


def _name(common_name: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name, kind)])


def _without_subject(dice: Dice) -> Made:
    root = Authority.root("Root", key=dice.key())
    empty = root.intermediate(x509.Name([]), key=dice.key())
    return empty.leaf(NAME, key=dice.key(), san=[f"DNS:{NAME}"]), (empty,), (root,)


def _keys(*keys: object) -> Recipe:
    return lambda dice: _path(keys=keys, depth=len(keys) - 1)(dice)


def _curve(curve: ec.EllipticCurve) -> Sequence[ec.EllipticCurvePrivateKey]:
    return [ec.derive_private_key(number, curve) for number in (1001, 1003, 1005)]


def _old_digest(digest: str, *places: str) -> Recipe:
    """RSA keys, and this digest in the signatures of these certificates."""
    wishes = {place: {"digest": digest} for place in places}
    return _path(keys=[rsa_key(1), rsa_key(2), rsa_key(3)], depth=2, **wishes)


KINDS: dict[str, Recipe] = {
    # What is presented and trusted
    "valid": _path(),
    "valid: all presented in any order, with a stranger": _crowd,
    "valid: intermediates in the store too": _all_in_store,
    "valid: certificates twice": _twice,
    "issuing CA missing": _issuing_missing,
    "root not trusted": _not_trusted,
    "root replaced by one of the same name": _namesake,
    "two roots of one name, no key identifiers": _two_of_one_name,
    "anchor is an intermediate": _issuing_alone,
    "anchor is the end entity": _end_entity_alone,
    "self-signed end entity, trusted": _self_signed(True),
    "self-signed end entity, not trusted": _self_signed(False),
    "self-signed end entity, trusted, expired": _self_signed(True, **EXPIRED),
    "cross-certificate": _cross({}, trusts_new=False),
    "cross-certificate in the store": _cross({}, trusts_new=False, in_store=True),
    "cross-certificate expired, both roots trusted": _cross(EXPIRED, trusts_new=True),
    "cross-certificates in a loop": _loop,
    "issuing CA expired and renewed, both presented": _renewed,
    "root expired, renewed one presented": _expired_in_store_renewed_presented,
    # Validity
    "end entity expired": _path(end_entity=EXPIRED),
    "issuing CA expired": _path(issuing=EXPIRED),
    "anchor expired": _path(root=EXPIRED),
    "end entity not yet valid": _path(end_entity=FUTURE),
    "issuing CA not yet valid": _path(issuing=FUTURE),
    "anchor not yet valid": _path(root=FUTURE),
    "second of notAfter": _path(end_entity={"not_after": NOW}),
    "second after notAfter": _path(end_entity={"not_after": NOW - timedelta(seconds=1)}),
    "second of notBefore": _path(end_entity={"not_before": NOW}),
    # CA certificates
    "issuing CA without basicConstraints": _path(issuing={"ca": None, "key_usage": ("key_cert_sign", "crl_sign")}),
    "issuing CA with cA FALSE": _path(issuing={"ca": False, "key_usage": ("key_cert_sign", "crl_sign")}),
    "issuing CA of version 1": _path(issuing={"version": 1}),
    "issuing CA without keyCertSign": _path(issuing={"key_usage": ("crl_sign",)}),
    "issuing CA without keyUsage": _path(issuing={"key_usage": None}),
    "anchor without basicConstraints": _path(root={"ca": None, "key_usage": ("key_cert_sign", "crl_sign")}),
    "anchor with cA FALSE": _path(root={"ca": False, "key_usage": ("key_cert_sign", "crl_sign")}),
    "anchor of version 1": _path(root={"version": 1}),
    "anchor without keyCertSign": _path(root={"key_usage": ("crl_sign",)}),
    "path length exceeded": _too_long,
    "path length of the anchor exceeded": _path(depth=3, root={"path_length": 1}),
    "path length just enough": _path(depth=3, root={"path_length": 2}, issuing={"path_length": 0}),
    "self-issued CA below path length 0": _rolled_over,
    "issuing CA without subject": _without_subject,
    "end entity is a CA": _path(end_entity={"ca": True, "key_usage": ("digital_signature", "key_cert_sign")}),
    # Purposes
    "EKU of the role": _for_the_role(lambda dice: {"purposes": [dice.role]}),
    "EKU of both roles": _path(end_entity={"purposes": ["serverAuth", "clientAuth"]}),
    "EKU of the other role": _for_the_role(lambda dice: {"purposes": [dice.other_role]}),
    "EKU any": _path(end_entity={"purposes": ["any"]}),
    "EKU codeSigning": _path(end_entity={"purposes": ["codeSigning"]}),
    "EKU codeSigning in the issuing CA": _path(
        issuing={"purposes": ["codeSigning"]}, end_entity={"purposes": ["serverAuth", "clientAuth"]}
    ),
    "EKU any in the issuing CA": _path(
        issuing={"purposes": ["any"]}, end_entity={"purposes": ["serverAuth", "clientAuth"]}
    ),
    "keyUsage of the end entity: cRLSign": _path(end_entity={"key_usage": ("crl_sign",)}),
    "keyUsage of the end entity: none": _path(end_entity={"key_usage": None}),
    # Name constraints
    "DNS permitted": _named({"permitted": ["DNS:example.com"]}),
    "DNS of others permitted": _named({"permitted": ["DNS:example.org"]}),
    "DNS excluded": _named({"excluded": ["DNS:example.com"]}),
    "DNS of others permitted by the anchor": _path(root={"permitted": ["DNS:example.org"]}),
    "DNS with a leading dot permitted": _named({"permitted": ["DNS:.example.com"]}),
    "DNS excluded, wildcard": _named({"excluded": ["DNS:lab.example.com"]}, "DNS:*.example.com"),
    "IP permitted": _named({"permitted": ["IP:192.0.2.0/24"]}, "IP:192.0.2.1"),
    "IP of others permitted": _named({"permitted": ["IP:198.51.100.0/24"]}, "IP:192.0.2.1"),
    "IP excluded": _named({"excluded": ["IP:192.0.2.1/32"]}, "IP:192.0.2.1"),
    "e-mail permitted": _named({"permitted": ["email:example.com"]}, "email:admin@example.com"),
    "e-mail of others permitted": _named({"permitted": ["email:example.org"]}, "email:admin@example.com"),
    "e-mail excluded": _named({"excluded": ["email:admin@example.com"]}, "email:admin@example.com"),
    "URI permitted": _named({"permitted": ["URI:.example.com"]}, f"URI:https://{NAME}/RPC2"),
    "URI of others permitted": _named({"permitted": ["URI:.example.org"]}, f"URI:https://{NAME}/RPC2"),
    "directory of others permitted": _named({"permitted": ["dir:Nobody"]}),
    "directory excluded": _named({"excluded": [f"dir:{NAME}"]}),
    "registeredID of others permitted": _named({"permitted": ["rid:1.2.3.4"]}, "rid:1.2.3.5"),
    # Extensions, key identifiers, serial numbers and names
    "critical extension in the end entity": _path(end_entity={"critical": "1.3.6.1.4.1.55555.1"}),
    "critical extension in the issuing CA": _path(issuing={"critical": "1.3.6.1.4.1.55555.1"}),
    "critical extension in the anchor": _path(root={"critical": "1.3.6.1.4.1.55555.1"}),
    "key identifier of another issuer": _path(end_entity={"authority_key_identifier": b"another"}),
    "serial number of another issuer": _path(end_entity={"authority_serial": 4}),
    "no key identifiers": _path(every={"key_identifiers": False}),
    "serial number zero": _path(end_entity={"serial": 0}),
    "serial number negative": _path(end_entity={"serial": -129}),
    "issuer's name in upper case": _spelt(_name("Root"), _name("ROOT")),
    "issuer's name as PrintableString": _spelt(_name("Root"), _name("Root", _ASN1Type.PrintableString)),
    # Signatures and keys
    "signature of the end entity bad": _path(end_entity={"signed_by": p256_key(900)}),
    "signature of the issuing CA bad": _path(issuing={"signed_by": p256_key(900)}),
    "signature of the anchor bad": _path(root={"signed_by": p256_key(900)}),
    "RSA 2048": _keys(rsa_key(1), rsa_key(2), rsa_key(3)),
    "RSA 1024 of the end entity": _keys(rsa_key(1), rsa_key(2), rsa_key(4, 1024)),
    "RSA 1024 of the anchor": _keys(rsa_key(4, 1024), rsa_key(2), rsa_key(3)),
    "RSA-PSS": _path(keys=[rsa_key(1), rsa_key(2), rsa_key(3)], depth=2, every={"pss": True}),
    "SHA-1 below the anchor": _old_digest("sha1", "issuing", "end_entity"),
    "SHA-1 of the anchor itself": _old_digest("sha1", "root"),
    "MD5 below the anchor": _old_digest("md5", "issuing", "end_entity"),
    "P-384": _keys(*_curve(ec.SECP384R1())),
    "P-521": _keys(*_curve(ec.SECP521R1())),
    "secp256k1": _keys(*_curve(ec.SECP256K1())),
    "Ed25519": _keys(*(ed25519.Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))),
    "Ed448": _keys(*(ed448.Ed448PrivateKey.from_private_bytes(bytes([n]) * 57) for n in (1, 2, 3))),
    "DSA of the anchor": _keys(dsa_key(), rsa_key(2), rsa_key(3)),
    # Certificate policies
    "policy required, none given": _policies(issuing={"explicit_policy": 0, "policies": [POLICY]}),
    "policy required and given": _policies(
        issuing={"explicit_policy": 0, "policies": [POLICY]}, end_entity={"policies": [POLICY]}
    ),
    "policy required by the anchor alone": _policies(root={"explicit_policy": 0}),
    "policy mapped": _policies(
        issuing={"explicit_policy": 0, "policies": [POLICY], "mappings": [(POLICY, OTHER_POLICY)]},
        end_entity={"policies": [OTHER_POLICY]},
    ),
    "anyPolicy inhibited": _policies(
        issuing={"explicit_policy": 0, "policies": [POLICY], "inhibit_any": 0},
        end_entity={"policies": ["2.5.29.32.0"]},
    ),
}
