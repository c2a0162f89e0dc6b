import "../style/studio.css";
import { el, icon } from "./dom";
import { design, hasUnkept, onFaults, save, w, type Fault } from "./design";
import { showForms } from "./forms";
import { showPapers } from "./papers";
import { fit, markFaults, showElement, showProcess } from "./process";
import { showTables } from "./tables";

const part = (name: string) => document.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const shown: Record<string, () => void> = {
  forms: () => showForms(part("forms")),
  decisions: () => showTables(part("decisions")),
  documents: () => showPapers(part("documents")),
  drawing: fit,
};

function open(name: string): void {
  for (const tab of document.querySelectorAll<HTMLElement>("[data-opens-part]")) tab.classList.toggle("is-on", tab.dataset.opensPart === name);
  for (const box of document.querySelectorAll<HTMLElement>("[data-part]")) box.hidden = box.dataset.part !== name;
  shown[name]?.();
}

function tell(faults: Fault[]): void {
  const box = document.querySelector<HTMLElement>("[data-faults]")!;
  document.querySelector<HTMLButtonElement>("[data-publish]")!.disabled = faults.length > 0 || hasUnkept();
  const line = (fault: Fault) => el("li", {}, el("button", { type: "button", class: "plain-button text-start", onclick: () => { if (fault.part) open(fault.part); if (fault.part === "drawing") showElement(fault.place); } }, icon("alert-triangle"), fault.place ? `${fault.place}: ${fault.text}` : fault.text));
  box.replaceChildren(faults.length ? el("ul", { class: "fault-list" }, ...faults.map(line)) : el("p", { class: "text-good m-0" }, icon("circle-check"), ` ${w("no faults")}`));
  markFaults(faults);
}

onFaults(tell);
for (const tab of document.querySelectorAll<HTMLElement>("[data-opens-part]")) tab.addEventListener("click", () => open(tab.dataset.opensPart!));
part("drawing").hidden = false; // the engine measures its sheet
await showProcess(document.querySelector<HTMLElement>("[data-drawing]")!, document.querySelector<HTMLElement>("[data-side]")!);
open(design.drawing ? "drawing" : "forms");
await save();
