package foyer.interop;

import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smackx.workgroup.packet.AgentStatus;

/** What a colleague's presence in Smack's agent roster says. */
final class AgentStatusOf {
    private AgentStatusOf() {
    }

    /** Null while there is none, or the colleague is off duty. */
    static AgentStatus presence(Presence presence) {
        if (presence == null || !presence.isAvailable()) return null;
        return (AgentStatus) presence.getExtensionElement(AgentStatus.ELEMENT_NAME, AgentStatus.NAMESPACE);
    }

    /** The chat of this session that the colleague is in, or null. */
    static AgentStatus.ChatInfo chat(Presence presence, String session) {
        AgentStatus status = presence(presence);
        if (status == null) return null;
        for (AgentStatus.ChatInfo chat : status.getCurrentChats()) {
            if (session.equals(chat.getSessionID())) return chat;
        }
        return null;
    }
}
