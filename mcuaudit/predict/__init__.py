"""Prediction: the connections of each device, the decisions of both sides, and whether administrators can log in."""
