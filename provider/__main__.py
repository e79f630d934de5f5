"""``python -m provider <engine address>``: serve the plugin; it prints its port first."""

import sys

import provider.bare  # noqa: F401 - before anything imports pulumi
from genaikeys.process import keep_memory_off_disk
from provider.process import main

if __name__ == "__main__":
    keep_memory_off_disk()
    main(sys.argv[1:])
