"""What a role may allow, and how far it reaches."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    """`tests/reach/labels.py` holds which write each label covers."""

    WORK = (
        "work",
        _(
            "work on cases: answer, take, pass to another unit, close; papers, mail, calls, requests, inspections, "
            "counters; note what customers tell"
        ),
    )
    SUPERVISE = (
        "supervise",
        _(
            "supervise: assign to others, merge, urge, decide on more time, held mail and tasks of others, correct "
            "promises, see the cockpit; look after branches and equipment"
        ),
    )
    CONFIDENTIAL = "confidential", _("see confidential cases")
    LOBBY = "lobby", _("look after a branch: give out, move and end numbers, open and close counters")
    CUSTOMERS = "customers", _("edit, merge and inform customers; keep the equipment register")
    PEOPLE = "people", _("set up units, teams, people and their rights")
    SECURITY = "security", _("set up channels, API tokens and other systems")
    PROCESSES = (
        "processes",
        _(
            "set up case types, processes, service levels, calendars, surveys, notices, customer tiers and kinds of "
            "equipment"
        ),
    )
    BRANCHES = "branches", _("set up branches: counters, queues, screens, businesses")


# Any of them opens the settings; what one sees and changes there ends with the right and its units.
SETTING_UP = (Permission.PEOPLE, Permission.SECURITY, Permission.PROCESSES, Permission.BRANCHES)


class Reach(models.TextChoices):
    UNIT = "unit", _("this unit only")
    SUBTREE = "subtree", _("this unit and all below it")
