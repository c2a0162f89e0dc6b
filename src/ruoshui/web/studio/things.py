"""List and edit the settings that are one plain form each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound
from ruoshui.organization.guarding import may_set_up, seen_in_settings
from ruoshui.organization.models import TeamMember
from ruoshui.organization.models.belonging import BELONGING
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.studio.carried import completed
from ruoshui.web.studio.doors import found_setting, narrow, page_of
from ruoshui.web.studio.section import Section
from ruoshui.web.studio.sections import RELATED, SECTIONS


def _section(request: HttpRequest, code: str) -> Section:
    """One of the settings, for who may set up such things somewhere."""
    if code not in SECTIONS:
        raise NotFound
    if not staff_of(request).may(BELONGING[SECTIONS[code].model].right):
        raise NotAllowed
    return SECTIONS[code]


@staff_only
def index(request: HttpRequest, section: str) -> HttpResponse:
    found, staff = _section(request, section), staff_of(request)
    things = seen_in_settings(staff, found.model).select_related(*RELATED.get(section, ()))[:500]
    rows = [(thing, [show(thing) for _title, show in found.columns], may_set_up(staff, thing)) for thing in things]
    return render(request, "studio/things.html", page_of(request, section, found.model, section=found, rows=rows))


@staff_only
def edit(request: HttpRequest, section: str, pk: int | None = None) -> HttpResponse:
    found, staff = _section(request, section), staff_of(request)
    thing = found_setting(staff, found.model, pk=pk) if pk else found.model()
    sent = completed(request.POST, found.form(instance=thing)) if request.POST else None
    form = found.form(sent, instance=thing)
    narrow(form, staff, found.model)
    if request.method == "POST" and form.is_valid():
        fresh = found_setting(staff, found.model, pk=pk) if pk else found.model()
        try:
            configure(fresh, form.cleaned_data, by=staff.actor, at=timezone.now())
        except Invalid as wrong:
            for name, texts in wrong.errors.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            messages.success(request, _("Saved."))
            return redirect("studio:things", section)
    members = TeamMember.objects.filter(team_id=pk).select_related("staff") if section == "teams" and pk else None
    about = found_setting(staff, found.model, pk=pk) if pk else found.model
    more = {"section": found, "form": form, "thing": thing if pk else None, "members": members}
    shown = page_of(request, section, about, **more)
    return render(request, "studio/thing.html", shown, status=422 if form.errors else 200)
