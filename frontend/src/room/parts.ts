/** Pieces of page that the server wrote: this side clones and fills them, and writes no sentence of its own. */

export type Values = Readonly<Record<string, string | number>>;

/** `<template data-template="name">` inside an element, by name. */
export class Parts {
  readonly #root: ParentNode;

  constructor(root: ParentNode) {
    this.#root = root;
  }

  clone(name: string): HTMLElement {
    const template = this.#root.querySelector<HTMLTemplateElement>(`template[data-template="${name}"]`);
    const first = template?.content.firstElementChild;
    if (!first) throw new Error(`the page has no template ${name}`);
    return document.importNode(first, true) as HTMLElement;
  }
}

/** Sentences: `<template data-words="room">` holds `<p data-word="left" data-form="other">{n} characters left</p>`. */
export class Words {
  readonly #forms = new Map<string, string>();
  readonly #rules: Intl.PluralRules;
  readonly #lists: Intl.ListFormat;
  readonly #numbers: Intl.NumberFormat;

  constructor(root: ParentNode, language: string, set: string) {
    for (const template of root.querySelectorAll<HTMLTemplateElement>(`template[data-words="${set}"]`)) {
      for (const word of template.content.querySelectorAll<HTMLElement>("[data-word]")) {
        const form = word.dataset.form ? `/${word.dataset.form}` : "";
        this.#forms.set(`${word.dataset.word}${form}`, (word.textContent ?? "").trim());
      }
    }
    this.#rules = new Intl.PluralRules(language);
    this.#lists = new Intl.ListFormat(language, { type: "conjunction" });
    this.#numbers = new Intl.NumberFormat(language);
  }

  /** A sentence with its blanks filled; `n` chooses the plural form. */
  say(word: string, values: Values = {}): string {
    const n = values.n;
    const form = typeof n === "number" ? `${word}/${this.#rules.select(n)}` : word;
    const pattern = this.#forms.get(form) ?? this.#forms.get(`${word}/other`) ?? this.#forms.get(word) ?? "";
    return blanks(pattern, { ...values, ...(typeof n === "number" ? { n: this.#numbers.format(n) } : {}) });
  }

  list(names: readonly string[]): string {
    return this.#lists.format(names);
  }
}

function blanks(pattern: string, values: Values): string {
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Text into every `data-slot` of that name. */
export function fill(node: ParentNode, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    for (const slot of slots(node, name)) write(slot, String(value));
  }
}

/** Text as its author broke it into lines. */
function write(slot: HTMLElement, text: string): void {
  if (!text.includes("\n")) {
    if (slot.textContent !== text) slot.textContent = text;
    return;
  }
  slot.replaceChildren(...text.split("\n").flatMap((part, place) => (place ? [document.createElement("br"), part] : [part])));
}

/** Names in spoken labels: `aria-label="Answer {name}"`. The pattern is kept, so that it can be filled again. */
export function label(node: Element, values: Values): void {
  for (const labelled of [node, ...node.querySelectorAll("[aria-label]")]) {
    if (!(labelled instanceof HTMLElement)) continue;
    const pattern = labelled.dataset.label ?? labelled.getAttribute("aria-label");
    if (!pattern?.includes("{")) continue;
    labelled.dataset.label = pattern;
    labelled.setAttribute("aria-label", blanks(pattern, values));
  }
}

export function slots(node: ParentNode, name: string): HTMLElement[] {
  const found = [...node.querySelectorAll<HTMLElement>(`[data-slot="${name}"]`)];
  if (node instanceof HTMLElement && node.dataset.slot === name) found.push(node);
  return found;
}

const flown = new WeakMap<Element, string>();

/** The drawing of a flag, as the server made it, into the `<svg data-slot="flag">` that waits for it. */
export function fly(node: ParentNode, drawing: string): void {
  for (const slot of slots(node, "flag")) {
    if (flown.get(slot) === drawing) continue;
    slot.innerHTML = drawing;
    flown.set(slot, drawing);
  }
}

export function show(node: Element | null | undefined, visible: boolean): void {
  if (node && (node as HTMLElement).hidden === visible) (node as HTMLElement).hidden = !visible;
}

/** Among siblings that say one state each, show the one that is true. */
export function choose(node: ParentNode, attribute: string, value: string): void {
  for (const option of node.querySelectorAll<HTMLElement>(`[${attribute}]`)) {
    show(option, option.getAttribute(attribute) === value);
  }
}

export function must<E extends Element>(root: ParentNode, selector: string): E {
  const found = root.querySelector<E>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}
