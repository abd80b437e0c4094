/** Panes of the room: side by side where there is space, tabs where there is none. */
export class Panes {
  readonly #tabs: HTMLElement[];
  readonly #root: HTMLElement;
  readonly #opened: (pane: string) => void;

  constructor(root: HTMLElement, opened: (pane: string) => void, signal: AbortSignal) {
    this.#root = root;
    this.#opened = opened;
    this.#tabs = [...root.querySelectorAll<HTMLElement>("[role=tab]")];
    this.#tabs.forEach((tab, place) => {
      tab.addEventListener("click", () => this.open(tab.id), { signal });
      tab.addEventListener("keydown", (event) => {
        const goal = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: this.#tabs.length - 1 }[event.key];
        if (goal === undefined) return;
        event.preventDefault();
        const next = this.#tabs.at(goal % this.#tabs.length);
        if (next) this.open(next.id, true);
      }, { signal });
    });
  }

  open(id: string, focus = false): void {
    for (const tab of this.#tabs) {
      const chosen = tab.id === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      const pane = this.#root.querySelector(`#${tab.getAttribute("aria-controls")}`);
      pane?.toggleAttribute("data-open", chosen);
      if (chosen && focus) tab.focus();
      if (chosen && pane) this.#opened(pane.id);
    }
  }

  /** What waits unread in a pane; nothing is shown for none. */
  count(pane: string, n: number, spoken: string): void {
    const tab = this.#tabs.find((candidate) => candidate.getAttribute("aria-controls") === pane);
    const badge = tab?.querySelector<HTMLElement>("[data-count]");
    if (!badge) return;
    badge.hidden = n === 0;
    const number = badge.querySelector<HTMLElement>("[data-slot=n]") ?? badge;
    number.textContent = n ? String(n) : "";
    const words = tab?.querySelector<HTMLElement>("[data-slot=spoken]");
    if (words) words.textContent = n ? spoken : "";
  }
}

export function isShown(pane: Element | null): boolean {
  return !document.hidden && pane !== null && pane.getClientRects().length > 0;
}
