import { LiveElement } from "./define";

const KEY = "vigie-theme";
type Choice = "light" | "dark" | "auto";

function kept(): Choice {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto";
  }
}

function keep(choice: Choice): void {
  try {
    if (choice === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage may be refused: the choice lasts as long as the page.
  }
}

function apply(choice: Choice): void {
  const root = document.documentElement;
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  document.dispatchEvent(new CustomEvent("vg-theme"));
}

/**
 * The theme, as one button (`<button>` with two labels, `[data-when=light]` and `[data-when=dark]`) or as radio
 * buttons named `theme` of values light, dark, auto. The choice stays in this browser.
 */
export class VgTheme extends LiveElement {
  protected connected(signal: AbortSignal): void {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = (): boolean => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
    const show = (): void => {
      const now = isDark() ? "dark" : "light";
      for (const label of this.querySelectorAll<HTMLElement>("[data-when]")) label.hidden = label.dataset.when !== now;
      for (const radio of this.querySelectorAll<HTMLInputElement>("input[type=radio]")) radio.checked = radio.value === kept();
    };
    const choose = (choice: Choice): void => {
      keep(choice);
      apply(choice);
    };
    this.querySelector("button")?.addEventListener("click", () => choose(isDark() ? "light" : "dark"), { signal });
    this.addEventListener(
      "change",
      (event) => {
        const value = (event.target as HTMLInputElement).value;
        if (value === "light" || value === "dark" || value === "auto") choose(value);
      },
      { signal },
    );
    document.addEventListener("vg-theme", show, { signal });
    system.addEventListener("change", show, { signal });
    // Another tab of the same reader made a choice.
    window.addEventListener("storage", (event) => event.key === KEY && apply(kept()), { signal });
    show();
  }
}
