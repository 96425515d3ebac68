"""What pages share, and those that are about no one thing: home, search, ontology, editor."""
