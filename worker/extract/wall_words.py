"""Words of walls, errors and empty pages in many languages: collected from pages, completed by hand.

Each is the source of a regular expression, which the module that uses it compiles with IGNORECASE.
"""

# Calls to subscribe or register.
SUBSCRIBE = "|".join(
    (
        r"subscribe (?:now )?to (?:continue|read|keep reading|unlock|get access)",
        r"subscribers? (?:only|can read)",
        r"(?:only|exclusive(?:ly)?) (?:for|to) (?:our )?(?:subscribers|members)",
        r"already a (?:subscriber|member)",
        r"(?:sign|log) ?(?:in|up) to (?:continue|keep) reading",
        r"register (?:for free )?to (?:continue|read)",
        r"to (?:continue|keep) reading|unlock (?:this|the full) (?:article|story)",
        r"members[- ]only",
        r"(?:jetzt )?(?:weiterlesen|vollständigen artikel).{0,40}(?:abo|plus|registrier|anmeld)",
        r"nur für abonnent",
        r"abonnieren,? um weiter|bereits abonnent",
        r"(?:exklusiv|inhalt) für (?:abonnent|mitglieder)|mit \S{1,20} ?plus lesen",
        r"réservé (?:à nos|aux) abonnés|abonnez-vous pour (?:lire|continuer)",
        r"déjà abonné|lire la suite.{0,30}abonn",
        r"(?:exclusiv[oa]s?|solo) para (?:suscriptores|socios)",
        r"suscríbete para (?:leer|seguir|continuar)",
        r"ya (?:eres|es) suscriptor",
        r"(?:exclusivo|conteúdo) para assinantes|assine para (?:ler|continuar)",
        r"já (?:é|sou) assinante",
        r"(?:riservato|contenuto) (?:agli|per gli) abbonati|abbonati per (?:leggere|continuare)",
        r"sei già abbonato",
        r"(?:alleen|exclusief) voor abonnees|abonneer (?:je )?om (?:verder|te lezen)",
        r"al abonnee|lees verder met",
        r"(?:för|bara för) prenumeranter|för (?:våra )?abonnenter",
        r"kun for abonnenter|allerede abonnent",
        r"redan prenumerant",
        r"(?:tylko|wyłącznie) dla (?:subskrybentów|prenumeratorów)",
        r"pozostało \d+ ?% (?:treści|artykułu)",
        r"masz już subskrypcję",
        r"(?:jen|pouze) pro (?:předplatitele|členy)|csak előfizetők",
        r"sadece aboneler|abone ol(?:arak|un)?.{0,20}oku",
        r"(?:доступн\w+ )?только (?:для )?подписчик|оформите подписку",
        r"подпишитесь,? чтобы (?:читать|прочитать|продолжить)",
        r"(?:лише|тільки) для (?:передплатників|підписників)|μόνο για συνδρομητές",
        r"(?:この(?:記事|続き)は)?(?:有料)?会員(?:限定|登録).{0,12}|有料記事",
        r"続きを読むには|残り\s?\d+文字",
        r"구독자 전용|유료 ?회원|로그인 후 (?:계속|이용)|구독하(?:고|시면).{0,12}(?:읽|보)",
        r"(?:仅限|限)(?:订阅|付费|会员)|订阅(?:后|以)(?:阅读|继续)|付费阅读",
        r"(?:僅限|限)(?:訂閱|付費|會員)|訂閱(?:後|以)",
        r"للمشتركين فقط|اشترك (?:الآن )?(?:لقراءة|لمتابعة|للمتابعة)",
        r"محتوى حصري للمشتركين|למנויים בלבד",
        r"רק למנויים",
        r"केवल (?:सब्सक्राइबर|सदस्यों|ग्राहकों)|पढ़ने के लिए (?:सब्सक्राइब|सदस्यता)",
        r"เฉพาะสมาชิก|chỉ dành cho (?:hội viên|thuê bao)",
        r"khusus (?:pelanggan|member)|berlangganan untuk (?:membaca|melanjutkan)",
    )
)

# Requests to turn on JavaScript.
NEEDS_SCRIPT = "|".join(
    (
        r"enable java ?script|java ?script (?:is|to be) (?:required|disabled|enabled)",
        r"requires? java ?script",
        r"java ?script (?:aktivieren|einschalten|ist deaktiviert)|aktivieren sie java ?script",
        r"activ\w+ (?:le )?java ?script",
        r"(?:habilit\w+|activ\w+|attiv\w+|ativ\w+) (?:o |el )?java ?script|включите java ?script",
        r"java ?script\s?を有効|java ?script\s?を(?:on|オン)|자바스크립트",
        r"启用 ?java ?script|啟用 ?java ?script",
        r"تفعيل (?:ال)?جافا ?سكريبت|java ?script (?:etkin|inschakelen|włącz)",
        r"włącz\w* java ?script|जावास्क्रिप्ट",
    )
)
# Domains for sale, and the default pages of servers.
PARKED = "|".join(
    (
        r"(?:this )?domain (?:name )?(?:is|may be) (?:for sale|parked)|buy this domain",
        r"domain (?:parking|for sale)",
        r"domain (?:steht zum verkauf|zu verkaufen|ist geparkt)",
        r"ce (?:nom de )?domaine est (?:à vendre|en vente)",
        r"(?:este )?dominio (?:está )?(?:en venta|à venda|aparcado)|dominio in vendita",
        r"домен (?:продаётся|продается|припаркован)",
        r"このドメイン(?:は|を).{0,8}(?:売|購入)|域名(?:出售|转让|停放)|sedo ?parking",
        r"hugedomains|default web ?site page",
        r"welcome to nginx|apache2? (?:ubuntu |debian )?default page|account (?:has been )?suspended",
    )
)
# Pages that only lead to another.
MOVED = "|".join(
    (
        r"(?:page|document|article|site|website) has (?:been )?(?:permanently )?moved",
        r"moved permanently",
        r"object moved",
        r"redirecting (?:to|you)|you (?:are being|will be) redirected|redirecting\.\.\.",
        r"sie werden (?:weitergeleitet|umgeleitet)|seite (?:ist|wurde) (?:umgezogen|verschoben)",
        r"vous (?:allez être|êtes) redirigé",
        r"(?:será|está siendo) redirigid[oa]|(?:verrai|stai per essere) reindirizzat",
        r"(?:será|está sendo) redirecionad",
        r"страница (?:переехала|перемещена)|вы будете перенаправлены|(?:ページ|サイト)は?.{0,6}移転",
        r"页面跳转|正在跳转",
        r"페이지가 이동|تم نقل (?:هذه )?الصفحة|doorverwezen|przekierowan|yönlendiriliyorsunuz",
    )
)

# Titles of pages that ask whether the reader is a robot.
CHALLENGE = "|".join(
    (
        r"just a moment|attention required|access denied",
        r"access to this page has been denied|pardon our interruption",
        r"one moment,? please|checking your browser|are you a (?:ro)?bot",
        r"robot check|human verification|security check",
        r"verify(?:ing)? (?:that )?you(?:'re| are) (?:a )?human|ddos-guard|client challenge",
        r"bot verification|please wait",
        r"(?:request|you have been) (?:blocked|unsuccessful)|vercel security checkpoint",
        r"making sure you(?:'|’)re not a bot",
        r"captcha|un momento|einen moment",
        r"sicherheitsüberprüfung|zugriff verweigert|sind sie ein mensch",
        r"un instant|vérification de sécurité|accès refusé",
        r"acceso denegado|verificación de seguridad|acesso negado",
        r"accesso negato|toegang geweigerd|dostęp zabroniony",
        r"проверка (?:браузера|безопасности)|доступ (?:запрещ|огранич)",
        r"вы не робот|しばらくお待ちください|アクセス(?:が)?拒否|잠시만 기다|접근이 거부",
        r"安全验证|人机验证|请稍候|訪問驗證",
        r"لحظة من فضلك|تم رفض الوصول|erişim engellendi|bir dakika lütfen",
    )
)
# Titles and beginnings of consent walls.
CONSENT = "|".join(
    (
        r"before you continue|bevor sie (?:fortfahren|weiterlesen)",
        r"avant de continuer|antes de (?:continuar|empezar)",
        r"prima di continuare|voordat je verder ?gaat",
        r"we value your privacy|(?:we|and our) partners (?:use|store)",
        r"wir (?:schätzen|respektieren) ihre privatsphäre",
        r"mit werbung (?:weiterlesen|lesen|und tracking)",
        r"cookie[- ]?(?:consent|wall|einstellungen|hinweis|policy|banner)|zustimmung",
        r"your privacy choices",
        r"consent(?:ement|imiento|imento|eix)?\b|toestemming|samtykke|samtycke|evästeet",
        r"nous respectons votre vie privée|tu privacidad|sua privacidade|la tua privacy",
        r"zgod[aęy] na|súhlas|souhlas",
        r"согласие на (?:обработку|использование)|файл\w* cookie|クッキー",
        r"cookie\s?の(?:使用|同意)|쿠키 (?:사용|동의)|ملفات تعريف الارتباط",
        r"çerez (?:politikası|tercihleri)|accept(?:er)? (?:all|and continue|et continuer|tout)",
        r"alle(?:s)? akzeptieren",
    )
)
# Titles of error pages.
ERROR = "|".join(
    (
        r"^\W*(?:error\s*)?(?:404|403|410|500|502|503)\b(?!\s+\w+\s+\w+\s+\w)|^not found",
        r"\b(?:error|fehler) (?:404|403|410|5\d\d)\b",
        r"\b(?:page|story|article|content)\b.{0,14}\b(?:not found|does not exist"
        r"|no longer (?:available|exists)|unavailable)",
        r"\b(?:seite|artikel|inhalt)\b.{0,14}\b(?:nicht gefunden|existiert nicht"
        r"|nicht (?:mehr )?(?:verfügbar|vorhanden))",
        r"\bpage (?:introuvable|non trouvée)|cette page n.existe (?:pas|plus)",
        r"página no (?:encontrada|existe|disponible)",
        r"página não (?:encontrada|existe)",
        r"pagina (?:non (?:trovata|esiste)|niet gevonden|bestaat niet)",
        r"sidan (?:hittades|finns) inte",
        r"siden (?:blev ikke fundet|finnes ikke|ble ikke funnet)|sivua ei löyd",
        r"(?:strona|stránka) (?:nie została znaleziona|nie istnieje|nenalezena)",
        r"страница не (?:найдена|существует)|сторінк\w+ не знайдено|sayfa bulunamadı",
        r"η σελίδα δεν βρέθηκε|הדף לא נמצא",
        r"(?:ページ|記事)(?:が|は)(?:見つかりません|存在しません|削除)|페이지를 찾을 수 없",
        r"(?:页面|頁面|网页|您访问的页面)(?:不存在|未找到|没有找到)",
        r"(?:找不到|未找到)(?:页面|頁面|网页)|الصفحة (?:غير موجودة|المطلوبة غير)|पृष्ठ नहीं मिला",
        r"ไม่พบหน้า|không tìm thấy trang|halaman tidak ditemukan",
        r"bad gateway|service unavailable|internal server error",
        r"gateway time-?out|error establishing a database connection",
    )
)
