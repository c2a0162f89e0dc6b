// Small courtesies of forms: macros fill the answer, a chosen tab shows its form, files show
// their names, a list's filter applies at once, a form is sent once.

function fillMacro(select: HTMLSelectElement): void {
  const option = select.selectedOptions[0];
  const area = select.form?.querySelector<HTMLTextAreaElement>("textarea[name=body]");
  if (!option?.dataset.body || !area) return;
  area.value = area.value ? `${area.value}\n${option.dataset.body}` : option.dataset.body;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  const then = select.form?.querySelector<HTMLSelectElement>("select[name=then]");
  if (then && option.dataset.then) then.value = option.dataset.then;
  select.selectedIndex = 0;
  area.focus();
}

function showFiles(input: HTMLInputElement): void {
  const shown = input.closest("label, .attach")?.querySelector("[data-file-names]");
  if (shown) shown.textContent = [...(input.files ?? [])].map((file) => file.name).join(" · ");
}

/** An address without https has no clipboard for scripts, only the old command. */
function copyText(text: string): void {
  if (navigator.clipboard) return void navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function chooseTab(button: HTMLElement): void {
  const group = button.closest("[data-tabs]");
  group?.querySelectorAll<HTMLElement>("[data-tab]").forEach((tab) => {
    const on = tab === button;
    tab.classList.toggle("is-on", on);
    tab.setAttribute("aria-selected", String(on));
  });
  group?.querySelectorAll<HTMLElement>("[data-panel]").forEach((panel) => {
    panel.hidden = panel.dataset.panel !== button.dataset.tab;
  });
  group?.querySelector<HTMLElement>(`[data-panel="${button.dataset.tab}"] textarea`)?.focus();
}

export function startForms(): void {
  document.addEventListener("change", (event) => {
    const target = event.target as HTMLElement;
    if (target.matches("select[data-macros]")) fillMacro(target as HTMLSelectElement);
    if (target.matches("input[type=file]")) showFiles(target as HTMLInputElement);
    if (target.matches("[data-auto-submit]")) (target as HTMLSelectElement).form?.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const tab = (event.target as Element).closest<HTMLElement>("[data-tab]");
    if (tab) chooseTab(tab);
    const all = (event.target as Element).closest<HTMLElement>("[data-all]");
    if (all) tickTheRest(all.dataset.all ?? "");
    if ((event.target as Element).closest("[data-history-back]")) window.history.back();
    const print = (event.target as Element).closest("[data-print]");
    if (print) window.print();
    const copy = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (copy) copyText(copy.dataset.copy ?? "");
    const rail = (event.target as Element).closest("[data-toggle-rail]");
    if (rail) document.body.classList.toggle("rail-open");
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const question = form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    // A second click within the same page must not send the same thing twice.
    if (form.dataset.sent && form.method === "post") event.preventDefault();
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 4000);
    if (form.method === "get")
      form.querySelectorAll<HTMLInputElement>("input, select").forEach((field) => (field.disabled = field.value === ""));
  });
  document.addEventListener("htmx:responseError", sendAgain);
  window.addEventListener("pageshow", () =>
    document.querySelectorAll<HTMLInputElement>("form[method=get] [disabled]").forEach((field) => (field.disabled = false)));
}

// The database is away for a moment: a form of a part of the page is sent again, under the same key.
function sendAgain(event: Event): void {
  const { xhr, elt } = (event as CustomEvent<{ xhr: XMLHttpRequest; elt: Element }>).detail;
  const form = elt.closest<HTMLFormElement>("form[hx-post]");
  const tries = Number(form?.dataset.tries ?? 0);
  if (!form || xhr.status !== 503 || tries >= 20) return;
  form.dataset.tries = String(tries + 1);
  window.setTimeout(() => form.isConnected && form.requestSubmit(), 3000);
}

/** Of each question that has no answer yet, take this one. */
function tickTheRest(value: string): void {
  const answered = new Set([...document.querySelectorAll<HTMLInputElement>(".choice input:checked")].map((one) => one.name));
  document.querySelectorAll<HTMLInputElement>(`.choice input[value="${CSS.escape(value)}"]`).forEach((one) => {
    if (!answered.has(one.name)) one.checked = true;
  });
}
