"""A fleet of many sites, from copies of the sites of a small one."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.frames.containers import Audit


def many_sites(audit: Audit, number: int, *, quiet: int = 0) -> Audit:
    """`number` sites named site-00 and so on; each `quiet`-th has nothing that is refused, open or found."""
    copies = [_copy(audit, place, quiet > 0 and place % quiet == 0) for place in range(number)]

    def together(name: str) -> pd.DataFrame:
        return pd.concat([copy[name] for copy in copies], ignore_index=True)

    jobs = pd.concat([copy["first_jobs"] for copy in copies if len(copy["first_jobs"])], ignore_index=True)
    return replace(
        audit,
        fleet=replace(audit.fleet, devices=together("devices")),
        connections=together("connections"),
        administration=together("administration"),
        findings=together("findings"),
        for_pages=replace(audit.for_pages, first_jobs=jobs),
    )


def _copy(audit: Audit, place: int, quiet: bool) -> dict[str, pd.DataFrame]:
    former, site = audit.sites[place % len(audit.sites)], f"site-{place:02}"
    one = audit.select(former)
    jobs = one.for_pages.first_jobs
    assert jobs is not None
    frames = {
        "devices": one.devices, "connections": one.connections, "administration": one.administration,
        "findings": one.findings, "first_jobs": jobs,
    }  # fmt: skip
    if quiet:
        frames["connections"] = frames["connections"].assign(outcome="pass", authenticated="both")
        frames["administration"] = frames["administration"].assign(outcome="pass")
        frames["findings"] = frames["findings"].iloc[:0]
        frames["first_jobs"] = jobs.iloc[:0]
    return {name: _renamed(frame, former, site) for name, frame in frames.items()}


def _renamed(frame: pd.DataFrame, former: str, site: str) -> pd.DataFrame:
    """The rows under the name of another site; ids of devices begin with that of their site."""
    frame = frame.copy()
    for name in ("site", "device_id", "connection_id", "finding_id"):
        if name in frame.columns:
            frame[name] = frame[name].astype("str").str.replace(former, site, regex=False)
    for name in ("restored", "let_in", "remedies"):
        if name in frame.columns:
            frame[name] = [
                join_names(one.replace(former, site) for one in split_names(str(cell))) for cell in frame[name]
            ]
    return frame
