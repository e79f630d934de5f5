"""The command, as a process of its own: `genaikeys` and `python -m genaikeys`."""

import gc
import sys

gc.set_threshold(100_000)  # most verbs end before there is anything to collect; looking takes time

from genaikeys.cli import main

if __name__ == "__main__":
    sys.exit(main())
