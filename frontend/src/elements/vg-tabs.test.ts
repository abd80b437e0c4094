import { beforeEach, expect, test } from "vitest";

import { define } from "./define";
import { put } from "./testing";
import { VgTabs } from "./vg-tabs";

define("vg-tabs", VgTabs);

const tab = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const openPanes = (): string[] => [...document.querySelectorAll("[data-open]")].map((pane) => pane.id);
const press = (id: string, key: string): void => {
  tab(id).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
};

beforeEach(() => {
  put(`
    <vg-tabs role="tablist">
      <button role="tab" id="a" aria-controls="pa" aria-selected="false">A</button>
      <button role="tab" id="b" aria-controls="pb" aria-selected="true">B</button>
      <button role="tab" id="c" aria-controls="pc" aria-selected="false">C</button>
    </vg-tabs>
    <div id="pa"></div><div id="pb" data-open></div><div id="pc"></div>`);
});

test("the chosen tab is open, and alone in the tab order", () => {
  expect(openPanes()).toEqual(["pb"]);
  expect([tab("a").tabIndex, tab("b").tabIndex, tab("c").tabIndex]).toEqual([-1, 0, -1]);
});

test("a press opens its pane and closes the others", () => {
  tab("c").click();
  expect(openPanes()).toEqual(["pc"]);
  expect(tab("c").getAttribute("aria-selected")).toBe("true");
  expect(tab("b").getAttribute("aria-selected")).toBe("false");
});

test("arrows go round, Home and End go to the ends, other keys do nothing", () => {
  press("b", "ArrowRight");
  expect(openPanes()).toEqual(["pc"]);
  expect(document.activeElement?.id).toBe("c");
  press("c", "ArrowRight");
  expect(openPanes()).toEqual(["pa"]);
  press("a", "ArrowLeft");
  expect(openPanes()).toEqual(["pc"]);
  press("c", "Home");
  expect(openPanes()).toEqual(["pa"]);
  press("a", "End");
  expect(openPanes()).toEqual(["pc"]);
  press("c", "x");
  expect(openPanes()).toEqual(["pc"]);
});

test("out of the page, it listens no more", () => {
  const list = document.querySelector("vg-tabs") as VgTabs;
  list.remove();
  list.querySelector<HTMLElement>("#a")?.click();
  expect(openPanes()).toEqual(["pb"]);
});
