"""What a language host does around a program."""

import logging

# Outputs that nobody awaits are normal when a run fails; language hosts silence asyncio's complaint about
# them too. It comes when they are collected, after the test, so there is no level to restore.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)
