"""A stack's settings: read, checked whole, frozen.

`load` takes a raw config mapping and `from_file` a stack file; both give `Settings` or raise one
`SettingsError` that says everything that is wrong. On the way: `document` has the shapes (and is what the
JSON schema is made of), `shapes` reads them, `resolve` looks names up and compares keys, `matrix` says
which call should be answered.
"""

from genaikeys.settings.model import (
    Alarm,
    Alerts,
    Api,
    Auth,
    Budget,
    Cell,
    Compartment,
    Grant,
    Key,
    Placement,
    Probe,
    Rotation,
    Settings,
    Vault,
)
from genaikeys.settings.problems import Problem, SettingsError
from genaikeys.settings.reading import from_file, from_text, load, project_name, project_name_in

__all__ = [
    "Alarm",
    "Alerts",
    "Api",
    "Auth",
    "Budget",
    "Cell",
    "Compartment",
    "Grant",
    "Key",
    "Placement",
    "Probe",
    "Problem",
    "Rotation",
    "Settings",
    "SettingsError",
    "Vault",
    "from_file",
    "from_text",
    "load",
    "project_name",
    "project_name_in",
]
