"""Canned queries: read from files, described, checked, and bound to values."""

from kb.catalog.binding import bind
from kb.catalog.canned_query import CannedQuery, Column, Parameter, ParameterLine
from kb.catalog.catalogue import Catalogue
from kb.catalog.picture import Picture, Section

__all__ = ["CannedQuery", "Catalogue", "Column", "Parameter", "ParameterLine", "Picture", "Section", "bind"]
