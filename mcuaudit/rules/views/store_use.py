"""Views of what trust stores are needed for: the peers that they verify, the CAs above them that they hold or lack."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import SLOT_TITLES, Place, Slot
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.pkix.ancestry import Ancestry
from mcuaudit.pkix.lacking import Lack, LackingAuthority, lacking_of
from mcuaudit.pkix.names import canonical_name
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.columns import JUDGED, OUTCOMES, flag, of_frame, text, time, yes_no
from mcuaudit.rules.views.connections import connections
from mcuaudit.rules.views.scope import Scope
from mcuaudit.rules.views.stores import store_members
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.rules.views.words import certificate_in_words, some_of

_OF_DEVICE: Final = ["device_id", "site", "device", "slot", "store_title"]
_OF_PEER: Final = (
    "device_id", "site", "device", "peer", "peer_certificate", "trust_store", "slot", "store_title",
)  # fmt: skip
_NOT_GOOD: Final = ("fail", "open")
_OF_PATH: Final = ["peer_certificate", "presented_chain", "all_presented", "trust_store"]


_STORES: Final = {kind.value: definition.trust_store.value for kind, definition in CONNECTION_TABLE.items()}
_STORE: Final = (
    text("slot", "The slot of the store.", sorted(set(_STORES.values()))),
    text("store_title", "What Cisco's pages call the store."),
)


@view(
    "possible connection",
    of_view(connections),
    *_STORE,
    of_frame("peers", "certificate_state", "presented_chain", "chain_complete"),
    flag("all_presented", "The presented chain is known to be all that the peer presents."),
    text("trust", "Whether the path of the peer's certificate is trusted; missing if it is not verified.", OUTCOMES),
    of_frame("paths", "reading", "path", "lacking"),
)
def judged_peers(views: Views) -> Table:
    """One row per possible connection, with the trust store of the device that verifies the peer, and the path.

    `trust` is the outcome of the certification path as the store has it; missing where the peer is not verified.
    """
    found = views.table("connections")
    found = found.where(outcome != Outcome.NOT_APPLICABLE for outcome in found["outcome"])
    slots = [_STORES[kind] for kind in found["connection_type"]]
    found = found.adding(slot=slots, store_title=[SLOT_TITLES[Slot(slot)] for slot in slots])
    peers = views.source("peers")
    found = found.looked_up(peers.only("device_id", "peer", "chain_complete"), ["device_id", "peer"])
    presented = _presented(peers)
    by_role = [presented.get(key, (None, None)) for key in found.each("device_id", "peer", "mcu_role")]
    found = found.adding(
        certificate_state=[state for state, _ in by_role],
        presented_chain=[chain or "" for _, chain in by_role],
        all_presented=[complete == "yes" for complete in found["chain_complete"]],
    )
    found = found.looked_up(_paths(views), _OF_PATH)
    own = _own_paths(views)
    judged = [
        device_id not in own or tuple(key) in own[device_id] for device_id, *key in found.each("device_id", *_OF_PATH)
    ]
    return found.adding(
        **{
            name: [value if known else None for value, known in zip(found[name], judged, strict=True)]
            for name in ("trust", "reading", "path", "lacking")
        }
    )


def _own_paths(views: Views) -> dict[str, set[tuple[Any, ...]]]:
    """By device the paths that it has checked itself: another one may have checked the same certificate."""
    return {
        device_id: {
            (certificate, chain, complete, store)
            for certificate, chain, store, _, _, verifier, complete, *_ in checked.paths
            if verifier is Verifier.MCU
        }
        for device_id, checked in views.prediction.checked.items()
        if views.only is None or device_id in views.only
    }


def _presented(peers: Table) -> dict[tuple[Any, ...], tuple[Any, Any]]:
    """By device, peer and role of the MCU: state of what the peer presents to it, and what follows it."""
    columns = ("certificate_state", "presented_chain", "client_certificate_state", "client_chain")
    found: dict[tuple[Any, ...], tuple[Any, Any]] = {}
    for device_id, peer, state, chain, as_client, after in peers.each("device_id", "peer", *columns):
        found[device_id, peer, "client"] = state, chain
        found[device_id, peer, "server"] = (state, chain) if as_client == "missing" else (as_client, after)
    return found


def _paths(views: Views) -> Table:
    """What the rule of the MCU says of each path, whatever the purpose: it does not decide about trust."""
    paths = views.source("paths").renamed(peer_certificate="certificate", all_presented="chain_complete")
    first: dict[tuple[Any, ...], int] = {}
    for place, (verifier, *key) in enumerate(paths.each("verifier", *_OF_PATH)):
        if verifier == Verifier.MCU:
            first.setdefault(tuple(key), place)
    return paths.at([*first.values()]).only(*_OF_PATH, "trust", "reading", "path", "lacking")


@view(
    "device × trust store × CA certificate of it through which the path of a peer leads",
    of_frame("connections", "device_id", "site", "device", "peer", "peer_certificate", "trust_store"),
    *_STORE,
    of_frame("certificates"),
    text("named", "The CA certificate as sentences name it."),
    time("lasts_until", "When it ends, or the last of the same name and key that the store has."),
    text("outlasting", "Peers whose certificates are valid longer, in words; missing if there are none."),
    time("longest_end", "When the last of these certificates ends; missing if there are none."),
    JUDGED,
)
def path_authorities(views: Views) -> Table:
    """One row per device, trust store and CA certificate of it through which the path of a peer leads.

    `lasts_until` is when it ends, or the last certificate of the same name and key that the store has;
    `outlasting` names the peers whose certificates are valid longer, `longest_end` is the last day of these.
    """
    ends = views.source("certificates").mapped("certificate", "not_after")
    members, lasting = _members(views)
    first: dict[tuple[str, str, str], tuple[str, ...]] = {}
    longer: dict[tuple[str, str, str], list[tuple[str, datetime]]] = {}
    for trust, verifies, path, *columns in views.table("judged_peers").each(
        "trust", "mcu_verifies_peer", "path", *_OF_PEER
    ):
        device_id, _, _, peer, peer_certificate, store, slot, _ = columns
        if verifies != "yes" or trust not in ("pass", "open") or ends.get(peer_certificate) is None:
            continue
        for certificate in path.split():
            if certificate == peer_certificate or (store, certificate) not in members:
                continue
            key = (device_id, slot, certificate)
            first.setdefault(key, (*columns, certificate))
            if ends[peer_certificate] > lasting[members[store, certificate]]:
                longer.setdefault(key, []).append((peer, ends[peer_certificate]))
    found = Table.of_rows((*_OF_PEER, "certificate"), [*first.values()])
    found = found.looked_up(views.source("certificates"), ["certificate"])
    keys = found.keys(["device_id", "slot", "certificate"])
    return judged(
        found.adding(
            named=[certificate_in_words(*words) for words in found.each("subject", "certificate")],
            lasts_until=[lasting[members[key]] for key in found.each("trust_store", "certificate")],
            outlasting=[some_of(peer for peer, _ in longer[key]) if key in longer else None for key in keys],
            longest_end=[max(end for _, end in longer[key]) if key in longer else None for key in keys],
        ),
        "device_id",
        "slot",
        "certificate",
    )


_Twins = tuple[str, str, str]


def _members(views: Views) -> tuple[dict[tuple[str, str], _Twins], dict[_Twins, datetime]]:
    """By trust store and member what its twins share (the store, name and key), and by that when the last one ends."""
    certificates = {
        certificate: facts
        for certificate, *facts in views.source("certificates").each(
            "certificate", "subject", "public_key", "not_after"
        )
    }
    members: dict[tuple[str, str], _Twins] = {}
    lasting: dict[_Twins, datetime] = {}
    for store, certificate in views.source("trust_stores").each("trust_store", "certificate"):
        if certificate not in certificates:
            continue
        subject, key, end = certificates[certificate]
        if end is None:
            # Its end cannot be read, which leaves open each path through it.
            continue
        twins = members[store, certificate] = (store, subject, key)
        lasting[twins] = max(end, lasting.get(twins, end))
    return members, lasting


@view(
    "device × trust store × CA that it lacks for the certificates of peers; one if it lacks none",
    of_frame("connections", "device_id", "site", "device", "trust_store"),
    *_STORE,
    text("lacking", "Name of the CA; missing if the store lacks none."),
    text("trust", "fail if a peer is refused for it, open if it is not known that the peer sends it.", OUTCOMES),
    text("readings", "The reading that an open outcome depends on."),
    text("store_lacks", "Where the CA is instead.", [lack.value for lack in Lack]),
    text("needed_by", "The peers for which `trust` holds, in words."),
    text("file", "File of the store within the export."),
    text("store_cause_id", "Id of the cause of the peers' connections."),
    text("missing_evidence", "The file, where no reading decides."),
    JUDGED,
)
def lacking_authorities(views: Views) -> Table:
    """One row per device, trust store and CA that it lacks for the certificates of peers; one without if it lacks none.

    `trust` is fail where a peer is refused for it, open where it is not known that the peer sends it.
    """
    peers = views.table("judged_peers")
    peers = peers.where(
        trust is not None and verifies == "yes" and judged_here != Outcome.NOT_APPLICABLE
        for trust, verifies, judged_here in peers.each("trust", "mcu_verifies_peer", "mcu_trust")
    )
    # A peer is refused for its path only if the device refuses it: the file of a store may be read in part.
    peers = peers.adding(trust=[_milder(*both) for both in peers.each("trust", "mcu_trust")])
    stores: dict[tuple[Any, ...], str] = {}
    for *place, store in peers.each(*_OF_DEVICE, "trust_store"):
        stores.setdefault(tuple(place), store)
    listed = _listed(views, peers)
    rows = [
        (*place, store, *facts) for place, store in stores.items() for facts in listed.get(place, [_lacks_none(*place)])
    ]
    names = (*_OF_DEVICE, "trust_store", *_LACKING)
    found = Table.of_rows(names, rows)
    found = found.looked_up(views.table("store_uses").only("device_id", "slot", "file"), ["device_id", "slot"])
    found = found.adding(
        missing_evidence=[file if readings == "" else None for file, readings in found.each("file", "readings")],
    )
    return judged(found, "device_id", "slot", "lacking")


_LACKING: Final = ("lacking", "trust", "readings", "store_lacks", "needed_by", "store_cause_id")
_Need = tuple[str, str | None, LackingAuthority, str]
"""Trust, reading, the CA, and the peer that needs it."""


def _lacks_none(device_id: str, site: str, device: str, slot: str, title: str) -> tuple[str | None, ...]:
    return None, None, None, None, None, cause_at(CauseKind.TRUST_STORE, Place(Slot(slot), device_id)).cause_id


def _listed(views: Views, peers: Table) -> dict[tuple[Any, ...], list[tuple[str | None, ...]]]:
    """By device and store the CAs that it lacks, with the columns of `_LACKING`. Another rule reports empty stores."""
    with_members = set(views.source("trust_stores")["trust_store"])
    found: dict[tuple[Any, ...], dict[str, list[_Need]]] = {}
    for *place, trust, reading, peer, store, cell in peers.each(
        *_OF_DEVICE, "trust", "reading", "peer", "trust_store", "lacking"
    ):
        if trust in _NOT_GOOD and store in with_members:
            for one in lacking_of(cell or ""):
                found.setdefault(tuple(place), {}).setdefault(one.name, []).append((trust, reading, one, peer))
    return {
        place: [(name, *_together(Place(Slot(place[3]), place[0]), needs)) for name, needs in sorted(names.items())]
        for place, names in found.items()
    }


def _milder(path: str, trust: str) -> str:
    return Outcome.OPEN.value if path == Outcome.FAIL and trust != Outcome.FAIL else path


def _together(store: Place, needs: list[_Need]) -> tuple[str | None, ...]:
    # What is certain of one peer is certain of the store: fail stands before open.
    needs = sorted(needs, key=lambda need: need[0])
    readings = next((reading for _, reading, _, _ in needs if reading is not None), None)
    trust, _, lacking, _ = needs[0]
    peers = some_of(peer for one, *_, peer in needs if one == trust)
    return trust, readings, lacking.lack.value, peers, lacking.cause(store).cause_id


@view(
    "certificate in a trust store file",
    of_view(store_members),
    yes_no("peers_known", "All peers that the store verifies are known, each with all CAs up to a root."),
    flag("needed", "A known peer may need it, going by names."),
    scope=Scope.STORE_FILE,
)
def needed_authorities(views: Views) -> Table:
    """One row per certificate in a trust store file, with whether a peer needs it.

    `peers_known` is yes where the file verifies a peer, and the certificate of every peer that it verifies is known
    with all CAs up to a root: only then is it known that a certificate is of no use. `needed` goes by names alone, so
    that it says rather too much.
    """
    files = views.table("store_uses")
    by_place = dict(zip(files.keys(["device_id", "slot"]), files["file"], strict=True))
    records = views.fleet.certificate_records
    ancestry = Ancestry(records.values())
    pairs: set[tuple[str, str]] = set()
    settled: dict[str, bool] = {}
    columns = ("device_id", "slot", "peer_certificate", "certificate_state")
    for device_id, slot, certificate, state in views.table("judged_peers").each(*columns):
        file = by_place.get((device_id, slot))
        if file is None:
            continue
        complete = ancestry.is_complete(records[certificate]) if certificate is not None else state == "none"
        settled[file] = settled.get(file, True) and complete
        if certificate is not None:
            pairs.add((file, certificate))
    known = {file for file, _ in pairs if settled[file]}
    needed = {(file, name) for file, certificate in pairs for name in ancestry.of(records[certificate])}
    found = views.table("store_members")
    return found.adding(
        peers_known=yes_no_of(file in known for file in found["file"]),
        needed=[
            (file, canonical_name(records[certificate].subject)) in needed
            for file, certificate in found.each("file", "certificate")
        ],
    )
