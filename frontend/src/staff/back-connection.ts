/** The confidential plane's own socket: another address, another object, and nothing else may be posted to it. */
import { Connection, type Link, type SocketMaker, socketAddress } from "../room/connection";

const PLANE = /^\/c\/[^/]+\/back\/[^/]+\/socket$/;

export class BackConnection extends Connection {
  /** Makes this class its own type: a connection of the room cannot stand in for it. */
  readonly plane = "back" as const;

  constructor(path: string, link: Link, make?: SocketMaker) {
    if (!PLANE.test(path)) throw new Error("not an address of the confidential plane");
    super(socketAddress(path), link, make);
  }
}
