"""``python -m provider <engine address>``: serve the plugin; it prints its port first."""

import sys
from pathlib import Path

if not __package__:  # a language host runs the folder, for `pulumi package get-schema ./provider`
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import provider.bare  # noqa: F401 - before anything imports pulumi
from genaikeys.process import keep_memory_off_disk
from provider.process import main

if __name__ == "__main__":
    keep_memory_off_disk()
    main(sys.argv[1:])
