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
import { startTheme } from "./theme";
import { startForms } from "./forms";

startTheme();
startKeyboard();
startLive();
startForms();
startKeeping();
startFolding();
