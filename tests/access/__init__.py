"""Who can call what, and how a change alters it."""
