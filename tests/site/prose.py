"""Harmless invented text, different for every seed: two articles are never near-duplicates by chance."""

from random import Random

_WORDS = {
    "who": """the harbour master, a retired baker, the council, a class of nine-year-olds, the choir,
        the night watchman, an engineer from the waterworks, the museum, the beekeepers, a pilot""",
    "did": """opened, measured, repaired, lost, described, bought back, painted, moved, counted, inspected,
        postponed, found, promised, praised, rebuilt, drew, weighed, auctioned, covered, forgot""",
    "what": """the old bridge, eleven barrels of rain water, a clock without hands, the winter timetable,
        a field of lavender, the long staircase, forty lanterns, the ferry, the smallest garden in town,
        a letter from abroad, the lower lock, a map of the marshes, the brass bell, nine wooden horses""",
    "when": """on Monday morning, before anyone noticed, for the third time this year, after a long debate,
        in heavy fog, during the market, without asking for money, as the bells rang noon, by lamplight,
        a week later than planned, against the advice of experts, to everyone's surprise""",
    "where": "Rope, Mill, Quay, Abbey, Tower, Orchard, Candle, Barley, Smith, Ferry, Garden, Chapel",
}
_CHOICES = {kind: [" ".join(word.split()) for word in words.split(",")] for kind, words in _WORDS.items()}


def prose(seed: str, *, paragraphs: int = 5) -> str:
    """Paragraphs of some fifty words each, apart by blank lines; the same for the same seed."""
    rng = Random(seed)
    return "\n\n".join(" ".join(_sentence(rng) for _ in range(4)) for _ in range(paragraphs))


def _sentence(rng: Random) -> str:
    who, did, what, when, where = (rng.choice(words) for words in _CHOICES.values())
    heard = rng.choice(["laughed", "wrote to us", "agreed", "came to look", "shook their heads", "sang"])
    return (
        f"{who.capitalize()} {did} {what} {when}, and {rng.randint(2, 9999)} people in {where} Lane {heard}."
    )
