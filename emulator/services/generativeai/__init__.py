"""Generative AI, the control plane: API keys, model discovery, projects, dedicated serving.

Paths, bodies and states: OCI Python SDK 2.189.0, generative_ai. Lists answer {"items": [...]}.
"""

from emulator.services.generativeai import dedicated, discovery, keys, projects

ROUTES = (*keys.ROUTES, *discovery.ROUTES, *projects.ROUTES, *dedicated.ROUTES)
