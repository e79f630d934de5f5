"""The wheel: what is in it, and what another project has of it."""
