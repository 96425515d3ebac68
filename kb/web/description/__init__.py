"""What the graph tells of itself: VoID, DCAT, prefixes, example queries and the SPARQL service description."""

from kb.web.description.served import served_description, served_examples
from kb.web.description.service import service_description
from kb.web.description.stored import stored_description
from kb.web.description.vocabulary import description_graphs, document_prefixes

__all__ = [
    "description_graphs",
    "document_prefixes",
    "served_description",
    "served_examples",
    "service_description",
    "stored_description",
]
