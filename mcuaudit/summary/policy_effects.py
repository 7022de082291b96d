"""What a policy takes out of an audit: rules that are off, files that are ignored, findings that are waived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcuaudit.frames.containers import Audit
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed


def policy_effects(audit: Audit) -> str:
    """``switches off MCU105, ignores *.bak, and waives 2 findings``; "" if the policy does none of these."""
    policy: Mapping[str, Any] = audit.policy
    off = sorted(code for code, grade in policy.get("rules", {}).items() if grade == "off")
    ignored = list(policy.get("export", {}).get("ignore", ()))
    waived = int((audit.findings["status"] == "waived").sum())
    parts = [
        f"switches off {listed(off)}" if off else "",
        f"ignores files named {listed(ignored)}" if ignored else "",
        f"waives {plural(waived, 'finding')}" if waived else "",
    ]
    return listed([part for part in parts if part], len(parts))
