/** The box of the room: which question is being answered, whom one replies to, what is left of the limit. */
import { newId } from "./connection";
import type { Line } from "./frames";
import type { Drawer, Unsent } from "./memory";
import { fill, must, show, type Words } from "./parts";

const NEAR_LIMIT = 200;
const TYPING_AGAIN = 4_000;

export interface ComposerOptions {
  readonly form: HTMLFormElement;
  readonly words: Words;
  readonly drawer: Drawer;
  send(message: Unsent): void;
  typing(on: boolean): void;
  /** The box may have become taller or smaller. */
  grown(): void;
  /** For the line that shows who is replied to. */
  describe(line: Line): { name: string; text: string };
  lineOf(seq: number): Line | undefined;
  itemOf(code: string): Line | undefined;
  signal: AbortSignal;
}

export class Composer {
  readonly #options: ComposerOptions;
  readonly #box: HTMLTextAreaElement;
  #limit = 2000;
  #current: Line | null = null;
  /** The question that was current when typing began. */
  #item: string | undefined;
  #to: number | undefined;
  #typedAt = 0;
  #typing = false;
  #still: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ComposerOptions) {
    const { form, signal } = options;
    this.#options = options;
    this.#box = must(form, "textarea");
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#box.addEventListener("input", () => this.#changed(), { signal });
    this.#box.addEventListener("keydown", (event) => this.#key(event), { signal });
    form.querySelector("[data-cancel-reply]")?.addEventListener("click", () => this.replyTo(null), { signal });
    form.querySelector("[data-take-current]")?.addEventListener("click", () => this.#takeCurrent(), { signal });
    const draft = options.drawer.draft;
    if (draft && !this.#box.value) {
      this.#box.value = draft.text;
      this.#item = draft.item;
      this.#to = draft.to;
    }
    this.#draw();
  }

  get isEmpty(): boolean {
    return !this.#box.value.trim();
  }

  /** Where this box now stands: the question, the limit, and whether one may write. */
  update(current: Line | null, limit: number, open: boolean): void {
    this.#current = current;
    this.#limit = limit;
    this.#options.form.toggleAttribute("data-shut", !open);
    for (const control of this.#options.form.querySelectorAll<HTMLButtonElement>("button[type=submit]")) control.disabled = !open;
    this.#draw();
  }

  replyTo(line: Line | null): void {
    this.#to = line?.seq;
    if (line) {
      this.error("");
      this.#box.focus();
    }
    this.#keepDraft();
    this.#draw();
    this.#options.grown();
  }

  /** The words come back to their author, with what they answered. */
  restore(message: Unsent, reason = ""): void {
    this.#box.value = message.text;
    this.#item = message.item;
    this.#to = message.to;
    this.#keepDraft();
    this.#draw();
    this.error(reason);
  }

  error(reason: string): void {
    const place = this.#options.form.querySelector<HTMLElement>("[data-error]");
    if (place) fill(place, { error: reason });
    show(place, Boolean(reason));
    if (reason) this.#box.setAttribute("aria-invalid", "true");
    else this.#box.removeAttribute("aria-invalid");
  }

  focus(): void {
    this.#box.focus();
  }

  get #left(): number {
    return this.#limit - [...this.#box.value.trim()].length;
  }

  #changed(): void {
    if (!this.#box.value) this.#item = undefined;
    else this.#item ??= this.#current?.item;
    this.error("");
    this.#keepDraft();
    this.#draw();
    this.#options.grown();
    this.#say(Boolean(this.#box.value.trim()));
  }

  #say(on: boolean): void {
    clearTimeout(this.#still);
    if (on) this.#still = setTimeout(() => this.#say(false), 2 * TYPING_AGAIN);
    if (on === this.#typing && (!on || Date.now() - this.#typedAt < TYPING_AGAIN)) return;
    this.#typing = on;
    this.#typedAt = Date.now();
    this.#options.typing(on);
  }

  #takeCurrent(): void {
    this.#item = this.#current?.item;
    this.#keepDraft();
    this.#draw();
    this.#box.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#to) this.replyTo(null);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#options.form.requestSubmit();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const text = this.#box.value.trim();
    if (!text || this.#left < 0 || this.#options.form.hasAttribute("data-shut")) return;
    const message: Unsent = {
      id: newId(),
      text,
      ...((this.#item ?? this.#current?.item) ? { item: this.#item ?? this.#current?.item ?? "" } : {}),
      ...(this.#to ? { to: this.#to } : {}),
    };
    this.#box.value = "";
    this.#item = this.#to = undefined;
    this.#options.drawer.put(message);
    this.#keepDraft();
    this.#draw();
    clearTimeout(this.#still);
    this.#typing = false;
    this.#options.send(message);
  }

  #keepDraft(): void {
    const text = this.#box.value;
    this.#options.drawer.draft = text
      ? { text, ...(this.#item ? { item: this.#item } : {}), ...(this.#to ? { to: this.#to } : {}) }
      : null;
  }

  #draw(): void {
    const { form, words, lineOf, itemOf, describe } = this.#options;
    const answered = this.#item ? itemOf(this.#item) : this.#current;
    const answering = form.querySelector<HTMLElement>("[data-answering]");
    show(answering, Boolean(answered?.number) && !this.#to);
    if (answering && answered?.number) fill(answering, { number: answered.number });
    const moved = Boolean(this.#item && this.#current && this.#item !== this.#current.item);
    const take = form.querySelector<HTMLElement>("[data-take-current]");
    show(take, moved);
    if (take && moved) fill(take, { "current-number": this.#current?.number ?? "" });

    const quoted = this.#to ? lineOf(this.#to) : undefined;
    const replying = form.querySelector<HTMLElement>("[data-replying]");
    show(replying, quoted !== undefined);
    if (replying && quoted) {
      const { name, text } = describe(quoted);
      fill(replying, { "reply-name": name, "reply-text": text });
    }

    const left = this.#left;
    const counter = form.querySelector<HTMLElement>("[data-counter]");
    show(counter, left <= NEAR_LIMIT);
    if (counter && left <= NEAR_LIMIT) {
      fill(counter, { counter: left < 0 ? words.say("too-many", { n: -left }) : words.say("left", { n: left }) });
      counter.toggleAttribute("data-over", left < 0);
    }
    form.toggleAttribute("data-empty", !this.#box.value.trim());
  }
}
