/** The frames of the room, as `docs/architecture/live-room.md` lists them. */
import type { Numbered } from "./log";

export type Phase = "planned" | "waiting" | "live" | "closing" | "closed";
export type SeatState = "waiting" | "in" | "removed";
export const MARKS = ["same", "thanks", "surprised"] as const;
export type Mark = (typeof MARKS)[number];

/** Who speaks for the house: the author code of the person who leads the meeting. */
export const HOST = "m";

export interface Line extends Numbered {
  readonly at: string;
  readonly kind: string;
  readonly by?: string;
  readonly id?: string;
  readonly text?: string;
  readonly item?: string;
  readonly item_kind?: string;
  readonly number?: number;
  readonly to?: number;
  readonly mark?: string;
  readonly on?: boolean;
  readonly seat?: string;
}

export interface SeatView {
  readonly code: string;
  readonly alias: string;
  readonly flag: string;
  readonly state: SeatState;
  readonly pseudonym?: string;
}

export interface You {
  readonly code: string;
  readonly duty: string;
  readonly state: SeatState;
}

export interface SessionView {
  readonly code: string;
  readonly title: string;
  readonly phase: Phase;
  readonly opens_at: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly opened_at?: string | null;
  readonly limit: number;
}

/** A frame as it comes: its type, then fields that each reducer reads for itself. */
export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Snapshot extends Frame {
  readonly type: "snapshot";
  readonly now: string;
  readonly you: You;
  readonly session: SessionView;
  /** The name under which the host speaks. */
  readonly host: string;
  readonly seats: readonly SeatView[];
  readonly expected: number;
  readonly current: number;
  readonly here: readonly string[];
  readonly moderator: boolean;
  readonly lines: readonly Line[];
}

/** A command; one that carries an `id` is kept until the server has settled it. */
export interface Command {
  readonly type: string;
  readonly id?: string;
  readonly [field: string]: unknown;
}

export interface Post extends Command {
  readonly type: "post";
  readonly id: string;
  readonly text: string;
}
