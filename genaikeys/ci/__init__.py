"""What a CI job does beside the verbs that people use, too: each of these runs the same on a laptop."""
