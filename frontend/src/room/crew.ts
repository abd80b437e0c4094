/** Who is aboard: flag, alias, and one state each. */
import type { SeatView } from "./frames";
import { choose, fill, fly, label, type Parts, show, slots, type Words } from "./parts";
import type { RoomState } from "./store";

export type Presence = "here" | "away" | "writing" | "answered";

export function presenceOf(state: RoomState, code: string): Presence {
  if (!state.here.has(code)) return "away";
  if (state.typing.has(code)) return "writing";
  const item = state.current?.item;
  if (item && state.answered.get(item)?.has(code)) return "answered";
  return "here";
}

/** Keeps one `<li data-code>` per seat, in the seats' order, without redrawing those who have not moved. */
export function drawPeople(
  list: Element,
  seats: readonly SeatView[],
  make: () => HTMLElement,
  draw: (item: HTMLElement, seat: SeatView) => void,
): void {
  const kept = new Map<string, HTMLElement>();
  for (const item of [...list.children] as HTMLElement[]) {
    const code = item.dataset.code;
    if (code && seats.some((seat) => seat.code === code)) kept.set(code, item);
    else if (!item.hasAttribute("data-waiting")) item.remove();
  }
  let before: Element | null = null;
  for (const seat of seats) {
    let item = kept.get(seat.code);
    if (!item) {
      item = make();
      item.dataset.code = seat.code;
    }
    const place: Element | null = before ? before.nextElementSibling : list.firstElementChild;
    if (place !== item) list.insertBefore(item, place);
    draw(item, seat);
    before = item;
  }
}

export class Crew {
  readonly #root: HTMLElement;
  readonly #list: HTMLElement | null;
  readonly #parts: Parts;
  readonly #words: Words;

  constructor(root: HTMLElement, parts: Parts, words: Words) {
    this.#root = root;
    this.#list = root.querySelector<HTMLElement>("[data-people]");
    this.#parts = parts;
    this.#words = words;
  }

  draw(state: RoomState): void {
    const aboard = [...state.seats.values()].filter((seat) => seat.state === "in");
    for (const place of slots(this.#root, "aboard")) place.textContent = this.#words.say("aboard", { n: aboard.length });
    const host = this.#root.querySelector<HTMLElement>("[data-host]");
    if (host) choose(host, "data-when", state.hostHere ? "here" : "away");
    if (!this.#list) return;
    drawPeople(
      this.#list,
      aboard,
      () => this.#parts.clone("person"),
      (item, seat) => this.#person(item, seat, state),
    );
  }

  #person(item: HTMLElement, seat: SeatView, state: RoomState): void {
    const presence = presenceOf(state, seat.code);
    const mine = seat.code === state.you?.code;
    fly(item, seat.flag);
    fill(item, { name: mine ? this.#words.say("you", { name: seat.alias }) : seat.alias, pseudonym: seat.pseudonym ?? "" });
    for (const slot of slots(item, "pseudonym")) show(slot, Boolean(seat.pseudonym));
    label(item, { name: seat.alias });
    item.dataset.presence = presence;
    item.toggleAttribute("data-away", presence === "away");
    choose(item, "data-when", presence);
  }
}
