"""Other verifiers beside mcuaudit.validate on generated chains: `make verifiers`."""
