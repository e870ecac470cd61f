"""Sentences that stand where something else should be: embeds that wait for consent, players, ads."""

import re

from worker.extract.lexicon import one_of

_NOTICES = r"""
an dieser stelle (?:findest du|finden sie|steht|würden wir|befindet sich)
empfohlener (?:redaktioneller|externer) inhalt
(?:redaktionell )?empfohlener externer inhalt
ich (?:bin damit einverstanden|möchte|willige)\b.{0,40}\binhalte?
(?:hier|an dieser stelle) (?:klicken|ist ein|wird ein)\b.{0,60}\binhalte?
externe[rn]? inhalte? (?:anzeigen|laden|von)
personenbezogene daten (?:können|werden)\b | link zum \w+[- ]inhalt
zustimmen (?:&|und) (?:anzeigen|weiter)
(?:zur|um die?) (?:anzeige|darstellung|ansicht) (?:dieses|der|von)\b.{0,60}\b(?:inhalt|cookies|zustimmung)
(?:mehr|weitere informationen) dazu in unserer datenschutzerklärung | anzeige$ | werbung$
(?:to|please).{0,30}\b(?:view|see|display|watch|load) this (?:content|embed|video|post)
this (?:content|embed|post) (?:is|was|contains?|may contain)\b.{0,60}\b(?:provided|hosted|blocked|cookies)
we need your (?:consent|permission) | (?:allow|accept|enable|manage) (?:all )?cookies
view (?:this post|on) \w+
your browser (?:does not|doesn['’]t) support | (?:please )?(?:enable|turn on) javascript
javascript is (?:required|disabled)
(?:sorry, )?(?:this|the) (?:video|audio|content) (?:is not|isn['’]t|cannot be|can['’]t be|could not be)
(?:story|article) continues below | advertisement\b.{0,20}$ | ad ?- ?article continues | embed$
loading ?(?:…|\.{3})?$
pour (?:afficher|voir|visualiser) (?:ce|cette|le) (?:contenu|vidéo|post)
ce contenu (?:est|n['’]est|a été) (?:bloqué|pas)
(?:la suite )?après (?:la|cette) publicité | publicité$ | votre navigateur ne (?:supporte|prend)
para (?:ver|visualizar|ler) (?:este|esse|o) (?:contenido|conteúdo|vídeo|video|post) | publicidade?$
publicidad$
este (?:contenido|conteúdo) (?:está|no|não|fue|foi)\b
(?:su|seu) navegador (?:no|não) (?:soporta|suporta)
per (?:visualizzare|vedere) questo (?:contenuto|video) | pubblicità$ | contenuto (?:esterno|bloccato)
om (?:deze|dit) (?:inhoud|content|video|bericht) te | advertentie$ | reklama$ | annons$ | annonse$
mainos$ | reklam$
реклама$ | ваш браузер не поддерживает | 広告$
広告の下に記事が続きます | 광고$ | 广告$ | 廣告$ | إعلان$ | विज्ञापन$
quảng cáo$ | iklan$
\w+\$\$$ | \w+#[\w-]+\]$
"""
_NOTICE = re.compile(rf"^\W*{one_of(_NOTICES)}", re.IGNORECASE)
_LONGEST = 400


def is_notice(text: str) -> bool:
    """Whether this stands in the place of something that the page did not show."""
    return len(text) <= _LONGEST and _NOTICE.match(text) is not None
