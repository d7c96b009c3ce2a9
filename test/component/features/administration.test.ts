import { describe, expect, it } from "vitest";
import { parseCommandReply } from "../../../protocol/ad-hoc.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { ADMIN, ANNA, createWorld, SERVICE, SUPPORT } from "./world.ts";

const ADMINS = "http://jabber.org/protocol/admin";
const COMMANDS = "xmlns='http://jabber.org/protocol/commands'";
type Fields = Record<string, string[]>;

const form = (fields: Fields, type = ADMINS) => {
  const all = Object.entries({ FORM_TYPE: [type], ...fields });
  const written = all.map(
    ([name, values]) => `<field var='${name}'>${values.map((one) => `<value>${one}</value>`).join("")}</field>`,
  );
  return `<x xmlns='jabber:x:data' type='submit'>${written.join("")}</x>`;
};
const command = (name: string, inner = "", attrs = "") =>
  `<command ${COMMANDS} node='${ADMINS}#${name}-workgroup' ${attrs}>${inner}</command>`;

const asAdmin = { from: ADMIN, to: SERVICE };

function world() {
  const one = createWorld();
  return {
    ...one,
    /** Carries a command out; how it ended, and what was noted. */
    async order(name: string, fields: Fields, attrs = "action='complete'") {
      const answer = await one.ask("set", command(name, form(fields), attrs), asAdmin);
      if (!answer) throw new Error("an empty result");
      const { status, note } = parseCommandReply(answer);
      return { status, ...note };
    },
  };
}

describe("an administrator's command", () => {
  it("asks with a form, in one stage", async () => {
    const { iq } = world();
    const answer = await iq("set", command("add", "", "action='execute'"), asAdmin);
    const expected = `
      <command ${COMMANDS} node='${ADMINS}#add-workgroup' sessionid='r1' status='executing'>
        <actions execute='complete'><complete/></actions>
        <x xmlns='jabber:x:data' type='form'>
          <title>Make a workgroup</title>
          <field var='FORM_TYPE' type='hidden'><value>${ADMINS}</value></field>
          <field var='name' type='text-single' label='Name, the first part of its address'><required/></field>
          <field var='members' type='text-multi' label='User names of its agents, one a line'/>
          <field var='description' type='text-single' label='Description'/>
        </x>
      </command>`;
    expect(elements(answer).map(shape)).toEqual([shape(parseXml(expected))]);
  });

  it("makes a workgroup of users of this server and of others", async () => {
    const { order, administration } = world();
    const fields = {
      name: ["Billing"],
      members: ["Anna", " ben@other.example ", "", "anna"],
      description: ["Invoices"],
    };
    const done = await order("add", fields);
    expect(done).toEqual({ status: "completed", type: "info", text: `The workgroup billing@${SERVICE} was made.` });
    expect(administration.addWorkgroup.mock.calls).toEqual([
      [{ node: "billing", description: "Invoices", members: ["anna@example.org", "ben@other.example"], by: ADMIN }],
    ]);
  });

  it("changes a workgroup's agents, and takes it away", async () => {
    const { order, administration } = world();
    const workgroup = [`Billing@${SERVICE}`];
    expect(await order("update", { workgroup, members: ["ben"] }, "")).toMatchObject({ type: "info" });
    expect(administration.updateWorkgroup.mock.calls).toEqual([["billing", ["ben@example.org"], ADMIN]]);
    expect(await order("delete", { workgroup })).toMatchObject({ type: "info" });
    expect(administration.deleteWorkgroup.mock.calls).toEqual([["billing"]]);
  });

  it("that cannot be carried out says why in a note", async () => {
    const { order, administration } = world();
    const failed = { status: "completed", type: "error" };
    expect(await order("add", {})).toEqual({ ...failed, text: '"name" is missing.' });
    expect(await order("add", { name: ["x"], members: ["a b"] })).toMatchObject(failed);
    expect(await order("delete", { workgroup: ["not an address"] })).toMatchObject(failed);
    expect(await order("delete", { workgroup: ["x@example.org"] })).toMatchObject(failed);
    administration.deleteWorkgroup.mockRejectedValueOnce(new StanzaError("cancel", "item-not-found", "There is none."));
    expect(await order("delete", { workgroup: [`x@${SERVICE}`] })).toEqual({ ...failed, text: "There is none." });
    expect(administration.addWorkgroup).not.toHaveBeenCalled();
  });

  it("is an error when it can only be carried out later, or has no such form, stage or node", async () => {
    const { refusal, administration } = world();
    administration.deleteWorkgroup.mockRejectedValueOnce(new StanzaError("wait", "internal-server-error", "Later."));
    const remove = command("delete", form({ workgroup: [`x@${SERVICE}`] }));
    expect(await refusal("set", remove, asAdmin)).toMatchObject({ type: "wait", text: "Later." });
    const bad = { type: "modify", condition: "bad-request" };
    expect(await refusal("set", command("add", form({ name: ["x"] }, "urn:other")), asAdmin)).toMatchObject(bad);
    expect(await refusal("set", command("add", "", "action='prev'"), asAdmin)).toMatchObject(bad);
    expect(await refusal("set", command("add", "", "action='dance'"), asAdmin)).toMatchObject(bad);
    expect(await refusal("set", command("sell"), asAdmin)).toMatchObject({ condition: "item-not-found" });
  });

  it("says what is kept of a visitor, and erases it when that is said", async () => {
    const { ask, erasure } = world();
    const erase = async (fields: Fields) => {
      const node = `node='${ADMINS}#erase-visitor'`;
      const answer = await ask(
        "set",
        `<command ${COMMANDS} ${node} action='complete'>${form(fields)}</command>`,
        asAdmin,
      );
      return answer && parseCommandReply(answer).note;
    };
    const kept = "3 chats and 1 left message.";
    for (const not of [[], ["0"], ["false"]]) {
      const said = await erase({ visitor: [" dana@x.org "], erase: not });
      expect(said).toEqual({ type: "info", text: `Kept, and nothing erased yet: ${kept}` });
    }
    expect(erasure.find.mock.calls).toEqual([["dana@x.org"], ["dana@x.org"], ["dana@x.org"]]);
    expect(erasure.erase).not.toHaveBeenCalled();
    const done = await erase({ visitor: ["dana@x.org"], erase: ["1"] });
    expect(done).toEqual({ type: "info", text: `Erased: ${kept} 1 chat not over yet: erase again later.` });
    expect(erasure.erase.mock.calls).toEqual([["dana@x.org", ADMIN]]);
    erasure.find.mockResolvedValueOnce({ chats: 0, messages: 0, open: 0 });
    expect(await erase({ visitor: ["nobody"] })).toMatchObject({ type: "error" });
    expect(await erase({ visitor: [" "], erase: ["1"] })).toMatchObject({ type: "error" });
  });

  it("can be given up", async () => {
    const { ask, administration } = world();
    const answer = await ask("set", command("add", form({ name: ["x"] }), "action='cancel' sessionid='s'"), asAdmin);
    expect(answer && parseCommandReply(answer)).toEqual({ status: "canceled", session: "s" });
    expect(administration.addWorkgroup).not.toHaveBeenCalled();
  });

  it("is for administrators of the server alone", async () => {
    const { refusal, administration, erasure } = world();
    const add = command("add", form({ name: ["x"] }));
    for (const from of [ANNA, "eve@example.org/x", SUPPORT, "root@evil.example"]) {
      expect(await refusal("set", add, { from, to: SERVICE })).toMatchObject({ type: "auth", condition: "forbidden" });
      const fields = form({ visitor: ["dana@x.org"], erase: ["1"] });
      const erase = `<command ${COMMANDS} node='${ADMINS}#erase-visitor' sessionid='of-the-admin'>${fields}</command>`;
      expect(await refusal("set", erase, { from, to: SERVICE })).toMatchObject({
        type: "auth",
        condition: "forbidden",
      });
    }
    expect(erasure.erase).not.toHaveBeenCalled();
    expect(administration.addWorkgroup).not.toHaveBeenCalled();
  });
});
