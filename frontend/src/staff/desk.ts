/** The moderator's desk: who waits at the door, who leaves, the opening, and the end in two steps. */
import { newId } from "../room/connection";
import { drawPeople } from "../room/crew";
import type { Command, SeatView } from "../room/frames";
import { choose, fill, fly, label, type Parts, show, slots, type Words } from "../room/parts";
import type { RoomState } from "../room/store";

export class Desk {
  readonly #root: HTMLElement;
  readonly #parts: Parts;
  readonly #words: Words;
  readonly #keep: (command: Command) => void;
  #state: RoomState | null = null;

  constructor(root: HTMLElement, parts: Parts, words: Words, keep: (command: Command) => void, signal: AbortSignal) {
    this.#root = root;
    this.#parts = parts;
    this.#words = words;
    this.#keep = keep;
    root.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.#dialog("remove", signal, (dialog) => this.#send({ type: "seat.remove", seat: dialog.dataset.seat ?? "" }));
    this.#dialog("close", signal, (dialog) => {
      const text = dialog.querySelector("textarea")?.value.trim() ?? "";
      this.#send({ type: "session.close", text });
    });
    this.#dialog("close-for-good", signal, () => this.#send({ type: "session.close", text: "" }));
  }

  /** Seats that could be let in: not yet admitted, not removed. */
  static waiting(state: RoomState): SeatView[] {
    return [...state.seats.values()].filter((seat) => seat.state === "waiting");
  }

  draw(state: RoomState): number {
    this.#state = state;
    const all = Desk.waiting(state);
    const here = all.filter((seat) => state.here.has(seat.code));
    const phase = state.session?.phase ?? "planned";
    const doors = phase === "waiting" || phase === "live";
    for (const place of slots(this.#root, "at-door")) {
      place.textContent = here.length ? this.#words.say("at-door", { n: here.length }) : this.#words.say("nobody-at-door");
    }
    // Once the meeting runs, the door shows only when somebody stands at it.
    show(this.#root.querySelector("[data-door]"), doors && (phase === "live" ? here : all).length > 0);
    for (const button of this.#root.querySelectorAll<HTMLButtonElement>("[data-admit-all]")) button.disabled = here.length === 0;
    const list = this.#root.querySelector("[data-waiting-list]");
    if (list) drawPeople(list, phase === "live" ? here : all, () => this.#parts.clone("waiter"), (item, seat) => this.#waiter(item, seat, state));
    for (const button of this.#root.querySelectorAll('[data-people] [data-asks="remove"]')) show(button, phase !== "closed");
    show(this.#root.querySelector("[data-open-room]"), phase === "waiting");
    show(this.#root.querySelector("[data-asks=close]"), phase === "live");
    show(this.#root.querySelector("[data-asks=close-for-good]"), phase === "closing");
    return doors ? here.length : 0;
  }

  #waiter(item: HTMLElement, seat: SeatView, state: RoomState): void {
    const here = state.here.has(seat.code);
    fly(item, seat.flag);
    fill(item, { name: seat.alias, pseudonym: seat.pseudonym ?? "" });
    for (const slot of slots(item, "pseudonym")) show(slot, Boolean(seat.pseudonym));
    label(item, { name: seat.alias });
    item.toggleAttribute("data-away", !here);
    choose(item, "data-when", here ? "here" : "away");
  }

  #clicked(event: MouseEvent): void {
    const control = (event.target as HTMLElement).closest<HTMLElement>("[data-admit], [data-admit-all], [data-open-room], [data-asks]");
    if (!control || !this.#state) return;
    event.preventDefault();
    const seat = control.closest<HTMLElement>("[data-code]")?.dataset.code;
    if (control.matches("[data-admit]")) {
      if (seat) this.#send({ type: "seat.admit", seats: [seat] });
    } else if (control.matches("[data-admit-all]")) {
      this.#send({ type: "seat.admit", seats: [] });
    } else if (control.matches("[data-open-room]")) {
      this.#send({ type: "session.open" });
    } else {
      this.#ask(control.dataset.asks ?? "", seat);
    }
  }

  #ask(name: string, seat: string | undefined): void {
    const dialog = this.#root.querySelector<HTMLDialogElement>(`dialog[data-dialog="${name}"]`);
    if (!dialog) return;
    if (seat) {
      dialog.dataset.seat = seat;
      fill(dialog, { name: this.#state?.seats.get(seat)?.alias ?? "" });
    }
    dialog.returnValue = "";
    dialog.showModal();
  }

  #dialog(name: string, signal: AbortSignal, done: (dialog: HTMLDialogElement) => void): void {
    const dialog = this.#root.querySelector<HTMLDialogElement>(`dialog[data-dialog="${name}"]`);
    dialog?.addEventListener("close", () => {
      if (dialog.returnValue === "yes") done(dialog);
    }, { signal });
  }

  #send(command: { type: string; [field: string]: unknown }): void {
    this.#keep({ ...command, id: newId() });
  }
}
