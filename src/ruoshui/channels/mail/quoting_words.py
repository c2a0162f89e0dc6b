"""How mail programs begin what they quote or pass on, in the languages of our customers.

Every pattern is for a whole line of at most `folding.LONGEST_LINE` letters without blanks around it; `_` stands for a
bounded gap, so that none is searched to its end twice.
"""

import re

_DAY = r".{4,160}"
# "On 2 March 2026 at 10:00, … wrote:" — by the word at its beginning and the one at its end.
_FRAMES = (
    ("on|at", "wrote"),
    ("le", r"a écrit"),
    ("el", "escribió"),
    ("il", "ha scritto"),
    ("em|a", "escreveu"),
    ("op", "geschreven"),
    ("w dniu|dnia", r"pisze|napisał\(?a?\)?"),
    ("dne", r"napsal\(?a?\)?"),
    ("в|on", r"пишет|писала?|написал\(?а?\)?|пише"),
    ("在|于|於", "写道|寫道"),
)
# … and with the name behind it.
_NAMED = (("am|on", "schrieb"), ("op", "schreef"), ("den|på", "skrev"))
_LAST = (
    r"wrote|schrieb|a écrit|escribió|ha scritto|escreveu|skrev|schreef|kirjoitti|napisał\(?a?\)?|pisze|napsal\(?a?\)?"
    r"|ezt írta|írta|пишет|писала?|написал\(?а?\)?|пише|yazdı|写道|寫道|のメール|は書きました"
    r"|님이 작성|작성|a scris|έγραψε|đã viết"
)
_ADDRESS = r"[<＜(][^<>\s()@]{1,120}@[^<>\s()@]{1,190}[>＞)]{1,2}"
_CLOCK = r"\d{1,2}[:.]\d\d"
WROTE = re.compile(
    "|".join(
        (
            *(rf"(?:{first})[\s\d].{{3,160}}(?:{last})\s?[:：]" for first, last in _FRAMES),
            *(rf"(?:{first})\s{_DAY}{verb} .{{1,120}}[:：]" for first, verb in _NAMED),
            rf".{{1,160}}{_ADDRESS}.{{0,80}}(?:{_LAST}).{{0,60}}[:：]",
            rf".{{1,80}}(?:\d{{4}}|{_CLOCK}).{{1,80}}\s(?:{_LAST})\s?[:：]",
            r".{1,80}\s(?:在|于|於)\s?.{5,80}(?:写道|寫道)[:：]",
            rf"(?=.{{0,120}}\d{{4}})(?=.{{0,160}}{_CLOCK}).{{8,200}}{_ADDRESS}\s?[:：]",
            r"-{2,}\s?(?:on|在)\s.{5,200}(?:wrote|写道)\s?-{2,}",
        )
    ),
    re.IGNORECASE,
)
# What tells a mail program's line from one in which a person tells who wrote what: it says when, to the minute, or who,
# with an address as programs write it, and speaks of neither me nor you.
_MINUTE = re.compile(r"(?<![\d.:/-])\d{1,2}[:.]\d\d(?!\.?\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_IN_ANGLES = re.compile(r"[<＜][^<>\s@]{1,120}@[^<>\s@]{1,190}[>＞]")
_ANY_ADDRESS = re.compile(r"[^<>\s()＜＞（）@]{1,120}@[^<>\s()＜＞（）@]{1,190}")
_PERSONS = (
    r"I(?!\.)|me|my|mine|we|us|our|you|yours?|ich|mi[cr]h?|mein\w{0,2}|wir|uns|unser\w{0,2}|Ihnen|dich|dein\w{0,2}"
    r"|[jmt]['’](?:ai|a|ont|avez)|je|nous|notre|nos|vous|votre|vos|yo|nuestr[oa]s?|usted(?:es)?|vuestr[oa]s?"
    r"|mi|mio|mia|noi|nostr[oa]|voi|vostr[oa]|eu|meu|minha|nosso|vosso|voc[eê]s?|ik|mij|mijn|wij|onze|u|uw|jullie"
    r"|jag|jeg|mig|meg|dig|deg|vi|oss|minulle|teille|mnie|nam|państw[aou]|mně|vám|vás|váš|vaše|én|nekem|önnek|önök"
    r"|я|мне|меня|мы|нам|нас|вы|вам|вас|ваш[аеиу]?|вашего|ben|bana|bize|sizin"
)
_OWN = re.compile(
    rf"(?<![\w'’])(?:{_PERSONS})(?!\w)|[我你您俺咱]|[贵貴](?:行|司|社|方|局|店|处|處|部|公司|中心|单位|單位|机构|機構|客服)"
    r"|私[はがのもに]|御社|제가|저는|저희|귀사|귀하"
)
# Also how a house calls itself in its mails: "Your Bank <…>".
_POLITE = re.compile(
    r"(?<![\w'’])(?:You|Your|My|Our|We|Me|Ihr\w{0,2}|Sie|Mein\w{0,2}|Wir|Unser\w{0,2}|Je|Votre|Vos|Notre|Nous|Vous"
    r"|Nuestr[oa]|Yo|Vostr[oa]|Nostr[oa]|Eu|Meu|Minha|Nosso|Ik|Mijn|Onze|Uw|U|Jag|Jeg|Я|Мы|Мне|Вы|Ваш\w{0,2})(?!\w)"
)


def is_of_a_program(line: str) -> bool:
    """Of a line that `WROTE` matches: it says nothing of me and you, as what people write themselves does."""
    words = _ANY_ADDRESS.sub(" ", line)
    return _OWN.search(words) is None and (_is_whole(line) or _POLITE.search(words) is None)


def says_when_or_who(line: str) -> bool:
    """As surely as one must that nobody has marked what follows."""
    return _IN_ANGLES.search(line) is not None or (_YEAR.search(line) is not None and _MINUTE.search(line) is not None)


def _is_whole(line: str) -> bool:
    return all(pattern.search(line) for pattern in (_IN_ANGLES, _YEAR, _MINUTE))


_BETWEEN_DASHES = r"[-－—_=]{2,80}\s{0,9}(?:%s)\s{0,9}[-－—_=]{2,80}"
ORIGINAL = re.compile(
    _BETWEEN_DASHES
    % (
        r"original|original (?:message|e?-?mail|appointment)|replied message|ursprüngliche nachricht|originalnachricht"
        r"|message d.origine|message original|courriel original|mensaje original|messaggio originale|mensagem original"
        r"|oorspronkelijk bericht|oprindelig (?:besked|meddelelse)|opprinnelig melding|ursprungligt meddelande"
        r"|originalmeddelande|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|eredeti üzenet"
        r"|(?:исходное|оригинальное) сообщение|özgün ileti|orijinal (?:mesaj|ileti)|元のメッセージ|원본 (?:메일|메시지)"
        r"|原始邮件|原始郵件|原始信件|(?:回复|回覆|回復)的原(?:邮件|郵件)|原邮件|原郵件|邮件原文|郵件原文"
    ),
    re.IGNORECASE,
)
_BEGINS = (
    r"begin forwarded message|anfang der weitergeleiteten nachricht|début du (?:message transféré|courriel réexpédié)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem (?:encaminhada|reencaminhada)"
    r"|begin doorgestuurd bericht|vidarebefordrat brev|videresendt melding|начало переадресованного сообщения"
    r"|転送されたメッセージ|전달된 메시지|开始转发的邮件|以下是转发的邮件|開始轉寄郵件|以下是轉寄的郵件"
)
FORWARDED = re.compile(
    _BETWEEN_DASHES
    % (
        r"forwarded (?:message|by .{1,80}|mail)|weitergeleitete nachricht|message transféré|courriel transféré"
        r"|mensaje reenviado|messaggio inoltrato|mensagem (?:encaminhada|reencaminhada)|doorgestuurd bericht"
        r"|vidarebefordrat meddelande|videresendt (?:besked|meddelelse|melding)|välitetty viesti"
        r"|(?:treść )?przekazan\w{1,3} wiadomoś\w{1,3}|přeposlaná zpráva|továbbított üzenet"
        r"|(?:пересылаемое|пересланное) сообщение|(?:yönlendirilmiş|iletilmiş|iletilen) (?:ileti|mesaj)"
        r"|転送(?:された)?メッセージ|전달된 (?:메시지|메일)"
        r"|转发(?:的)?(?:邮件|信息)(?:信息)?|轉(?:寄|發)(?:的)?(?:郵件|訊息)(?:訊息)?"
    )
    + rf"|(?:{_BEGINS})\s?[:：]",
    re.IGNORECASE,
)
FORWARDING = re.compile(
    r"\s{0,9}(?:re\s{0,3}[：:]\s{0,3})?"
    r"(?:fwd?|wg|tr|rv|enc|i|vb|vl|vs|pd|i̇?lt|doorst|переслано|転送|전달|转发|轉寄|轉發)\s{0,3}[：:]",
    re.IGNORECASE,
)
# The fields above a mail that is quoted, as they are called: lower case, Chinese ones without blanks within.
_FROM = "from|发件人|发信人|寄件者|寄件人|發件人|von|de|da|van|från|fra|lähettäjä|od|feladó|от|від|kimden|gönderen"
_DATED = (
    "sent|date|发送时间|发送日期|发件时间|日期|时间|時間|寄件日期|傳送時間|發送時間|gesendet|datum|envoyé"
    "|envoyé le|enviado|enviado el"
    "|enviada em|enviado em|fecha|data|inviato|verzonden|skickat|sendt|dato|lähetetty|päiväys|wysłano|odesláno|küldve"
    "|dátum|отправлено|дата|надіслано|gönderildi|gönderme tarihi|tarih|送信日時|日時|日付|보낸날짜|날짜|보낸시간"
)
_ABOUT = (
    "subject|主题|主題|主旨|标题|標題|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|tárgy"
    "|тема|konu|件名|제목"
)
_OTHERS = (
    "to|cc|bcc|reply-to|importance|attachments|收件人|收件者|抄送|抄送人|副本|密送|密件抄送|附件|重要性|an|kopie|à|para|a|copie"
    "|aan|till|til|kopia|kopi|vastaanottaja|do|komu|címzett|кому|копия|kime|bilgi|宛先|받는사람|받은사람|참조"
)
FROM, DATED, ABOUT, OTHERS = (
    frozenset(words.split("|")) for words in (f"{_FROM}|差出人|送信者|보낸사람", _DATED, _ABOUT, _OTHERS)
)
LABEL = re.compile(r"[|*\s]{0,4}([^:：|*\s][^:：|*]{0,24}?)\s{0,4}[|*]{0,2}\s{0,4}[：:|]")
MOMENT = re.compile(r"\d{4}|\d:\d\d")


def label_of(line: str) -> str:
    """What stands before the colon of a line, to be looked for among the fields; empty where there is none."""
    begin = line[:40]
    found = LABEL.match(begin) if ":" in begin or "：" in begin or "|" in begin else None
    words = found.group(1).lower().split() if found else []
    return (" " if words and words[0] < "\u2e80" else "").join(words)
