/** How one likes to follow: what is announced, whether single keys act. Kept on this device. */
import { type Announce, type Comfort, readComfort, writeComfort } from "./memory";

export class ComfortPanel {
  #comfort: Comfort = readComfort();

  constructor(root: ParentNode, signal: AbortSignal) {
    const dialog = root.querySelector<HTMLDialogElement>("dialog[data-comfort]");
    if (!dialog) return;
    for (const input of dialog.querySelectorAll<HTMLInputElement>("input[name=announce]")) {
      input.checked = input.value === this.#comfort.announce;
    }
    const keys = dialog.querySelector<HTMLInputElement>("input[name=keys]");
    if (keys) keys.checked = this.#comfort.keys;
    dialog.addEventListener("change", () => {
      const announce = dialog.querySelector<HTMLInputElement>("input[name=announce]:checked")?.value as Announce | undefined;
      this.#comfort = { announce: announce ?? this.#comfort.announce, keys: keys?.checked ?? this.#comfort.keys };
      writeComfort(this.#comfort);
    }, { signal });
  }

  get announce(): Announce {
    return this.#comfort.announce;
  }

  get keys(): boolean {
    return this.#comfort.keys;
  }
}

/** A single key pressed outside any field, without a modifier: what it is, in lower case. */
export function singleKey(event: KeyboardEvent): string | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return null;
  const target = event.target as HTMLElement | null;
  if (target?.closest("input, textarea, select, [contenteditable], dialog[open]")) return null;
  return event.key.toLowerCase();
}
