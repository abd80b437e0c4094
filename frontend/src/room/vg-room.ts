/**
 * `<vg-room>`: the whole of a meeting on one page: waiting room, room, end. The server wrote a page that reads
 * without this; here it comes alive.
 *
 * What tests may rely on: `data-state` (connecting, open, offline, closed), `data-view` (waiting, room, closing,
 * gone), `data-last-seq`, `data-pending`, and on each line `data-seq`, `data-kind`, `data-by`, `data-item`.
 */
import "./vg-room.css";

import { MINUTE, ServerClock, span } from "./clock";
import { ComfortPanel, singleKey } from "./comfort";
import { Composer } from "./composer";
import { Connection, newId, type Refusal, type SocketMaker, socketAddress } from "./connection";
import { Crew } from "./crew";
import { type Command, type Frame, HOST, type Line, MARKS, type Mark } from "./frames";
import { Lobby } from "./lobby";
import { Drawer, forgetAll, type Unsent } from "./memory";
import { choose, fill, Parts, show, slots, Words } from "./parts";
import { isShown, Panes } from "./panes";
import { EMPTY, isMine, myCode, reduce, type RoomState } from "./store";
import { type Pending, Transcript } from "./transcript";
import { shorten, Voice } from "./voice";

export type View = "waiting" | "room" | "closing" | "gone";

/** The session is over: the only closing code that is not somebody's loss. */
const OVER = 4410;
/** Reasons that the page has a sentence for. */
const REASONS = new Set(["was_removed", "no_right"]);
const TYPING_LASTS = 12_000;
const SPEAKERS_SHOWN = 3;

export class VgRoom extends HTMLElement {
  /** Tests put their own socket here. */
  static makeSocket: SocketMaker | undefined;

  protected state: RoomState = EMPTY;
  protected words!: Words;
  protected parts!: Parts;
  protected clock!: ServerClock;
  protected connection!: Connection;
  protected transcript!: Transcript;
  protected composer: Composer | null = null;
  protected panes!: Panes;
  protected voice!: Voice;
  protected comfort!: ComfortPanel;
  protected drawer!: Drawer;
  #life: AbortController | null = null;
  #lobby: Lobby | null = null;
  #crew: Crew | null = null;
  #unsent = new Map<string, Pending>();
  #typingTimers = new Map<string, ReturnType<typeof setTimeout>>();
  #view: View | null = null;
  #drawn = 0;
  #begun = false;
  #seen = new Map<string, readonly unknown[]>();
  #lastLeft: number | null = null;

  connectedCallback(): void {
    if (this.#life) return;
    this.#life = new AbortController();
    this.start(this.#life.signal);
    this.connection.open(this.#life.signal);
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
    for (const timer of this.#typingTimers.values()) clearTimeout(timer);
    this.#typingTimers.clear();
  }

  protected start(signal: AbortSignal): void {
    const language = document.documentElement.lang || "en";
    this.state = EMPTY;
    this.#drawn = 0;
    this.#begun = false;
    this.#seen.clear();
    this.#view = (this.dataset.view as View | undefined) ?? null;
    this.words = new Words(this, language, "room");
    this.parts = new Parts(this);
    this.clock = new ServerClock(language, this.dataset.zone);
    this.comfort = new ComfortPanel(this, signal);
    const region = this.querySelector<HTMLElement>("[data-voice]") ?? document.createElement("p");
    this.voice = new Voice(region, this.words, () => this.comfort.announce, signal);
    this.drawer = new Drawer("room", this.dataset.session ?? "", this.dataset.you ?? "");
    this.connection = new Connection(
      socketAddress(this.dataset.socket ?? ""),
      {
        held: () => this.held(),
        receive: (frame) => this.receive(frame),
        changed: () => this.#linkChanged(),
        acknowledged: (command, seq) => this.#acknowledged(command, seq),
        refused: (command, refusal) => this.refused(command, refusal),
      },
      (this.constructor as typeof VgRoom).makeSocket,
    );
    this.transcript = new Transcript({
      root: this,
      parts: this.parts,
      words: this.words,
      clock: this.clock,
      hostName: this.dataset.hostName ?? "",
      act: (what, line, control) => this.act(what, line, control),
      handle: (what, id) => this.#handle(what, id),
      unread: (count) => this.panes.count("p-talk", count, this.words.say("unread", { n: count })),
      signal,
    });
    this.panes = new Panes(this, (pane) => this.paneOpened(pane), signal);
    const crew = this.querySelector<HTMLElement>("#p-crew");
    if (crew) this.#crew = new Crew(crew, this.parts, this.words);
    const lobby = this.querySelector<HTMLElement>("[data-view-of=waiting]");
    if (lobby) this.#lobby = new Lobby(lobby, this.parts, this.words, this.clock, (sentence) => this.voice.say(sentence), signal);
    const form = this.querySelector<HTMLFormElement>("form[data-composer]");
    if (form) this.composer = this.#makeComposer(form, signal);
    for (const message of this.drawer.unsent) this.#send(message);
    for (const out of this.querySelectorAll("form[data-sign-out]")) out.addEventListener("submit", forgetAll, { signal });
    for (const back of this.querySelectorAll("[data-read-again]")) back.addEventListener("click", (event) => this.#readAgain(event), { signal });
    document.addEventListener("keydown", (event) => this.#shortcut(event), { signal });
    const tick = setInterval(() => this.tick(), 1_000);
    signal.addEventListener("abort", () => clearInterval(tick));
    this.#linkChanged();
  }

  // What a page with more to show adds to ----------------------------------

  /** What this viewer holds, for `join` and `ping`. */
  protected held(): Record<string, number> {
    return { since: this.state.log.last };
  }

  protected receive(frame: Frame): void {
    if (typeof frame.now === "string") this.clock.hear(frame.now);
    if (frame.type === "gone") {
      this.#gone(Number(frame.code));
      return;
    }
    this.state = reduce(this.state, frame);
    if (frame.type === "typing") this.#expireTyping(String(frame.by), frame.on === true);
    if (frame.type === "pong") this.#lobby?.link(this.connection.state, this.connection.roundTrip);
    if (this.state.log.ahead.length) this.connection.ask();
    this.draw();
  }

  /** Which of the views this viewer is in. */
  protected viewFor(state: RoomState): View {
    if (state.you?.state === "removed") return "gone";
    if (state.closed?.code === "over" || state.session?.phase === "closed") return "closing";
    return state.you?.state === "in" ? "room" : "waiting";
  }

  protected mayWrite(state: RoomState): boolean {
    const phase = state.session?.phase;
    return state.you?.state === "in" && (phase === "live" || phase === "closing") && this.connection.state !== "closed";
  }

  /** A control of a line. */
  protected act(what: string, line: Line, control: HTMLElement): void {
    if (!this.mayWrite(this.state)) return;
    if (what === "reply") {
      this.panes.open("t-talk");
      this.composer?.replyTo(line);
    } else if (what === "react") {
      const mark = control.dataset.mark as Mark;
      if (!MARKS.includes(mark)) return;
      this.connection.keep({ type: "react", id: newId(), to: line.seq, mark, on: !isMine(this.state, line.seq, mark) });
    }
  }

  /** May this message leave now? */
  protected async release(_message: Unsent): Promise<boolean> {
    return true;
  }

  protected refused(command: Command, refusal: Refusal): void {
    if (command.type !== "post") {
      this.voice.say(refusal.message);
      this.#notice(refusal.message);
      return;
    }
    const id = command.id ?? "";
    this.drawer.drop(id);
    const message = this.#unsent.get(id);
    if (message && this.composer?.isEmpty) {
      this.#unsent.delete(id);
      this.composer.restore(unsentOf(message), refusal.message);
    } else if (message) {
      message.state = "refused";
      message.message = refusal.message;
    }
    this.voice.say(refusal.message);
    this.transcript.drawPending(this.#unsent.values());
  }

  protected paneOpened(pane: string): void {
    if (pane === "p-talk") this.transcript.toLatest();
  }

  protected key(key: string): boolean {
    if (key === "r") {
      const line = this.transcript.lastSaid();
      if (!line || !this.composer || !this.mayWrite(this.state)) return false;
      this.act("reply", line, this);
    } else if (key === "m") this.composer?.focus();
    else if (key === "l") this.transcript.toLatest();
    else return false;
    return true;
  }

  protected draw(): void {
    const { state } = this;
    if (!state.you || !state.session) return;
    const fresh = state.log.lines.slice(this.#drawn);
    const first = !this.#begun;
    this.#begun = true;
    this.#drawn = state.log.lines.length;
    for (const line of fresh) this.#recognise(line);
    this.#show(this.viewFor(state));
    this.transcript.draw(state);
    this.transcript.drawPending(this.#unsent.values());
    if (this.changed("crew", state.seats, state.here, state.typing, state.answered, state.current, state.hostHere)) this.#crew?.draw(state);
    if (this.#view === "waiting") this.#lobby?.draw(state);
    this.composer?.update(state.current, state.session.limit, this.mayWrite(state));
    this.#drawTyping();
    this.#drawPhase();
    if (!first) for (const line of fresh) this.#speak(line);
    this.dataset.lastSeq = String(state.log.last);
    this.dataset.phase = state.session.phase;
    this.toggleAttribute("data-read-only", !this.mayWrite(state));
    this.tick();
  }

  /** Has any of these values become another one since this was last asked under this name? */
  protected changed(name: string, ...values: readonly unknown[]): boolean {
    const before = this.#seen.get(name);
    this.#seen.set(name, values);
    return !before || before.length !== values.length || values.some((value, place) => value !== before[place]);
  }

  protected tick(): void {
    const session = this.state.session;
    if (!session || !this.clock.known) return;
    if (this.#view === "waiting") this.#lobby?.tick(this.state);
    const left = this.clock.until(session.ends_at);
    for (const place of slots(this, "remaining")) {
      const text = span(left);
      if (place.textContent !== text) place.textContent = text;
    }
    if (session.phase === "live") {
      for (const minutes of [5, 1]) {
        if (this.#lastLeft !== null && this.#lastLeft > minutes * MINUTE && left <= minutes * MINUTE) {
          this.voice.say(this.words.say("ends-in", { n: minutes }));
        }
      }
      this.#lastLeft = left;
    }
  }

  // ------------------------------------------------------------------------

  #makeComposer(form: HTMLFormElement, signal: AbortSignal): Composer {
    return new Composer({
      form,
      words: this.words,
      drawer: this.drawer,
      send: (message) => void this.#release(message),
      grown: () => this.transcript.keepEnd(),
      typing: (on) => this.mayWrite(this.state) && this.connection.hint({ type: "typing", on }),
      describe: (line) => ({ name: this.transcript.nameOf(line.by), text: this.transcript.excerpt(line) }),
      lineOf: (seq) => this.state.bySeq.get(seq),
      itemOf: (code) => this.state.items.get(code),
      signal,
    });
  }

  async #release(message: Unsent): Promise<void> {
    if (await this.release(message)) {
      this.#send(message);
      this.transcript.toLatest();
    } else {
      this.drawer.drop(message.id);
      this.composer?.restore(message);
      this.connection.hint({ type: "typing", on: false });
    }
  }

  #send(message: Unsent): void {
    this.#unsent.set(message.id, { ...message, item: message.item, to: message.to, state: "waiting" });
    this.connection.keep({ type: "post", ...message });
    this.transcript.drawPending(this.#unsent.values());
  }

  #acknowledged(command: Command, seq: number): void {
    const id = command.id ?? "";
    this.drawer.drop(id);
    if (seq <= this.state.log.last) this.#unsent.delete(id);
    this.transcript.drawPending(this.#unsent.values());
  }

  /** One's own line has come: nothing of it waits any more, even if the acknowledgement was lost. */
  #recognise(line: Line): void {
    if (!line.id || line.by !== myCode(this.state)) return;
    this.connection.settle(line.id);
    this.drawer.drop(line.id);
    this.#unsent.delete(line.id);
  }

  #handle(what: string, id: string): void {
    const message = this.#unsent.get(id);
    if (!message) return;
    if (what === "retry") {
      this.#unsent.delete(id);
      const again = { ...unsentOf(message), id: newId() };
      this.drawer.put(again);
      this.#send(again);
    } else if (what === "edit") {
      if (this.composer && !this.composer.isEmpty) return;
      this.#unsent.delete(id);
      this.composer?.restore(unsentOf(message));
      this.composer?.focus();
    } else if (what === "drop") {
      this.#unsent.delete(id);
    }
    this.transcript.drawPending(this.#unsent.values());
  }

  #linkChanged(): void {
    const { state, pending } = this.connection;
    this.dataset.state = state;
    this.dataset.pending = String(pending);
    for (const place of this.querySelectorAll("[data-link-state]")) choose(place, "data-when", state);
    show(this.querySelector("[data-line-down]"), state === "offline");
    this.#lobby?.link(state, this.connection.roundTrip);
    if (state === "open" && this.#view === "waiting" && this.connection.roundTrip === null) queueMicrotask(() => this.connection.ping());
  }

  #gone(code: number): void {
    const { closed, session, current } = this.state;
    const over = code === OVER || closed?.code === "over" || session?.phase === "closed";
    const reason = closed && REASONS.has(closed.code) ? closed.code : "other";
    fill(this, { "gone-reason": closed?.message || this.words.say(`gone-${reason}`) });
    this.#show(over ? this.viewFor(this.state) : "gone");
    if (session) this.composer?.update(current, session.limit, false);
    this.toggleAttribute("data-read-only", true);
    if (over) this.drawer.empty();
  }

  #show(view: View): void {
    if (view === this.#view) return;
    const before = this.#view;
    // Reading again is a choice of the reader's: the end of the session does not undo it.
    if (before === "room" && view === "closing" && this.hasAttribute("data-reading-again")) return;
    this.toggleAttribute("data-reading-again", before === "closing" && view === "room");
    this.#view = view;
    this.dataset.view = view;
    const held = this.contains(document.activeElement);
    for (const place of this.querySelectorAll<HTMLElement>("[data-view-of]")) show(place, place.dataset.viewOf === view);
    const main = this.querySelector<HTMLElement>(`[data-view-of="${view}"][data-main], [data-view-of="${view}"] [data-main]`);
    this.querySelector("#content")?.removeAttribute("id");
    if (main) main.id = "content";
    document.body.classList.toggle("on-room", view === "room");
    const title = this.words.say(`title-${view}`);
    if (title) document.title = title;
    if (before && before !== view) this.voice.say(this.words.say(`now-${view}`));
    if (held && !isShown(document.activeElement)) main?.focus();
    if (view === "room") requestAnimationFrame(() => this.transcript.toLatest());
  }

  #readAgain(event: Event): void {
    event.preventDefault();
    this.#show("room");
  }

  #drawPhase(): void {
    const { session, thanks, current } = this.state;
    for (const place of this.querySelectorAll<HTMLElement>("[data-while]")) {
      show(place, (place.dataset.while ?? "").split(" ").includes(session?.phase ?? ""));
    }
    for (const place of this.querySelectorAll<HTMLElement>("[data-thanks]")) {
      show(place, Boolean(thanks?.text));
      fill(place, { thanks: thanks?.text ?? "" });
    }
    for (const place of this.querySelectorAll<HTMLElement>("[data-now-asked]")) {
      show(place, current !== null);
      if (current) fill(place, { "asked-number": current.number ?? "", "asked-text": current.text ?? "" });
    }
    for (const place of this.querySelectorAll<HTMLElement>("[data-nothing-asked]")) show(place, current === null);
  }

  #drawTyping(): void {
    const others = [...this.state.typing].filter((code) => code !== myCode(this.state));
    const names = others.map((code) => this.transcript.nameOf(code)).filter(Boolean);
    for (const place of this.querySelectorAll<HTMLElement>("[data-typing]")) {
      show(place.querySelector("[data-someone]"), names.length > 0);
      const who = names.length > SPEAKERS_SHOWN
        ? this.words.say("several-write")
        : this.words.say(names.length > 1 ? "write" : "writes", { who: this.words.list(names) });
      fill(place, { typing: names.length ? who : "" });
    }
  }

  #expireTyping(by: string, on: boolean): void {
    clearTimeout(this.#typingTimers.get(by));
    this.#typingTimers.delete(by);
    if (!on) return;
    this.#typingTimers.set(by, setTimeout(() => {
      this.#typingTimers.delete(by);
      this.state = reduce(this.state, { type: "typing", by, on: false });
      this.draw();
    }, TYPING_LASTS));
  }

  #speak(line: Line): void {
    if (this.#view !== "room") return;
    const mine = line.by === myCode(this.state);
    if (line.kind === "said" && !mine) {
      this.voice.message(this.transcript.nameOf(line.by), line.text ?? "", line.by === HOST);
    } else if (line.kind === "launched" || line.kind === "closing") {
      if (!mine) this.voice.message(this.transcript.nameOf(HOST), shorten(line.text ?? "", 220), true);
    } else if (line.kind === "opened" || line.kind === "closed") {
      this.voice.say(this.words.say(line.kind));
    }
  }

  #shortcut(event: KeyboardEvent): void {
    if (!this.comfort.keys || this.#view !== "room") return;
    const key = singleKey(event);
    if (key && this.key(key)) event.preventDefault();
  }

  #notice(message: string): void {
    const place = this.querySelector<HTMLElement>("[data-refusal]");
    if (!place) return;
    fill(place, { refusal: message });
    show(place, Boolean(message));
    setTimeout(() => show(place, false), 8_000);
  }
}

function unsentOf(message: Pending): Unsent {
  return {
    id: message.id,
    text: message.text,
    ...(message.item ? { item: message.item } : {}),
    ...(message.to ? { to: message.to } : {}),
  };
}
