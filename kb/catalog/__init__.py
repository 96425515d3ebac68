"""Canned queries: read from files, described, checked, and bound to values."""

from kb.catalog.binding import bind, parameter_lines
from kb.catalog.canned_query import CannedQuery, Column, Parameter

__all__ = ["CannedQuery", "Column", "Parameter", "bind", "parameter_lines"]
