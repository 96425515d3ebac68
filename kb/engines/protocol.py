"""What an engine is: something that runs a prepared query and gives a result."""

from typing import Protocol

from kb.prepared_query import PreparedQuery
from kb.results import Result


class Engine(Protocol):
    """Runs SELECT, ASK, CONSTRUCT and DESCRIBE over one dataset.

    An engine never writes, opens no socket and no file but the ones its constructor was given,
    and gives the same rows as every other engine for the same query and data.
    """

    name: str

    def run(self, query: PreparedQuery, timeout: float | None = None) -> Result:
        """Return the result of `query`; `timeout` is in seconds, None waits for ever.

        Raises:
            QuerySyntaxError: the engine cannot parse the text; the message has its reason.
            QueryTimeoutError: `timeout` passed.
            EngineError: the engine failed, or it cannot stop a query and a `timeout` was given.
        """
        ...

    def close(self) -> None:
        """Give back what the engine holds; afterwards it cannot run."""
        ...
