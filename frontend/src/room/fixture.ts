/** A small page of a meeting for tests: the names that the templates give, and short words. */
import type { Line, Snapshot } from "./frames";

export const AT = "2026-05-21T16:30:00.000Z";

const WORDS: Record<string, string> = {
  "said-by": "{name}: {text}",
  you: "{name} (you)",
  "unread/one": "{n} new message",
  "unread/other": "{n} new messages",
  "left/one": "{n} left",
  "left/other": "{n} left",
  "too-many/other": "{n} too many",
  writes: "{who} is writing",
  write: "{who} are writing",
  "several-write": "Several are writing",
  "aboard/one": "{n} person",
  "aboard/other": "{n} people",
  "hoisted/one": "{n} flag",
  "hoisted/other": "{n} flags",
  "expected/other": "{n} expected",
  "opens-in/one": "Begins in {n} minute",
  "opens-in/other": "Begins in {n} minutes",
  "ends-in/other": "{n} minutes left",
  "trip/other": "{n} ms",
  opened: "Open",
  closed: "Over",
  admitted: "{name} comes aboard",
  removed: "{name} has gone",
  "now-room": "You are in the room",
  "gone-was_removed": "Your part was ended",
  "gone-other": "Out of reach",
  "title-room": "Live",
  "at-door/one": "{n} waits",
  "at-door/other": "{n} wait",
  "nobody-at-door": "Nobody waits",
  "pace-none": "Not begun",
  "pace-good": "On time",
  "pace-late/other": "{n} minutes late",
  "pace-ahead/other": "{n} minutes ahead",
  "must-ask/one": "{n} must-ask left",
  "must-ask/other": "{n} must-asks left",
  "minutes-planned": "{planned} min",
  "minutes-used": "{used} / {planned} min",
};

export function words(set: string, all: Record<string, string> = WORDS): string {
  const lines = Object.entries(all).map(([key, text]) => {
    const [name, form] = key.split("/");
    return `<p data-word="${name}"${form ? ` data-form="${form}"` : ""}>${text}</p>`;
  });
  return `<template data-words="${set}">${lines.join("")}</template>`;
}

const MARKS = ["same", "thanks", "surprised"];
const marks = MARKS.map((mark) => `<button data-do="react" data-mark="${mark}" aria-pressed="false" hidden><span data-slot="count"></span></button>`).join("");
const tools = `<div data-tools aria-label="Act on {name}"><button data-do="reply" data-for-others tabindex="-1"></button>${MARKS.map((mark) => `<button data-do="react" data-mark="${mark}" data-for-others tabindex="-1" aria-pressed="false"></button>`).join("")}<button data-do="quote" tabindex="-1"></button></div>`;
const spoken = `<blockquote data-quote hidden><cite data-slot="quote-name"></cite><span data-slot="quote-text"></span></blockquote><p data-slot="text"></p>`;
const when = (...states: string[]): string => states.map((state) => `<i data-when="${state}" hidden>${state}</i>`).join("");

export const TEMPLATES = `
<template data-template="line"><li class="line" tabindex="-1"><svg data-slot="flag"></svg><b data-slot="name"></b><time data-slot="time"></time><div data-said>${spoken}</div></li></template>
<template data-template="tools">${tools}</template><template data-template="marks"><div data-marks>${marks}</div></template>
<template data-template="host-line"><li class="line line--probe" tabindex="-1"><i data-slot="initial"></i><b data-slot="name"></b><time data-slot="time"></time><div data-said>${spoken}</div></li></template>
<template data-template="question"><li class="ask" tabindex="-1"><i data-slot="number"></i><p data-slot="text"></p></li></template>
<template data-template="message"><li class="ask" tabindex="-1"><p data-slot="text"></p></li></template>
<template data-template="note"><li class="sys" tabindex="-1"><span data-slot="note"></span><time data-slot="time"></time></li></template>
<template data-template="unread"><li class="sys--unread"><span data-slot="note"></span></li></template>
<template data-template="unsent"><li class="line"><b data-slot="name"></b>${spoken}${when("waiting", "refused")}<span data-slot="reason"></span><button data-handle="edit"></button><button data-handle="retry"></button><button data-handle="drop"></button></li></template>
<template data-template="person"><li><svg data-slot="flag"></svg><b data-slot="name"></b><small data-slot="pseudonym" hidden></small>${when("here", "answered", "writing", "away")}<button data-asks="remove" aria-label="Remove {name}"></button></li></template>
<template data-template="arrived"><li><svg data-slot="flag"></svg><span data-slot="name"></span></li></template>
<template data-template="awaited"><li data-waiting></li></template>`;

export const COMPOSER = `
<form data-composer>
  <button type="button" data-latest hidden><span data-slot="unread"></span></button>
  <p data-answering hidden><span data-slot="number"></span><button type="button" data-take-current hidden><span data-slot="current-number"></span></button></p>
  <p data-replying hidden><b data-slot="reply-name"></b><span data-slot="reply-text"></span><button type="button" data-cancel-reply></button></p>
  <textarea></textarea><button type="submit">Send</button>
  <p data-error hidden><span data-slot="error"></span></p>
  <p data-counter hidden><span data-slot="counter"></span></p>
</form>`;

export const ROOM = `
<div data-view-of="waiting">
  <main data-main tabindex="-1">
    ${["doors", "soon", "moment", "begun"].map((lead) => `<p data-lead="${lead}" hidden>${lead}</p>`).join("")}
    <p><time data-countdown></time></p>
    <h2 data-slot="hoisted"></h2><p data-slot="expected"></p><ul data-arrived></ul>
    <form data-practice><p data-practised hidden><span data-slot="text"></span></p><textarea></textarea><button>Try</button></form>
    <ul data-check="link">${["measuring", "good", "slow", "bad"].map((state) => `<li data-when="${state}"><span data-slot="trip"></span></li>`).join("")}</ul>
    <ul data-check="memory">${when("good", "bad")}</ul>
  </main>
</div>
<main data-view-of="room" data-main tabindex="-1" hidden>
  <span data-link-state>${when("open", "connecting", "offline", "closed")}</span><span data-slot="remaining"></span>
  <div role="tablist">
    <button role="tab" id="t-talk" aria-controls="p-talk" aria-selected="true"><span data-count hidden><span data-slot="n"></span></span><span data-slot="spoken"></span></button>
    <button role="tab" id="t-crew" aria-controls="p-crew" aria-selected="false"><span data-count hidden><span data-slot="n"></span></span><span data-slot="spoken"></span></button>
  </div>
  <section id="p-crew"><span data-slot="aboard"></span><ul data-people></ul></section>
  <section id="p-talk" data-open>
    <div data-scroller><ol data-lines><li>from the server</li></ol><ol data-unsent></ol></div>
    <p data-voice></p>
    <p data-typing><span data-someone hidden><span data-slot="typing"></span></span></p>
    <p data-line-down hidden></p>
    <p data-refusal hidden><span data-slot="refusal"></span></p>
    ${COMPOSER}
    <p data-while="closed" hidden></p>
  </section>
  <div data-now-asked hidden><span data-slot="asked-number"></span><span data-slot="asked-text"></span></div>
</main>
<div data-view-of="closing" hidden><main data-main tabindex="-1"><p data-thanks hidden><span data-slot="thanks"></span></p><button data-read-again></button><form data-sign-out></form></main></div>
<div data-view-of="gone" hidden><main data-main tabindex="-1"><p data-slot="gone-reason"></p></main></div>
<dialog data-comfort><input type="radio" name="announce" value="all"><input type="radio" name="announce" value="none"><input type="checkbox" name="keys"></dialog>`;

export function page(inside = "", attributes = ""): string {
  return `<vg-room data-view="waiting" data-socket="/c/brand/live/abc/socket" data-session="abc" data-you="s2" data-host-name="Sophie" ${attributes}>${ROOM}${inside}${TEMPLATES}${words("room")}</vg-room>`;
}

export function line(seq: number, fields: Partial<Line> = {}, prev = seq - 1): Line {
  return { seq, prev, at: AT, kind: "said", by: "s1", text: `line ${seq}`, ...fields };
}

export function snapshot(lines: readonly Line[], fields: Partial<Snapshot> = {}): Snapshot {
  const soon = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
  return {
    type: "snapshot",
    v: 1,
    now: new Date().toISOString(),
    you: { code: "s2", duty: "seat", state: "in" },
    session: { code: "abc", title: "Loose goods", phase: "live", opens_at: soon(-20), starts_at: soon(-10), ends_at: soon(60), opened_at: soon(-10), limit: 300 },
    host: "Sophie",
    seats: [
      { code: "s1", alias: "Maple", flag: '<path d="M0 0"/>', state: "in" },
      { code: "s2", alias: "Flint", flag: '<path d="M1 1"/>', state: "in" },
    ],
    expected: 3,
    current: 0,
    here: ["s1", "s2"],
    moderator: true,
    lines,
    ...fields,
  };
}

/** Into the page all at once, as a browser's deferred script finds it. */
export function put(html: string): Element {
  const holder = document.createElement("div");
  holder.innerHTML = html;
  document.body.replaceChildren(...holder.children);
  return document.body.firstElementChild as Element;
}
