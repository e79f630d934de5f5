"""Where a secret never is, and how often the usual recipe leaves one there."""
