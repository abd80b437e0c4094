/** The room as staff see it: the same transcript, plus the guide, the door, and the way to the confidential block. */
import { newId } from "../room/connection";
import type { Frame, Line } from "../room/frames";
import { emptyLog, extend, type Log } from "../room/log";
import type { Unsent } from "../room/memory";
import { show } from "../room/parts";
import type { RoomState } from "../room/store";
import { VgRoom, type View } from "../room/vg-room";
import { Desk } from "./desk";
import { type GuideItem, GuidePanel } from "./guide";
import { repeats } from "./likeness";
import { Splitter } from "./splitter";
import { VgBackroom } from "./vg-backroom";

/** How long a message that repeats a confidential one can be taken back before it leaves. */
const HOLD = 5_000;

export class StaffRoom extends VgRoom {
  #side: Log<Line> = emptyLog();
  #plan: readonly GuideItem[] = [];
  #guide: GuidePanel | null = null;
  #desk: Desk | null = null;
  #launching = new Set<string>();

  protected override start(signal: AbortSignal): void {
    this.#side = emptyLog();
    super.start(signal);
    const moderates = this.dataset.duty === "moderator";
    const guide = this.querySelector<HTMLElement>("#p-guide");
    if (guide) this.#guide = new GuidePanel(guide, this.parts, this.words, this.clock, (item) => this.#launch(item), signal);
    if (moderates) this.#desk = new Desk(this, this.parts, this.words, (command) => this.connection.keep(command), signal);
    const bar = this.querySelector<HTMLElement>("[role=separator]");
    const side = bar?.closest<HTMLElement>("[data-split]");
    if (bar && side) new Splitter(side, bar, signal);
    const back = this.#back;
    if (back) {
      back.lookUp = (seq) => this.#lookUp(seq);
      back.addEventListener("vg-unread", (event) => {
        const { count, spoken } = (event as CustomEvent<{ count: number; spoken: string }>).detail;
        this.panes.count("p-back", count, spoken);
      }, { signal });
    }
  }

  get #back(): VgBackroom | null {
    const found = this.querySelector("vg-backroom");
    return found instanceof VgBackroom ? found : null;
  }

  protected override held(): Record<string, number> {
    return { ...super.held(), side: this.#side.last };
  }

  protected override receive(frame: Frame): void {
    if (frame.type === "line" && frame.log === "staff") {
      this.#side = extend(this.#side, [frame as unknown as Line]);
      if (this.#side.ahead.length) this.connection.ask();
      this.draw();
      return;
    }
    if (frame.type === "snapshot") {
      this.#side = extend(this.#side, (frame.side as Line[] | undefined) ?? []);
      this.#plan = (frame.guide as GuideItem[] | undefined) ?? this.#plan;
    }
    super.receive(frame);
  }

  /** Staff follow from the first minute to the last on one screen. */
  protected override viewFor(_state: RoomState): View {
    return "room";
  }

  protected override mayWrite(state: RoomState): boolean {
    return this.dataset.duty === "moderator" && super.mayWrite(state);
  }

  protected override draw(): void {
    super.draw();
    const { session, items, seats, here, log } = this.state;
    if (!session) return;
    if (this.changed("guide", this.#plan, items, this.#side, session)) this.#guide?.draw(this.#plan, this.state, this.#side);
    for (const code of this.#launching) if (items.has(code)) this.#launching.delete(code);
    if (this.#desk && this.changed("desk", seats, here, session)) {
      const waiting = this.#desk.draw(this.state);
      this.panes.count("p-crew", waiting, this.words.say("at-door", { n: waiting }));
    }
    if (this.changed("back", log)) this.#back?.lookAgain();
    this.dataset.lastSide = String(this.#side.last);
  }

  protected override tick(): void {
    super.tick();
    if (this.state.session) this.#guide?.tick(this.state);
  }

  protected override act(what: string, line: Line, control: HTMLElement): void {
    if (what !== "quote") {
      super.act(what, line, control);
      return;
    }
    this.panes.open("t-back");
    this.#back?.quote(line.seq);
  }

  protected override paneOpened(pane: string): void {
    super.paneOpened(pane);
    if (pane === "p-back") this.#back?.opened();
  }

  protected override key(key: string): boolean {
    if (key === "n" && this.dataset.duty === "moderator") {
      const next = this.#guide?.next;
      if (next) this.#launch(next.code);
      return true;
    }
    return super.key(key);
  }

  /** Words that repeat a recent confidential remark wait five seconds, and can be taken back. */
  protected override async release(message: Unsent): Promise<boolean> {
    const hold = this.querySelector<HTMLElement>("[data-hold]");
    if (!hold || !this.#back?.recent.some((remark) => repeats(message.text, remark))) return true;
    show(hold, true);
    const undo = hold.querySelector<HTMLElement>("[data-take-back]");
    undo?.focus();
    const goes = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), HOLD);
      undo?.addEventListener("click", () => {
        clearTimeout(timer);
        resolve(false);
      }, { once: true });
    });
    show(hold, false);
    this.composer?.focus();
    return goes;
  }

  #launch(item: string): void {
    const phase = this.state.session?.phase;
    if (this.dataset.duty !== "moderator" || phase !== "live" || this.#launching.has(item)) return;
    this.#launching.add(item);
    setTimeout(() => this.#launching.delete(item), 4_000);
    this.connection.keep({ type: "item.launch", id: newId(), item });
  }

  #lookUp(seq: number): { seq: number; name: string; text: string } | null {
    const line = this.state.bySeq.get(seq);
    return line ? { seq, name: this.transcript.nameOf(line.by), text: this.transcript.excerpt(line) } : null;
  }
}
