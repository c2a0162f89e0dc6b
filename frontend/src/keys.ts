// Keys that belong to an input method are not ours. The Enter that ends a composition arrives marked as composing, with
// the code 229, or (some browsers and methods) right after the composition has ended.

const BY_METHOD = 229;
const JUST_MS = 60;
let ended = -Infinity;

document.addEventListener("compositionend", (event) => (ended = event.timeStamp), true);

/** Is the key pressed for an input method, and not for us? */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === BY_METHOD || (event.key === "Enter" && event.timeStamp - ended < JUST_MS);
}

export const isPressed = (event: KeyboardEvent, key: string): boolean => event.key === key && !isComposing(event);

/** Listens for keys that are pressed for us. */
export function onKeys(target: EventTarget, act: (event: KeyboardEvent) => void, capture = false): void {
  const listen = (event: Event): void => {
    if (!isComposing(event as KeyboardEvent)) act(event as KeyboardEvent);
  };
  target.addEventListener("keydown", listen, capture);
}

/** A word nobody else makes. An address without https has no randomUUID. */
export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  return `${bytes.slice(0, 8)}-${bytes.slice(8, 12)}-4${bytes.slice(13, 16)}-a${bytes.slice(17, 20)}-${bytes.slice(20)}`;
}
