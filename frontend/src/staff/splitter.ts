/** The bar between two panes: thirteen steps, by arrows, by dragging, or by its two buttons. */
const SMALLEST = 20;
const LARGEST = 80;
const STEP = 5;

export class Splitter {
  readonly #side: HTMLElement;
  readonly #bar: HTMLElement;

  constructor(side: HTMLElement, bar: HTMLElement, signal: AbortSignal) {
    this.#side = side;
    this.#bar = bar;
    bar.addEventListener("keydown", (event) => {
      const goal = {
        ArrowUp: this.value - STEP,
        ArrowDown: this.value + STEP,
        Home: SMALLEST,
        End: LARGEST,
      }[event.key];
      if (goal === undefined) return;
      event.preventDefault();
      this.value = goal;
    }, { signal });
    bar.addEventListener("pointerdown", (event) => bar.setPointerCapture(event.pointerId), { signal });
    bar.addEventListener("pointermove", (event) => {
      if (!bar.hasPointerCapture(event.pointerId)) return;
      const box = side.getBoundingClientRect();
      if (box.height) this.value = ((event.clientY - box.top) / box.height) * 100;
    }, { signal });
    for (const button of side.querySelectorAll<HTMLElement>("[data-split-by]")) {
      button.addEventListener("click", () => (this.value += Number(button.dataset.splitBy)), { signal });
    }
  }

  get value(): number {
    return Number(this.#bar.getAttribute("aria-valuenow"));
  }

  set value(wanted: number) {
    const step = Math.min(LARGEST, Math.max(SMALLEST, Math.round(wanted / STEP) * STEP));
    this.#side.dataset.split = String(step);
    this.#bar.setAttribute("aria-valuenow", String(step));
    this.#bar.setAttribute("aria-valuetext", (this.#bar.dataset.say ?? "{n}").replace("{n}", String(step)));
  }
}
