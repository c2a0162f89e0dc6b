"""Conditions as people write them: `amount > 50000 and not is_member`. A closed language, never Python's `eval`.

Names are fields of forms and results of decisions; an unknown name has no value (`None`). Numbers, texts, `true`,
`false`, `+ - * / **`, comparisons (one `=` means equal), `and or not in`, `if … then … else …`, lists, and the
functions in `FUNCTIONS`. Nothing else is there to be reached: no attributes, no calls of anything else. An expression
has at most 500 letters and no loops, so that its steps are bounded; `bounds.py` keeps what they work on small.
"""

import ast
import operator
import re
import tokenize
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.core.plain_text import storable, unkept_at
from ruoshui.core.refusals import Refusal
from ruoshui.processes.engine.bounds import OutOfBounds, must_be_small, named
from ruoshui.processes.engine.functions import FUNCTIONS, OPERATORS
from ruoshui.processes.engine.spelling import as_python
from ruoshui.processes.engine.times import alike, as_kept

LONGEST, DEEPEST = 500, 50
CONSTANTS = {"true": True, "false": False, "null": None, "none": None}


class BadExpression(Refusal):
    code, status = "bad-expression", 422
    text = _("“{expression}” cannot be understood: {why}")
    words = ("why",)  # it may hold values of the form

    def __init__(self, *, expression: str, why: Any) -> None:
        """Cut and without letters that no page can show."""
        super().__init__(expression=storable(expression[:LONGEST]), why=why)


def evaluate(expression: str, facts: Mapping[str, Any]) -> Any:
    """The value of an expression. Refuses with what to correct; a comparison with something missing is false."""
    return as_kept(value_of(expression, facts))


def value_of(expression: str, facts: Mapping[str, Any]) -> Any:
    """As `evaluate`, with lengths of time and instants as they are compared, not yet as texts."""
    return _value(parse(expression), facts, expression)


def names_in(expression: str) -> set[str]:
    """The fields it looks at."""
    called = {node.func.id for node in ast.walk(parse(expression)) if isinstance(node, ast.Call)}  # type: ignore[attr-defined]
    found = {node.id for node in ast.walk(parse(expression)) if isinstance(node, ast.Name)}
    return {name for name in found if name not in called and name.lower() not in CONSTANTS}


def parse(expression: str) -> ast.expr:
    if len(expression) > LONGEST:
        raise BadExpression(expression=expression[:40] + "…", why=_("it is too long. Use a decision table."))
    return _parsed(expression)


@lru_cache(maxsize=16_384)
def _parsed(expression: str) -> ast.expr:
    if not expression.strip():
        raise BadExpression(expression=expression, why=_("it is empty. Write a condition, like amount > 1000."))
    try:
        source = as_python(expression.strip())
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError) as wrong:
        why = with_thousands(expression) or _("write it like amount > 1000 and member = true.")
        raise BadExpression(expression=expression, why=why) from wrong
    if isinstance(tree, ast.Tuple) or _ZEROS.search(_WORDS.sub("", expression)):
        why = with_thousands(expression) or _("a comma separates answers; a condition is one question.")
        raise BadExpression(expression=expression, why=why)
    if _depth(tree) > DEEPEST:
        raise BadExpression(expression=expression, why=_("it is nested too deeply. Use a decision table."))
    _check(tree, expression)
    if _is_unclear(tree, source):
        raise BadExpression(expression=expression, why=_("put brackets around a power: -(2 ** 2) or (-2) ** 2."))
    return tree


def _is_unclear(tree: ast.AST, source: str) -> bool:
    """-2 ** 2 is 4 in DMN and -4 elsewhere; 2 ** 3 ** 2 is 64 or 512. Nobody shall have to know."""

    def is_open(power: ast.AST, after: int) -> bool:
        is_power = isinstance(power, ast.BinOp) and isinstance(power.op, ast.Pow)
        return is_power and b"(" not in source.encode()[after : power.col_offset]  # type: ignore[attr-defined]

    return any(
        (isinstance(node, ast.UnaryOp) and is_open(node.operand, node.col_offset))
        or (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Pow)
            and is_open(node.right, node.left.end_col_offset or 0)
        )
        for node in ast.walk(tree)
    )


_WORDS = re.compile(r"""'[^']*'|"[^"]*\"""")
_THOUSANDS = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})+(?!\w)")
_ZEROS = re.compile(r"(?<![\w.])[0-9]{1,3}(?:,[0-9]{3})*,0[0-9]{2}(?![\w])")


def with_thousands(text: str) -> str:
    """Words for who wrote 50,000; empty when nobody did."""
    found = _THOUSANDS.search(_WORDS.sub("", text))
    return str(_("write %s; a comma separates answers.") % found[0].replace(",", "")) if found else ""


def _depth(tree: ast.AST) -> int:
    """Without recursion: what is too deep is found before anything else walks it."""
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _check(node: ast.AST, whole: str) -> None:
    kind = type(node)
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
            known = ", ".join(FUNCTIONS)
            raise BadExpression(expression=whole, why=_("only these may be called: %s.") % known)
        for argument in node.args:
            _check(argument, whole)
        return
    if isinstance(node, ast.Constant) and not isinstance(node.value, (str, int, float, bool, type(None))):
        raise BadExpression(expression=whole, why=_("only numbers and texts can be written down."))
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and unkept_at(node.value) >= 0:  # written as "\\ud800"
            raise BadExpression(expression=whole, why=_("one of the texts holds a letter that cannot be kept."))
        try:
            must_be_small(node.value)
        except OutOfBounds as wrong:
            raise BadExpression(expression=whole, why=wrong.why) from wrong
    allowed = (ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Compare, ast.IfExp, ast.Name, ast.Constant, ast.List, ast.Tuple)
    signs = (ast.Load, ast.And, ast.Or, ast.Not, ast.USub, ast.UAdd)
    if not isinstance(node, (*allowed, *signs)) and kind not in OPERATORS:
        raise BadExpression(expression=whole, why=_("only fields, values and comparisons are allowed here."))
    for child in ast.iter_child_nodes(node):
        _check(child, whole)


def _value(node: ast.AST, facts: Mapping[str, Any], whole: str) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return CONSTANTS[name.lower()] if name.lower() in CONSTANTS else facts.get(name)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_value(part, facts, whole) for part in parts]
        case ast.BoolOp(op=op, values=parts):
            every = all if isinstance(op, ast.And) else any
            return every(_value(part, facts, whole) for part in parts)
        case ast.IfExp(test=asked, body=this, orelse=that):
            return _value(this if _value(asked, facts, whole) else that, facts, whole)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not _value(part, facts, whole)
        case ast.UnaryOp(op=op, operand=part):
            value = _applied(operator.pos, (_value(part, facts, whole),), whole)
            return -value if isinstance(op, ast.USub) else value
        case ast.Call(func=ast.Name(id=name), args=parts):
            return _applied(FUNCTIONS[name], [_value(part, facts, whole) for part in parts], whole)
        case ast.BinOp(left=left, op=op, right=right):
            return _applied(OPERATORS[type(op)], (_value(left, facts, whole), _value(right, facts, whole)), whole)
        case ast.Compare(left=left, ops=ops, comparators=others):
            values = [_value(part, facts, whole) for part in (left, *others)]
            return all(_compared(type(op), a, b, whole) for op, a, b in zip(ops, values, values[1:], strict=False))
    raise BadExpression(expression=whole, why=_("only fields, values and comparisons are allowed here."))


def _compared(op: type[ast.AST], left: Any, right: Any, whole: str) -> bool:
    """Order with something that is not there is false: a question about it has no answer yet."""
    if op in (ast.Lt, ast.LtE, ast.Gt, ast.GtE) and (left is None or right is None):
        return False
    if op in (ast.In, ast.NotIn) and right is None:
        return op is ast.NotIn
    return bool(_applied(lambda a, b: OPERATORS[op](*alike(a, b)), (left, right), whole))


def _applied(function: Callable[..., Any], arguments: Any, whole: str) -> Any:
    try:
        for value in arguments:
            must_be_small(value)
        result = function(*arguments)
        must_be_small(result)
    except OutOfBounds as wrong:
        raise BadExpression(expression=whole, why=wrong.why) from wrong
    except (TypeError, ValueError, ArithmeticError) as wrong:
        values = ", ".join(named(value) for value in arguments)
        raise BadExpression(expression=whole, why=_("these do not go together: %s.") % values) from wrong
    return result
