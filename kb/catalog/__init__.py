"""Canned queries: read from files, described, checked, and bound to values."""

from kb.catalog.binding import bind
from kb.catalog.canned_query import CannedQuery, Column, Parameter, ParameterLine

__all__ = ["CannedQuery", "Column", "Parameter", "ParameterLine", "bind"]
