// What the product's own files name: templates, programs, screens. Icons and foreign styles are kept for them alone.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const here = import.meta.dirname;
export const source = resolve(here, "../src/ruoshui");

function* files(folder, kind) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path, kind);
    else if (kind.test(name)) yield path;
  }
}

function* texts(...paths) {
  for (const path of paths) yield readFileSync(path, "utf8");
}

export const sources = () => texts(...files(source, /\.(py|html)$/));
export const screens = () => texts(...files(join(here, "src"), /\.ts$/));
export const styles = () => texts(...files(join(here, "src/style"), /\.css$/));
