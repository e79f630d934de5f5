"""The e-mails that the local OCI would have sent. They stay here: nothing ever leaves the machine."""

from emulator.services.request import Doc
from emulator.store import Store

__all__ = ["post", "posted"]

_KIND = "mail"


def post(store: Store, identity: str, letter: Doc) -> None:
    """Keep an e-mail: its `to`, `subject`, `text` and `time`, under a new name."""
    store.put(_KIND, {"id": identity, **letter})


def posted(store: Store) -> list[Doc]:
    """Every e-mail so far, oldest first."""
    return [{name: mail[name] for name in mail if name != "id"} for mail in store.find(_KIND)]
