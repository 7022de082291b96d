"""What a finding says, with the device that it is about: for lists that name no device beside it."""

from __future__ import annotations

import pandas as pd


def evidence_with_device(findings: pd.DataFrame) -> pd.Series:
    """``leeds/mcu-1: the local certificate expired on …`` of each row; the evidence alone where there is no device."""
    device = findings["device_id"].astype("str")
    return findings["evidence"].mask(device.notna(), device + ": " + findings["evidence"]).astype("str")
