"""Works out the expressions of FILTER and BIND, over terms in the form of the checker.

Source: SPARQL 1.1 Query Language, section 17. A ValueError is what SPARQL calls an error: a FILTER then does not hold,
and a BIND leaves its variable unbound.
"""

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal, InvalidOperation, localcontext

from kb.proof_checker.notation import XSD, Binding, CheckError
from kb.proof_checker.patterns import Expression

_TRUE, _FALSE = f'"true"^^<{XSD}boolean>', f'"false"^^<{XSD}boolean>'
_NUMBERS = (f"^^<{XSD}integer>", f"^^<{XSD}decimal>")
_QUOTIENT = Decimal(10) ** -18
"""As many digits behind the point as the engine keeps."""


def is_true(expression: Expression, binding: Binding) -> bool:
    """Whether an expression holds; one that is an error does not."""
    try:
        return _truth(evaluate(expression, binding))
    except ValueError:
        return False


def is_equal(one: str, other: str) -> bool:
    """Whether two terms have the same value: numbers by value, all else by spelling."""
    try:
        return _number(one) == _number(other)
    except ValueError:
        return one == other


def evaluate(expression: Expression, binding: Binding) -> str:
    """Return the value of an expression.

    Raises:
        ValueError: it has none.
        CheckError: it uses a function that the checker does not know.
    """
    operator, arguments = expression
    if operator == "":
        term = arguments[0]
        assert isinstance(term, str)  # the reader makes no other
        return _value(binding, term)
    parts = [part for part in arguments if isinstance(part, Expression)]
    if operator in _LAZY:
        return _LAZY[operator](parts, binding)
    if operator not in _FUNCTIONS:
        raise CheckError(f"the checker does not know the function {operator}")
    try:
        return _FUNCTIONS[operator](*(evaluate(part, binding) for part in parts))
    except TypeError as error:
        raise CheckError(f"the function {operator} has {len(parts)} arguments") from error


def _value(binding: Binding, term: str) -> str:
    if term[0] == "?" and term not in binding:
        raise ValueError(f"{term} is not bound")
    return binding[term] if term[0] == "?" else term


def _boolean(value: bool) -> str:
    return _TRUE if value else _FALSE


def _truth(term: str) -> bool:
    if term in (_TRUE, _FALSE):
        return term == _TRUE
    if term.endswith(_NUMBERS):
        return _number(term) != 0
    return _text(term) != ""


def _number(term: str) -> Decimal:
    if not term.endswith(_NUMBERS):
        raise ValueError(f"{term} is no number")
    try:
        return Decimal(term[1 : term.rindex('"')])
    except InvalidOperation as error:
        raise ValueError(f"{term} is no number") from error


def _text(term: str) -> str:
    """Return the value of a string, with or without a language."""
    if term[0] != '"' or term[term.rindex('"') + 1 :][:1] == "^":
        raise ValueError(f"{term} is no string")
    return term[1 : term.rindex('"')]


def _str(term: str) -> str:
    if term[0] == "<":
        return f'"{term[1:-1]}"'
    if term[0] != '"':
        raise ValueError(f"{term} has no text")
    return term[: term.rindex('"') + 1]


def _suffix(term: str) -> str:
    return term[term.rindex('"') + 1 :] if term[0] == '"' else ""


def _equals(one: str, other: str) -> str:
    if one == other:
        return _TRUE
    known = ("", "@", "^^<" + XSD)
    if one[0] == other[0] == '"' and not (one.endswith(_NUMBERS) and other.endswith(_NUMBERS)):
        if not all(_suffix(term) == "" or _suffix(term).startswith(known[1:]) for term in (one, other)):
            raise ValueError("literals of a datatype that is not known")
        if (one.endswith(_NUMBERS) or other.endswith(_NUMBERS)) and "^" in _suffix(one) and "^" in _suffix(other):
            raise ValueError("a number and something else")
    return _boolean(is_equal(one, other))


def _less(one: str, other: str) -> str:
    if one.endswith(_NUMBERS):
        return _boolean(_number(one) < _number(other))
    if _suffix(one) != _suffix(other) or _suffix(one)[:1] == "@":
        raise ValueError(f"{one} and {other} have no order")
    if _suffix(one) not in ("", f"^^<{XSD}date>"):
        raise CheckError(f"the checker does not order values such as {one}")
    return _boolean(_str(one) < _str(other))


def _calculated(one: str, other: str, calculate: Callable[[Decimal, Decimal], Decimal], whole: bool = True) -> str:
    with localcontext() as context:
        context.prec = 80
        value = calculate(_number(one), _number(other))
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    whole = whole and one.endswith(_NUMBERS[0]) and other.endswith(_NUMBERS[0])
    return f'"{text}"{_NUMBERS[0] if whole else _NUMBERS[1]}'


def _divided(one: str, other: str) -> str:
    if _number(other) == 0:
        raise ValueError("division by zero")
    return _calculated(one, other, lambda a, b: (a / b).quantize(_QUOTIENT, ROUND_DOWN), whole=False)


def _part_of(one: str, other: str, after: bool) -> str:
    before, found, behind = _text(one).partition(_text(other))
    if not found and _text(other):
        return '""'
    return f'"{behind if after else before}"{_suffix(one)}'


def _iri(term: str) -> str:
    return term if term[0] == "<" else f"<{_text(term)}>"


def _language(text: str, language: str) -> str:
    if _suffix(text):
        raise ValueError(f"{text} is no plain string")
    return f"{text}@{_text(language)}"


def _if(parts: list[Expression], binding: Binding) -> str:
    condition, then, otherwise = parts
    return evaluate(then if _truth(evaluate(condition, binding)) else otherwise, binding)


def _coalesce(parts: list[Expression], binding: Binding) -> str:
    for part in parts:
        try:
            return evaluate(part, binding)
        except ValueError:
            continue
    raise ValueError("COALESCE of errors only")


def _bound(parts: list[Expression], binding: Binding) -> str:
    return _boolean(parts[0].arguments[0] in binding)


def _junction(parts: list[Expression], binding: Binding, decisive: bool) -> str:
    """Return `||` (decisive: true) or `&&` (false), which may hold beside an error."""
    error: ValueError | None = None
    for part in parts:
        try:
            if _truth(evaluate(part, binding)) == decisive:
                return _boolean(decisive)
        except ValueError as found:
            error = found
    if error:
        raise error
    return _boolean(not decisive)


def _in(parts: list[Expression], binding: Binding) -> str:
    return _junction([Expression("=", (parts[0], part)) for part in parts[1:]], binding, True)


_LAZY: dict[str, Callable[[list[Expression], Binding], str]] = {
    "IF": _if,
    "COALESCE": _coalesce,
    "BOUND": _bound,
    "IN": _in,
    "||": lambda parts, binding: _junction(parts, binding, True),
    "&&": lambda parts, binding: _junction(parts, binding, False),
}
"""What need not work out all of its arguments."""
_FUNCTIONS: dict[str, Callable[..., str]] = {
    "!": lambda a: _boolean(not _truth(a)),
    "=": _equals,
    "!=": lambda a, b: _boolean(_equals(a, b) == _FALSE),
    "<": _less,
    ">": lambda a, b: _less(b, a),
    "<=": lambda a, b: _boolean(_TRUE in (_less(a, b), _equals(a, b))),
    ">=": lambda a, b: _boolean(_TRUE in (_less(b, a), _equals(a, b))),
    "+": lambda a, b: _calculated(a, b, lambda x, y: x + y),
    "-": lambda a, b: _calculated(a, b, lambda x, y: x - y),
    "*": lambda a, b: _calculated(a, b, lambda x, y: x * y),
    "/": _divided,
    "STR": _str,
    "IRI": _iri,
    "URI": _iri,
    "CONCAT": lambda *texts: '"' + "".join(_text(text) for text in texts) + '"',
    "STRAFTER": lambda a, b: _part_of(a, b, True),
    "STRBEFORE": lambda a, b: _part_of(a, b, False),
    "STRSTARTS": lambda a, b: _boolean(_text(a).startswith(_text(b))),
    "STRENDS": lambda a, b: _boolean(_text(a).endswith(_text(b))),
    "CONTAINS": lambda a, b: _boolean(_text(b) in _text(a)),
    "STRLANG": _language,
    "LANG": lambda a: f'"{_suffix(_str(a) and a).removeprefix("@") if _suffix(a)[:1] == "@" else ""}"',
    "ISIRI": lambda a: _boolean(a[0] == "<"),
    "ISLITERAL": lambda a: _boolean(a[0] == '"'),
    "SAMETERM": lambda a, b: _boolean(a == b),
}
