"""Plans: steps to a target in an order that breaks nothing."""
