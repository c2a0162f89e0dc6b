"""List and edit the settings that are one plain form each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.organization.models import Permission, TeamMember
from ruoshui.web.access import needs, staff_of
from ruoshui.web.studio.section import Section
from ruoshui.web.studio.sections import RELATED, SECTIONS


def _section(code: str) -> Section:
    if code not in SECTIONS:
        raise NotFound
    return SECTIONS[code]


@needs(Permission.SETTINGS)
def index(request: HttpRequest, section: str) -> HttpResponse:
    found = _section(section)
    things = found.model._default_manager.select_related(*RELATED.get(section, ()))[:500]
    rows = [(thing, [show(thing) for _title, show in found.columns]) for thing in things]
    return render(
        request,
        "studio/things.html",
        {"section": found, "rows": rows, "here": section, "place": "settings"},
    )


@needs(Permission.SETTINGS)
def edit(request: HttpRequest, section: str, pk: int | None = None) -> HttpResponse:
    found, staff = _section(section), staff_of(request)
    thing = found.model._default_manager.filter(pk=pk).first() if pk else found.model()
    if thing is None:
        raise NotFound
    form = found.form(request.POST or None, instance=thing)
    if request.method == "POST" and form.is_valid():
        fresh = found.model._default_manager.get(pk=pk) if pk else found.model()
        try:
            configure(fresh, form.cleaned_data, by=staff.actor, at=timezone.now())
        except Invalid as wrong:
            for name, texts in wrong.errors.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            messages.success(request, _("Saved."))
            return redirect("studio:things", section)
    members = TeamMember.objects.filter(team_id=pk).select_related("staff") if section == "teams" and pk else None
    return render(
        request,
        "studio/thing.html",
        {
            "section": found,
            "form": form,
            "thing": thing if pk else None,
            "here": section,
            "members": members,
            "place": "settings",
        },
        status=422 if form.errors else 200,
    )
