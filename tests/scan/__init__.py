"""The search for secrets: what it finds, what it leaves, and that it shows none."""
