"""The canned queries as an API: lists, results, OpenAPI, and names for forms."""
