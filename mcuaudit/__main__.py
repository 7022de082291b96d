"""``python -m mcuaudit``."""

from mcuaudit.cli import main

main()
