/** The commands by which a server's administrators make and take away workgroups (reference 2.3) and erase visitors, by node. */
export const ADMINISTRATION_FORM = "http://jabber.org/protocol/admin";

export type AdministrationCommand = "add-workgroup" | "update-workgroup" | "delete-workgroup" | "erase-visitor";

export const ADMINISTRATION: Readonly<Record<AdministrationCommand, string>> = {
  "add-workgroup": "Make a workgroup",
  "update-workgroup": "Change a workgroup's agents",
  "delete-workgroup": "Take away a workgroup",
  "erase-visitor": "Erase a visitor",
};

const NAMES: readonly AdministrationCommand[] = [
  "add-workgroup",
  "update-workgroup",
  "delete-workgroup",
  "erase-visitor",
];

export const administrationNode = (command: AdministrationCommand): string => `${ADMINISTRATION_FORM}#${command}`;

/** Nodes and titles, as a list of commands shows them. */
export const administrationCommands = (): { node: string; name: string }[] =>
  NAMES.map((name) => ({ node: administrationNode(name), name: ADMINISTRATION[name] }));

/** The command of a node; undefined when it is none of ours. */
export const administrationCommand = (node: string): AdministrationCommand | undefined =>
  NAMES.find((name) => administrationNode(name) === node);
