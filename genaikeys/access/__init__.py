"""Who can call what in a stack, and how a change alters it."""
