"""The words that news pages of many languages print around names, headlines and dates.

Each is the source of a regular expression, to be compiled by the module that uses it with IGNORECASE.
"""


def one_of(listed: str) -> str:
    """An alternation of what is listed, separated by ` | ` and line ends."""
    parts = (part.strip() for line in listed.splitlines() for part in line.split(" | "))
    return f"(?:{'|'.join(part for part in parts if part)})"


BY = one_of(
    r"""
    (?:written|posted|reported|edited|story|text|words|article)\s+by | by | written | author
    von | autor(?:ka|en|in)? | redaktion | par | auteurs? | por | di | da | autore | door | av | af | przez
    автор | авторы | текст | от | oleh | bởi | 作者 | 記者 | 记者 | 文 | 글 | تأليف | بقلم | लेखक | द्वारा
    """
)
POINTER = one_of(
    r"""
    read (?:more|also|next)\b | also read\b | more on:? | see also\b | related(?: \w+)?: | watch: | lesen sie
    mehr zum thema
    auch interessant | weiterlesen | lees ook | lire aussi | à lire | leggi anche | lea también | lee también
    te puede interesar | leia (?:mais|também) | baca juga | читайте | czytaj (?:też|także|również)
    läs (?:mer|också)
    les også | læs også | xem thêm | sign up (?:for|to)\b | subscribe to\b | follow us\b | advertisement$
    anzeige$
    """
)
STANDFIRST_SURE = (
    r" (?:standfirst|deks?|decks?|lede|excerpt|vorspann|einleitung|chapo|chapeau|entradilla|bajada|copete"
    r"|volanta|sottotitolo|sommario|ingress|manchette?|preface|epigraph|synopsis|lead ?(?:in|text|paragraph)"
    r"|intro ?text|abstract|anons|lid|spot|mo ta|sapo|first paragraph) "
)
"""Words of class names and ids, in lower case with a space around each, that only a standfirst has."""
STANDFIRST_SUB = r" sub ?(?:title|tit|headline|head|heading|header|line)s? "
"""Words for what is printed below the headline, and for a heading in the text."""
STANDFIRST_WEAK = " (?:lead|intro|introduction|summary|description|descp?|teaser|blurb|alternative headline) "
"""Words that other things are called, too."""
STANDFIRST_NOT = (
    r" (?:by ?line|authors?|dates?|dateline|published|time|timestamp|share|sharing|social|caption|credits?"
    r"|image|img|photo|gallery|player|related|recommend(?:ed|ations?)?|comments?|newsletter|ads?|advert"
    r"|advertisement|promo|breadcrumbs?|kicker|categor(?:y|ies)|tags?|sidebar|widget|toolbar|nav|menu|popup"
    r"|modal|cookie|consent|footer|bio|rating|meta|logo|brand|branding|site description|extras|votes?|toc"
    r"|copyright|pagination|read(?:ing)? ?time|location) "
)
"""Words of what stands between headline and text and is no standfirst."""
KICKER_CLASS = (
    r"kicker|top-?line|over-?line|roof-?line|dachzeile|eyebrow|top-?title|spitzmarke|vorspann|rubric|volanta"
    r"|cintillo|antetitulo|occhiello|surtitre|sur-?title|pre-?title|sub-?title|sub-?head|sub-?line|untertitel"
    r"|topic|(?:entry|article|post)[-_]{1,2}section|categor|author|byline|\bdate\b|comments?-(?:count|number)"
    r"|aural|sr-only|visually-?hidden|screen-?reader|\bhide\b|is-hidden|invisible|separator|delimiter"
)
"""Class names inside a heading of what is not the headline: kickers, subtitles, texts for screen readers."""
PUBLISHED_LABEL = one_of(
    r"""
    publi(?:shed|cation|cado|cada|cato|é|ée|cat|kováno|kované) | posted | written
    first published | created | issued | veröffentlicht | erschienen | erstellt | datum | vom
    publié | mis en ligne | paru | fecha | pubblicato | data | gepubliceerd | geplaatst
    publicerad | publisert | offentliggjort | julkaistu | opublikowan[oay] | dodano | vydáno
    zveřejněno | objavljeno | megjelent | közzétéve | δημοσι\w+ | yayın\w* | yayınlanma | giriş
    опубликован\w* | дата | опубліковано | дата публикации | публикация | публикувано | đăng
    ngày đăng | diterbitkan | dipublikasikan | tayang | terbit | 公開 | 掲載 | 配信 | 投稿 | 发布 | 發布
    发表 | 登録 | 입력 | 등록 | 게재 | نشر | تاريخ النشر | نُشر | تاریخ انتشار | प्रकाशित | פורסם
    เผยแพร่ | প্রকাশ\w*
    """
)
"""Printed before the date of publication."""
UPDATED_LABEL = one_of(
    r"""
    (?:last )?(?:updated?|modified|changed|revised|edited|reviewed) | last update | update[ds]?
    modif\w* | aktualisiert | aktualisierung | geändert | letzte änderung | zuletzt | bearbeitet
    mis à jour | mise à jour | màj | actualizad[oa] | última actualización | atualizad[oa]
    modificado | aggiornat[oa] | bijgewerkt | gewijzigd | uppdaterad | oppdatert | opdateret
    päivitetty | muokattu | aktualizacja | zaktualizowano | aktualizov\w+ | ažurirano
    frissítve | módosítva | ενημερώ\w+ | güncelle\w* | son güncelleme | обновлен\w* | изменен\w*
    оновлен\w* | cập nhật | diperbarui | diubah | 更新 | 修正 | 수정 | 업데이트 | تحديث | آخر تحديث
    به‌روز\w* | अपडेट | अद्यतन | עודכן | עדכון | อัปเดต | আপডেট
    """
)
"""Printed before the date of a change."""
