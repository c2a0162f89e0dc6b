// The checklist of documents, in the order in which customers see it.
import Sortable from "sortablejs";
import { button, check, codeOf, el, field, icon, text } from "./dom";
import { changed, design, w, type Paper } from "./design";

let box: HTMLElement;

export function showPapers(place: HTMLElement): void {
  box = place;
  draw();
}

function touch(): void {
  changed("documents");
  draw();
}

function draw(): void {
  const list = el("div", {}, ...design.documents.map(paper));
  const add = button(w("add document"), "plus", () => { design.documents.push({ code: codeOf("", design.documents.map((one) => one.code), "document"), name_zh: w("document"), name_en: "", is_required: true }); touch(); }, "btn");
  box.replaceChildren(list, add);
  if (!design.documents.length) list.append(el("p", { class: "soft" }, w("no documents")));
  new Sortable(list, { handle: ".drag", animation: 120, onUpdate: (event) => { const [moved] = design.documents.splice(event.oldIndex!, 1); design.documents.splice(event.newIndex!, 0, moved!); touch(); } });
}

function paper(one: Paper): HTMLElement {
  const set = (key: keyof Paper) => (value: string | boolean) => { (one as unknown as Record<string, unknown>)[key] = value; changed("documents"); };
  return el("section", { class: "panel mb-2" }, el("div", { class: "panel-body d-flex gap-3 align-items-start" }, el("span", { class: "drag" }, icon("grip-vertical")),
    el("div", { class: "flex-fill form-two" }, field(w("name zh"), text(one.name_zh, set("name_zh"), { "data-set": "paper-zh" })), field(w("name en"), text(one.name_en ?? "", set("name_en"), { "data-set": "paper-en" })),
      field(w("explanation zh"), text(one.explanation_zh ?? "", set("explanation_zh"))), field(w("explanation en"), text(one.explanation_en ?? "", set("explanation_en"))),
      field(w("code"), text(one.code, set("code"))), field(w("only when"), text(one.when ?? "", set("when"), { placeholder: "amount > 50000" }), w("only when hint")),
      field(w("needed for"), text(one.steps ?? "", set("steps"), { placeholder: "accept plan" }), w("needed for hint")), check(w("required"), one.is_required !== false, set("is_required"))),
    el("button", { type: "button", class: "plain-button", title: w("take out"), onclick: () => { design.documents = design.documents.filter((other) => other !== one); touch(); } }, icon("trash"))));
}
