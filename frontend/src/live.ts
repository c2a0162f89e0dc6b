// Live updates: the server says which topics changed; the page asks again for the parts it shows.

declare const htmx: { trigger(target: Element | string, name: string): void };

const GATHER_MS = 250;
// Screens on walls are many, and a second makes no difference there: gathered longer, and not all at the same instant.
const CALM_MS = 800 + Math.random() * 700;
const POLL_MS = 20_000;

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
  document.body.addEventListener("htmx:afterSwap", decideOnWhatIsShown);
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
