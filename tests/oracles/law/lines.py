"""The lines of authorities under which the certificates of a generated fleet are issued."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography.x509 import Certificate

from tests.oracles.law.authorities import AFTER, AT, BEFORE, Recipe, made

LONG_AGO, FAR = AT - timedelta(days=2000), AT + timedelta(days=2000)


@dataclass(frozen=True)
class Line:
    """CAs from the issuer of end entities up to the root."""

    name: str
    cas: tuple[Recipe, ...]
    hidden: bool = False
    """The intermediates are nowhere in the export."""

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        return tuple(made(one) for one in self.cas)

    @property
    def intermediates(self) -> tuple[Certificate, ...]:
        return self.certificates[:-1]

    @property
    def root(self) -> Certificate:
        return self.certificates[-1]


def _root(name: str, **facts: object) -> Recipe:
    return Recipe((name,), **{"key": "rsa1", "ca": True, "before": LONG_AGO, "after": FAR, **facts})  # type: ignore[arg-type]


def _under(issuer: Recipe, name: str, **facts: object) -> Recipe:
    return replace(_root(name, **facts), issuer=issuer)


_EXPIRED = {"before": LONG_AGO, "after": AT - timedelta(days=9)}
_ROOT = _root("Root CA")
_ISSUING = _under(_ROOT, "Issuing CA", key="rsa2")
_OTHER = _root("Other Root CA", key="rsa3")
_SHORT = _under(_ROOT, "Short CA", key="rsa4", path_length=0)
_ENTITY = Recipe(("entity.example.com",), issuer=_ISSUING, key="rsa6")
_OLD_ROOT = _root("Old Root CA", key="rsa5", **_EXPIRED)
_LOW_ROOT = _root("Low Root CA", key="rsa6", path_length=0)
_BELOW_LOW = _under(_LOW_ROOT, "Under Low CA", key="rsa4")
_POLICY_ROOT = _root("Policy Root CA", explicit_policy=0)
_EC_ROOT = _root("EC Root CA", key="ec1")

GOOD = Line("one", (_ISSUING, _ROOT))
LINES = (
    GOOD,
    Line("direct", (_ROOT,)),
    Line("two", (_under(_ISSUING, "Lower CA", key="rsa4"), _ISSUING, _ROOT)),
    Line("other", (_under(_OTHER, "Other Issuing CA", key="rsa2"), _OTHER)),
    Line("hidden", (_under(_ROOT, "Hidden CA", key="rsa4"), _ROOT), hidden=True),
    Line("expired CA", (_under(_ROOT, "Expired CA", key="rsa2", **_EXPIRED), _ROOT)),
    Line("future CA", (_under(_ROOT, "Future CA", key="rsa2", before=AT + timedelta(days=9)), _ROOT)),
    Line("expired root", (_under(_OLD_ROOT, "Current CA", key="rsa2"), _OLD_ROOT)),
    Line("expired root, direct", (_OLD_ROOT,)),
    Line("low root", (_under(_BELOW_LOW, "Lower under Low CA", key="rsa2"), _BELOW_LOW, _LOW_ROOT)),
    Line("server CA", (_under(_ROOT, "Server CA", key="rsa2", purposes=("serverAuth",)), _ROOT)),
    Line("client CA", (_under(_ROOT, "Client CA", key="rsa2", purposes=("clientAuth",)), _ROOT)),
    Line("any CA", (_under(_ROOT, "Any CA", key="rsa2", purposes=("any",)), _ROOT)),
    Line("short", (_under(_SHORT, "Under Short CA", key="rsa2"), _SHORT, _ROOT)),
    Line("entity", (_ENTITY, _ISSUING, _ROOT)),
    Line("constrained", (_under(_ROOT, "Constrained CA", key="rsa2", permitted=("DNS:example.net",)), _ROOT)),
    Line("policy", (_under(_ROOT, "Policy CA", key="rsa2", explicit_policy=0), _ROOT)),
    Line("policy of root", (_under(_POLICY_ROOT, "Policy Issuing CA", key="rsa2"), _POLICY_ROOT)),
    Line("EC", (_under(_EC_ROOT, "EC CA", key="ec2"), _EC_ROOT)),
    Line("EC root", (_under(_EC_ROOT, "RSA under EC CA", key="rsa2"), _EC_ROOT)),
    Line("PSS", (_under(_ROOT, "PSS CA", key="rsa2", pss=True), _ROOT)),
)  # fmt: skip
# The issuing CA once more, with the same name and key, as it was before its renewal.
FORMER_ISSUING = replace(_ISSUING, **_EXPIRED)

PERIODS = {
    "current": (BEFORE, AFTER),
    "expired": (BEFORE, AT - timedelta(days=1)),
    "future": (AT + timedelta(days=1), AFTER),
    "to the second": (BEFORE, AT),
    "from the second": (AT, AFTER),
}


def leaf(line: Line | None, cns: tuple[str, ...], san: tuple[str, ...] | None, purposes: tuple[str, ...] | None,
         key: str = "rsa0", period: str = "current") -> Recipe:  # fmt: skip
    """An end entity of the line; without a line it signs itself."""
    before, after = PERIODS[period]
    return Recipe(cns, line.cas[0] if line else None, key, ca=False, san=san, purposes=purposes, before=before,
                  after=after)  # fmt: skip
