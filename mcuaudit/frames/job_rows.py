"""Rows of the frames `first_jobs` and `remedies`: those of one site."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.frames.declared_frames import build_frame


def jobs_of_site(jobs: pd.DataFrame, devices: Collection[str], connections: Collection[str]) -> pd.DataFrame:
    """The jobs that restore something of some devices, with the connections and logins of these alone.

    The counts before and after stay those of the fleet, as the jobs were applied to it.
    """
    rows = []
    for row in jobs.to_dict("records"):
        restored = [one for one in split_names(str(row["restored"])) if one in connections]
        let_in = [one for one in split_names(str(row["let_in"])) if one in devices]
        if restored or let_in:
            cells = {str(name): cell for name, cell in row.items()}
            rows.append({**cells, "restored": join_names(restored), "let_in": join_names(let_in)})
    return build_frame("first_jobs", rows)


def remedies_of_site(remedies: pd.DataFrame, named: Collection[object], connections: Collection[str]) -> pd.DataFrame:
    """The remedies that connections and logins of a site name, with the ids of its connections alone.

    The counts stay those of the fleet, as the remedies were applied to it.
    """
    rows = []
    for row in remedies.to_dict("records"):
        if row["remedy_id"] in named:
            ids = {
                name: join_names(one for one in split_names(str(row[name])) if one in connections)
                for name in ("restored", "broken")
            }
            rows.append({**{str(name): cell for name, cell in row.items()}, **ids})
    return build_frame("remedies", rows)
