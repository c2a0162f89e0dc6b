// The page of a database that is away: it sends its form again by itself, under the same key.
const form = document.querySelector("form[data-again]");
if (form) setTimeout(() => form.requestSubmit(), Number(form.dataset.again) * 1000);
