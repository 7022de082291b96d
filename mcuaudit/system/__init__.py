"""What touches the machine: child processes, files, locks, and what the installation ships."""
