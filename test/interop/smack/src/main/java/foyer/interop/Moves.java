package foyer.interop;

import static foyer.interop.Checks.must;
import static foyer.interop.Checks.same;
import static foyer.interop.Checks.until;

import java.util.List;

import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.workgroup.WorkgroupInvitation;
import org.jivesoftware.smackx.workgroup.agent.InvitationRequest;
import org.jivesoftware.smackx.workgroup.agent.Offer;
import org.jivesoftware.smackx.workgroup.agent.TransferRequest;
import org.jivesoftware.smackx.workgroup.packet.OccupantsInfo;
import org.jivesoftware.smackx.workgroup.packet.RoomInvitation;
import org.jivesoftware.smackx.workgroup.packet.RoomTransfer;

/** Chats that are handed over, shared and watched (T-14, T-15). Anna has them; Ben is on duty when he is needed. */
final class Moves {
    private final Place place;
    private final Checks checks;
    private AgentPerson anna;
    private AgentPerson ben;
    private VisitorPerson carol;
    private MultiUserChat helper;

    Moves(Place place) {
        this.place = place;
        checks = place.checks;
    }

    void run() throws Exception {
        anna = new AgentPerson(place, "anna", "support").online();
        ben = new AgentPerson(place, "ben", "support");
        carol = new VisitorPerson(place, "carol", "support");
        try {
            checks.scene(this::toAQueue);
            checks.scene(this::toAWorkgroup);
            checks.scene(this::toAPerson);
            checks.scene(this::anotherAgentComesIn);
            checks.scene(this::whatFails);
            checks.scene(this::watching);
        } finally {
            for (Person person : List.of(anna, ben, carol)) person.leave();
        }
    }

    /** Anna has the chat: while it begins, Ben takes none. */
    private Talk talk(String question) throws Exception {
        if (ben.session.isOnline()) ben.session.setOnline(false);
        else ben.offDuty();
        Talk talk = new Talk(anna, carol, question);
        ben.online();
        return talk;
    }

    private void toAQueue() throws Exception {
        Talk talk = talk("To whom does this belong?");
        checks.need("a chat is handed to a queue, and the next agent asked", () -> {
            int before = ben.offers.size();
            anna.session.sendRoomTransfer(RoomTransfer.Type.queue, anna.workgroup + "/Default Queue", talk.session, "Billing question");
            Offer offer = ben.offer(before);
            same(talk.session, offer.getSessionID(), "the session");
            TransferRequest transfer = (TransferRequest) offer.getContent();
            same(anna.jid().toString(), transfer.getInviter(), "who hands it over");
            same(talk.agents.getRoom().toString(), transfer.getRoom(), "the room");
            same("Billing question", transfer.getReason(), "the reason");
            same(List.of("carol"), offer.getMetaData().get("username"), "the visitor");
            offer.accept();
        });
        checks.need("who takes it enters, and who gave it away is led out", () -> {
            MultiUserChat seat = ben.enter(talk.agents.getRoom());
            until("anna to be led out", () -> !talk.agents.isJoined());
            seat.sendMessage("Now it is me");
            carol.hears(talk.agents.getRoom(), "Now it is me");
            seat.leave();
            until("the room to close", () -> !talk.visitors.isJoined());
        });
    }

    private void toAWorkgroup() throws Exception {
        Talk talk = talk("And to whom this?");
        AgentPerson chorist = new AgentPerson(place, "ben", "chorus", "Other").online();
        try {
            checks.need("a chat is handed to another workgroup", () -> {
                anna.session.sendRoomTransfer(RoomTransfer.Type.workgroup, place.workgroup("chorus").toString(), talk.session, "For the chorus");
                Offer offer = chorist.offer(0);
                must(offer.getContent() instanceof TransferRequest, "it is no transfer");
                offer.accept();
                MultiUserChat seat = chorist.enter(talk.agents.getRoom());
                until("anna to be led out", () -> !talk.agents.isJoined());
                seat.leave();
                until("the room to close", () -> !talk.visitors.isJoined());
            });
        } finally {
            chorist.leave();
        }
    }

    private void toAPerson() throws Exception {
        Talk talk = talk("May I speak to Ben?");
        checks.need("a chat is handed to a colleague by name", () -> {
            int before = ben.invitations.size();
            anna.session.sendRoomTransfer(RoomTransfer.Type.user, place.account("ben").toString(), talk.session, "For you");
            WorkgroupInvitation invitation = until("the invitation", () ->
                ben.invitations.size() > before ? ben.invitations.get(before) : null);
            same(talk.session, invitation.getSessionID(), "the session");
            same(List.of("true"), invitation.getMetaData().get("transfer"), "that it is a transfer");
            same(List.of("carol"), invitation.getMetaData().get("username"), "the visitor");
            must(invitation.getMetaData().containsKey("inviter"), "nobody says by whom");
            MultiUserChat seat = ben.enter(talk.agents.getRoom());
            until("anna to be led out", () -> !talk.agents.isJoined());
            seat.leave();
            until("the room to close", () -> !talk.visitors.isJoined());
        });
    }

    private void anotherAgentComesIn() throws Exception {
        Talk talk = talk("This needs two of you");
        checks.need("a colleague is invited by way of the queue, and both stay", () -> {
            int before = ben.offers.size();
            anna.session.sendRoomInvitation(RoomInvitation.Type.queue,
                org.jxmpp.jid.impl.JidCreate.from(anna.workgroup + "/Default Queue"), talk.session, "Please help");
            Offer offer = ben.offer(before);
            InvitationRequest invitation = (InvitationRequest) offer.getContent();
            same(anna.jid(), invitation.getInviter(), "the inviter");
            same(talk.agents.getRoom(), invitation.getRoom(), "the room");
            same("Please help", invitation.getReason(), "the reason");
            offer.accept();
            MultiUserChat seat = ben.enter(talk.agents.getRoom());
            seat.sendMessage("Two are here");
            anna.hears(talk.agents.getRoom(), "Two are here");
            must(talk.agents.isJoined(), "the inviter was led out");
            helper = seat;
        });
        checks.check("who is in the room", () -> {
            OccupantsInfo info = anna.session.getOccupantsInfo(talk.session);
            must(info.getOccupantsCount() >= 3, "only " + info.getOccupantsCount());
            for (OccupantsInfo.OccupantInfo one : info.getOccupants()) {
                must(one.getJoined() != null && !one.getNickname().isEmpty(), "no time or no name: " + one.getJID());
            }
            must(info.getOccupants().stream().anyMatch(one -> one.getJID().startsWith(carol.jid().asBareJid().toString())), "no carol");
        });
        talk.agents.leave();
        checks.check("who stays goes on with the talk", () -> {
            helper.sendMessage("I am still here");
            carol.hears(helper.getRoom(), "I am still here");
        });
        helper.leave();
        talk.end();
    }

    private void whatFails() throws Exception {
        Talk talk = talk("Nobody wants me");
        checks.check("who gives a chat away that nobody takes is told", () -> {
            int before = ben.offers.size();
            int messages = anna.messages.size();
            anna.session.sendRoomTransfer(RoomTransfer.Type.queue, anna.workgroup + "/Default Queue", talk.session, "Please");
            ben.offer(before).reject();
            failure(messages);
            must(talk.agents.isJoined(), "she was led out");
        });
        checks.check("and so is who names a workgroup that is none", () -> {
            int messages = anna.messages.size();
            anna.session.sendRoomTransfer(RoomTransfer.Type.workgroup, "nobody@workgroup." + place.domain, talk.session, "Please");
            failure(messages);
        });
        checks.check("or a queue that is none", () -> {
            int messages = anna.messages.size();
            anna.session.sendRoomTransfer(RoomTransfer.Type.queue, anna.workgroup + "/No Such Queue", talk.session, "Please");
            failure(messages);
        });
        talk.end();
    }

    private void failure(int from) throws Exception {
        Message error = until("the word that it failed", () -> {
            for (Message message : anna.messages.subList(from, anna.messages.size())) {
                if (message.getType() == Message.Type.error && message.getFrom().equals(anna.workgroup)) return message;
            }
            return null;
        });
        same(StanzaError.Condition.recipient_unavailable, error.getError().getCondition(), "the condition");
        must(error.getExtensionElement("transfer", "http://jabber.org/protocol/workgroup") != null, "it names no transfer");
    }

    private void watching() throws Exception {
        Talk talk = talk("Is anybody watching?");
        checks.check("who may watch is told so, and who may not", () -> {
            must(ben.session.hasMonitorPrivileges(ben.connection), "ben may not");
            must(!anna.session.hasMonitorPrivileges(anna.connection), "anna may");
            Checks.refused("forbidden", () -> anna.session.makeRoomOwner(anna.connection, talk.session));
        });
        checks.check("a monitor is let in, and changes nothing", () -> {
            ben.session.makeRoomOwner(ben.connection, talk.session);
            MultiUserChat seat = ben.enter(talk.agents.getRoom());
            carol.messages.clear();
            talk.agents.sendMessage("Hello to all who listen");
            ben.hears(talk.agents.getRoom(), "Hello to all who listen");
            seat.leave();
            must(talk.agents.isJoined() && talk.visitors.isJoined(), "the chat ended");
        });
        talk.end();
    }
}
