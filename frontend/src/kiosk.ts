// The kiosk: every step is in the page, so that only taking the number needs the network. The number is asked for with
// a key made here; asked again after a lost answer, the same number comes back, and nobody stands in two queues.

import { newKey, onKeys } from "./keys";

type Texts = { "zh-hans": string; en: string };
interface Taken {
  number: string;
  key: string;
  ahead: number;
  expected: Texts;
  promised: string;
  taken: string;
  business: Texts;
  service_class: Texts;
  is_typed: boolean;
  qr: string;
}
interface Now {
  open: boolean;
  offers: { code: string; waiting: number; expected: Texts }[];
}

const root = document.querySelector<HTMLElement>("[data-kiosk]")!;
const TRY_MS = 8000;
const AGAIN_MS = 2000;
const LOOK_MS = 12_000;
const LEFT_ALONE_MS = 60_000;
const SHOWN_SECONDS = 25;
const RETURNED = "ruoshui-returned-keys";

let business = "";
let appointment = false;
let key = "";
let trying = 0;
let idle = 0;
let countdown = 0;

const find = <T extends HTMLElement>(selector: string): T => root.querySelector<T>(selector)!;
const every = (selector: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)];
const contact = find<HTMLInputElement>("[data-contact]");

function language(): "zh-hans" | "en" {
  return root.dataset.lang === "en" ? "en" : "zh-hans";
}

function go(step: string): void {
  every("[data-step]").forEach((section) => (section.hidden = section.dataset.step !== step));
  root.dataset.at = step;
  window.clearInterval(countdown);
  stayAwake();
  if (step === "who") contact.focus();
}

function both(target: HTMLElement, texts: Texts): void {
  target.replaceChildren();
  for (const [name, code] of [["zh", "zh-hans"], ["en", "en"]] as const) {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = texts[code];
    target.append(span);
  }
}

// Who walks away leaves no half-done business to the next one.
function stayAwake(): void {
  window.clearTimeout(idle);
  if (root.dataset.at && root.dataset.at !== "choose" && root.dataset.at !== "wait")
    idle = window.setTimeout(begin, LEFT_ALONE_MS);
}

function begin(): void {
  business = "";
  appointment = false;
  key = "";
  contact.value = "";
  find("[data-problem]").hidden = true;
  root.dataset.lang = "zh";
  root.classList.remove("is-bigger");
  go("choose");
  void look();
}

function askWho(forAppointment: boolean): void {
  appointment = forAppointment;
  every("[data-for]").forEach((part) => (part.hidden = (part.dataset.for === "appointment") !== forAppointment));
  find("[data-problem]").hidden = true;
  find(".letters").hidden = !forAppointment; // its code has some
  contact.value = "";
  key = newKey();
  go("who");
}

async function post(url: string, fields: Record<string, string>): Promise<Response> {
  const stop = new AbortController();
  const timer = window.setTimeout(() => stop.abort(), TRY_MS);
  try {
    return await fetch(url, { method: "POST", body: new URLSearchParams(fields), signal: stop.signal });
  } finally {
    window.clearTimeout(timer);
  }
}

function online(yes: boolean): void {
  find("[data-offline]").hidden = yes;
}

async function take(said: string): Promise<void> {
  const mine = ++trying;
  find("[data-busy]").hidden = false;
  find("[data-trouble]").hidden = true;
  go("wait");
  const fields = { key, business, contact: said, language: language(), appointment: appointment ? "1" : "" };
  for (;;) {
    try {
      const answer = await post(root.dataset.take!, fields);
      if (mine !== trying) return;
      if (answer.status >= 500) throw new Error(`${answer.status}`);
      online(true);
      const found = (await answer.json()) as Taken & { refused?: string };
      if (answer.status === 201) show(found);
      else refuse(found.refused ?? "");
      return;
    } catch {
      if (mine !== trying) return;
      online(false);
      find("[data-busy]").hidden = true;
      find("[data-trouble]").hidden = false;
      await new Promise((resolve) => window.setTimeout(resolve, AGAIN_MS));
      if (mine !== trying) return;
    }
  }
}

function refuse(text: string): void {
  go("who");
  const problem = find("[data-problem]");
  problem.textContent = text;
  problem.hidden = false;
}

function show(taken: Taken): void {
  const out = (name: string): HTMLElement => find(`[data-out="${name}"]`);
  out("number").textContent = taken.number;
  out("ahead").textContent = String(taken.ahead);
  out("promised").textContent = taken.promised;
  out("taken").textContent = taken.taken;
  both(out("expected"), taken.expected);
  both(out("business"), taken.business);
  both(out("class"), taken.service_class);
  (out("qr") as HTMLImageElement).src = taken.qr;
  find("[data-ordinary]").hidden = !taken.is_typed;
  go("number");
  let left = SHOWN_SECONDS;
  const clock = find("[data-countdown]");
  clock.textContent = String(left);
  countdown = window.setInterval(() => {
    left -= 1;
    clock.textContent = String(left);
    if (left <= 0) begin();
  }, 1000);
}

// Somebody who did not wait for the answer must not stand in the queue: the number is given back once it can be.
function giveUp(): void {
  trying += 1;
  const keys = JSON.parse(localStorage.getItem(RETURNED) ?? "[]") as string[];
  localStorage.setItem(RETURNED, JSON.stringify([...keys, key].slice(-50)));
  begin();
}

async function giveBack(): Promise<void> {
  const keys = JSON.parse(localStorage.getItem(RETURNED) ?? "[]") as string[];
  for (const one of keys) {
    const answer = await post(root.dataset.return!, { key: one });
    if (!answer.ok) return;
    const rest = (JSON.parse(localStorage.getItem(RETURNED) ?? "[]") as string[]).filter((other) => other !== one);
    localStorage.setItem(RETURNED, JSON.stringify(rest));
  }
}

async function look(): Promise<void> {
  try {
    const answer = await fetch(root.dataset.now!, { cache: "no-store" });
    if (!answer.ok) throw new Error();
    const now = (await answer.json()) as Now;
    online(true);
    find("[data-closed]").hidden = now.open;
    for (const offer of now.offers) {
      const button = root.querySelector(`[data-business="${offer.code}"]`);
      if (!button) continue;
      button.querySelector("[data-waiting]")!.textContent = String(offer.waiting);
      both(button.querySelector<HTMLElement>("[data-expected]")!, offer.expected);
    }
    await giveBack();
  } catch {
    online(false);
  }
}

function press(name: string): void {
  if (name === "back") contact.value = contact.value.slice(0, -1);
  else if (name === "letters") find(".letters").hidden = !find(".letters").hidden;
  else contact.value += name;
}

root.addEventListener("click", (event) => {
  const at = (event.target as Element).closest<HTMLElement>("button");
  stayAwake();
  if (!at) return;
  const has = (name: string): boolean => at.dataset[name] !== undefined;
  if (has("business")) {
    business = at.dataset.business!;
    askWho(false);
  } else if (has("appointment")) askWho(true);
  else if (has("key")) press(at.dataset.key!);
  else if (has("go")) void take(contact.value.trim());
  else if (has("skip")) void take("");
  else if (has("back") || has("done")) begin();
  else if (has("stop")) giveUp();
  else if (has("print")) window.print();
  else if (has("language")) root.dataset.lang = root.dataset.lang === "en" ? "zh" : "en";
  else if (has("bigger")) at.setAttribute("aria-pressed", String(root.classList.toggle("is-bigger")));
});

// A reader of codes types like a keyboard and ends with Enter.
onKeys(contact, (event) => {
  if (event.key === "Enter" && contact.value.trim()) void take(contact.value.trim());
});

window.addEventListener("online", () => void look());
window.addEventListener("offline", () => online(false));
window.setInterval(() => void look(), LOOK_MS);
begin();
