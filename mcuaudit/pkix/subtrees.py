"""Subtrees of name constraints as sets: a name is looked up by its suffixes or prefixes, not compared with each.

A name is within a subtree if one of the keys of the name is the key of the base. The number of keys of a name does not
depend on the number of subtrees.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from mcuaudit.domain.certificate import IPAddress, IPNetwork, NameConstraints
from mcuaudit.pkix.name_syntax import Mailbox, dns_base, dns_name, domain_base, email_base, mailbox, uri_host
from mcuaudit.pkix.names import canonical_name

_OCTETS_OF_A_COMPARISON: Final = 256


class Form(NamedTuple):
    """One form of name.

    Attributes:
        label: for sentences.
        kind: its name in GeneralName.
        field: the end of the names of its fields in `NameConstraints`.
        name: the parts of a name that are compared; None if it is malformed.
        base: the key of a constraint; None if it is malformed.
        keys: the keys of the subtrees that a name is in. The second argument is the sizes of the bases there are; None
            stands for a step without a base of that size.
        size: the size of a base by its key; the sizes of all bases say which keys to try.
    """

    label: str
    kind: str
    field: str
    name: Callable[[Any], Any]
    base: Callable[[Any], Hashable | None]
    keys: Callable[[Any, frozenset[Hashable]], Iterator[Hashable]]
    size: Callable[[Any], Hashable] = len


class Meter:
    """Counts comparisons, up to a limit.

    Attributes:
        left: the comparisons that may still be made; negative if there were too many.
    """

    def __init__(self, left: int) -> None:
        self.left = left

    def count(self, key: Hashable) -> None:
        """One key is looked up; a long one counts more.

        Raises:
            TooManyError: the limit was reached before.
        """
        self.left -= 1 + (len(key) // _OCTETS_OF_A_COMPARISON if isinstance(key, bytes | str) else 0)
        if self.left < 0:
            raise TooManyError


class TooManyError(Exception):
    """There are more names and constraints than are compared."""


@dataclass(frozen=True, slots=True)
class Side:
    """The permitted or the excluded subtrees of one form."""

    form: Form
    bases: frozenset[Hashable]
    sizes: frozenset[Hashable]

    def holds(self, name: Any, meter: Meter) -> bool:
        """Whether the name is within one of the subtrees."""
        for key in self.form.keys(name, self.sizes):
            meter.count(key)
            if key in self.bases:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Subtrees:
    """The name constraints of one form, indexed.

    Attributes:
        form: the form.
        permitted: the permitted subtrees; None if names of the form are not limited to any.
        excluded: the excluded subtrees.
        malformed: one of the constraints is malformed.
        excluded_below: the first labels of the excluded DNS names, by the rest of the name.
    """

    form: Form
    permitted: Side | None
    excluded: Side
    malformed: bool
    excluded_below: dict[str, tuple[str, ...]]


def subtrees(constraints: NameConstraints) -> Iterator[Subtrees]:
    """The constraints by form; a form without any is left out."""
    for form in FORMS:
        permitted, excluded = (getattr(constraints, f"{side}_{form.field}") for side in ("permitted", "excluded"))
        unread = form.kind in constraints.malformed
        if permitted is None and not excluded and not unread:
            continue
        bases = [form.base(base) for base in (*(permitted or ()), *excluded)]
        count = len(permitted or ())
        outside = _side(form, bases[count:])
        yield Subtrees(
            form,
            None if permitted is None else _side(form, bases[:count]),
            outside,
            unread or None in bases,
            _by_rest(outside.bases) if form is DNS else {},
        )


def _side(form: Form, bases: Sequence[Hashable | None]) -> Side:
    keys = frozenset(base for base in bases if base is not None)
    return Side(form, keys, frozenset(map(form.size, keys)))


def _by_rest(bases: frozenset[Hashable]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for base in bases:
        first, _, rest = str(base).partition(".")
        if first:
            found.setdefault(rest, []).append(first)
    return {rest: tuple(firsts) for rest, firsts in found.items()}


def _dns_keys(name: str, _sizes: frozenset[Hashable]) -> Iterator[str]:
    """The name, and each of its suffixes down to the empty one."""
    yield name
    while name:
        name = name.partition(".")[2]
        yield name


def _host_keys(host: str, _sizes: frozenset[Hashable]) -> Iterator[str]:
    """The host itself, and the domains that begin with a dot and have it below them."""
    yield host
    yield from (host[at:] for at, letter in enumerate(host) if letter == ".")


def _email_keys(name: Mailbox, sizes: frozenset[Hashable]) -> Iterator[Hashable]:
    yield name
    yield from _host_keys(name.host, sizes)


class _Network(NamedTuple):
    version: int
    length: int
    bits: int


def _address_keys(address: IPAddress, sizes: frozenset[Hashable]) -> Iterator[Hashable]:
    """The networks of the address, in the lengths of the constraints."""
    for version, length in cast("frozenset[tuple[int, int]]", sizes):  # of `_size_of_network`
        same = version == address.version
        yield _Network(version, length, int(address) >> (address.max_prefixlen - length)) if same else None


def _network(network: IPNetwork) -> _Network:
    length = network.prefixlen
    return _Network(network.version, length, int(network.network_address) >> (network.max_prefixlen - length))


def _size_of_network(network: _Network) -> Hashable:
    return network.version, network.length


def _name_keys(name: bytes, sizes: frozenset[Hashable]) -> Iterator[bytes | None]:
    """The beginnings of a distinguished name in its canonical form, relative name by relative name."""
    yield b""
    end = 0
    while end < len(name):
        # A name that is not DER begins with 0xff, so that its length is beyond its end: it is one piece.
        end = min(len(name), end + 4 + int.from_bytes(name[end : end + 4], "big"))
        yield name[:end] if end in sizes else None


def _same(name: Any) -> Any:
    return name


DNS: Final = Form("DNS name", "dNSName", "dns", dns_name, dns_base, _dns_keys)
FORMS: Final = (
    Form("name", "directoryName", "directory", canonical_name, canonical_name, _name_keys),
    Form("e-mail address", "rfc822Name", "email", mailbox, email_base, _email_keys),
    DNS,
    Form("URI", "uniformResourceIdentifier", "uri", uri_host, domain_base, _host_keys),
    Form(
        "IP address", "iPAddress", "ip", _same, _network, _address_keys, _size_of_network
    ),
)  # fmt: skip
