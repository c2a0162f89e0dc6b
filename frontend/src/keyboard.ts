// Keys: "/" search, j/k next and previous row, Enter opens it, "?" shows the keys,
// Ctrl/Cmd+K the palette, g then a letter goes somewhere, r reply, n note.

import { onKeys } from "./keys";

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-row]")];
}

function step(by: number): void {
  const all = rows();
  if (all.length === 0) return;
  const now = all.findIndex((row) => row.classList.contains("is-current"));
  const next = all[Math.max(0, Math.min(all.length - 1, now + by))];
  all.forEach((row) => row.classList.toggle("is-current", row === next));
  next?.scrollIntoView({ block: "nearest" });
}

function openCurrent(): void {
  document.querySelector<HTMLAnchorElement>("[data-row].is-current a[data-open]")?.click();
}

function dialog(name: string): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>(`dialog[data-dialog="${name}"]`);
}

function press(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) return false;
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
  return true;
}

const palette = {
  open(): void {
    const found = dialog("palette");
    if (!found || found.open) return;
    found.showModal();
    const input = found.querySelector<HTMLInputElement>("input");
    if (input) {
      input.value = "";
      input.dispatchEvent(new Event("input"));
      input.focus();
    }
  },
  filter(input: HTMLInputElement): void {
    const wanted = input.value.trim().toLowerCase();
    const items = [...document.querySelectorAll<HTMLElement>("[data-palette-item]")];
    for (const item of items) item.hidden = !!wanted && !(item.textContent ?? "").toLowerCase().includes(wanted);
    const search = document.querySelector<HTMLAnchorElement>("[data-palette-search]");
    if (search) {
      search.hidden = !wanted;
      search.href = `${search.dataset.paletteSearch}?q=${encodeURIComponent(input.value.trim())}`;
      const shown = search.querySelector("[data-palette-text]");
      if (shown) shown.textContent = input.value.trim();
    }
    mark(0);
  },
};

function visibleItems(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-palette-item], [data-palette-search]")].filter((i) => !i.hidden);
}

let marked = 0;

function mark(at: number): void {
  const items = visibleItems();
  marked = Math.max(0, Math.min(items.length - 1, at));
  items.forEach((item, index) => item.classList.toggle("is-current", index === marked));
}

let waitingForPlace = false;

function go(key: string): boolean {
  return press(`[data-go="${key}"]`);
}

function onKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    palette.open();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && isTyping(event.target)) {
    (event.target as HTMLElement).closest("form")?.requestSubmit();
    return;
  }
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (waitingForPlace) {
    waitingForPlace = false;
    if (go(event.key)) event.preventDefault();
    return;
  }
  const actions: Record<string, () => unknown> = {
    "/": () => press("[data-search]"),
    j: () => step(1),
    k: () => step(-1),
    Enter: () => openCurrent(),
    g: () => (waitingForPlace = true),
    r: () => press("[data-key-reply]"),
    n: () => press("[data-key-note]"),
    c: () => press("[data-key-create]"),
    "?": () => dialog("keys")?.showModal(),
  };
  const action = actions[event.key];
  if (!action) return;
  if (event.key !== "Enter") event.preventDefault();
  action();
}

export function startKeyboard(): void {
  onKeys(document, onKey);
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-opens]");
    if (opener) {
      event.preventDefault();
      if (opener.dataset.opens === "palette") palette.open();
      else dialog(opener.dataset.opens ?? "")?.showModal();
    }
    if (target.closest("[data-close]")) target.closest("dialog")?.close();
    if (target instanceof HTMLDialogElement) target.close();
  });
  const input = document.querySelector<HTMLInputElement>("[data-palette-input]");
  input?.addEventListener("input", () => palette.filter(input));
  if (input) onKeys(input, (event) => {
    const moves: Record<string, number> = { ArrowDown: marked + 1, ArrowUp: marked - 1 };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      mark(to);
    } else if (event.key === "Enter") {
      event.preventDefault();
      visibleItems()[marked]?.click();
    }
  });
}
