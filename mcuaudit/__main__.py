"""``python -m mcuaudit``."""

import sys
from pathlib import Path

# Python put the working directory first on the import path. It stays only where mcuaudit itself was imported from it.
if not sys.flags.safe_path and Path(sys.path[0]).resolve() != Path(__file__).resolve().parents[1]:
    del sys.path[0]

from mcuaudit.command import main

main()
