"""The terms of the field: certificates, outcomes, settings, connections, products, readings."""
