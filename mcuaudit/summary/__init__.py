"""What people are told, without HTML: the verdict, causes, changes, urgency, and why."""
