// Small helpers: elements from words, never from HTML texts.

export type Child = Node | string | null | undefined | false;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | undefined | ((event: Event) => void)> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

export function icon(name: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/static/built/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function field(label: string, control: HTMLElement, hint = ""): HTMLElement {
  const id = `f${Math.random().toString(36).slice(2)}`;
  control.id = id;
  return el("div", { class: "field" }, el("label", { class: "form-label", for: id }, label), control, hint && el("div", { class: "form-hint" }, hint));
}

export function text(value: string, change: (value: string) => void, more: Record<string, string> = {}): HTMLInputElement {
  const made = el("input", { class: "form-control", ...more });
  made.value = value;
  made.addEventListener("change", () => change(made.value.trim()));
  return made;
}

export function area(value: string, change: (value: string) => void): HTMLTextAreaElement {
  const made = el("textarea", { class: "form-control", rows: "3" });
  made.value = value;
  made.addEventListener("change", () => change(made.value.trim()));
  return made;
}

export function select(value: string, options: [string, string][], change: (value: string) => void, empty = ""): HTMLSelectElement {
  const made = el("select", { class: "form-select" });
  made.append(el("option", { value: "" }, empty || "—"));
  const known = options.some(([code]) => code === value);
  for (const [code, name] of known || !value ? options : [...options, [value, value] as [string, string]]) made.append(el("option", { value: code }, name));
  made.value = value;
  made.addEventListener("change", () => change(made.value));
  return made;
}

export function check(label: string, value: boolean, change: (value: boolean) => void): HTMLElement {
  const box = el("input", { class: "form-check-input", type: "checkbox" });
  box.checked = value;
  box.addEventListener("change", () => change(box.checked));
  return el("label", { class: "form-check field" }, box, el("span", { class: "form-check-label" }, label));
}

export function button(label: string, name: string, act: () => void, look = "btn btn-sm"): HTMLButtonElement {
  return el("button", { type: "button", class: look, onclick: act, title: label }, icon(name), label);
}

// A code from a name people gave: what is no letter becomes _, and it is new among those there.
export function codeOf(name: string, taken: string[], start: string): string {
  const base = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").replace(/^\d/, "f$&") || start;
  let code = base.slice(0, 40), n = 2;
  while (taken.includes(code)) code = `${base.slice(0, 37)}_${n++}`;
  return code;
}
