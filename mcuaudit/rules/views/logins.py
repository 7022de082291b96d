"""The view of logins with certificates: whether there are any, by which names, and how many ways in are left."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import ADMINISTRATOR, LOGIN_ALLOWED, LOGIN_REQUIRED
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import integer, text, time, yes_no, yes_no_open
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.joins import looked_up, with_columns, yes_or_no
from mcuaudit.rules.views.words import some_of

DEFAULT_USERS: Final = ("admin", "guest")
_COUNTED: Final = ("ways_in", "way_in", "way_in_ends", "doubtful_ways", "readings", "missing_evidence")
_WAYS: Final = ["device_id", "peer", "mcu_outcome", "peer_certificate", "readings", "missing_evidence"]


@view(
    "device",
    of_view(devices),
    yes_no_open("certificate_login", "The CN of a client certificate can log a user in; open if that is not known."),
    yes_no("passwords_refused", "Only certificates log in."),
    text("default_users", "Users with the names that every MCU has by default, in words; empty if there are none."),
    yes_no("administered", "An administrator can log in."),
    integer("ways_in", "Certificates that let an administrator in where passwords are refused; missing if none does."),
    text("way_in", "Peers that have these certificates, in words."),
    time("way_in_ends", "When the last of these certificates expires."),
    integer("doubtful_ways", "Web users whose login is undetermined; missing if there are none."),
    text("readings", "Readings that the first of these rests on."),
    text("missing_evidence", "File or key that would settle the first of these."),
)
def logins(views: Views) -> pd.DataFrame:
    """One row per device, with how users log in.

    `certificate_login` is yes where the CN of a client certificate can log a user in, open where that is not known.
    `administered` is yes where an administrator can log in; `ways_in` counts the certificates that let one in where
    passwords are refused, `way_in` names their holders, and `doubtful_ways` counts the undetermined ones.
    """
    found = views["devices"]
    security = found["client_certificate_security"]
    login = yes_or_no(security.isin([LOGIN_ALLOWED, LOGIN_REQUIRED])).mask(security.isna(), "open")
    old = found["verifies_certificates"].eq("no")
    administration = views.prediction.administration
    administered = administration.loc[administration["outcome"].eq("pass"), "device_id"]
    found = with_columns(
        found,
        certificate_login=login.mask(found["service_https"].eq("false") | old, "no"),
        passwords_refused=yes_or_no(security.eq(LOGIN_REQUIRED) & ~old),
        default_users=found["users"].map(_default_users, na_action="ignore").astype("str"),
        administered=yes_or_no(found["device_id"].isin(administered)),
    )
    return looked_up(found, _ways_in(views, found), ["device_id"])


def _default_users(users: str) -> str:
    names = (word.rpartition(":")[0] for word in split_names(users))
    return " and ".join(sorted(set(names) & set(DEFAULT_USERS)))


def _ways_in(views: Views, found: pd.DataFrame) -> pd.DataFrame:
    """One row per device where passwords are refused: the client certificates by which an administrator logs in."""
    strict = found.loc[found["passwords_refused"] == "yes", ["device_id", "users"]]
    connections = views.prediction.connections
    ways = connections.loc[connections["connection_type"] == "web_user", _WAYS]
    ways = looked_up(ways, strict, ["device_id"], how="inner")
    if ways.empty:
        return pd.DataFrame({name: [] for name in ("device_id", *_COUNTED)}, dtype="str")
    certificates = views.fleet.certificates[["certificate", "common_names", "not_after"]]
    ways = looked_up(ways, certificates, ["peer_certificate"], right_on=["certificate"])
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
