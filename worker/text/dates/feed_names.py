"""Names of months, days and zones as feeds of many countries spell them; all in lower case, without dots."""

_MONTHS: tuple[str, ...] = (
    "january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari jaanuar ianuarie ian "
    "январь января янв січень січня января январе styczeń stycznia sty leden ledna led január januári "
    "januára ιανουάριος ιανουαρίου ιαν ocak oca يناير sausio tammikuu tammikuuta siječnja yanvar januarie",
    "february feb februar febr feber février févr fév fevrier febrero febbraio fevereiro fev "
    "februari februarie "
    "февраль февраля фев февр лютий лютого luty lutego lut únor února úno február februári februára "
    "φεβρουάριος φεβρουαρίου φεβ φεβρ şubat şub فبراير vasario helmikuu helmikuuta veljače",
    "march mar märz mär mrz mars marzo março marco maart mrt martie märts marts maerz marec "
    "март марта мар березень березня marzec marca březen března bře március márc márciu "
    "μάρτιος μαρτίου μαρ μάρ mart مارس kovo maaliskuu maaliskuuta ožujka",
    "april apr avril avr abril abr aprile aprilie aprill апрель апреля апр квітень квітня "
    "kwiecień kwietnia kwi duben dubna dub április ápr apríl apríla απρίλιος απριλίου απρ nisan nis "
    "أبريل ابريل balandžio huhtikuu huhtikuuta travnja",
    "may mai mayo maggio mag maio mei maj maja май мая травень травня května květen kvě május máj "
    "μάιος μαΐου μαι μάι μαϊ mayıs مايو gegužės toukokuu toukokuuta svibnja",
    "june jun juni juin junio giugno giu junho iunie iun juuni июнь июня июн червень червня "
    "czerwiec czerwca cze červen června čvn június jún júna ιούνιος ιουνίου ιουν ιούν haziran haz "
    "يونيو birželio kesäkuu kesäkuuta lipnja",
    "july jul juli juillet juil julio luglio lug julho iulie iul juuli июль июля июл липень липня "
    "lipiec lipca lip červenec července čvc július júl júla ιούλιος ιουλίου ιουλ ιούλ temmuz tem "
    "يوليو liepos heinäkuu heinäkuuta srpnja",
    "august aug août aout agosto ago ags augustus augustie август августа авг серпень серпня "
    "sierpień sierpnia sie srpen srpna srp augusztus augusta αύγουστος αυγούστου αυγ αύγ ağustos ağu "
    "أغسطس اغسطس rugpjūčio elokuu elokuuta kolovoza avgust avg",
    "september sep sept septembre septiembre setiembre settembre set setembro septembrie "
    "сентябрь сентября сен сент вересень вересня wrzesień września wrz září zář szeptember szept septembra "
    "σεπτέμβριος σεπτεμβρίου σεπ σεπτ eylül eyl سبتمبر rugsėjo syyskuu syyskuuta rujna",
    "october oct oktober okt octobre octubre ottobre ott outubro out octombrie oktoober "
    "октябрь октября окт жовтень жовтня październik października paź říjen října říj október októbra "
    "οκτώβριος οκτωβρίου οκτ ekim eki أكتوبر اكتوبر spalio lokakuu lokakuuta oktobra",
    "november nov novembre noviembre novembro noiembrie noi ноябрь ноября ноя нояб "
    "листопад листопада listopadu novembra νοέμβριος νοεμβρίου νοε νοέ kasım kas نوفمبر "
    "lapkričio marraskuu marraskuuta studenoga studenog",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro decembrie des desember "
    "detsember декабрь декабря дек грудень грудня grudzień grudnia gru prosinec prosince decembra "
    "δεκέμβριος δεκεμβρίου δεκ aralık ara ديسمبر gruodžio joulukuu joulukuuta prosinca",
)

MONTHS: dict[str, int] = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_WEEKDAYS: tuple[str, ...] = (
    "monday mon montag mo lundi lun lunes lunedì maandag ma måndag mån mandag man segunda понедельник пн "
    "pondělí",
    "tuesday tue tues dienstag di mardi mar martes martedì dinsdag tisdag tis tirsdag tir terça вторник вт "
    "úterý",
    "wednesday wed weds mittwoch mi mercredi mer miércoles mié mercoledì woensdag wo onsdag ons quarta "
    "среда ср",
    "thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedì gio donderdag torsdag tor quinta "
    "четверг чт",
    "friday fri freitag fr vendredi ven viernes vie venerdì vrijdag vr fredag fre sexta пятница пт "
    "pátek piątek",
    "saturday sat samstag sa samedi sam sábado sáb sabato sab zaterdag za lördag lör lørdag lør "
    "суббота сб sobota",
    "sunday sun sonntag so dimanche dim domingo dom domenica zondag zo söndag sön søndag søn "
    "воскресенье вс neděle",
)

WEEKDAYS: dict[str, int] = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}

_FILLERS = "t at um uhr kl klo à le de del di il den der am the on of o г года год р och ore ora"

FILLERS: frozenset[str] = frozenset(_FILLERS.split())
