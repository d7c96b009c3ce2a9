"""slixmpp as agent and as visitor. Arguments: host, port, domain, and name=password for anna, ben and carol."""
import asyncio
import sys
from types import SimpleNamespace
from xml.etree import ElementTree as ET

from slixmpp.exceptions import IqError

from checks import Checks, must, until
from person import JIVE, WG, Person

checks = Checks()
host, port, domain = sys.argv[1:4]
place = SimpleNamespace(host=host, port=int(port), domain=domain,
                        passwords=dict(one.split("=", 1) for one in sys.argv[4:]))
SERVICE = f"workgroup.{domain}"
SUPPORT = f"support@{SERVICE}"


async def questions(carol):
    """What any client asks of somebody it meets."""
    async def service():
        info = await carol["xep_0030"].get_info(jid=SERVICE)
        must(("collaboration", "workgroup", None) in {(one[0], one[1], one[2]) for one in info["disco_info"]["identities"]},
             "no identity of a workgroup service")
        must(WG in info["disco_info"]["features"], "not the feature")
        items = await carol["xep_0030"].get_items(jid=SERVICE)
        must(SUPPORT in [one[0] for one in items["disco_items"]["items"]], "support is not among its items")

    async def workgroup():
        info = await carol["xep_0030"].get_info(jid=SUPPORT)
        form = info["disco_info"].xml.find("{jabber:x:data}x")
        values = {one.get("var"): one.findtext("{jabber:x:data}value") for one in form}
        must(values["FORM_TYPE"] == f"{WG}#workgroupinfo", f"the form is {values}")
        must(values["workgroup#online"] in ("OPEN", "READY"), f"it is {values['workgroup#online']}")

    async def rest():
        must((await carol["xep_0092"].get_version(SUPPORT))["software_version"]["name"], "no name")
        card = await carol["xep_0054"].get_vcard(SUPPORT)
        must(card["vcard_temp"]["FN"] == "Support", "the card has another name")
        await carol["xep_0199"].ping(SUPPORT)

    await checks.check("discovery of the service", service)
    await checks.check("discovery of the workgroup", workgroup)
    await checks.check("version, card and ping", rest)


async def ordinary():
    """An agent and a visitor with nothing but messages, presence and rooms."""
    anna, carol = await Person(place, "anna").enter_server(), await Person(place, "carol").enter_server()
    try:
        await questions(carol)
        await checks.scene(ordinary_talk(anna, carol))
    finally:
        await anna.leave()
        await carol.leave()


async def ordinary_talk(anna, carol):
    async def befriend():
        anna.send_presence_subscription(SUPPORT)
        await until("both to be contacts", lambda: anna.client_roster[SUPPORT]["subscription"] == "both")
        await until("the workgroup's presence", lambda: next(
            (one for one in anna.presences if one["from"].bare == SUPPORT and one["type"] == "available"), None))
        await anna.asks(SUPPORT, "queue", "You take new chats")

    async def asking():
        answer = await carol.asks(SUPPORT, "My lamp flickers", "Your name")
        must(answer["type"] == "chat", f"the type is {answer['type']}")
        await carol.asks(SUPPORT, "Carol", "You are next")

    async def offered():
        offer = await anna.reads(SUPPORT, "New chat in Support")
        must("My lamp flickers" in offer["body"], "the question is not in it")
        must(offer.xml.find("{jabber:x:data}x") is not None, "no form")
        must(offer.xml.find("{urn:xmpp:tmp:quick-response}response") is not None, "no quick responses")

    async def accepted():
        await anna.asks(SUPPORT, "yes", "You have taken")
        room = await anna.invited("mediated")
        must(await anna.invited("direct") == room, "two rooms")
        await anna.enter(room.bare)
        must(await carol.invited("mediated") == room, "the visitor is invited elsewhere")
        await carol.enter(room.bare)
        return room.bare

    await checks.need("an agent has the workgroup as a contact, and is on duty by that", befriend)
    await checks.need("a visitor writes to the workgroup, and is asked in turn", asking)
    await checks.need("the offer is a message, with a form and with quick responses", offered)
    room = await checks.need("yes takes it, and both are invited into the room", accepted)

    async def subject():
        topic = await until("the subject", lambda: next(
            (one["subject"] for one in anna.messages if one["from"].bare == room and one.xml.find("{jabber:client}subject") is not None), None))
        must("Carol" in topic and "My lamp flickers" in topic, f"it is {topic}")

    async def talk():
        await anna.hears(room, "My lamp flickers")
        anna.send_message(mto=room, mbody="Have you tried another bilb?", mtype="groupchat")
        said = await carol.hears(room, "another bilb")
        must(said["from"].resource == "Anna", f"it was {said['from'].resource}")
        carol.send_message(mto=room, mbody="I have <two> & none", mtype="groupchat")
        await anna.hears(room, "I have <two> & none")
        return said["id"]

    await checks.check("the room's subject names visitor and question", subject)
    line = await checks.check("they hear one another, and the question is the first line", talk)

    async def corrected():
        message = anna.make_message(mto=room, mbody="Have you tried another bulb?", mtype="groupchat")
        message["replace"]["id"] = line
        message.send()
        said = await carol.hears(room, "another bulb")
        must(said["replace"]["id"] == line, "it is not said what it replaces")

    async def typing():
        message = anna.make_message(mto=room, mtype="groupchat")
        message["chat_state"] = "composing"
        states = []
        carol.add_event_handler("chatstate_composing", states.append)
        message.send()
        await until("the visitor to see typing", lambda: states)

    await checks.check("a correction reaches the visitor (XEP-0308)", corrected)
    await checks.check("and so does typing (XEP-0085)", typing)

    async def command():
        commands = anna["xep_0050"]
        items = await commands.get_commands(jid=SUPPORT)
        nodes = {one[1]: one[2] for one in items["disco_items"]["items"]}
        must("urn:foyer:command:note" in nodes, f"there are {sorted(nodes)}")
        first = await commands.send_command(SUPPORT, "urn:foyer:command:note")
        must(first["command"]["status"] == "executing", f"it is {first['command']['status']}")
        form = first["command"].xml.find("{jabber:x:data}x")
        fields = [one.get("var") for one in form if one.get("var")]
        answer = anna["xep_0004"].make_form(ftype="submit")
        for field in form.findall("{jabber:x:data}field"):
            name, value = field.get("var"), field.findtext("{jabber:x:data}value")
            if name and field.get("type") == "hidden":
                answer.add_field(var=name, value=value, ftype="hidden")
            elif name:
                answer.add_field(var=name, value=value or "Has two lamps")
        done = await commands.send_command(SUPPORT, "urn:foyer:command:note", action="complete", payload=[answer.xml],
                                           sessionid=first["command"]["sessionid"])
        must(done["command"]["status"] == "completed", f"{fields}: it is {done['command']['status']}")

    async def no_commands():
        items = await carol["xep_0050"].get_commands(jid=SUPPORT)
        nodes = {one[1] for one in items["disco_items"]["items"]}
        must("urn:foyer:command:note" not in nodes, f"there are {sorted(nodes)}")

    await checks.check("a command is found, filled in and done (XEP-0050)", command)
    await checks.check("a visitor is listed no agents' commands", no_commands)

    async def ended():
        await anna.asks(SUPPORT, "end", "End the chat")
        await anna.asks(SUPPORT, "yes", "is over")
        await until("the room to close", lambda: next(
            (one for one in carol.presences if one["from"].bare == room and one["type"] == "unavailable"
             and "destroy" in str(one)), None))
        history = await anna.asks(SUPPORT, "history mine", "My lamp flickers")
        must("Carol" in history["body"], "the visitor is not named")

    await checks.check("the agent ends the chat by a word, and finds it among the last", ended)


async def fastpath():
    """The same by XEP-0142 and Fastpath's stanzas."""
    ben, carol = await Person(place, "ben").enter_server(), await Person(place, "carol", "queue").enter_server()
    try:
        await checks.scene(fastpath_talk(ben, carol))
    finally:
        await ben.leave()
        await carol.leave()


async def fastpath_talk(ben, carol):
    async def on_duty():
        presence = ben.make_presence(pto=SUPPORT)
        presence.append(ET.Element(f"{{{WG}}}agent-status"))
        presence.send()
        await until("the queue", lambda: next(
            (one for one in ben.presences if one.xml.find(f"{{{WG}}}notify-queue") is not None), None))

    def joining():
        join = ET.Element(f"{{{WG}}}join-queue")
        ET.SubElement(join, f"{{{WG}}}queue-notifications")
        form = carol["xep_0004"].make_form(ftype="submit")
        form.add_field(var="username", value="Carol")
        form.add_field(var="question", value="And my radio hums")
        join.append(form.xml)
        return join

    async def join():
        await carol.request("set", SUPPORT, joining())
        status = await until("the place", lambda: next(
            (one for one in (message.xml.find(f"{{{WG}}}queue-status") for message in carol.messages) if one is not None), None))
        must(status.findtext(f"{{{WG}}}position") == "1", "it is another place")

    async def twice():
        try:
            await carol.request("set", SUPPORT, joining())
        except IqError as error:
            must(error.condition == "conflict", f"it is {error.condition}")
            return
        raise AssertionError("it was let in twice")

    async def take():
        offer = await until("the offer", lambda: ben.offers and ben.offers[0])
        must(offer.get("jid") == carol.boundjid.full, f"it is of {offer.get('jid')}")
        metadata = {one.get("name"): one.text for one in offer.find(f"{{{JIVE}}}metadata")}
        must(metadata["question"] == "And my radio hums", f"it says {metadata}")
        accept = ET.Element(f"{{{WG}}}offer-accept", jid=offer.get("jid"))  # As the XEP names it.
        await ben.request("set", SUPPORT, accept)
        room = (await ben.invited("mediated")).bare
        await ben.enter(room)
        await carol.enter((await carol.invited("mediated")).bare)
        carol.send_message(mto=room, mbody="It hums", mtype="groupchat")
        await ben.hears(room, "It hums")
        ben["xep_0045"].leave_muc(room, "Ben")
        await until("the room to close", lambda: next(
            (one for one in carol.presences if one["from"].bare == room and "destroy" in str(one)), None))

    await checks.need("an agent signs in by XEP-0142", on_duty)
    await checks.need("a visitor joins by XEP-0142", join)
    await checks.check("and not twice", twice)
    await checks.need("an offer accepted by the visitor's address leads to the room, and leaving it ends the chat", take)


async def main():
    await checks.scene(ordinary())
    await checks.scene(fastpath())
    # What the library leaves waiting for a connection that is over.
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


asyncio.get_event_loop().run_until_complete(main())
sys.exit(checks.conclude())
