"""Words of the interface in and around captions: buttons, counters of galleries, labels for screen readers.

A piece of a caption that is nothing else is dropped. At the beginning and end of a line only forms count
that no sentence has there.
"""

import re

from worker.extract.images.vocabulary import CAPTION_LABEL, SOURCE_LABEL
from worker.extract.lexicon import one_of

_PICTURE = one_of(
    r"""
    (?:this |the |full )?(?:image|photo|picture|caption|gallery|lightbox|slideshow) | bild(?:er)?
    foto(?:s|galerie)? | (?:bild)?galerie | (?:das |dieses )?(?:bild|foto) | (?:die )?bildunterschrift
    bildbeschreibung | bildtext(?:en)? | (?:l['’]|la |une )?(?:image|photo|galerie|légende)
    (?:la |las )?(?:imagen|imágenes|galería|foto|fotos) | (?:a )?(?:imagem|galeria|foto|legenda)
    (?:la |l['’])?(?:immagine|galleria|didascalia) | afbeelding | galerij | bilde(?:t|teksten)?
    billede(?:t|tekst)? | bilden | kuva(?:galleria)? | kuvan | zdjęcie | galerię | fotogalerii | obrázek
    képet | imaginea | görseli | fotoğrafı | изображение | картинку | фото | галерею | зображення
    الصورة | تصویر | תמונה | ảnh | gambar
    """
)
_ACTION = one_of(
    r"""
    open | view | enlarge | expand | show | hide | toggle | close | click to enlarge
    tap to (?:enlarge|expand|view) | zoom | öffnen | anzeigen | ansehen | vergrößern | vergrössern
    einblenden | ausblenden | schließen | ouvrir | agrandir | voir | afficher | masquer | fermer | abrir
    ampliar | ver | mostrar | cerrar | fechar | apri | ingrandisci | mostra | chiudi | open | vergroot
    vergroten | bekijk | toon | sluit(?:en)? | öppna | förstora | visa | stäng | åpne | åbn | forstørr?
    vis(?: hele)? | lukk? | avaa | suurenna | näytä | sulje | otwórz | powiększ | zobacz | pokaż
    zamknij | otevřít | zvětšit | zobrazit | megnyitás | nagyítás | bezárás | deschide | mărește | aç
    büyüt | kapat | открыть | увеличить | показать | закрыть | развернуть | посмотреть | відкрити
    збільшити | تكبير | فتح | عرض | بزرگنمایی | הגדל | פתח | phóng to | xem | perbesar | buka
    """
)
_WHERE = one_of(
    r"""
    in (?:a )?(?:gallery|lightbox|fullscreen|full screen)
    (?:in|im) (?:galerie|vollbild|großansicht|lightbox)
    en (?:grand|plein écran|pantalla completa|tela cheia)
    i (?:fullskjerm|fullskärm|helskärm|fuld skærm) | a schermo intero | op volledig scherm
    на весь экран | plein écran
    """
)
# Sure at the ends of a line: an action and a picture in either order, a place in a gallery, a reader's label.
_OF = r"(?:of|von|de|di|sur|van|av|af|z|ze|из|з|/)"
_SURE = one_of(
    rf"""
    {_ACTION} (?:{_PICTURE}(?: {_WHERE})?|{_WHERE})
    (?:{_PICTURE}|slide|снимок|рис) (?:(?:{_WHERE} )?{_ACTION}|\d+ {_OF} \d+)
    click to (?:enlarge|expand) | clicca per ingrandire | cliquez pour agrandir
    (?:haga )?clic para ampliar | zum vergrößern (?:auf das bild )?klicken
    klik (?:for at forstørre|om te vergroten) | weitere videos | now playing | autoplay | video
    \(?\d+ ?/ ?\d+\)? | {CAPTION_LABEL} | (?:toggle|hide) caption
    (?:この記事の)?画像を(?:見る|拡大する?)(?:[（(]\d+枚[)）])? | 拡大(?:する|画像)? | 閉じる
    全画面表示 | 写真を拡大 | (?:이미지|사진) ?(?:크게 ?보기|확대) | 크게 ?보기 | 点击(?:查看)?大图
    點擊(?:圖片)?放大 | 查看大图 | 看大圖
    """
)
_ALONE = one_of(
    rf"""
    {_SURE} | {_ACTION} | full ?screen | vollbild | großansicht | lightbox | zoom(?: in)? | play | pause
    next | previous | share | copy link | print | save | download | info | more | (?:show|read|see) more
    mehr(?: anzeigen)? | teilen | merken | anzeige | advertisement | partager | compartir | compartilhar
    condividi | поделиться | photo_camera | camera(?:_alt)? | zoom_(?:in|out_map) | expand_more
    fullscreen | open_in_full | close | 放大 | 关闭 | 關閉 | 全屏 | 展开 | 확대 | 닫기 | إغلاق | סגור
    ปิด
    """
)
# Labels at the beginning and end of a line, and a piece that is nothing else.
_FIRST = re.compile(rf"(?:\s*{_SURE}(?:[,:.،，]|\s|$))+", re.IGNORECASE)
_LAST = re.compile(rf"(?:(?:^|\s){_SURE}){{1,3}}$", re.IGNORECASE)
_IS_LABEL = re.compile(
    rf"\W*(?:{_ALONE}[\s:.,،]*|{SOURCE_LABEL}|image|photo|picture|foto|bild)", re.IGNORECASE
)
_SENTENCE_ENDS = frozenset(".!?…”»。")  # behind which no label is; most captions end so
_LENGTH = 48  # characters of the longest label, and of the end of a line that is searched; a guess


def is_label(piece: str) -> bool:
    """Whether a piece of a caption is nothing but a word of the interface."""
    return len(piece) <= _LENGTH and (_IS_LABEL.fullmatch(piece) is not None)


def without_labels(line: str) -> str:
    """Return a line without labels at its beginning and end."""
    if first := _FIRST.match(line):
        line = line[first.end() :]
    if line[-1:] in _SENTENCE_ENDS:
        return line
    last = _LAST.search(line, max(0, len(line) - _LENGTH))
    return line[: last.start()] if last else line
