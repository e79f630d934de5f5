"""Publishing a key's secret in Vault, and rotating it: the world, the next step, the steps themselves.

`next_step` is pure: it looks at a `World` and says what to do. `run` looks, asks, does, and looks again, so
that a run killed anywhere is continued by the next one. `imagined` does the same in thought.
"""

from genaikeys.rotation.forecast import Forecast, forecast
from genaikeys.rotation.imagined import imagined
from genaikeys.rotation.next_step import next_step
from genaikeys.rotation.run import Outcome, observe, run, settled
from genaikeys.rotation.world import Leak, Learned, Wishes, World

__all__ = [
    "Forecast",
    "Leak",
    "Learned",
    "Outcome",
    "Wishes",
    "World",
    "forecast",
    "imagined",
    "next_step",
    "observe",
    "run",
    "settled",
]
