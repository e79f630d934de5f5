"""Surfaces, where somebody other than its owner may come to see a secret; and the calls that carry one."""

from collections.abc import Mapping

__all__ = ["CALLS", "SURFACES"]

SURFACES = {
    "output of pulumi": "stdout and stderr of up, preview, refresh, stack output and destroy",
    "debug log": "`--logtostderr -v=9 --logflow` of up, preview and destroy",
    "event log": "`--event-log` of up",
    "gRPC log": "`PULUMI_DEBUG_GRPC` of up, preview and destroy, unmasked as the engine writes it",
    "state": "`pulumi stack export --show-secrets`, decrypted",
    "checkpoints, backups and history": "every file of the backend, all checkpoints retained, plain and gzip",
    "plan files": "`pulumi preview --save-plan`",
    "preview JSON": "`pulumi preview --json`",
    "output of every verb": "stdout and stderr of each verb of `genaikeys`",
    "messages after faults": "all that up, verify and revoke say and log, with each fault at each call",
    "process arguments": "/proc/*/cmdline of the whole machine, all the while and while calls are held",
    "process environments": "/proc/*/environ, likewise",
    "temporary files": "all that was ever seen in TMPDIR, deleted or not",
    "core dumps": "cores of plugin, verify and revoke, killed by SIGABRT and SIGQUIT with a value in memory",
    "working tree": "every file of the project, bytecode and virtual environment included",
    "home folder": "every file below HOME",
    "local OCI": "its whole home: database, journal, logs, plugins",
}
"""Each surface, and what is looked at."""

CALLS: dict[str, Mapping[str, str]] = {
    "create": {"method": "POST", "host": "generativeai", "path": "/apikeys$"},
    "renew": {"method": "POST", "host": "generativeai", "path": "/renew"},
    "vault write": {"method": "PUT", "host": "vaults", "path": "/secrets/"},
    "probe": {"method": "POST", "host": "inference", "path": "/chat/completions"},
}
"""The calls whose request or answer holds a value."""
