"""Words around names in bylines, by language: collected from pages of the corpus, completed by hand.

Sets contain casefolded words; strings are sources of regular expressions.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BY = r"""(?:
    (?i:(?:written|posted|reported|story|text|words|article|analysis|opinion|published|submitted|created)
        (?:\s+and\s+edited)?\s+by|by)
    | (?i:escrito\s+por|publicado\s+por|écrit\s+par|publié\s+par|propos\s+recueillis\s+par|a\s+cura\s+di
        |geschrieben\s+von|veröffentlicht\s+von|eingestellt\s+von|ein(?:e)?\s+\w+\s+von|verfasst\s+von
        |opublikowane\s+przez|geschreven\s+door|publicado\s+por)
    | (?i:autor(?:in)?/autor(?:in)?|autorin|autor|autore|auteure?)
    | (?i:autor(?:en|ka|zy|es)?|autore|autori|auteurs?|auteure|author(?:s|\(s\))?|skribent
        |redaktion|tekst|texte?|texto|testo|words|story|interview|kolumne|reportage|penulis|reporter|oleh|bởi
        |tác\s+giả|автор(?:ы|ка)?|текст|журналист|автори|yazar|muhabir|kirjoittaja|toimittaja|författare)(?=\s*[:：/|])
    | (?i:par|por|door|przez|oleh|bởi|vom|автор|авторы|текст|autorin/autor|skrevet\s+av|escribe)
    | von|Von(?=\s+\S+\s+\S)|VON | di|Di(?=\s+\S+\s+\S)|da|av|Av(?=\s+\S+\s+\S)|af|Af(?=\s+\S+\s+\S)|od|от
    | 著者|筆者|作者|撰文|文|글|글쓴이|取材(?:・文)?
    | تأليف|بقلم|كتب(?:ت)?|كتابة | लेखक|द्वारा|रिपोर्ट | מאת | από | โดย
)"""
"""The beginnings of bylines; compile with VERBOSE."""

# Labels before and after the name in Chinese, Japanese and Korean, which put no space between them.
CJK_BY = r"(?:記者|记者|作者|著者|筆者|撰文|责任编辑|責任編輯|编辑|編輯|通讯员|通訊員)\s*[:：/／]?\s*"
CJK_AFTER = (
    r" ?(?:선임기자|기자|특파원|논설위원|記者|记者|特派員|氏|報導|报道|编辑|編集委員)(?:\s[\s\S]*)?\Z"
    r"|[／/] ?\w{2,4}(?:報導|报道|報道)$|さん$"
)
# Between the names of two authors.
AND = r"(?:[Aa]nd|AND|[Uu]nd|UND|[Ee]t|ET|y|e|i|и|та|og|och|en|ja|dan|ve|và|και|ו|with|[Mm]it|avec|con|sowie)"

OTHERS_BY = (
    r"(?:(?:review|edit|translat|fact[- ]check|photograph|illustrat|approv|verifi|updat|curat)ed\s+by"
    r"|(?:übersetzt|redigiert|geprüft|fotografiert|illustriert)\s+von|(?:traduit|relu|révisé|illustré)\s+par"
    r"|(?:traducido|traduzido|editado|revisado)\s+por|(?:tradotto|revisionato)\s+da|vertaald\s+door)"
)
"""Before the names of people who did something else than write."""
COMPOUND_ROLE = (
    r"[\w-](?:redakteur(?:in)?|redaktor(?:in)?|reporter(?:in)?|korrespondent(?:in)?|mitglied|mitarbeiter(?:in)?"
    r"|journalist(?:in)?|autor(?:in)?|volontär(?:in)?|chef(?:in)?|redacteur|verslaggever|skribent|redaktør|redaktör)$"
)
"""German, Dutch and Nordic words for a role that are written in one word with its subject."""

OTHER_LABELS = _words(
    """
    photo photos photography photographs photographer foto fotos fotografie fotograf bild bilder image
    images picture pictures video videos illustration illustrations grafik graphic graphics art date datum
    fecha data source quelle fuente fonte bron kilde källa updated published erstellt aktualisiert stand
    posted editing editor editors edited produktion kamera camera schnitt translation übersetzung traduction
    traducción фото источник дата редактор 写真 イラスト 翻訳 翻訳者 来源 來源 出典 사진 출처
    category categories kategorie tags tag filed under rubrik thema sección section ressort copyright lesezeit
    """
)
"""Labels before a colon that introduce something other than the author."""

# Words of a job title; adjectives alone do not make one.
ROLES = _words(
    """
    editor editors reporter reporters correspondent writer columnist journalist contributor producer
    photographer author blogger freelancer critic analyst fellow intern anchor presenter host director
    publisher founder redakteur redakteurin chefredakteur chefredakteurin redaktor redaktorin redakteurs
    korrespondent korrespondentin reporterin autor autorin journalistin volontär volontärin kolumnist
    kolumnistin pressesprecher pressesprecherin herausgeber rédacteur rédactrice journaliste correspondant
    correspondante envoyé envoyée chroniqueur redactor redactora periodista corresponsal columnista
    corrispondente giornalista inviato redattore jornalista repórter colunista корреспондент обозреватель
    редактор журналист спецкор muhabir yazar editör verslaggever redacteur dziennikarz dziennikarka
    redaktorka journalista toimittaja chief chefin wartawan contributing
    manager consultant strategist attorney lawyer specialist researcher advisor adviser nutritionist
    dietitian therapist physician developer marketer copywriter officer ceo cto cfo cofounder co-founder
    president professor mitarbeiter mitarbeiterin
    """
)
ROLE_ADJECTIVES = _words(
    """
    senior junior chief staff political politics business sports sport science health deputy foreign
    associate managing special contributing freelance crime education environment environmental technology
    tech world news executive assistant digital local national international investigative economics
    economic culture arts entertainment features feature city diplomatic defense defence legal affairs freie
    freier leitende leitender stellvertretende stellvertretender grand en of and for at large the guest data
    audience travel food lifestyle fashion beauty money finance financial markets opinion senior-editor
    general certified licensed registered
    """
)
TITLE_WORDS = ROLE_ADJECTIVES - {"junior", "the", "en", "of", "and", "for", "at"}
"""Words that begin the title of a job, and no person's name."""
NO_FIRST_NAME = TITLE_WORDS | {"the", "die", "der", "das"}
COLLECTIVE = _words(
    """
    staff newsroom desk newsdesk webdesk redaktion onlineredaktion redaction rédaction redacción redazione
    redação redactie redakcja redaksi редакция редакція team bureau agencies agenturen agencias agences
    editorial news media gmbh ag ev e.v. inc inc. ltd ltd. llc corp corporation company group magazin
    magazine verlag online agency agentur agence agencia agenzia press presse prensa institut institute
    university universität foundation stiftung association verein verband network tv radio fm times herald
    gazette tribune journal zeitung tageblatt kurier anzeiger rundschau welle post daily today report
    reports review service services center centre zentrum council committee ministry ministerium government
    department office limited publishing publications digital contributors writers editors reporters
    correspondents blog website web wire landesanstalt bundesamt gesellschaft club store shop hotel guide
    community board crew partner partners sponsored сми новости агентство газета haber haberler ajansı
    gazetesi noticias notícias noticies nachrichten nieuws nyheter nyheder notizie actualités aktuell
    """
)
"""Words in the names of organisations, not of people."""

# Parts of organisations' names and of page furniture.
CJK_COLLECTIVE = (
    r"新聞|新闻|通信|通讯|通訊|日報|日报|時報|时报|晚报|晚報|뉴스|일보|신문|방송|デジタル|オンライン|編集部"
    r"|编辑部|株式会社|週刊|日刊|有限公司|网$|社$|登録|会員|ログイン|記事|一覧|連載|コラム|著者|作者|筆者"
    r"|記者|公開|更新|最新|免费|订阅|登录|로그인|구독|기사|더보기"
)

NOBODY = _words(  # placeholders of content systems instead of a name
    """
    admin administrator author authors editor null none undefined unknown unbekannt anonymous anonym user
    username wordpressadmin webmaster root test guest gast name noauthor n/a na by von autor autorin auteur
    autore writer reporter redakteur bot system superuser siteadmin webadmin default profile profil
    biography abouttheauthor abouttheauthors postedby writtenby viewallposts byline theauthor
    authorsarticles anonymer inconnu desconocido uncategorized publisher
    """
)
NOT_A_NAME = _words(
    """
    السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
    minutes minuten min uhr stunden hours ago vor today yesterday heute gestern monday tuesday wednesday
    thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi
    mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo january
    february march april june july august september october november december januar februar märz mai juni
    juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre jan feb mar apr
    jun jul aug sep sept oct nov dec okt dez mon tue tues wed thu thur fri sat sun mo di mi do fr sa so
    first last by in im on at of for from with mit unter under en dans à zur person neueste zum weitere
    andere lesezeit lesedauer
    am um bei vom seit date datum uhrzeit
    """
)
"""Words of dates: not a name by themselves, although April and Jan may begin one."""

BUTTONS = _words(
    """
    follow following view read comment comments kommentar kommentare share shares teilen twitter facebook
    instagram linkedin youtube whatsapp email e-mail mail hinterlasse uncategorized subscribe more mehr
    advertisement anzeige published updated posted aktualisiert veröffentlicht about über contact kontakt
    sign login log all alle articles artikel article posts post print drucken save merken bookmark
    abonnieren suivre seguir volgen copy link bio profile profil website homepage topics themen newsletter
    gesponserte inhalte views likes answers replies antworten beiträge this here click hier tweit pin suche
    search no your you our we how what why when who please und-mehr leave reply edit send submit download
    avatar image photo foto
    datum date uhrzeit signaturen informationen
    """
)
"""Words of buttons and menus: a part of a byline that begins with one is not a name."""

DEGREES = _words(  # after a name
    """
    phd ph.d. ph.d md m.d. m.d rn rd mph msc mba ba ma jd esq esq. dds do facp ms bsc llm cfa cpa rdn dr
    prof m.a. b.a. m.sc. dipl.-ing. ll.m. mpp
    """
)
DEGREES_OR_NAMES = _words("ma ba ms do md")
"""Degrees that are family names, or a first name, when only their first letter is large."""
PARTICLES = _words(  # in small letters inside a name
    """
    van von der den de del della di da dos das do la le las los el al bin ibn ben abu zu zum zur ter ten af
    av y e i du des 't d' vom und
    """
)
PLACES = _words(
    """
    newyork losangeles sanfrancisco washingtondc newdelhi hongkong telaviv saopaulo riodejaneiro buenosaires
    mexicocity ciudaddeméxico frankfurtammain capetown unitedstates unitedkingdom southafrica saudiarabia
    newzealand southkorea northkorea kualalumpur tokyojapan addisababa hochiminhcity washington नईदिल्ली
    نيويورك أبوظبي تلأبيب القدسالمحتلة ניויורק תלאביב
    """
)
"""Places of two words or more, without spaces; places of one word are recognised by position."""
