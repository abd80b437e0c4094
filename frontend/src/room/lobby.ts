/** The waiting room: time left, flags that go up, a line that is really measured, and a box to try. */
import { MINUTE, type ServerClock, span } from "./clock";
import type { LinkState } from "./connection";
import { drawPeople } from "./crew";
import type { SeatView } from "./frames";
import { canKeep } from "./memory";
import { choose, fill, fly, must, type Parts, show, slots, type Words } from "./parts";
import type { RoomState } from "./store";

const GOOD_TRIP = 400;
const SLOW_TRIP = 1_500;

export class Lobby {
  readonly #root: HTMLElement;
  readonly #parts: Parts;
  readonly #words: Words;
  readonly #clock: ServerClock;
  readonly #say: (sentence: string) => void;
  #lastLeft: number | null = null;

  constructor(root: HTMLElement, parts: Parts, words: Words, clock: ServerClock, say: (sentence: string) => void, signal: AbortSignal) {
    this.#root = root;
    this.#parts = parts;
    this.#words = words;
    this.#clock = clock;
    this.#say = say;
    root.querySelector("[data-practice]")?.addEventListener("submit", (event) => this.#practise(event), { signal });
    root.querySelector("[data-practice] textarea")?.addEventListener("keydown", (event) => {
      const key = event as KeyboardEvent;
      if (key.key !== "Enter" || key.shiftKey || key.isComposing) return;
      key.preventDefault();
      must<HTMLFormElement>(root, "[data-practice]").requestSubmit();
    }, { signal });
    const memory = root.querySelector<HTMLElement>("[data-check=memory]");
    if (memory) choose(memory, "data-when", canKeep() ? "good" : "bad");
  }

  draw(state: RoomState): void {
    const you = state.you?.code;
    const arrived = [...state.seats.values()].filter(
      (seat) => seat.state !== "removed" && (seat.code === you || seat.state === "in" || state.here.has(seat.code)),
    );
    const list = this.#root.querySelector("[data-arrived]");
    if (list) {
      drawPeople(list, arrived, () => this.#parts.clone("arrived"), (item, seat) => this.#flag(item, seat, you));
    }
    const ghosts = this.#root.querySelector("[data-awaited]") ?? list;
    if (ghosts) {
      const missing = Math.max(0, state.expected - arrived.length);
      const drawn = [...ghosts.querySelectorAll("[data-waiting]")];
      for (const extra of drawn.slice(missing)) extra.remove();
      for (let n = drawn.length; n < missing; n += 1) ghosts.append(this.#parts.clone("awaited"));
    }
    for (const place of slots(this.#root, "hoisted")) place.textContent = this.#words.say("hoisted", { n: arrived.length });
    for (const place of slots(this.#root, "expected")) place.textContent = this.#words.say("expected", { n: state.expected });
    for (const place of slots(this.#root, "me")) place.textContent = state.seats.get(you ?? "")?.alias ?? place.textContent;
    this.tick(state);
  }

  /** Once a second: the server's time, never the reader's own clock. */
  tick(state: RoomState): void {
    const session = state.session;
    if (!session || !this.#clock.known) return;
    const begun = session.phase === "live" || session.phase === "closing";
    const toDoors = this.#clock.until(session.opens_at);
    const toStart = this.#clock.until(session.starts_at);
    const doors = session.phase === "planned" && toDoors > 0;
    const left = doors ? toDoors : toStart;
    choose(this.#root, "data-lead", begun ? "begun" : doors ? "doors" : toStart > 0 ? "soon" : "moment");
    for (const countdown of this.#root.querySelectorAll<HTMLTimeElement>("[data-countdown]")) {
      show(countdown.parentElement, !begun);
      const shown = span(Math.max(0, left));
      if (countdown.textContent !== shown) countdown.textContent = shown;
      countdown.dateTime = `PT${Math.max(0, Math.ceil(left / 1000))}S`;
    }
    if (!doors && !begun) this.#announce(toStart);
  }

  link(state: LinkState, trip: number | null): void {
    const check = this.#root.querySelector<HTMLElement>("[data-check=link]");
    if (!check) return;
    const quality = state !== "open" ? "bad" : trip === null ? "measuring" : trip <= GOOD_TRIP ? "good" : trip <= SLOW_TRIP ? "slow" : "bad";
    choose(check, "data-when", state === "connecting" && trip === null ? "measuring" : quality);
    if (trip !== null) fill(check, { trip: this.#words.say("trip", { n: Math.max(1, Math.round(trip)) }) });
  }

  #announce(left: number): void {
    const before = this.#lastLeft;
    this.#lastLeft = left;
    if (before === null) return;
    for (const minutes of [5, 1]) {
      if (before > minutes * MINUTE && left <= minutes * MINUTE) this.#say(this.#words.say("opens-in", { n: minutes }));
    }
  }

  #flag(item: HTMLElement, seat: SeatView, you: string | undefined): void {
    fly(item, seat.flag);
    fill(item, { name: seat.code === you ? this.#words.say("you", { name: seat.alias }) : seat.alias });
  }

  /** Stays on this page: nothing is sent, nothing is kept. */
  #practise(event: Event): void {
    event.preventDefault();
    const box = must<HTMLTextAreaElement>(this.#root, "[data-practice] textarea");
    const text = box.value.trim();
    if (!text) return;
    const shown = this.#root.querySelector<HTMLElement>("[data-practised]");
    if (shown) {
      fill(shown, { text });
      show(shown, true);
    }
    box.value = "";
  }
}
