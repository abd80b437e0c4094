import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { define } from "./define";
import { put } from "./testing";
import { VgDials } from "./vg-dials";

define("vg-dials", VgDials);

const asked = vi.fn<(address: string) => Promise<Response>>();
const page = (words: string): string =>
  `<section data-verdicts><h2>${words}</h2><details><summary>All</summary></details><div data-community="preview"></div></section>`;

beforeEach(() => {
  vi.useFakeTimers();
  asked.mockReset().mockImplementation(async () => new Response(`<html><body>${page("93 of 94")}</body></html>`));
  vi.stubGlobal("fetch", asked);
  put(`<vg-dials><form action="/theme/"><input name="token" value="x">
    <div class="dial"><label><output>192</output></label>
    <input name="brand_chroma" type="range" min="0" max="170" value="95" data-variable="--brand-c" data-over="1000"></div></form>
    <article data-community="preview"></article>${page("94 of 94")}</vg-dials>`);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const turn = (value: string): void => {
  const dial = document.querySelector<HTMLInputElement>("[data-variable]")!;
  dial.value = value;
  dial.dispatchEvent(new Event("input", { bubbles: true }));
};
const painted = (): (string | undefined)[] =>
  [...document.querySelectorAll<HTMLElement>("[data-community]")].map((one) => one.style.getPropertyValue("--brand-c"));

test("a dial paints the previews at once, and says its number", () => {
  turn("120");
  expect(painted()).toEqual(["0.12", "0.12"]);
  expect(document.querySelector("output")?.value).toBe("120");
  expect(asked).not.toHaveBeenCalled();
});

test("a moment later the verdicts are those of the dials, once for a whole turn", async () => {
  document.querySelector("details")!.open = true;
  for (const value of ["100", "110", "120"]) turn(value);
  await vi.advanceTimersByTimeAsync(300);
  expect(asked.mock.calls.map(([address]) => new URL(address, "http://localhost").search)).toEqual([
    "?brand_chroma=120",
  ]);
  expect(document.querySelector("[data-verdicts] h2")?.textContent).toBe("93 of 94");
  expect(document.querySelector("details")?.open).toBe(true);
  expect(painted()).toEqual(["0.12", "0.12"]);
});

test("an answer that never comes leaves the page as it is", async () => {
  asked.mockRejectedValue(new Error("cut"));
  turn("120");
  await vi.advanceTimersByTimeAsync(300);
  expect(document.querySelector("[data-verdicts] h2")?.textContent).toBe("94 of 94");
});

test("an element that left asks nothing", async () => {
  turn("120");
  document.querySelector("vg-dials")?.remove();
  await vi.advanceTimersByTimeAsync(300);
  expect(asked).not.toHaveBeenCalled();
});
