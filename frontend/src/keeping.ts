// What somebody types into any form is kept in their browser until the server has said that it has it: through a
// reload, a crash, a refusal, a lost network, an ended session. Of who is signed in it is kept under their name, of a
// visitor for the visit: for this tab, and not longer than somebody stays away.

import { Field, fieldsOf, isKept, isTyped, purposeOf, setValue, valueOf } from "./fields";

interface Kept {
  at: number; // ms since 1970, of the last key
  values: Record<string, string[]>;
  files: string[]; // names only: no browser gives a file back
  key?: string; // of the form as it was sent, if these words were
}

const NAME = "ruoshui-kept:";
const HAS_IT = "has_it"; // the cookie in which the server says which forms it has
const TAIL = 8; // of the key, in that cookie
const VISIT_MS = 30 * 60_000;
const SESSION_MS = 12 * 3_600_000;

/** Who types here: a mark of who is signed in, empty for a visitor. */
const owner = (): string => document.body.dataset.owner ?? "";

function shelf(): Storage | null {
  try {
    const found = owner() ? localStorage : sessionStorage;
    found.getItem(NAME);
    return found;
  } catch {
    return null; // a browser that keeps nothing
  }
}

const mine = (): string => `${NAME}${owner()}:`;

function placeOf(form: HTMLFormElement): string {
  const address = new URL(form.getAttribute("action") || location.pathname, location.href);
  return `${mine()}${address.pathname}#${purposeOf(form)}`;
}

const isHeld = (form: HTMLFormElement | null): form is HTMLFormElement =>
  !!form && form.method === "post" && form.dataset.unkept === undefined && !form.hasAttribute("hx-post");

function parsed(words: string | null | undefined): Kept | null {
  try {
    return JSON.parse(words ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

const read = (place: string): Kept | null => parsed(shelf()?.getItem(place));

function write(place: string, kept: Kept): void {
  try {
    shelf()?.setItem(place, JSON.stringify(kept));
  } catch {
    // no room left: what is on the page stays on the page
  }
}

const keyOf = (form: HTMLFormElement): HTMLInputElement | null =>
  form.querySelector<HTMLInputElement>("input[name=once_key]");

function groups(form: HTMLFormElement): Map<string, Field[]> {
  const found = new Map<string, Field[]>();
  for (const field of fieldsOf(form).filter(isKept)) found.set(field.name, [...(found.get(field.name) ?? []), field]);
  return found;
}

function keep(form: HTMLFormElement, key?: string): void {
  const place = placeOf(form);
  if (!fieldsOf(form).some(isTyped) && !read(place)) return;
  const values = Object.fromEntries([...groups(form)].map(([name, fields]) => [name, fields.map(valueOf)]));
  const chosen = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")].flatMap((one) => [...(one.files ?? [])]);
  if (!key && !fieldsOf(form).some(isTyped)) return shelf()?.removeItem(place); // taken out again
  write(place, { at: Date.now(), values, files: chosen.map((file) => file.name), key });
}

/** Puts back what was typed; true when the page did not show it already. */
function fill(form: HTMLFormElement, kept: Kept): boolean {
  let changed = false;
  for (const [name, fields] of groups(form)) {
    const values = kept.values[name];
    if (values?.length !== fields.length) continue;
    fields.forEach((field, at) => {
      if (!setValue(field, values[at] ?? "")) return;
      changed = true;
      // A choice on which the other fields of the form depend.
      if (field.hasAttribute("hx-get")) whenLoaded(() => field.dispatchEvent(new Event("change", { bubbles: true })));
    });
  }
  const key = keyOf(form);
  if (key && kept.key) key.value = kept.key; // sent again, it is the same press
  return changed;
}

function whenLoaded(then: () => void): void {
  if (document.readyState === "complete") then();
  else window.addEventListener("load", then, { once: true });
}

function tell(form: HTMLFormElement, place: string, kept: Kept): void {
  form.querySelector("[data-kept-note]")?.remove();
  const template = document.querySelector<HTMLTemplateElement>("#kept-note");
  const note = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!note) return;
  const show = (part: string, on: boolean): void => {
    note.querySelector<HTMLElement>(`[data-${part}]`)!.hidden = !on;
  };
  show("kept-typed", !kept.key);
  show("kept-sent", !!kept.key);
  show("kept-files", kept.files.length > 0);
  note.querySelector("[data-kept-names]")!.textContent = kept.files.join(" · ");
  const time = new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  note.querySelectorAll("[data-kept-at]").forEach((one) => (one.textContent = time));
  note.querySelector("[data-kept-discard]")?.addEventListener("click", () => {
    shelf()?.removeItem(place);
    form.reset();
    note.remove();
  });
  form.prepend(note);
}

function bringBack(part: ParentNode): void {
  const isRefused = !!document.querySelector("[data-error]:not([hidden])");
  part.querySelectorAll("form").forEach((form) => {
    if (!isHeld(form) || form.dataset.sent) return;
    const place = placeOf(form);
    const kept = read(place);
    if (!kept) return;
    if (isRefused && kept.key) {
      delete kept.key; // the server has said that it does not have it
      write(place, kept);
    }
    if (fill(form, kept) || kept.key) tell(form, place, kept);
  });
}

function acknowledged(): string[] {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${HAS_IT}=`));
  return found ? found.slice(HAS_IT.length + 1).split(".") : [];
}

/** What the server has, what is too old, and what drafts of an earlier kind left behind. */
function clearUp(): void {
  const has = acknowledged();
  for (const [found, longest] of stores()) {
    for (const name of Object.keys(found)) {
      if (name.startsWith("draft:") || name === "sent-draft") found.removeItem(name);
      if (!name.startsWith(NAME)) continue;
      const kept = parsed(found.getItem(name));
      const arrived = kept?.key && has.includes(kept.key.slice(-TAIL));
      if (!kept || arrived || Date.now() - kept.at > longest) found.removeItem(name);
    }
  }
}

function stores(): [Storage, number][] {
  try {
    return [
      [localStorage, SESSION_MS],
      [sessionStorage, VISIT_MS],
    ];
  } catch {
    return [];
  }
}

const ofMine = (): string[] => Object.keys(shelf() ?? {}).filter((name) => name.startsWith(mine()));

/** Signing out ends it; who has not sent everything is asked first. */
function leave(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (form.dataset.leaves === undefined || event.defaultPrevented) return;
  const names = ofMine();
  if (names.length && !window.confirm(form.dataset.leaves)) {
    delete form.dataset.sent;
    return event.preventDefault();
  }
  names.forEach((name) => shelf()?.removeItem(name));
}

/** Signed in again in another tab: the form goes with what is good now. Whose it is, its own key says. */
function renewToken(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  const cookie = document.cookie.split("; ").find((one) => /^(__Host-)?csrftoken=/.test(one));
  if (field && cookie) field.value = cookie.slice(cookie.indexOf("=") + 1);
}

export function startKeeping(): void {
  clearUp();
  bringBack(document);
  for (const kind of ["input", "change"])
    document.addEventListener(kind, (event) => {
      const form = (event.target as Element).closest("form");
      if (isHeld(form)) keep(form);
    });
  document.addEventListener("submit", leave);
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return;
    renewToken(form);
    if (isHeld(form) && fieldsOf(form).some(isTyped)) keep(form, keyOf(form)?.value ?? "");
  });
  document.addEventListener("htmx:afterSwap", (event) => bringBack((event as CustomEvent<{ target: Element }>).detail.target));
  // A page that the browser kept whole: what was sent from it meanwhile is not offered once more.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    const has = acknowledged();
    const sent = [...document.querySelectorAll<HTMLInputElement>("input[name=once_key]")];
    if (sent.some((one) => has.includes(one.value.slice(-TAIL)))) location.reload();
  });
}
