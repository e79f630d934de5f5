"""State for teams: backends that are judged and tried, and passphrases."""
