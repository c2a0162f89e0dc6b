"""What a role may allow, and how far it reaches."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    WORK = "work", _("work on cases: answer, take, pass to another unit, close")
    SUPERVISE = "supervise", _("supervise: assign to others, merge, correct promises, see the cockpit")
    CONFIDENTIAL = "confidential", _("see confidential cases")
    LOBBY = "lobby", _("look after a branch: move numbers, open and close counters")
    CUSTOMERS = "customers", _("edit and merge customers")
    PEOPLE = "people", _("set up units, people and their rights")
    SECURITY = "security", _("set up channels, API tokens and other systems")
    PROCESSES = "processes", _("set up case types, processes and service levels")
    BRANCHES = "branches", _("set up branches: counters, queues, screens")


# Any of them opens the settings; what one sees and changes there ends with the right and its units.
SETTING_UP = (Permission.PEOPLE, Permission.SECURITY, Permission.PROCESSES, Permission.BRANCHES)


class Reach(models.TextChoices):
    UNIT = "unit", _("this unit only")
    SUBTREE = "subtree", _("this unit and all below it")
