"""Every verb of `genaikeys`, as it is run while its output is searched.

Who adds a verb adds it here: with arguments that make it do its work on a stack with one key, `chatbot`, in
`us-chicago-1`; `{by_hand}` is the OCID of a further key, which somebody made by hand, `{passphrase}` that of
a Vault secret. What else a verb can
print, with `--json` for example, stands in `LONG`.
"""

__all__ = ["LAST", "LONG", "USUAL", "VERBS"]

VERBS: dict[str, str] = {
    "status": "--stack small --json",
    "verify": "--stack small",
    "rotate": "chatbot --stack small --yes",
    "revoke": "chatbot --stack small --yes --wait 0",
    "suspend": "chatbot --stack small --yes",
    "resume": "chatbot --stack small --yes",
    "recover": "small --dry-run",
    "adopt": "{by_hand} --name taken --stack small --yes",
    "scan": ". --stack small --all",
    "guardrails": "preview.json",
    "snippet": "chatbot --stack small",
    "doctor": "--stack small --json",
    "init": "fresh --home-region us-ashburn-1 --compartment apps --region all --model gpt-oss --key bot",
    "policy render": "small",
    "models list": "",
    "models check": "small",
    "models refresh": "--check",
    "access show": "--stack small",
    "access decide": "/dev/null",
    "access explain": "chatbot openai.gpt-oss-20b --stack small",
    "access diff": ". . --stack small",
    "backend check": "file://~ --json",
    "backend run": "--stack small --passphrase-secret {passphrase} -- pulumi whoami",
    "ci merge": "HEAD",
    "ci take": "",
    "ci comment": "/dev/null",
    "ci night": "small --output night.md",
    "ci issue": "small night.md",
    "ci applied": "small",
    "ci profile": "small",
    "local env": "--json",
    "local status": "--json",
    "local clock": "",
    "local switch": "--json",
    "local journal": "--json",
    "local principal": "session --json",
    "local fault add": "delay --seconds 0 --path /no-such-path",
    "local fault list": "--json",
    "local fault release": "fault-1",
    "local fault clear": "",
}
"""Words and arguments of each verb, in this order."""

USUAL = (
    "verify",
    "rotate",
    "revoke",
    "suspend",
    "resume",
    "adopt",
    "scan",
    "snippet",
    "backend run",
    "ci night",
)
"""Those of every test run: they read a value, make one, or look for one."""

LONG: tuple[tuple[str, str], ...] = (
    ("status", "--stack small"),
    ("verify", "--stack small --json"),
    ("rotate", "chatbot --stack small --dry-run"),
    ("rotate", "chatbot --stack small --yes --json"),
    ("revoke", "chatbot --stack small --dry-run --json"),
    ("revoke", "chatbot --stack small --yes --wait 0 --json"),
    ("suspend", "chatbot --stack small --yes --json"),
    ("resume", "chatbot --stack small --yes --json"),
    ("recover", "small --yes"),
    ("scan", ". --stack small --json"),
    ("access show", "--stack small --format json"),
    ("local env", ""),
    ("local status", ""),
    ("local switch", ""),
    ("local fault list", ""),
)
"""Further runs, only in the whole table."""

LAST: dict[str, str] = {"local up": "", "local down": ""}
"""Those that end the local OCI or find it up; run after all others."""
