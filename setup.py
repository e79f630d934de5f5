"""Where things lie in the wheel: all of it below one package, `genaikeys`.

Everything else about the wheel is in pyproject.toml; `genaikeys/layout.py` says why, and finds them there.
"""

from setuptools import find_packages, setup

_SITE = find_packages(include=["provider*", "emulator*", "toolchain*", "policies*"])
"""What only the kit's own processes import: plugin, local OCI, policy templates, guardrails."""

setup(
    packages=[
        *find_packages(include=["genaikeys*"]),
        "genaikeys.components",
        *(f"genaikeys._site.{name}" for name in _SITE),
    ],
    package_dir={
        "genaikeys.components": "components",
        **{f"genaikeys._site.{name}": name.replace(".", "/") for name in _SITE},
    },
)
