package foyer.interop;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jivesoftware.smack.ConnectionConfiguration.SecurityMode;
import org.jivesoftware.smack.filter.StanzaTypeFilter;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.EntityFullJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;

/** Somebody with a connection of Smack's. A stanza that Smack cannot read is a failure of its own, whenever it comes. */
class Person {
    final Place place;
    final String name;
    final XMPPTCPConnection connection;
    final List<Message> messages = new CopyOnWriteArrayList<>();

    /** Signs in to the account of that name, or to one without a name when there is no password. */
    Person(Place place, String name) throws Exception {
        this(place, name, "Smack");
    }

    /** The same with another client of the account. */
    Person(Place place, String name, String resource) throws Exception {
        this.place = place;
        this.name = name;
        String password = place.passwords.get(name);
        XMPPTCPConnectionConfiguration.Builder builder = XMPPTCPConnectionConfiguration.builder()
                .setHostAddress(InetAddress.getByName(place.host))
                .setPort(place.port)
                .setXmppDomain(password == null ? place.anonymousDomain : place.domain)
                .setSecurityMode(SecurityMode.disabled); // One machine: nothing leaves the loopback interface.
        if (password == null) builder.performSaslAnonymousAuthentication();
        else builder.setUsernameAndPassword(name, password).setResource(resource);

        connection = new XMPPTCPConnection(builder.build());
        connection.setReplyTimeout(10_000);
        connection.setParsingExceptionCallback(stanza -> place.checks.fail(
                name + " reads everything", stanza.getParsingException() + " in " + stanza.getContent()));
        connection.addAsyncStanzaListener(stanza -> messages.add((Message) stanza), new StanzaTypeFilter(Message.class));
        connection.connect();
        connection.login();
    }

    EntityFullJid jid() {
        return connection.getUser();
    }

    /** Takes a seat in a room. */
    MultiUserChat enter(EntityBareJid room) throws Exception {
        MultiUserChat chat = MultiUserChatManager.getInstanceFor(connection).getMultiUserChat(room);
        chat.join(Resourcepart.from(name));
        return chat;
    }

    /** Waits for a line in a room, and gives the nick that said it. */
    String hears(EntityBareJid room, String text) throws Exception {
        return Checks.until(name + " to hear \"" + text + "\"", () -> {
            for (Message message : messages) {
                if (message.getType() == Message.Type.groupchat && text.equals(message.getBody())
                        && room.equals(message.getFrom().asBareJid())) {
                    return message.getFrom().getResourceOrEmpty().toString();
                }
            }
            return null;
        });
    }

    /** Plain presence to somebody, which Smack's own classes do not send. */
    void show(Presence.Mode mode, EntityBareJid to) throws Exception {
        connection.sendStanza(connection.getStanzaFactory().buildPresenceStanza()
                .ofType(Presence.Type.available).setMode(mode).to(to).build());
    }

    void leave() {
        if (connection.isConnected()) connection.disconnect();
    }

    static EntityBareJid address(String text) throws Exception {
        return JidCreate.entityBareFrom(text);
    }
}
