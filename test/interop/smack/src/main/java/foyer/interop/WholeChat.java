package foyer.interop;

import static foyer.interop.Checks.must;
import static foyer.interop.Checks.same;
import static foyer.interop.Checks.until;

import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Set;

import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smackx.delay.packet.DelayInformation;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.workgroup.agent.Agent;
import org.jivesoftware.smackx.workgroup.agent.AgentRoster;
import org.jivesoftware.smackx.workgroup.agent.Offer;
import org.jivesoftware.smackx.workgroup.agent.UserRequest;
import org.jivesoftware.smackx.workgroup.agent.WorkgroupQueue;
import org.jivesoftware.smackx.workgroup.packet.AgentStatus;
import org.jivesoftware.smackx.workgroup.packet.Transcript;
import org.jivesoftware.smackx.workgroup.packet.Transcripts.TranscriptSummary;
import org.jivesoftware.smackx.workgroup.user.Workgroup;
import org.jxmpp.jid.EntityBareJid;

/** One chat from signing in to reading what was said: T-02, T-03, T-05 to T-07, T-09 to T-11, T-16, T-18. */
final class WholeChat {
    private final Place place;
    private final Checks checks;
    private AgentPerson anna;
    private AgentPerson ben;
    private VisitorPerson carol;
    /** Who was asked first, and declined; and the one who then took the chat. */
    private AgentPerson first;
    private AgentPerson second;
    private MultiUserChat agents;
    private MultiUserChat visitors;
    private String session;
    private EntityBareJid room;

    WholeChat(Place place) {
        this.place = place;
        checks = place.checks;
    }

    void run() throws Exception {
        anna = new AgentPerson(place, "anna", "support");
        ben = new AgentPerson(place, "ben", "support");
        carol = new VisitorPerson(place, "carol", "support");
        try {
            signIn();
            colleagues();
            join();
            offer();
            talk();
            afterwards();
        } finally {
            for (Person person : List.of(anna, ben, carol)) person.leave();
        }
    }

    private void signIn() {
        checks.check("an agent asks for the own workgroups", () -> {
            must(Agent.getWorkgroups(place.service(), anna.jid(), anna.connection).contains(anna.workgroup.toString()),
                    "support is not among them");
        });
        checks.check("a workgroup with nobody on duty is not available", () ->
            must(!carol.workgroup.isAvailable(), "it says that it is"));
        checks.need("an agent goes on duty", () -> {
            anna.online();
            until("the open queue", () -> anna.statuses.contains(WorkgroupQueue.Status.OPEN));
        });
        checks.check("the queue is named, and empty", () -> {
            String queue = until("the queue", () -> anna.waiting.isEmpty() ? null : anna.waiting.keySet().iterator().next());
            must(!queue.isEmpty() && !queue.equals("null"), "it has no name");
            same(0, anna.session.getQueue(queue).getUserCount(), "the count");
        });
        checks.check("a visitor sees that the workgroup is available", () ->
            must(carol.workgroup.isAvailable(), "it says that it is not"));
        if (anna.session.isOnline()) {
            checks.check("an agent sets status and most chats", () -> anna.session.setStatus(Presence.Mode.available, 2));
            checks.check("an agent sets status and text", () -> anna.session.setStatus(Presence.Mode.chat, "here"));
        } else {
            checks.note("this Smack forgets that it is on duty, and so sends no further status");
            checks.check("an agent's plain presence is answered by the queue", () -> {
                int before = anna.statuses.size();
                anna.show(Presence.Mode.chat, anna.workgroup);
                until("the queue", () -> anna.statuses.size() > before);
            });
        }
    }

    private void colleagues() {
        checks.check("the agent roster lists the others, and then how they are", () -> {
            AgentRoster roster = anna.session.getAgentRoster();
            EntityBareJid bens = place.account("ben");
            until("ben in the roster", () -> roster.getAgents().contains(bens));
            must(!roster.getAgents().contains(place.account("anna")), "it lists the asker");
            ben.online();
            AgentStatus status = until("ben's presence", () -> AgentStatusOf.presence(roster.getPresence(bens)));
            same(place.workgroup("support"), status.getWorkgroupJID(), "the workgroup in it");
            must(status.getMaxChats() > 0, "max chats are " + status.getMaxChats());
            ben.session.getAgentRoster();
        });
        checks.check("an agent's own name", () -> {
            Agent agent = anna.session.getAgent();
            same("Anna", agent.getName(), "the name");
        });
    }

    private void join() {
        checks.check("the form is read, with what it requires", () -> {
            var form = carol.workgroup.getWorkgroupForm();
            for (String field : List.of("username", "email", "question")) must(form.hasField(field), "no field " + field);
            must(form.getField("question").isRequired(), "the question is not required");
        });
        checks.check("a required field left empty is refused", () ->
            Checks.refused("not-acceptable", () -> carol.workgroup.joinQueue(Collections.emptyMap(), null)));
        checks.need("a visitor joins the queue", () -> {
            carol.join("My router is offline");
            same(1, carol.joined, "joins heard of");
            must(carol.workgroup.isInQueue(), "not in the queue");
        });
        checks.check("the visitor learns position and time", () -> {
            until("a position", () -> carol.positions.contains(1));
            until("a time", () -> !carol.waits.isEmpty());
            must(carol.waits.get(0) >= 0, "time below zero");
        });
    }

    private void offer() {
        checks.check("a second join is a conflict", () ->
            Checks.refused("conflict", () -> new Workgroup(anna.workgroup, carol.connection).joinQueue(carol.fill("Again"))));
        checks.check("the queue's details name the visitor", () -> until("carol in the queue", () ->
            anna.waiting.values().stream().flatMap(Set::stream).anyMatch(user ->
                user.getUserID().equals(carol.jid().toString()) && user.getQueuePosition() == 0)));
        checks.need("the offer says who, what, and how long", () -> {
            first = until("an offer", () -> anna.offers.isEmpty() ? ben.offers.isEmpty() ? null : ben : anna);
            Offer offer = first.offer(0);
            session = offer.getSessionID();
            must(session.matches("[a-z0-9]+"), "the session is " + session);
            must(offer.getExpiresDate().after(new Date()), "it has expired already");
            must(offer.getContent() instanceof UserRequest, "it is no visitor's request");
            same(carol.jid(), offer.getUserJID(), "the visitor");
            same(anna.workgroup, offer.getWorkgroupName(), "the workgroup");
            same(List.of("carol"), offer.getMetaData().get("username"), "the name");
            same(List.of("My router is offline"), offer.getMetaData().get("question"), "the question");
            same(List.of(carol.jid().asBareJid().toString()), offer.getMetaData().get("userID"), "the user id");
        });
        checks.need("an offer that is declined goes to the next agent", () -> {
            first.offers.get(0).reject();
            second = first == anna ? ben : anna;
            Offer offer = second.offer(0);
            same(session, offer.getSessionID(), "the session");
            must(first.revoked.isEmpty(), "the first offer was revoked, though declined");
        });
    }

    private void talk() {
        checks.need("an agent accepts, and is invited to the room", () -> {
            agents = second.take(second.offers.get(0));
            room = place.room(session);
            same(room, agents.getRoom(), "the room");
        });
        checks.need("the visitor is invited, and no longer in the queue", () -> {
            visitors = carol.follow(0);
            same(room, visitors.getRoom(), "the room");
            same(session, carol.invitations.get(0).getSessionID(), "the session");
            must(!carol.workgroup.isInQueue(), "still in the queue");
        });
        checks.check("what one says the other hears", () -> {
            agents.sendMessage("Hello, how can I help?");
            same(second.name, carol.hears(room, "Hello, how can I help?"), "who said it");
            visitors.sendMessage("It blinks <red> & beeps");
            second.hears(room, "It blinks <red> & beeps");
        });
        checks.check("a colleague sees the chat that runs", () -> {
            AgentRoster roster = first.session.getAgentRoster();
            EntityBareJid talks = place.account(second.name);
            AgentStatus.ChatInfo chat = until("the chat", () -> AgentStatusOf.chat(roster.getPresence(talks), session));
            same("carol", chat.getUsername(), "the visitor's name");
            must(chat.getDate() != null, "no time of its start");
        });
    }

    private void afterwards() {
        checks.check("the agent leaves, and the chat is over for everybody", () -> {
            AgentRoster roster = first.session.getAgentRoster();
            agents.leave();
            until("the room to close", () -> !visitors.isJoined());
            EntityBareJid talks = place.account(second.name);
            until("the chat to end", () -> AgentStatusOf.presence(roster.getPresence(talks)) != null
                && AgentStatusOf.chat(roster.getPresence(talks), session) == null);
        });
        checks.check("the visitor's chats are listed, with their times", () -> {
            TranscriptSummary one = until("the transcript", () -> {
                for (TranscriptSummary summary : first.session.getTranscripts(carol.jid().asBareJid()).getSummaries()) {
                    if (summary.getSessionID().equals(session)) return summary;
                }
                return null;
            });
            must(one.getJoinTime() != null && one.getLeftTime() != null, "a time is missing");
            same(place.account(second.name).toString(), one.getAgentDetails().get(0).getAgentJID(), "the agent");
        });
        checks.check("the transcript is whole: lines, times and who said them", () -> {
            Transcript transcript = first.session.getTranscript(session);
            same(session, transcript.getSessionID(), "the session");
            for (String text : List.of("My router is offline", "Hello, how can I help?", "It blinks <red> & beeps")) {
                must(transcript.getPackets().stream().anyMatch(stanza -> isLine(stanza, text)), "missing: " + text);
            }
        });
    }

    /** As Spark reads it: a message with a body, a time, and a nick. */
    private static boolean isLine(Stanza stanza, String text) {
        return stanza instanceof Message && text.equals(((Message) stanza).getBody())
            && DelayInformation.from(stanza) != null && stanza.getFrom().hasResource();
    }
}
