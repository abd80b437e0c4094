// Writes a Brotli and a gzip copy beside every text asset over 1 kB: the server never compresses on the fly.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = new URL("../../src/vigie/static/dist/", import.meta.url).pathname;
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

for (const name of readdirSync(folder, { recursive: true })) {
  const path = join(folder, name);
  if (!/\.(css|js|svg|json|txt)$/.test(path) || statSync(path).size <= 1024) continue;
  const content = readFileSync(path);
  const packed = { br: brotliCompressSync(content, quality), gz: gzipSync(content, { level: 9 }) };
  for (const [ending, bytes] of Object.entries(packed)) writeFileSync(`${path}.${ending}`, bytes);
  console.log(`${name}: ${content.length} B, ${packed.br.length} B Brotli, ${packed.gz.length} B gzip`);
}
