import { describe, expect, it } from "vitest";

import { ServerClock, span } from "./clock";

describe("time", () => {
  it.each([
    [402_000, "6:42"],
    [4_002_000, "1:06:42"],
    [59_001, "1:00"],
    [0, "0:00"],
    [-200_000, "+3:20"],
    [900, "0:01"],
  ])("%i ms reads %s", (left, shown) => expect(span(left)).toBe(shown));

  it("believes the server, and the frame that travelled the shortest", () => {
    const clock = new ServerClock("en", "Europe/Paris");
    expect(clock.known).toBe(false);
    const ahead = Date.now() + 3_600_000;
    clock.hear(new Date(ahead - 800).toISOString());
    clock.hear(new Date(ahead).toISOString());
    clock.hear(new Date(ahead - 900).toISOString());
    expect(Math.abs(clock.now() - ahead)).toBeLessThan(100);
    expect(clock.time("2026-05-21T16:30:00.000Z")).toBe("18:30");
  });

  it("follows when the reader's own clock is moved", () => {
    const clock = new ServerClock("fr", undefined);
    clock.hear(new Date(Date.now() + 60_000).toISOString());
    clock.hear(new Date(Date.now() - 60_000).toISOString());
    expect(clock.until(new Date(Date.now()).toISOString())).toBeGreaterThan(59_000);
  });
});
