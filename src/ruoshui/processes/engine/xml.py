"""Files from outside: XML is read without entities, networks or surprises, never more than a drawing needs."""

from django.utils.translation import gettext_lazy as _
from lxml import etree

from ruoshui.core.plain_text import unkept_at
from ruoshui.core.refusals import Refusal

MOST_BYTES = 2 * 1024 * 1024
MOST_ELEMENTS = 20_000


class BadFile(Refusal):
    code, status = "bad-file", 422
    text = _("The file was not taken: {why}")


def read_xml(content: bytes | str) -> etree._Element:
    """The root element. Refuses document types (so no entity can be declared), size and broken XML."""
    if isinstance(content, str) and unkept_at(content) >= 0:
        raise BadFile(why=_("it holds a control character. Save it again from a BPMN editor."))
    data = content.encode() if isinstance(content, str) else content
    if len(data) > MOST_BYTES:
        raise BadFile(why=_("it is larger than 2 MB. A drawing needs far less: export only this process."))
    if b"<!DOCTYPE" in data[:4096].upper() or b"<!ENTITY" in data.upper():
        raise BadFile(why=_("it declares a document type or entities. Save it again from a BPMN editor."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, dtd_validation=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        line = getattr(wrong, "lineno", None)
        why = _("it is no well-formed XML (line %(line)s). Save it again from a BPMN editor.") % {"line": line or "?"}
        raise BadFile(why=why) from wrong
    if root.getroottree().docinfo.doctype or any(isinstance(node, etree._Entity) for node in root.iter()):
        raise BadFile(why=_("it declares a document type or entities. Save it again from a BPMN editor."))
    if sum(1 for _each in root.iter()) > MOST_ELEMENTS:
        raise BadFile(why=_("it has more than 20,000 elements. Split the process."))
    return root
