"""A machine as it was at one moment, to be had again: sooner than by doing all that led to it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.engine.machine import Machine

__all__ = ["Snapshot"]


@dataclass
class Snapshot:
    """A machine's home, its stack files and its time.

    A home knows its own path, so a machine can be restored in its place only.
    """

    machine: Machine
    kept: Path
    moment: str

    @classmethod
    def of(cls, machine: Machine, kept: Path) -> "Snapshot":
        """Keep a machine as it is, in a folder that doesn't exist yet; the machine goes on."""
        moment = str(machine.admin("GET", "/clock")["now"])
        machine.kit("local", "down", check=True)
        shutil.copytree(machine.home, kept / "home", symlinks=True)
        shutil.copytree(machine.project / "stacks", kept / "stacks")
        machine.start()
        return cls(machine, kept, moment)

    def restore(self) -> None:
        """Make the machine what it was, its clock included."""
        self.machine.kit("local", "down", check=True)
        for name, place in (("home", self.machine.home), ("stacks", self.machine.project / "stacks")):
            shutil.rmtree(place)
            shutil.copytree(self.kept / name, place, symlinks=True)
        self.machine.kit("local", "up", check=True)
        self.machine.admin("POST", "/clock", {"to": self.moment})
