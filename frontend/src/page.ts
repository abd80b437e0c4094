/* Every page. Each part works alone, and a page without script loses comfort only. */
import "./styles/page.css";

import { define } from "./elements/define";
import { openDialogs } from "./elements/dialogs";
import { VgCopy } from "./elements/vg-copy";
import { VgCountdown } from "./elements/vg-countdown";
import { VgPasskey } from "./elements/vg-passkey";
import { VgTabs } from "./elements/vg-tabs";
import { VgTheme } from "./elements/vg-theme";

define("vg-copy", VgCopy);
define("vg-countdown", VgCountdown);
define("vg-passkey", VgPasskey);
define("vg-tabs", VgTabs);
define("vg-theme", VgTheme);
openDialogs(document);
