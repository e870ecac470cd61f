"""The most frequent short words of languages, and the languages of each alphabet.

Compiled by hand: each list has words that are frequent in news of that language and rare in its neighbours'
(articles, prepositions, conjunctions, forms of "to be"). Alphabets are ranges of Unicode blocks.
"""

from collections.abc import Mapping
from types import MappingProxyType

_LISTS = {  # compiled by hand; see above
    "en": "the of and to in that is was for on with as it by at from are has have be this an which were been",
    "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden",
    "fr": "le la les des et en du une est pour que dans qui par sur pas au plus avec ce cette sont aux ont",
    "es": "de la que el en y los del las por con para una su al es lo como más pero sus ha fue este según",
    "it": "di che il la e in del un per è della non con una si sono dei nel gli alla anche al ha più le",
    "pt": "de que do da em um para com uma os no na por mais as dos foi ao das não se são pela pelo também",
    "nl": "de het een van en in is dat op te voor met zijn die niet aan er om ook als bij naar maar wordt",
    "sv": "och att det i en som på är av för med den till inte har om ett var de från men så vid också kan",
    "da": "og at det er en til på af som for med der den ikke har et fra de han men var også blev efter ved",
    "no": "og i det er på som en til av for at med har ikke den et fra de han men var også etter ble seg",
    "fi": "ja on ei että se oli mutta kun hän ovat myös mukaan kuin joka jos ollut sen niin sekä mitä ole",
    "is": "og að í á sem er til var um með við fyrir en hann ekki það af hafa því frá hefur voru þá segir",
    "pl": "w i na z się do nie że to jest o od po za jak przez dla co ale są był tym jego oraz już może",
    "cs": "a v se na je že to s z do o i za pro ale by jsou po který byl jako podle která které také už",
    "sk": "a v sa na je že to s z do o za pre ale by sú po ktorý bol ako podľa ktorá ktoré aj už však",
    "sl": "je in v na se da so za z pa ki ne kot tudi po ni še bi pri bo ali iz bil več smo",
    "hr": "i u je na se da su za od s a koji što kako nije bi će iz o ne sam te ili kao koja",
    "hu": "a az és hogy nem is egy ez meg van de volt csak már ki mint el még ha azt szerint pedig",
    "ro": "de și în a la cu că pe din o nu este care pentru un să mai au fost după sunt ca ce dar",
    "sq": "të e në dhe një për që me së nga është i u si nuk më ka janë do kjo duke edhe por kanë",
    "tr": "ve bir bu için de da ile olarak olan çok daha gibi kadar sonra ise ne en o göre ancak var olduğu",
    "az": "və bir bu üçün ilə da də olan isə edib olub daha kimi sonra ki ən bildirib görə edən onun",
    "et": "ja on ei et see oli kui ka ning ta aga mis kes oma seda veel siis pole välja üle mitte",
    "lv": "un ir ka uz par no ar kas arī pēc bet vai tika lai to gan kā nav būs līdz tas savu",
    "lt": "ir į kad yra su iš tai ne apie kaip bet buvo dėl nuo po jo tik bus kurie taip pat jau",
    "ca": "de la el i que a els les en per del amb un una és no han al ha les com més pel aquest",
    "eu": "eta da ez du bat dira baina ere izan den dute zen duen egin dela behar hori beste bere zuen",
    "af": "die en van het in is nie dat te om sy hy met vir op aan was deur ook word as 'n wat hulle",
    "ga": "an na agus ar go a is le i do sé ag bhí tá de don sin seo nach chun gur ach bhfuil",
    "id": "yang dan di ini dengan untuk dari itu dalam pada tidak akan juga oleh ke karena telah bisa adalah",
    "ms": "yang dan di ini dengan untuk daripada itu dalam pada tidak akan juga oleh ke kerana telah boleh",
    "vi": "và của là các có được cho trong không người với những này đã một để khi ở từ đến cũng",
    "tl": "ang ng sa na mga at ay ni si ito para hindi kay nang mula kung isang niya din siya ayon",
    "sw": "ya na wa kwa ni la katika za kuwa hiyo hii huo alisema cha kama huku baada lakini watu yake",
    "ru": "и в не на что с по это как за из от для но его о к а также был было при так его до",
    "uk": "і в на що не з за та до у про це як від для але його є також був під й або які",
    "be": "і ў на не што з па да для гэта як ад але за яго таксама быў пра каб якія было ён ці",
    "bg": "на и да в се за от не е че с по са това като до при което но ще си или бе той",
    "sr": "и у је на се да су за од са а који што како није би ће из о не као та или",
    "mk": "на и во да се од за е не со ќе што го ги не ја по како тоа но до или беше сите",
    "kk": "және мен бұл үшін деп бойынша бір да де болып еді туралы осы қазақстан екен керек ол өз",
    "ar": "في من على أن إلى التي عن مع هذا ما لا أو كان الذي بعد هذه قال وقال كما بين لم قد",
    "fa": "و در به از که این را با است برای آن یک خود تا بر می شد هم کرد شده نیز اند",
    "ur": "کے کی میں ہے سے کا کو اور نے کہ پر یہ ہیں بھی نہیں ایک کر اس ہو کیا گیا",
    "hi": "के में की है से का को और ने कि पर यह हैं भी नहीं एक कर इस हो लिए था गया",
    "mr": "आणि आहे या च्या ते हे मध्ये आहेत होते नाही करण्यात केली असून त्यांनी एक तर होता यांनी पण",
    "ne": "र छ को मा लाई ले भने पनि छन् भएको गरेको तथा यस हुन् थियो गर्न नेपाल गरिएको बताए",
}  # fmt: skip


def _by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language, listed in _LISTS.items():
        for word in dict.fromkeys(listed.split()):
            found[word] = (*found.get(word, ()), language)
    return MappingProxyType(found)


LANGUAGES = frozenset(_LISTS)
BY_WORD = _by_word()
"""Map each word to the languages that have it among their most frequent words."""

ALPHABETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "\u0370-\u03ff\u1f00-\u1fff": ("el",),
        "\u0400-\u052f": ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "tt", "uz", "ba", "bs"),
        "\u0530-\u058f": ("hy",),
        "\u0590-\u05ff": ("he", "yi"),
        "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff": (
            "ar", "fa", "ur", "ps", "ckb", "ku", "sd", "ug", "az", "pa", "ks",
        ),
        "\u0900-\u097f": ("hi", "mr", "ne", "sa", "mai", "bho", "kok"),
        "\u0980-\u09ff": ("bn", "as"),
        "\u0a00-\u0a7f": ("pa",),
        "\u0a80-\u0aff": ("gu",),
        "\u0b00-\u0b7f": ("or",),
        "\u0b80-\u0bff": ("ta",),
        "\u0c00-\u0c7f": ("te",),
        "\u0c80-\u0cff": ("kn",),
        "\u0d00-\u0d7f": ("ml",),
        "\u0d80-\u0dff": ("si",),
        "\u0e00-\u0e7f": ("th",),
        "\u0e80-\u0eff": ("lo",),
        "\u1000-\u109f": ("my",),
        "\u10a0-\u10ff": ("ka",),
        "\u1200-\u139f": ("am", "ti"),
        "\u1780-\u17ff": ("km",),
        "\uac00-\ud7a3\u1100-\u11ff": ("ko",),
        "\u3040-\u30ff": ("ja",),
        "\u3400-\u9fff\uf900-\ufaff": ("zh", "ja", "yue"),
    }
)  # fmt: skip
"""Ranges of letters, and the languages written in them, likeliest first; all others use Latin letters."""

ONLY_IN: Mapping[str, str] = MappingProxyType(
    {
        "ar": "ةىيكإأ",
        "fa": "کیگپچژ",
        "ur": "ٹڈڑںےہ",
        "ps": "ټډړښږګۍڼځڅ",
        "ckb": "ڵڕێۆ",
        "sd": "ڪٻڄڃٺٽڏڊڙڳڻ",
        "ug": "ۇۈۋڭ",
    }
)
"""Letters that distinguish languages in the Arabic alphabet (CLDR, exemplar characters). Those of Persian are
in all of the others, too, except in Arabic, whose yeh and kaf are separate code points."""

ALIKE = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"hr", "sr", "bs", "sh", "me", "cnr", "sl"}),
    frozenset({"id", "ms", "jv", "su"}),
    frozenset({"cs", "sk"}),
    frozenset({"es", "gl", "pt", "ca", "ast", "oc", "an", "pap"}),
    frozenset({"nl", "af", "fy", "li"}),
    frozenset({"de", "lb", "nds", "gsw"}),
    frozenset({"ru", "be"}),
    frozenset({"bg", "mk"}),
    frozenset({"hi", "mr", "ne", "mai", "bho"}),
    frozenset({"zh", "yue"}),
    frozenset({"tl", "fil", "ceb"}),
)
"""Languages so similar that their short words cannot overrule a declaration of another in the group."""
