"""Reads a rule: a small parser of the part of SPARQL that rules use. What it does not know, it refuses."""

import re
from collections.abc import Iterator

from kb.proof_checker.notation import RDF, XSD, CheckError, read_term
from kb.proof_checker.patterns import (
    Bind,
    Element,
    Expression,
    Filter,
    Group,
    Part,
    Path,
    Rule,
    Triple,
    Values,
    variables_of,
)

_TOKEN = re.compile(
    r"""\#[^\n]*|\s+|(?P<iri><[^<>"{}|^`\\\s]*>)|(?P<string>"(?:[^"\\\n\r]|\\.)*")|(?P<var>[?$]\w+)"""
    r"""|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z][\w-]*:(?:[\w.-]*[\w-])?)|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<lang>@[A-Za-z-]+)|(?P<mark>&&|\|\||!=|<=|>=|\^\^|[-+*/!=<>|^?.;,(){}])"""
)
_KEYWORDS = frozenset(
    ("PREFIX", "CONSTRUCT", "WHERE", "OPTIONAL", "MINUS", "VALUES", "UNDEF", "BIND", "AS", "FILTER", "NOT", "EXISTS")
) | {"UNION", "IN"}
_PRECEDENCE = ({"||"}, {"&&"}, {"=", "!=", "<", "<=", ">", ">=", "IN", "NOT"}, {"+", "-"}, {"*", "/"})


def read_rule(text: str) -> Rule:
    """Return the rule in a SPARQL CONSTRUCT.

    Raises:
        CheckError: it uses what this reader does not know.
    """
    reader = _Reader(text)
    reader._expect("CONSTRUCT")
    head = reader._group()
    reader._expect("WHERE")
    body = reader._group()
    triples = tuple(element for element in head.elements if isinstance(element, Triple))
    if reader._peek() or len(triples) != len(head.elements) or not all(isinstance(each[1], str) for each in triples):
        raise CheckError("a rule is CONSTRUCT { statements } WHERE { patterns }, and nothing behind it")
    _check_scopes(body, frozenset())
    return Rule(triples, body)


def _check_scopes(group: Group, outside: frozenset[str]) -> None:
    """Refuse an inner group with a variable of an outer one, but not of that between: SPARQL evaluates inside out."""
    own = variables_of(group._replace(text=_outside_of(group.text)))
    for each in (inner for part in group.elements if isinstance(part, Part) for inner in part.groups):
        strange = (variables_of(each) & outside) - own
        if strange:
            raise CheckError(f"{min(strange)} stands in a group and in one two levels up, but not between them")
        _check_scopes(each, own | outside)


def _outside_of(text: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tokens of a group that stand in no inner group."""
    depth, kept = 0, []
    for token in text:
        depth -= token == "}"
        if depth == 0:
            kept.append(token)
        depth += token == "{"
    return tuple(kept)


class _Reader:
    """A recursive-descent parser over tokens."""

    def __init__(self, text: str) -> None:
        self.prefixes: dict[str, str] = {}
        self.tokens, self.at = list(_cut(text)), 0
        while self._peek() == "PREFIX":
            self.at += 3
            self.prefixes[self.tokens[self.at - 2]] = self.tokens[self.at - 1][1:-1]
        self.tokens[self.at :] = [self._full(token) for token in self.tokens[self.at :]]

    def _full(self, token: str) -> str:
        if re.fullmatch(r"[A-Za-z][\w-]*:[\w.-]*", token):
            prefix, _, local = token.partition(":")
            if f"{prefix}:" not in self.prefixes:
                raise CheckError(f"the prefix of {token} is not declared")
            return f"<{self.prefixes[f'{prefix}:']}{local}>"
        return token

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        token, self.at = self._peek(), self.at + 1
        return token

    def _accept(self, *tokens: str) -> bool:
        found = self._peek() in tokens
        self.at += found
        return found

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            raise CheckError(f"{token} is missing before {' '.join(self.tokens[self.at : self.at + 6]) or 'the end'}")

    def _term(self) -> str:
        token = self._take()
        if token[:1] == '"':
            suffix = self._take() if self._peek()[:1] == "@" else ""
            return token + (f"^^{self._term()}" if not suffix and self._accept("^^") else suffix)
        if len(token) > 1 and token[0] in "?<" and token != "<=":
            return token
        if token in ("true", "false"):
            return f'"{token}"^^<{XSD}boolean>'
        raise CheckError(f"a term is missing before {' '.join([token, *self.tokens[self.at : self.at + 5]])}")

    def _group(self) -> Group:
        start = self.at
        self._expect("{")
        elements: list[Element] = []
        while not self._accept("}"):
            elements.extend(self._element())
            self._accept(".")
        return Group(tuple(elements), tuple(self.tokens[start + 1 : self.at - 1]))

    def _element(self) -> Iterator[Element]:
        start, word = self.at, self._peek()
        if word == "{":
            groups = [self._group()]
            while self._accept("UNION"):
                groups.append(self._group())
            yield Part("UNION" if len(groups) > 1 else "GROUP", tuple(groups))
        elif self._accept("OPTIONAL", "MINUS"):
            yield Part(word, (self._group(),))
        elif self._accept("VALUES"):
            yield self._values()
        elif self._accept("BIND"):
            self._expect("(")
            expression = self._expression()
            self._expect("AS")
            yield Bind(expression, self._term())
            self._expect(")")
        elif self._accept("FILTER"):
            negative = self._accept("NOT")
            if self._accept("EXISTS"):
                yield Part("NOT EXISTS" if negative else "EXISTS", (self._group(),))
            else:
                expression = self._expression()
                yield Filter(expression, tuple(self.tokens[start : self.at]))
        else:
            yield from self._triples()

    def _values(self) -> Values:
        several = self._accept("(")
        variables = [self._term()]
        while several and not self._accept(")"):
            variables.append(self._term())
        rows = []
        self._expect("{")
        while not self._accept("}"):
            if several:
                self._expect("(")
            rows.append(tuple(None if self._accept("UNDEF") else self._term() for _ in variables))
            if several:
                self._expect(")")
        return Values(tuple(variables), tuple(rows))

    def _triples(self) -> Iterator[Triple]:
        subject, more = self._term(), True
        while more:
            predicate = self._path()
            yield Triple(subject, predicate, self._term())
            while self._accept(","):
                yield Triple(subject, predicate, self._term())
            more = self._accept(";") and self._peek() not in (".", "}")

    def _path(self, operators: tuple[str, ...] = ("|", "/")) -> Path:
        if not operators:
            return self._path_step()
        parts = [self._path(operators[1:])]
        while self._accept(operators[0]):
            parts.append(self._path(operators[1:]))
        return (operators[0], tuple(parts)) if len(parts) > 1 else parts[0]

    def _path_step(self) -> Path:
        if self._accept("^"):
            return "^", (self._path_step(),)
        path: Path = f"<{RDF}type>"
        if self._accept("("):
            path = self._path()
            self._expect(")")
        elif not self._accept("a"):
            path = self._term()
        while self._peek() in ("*", "+", "?"):
            path = self._take(), (path,)
        return path

    def _expression(self, level: int = 0) -> Expression:
        if level == len(_PRECEDENCE):
            return self._operand()
        left = self._expression(level + 1)
        while self._peek() in _PRECEDENCE[level]:
            operator = self._take()
            if operator == "NOT":
                self._expect("IN")
            if operator in ("IN", "NOT"):
                left = Expression("IN", (left, *self._arguments()))
                left = Expression("!", (left,)) if operator == "NOT" else left
            else:
                left = Expression(operator, (left, self._expression(level + 1)))
        return left

    def _operand(self) -> Expression:
        if self._accept("!"):
            return Expression("!", (self._operand(),))
        if self._accept("("):
            inner = self._expression()
            self._expect(")")
            return inner
        if re.fullmatch(r"[A-Za-z_]\w*", self._peek()) and self.tokens[self.at + 1 : self.at + 2] == ["("]:
            return Expression(self._take().upper(), self._arguments())
        return Expression("", (self._term(),))

    def _arguments(self) -> tuple[Expression, ...]:
        self._expect("(")
        found = [self._expression()]
        while not self._accept(")"):
            self._expect(",")
            found.append(self._expression())
        return tuple(found)


def _cut(text: str) -> Iterator[str]:
    """Yield the tokens, keywords in capitals, numbers and strings in the form of the checker."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise CheckError(f"the reader does not know {text[at : at + 20]!r}")
        at = found.end()
        kind, token = found.lastgroup, found[0]
        if kind == "number":
            yield f'"{token}"^^<{XSD}{"decimal" if "." in token else "integer"}>'
        elif kind == "string":
            yield read_term(token)
        elif kind == "word":
            yield token.upper() if token.upper() in _KEYWORDS else token
        elif kind:
            yield "?" + token[1:] if kind == "var" else token
