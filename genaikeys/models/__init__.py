"""The models over time: what OCI says today, which ones retire, and what a stack has to do about it."""
