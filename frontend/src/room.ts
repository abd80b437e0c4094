import { VgRoom } from "./room/vg-room";

customElements.define("vg-room", VgRoom);
