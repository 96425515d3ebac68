"""Checks the views: each is a sound CONSTRUCT about one entity."""

from collections.abc import Mapping

from kb.validation.problem import Problem, from_error
from kb.views import collect_views


def check_views(root: str, prefixes: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the views in `ontology/views/`."""
    _, faults = collect_views(root, prefixes)
    return [from_error(error, str(error).partition(".rq")[0] + ".rq", "views") for error in faults]
