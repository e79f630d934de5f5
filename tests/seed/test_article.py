"""The code blocks of an article, read word for word."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys.errors import KitError
from genaikeys.seed.article import Block, Call, Kind, blocks, calls, find, kind

TEXT = """\
Words.

```text
allow any-user to use x in compartment <compartment-name> where ALL { a='b' }
```

~~~python
from openai import OpenAI
OpenAI().chat.completions.create(
    model="one",
    # model="two",
)
~~~
    ```
    not a block: indented by four
    ```
````bash
curl 'https://host/v1/responses' --data '{
  "model": "three"
}'
```
````
"""


def test_blocks_are_read_in_order_and_word_for_word() -> None:
    """Both kinds of fence, a longer one around a shorter one, and none where the fence is indented code."""
    first, second, third = blocks(TEXT)
    assert (first.number, first.language, first.line) == (1, "text", 3)
    assert first.text == "allow any-user to use x in compartment <compartment-name> where ALL { a='b' }\n"
    assert (second.number, second.language, second.line) == (2, "python", 7)
    assert (third.number, third.language) == (3, "bash")
    assert third.text == """curl 'https://host/v1/responses' --data '{\n  "model": "three"\n}'\n```\n"""


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="`"))))
def test_a_block_gives_back_what_was_put_between_the_fences(lines: list[str]) -> None:
    """Whatever stands between two fences comes back unchanged."""
    text = "".join(f"{line}\n" for line in lines)
    assert blocks(f"```py\n{text}```\n") == [Block(1, "py", 1, text)]


def test_an_open_block_ends_with_the_text() -> None:
    """As CommonMark says."""
    assert blocks("```\na\n") == [Block(1, "", 1, "a\n")]


@pytest.mark.parametrize(
    ("text", "what", "made"),
    [
        ("allow any-user to use x in tenancy", Kind.STATEMENT, []),
        ("https://inference.generativeai.<region>.oci.oraclecloud.com/v1\n", Kind.ADDRESS, []),
        (
            "import openai\nc.responses.create(\n  model='a',\n)\nc.chat.completions.create(model='b')",
            Kind.OPENAI,
            [Call("responses", "a"), Call("chat", "b")],
        ),
        (
            'import os\nfrom langchain_openai import ChatOpenAI\nChatOpenAI(\n    model="c")',
            Kind.LANGCHAIN,
            [Call("chat", "c")],
        ),
        (
            "curl 'https://h/v1/chat/completions' \\\n --data '{\n \"model\": \"d\"}'",
            Kind.CURL,
            [Call("chat", "d")],
        ),
        ("pip install something", Kind.OTHER, []),
    ],
)
def test_a_block_is_known_by_the_client_it_uses(text: str, what: Kind, made: list[Call]) -> None:
    """The calls come with API and model, in the order of the text."""
    block = Block(1, "", 1, text)
    assert (kind(block), calls(block)) == (what, made)


def test_find_takes_the_one_text_with_blocks(tmp_path: Path) -> None:
    """A folder may hold other files."""
    (tmp_path / "notes.txt").write_text("no blocks")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "article.md").write_text("```\na\n```\n")
    assert find(tmp_path) == tmp_path / "article.md"
    assert find(tmp_path / "notes.txt") == tmp_path / "notes.txt"


def test_error_when_there_is_no_article(tmp_path: Path) -> None:
    """The message names the place and the way to name another."""
    with pytest.raises(KitError) as problem:
        find(tmp_path / "nowhere")
    assert str(problem.value) == (
        f"There is no article: {tmp_path / 'nowhere'} does not exist.\n"
        "Name it: make seed SEED=<path of the article>"
    )


def test_error_when_a_folder_holds_more_than_one_article(tmp_path: Path) -> None:
    """The message names them, so that one can be chosen."""
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("```\na\n```\n")
    with pytest.raises(KitError) as problem:
        find(tmp_path)
    assert str(problem.value) == (
        f"{tmp_path} should hold one text with code blocks; it holds 2.\n"
        "Found: a.md, b.md (looked at .txt, .md, .markdown).\n"
        "Name it: make seed SEED=<path of the article>"
    )
