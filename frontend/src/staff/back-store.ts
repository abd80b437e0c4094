/** The confidential block as a value, and the one function that grows it from frames. */
import type { Frame } from "../room/frames";
import { emptyLog, extend, type Log, type Numbered } from "../room/log";

export const KINDS = ["remark", "question", "probe"] as const;
export type Kind = (typeof KINDS)[number];

export interface Remark extends Numbered {
  readonly at: string;
  readonly by: string;
  readonly kind: Kind;
  readonly id?: string;
  readonly text: string;
  /** The number of a line of the room. */
  readonly quote?: number;
}

export interface Colleague {
  readonly code: string;
  readonly name: string;
  readonly title: string;
  readonly duty: string;
}

export interface BackState {
  readonly you: string;
  readonly people: ReadonlyMap<string, Colleague>;
  readonly here: ReadonlySet<string>;
  readonly log: Log<Remark>;
  readonly typing: ReadonlySet<string>;
  readonly closed: { readonly code: string; readonly message: string } | null;
}

export const EMPTY_BACK: BackState = {
  you: "",
  people: new Map(),
  here: new Set(),
  log: emptyLog(),
  typing: new Set(),
  closed: null,
};

export function reduceBack(state: BackState, frame: Frame): BackState {
  switch (frame.type) {
    case "snapshot": {
      const you = frame.you as string | { code: string };
      return {
        ...withRemarks(state, frame.lines as Remark[]),
        you: typeof you === "string" ? you : you.code,
        people: new Map((frame.people as Colleague[]).map((one) => [one.code, one])),
        here: new Set(frame.here as string[]),
        typing: new Set(),
        closed: null,
      };
    }
    case "line":
      return withRemarks(state, [frame as unknown as Remark]);
    case "presence":
      return { ...state, here: new Set(frame.here as string[]) };
    case "typing": {
      const typing = new Set(state.typing);
      if (frame.on === true) typing.add(String(frame.by));
      else typing.delete(String(frame.by));
      return { ...state, typing };
    }
    case "closed":
      return { ...state, closed: { code: String(frame.code), message: String(frame.message ?? "") } };
    default:
      return state;
  }
}

function withRemarks(state: BackState, remarks: readonly Remark[]): BackState {
  const log = extend(state.log, remarks.map(bare));
  if (log === state.log) return state;
  const typing = new Set(state.typing);
  for (const remark of log.lines.slice(state.log.lines.length)) typing.delete(remark.by);
  return { ...state, log, typing };
}

function bare(remark: Remark): Remark {
  const { type: _type, ...fields } = remark as Remark & { type?: string };
  return fields;
}
