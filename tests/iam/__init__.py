"""The policy language: what is read, what is printed, and what is decided."""
