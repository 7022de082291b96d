"""What each side decides about the certificate of the other (sections 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.x509 import Certificate

from tests.oracles.law.description import ANY, AT, Device, Nothing, Peer, Presented, Shown, Store
from tests.oracles.law.judges import MCU, SIP, judge_of, route_of, standard_of
from tests.oracles.law.names import address
from tests.oracles.law.purposes import purpose
from tests.oracles.law.references import Names, covered, covered_if_known
from tests.oracles.law.settings import presents_outbound, verifies
from tests.oracles.law.steps import NOT_ASKED, PASSED, Step, fail, missing, opened, the_same, unless
from tests.oracles.law.trust import Judge, best_path, trust

Wanted = tuple[Names, ...]
"""The names that are compared, for each route that it may be."""

UNKNOWN = ("missing_evidence", "damaged_evidence")
CLIENT_ROWS = ("outgoing_sip", "ocsp_server", "feedback_receiver")


@dataclass(frozen=True)
class Side:
    """Trust, identity and purpose, as one side sees the other; `asked` is whether it verifies at all."""

    trust: Step = NOT_ASKED
    identity: Step = NOT_ASKED
    purpose: Step = NOT_ASKED
    asked: bool | None = False

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.trust, self.identity, self.purpose


@dataclass(frozen=True)
class World:
    """What of the export counts beside the device: all CA certificates that are in it (A11)."""

    elsewhere: frozenset[Certificate] = field(default_factory=frozenset)


def shown_as(peer: Peer, connection: str) -> Shown:
    """The certificate that the peer presents in this role."""
    if connection in CLIENT_ROWS or peer.client_certificate is None:
        return peer.certificate
    return peer.client_certificate


def mcu_side(device: Device, peer: Peer, connection: str, wanted: Wanted, world: World) -> Side:
    """What the MCU decides about the peer."""
    called = connection in CLIENT_ROWS
    shown, asked = shown_as(peer, connection), verifies(device, connection)
    if isinstance(shown, Nothing):
        if called:
            return Side(fail("no_certificate", "certificate"), asked=asked)
        if asked is False:
            return Side()
        step = fail("no_certificate", "certificate")
        return Side(step if asked else missing(), asked=asked)
    if asked is False:
        return Side()
    store = device.sip_store if connection in SIP else device.https_store
    found = trust(shown, store, MCU, world.elsewhere, AT, peer.chain_complete)
    identity = NOT_ASKED
    if found.code == "empty_store":
        return Side(found, asked=asked) if asked else _if_asked(Side(found))
    if called:
        identity = _name_of_peer(shown, wanted, connection)
    purposes = purpose_of(shown, store, "serverAuth" if called else "clientAuth", MCU, world)
    side = Side(found, identity, purposes, asked)
    return side if asked else _if_asked(side)


def _if_asked(side: Side) -> Side:
    """The setting is not told: what passes passes under every value of it."""
    return Side(*(unless(step, missing()) for step in side.steps), asked=None)


def _name_of_peer(shown: Presented | None, wanted: Wanted, connection: str) -> Step:
    leaf = shown.leaf if shown else None
    if connection == "outgoing_sip":
        return the_same([covered_if_known(leaf, one, "mcu") for one in wanted])
    found = covered_if_known(leaf, wanted[0], "rfc9525")
    return opened(found.code, found.kind, *found.readings, "A16") if found.outcome == "fail" else found


def peer_side(device: Device, peer: Peer, connection: str, world: World) -> Side:
    """What the peer decides about the MCU; of one that is not declared nothing is known."""
    if peer.name == ANY:
        return Side(asked=None)
    standard, judge = standard_of(peer, connection), judge_of(peer, connection)
    if standard == "none":
        return Side()
    local = device.local
    found = trust(local, peer.store, judge, world.elsewhere, AT, None)
    identity = _name_of_mcu(device, peer, connection, standard)
    needed = "clientAuth" if connection in CLIENT_ROWS else "serverAuth"
    purposes = purpose_of(local, peer.store, needed, judge, world)
    presents = presents_outbound(device) if connection in CLIENT_ROWS else PASSED
    if (
        presents == PASSED
        and standard is None
        and found.outcome != "fail"
        and local is not None
        and peer.store is not None
    ):
        strict = trust(local, peer.store, Judge(judge.kind, "vcs"), world.elsewhere, AT, None)
        found = found if strict.outcome == found.outcome else missing()
    steps = [found, identity, purposes] if presents == PASSED else [
        instead(presents, found), presents if local is not None else identity, instead(presents, purposes)
    ]  # fmt: skip
    if steps[1].outcome == "fail" and peer.expects is None and connection in ("ocsp_server", "feedback_receiver"):
        steps[1] = missing()
    return Side(*steps, asked=True)


def instead(presents: Step, step: Step) -> Step:
    """If the MCU may present nothing, that decides, unless what is not known decides before: the store as a whole."""
    unknown = step.kind in UNKNOWN and step.code != "perhaps_another_path"
    return step if step.outcome == "notApplicable" or unknown else presents


def purpose_of(shown: Presented | None, store: Store | None, needed: str, judge: Judge, world: World) -> Step:
    """Without the store, what the end entity lacks it lacks with every store."""
    if shown is None:
        return NOT_ASKED
    if store is not None and store.members:
        if judge.standard == "vcs":
            return purpose(best_path(Presented(shown.leaf), store, (), AT), needed, judge)
        return purpose(best_path(shown, store, world.elsewhere, AT), needed, judge)
    alone = purpose((shown.leaf,), needed, judge)
    return alone if alone.outcome != "pass" else NOT_ASKED


def _name_of_mcu(device: Device, peer: Peer, connection: str, standard: str | None) -> Step:
    leaf = device.local.leaf if device.local else None
    wanted = peer.expects
    route = route_of(peer)
    if wanted is None:
        addresses, hosts = device.get("device.addresses"), device.get("device.host_names")
        if connection in SIP and route == "direct":
            wanted = addresses  # type: ignore[assignment]
        elif connection in SIP and route is None:
            wanted = None if not addresses or not hosts else (*addresses, *hosts)  # type: ignore[misc]
        else:
            wanted = hosts  # type: ignore[assignment]
    if leaf is None or not wanted:
        return missing()
    wanted = tuple(wanted)
    if standard is None:
        both = [covered(leaf, wanted, one) for one in ("mcu", "rfc5922")]
        if both[0].outcome == both[1].outcome:
            return both[0]
        return missing()
    found = covered(leaf, wanted, standard, peer.version)
    if found.readings == ("A4",) and address(wanted[0]) is not None:
        return Step(found.outcome, found.code, ("A17",), found.kind)
    return found
