import { LiveElement } from "./define";

/** A tab list: one tab in the tab order, arrows, Home and End move and open. Panes carry `data-open`. */
export class VgTabs extends LiveElement {
  protected connected(signal: AbortSignal): void {
    this.addEventListener(
      "click",
      (event) => {
        const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
        if (tab && this.contains(tab)) this.open(tab);
      },
      { signal },
    );
    this.addEventListener(
      "keydown",
      (event) => {
        const tabs = this.tabs;
        const at = tabs.indexOf(event.target as HTMLElement);
        const goal = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (at < 0 || goal === undefined) return;
        event.preventDefault();
        const tab = tabs[(goal + tabs.length) % tabs.length];
        if (!tab) return;
        this.open(tab);
        tab.focus();
      },
      { signal },
    );
    const first = this.tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? this.tabs[0];
    if (first) this.open(first);
  }

  get tabs(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role="tab"]')];
  }

  /** Opens one pane and closes the others. Tells it with a `vg-tab` event that bubbles. */
  open(tab: HTMLElement): void {
    for (const other of this.tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls") ?? "")?.toggleAttribute("data-open", chosen);
    }
    this.dispatchEvent(new CustomEvent("vg-tab", { bubbles: true, detail: tab.getAttribute("aria-controls") }));
  }
}
