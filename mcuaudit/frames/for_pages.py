"""What is evaluated once with the reports and kept with their audit: pages load it, and evaluate nothing themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class KeptPlan:
    """A plan without its changes as data.

    Attributes:
        steps: the frame `plan_steps`.
        targets: what the plan leads to, as it was asked for.
        accepted_before: connections of the fleet that are accepted before the first step.
        remarks: what the plan cannot provide for.
    """

    steps: pd.DataFrame
    targets: tuple[str, ...]
    accepted_before: int
    remarks: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """What the manifest of a saved audit has of it, beside the frame."""
        return {
            "targets": list(self.targets),
            "accepted_before": self.accepted_before,
            "remarks": list(self.remarks),
        }


@dataclass(frozen=True)
class ForPages:
    """What the reports of an audit need beside it.

    Attributes:
        readiness: the frame `readiness`; None if it was not made.
        plan: the steps to the target that was asked for; None without one.
        gaps: the frame `gaps`; None if it was not made.
        first_jobs: the frame `first_jobs`; None if it was not made.
        remedies: the frame `remedies`, from which the jobs were taken; None if it was not made.
        requests: the frame `request_configurations`; None if it was not made, or the audit is redacted.
    """

    readiness: pd.DataFrame | None = None
    plan: KeptPlan | None = None
    gaps: pd.DataFrame | None = None
    first_jobs: pd.DataFrame | None = None
    remedies: pd.DataFrame | None = None
    requests: pd.DataFrame | None = None

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The frames by name, as they are declared."""
        steps = self.plan.steps if self.plan else None
        found = {
            "readiness": self.readiness,
            "plan_steps": steps,
            "gaps": self.gaps,
            "first_jobs": self.first_jobs,
            "remedies": self.remedies,
            "request_configurations": self.requests,
        }
        return {name: frame for name, frame in found.items() if frame is not None}

    def with_frames(self, change: Callable[[str, pd.DataFrame], pd.DataFrame]) -> ForPages:
        """The same with each frame replaced by what `change` makes of its name and itself."""
        frames = {name: change(name, frame) for name, frame in self.frames.items()}
        plan = replace(self.plan, steps=frames["plan_steps"]) if self.plan else None
        names = ("gaps", "first_jobs", "remedies", "request_configurations")
        return ForPages(frames.get("readiness"), plan, *(frames.get(name) for name in names))
