"""The placeholders of the article's statements."""

from genaikeys.seed.article import Block
from genaikeys.seed.statements import fill, names_one_key

ONE = Block(
    1,
    "text",
    1,
    "allow any-user to use generative-ai-family in compartment <compartment-name> where ALL "
    "{ request.principal.type='generativeaiapikey', request.principal.id='ocid1.generativeaiapikey.o.' }\n",
)
EVERY = Block(
    2,
    "text",
    1,
    "allow any-user to use generative-ai-family in compartment <compartment-name> where ALL "
    "{ request.principal.type='generativeaiapikey' }\n",
)


def test_fill_touches_nothing_but_the_placeholders() -> None:
    """The compartment's name and the key's OCID; quotes, blanks and case stay as they are printed."""
    assert fill(ONE, "lab", "ocid1.key") == (
        "allow any-user to use generative-ai-family in compartment lab where ALL "
        "{ request.principal.type='generativeaiapikey', request.principal.id='ocid1.key' }"
    )
    assert fill(EVERY, "lab", "ocid1.key") == (
        "allow any-user to use generative-ai-family in compartment lab where ALL "
        "{ request.principal.type='generativeaiapikey' }"
    )


def test_a_statement_is_about_one_key_or_about_all() -> None:
    """It names the principal's id, or it doesn't."""
    assert (names_one_key(ONE), names_one_key(EVERY)) == (True, False)
