"""The settings that are one plain form each: what they are called, hold and show in the list."""

from django.utils.translation import gettext_lazy as _

from ruoshui.assets.models import AssetKind, Check
from ruoshui.cases.models import CaseType, Macro, Priority
from ruoshui.customers.models import Tier, Way
from ruoshui.feedback.models import Survey
from ruoshui.informing.models import NoticeTemplate
from ruoshui.organization.models import Permission, Role, Team
from ruoshui.processes.models import JointGroup, Seat
from ruoshui.queues.models import Business, ServiceClass
from ruoshui.routing.models import TeamDuty
from ruoshui.web.studio.section import Section, names_of
from ruoshui.web.studio.sections_of_channels import CHANNEL_SECTIONS

# icons: send, building, user, category, shield, list-search, calendar, star, users, arrows-split, message-2, crown, key
# icons: building-store, stairs-up, shield-half, users-group, armchair, engine, list-details


SECTIONS = {
    section.code: section
    for section in (
        Section(
            "types",
            _("Case types"),
            "category",
            CaseType,
            (
                "code",
                "name_zh",
                "name_en",
                "explanation_zh",
                "explanation_en",
                "icon",
                "unit",
                "skill",
                "priority",
                "reopen_days",
                "position",
                "is_public",
                "is_active",
                "form",
            ),
            (
                (_("Name"), names_of),
                (_("Unit"), lambda t: t.unit or "—"),
                (_("Priority"), lambda t: Priority(t.priority).label if t.priority in Priority.values else t.priority),
                (_("on the portal"), lambda t: t.is_public),
            ),
            _("What customers can ask for. The form is a JSON Schema; portal, workspace and counter draw it alike."),
        ),
        Section(
            "surveys",
            _("Surveys"),
            "star",
            Survey,
            (
                "code",
                "name_zh",
                "name_en",
                "type",
                "follow_up_at",
                "follow_up_type",
                "rest_days",
                "valid_days",
                "is_active",
                "questions",
            ),
            (
                (_("Name"), names_of),
                (_("Case type"), lambda s: s.type or _("any")),
                (_("follow up scores up to"), lambda s: s.follow_up_at),
                (_("questions"), lambda s: len(s.questions)),
            ),
        ),
        Section(
            "teams",
            _("Teams"),
            "users",
            Team,
            ("code", "name_zh", "name_en", "unit", "strategy", "is_active"),
            (
                (_("Name"), names_of),
                (_("Unit"), lambda t: t.unit),
                (_("who gets the next case"), lambda t: t.get_strategy_display()),
            ),
        ),
        Section(
            "duties",
            _("Duties of teams"),
            "arrows-split",
            TeamDuty,
            ("team", "type"),
            ((_("Team"), lambda d: d.team), (_("Case type"), lambda d: d.type or _("all others"))),
            _("Which team takes which cases, in its unit and below."),
        ),
        Section(
            "macros",
            _("Prepared answers"),
            "message-2",
            Macro,
            ("name_zh", "name_en", "body_zh", "body_en", "then", "is_active"),
            ((_("Name"), names_of), (_("and then"), lambda m: m.get_then_display())),
            _("{customer} and {number} are filled in."),
        ),
        Section(
            "tiers",
            _("Customer tiers"),
            "crown",
            Tier,
            ("code", "name_zh", "name_en", "rank"),
            ((_("Name"), names_of), (_("rank"), lambda t: t.rank)),
        ),
        Section(
            "businesses",
            _("Counter businesses"),
            "building-store",
            Business,
            (
                "code",
                "name_zh",
                "name_en",
                "icon",
                "type",
                "usual_minutes",
                "self_service_zh",
                "self_service_en",
                "position",
                "is_active",
            ),
            (
                (_("Name"), names_of),
                (_("Case type"), lambda b: b.type),
                (_("usual service (minutes)"), lambda b: b.usual_minutes),
                (_("in use"), lambda b: b.is_active),
            ),
            _("What customers come to a counter for; serving one opens a case of its type."),
        ),
        Section(
            "roles",
            _("Roles"),
            "shield-half",
            Role,
            ("code", "name_zh", "name_en", "reach", "permissions"),
            (
                (_("Name"), names_of),
                (_("reach"), lambda r: r.get_reach_display()),
                (_("may"), lambda r: ", ".join(str(Permission(one).label) for one in r.permissions)),
            ),
            _("What people may do where they hold the role. Steps of a process name the role that does them."),
        ),
        Section(
            "groups",
            _("Joint groups"),
            "users-group",
            JointGroup,
            ("code", "name_zh", "name_en", "unit", "is_active"),
            ((_("Name"), names_of), (_("Unit"), lambda g: g.unit), (_("in use"), lambda g: g.is_active)),
            _("One named person of each department, standing. A step of a process can go to a seat of the group."),
        ),
        Section(
            "seats",
            _("Seats of joint groups"),
            "armchair",
            Seat,
            ("group", "code", "name_zh", "name_en", "staff"),
            ((_("Joint group"), lambda s: s.group), (_("department"), names_of), (_("person"), lambda s: s.staff)),
        ),
        Section(
            "equipment",
            _("Kinds of equipment"),
            "engine",
            AssetKind,
            ("code", "name_zh", "name_en", "round_months", "notice_days", "defect_type", "is_active"),
            (
                (_("Name"), names_of),
                (_("months between inspections"), lambda k: k.round_months or "—"),
                (_("case type of a defect"), lambda k: k.defect_type or "—"),
                (_("in use"), lambda k: k.is_active),
            ),
            _("What stands with customers and is inspected. “Checks of equipment” say what is looked at on a round."),
        ),
        Section(
            "checks",
            _("Checks of equipment"),
            "list-details",
            Check,
            (
                "kind",
                "code",
                "name_zh",
                "name_en",
                "reads",
                "measure",
                "low",
                "high",
                "severity",
                "position",
                "is_active",
            ),
            (
                (_("Kind"), lambda c: c.kind),
                (_("Name"), names_of),
                (_("what is noted"), lambda c: c.get_reads_display()),
                (_("a defect here is"), lambda c: c.get_severity_display()),
            ),
            _("What is looked at on a round. A reading outside its limits is a defect by itself."),
        ),
        Section(
            "classes",
            _("Customer classes"),
            "stairs-up",
            ServiceClass,
            ("code", "name_zh", "name_en", "tier_rank", "rank", "bonus_minutes"),
            (
                (_("Name"), names_of),
                (_("for tiers up to rank"), lambda c: c.tier_rank or _("everybody")),
                (_("rank"), lambda c: c.rank),
                (_("bonus (minutes)"), lambda c: c.bonus_minutes),
            ),
            _("The tier of a customer decides the class, the class the place in the queue."),
        ),
        Section(
            "notices",
            _("Notices to customers"),
            "send",
            NoticeTemplate,
            (
                "code",
                "name_zh",
                "name_en",
                "moment",
                "type",
                "first_way",
                "ways",
                "subject_zh",
                "subject_en",
                "body_zh",
                "body_en",
                "is_optional",
                "is_urgent",
                "is_active",
            ),
            (
                (_("Name"), names_of),
                (_("moment"), lambda n: n.get_moment_display()),
                (_("ways"), lambda n: " → ".join(str(Way(way).label) for way in n.usual_ways)),
                (_("in use"), lambda n: n.is_active),
            ),
            _("What customers are told, when, in which words and by which way; each may prefer another way."),
            detail="studio:notice",
        ),
        *CHANNEL_SECTIONS,
    )
}
RELATED = {
    "types": ("unit",),
    "surveys": ("type", "follow_up_type"),
    "teams": ("unit",),
    "duties": ("team", "type"),
    "businesses": ("type",),
    "groups": ("unit",),
    "seats": ("group", "staff"),
    "checks": ("kind",),
    "mailboxes": ("unit",),
    "lines": ("unit",),
    "exchanges": ("unit",),
    "extensions": ("staff", "exchange"),
}
