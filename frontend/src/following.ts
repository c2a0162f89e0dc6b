// Live updates for one page. All pages of a browser share one connection (live-worker.ts): browsers allow six to one
// address, and whoever has ten cases open would wait for ever for the eleventh page.

export interface Follower {
  changed: (topics: string[]) => void;
  connected: (yes: boolean) => void;
}

const STILL_HERE_MS = 20_000;

type Leave = () => void;

export function follow(liveUrl: string, topics: string, follower: Follower): Leave {
  const begin = (): Leave => {
    const leave = throughWorker(liveUrl, topics, follower) ?? directly(liveUrl, topics, follower);
    return leave;
  };
  let leave = begin();
  let over = false;
  const hide = (): void => leave();
  const show = (event: PageTransitionEvent): void => {
    if (event.persisted && !over) leave = begin(); // the browser had kept the page, and its connection not
  };
  window.addEventListener("pagehide", hide);
  window.addEventListener("pageshow", show);
  return () => {
    over = true;
    leave();
    window.removeEventListener("pagehide", hide);
    window.removeEventListener("pageshow", show);
  };
}

/** Not every browser has such workers, and none where nothing may be kept. */
function throughWorker(liveUrl: string, topics: string, { changed, connected }: Follower): Leave | null {
  const script = document.body.dataset.liveWorker;
  if (!script || typeof SharedWorker === "undefined") return null;
  try {
    const { port } = new SharedWorker(script, { name: liveUrl });
    port.onmessage = ({ data }: MessageEvent<{ changed?: string[]; connected?: boolean }>) => {
      if (data.connected !== undefined) connected(data.connected);
      if (data.changed) changed(data.changed);
    };
    const hello = (): void => port.postMessage({ topics, liveUrl });
    hello();
    const still = window.setInterval(hello, STILL_HERE_MS);
    return () => {
      window.clearInterval(still);
      port.postMessage({ leaves: true });
      port.close();
    };
  } catch {
    return null;
  }
}

function directly(liveUrl: string, topics: string, { changed, connected }: Follower): Leave {
  const source = new EventSource(`${liveUrl}/?topics=${encodeURIComponent(topics)}`);
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => connected(false));
  source.addEventListener("changed", (event) =>
    changed(JSON.parse((event as MessageEvent<string>).data) as string[]),
  );
  return () => source.close();
}
