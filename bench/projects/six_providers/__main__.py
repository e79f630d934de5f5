"""Opens six providers and asks nothing of them."""

import pulumi

for number in range(6):
    pulumi.ProviderResource("nothing", f"nothing-{number}", {})
