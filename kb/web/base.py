"""The namespace below which the graph's own IRIs stand, and below which they are served."""

import re

from kb.compilation import Compiled
from kb.dataset import GRAPH_PREFIX


def base_of(compiled: Compiled) -> str:
    """Return the namespace of the graph's own IRIs: that of its named graphs without the last segment."""
    return re.sub(r"[^/]*/$", "", compiled.prefixes[GRAPH_PREFIX])
