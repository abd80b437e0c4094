/** The guide on its halyard: what was sent, what flies now, what comes next, and the time each takes. */
import { MINUTE, type ServerClock } from "../room/clock";
import type { Line } from "../room/frames";
import type { Log } from "../room/log";
import { choose, fill, label, type Parts, show, slots, type Words } from "../room/parts";
import type { RoomState } from "../room/store";

export interface GuideItem {
  readonly code: string;
  readonly kind: "message" | "question" | "instruction";
  readonly number: number;
  readonly text: string;
  readonly minutes: number;
  readonly must_ask: boolean;
}

export type ItemState = "next" | "now" | "done";

export interface Step extends GuideItem {
  readonly state: ItemState;
  /** Milliseconds spent on it, 0 before it is reached. */
  readonly used: number;
  /** The first one that waits. */
  readonly first: boolean;
}

export interface Pace {
  /** Minutes behind the plan; negative when ahead. */
  readonly late: number;
  readonly mustAsk: number;
  /** Share of the planned minutes that is done, 0 to 100. */
  readonly done: number;
}

/** Where the guide stands, from the two logs alone. */
export function steps(guide: readonly GuideItem[], room: RoomState, staff: Log<Line>, now: number): Step[] {
  const reached = [
    ...room.items.values(),
    ...staff.lines.filter((line) => line.kind === "instruction"),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const at = new Map(reached.map((line, place) => [line.item ?? "", { from: Date.parse(line.at), place }]));
  const lastSent = [...room.items.values()].at(-1)?.item;
  const current = room.current?.item ?? lastSent;
  const first = guide.find((item) => !at.has(item.code));
  return guide.map((item) => {
    const start = at.get(item.code);
    const end = start ? Date.parse(reached[start.place + 1]?.at ?? new Date(now).toISOString()) : 0;
    return {
      ...item,
      state: item.code === current && start ? "now" : start ? "done" : "next",
      used: start ? Math.max(0, end - start.from) : 0,
      first: item === first,
    };
  });
}

export function pace(all: readonly Step[], openedAt: string | null | undefined, now: number): Pace {
  const planned = all.reduce((sum, step) => sum + step.minutes, 0);
  const due = all.reduce((sum, step) => {
    if (step.state === "next") return sum;
    return sum + (step.state === "now" ? Math.min(step.minutes, step.used / MINUTE) : step.minutes);
  }, 0);
  const elapsed = openedAt ? (now - Date.parse(openedAt)) / MINUTE : 0;
  return {
    late: Math.trunc(elapsed - due),
    mustAsk: all.filter((step) => step.must_ask && step.state === "next").length,
    done: planned ? Math.round((due / planned) * 100) : 0,
  };
}

export class GuidePanel {
  readonly #root: HTMLElement;
  readonly #parts: Parts;
  readonly #words: Words;
  readonly #clock: ServerClock;
  #steps: readonly Step[] = [];
  #shown = "";

  constructor(root: HTMLElement, parts: Parts, words: Words, clock: ServerClock, launch: (item: string) => void, signal: AbortSignal) {
    this.#root = root;
    this.#parts = parts;
    this.#words = words;
    this.#clock = clock;
    root.addEventListener("click", (event) => {
      const control = (event.target as HTMLElement).closest("[data-launch]");
      const item = control?.closest<HTMLElement>("[data-item]")?.dataset.item;
      if (control && item) {
        event.preventDefault();
        launch(item);
      }
    }, { signal });
  }

  /** The item that the key sends. */
  get next(): Step | null {
    return this.#steps.find((step) => step.first) ?? null;
  }

  draw(guide: readonly GuideItem[], room: RoomState, staff: Log<Line>): void {
    this.#steps = steps(guide, room, staff, this.#clock.now());
    const list = this.#root.querySelector("[data-guide]");
    if (!list) return;
    const codes = [...list.children].map((item) => (item as HTMLElement).dataset.item).join(" ");
    if (codes !== guide.map((item) => item.code).join(" ") || !list.querySelector("[data-drawn]")) {
      list.replaceChildren(...this.#steps.map((step) => this.#make(step)));
    }
    const running = room.session?.phase === "live";
    this.#steps.forEach((step, place) => this.#update(list.children[place] as HTMLElement, step, running));
    this.#bringUp(list);
    this.tick(room);
  }

  /** Once a second: the time of the item in hand, and how far behind the plan we are. */
  tick(room: RoomState): void {
    const now = this.#clock.now();
    const { late, mustAsk, done } = pace(this.#steps, room.session?.opened_at, now);
    const running = room.session?.phase === "live";
    const word = !running ? "pace-none" : late > 0 ? "pace-late" : late < 0 ? "pace-ahead" : "pace-good";
    for (const place of slots(this.#root, "pace")) place.textContent = this.#words.say(word, { n: Math.abs(late) });
    for (const place of slots(this.#root, "must-ask")) place.textContent = mustAsk ? this.#words.say("must-ask", { n: mustAsk }) : "";
    for (const bar of this.#root.querySelectorAll<HTMLProgressElement>("progress[data-pace]")) {
      bar.value = done;
      label(bar, { n: done });
    }
    const current = room.current?.item;
    const start = current ? room.items.get(current)?.at : undefined;
    const step = this.#steps.find((one) => one.code === current);
    if (!current || !start || !step) return;
    const item = this.#root.querySelector<HTMLElement>(`[data-item="${CSS.escape(current)}"]`);
    if (item) this.#time(item, step, step.state === "now" ? now - Date.parse(start) : step.used);
  }

  /** The item in hand comes to the top of its pane when it changes, unless somebody is busy there. */
  #bringUp(list: Element): void {
    const now = list.querySelector<HTMLElement>('[data-state="now"]');
    const code = now?.dataset.item ?? "";
    const scroller = list.closest<HTMLElement>(".room__scroll");
    if (!now || !scroller || code === this.#shown) return;
    this.#shown = code;
    if (!scroller.contains(document.activeElement)) {
      scroller.scrollTop += now.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
    }
  }

  #make(step: Step): HTMLElement {
    const item = this.#parts.clone(step.kind === "instruction" ? "guide-instruction" : "guide-item");
    item.dataset.item = step.code;
    item.dataset.kind = step.kind;
    item.dataset.drawn = "";
    fill(item, { text: step.text, number: step.number || "·" });
    label(item, { text: step.text });
    show(item.querySelector("[data-must]"), step.must_ask);
    return item;
  }

  #update(item: HTMLElement, step: Step, running: boolean): void {
    const shape = step.state === "next" ? (step.first ? "next" : "") : step.state;
    for (const name of ["done", "now", "next"]) item.classList.toggle(`gi--${name}`, name === shape);
    item.dataset.state = step.state;
    choose(item, "data-when", !running ? "" : step.state === "next" && step.first ? "first" : step.state);
    this.#time(item, step, step.used);
  }

  #time(item: HTMLElement, step: Step, used: number): void {
    const minutes = Math.floor(used / MINUTE);
    const word = step.state === "next" ? "minutes-planned" : "minutes-used";
    fill(item, { minutes: step.minutes ? this.#words.say(word, { used: minutes, planned: step.minutes }) : "" });
  }
}
