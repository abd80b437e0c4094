import "./styles/staff.css";

import { define } from "./elements/define";
import { VgDials } from "./elements/vg-dials";
import { StaffRoom } from "./staff/staff-room";
import { VgBackroom } from "./staff/vg-backroom";

customElements.define("vg-backroom", VgBackroom);
customElements.define("vg-room", StaffRoom);
define("vg-dials", VgDials);
