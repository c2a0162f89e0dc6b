// Displays speak what is called, phones buzz, counters listen to single keys.

import { onKeys } from "./keys";

const SPOKEN_AGAIN_SECONDS = 90;
const spoken = new Set<string>();
let sound = localStorage.getItem("ruoshui-sound") === "on";

function speak(texts: [string, string][]): void {
  if (!("speechSynthesis" in window)) return;
  for (const [language, text] of texts) {
    const words = new SpeechSynthesisUtterance(text);
    words.lang = language;
    words.rate = 0.9;
    window.speechSynthesis.speak(words);
  }
}

// The clock of a screen may be anything: what counts is the server's, as of the part it drew last.
let ahead = 0; // seconds that this screen's clock is ahead
function readClock(): void {
  const said = document.querySelector<HTMLElement>("[data-now]")?.dataset.now;
  if (said) ahead = Date.now() / 1000 - Number(said);
}

function serverNow(): number {
  return Date.now() / 1000 - ahead;
}

// What was called before this screen was opened is not called out again.
function callOut(silent: boolean): void {
  const now = serverNow();
  for (const call of [...document.querySelectorAll<HTMLElement>("[data-call]")].reverse()) {
    const key = call.dataset.call ?? "";
    if (spoken.has(key)) continue;
    spoken.add(key);
    call.classList.add("is-new");
    if (silent || !sound || now - Number(call.dataset.at) > SPOKEN_AGAIN_SECONDS) continue;
    speak([...call.querySelectorAll<HTMLElement>("[data-say]")].map((one) => [one.dataset.say ?? "", one.textContent ?? ""]));
  }
}

let buzzed = "";
function buzz(): void {
  const call = document.querySelector<HTMLElement>("[data-buzz]");
  const key = call ? `${call.textContent}${call.dataset.buzz}` : "";
  if (key && key !== buzzed && "vibrate" in navigator) navigator.vibrate([300, 150, 300]);
  buzzed = key;
}

function showSound(button: HTMLElement): void {
  button.setAttribute("aria-pressed", String(sound));
  button.querySelector<HTMLElement>("[data-sound-on]")!.hidden = !sound;
  button.querySelector<HTMLElement>("[data-sound-off]")!.hidden = sound;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
}

document.addEventListener("click", (event) => {
  const at = event.target as Element;
  const button = at.closest<HTMLElement>("[data-sound]");
  if (button) {
    sound = !sound;
    localStorage.setItem("ruoshui-sound", sound ? "on" : "off");
    showSound(button);
  }
  // One menu at a time.
  const menu = at.closest("details.menu");
  document.querySelectorAll<HTMLDetailsElement>("details.menu[open]").forEach((one) => {
    if (one !== menu) one.open = false;
  });
  const drop = at.closest<HTMLElement>("[data-drop-finish]");
  drop?.closest("form")?.querySelector("input[name=do]")?.remove();
});

// N next, F finish, S is here, R again, X did not come, H hold: whatever the page offers now.
onKeys(document, (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const hot = document.querySelector<HTMLButtonElement>(`[data-counter] [data-hot="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!hot || hot.disabled) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  hot.click();
}, true);

// What is just being decided on is not swapped away under the hand; the next change brings it up to date.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target as Element;
  if (part.matches("[data-live]") && part.querySelector("details.menu[open], [data-unanswered]")) event.preventDefault();
});

document.body.addEventListener("htmx:afterSwap", () => {
  readClock();
  showClock();
  callOut(false);
  buzz();
});

/** The time at the branch, wherever the screen believes to be. */
function showClock(): void {
  const clock = document.querySelector<HTMLElement>("[data-clock]");
  if (!clock) return;
  const form: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  clock.textContent = new Date(serverNow() * 1000).toLocaleTimeString("zh-CN", { ...form, timeZone: clock.dataset.clock || undefined });
}

readClock();
showClock();
window.setInterval(showClock, 5000);
document.querySelectorAll<HTMLElement>("[data-sound]").forEach(showSound);
callOut(true);
buzz();
