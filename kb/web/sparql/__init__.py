"""The protocols of SPARQL: queries, whole graphs, and downloads."""
