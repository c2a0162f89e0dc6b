"""What of a case people type in, checked the same way on opening and on correcting it."""

from django.core.exceptions import ValidationError

from ruoshui.cases.form_answers import form_errors
from ruoshui.cases.models import Case
from ruoshui.cases.schemas import without_required
from ruoshui.core.refusals import Invalid

TYPED = {"subject", "priority", "channel", "category"}
NOT_TYPED = {field.name for field in Case._meta.fields} - TYPED


def check_particulars(case: Case, *, form: bool = True, is_draft: bool = False) -> None:
    """Refuses with the errors of every field at once."""
    schema = without_required(case.type.form) if is_draft else case.type.form
    errors = form_errors(schema, case.form) if form else {}
    try:
        case.clean_fields(exclude=NOT_TYPED)
    except ValidationError as wrong:
        errors.update(wrong.message_dict)
    if errors:
        raise Invalid(errors)
