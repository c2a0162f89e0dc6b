// Live updates: the server says which topics changed; the page asks again for the parts that show something of them.

import { follow } from "./following";
import { fieldsOf, isChanged, purposeOf } from "./fields";

declare const htmx: { trigger(target: Element | string, name: string): void };

interface Swap {
  target: Element;
  shouldSwap: boolean;
  requestConfig: { elt: Element };
}

interface Answer {
  xhr: XMLHttpRequest;
  requestConfig: { elt: Element };
}

const GATHER_MS = 250;
// Screens on walls are many, and a second makes no difference there: gathered longer, and not all at the same instant.
const CALM_MS = 800 + Math.random() * 700;
const POLL_MS = 20_000;
const LET_GO_MS = 1000; // a button that sends the form has been pressed by then

const touched = new WeakSet<Element>();
const kept = new WeakMap<Element, HTMLFormElement[]>();
const heardSoFar = new WeakMap<Element, HTMLMediaElement[]>();
const stale = new Set<Element>();

/** Is there something in it that was not there when the page came: words, a choice, a chosen file? */
const holdsWork = (part: Element): boolean => fieldsOf(part).some(isChanged);

const playersIn = (part: Element): HTMLMediaElement[] => [...part.querySelectorAll<HTMLMediaElement>("audio, video")];

/** Somebody is typing in it, chooses a file for it, or listens to a voice in it. */
function inHand(part: Element): boolean {
  const at = document.activeElement;
  if (at && part.contains(at) && at.matches("input, textarea, select")) return true;
  return playersIn(part).some((one) => !one.paused && !one.ended);
}

// What somebody has put into a form outlives a fresh part: their form takes the place of the fresh one.
// A part that has come into their hands while it was asked for stays as it is until they let go.
function keepForms(event: Event): void {
  const swap = (event as CustomEvent<Swap>).detail;
  const part = swap.target;
  if (swap.requestConfig.elt === part && inHand(part)) {
    swap.shouldSwap = false;
    stale.add(part);
    return;
  }
  heardSoFar.set(part, playersIn(part).filter((one) => one.currentTime > 0));
  if (touched.has(part)) kept.set(part, [...part.querySelectorAll("form")].filter(holdsWork));
}

function putBack(event: Event): void {
  const part = (event as CustomEvent<{ target: Element }>).detail.target;
  const forms = kept.get(part) ?? [];
  kept.delete(part);
  stale.delete(part);
  if (!forms.length) touched.delete(part);
  for (const player of heardSoFar.get(part) ?? [])
    playersIn(part)
      .find((one) => one.getAttribute("src") === player.getAttribute("src"))
      ?.replaceWith(player);
  heardSoFar.delete(part);
  for (const form of forms) {
    const address = form.getAttribute("action");
    const alike = [...part.querySelectorAll("form")].filter((one) => one.getAttribute("action") === address);
    (alike.find((one) => purposeOf(one) === purposeOf(form)) ?? alike[0])?.replaceWith(form);
  }
}

/** What was heard of since the parts were asked for last; null when anything may have changed. */
type Heard = Set<string> | null;

const shows = (part: Element, heard: Heard): boolean =>
  !heard || (part.getAttribute("data-topics") ?? "").split(" ").some((topic) => heard.has(topic));

function refresh(heard: Heard): void {
  document.querySelectorAll("[data-live]").forEach((part) => {
    if (!shows(part, heard)) return;
    // Never pull a form out from under someone's hands.
    if (inHand(part)) stale.add(part);
    else htmx.trigger(part, "changed");
  });
}

// A session that has ended leads to the sign-in page, but never takes away a page somebody has typed into: there it is
// said when they send, and their words are waiting when they come back.
function stayWithWords(event: Event): void {
  const { xhr, requestConfig } = (event as CustomEvent<Answer>).detail;
  const byItself = requestConfig.elt.matches("[data-live]");
  if (byItself && xhr.getResponseHeader("HX-Redirect") && holdsWork(document.body)) event.preventDefault();
}

function refreshLetGo(): void {
  for (const part of stale) {
    if (inHand(part)) continue;
    stale.delete(part);
    if (part.isConnected) htmx.trigger(part, "changed");
  }
}

// What a dialog decides on is the state the page shows, not the one it was loaded with.
function decideOnWhatIsShown(): void {
  const version = document.querySelector<HTMLElement>("[data-version]")?.dataset.version;
  if (!version) return;
  document.querySelectorAll<HTMLInputElement>("input[name=version]").forEach((field) => (field.value = version));
}

export function startLive(): void {
  document.body.addEventListener("htmx:beforeSwap", keepForms);
  document.body.addEventListener("htmx:beforeOnLoad", stayWithWords);
  document.body.addEventListener("htmx:afterSwap", putBack);
  document.body.addEventListener("htmx:afterSwap", decideOnWhatIsShown);
  document.addEventListener("focusout", () => {
    if (stale.size) window.setTimeout(refreshLetGo, LET_GO_MS);
  });
  // They do not bubble. After the end it is paused, too.
  document.addEventListener("pause", () => stale.size && refreshLetGo(), true);
  // Not every browser gives the focus to a button that is pressed.
  document.addEventListener("click", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.matches("input[type=file]")) field.focus();
  });
  for (const kind of ["input", "change"])
    document.addEventListener(kind, (event) => {
      const part = (event.target as Element).closest("[data-live]");
      if (part) touched.add(part);
    });
  const { liveUrl, liveTopics } = document.body.dataset;
  if (!liveTopics) return;
  const light = document.querySelector<HTMLElement>("[data-live-light]");
  let waiting = 0;
  let heard: Heard = new Set();
  let connected = false;
  const soon = (topics: string[] | null): void => {
    heard = topics && heard && new Set([...heard, ...topics]);
    if (waiting) return;
    waiting = window.setTimeout(() => {
      const now = heard;
      heard = new Set();
      waiting = 0;
      refresh(now);
    }, document.querySelector("[data-calm]") ? CALM_MS : GATHER_MS);
  };
  follow(liveUrl ?? "", liveTopics, {
    changed: soon,
    connected: (yes) => {
      connected = yes;
      light?.classList.toggle("is-on", yes);
    },
  });
  // Behind a proxy that does not pass the live port, the page still keeps itself fresh.
  window.setInterval(() => {
    if (!connected && !document.hidden) soon(null);
  }, POLL_MS);
  // A page that the browser kept whole has heard nothing meanwhile.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) soon(null);
  });
}
