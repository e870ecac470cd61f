"""A rule's trial at the terminal: what its selectors find, the article for readers, what the rule changes."""

from dataclasses import asdict
from typing import Any

from worker.cli.terminal.output import clean, print_fields, print_table
from worker.extract import Article, to_document
from worker.services.operator.try_rule import Difference, Trial

WIDE = 100
SHOWN = 5


def show(trial: Trial) -> None:
    """Print everything."""
    print_fields((("rule", trial.file), ("page", trial.url)))
    print()
    print_table(
        ("key", "matches", "selector", "value"),
        ((found.key, found.matches, found.selector, _cut(found.value) or "nothing") for found in trial.found),
        empty="the page could not be read at all",
    )
    if trial.missed:
        print(f"\nMatched nothing: {clean(', '.join(trial.missed))}")
    print()
    _show_article(trial)
    print()
    _show_differences(trial)


def as_dict(trial: Trial) -> dict[str, Any]:
    """For JSON: the article as documented, or the reason why there is none."""
    result = trial.result
    article = to_document(result) if isinstance(result, Article) else None
    refusal = None if isinstance(result, Article) else {"reason": result.reason, "detail": result.detail}
    return {
        "file": trial.file,
        "url": trial.url,
        "selectors": [asdict(found) for found in trial.found],
        "missed": list(trial.missed),
        "article": article,
        "refusal": refusal,
        "differences": [asdict(difference) for difference in trial.differences],
    }


def _show_article(trial: Trial) -> None:
    article = trial.result
    if not isinstance(article, Article):
        print(f"No article: {article.reason}, {clean(article.detail or article.reason.words)}")
        return
    print_fields(
        (
            ("title", article.title),
            ("authors", ", ".join(article.authors)),
            ("date", _date(article)),
            ("summary", _cut(article.summary or "")),
            ("begins", _cut(article.blocks[0].text)),
            ("ends", _cut(article.blocks[-1].text)),
            ("words", article.word_count),
            ("images", len(article.images)),
        )
    )


def _show_differences(trial: Trial) -> None:
    if not trial.differences:
        print("The heuristics alone find the same.")
        return
    print("What the rule changes:")
    for difference in trial.differences:
        if difference.field == "blocks":
            _show_blocks(difference)
        else:
            print(f"  {difference.field}: {_value(difference.with_rule)}, else {_value(difference.without)}")


def _show_blocks(difference: Difference) -> None:
    for mark, texts in (("+", difference.with_rule), ("-", difference.without)):
        for text in texts[:SHOWN]:
            print(f"  {mark} {_cut(text)}")
        if len(texts) > SHOWN:
            print(f"  {mark} and {len(texts) - SHOWN} more")
    if not difference.with_rule and not difference.without:
        print("  blocks: the same texts in another order or of other kinds")


def _date(article: Article) -> str:
    if article.published is None:
        return ""
    day = article.published_precision == "day"
    return f"{article.published:%Y-%m-%d}" if day else article.published.isoformat(sep=" ")


def _value(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join(_one(item) for item in value)
    return _cut(str(value)) if value else "nothing"


def _one(item: Any) -> str:
    """An item of a list: a picture stands for its caption, else its address."""
    return str(item.get("caption") or item.get("url")) if isinstance(item, dict) else str(item)


def _cut(text: str) -> str:
    text = clean(text)
    return text if len(text) <= WIDE else f"{text[: WIDE - 1].rstrip()}…"
