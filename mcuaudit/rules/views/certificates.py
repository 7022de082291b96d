"""Views of local certificates: each with its device, who issued it, and what the device's pages say of it."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.slots import Slot
from mcuaudit.rules.views.authorities import public_certificates
from mcuaudit.rules.views.base import Views, view, with_judged
from mcuaudit.rules.views.evidence import CERTIFICATE_COLUMNS

SHOWN_COLUMNS: Final = ("shown_subject", "shown_issuer", "shown_issued", "shown_expires")
"""What the page shows of the local certificate, by column of the view `devices`."""


@view
def local_certificates(views: Views) -> pd.DataFrame:
    """One row per device, with the columns of its local certificate; missing where there is none to read."""
    found = views["devices"].copy()
    found["certificate"] = found["local_certificate"]
    found = found.merge(views.fleet.certificates[["certificate", *CERTIFICATE_COLUMNS]], on="certificate", how="left")
    sharing = found.groupby("public_key")["device_id"].agg(list)
    found["sharing"] = found["public_key"].map(sharing)
    evidence = views.fleet.evidence
    files = evidence.loc[evidence["kind"] == Slot.LOCAL_CERTIFICATE.value].set_index("device_id")["file"]
    found["file"] = found["device_id"].map(files)
    return found


@view
def readable_local_certificates(views: Views) -> pd.DataFrame:
    """One row per device whose local certificate can be read, with who issued it and which services present it.

    Where there is none, MCU101 says so once, and no other rule has to.
    """
    found = views["local_certificates"]
    found = found[found["certificate"].notna()].reset_index(drop=True)
    found["issuer_kind"] = _issuer_kinds(views, found)
    return found.merge(services_with_tls(views), on="device_id", how="left")


def services_with_tls(views: Views) -> pd.DataFrame:
    """One row per device: whether `https` and `sip_tls` are on or off. What nobody tells of is taken to be on."""
    services = views["services"]
    possible = services["tls_feature"].ne("no")
    columns = {"https": "service_https", "sip_tls": "service_sips_tcp"}
    words = {name: (possible & services[column].ne("false")).map({True: "on", False: "off"})
             for name, column in columns.items()}  # fmt: skip
    return services[["device_id"]].assign(**words)


def _issuer_kinds(views: Views, found: pd.DataFrame) -> pd.Series:
    """public, private, or unknown where the export does not lead to a root."""
    rooted = _below_a_root(views.fleet.certificates)
    kinds = pd.Series("unknown", index=found.index).mask(found["issuer"].isin(rooted), "private")
    return kinds.mask(found["certificate"].isin(public_certificates(views)), "public")


def _below_a_root(certificates: pd.DataFrame) -> set[str]:
    """Names of the CAs from which a way leads, by names, to a root in the export."""
    issuers = certificates.loc[certificates["is_ca"] | certificates["self_issued"], ["subject", "issuer"]]
    rooted = set(certificates.loc[certificates["self_issued"], "subject"])
    more = rooted
    while more:
        more = set(issuers.loc[issuers["issuer"].isin(more), "subject"]) - rooted
        rooted |= more
    return rooted


@view
def local_certificate_pages(views: Views) -> pd.DataFrame:
    """One row per device, with whether its pages and responses tell anything of the certificate that was uploaded."""
    found = views["local_certificates"].copy()
    shown = pd.concat([found[column].fillna("").ne("") for column in SHOWN_COLUMNS], axis=1).any(axis=1)
    found["restart_told"] = found["restart_required"].notna().map({True: "yes", False: "no"})
    found["private_key_told"] = found["private_key"].notna().map({True: "yes", False: "no"})
    found["page_told"] = (shown & found["certificate"].notna()).map({True: "yes", False: "no"})
    return found


@view
def own_addresses(views: Views) -> pd.DataFrame:
    """One row per device and enabled address, with how its local certificate carries it by the rule of the MCU."""
    found = views["local_certificates"].copy()
    found["address"] = found["addresses"].str.split()
    found = found.explode("address", ignore_index=True)
    # Where no device has an address the column would be of numbers, and could not be joined.
    found["address"] = found["address"].astype("str")
    identities = views.prediction.identities
    known = identities.loc[
        identities["standard"] == "mcu", ["certificate", "reference", "outcome", "found_in", "reason", "reading"]
    ]
    known = known.rename(columns={"reason": "identity_reason", "reading": "readings"})
    found = found.merge(known, left_on=["certificate", "address"], right_on=["certificate", "reference"], how="left")
    found["found_in"] = found["found_in"].astype("str").where(found["found_in"].notna(), "nowhere")
    found["outcome"] = found["outcome"].astype("str")
    return with_judged(found, ["device_id", "address"])
