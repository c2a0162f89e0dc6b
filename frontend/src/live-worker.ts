// The one live connection of a browser. Each page brings the signed list of what it follows; the server answers with the
// topics of each list that it believes, and then says which topics changed.

interface Page {
  topics: string;
  heard: number; // ms since 1970: a page that was killed says no goodbye
}

const GATHER_MS = 60; // a page that goes and one that comes are one change
const SILENT_MS = 180_000; // browsers let hidden pages speak once a minute

const pages = new Map<MessagePort, Page>();
let source: EventSource | null = null;
let asked: string[] = []; // the lists of this connection, in the order the server knows them by
let followed: (string[] | null)[] = []; // of each list its topics; null when it is not believed
let upTo = ""; // the server's clock at the last thing heard
let liveUrl = "";
let waiting = 0;

function soon(): void {
  waiting ||= self.setTimeout(() => {
    waiting = 0;
    connect();
  }, GATHER_MS) as unknown as number;
}

function connect(): void {
  const wanted = [...new Set([...pages.values()].map((page) => page.topics))];
  if (source && source.readyState !== EventSource.CLOSED && String(wanted) === String(asked)) return;
  const before = new Set(asked.filter((_one, at) => followed[at]));
  source?.close();
  source = null;
  asked = wanted;
  followed = [];
  if (!wanted.length) return;
  const query = new URLSearchParams();
  wanted.forEach((one, at) => {
    query.append("topics", one);
    // A list that was followed until now has missed nothing; a new page asks for all since it was made.
    if (upTo && before.has(one)) query.append("heard", `${at}:${upTo}`);
  });
  const mine = new EventSource(`${liveUrl}/?${query}`);
  source = mine;
  mine.addEventListener("follows", (event) => {
    note(event);
    followed = JSON.parse((event as MessageEvent<string>).data) as (string[] | null)[];
    tellAll();
  });
  mine.addEventListener("still", note);
  mine.addEventListener("changed", (event) => {
    note(event);
    const changed = new Set(JSON.parse((event as MessageEvent<string>).data) as string[]);
    for (const [port, page] of pages) {
      const heard = followed[asked.indexOf(page.topics)]?.filter((topic) => changed.has(topic));
      if (heard?.length) port.postMessage({ changed: heard });
    }
  });
  mine.addEventListener("error", () => {
    if (source !== mine) return;
    followed = [];
    tellAll();
  });
}

function note(event: Event): void {
  upTo = (event as MessageEvent).lastEventId || upTo;
}

const isFollowed = (page: Page): boolean => !!followed[asked.indexOf(page.topics)];

function tellAll(): void {
  for (const [port, page] of pages) port.postMessage({ connected: isFollowed(page) });
}

function leave(port: MessagePort): void {
  if (pages.delete(port)) soon();
}

self.addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0]!;
  port.onmessage = ({ data }: MessageEvent<{ topics?: string; liveUrl?: string; leaves?: boolean }>) => {
    if (data.leaves) return leave(port);
    if (!data.topics) return;
    const known = pages.get(port)?.topics === data.topics;
    const page = { topics: data.topics, heard: Date.now() };
    liveUrl = data.liveUrl ?? liveUrl;
    pages.set(port, page);
    if (known) port.postMessage({ connected: isFollowed(page) });
    else soon();
  };
});

self.setInterval(() => {
  for (const [port, page] of pages) if (Date.now() - page.heard > SILENT_MS) leave(port);
  if (source?.readyState === EventSource.CLOSED) soon(); // refused as a whole: perhaps one of the pages is new
}, 30_000);
