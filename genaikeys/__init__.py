"""OCI Generative AI API keys as code: what a key is, who may call with it, and how it stays true.

Imports neither Pulumi nor OCI at start-up: a verb that needs them imports them when it runs.
"""
