// Of Tabler's style sheet, which is nine times as long as what is used of it, the rules that can meet something of ours.
// Every word of a template, a program or a screen counts as a name: a rule too many costs little, one too few a page.
import { PurgeCSS } from "purgecss";
import { screens, sources, styles } from "./naming.mjs";

const THEIRS = /@tabler\/core\/dist\/css\/tabler\.min\.css$/;

function words() {
  const found = new Set(["html", "head", "body"]);
  for (const text of [...sources(), ...screens()]) for (const word of text.match(/[\w-]+/g) ?? []) found.add(word);
  return [...found].join(" ");
}

export async function purged(css) {
  const ours = [...styles()].flatMap((text) => text.match(/--tblr-[\w-]+/g) ?? []);
  const [kept] = await new PurgeCSS().purge({
    content: [{ raw: words(), extension: "txt" }],
    css: [{ raw: css }],
    defaultExtractor: (text) => text.split(" "),
    safelist: { variables: ours },
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  return kept.css;
}

export function purge() {
  return {
    name: "ruoshui-purge",
    enforce: "pre",
    transform: { filter: { id: THEIRS }, handler: (css) => purged(css) },
  };
}
