"""Summaries of an audit for people, without HTML: verdict, causes, changes, urgency, steps of a verdict."""
