"""The names of the months in some sixty languages, as printed in dates: in full, inflected and abbreviated.

After CLDR, with the Levantine, Maghrebi and Persian names beside it.
"""

import unicodedata

_NAMES = (
    """
    january jan januar janvier janv enero ene gennaio gen janeiro januari tammikuuta tammi
    tammikuu janúar stycznia sty styczeń ledna led leden januára január siječnja sij
    siječanj јануар јан януари яну јануари января янв январь січня січ січень студзеня сту
    студзень ianuarie ian ιανουαρίου ιαν ιανουάριοσ ocak oca yanvar yan jaanuar jaan
    janvāris sausio saus sausis janar gener urtarrila urt xaneiro xan eanáir ean ionawr ion
    იანვარი იან հունվարի հնվ հունվար қаңтар қаң يناير ינואר ינו׳ जनवरी जन॰ জানুয়ারী জানু
    जानेवारी जाने ஜனவரி ஜன జనవరి జన جنوری มกราคม ม.ค જાન્યુઆરી જાન્યુ ਜਨਵਰੀ ਜਨ ജനുവരി ജനു
    ಜನವರಿ ಜನ ජනවාරි ජන ဇန်နဝါရီ ဇန် មករា ມັງກອນ ມ.ກ ጃንዋሪ ጃን jänner جانفي ژانویه
    """,
    """
    february feb februar février févr febrero febbraio fevereiro fev februari helmikuuta
    helmi helmikuu febrúar lutego lut luty února úno únor februára február veljače velj
    veljača фебруар феб февруари фев февраля февр февраль лютого лют лютий лютага люты
    februarie febr φεβρουαρίου φεβ φεβρουάριοσ şubat şub fevral veebruar veebr februāris
    vasario vas vasaris shkurt shk febrer otsaila ots febreiro feabhra feabh chwefror chwef
    chw თებერვალი თებ փետրվարի փտվ փետրվար ақпан ақп فبراير פברואר פבר׳ फ़रवरी फ़र॰
    ফেব্রুয়ারী ফেব फेब्रुवारी फेब्रु பிப்ரவரி பிப் ఫిబ్రవరి ఫిబ్ర فروری กุมภาพันธ์ ก.พ
    फेब्रुअरी ફેબ્રુઆરી ફેબ્રુ ਫ਼ਰਵਰੀ ਫ਼ਰ ഫെബ്രുവരി ഫെബ്രു ಫೆಬ್ರವರಿ ಫೆಬ್ರ පෙබරවාරි පෙබ
    ဖေဖော်ဝါရီ ဖေ កុម្ភៈ ກຸມພາ ກ.ພ ፌብሩዋሪ ፌብ feber شباط فيفري فوریه
    """,
    """
    march mar märz mär mars marzo março maart mrt marts maaliskuuta maalis maaliskuu marca
    marzec března bře březen marec ožujka ožu ožujak март мар марта березня бер березень
    сакавіка сак сакавік martie március márc μαρτίου μαρ μάρτιοσ μάρ mart märts kovo kov
    kovas maret mac machi març martxoa márta mawrth maw მარტი მარ մարտի մրտ մարտ наурыз нау
    مارس מרץ मार्च মার্চ மார்ச் மார் మార్చి مارچ มีนาคม มี.ค માર્ચ ਮਾਰਚ മാർച്ച് മാർ ಮಾರ್ಚ್
    මාර්තු මාර් မတ် មីនា ມີນາ ມ.ນ ማርች maerz آذار
    """,
    """
    april apr avril avr abril abr aprile huhtikuuta huhti huhtikuu apríl kwietnia kwi
    kwiecień dubna dub duben apríla travnja tra travanj април апр апреля апрель квітня квіт
    квітень красавіка кра красавік aprilie április ápr απριλίου απρ απρίλιοσ nisan nis aprel
    aprill aprīlis balandžio bal balandis prill pri aprili d’abril d’abr apirila api aibreán
    aib ebrill ebr აპრილი აპრ ապրիլի ապր ապրիլ сәуір сәу أبريل אפריל אפר׳ अप्रैल এপ্রিল
    এপ্রি एप्रिल एप्रि ஏப்ரல் ஏப் ఏప్రిల్ ఏప్రి اپریل เมษายน เม.ย अप्रिल એપ્રિલ ਅਪ੍ਰੈਲ ਅਪ੍ਰੈ
    ഏപ്രിൽ ഏപ്രി ಏಪ್ರಿಲ್ ಏಪ್ರಿ අප්‍රේල් ဧပြီ មេសា ເມສາ ມ.ສ ኤፕሪል ኤፕሪ نيسان ابريل أفريل آوریل
    """,
    """
    may mai mayo maggio mag maio mei maj toukokuuta touko toukokuu maí maja května kvě
    květen mája máj svibnja svi svibanj мај май мая травня трав травень május μαΐου μαΐ
    μάιοσ μάι mayıs maijs gegužės geg gegužė maig maiatza bealtaine beal მაისი მაი մայիսի
    մյս մայիս мамыр мам مايو מאי मई মে मे மே మే مئی พฤษภาคม พ.ค મે ਮਈ മേയ് ಮೇ මැයි မေ ឧសភា
    ພຶດສະພາ ພ.ພ ሜይ أيار ماي مه
    """,
    """
    june jun juni juin junio giugno giu junho kesäkuuta kesä kesäkuu júní jún czerwca cze
    czerwiec června čvn červen júna junij lipnja lipanj јун юни јуни июня июн июнь червня
    черв червень чэрвеня чэр чэрвень iunie iun június ιουνίου ιουν ιούνιοσ ιούν haziran haz
    iyun iyn juuni jūnijs jūn birželio birž birželis qershor qer juny ekaina eka xuño
    meitheamh meith mehefin meh ივნისი ივნ հունիսի հնս հունիս маусым мау يونيو יוני जून জুন
    ஜூன் జూన్ جون มิถุนายน มิ.ย जुन જૂન ਜੂਨ ജൂൺ ಜೂನ್ ජූනි ဇွန် មិថុនា ມິຖຸນາ ມິ.ຖ ጁን juno
    حزيران جوان ژوئن
    """,
    """
    july jul juli juillet juil julio luglio lug julho heinäkuuta heinä heinäkuu júlí júl
    lipca lip lipiec července čvc červenec júla julij srpnja srpanj јул юли јули июля июл
    июль липня лип липень ліпеня ліп ліпень iulie iul július ιουλίου ιουλ ιούλιοσ ιούλ
    temmuz tem iyul iyl juuli jūlijs jūl liepos liep liepa korrik korr julai juliol uztaila
    uzt xullo xul iúil gorffennaf gorff gor ივლისი ივლ հուլիսի հլս հուլիս шілде шіл يوليو
    יולי जुलाई जुल॰ জুলাই জুল जुलै ஜூலை జులై جولائی กรกฎาคม ก.ค જુલાઈ ਜੁਲਾਈ ਜੁਲਾ ജൂലൈ ಜುಲೈ
    ජූලි ဇူလိုင် ဇူ កក្កដា ກໍລະກົດ ກ.ລ ጁላይ تموز جويلية ژوئیه
    """,
    """
    august aug août agosto ago augustus augusti elokuuta elo elokuu ágúst ágú sierpnia sie
    sierpień srpna srp srpen augusta avgust avg kolovoza kol kolovoz август авг августа
    серпня серп серпень жніўня жні жнівень augusztus αυγούστου αυγ αύγουστοσ αύγ ağustos ağu
    avqust avq augusts rugpjūčio rugp rugpjūtis gusht gush agustus agu ogos ogo agosti
    d’agost d’ag agost ag abuztua abu lúnasa lún awst აგვისტო აგვ օգոստոսի օգս օգոստոս тамыз
    там أغسطس אוגוסט אוג׳ अगस्त अग॰ আগস্ট আগ ऑगस्ट ऑग ஆகஸ்ட் ஆக ఆగస్టు ఆగ اگست สิงหาคม ส.ค
    अगस्ट ઑગસ્ટ ਅਗਸਤ ਅਗ ഓഗസ്റ്റ് ഓഗ ಆಗಸ್ಟ್ ಆಗ අගෝස්තු අගෝ ဩဂုတ် សីហា ສິງຫາ ສ.ຫ ኦገስት ኦገስ آب
    اغسطس أوت اوت
    """,
    """
    september sep sept septembre septiembre settembre set setembro syyskuuta syys syyskuu
    września wrz wrzesień září zář septembra rujna ruj rujan септембар сеп септември
    сентября сент сентябрь вересня вер вересень верасня верасень septembrie szeptember szept
    σεπτεμβρίου σεπ σεπτέμβριοσ eylül eyl sentyabr sen septembris rugsėjo rugs rugsėjis
    shtator sht septemba setembre iraila ira mfómh სექტემბერი სექ սեպտեմբերի սեպ սեպտեմբեր
    қыркүйек қыр sentabr سبتمبر ספטמבר ספט׳ सितंबर सित॰ সেপ্টেম্বর সেপ सप्टेंबर सप्टें
    செப்டம்பர் செப் సెప్టెంబర్ సెప్టెం ستمبر กันยายน ก.ย सेप्टेम्बर સપ્ટેમ્બર સપ્ટે ਸਤੰਬਰ
    ਸਤੰ സെപ്റ്റംബർ സെപ്റ്റം ಸೆಪ್ಟೆಂಬರ್ ಸೆಪ್ಟೆಂ සැප්තැම්බර් සැප් စက်တင်ဘာ စက် កញ្ញា ກັນຍາ ກ.ຍ
    ሴፕቴምበር ሴፕቴ setiembre sett أيلول سپتامبر
    """,
    """
    october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta loka lokakuu
    október października paź październik října říj říjen októbra октобар окт октомври
    октября октябрь жовтня жовт жовтень кастрычніка кас кастрычнік octombrie οκτωβρίου οκτ
    οκτώβριοσ ekim eki oktyabr oktoober oktobris spalio spal spalis tetor tet oktoba
    d’octubre d’oct urria urr dfómh hydref hyd ოქტომბერი ოქტ հոկտեմբերի հոկ հոկտեմբեր қазан
    қаз oktabr أكتوبر אוקטובר אוק׳ अक्टूबर अक्टू॰ অক্টোবর অক্টো ऑक्टोबर ऑक्टो அக்டோபர் அக்
    అక్టోబర్ అక్టో اکتوبر ตุลาคม ต.ค अक्टोबर ઑક્ટોબર ઑક્ટો ਅਕਤੂਬਰ ਅਕਤੂ ഒക്‌ടോബർ ഒക്ടോ
    ಅಕ್ಟೋಬರ್ ಅಕ್ಟೋ ඔක්තෝබර් ඔක් အောက်တိုဘာ အောက် តុលា ຕຸລາ ຕ.ລ ኦክቶበር ኦክቶ اكتوبر اکتبر
    """,
    """
    november nov novembre noviembre novembro marraskuuta marras marraskuu nóvember nóv
    listopada lis listopad listopadu novembra studenoga stu studeni новембар нов ноември ное
    ноября нояб ноябрь листопада лист листопад лістапада ліс лістапад noiembrie νοεμβρίου
    νοε νοέμβριοσ νοέ kasım kas noyabr noy novembris lapkričio lapkr lapkritis nëntor nën
    novemba azaroa aza samhain samh tachwedd tach ნოემბერი ნოე նոյեմբերի նոյ նոյեմբեր қараша
    қар نوفمبر נובמבר נוב׳ नवंबर नव॰ নভেম্বর নভে नोव्हेंबर नोव्हें நவம்பர் நவ నవంబర్ నవం
    نومبر พฤศจิกายน พ.ย नोभेम्बर નવેમ્બર નવે ਨਵੰਬਰ ਨਵੰ നവംബർ നവം ನವೆಂಬರ್ ನವೆಂ නොවැම්බර් නොවැ
    နိုဝင်ဘာ နို វិច្ឆិកា ພະຈິກ ພ.ຈ ኖቬምበር ኖቬም نوامبر
    """,
    """
    december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des
    joulukuuta joulu joulukuu grudnia gru grudzień prosince pro prosinec decembra prosinca
    prosinac децембар дец декември дек декабря декабрь грудня груд грудень снежня сне
    снежань decembrie δεκεμβρίου δεκ δεκέμβριοσ aralık ara dekabr dek detsember dets
    decembris gruodžio gruod gruodis dhjetor dhj disember dis desemba desembre abendua abe
    decembro nollaig noll rhagfyr rhag დეკემბერი დეკ դեկտեմբերի դեկ դեկտեմբեր желтоқсан жел
    ديسمبر דצמבר דצמ׳ दिसंबर दिस॰ ডিসেম্বর ডিসে डिसेंबर डिसें டிசம்பர் டிச డిసెంబర్ డిసెం
    دسمبر ธันวาคม ธ.ค डिसेम्बर ડિસેમ્બર ડિસે ਦਸੰਬਰ ਦਸੰ ഡിസംബർ ഡിസം ಡಿಸೆಂಬರ್ ಡಿಸೆಂ දෙසැම්බර්
    දෙසැ ဒီဇင်ဘာ ဒီ ធ្នូ ທັນວາ ທ.ວ ዲሴምበር ዲሴም دسامبر
    """,
)
_CROATIAN = {"lip": 6, "srp": 7, "lis": 10, "listopad": 10, "listopada": 10}
"""Months that Croatian names as Polish and Czech name the next ones."""
_JALALI = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"


def _spelled(name: str) -> str:
    # Case folding takes some Greek letters apart.
    return unicodedata.normalize("NFC", name.casefold()).strip(".")


MONTHS = {_spelled(name): month for month, names in enumerate(_NAMES, 1) for name in names.split()}
JALALI_MONTHS = {name: month for month, name in enumerate(_JALALI.split(), 1)}


def month_of(name: str, language: str) -> int | None:
    """1 to 12 for a month's name in any language; `language` (a tag) decides where they differ."""
    name = _spelled(name)
    return (_CROATIAN.get(name) if language.startswith("hr") else None) or MONTHS.get(name)
