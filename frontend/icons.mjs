// One sprite of the icons the templates and events name; an unknown name fails the build.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const here = import.meta.dirname;
const source = resolve(here, "../src/ruoshui");
const outline = resolve(here, "node_modules/@tabler/icons/icons/outline");
const patterns = [
  /\{% (?:icon|nothing) "([a-z0-9-]+)"/g, /icon(?:_name)? = "([a-z0-9-]+)"/g, /icon_name="([a-z0-9-]+)"/g, /# icons: ([a-z0-9, -]+)/g,
];

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else if (/\.(py|html)$/.test(name)) yield path;
  }
}

const names = new Set();
for (const path of files(source)) {
  const text = readFileSync(path, "utf8");
  for (const pattern of patterns)
    for (const found of text.matchAll(pattern))
      for (const name of found[1].split(",")) names.add(name.trim());
}

const symbols = [...names].sort().map((name) => {
  const svg = readFileSync(join(outline, `${name}.svg`), "utf8");
  const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${inside}</symbol>`;
});
writeFileSync(
  resolve(source, "web/static/built/icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`,
);
