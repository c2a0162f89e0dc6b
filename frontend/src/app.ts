import "@tabler/core/dist/css/tabler.min.css";
import "./style/tokens.css";
import "./style/frame.css";
import "./style/parts.css";
import "./style/pages.css";
import "./style/branch.css";
import { startFolding } from "./folding";
import { startKeeping } from "./keeping";
import { startKeyboard } from "./keyboard";
import { startLive } from "./live";
import { startReadBack } from "./readback";
import { startTheme } from "./theme";
import { startForms } from "./forms";

startTheme();
startKeyboard();
startLive();
startForms();
startKeeping();
startReadBack();
startFolding();

// On a phone the menu of the settings is a strip that goes beyond the screen: it begins at the page one is on.
document.querySelector(".settings-menu .is-here")?.scrollIntoView({ block: "nearest", inline: "center" });
