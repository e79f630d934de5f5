"""The child that runs one Pulumi program: reads its job from stdin, then hands over to the program.

Exit codes: 0 done; 32 failed, and the user has been told; anything else is a crash for the host to report.
"""

import asyncio
import json
import logging
import os
import runpy
import signal
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypedDict, cast

import grpc
import pulumi
import pulumi.runtime

_FAILED_AND_REPORTED = 32
_ENGINE_IS_CLOSING = "Resource monitor has terminated"
"""How the SDK words the end of a run in which a resource failed; the engine has said so itself."""


class Job(TypedDict):
    """What the host passes on from the engine's Run request: addresses ``host:port``, folders absolute."""

    monitor: str
    engine: str
    project: str
    stack: str
    organization: str
    root: str
    parallel: int
    preview: bool
    config: dict[str, str]
    secretKeys: list[str]
    folder: str
    entry: str


def main() -> int:
    """Runs the program and returns the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no KeyboardInterrupt traceback when the engine stops us
    job: Job = json.load(sys.stdin)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    pulumi.runtime.set_all_config(job["config"], job["secretKeys"])
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=job["project"],
            stack=job["stack"],
            monitor=job["monitor"],
            engine=job["engine"],
            parallel=job["parallel"],
            dry_run=job["preview"],
            organization=job["organization"],
            root_directory=job["root"],
        )
    )
    program = Path(job["folder"]) / job["entry"]
    sys.path[0] = job["folder"]  # as if the program had been started from there; ours is not its business
    sys.argv = [str(program)]
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # unfinished tasks are normal when a run fails
    try:
        _run(program, max(job["parallel"], 1) * 4)
    except pulumi.RunError as problem:
        if not str(problem).startswith(_ENGINE_IS_CLOSING):
            pulumi.log.error(str(problem))
        return _FAILED_AND_REPORTED
    except grpc.RpcError as problem:
        call = cast("grpc.Call", problem)  # every RpcError that a stub raises is one
        if call.code() != grpc.StatusCode.UNAVAILABLE:
            pulumi.log.error(call.details() or str(call.code()))
        return _FAILED_AND_REPORTED
    except Exception as problem:  # noqa: BLE001 - whatever a program raises is the user's to read
        pulumi.log.error(f"the program failed:\n{_told(problem, job['folder'])}")
        return _FAILED_AND_REPORTED
    return 0


def _run(program: Path, workers: int) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(max_workers=workers))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _run_file(program)))
    finally:
        loop.close()
        sys.stdout.flush()
        sys.stderr.flush()


def _told(problem: Exception, folder: str) -> str:
    """The traceback from the program's first line on; what is above it is ours and Pulumi's."""
    trace = problem.__traceback__
    while trace is not None and not _is_within(trace.tb_frame.f_code.co_filename, folder):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(problem), problem, trace or problem.__traceback__))


def _is_within(file: str, folder: str) -> bool:
    return file.startswith(folder) and "site-packages" not in file  # the environment often lies in the folder


def _run_file(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


if __name__ == "__main__":
    code = main()
    os._exit(code)  # gRPC's threads and pending tasks have nothing left to do
