import { LiveElement } from "./define";

/**
 * The dials of a theme. Each input paints the previews at once; a moment later the page is asked again with these
 * dials and its verdicts take the place of the old ones, so that contrast is measured in one place alone.
 */
export class VgDials extends LiveElement {
  #asked: AbortController | undefined;
  #later = 0;

  protected connected(signal: AbortSignal): void {
    this.addEventListener("input", (event) => this.#turn(event.target), { signal });
    signal.addEventListener("abort", () => {
      clearTimeout(this.#later);
      this.#asked?.abort();
    });
  }

  #turn(dial: EventTarget | null): void {
    if (!(dial instanceof HTMLInputElement) || !dial.dataset.variable) return;
    const output = dial.closest(".dial")?.querySelector("output");
    if (output) output.value = dial.value;
    const value = String(Number(dial.value) / Number(dial.dataset.over ?? 1));
    for (const one of this.querySelectorAll<HTMLElement>('[data-community="preview"]'))
      one.style.setProperty(dial.dataset.variable, value);
    clearTimeout(this.#later);
    this.#later = window.setTimeout(() => void this.#measure(), 250);
  }

  async #measure(): Promise<void> {
    const form = this.querySelector("form");
    if (!form) return;
    this.#asked?.abort();
    this.#asked = new AbortController();
    const dials = new URLSearchParams();
    for (const dial of form.querySelectorAll<HTMLInputElement>("input[data-variable]")) dials.set(dial.name, dial.value);
    try {
      const answer = await fetch(`${form.action}?${dials}`, { signal: this.#asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-verdicts]");
      if (!answer.ok || !fresh) return;
      const old = this.querySelector("[data-verdicts]");
      const opened = old?.querySelector("details")?.open ?? false;
      const kept = this.querySelector<HTMLElement>('[data-community="preview"]')?.style.cssText ?? "";
      for (const one of fresh.querySelectorAll<HTMLElement>('[data-community="preview"]')) one.style.cssText = kept;
      const details = fresh.querySelector("details");
      if (details) details.open = opened;
      old?.replaceWith(fresh);
    } catch {
      // Cut, or asked again since: the old verdicts stay until the next answer, and keeping a theme measures it anyway.
    }
  }
}
