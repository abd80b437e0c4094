import { beforeEach, expect, test } from "vitest";

import { define } from "./define";
import { put } from "./testing";
import { VgTheme } from "./vg-theme";

define("vg-theme", VgTheme);

const root = document.documentElement;
const shown = (): string[] =>
  [...document.querySelectorAll<HTMLElement>("[data-when]")].filter((label) => !label.hidden).map((label) => label.dataset.when ?? "");

function show(): void {
  put(`
    <vg-theme><button><span data-when="light">Dark</span><span data-when="dark" hidden>Light</span></button></vg-theme>
    <vg-theme><input type="radio" name="theme" value="light"><input type="radio" name="theme" value="dark"><input
      type="radio" name="theme" value="auto"></vg-theme>`);
}

const radio = (value: string): HTMLInputElement => document.querySelector(`[value=${value}]`) as HTMLInputElement;

beforeEach(() => {
  localStorage.clear();
  delete root.dataset.theme;
  show();
});

test("nobody chose: the system's theme, and automatic is ticked", () => {
  expect([root.dataset.theme, shown(), radio("auto").checked]).toEqual([undefined, ["light"], true]);
});

test("the button changes the theme, keeps the choice and offers the way back", () => {
  document.querySelector("button")?.click();
  expect([root.dataset.theme, localStorage.getItem("vigie-theme"), shown()]).toEqual(["dark", "dark", ["dark"]]);
  expect(radio("dark").checked).toBe(true);
  document.querySelector("button")?.click();
  expect([root.dataset.theme, shown()]).toEqual(["light", ["light"]]);
});

test("automatic forgets the choice", () => {
  document.querySelector("button")?.click();
  radio("auto").checked = true;
  radio("auto").dispatchEvent(new Event("change", { bubbles: true }));
  expect([root.dataset.theme, localStorage.getItem("vigie-theme"), shown()]).toEqual([undefined, null, ["light"]]);
});

test("another tab of the same browser is followed", () => {
  localStorage.setItem("vigie-theme", "dark");
  window.dispatchEvent(new StorageEvent("storage", { key: "vigie-theme" }));
  expect([root.dataset.theme, shown()]).toEqual(["dark", ["dark"]]);
});

test("a theme kept from last time is applied before anything else", async () => {
  localStorage.setItem("vigie-theme", "dark");
  await Promise.all(Object.values(import.meta.glob("../theme.ts")).map((load) => load()));
  expect(root.dataset.theme).toBe("dark");
});
