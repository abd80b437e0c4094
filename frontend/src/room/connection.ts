/**
 * One socket to one room: it comes back by itself, asks for what is missing, and keeps every command until the
 * server has settled it. It knows nothing of pages and nothing of what the frames mean.
 */
import ReconnectingSocket from "partysocket/ws";
import type { Command, Frame } from "./frames";

export type LinkState = "connecting" | "open" | "offline" | "closed";

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export interface Link {
  /** What this viewer holds: sent with `join` and with every `ping`. */
  held(): Record<string, number>;
  /** A frame that is not about one command. */
  receive(frame: Frame): void;
  /** The state of the socket or the number of commands in hand has changed. */
  changed(): void;
  /** A command has become line `seq`. */
  acknowledged(command: Command, seq: number): void;
  /** A rule said no: the words go back to their author. */
  refused(command: Command, refusal: Refusal): void;
}

/** What the connection needs of a socket; `partysocket` gives it, and tests give their own. */
export interface Socket {
  addEventListener(type: "open" | "close" | "message", listener: (event: never) => void): void;
  send(data: string): void;
  close(code?: number): void;
  reconnect(): void;
}

export type SocketMaker = (url: string) => Socket;

export const PING_EVERY = 10_000;
export const SILENCE_LIMIT = 35_000;
/** Fewer than the thirty commands in ten seconds that the server takes. */
const BUDGET = 24;
const BUDGET_WINDOW = 10_000;
const ASK_PAUSE = 1_000;
/** How long the server may take to answer once the device says that it has no network. */
const DOUBTFUL = 3_000;
/** A pause between two of one's own messages; the server's own pace may be longer, then its refusal is shown. */
const PACE_PAUSE = 1_100;
const PACE_TRIES = 4;
/** Not of this protocol, no right to be here any more, nothing here, the session is over. */
const FINAL_CODES = new Set([4400, 4401, 4404, 4410]);
const DOUBT_AFTER = 3;

interface Kept {
  readonly command: Command;
  sent: boolean;
  paced: number;
}

export class Connection {
  readonly #url: string;
  readonly #link: Link;
  readonly #make: SocketMaker;
  readonly #kept = new Map<string, Kept>();
  #socket: Socket | null = null;
  #state: LinkState = "connecting";
  #joined = false;
  #heardAt = 0;
  #askedAt = 0;
  #failures = 0;
  #sentAt: number[] = [];
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #pace: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #suspicion: ReturnType<typeof setTimeout> | undefined;
  #rounds: number[] = [];
  #pingedAt: number | null = null;

  constructor(url: string, link: Link, make: SocketMaker = reconnecting) {
    this.#url = url;
    this.#link = link;
    this.#make = make;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Commands that the server has not settled yet. */
  get pending(): number {
    return this.#kept.size;
  }

  /** The middle one of the last round trips in milliseconds, or null before the first. */
  get roundTrip(): number | null {
    const sorted = this.#rounds.slice().sort((one, other) => one - other);
    return sorted[sorted.length >> 1] ?? null;
  }

  open(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#heardAt = Date.now();
    const socket = this.#make(this.#url);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#opened());
    socket.addEventListener("close", (event: CloseEvent) => this.#dropped(event.code));
    socket.addEventListener("message", (event: MessageEvent) => this.#heard(event.data));
    this.#beat = setInterval(() => this.#watch(), 1_000);
    const back = (): void => {
      if (this.#state === "closed") return;
      if (this.#state === "open") this.ping();
      else socket.reconnect();
    };
    addEventListener("online", back, { signal });
    addEventListener("offline", () => this.#suspect(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || back(), { signal });
    signal.addEventListener("abort", () => this.#end());
  }

  /** Send now if the line is up, else forget: for what is worth nothing a second later. */
  hint(command: Command): void {
    if (this.#joined && this.#spent() < BUDGET / 2) this.#send(command);
  }

  /** Keep until settled; sent again under the same id after a cut. */
  keep(command: Command): void {
    if (!command.id) throw new Error("a kept command has an id");
    if (this.#kept.has(command.id)) return;
    this.#kept.set(command.id, { command, sent: false, paced: 0 });
    this.#link.changed();
    this.#flush();
  }

  /** A line with this id was seen: the acknowledgement was lost, the command was not. */
  settle(id: string): void {
    if (this.#kept.delete(id)) {
      this.#link.changed();
      this.#flush();
    }
  }

  /** Stop trying: the author took the words back. */
  withdraw(id: string): void {
    this.settle(id);
  }

  /** Something is missing: ask, once a second at most. */
  ask(): void {
    if (!this.#joined || Date.now() - this.#askedAt < ASK_PAUSE) return;
    this.ping();
  }

  ping(): void {
    if (!this.#joined) return;
    this.#askedAt = Date.now();
    this.#pingedAt = performance.now();
    this.#send({ type: "ping", ...this.#link.held() });
  }

  #opened(): void {
    this.#failures = 0;
    this.#joined = true;
    this.#heardAt = this.#askedAt = Date.now();
    this.#sentAt = [];
    for (const kept of this.#kept.values()) kept.sent = false;
    this.#send({ type: "join", ...this.#link.held() });
  }

  #dropped(code: number): void {
    const never = !this.#joined;
    this.#joined = false;
    if (!this.#socket) return;
    if (FINAL_CODES.has(code)) {
      this.#final(code);
      return;
    }
    if (this.#state === "open") this.#become("connecting");
    if (never && ++this.#failures % DOUBT_AFTER === 0) void this.#doubt();
  }

  /** The handshake fails again and again: is the door still there? A page that is gone answers for its socket. */
  async #doubt(): Promise<void> {
    try {
      const answer = await fetch(location.href, { method: "HEAD", credentials: "same-origin", cache: "no-store" });
      if (answer.redirected || answer.status === 404 || answer.status === 403) this.#final(4404);
    } catch {
      // No network at all: the socket keeps trying.
    }
  }

  #final(code: number): void {
    if (this.#state === "closed") return;
    this.#become("closed");
    this.#end();
    this.#link.receive({ type: "gone", code });
  }

  #end(): void {
    clearInterval(this.#beat);
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#pace);
    clearTimeout(this.#suspicion);
    this.#pace = undefined;
    this.#joined = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  /** The device says that it has no network. A server on the same machine may still answer: ask it. */
  #suspect(): void {
    if (!this.#joined) return;
    const asked = Date.now();
    this.ping();
    clearTimeout(this.#suspicion);
    this.#suspicion = setTimeout(() => {
      if (this.#heardAt < asked && this.#state === "open") this.#lost();
    }, DOUBTFUL);
  }

  #lost(): void {
    this.#joined = false;
    this.#become("offline");
    this.#socket?.reconnect();
  }

  #watch(): void {
    const silence = Date.now() - this.#heardAt;
    if (silence > SILENCE_LIMIT) {
      this.#heardAt = Date.now() - SILENCE_LIMIT / 2;
      this.#lost();
      return;
    }
    if (this.#joined && Date.now() - this.#askedAt >= PING_EVERY) this.ping();
  }

  #heard(data: unknown): void {
    if (typeof data !== "string") return;
    this.#heardAt = Date.now();
    const frame = JSON.parse(data) as Frame;
    if (frame.type === "ack") {
      this.#acknowledged(String(frame.id), Number(frame.seq));
    } else if (frame.type === "refused") {
      this.#refused(String(frame.id), { code: String(frame.code), message: String(frame.message ?? "") });
    } else {
      if (frame.type === "pong" && this.#pingedAt !== null) {
        this.#rounds = [...this.#rounds.slice(-6), performance.now() - this.#pingedAt];
        this.#pingedAt = null;
      }
      this.#link.receive(frame);
      if (frame.type === "snapshot") {
        this.#become("open");
        this.#flush();
      }
    }
  }

  #acknowledged(id: string, seq: number): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    this.#kept.delete(id);
    this.#link.acknowledged(kept.command, seq);
    this.#link.changed();
    this.#flush();
  }

  #refused(id: string, refusal: Refusal): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    if (refusal.code === "too_fast" && kept.paced < PACE_TRIES) {
      kept.paced += 1;
      kept.sent = false;
      this.#pace = setTimeout(() => {
        this.#pace = undefined;
        this.#flush();
      }, PACE_PAUSE);
      return;
    }
    this.#kept.delete(id);
    this.#link.refused(kept.command, refusal);
    this.#link.changed();
    this.#flush();
  }

  /** Sends what waits. Messages go one after the other, so that their order is the author's. */
  #flush(): void {
    clearTimeout(this.#flushTimer);
    if (!this.#joined || this.#state !== "open") return;
    let messageAhead = this.#pace !== undefined;
    for (const kept of this.#kept.values()) {
      const isMessage = kept.command.type === "post";
      if (!kept.sent && !(isMessage && messageAhead)) {
        if (this.#spent() >= BUDGET) {
          this.#flushTimer = setTimeout(() => this.#flush(), 500);
          return;
        }
        kept.sent = true;
        this.#send(kept.command);
      }
      messageAhead ||= isMessage;
    }
  }

  #spent(): number {
    const from = Date.now() - BUDGET_WINDOW;
    this.#sentAt = this.#sentAt.filter((at) => at > from);
    return this.#sentAt.length;
  }

  #send(command: Command): void {
    this.#sentAt.push(Date.now());
    this.#socket?.send(JSON.stringify(command));
  }

  #become(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#link.changed();
  }
}

function reconnecting(url: string): Socket {
  return new ReconnectingSocket(url, [], {
    minReconnectionDelay: 300 + Math.random() * 900,
    maxReconnectionDelay: 6_000 + Math.random() * 4_000,
    reconnectionDelayGrowFactor: 1.6,
    connectionTimeout: 8_000,
    maxEnqueuedMessages: 0,
  }) as unknown as Socket;
}

/** `/c/…/socket` as an address of the page's own origin. */
export function socketAddress(path: string): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** An id that this client makes for a command: the server writes one line for it, however often it comes. */
export function newId(): string {
  return crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
