/** What is loaded when a conversation begins, as CSS text. The build gives the tokens their short names of the panel's sheet. */
import { filesStyle } from "./files.ts";
import { laterStyle } from "./later.ts";

export const laterSheet = laterStyle + filesStyle;
