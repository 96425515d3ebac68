"""The graph on HTTP: a SPARQL 1.1 endpoint, every canned query as an API, and linked data; read-only."""
