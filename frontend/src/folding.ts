// Cards that can be folded to their head, and stay so while the tab lives and live updates draw them anew.

const KEPT = "ruoshui-folded";

function folded(): Set<string> {
  return new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as string[]);
}

function show(card: HTMLElement, isFolded: boolean): void {
  card.classList.toggle("is-folded", isFolded);
  card.querySelector("[data-fold]")?.setAttribute("aria-expanded", String(!isFolded));
}

function showAll(): void {
  const keys = folded();
  document.querySelectorAll<HTMLElement>("[data-folds]").forEach((card) => show(card, keys.has(card.dataset.folds ?? "")));
}

export function startFolding(): void {
  showAll();
  document.addEventListener("htmx:afterSwap", showAll);
  document.addEventListener("click", (event) => {
    const card = (event.target as Element).closest("[data-fold]")?.closest<HTMLElement>("[data-folds]");
    if (!card?.dataset.folds) return;
    const keys = folded();
    if (!keys.delete(card.dataset.folds)) keys.add(card.dataset.folds);
    sessionStorage.setItem(KEPT, JSON.stringify([...keys].slice(-20)));
    show(card, keys.has(card.dataset.folds));
  });
}
