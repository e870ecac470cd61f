"""Correction notices: the paragraphs in which a publisher says that it has corrected or updated an article.

Only explicit statements count: a label such as 'Correction:' that begins a paragraph, or a sentence
about an earlier version, at the beginning or end of the article.
"""

import re
from collections.abc import Sequence

from worker.extract.words import squeeze

BEGINNING = 3
END = 8
"""Paragraphs at the beginning and end in which notices are looked for. A guess: elsewhere they are quoted."""
LONGEST = 600
"""Characters of a notice; a longer paragraph is something else. A guess: twice the longest of the corpus."""

_LABELS = re.compile(
    r"""(?:
    corrections?(?:\ (?:and|&)\ clarifications?)?|clarifications?|update
    |korrektur(?:hinweis)?|richtigstellung|berichtigung|aktualisierung|klarstellung
    |rectificatif|erratum|mise\ à\ jour|précision
    |corrección|fe\ de\ (?:errores|erratas)|rectificación|actualización|aclaración
    |correzione|errata\ corrige|rettifica|aggiornamento|precisazione
    |correção|errata|retificação|atualização|esclarecimento
    |correctie|rectificatie|verduidelijking
    |rättelse|förtydligande|rettelse|presisering|oikaisu|korjaus|sprostowanie|korekta
    |исправление|поправка|уточнение|виправлення
    )(?:\ ?\([^()]{2,40}\)|[ ,]\ ?[^:.!?]{0,30}\d[^:.!?]{0,20})?\ ?[:：]\ \S""",
    re.IGNORECASE | re.VERBOSE,
)
"""A label with its colon; between them a date may be given: 'Correction (May 3): …'."""

_SENTENCES = re.compile(
    r"""
    (?:an|the)\ (?:earlier|previous|original)\ version\ of\ this\ (?:article|story|report|post|piece|headline)
    |this\ (?:article|story|report|post|piece|headline)\ (?:was|has\ been)
        \ (?:amended|corrected|updated|clarified)
    |(?:in\ )?einer\ (?:früheren|vorherigen|ersten)\ (?:version|fassung)
    |(?:dieser|der)\ (?:artikel|text|beitrag)\ wurde\ (?:am\ .{4,20}\ )?(?:korrigiert|aktualisiert|berichtigt)
    |(?:in\ )?une\ (?:version\ précédente|précédente\ version|version\ antérieure|première\ version)\ de\ cet
    |cet\ article\ a\ été\ (?:corrigé|modifié|mis\ à\ jour|rectifié)
    |(?:en\ )?una\ versión\ anterior\ de\ (?:este|esta)
    |est[ea]\ (?:artículo|noticia|texto|información)\ (?:ha\ sido|fue)\ (?:corregid|actualizad|modificad)
    |(?:in\ )?una\ (?:versione\ precedente|precedente\ versione)\ di\ quest
    |quest[oa]\ ?(?:articolo|notizia|testo)\ è\ stat[oa]\ (?:corrett|aggiornat|modificat|rettificat)
    |(?:em\ )?uma\ versão\ anterior\ d(?:este|esta|o|a)
    |(?:este|esta)\ (?:artigo|texto|reportagem|notícia)\ foi\ (?:corrigid|atualizad|alterad|retificad)
    |in\ een\ eerdere\ versie\ van\ dit
    |dit\ (?:artikel|bericht|stuk)\ is\ (?:.{4,20}\ )?(?:aangepast|gecorrigeerd|bijgewerkt|gerectificeerd)
    |i\ en\ (?:tidigare|tidligere)\ vers(?:ion|jon)\ av\ (?:artikeln|artikkelen|artiklen|texten|saken)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NOTE = re.compile(
    r"""(?:(?:editor['’]?s?['’]?|editorial)\ note|note\ to\ readers|(?:anmerkung|hinweis)\ der\ redaktion
    |(?:anm\.|hinweis)\ d\.\ red\.|note\ de\ la\ rédaction|nota\ (?:de\ la\ redacción|del\ editor|da\ redação
    |della\ redazione|del\ redattore)|noot\ van\ de\ redactie)\ ?[:：]?\ ?""",
    re.IGNORECASE | re.VERBOSE,
)
"""What may introduce the sentence."""
_EDGE = " *•·–—-([•†‡_"
"""Signs before a notice."""


def correction_of(paragraphs: Sequence[str]) -> str | None:
    """Return the correction notices of an article, one a line; None without any."""
    looked_at = dict.fromkeys((*range(min(BEGINNING, len(paragraphs))), *_last(len(paragraphs))))
    found = [text for at in looked_at if is_notice(text := squeeze(paragraphs[at][: LONGEST + 1]))]
    return "\n".join(found) or None


def is_notice(text: str) -> bool:
    """Whether a paragraph is a correction notice."""
    if len(text) > LONGEST:
        return False
    text = text.lstrip(_EDGE)
    if _LABELS.match(text):
        # In lower case it is a word of a sentence.
        return not text[0].islower()
    note = _NOTE.match(text)
    return _SENTENCES.match(text, note.end() if note else 0) is not None


def _last(count: int) -> range:
    return range(max(0, count - END), count)
