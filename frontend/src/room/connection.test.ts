import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Connection, newId, PING_EVERY, type Refusal, SILENCE_LIMIT, socketAddress } from "./connection";
import { FakeSocket } from "./fake-socket";
import type { Command, Frame } from "./frames";

const SNAPSHOT: Frame = { type: "snapshot" };

let life: AbortController;
let socket: FakeSocket;
let heard: Frame[];
let settled: [string, number][];
let refused: [string, Refusal][];
let since: number;

function connect(): Connection {
  const connection = new Connection(
    "ws://here/c/brand/live/abc/socket",
    {
      held: () => ({ since }),
      receive: (frame) => heard.push(frame),
      changed: () => undefined,
      acknowledged: (command, seq) => settled.push([command.id ?? "", seq]),
      refused: (command, refusal) => refused.push([command.id ?? "", refusal]),
    },
    () => socket,
  );
  connection.open(life.signal);
  return connection;
}

function up(connection: Connection): void {
  socket.opens();
  socket.hears(SNAPSHOT);
  expect(connection.state).toBe("open");
}

const post = (id: string): Command => ({ type: "post", id, text: id });

beforeEach(() => {
  vi.useFakeTimers();
  life = new AbortController();
  socket = new FakeSocket();
  heard = [];
  settled = [];
  refused = [];
  since = 0;
});
afterEach(() => {
  life.abort();
  vi.useRealTimers();
});

describe("a connection", () => {
  it("says first what it holds, again after every cut", () => {
    const connection = connect();
    expect(connection.state).toBe("connecting");
    up(connection);
    since = 41;
    socket.drops();
    expect(connection.state).toBe("connecting");
    socket.opens();
    expect(socket.sent).toEqual([
      { type: "join", since: 0 },
      { type: "join", since: 41 },
    ]);
  });

  it("polls every ten seconds", () => {
    up(connect());
    since = 7;
    vi.advanceTimersByTime(PING_EVERY + 1_000);
    expect(socket.of("ping")).toEqual([{ type: "ping", since: 7 }]);
  });

  it("is offline after thirty-five silent seconds, and tries again at once", () => {
    const connection = connect();
    up(connection);
    vi.advanceTimersByTime(SILENCE_LIMIT - 1_000);
    expect(connection.state).toBe("open");
    vi.advanceTimersByTime(2_000);
    expect(connection.state).toBe("offline");
    expect(socket.reconnects).toBe(1);
    socket.opens();
    socket.hears(SNAPSHOT);
    expect(connection.state).toBe("open");
  });

  it("asks when the device loses its network, and is offline when nothing answers", () => {
    const connection = connect();
    up(connection);
    vi.advanceTimersByTime(500);
    dispatchEvent(new Event("offline"));
    expect(socket.of("ping")).toHaveLength(1);
    vi.advanceTimersByTime(100);
    socket.hears({ type: "pong" });
    vi.advanceTimersByTime(4_000);
    expect(connection.state).toBe("open");
    dispatchEvent(new Event("offline"));
    vi.advanceTimersByTime(4_000);
    expect(connection.state).toBe("offline");
    expect(socket.reconnects).toBe(1);
  });

  it("keeps a message until it is settled, and sends it again under the same id", () => {
    const connection = connect();
    connection.keep(post("a"));
    expect(socket.sent).toEqual([]);
    up(connection);
    expect(socket.of("post")).toEqual([post("a")]);
    socket.drops();
    up(connection);
    expect(socket.of("post")).toEqual([post("a"), post("a")]);
    socket.hears({ type: "ack", id: "a", seq: 9 }, { type: "ack", id: "a", seq: 9 });
    expect(settled).toEqual([["a", 9]]);
    expect(connection.pending).toBe(0);
  });

  it("sends messages one after the other, so that their order is the author's", () => {
    const connection = connect();
    up(connection);
    for (const id of ["a", "b", "c"]) connection.keep(post(id));
    connection.keep({ type: "react", id: "r", to: 3, mark: "same", on: true });
    expect(socket.of("post")).toEqual([post("a")]);
    expect(socket.of("react")).toHaveLength(1);
    socket.hears({ type: "ack", id: "a", seq: 1 });
    socket.hears({ type: "refused", id: "b", code: "too_long", message: "Too long" });
    expect(socket.of("post").map((command) => command.id)).toEqual(["a", "b", "c"]);
    expect(refused).toEqual([["b", { code: "too_long", message: "Too long" }]]);
  });

  it("waits a moment when the room asks for it, then says the same again in the same order", () => {
    const connection = connect();
    up(connection);
    connection.keep(post("a"));
    connection.keep(post("b"));
    socket.hears({ type: "refused", id: "a", code: "too_fast", message: "One moment" });
    expect(socket.of("post").map((command) => command.id)).toEqual(["a"]);
    vi.advanceTimersByTime(1_200);
    expect(socket.of("post").map((command) => command.id)).toEqual(["a", "a"]);
    for (let again = 0; again < 4; again += 1) {
      socket.hears({ type: "refused", id: "a", code: "too_fast", message: "One moment" });
      vi.advanceTimersByTime(1_200);
    }
    expect(refused.map(([id]) => id)).toEqual(["a"]);
    expect(socket.of("post").at(-1)).toEqual(post("b"));
  });

  it("stays under the limit of the room", () => {
    const connection = connect();
    up(connection);
    for (let n = 0; n < 40; n += 1) connection.keep({ type: "react", id: `r${n}`, to: 1, mark: "same", on: true });
    expect(socket.sent.length).toBeLessThan(30);
    vi.advanceTimersByTime(11_000);
    expect(socket.of("react")).toHaveLength(40);
    const before = socket.sent.length;
    for (let n = 0; n < 40; n += 1) connection.hint({ type: "typing", on: true });
    expect(socket.sent.length - before).toBeLessThan(13);
  });

  it("settles a command whose line was seen before its acknowledgement", () => {
    const connection = connect();
    up(connection);
    connection.keep(post("a"));
    connection.settle("a");
    expect(connection.pending).toBe(0);
    socket.hears({ type: "ack", id: "a", seq: 4 });
    expect(settled).toEqual([]);
  });

  it.each([4400, 4401, 4404, 4410])("stops for good at %i", (code) => {
    const connection = connect();
    up(connection);
    socket.drops(code);
    expect(connection.state).toBe("closed");
    expect(socket.closed).toBe(true);
    expect(heard.at(-1)).toEqual({ type: "gone", code });
    vi.advanceTimersByTime(120_000);
    expect(socket.reconnects).toBe(0);
  });

  it.each([1001, 1006, 1012, 4408])("comes back after %i", (code) => {
    const connection = connect();
    up(connection);
    socket.drops(code);
    expect(connection.state).toBe("connecting");
    up(connection);
  });

  it("asks for what is missing once a second at most", () => {
    const connection = connect();
    up(connection);
    vi.advanceTimersByTime(1_500);
    connection.ask();
    connection.ask();
    expect(socket.of("ping")).toHaveLength(1);
    vi.advanceTimersByTime(1_500);
    connection.ask();
    expect(socket.of("ping")).toHaveLength(2);
  });

  it("doubts a door that never opens, and believes the page", async () => {
    const answer = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null, { status: 404 }));
    const connection = connect();
    for (let n = 0; n < 3; n += 1) socket.drops(1006);
    await vi.advanceTimersByTimeAsync(10);
    expect(answer).toHaveBeenCalledOnce();
    expect(connection.state).toBe("closed");
    answer.mockRestore();
  });

  it("ends with its page", () => {
    const connection = connect();
    up(connection);
    life.abort();
    expect(socket.closed).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(socket.of("ping")).toEqual([]);
    expect(connection.pending).toBe(0);
  });

  it("makes short ids and addresses of its own origin", () => {
    expect(newId()).toHaveLength(36);
    expect(socketAddress("/c/brand/live/abc/socket")).toMatch(/^wss?:\/\/.*\/c\/brand\/live\/abc\/socket$/);
  });
});
