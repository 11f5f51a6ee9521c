"""What the shell counts, `$((…))`, and what it compares, `[ … ]`."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence

_BINARY: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.floordiv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARED: Mapping[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_NUMBERS: Mapping[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-lt": operator.lt,
    "-le": operator.le,
    "-gt": operator.gt,
    "-ge": operator.ge,
}
_LONGEST = 200


def counted(text: str, variables: Mapping[str, str]) -> int:
    """The value of an expression; 0 for what is none."""
    filled = re.sub(r"\$?\b[A-Za-z_]\w*", lambda name: str(_number(variables.get(name.group().lstrip("$"), ""))), text)
    filled = filled.replace("&&", " and ").replace("||", " or ").strip()
    if len(filled) > _LONGEST:
        return 0
    try:
        return _value(ast.parse(re.sub(r"!(?!=)", " not ", filled), mode="eval").body)
    except (SyntaxError, ZeroDivisionError, TypeError):
        return 0


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"-?\d+", text.strip()) else 0


def _value(node: ast.expr) -> int:
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left), _value(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return int(not _value(operand))
        case ast.BoolOp(op=op, values=values):
            found = [bool(_value(each)) for each in values]
            return int(all(found) if isinstance(op, ast.And) else any(found))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return int(_COMPARED[type(op)](_value(left), _value(right)))
    raise TypeError


def duration(text: str) -> float:
    """The seconds that `sleep` is told; ValueError for what is no number."""
    return float(text.rstrip("smhd")) * {"m": 60.0, "h": 3600.0, "d": 86400.0}.get(text[-1:], 1.0)


def holds(words: Sequence[str], is_file: Callable[[str], bool], is_directory: Callable[[str], bool]) -> bool:
    """Whether a test (`[ … ]` without its brackets) is so."""
    for joint, all_of in (("-o", False), ("-a", True)):
        if joint in words[1:-1]:
            at = list(words).index(joint, 1)
            first, second = (holds(part, is_file, is_directory) for part in (words[:at], words[at + 1 :]))
            return (first and second) if all_of else (first or second)
    match words:
        case []:
            return False
        case ["!", *rest]:
            return not holds(rest, is_file, is_directory)
        case [text]:
            return text != ""
        case ["-z", text]:
            return text == ""
        case ["-n", text]:
            return text != ""
        case ["-d", path]:
            return is_directory(path)
        case ["-f" | "-s" | "-r" | "-w" | "-x", path]:
            return is_file(path)
        case ["-e", path]:
            return is_file(path) or is_directory(path)
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, comparison, right] if comparison in _NUMBERS:
            return _NUMBERS[comparison](_number(left), _number(right))
    return False
