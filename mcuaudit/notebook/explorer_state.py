"""What of an audit is looked at: the connections that filters leave, as of a time, and under supposed changes."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from glob import escape
from typing import Final

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.frames.comparison import Comparison
from mcuaudit.frames.containers import Audit
from mcuaudit.notebook.supposed import Supposed
from mcuaudit.summary.certificates_in_use import certificates_in_use
from mcuaudit.triage.comparison import compare
from mcuaudit.triage.counting import connection_words
from mcuaudit.variants.changes import Change, MoveTime
from mcuaudit.variants.effects import connection_effects
from mcuaudit.variants.what_if import changed_audit
from mcuaudit.wording.phrases import listed

CHANGED: Final = "changed"
"""The word of the filter of outcomes for what differs from the audit as it is."""
_FARTHEST: Final = timedelta(days=3653)
_REMEMBERED: Final = 16


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the connections is shown; "" leaves all.

    Attributes:
        site: the name of a site.
        device_id: site/device.
        connection_type: one of the six types.
        outcome: refused, undetermined, unverified, accepted, not applicable, or changed.
    """

    site: str = ""
    device_id: str = ""
    connection_type: str = ""
    outcome: str = ""

    @property
    def devices(self) -> str:
        """The device, or the pattern of those of the site, for a change that is made there; "*" for all."""
        # A name may have a bracket, which has a meaning in patterns.
        return self.device_id or (f"{escape(self.site)}/*" if self.site else "*")

    @property
    def place(self) -> str:
        """``leeds/mcu-1``, ``site leeds``; "" for all."""
        return self.device_id or (f"site {self.site}" if self.site else "")

    @property
    def in_words(self) -> str:
        """``site leeds, web interface user, refused``; "" for all."""
        title = CONNECTION_TABLE[ConnectionType(self.connection_type)].title if self.connection_type else ""
        return ", ".join(word for word in (self.place, title, self.outcome) if word)


class Exploration:
    """An audit as it is, and as it would be.

    Attributes:
        before: the audit as it is.
        audit: the audit with the changes, as of the chosen time; `before` itself if there is neither.
        comparison: what differs between the two; None if they are the same.
        supposed: the changes, with their words.
        at: the chosen time.
    """

    def __init__(self, audit: Audit) -> None:
        self.before = self.audit = audit
        self.comparison: Comparison | None = None
        self.supposed: tuple[Supposed, ...] = ()
        self.at = audit.at
        self._known: dict[str, tuple[Audit, Comparison]] = {}

    def supposing(self, supposed: Sequence[Supposed], at: datetime) -> Exploration:
        """The same audit with these changes, as of this time; what was evaluated before is not evaluated again.

        Raises:
            UsageError: a change cannot be made, or two contradict each other.
        """
        found = copy(self)
        found.audit, found.comparison = self._evaluated([one.change for one in supposed], at)
        found.supposed, found.at = tuple(supposed), at
        return found

    def _evaluated(self, changes: Sequence[Change], at: datetime) -> tuple[Audit, Comparison | None]:
        every = [*changes, *([MoveTime(at)] if at != self.before.at else [])]
        if not every:
            return self.before, None
        key = repr(every)
        if key not in self._known:
            supposed, remarks = changed_audit(self.before, every, progress=_silent)
            found = compare(self.before, supposed)
            if len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[key] = supposed, replace(found, remarks=(*remarks, *found.remarks))
        return self._known[key]

    @property
    def changed(self) -> dict[str, str]:
        """The word for each connection that differs, as it was before, by connection_id; "" for one that is new."""
        if self.comparison is None:
            return {}
        words = self._words_before
        differing = (str(row["connection_id"]) for row, _ in connection_effects(self.comparison))
        return {name: words.get(name, "") for name in differing}

    @property
    def _words_before(self) -> dict[str, str]:
        words = connection_words(self.before.connections).astype(str)
        return dict(zip(self.before.connections["connection_id"], words, strict=True))

    def shown(self, filters: Filters) -> pd.DataFrame:
        """The rows of the frame `connections` that the filters leave, the worst first."""
        frame = self.audit.connections
        words = connection_words(frame)
        keep = pd.Series(True, index=frame.index)
        for column in ("site", "device_id", "connection_type"):
            wanted = getattr(filters, column)
            if wanted:
                keep &= frame[column].astype(str).eq(wanted)
        if filters.outcome == CHANGED:
            keep &= frame["connection_id"].isin(list(self.changed))
        elif filters.outcome:
            keep &= words.astype(str).eq(filters.outcome)
        order = words[keep].sort_values(kind="stable").index
        return frame.loc[order].reset_index(drop=True)


def moments(audit: Audit) -> list[datetime]:
    """The time of the audit, and the later times within ten years at which something begins or has ended.

    These are the seconds in which a certificate in use, or of a certification path, begins or has ended, and in which a
    revocation list is overdue.
    """
    of_paths = {one for path in audit.paths["path"].dropna() for one in str(path).split()}
    chosen = of_paths | set(certificates_in_use(audit, with_site=True)["certificate"])
    frame = audit.certificates[audit.certificates["certificate"].isin(list(chosen))]
    last = audit.at + min(_FARTHEST, datetime.max.replace(tzinfo=UTC) - audit.at)
    after = timedelta(seconds=1)
    # A certificate without an end has the last second of the year 9999, after which there is none.
    ends = [end for end in (*frame["not_after"], *audit.revocation_lists["next_update"]) if end <= last - after]
    times = [*frame["not_before"].dropna(), *(end + after for end in ends)]
    return [audit.at, *sorted({time.to_pydatetime() for time in times if audit.at < time <= last})]


def note_of(exploration: Exploration, filters: Filters) -> str:
    """What was selected and supposed, for the page of what is shown."""
    parts = []
    if filters.in_words:
        parts.append(f"Selected: {filters.in_words}.")
    if exploration.at != exploration.before.at:
        parts.append(f"The audit is of {exploration.before.at:%Y-%m-%d %H:%M} UTC; this page shows another time.")
    if exploration.supposed:
        words = [one.in_words for one in exploration.supposed]
        parts.append(f"Supposed, and made on no device: {listed(words, len(words))}.")
    return " ".join(parts)


def _silent(_stage: str, _done: int, _total: int) -> None:
    """A line of progress would stand below the cell that made the explorer."""
