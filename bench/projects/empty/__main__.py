"""Does nothing but be a Pulumi program."""

import pulumi

pulumi.export("nothing", None)
