/**
 * `<vg-backroom>`: the confidential block between moderator and client, on its own socket. It is told what a line of
 * the room says, so that it can quote it; nothing goes the other way.
 *
 * What tests may rely on: `data-state`, `data-last-seq`, `data-pending`, `data-unread`; `li.bk[data-seq][data-by][data-kind]`.
 */
import { ServerClock } from "../room/clock";
import { readComfort } from "../room/memory";
import { newId, type SocketMaker } from "../room/connection";
import type { Command, Frame } from "../room/frames";
import { Drawer, type Unsent } from "../room/memory";
import { choose, fill, Parts, show, slots, Words } from "../room/parts";
import { isShown } from "../room/panes";
import { Voice } from "../room/voice";
import { BackComposer, type Quoted } from "./back-composer";
import { BackConnection } from "./back-connection";
import { type BackState, EMPTY_BACK, type Kind, reduceBack, type Remark } from "./back-store";

const NEAR_END = 60;
const TYPING_LASTS = 12_000;

interface Waiting extends Unsent {
  reason?: string;
}

export class VgBackroom extends HTMLElement {
  static makeSocket: SocketMaker | undefined;

  /** What a line of the room says, by its number. */
  lookUp: (seq: number) => Quoted | null = () => null;
  #state: BackState = EMPTY_BACK;
  #life: AbortController | null = null;
  #words!: Words;
  #parts!: Parts;
  #clock!: ServerClock;
  #voice!: Voice;
  #connection!: BackConnection;
  #composer: BackComposer | null = null;
  #drawer!: Drawer;
  #drawn = 0;
  #begun = false;
  #unread = 0;
  #unsent = new Map<string, Waiting>();
  #typingTimers = new Map<string, ReturnType<typeof setTimeout>>();

  connectedCallback(): void {
    if (this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const language = document.documentElement.lang || "en";
    this.#state = EMPTY_BACK;
    this.#drawn = 0;
    this.#begun = false;
    this.#words = new Words(this, language, "back");
    this.#parts = new Parts(this);
    this.#clock = new ServerClock(language, this.dataset.zone);
    const region = this.querySelector<HTMLElement>("[data-back-voice]") ?? document.createElement("p");
    this.#voice = new Voice(region, this.#words, () => readComfort().announce, signal);
    this.#drawer = new Drawer("back", this.dataset.session ?? "", this.dataset.you ?? "");
    this.#connection = new BackConnection(
      this.dataset.socket ?? "",
      {
        held: () => ({ since: this.#state.log.last }),
        receive: (frame) => this.#receive(frame),
        changed: () => this.#linkChanged(),
        acknowledged: (command, seq) => this.#settled(command, seq),
        refused: (command, refusal) => this.#refused(command, refusal.message),
      },
      (this.constructor as typeof VgBackroom).makeSocket,
    );
    const form = this.querySelector<HTMLFormElement>("form[data-back-composer]");
    if (form) {
      this.#composer = new BackComposer({
        form,
        words: this.#words,
        drawer: this.#drawer,
        limit: Number(this.dataset.limit) || 2000,
        send: (message) => this.#send(message),
        typing: (on) => this.#connection.hint({ type: "typing", on }),
        lookUp: (seq) => this.lookUp(seq),
        signal,
      });
    }
    this.#scroller?.addEventListener("scroll", () => this.#seen(), { signal, passive: true });
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    for (const message of this.#drawer.unsent) this.#send(message);
    this.#connection.open(signal);
    this.#linkChanged();
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
    for (const timer of this.#typingTimers.values()) clearTimeout(timer);
    this.#typingTimers.clear();
  }

  /** Recent words of the block, so that the room's box can notice a paste in the wrong place. */
  get recent(): string[] {
    return this.#state.log.lines.slice(-30).map((remark) => remark.text);
  }

  quote(seq: number): void {
    this.#composer?.quote(seq);
  }

  /** The room has learnt lines that remarks may quote. */
  lookAgain(): void {
    for (const item of this.querySelectorAll<HTMLElement>("[data-quotes]")) this.#quote(item, Number(item.dataset.quotes));
  }

  /** The pane was opened: what it shows is read. */
  opened(): void {
    this.#toEnd();
    this.#seen();
  }

  get #scroller(): HTMLElement | null {
    return this.querySelector("[data-back-scroller]");
  }

  #receive(frame: Frame): void {
    if (typeof frame.now === "string") this.#clock.hear(frame.now);
    if (frame.type === "gone") {
      const over = this.#state.closed?.code === "over" || frame.code === 4410;
      fill(this, { "back-gone-reason": this.#state.closed?.message || this.#words.say(over ? "gone-over" : "gone-other") });
      show(this.querySelector("[data-back-gone]"), true);
      this.#composer?.shut();
      return;
    }
    this.#state = reduceBack(this.#state, frame);
    if (frame.type === "typing") this.#expireTyping(String(frame.by), frame.on === true);
    if (this.#state.log.ahead.length) this.#connection.ask();
    this.#draw();
  }

  #draw(): void {
    const { log } = this.#state;
    const list = this.querySelector("[data-remarks]");
    if (!list || !this.#state.you) return;
    const following = this.#follows();
    const first = !this.#begun;
    if (first) list.replaceChildren();
    this.#begun = true;
    const fresh = log.lines.slice(this.#drawn);
    this.#drawn = log.lines.length;
    for (const remark of fresh) {
      if (remark.id && remark.by === this.#state.you) this.#recognise(remark.id);
      list.append(this.#item(remark));
      if (!first && remark.by !== this.#state.you) {
        this.#voice.message(this.#name(remark.by), remark.text, false);
        if (!following) this.#unread += 1;
      }
    }
    this.#drawUnsent();
    this.#drawPeople();
    this.#drawTyping();
    this.dataset.lastSeq = String(log.last);
    if (fresh.length && (following || first)) this.#toEnd();
    this.#tellUnread();
  }

  #item(remark: Remark): HTMLElement {
    const item = this.#parts.clone("remark");
    item.dataset.seq = String(remark.seq);
    item.dataset.by = remark.by;
    item.dataset.kind = remark.kind;
    this.#fillRemark(item, remark.by, remark.kind, remark.text, remark.quote);
    fill(item, { time: this.#clock.time(remark.at) });
    for (const time of item.querySelectorAll("time")) time.dateTime = remark.at;
    return item;
  }

  #fillRemark(item: HTMLElement, by: string, kind: Kind | undefined, text: string, quote: number | undefined): void {
    const mine = by === this.#state.you;
    const name = this.#name(by);
    fill(item, { name: mine ? this.#words.say("you", { name }) : name, title: this.#state.people.get(by)?.title ?? "", text });
    choose(item, "data-kind-of", kind ?? "remark");
    if (quote) {
      item.dataset.quotes = String(quote);
      this.#quote(item, quote);
    }
  }

  #quote(item: HTMLElement, seq: number): void {
    const quoted = this.lookUp(seq);
    const place = item.querySelector<HTMLElement>("[data-quote]");
    show(place, quoted !== null);
    if (place && quoted) fill(place, { "quote-name": quoted.name, "quote-text": quoted.text });
  }

  #name(code: string): string {
    return this.#state.people.get(code)?.name ?? "";
  }

  #drawPeople(): void {
    const { people, here, you } = this.#state;
    const others = [...here].filter((code) => code !== you).map((code) => this.#name(code)).filter(Boolean);
    for (const place of slots(this, "present")) {
      place.textContent = others.length
        ? this.#words.say(others.length > 1 ? "are-here" : "is-here", { who: this.#words.list(others) })
        : this.#words.say("nobody-here");
    }
    this.dataset.here = String(others.length);
    this.dataset.people = String(people.size);
  }

  #drawTyping(): void {
    const names = [...this.#state.typing].filter((code) => code !== this.#state.you).map((code) => this.#name(code)).filter(Boolean);
    for (const place of this.querySelectorAll<HTMLElement>("[data-back-typing]")) {
      show(place, names.length > 0);
      fill(place, { typing: names.length ? this.#words.say(names.length > 1 ? "write" : "writes", { who: this.#words.list(names) }) : "" });
    }
  }

  #expireTyping(by: string, on: boolean): void {
    clearTimeout(this.#typingTimers.get(by));
    if (!on) return;
    this.#typingTimers.set(by, setTimeout(() => {
      this.#state = reduceBack(this.#state, { type: "typing", by, on: false });
      this.#drawTyping();
    }, TYPING_LASTS));
  }

  // Words not sent yet ------------------------------------------------------

  #send(message: Unsent): void {
    this.#unsent.set(message.id, message);
    this.#connection.keep({
      type: "post",
      id: message.id,
      kind: message.kind ?? "remark",
      text: message.text,
      quote: message.to ?? 0,
    });
    this.#drawUnsent();
    this.#toEnd();
  }

  #settled(command: Command, seq: number): void {
    const id = command.id ?? "";
    this.#drawer.drop(id);
    if (seq <= this.#state.log.last) this.#unsent.delete(id);
    this.#drawUnsent();
  }

  #recognise(id: string): void {
    this.#connection.settle(id);
    this.#drawer.drop(id);
    this.#unsent.delete(id);
  }

  #refused(command: Command, reason: string): void {
    const message = this.#unsent.get(command.id ?? "");
    if (!message) return;
    this.#drawer.drop(message.id);
    if (this.#composer?.isEmpty) {
      this.#unsent.delete(message.id);
      this.#composer.restore(message, reason);
    } else {
      message.reason = reason;
    }
    this.#voice.say(reason);
    this.#drawUnsent();
  }

  #drawUnsent(): void {
    const list = this.querySelector("[data-back-unsent]");
    if (!list) return;
    list.replaceChildren(
      ...[...this.#unsent.values()].map((message) => {
        const item = this.#parts.clone("unsent-remark");
        item.dataset.id = message.id;
        item.dataset.pending = message.reason ? "refused" : "waiting";
        this.#fillRemark(item, this.#state.you, message.kind as Kind | undefined, message.text, message.to);
        fill(item, { reason: message.reason ?? "" });
        choose(item, "data-when", message.reason ? "refused" : "waiting");
        return item;
      }),
    );
  }

  #clicked(event: MouseEvent): void {
    const control = (event.target as HTMLElement).closest<HTMLElement>("[data-handle]");
    const message = this.#unsent.get(control?.closest<HTMLElement>("[data-id]")?.dataset.id ?? "");
    if (!control || !message) return;
    if (control.dataset.handle === "edit" && this.#composer && !this.#composer.isEmpty) return;
    this.#unsent.delete(message.id);
    const { reason: _reason, ...again } = message;
    if (control.dataset.handle === "retry") {
      const fresh = { ...again, id: newId() };
      this.#drawer.put(fresh);
      this.#send(fresh);
    } else if (control.dataset.handle === "edit") {
      this.#composer?.restore(again, "");
    }
    this.#drawUnsent();
  }

  // Reading place -----------------------------------------------------------

  #follows(): boolean {
    const scroller = this.#scroller;
    if (!scroller || !isShown(scroller)) return false;
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
  }

  #toEnd(): void {
    const scroller = this.#scroller;
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
  }

  #seen(): void {
    if (!this.#follows()) return;
    this.#unread = 0;
    this.#tellUnread();
  }

  #tellUnread(): void {
    if (this.dataset.unread === String(this.#unread)) return;
    this.dataset.unread = String(this.#unread);
    for (const place of slots(this, "back-unread")) {
      place.textContent = this.#unread ? String(this.#unread) : "";
      show(place, this.#unread > 0);
    }
    const spoken = this.#words.say("unread", { n: this.#unread });
    this.dispatchEvent(new CustomEvent("vg-unread", { detail: { count: this.#unread, spoken }, bubbles: true }));
  }

  #linkChanged(): void {
    const { state, pending } = this.#connection;
    this.dataset.state = state;
    this.dataset.pending = String(pending);
    show(this.querySelector("[data-back-down]"), state === "offline");
  }
}
