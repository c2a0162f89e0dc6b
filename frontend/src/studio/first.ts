// What a decision table works out before its rows: a name for a formula, or for what another table answers.
import { button, el, icon, select, text } from "./dom";
import { design, w, type First, type Pair, type Table } from "./design";

export function firstLines(table: Table, touch: () => void): HTMLElement {
  const lines = table.first ?? [];
  const add = button(w("add first"), "plus", () => { table.first = [...lines, { name: "field", value: "0" }]; touch(); });
  const hint = lines.length ? el("div", { class: "form-hint" }, w("first hint")) : null;
  const rows = lines.map((one, at) => line(table, one, at, touch));
  return el("div", { class: "mb-3", "data-first": table.code }, lines.length ? el("strong", {}, w("first")) : null, ...rows, hint, add);
}

function line(table: Table, one: First, at: number, touch: () => void): HTMLElement {
  const others = design.decisions.filter((other) => other !== table).map((other) => [other.code, other.name] as Pair);
  const name = text(one.name, (value) => { one.name = value; touch(); }, { "aria-label": w("first name"), "data-first-name": String(at) });
  const from = select(one.table ?? "", others, (value) => { change(one, value); touch(); }, w("first formula"));
  from.setAttribute("aria-label", w("first"));
  const what = one.table ? told(one, touch) : text(one.value ?? "", (value) => { one.value = value; touch(); }, { "aria-label": w("first formula"), "data-first-value": String(at) });
  const remove = () => { table.first = table.first?.filter((other) => other !== one); touch(); };
  return el("div", { class: "first-line" }, name, el("span", {}, "="), from, what, el("button", { type: "button", class: "plain-button", title: w("take out"), onclick: remove }, icon("x")));
}

function change(one: First, table: string): void {
  one.table = table;
  one.value = table ? "" : "0";
  one.given = {};
}

function told(one: First, touch: () => void): HTMLElement {
  const shown = Object.entries(one.given ?? {}).map(([name, value]) => `${name} = ${value}`).join("; ");
  return text(shown, (value) => { one.given = pairs(value); touch(); }, { placeholder: w("first given"), "aria-label": w("first given") });
}

// `age = years; tier = "a;b"`: a semicolon inside quotes belongs to the text.
export function pairs(said: string): Record<string, string> {
  const parts = said.match(/(?:"[^"]*"|'[^']*'|[^;"'])+/g) ?? [];
  const split = parts.map((part) => /^\s*([^\s=]+)\s*=\s*(.+?)\s*$/su.exec(part));
  return Object.fromEntries(split.flatMap((found) => (found ? [[found[1]!, found[2]!]] : [])));
}
