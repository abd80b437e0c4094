import { LiveElement } from "./define";

/** 402 → "6:42", 3725 → "1:02:05". Never under zero. */
export function clockFace(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const [hours, minutes, rest] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/**
 * Time left until `data-until`. `data-now` is the server's clock when it wrote the page: a wrong clock on the
 * reader's side changes nothing. The `<time>` inside ticks in silence; the `[role=status]` inside speaks three
 * times, with the sentences of `data-say-300`, `data-say-60` and `data-say-0`.
 */
export class VgCountdown extends LiveElement {
  #late = 0;
  #spoken = Number.POSITIVE_INFINITY;

  protected connected(signal: AbortSignal): void {
    const now = Date.parse(this.dataset.now ?? "");
    this.#late = Number.isNaN(now) ? 0 : now - Date.now();
    // What is already past when the page opens has been read on the page: it is not said again.
    this.#spoken = this.seconds;
    const timer = setInterval(() => this.#tick(), 250);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", () => this.#tick(), { signal });
    this.#tick();
  }

  get seconds(): number {
    return (Date.parse(this.dataset.until ?? "") - Date.now() - this.#late) / 1000;
  }

  #tick(): void {
    const left = this.seconds;
    if (Number.isNaN(left)) return;
    const face = this.querySelector("time");
    const text = clockFace(left);
    if (face && face.textContent !== text) {
      face.textContent = text;
      face.setAttribute("datetime", `PT${Math.max(0, Math.ceil(left))}S`);
    }
    for (const mark of [0, 60, 300]) {
      if (left <= mark && this.#spoken > mark) {
        this.#spoken = left;
        const voice = this.querySelector('[role="status"]');
        if (voice) voice.textContent = this.getAttribute(`data-say-${mark}`) ?? "";
        if (mark === 0) this.dispatchEvent(new CustomEvent("vg-countdown-end", { bubbles: true }));
        break;
      }
    }
  }
}
