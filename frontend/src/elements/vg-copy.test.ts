import { beforeEach, expect, test, vi } from "vitest";

import { define } from "./define";
import { put } from "./testing";
import { VgCopy } from "./vg-copy";

define("vg-copy", VgCopy);

const write = vi.fn<(text: string) => Promise<void>>();
const voice = (): string | null | undefined => document.querySelector("[role=status]")?.textContent;

beforeEach(() => {
  write.mockReset().mockResolvedValue();
  Object.defineProperty(navigator, "clipboard", { value: { writeText: write }, configurable: true });
  put(`<code id="code"> K7-214 </code><vg-copy data-from="code" data-done="Copied"
    data-failed="Selected"><button>Copy</button><span role="status"></span></vg-copy>`);
});

const copy = async (): Promise<void> => {
  document.querySelector("button")?.click();
  await new Promise((done) => setTimeout(done));
};

test("it copies the words of its source, and says so", async () => {
  await copy();
  expect(write).toHaveBeenCalledExactlyOnceWith("K7-214");
  expect(voice()).toBe("Copied");
});

test("its own text comes first", async () => {
  document.querySelector("vg-copy")?.setAttribute("data-text", "abc");
  await copy();
  expect(write).toHaveBeenCalledExactlyOnceWith("abc");
});

test("refused, it selects the words instead", async () => {
  write.mockRejectedValue(new Error("no"));
  await copy();
  expect(voice()).toBe("Selected");
  expect(getSelection()?.toString()).toContain("K7-214");
});
