"""The view of logins with certificates: whether there are any, by which names, and how many ways in are left."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import ADMINISTRATOR, LOGIN_ALLOWED, LOGIN_REQUIRED
from mcuaudit.rules.views.base import Views, view
from mcuaudit.rules.views.words import some_of

DEFAULT_USERS: Final = ("admin", "guest")
_WAYS: Final = ["device_id", "peer", "mcu_outcome", "peer_certificate", "readings", "missing_evidence"]


@view
def logins(views: Views) -> pd.DataFrame:
    """One row per device, with how users log in.

    `certificate_login` is yes where the CN of a client certificate can log a user in, untold where that is not known.
    `administered` is yes where an administrator can log in; `ways_in` counts the certificates that let one in where
    passwords are refused, `way_in` names their holders, and `doubtful_ways` counts those of which it is not known.
    """
    found = views["devices"].copy()
    security = found["client_certificate_security"]
    login = (
        security.isin([LOGIN_ALLOWED, LOGIN_REQUIRED]).map({True: "yes", False: "no"}).mask(security.isna(), "untold")
    )
    old = found["verifies_certificates"].eq("no")
    found["certificate_login"] = login.mask(found["service_https"].eq("false") | old, "no")
    found["passwords_refused"] = (security.eq(LOGIN_REQUIRED) & ~old).map({True: "yes", False: "no"})
    found["default_users"] = found["users"].map(_default_users, na_action="ignore").astype("str")
    administration = views.prediction.administration.set_index("device_id")["outcome"].eq("pass")
    found["administered"] = found["device_id"].map(administration).map({True: "yes", False: "no"})
    return found.merge(_ways_in(views, found), on="device_id", how="left")


def _default_users(users: str) -> str:
    names = (word.rpartition(":")[0] for word in split_names(users))
    return " and ".join(sorted(set(names) & set(DEFAULT_USERS)))


def _ways_in(views: Views, found: pd.DataFrame) -> pd.DataFrame:
    """One row per device where passwords are refused: the client certificates by which an administrator logs in."""
    strict = found.loc[found["passwords_refused"] == "yes", ["device_id", "users"]]
    connections = views.prediction.connections
    ways = connections.loc[connections["connection_type"] == "web_user", _WAYS].merge(strict, on="device_id")
    certificates = views.fleet.certificates.set_index("certificate")[["common_names", "not_after"]]
    ways = ways.merge(certificates, left_on="peer_certificate", right_index=True, how="left")
    administrates = [
        isinstance(users, str) and isinstance(names, str) and _all_administrators(names, users)
        for users, names in zip(ways["users"], ways["common_names"], strict=True)
    ]
    works = ways[ways["mcu_outcome"].eq("pass") & pd.Series(administrates, index=ways.index, dtype=bool)]
    doubtful = ways[ways["mcu_outcome"].eq("open")]
    by_device, in_doubt = works.groupby("device_id"), doubtful.groupby("device_id")
    counted = pd.DataFrame(
        {
            "ways_in": by_device["peer_certificate"].nunique(),
            "way_in": by_device["peer"].agg(some_of),
            "way_in_ends": by_device["not_after"].max(),
            "doubtful_ways": in_doubt.size(),
            "readings": in_doubt["readings"].first(),
            "missing_evidence": in_doubt["missing_evidence"].first(),
        }
    )
    return counted.rename_axis("device_id").reset_index()


def _all_administrators(common_names: str, users: str) -> bool:
    pairs = (word.rpartition(":") for word in split_names(users))
    administrators = {name for name, _, privilege in pairs if privilege == ADMINISTRATOR}
    names = split_names(common_names)
    return bool(names) and set(names) <= administrators
