// What is being designed, as the server gave it, and how it is saved: each change after a moment, and what is still wrong.

export type Pair = [string, string];
export interface Property {
  type: string;
  title?: string;
  "x-title-en"?: string;
  description?: string;
  enum?: string[];
  "x-options-en"?: string[];
  "x-multiline"?: boolean;
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}
export interface Schema {
  type?: string;
  properties?: Record<string, Property>;
  required?: string[];
  "x-order"?: string[];
}
export interface Column { name: string; type: string; label_zh: string; label_en: string; values?: string; asks?: string; default?: string }
export interface Rule { when: string[]; then: string[]; note: string }
// A line that is worked out before the rows: by a formula (`value`), or by asking another table (`table`, told `given`).
export interface First { name: string; value?: string; table?: string; given?: Record<string, string> }
export interface Table { code: string; name: string; policy: string; inputs: Column[]; outputs: Column[]; rules: Rule[]; first?: First[] }
export interface Paper { code: string; name_zh: string; name_en?: string; explanation_zh?: string; explanation_en?: string; is_required?: boolean; when?: string; steps?: string }
export interface Design {
  drawing: string;
  forms: Record<string, Schema>;
  decisions: Table[];
  documents: Paper[];
  type: { code: string; name: string };
  roles: Pair[];
  units: Pair[];
  seats: Pair[];
  levels: Pair[];
  verbs: [string, string, string[]][];
  messages: string[];
  words: Record<string, string>;
}
export interface Fault { part: string; place: string; text: string }

export const design: Design = JSON.parse(document.getElementById("designed")!.textContent!);
export const w = (key: string): string => design.words[key] ?? key;

const waiting = new Set<keyof Design>();
let timer = 0;
let listener: (faults: Fault[]) => void = () => undefined;

export function hasUnkept(): boolean {
  return waiting.size > 0;
}

export function onFaults(act: (faults: Fault[]) => void): void {
  listener = act;
}

export function changed(part: "drawing" | "forms" | "decisions" | "documents"): void {
  waiting.add(part);
  show("saving");
  // What is not kept and checked cannot be published.
  document.querySelector<HTMLButtonElement>("[data-publish]")!.disabled = true;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void save(), 500);
}

function show(state: string): void {
  const light = document.querySelector<HTMLElement>("[data-saved]")!;
  light.dataset.saved = state;
  light.textContent = w(state);
}

export async function save(): Promise<void> {
  window.clearTimeout(timer);
  const parts = [...waiting];
  waiting.clear();
  const body = JSON.stringify(Object.fromEntries(parts.map((part) => [part, design[part]])));
  const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value;
  try {
    const answer = await fetch(location.pathname, { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": token } });
    const said = await answer.json();
    if (!answer.ok) {
      parts.forEach((part) => waiting.add(part)); // goes along with the next change
      listener([{ part: "", place: "", text: said.refused }]);
      show("refused");
      return;
    }
    listener(said.faults);
    show(waiting.size ? "saving" : "saved");
  } catch {
    parts.forEach((part) => waiting.add(part));
    show("offline");
    timer = window.setTimeout(() => void save(), 3000);
  }
}

window.addEventListener("beforeunload", (event) => {
  if (waiting.size) event.preventDefault();
});
