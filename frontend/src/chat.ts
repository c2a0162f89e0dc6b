// The chat in its frame: the token lives in this browser, every message has a key so that it is taken once.

import { follow } from "./following";
import { newKey, onKeys } from "./keys";
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
const UNSENT = `ruoshui-chat-unsent-${code}`;
const VISIT_MS = 30 * 60_000;

let leave: (() => void) | null = null;
let connected = false;
let followed = "";
let last = "";
let key = "";
let keyIsFor = ""; // the words and the file that the key was made for

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

function followMatter(matter: string, topics: string): void {
  if (!topics || followed === matter) return; // the signature differs each time, the matter seldom
  followed = matter;
  leave?.();
  leave = follow(document.body.dataset.liveUrl ?? "", topics, {
    changed: () => void look(),
    connected: (yes) => (connected = yes),
  });
}

/** What is said, in one word: a lost answer and corrected words are two things, and must not share a key. */
function said(): string {
  const one = file.files?.[0];
  return JSON.stringify([words.value.trim(), one?.name ?? "", one?.size ?? 0, one?.lastModified ?? 0]);
}

function show(html: string): void {
  talk.innerHTML = html;
  const part = talk.firstElementChild as HTMLElement | null;
  who.hidden = Boolean(part?.dataset.matter);
  followMatter(part?.dataset.matter ?? "", part?.dataset.liveTopics ?? "");
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
  if (form.classList.contains("is-busy")) return;
  if (!key || keyIsFor !== said()) key = newKey();
  keyIsFor = said();
  const sent = words.value;
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
      if (words.value === sent) words.value = ""; // who types on while it goes keeps what they type
      keepWords();
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

// Words not sent yet live as long as this tab, or half an hour without a key: the next at a shared computer is another.
function keepWords(): void {
  try {
    if (words.value) sessionStorage.setItem(UNSENT, JSON.stringify([Date.now(), words.value]));
    else sessionStorage.removeItem(UNSENT);
  } catch {
    // as above
  }
}

function bringWordsBack(): void {
  try {
    const [at, text] = JSON.parse(sessionStorage.getItem(UNSENT) ?? "[0, \"\"]") as [number, string];
    if (!words.value && Date.now() - at < VISIT_MS) words.value = text;
    grow();
  } catch {
    // as above
  }
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
onKeys(words, (event) => {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  void send();
});
words.addEventListener("input", () => {
  grow();
  keepWords();
});
file.addEventListener("change", nameFile);
talk.addEventListener("click", (event) => {
  const asked = (event.target as Element).closest<HTMLElement>("[data-file]");
  if (asked) download(asked.dataset.file ?? "");
});
window.addEventListener("message", (event: MessageEvent<{ ruoshui?: string; open?: boolean }>) => {
  if (event.data?.ruoshui === "shown" && event.data.open) words.focus();
});
window.setInterval(() => {
  if (!connected && !document.hidden) void look();
}, POLL_MS);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) void look();
});
bringWordsBack();
void look();
