/** The transcript: written like the script of a play. It appends, never scrolls somebody who is reading above. */
import type { ServerClock } from "./clock";
import { HOST, type Line, type Mark, MARKS, type SeatView } from "./frames";
import { choose, fill, fly, label, type Parts, show, type Words } from "./parts";
import { countOf, isMine, myCode, type RoomState } from "./store";
import { shorten } from "./voice";

const QUOTE_LENGTH = 140;
/** What counts as a message: the room's own notes do not. */
const MESSAGES = new Set(["said", "launched", "closing"]);
const NEAR_END = 60;

export interface Pending {
  readonly id: string;
  readonly text: string;
  readonly item?: string | undefined;
  readonly to?: number | undefined;
  state: "waiting" | "refused";
  message?: string;
}

export interface TranscriptOptions {
  readonly root: HTMLElement;
  readonly parts: Parts;
  readonly words: Words;
  readonly clock: ServerClock;
  readonly hostName: string;
  /** A control of a line was used. */
  act(what: string, line: Line, control: HTMLElement): void;
  /** A control of a message that is not sent yet was used. */
  handle(what: string, id: string): void;
  /** How many lines came since this reader was last at the end. */
  unread(count: number): void;
  signal: AbortSignal;
}

export class Transcript {
  readonly #options: TranscriptOptions;
  readonly #scroller: HTMLElement;
  readonly #list: HTMLElement;
  readonly #pendingList: HTMLElement;
  readonly #latest: HTMLElement | null;
  readonly #items = new Map<number, HTMLElement>();
  #state: RoomState | null = null;
  #drawn = 0;
  #divider: HTMLElement | null = null;
  /** The line whose tools are in the flow. */
  #active: HTMLElement | null = null;
  /** The one line in the tab order. */
  #way: HTMLElement | null = null;
  #unread = 0;
  #pinned = true;
  #stale = false;

  constructor(options: TranscriptOptions) {
    const { root, signal } = options;
    this.#options = options;
    this.#scroller = root.querySelector<HTMLElement>("[data-scroller]") ?? root;
    this.#list = root.querySelector<HTMLElement>("[data-lines]") ?? root;
    this.#pendingList = root.querySelector<HTMLElement>("[data-unsent]") ?? root;
    this.#latest = root.querySelector<HTMLElement>("[data-latest]");
    this.#latest?.addEventListener("click", () => this.toLatest(), { signal });
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    this.#list.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.#list.addEventListener("keydown", (event) => this.#keyed(event), { signal });
    // Tools are made when somebody comes near: a long transcript stays light.
    for (const near of ["pointerover", "focusin", "click"]) {
      this.#list.addEventListener(near, (event) => this.#equip(lineItem(event.target)), { signal, capture: true });
    }
    this.#pendingList.addEventListener("click", (event) => this.#handled(event), { signal });
    document.addEventListener("click", (event) => this.#list.contains(event.target as Node) || this.#activate(null), { signal });
    document.addEventListener("visibilitychange", () => this.#scrolled(), { signal });
    addEventListener("resize", () => this.keepEnd(), { signal });
  }

  /** Draw what is new; the first time, everything, in place of what the server wrote. */
  draw(state: RoomState): void {
    const before = this.#state;
    this.#state = state;
    if (!before) this.#list.replaceChildren();
    const fresh = state.log.lines.slice(this.#drawn);
    this.#drawn = state.log.lines.length;
    if (before && before.seats !== state.seats) this.#rename();
    if (!fresh.length) return;
    const following = this.#follows();
    const added = document.createDocumentFragment();
    const touched = new Set<number>();
    if (this.#stale) this.#dropDivider();
    let unread = 0;
    for (const line of fresh) {
      const item = this.#itemFor(line);
      if (item) {
        if (before && !following && MESSAGES.has(line.kind) && line.by !== myCode(state)) {
          unread += 1;
          if (!this.#divider) added.append(this.#newDivider());
        }
        this.#items.set(line.seq, item);
        added.append(item);
      }
      if (line.kind === "reacted" && line.to) touched.add(line.to);
    }
    this.#list.append(added);
    for (const seq of touched) this.#drawMarks(seq);
    this.#countUnread(unread);
    this.#rove();
    if (following || !before) this.#toEnd();
  }

  /** Messages that are not lines yet, always last. */
  drawPending(pending: Iterable<Pending>): void {
    const wanted = [...pending];
    if (!wanted.length && !this.#pendingList.firstElementChild) return;
    const following = this.#follows();
    for (const old of [...this.#pendingList.children]) {
      if (!wanted.some((message) => message.id === (old as HTMLElement).dataset.id)) old.remove();
    }
    for (const message of wanted) {
      let item = [...this.#pendingList.children].find((old) => (old as HTMLElement).dataset.id === message.id) as HTMLElement | undefined;
      if (!item) {
        item = this.#options.parts.clone("unsent");
        item.dataset.id = message.id;
        this.#pendingList.append(item);
      }
      item.dataset.pending = message.state;
      if (message.item) item.dataset.item = message.item;
      const me = this.#state ? myCode(this.#state) : "";
      this.#sign(item, me);
      fill(item, { text: message.text, reason: message.message ?? "" });
      this.#quote(item, message.to);
      choose(item, "data-when", message.state);
    }
    if (following) this.#toEnd();
  }

  /** The box grows, a keyboard opens: who was at the end stays at the end. */
  keepEnd(): void {
    if (this.#pinned) this.#toEnd();
  }

  toLatest(): void {
    this.#toEnd();
    this.#seen();
  }

  /** The last line that somebody else said, for the reply key. */
  lastSaid(): Line | null {
    const state = this.#state;
    if (!state) return null;
    return state.log.lines.findLast((line) => line.kind === "said" && line.by !== myCode(state)) ?? null;
  }

  nameOf(code: string | undefined): string {
    if (!code) return "";
    if (code === HOST) return this.#state?.host || this.#options.hostName;
    return this.#state?.seats.get(code)?.alias ?? "";
  }

  excerpt(line: Line): string {
    return shorten(line.text ?? "", QUOTE_LENGTH);
  }

  #itemFor(line: Line): HTMLElement | null {
    const { parts, words, clock } = this.#options;
    const at = clock.time(line.at);
    let item: HTMLElement;
    switch (line.kind) {
      case "said":
        item = parts.clone(line.by === HOST ? "host-line" : "line");
        this.#sign(item, line.by);
        this.#quote(item, line.to);
        if (line.item) item.dataset.item = line.item;
        break;
      case "launched":
        item = parts.clone(line.number ? "question" : "message");
        if (line.item) item.dataset.item = line.item;
        fill(item, { number: line.number ?? "" });
        break;
      case "closing":
        item = parts.clone("message");
        break;
      case "opened":
      case "closed":
      case "admitted":
      case "removed":
        item = parts.clone("note");
        item.dataset.about = line.seat ?? "";
        fill(item, { note: words.say(line.kind, { name: this.nameOf(line.seat) }) });
        break;
      default:
        return null;
    }
    item.dataset.seq = String(line.seq);
    item.dataset.kind = line.kind;
    if (line.by) item.dataset.by = line.by;
    if (line.id) item.dataset.id = line.id;
    fill(item, { text: line.text ?? "", time: at });
    for (const time of item.querySelectorAll("time")) time.dateTime = line.at;
    return item;
  }

  /** Whose line it is: flag, name, and "you" for one's own. */
  #sign(item: HTMLElement, by: string | undefined): void {
    const { words } = this.#options;
    const mine = this.#state !== null && by === myCode(this.#state);
    const name = this.nameOf(by);
    const seat: SeatView | undefined = by ? this.#state?.seats.get(by) : undefined;
    item.classList.toggle("line--me", mine);
    fill(item, { name: mine ? words.say("you", { name }) : name, initial: name.slice(0, 1) });
    if (seat) fly(item, seat.flag);
    label(item, { name });
  }

  /** The tools of a line, once. */
  #equip(item: HTMLElement | null): void {
    if (!item || item.dataset.kind !== "said" || item.querySelector("[data-tools]")) return;
    const tools = this.#options.parts.clone("tools");
    item.append(tools);
    label(item, { name: this.nameOf(item.dataset.by) });
    if (item.classList.contains("line--me")) for (const tool of tools.querySelectorAll("[data-for-others]")) tool.remove();
    this.#press(item, Number(item.dataset.seq));
  }

  #quote(item: HTMLElement, to: number | undefined): void {
    const quoted = to ? this.#state?.bySeq.get(to) : undefined;
    for (const place of item.querySelectorAll<HTMLElement>("[data-quote]")) {
      show(place, quoted !== undefined);
      if (quoted) fill(place, { "quote-name": this.nameOf(quoted.by), "quote-text": this.excerpt(quoted) });
    }
    if (to) item.dataset.to = String(to);
  }

  #drawMarks(seq: number): void {
    const item = this.#items.get(seq);
    const state = this.#state;
    if (!item || !state) return;
    const place = item.querySelector<HTMLElement>("[data-marks]") ?? this.#options.parts.clone("marks");
    if (!place.isConnected) item.querySelector("[data-said]")?.append(place);
    let any = false;
    for (const mark of MARKS) {
      const count = countOf(state, seq, mark);
      any ||= count > 0;
      const control = place.querySelector<HTMLElement>(`[data-mark="${mark}"]`);
      if (control) fill(control, { count });
      show(control, count > 0);
    }
    show(place, any);
    this.#press(item, seq);
  }

  #press(item: HTMLElement, seq: number): void {
    const state = this.#state;
    if (!state) return;
    for (const control of item.querySelectorAll<HTMLElement>("button[data-mark]")) {
      control.setAttribute("aria-pressed", String(isMine(state, seq, control.dataset.mark as Mark)));
    }
  }

  /** Aliases and flags may come after the lines that need them. */
  #rename(): void {
    for (const item of this.#items.values()) {
      const { by, about, kind } = item.dataset;
      if (kind === "said") this.#sign(item, by);
      if (about && kind) fill(item, { note: this.#options.words.say(kind, { name: this.nameOf(about) }) });
    }
  }

  // Reading place ---------------------------------------------------------

  #visible(): boolean {
    return !document.hidden && this.#scroller.getClientRects().length > 0;
  }

  #atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  #follows(): boolean {
    return !this.#active && this.#visible() && this.#atEnd();
  }

  #toEnd(): void {
    this.#pinned = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #scrolled(): void {
    this.#pinned = this.#atEnd();
    if (this.#visible() && this.#atEnd()) this.#seen();
    show(this.#latest, !this.#atEnd());
  }

  #seen(): void {
    this.#stale = true;
    if (this.#unread) {
      this.#unread = 0;
      this.#options.unread(0);
    }
    show(this.#latest, false);
  }

  #countUnread(more: number): void {
    if (!more) return;
    this.#unread += more;
    this.#stale = false;
    const sentence = this.#options.words.say("unread", { n: this.#unread });
    if (this.#divider) fill(this.#divider, { note: sentence });
    if (this.#latest) fill(this.#latest, { unread: sentence });
    show(this.#latest, true);
    this.#options.unread(this.#unread);
  }

  #newDivider(): HTMLElement {
    this.#divider = this.#options.parts.clone("unread");
    return this.#divider;
  }

  #dropDivider(): void {
    this.#divider?.remove();
    this.#divider = null;
    this.#stale = false;
  }

  // Tools of a line: by hover (style alone), by tap, by keyboard ------------

  #clicked(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    const item = lineItem(target);
    if (!item) return;
    const control = target.closest<HTMLElement>("[data-do]");
    if (control) {
      const line = this.#state?.bySeq.get(Number(item.dataset.seq));
      this.#activate(null);
      if (line) this.#options.act(control.dataset.do ?? "", line, control);
      return;
    }
    if (getSelection()?.isCollapsed === false || target.closest("a, button")) return;
    this.#activate(item === this.#active ? null : item);
  }

  #keyed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const item = lineItem(target);
    if (!item) return;
    if (event.key === "Escape") {
      this.#activate(null);
      item.focus();
    } else if (target !== item) {
      return;
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#activate(item);
      item.querySelector<HTMLElement>("[data-tools] [data-do]")?.focus();
    } else {
      const all = [...this.#list.querySelectorAll<HTMLElement>("[data-seq]")];
      const place = all.indexOf(item);
      const goal = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: all.length - 1 }[event.key];
      const next = goal === undefined ? undefined : all[goal];
      if (!next) return;
      event.preventDefault();
      this.#rove(next);
      next.focus();
    }
  }

  #activate(item: HTMLElement | null): void {
    if (this.#active && this.#active !== item) this.#setActive(this.#active, false);
    this.#active = null;
    if (!item?.querySelector("[data-tools] [data-do]")) return;
    this.#active = item;
    this.#setActive(item, true);
  }

  #setActive(item: HTMLElement, active: boolean): void {
    item.toggleAttribute("data-active", active);
    for (const tool of item.querySelectorAll<HTMLElement>("[data-tools] [data-do]")) tool.tabIndex = active ? 0 : -1;
    if (active) this.#rove(item);
  }

  /** One line is the way in for the keyboard: the last one used, else the newest. */
  #rove(item?: HTMLElement): void {
    const now = this.#way;
    const newest = this.#list.lastElementChild as HTMLElement | null;
    const way = item ?? (now?.contains(document.activeElement) ? now : newest);
    if (!way || way === now) return;
    if (now) now.tabIndex = -1;
    way.tabIndex = 0;
    this.#way = way;
  }

  #handled(event: MouseEvent): void {
    const control = (event.target as HTMLElement).closest<HTMLElement>("[data-handle]");
    const id = control?.closest<HTMLElement>("[data-id]")?.dataset.id;
    if (control && id) this.#options.handle(control.dataset.handle ?? "", id);
  }
}

function lineItem(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-seq]") : null;
}
