/** The room as one viewer knows it: a value, and the one function that grows it from frames. No clock, no page. */
import { type Frame, HOST, type Line, type Mark, type SeatView, type SessionView, type Snapshot, type You } from "./frames";
import { emptyLog, extend, type Log } from "./log";

/** Who put each mark under a line. */
export type Reactions = ReadonlyMap<Mark, ReadonlySet<string>>;

export interface RoomState {
  readonly you: You | null;
  readonly session: SessionView | null;
  readonly host: string;
  readonly seats: ReadonlyMap<string, SeatView>;
  readonly expected: number;
  readonly here: ReadonlySet<string>;
  readonly hostHere: boolean;
  readonly log: Log<Line>;
  /** Lines by number, for quotes. */
  readonly bySeq: ReadonlyMap<number, Line>;
  /** Launched items by code. */
  readonly items: ReadonlyMap<string, Line>;
  /** The line of the question that answers belong to now. */
  readonly current: Line | null;
  readonly reactions: ReadonlyMap<number, Reactions>;
  /** Who answered each question. */
  readonly answered: ReadonlyMap<string, ReadonlySet<string>>;
  readonly typing: ReadonlySet<string>;
  /** Words of thanks, once the host has said them. */
  readonly thanks: Line | null;
  readonly closed: { readonly code: string; readonly message: string } | null;
}

export const EMPTY: RoomState = {
  you: null,
  session: null,
  host: "",
  seats: new Map(),
  expected: 0,
  here: new Set(),
  hostHere: false,
  log: emptyLog(),
  bySeq: new Map(),
  items: new Map(),
  current: null,
  reactions: new Map(),
  answered: new Map(),
  typing: new Set(),
  thanks: null,
  closed: null,
};

export function reduce(state: RoomState, frame: Frame): RoomState {
  switch (frame.type) {
    case "snapshot":
      return fromSnapshot(state, frame as Snapshot);
    case "line":
      return withLines(state, [frame as unknown as Line]);
    case "seat":
      return withSeat(state, frame as unknown as SeatView);
    case "presence":
      return { ...state, here: new Set(frame.here as string[]), hostHere: frame.moderator === true };
    case "typing":
      return withTyping(state, String(frame.by), frame.on === true);
    case "session":
      return withSession(state, frame);
    case "closed":
      return { ...state, closed: { code: String(frame.code), message: String(frame.message ?? "") } };
    default:
      return state;
  }
}

/** The author code that this viewer's own lines carry. */
export function myCode(state: RoomState): string {
  if (!state.you) return "";
  return state.you.duty === "moderator" ? HOST : state.you.code;
}

export function countOf(state: RoomState, seq: number, mark: Mark): number {
  return state.reactions.get(seq)?.get(mark)?.size ?? 0;
}

export function isMine(state: RoomState, seq: number, mark: Mark): boolean {
  return state.reactions.get(seq)?.get(mark)?.has(myCode(state)) ?? false;
}

function fromSnapshot(state: RoomState, frame: Snapshot): RoomState {
  const session = sessionOf(frame.session);
  const grown = withLines({ ...state, you: frame.you, session }, frame.lines);
  return {
    ...grown,
    you: frame.you,
    session,
    host: frame.host,
    seats: new Map(frame.seats.map((seat) => [seat.code, seatOf(seat)])),
    expected: frame.expected,
    here: new Set(frame.here),
    hostHere: frame.moderator,
    current: grown.bySeq.get(frame.current) ?? grown.current,
    typing: new Set(),
    closed: null,
  };
}

function seatOf(seat: SeatView): SeatView {
  const { code, alias, flag, state, pseudonym } = seat;
  return pseudonym === undefined ? { code, alias, flag, state } : { code, alias, flag, state, pseudonym };
}

function withSeat(state: RoomState, seat: SeatView): RoomState {
  const you = state.you?.code === seat.code ? { ...state.you, state: seat.state } : state.you;
  return { ...state, you, seats: new Map(state.seats).set(seat.code, seatOf(seat)) };
}

function withTyping(state: RoomState, by: string, on: boolean): RoomState {
  if (state.typing.has(by) === on) return state;
  const typing = new Set(state.typing);
  if (on) typing.add(by);
  else typing.delete(by);
  return { ...state, typing };
}

function withSession(state: RoomState, frame: Frame): RoomState {
  return state.session ? { ...state, session: sessionOf({ ...state.session, ...frame }) } : state;
}

function sessionOf(session: SessionView): SessionView {
  const { code, title, phase, opens_at, starts_at, ends_at, opened_at, limit } = session;
  return { code, title, phase, opens_at, starts_at, ends_at, opened_at: opened_at ?? null, limit };
}

function withLines(state: RoomState, lines: readonly Line[]): RoomState {
  const log = extend(state.log, lines.map(lineOf));
  if (log === state.log) return state;
  const fresh = log.lines.slice(state.log.lines.length);
  if (!fresh.length) return { ...state, log };
  const draft = {
    ...state,
    log,
    bySeq: new Map(state.bySeq),
    reactions: fresh.some((line) => line.kind === "reacted") ? new Map(state.reactions) : state.reactions,
  };
  for (const line of fresh) take(draft, line);
  return draft;
}

/** A line without its envelope: what a snapshot and a frame say of it must be equal. */
function lineOf(line: Line): Line {
  const { type: _type, ...fields } = line as Line & { type?: string };
  return fields;
}

type Draft = { -readonly [K in keyof RoomState]: RoomState[K] } & {
  bySeq: Map<number, Line>;
};

function take(draft: Draft, line: Line): void {
  draft.bySeq.set(line.seq, line);
  switch (line.kind) {
    case "said":
      if (line.by && draft.typing.has(line.by)) draft.typing = new Set([...draft.typing].filter((code) => code !== line.by));
      if (line.item && line.by && line.by !== HOST && !draft.answered.get(line.item)?.has(line.by)) {
        draft.answered = new Map(draft.answered).set(line.item, new Set(draft.answered.get(line.item)).add(line.by));
      }
      break;
    case "reacted":
      react(draft, line);
      break;
    case "launched":
      if (line.item) draft.items = new Map(draft.items).set(line.item, line);
      if (line.item_kind === "question") draft.current = line;
      break;
    case "admitted":
      move(draft, line.seat, "in");
      break;
    case "removed":
      move(draft, line.seat, "removed");
      break;
    case "opened":
      phase(draft, "live", line.at);
      break;
    case "closing":
      draft.thanks = line;
      phase(draft, "closing");
      break;
    case "closed":
      draft.typing = new Set();
      phase(draft, "closed");
      break;
  }
}

function react(draft: Draft, line: Line): void {
  if (!line.to || !line.by) return;
  const marks = new Map(draft.reactions.get(line.to));
  const mark = line.mark as Mark;
  const people = new Set(marks.get(mark));
  if (line.on === false) people.delete(line.by);
  else people.add(line.by);
  if (people.size) marks.set(mark, people);
  else marks.delete(mark);
  (draft.reactions as Map<number, Reactions>).set(line.to, marks);
}

function move(draft: Draft, code: string | undefined, state: SeatView["state"]): void {
  if (!code) return;
  const seat = draft.seats.get(code);
  if (seat) draft.seats = new Map(draft.seats).set(code, { ...seat, state });
  if (draft.you?.code === code) draft.you = { ...draft.you, state };
}

function phase(draft: Draft, now: SessionView["phase"], openedAt?: string): void {
  if (!draft.session) return;
  draft.session = openedAt
    ? { ...draft.session, phase: now, opened_at: draft.session.opened_at ?? openedAt }
    : { ...draft.session, phase: now };
}
