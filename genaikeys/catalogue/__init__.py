"""What OCI Generative AI offers where: regions, models and named sets of both, as data.

Three tables, each row with its source and the date it was read. They are what the kit knows without calling
anything; the service has a live list (ListModelDiscovery, OCI Python SDK 2.189.0, generative_ai) that may
know more.
"""

from genaikeys.catalogue.loader import FILES, CatalogueError, load, read
from genaikeys.catalogue.rows import NOTICE, Access, Catalogue, Model, NotOffered, Region, Set, Status

__all__ = [
    "FILES",
    "NOTICE",
    "Access",
    "Catalogue",
    "CatalogueError",
    "Model",
    "NotOffered",
    "Region",
    "Set",
    "Status",
    "load",
    "read",
]
