"""A local OCI: control planes, Vault, IAM decisions and OpenAI-compatible inference, in one process.

`front` is the door (a CONNECT proxy on one loopback port), `app` answers what comes through it, `services`
holds what each service does. Everything that lasts lies in one folder, the home (`home`).
"""
