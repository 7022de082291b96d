"""``python -m mcuaudit``."""

from mcuaudit.command import main

main()
