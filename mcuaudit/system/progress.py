"""The progress of a long run."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the name of the stage, the number of items done, and the total number."""
