"""The steps that a rotation is made of, each with the words that people read before it is done."""

from dataclasses import dataclass

from genaikeys.rotation.labels import Label

__all__ = [
    "Activate",
    "Change",
    "Deactivate",
    "Discard",
    "Done",
    "Hold",
    "Overtake",
    "Probe",
    "Promote",
    "Prune",
    "PutOff",
    "Refuse",
    "Release",
    "Renew",
    "Republish",
    "Revoke",
    "Step",
]


@dataclass(frozen=True)
class Done:
    """Everything is as wished."""


@dataclass(frozen=True)
class Renew:
    """Give a slot a new value and stage it in Vault.

    Attributes:
        slot: Its name.
        reason: Why, as half a sentence.
        mark: Mark of the label, see `Label`.
    """

    slot: str
    reason: str
    mark: str = ""

    def __str__(self) -> str:
        return f"renew {self.slot} and publish its new value: {self.reason}"


@dataclass(frozen=True)
class Republish:
    """Stage the value of an old version anew: it still works, and so do the callers that have it."""

    version: int
    label: Label

    def __str__(self) -> str:
        return f"publish the value of {self.label.slot} again, from version {self.version}"


@dataclass(frozen=True)
class Discard:
    """Give a slot a new value that nobody sees, so that the old one is dead."""

    slot: str

    def __str__(self) -> str:
        return f"renew {self.slot} and discard the new value, so that the old one is dead"


@dataclass(frozen=True)
class Revoke:
    """Make a slot unusable for good."""

    slot: str

    def __str__(self) -> str:
        return f"revoke {self.slot} for good"


@dataclass(frozen=True)
class Activate:
    """Make a slot work."""

    slot: str

    def __str__(self) -> str:
        return f"activate {self.slot}"


@dataclass(frozen=True)
class Deactivate:
    """Make a slot stop working, for now."""

    slot: str
    reason: str

    def __str__(self) -> str:
        return f"deactivate {self.slot}: {self.reason}"


@dataclass(frozen=True)
class Hold:
    """Note on the key that a person suspends it."""

    def __str__(self) -> str:
        return "note on the key that it is suspended by hand"


@dataclass(frozen=True)
class Release:
    """Take that note away."""

    def __str__(self) -> str:
        return "take away the note that the key is suspended by hand"


@dataclass(frozen=True)
class Probe:
    """Call a model with a version's value."""

    version: int

    def __str__(self) -> str:
        return f"try the value of version {self.version}"


@dataclass(frozen=True)
class Promote:
    """Make a version CURRENT."""

    version: int
    label: Label

    def __str__(self) -> str:
        return f"make version {self.version}, a value of {self.label.slot}, the current one"


@dataclass(frozen=True)
class Overtake:
    """Give the Vault secret another etag, so that whoever announced a value can't publish it any more.

    Attributes:
        fingerprint: Of the value.
    """

    fingerprint: str

    def __str__(self) -> str:
        return f"see to it that no other run publishes the value {self.fingerprint}"


@dataclass(frozen=True)
class Prune:
    """Let an old version go."""

    version: int

    def __str__(self) -> str:
        return f"schedule the deletion of the old version {self.version}"


@dataclass(frozen=True)
class PutOff:
    """Change nothing now; say why, and when it will be done."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Refuse:
    """Nothing can be done without a person.

    Attributes:
        what: What is wrong.
        next_step: What to do about it.
    """

    what: str
    next_step: str

    def __str__(self) -> str:
        return self.what


Change = (
    Activate
    | Deactivate
    | Discard
    | Hold
    | Overtake
    | Probe
    | Promote
    | Prune
    | Release
    | Renew
    | Republish
    | Revoke
)
"""Steps that are carried out."""

Step = Change | Done | PutOff | Refuse
