"""The view of problems: what could not be read or used, and what should not be in an export, file by file."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.decode.responses import SAVED_REQUEST
from mcuaudit.rules.views.base import Views, view, with_judged
from mcuaudit.rules.views.columns import JUDGED, of_frame, text

_KINDS: Final = ("unreadable", "unrecognised", "secret")
_LICENCE: Final = r"(?:^|[._\]])(?:keys?|licen[cs]e\w*)$"
_PLACE: Final = ["site", "device", "file", "matter"]
_OF_FILE: Final = (*_PLACE, "told", "device_id", "whose")
_MOST_TOLD: Final = 3


@view(
    "file × kind of problem in it; one for a device without any",
    of_frame("problems", "site", "device", "file"),
    text("device_id", "site/device; missing for a file of a site or of the fleet."),
    text(
        "matter",
        "Kind of problem; missing where there is none.",
        ("unreadable", "unrecognised", "secret", "licence"),
    ),
    text("told", "What was found and where, in words."),
    text("whose", "The device with a colon, unless the name of the file begins with it; for messages."),
    text("place", "The device, the site, or the export."),
    JUDGED,
)
def problems(views: Views) -> pd.DataFrame:
    """One row per file with problems of one kind, and one per device of whose files none has any.

    `matter` is unreadable, unrecognised, secret or licence; missing where there is no problem. A file of a site or of
    the fleet has no `device_id`.
    """
    found = views.fleet.problems
    found = found[found["kind"].isin(_KINDS)].astype({"kind": "str"})
    found = _by_file(found) if len(found) else pd.DataFrame({name: [] for name in _OF_FILE}, dtype="str")
    devices = views.fleet.devices[["site", "device", "device_id"]]
    sound = devices[~devices["device_id"].isin(found["device_id"].dropna())]
    found = pd.concat([found, sound], ignore_index=True)
    found["place"] = found["device_id"].fillna(found["site"]).fillna("the export")
    return with_judged(found, ["place", "file", "matter"])


def _by_file(found: pd.DataFrame) -> pd.DataFrame:
    licence = found["kind"].eq("secret") & found["where"].str.contains(_LICENCE, case=False, regex=True, na=False)
    request = found["reason"].eq(SAVED_REQUEST)
    told = _told(found).mask(licence, found["where"])
    found = found.assign(matter=found["kind"].mask(licence, "licence").mask(request, "secret"), told=told)
    found = found.groupby(_PLACE, dropna=False).agg(told=("told", _some_told)).reset_index()
    found["device_id"] = found["site"] + "/" + found["device"]
    found["whose"] = _whose(found)
    return found


def _told(found: pd.DataFrame) -> pd.Series:
    """What is wrong and where, without the numbers of lines, which change with every edit."""
    where = found["where"].fillna("").str.replace(r",? ?\bline \d+,? ?", "", regex=True)
    return (where + ": ").mask(where.eq(""), "") + found["reason"].str.rstrip(".")


def _some_told(told: pd.Series) -> str:
    several = list(dict.fromkeys(told))
    more = f"; and {len(several) - _MOST_TOLD} more" if len(several) > _MOST_TOLD else ""
    sentence = "; ".join(several[:_MOST_TOLD]) + more
    return sentence if sentence.endswith(("?", "!")) else f"{sentence}."


def _whose(found: pd.DataFrame) -> pd.Series:
    """The device, unless the name of the file begins with it."""
    named = [
        f"{device}: " if isinstance(device, str) and not file.startswith(f"{device}/") else ""
        for device, file in zip(found["device_id"], found["file"], strict=True)
    ]
    return pd.Series(named, index=found.index, dtype="str")
