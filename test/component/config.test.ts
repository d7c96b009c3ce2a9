import { describe, expect, it } from "vitest";
import { readConfig } from "../../component/config.ts";

const needed = {
  XMPP_DOMAIN: "example.org",
  COMPONENT_SECRET: "0123456789abcdef",
  DATABASE_URL: "postgresql://foyer@127.0.0.1/foyer",
};

describe("e-mail in the settings of the service", () => {
  it("is none where no server is named", () => {
    expect(readConfig(needed).mail).toBeNull();
    expect(readConfig({ ...needed, MAIL_FROM: "chat@shop.example" }).mail).toBeNull();
  });

  it("is a server and an address, and a password may stand apart", () => {
    const mail = { ...needed, SMTP_URL: "smtp://desk@mail.example:587", MAIL_FROM: "chat@shop.example" };
    expect(readConfig(mail).mail).toEqual({ url: "smtp://desk@mail.example:587", from: "chat@shop.example" });
    const { url } = readConfig({ ...mail, SMTP_PASSWORD: "p@ss" }).mail ?? {};
    expect(url).toBe("smtp://desk:p%40ss@mail.example:587");
  });

  it.each([
    [{ SMTP_URL: "smtp://mail.example" }, "MAIL_FROM must be an e-mail address"],
    [{ SMTP_URL: "smtp://mail.example", MAIL_FROM: "Chat <chat@shop.example>" }, "MAIL_FROM must be an e-mail address"],
    [{ SMTP_URL: "mail.example", MAIL_FROM: "chat@shop.example" }, "SMTP_URL must be an address that begins with"],
  ])("is refused as %j", (mail, mistake) => {
    expect(() => readConfig({ ...needed, ...mail })).toThrow(mistake);
  });
});
