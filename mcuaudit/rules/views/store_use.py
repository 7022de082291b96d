"""Views of what trust stores are needed for: the peers that they judge, the CAs above them that they hold or lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.slots import SLOT_TITLES, Place, Slot
from mcuaudit.pkix.checks import self_signed
from mcuaudit.pkix.names import canonical_name
from mcuaudit.rules.views.base import Views, of_view, view, with_judged
from mcuaudit.rules.views.columns import JUDGED, OUTCOMES, flag, of_frame, text, time, yes_no
from mcuaudit.rules.views.connections import connections
from mcuaudit.rules.views.joins import looked_up, rows, with_columns, yes_or_no
from mcuaudit.rules.views.stores import store_members
from mcuaudit.rules.views.words import certificates_in_words, some_of

_OF_DEVICE: Final = ["device_id", "site", "device", "slot", "store_title"]
_OF_AUTHORITY: Final = ["device_id", "slot", "certificate"]
_OF_PATH: Final = ["peer_certificate", "presented_chain", "all_presented", "trust_store"]


_STORES: Final = {kind.value: facts.trust_store.value for kind, facts in CONNECTION_TABLE.items()}
_STORE: Final = (
    text("slot", "The slot of the store.", sorted(set(_STORES.values()))),
    text("store_title", "What Cisco's pages call the store."),
)


@view(
    "connection that can exist",
    of_view(connections),
    *_STORE,
    of_frame("peers", "certificate_state", "presented_chain", "chain_complete"),
    flag("all_presented", "The presented chain is known to be all that the peer presents."),
    text("trust", "Whether the path of the peer's certificate is trusted; missing if it is not verified.", OUTCOMES),
    of_frame("paths", "reading", "path"),
)
def judged_peers(views: Views) -> pd.DataFrame:
    """One row per connection that can exist, with the trust store of the device that judges the peer, and the path.

    `trust` is the outcome of the certification path as the store has it; missing where the peer is not verified.
    """
    found = views["connections"]
    found = rows(found, found["outcome"] != "notApplicable")
    slot = found["connection_type"].astype("str").map(_STORES)
    titles = slot.map({slot.value: title for slot, title in SLOT_TITLES.items()})
    peers = views.fleet.peers[["device_id", "peer", "certificate_state", "presented_chain", "chain_complete"]]
    found = looked_up(with_columns(found, slot=slot, store_title=titles), peers, ["device_id", "peer"])
    found = with_columns(
        found, presented_chain=found["presented_chain"].fillna(""), all_presented=found["chain_complete"].eq("yes")
    )
    return looked_up(found, _paths(views), _OF_PATH)


def _paths(views: Views) -> pd.DataFrame:
    """What the rule of the MCU says of each path, whatever the purpose: it does not decide about trust."""
    paths = views.prediction.paths
    paths = paths.loc[paths["standard"] == "mcu",
        ["certificate", "presented_chain", "chain_complete", "trust_store", "trust", "reading", "path"],
    ]  # fmt: skip
    paths = paths.rename(columns={"certificate": "peer_certificate", "chain_complete": "all_presented"})
    return paths.drop_duplicates(_OF_PATH).astype({"trust": "str"})


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
def vouching_authorities(views: Views) -> pd.DataFrame:
    """One row per device, trust store and CA certificate of it through which the path of a peer leads.

    `lasts_until` is when it ends, or the last certificate of the same name and key that the store has;
    `outlasting` names the peers whose certificates are valid longer, `longest_end` is the last day of these.
    """
    judged = views["judged_peers"]
    found = judged.loc[judged["trust"].isin(["pass", "open"]) & judged["mcu_verifies_peer"].eq("yes"),
        ["device_id", "site", "device", "peer", "peer_certificate", "trust_store", "slot", "store_title", "path"],
    ]  # fmt: skip
    found = found.assign(certificate=found["path"].str.split()).explode("certificate", ignore_index=True)
    found = found.drop(columns="path").astype({"certificate": "str"})
    found = rows(found, found["certificate"] != found["peer_certificate"])
    found = looked_up(found, _ends(views), ["trust_store", "certificate"], how="inner")
    ends = views.fleet.certificates[["certificate", "not_after"]].rename(columns={"not_after": "end"})
    found = looked_up(found, ends, ["peer_certificate"], right_on=["certificate"], how="inner")
    outlasting = _outlasting(found)
    found = looked_up(found.drop(columns="end").drop_duplicates(_OF_AUTHORITY), outlasting, _OF_AUTHORITY)
    return with_judged(found, _OF_AUTHORITY)


def _outlasting(found: pd.DataFrame) -> pd.DataFrame:
    """One row per device, store and CA that ends before certificates below it: whose they are, when the last ends."""
    longer = found[found["end"] > found["lasts_until"]].sort_values("end")
    if longer.empty:
        return pd.DataFrame({name: [] for name in (*_OF_AUTHORITY, "longest_end", "outlasting")}, dtype="str")
    peers = longer.groupby(_OF_AUTHORITY)["peer"].agg(some_of).rename("outlasting").reset_index()
    last = longer.drop_duplicates(_OF_AUTHORITY, keep="last")
    last = last[[*_OF_AUTHORITY, "end"]].rename(columns={"end": "longest_end"})
    return last.merge(peers.astype("str"), on=_OF_AUTHORITY, how="left")


def _ends(views: Views) -> pd.DataFrame:
    """One row per trust store and member, with its name and when it and its twins end."""
    members = looked_up(views.fleet.trust_stores, views.fleet.certificates, ["certificate"], how="inner")
    members = with_columns(members, named=certificates_in_words(members))
    same = ["trust_store", "subject", "public_key"]
    last = members[[*same, "not_after"]].sort_values("not_after").drop_duplicates(same, keep="last")
    return looked_up(members, last.rename(columns={"not_after": "lasts_until"}), same, how="inner")


@view(
    "device × trust store × CA that it lacks for the certificates of peers; one if it lacks none",
    of_frame("connections", "device_id", "site", "device", "trust_store"),
    *_STORE,
    text("lacking", "Name of the CA; missing if the store lacks none."),
    text("trust", "fail if a peer is refused for it, open if it is not known that the peer sends it.", OUTCOMES),
    text("readings", "The reading that an open outcome rests on."),
    text("store_lacks", "Where the CA is instead.", ("elsewhere", "issuer", "root")),
    text("needed_by", "Peers whose certificates need it, in words."),
    text("file", "File of the store within the export."),
    text("store_cause_id", "Id of the cause of the peers' connections."),
    text("missing_evidence", "The file, where no reading decides."),
    JUDGED,
)
def lacking_authorities(views: Views) -> pd.DataFrame:
    """One row per device, trust store and CA that it lacks for the certificates of peers; one without if it lacks none.

    `trust` is fail where a peer is refused for it, open where it is not known that the peer sends it.
    """
    judged = views["judged_peers"]
    judged = judged[judged["trust"].notna() & judged["mcu_verifies_peer"].eq("yes")]
    complete = judged.drop_duplicates(_OF_DEVICE)[[*_OF_DEVICE, "trust_store"]]
    found = looked_up(complete, _listed(views, judged), _OF_DEVICE)
    files = views["store_uses"][["device_id", "slot", "file"]]
    found = looked_up(found, files, ["device_id", "slot"])
    causes = [
        _cause_of(Place(Slot(slot), device), how, name)
        for slot, device, how, name in zip(
            found["slot"], found["device_id"], found["store_lacks"], found["lacking"], strict=True
        )
    ]
    found = with_columns(
        found,
        store_cause_id=pd.array(causes, dtype="str"),
        missing_evidence=found["file"].where(found["readings"].eq("")),
    )
    return with_judged(found, ["device_id", "slot", "lacking"])


def _listed(views: Views, judged: pd.DataFrame) -> pd.DataFrame:
    """One row per device, store and CA that it lacks, with the peers that need it."""
    lacking = _lacking(views, judged)
    if lacking.empty:
        columns = (*_OF_DEVICE, "lacking", "trust", "readings", "store_lacks", "needed_by")
        return pd.DataFrame({name: [] for name in columns}, dtype="str")
    found = judged[judged["trust"].isin(["fail", "open"])].merge(lacking, on=[*_OF_PATH, "path"])
    # What is certain of one peer is certain of the store: fail stands before open.
    grouped = found.sort_values("trust").groupby([*_OF_DEVICE, "lacking"], as_index=False)
    return grouped.agg(
        trust=("trust", "first"),
        readings=("reading", "first"),
        store_lacks=("store_lacks", "first"),
        needed_by=("peer", some_of),
    )


def _cause_of(store: Place, lacks: object, name: str) -> str:
    """The id of the cause: a CA that the store lacks, or the store itself."""
    if lacks == "issuer":
        return cause_at(CauseKind.MISSING_AUTHORITY, store, name).cause_id
    return cause_at(CauseKind.TRUST_STORE, store).cause_id


def _lacking(views: Views, judged: pd.DataFrame) -> pd.DataFrame:
    """One row per path that is not good and CA that it lacks; no row where it lacks none."""
    records = views.fleet.certificate_records
    bad = judged[judged["trust"].isin(["fail", "open"]) & judged["path"].ne("")].drop_duplicates([*_OF_PATH, "path"])
    members = (
        views.fleet.trust_stores.groupby("trust_store")["certificate"].agg(frozenset).to_dict() if len(bad) else {}
    )
    found = []
    for row in bad[[*_OF_PATH, "path"]].to_dict("records"):
        path = [records[sha256] for sha256 in row["path"].split()]
        presented = {row["peer_certificate"], *row["presented_chain"].split()}
        for name, how in _lacking_names(path, presented, members.get(row["trust_store"], frozenset())):
            found.append(row | {"lacking": name, "store_lacks": how})
    return pd.DataFrame(found, columns=[*_OF_PATH, "path", "lacking", "store_lacks"]).astype(
        {column: "str" for column in (*_OF_PATH, "path", "lacking", "store_lacks") if column != "all_presented"}
        | {"all_presented": "bool"}
    )


def _lacking_names(path: list[Certificate], presented: set[str], store: frozenset[str]) -> list[tuple[str, str]]:
    """The names of the CAs that the store lacks for a path that goes as far as `path`, each with how it lacks it.

    elsewhere: found only elsewhere in the export; root: presented, and not trusted; issuer: above the end of the path.
    A store without members has another rule, and a root that lacks above a member of the store as well.
    """
    if not store:
        return []
    found = [(item.subject_text, "elsewhere") for item in path[1:] if item.sha256 not in store | presented]
    last = path[-1]
    if last.sha256 in store:
        return found
    if not self_signed(last):
        return [*found, (last.issuer_text, "issuer")]
    return [*found, (last.subject_text, "root")] if len(path) > 1 else found


@view(
    "certificate in a trust store file",
    of_view(store_members),
    yes_no("peers_known", "All peers that the store judges are known, each with all CAs up to a root."),
    flag("needed", "A known peer may need it, going by names."),
)
def needed_authorities(views: Views) -> pd.DataFrame:
    """One row per certificate in a trust store file, with whether a peer needs it.

    `peers_known` is yes where the file judges a peer, and the certificate of every peer that it judges is known with
    all CAs up to a root: only then is it known that a certificate is of no use. `needed` goes by names alone, so that
    it says rather too much.
    """
    judged = views["judged_peers"][["device_id", "slot", "peer_certificate", "certificate_state"]]
    judged = looked_up(judged, views["store_uses"][["device_id", "slot", "file"]], ["device_id", "slot"], how="inner")
    pairs = judged.loc[judged["peer_certificate"].notna(), ["file", "peer_certificate"]].drop_duplicates()
    ancestry = _Ancestry(views.fleet.certificate_records)
    certificates = pairs["peer_certificate"].unique()
    traced = [certificate for certificate in certificates if ancestry.is_complete(certificate)]
    settled = judged["peer_certificate"].isin(traced) | judged["certificate_state"].eq("none")
    settled_files = settled.groupby(judged["file"]).all()
    known = settled_files[settled_files].index.intersection(pd.Index(pairs["file"]))
    needed = {
        (file, name)
        for file, certificate in zip(pairs["file"], pairs["peer_certificate"], strict=True)
        for name in ancestry.of(certificate)
    }
    found = views["store_members"]
    return with_columns(
        found,
        peers_known=yes_or_no(found["file"].isin(known)),
        needed=np.array(
            [
                (file, ancestry.name_of(certificate)) in needed
                for file, certificate in zip(found["file"], found["certificate"], strict=True)
            ],
            dtype=bool,
        ),
    )


class _Ancestry:
    """The names of all CAs that may stand above a certificate, by the names of issuers alone."""

    def __init__(self, certificates: Mapping[str, Certificate]) -> None:
        self._certificates = certificates
        self._issuers: dict[bytes, set[bytes]] = {}
        for certificate in certificates.values():
            issuers = self._issuers.setdefault(canonical_name(certificate.subject), set())
            issuers.add(canonical_name(certificate.issuer))
        self._found: dict[bytes, frozenset[bytes]] = {}

    def name_of(self, sha256: str) -> bytes:
        """The subject of the certificate with that digest, as names are compared."""
        return canonical_name(self._certificates[sha256].subject)

    def of(self, sha256: str) -> frozenset[bytes]:
        """The names above the certificate with that digest, and its own."""
        own = self.name_of(sha256)
        if own not in self._found:
            found, waiting = {own}, [own]
            while waiting:
                above = self._issuers.get(waiting.pop(), set()) - found
                found |= above
                waiting += above
            self._found[own] = frozenset(found)
        return self._found[own]

    def is_complete(self, sha256: str) -> bool:
        """A certificate of every one of these names is in the export, so that none can stand above unseen."""
        return self.of(sha256) <= self._issuers.keys()
