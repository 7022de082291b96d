"""The machine: child processes, files, locks, and the files of the installation."""
