"""What breaks between two descriptions of the API; and the description of the last release.

    python -m tests.tools.openapi        # at a release: keeps the present description

A client that was built for the earlier description must still be able to send its requests and to read the
answers. So new parameters must be optional, parameters may only accept more, and fields may only be added and
only hold less than before.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

RELEASED = Path(__file__).parents[1] / "fixtures" / "openapi-1.json"
"""The description of version 1 at its last release."""

PROMISED = "/api/v1/"
"""Where the promises hold; probes and metrics have other ones."""


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what breaks a client of `old` that uses `new`, a line each."""
    return list(_routes(old, new))


def _routes(old: Schema, new: Schema) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            if not path.startswith(PROMISED):
                continue
            name = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{name}: is gone"
                continue
            yield from _parameters(name, before, after, old, new)
            yield from _answers(name, before, after, old, new)


def _parameters(name: str, before: Schema, after: Schema, old: Schema, new: Schema) -> Iterator[str]:
    earlier, later = _by_name(before), _by_name(after)
    for key, parameter in earlier.items():
        at = f"{name}: parameter {key[1]}"
        if key not in later:
            yield f"{at} is gone"
            continue
        if later[key].get("required") and not parameter.get("required"):
            yield f"{at} is required now"
        # What was accepted must be accepted: the later schema is the wider one.
        yield from _narrower(at, later[key]["schema"], parameter["schema"], new, old, "accepts")
        yield from _bounds(at, parameter["schema"], later[key]["schema"])
    for key, parameter in later.items():
        if parameter.get("required") and key not in earlier:
            yield f"{name}: parameter {key[1]} is new and required"


def _bounds(at: str, before: Schema, after: Schema) -> Iterator[str]:
    for bound, tighter in (("minimum", 1), ("minLength", 1), ("maximum", -1), ("maxLength", -1)):
        limit = after.get(bound)
        if limit is not None and (bound not in before or tighter * limit > tighter * before[bound]):
            yield f"{at}: {bound} is {limit} now"


def _answers(name: str, before: Schema, after: Schema, old: Schema, new: Schema) -> Iterator[str]:
    for status, answer in before["responses"].items():
        if not status.startswith("2"):
            continue
        for kind, content in answer.get("content", {}).items():
            later = after["responses"].get(status, {}).get("content", {}).get(kind)
            if later is None:
                yield f"{name}: no answer of {kind} any more"
            else:
                schemas = content.get("schema", {}), later.get("schema", {})
                yield from _narrower(f"{name}:", *schemas, old, new, "returns")


def _narrower(
    at: str, wide: Schema, narrow: Schema, wide_in: Schema, narrow_in: Schema, verb: str, depth: int = 0
) -> Iterator[str]:
    """Yield where `narrow` allows something that `wide` does not."""
    wide, narrow = _resolved(wide, wide_in), _resolved(narrow, narrow_in)
    more = _types(narrow, narrow_in) - _types(wide, wide_in)
    if more and _types(wide, wide_in):
        verb_now = "returns" if verb == "returns" else "no longer accepts"
        yield f"{at} {verb_now} {', '.join(sorted(more))}"
    missing = set(map(str, _values(wide, wide_in))) - set(map(str, _values(narrow, narrow_in)))
    if verb == "returns" and missing and _values(narrow, narrow_in):
        yield f"{at} has no longer the value {', '.join(sorted(missing))}"
    if verb == "accepts" and _values(wide, wide_in):
        earlier = set(map(str, _values(narrow, narrow_in))) or {"other values"}
        if refused := earlier - set(map(str, _values(wide, wide_in))):
            yield f"{at} no longer accepts {', '.join(sorted(refused))}"
    for field, schema in _fields(wide, wide_in).items():
        inner = f"{at}.{field}".replace(":.", ": ")
        later = _fields(narrow, narrow_in).get(field)
        if later is None:
            yield f"{inner} is gone"
            continue
        if field in wide.get("required", ()) and field not in narrow.get("required", ()):
            yield f"{inner} may be missing now"
        yield from _narrower(inner, schema, later, wide_in, narrow_in, verb, depth + 1)
    if "items" in wide and "items" in narrow:
        yield from _narrower(at, wide["items"], narrow["items"], wide_in, narrow_in, verb, depth + 1)


def _resolved(schema: Schema, whole: Schema) -> Schema:
    """Follow a reference; of a nullable object or list, return the object or list."""
    while "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(choices) == 1 and ("$ref" in choices[0] or choices[0].get("type") == "array"):
        return {**_resolved(choices[0], whole), "x-null": True}
    return schema


def _types(schema: Schema, whole: Schema) -> set[str]:
    if "anyOf" in schema:
        return {kind for one in schema["anyOf"] for kind in _types(_resolved(one, whole), whole)}
    kinds = {str(schema["type"])} if "type" in schema else set()
    return kinds | ({"null"} if schema.get("x-null") else set())


def _values(schema: Schema, whole: Schema) -> list[Any]:
    inner = [_resolved(one, whole) for one in schema.get("anyOf", ())]
    return [*schema.get("enum", ()), *(value for one in inner for value in one.get("enum", ()))]


def _fields(schema: Schema, whole: Schema) -> dict[str, Schema]:
    found: dict[str, Schema] = schema.get("properties", {})
    return found


def _by_name(operation: Schema) -> dict[tuple[str, str], Schema]:
    return {(one["in"], one["name"]): one for one in operation.get("parameters", ())}


def present() -> Schema:
    """Return the description of the program, without a store or a broker."""
    import redis

    from worker.config.settings import Settings
    from worker.store import Store
    from worker.web.app import make_web_app

    store = Store("postgresql://nobody@127.0.0.1:1/none")
    return make_web_app(Settings(), store=store, redis=redis.Redis()).openapi()


def without_words(part: Any) -> Any:
    """Return a description without what only people read."""
    if isinstance(part, list):
        return [without_words(one) for one in part]
    if not isinstance(part, dict):
        return part
    # A field may be called `description`, too: then it is a schema.
    words = {name for name in ("title", "description") if isinstance(part.get(name), str)}
    return {name: without_words(value) for name, value in part.items() if name not in words}


if __name__ == "__main__":
    found = json.dumps(without_words(present()), indent=1, sort_keys=True)
    RELEASED.write_text(found + "\n", encoding="utf-8")
