import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { FakeSocket } from "./fake-socket";
import { line, page, put, snapshot } from "./fixture";
import type { Frame, Snapshot } from "./frames";
import { VgRoom } from "./vg-room";

customElements.define("vg-room", VgRoom);

let socket: FakeSocket;
let room: VgRoom;

function open(...frames: Frame[]): void {
  room = put(page()) as VgRoom;
  socket.opens();
  socket.hears(...frames);
}

const one = <E extends HTMLElement>(selector: string): E => {
  const found = room.querySelector<E>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};
const all = (selector: string): HTMLElement[] => [...room.querySelectorAll<HTMLElement>(selector)];
const box = (): HTMLTextAreaElement => one("form[data-composer] textarea");
const seqs = (): number[] => all("[data-lines] [data-seq]").map((item) => Number(item.dataset.seq));
const voice = (): string => one("[data-voice]").textContent ?? "";

function type(text: string): void {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

function press(key: string, target: HTMLElement = box(), more: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

async function send(text: string): Promise<void> {
  type(text);
  press("Enter");
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-05-21T16:40:00Z") });
  localStorage.clear();
  socket = new FakeSocket();
  VgRoom.makeSocket = () => socket;
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
});

const QUESTION = line(1, { kind: "launched", by: "m", item: "q1", item_kind: "question", number: 4, text: "Why?" });
const NEXT = line(2, { kind: "launched", by: "m", item: "q2", item_kind: "question", number: 5, text: "How?" });

describe("the waiting room", () => {
  const waiting = (fields: Partial<Snapshot> = {}): Snapshot =>
    snapshot([], {
      you: { code: "s2", duty: "seat", state: "waiting" },
      seats: [{ code: "s2", alias: "Flint", flag: "", state: "waiting" }],
      here: ["s2"],
      session: { ...snapshot([]).session, phase: "waiting", starts_at: new Date(Date.now() + 402_000).toISOString() },
      ...fields,
    });

  it("counts down by the server's clock and raises flags as people come", () => {
    open(waiting());
    expect(room.dataset.view).toBe("waiting");
    expect(one("[data-countdown]").textContent).toBe("6:42");
    expect(one("[data-lead=soon]").hidden).toBe(false);
    expect(all("[data-arrived] [data-code]")).toHaveLength(1);
    expect(all("[data-waiting]")).toHaveLength(2);
    socket.hears({ type: "seat", code: "s1", alias: "Maple", flag: "<path/>", state: "waiting" }, { type: "presence", here: ["s1", "s2"], moderator: true });
    expect(all("[data-arrived] [data-slot=name]").map((name) => name.textContent)).toEqual(["Flint (you)", "Maple"]);
    expect(all("[data-waiting]")).toHaveLength(1);
    expect(one("[data-slot=hoisted]").textContent).toBe("2 flags");
  });

  it("speaks at five minutes and at one, not every second", () => {
    open(waiting());
    vi.advanceTimersByTime(103_000);
    expect(voice()).toContain("Begins in 5 minutes");
    vi.advanceTimersByTime(120_000);
    expect(voice()).not.toContain("Begins");
    vi.advanceTimersByTime(121_000);
    expect(voice()).toContain("Begins in 1 minute");
  });

  it("measures the line for good", async () => {
    open(waiting());
    await vi.advanceTimersByTimeAsync(0);
    expect(socket.of("ping")).toHaveLength(1);
    vi.advanceTimersByTime(120);
    socket.hears({ type: "pong", now: new Date().toISOString(), seq: 0 });
    expect(all("[data-check=link] > :not([hidden])").map((state) => state.dataset.when)).toEqual(["good"]);
    expect(all("[data-check=memory] > :not([hidden])").map((state) => state.dataset.when)).toEqual(["good"]);
  });

  it("sends nothing of a practice", () => {
    open(waiting());
    const before = socket.sent.length;
    const practice = one<HTMLTextAreaElement>("[data-practice] textarea");
    practice.value = "A strawberry";
    one<HTMLFormElement>("[data-practice]").dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
    expect(one("[data-practised]").textContent).toContain("A strawberry");
    expect(socket.sent).toHaveLength(before);
    expect(localStorage).toHaveLength(0);
  });

  it("becomes the room on admission, without a reload", () => {
    open(waiting());
    socket.hears(snapshot([QUESTION]));
    expect(room.dataset.view).toBe("room");
    expect(one("[data-view-of=waiting]").hidden).toBe(true);
    expect(one("main[data-view-of=room]").id).toBe("content");
    expect(document.title).toBe("Live");
    expect(voice()).toContain("You are in the room");
    expect(seqs()).toEqual([1]);
  });
});

describe("the room", () => {
  it("draws what the server said in place of what the page held, once and in order", () => {
    open(snapshot([QUESTION, line(2), line(3, { by: "m", text: "Go on" })]));
    expect(seqs()).toEqual([1, 2, 3]);
    expect(one("[data-lines]").textContent).not.toContain("from the server");
    socket.hears({ type: "line", ...line(3) }, { type: "line", ...line(5) });
    expect(seqs()).toEqual([1, 2, 3]);
    socket.hears({ type: "line", ...line(4) });
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);
    expect(room.dataset.lastSeq).toBe("5");
  });

  it("asks for a missing line", () => {
    open(snapshot([line(1)]));
    vi.advanceTimersByTime(2_000);
    socket.hears({ type: "line", ...line(3) });
    expect(socket.of("ping").at(-1)).toEqual({ type: "ping", since: 1 });
  });

  it("names, signs and dates each line, and marks one's own", () => {
    open(snapshot([line(1), line(2, { by: "s2" }), line(3, { by: "m" })]));
    const [theirs, mine, host] = all("[data-lines] > li");
    for (const item of all("[data-lines] > li")) item.dispatchEvent(new Event("pointerover", { bubbles: true }));
    expect(theirs?.querySelector("[data-slot=name]")?.textContent).toBe("Maple");
    expect(theirs?.querySelector("[data-slot=flag] path")).not.toBeNull();
    expect(theirs?.querySelector("[data-tools]")?.getAttribute("aria-label")).toBe("Act on Maple");
    expect(mine?.classList.contains("line--me")).toBe(true);
    expect(mine?.querySelector("[data-slot=name]")?.textContent).toBe("Flint (you)");
    expect(mine?.querySelector("[data-do=reply]")).toBeNull();
    expect(host?.querySelector("[data-slot=initial]")?.textContent).toBe("S");
    expect(host?.dataset).toMatchObject({ seq: "3", by: "m", kind: "said" });
    expect(theirs?.querySelector("time")?.dateTime).toBe(line(1).at);
  });

  it("keeps the author's lines apart and never reads markup", () => {
    open(snapshot([line(1, { text: "one\n<b>two</b>" })]));
    const said = one("[data-lines] [data-slot=text]");
    expect(said.querySelectorAll("br")).toHaveLength(1);
    expect(said.querySelector("b")).toBeNull();
  });

  it("quotes the line that is answered", () => {
    open(snapshot([line(1, { text: "Too many people" }), line(2, { by: "s2", to: 1 })]));
    const quote = all("[data-lines] [data-quote]")[1];
    expect(quote?.hidden).toBe(false);
    expect(quote?.textContent).toContain("Too many people");
  });

  it("gives an alias to lines that came before it", () => {
    open(snapshot([line(1, { by: "s9" })]));
    socket.hears({ type: "seat", code: "s9", alias: "Lark", flag: "", state: "in" });
    expect(one("[data-lines] [data-slot=name]").textContent).toBe("Lark");
  });

  it("counts reactions, and takes one's own back", () => {
    open(snapshot([line(1), line(2, { kind: "reacted", by: "m", to: 1, mark: "same", on: true })]));
    const react = one("[data-marks] [data-mark=same]");
    expect(react.textContent).toBe("1");
    react.click();
    expect(socket.of("react").at(-1)).toMatchObject({ to: 1, mark: "same", on: true });
    socket.hears({ type: "line", ...line(3, { kind: "reacted", by: "s2", to: 1, mark: "same", on: true }) });
    expect(react.textContent).toBe("2");
    expect(react.getAttribute("aria-pressed")).toBe("true");
    react.click();
    expect(socket.of("react").at(-1)).toMatchObject({ on: false });
    socket.hears({ type: "line", ...line(4, { kind: "reacted", by: "s2", to: 1, mark: "same", on: false }) });
    expect(react.textContent).toBe("1");
  });

  it("shows who is here, who writes, who has answered and who is cut off", () => {
    open(snapshot([QUESTION, line(2, { item: "q1" })], { current: 1 }));
    const states = (): (string | undefined)[] => all("[data-people] > li").map((item) => item.dataset.presence);
    expect(states()).toEqual(["answered", "here"]);
    socket.hears({ type: "typing", by: "s1", on: true }, { type: "presence", here: ["s1"], moderator: true });
    expect(states()).toEqual(["writing", "away"]);
    expect(one("[data-slot=typing]").textContent).toBe("Maple is writing");
    vi.advanceTimersByTime(13_000);
    expect(states()).toEqual(["answered", "away"]);
  });

  it("reads by keyboard: one line in the tab order, arrows between lines, tools on Enter", () => {
    open(snapshot([line(1), line(2), line(3)]));
    const items = all("[data-lines] > li");
    expect(items.map((item) => item.tabIndex)).toEqual([-1, -1, 0]);
    press("ArrowUp", items[2]);
    expect(document.activeElement).toBe(items[1]);
    expect(items.map((item) => item.tabIndex)).toEqual([-1, 0, -1]);
    press("Enter", items[1]);
    expect(items[1]?.hasAttribute("data-active")).toBe(true);
    expect((document.activeElement as HTMLElement).dataset.do).toBe("reply");
    press("Escape", document.activeElement as HTMLElement);
    expect(document.activeElement).toBe(items[1]);
    expect(items[1]?.hasAttribute("data-active")).toBe(false);
  });

  it("never moves the focus when something arrives", () => {
    open(snapshot([line(1)]));
    box().focus();
    socket.hears({ type: "line", ...line(2) }, { type: "line", ...line(3, { kind: "launched", by: "m", item: "q1", item_kind: "question", number: 1, text: "Why?" }) });
    expect(document.activeElement).toBe(box());
  });

  it("announces as the reader wishes", () => {
    open(snapshot([line(1)]));
    expect(voice()).not.toContain("line 1");
    socket.hears({ type: "line", ...line(2) });
    expect(voice()).toContain("Maple: line 2");
    const none = one<HTMLInputElement>("[data-comfort] [value=none]");
    none.checked = true;
    none.dispatchEvent(new Event("change", { bubbles: true }));
    socket.hears({ type: "line", ...line(3) });
    expect(voice()).not.toContain("line 3");
  });

  it("acts on single keys outside text boxes only, and not once they are turned off", () => {
    open(snapshot([QUESTION, line(2)]));
    press("r", box());
    expect(one("[data-replying]").hidden).toBe(true);
    press("r", document.body);
    expect(one("[data-replying]").hidden).toBe(false);
    expect(document.activeElement).toBe(box());
    press("Escape", box());
    const keys = one<HTMLInputElement>("[data-comfort] [name=keys]");
    keys.checked = false;
    keys.dispatchEvent(new Event("change", { bubbles: true }));
    press("r", document.body);
    expect(one("[data-replying]").hidden).toBe(true);
  });
});

describe("the box", () => {
  it("sends on Enter, breaks the line on Shift and Enter, and waits for a word being composed", async () => {
    open(snapshot([QUESTION], { current: 1 }));
    type("A word");
    press("Enter", box(), { shiftKey: true });
    press("Enter", box(), { isComposing: true });
    expect(socket.of("post")).toEqual([]);
    press("Enter");
    await vi.advanceTimersByTimeAsync(0);
    expect(socket.of("post")).toEqual([{ type: "post", id: expect.any(String), text: "A word", item: "q1" }]);
    expect(box().value).toBe("");
  });

  it("answers the question that was current when typing began, and says so", async () => {
    open(snapshot([QUESTION], { current: 1 }));
    expect(one("[data-slot=number]").textContent).toBe("4");
    type("Becau");
    socket.hears({ type: "line", ...NEXT });
    expect(one("[data-answering] [data-slot=number]").textContent).toBe("4");
    expect(one("[data-take-current]").hidden).toBe(false);
    await send("Because");
    expect(socket.of("post").at(-1)).toMatchObject({ item: "q1" });
    expect(one("[data-answering] [data-slot=number]").textContent).toBe("5");
    type("Like");
    one("[data-take-current]").click();
    await send("Like this");
    socket.hears({ type: "ack", id: String(socket.of("post")[0]?.id), seq: 3 });
    expect(socket.of("post").at(-1)).toMatchObject({ item: "q2" });
  });

  it("shows a message as not sent until its line comes, even if its acknowledgement is lost", async () => {
    open(snapshot([line(1)]));
    await send("Mine");
    const id = String(socket.of("post")[0]?.id);
    expect(all("[data-unsent] > [data-pending=waiting]")).toHaveLength(1);
    expect(room.dataset.pending).toBe("1");
    socket.drops();
    expect(room.dataset.state).toBe("connecting");
    socket.opens();
    socket.hears(snapshot([line(2, { by: "s2", id, text: "Mine" })]));
    expect(all("[data-unsent] > *")).toHaveLength(0);
    expect(room.dataset.pending).toBe("0");
    expect(seqs()).toEqual([1, 2]);
    expect(socket.of("post")).toHaveLength(1);
  });

  it("gives refused words back to their author, with the reason and what they answered", async () => {
    open(snapshot([line(1)]));
    await send("Too much");
    socket.hears({ type: "refused", id: String(socket.of("post")[0]?.id), code: "too_long", message: "Too long" });
    expect(box().value).toBe("Too much");
    expect(one("[data-error]").textContent).toContain("Too long");
    expect(one("[data-error]").hidden).toBe(false);
    expect(all("[data-unsent] > *")).toHaveLength(0);
    type("Too");
    expect(one("[data-error]").hidden).toBe(true);
  });

  it("does not overwrite what was typed since a refused message left", async () => {
    open(snapshot([line(1)]));
    await send("First");
    type("Second");
    socket.hears({ type: "refused", id: String(socket.of("post")[0]?.id), code: "too_long", message: "Too long" });
    expect(box().value).toBe("Second");
    const refused = one("[data-unsent] > [data-pending=refused]");
    expect(refused.textContent).toContain("Too long");
    refused.querySelector<HTMLElement>("[data-handle=edit]")?.click();
    expect(box().value).toBe("Second");
    refused.querySelector<HTMLElement>("[data-handle=retry]")?.click();
    expect(socket.of("post").at(-1)?.text).toBe("First");
    expect(socket.of("post").at(-1)?.id).not.toBe(socket.of("post")[0]?.id);
  });

  it("keeps a draft and unsent words through a reload, and sends them under the same id", async () => {
    open(snapshot([QUESTION], { current: 1 }));
    socket.drops();
    await send("Said in a tunnel");
    type("Half a sen");
    const id = JSON.parse(localStorage.getItem("vigie:room:abc:s2:unsent") ?? "[]")[0].id as string;
    document.body.innerHTML = "";
    socket = new FakeSocket();
    open(snapshot([QUESTION], { current: 1 }));
    expect(box().value).toBe("Half a sen");
    expect(socket.of("post")).toEqual([{ type: "post", id, text: "Said in a tunnel", item: "q1" }]);
    socket.hears({ type: "ack", id, seq: 2 });
    expect(localStorage.getItem("vigie:room:abc:s2:unsent")).toBeNull();
  });

  it("counts characters near the limit and holds back what is over it", async () => {
    open(snapshot([line(1)]));
    type("x".repeat(50));
    expect(one("[data-counter]").hidden).toBe(true);
    type("😀".repeat(290));
    expect(one("[data-counter]").textContent).toContain("10 left");
    await send("x".repeat(305));
    expect(one("[data-counter]").textContent).toContain("5 too many");
    expect(socket.of("post")).toEqual([]);
  });

  it("is shut where one may not write", async () => {
    open(snapshot([line(1)], { session: { ...snapshot([]).session, phase: "waiting" } }));
    await send("Early");
    expect(socket.of("post")).toEqual([]);
    expect(one<HTMLButtonElement>("form[data-composer] [type=submit]").disabled).toBe(true);
  });

  it("forgets everything at sign-out", () => {
    open(snapshot([line(1)]));
    type("Private");
    expect(localStorage.length).toBeGreaterThan(0);
    one("form[data-sign-out]").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    expect(localStorage).toHaveLength(0);
  });
});

describe("the end", () => {
  it("thanks, then closes, and lets the thread be read again", () => {
    open(snapshot([line(1)]));
    socket.hears({ type: "line", ...line(2, { kind: "closing", by: "m", text: "Thank you all" }) });
    expect(room.dataset.view).toBe("room");
    expect(one("[data-slot=thanks]").textContent).toBe("Thank you all");
    socket.hears({ type: "line", ...line(3, { kind: "closed", by: "m" }) }, { type: "closed", code: "over" });
    socket.drops(4410);
    expect(room.dataset).toMatchObject({ view: "closing", state: "closed", phase: "closed" });
    one("[data-read-again]").click();
    expect(room.dataset.view).toBe("room");
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it("tells somebody removed, and shows nothing more", () => {
    open(snapshot([line(1)]));
    socket.hears({ type: "line", ...line(2, { kind: "removed", by: "m", seat: "s2" }) }, { type: "closed", code: "was_removed" });
    socket.drops(4401);
    expect(room.dataset).toMatchObject({ view: "gone", state: "closed" });
    expect(one("[data-slot=gone-reason]").textContent).toBe("Your part was ended");
  });

  it("shows that the line is down after thirty-five silent seconds", () => {
    open(snapshot([line(1)]));
    vi.advanceTimersByTime(37_000);
    expect(room.dataset.state).toBe("offline");
    expect(one("[data-line-down]").hidden).toBe(false);
  });
});

describe("reading above the end", () => {
  const scrolled = (): void => {
    const scroller = one("[data-scroller]");
    vi.spyOn(scroller, "getClientRects").mockReturnValue([{}] as unknown as DOMRectList);
    Object.defineProperties(scroller, { scrollHeight: { value: 2000, configurable: true }, clientHeight: { value: 500, configurable: true } });
    scroller.scrollTop = 200;
    scroller.dispatchEvent(new Event("scroll"));
  };

  it("does not scroll away: a divider, a count and a way to the latest", () => {
    open(snapshot([line(1)]));
    scrolled();
    socket.hears({ type: "line", ...line(2) }, { type: "line", ...line(3) }, { type: "line", ...line(4, { by: "s2" }) });
    expect(one("[data-scroller]").scrollTop).toBe(200);
    expect(one(".sys--unread").textContent).toBe("2 new messages");
    expect(one(".sys--unread").nextElementSibling).toBe(one('[data-seq="2"]'));
    expect(one("#t-talk [data-slot=n]").textContent).toBe("2");
    expect(one("[data-latest]").hidden).toBe(false);
    one("[data-latest]").click();
    expect(one("[data-scroller]").scrollTop).toBe(2000);
    expect(one("#t-talk [data-count]").hidden).toBe(true);
    expect(one("[data-latest]").hidden).toBe(true);
    expect(all(".sys--unread")).toHaveLength(1);
    socket.hears({ type: "line", ...line(5) });
    expect(all(".sys--unread")).toHaveLength(0);
  });
});

describe("the first word of an empty room", () => {
  it("is spoken", () => {
    open(snapshot([]));
    socket.hears({ type: "line", ...line(1) });
    expect(voice()).toContain("Maple: line 1");
  });
});
