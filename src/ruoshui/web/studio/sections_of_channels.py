"""Settings of the channels."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ruoshui.channels.models import BlockedHost, Mailbox
from ruoshui.web.studio.section import Section, names_of
from ruoshui.web.tags import moment
from ruoshui.webhooks.models import Subscription, Told

# icons: mail, link-off, webhook


def _watched(mailbox: Mailbox) -> str:
    if not mailbox.imap_host:
        return str(_("by pipe"))
    if mailbox.trouble:
        return mailbox.trouble
    if not mailbox.password:
        return str(_("set %s") % mailbox.password_name)
    return moment(timezone.localtime(mailbox.looked_at)) if mailbox.looked_at else str(_("not yet"))


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
        "webhooks",
        _("Webhooks"),
        "webhook",
        Subscription,
        ("name", "url", "kinds", "unit", "may_be_inside", "is_active"),
        (
            (_("Name"), names_of),
            (_("address"), lambda s: s.url),
            (_("told of"), lambda s: ", ".join(str(Told(kind).label) for kind in s.kinds if kind in Told.values)),
            (_("in use"), lambda s: s.is_active),
        ),
        _("Other systems are told what happens, by signed calls that are tried again for a day."),
        detail="studio:webhook",
    ),
)
