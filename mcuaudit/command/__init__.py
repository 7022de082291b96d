"""The command `mcuaudit`: arguments become a call, its result is written, and the exit code says what was found.

app has the entry point, table the commands by name, options and output the options that commands share, run the audit
itself. Then one file for each group of commands: check, report, compare, explain, sort.
"""

from mcuaudit.command.app import app, main

__all__ = ["app", "main"]
