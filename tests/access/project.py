"""A small project in a repository of its own, to be changed like a pull request changes one."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.local import CHECKOUT

STACK = """\
config:
  oci:region: us-ashburn-1
  oci-genai-keys:regions: [us-chicago-1]
  oci-genai-keys:models: [openai.gpt-oss-120b]
  oci-genai-keys:apis: [chat]
  oci-genai-keys:compartments:
    genai-apps: {policyScope: key}
  oci-genai-keys:keys:
    bot: {compartment: genai-apps, readers: [dynamic-group app]}
"""
STATEMENT = (
    "allow any-user to use generative-ai-chat in compartment genai-apps where ALL {{"
    " request.principal.type='generativeaiapikey', request.principal.id='<key bot in us-chicago-1>',"
    " target.model.id in ({}) }}"
)


class Project:
    """A project: files to write, commits to make."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        shutil.copy(CHECKOUT / "Pulumi.yaml", root)
        shutil.copytree(CHECKOUT / "policies", root / "policies", ignore=shutil.ignore_patterns("rendered"))
        catalogue = root / "genaikeys" / "catalogue"
        catalogue.mkdir(parents=True)
        for path in (CHECKOUT / "genaikeys" / "catalogue").glob("*.yaml"):
            shutil.copy(path, catalogue)
        self.write("stacks/Pulumi.trial.yaml", STACK)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("first")

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def edit(self, path: str, old: str, new: str) -> None:
        """Change a file."""
        text = (self.root / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def commit(self, message: str) -> None:
        """Commit all there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def git(self, *arguments: str) -> str:
        """Run git here, whatever the machine's own settings are."""
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@example.com",
        }
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            timeout=60,
        )
        return done.stdout
