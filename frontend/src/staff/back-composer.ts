/** The box of the confidential block. It is given the block's own way to send, and knows no other. */
import { newId } from "../room/connection";
import type { Drawer, Unsent } from "../room/memory";
import { fill, must, show, type Words } from "../room/parts";
import { type Kind, KINDS } from "./back-store";

export interface Quoted {
  readonly seq: number;
  readonly name: string;
  readonly text: string;
}

export interface BackComposerOptions {
  readonly form: HTMLFormElement;
  readonly words: Words;
  readonly drawer: Drawer;
  readonly limit: number;
  send(message: Unsent): void;
  typing(on: boolean): void;
  lookUp(seq: number): Quoted | null;
  signal: AbortSignal;
}

const TYPING_AGAIN = 4_000;

export class BackComposer {
  readonly #options: BackComposerOptions;
  readonly #box: HTMLTextAreaElement;
  #quoted: number | undefined;
  #typedAt = 0;

  constructor(options: BackComposerOptions) {
    const { form, drawer, signal } = options;
    this.#options = options;
    this.#box = must(form, "textarea");
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    form.addEventListener("change", () => this.#keepDraft(), { signal });
    this.#box.addEventListener("input", () => this.#changed(), { signal });
    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    }, { signal });
    form.querySelector("[data-cancel-quote]")?.addEventListener("click", () => this.quote(null), { signal });
    const draft = drawer.draft;
    if (draft && !this.#box.value) {
      this.#box.value = draft.text;
      this.#quoted = draft.to;
      this.#choose(draft.kind);
    }
    this.draw();
  }

  get isEmpty(): boolean {
    return !this.#box.value.trim();
  }

  quote(seq: number | null): void {
    this.#quoted = seq ?? undefined;
    this.#keepDraft();
    this.draw();
    if (seq) this.#box.focus();
  }

  restore(message: Unsent, reason: string): void {
    this.#box.value = message.text;
    this.#quoted = message.to;
    this.#choose(message.kind);
    this.#keepDraft();
    this.draw();
    this.#error(reason);
  }

  shut(): void {
    for (const button of this.#options.form.querySelectorAll<HTMLButtonElement>("button[type=submit]")) button.disabled = true;
  }

  draw(): void {
    const { form, lookUp, words, limit } = this.#options;
    const place = form.querySelector<HTMLElement>("[data-quoting]");
    const quoted = this.#quoted ? lookUp(this.#quoted) : null;
    show(place, this.#quoted !== undefined);
    if (place && quoted) fill(place, { "quote-name": quoted.name, "quote-text": quoted.text });
    const left = limit - [...this.#box.value.trim()].length;
    const counter = form.querySelector<HTMLElement>("[data-counter]");
    show(counter, left <= 200);
    if (counter) fill(counter, { counter: left < 0 ? words.say("too-many", { n: -left }) : words.say("left", { n: left }) });
  }

  get #kind(): Kind {
    const chosen = this.#options.form.querySelector<HTMLInputElement>("input[name=kind]:checked")?.value as Kind;
    return KINDS.includes(chosen) ? chosen : "remark";
  }

  #choose(kind: string | undefined): void {
    for (const input of this.#options.form.querySelectorAll<HTMLInputElement>("input[name=kind]")) {
      if (input.value === kind) input.checked = true;
    }
  }

  #changed(): void {
    this.#error("");
    this.#keepDraft();
    this.draw();
    if (this.isEmpty || Date.now() - this.#typedAt < TYPING_AGAIN) return;
    this.#typedAt = Date.now();
    this.#options.typing(true);
  }

  #error(reason: string): void {
    const place = this.#options.form.querySelector<HTMLElement>("[data-error]");
    if (place) fill(place, { error: reason });
    show(place, Boolean(reason));
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const text = this.#box.value.trim();
    if (!text || [...text].length > this.#options.limit) return;
    const message: Unsent = { id: newId(), text, kind: this.#kind, ...(this.#quoted ? { to: this.#quoted } : {}) };
    this.#box.value = "";
    this.#quoted = undefined;
    this.#typedAt = 0;
    this.#options.drawer.put(message);
    this.#keepDraft();
    this.draw();
    this.#options.send(message);
  }

  #keepDraft(): void {
    const text = this.#box.value;
    this.#options.drawer.draft = text
      ? { text, kind: this.#kind, ...(this.#quoted ? { to: this.#quoted } : {}) }
      : null;
  }
}
