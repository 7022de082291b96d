"""What a run says beside its result, such as that a worker was lost; without a handler Python prints it."""

from __future__ import annotations

import logging
from typing import Final

LOG: Final = logging.getLogger("mcuaudit")
"""The logger of the package."""
