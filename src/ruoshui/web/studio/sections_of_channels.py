"""Settings of the channels."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ruoshui.channels.models import BlockedFile, BlockedHost, Exchange, ExchangeKind, Extension, Line, LineKind, Mailbox
from ruoshui.web.studio.section import Section, names_of
from ruoshui.web.tags import moment
from ruoshui.webhooks.models import Subscription, WebhookEvent

# icons: mail, link-off, webhook, message-circle, phone, headset, file-off


def _watched(mailbox: Mailbox) -> str:
    if not mailbox.imap_host:
        return str(_("by pipe"))
    if mailbox.trouble:
        return mailbox.trouble
    if mailbox.missed_uids:
        return _("mails that the server does not give, tried again at each look: {count}").format(
            count=len(mailbox.missed_uids)
        )
    if not mailbox.password:
        return str(_("set %s") % mailbox.password_name)
    return moment(timezone.localtime(mailbox.looked_at)) if mailbox.looked_at else str(_("not yet"))


def _ready(line: Line) -> str:
    """What of its secrets is missing in the environment."""
    wanted = ["SECRET", "TOKEN"] if line.kind == LineKind.WECHAT else ["SECRET", "TOKEN", "AES_KEY"]
    needed = {LineKind.CHAT: [], LineKind.SMS: ["SECRET"]}.get(LineKind(line.kind), wanted)
    missing = [line.secret_name(what) for what in needed if not line.secret(what)]
    if missing:
        return str(_("set %s") % ", ".join(missing))
    return f"/chat/{line.code}.js" if line.kind == LineKind.CHAT else f"/in/lines/{line.code}"


def _exchange(exchange: Exchange) -> str:
    if not exchange.secret:
        return str(_("set %s") % exchange.secret_name)
    if exchange.kind == ExchangeKind.SIGNED:
        return f"/in/exchanges/{exchange.code}"
    return exchange.trouble or (moment(exchange.looked_at) if exchange.looked_at else str(_("not yet")))


CHANNEL_SECTIONS = (
    Section(
        "mailboxes",
        _("Mailboxes"),
        "mail",
        Mailbox,
        (
            "code",
            "name_zh",
            "name_en",
            "address",
            "unit",
            "type",
            "plus_addresses",
            "imap_host",
            "imap_port",
            "imap_tls",
            "imap_user",
            "imap_folder",
            "auth_server",
            "is_active",
        ),
        (
            (_("Name"), names_of),
            (_("address"), lambda m: m.address),
            (_("Unit"), lambda m: m.unit),
            (_("last look"), _watched),
        ),
        _(
            "Addresses that customers write to. The password is read from the environment: "
            "RUOSHUI_MAIL_<code>_PASSWORD. Without an IMAP server mails come by the mail server’s pipe."
        ),
    ),
    Section(
        "blocked",
        _("Blocked hosts"),
        "link-off",
        BlockedHost,
        ("host", "note"),
        ((_("host"), lambda b: b.host), (_("note"), lambda b: b.note)),
        _("A mail with a link to one of these waits in quarantine."),
    ),
    Section(
        "blocked-files",
        _("Blocked files"),
        "file-off",
        BlockedFile,
        ("digest", "note"),
        ((_("SHA-256"), lambda b: b.digest), (_("note"), lambda b: b.note)),
        _("A mail with one of these files waits in quarantine."),
    ),
    Section(
        "lines",
        _("Message lines"),
        "message-circle",
        Line,
        (
            "code",
            "kind",
            "name_zh",
            "name_en",
            "unit",
            "type",
            "account",
            "agent",
            "address",
            "sites",
            "greeting_zh",
            "greeting_en",
            "is_active",
        ),
        (
            (_("Name"), names_of),
            (_("kind"), lambda one: one.get_kind_display()),
            (_("Unit"), lambda one: one.unit),
            (_("address for the provider"), _ready),
            (_("in use"), lambda one: one.is_active),
        ),
        _(
            "SMS, WeChat, WeCom and the chat on your web pages. What is secret is read from the environment: "
            "RUOSHUI_LINE_<code>_SECRET, with WeChat and WeCom also _TOKEN and _AES_KEY."
        ),
    ),
    Section(
        "exchanges",
        _("Telephone exchanges"),
        "phone",
        Exchange,
        (
            "code",
            "kind",
            "name_zh",
            "name_en",
            "unit",
            "type",
            "host",
            "port",
            "user",
            "technology",
            "context",
            "address",
            "recordings",
            "is_active",
        ),
        (
            (_("Name"), names_of),
            (_("kind"), lambda one: one.get_kind_display()),
            (_("Unit"), lambda one: one.unit),
            (_("last look"), _exchange),
        ),
        _(
            "Exchanges that tell of their calls. The secret is read from the environment: "
            "RUOSHUI_EXCHANGE_<code>_SECRET."
        ),
    ),
    Section(
        "extensions",
        _("Extensions"),
        "headset",
        Extension,
        ("exchange", "number", "staff"),
        (
            (_("extension"), lambda one: one.number),
            (_("staff member"), lambda one: one.staff),
            (_("telephone exchange"), lambda one: one.exchange),
        ),
        _("Whose telephone rings: who calls is shown on their screen, and they call with one click."),
    ),
    Section(
        "webhooks",
        _("Webhooks"),
        "webhook",
        Subscription,
        ("name", "url", "kinds", "unit", "may_be_inside", "confidential", "is_active"),
        (
            (_("Name"), names_of),
            (_("address"), lambda s: s.url),
            (
                _("told of"),
                lambda s: ", ".join(str(WebhookEvent(kind).label) for kind in s.kinds if kind in WebhookEvent.values),
            ),
            (_("in use"), lambda s: s.is_active),
        ),
        _("Other systems are told what happens, by signed calls that are tried again for a day."),
        detail="studio:webhook",
    ),
)
