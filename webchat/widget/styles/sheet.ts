/** The whole look of the panel, as CSS text. The build writes it out as one text, without what nothing refers to. */
import { baseStyle } from "../../../design/base-text.ts";
import { tokenText } from "../../../design/tokens.ts";
import { logStyle } from "./log.ts";
import { panelStyle } from "./panel.ts";

export const sheet = tokenText("host") + baseStyle + panelStyle + logStyle;
