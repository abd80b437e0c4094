/** The server's time on this page: what the reader's own clock says is never used alone. */
export class ServerClock {
  #offset: number | null = null;
  readonly #times: Intl.DateTimeFormat;

  constructor(language: string, zone: string | undefined) {
    // `18:30` in every language, as the server writes it in columns of times.
    this.#times = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(zone ? { timeZone: zone } : {}) });
  }

  /** A frame said what time it is. The earliest to arrive is the nearest to the truth. */
  hear(now: string): void {
    const offset = Date.parse(now) - Date.now();
    if (Number.isNaN(offset)) return;
    if (this.#offset === null || offset > this.#offset || this.#offset - offset > 5_000) this.#offset = offset;
  }

  get known(): boolean {
    return this.#offset !== null;
  }

  now(): number {
    return Date.now() + (this.#offset ?? 0);
  }

  /** Milliseconds until this instant; negative once it is past. */
  until(instant: string): number {
    return Date.parse(instant) - this.now();
  }

  time(instant: string): string {
    return this.#times.format(new Date(instant));
  }
}

/** `6:42`, `1:06:42`; a time that is past counts up, with a plus. */
export function span(milliseconds: number): string {
  const seconds = milliseconds < 0 ? Math.floor(-milliseconds / 1000) : Math.ceil(milliseconds / 1000);
  const sign = milliseconds <= -1000 ? "+" : "";
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(seconds / 3600);
  return sign + (hours ? `${hours}:${parts.join(":")}` : parts.join(":").replace(/^0(?=\d:)/, ""));
}

export const MINUTE = 60_000;
