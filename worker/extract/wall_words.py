"""Words of walls, errors and empty pages in many languages: collected from pages, completed by hand.

Each is the source of a regular expression, which the module that uses it compiles with IGNORECASE.
"""

from worker.extract.lexicon import one_of

# Calls to subscribe or register.
SUBSCRIBE = one_of(
    r"""
    subscribe (?:now )?to (?:continue|read|keep reading|unlock|get access) | subscribers? (?:only|can read)
    (?:only|exclusive(?:ly)?) (?:for|to) (?:our )?(?:subscribers|members) | already a (?:subscriber|member)
    (?:sign|log) ?(?:in|up) to (?:continue|keep) reading | register (?:for free )?to (?:continue|read)
    to (?:continue|keep) reading | unlock (?:this|the full) (?:article|story) | members[- ]only
    (?:jetzt )?(?:weiterlesen|vollständigen artikel).{0,40}(?:abo|plus|registrier|anmeld) | nur für abonnent
    abonnieren,? um weiter | bereits abonnent | (?:exklusiv|inhalt) für (?:abonnent|mitglieder)
    mit \S{1,20} ?plus lesen | réservé (?:à nos|aux) abonnés | abonnez-vous pour (?:lire|continuer)
    déjà abonné | lire la suite.{0,30}abonn | (?:exclusiv[oa]s?|solo) para (?:suscriptores|socios)
    suscríbete para (?:leer|seguir|continuar) | ya (?:eres|es) suscriptor
    (?:exclusivo|conteúdo) para assinantes | assine para (?:ler|continuar) | já (?:é|sou) assinante
    (?:riservato|contenuto) (?:agli|per gli) abbonati | abbonati per (?:leggere|continuare) | sei già abbonato
    (?:alleen|exclusief) voor abonnees | abonneer (?:je )?om (?:verder|te lezen) | al abonnee
    lees verder met | (?:för|bara för) prenumeranter | för (?:våra )?abonnenter | kun for abonnenter
    allerede abonnent | redan prenumerant | (?:tylko|wyłącznie) dla (?:subskrybentów|prenumeratorów)
    pozostało \d+ ?% (?:treści|artykułu) | masz już subskrypcję | (?:jen|pouze) pro (?:předplatitele|členy)
    csak előfizetők | sadece aboneler | abone ol(?:arak|un)?.{0,20}oku
    (?:доступн\w{1,9} )?только (?:для )?подписчик | оформите подписку
    подпишитесь,? чтобы (?:читать|прочитать|продолжить) | (?:лише|тільки) для (?:передплатників|підписників)
    μόνο για συνδρομητές | (?:この(?:記事|続き)は)?(?:有料)?会員(?:限定|登録).{0,12} | 有料記事
    続きを読むには | 残り\s?\d+文字 | 구독자 전용 | 유료 ?회원 | 로그인 후 (?:계속|이용)
    구독하(?:고|시면).{0,12}(?:읽|보) | (?:仅限|限)(?:订阅|付费|会员) | 订阅(?:后|以)(?:阅读|继续) | 付费阅读
    (?:僅限|限)(?:訂閱|付費|會員) | 訂閱(?:後|以) | للمشتركين فقط
    اشترك (?:الآن )?(?:لقراءة|لمتابعة|للمتابعة) | محتوى حصري للمشتركين | למנויים בלבד | רק למנויים
    केवल (?:सब्सक्राइबर|सदस्यों|ग्राहकों) | पढ़ने के लिए (?:सब्सक्राइब|सदस्यता) | เฉพาะสมาชิก
    chỉ dành cho (?:hội viên|thuê bao) | khusus (?:pelanggan|member)
    berlangganan untuk (?:membaca|melanjutkan)
    """
)

# Requests to turn on JavaScript.
NEEDS_SCRIPT = one_of(
    r"""
    enable java ?script | java ?script (?:is|to be) (?:required|disabled|enabled) | requires? java ?script
    java ?script (?:aktivieren|einschalten|ist deaktiviert) | aktivieren sie java ?script
    activ\w{1,9} (?:le )?java ?script | (?:habilit|activ|attiv|ativ)\w{1,9} (?:o |el )?java ?script
    включите java ?script | java ?script\s?を有効 | java ?script\s?を(?:on|オン) | 자바스크립트
    启用 ?java ?script | 啟用 ?java ?script | تفعيل (?:ال)?جافا ?سكريبت
    java ?script (?:etkin|inschakelen|włącz) | włącz\w{0,9} java ?script | जावास्क्रिप्ट
    """
)
# Domains for sale, and the default pages of servers.
PARKED = one_of(
    r"""
    (?:this )?domain (?:name )?(?:is|may be) (?:for sale|parked) | buy this domain
    domain (?:parking|for sale) | domain (?:steht zum verkauf|zu verkaufen|ist geparkt)
    ce (?:nom de )?domaine est (?:à vendre|en vente)
    (?:este )?dominio (?:está )?(?:en venta|à venda|aparcado) | dominio in vendita
    домен (?:продаётся|продается|припаркован) | このドメイン(?:は|を).{0,8}(?:売|購入)
    域名(?:出售|转让|停放) | sedo ?parking | hugedomains | default web ?site page | welcome to nginx
    apache2? (?:ubuntu |debian )?default page | account (?:has been )?suspended
    """
)
# Pages that only lead to another.
MOVED = one_of(
    r"""
    (?:page|document|article|site|website) has (?:been )?(?:permanently )?moved | moved permanently
    object moved | redirecting (?:to|you) | you (?:are being|will be) redirected | redirecting\.\.\.
    sie werden (?:weitergeleitet|umgeleitet) | seite (?:ist|wurde) (?:umgezogen|verschoben)
    vous (?:allez être|êtes) redirigé | (?:será|está siendo) redirigid[oa]
    (?:verrai|stai per essere) reindirizzat | (?:será|está sendo) redirecionad
    страница (?:переехала|перемещена) | вы будете перенаправлены | (?:ページ|サイト)は?.{0,6}移転 | 页面跳转
    正在跳转 | 페이지가 이동 | تم نقل (?:هذه )?الصفحة | doorverwezen | przekierowan | yönlendiriliyorsunuz
    """
)

# Titles of pages that ask whether the reader is a robot.
CHALLENGE = one_of(
    r"""
    just a moment | attention required | access denied | access to this page has been denied
    pardon our interruption | one moment,? please | checking your browser | are you a (?:ro)?bot | robot check
    human verification | security check | verify(?:ing)? (?:that )?you(?:'re| are) (?:a )?human | ddos-guard
    client challenge | bot verification | please wait | (?:request|you have been) (?:blocked|unsuccessful)
    vercel security checkpoint | making sure you(?:'|’)re not a bot | captcha | un momento | einen moment
    sicherheitsüberprüfung | zugriff verweigert | sind sie ein mensch | un instant | vérification de sécurité
    accès refusé | acceso denegado | verificación de seguridad | acesso negado | accesso negato
    toegang geweigerd | dostęp zabroniony | проверка (?:браузера|безопасности) | доступ (?:запрещ|огранич)
    вы не робот | しばらくお待ちください | アクセス(?:が)?拒否 | 잠시만 기다 | 접근이 거부 | 安全验证
    人机验证 | 请稍候 | 訪問驗證 | لحظة من فضلك | تم رفض الوصول | erişim engellendi | bir dakika lütfen
    """
)
# Titles and beginnings of consent walls.
CONSENT = one_of(
    r"""
    before you continue | bevor sie (?:fortfahren|weiterlesen) | avant de continuer
    antes de (?:continuar|empezar) | prima di continuare | voordat je verder ?gaat | we value your privacy
    (?:we|and our) partners (?:use|store) | wir (?:schätzen|respektieren) ihre privatsphäre
    mit werbung (?:weiterlesen|lesen|und tracking)
    cookie[- ]?(?:consent|wall|einstellungen|hinweis|policy|banner) | zustimmung | your privacy choices
    consent(?:ement|imiento|imento|eix)?\b | toestemming | samtykke | samtycke | evästeet
    nous respectons votre vie privée | tu privacidad | sua privacidade | la tua privacy | zgod[aęy] na
    súhlas | souhlas | согласие на (?:обработку|использование) | файл\w{0,9} cookie | クッキー
    cookie\s?の(?:使用|同意) | 쿠키 (?:사용|동의) | ملفات تعريف الارتباط | çerez (?:politikası|tercihleri)
    accept(?:er)? (?:all|and continue|et continuer|tout) | alle(?:s)? akzeptieren
    """
)
# Titles of error pages.
ERROR = one_of(
    r"""
    ^\W*(?:error\s*)?(?:404|403|410|500|502|503)\b(?!\s+\w+\s+\w+\s+\w) | ^not found
    \b(?:error|fehler) (?:404|403|410|5\d\d)\b
    \b(?:page|story|article|content)\b.{0,14}\b(?:not found|does not exist)
    \b(?:page|story|article|content)\b.{0,14}\b(?:no longer (?:available|exists)|unavailable)
    \b(?:seite|artikel|inhalt)\b.{0,14}\b(?:nicht gefunden|existiert nicht)
    \b(?:seite|artikel|inhalt)\b.{0,14}\b(?:nicht (?:mehr )?(?:verfügbar|vorhanden))
    \bpage (?:introuvable|non trouvée) | cette page n.existe (?:pas|plus)
    página no (?:encontrada|existe|disponible) | página não (?:encontrada|existe)
    pagina (?:non (?:trovata|esiste)|niet gevonden|bestaat niet) | sidan (?:hittades|finns) inte
    siden (?:blev ikke fundet|finnes ikke|ble ikke funnet) | sivua ei löyd
    (?:strona|stránka) (?:nie została znaleziona|nie istnieje|nenalezena) | страница не (?:найдена|существует)
    сторінк\w{1,9} не знайдено | sayfa bulunamadı | η σελίδα δεν βρέθηκε | הדף לא נמצא
    (?:ページ|記事)(?:が|は)(?:見つかりません|存在しません|削除) | 페이지를 찾을 수 없
    (?:页面|頁面|网页|您访问的页面)(?:不存在|未找到|没有找到) | (?:找不到|未找到)(?:页面|頁面|网页)
    الصفحة (?:غير موجودة|المطلوبة غير) | पृष्ठ नहीं मिला | ไม่พบหน้า | không tìm thấy trang
    halaman tidak ditemukan | bad gateway | service unavailable | internal server error | gateway time-?out
    error establishing a database connection
    """
)
