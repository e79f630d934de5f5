"""A small Pulumi language host for Python, used only where the CLI has none of its own.

The folder holds the executable ``pulumi-language-python`` that the engine looks for on ``PATH``; ``host``
answers the engine's ``LanguageRuntime`` calls, ``program`` is the child process that runs the user's program.
"""
