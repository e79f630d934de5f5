"""The whole run: the real engine, the real clients, and the article where it lies beside the checkout."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from toolchain import locate

CHECKOUT = Path(__file__).resolve().parents[2]
ARTICLE = CHECKOUT.parent / "shared" / "seed"

# The article that the tests bring along is short, and wrong on purpose in two places.
WRONG = """\
```python
from openai import OpenAI
import os
client = OpenAI(
    api_key=os.getenv("OPENAI_API_KEY"),
    base_url="https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/v1",
    max_retries=0,
)
hello = [{"role": "user", "content": "Hello"}]
print(client.chat.completions.create(model="openai.gpt-oss-120b", messages=hello))
raise SystemExit(3)
```

```text
allow any-user to use generative-ai-family in tenancy where request.principal.type='generativeaiapikey'
```

```text
allow any-user to fly in compartment <compartment-name>
```

```sh
pip install something
```
"""


def play(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m genaikeys.seed` with a local home of its own."""
    folders = [str(folder) for folder in locate.bin_dirs()]
    environment = {
        **os.environ,
        "GENAIKEYS_LOCAL_HOME": str(tmp_path / "home"),
        "PATH": os.pathsep.join([*folders, os.environ["PATH"]]),
    }
    return subprocess.run(
        [sys.executable, "-m", "genaikeys.seed", *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def told(ended: subprocess.CompletedProcess[str]) -> dict[tuple[str, int], tuple[bool, str]]:
    """Return by day and block whether it is as expected, and what was said."""
    rows = (
        re.fullmatch(r"(\S+)  (as expected|DIFFERENT)  block (\d+), (.*)", line)
        for line in ended.stdout.splitlines()
    )
    return {(row[1], int(row[3])): (row[2] == "as expected", row[4]) for row in rows if row}


@pytest.mark.engine
def test_the_article_comes_out_as_expected(tmp_path: Path) -> None:
    """Every program and statement at its own date and, after Grok 3 was retired, at a later one."""
    if not ARTICLE.is_dir():
        pytest.skip(f"the article does not lie beside the checkout, in {ARTICLE}")
    ended = play(tmp_path, str(ARTICLE))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    rows = told(ended)
    assert len(rows) == len(ended.stdout.splitlines()) == 14
    assert rows["2026-03-01", 4][1] == (
        "Python program, OpenAI SDK: Responses openai.gpt-oss-120b answers, "
        "Chat Completions xai.grok-3 answers; exit code 0, answers printed 2"
    )
    assert rows["2026-11-23", 4][1] == (
        "Python program, OpenAI SDK: Responses openai.gpt-oss-120b answers, "
        "Chat Completions xai.grok-3 fails like a retired model (404); exit code 1, answers printed 1"
    )
    for block in (1, 2):
        assert (
            "with responses-need at manage, Responses is refused: use generative-ai-family does not include "
            in rows["2026-03-01", block][1]
        )
    assert "another key of the compartment may not" in rows["2026-03-01", 1][1]
    assert "another key of the compartment may call" in rows["2026-03-01", 2][1]
    assert not re.search(r"sk-\w", ended.stdout + ended.stderr)
    assert not list((tmp_path / "home").iterdir())


@pytest.mark.engine
def test_what_differs_is_said_and_ends_with_1(tmp_path: Path) -> None:
    """A program that ends otherwise, a statement that grants too much, one that OCI refuses."""
    (tmp_path / "article.md").write_text(WRONG)
    ended = play(tmp_path, str(tmp_path / "article.md"))
    assert ended.returncode == 1, ended.stderr
    rows = told(ended)
    assert {block: rows["2026-03-01", block][0] for block in (1, 2, 3, 4)} == {
        1: False,
        2: False,
        3: False,
        4: True,
    }
    assert "exit code 3, answers printed 1" in rows["2026-03-01", 1][1]
    assert "a key of another compartment may call" in rows["2026-03-01", 2][1]
    assert "the local OCI refuses it: 400" in rows["2026-03-01", 3][1]
    assert rows["2026-03-01", 4][1] == "nothing that runs: nothing to run"


def test_error_when_there_is_no_article(tmp_path: Path) -> None:
    """Nothing is started for it."""
    ended = play(tmp_path, str(tmp_path / "nowhere"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines() == [
        f"There is no article: {tmp_path / 'nowhere'} does not exist.",
        "Name it: make seed SEED=<path of the article>",
    ]
