import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { Plugin } from "vite";

const packages = createRequire(import.meta.url);

/** One symbol per icon of the list. A name that ends in `-f` is the filled drawing, any other the bold one. */
export function symbols(names: readonly string[]): string {
  const drawn = names.map((name) => {
    const file = name.endsWith("-f") ? `fill/${name.slice(0, -2)}-fill` : `bold/${name}-bold`;
    const drawing = readFileSync(packages.resolve(`@phosphor-icons/core/${file}.svg`), "utf8");
    const inside = /<svg[^>]*>(.*)<\/svg>/s.exec(drawing)?.[1];
    if (!inside) throw new Error(`icon ${name} holds no drawing`);
    return `<symbol id="i-${name}" viewBox="0 0 256 256">${inside}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${drawn.join("")}</svg>\n`;
}

/** Emits the sprite as a hashed asset, found in the manifest under its plain name. */
export function sprite(list: string, name: string): Plugin {
  return {
    name: "vigie-sprite",
    apply: "build",
    buildStart() {
      this.addWatchFile(list);
      const names = JSON.parse(readFileSync(list, "utf8")) as string[];
      this.emitFile({ type: "asset", name, originalFileName: name, source: symbols(names) });
    },
  };
}

/** Emits a file as it is, hashed, found in the manifest under its plain name. */
export function file(path: string, name: string): Plugin {
  return {
    name: `vigie-${name}`,
    apply: "build",
    buildStart() {
      this.addWatchFile(path);
      this.emitFile({ type: "asset", name, originalFileName: name, source: readFileSync(path) });
    },
  };
}
