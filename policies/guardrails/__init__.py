"""Guardrails: what must not happen, said as rules, for Pulumi's engine and for a preview's JSON alike.

A rule is a file of `rules`. It is a function over plain values (`values`): resources as the engine sees
them, and the stack that they belong to (`stack`), with what that is held to (`held`). `judge` applies all
rules. Two things bring resources: `__main__` is a policy pack, the one place that knows `pulumi_policy`;
`preview` reads what `pulumi preview --json` printed.
"""
