"""Exports to try mcuaudit on: fleets of any size, made from a number."""
