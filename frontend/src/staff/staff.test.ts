import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { FakeSocket } from "../room/fake-socket";
import { line, page, put, snapshot, words } from "../room/fixture";
import type { Frame, Line } from "../room/frames";
import { BackConnection } from "./back-connection";
import { pace, steps, type GuideItem } from "./guide";
import { repeats } from "./likeness";
import { StaffRoom } from "./staff-room";
import { VgBackroom } from "./vg-backroom";
import { reduce, EMPTY } from "../room/store";
import { emptyLog, extend } from "../room/log";

customElements.define("vg-backroom", VgBackroom);
customElements.define("vg-room", StaffRoom);

const GUIDE: GuideItem[] = [
  { code: "i0", kind: "message", number: 0, text: "Welcome", minutes: 2, must_ask: false },
  { code: "q1", kind: "question", number: 1, text: "Why?", minutes: 5, must_ask: true },
  { code: "n1", kind: "instruction", number: 0, text: "Slow down", minutes: 0, must_ask: false },
  { code: "q2", kind: "question", number: 2, text: "How?", minutes: 8, must_ask: true },
];

const BACK_WORDS = {
  "said-by": "Confidential, {name}: {text}",
  you: "{name} (you)",
  "unread/one": "{n} new",
  "unread/other": "{n} new",
  writes: "{who} is writing",
  "is-here": "{who} is here",
  "nobody-here": "Nobody",
  "left/other": "{n} left",
  "gone-over": "Over",
};
const remark = `<li class="bk"><b data-slot="name"></b><span data-slot="title"></span>${["remark", "question", "probe"].map((kind) => `<i data-kind-of="${kind}" hidden></i>`).join("")}<time data-slot="time"></time><p data-quote hidden><span data-slot="quote-name"></span><span data-slot="quote-text"></span></p><p data-slot="text"></p>`;
const BACK = `<vg-backroom id="p-back" data-socket="/c/brand/back/abc/socket" data-session="abc" data-you="a1" data-limit="4000">
  <span data-slot="present"></span>
  <div data-back-scroller><ul data-remarks></ul><ul data-back-unsent></ul></div><p data-back-voice></p>
  <p data-back-typing hidden><span data-slot="typing"></span></p><p data-back-down hidden></p><p data-back-gone hidden><span data-slot="back-gone-reason"></span></p>
  <form data-back-composer><p data-quoting hidden><b data-slot="quote-name"></b><span data-slot="quote-text"></span><button type="button" data-cancel-quote></button></p>
    ${["remark", "question", "probe"].map((kind, place) => `<input type="radio" name="kind" value="${kind}"${place ? "" : " checked"}>`).join("")}
    <textarea></textarea><button type="submit">Send in the confidential block</button><span data-slot="back-unread" hidden></span>
    <p data-error hidden><span data-slot="error"></span></p><p data-counter hidden><span data-slot="counter"></span></p></form>
  <template data-template="remark">${remark}</li></template>
  <template data-template="unsent-remark">${remark}<i data-when="waiting"></i><i data-when="refused" hidden></i><span data-slot="reason"></span><button data-handle="retry"></button><button data-handle="edit"></button></li></template>
  ${words("back", BACK_WORDS)}
</vg-backroom>`;
const guideItem = (name: string): string =>
  `<template data-template="${name}"><li class="gi"><i data-slot="number"></i><span data-slot="text"></span><span data-must hidden></span><span data-slot="minutes"></span><button data-when="first" data-launch aria-label="Launch: {text}"></button><button data-when="next" data-launch></button></li></template>`;
const STAFF = `
  <button id="t-guide" role="tab" aria-controls="p-guide"></button>
  <button id="t-back" role="tab" aria-controls="p-back"><span data-count hidden><span data-slot="n"></span></span><span data-slot="spoken"></span></button>
  <div data-door><b data-slot="at-door"></b><ul data-waiting-list></ul><button data-admit-all></button></div>
  <button data-open-room></button><button data-asks="close"></button><button data-asks="close-for-good"></button>
  ${["remove", "close", "close-for-good"].map((name) => `<dialog data-dialog="${name}"><span data-slot="name"></span><textarea>Thank you</textarea></dialog>`).join("")}
  <p data-hold hidden><button type="button" data-take-back></button></p>
  <div data-split="50"><section id="p-guide"><b data-slot="pace"></b><span data-slot="must-ask"></span><progress data-pace max="100" aria-label="{n}% done"></progress><ol data-guide></ol></section>
    <button data-split-by="-10"></button><div role="separator" tabindex="0" aria-valuenow="50" data-say="guide: {n}%"></div><button data-split-by="10"></button>
    ${BACK}</div>
  ${guideItem("guide-item")}${guideItem("guide-instruction")}
  <template data-template="waiter"><li><svg data-slot="flag"></svg><b data-slot="name"></b><small data-slot="pseudonym" hidden></small><i data-when="here"></i><i data-when="away"></i><button data-admit aria-label="Admit {name}"></button></li></template>`;

let front: FakeSocket;
let back: FakeSocket;
let room: StaffRoom;

const staff = (lines: Line[], fields = {}): Frame => ({
  ...snapshot(lines, { you: { code: "a1", duty: "moderator", state: "in" }, ...fields }),
  side: [],
  guide: GUIDE,
});
const BACK_SNAPSHOT: Frame = {
  type: "snapshot",
  v: 1,
  now: new Date().toISOString(),
  you: { code: "a1" },
  people: [
    { code: "a1", name: "Sophie", title: "", duty: "moderator" },
    { code: "a2", name: "Hélène", title: "product manager", duty: "observer" },
  ],
  here: ["a1", "a2"],
  lines: [],
};
const said = (seq: number, fields = {}): Frame => ({ type: "line", seq, prev: seq - 1, at: new Date().toISOString(), by: "a2", kind: "question", id: `r${seq}`, text: `remark ${seq}`, ...fields });

function open(duty: "moderator" | "observer", ...frames: Frame[]): void {
  room = put(page(STAFF, `data-duty="${duty}"`)) as StaffRoom;
  front.opens();
  front.hears(...frames);
  back.opens();
  back.hears(BACK_SNAPSHOT);
}

const one = <E extends HTMLElement>(selector: string): E => room.querySelector<E>(selector) as E;
const all = (selector: string): HTMLElement[] => [...room.querySelectorAll<HTMLElement>(selector)];
const block = (): VgBackroom => one("vg-backroom");

async function say(form: string, text: string): Promise<void> {
  const box = one<HTMLTextAreaElement>(`${form} textarea`);
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  await vi.advanceTimersByTimeAsync(0);
}

function answer(name: string, value: string): void {
  const dialog = one<HTMLDialogElement>(`dialog[data-dialog="${name}"]`);
  expect(dialog.open).toBe(true);
  dialog.close(value);
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-05-21T16:40:00Z") });
  localStorage.clear();
  front = new FakeSocket();
  back = new FakeSocket();
  StaffRoom.makeSocket = (url) => (url.includes("/live/") ? front : back);
  VgBackroom.makeSocket = (url) => (url.includes("/back/") ? back : front);
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
});

describe("two planes", () => {
  it("sends each box on its own socket, and never on the other", async () => {
    open("moderator", staff([line(1)]));
    await say("form[data-composer]", "For everybody");
    await say("form[data-back-composer]", "For the client alone");
    expect(front.of("post").map((post) => post.text)).toEqual(["For everybody"]);
    expect(back.of("post").map((post) => post.text)).toEqual(["For the client alone"]);
    front.drops();
    back.drops();
    await say("form[data-composer]", "In a tunnel");
    await say("form[data-back-composer]", "In the same tunnel");
    back.opens();
    back.hears(BACK_SNAPSHOT);
    front.opens();
    front.hears(staff([]));
    expect(front.sent.some((command) => JSON.stringify(command).includes("client alone") || JSON.stringify(command).includes("same tunnel"))).toBe(false);
    expect(back.sent.some((command) => JSON.stringify(command).includes("everybody") || JSON.stringify(command).includes("In a tunnel"))).toBe(false);
    expect(front.sent.every((command) => !("kind" in command) && !("quote" in command))).toBe(true);
  });

  it("keeps drafts and unsent words apart", async () => {
    open("moderator", staff([line(1)]));
    back.drops();
    await say("form[data-back-composer]", "Secret");
    const keys = Object.keys(localStorage).filter((key) => localStorage.getItem(key)?.includes("Secret"));
    expect(keys).toEqual(["vigie:back:abc:a1:unsent"]);
  });

  it("refuses an address of the other plane", () => {
    const link = { held: () => ({}), receive: () => undefined, changed: () => undefined, acknowledged: () => undefined, refused: () => undefined };
    expect(() => new BackConnection("/c/brand/live/abc/socket", link)).toThrow("confidential");
    expect(() => new BackConnection("/c/brand/back/abc/socket", link)).not.toThrow();
  });

  it("holds five seconds what repeats a confidential remark, and lets it be taken back", async () => {
    open("moderator", staff([line(1)]));
    back.hears(said(1, { text: "Ask them for the brand of the scale" }));
    await say("form[data-composer]", "ask them for the brand of the scale.");
    expect(one("[data-hold]").hidden).toBe(false);
    expect(front.of("post")).toEqual([]);
    one("[data-take-back]").click();
    await vi.advanceTimersByTimeAsync(0);
    expect(one<HTMLTextAreaElement>("form[data-composer] textarea").value).toBe("ask them for the brand of the scale.");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(front.of("post")).toEqual([]);
    await say("form[data-composer]", "ask them for the brand of the scale.");
    await vi.advanceTimersByTimeAsync(5_100);
    expect(front.of("post")).toHaveLength(1);
    expect(one("[data-hold]").hidden).toBe(true);
  });
});

describe("likeness", () => {
  it.each([
    ["Ask for the brand of the scale", "ask for the brand of the scale!", true],
    ["Sophie, ask for the brand of the scale please", "Ask for the brand of the scale", true],
    ["What would make you stay at the scale?", "Ask for the brand of the scale", false],
    ["Yes", "Yes", true],
    ["Yes", "Yes, ask them about the scale", false],
    ["", "", false],
  ])("%s / %s: %s", (text, other, alike) => expect(repeats(text, other)).toBe(alike));
});

describe("the guide", () => {
  const launched = (seq: number, item: string, kind: string, at: string): Frame => ({
    type: "line",
    ...line(seq, { kind: "launched", by: "m", item, item_kind: kind, at, text: item, ...(kind === "question" ? { number: seq } : {}) }),
  });

  it("says what is done, what flies, what comes, and the time of each", () => {
    const room = [launched(1, "i0", "message", "2026-05-21T16:30:00Z"), launched(2, "q1", "question", "2026-05-21T16:33:00Z")].reduce(reduce, EMPTY);
    const notes = extend(emptyLog<Line>(), [line(1, { kind: "instruction", item: "n1", at: "2026-05-21T16:37:00Z" })]);
    const found = steps(GUIDE, room, notes, Date.parse("2026-05-21T16:40:00Z"));
    expect(found.map(({ state, used, first }) => [state, used / 60_000, first])).toEqual([
      ["done", 3, false],
      ["now", 4, false],
      ["done", 3, false],
      ["next", 0, true],
    ]);
    expect(pace(found, "2026-05-21T16:30:00Z", Date.parse("2026-05-21T16:40:00Z"))).toEqual({ late: 4, mustAsk: 1, done: 40 });
  });

  it("launches by button and by key, once, and only while the meeting runs", () => {
    open("moderator", staff([line(1)]));
    expect(all("[data-guide] > li").map((item) => item.dataset.state)).toEqual(["next", "next", "next", "next"]);
    expect(one("[data-guide] [data-launch]").getAttribute("aria-label")).toBe("Launch: Welcome");
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
    expect(front.of("item.launch")).toEqual([{ type: "item.launch", id: expect.any(String), item: "i0" }]);
    front.hears(launched(2, "i0", "message", new Date().toISOString()));
    expect(all("[data-guide] > li").map((item) => item.dataset.state)).toEqual(["now", "next", "next", "next"]);
    all('[data-guide] [data-item="q2"] [data-launch]')[0]?.click();
    expect(front.of("item.launch").at(-1)?.item).toBe("q2");
    front.hears({ type: "session", phase: "closing" });
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
    expect(front.of("item.launch")).toHaveLength(2);
  });

  it("keeps instructions in a log of their own", () => {
    open("moderator", staff([line(1)]));
    front.hears({ type: "line", log: "staff", ...line(1, { kind: "instruction", item: "n1" }) });
    expect(room.dataset).toMatchObject({ lastSeq: "1", lastSide: "1" });
    expect(one('[data-guide] [data-item="n1"]').dataset.state).toBe("done");
    expect(all("[data-lines] > li")).toHaveLength(1);
    front.drops();
    front.opens();
    expect(front.of("join").at(-1)).toEqual({ type: "join", since: 1, side: 1 });
  });
});

describe("the desk", () => {
  const waiting = staff([], {
    session: { ...snapshot([]).session, phase: "waiting" },
    seats: [
      { code: "s1", alias: "Maple", flag: "", state: "waiting", pseudonym: "Blackbird" },
      { code: "s2", alias: "Flint", flag: "", state: "waiting", pseudonym: "Pebble" },
    ],
    here: ["s1"],
  });

  it("admits one or all, then opens", () => {
    open("moderator", waiting);
    expect(one("[data-slot=at-door]").textContent).toBe("1 waits");
    expect(all("[data-waiting-list] [data-slot=pseudonym]").map((name) => name.textContent)).toEqual(["Blackbird", "Pebble"]);
    one('[data-waiting-list] [data-code="s1"] [data-admit]').click();
    one("[data-admit-all]").click();
    one("[data-open-room]").click();
    expect(front.sent.slice(1).map(({ id: _id, ...command }) => command)).toEqual([
      { type: "seat.admit", seats: ["s1"] },
      { type: "seat.admit", seats: [] },
      { type: "session.open" },
    ]);
  });

  it("removes somebody only after a yes", () => {
    open("moderator", staff([line(1)]));
    const remove = one('[data-people] [data-code="s1"] [data-asks=remove]');
    expect(remove.getAttribute("aria-label")).toBe("Remove Maple");
    remove.click();
    expect(one("dialog[data-dialog=remove] [data-slot=name]").textContent).toBe("Maple");
    answer("remove", "no");
    expect(front.of("seat.remove")).toEqual([]);
    remove.click();
    answer("remove", "yes");
    expect(front.of("seat.remove")).toEqual([{ type: "seat.remove", id: expect.any(String), seat: "s1" }]);
  });

  it("closes in two steps", () => {
    open("moderator", staff([line(1)]));
    one("[data-asks=close]").click();
    answer("close", "yes");
    expect(front.of("session.close").at(-1)).toMatchObject({ text: "Thank you" });
    expect(one("[data-asks=close-for-good]").hidden).toBe(true);
    front.hears({ type: "session", phase: "closing" });
    expect(one("[data-asks=close]").hidden).toBe(true);
    one("[data-asks=close-for-good]").click();
    answer("close-for-good", "yes");
    expect(front.of("session.close")).toHaveLength(2);
  });

  it("shows a refusal in the server's words", () => {
    open("moderator", waiting);
    one("[data-open-room]").click();
    front.hears({ type: "refused", id: String(front.of("session.open")[0]?.id), code: "not_yet", message: "Not yet" });
    expect(one("[data-refusal]").textContent).toContain("Not yet");
    expect(one("[data-refusal]").hidden).toBe(false);
  });

  it("stays on one screen from the first minute to the last", () => {
    open("moderator", waiting);
    expect(room.dataset.view).toBe("room");
    front.hears({ type: "session", phase: "closed" }, { type: "closed", code: "over" });
    front.drops(4410);
    expect(room.dataset).toMatchObject({ view: "room", state: "closed" });
  });
});

describe("who observes", () => {
  it("can neither speak, nor launch, nor remove", async () => {
    open("observer", staff([line(1)], { you: { code: "a2", duty: "observer", state: "in" } }));
    await say("form[data-composer]", "Hello");
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
    one('[data-people] [data-code="s1"] [data-asks=remove]').click();
    all("[data-guide] [data-launch]")[0]?.click();
    expect(front.sent.map((command) => command.type)).toEqual(["join"]);
  });
});

describe("the confidential block", () => {
  it("draws remarks with their authors, and quotes lines of the room", () => {
    open("moderator", staff([line(1, { text: "I feel judged" })]));
    back.hears(said(1, { quote: 1 }), said(3), said(2, { by: "a1", kind: "remark" }));
    const items = all("[data-remarks] > li");
    expect(items.map((item) => [item.dataset.seq, item.dataset.by, item.dataset.kind])).toEqual([
      ["1", "a2", "question"],
      ["2", "a1", "remark"],
      ["3", "a2", "question"],
    ]);
    expect(items[0]?.querySelector("[data-quote]")?.textContent).toBe("MapleI feel judged");
    expect(items[0]?.querySelector("[data-slot=name]")?.textContent).toBe("Hélène");
    expect(items[1]?.querySelector("[data-slot=name]")?.textContent).toBe("Sophie (you)");
    expect(one("[data-slot=present]").textContent).toBe("Hélène is here");
  });

  it("finds a quoted line that comes later", () => {
    open("moderator", staff([line(1)]));
    back.hears(said(1, { quote: 2 }));
    expect(one("[data-remarks] [data-quote]").hidden).toBe(true);
    front.hears({ type: "line", ...line(2, { text: "Later" }) });
    expect(one("[data-remarks] [data-quote]").textContent).toContain("Later");
  });

  it("quotes from a line's tools and sends its number and kind", async () => {
    open("moderator", staff([line(1, { text: "I feel judged" })]));
    one("[data-lines] > li").click();
    one("[data-lines] [data-do=quote]").click();
    expect(one("[data-quoting]").hidden).toBe(false);
    expect(document.activeElement).toBe(one("form[data-back-composer] textarea"));
    one<HTMLInputElement>("[value=probe]").checked = true;
    await say("form[data-back-composer]", "By whom?");
    expect(back.of("post")).toEqual([{ type: "post", id: expect.any(String), kind: "probe", text: "By whom?", quote: 1 }]);
    expect(front.of("post")).toEqual([]);
    expect(one("[data-quoting]").hidden).toBe(true);
  });

  it("counts what is unread beside its tab, and reads it when opened", () => {
    open("moderator", staff([line(1)]));
    const pane = one("[data-back-scroller]");
    const hidden = vi.spyOn(pane, "getClientRects").mockReturnValue([] as unknown as DOMRectList);
    back.hears(said(1), said(2, { by: "a1" }), said(3));
    expect(block().dataset.unread).toBe("2");
    expect(one("#t-back [data-slot=n]").textContent).toBe("2");
    expect(one("#t-back [data-slot=spoken]").textContent).toBe("2 new");
    hidden.mockRestore();
    vi.spyOn(pane, "getClientRects").mockReturnValue([{}] as unknown as DOMRectList);
    one("#t-back").click();
    expect(block().dataset.unread).toBe("0");
    expect(one("#t-back [data-count]").hidden).toBe(true);
  });

  it("keeps a refused remark with its author", async () => {
    open("moderator", staff([line(1)]));
    await say("form[data-back-composer]", "Too long");
    back.hears({ type: "refused", id: String(back.of("post")[0]?.id), code: "too_long", message: "Too long" });
    expect(one<HTMLTextAreaElement>("form[data-back-composer] textarea").value).toBe("Too long");
    expect(one("form[data-back-composer] [data-error]").hidden).toBe(false);
  });

  it("recognises its own remark after a cut", async () => {
    open("moderator", staff([line(1)]));
    await say("form[data-back-composer]", "Once");
    const id = String(back.of("post")[0]?.id);
    back.drops();
    back.opens();
    back.hears({ ...BACK_SNAPSHOT, lines: [said(1, { by: "a1", id, text: "Once" })] });
    expect(all("[data-back-unsent] > *")).toHaveLength(0);
    expect(block().dataset).toMatchObject({ pending: "0", lastSeq: "1", state: "open" });
    expect(back.of("post")).toHaveLength(1);
  });

  it("shows who writes there, for a while", () => {
    open("moderator", staff([line(1)]));
    back.hears({ type: "typing", by: "a2", on: true });
    expect(one("[data-back-typing]").textContent).toContain("Hélène is writing");
    vi.advanceTimersByTime(13_000);
    expect(one("[data-back-typing]").hidden).toBe(true);
  });

  it("says when it is out of reach", () => {
    open("moderator", staff([line(1)]));
    back.drops(4410);
    expect(one("[data-back-gone]").hidden).toBe(false);
    expect(one("[data-slot=back-gone-reason]").textContent).toBe("Over");
    expect(one<HTMLButtonElement>("form[data-back-composer] [type=submit]").disabled).toBe(true);
  });
});

describe("the splitter", () => {
  it("moves in thirteen steps by keys and buttons, and says where it is", () => {
    open("moderator", staff([line(1)]));
    const bar = one("[role=separator]");
    const side = one("[data-split]");
    const key = (name: string): void => void bar.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
    key("ArrowDown");
    expect([side.dataset.split, bar.getAttribute("aria-valuetext")]).toEqual(["55", "guide: 55%"]);
    key("End");
    all("[data-split-by]")[1]?.click();
    expect(side.dataset.split).toBe("80");
    key("Home");
    key("ArrowUp");
    expect(bar.getAttribute("aria-valuenow")).toBe("20");
  });
});
