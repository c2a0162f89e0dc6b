"""How mail programs of many languages begin what they quote: that is folded, and nothing else is."""

import pytest

from ruoshui.channels.mail.folding import folds_of, is_forwarding, parted

OLD = "您好，请提供户号。\n\n客服中心"


def open_words(text):
    return "\n".join(words for is_folded, words in parted(text, folds_of(text)) if not is_folded)


WROTE = [
    "On Mon, 2 Mar 2026 at 10:00, Service <s@bank.example> wrote:",
    'At 2026-03-02 10:00:00, "Service" <s@bank.example> wrote:',
    "On 2 Mar 2026, at 10:00, Service\n<s@bank.example> wrote:",
    "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Service <s@bank.example>:",
    "Service <s@bank.example> schrieb am Mo. 2. März 2026 um 10:00:",
    "Le lun. 2 mars 2026 à 10:00, Service <s@bank.example> a écrit :",
    "Le 02/03/2026 à 10:00, Service a écrit :",
    "El lun, 2 mar 2026 a las 10:00, Service (<s@bank.example>) escribió:",
    "Il giorno lun 2 mar 2026 alle ore 10:00 Service <s@bank.example> ha scritto:",
    "Em seg., 2 de mar. de 2026 às 10:00, Service <s@bank.example> escreveu:",
    "Op ma 2 mrt 2026 om 10:00 schreef Service <s@bank.example>:",
    "Op 2 mrt. 2026 om 10:00 heeft Service <s@bank.example> het volgende geschreven:",
    "Den mån 2 mars 2026 kl 10:00 skrev Service <s@bank.example>:",
    "Den 02.03.2026 10.00, skrev Service:",
    "ma 2. maalisk. 2026 klo 10.00 Service (s@bank.example) kirjoitti:",
    "W dniu 02.03.2026 o 10:00, Service pisze:",
    "pon., 2 mar 2026 o 10:00 Service <s@bank.example> napisał(a):",
    "Dne 2. 3. 2026 v 10:00 Service napsal(a):",
    "Service <s@bank.example> ezt írta (időpont: 2026. márc. 2., H, 10:00):",
    "пн, 2 мар. 2026 г. в 10:00, Service <s@bank.example>:",
    "02.03.2026 10:00, Service пишет:",
    "Service <s@bank.example>, 2 Mar 2026 Pzt, 10:00 tarihinde şunu yazdı:",
    "2026年3月2日(月) 10:00 Service <s@bank.example>:",
    "2026/03/02 10:00、Service <s@bank.example>のメール:",
    "2026년 3월 2일 (월) 오전 10:00, Service <s@bank.example>님이 작성:",
    "在 2026年3月2日，上午10:00，客服 <s@bank.example> 写道：",
    '在 2026-03-02 10:00:00，"客服" <s@bank.example> 写道：',
    "客服 <s@bank.example> 于2026年3月2日周一 10:00写道：",
    "客服 <s@bank.example> 於 2026年3月2日 週一 上午10:00寫道：",
    "客服 于 2026/3/2 10:00 写道:",
    "---- On Mon, 02 Mar 2026 10:00:00 +0800 s@bank.example wrote ----",
    "On Mon, 2 Mar 2026 at 10:00, Your Bank <me@bank.example> wrote:",
    "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Ihre Bank <s@bank.example>:",
    "su 1. maalisk. 2026 klo 10.00 Service (s@bank.example) kirjoitti:",
    "在 2026年3月2日，10:00，贵阳银行 <s@bank.example> 写道：",
    "在 2026年3月2日，10:00，私人银行 <s@bank.example> 写道：",
    "Den ons 4 mars 2026 kl 10:00 skrev Service <s@bank.example>:",
    "Le 02/03/2026 à 10:00, Service du Gaz a écrit :",
]


@pytest.mark.parametrize("intro", WROTE)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_what_an_answer_quotes_is_folded_with_the_line_that_begins_it(intro, mark):
    quoted = "\n".join(f"{mark}{line}".rstrip() for line in OLD.split("\n"))
    assert open_words(f"户号 5521\n\n{intro}\n\n{quoted}") == "户号 5521"


HEADS = [
    "From: Service <s@bank.example>\nSent: Monday, 2 March 2026 10:00\nTo: Wei\nSubject: Re: fee",
    "________________________________\nFrom: Service\nSent: Monday, 2 March 2026 10:00\nTo: Wei\nSubject: fee",
    "Von: Service <s@bank.example>\nGesendet: Montag, 2. März 2026 10:00\nAn: Wei\nCc: Lu\nBetreff: Strom",
    "De : Service <s@bank.example>\nEnvoyé : lundi 2 mars 2026 10:00\nÀ : Wei\nObjet : facture",
    "De: Service <s@bank.example>\nEnviado el: lunes, 2 de marzo de 2026 10:00\nPara: Wei\nAsunto: factura",
    "Da: Service <s@bank.example>\nInviato: lunedì 2 marzo 2026 10:00\nA: Wei\nOggetto: bolletta",
    "De: Service <s@bank.example>\nEnviada em: segunda-feira, 2 de março de 2026 10:00\nPara: Wei\nAssunto: conta",
    "Van: Service <s@bank.example>\nVerzonden: maandag 2 maart 2026 10:00\nAan: Wei\nOnderwerp: rekening",
    "Från: Service <s@bank.example>\nSkickat: den 2 mars 2026 10:00\nTill: Wei\nÄmne: faktura",
    "Fra: Service <s@bank.example>\nSendt: 2. marts 2026 10:00\nTil: Wei\nEmne: regning",
    "Od: Service <s@bank.example>\nWysłano: poniedziałek, 2 marca 2026 10:00\nDo: Wei\nTemat: rachunek",
    "От: Service <s@bank.example>\nОтправлено: 2 марта 2026 г. 10:00\nКому: Wei\nТема: счёт",
    "差出人: Service <s@bank.example>\n送信日時: 2026年3月2日 10:00\n宛先: Wei\n件名: 請求書",
    "보낸 사람: Service <s@bank.example>\n보낸 날짜: 2026년 3월 2일 10:00\n받는 사람: Wei\n제목: 청구서",
    "发件人: 客服 <s@bank.example>\n发送时间: 2026年3月2日 10:00\n收件人: 魏\n主题: 电费",
    "寄件者: 客服 <s@bank.example>\n寄件日期: 2026年3月2日 10:00\n收件者: 魏\n主旨: 電費",
    "发件人：客服 <s@bank.example>\n发送时间：2026年3月2日(星期一) 10:00\n收件人：魏 <w@kunde.example>\n主　题：电费",
    "发 件 人：客服\n发送时间：2026-03-02 10:00:00\n收 件 人：魏\n抄 送：(无)\n主 题：电费",
    "------------------ 原始邮件 ------------------\n发件人: \"客服\"<s@bank.example>;\n发送时间: 2026年3月2日(星期一) 上午10:00\n收件人: \"魏\"<w@kunde.example>;\n主题: 电费",
    "---原始邮件---\n发件人: \"客服\"<s@bank.example>\n发送时间: 2026年3月2日 10:00\n收件人: \"魏\"<w@kunde.example>\n主题: 电费",
    "------------------ Original ------------------\nFrom: \"客服\"<s@bank.example>;\nDate: Mon, Mar 2, 2026 10:00 AM\nTo: \"魏\"<w@kunde.example>;\nSubject: fee",
    "---- 回复的原邮件 ----\n| 发件人 | 客服<s@bank.example> |\n| 发送日期 | 2026年3月2日 10:00 |\n| 收件人 | 魏<w@kunde.example> |\n| 主题 | 电费 |",
    "---- Replied Message ----\n| From | Service<s@bank.example> |\n| Date | 3/2/2026 10:00 |\n| To | Wei |\n| Subject | fee |",
    "----邮件原文----\n发件人：\"客服\" <s@bank.example>\n收件人：魏\n发送时间：2026-03-02 10:00:00\n主题：电费",
    "-----原始邮件-----\n发件人:\"客服\" <s@bank.example>\n发送时间:2026-03-02 10:00:00 (星期一)\n收件人: w@kunde.example\n主题: 电费",
    "-------- Oprindelig besked --------\nFra: Service\nDato: 02.03.2026 10.00\nTil: w@kunde.example\nEmne: regning",
    "-------- Message d'origine --------\nservice",
    "-------- Mensaje original --------\nservice",
    "From: Service\n<s@bank.example>\nSent: Monday, 2 March 2026 10:00\nTo: Wei; Lu\n<lu@kunde.example>;\nWu <mailto:wu@kunde.example>\nSubject: fee",
    "*From:* Service <s@bank.example>\n*Sent:* Monday, 2 March 2026 10:00\n*To:* Wei; Lu;\n lu@kunde.example\n*Subject:* fee",
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_the_head_of_the_mail_that_is_answered_begins_what_is_folded(head):
    assert open_words(f"户号 5521\n\n{head}\n\n{OLD}") == "户号 5521"


OWN = [
    "Please move my line.\nFrom: 4 Rose Street\nTo: 9 Hill Road\nDate: 3 May\nSubject: none\nThank you",
    "Von: Zuhause\nAn: Büro\nDatum: Mai\nBetreff: Umzug\nbitte ändern",
    "发件人：我妈妈\n收件人：我\n日期：上周\n主题：包裹\n一直没收到",
    "New message from the website:\nFrom: Wei\nEmail: wei@k.example\nDate: 2026-03-02\nSubject: card\nMessage: my card is gone",
    "New message:\nFrom: Wei <wei@k.example>\nDate: 2026-03-02 10:00\nSubject: card\nMessage: my card is gone",
    "网站留言\n发件人：魏 wei@k.example\n日期：2026-03-02\n主题：银行卡\n电话：5521\n留言：卡丢了",
    "From: Wei\nwrite to wei@k.example\nDate: 2026-03-02\nSubject: card\nmy card is gone",
    "Your clerk told me on 2 March 2026:\nthat is not possible.",
    "My tenant wrote: the meter is broken.\nPlease look at it.",
    "Le technicien m'a dit le 2 mars 2026 :\nrien à faire",
    "我在 2026年3月2日 10:00 打过电话，客服说：\n三天内处理",
    "I want three things:\n1. a new card\n2. my money at 10:00:\n3. an answer",
    "Account 5521\n--------------------\nplease close it",
    "---- please read below ----\nmy meter is wrong",
    "Thread:\n> 1\nis not a quotation of mine",
    "In your letter of 2 March 2026 you wrote:\nthe fee is 70 yuan.\nThat is wrong.",
    "My card 5521 was blocked and the clerk wrote:\nyou have to wait",
    "Last year, 2025, your Mr Lu wrote:\nno fee",
    "Your colleague Lu (lu@bank.example) wrote to me last week:\nno fee",
    "On 3 March 2026 at 10:00 I sent this to your colleague (lu@bank.example):\nplease stop my card",
    "On 3 March 2026 at 10:00 your colleague Lu <lu@bank.example> wrote:\nno fee",
    "On 3 March 2026 the clerk at counter 3 wrote:\nno fee",
    "On 3 March 2026 at 10:00 we wrote to the branch <lu@bank.example>:\nno fee",
    "Counter 5521 (lu@bank.example) wrote:\nno fee",
    "2026年3月2日 10:00 我给贵行客服 (s@bank.example)：\n请停卡",
    "2026年3月2日 10:00 我给客服 <s@bank.example>：\n请停卡",
    "在 2026年3月2日 10:00 你们写道：\n三天内处理",
    "Op 2 maart 2026 heb ik u geschreven:\nmijn kaart is weg",
    "Op 2 maart 2026 om 10:00 heb ik u geschreven:\nmijn kaart is weg",
    "Le 2 mars 2026, votre conseiller m'a écrit :\nrien à faire",
    "Le 2 mars 2026 à 10:00, votre conseiller m’a écrit :\nrien à faire",
    "Am 2. März 2026 schrieb ich Ihnen:\nbitte sperren",
    "Am 02.03.2026 schrieb Ihre Frau Lu:\nkeine Gebühr",
    "El 2 de marzo de 2026 a las 10:00 su empleado me escribió:\nnada",
    "2 марта 2026 в 10:00 ваш сотрудник мне пишет:\nждите",
]


@pytest.mark.parametrize("text", OWN)
def test_what_somebody_says_in_their_own_words_stays_in_the_open(text):
    assert open_words(f"Dear bank,\n{text}\nBye") == f"Dear bank,\n{text}\nBye"


def test_a_line_of_ones_own_stays_in_the_open_above_what_is_marked_as_quoted():
    text = "Dear bank,\nIn your letter of 2 March 2026 you wrote:\n> no fee\n> at all\nThat is wrong."
    assert open_words(text) == text


FORWARDED = [
    "-------- Message transféré --------", "---------- Mensaje reenviado ----------", "---------- Messaggio inoltrato ----------",
    "---------- Mensagem encaminhada ----------", "---------- Doorgestuurd bericht ----------",
    "---------- Пересылаемое сообщение ----------", "---------- 転送メッセージ ----------", "---------- 전달된 메시지 ----------",
    "---------- 轉寄郵件 ----------", "Anfang der weitergeleiteten Nachricht:", "Début du message transféré :",
    "開始轉寄郵件：", "-------- 转发的信息 --------", "---------- 转发的邮件 ----------", "Inizio messaggio inoltrato:",
]  # fmt: skip


@pytest.mark.parametrize("mark", FORWARDED)
def test_what_is_passed_on_in_any_language_stays_in_the_open(mark):
    text = f"请处理\n\n{mark}\nFrom: T <t@kunde.example>\nDate: Mon, 2 Mar 2026 10:00\nSubject: meter\n\nreading 5521 is wrong"
    assert open_words(text) == text


@pytest.mark.parametrize(
    "subject",
    [
        "Fwd: a",
        "FW: a",
        "WG: a",
        "TR : a",
        "RV: a",
        "ENC: a",
        "I: a",
        "VB: a",
        "VL: a",
        "PD: a",
        "İLT: a",
        "转发: a",
        "轉寄：a",
        "Re: Fwd: a",
        "転送: a",
        "전달: a",
        "Doorst: a",
    ],
)
def test_a_subject_says_in_any_language_that_a_mail_is_passed_on(subject):
    assert is_forwarding(subject)
