"""The guardrails: rules over plain values, their samples, and what brings resources to them."""
