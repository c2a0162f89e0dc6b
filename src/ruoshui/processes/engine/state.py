"""The tokens of a running process as bytes, without the drawing: that is kept once for each version."""

import json
import zlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask


class _Tokens(BpmnWorkflowConverter):  # type: ignore[misc] # the library has no types
    """The library's converter less the drawing, which it would copy into every case."""

    def to_dict(self, workflow: BpmnWorkflow) -> dict[str, Any]:
        plain: dict[str, Any] = super(BpmnWorkflowConverter, self).to_dict(workflow)
        plain["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        return plain

    def from_dict(self, plain: dict[str, Any], spec: Any, parts: Mapping[str, Any], language: Any) -> BpmnWorkflow:
        workflow = BpmnWorkflow(spec, dict(parts), script_engine=language, deserializing=True)
        workflow.tasks = self.mapping_from_dict(plain["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(plain["root"])]
        self.set_default_attributes(workflow, plain)
        self.subprocesses_from_dict(plain["subprocesses"], workflow)
        return workflow


# The library's list leaves services out; without them two drawings cannot be compared.
_CONFIG = {**DEFAULT_CONFIG, ServiceTask: BpmnTaskSpecConverter, BpmnWorkflow: _Tokens}
_SERIALIZER = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(_CONFIG))


def taken(workflow: BpmnWorkflow) -> bytes:
    """Compressed JSON; the order of its keys matters, since a token is restored after its parent."""
    return zlib.compress(json.dumps(_SERIALIZER.to_dict(workflow), ensure_ascii=False).encode(), 6)


def restore(state: bytes, spec: Any, parts: Mapping[str, Any], language: Any) -> BpmnWorkflow:
    """The same tokens on the drawing's specs, which all cases of a version share."""
    plain = json.loads(zlib.decompress(state))
    return _SERIALIZER.from_dict(plain, spec=spec, parts=parts, language=language)


def registry() -> Any:
    """The library's converters, by which two drawings are compared."""
    return _SERIALIZER.registry
