package foyer.interop;

import static foyer.interop.Checks.must;
import static foyer.interop.Checks.same;
import static foyer.interop.Checks.until;

import java.util.List;

import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.workgroup.agent.Offer;

/** Waiting and its ends: a visitor without an account, who leaves or vanishes; offers that nobody or everybody answers (T-07, T-08, T-10, T-12, T-13). */
final class Queue {
    private final Place place;
    private final Checks checks;

    Queue(Place place) {
        this.place = place;
        checks = place.checks;
    }

    void run() throws Exception {
        checks.scene(this::withoutAnAccount);
        checks.scene(this::leaving);
        checks.scene(this::nobodyAnswers);
        checks.scene(this::everybodyIsAsked);
    }

    private void withoutAnAccount() throws Exception {
        AgentPerson anna = new AgentPerson(place, "anna", "support").online();
        VisitorPerson dana = new VisitorPerson(place, "dana", "support");
        try {
            checks.need("a visitor without an account joins, and leaves again", () -> {
                must(dana.workgroup.isAvailable(), "the workgroup is closed");
                dana.joinAs(null, "Who am I?");
                Offer offer = anna.offer(0);
                same(List.of(dana.jid().asBareJid().toString()), offer.getMetaData().get("userID"), "the user id");
                dana.workgroup.departQueue();
            });
            checks.need("an id that it claims is not believed: anybody could claim anybody's", () -> {
                dana.joinAs(place.account("carol"), "Who am I?");
                Offer offer = anna.offer(1);
                same(List.of(dana.jid().asBareJid().toString()), offer.getMetaData().get("userID"), "the user id");
                MultiUserChat room = anna.take(offer);
                MultiUserChat seat = dana.follow(0);
                seat.sendMessage("Here I am");
                anna.hears(room.getRoom(), "Here I am");
                room.leave();
                until("the room to close", () -> !seat.isJoined());
            });
        } finally {
            anna.leave();
            dana.leave();
        }
    }

    private void leaving() throws Exception {
        AgentPerson anna = new AgentPerson(place, "anna", "support").online();
        VisitorPerson carol = new VisitorPerson(place, "carol", "support");
        try {
            checks.need("a visitor leaves the queue, and the offer is revoked", () -> {
                carol.join("Never mind");
                Offer offer = anna.offer(0);
                carol.workgroup.departQueue();
                must(carol.departed >= 1, "no departure heard of"); // Smack tells of its own request and of our word for it.
                must(!carol.workgroup.isInQueue(), "still in the queue");
                until("the revoke", () -> anna.revoked.size() == 1);
                same(offer.getSessionID(), anna.revoked.get(0).getSessionID(), "the session");
                must(anna.revoked.get(0).getReason() != null, "no reason");
            });
            checks.check("a queue that empties is shown so", () ->
                until("nobody waiting", () -> anna.waiting.values().stream().allMatch(users -> users.isEmpty())));
            checks.need("a visitor who vanishes leaves the queue", () -> {
                carol.workgroup.isAvailable(); // Has the server tell the workgroup when the connection ends.
                carol.join("My battery is low");
                anna.offer(1);
                carol.leave();
                until("the revoke", () -> anna.revoked.size() == 2);
            });
        } finally {
            anna.leave();
            carol.leave();
        }
    }

    private void nobodyAnswers() throws Exception {
        AgentPerson ben = new AgentPerson(place, "ben", "hurry").online();
        VisitorPerson carol = new VisitorPerson(place, "carol", "hurry");
        try {
            checks.need("an offer that nobody answers is revoked", () -> {
                carol.join("Is anybody there?");
                Offer offer = ben.offer(0);
                until("the revoke", () -> !ben.revoked.isEmpty());
                same(offer.getSessionID(), ben.revoked.get(0).getSessionID(), "the session");
            });
            checks.need("a visitor whom nobody takes is asked to leave", () -> {
                until("the departure", () -> carol.departed == 1);
                must(!carol.workgroup.isInQueue(), "still in the queue");
            });
        } finally {
            ben.leave();
            carol.leave();
        }
    }

    private void everybodyIsAsked() throws Exception {
        AgentPerson anna = new AgentPerson(place, "anna", "chorus").online();
        AgentPerson ben = new AgentPerson(place, "ben", "chorus").online();
        VisitorPerson carol = new VisitorPerson(place, "carol", "chorus");
        try {
            checks.need("where all are asked, the first takes it and the other is told", () -> {
                carol.join("Who is faster?");
                Offer late = ben.offer(0);
                MultiUserChat room = anna.take(anna.offer(0));
                until("the revoke", () -> ben.revoked.size() == 1);
                same(late.getSessionID(), ben.revoked.get(0).getSessionID(), "the session");
                late.accept();
                until("the revoke of what is accepted too late", () -> ben.revoked.size() == 2);
                must(ben.invitations.isEmpty(), "the late one was invited");
                MultiUserChat seat = carol.follow(0);
                room.leave();
                until("the room to close", () -> !seat.isJoined());
            });
        } finally {
            for (Person person : List.of(anna, ben, carol)) person.leave();
        }
    }
}
