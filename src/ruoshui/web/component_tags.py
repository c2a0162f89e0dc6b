"""The blocks that pages are built of, one template each under `components/`; what stands inside is the page's own.

{% panel _("On record") %}…{% endpanel %}
{% dialog "urge" _("Urge") to="workspace:urge" of=clock.pk %}…{% enddialog %}
{% field "u-text" _("What to say") %}<textarea …>{% endfield %}
{% nothing "bell" _("Nothing to tell") %}…{% endnothing %}
{% file_input _("Attach files") %}
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

register = template.Library()


def _shown(context: template.Context, component: str, **values: Any) -> SafeString:
    """Within the page's context, as an include: the form's token comes from there, and no name leaks in."""
    assert context.template is not None
    found = context.template.engine.get_template(f"components/{component}.html")
    with context.push(**values):
        return found.render(context)


@register.simple_block_tag(takes_context=True)
def panel(
    context: template.Context, content: SafeString, title: str, body: str = "panel-body", look: str = "", id: str = ""
) -> SafeString:
    """A panel with its title. `body` is the class of the box around the content; "" is none, `look` more classes."""
    return _shown(context, "panel", content=content, title=title, body=body, look=look, id=id)


@register.simple_block_tag(takes_context=True)
def dialog(
    context: template.Context,
    content: SafeString,
    name: str,
    title: str,
    heading: str = "",
    to: str | None = None,
    of: Any = None,
) -> SafeString:
    """A dialog with its head. `to` is the name of the address its form is sent to, "" the page's own; without it there
    is no form. `of` is what the address is about, `heading` what its head says if not the title.
    """
    address = reverse(to, args=[] if of is None else [of]) if to else ""
    return _shown(
        context,
        "dialog",
        content=content,
        name=name,
        title=title,
        heading=heading or title,
        address=address,
        has_form=to is not None,
    )


@register.simple_block_tag(takes_context=True)
def field(
    context: template.Context,
    content: SafeString,
    name: str,
    label: str,
    hint: str = "",
    required: bool = False,
    errors: Iterable[str] = (),
    look: str = "",
) -> SafeString:
    """The label, the input that is the content, its hint, what is wrong with it. `name` is the id of the input; with ""
    the label is of several inputs.
    """
    return _shown(
        context,
        "field",
        content=content,
        name=name,
        label=label,
        hint=hint,
        required=required,
        errors=errors or (),
        look=look,
    )


@register.simple_block_tag(takes_context=True)
def nothing(
    context: template.Context, content: SafeString, icon: str, title: str = "", inside: bool = False
) -> SafeString:
    """What stands where rows would: a panel of its own, or inside of one."""
    return _shown(context, "nothing", content=content, name=icon, title=title, inside=inside)


@register.inclusion_tag("components/file_input.html")
def file_input(words: str = "", hint: str = "") -> dict[str, str]:
    """Files to attach, with the names of those chosen. Without words it is an icon with a label for readers."""
    return {"words": words, "hint": hint}
