"""What a call of the article should come to on a date: by the kit's catalogue, not the local OCI's table."""

from datetime import date

from genaikeys.catalogue import load
from genaikeys.seed.article import Call

__all__ = ["answers"]


def answers(call: Call, region: str, today: date) -> bool:
    """Say whether a key with the family grant gets an answer; a retired model is no longer there (404)."""
    model = load().models.get(call.model)
    if model is None or model.is_retired(today) or model.on_demand_in(region, today) != "yes":
        return False
    return (model.chat if call.api == "chat" else model.responses) == "yes"
