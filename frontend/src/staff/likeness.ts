/** Does one text repeat another? Pairs of letters, without case, accents or punctuation. */
const SHORTEST = 12;
const ALIKE = 0.9;

export function repeats(text: string, other: string): boolean {
  const [one, two] = [plain(text), plain(other)];
  if (two.length < SHORTEST || one.length < SHORTEST) return one.length > 0 && one === two;
  return one.includes(two) || likeness(one, two) > ALIKE;
}

function plain(text: string): string {
  return text.normalize("NFD").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function likeness(one: string, two: string): number {
  const [left, right] = [pairs(one), pairs(two)];
  let shared = 0;
  let total = 0;
  for (const [pair, count] of left) {
    shared += Math.min(count, right.get(pair) ?? 0);
    total += count;
  }
  for (const count of right.values()) total += count;
  return total ? (2 * shared) / total : 0;
}

function pairs(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (let at = 0; at < text.length - 1; at += 1) {
    const pair = text.slice(at, at + 2);
    found.set(pair, (found.get(pair) ?? 0) + 1);
  }
  return found;
}
