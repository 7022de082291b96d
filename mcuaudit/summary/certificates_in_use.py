"""The certificates in use: local ones, those of peers, and members of trust stores."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.slots import SLOT_TITLES, TRUST_STORE_SLOTS
from mcuaudit.frames.containers import Audit
from mcuaudit.wording.phrases import listed, said, short_hash


def certificates_in_use(audit: Audit, *, with_site: bool) -> pd.DataFrame:
    """The certificates in use: local ones, those of peers, and members of the trust stores, by expiry.

    Columns of the frame certificates, and ``used_as`` (whose it is), ``rank`` (0 local, 1 peer, 2 store),
    ``days_left``. Trust stores of peers are left out: a public one has more than a hundred certificates.
    """
    uses = _uses(audit, with_site)
    by_certificate = uses.groupby("certificate", as_index=False).agg(used_as=("use", list), rank=("rank", "min"))
    by_certificate["used_as"] = by_certificate["used_as"].map(lambda several: listed(sorted(set(several))))
    frame = audit.certificates.merge(by_certificate, on="certificate")
    left = (frame["not_after"] - pd.Timestamp(audit.at)).dt.total_seconds() // 86_400
    frame = frame.assign(days_left=left.astype("Int64"))
    return frame.sort_values(["not_after", "certificate"], kind="stable").reset_index(drop=True)


def _uses(audit: Audit, with_site: bool) -> pd.DataFrame:
    devices = audit.devices
    name = devices["device_id"] if with_site else devices["device"]
    uses = [pd.DataFrame({"certificate": devices["local_certificate"], "use": name, "rank": 0})]
    peers = audit.peers
    uses.append(pd.DataFrame({"certificate": peers["certificate"], "use": "peer " + peers["peer"], "rank": 1}))
    for slot in TRUST_STORE_SLOTS:
        members = audit.trust_stores.loc[audit.trust_stores["trust_store"].isin(devices[slot.value].dropna())]
        uses.append(pd.DataFrame({"certificate": members["certificate"], "use": SLOT_TITLES[slot], "rank": 2}))
    return pd.concat(uses, ignore_index=True).dropna(subset=["certificate"])


def common_name(certificate: pd.Series) -> str:
    """The name of a certificate for people: its CN, else its first DNS name, else its subject."""
    names = split_names(said(certificate["common_names"])) or split_names(said(certificate["dns_names"]))
    return names[0] if names else said(certificate["subject"]) or short_hash(certificate["certificate"])
