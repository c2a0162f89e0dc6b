// The built files as they are served: each with a copy for browsers that take Brotli or gzip, made once and not at every
// answer. A file that is as it was stays untouched: a server that runs remembers how long it is.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = import.meta.dirname;
const built = resolve(here, "built");
const served = resolve(here, "../src/ruoshui/web/static/built");
const PACKED = /\.(js|css|svg|txt|json)$/;
const LEAST = 512; // below that the headers are longer than what is saved
const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

function put(name, content) {
  const path = join(served, name);
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

function serve(name) {
  const content = readFileSync(join(built, name));
  const packed = PACKED.test(name) && content.length >= LEAST ? [`${name}.br`, `${name}.gz`] : [];
  const all = [name, ...packed];
  const isAsItWas = all.every((one) => existsSync(join(served, one))) && readFileSync(join(served, name)).equals(content);
  if (!isAsItWas) {
    put(name, content);
    if (packed.length) {
      put(`${name}.br`, brotliCompressSync(content, best));
      put(`${name}.gz`, gzipSync(content, { level: 9 }));
    }
  }
  return all;
}

mkdirSync(served, { recursive: true });
const current = new Set(readdirSync(built).flatMap(serve));
for (const name of readdirSync(served)) if (!current.has(name)) rmSync(join(served, name), { recursive: true });
