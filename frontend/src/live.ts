// Live updates: the server says which topics changed; the page asks again for the parts it shows.

declare const htmx: { trigger(target: Element | string, name: string): void };

const GATHER_MS = 250;
// Screens on walls are many, and a second makes no difference there: gathered longer, and not all at the same instant.
const CALM_MS = 800 + Math.random() * 700;
const POLL_MS = 20_000;

const touched = new WeakSet<Element>();
const kept = new WeakMap<Element, HTMLFormElement[]>();

/** Is there something in it that was not there when the page came: words, a choice, a chosen file? */
function holdsWork(part: Element): boolean {
  const fields = part.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("input, textarea, select");
  return [...fields].some((field) => {
    if (field instanceof HTMLSelectElement) {
      const usual = [...field.options].findIndex((one) => one.defaultSelected);
      return field.selectedIndex !== Math.max(usual, 0);
    }
    if (field.type === "hidden") return false;
    if (field instanceof HTMLInputElement && field.type === "file") return (field.files?.length ?? 0) > 0;
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  });
}

// What somebody has put into a form outlives a fresh part: his form takes the place of the fresh one of the same address.
function keepForms(event: Event): void {
  const part = (event as CustomEvent<{ target: Element }>).detail.target;
  if (touched.has(part)) kept.set(part, [...part.querySelectorAll("form")].filter(holdsWork));
}

function putBack(event: Event): void {
  const part = (event as CustomEvent<{ target: Element }>).detail.target;
  const forms = kept.get(part) ?? [];
  kept.delete(part);
  if (!forms.length) touched.delete(part);
  for (const form of forms) {
    const address = form.getAttribute("action");
    [...part.querySelectorAll("form")].find((one) => one.getAttribute("action") === address)?.replaceWith(form);
  }
}

function refresh(): void {
  document.querySelectorAll("[data-live]").forEach((part) => {
    // Never pull a form out from under someone's hands.
    if (part.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select")) return;
    htmx.trigger(part, "changed");
  });
}

// What a dialog decides on is the state the page shows, not the one it was loaded with.
function decideOnWhatIsShown(): void {
  const version = document.querySelector<HTMLElement>("[data-version]")?.dataset.version;
  if (!version) return;
  document.querySelectorAll<HTMLInputElement>("input[name=version]").forEach((field) => (field.value = version));
}

export function startLive(): void {
  document.body.addEventListener("htmx:beforeSwap", keepForms);
  document.body.addEventListener("htmx:afterSwap", putBack);
  document.body.addEventListener("htmx:afterSwap", decideOnWhatIsShown);
  for (const kind of ["input", "change"])
    document.addEventListener(kind, (event) => {
      const part = (event.target as Element).closest("[data-live]");
      if (part) touched.add(part);
    });
  const { liveUrl, liveTopics } = document.body.dataset;
  if (!liveTopics) return;
  const light = document.querySelector<HTMLElement>("[data-live-light]");
  let waiting = 0;
  let connected = false;
  const soon = (): void => {
    if (waiting) return;
    waiting = window.setTimeout(() => {
      waiting = 0;
      refresh();
    }, document.querySelector("[data-calm]") ? CALM_MS : GATHER_MS);
  };
  const source = new EventSource(`${liveUrl}/?topics=${encodeURIComponent(liveTopics)}`);
  const show = (): void => {
    light?.classList.toggle("is-on", connected);
  };
  source.addEventListener("open", () => {
    connected = true;
    show();
  });
  source.addEventListener("error", () => {
    connected = false;
    show();
  });
  source.addEventListener("changed", soon);
  // Behind a proxy that does not pass the live port, the page still keeps itself fresh.
  window.setInterval(() => {
    if (!connected && !document.hidden) soon();
  }, POLL_MS);
  window.addEventListener("pagehide", () => source.close());
}
