/** axe, once its script has run in a page. */
declare var axe: typeof import("axe-core");
