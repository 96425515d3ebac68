"""Why a query may have found nothing: the names in it that the graph does not know."""

from kb.errors import nearest_names
from kb.knowledge_base import KnowledgeBase
from kb.prefixes import expand
from kb.tokens import significant


def why_no_rows(kb: KnowledgeBase, text: str) -> str:
    """Return why a query may have no rows: names in it, of a namespace of the graph, that the graph does not hold."""
    names = kb.compiled.names
    known = {kb.compact(iri) for iri in (*names.types, *names.labels)}
    own = {name.split(":", 1)[0] for name in known if not name.startswith("<")}
    parents = {kb.compact(iri) for classes in names.types.values() for iri in classes}
    found: dict[str, str] = {}
    before = ""
    for token in significant(text):
        is_class, before = before in ("a", "rdf:type"), token.text
        if token.kind == "iri":
            name = kb.compact(token.text[1:-1])
        elif token.kind == "name" and expand(token.text, kb.prefixes) is not None:
            name = token.text
        else:
            continue
        prefix, _, local = name.partition(":")
        if prefix in own and local and name not in known and kb.compact(kb.prefixes[prefix] + local) == name:
            near = nearest_names(name, (each for each in known if each.startswith(f"{prefix}:")), 1)
            found[name] = f"{name} is not in the graph" + (f" (did you mean {near[0]}?)" if near else "")
        elif is_class and name in parents and not kb.compiled.inferred:
            found[name] = (
                f"--asserted infers nothing; for members of its subclasses too write 'a/rdfs:subClassOf* {name}'"
            )
    left_out = "" if kb.compiled.inferred else "; --asserted leaves out what is inferred"
    return "; ".join(found.values()) or f"nothing in the graph fits the pattern{left_out}"
