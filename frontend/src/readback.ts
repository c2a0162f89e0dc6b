// The need in one sentence, to be read to whoever calls or stands at the counter. What changes after it was confirmed has
// to be read again.

const LONGEST = 200;

function words(form: HTMLFormElement, box: HTMLElement): string {
  const value = (name: string): string => {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement) return field.value ? (field.selectedOptions[0]?.textContent ?? "").trim() : "";
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value.trim() : "";
  };
  const chosen = form.querySelector<HTMLInputElement>("input[name=customer]:checked, input[name=customer][type=hidden]");
  const name = chosen?.dataset.name || form.querySelector("[data-customer-name]")?.textContent?.trim() || value("name");
  const body = value("body").replace(/\s+/g, " ").replace(/[.。]$/, "");
  const filled: Record<string, string> = { name, type: value("type"), subject: value("subject"), contact: value("contact") };
  filled.body = body.length > LONGEST ? `${body.slice(0, LONGEST)}…` : body;
  const part = (key: string, needs: string): string =>
    filled[needs] ? (box.dataset[key] ?? "").replace(/{(\w+)}/g, (_all, one: string) => filled[one] ?? "") : "";
  if (!filled.subject) return "";
  const sentence = [part("name", "name"), part("need", "subject"), part("body", "body"), part("contact", "contact"), box.dataset.ask]
    .filter(Boolean)
    .join(document.documentElement.lang.startsWith("zh") ? "" : " ");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

export function startReadBack(): void {
  const box = document.querySelector<HTMLElement>("[data-read-back]");
  const form = box?.closest("form");
  if (!box || !form) return;
  const shown = box.querySelector<HTMLElement>("[data-read-back-words]")!;
  const tick = box.querySelector<HTMLInputElement>("input[name=confirmed]")!;
  const show = (): void => {
    const now = words(form, box);
    if (now === shown.textContent) return;
    if (shown.textContent) tick.checked = false;
    shown.textContent = now;
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  document.addEventListener("htmx:afterSwap", show);
  show();
}
