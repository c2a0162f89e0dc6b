// One script tag brings this button; what is said stays in a frame of its own.
(() => {
  const script = document.currentScript;
  const base = new URL(script.src).origin;
  const lang = (script.dataset.lang || document.documentElement.lang || "zh").toLowerCase().startsWith("zh") ? "zh" : "en";
  const words = lang === "zh" ? { open: "在线咨询", close: "收起对话" } : { open: "Chat with us", close: "Close the chat" };
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `<style>
    :host { all: initial; }
    button { position: fixed; right: 20px; bottom: 20px; z-index: 2147483001; width: 56px; height: 56px; border: 0; border-radius: 50%; background: #0b6e99; color: #fff; cursor: pointer; box-shadow: 0 4px 18px rgb(20 37 47 / 28%); display: grid; place-items: center; }
    button:focus-visible { outline: 3px solid #8ed0ec; outline-offset: 2px; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
    i { position: absolute; top: 2px; right: 2px; width: 14px; height: 14px; border-radius: 50%; background: #b3322b; border: 2px solid #fff; display: none; }
    i.on { display: block; }
    iframe { position: fixed; right: 20px; bottom: 88px; z-index: 2147483000; width: 380px; height: min(600px, calc(100vh - 110px)); border: 0; border-radius: 14px; background: #fff; box-shadow: 0 10px 40px rgb(20 37 47 / 30%); display: none; }
    iframe.on { display: block; }
    @media (max-width: 480px) { iframe { right: 0; bottom: 0; width: 100vw; height: 100vh; height: 100dvh; border-radius: 0; } button.on { bottom: auto; top: 10px; right: 10px; width: 36px; height: 36px; } button.on svg { width: 18px; height: 18px; } }
  </style><button type="button" aria-expanded="false"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 9h8M8 13h6M9 18h-3a3 3 0 0 1-3-3v-8a3 3 0 0 1 3-3h12a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-3l-3 3z"/></svg><i></i></button>`;
  const button = root.querySelector("button");
  const dot = root.querySelector("i");
  let frame = null;
  const show = (open) => {
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.title = words.open;
      frame.src = `${base}/chat/{{ line.code }}?lang=${lang}`;
      root.append(frame);
    }
    frame?.classList.toggle("on", open);
    button.classList.toggle("on", open);
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? words.close : words.open);
    button.title = open ? words.close : words.open;
    if (open) dot.classList.remove("on");
    frame?.contentWindow?.postMessage({ ruoshui: "shown", open }, base);
  };
  button.addEventListener("click", () => show(!button.classList.contains("on")));
  window.addEventListener("message", (event) => {
    if (event.origin !== base || event.source !== frame?.contentWindow) return;
    if (event.data?.ruoshui === "news" && !button.classList.contains("on")) dot.classList.add("on");
    if (event.data?.ruoshui === "close") show(false);
  });
  show(false);
  document.body.append(host);
})();
