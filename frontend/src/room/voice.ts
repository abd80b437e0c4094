/** The spoken side of the room: one short sentence a message in a polite region, apart from the transcript. */
import type { Announce } from "./memory";
import type { Words } from "./parts";

const COUNT_EVERY = 20_000;
const KEPT_FOR = 15_000;
const LONGEST = 220;

export class Voice {
  readonly #region: HTMLElement;
  readonly #words: Words;
  readonly #mode: () => Announce;
  #unsaid = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(region: HTMLElement, words: Words, mode: () => Announce, signal: AbortSignal) {
    this.#region = region;
    this.#words = words;
    this.#mode = mode;
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** Something about the room itself: said whatever the setting. */
  say(sentence: string): void {
    if (!sentence) return;
    const said = document.createElement("span");
    said.textContent = `${sentence} `;
    this.#region.append(said);
    setTimeout(() => said.remove(), KEPT_FOR);
  }

  message(name: string, text: string, fromHost: boolean): void {
    const mode = this.#mode();
    if (mode === "all" || (mode === "host" && fromHost)) {
      this.say(this.#words.say("said-by", { name, text: shorten(text, LONGEST) }));
    } else if (mode === "count") {
      this.#unsaid += 1;
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.say(this.#words.say("unread", { n: this.#unsaid }));
        this.#unsaid = 0;
      }, COUNT_EVERY);
    }
  }
}

/** At most so many characters, cut at a space where there is one. */
export function shorten(text: string, longest: number): string {
  const flat = text.replace(/\s+/g, " ").trim();
  if (flat.length <= longest) return flat;
  const cut = flat.slice(0, longest);
  const space = cut.lastIndexOf(" ");
  return `${space > longest / 2 ? cut.slice(0, space) : cut}…`;
}
