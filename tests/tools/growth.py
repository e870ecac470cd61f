"""Find regular expressions whose time grows faster than the text, by attacking each with its own parts.

`patterns_of` collects the compiled patterns of modules and those passed to functions of `re`. `attacks_on`
makes texts that a backtracking engine reads worst: the beginning of a match, one piece repeated, and an end
that does not match. `superlinear` compares times of one attack at growing lengths, so that a slow machine
gives the same result.
"""

import ast
import importlib
import inspect
import pkgutil
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import permutations, product
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_CALLS = ("match", "fullmatch", "search", "findall", "finditer", "split", "sub", "subn")
_ONCE = frozenset({"match", "fullmatch", "search"})
_ALL = frozenset({"finditer", "match", "fullmatch"})
_GENERAL = " \t\n1a<>()[]\"'=;,.:/-&%@*é年"
"""Characters that are repeated against every pattern, besides its own."""
_ENDS = ("\0", "\n\0", '"', "<", "")
_SYNTAX = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]|$", re.DOTALL)
"""Escapes, sets of characters, and what groups and separates; each is one token."""
_MANY = 30
"""Alternatives of a list of words. A guess: below, a pattern is attacked as a whole."""
Attack = tuple[str, str, str]
"""A beginning, a piece to repeat, and an end."""

_LADDER = (16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 256, 512, 2048, 8192)
"""Characters of the first attempts: small steps, to meet exponential time while it is short."""
_LONG = 0.003
"""Seconds for 2,048 characters after which an attack is not made longer; linear patterns take a tenth."""
_FEW = 256
"""Characters for which that time is judged without longer attacks: they could take years."""
_SHORT, _RUNS, _FARTHEST = 0.0005, 3, 16 * 1024
"""Growth is judged from the length that takes `_SHORT` seconds, or from `_FARTHEST` characters, with the
least time of `_RUNS` runs. All times here are guesses that the tests of this module bear out."""


@dataclass(frozen=True, slots=True)
class Used:
    """A pattern, where it is named, and the methods by which it is applied."""

    module: str
    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    def read(self, text: str) -> None:
        """Apply the pattern to a text by its methods."""
        given: Any = text.encode("latin-1", "replace") if isinstance(self.pattern.pattern, bytes) else text
        for method in self.methods & _ONCE:
            getattr(self.pattern, method)(given)
        if not self.methods <= _ONCE:
            for _ in self.pattern.finditer(given):
                pass


def alternatives_of(used: Used) -> list[Used]:
    """Return a pattern that is a list of `_MANY` alternatives as one for each, another as it stands.

    A list is linear if each of its alternatives is, and attacking those one by one is much faster.
    """
    source = used.pattern.pattern
    if not isinstance(source, str) or used.pattern.flags & re.VERBOSE or used.pattern.groups:
        return [used]
    parts = dict.fromkeys(_alternatives(source))
    if len(parts) < _MANY:
        return [used]
    return [replace(used, pattern=re.compile(part, used.pattern.flags)) for part in parts if part]


def _alternatives(source: str) -> Iterator[str]:
    """Yield the alternatives at the top of a pattern, and those inside a group that is one of them."""
    depth = start = 0
    for token in _SYNTAX.finditer(source):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0 and token[0] in ("|", ""):
            part = source[start : token.start()]
            start = token.end()
            if part.startswith("(?:") and part.endswith(")") and _is_pattern(inner := part[3:-1]):
                yield from _alternatives(inner)
            else:
                yield part


def _is_pattern(source: str) -> bool:
    try:
        re.compile(source)
    except re.error:
        return False
    return True


def modules_of(package: str) -> Iterator[ModuleType]:
    """Yield a package and all its modules."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(getattr(root, "__path__", []), f"{package}."):
        yield importlib.import_module(found.name)


def patterns_of(packages: Iterable[str], tables: Mapping[str, Iterable[str]]) -> list[Used]:
    """Return the patterns of packages, each once.

    `tables` holds what functions pass to `re` from tables, by "module.function"; raises LookupError for a
    function that is missing there.
    """
    found: dict[tuple[str | bytes, int], Used] = {}
    for module in (module for package in packages for module in modules_of(package)):
        tree = ast.parse(inspect.getsource(module))
        methods = _methods(tree)
        named = (
            Used(module.__name__, name, pattern, methods.get(name, _ALL))
            for name, value in vars(module).items()
            for pattern in _compiled(value)
        )
        for used in (*named, *_passed(module, tree, tables)):
            key = (used.pattern.pattern, used.pattern.flags)
            known = found.setdefault(key, used)
            found[key] = replace(known, methods=known.methods | used.methods)
    return list(found.values())


def _methods(tree: ast.Module) -> dict[str, frozenset[str]]:
    """Return the methods that a module calls on names, without names that it also uses otherwise."""
    applied: dict[str, set[str]] = {}
    others: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            others[node.id] = others.get(node.id, 0) + 1
        known = [node.value] if isinstance(node, ast.Attribute) else []
        for name in (one.id for one in known if isinstance(one, ast.Name) and node.attr in _CALLS):
            applied.setdefault(name, set()).add(node.attr)
            others[name] = others.get(name, 0) - 1
        for name in (one.id for one in getattr(node, "comparators", ()) if isinstance(one, ast.Name)):
            others[name] = others.get(name, 0) - 1
    return {name: frozenset(calls) for name, calls in applied.items() if not others[name]}


def _compiled(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        yield from _compiled((*value.keys(), *value.values()))
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from _compiled(one)


def _passed(module: ModuleType, tree: ast.Module, tables: Mapping[str, Iterable[str]]) -> Iterator[Used]:
    """Yield the patterns that functions of a module pass to `re`."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            of, call = node.func.value, node.func.attr
            if not (isinstance(of, ast.Name) and of.id == "re" and call in (*_CALLS, "compile")):
                continue
            given, *others = [
                _value(argument, module) for argument in (*node.args, *(one.value for one in node.keywords))
            ]
            patterns = tables[f"{module.__name__}.{function.name}"] if given is None else [given]
            flags = next((one for one in others if isinstance(one, re.RegexFlag)), 0)
            methods = _ALL if call == "compile" else frozenset({call})
            for pattern in patterns:
                yield Used(module.__name__, f"{function.name}()", re.compile(pattern, flags), methods)


def _value(argument: ast.expr, module: ModuleType) -> Any:
    """Return what an argument is if the module knows it, None if only the function does."""
    try:
        return eval(ast.unparse(argument), dict(vars(module)))
    except NameError:
        return None


def attacks_on(pattern: re.Pattern[Any]) -> list[Attack]:
    """Return attacks made of what a pattern reads; always the same ones.

    None on a pattern that repeats nothing: from each place it reads no further than its own length.
    """
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    flags = pattern.flags if isinstance(pattern.pattern, str) else pattern.flags & ~re.UNICODE
    tree = list(parser.parse(source, flags))
    if not _repeats(tree):
        return []
    chance = random.Random(source.encode("utf-8", "surrogatepass"))
    whole = [_text(tree, chance) for _ in range(6)]
    own = list(dict.fromkeys(_characters(tree)))[:10]
    pieces = dict.fromkeys(
        (
            *(_text(part, chance) for part in _repeated(tree)),
            *own,
            *_GENERAL,
            *(one + other for one, other in permutations(own[:5], 2)),
            *whole,
            *(text[: chance.randint(1, len(text))] for text in whole if text),
        )
    )
    before = dict.fromkeys(("", *(_text(part, chance) for part in _beginnings(tree))))
    starts = list(before)[:10]
    made = [(start, piece, "\0") for start, piece in product(starts, pieces) if piece]
    return made + [
        (start, piece, end)
        for start, piece, end in product(starts[:4], list(pieces)[:24], _ENDS[1:])
        if piece
    ]


def _repeats(tree: Iterable[Any]) -> bool:
    """Return whether anything may occur twice in a row; what is only optional may not."""
    return any(
        (kind in _REPEATS and given[1] > 1) or any(_repeats(part) for part in _parts(kind, given))
        for kind, given in tree
    )


def _repeated(tree: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield what is repeated without a small bound, inner repetitions too."""
    for kind, given in tree:
        for part in _parts(kind, given):
            yield from _repeated(part)
        if kind in _REPEATS and given[1] > 8:
            yield list(given[2])


def _beginnings(tree: list[Any]) -> Iterator[list[Any]]:
    """Yield beginnings of a match, each one word or element longer, into groups and alternatives."""
    for at, (kind, given) in enumerate(tree):
        if not (kind is op.LITERAL and at + 1 < len(tree) and tree[at + 1][0] is op.LITERAL):
            yield tree[: at + 1]
        if kind in (op.SUBPATTERN, op.BRANCH, op.ATOMIC_GROUP):
            for part in _parts(kind, given):
                for inner in _beginnings(list(part)):
                    yield tree[:at] + inner


def _parts(kind: Any, given: Any) -> list[Iterable[Any]]:
    if kind is op.BRANCH:
        return list(given[1])
    if kind in _REPEATS:
        return [given[2]]
    if kind is op.SUBPATTERN:
        return [given[3]]
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return [given[1]]
    return [given] if kind is op.ATOMIC_GROUP else []


def _characters(tree: Iterable[Any]) -> Iterator[str]:
    for kind, given in tree:
        yield from _choices(kind, given)
        for part in _parts(kind, given):
            yield from _characters(part)


def _choices(kind: Any, given: Any) -> list[str]:
    """Return characters that an element reads, [] for elements of another kind."""
    if kind is op.LITERAL:
        return [chr(given)]
    if kind is op.ANY:
        return ["z", " "]
    if kind is op.NOT_LITERAL:
        return [one for one in "a 1<" if one != chr(given)][:2]
    if kind is not op.IN:
        return []
    members = [one for sort, value in given for one in _members(sort, value)]
    if given[0][0] is op.NEGATE:
        refused = re.compile(f"[{re.escape(''.join(members))}]") if members else None
        return [one for one in "a 1</.\u00e9" if not (refused and refused.match(one))][:3] or ["\u0416"]
    return members


def _members(sort: Any, value: Any) -> list[str]:
    if sort is op.LITERAL:
        return [chr(value)]
    if sort is op.RANGE:
        return [chr(value[0]), chr(value[1])]
    if sort is op.CATEGORY:
        kind = str(value).removeprefix("CATEGORY_")
        return {"SPACE": [" ", "\n"], "DIGIT": ["1"], "WORD": ["a", "1"], "NOT_SPACE": ["a"]}.get(kind, ["-"])
    return []


def _text(tree: Iterable[Any], chance: random.Random) -> str:
    """Return a text that the elements match, without regard to what they look at around it."""
    made = ""
    for kind, given in tree:
        if kind is op.BRANCH:
            made += _text(chance.choice(given[1]), chance)
        elif kind in _REPEATS:
            times = min(max(given[0], 1) + chance.randint(0, 1), given[1])
            made += "".join(_text(given[2], chance) for _ in range(times))
        elif kind in (op.SUBPATTERN, op.ATOMIC_GROUP):
            made += _text(_parts(kind, given)[0], chance)
        elif choices := _choices(kind, given):
            made += chance.choice(choices)
    return made


@dataclass(frozen=True, slots=True)
class Growth:
    """An attack that takes too long: at how many characters, and for how many seconds."""

    characters: int
    seconds: float
    attack: Attack


def superlinear(read: Callable[[str], object], attacks: Iterable[Attack], *, longest: int) -> Growth | None:
    """Return the first attack on which the time of `read` grows more than linearly, None if there is none.

    Tries each at growing lengths up to `longest`, and judges those that look slow, also at four times that.
    """
    lengths = [length for length in _LADDER if length < longest] + [longest]
    for attack in attacks:
        spent = 0.0
        for characters in lengths:
            before, spent = spent, _seconds(read, attack, characters)
            if spent > (limit := _LONG * max(characters / 2048, 1)):
                break
        found = None
        if spent > limit and characters <= _FEW:
            spent = _seconds(read, attack, characters, runs=_RUNS)
            found = Growth(characters, spent, attack) if spent > limit else None
        elif spent > limit:
            found = _confirmed(read, attack, characters // 4)
        elif spent > 7 * max(before, _SHORT / 10):
            found = _confirmed(read, attack, characters)
        if found:
            return found
    return None


def _confirmed(read: Callable[[str], object], attack: Attack, characters: int) -> Growth | None:
    """Judge at three lengths: twice the length must take at least 2.8 times as long, and once more."""
    while characters < _FARTHEST and _seconds(read, attack, characters, runs=2) < _SHORT:
        characters *= 2
    last = _seconds(read, attack, characters, runs=_RUNS)
    for _ in range(2):
        characters *= 2
        before, last = last, _seconds(read, attack, characters, runs=_RUNS)
        if last < 2.8 * before:
            return None
        if last > 0.5:
            break
    return Growth(characters, last, attack)


def _seconds(read: Callable[[str], object], attack: Attack, characters: int, *, runs: int = 1) -> float:
    """Return the least processor time that reading an attack of this length takes."""
    start, piece, end = attack
    text = (start + piece * (characters // len(piece) + 1))[:characters] + end
    least = float("inf")
    for _ in range(runs):
        started = time.thread_time()
        read(text)
        least = min(least, time.thread_time() - started)
    return least
