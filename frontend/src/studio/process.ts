// The process designer: bpmn-js with a palette of what runs here, and settings at the side in plain words.
import Modeler from "bpmn-js/lib/Modeler";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import { area, check, el, field, select, text } from "./dom";
import { changed, design, w, type Fault, type Pair } from "./design";
import { EMPTY } from "./empty";
import { translateModule } from "./translate";

/* eslint-disable @typescript-eslint/no-explicit-any -- bpmn-js has no complete types */
type Any = any;

const SETTINGS = ["role", "unit", "assign", "form", "level", "approval", "within", "stage", "stage-en", "name-en", "must", "instructions", "verb", "text", "text-en", "milestone", "priority", "code", "name-zh", "document-en", "fact", "value", "outcome", "reason", "decision", "afresh"];
const MODDLE = {
  name: "Ruoshui", uri: "https://ruoshui.example/schema/bpmn/1", prefix: "ruoshui", xml: { tagAlias: "lowerCase" },
  types: [{ name: "Settings", extends: ["bpmn:FlowNode"], properties: SETTINGS.map((name) => ({ name, isAttr: true, type: "String" })) }],
};
let modeler: Any;
let side: HTMLElement;
let selected: Any = null;

const PALETTE: [string, string, string, Any][] = [
  ["person", "bpmn-icon-user-task", "bpmn:UserTask", {}],
  ["automatic", "bpmn-icon-service-task", "bpmn:ServiceTask", {}],
  ["decision", "bpmn-icon-business-rule-task", "bpmn:BusinessRuleTask", {}],
  ["choice", "bpmn-icon-gateway-xor", "bpmn:ExclusiveGateway", {}],
  ["parallel", "bpmn-icon-gateway-parallel", "bpmn:ParallelGateway", {}],
  ["timer", "bpmn-icon-intermediate-event-catch-timer", "bpmn:IntermediateCatchEvent", { eventDefinitionType: "bpmn:TimerEventDefinition" }],
  ["message", "bpmn-icon-intermediate-event-catch-message", "bpmn:IntermediateCatchEvent", { eventDefinitionType: "bpmn:MessageEventDefinition" }],
  ["part", "bpmn-icon-subprocess-expanded", "bpmn:SubProcess", { isExpanded: true }],
  ["end", "bpmn-icon-end-event-none", "bpmn:EndEvent", {}],
];

class Palette {
  static $inject = ["palette", "create", "elementFactory", "lassoTool", "handTool"];
  constructor(palette: Any, private create: Any, private factory: Any, private lasso: Any, private hand: Any) {
    palette.registerProvider(this);
  }
  getPaletteEntries(): Any {
    const entries: Any = {
      hand: { group: "tools", className: "bpmn-icon-hand-tool", title: w("hand"), action: { click: (event: Any) => this.hand.activateHand(event) } },
      lasso: { group: "tools", className: "bpmn-icon-lasso-tool", title: w("lasso"), action: { click: (event: Any) => this.lasso.activateSelection(event) } },
      line: { group: "tools", separator: true },
    };
    for (const [name, className, type, more] of PALETTE) {
      const start = (event: Any) => this.create.start(event, this.factory.createShape({ type, ...more }));
      entries[name] = { group: "things", className, title: w(name), action: { dragstart: start, click: start } };
    }
    return entries;
  }
}

export async function showProcess(canvas: HTMLElement, sideBox: HTMLElement): Promise<void> {
  side = sideBox;
  modeler = new Modeler({
    container: canvas, moddleExtensions: { ruoshui: MODDLE },
    additionalModules: [{ __init__: ["paletteProvider"], paletteProvider: ["type", Palette] }, translateModule],
  });
  await modeler.importXML(design.drawing || EMPTY);
  fit();
  modeler.on("selection.changed", (event: Any) => { selected = event.newSelection.length === 1 ? event.newSelection[0] : null; settings(); });
  modeler.on("commandStack.changed", () => void keep());
  settings();
  (window as Any).ruoshuiModeler = modeler;
}

export function fit(): void {
  const canvas = modeler?.get("canvas");
  if (!canvas) return;
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (!outer.width || !inner.width) return;
  // The palette lies over the sheet: nothing begins under it.
  const palette = 150;
  let scale = Math.min(1, (outer.width - palette - 40) / inner.width, (outer.height - 60) / inner.height);
  let y = inner.y - (outer.height / scale - inner.height) / 2;
  if (scale < 0.4) {
    // Too small to read: begin at the start, and let people move the sheet.
    scale = 0.75;
    const start = modeler.get("elementRegistry").find((one: Any) => one.type === "bpmn:StartEvent" && one.parent.type === "bpmn:Process");
    y = (start?.y ?? inner.y) - 160;
  }
  canvas.viewbox({ x: inner.x - palette / scale, y, width: outer.width / scale, height: outer.height / scale });
}

async function keep(): Promise<void> {
  const { xml } = await modeler.saveXML({ format: true });
  design.drawing = xml;
  changed("drawing");
}

export function markFaults(faults: Fault[]): void {
  const canvas = modeler.get("canvas"), registry = modeler.get("elementRegistry");
  registry.forEach((one: Any) => canvas.removeMarker(one, "has-fault"));
  for (const fault of faults) if (fault.part === "drawing" && registry.get(fault.place)) canvas.addMarker(fault.place, "has-fault");
}

export function showElement(id: string): void {
  const found = modeler.get("elementRegistry").get(id);
  if (found) { modeler.get("selection").select(found); modeler.get("canvas").scrollToElement(found); }
}

const is = (type: string) => selected?.businessObject.$instanceOf(type);
const get = (name: string): string => selected.businessObject.get(`ruoshui:${name}`) ?? "";
const put = (name: string) => (value: string | boolean) => modeler.get("modeling").updateProperties(selected, { [`ruoshui:${name}`]: value === true ? "true" : value || undefined });
const rerender = (act: (value: string) => void) => (value: string) => { act(value); settings(); };

function settings(): void {
  if (!selected || selected.type === "bpmn:Process" || selected.labelTarget) { side.replaceChildren(el("p", { class: "soft" }, w("choose an element"))); return; }
  const bo = selected.businessObject;
  const name = field(w("name zh"), text(bo.name ?? "", (value) => modeler.get("modeling").updateLabel(selected, value), { "data-set": "name" }));
  const made: HTMLElement[] = [];
  if (is("bpmn:SequenceFlow")) made.push(name, ...flow(bo));
  else {
    made.push(name, field(w("name en"), text(get("name-en"), put("name-en"), { "data-set": "name-en" })));
    if (is("bpmn:UserTask")) made.push(...task());
    if (is("bpmn:ServiceTask")) made.push(...service());
    if (is("bpmn:BusinessRuleTask")) made.push(field(w("decision"), wired(select(get("decision"), design.decisions.map((one) => [one.code, one.name] as Pair), put("decision")), "decision")));
    if (is("bpmn:Event")) made.push(...event(bo));
    if (!is("bpmn:Gateway") && !is("bpmn:Event")) made.push(field(w("stage"), text(get("stage"), put("stage")), w("stage hint")), field(w("stage en"), text(get("stage-en"), put("stage-en"))));
  }
  if (!is("bpmn:SequenceFlow") && !is("bpmn:EndEvent")) made.push(...waysOut(bo));
  side.replaceChildren(...made);
}

// Where it leads, without the mouse: choose a step and an arrow is drawn; a choice has a condition for each way.
function waysOut(bo: Any): HTMLElement[] {
  const modeling = modeler.get("modeling"), registry = modeler.get("elementRegistry"), rules = modeler.get("bpmnRules");
  const here = selected;
  const steps = registry.filter((one: Any) => one.parent === here.parent && one !== here && !one.labelTarget && !one.waypoints && rules.canConnect(here, one));
  const named = (one: Any) => one.businessObject.name || w(KIND_NAMES[one.type] ?? "end");
  const made: HTMLElement[] = [];
  if (is("bpmn:ExclusiveGateway") || is("bpmn:InclusiveGateway")) {
    for (const way of bo.outgoing ?? []) {
      const to = `→ ${way.targetRef.name || way.targetRef.id}`;
      const connection = registry.get(way.id), moddle = modeler.get("moddle");
      const set = (body: string) => modeling.updateProperties(connection, { conditionExpression: body ? moddle.create("bpmn:FormalExpression", { body }) : undefined });
      const condition = text(way.conditionExpression?.body ?? "", set, { placeholder: "amount > 50000", "data-way": way.targetRef.name || "" });
      condition.disabled = bo.default === way;
      made.push(field(to, condition), check(w("otherwise"), bo.default === way, (value) => { set(""); modeling.updateProperties(here, { default: value ? way : undefined }); settings(); }));
    }
  }
  const options = steps.map((one: Any) => [one.id, named(one)] as Pair);
  made.push(field(w("leads to"), wired(select("", options, (id) => { modeling.connect(here, registry.get(id)); modeler.get("selection").select(here); settings(); }, w("draw an arrow to …")), "leads-to")));
  return made;
}

const KIND_NAMES: Record<string, string> = { "bpmn:EndEvent": "end", "bpmn:ExclusiveGateway": "choice", "bpmn:ParallelGateway": "parallel", "bpmn:SubProcess": "part" };

function task(): HTMLElement[] {
  const forms = Object.keys(design.forms).filter((code) => code !== "application").map((code) => [code, code] as Pair);
  const assign: Pair[] = [["holder", w("holder")], ["manager", w("manager")], ...design.seats];
  const units: Pair[] = [["case", w("unit case")], ["above", w("unit above")], ["top", w("unit top")], ...design.units];
  const approvals: Pair[] = [["one", w("approval one")], ["all", w("approval all")], ["any", w("approval any")], ["2", w("approval 2")], ["3", w("approval 3")]];
  return [
    field(w("role"), wired(select(get("role"), design.roles, put("role")), "role")),
    field(w("unit"), select(get("unit"), units, put("unit"), w("unit nearest"))),
    field(w("assign"), select(get("assign"), assign, put("assign"), w("nobody in particular"))),
    field(w("form"), wired(select(get("form"), forms, put("form"), w("no form")), "form")),
    field(w("approval"), wired(select(get("approval"), approvals, put("approval"), w("no approval")), "approval")),
    field(w("level"), select(get("level"), design.levels, put("level"), w("no level")), w("level hint")),
    field(w("within"), text(get("within"), put("within"), { placeholder: "PT4H" }), w("within hint")),
    field(w("instructions"), area(get("instructions"), put("instructions"))),
    check(w("must"), get("must") === "true", put("must")),
  ];
}

function wired<T extends HTMLElement>(control: T, name: string): T {
  control.dataset.set = name;
  return control;
}

const OF_VERB: Record<string, string[]> = {
  tell_customer: ["text", "text-en"], reply_customer: ["text", "text-en"], note: ["text"], reach_milestone: ["milestone"], promise_level: ["level", "text", "text-en", "afresh"], set_priority: ["priority"],
  ask_unit: ["unit", "level", "text"], pass_case: ["unit", "text"], wait: ["reason"], require_document: ["code", "name-zh", "document-en"], set_fact: ["fact", "value"], close_case: ["outcome", "text"],
};

function service(): HTMLElement[] {
  const verb = get("verb");
  const made = [field(w("verb"), wired(select(verb, design.verbs.map(([code, name]) => [code, name] as Pair), rerender(put("verb"))), "verb"))];
  for (const name of OF_VERB[verb] ?? []) {
    if (name === "unit") made.push(field(w("unit"), select(get("unit"), design.units, put("unit"))));
    else if (name === "level") made.push(field(w("level"), select(get("level"), design.levels, put("level"))));
    else if (name === "afresh") made.push(check(w("afresh"), get("afresh") === "true", put("afresh")));
    else if (name.startsWith("text")) made.push(field(w(name), wired(area(get(name), put(name)), name), w("text hint")));
    else made.push(field(w(name), text(get(name), put(name), { "data-set": name })));
  }
  return made;
}

function event(bo: Any): HTMLElement[] {
  const definition = bo.eventDefinitions?.[0];
  if (!definition) return [];
  const modeling = modeler.get("modeling"), moddle = modeler.get("moddle");
  if (definition.$type === "bpmn:TimerEventDefinition") {
    const value = definition.timeDuration?.body ?? "";
    const set = (body: string) => modeling.updateModdleProperties(selected, definition, { timeDuration: moddle.create("bpmn:FormalExpression", { body }), timeDate: undefined, timeCycle: undefined });
    return [field(w("duration"), text(value, set, { placeholder: "PT4H", "data-set": "duration" }), w("within hint"))];
  }
  if (definition.$type === "bpmn:MessageEventDefinition") {
    const value = definition.messageRef?.name ?? "";
    return [field(w("message"), select(value, design.messages.map((one) => [one, w(`message ${one}`)] as Pair), (name) => modeling.updateModdleProperties(selected, definition, { messageRef: message(name) })))];
  }
  return [];
}

function message(name: string): Any {
  const root = modeler.getDefinitions(), moddle = modeler.get("moddle");
  const there = root.rootElements.find((one: Any) => one.$type === "bpmn:Message" && one.name === name);
  if (there) return there;
  const made = moddle.create("bpmn:Message", { id: `message_${name}`, name });
  made.$parent = root;
  root.rootElements.push(made);
  return made;
}

function flow(bo: Any): HTMLElement[] {
  const gateway = bo.sourceRef;
  if (!gateway.$instanceOf("bpmn:ExclusiveGateway") && !gateway.$instanceOf("bpmn:InclusiveGateway")) return [];
  const modeling = modeler.get("modeling"), moddle = modeler.get("moddle");
  const source = modeler.get("elementRegistry").get(gateway.id);
  const condition = bo.conditionExpression?.body ?? "";
  const set = (body: string) => modeling.updateProperties(selected, { conditionExpression: body ? moddle.create("bpmn:FormalExpression", { body }) : undefined });
  return [
    field(w("condition"), text(condition, set, { placeholder: "amount > 50000", "data-set": "condition" }), w("condition hint")),
    check(w("otherwise"), gateway.default === bo, (value) => { modeling.updateProperties(source, { default: value ? bo : undefined }); if (value) set(""); settings(); }),
  ];
}
