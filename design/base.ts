/** The base styles as Lit takes them. */
import { unsafeCSS } from "lit";
import { baseStyle } from "./base-text.ts";

export const baseStyles = unsafeCSS(baseStyle);
