// Forms by drag and drop: kinds of fields are dragged into the form, moved, and set at the side.
import Sortable from "sortablejs";
import { area, button, check, codeOf, el, field, icon, text } from "./dom";
import { isPressed } from "../keys";
import { changed, design, w, type Property, type Schema } from "./design";

const KINDS: [string, string, Property][] = [
  ["text", "forms", { type: "string" }],
  ["multiline", "align-left", { type: "string", "x-multiline": true }],
  ["number", "list-numbers", { type: "number" }],
  ["integer", "hash", { type: "integer" }],
  ["choice", "list", { type: "string", enum: ["A", "B"], "x-options-en": ["A", "B"] }],
  ["yes", "checkbox", { type: "boolean" }],
  ["date", "calendar", { type: "string", format: "date" }],
  ["phone", "phone", { type: "string", format: "tel" }],
  ["email", "mail", { type: "string", format: "email" }],
];
let current = "application";
let chosen = "";
let box: HTMLElement;

function schema(): Schema & { properties: Record<string, Property>; required: string[]; "x-order": string[] } {
  const found = (design.forms[current] ??= {});
  found.type = "object";
  found.properties ??= {};
  found.required ??= [];
  found["x-order"] = (found["x-order"] ?? []).filter((name) => name in found.properties!);
  for (const name of Object.keys(found.properties)) if (!found["x-order"].includes(name)) found["x-order"].push(name);
  return found as ReturnType<typeof schema>;
}

export function showForms(place: HTMLElement): void {
  box = place;
  design.forms.application ??= {};
  draw();
}

function draw(): void {
  const form = schema();
  const list = el("div", { class: "form-canvas", "data-canvas": true });
  for (const name of form["x-order"]) list.append(card(name, form.properties[name]!, form.required.includes(name)));
  if (!form["x-order"].length) list.append(el("p", { class: "soft form-empty" }, w("drag a field here")));
  const palette = el("div", { class: "form-palette" }, el("div", { class: "faint mb-2" }, w("fields")));
  for (const [kind, picture] of KINDS) palette.append(el("div", { class: "form-kind", "data-kind": kind, tabindex: "0", role: "button", onkeydown: (event) => isPressed(event as KeyboardEvent, "Enter") && add(kind, form["x-order"].length) }, icon(picture), w(kind)));
  const side = el("div", { class: "design-side" }, ...settings());
  box.replaceChildren(tabs(), el("div", { class: "form-grid" }, palette, list, side));
  new Sortable(palette, { group: { name: "fields", pull: "clone", put: false }, sort: false, draggable: ".form-kind" });
  new Sortable(list, { group: "fields", animation: 120, draggable: ".form-card, .form-kind", onAdd: (event) => add((event.item as HTMLElement).dataset.kind ?? "text", event.newDraggableIndex ?? 0), onUpdate: () => reorder(list) });
}

function tabs(): HTMLElement {
  const row = el("div", { class: "tabs mb-3" });
  for (const code of Object.keys(design.forms)) {
    const one = el("button", { type: "button", class: code === current ? "is-on" : "", onclick: () => choose(code) }, code === "application" ? w("application") : code);
    row.append(one);
  }
  const name = text("", () => undefined, { placeholder: w("new form"), "aria-label": w("new form") });
  name.classList.add("w-auto");
  row.append(name, button(w("add form"), "plus", () => addForm(name.value)));
  if (current !== "application") row.append(button(w("take out form"), "trash", () => { delete design.forms[current]; choose("application"); changed("forms"); }));
  return row;
}

function addForm(name: string): void {
  const code = codeOf(name, Object.keys(design.forms), "form");
  design.forms[code] = {};
  choose(code);
  changed("forms");
}

function choose(code: string): void {
  current = code;
  chosen = "";
  draw();
}

function card(name: string, one: Property, required: boolean): HTMLElement {
  const kind = KINDS.find(([code]) => code === kindOf(one)) ?? KINDS[0]!;
  return el("div", { class: `form-card ${name === chosen ? "is-on" : ""}`, "data-name": name, tabindex: "0", onclick: () => { chosen = name; draw(); } },
    icon(kind[1]), el("span", { class: "flex-fill" }, el("strong", {}, one.title || name), required && el("span", { class: "text-late" }, " *"), el("small", { class: "faint d-block" }, one["x-title-en"] || "")),
    el("span", { class: "faint" }, w(kind[0])),
    el("button", { type: "button", class: "plain-button", title: w("take out"), onclick: (event) => { event.stopPropagation(); remove(name); } }, icon("trash")));
}

function kindOf(one: Property): string {
  if (one.enum) return "choice";
  if (one.type === "boolean") return "yes";
  if (one.type === "number" || one.type === "integer") return one.type;
  if (one["x-multiline"]) return "multiline";
  return { date: "date", tel: "phone", email: "email" }[one.format ?? ""] ?? "text";
}

function add(kind: string, index: number): void {
  const form = schema();
  const name = codeOf("", Object.keys(form.properties), kind);
  const template = KINDS.find(([code]) => code === kind)![2];
  form.properties[name] = { ...structuredClone(template), title: w(kind), "x-title-en": "" };
  form["x-order"].splice(index, 0, name);
  chosen = name;
  draw();
  changed("forms");
  box.querySelector<HTMLInputElement>(".design-side input")?.select();
}

function remove(name: string): void {
  const form = schema();
  delete form.properties[name];
  form.required = form.required.filter((one) => one !== name);
  form["x-order"] = form["x-order"].filter((one) => one !== name);
  if (chosen === name) chosen = "";
  draw();
  changed("forms");
}

function reorder(list: HTMLElement): void {
  schema()["x-order"] = [...list.querySelectorAll<HTMLElement>(".form-card")].map((one) => one.dataset.name!);
  changed("forms");
}

function settings(): (HTMLElement | string)[] {
  const form = schema(), one = form.properties[chosen];
  if (!one) return [el("p", { class: "soft" }, w("choose a field"))];
  const set = <K extends keyof Property>(key: K) => (value: Property[K]) => {
    if (value === "" || value === undefined) delete one[key];
    else one[key] = value;
    changed("forms");
    draw();
  };
  const made = [
    field(w("name zh"), text(one.title ?? "", set("title"), { "data-set": "title" })),
    field(w("name en"), text(one["x-title-en"] ?? "", set("x-title-en"), { "data-set": "title-en" })),
    field(w("code"), text(chosen, rename, { "data-set": "code", pattern: "[A-Za-z_][A-Za-z0-9_]*" }), w("code hint")),
    check(w("required"), form.required.includes(chosen), (value) => { form.required = form.required.filter((name) => name !== chosen).concat(value ? [chosen] : []); changed("forms"); draw(); }),
    field(w("hint"), text(one.description ?? "", set("description"))),
  ];
  if (one.enum) made.push(field(w("options zh"), area(one.enum.join("\n"), (value) => set("enum")(lines(value)))), field(w("options en"), area((one["x-options-en"] ?? []).join("\n"), (value) => set("x-options-en")(lines(value)))));
  if (one.type === "number" || one.type === "integer") {
    const number = (value: string) => (value === "" ? undefined : Number(value));
    made.push(field(w("minimum"), text(String(one.minimum ?? ""), (value) => set("minimum")(number(value)), { type: "number", step: "any" })));
    made.push(field(w("maximum"), text(String(one.maximum ?? ""), (value) => set("maximum")(number(value)), { type: "number", step: "any" })));
  }
  return made;
}

function lines(value: string): string[] {
  return value.split("\n").map((one) => one.trim()).filter(Boolean);
}

function rename(code: string): void {
  const form = schema(), one = form.properties[chosen]!;
  if (!/^[A-Za-z_]\w*$/.test(code) || code === "typename" || (code in form.properties && code !== chosen)) return draw();
  delete form.properties[chosen];
  form.properties[code] = one;
  form["x-order"] = form["x-order"].map((name) => (name === chosen ? code : name));
  form.required = form.required.map((name) => (name === chosen ? code : name));
  chosen = code;
  changed("forms");
  draw();
}
