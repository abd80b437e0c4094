/** Registers an element once: the same module may be loaded by two entries. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}

/** An element whose listeners all stop when it leaves the page. */
export abstract class LiveElement extends HTMLElement {
  #life: AbortController | undefined;

  connectedCallback(): void {
    this.#life = new AbortController();
    this.connected(this.#life.signal);
  }

  disconnectedCallback(): void {
    this.#life?.abort();
  }

  protected abstract connected(signal: AbortSignal): void;
}
