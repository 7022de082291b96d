"""Words for people: numbers, lists, dates, and the sentences that are made of verdicts."""
