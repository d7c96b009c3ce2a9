"""Somebody with a connection of slixmpp's, and everything that came over it."""
import asyncio

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from checks import until

WG = "http://jabber.org/protocol/workgroup"
JIVE = "http://jivesoftware.com/protocol/workgroup"
PLUGINS = ["xep_0004", "xep_0030", "xep_0045", "xep_0050", "xep_0054", "xep_0085", "xep_0092", "xep_0184", "xep_0199",
           "xep_0249", "xep_0308", "xep_0333"]


class Person(slixmpp.ClientXMPP):
    """One client of an account. Keeps messages, presences and offers in the order in which they came."""

    def __init__(self, place, name, resource="slixmpp"):
        super().__init__(f"{name}@{place.domain}/{resource}", place.passwords[name])
        self.place = place
        self.name = name
        self.messages = []
        self.presences = []
        self.offers = []
        self.invitations = []
        for plugin in PLUGINS:
            self.register_plugin(plugin)
        # One machine: nothing leaves the loopback interface.
        self["feature_mechanisms"].unencrypted_scram = True
        self.add_event_handler("groupchat_direct_invite", lambda one: self.invitations.append(("direct", one)))
        self.add_event_handler("groupchat_invite", lambda one: self.invitations.append(("mediated", one)))
        # All of them: the library's events leave out messages without a body, and changes of a room.
        self.register_handler(Callback("messages", MatchXPath("{jabber:client}message"), self.messages.append))
        self.register_handler(Callback("presences", MatchXPath("{jabber:client}presence"), self.presences.append))
        self.register_handler(Callback("offers", MatchXPath(f"{{jabber:client}}iq/{{{WG}}}offer"), self._offered))
        self.register_handler(Callback("revokes", MatchXPath(f"{{jabber:client}}iq/{{{WG}}}offer-revoke"),
                                       lambda iq: iq.reply().send()))

    def _offered(self, iq):
        iq.reply().send()
        self.offers.append(iq.xml.find(f"{{{WG}}}offer"))

    async def enter_server(self):
        """Signs in and shows presence."""
        began = asyncio.Future()
        self.add_event_handler("session_start", lambda _: began.set_result(True), disposable=True)
        self.connect((self.place.host, self.place.port), disable_starttls=True)
        await asyncio.wait_for(began, 20)
        await self.get_roster()
        self.send_presence()
        return self

    def say(self, to, text):
        self.send_message(mto=to, mbody=text, mtype="chat")

    async def reads(self, sender, part, start=0):
        """The next message of the sender that has these words."""
        return await until(f"{self.name} to read “{part}”", lambda: next(
            (one for one in self.messages[start:] if one["from"].bare == sender and part in one["body"]), None))

    async def asks(self, to, text, part):
        """Says something and gives the answer, which must have these words."""
        start = len(self.messages)
        self.say(to, text)
        return await self.reads(to, part, start)

    async def invited(self, kind, start=0):
        """The room of the next invitation of this kind."""
        found = await until(f"{self.name}'s {kind} invitation", lambda: next(
            (one for how, one in self.invitations[start:] if how == kind), None))
        return found["groupchat_invite"]["jid"] if kind == "direct" else found["from"]

    async def enter(self, room):
        await self["xep_0045"].join_muc_wait(room, self.name.capitalize(), maxstanzas=20)

    async def hears(self, room, text):
        """A line of the room with these words."""
        return await until(f"{self.name} to hear “{text}”", lambda: next(
            (one for one in self.messages if one["type"] == "groupchat" and one["from"].bare == room
             and text in one["body"]), None))

    async def request(self, kind, to, payload):
        """An IQ with this element; the answer."""
        iq = self.make_iq(id=self.new_id(), ito=to, itype=kind)
        iq.append(payload)
        return await iq.send(timeout=20)

    async def leave(self):
        await self.disconnect(wait=1)
