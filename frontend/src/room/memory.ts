/** What this device keeps: words not sent yet, and how one likes to read. Never a line of the meeting. */
const PREFIX = "vigie:";

function read<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // A full or forbidden store: the words still stand in their box.
  }
}

/** Can this device keep words at all? */
export function canKeep(): boolean {
  write("probe", 1);
  const kept = read<number>("probe") === 1;
  write("probe", null);
  return kept;
}

/** At sign-out: the next person on this device must find nothing. */
export function forgetAll(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Nothing could be kept, so nothing is left.
  }
}

export interface Draft {
  readonly text: string;
  /** The question that was current when typing began. */
  readonly item?: string;
  /** The line replied to. */
  readonly to?: number;
  readonly kind?: string;
}

export interface Unsent extends Draft {
  readonly id: string;
}

/** One box's memory: its draft, and messages that the server has not settled. */
export class Drawer {
  readonly #key: string;

  constructor(box: string, session: string, author: string) {
    this.#key = `${box}:${session}:${author}`;
  }

  get draft(): Draft | null {
    return read<Draft>(`${this.#key}:draft`);
  }

  set draft(draft: Draft | null) {
    write(`${this.#key}:draft`, draft?.text ? draft : null);
  }

  get unsent(): readonly Unsent[] {
    return read<Unsent[]>(`${this.#key}:unsent`) ?? [];
  }

  put(message: Unsent): void {
    write(`${this.#key}:unsent`, [...this.unsent.filter((other) => other.id !== message.id), message]);
  }

  drop(id: string): void {
    const left = this.unsent.filter((message) => message.id !== id);
    write(`${this.#key}:unsent`, left.length ? left : null);
  }

  empty(): void {
    write(`${this.#key}:unsent`, null);
    write(`${this.#key}:draft`, null);
  }
}

export type Announce = "all" | "host" | "count" | "none";

export interface Comfort {
  readonly announce: Announce;
  /** Single keys act outside text fields. */
  readonly keys: boolean;
}

export function readComfort(): Comfort {
  return { announce: "all", keys: true, ...read<Partial<Comfort>>("comfort") };
}

export function writeComfort(comfort: Comfort): void {
  write("comfort", comfort);
}
