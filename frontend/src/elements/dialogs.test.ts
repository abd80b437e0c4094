import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { openDialogs } from "./dialogs";
import { put } from "./testing";

let life: AbortController;
const sent = vi.fn((event: Event) => event.preventDefault());
const dialog = (): HTMLDialogElement => document.getElementById("ask") as HTMLDialogElement;
const form = (): HTMLFormElement => document.getElementById("form") as HTMLFormElement;

beforeEach(() => {
  life = new AbortController();
  put(`
    <a href="/why" data-opens="ask"><b id="inside">Why</b></a>
    <form id="form" data-confirm="ask"><button name="act" value="remove">Remove</button></form>
    <dialog id="ask"></dialog>`);
  openDialogs(document, life.signal);
  sent.mockClear();
  // Only what passes the confirmation reaches the window untouched.
  window.addEventListener("submit", (event) => void (event.defaultPrevented || sent(event)), { signal: life.signal });
});
afterEach(() => life.abort());

test("a control opens its dialog in place of following its link", () => {
  const event = new MouseEvent("click", { bubbles: true, cancelable: true });
  document.getElementById("inside")?.dispatchEvent(event);
  expect([dialog().open, event.defaultPrevented]).toEqual([true, true]);
});

test("a form waits for the word yes", () => {
  form().querySelector("button")?.click();
  expect([dialog().open, sent.mock.calls.length]).toEqual([true, 0]);
  dialog().close("yes");
  expect(sent).toHaveBeenCalledTimes(1);
  const [event] = sent.mock.calls[0] ?? [];
  expect(((event as SubmitEvent).submitter as HTMLButtonElement).value).toBe("remove");
});

test("it is not sent on no, nor on Escape, and asks again the next time", () => {
  for (const answer of ["no", ""]) {
    form().querySelector("button")?.click();
    dialog().close(answer);
  }
  expect(sent).not.toHaveBeenCalled();
  form().querySelector("button")?.click();
  dialog().close("yes");
  form().querySelector("button")?.click();
  expect([sent.mock.calls.length, dialog().open]).toEqual([1, true]);
});

test("a form without a dialog goes straight", () => {
  delete form().dataset.confirm;
  form().querySelector("button")?.click();
  expect(sent).toHaveBeenCalledTimes(1);
});
