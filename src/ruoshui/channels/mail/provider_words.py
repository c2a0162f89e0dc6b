"""How mail servers and mail programs name what they send by themselves, in the languages of our customers.

Such words say nothing alone: customers write about failed deliveries too. `automatic` looks at who says them.
"""

import re

# With its colon, and only before the subject of a mail of ours.
ANSWERED = re.compile(
    r"\s{0,9}(?:auto(?:matic)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|automatische antwort"
    r"|abwesenheit\w{0,9}|réponse auto(?:matique)?|respuesta autom[aá]tica|risposta automatica|resposta autom[aá]tica"
    r"|automatisch antwoord|auto(?:matisk ?)?svar|automaattinen vastaus|automatyczna odpowied[zź]"
    r"|automatická odpověď|automatikus válasz|otomatik yanıt|автоматический ответ|автоматична відповідь|автоответ"
    r"|自動応答|自動返信|자동 ?(?:회신|응답|답장)|自动回复|自動回覆|自動回復|自动答复|自動答覆)\s{0,3}[:：]",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"\s{0,9}(?:undeliver|delivery (?:status notification|failure|has failed|notification)|returned mail"
    r"|mail (?:delivery|system error|failure)|failure notice|permanent delivery failure|message status"
    r"|(?:来自.{1,80}的)?(?:系统)?退信|(?:來自.{1,80}的)?(?:系統)?退信|(?:未送达|未送達|无法传递|無法傳遞)"
    r"|unzustellbar|non remis|no se puede entregar|recapito non riuscito|não é possível entregar|onbestelbaar"
    r"|недоставленное|не доставлено|не удается доставить|配信不能|배달되지 않음|niedostarczon|kan ikke leveres)",
    re.IGNORECASE,
)
# How the mail servers of the great providers, and the usual programs, begin what they send back.
_ENGLISH = (
    r"this is the mail system at host|this is the qmail-send program|created automatically by mail delivery software"
    r"|delivery to (?:the following|these) recipients?|delivery (?:has )?failed|(?:wasn't|was not) delivered"
    r"|undeliverable|(?:could|can) ?not be delivered|unable to deliver|did not reach the following|user unknown"
    r"|(?:unknown|no such|invalid) user|address not found|error delivering your mail|trouble delivering your message"
    r"|mailbox (?:is )?(?:full|unavailable|not found)|recipients? (?:was|were) rejected|blocked by our .{0,40}filter"
)
_CHINESE = (
    r"(?:邮件|郵件)被退回|被退回来|被系统退回|退信原因|(?:无法|無法|未能|不能)(?:投递|投遞|送达|送達|传递|傳遞|发送到)|收件人.{0,8}不存在"
    r"|(?:传递|傳遞)(?:给以下|給下列)|(?:邮件|郵件)发送失败"
)
_OTHERS = (
    r"fehler bei der (?:nachrichten)?zustellung|konnte nicht zugestellt werden|échec de la remise"
    r"|n'a pas pu être (?:remis|délivré)"
    r"|error de entrega|no se (?:puede|pudo|ha podido) entregar|recapito non riuscito|impossibile recapitare"
    r"|falha na entrega|não foi possível entregar|bezorging .{0,40}is mislukt|kan niet worden bezorgd"
    r"|не может быть доставлено|не удалось доставить|письмо не доставлено"
    r"|配信に失敗|配信できませんでした|送信できませんでした"
    r"|배달하지 못했|전송하지 못했|nie można dostarczyć"
)
RETURNED = re.compile(f"{_ENGLISH}|{_CHINESE}|{_OTHERS}", re.IGNORECASE)
# What no person says in their own words.
SERVER = re.compile(
    r"this is the mail system at host|this is the qmail-send program|created automatically by mail delivery software"
    r"|did not reach the following recipient|(?:^|\n)[ \t]{0,9}[45]\d\d[ -]",
    re.IGNORECASE,
)
# What they call themselves where their address says little.
DAEMON_NAME = re.compile(
    r"postmaster|mailer.?daemon|mail.?delivery.?(?:sub)?system|mail administrator|系统退信|邮件系统|退信", re.IGNORECASE
)
DAEMON = re.compile(r"mailer[-_.]?daemon|mail-daemon|mdaemon")
POSTMASTER = re.compile(r"post[-_.]?master|mail[-_.]?delivery[-_.]?(?:sub)?system|microsoftexchange[0-9a-f]{32}")
COMPLAINT = re.compile(r"\s{0,9}complaint about message from \S", re.IGNORECASE)
