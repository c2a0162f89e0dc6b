// The chat in its frame: the token lives in this browser, every message has a key so that it is taken once.

import "./style/chat.css";

const POLL_MS = 15_000;
const root = document.querySelector<HTMLElement>("[data-chat]")!;
const { chat: code = "", language = "zh-hans", failed = "" } = root.dataset;
const talk = root.querySelector<HTMLElement>("[data-talk]")!;
const form = root.querySelector<HTMLFormElement>("[data-say]")!;
const words = form.querySelector<HTMLTextAreaElement>("textarea")!;
const file = form.querySelector<HTMLInputElement>("input[type=file]")!;
const who = form.querySelector<HTMLElement>("[data-who]")!;
const error = form.querySelector<HTMLElement>("[data-error]")!;
const fileName = form.querySelector<HTMLElement>("[data-file-name]")!;
const KEPT = `ruoshui-chat-${code}`;

let source: EventSource | null = null;
let followed = "";
let last = "";
let key = "";

function kept(): string {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return ""; // a browser that keeps nothing for frames: the talk lasts as long as the page
  }
}

function keep(token: string): void {
  try {
    localStorage.setItem(KEPT, token);
  } catch {
    // as above
  }
}

let token = kept() || root.dataset.token || "";

const headers = (): Record<string, string> => ({ "X-Chat-Token": token, "X-Chat-Language": language });

function complain(text: string): void {
  error.textContent = text;
  error.hidden = !text;
}

function follow(matter: string, topics: string): void {
  if (!topics || followed === matter) return; // the signature differs each time, the matter seldom
  followed = matter;
  source?.close();
  source = new EventSource(`${document.body.dataset.liveUrl ?? ""}/?topics=${encodeURIComponent(topics)}`);
  source.addEventListener("changed", () => void look());
}

function show(html: string): void {
  talk.innerHTML = html;
  const part = talk.firstElementChild as HTMLElement | null;
  who.hidden = Boolean(part?.dataset.matter);
  follow(part?.dataset.matter ?? "", part?.dataset.liveTopics ?? "");
  const said = talk.querySelectorAll<HTMLElement>(".is-ours[data-message]");
  const newest = said[said.length - 1]?.dataset.message ?? "";
  if (newest && last && newest !== last) parent.postMessage({ ruoshui: "news" }, "*");
  last = newest || last;
  talk.scrollTop = talk.scrollHeight;
}

async function look(): Promise<void> {
  try {
    const answer = await fetch(`/chat/${code}/talk`, { method: "POST", headers: headers() });
    if (answer.status === 403 && token !== root.dataset.token) {
      token = root.dataset.token ?? ""; // an old token: begin anew
      keep("");
      return await look();
    }
    if (answer.ok) show(await answer.text());
  } catch {
    // The next look comes by itself.
  }
}

async function send(): Promise<void> {
  if (!words.value.trim() && !file.files?.length) return;
  key ||= crypto.randomUUID();
  const data = new FormData(form);
  data.set("key", key);
  if (who.hidden) ["name", "phone"].forEach((name) => data.delete(name));
  if (!file.files?.length) data.delete("file");
  form.classList.add("is-busy");
  try {
    const answer = await fetch(`/chat/${code}/say`, { method: "POST", headers: headers(), body: data });
    if (answer.ok) {
      keep(token);
      key = "";
      words.value = "";
      file.value = "";
      grow();
      nameFile();
      complain("");
      show(await answer.text());
    } else if (answer.status === 422) {
      complain(((await answer.json()) as { errors: string[] }).errors.join(" "));
      key = "";
    } else complain(failed);
  } catch {
    complain(failed); // the key stays: sent again, it is taken once
  } finally {
    form.classList.remove("is-busy");
    words.focus();
  }
}

function grow(): void {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight, 120)}px`;
}

function nameFile(): void {
  fileName.textContent = file.files?.[0]?.name ?? "";
  fileName.hidden = !file.files?.length;
}

/** A download with the token in its body, where no address and no log keeps it. */
function download(address: string): void {
  const sent = document.createElement("form");
  sent.method = "post";
  sent.action = address;
  sent.target = "_blank";
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "token";
  field.value = token;
  sent.append(field);
  document.body.append(sent);
  sent.submit();
  sent.remove();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});
words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  void send();
});
words.addEventListener("input", grow);
file.addEventListener("change", nameFile);
talk.addEventListener("click", (event) => {
  const asked = (event.target as Element).closest<HTMLElement>("[data-file]");
  if (asked) download(asked.dataset.file ?? "");
});
window.addEventListener("message", (event: MessageEvent<{ ruoshui?: string; open?: boolean }>) => {
  if (event.data?.ruoshui === "shown" && event.data.open) words.focus();
});
window.setInterval(() => {
  if (source?.readyState !== EventSource.OPEN && !document.hidden) void look();
}, POLL_MS);
window.addEventListener("pagehide", () => source?.close());
void look();
