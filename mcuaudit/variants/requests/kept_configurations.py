"""The frame `request_configurations`: what mcuaudit csr-config writes for some devices, to be kept with an audit."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.variants.requests.certificate_requests import request_files
from mcuaudit.variants.requests.request_configuration import configuration_text
from mcuaudit.variants.requests.requirements import requirements_of


def request_configurations(audit: Audit, devices: Collection[str]) -> pd.DataFrame:
    """The request configurations of the local certificates of these devices, where enough is known for a request.

    Args:
        audit: of the whole fleet, not redacted.
        devices: their device_id.
    """
    requirements = requirements_of(audit) if devices else []
    rows = [
        {
            "device_id": one.held.device.device_id,
            "file": file,
            "configuration": configuration_text(one, file, audit.at),
        }
        for file, one in zip(request_files(requirements), requirements, strict=True)
        if one.held.device and one.held.device.device_id in devices and one.content is not None
    ]
    return build_frame("request_configurations", rows)
