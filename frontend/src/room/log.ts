/** A numbered log as one viewer sees it: each line names the one before it, so that a hole is always noticed. */
export interface Numbered {
  readonly seq: number;
  readonly prev: number;
}

export interface Log<L extends Numbered> {
  /** Every line held, in order, without a hole. */
  readonly lines: readonly L[];
  /** The number of the last line held, 0 for none. */
  readonly last: number;
  /** Lines that came too early: something before them is missing. */
  readonly ahead: readonly L[];
}

export function emptyLog<L extends Numbered>(): Log<L> {
  return { lines: [], last: 0, ahead: [] };
}

/** The log with these lines added, whatever their order; what was held before is ignored, what is early waits. */
export function extend<L extends Numbered>(log: Log<L>, incoming: readonly L[]): Log<L> {
  const early = new Map<number, L>();
  for (const line of [...log.ahead, ...incoming]) if (line.seq > log.last) early.set(line.seq, line);
  const waiting = [...early.values()].sort((one, other) => one.seq - other.seq);
  if (waiting.length === log.ahead.length && !fits(waiting[0], log.last)) return log;
  const lines = log.lines.slice();
  let last = log.last;
  let taken = 0;
  for (const line of waiting) {
    if (!fits(line, last)) break;
    lines.push(line);
    last = line.seq;
    taken += 1;
  }
  return { lines, last, ahead: waiting.slice(taken) };
}

function fits(line: Numbered | undefined, last: number): boolean {
  return line !== undefined && line.prev <= last;
}
