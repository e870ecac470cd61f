"""The rules as values: what each says, and which of them is for a page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from worker.extract.rules.place import Address, Place
from worker.extract.rules.selector import Selector

ELEMENT_KEYS = ("body", "strip", "caption", "credit")
"""Keys whose selectors name elements of the page."""

VALUE_KEYS = ("title", "author", "date", "modified", "summary", "section", "tags")
"""Keys whose selectors name texts or attributes."""

SELECTOR_KEYS = ("body", "strip", *VALUE_KEYS, "caption", "credit")

SELDOM = frozenset({"strip", "caption", "credit"})
"""Keys for what stands on some pages only: that one page lacks it is no news, that many do is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one file: for which pages, and its selectors by key; `optional` keys may match nothing."""

    file: str
    places: tuple[Place, ...]
    selectors: Mapping[str, tuple[Selector, ...]]
    optional: frozenset[str] = frozenset()

    def of(self, key: str) -> tuple[Selector, ...]:
        """The selectors of `key`, () where the rule does not have it."""
        return self.selectors.get(key, ())

    @property
    def watched(self) -> dict[str, bool]:
        """What is told when it matches nothing, by the name under which it is; True: on every single page.

        The selectors of `strip` are each for a box of its own and watched alone, as `strip .box`; those of
        the other keys are alternatives, and watched together under the key.
        """
        names: dict[str, bool] = {}
        for key, selectors in self.selectors.items():
            if key not in self.optional:
                own = [strip_name(selector) for selector in selectors] if key == "strip" else [key]
                names |= dict.fromkeys(own, key not in SELDOM)
        return names


def strip_name(selector: Selector) -> str:
    """The name of one selector of `strip`."""
    return f"strip {selector.text}"


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules; compiled once, asked for every page."""

    all: tuple[Rule, ...] = ()
    _by_host: Mapping[str, tuple[tuple[Place, Rule], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "Rules":
        """These rules; of two that are for one page the one whose place says more wins."""
        found = tuple(rules)
        by_host: dict[str, list[tuple[Place, Rule]]] = {}
        for rule in found:
            for place in rule.places:
                by_host.setdefault(place.host, []).append((place, rule))
        ranked = {
            host: tuple(sorted(pairs, key=lambda pair: pair[0].rank, reverse=True))
            for host, pairs in by_host.items()
        }
        return cls(found, ranked)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def for_url(self, url: str) -> Rule | None:
        """The rule for the page at `url`, None where there is none."""
        address = Address.of(url) if self.all else None
        if address is None:
            return None
        return next(
            (
                rule
                for host in _upwards(address.host)
                for place, rule in self._by_host.get(host, ())
                if place.holds(address)
            ),
            None,
        )


def _upwards(host: str) -> Iterator[str]:
    """The host, the domain above it, and so on."""
    while host:
        yield host
        host = host.partition(".")[2]
