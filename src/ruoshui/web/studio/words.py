"""The words of the designers, in the reader's language: the island in the browser has no texts of its own."""

from django.utils.translation import gettext as _


def designer_words() -> dict[str, str]:
    return {
        **_general(),
        **_tables(),
        **_documents(),
        **_fields(),
        **_steps(),
        **_settings(),
        **_messages(),
        **_editor(),
    }


def _general() -> dict[str, str]:
    return {
        "saving": _("keeping …"),
        "saved": _("everything is kept"),
        "refused": _("not kept"),
        "offline": _("no connection; will be kept as soon as there is one"),
        "no faults": _("Nothing is wrong: it can be published."),
        "take out": _("Take out"),
        "name zh": _("Chinese name"),
        "name en": _("English name"),
        "code": _("code"),
        "required": _("must be filled in"),
        "explanation zh": _("Chinese explanation"),
        "explanation en": _("English explanation"),
    }


def _tables() -> dict[str, str]:
    return {
        "new table": _("Name of a new table"),
        "add table": _("Add a table"),
        "no tables": _(
            "No decision table yet. A table answers from fields: a limit from the income, a fee from the size."
        ),
        "field": _("field"),
        **_kinds_of_columns(),
        **_hit_policies(),
        "asks": _("formula instead of the field"),
        "asks hint": _("Conditions of this column look at what the formula says: amount * 12."),
        "no row": _("When no row fits"),
        "first": _("Worked out first"),
        "first hint": _(
            'A name for a formula or for another table\'s answer, with what it is told: age = years; tier = "gold".'
        ),
        "first name": _("name"),
        "first formula": _("formula"),
        "first given": _("what the table is told"),
        "add first": _("Work out something first"),
        "add row": _("Add a row"),
        "preference": _("Answers in order of preference"),
        "add inputs": _("Add a condition"),
        "add outputs": _("Add an answer"),
        "cells hint": _(
            'Conditions: - (any), > 5, [1..10], "gold","silver", not("x"), contains(?, "x"). '
            'Answers: 5000, "gold", true, income * 2, if member then 5 else 3.'
        ),
    }


def _kinds_of_columns() -> dict[str, str]:
    return {
        "type text": _("text"),
        "type number": _("any number"),
        "type boolean": _("yes or no"),
        "type date": _("a day"),
        "type time": _("a time of day"),
        "type datetime": _("day and time"),
        "type duration": _("a length of time"),
    }


def _hit_policies() -> dict[str, str]:
    return {
        "policy FIRST": _("the first row that fits"),
        "policy UNIQUE": _("exactly one row may fit"),
        "policy ANY": _("all that fit agree"),
        "policy PRIORITY": _("the preferred answer of all that fit"),
        "policy COLLECT": _("all that fit, as a list"),
        "policy RULE ORDER": _("all that fit, in the order of the rows"),
        "policy OUTPUT ORDER": _("all that fit, the preferred answer first"),
        "policy SUM": _("the sum of all that fit"),
        "policy MIN": _("the smallest of all that fit"),
        "policy MAX": _("the largest of all that fit"),
        "policy COUNT": _("how many fit"),
    }


def _documents() -> dict[str, str]:
    return {
        "add document": _("Add a document"),
        "document": _("document"),
        "no documents": _("No document is asked for."),
        "only when": _("only when"),
        "needed for": _("Steps that need it"),
        "needed for hint": _("Codes of tasks in the drawing, with blanks between; none can be finished without it."),
        "only when hint": _("Empty: always. A condition on the fields of the application."),
    }


def _fields() -> dict[str, str]:
    return {
        "fields": _("Fields: drag them into the form"),
        "drag a field here": _("Drag a field here"),
        "choose a field": _("Choose a field to set it."),
        "application": _("application form"),
        "new form": _("Name of a new form (English)"),
        "add form": _("Add a form"),
        "take out form": _("Take this form out"),
        "code hint": _("Conditions and tables call the field by this: letters, digits and _."),
        "hint": _("hint below the field"),
        "options zh": _("options in Chinese, one a line"),
        "options en": _("options in English, one a line"),
        "minimum": _("at least"),
        "maximum": _("at most"),
        "text": _("short text"),
        "multiline": _("long text"),
        "number": _("a number"),
        "integer": _("whole number"),
        "choice": _("choice"),
        "yes": _("yes or no"),
        "date": _("date"),
        "phone": _("phone number"),
        "email": _("e-mail address"),
    }


def _steps() -> dict[str, str]:
    """Of the palette, and what is said of a person's step."""
    return {
        "person": _("somebody does it"),
        "automatic": _("happens by itself"),
        "decision": _("decision table"),
        "parallel": _("side by side"),
        "timer": _("wait for time"),
        "message": _("wait for a message"),
        "part": _("part of a process"),
        "end": _("end"),
        "hand": _("move the sheet"),
        "lasso": _("choose several"),
        "choose an element": _("Drag steps from the left onto the arrow. Choose a step to set it."),
        "role": _("which role does it"),
        "unit": _("in which unit"),
        "unit nearest": _("the nearest unit that has the role"),
        "unit case": _("the unit that has the case"),
        "unit above": _("one step up"),
        "unit top": _("the top"),
        "assign": _("a certain person"),
        "nobody in particular": _("whoever takes it"),
        "holder": _("who has the case"),
        "manager": _("the customer's manager"),
        "form": _("form to fill in"),
        "no form": _("no form"),
        "approval": _("is it an approval?"),
        "no approval": _("no, work"),
        "approval one": _("one approves"),
        "approval all": _("all must approve"),
        "approval any": _("any of them approves"),
        "approval 2": _("two of them must approve"),
        "approval 3": _("three of them must approve"),
        "level": _("service level"),
        "no level": _("none"),
        "level hint": _("For another unit it becomes an internal request with this level's clock."),
        "within": _("within (working time)"),
        "within hint": _("PT4H: four working hours. P3D: until the end of the third working day."),
    }


def _settings() -> dict[str, str]:
    """Of the other steps, and of the arrows between them."""
    return {
        "duration": _("how long (working time)"),
        "instructions": _("what is to be done"),
        "must": _("may not be declined"),
        "stage": _("stage of the bar (Chinese)"),
        "stage en": _("stage of the bar (English)"),
        "stage hint": _("Steps of one stage share its name. Customers see the stages."),
        "verb": _("what happens"),
        "text-en": _("text (English)"),
        "text hint": _("{field}: the value of that field is filled in, also {number} and {customer}."),
        "milestone": _("code of the milestone"),
        "priority": _("priority"),
        "reason": _("reason"),
        "outcome": _("outcome"),
        "name-zh": _("Chinese name"),
        "document-en": _("English name"),
        "fact": _("field"),
        "value": _("value"),
        "afresh": _("count again from now"),
        "condition": _("condition"),
        "condition hint": _("Fields and values: amount > 50000 and member = true."),
        "otherwise": _("the way otherwise"),
        "leads to": _("leads to"),
        "draw an arrow to …": _("draw an arrow to …"),
    }


def _messages() -> dict[str, str]:
    return {
        "message customer_replied": _("the customer wrote"),
        "message document_arrived": _("a document arrived"),
        "message documents_complete": _("all documents are there"),
        "message request_done": _("another unit has answered"),
        "message case_resumed": _("the case goes on"),
        "message urged": _("somebody urged"),
    }


def _editor() -> dict[str, str]:
    """What bpmn-js itself says, by its English text."""
    return {
        "bpmn Append {type}": _("Add behind it: {type}"),
        "bpmn Append end event": _("Add an end"),
        "bpmn Append gateway": _("Add a choice"),
        "bpmn Append task": _("Add a step"),
        "bpmn Append user task": _("Add a step for somebody"),
        "bpmn Append intermediate/boundary event": _("Add an event"),
        "bpmn Append text annotation": _("Add a remark"),
        "bpmn Add text annotation": _("Add a remark"),
        "bpmn Change type": _("Make it something else"),
        "bpmn Change element": _("Make it something else"),
        "bpmn Connect using sequence/message flow or association": _("Draw an arrow"),
        "bpmn Connect to other element": _("Draw an arrow"),
        "bpmn Remove": _("Take out"),
        "bpmn Delete": _("Take out"),
    }
