// THIRD-PARTY.txt: every package of which something ends in a bundle, with its licence as its authors wrote it. The build
// fails for one that brings none: nothing is served whose licence nobody can read.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const here = import.meta.dirname;
const packages = resolve(here, "node_modules");
const LICENCE = /^(licen[cs]es?|copying|notice)([.-].*)?$/i;
// What is served without being a module of a bundle: the icons' sprite, the styles inside Tabler's, the font inside
// bpmn-js, and htmx, which comes with django-htmx. Their texts and Tabler's, which its package leaves out, lie in licences/.
const ALWAYS = ["@tabler/icons"];
const OUR_COPY = { "@tabler/core": "tabler-core.txt" };
const INSIDE_OTHERS = [
  { name: "bootstrap", version: "5", licence: "MIT", file: "bootstrap.txt" },
  { name: "bpmn-font", version: "0.12", licence: "OFL-1.1", file: "bpmn-font.txt" },
  { name: "htmx.org", version: "2", licence: "0BSD", file: "htmx.txt" },
];

function nameOf(id) {
  const path = id.replace(/^\0/, "").split("?")[0].replaceAll("\\", "/");
  const at = path.lastIndexOf("node_modules/");
  if (at < 0) return null;
  const parts = path.slice(at + "node_modules/".length).split("/");
  return parts.slice(0, parts[0].startsWith("@") ? 2 : 1).join("/");
}

function textsIn(folder) {
  const found = readdirSync(folder).filter((name) => LICENCE.test(name)).sort();
  return found.flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? readdirSync(path).sort().map((one) => read(join(path, one))) : [read(path)];
  });
}

const read = (path) => readFileSync(path, "utf8").replaceAll("\r\n", "\n").trim();
const ours = (file) => read(join(here, "licences", file));

function about(name) {
  const folder = join(packages, name);
  const told = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = textsIn(folder);
  if (!texts.length && OUR_COPY[name]) texts.push(ours(OUR_COPY[name]));
  const isName = typeof told.license === "string" && !told.license.startsWith("SEE ");
  const licence = isName ? told.license : "see its text";
  return { name, version: told.version, licence, texts };
}

export function licences() {
  const names = new Set(ALWAYS);
  return {
    name: "ruoshui-licences",
    moduleParsed(module) {
      const name = nameOf(module.id);
      if (name && existsSync(join(packages, name, "package.json"))) names.add(name);
    },
    generateBundle() {
      const inside = INSIDE_OTHERS.map(({ file, ...one }) => ({ ...one, texts: [ours(file)] }));
      const all = [...[...names].map(about), ...inside].sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const one of all)
        if (!one.texts.length) this.error(`${one.name} brings no licence: put its text into licences/ and name it here`);
      const list = all.map(({ name, version, licence }) => ({ name, version, licence }));
      this.emitFile({ type: "asset", fileName: "third-party.json", source: `${JSON.stringify(list, null, 1)}\n` });
      const line = `\n\n${"=".repeat(100)}\n\n`;
      const text = all.map((one) => [`${one.name} ${one.version} (${one.licence})`, ...one.texts].join("\n\n")).join(line);
      this.emitFile({ type: "asset", fileName: "THIRD-PARTY.txt", source: `${text}\n` });
      const modules = [...this.getModuleIds()].map((id) => nameOf(id)).filter(Boolean);
      this.emitFile({ type: "asset", fileName: "bundled.json", source: `${JSON.stringify([...new Set(modules)].sort())}\n` });
    },
  };
}
