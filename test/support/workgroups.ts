/** Workgroups for system tests, as an administrator would write them. */

/** Short graces and time-outs, so that what waits for them need not wait long. `extra` goes into the `support` workgroup. */
export function workgroupsLua(extra = ""): string {
  return `
workgroups = {
  support = {
    name = "Support";
    agents = { ["anna@localhost"] = { name = "Anna" }; ["ben@localhost"] = { name = "Ben" } };
    ${extra}
  };
  sales = { name = "Sales"; agents = { "anna@localhost" } };
}
`;
}
