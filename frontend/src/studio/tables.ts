// Decision tables as a grid: a row of conditions and its answers; the rows can be dragged into another order.
import Sortable from "sortablejs";
import { button, codeOf, el, icon, select, text } from "./dom";
import { firstLines } from "./first";
import { changed, design, w, type Column, type Pair, type Table } from "./design";

const POLICIES = ["FIRST", "UNIQUE", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER", "SUM", "MIN", "MAX", "COUNT"];
const BY_PREFERENCE = ["PRIORITY", "OUTPUT ORDER"];
const TYPES = ["text", "number", "boolean", "date", "time", "datetime", "duration"];
let box: HTMLElement;

export function showTables(place: HTMLElement): void {
  box = place;
  draw();
}

function draw(): void {
  const name = text("", () => undefined, { placeholder: w("new table"), "aria-label": w("new table") });
  name.classList.add("w-auto");
  const add = el("div", { class: "d-flex gap-2 mb-3" }, name, button(w("add table"), "plus", () => addTable(name.value)));
  box.replaceChildren(add, ...design.decisions.map(grid));
  if (!design.decisions.length) box.append(el("p", { class: "soft" }, w("no tables")));
}

function addTable(name: string): void {
  const code = codeOf(name, design.decisions.map((one) => one.code), "table");
  const column = (field: string, type: string): Column => ({ name: field, type, label_zh: "", label_en: "" });
  design.decisions.push({ code, name: name || code, policy: "FIRST", inputs: [column("amount", "number")], outputs: [column("result", "number")], rules: [{ when: ["-"], then: ["0"], note: "" }] });
  touch();
}

function touch(): void {
  changed("decisions");
  draw();
}

function grid(table: Table): HTMLElement {
  const head = el("tr", {}, el("th"), ...table.inputs.map((one, at) => columnHead(table, "inputs", one, at)), addColumn(table, "inputs"), ...table.outputs.map((one, at) => columnHead(table, "outputs", one, at)), addColumn(table, "outputs"), el("th"));
  const body = el("tbody", {}, ...table.rules.map((rule, at) => row(table, rule, at)));
  const policy = select(table.policy, POLICIES.map((one) => [one, w(`policy ${one}`)] as Pair), (value) => { table.policy = value || "FIRST"; touch(); });
  policy.classList.add("w-auto");
  const top = el("div", { class: "panel-head" }, text(table.name, (value) => { table.name = value; touch(); }, { "aria-label": w("name zh") }), el("span", { class: "faint text-nowrap" }, table.code), policy, button(w("take out"), "trash", () => { design.decisions = design.decisions.filter((one) => one !== table); touch(); }, "plain-button end"));
  const foot = button(w("add row"), "plus", () => { table.rules.push({ when: table.inputs.map(() => "-"), then: table.outputs.map(() => "0"), note: "" }); touch(); });
  new Sortable(body, { handle: ".drag", animation: 120, onUpdate: (event) => { const [moved] = table.rules.splice(event.oldIndex!, 1); table.rules.splice(event.newIndex!, 0, moved!); touch(); } });
  return el("section", { class: "panel mb-3", "data-table": table.code }, top, el("div", { class: "panel-body table-scroll" }, firstLines(table, touch), el("table", { class: "decision-grid" }, el("thead", {}, head), body, otherwise(table)), foot, el("div", { class: "form-hint mt-2" }, w("cells hint"))));
}

function columnHead(table: Table, side: "inputs" | "outputs", column: Column, at: number): HTMLElement {
  const type = select(column.type, TYPES.map((one) => [one, w(`type ${one}`)] as Pair), (value) => { column.type = value || "text"; touch(); });
  const remove = () => { table[side].splice(at, 1); for (const rule of table.rules) rule[side === "inputs" ? "when" : "then"].splice(at, 1); touch(); };
  const name = text(column.name, (value) => { column.name = value; touch(); }, { "aria-label": w("field"), "data-column": side });
  const kind = el("div", { class: "d-flex" }, type, el("button", { type: "button", class: "plain-button", title: w("take out"), onclick: remove }, icon("x")));
  const asks = side === "inputs" && text(column.asks ?? "", (value) => { column.asks = value; changed("decisions"); }, { placeholder: w("asks"), "aria-label": w("asks"), title: w("asks hint"), "data-asks": column.name });
  return el("th", { class: `is-${side}` }, name, kind, asks, ...(side === "outputs" && BY_PREFERENCE.includes(table.policy) ? [preference(column)] : []));
}

// The answers there are, the preferred one first.
function preference(column: Column): HTMLElement {
  const hint = { placeholder: '"high", "low"', "aria-label": w("preference"), title: w("preference"), "data-values": column.name };
  return text(column.values ?? "", (value) => { column.values = value; changed("decisions"); }, hint);
}

// What is answered when no row fits; empty: the process is stopped, for somebody to look.
function otherwise(table: Table): HTMLElement {
  const cell = (column: Column) => el("td", { class: "is-outputs" }, text(column.default ?? "", (value) => { column.default = value; changed("decisions"); }, { "aria-label": w("no row"), "data-otherwise": column.name }));
  return el("tfoot", {}, el("tr", {}, el("td"), el("td", { class: "soft", colspan: String(table.inputs.length + 1) }, w("no row")), ...table.outputs.map(cell)));
}

function addColumn(table: Table, side: "inputs" | "outputs"): HTMLElement {
  const act = () => { table[side].push({ name: "field", type: "text", label_zh: "", label_en: "" }); for (const rule of table.rules) rule[side === "inputs" ? "when" : "then"].push(side === "inputs" ? "-" : "0"); touch(); };
  return el("th", { class: `is-add is-${side}` }, el("button", { type: "button", class: "plain-button", title: w(`add ${side}`), onclick: act }, icon("plus")));
}

function row(table: Table, rule: Table["rules"][number], at: number): HTMLElement {
  const cell = (cells: string[], index: number, side: string) => el("td", { class: `is-${side}` }, text(cells[index] ?? "", (value) => { cells[index] = value || (side === "inputs" ? "-" : "0"); changed("decisions"); }, { "data-cell": `${side}-${at}-${index}`, "aria-label": side }));
  const remove = () => { table.rules.splice(at, 1); touch(); };
  return el("tr", {}, el("td", { class: "drag" }, icon("grip-vertical"), String(at + 1)), ...table.inputs.map((_one, index) => cell(rule.when, index, "inputs")), el("td", { class: "is-add" }), ...table.outputs.map((_one, index) => cell(rule.then, index, "outputs")), el("td", { class: "is-add" }), el("td", {}, el("button", { type: "button", class: "plain-button", title: w("take out"), onclick: remove }, icon("trash"))));
}
