"""Putting the stand-in where the engine finds it; starting and stopping its resident.

The engine looks for `plugins/resource-<name>-v<version>/pulumi-resource-<name>` in PULUMI_HOME (Pulumi 3.259,
sdk/go/common/workspace/plugins.go).
"""

import contextlib
import shlex
import subprocess
import sys
from pathlib import Path

from emulator.oci_plugin import VERSION, launcher

_PATIENCE = 10.0
"""Seconds in which a resident that is told to stop must end."""

_SCRIPT = """\
#!/bin/sh
# The local stand-in for pulumi-resource-oci: see emulator/oci_plugin in the checkout named below.
exec {python} -I -S {launcher} {home} "$@"
"""


def install(pulumi_home: Path, version: str = VERSION) -> Path:
    """Put the plugin into a PULUMI_HOME; doing it again changes nothing.

    Args:
        pulumi_home: Folder, made if absent.
        version: Version of pulumi_oci that programs use.

    Returns:
        The executable.
    """
    home = pulumi_home.resolve()
    folder = home / "plugins" / f"resource-oci-v{version}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    executable = folder / "pulumi-resource-oci"
    text = _SCRIPT.format(
        python=shlex.quote(sys.executable),
        launcher=shlex.quote(launcher.__file__),
        home=shlex.quote(str(home)),
    )
    if not executable.exists() or executable.read_text() != text:
        fresh = executable.with_suffix(".new")
        fresh.write_text(text)
        fresh.chmod(0o700)
        fresh.replace(executable)
    return executable


def start(pulumi_home: Path) -> None:
    """Put the plugin there and start its resident, so that no command of the engine has to wait for it.

    Raises:
        launcher.Refusal: The resident can't serve.
    """
    # With its standard input closed the launcher ends as soon as the resident has answered it.
    tried = subprocess.run([install(pulumi_home)], input="", capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        raise launcher.Refusal(tried.stderr.strip())


def stop(pulumi_home: Path) -> bool:
    """Stop the resident of a PULUMI_HOME and wait until it is gone; whether there was one.

    Raises:
        launcher.Refusal: It doesn't end.
    """
    if not pulumi_home.is_dir():
        return False
    with contextlib.chdir(pulumi_home):
        connection = launcher.connect()
        if connection is None:
            return False
        connection.settimeout(_PATIENCE)
        launcher.ask(connection, "stop")
        connection.close()
        if (still := launcher.connect()) is not None:
            still.close()
            raise launcher.Refusal(f"its resident didn't end; see {Path(launcher.LOG).absolute()}")
    return True
