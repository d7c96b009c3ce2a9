package foyer.interop;

import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.StandardExtensionElement;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.workgroup.QueueUser;
import org.jivesoftware.smackx.workgroup.WorkgroupInvitation;
import org.jivesoftware.smackx.workgroup.agent.AgentSession;
import org.jivesoftware.smackx.workgroup.agent.Offer;
import org.jivesoftware.smackx.workgroup.agent.OfferListener;
import org.jivesoftware.smackx.workgroup.agent.QueueUsersListener;
import org.jivesoftware.smackx.workgroup.agent.RevokedOffer;
import org.jivesoftware.smackx.workgroup.agent.WorkgroupQueue;
import org.jivesoftware.smackx.workgroup.packet.AgentStatus;
import org.jxmpp.jid.EntityBareJid;

/** An agent: Smack's AgentSession with everything it tells its listeners. */
final class AgentPerson extends Person {
    final EntityBareJid workgroup;
    final AgentSession session;
    final List<Offer> offers = new CopyOnWriteArrayList<>();
    final List<RevokedOffer> revoked = new CopyOnWriteArrayList<>();
    final List<WorkgroupInvitation> invitations = new CopyOnWriteArrayList<>();
    final List<WorkgroupQueue.Status> statuses = new CopyOnWriteArrayList<>();
    /** By queue, the visitors who wait there. */
    final Map<String, Set<QueueUser>> waiting = new ConcurrentHashMap<>();

    AgentPerson(Place place, String name, String workgroup) throws Exception {
        this(place, name, workgroup, "Smack");
    }

    AgentPerson(Place place, String name, String workgroup, String resource) throws Exception {
        super(place, name, resource);
        this.workgroup = place.workgroup(workgroup);
        session = new AgentSession(this.workgroup, connection);
        session.addOfferListener(new OfferListener() {
            @Override
            public void offerReceived(Offer offer) {
                offers.add(offer);
            }

            @Override
            public void offerRevoked(RevokedOffer offer) {
                revoked.add(offer);
            }
        });
        session.addInvitationListener(invitations::add);
        session.addQueueUsersListener(new QueueUsersListener() {
            @Override
            public void statusUpdated(WorkgroupQueue queue, WorkgroupQueue.Status status) {
                statuses.add(status);
            }

            @Override
            public void averageWaitTimeUpdated(WorkgroupQueue queue, int averageWaitTime) {
                Checks.must(averageWaitTime >= 0, "an average wait below zero");
            }

            @Override
            public void oldestEntryUpdated(WorkgroupQueue queue, Date oldestEntry) {
                Checks.must(oldestEntry != null, "an oldest entry without a time");
            }

            @Override
            public void usersUpdated(WorkgroupQueue queue, Set<QueueUser> users) {
                waiting.put(String.valueOf(queue.getName()), users);
            }
        });
    }

    /** Signs in and out of duty; Smack waits for the queue's presence by itself. */
    AgentPerson online() throws Exception {
        session.setOnline(true);
        return this;
    }

    /** As AgentSession.setOnline(false) says it; Smack 4.5 forgets that it is on duty, and then says nothing. */
    void offDuty() throws Exception {
        Presence presence = connection.getStanzaFactory().buildPresenceStanza()
                .ofType(Presence.Type.unavailable).to(workgroup).build();
        presence.addExtension(new StandardExtensionElement(AgentStatus.ELEMENT_NAME, AgentStatus.NAMESPACE));
        connection.sendStanza(presence);
    }

    /** Takes no new chats from now on, and waits until the workgroup has heard it. */
    void away() throws Exception {
        int before = statuses.size();
        show(Presence.Mode.away, workgroup);
        Checks.until("the queue after going away", () -> statuses.size() > before);
    }

    /** The next offer beyond those that were there. */
    Offer offer(int before) throws Exception {
        return Checks.until("an offer to " + name, () -> offers.size() > before ? offers.get(before) : null);
    }

    /** Accepts and enters the room that the invitation names. */
    MultiUserChat take(Offer offer) throws Exception {
        offer.accept();
        String id = offer.getSessionID();
        WorkgroupInvitation invitation = Checks.until("the invitation of " + name, () -> {
            for (WorkgroupInvitation one : invitations) if (id.equals(one.getSessionID())) return one;
            return null;
        });
        return enter(invitation.getGroupChatName().asEntityBareJidIfPossible());
    }
}
