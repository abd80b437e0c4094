import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { define } from "./define";
import { put } from "./testing";
import { VgCountdown, clockFace } from "./vg-countdown";

define("vg-countdown", VgCountdown);

function show(until: string, now: string): VgCountdown {
  put(`<vg-countdown data-until="${until}" data-now="${now}"
    data-say-300="five" data-say-60="one" data-say-0="open"><time></time><span role="status"></span></vg-countdown>`);
  return document.querySelector("vg-countdown") as VgCountdown;
}

const face = (): string | null | undefined => document.querySelector("time")?.textContent;
const voice = (): string | null | undefined => document.querySelector("[role=status]")?.textContent;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime("2031-01-01T03:00:00Z");
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
});

test("seconds are written as on a clock", () => {
  expect([402, 59.2, 0, -8, 3725].map(clockFace)).toEqual(["6:42", "1:00", "0:00", "0:00", "1:02:05"]);
});

test("the server's clock is the one that counts", () => {
  show("2026-05-14T16:30:00Z", "2026-05-14T16:23:18Z");
  expect(face()).toBe("6:42");
  expect(document.querySelector("time")?.getAttribute("datetime")).toBe("PT402S");
  vi.advanceTimersByTime(2000);
  expect(face()).toBe("6:40");
});

test("it speaks at five minutes, at one minute and at the opening, and at no other moment", () => {
  show("2026-05-14T16:30:00Z", "2026-05-14T16:24:50Z");
  const ended = vi.fn();
  document.addEventListener("vg-countdown-end", ended, { once: true });
  expect(voice()).toBe("");
  vi.advanceTimersByTime(11_000);
  expect(voice()).toBe("five");
  vi.advanceTimersByTime(240_000);
  expect(voice()).toBe("one");
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect([voice(), face()]).toEqual(["open", "0:00"]);
  vi.advanceTimersByTime(60_000);
  expect(ended).toHaveBeenCalledTimes(1);
});

test("opened under five minutes, it does not say what the page already says", () => {
  show("2026-05-14T16:30:00Z", "2026-05-14T16:27:00Z");
  vi.advanceTimersByTime(1000);
  expect(voice()).toBe("");
});

test("waking up after a long sleep, it says the last thing only", () => {
  show("2026-05-14T16:30:00Z", "2026-05-14T16:00:00Z");
  vi.setSystemTime(Date.now() + 1_795_000);
  vi.advanceTimersByTime(300);
  expect(voice()).toBe("one");
});

test("out of the page, nothing ticks", () => {
  show("2026-05-14T16:30:00Z", "2026-05-14T16:23:18Z").remove();
  expect(vi.getTimerCount()).toBe(0);
});
