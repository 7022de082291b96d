"""The state of the checkout: what kept results of long runs are valid for."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path


def digest_of(root: Path, files: Iterable[Path]) -> str:
    """16 hexadecimal digits over the names and contents of files below `root`."""
    digest = hashlib.sha256()
    for path in sorted(set(files)):
        digest.update(f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def commit_of(root: Path) -> str:
    """The commit that is checked out, and whether package or tests differ from it."""
    head = subprocess.run(
        ["git", "rev-parse", "--short=10", "HEAD"], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", "mcuaudit", "tests"], cwd=root, check=True, capture_output=True
    ).stdout
    return f"{head} with changes" if changed else head
