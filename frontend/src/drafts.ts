// What somebody is writing survives a reload, a crash and a refused form; sending it clears it.

export function startDrafts(): void {
  const areas = document.querySelectorAll<HTMLTextAreaElement>("textarea[data-draft]");
  const sent = new URLSearchParams(location.search).has("sent") || document.body.dataset.sent === "1";
  areas.forEach((area) => {
    const key = `draft:${area.dataset.draft}`;
    if (sent) localStorage.removeItem(key);
    const kept = localStorage.getItem(key);
    if (kept && !area.value) area.value = kept;
    area.addEventListener("input", () => {
      if (area.value) localStorage.setItem(key, area.value);
      else localStorage.removeItem(key);
    });
    area.form?.addEventListener("submit", () => sessionStorage.setItem("sent-draft", key));
  });
  // The page that follows a successful submission has no error on it: the draft has arrived.
  const key = sessionStorage.getItem("sent-draft");
  if (key && !document.querySelector("[data-error]")) {
    localStorage.removeItem(key);
    areas.forEach((area) => {
      if (`draft:${area.dataset.draft}` === key) area.value = "";
    });
  }
  sessionStorage.removeItem("sent-draft");
}
