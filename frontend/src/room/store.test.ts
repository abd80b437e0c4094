import { describe, expect, it } from "vitest";

import type { Frame, Line, Snapshot } from "./frames";
import { emptyLog, extend } from "./log";
import { countOf, EMPTY, isMine, reduce, type RoomState } from "./store";

const AT = "2026-05-21T16:30:00.000Z";

function line(seq: number, fields: Partial<Line> = {}, prev = seq - 1): Line {
  return { seq, prev, at: AT, kind: "said", by: "s1", text: `line ${seq}`, ...fields };
}

function snapshot(lines: readonly Line[], fields: Partial<Snapshot> = {}): Snapshot {
  return {
    type: "snapshot",
    v: 1,
    now: AT,
    you: { code: "s2", duty: "seat", state: "in" },
    session: {
      code: "abc",
      title: "Loose goods",
      phase: "live",
      opens_at: AT,
      starts_at: AT,
      ends_at: AT,
      opened_at: AT,
      limit: 2000,
    },
    host: "Sophie",
    seats: [
      { code: "s1", alias: "Maple", flag: "", state: "in" },
      { code: "s2", alias: "Flint", flag: "", state: "in" },
    ],
    expected: 2,
    current: 0,
    here: ["s1", "s2"],
    moderator: true,
    lines,
    ...fields,
  };
}

const frame = (one: Line): Frame => ({ type: "line", ...one });
const after = (...frames: Frame[]): RoomState => frames.reduce(reduce, EMPTY);

const TALK: Line[] = [
  line(1, { kind: "opened", by: "m" }),
  line(2, { kind: "launched", by: "m", item: "q1", item_kind: "question", number: 1, text: "Why?" }),
  line(3, { item: "q1" }),
  line(4, { kind: "reacted", by: "s2", to: 3, mark: "same", on: true }),
  line(5, { by: "s2", item: "q1", to: 3, id: "mine" }),
  line(6, { kind: "reacted", by: "m", to: 3, mark: "same", on: true }),
  line(7, { kind: "reacted", by: "s2", to: 3, mark: "same", on: false }),
  line(8, { kind: "launched", by: "m", item: "m1", item_kind: "message", text: "Thank you" }),
];

describe("the log", () => {
  it("keeps order whatever the order of arrival, and each line once", () => {
    const shuffled = [4, 2, 8, 1, 3, 2, 7, 6, 5, 1].map((seq) => line(seq));
    const grown = shuffled.reduce((log, one) => extend(log, [one]), emptyLog<Line>());
    expect(grown.lines.map((one) => one.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(grown.ahead).toEqual([]);
  });

  it("holds back a line whose predecessor is missing", () => {
    const log = extend(extend(emptyLog<Line>(), [line(1)]), [line(3)]);
    expect(log.last).toBe(1);
    expect(log.ahead.map((one) => one.seq)).toEqual([3]);
    expect(extend(log, [line(2)]).last).toBe(3);
  });

  it("accepts numbers that this viewer may not see between two lines", () => {
    const log = extend(emptyLog<Line>(), [line(5, {}, 0), line(20, {}, 5), line(21, {}, 20)]);
    expect(log.last).toBe(21);
  });

  it("is the same object when nothing is new", () => {
    const log = extend(emptyLog<Line>(), [line(1), line(2)]);
    expect(extend(log, [line(1)])).toBe(log);
  });

  it("keeps every line through any cut, repeat and reorder", () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 40; round += 1) {
      const all = Array.from({ length: 30 }, (_, place) => line(place + 1));
      const stream = [...all, ...all.filter(() => random() < 0.3)].sort(() => random() - 0.5);
      const log = stream.reduce((held, one) => extend(held, [one]), emptyLog<Line>());
      expect(log.lines).toEqual(all);
    }
  });
});

describe("the room", () => {
  it("is the same from lines one by one as from a later snapshot", () => {
    for (let cut = 0; cut <= TALK.length; cut += 1) {
      const later = snapshot(TALK, { current: 2 });
      const grown = after(snapshot(TALK.slice(0, cut), { current: cut >= 2 ? 2 : 0 }), ...TALK.slice(cut).map(frame));
      expect(grown).toEqual(after(later));
    }
  });

  it("takes a reconnection's snapshot as the continuation of what it holds", () => {
    const grown = after(snapshot(TALK.slice(0, 4), { current: 2 }), snapshot(TALK.slice(4), { current: 2 }));
    expect(grown).toEqual(after(snapshot(TALK, { current: 2 })));
  });

  it("does not count a line twice", () => {
    const once = after(snapshot(TALK));
    expect(reduce(reduce(once, frame(TALK[3] as Line)), frame(TALK[4] as Line))).toBe(once);
  });

  it("counts reactions per author, and takes them back", () => {
    const state = after(snapshot(TALK));
    expect(countOf(state, 3, "same")).toBe(1);
    expect(isMine(state, 3, "same")).toBe(false);
    const twice = after(snapshot([...TALK, line(9, { kind: "reacted", by: "m", to: 3, mark: "same", on: true })]));
    expect(countOf(twice, 3, "same")).toBe(1);
    const mine = reduce(state, frame(line(9, { kind: "reacted", by: "s2", to: 3, mark: "same", on: true })));
    expect(countOf(mine, 3, "same")).toBe(2);
    expect(isMine(mine, 3, "same")).toBe(true);
  });

  it("knows the question in hand and who answered it", () => {
    const state = after(snapshot(TALK));
    expect(state.current?.item).toBe("q1");
    expect([...(state.answered.get("q1") ?? [])]).toEqual(["s1", "s2"]);
  });

  it("moves a seat in and out by the log", () => {
    const waiting = snapshot([], { seats: [{ code: "s1", alias: "Maple", flag: "", state: "waiting" }] });
    const state = after(waiting, frame(line(1, { kind: "admitted", by: "m", seat: "s1" })));
    expect(state.seats.get("s1")?.state).toBe("in");
    const gone = reduce(state, frame(line(2, { kind: "removed", by: "m", seat: "s1" })));
    expect(gone.seats.get("s1")?.state).toBe("removed");
  });

  it("follows one's own removal", () => {
    const state = after(snapshot([]), frame(line(1, { kind: "removed", by: "m", seat: "s2" })));
    expect(state.you?.state).toBe("removed");
  });

  it("follows phase, thanks, presence, typing and the end", () => {
    let state = after(snapshot([line(1, { kind: "opened", by: "m" })]));
    state = reduce(state, { type: "presence", here: ["s1"], moderator: false });
    expect([...state.here]).toEqual(["s1"]);
    expect(state.hostHere).toBe(false);
    state = reduce(state, { type: "typing", by: "s1", on: true });
    expect(state.typing.has("s1")).toBe(true);
    state = reduce(state, frame(line(2)));
    expect(state.typing.size).toBe(0);
    state = reduce(state, frame(line(3, { kind: "closing", by: "m", text: "Thank you all" })));
    expect(state.session?.phase).toBe("closing");
    expect(state.thanks?.text).toBe("Thank you all");
    state = reduce(state, { type: "session", phase: "closed", now: AT });
    expect(state.session?.phase).toBe("closed");
    state = reduce(state, { type: "closed", code: "over", message: "The session is over." });
    expect(state.closed).toEqual({ code: "over", message: "The session is over." });
  });

  it("ignores a frame of a type that it does not know", () => {
    const state = after(snapshot(TALK));
    expect(reduce(state, { type: "later" })).toBe(state);
  });
});
