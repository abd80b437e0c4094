/** A socket for tests: what was sent, and a server that answers by hand. */
import type { Command, Frame } from "./frames";
import type { Socket } from "./connection";

type Listener = (event: never) => void;

export class FakeSocket implements Socket {
  readonly sent: Command[] = [];
  reconnects = 0;
  closed = false;
  readonly #listeners = new Map<string, Listener[]>();

  addEventListener(type: "open" | "close" | "message", listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Command);
  }

  close(): void {
    this.closed = true;
  }

  reconnect(): void {
    this.reconnects += 1;
  }

  opens(): void {
    this.#tell("open", {});
  }

  drops(code = 1006): void {
    this.#tell("close", { code });
  }

  hears(...frames: Frame[]): void {
    for (const frame of frames) this.#tell("message", { data: JSON.stringify(frame) });
  }

  /** The commands of one type, in order. */
  of(type: string): Command[] {
    return this.sent.filter((command) => command.type === type);
  }

  #tell(type: string, event: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}
