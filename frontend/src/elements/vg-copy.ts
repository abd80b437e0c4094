import { LiveElement } from "./define";

/** Copies `data-text`, or the text of the element whose id is `data-from`. The sentence `data-done` is then said. */
export class VgCopy extends LiveElement {
  protected connected(signal: AbortSignal): void {
    this.querySelector("button")?.addEventListener("click", () => void this.#copy(), { signal });
  }

  async #copy(): Promise<void> {
    const source = document.getElementById(this.dataset.from ?? "");
    const text = this.dataset.text ?? (source instanceof HTMLInputElement ? source.value : source?.textContent) ?? "";
    const voice = this.querySelector('[role="status"]');
    try {
      await navigator.clipboard.writeText(text.trim());
      if (voice) voice.textContent = this.dataset.done ?? "";
    } catch {
      // Refused by the browser: the words are chosen, and the reader's own keys copy them.
      if (source) getSelection()?.selectAllChildren(source);
      if (voice) voice.textContent = this.dataset.failed ?? "";
    }
  }
}
