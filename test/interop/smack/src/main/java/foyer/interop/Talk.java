package foyer.interop;

import static foyer.interop.Checks.until;

import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.workgroup.agent.Offer;

/** A visitor and an agent in a room. */
final class Talk {
    final AgentPerson agent;
    final VisitorPerson visitor;
    final String session;
    final MultiUserChat agents;
    final MultiUserChat visitors;

    /** From the question to both being seated. The agent must be the only one who can be asked. */
    Talk(AgentPerson agent, VisitorPerson visitor, String question) throws Exception {
        this.agent = agent;
        this.visitor = visitor;
        int offers = agent.offers.size();
        int invitations = visitor.invitations.size();
        visitor.join(question);
        Offer offer = agent.offer(offers);
        session = offer.getSessionID();
        agents = agent.take(offer);
        visitors = visitor.follow(invitations);
    }

    /** The visitor leaves for good, and the room closes; whoever sits there with an agent's client only sees it. */
    void end() throws Exception {
        agent.place.checks.need("the chat comes to its end", () -> {
            if (agents.isJoined()) agents.leave();
            until("the room to close", () -> !visitors.isJoined());
        });
    }
}
