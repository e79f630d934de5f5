"""Claims about `pulumi up`, shown with the real engine, the real plugin and the local OCI."""
