// One sprite of the icons the templates and events name; an unknown name fails the build.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sources } from "./naming.mjs";

const here = import.meta.dirname;
const outline = resolve(here, "node_modules/@tabler/icons/icons/outline");
const patterns = [
  /\{% (?:icon|nothing) "([a-z0-9-]+)"/g,
  /icon(?:_name)? = "([a-z0-9-]+)"/g,
  /icon_name="([a-z0-9-]+)"/g,
  /# icons: ([a-z0-9, -]+)/g,
];
const drawn =
  'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';

const names = new Set();
for (const text of sources())
  for (const pattern of patterns)
    for (const found of text.matchAll(pattern)) for (const name of found[1].split(",")) names.add(name.trim());

const symbols = [...names].sort().map((name) => {
  const svg = readFileSync(join(outline, `${name}.svg`), "utf8");
  const start = svg.indexOf(">", svg.indexOf("<svg")) + 1;
  const inside = svg.slice(start, svg.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" ${drawn}>${inside}</symbol>`;
});
writeFileSync(
  resolve(here, "built/icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`,
);
