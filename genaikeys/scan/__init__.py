"""The search for secrets of OCI Generative AI API keys, which never prints one."""
