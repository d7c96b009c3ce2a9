package foyer.interop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.workgroup.WorkgroupInvitation;
import org.jivesoftware.smackx.workgroup.user.QueueListener;
import org.jivesoftware.smackx.workgroup.user.Workgroup;
import org.jivesoftware.smackx.xdata.form.FillableForm;
import org.jxmpp.jid.Jid;

/** A visitor: Smack's Workgroup with everything it tells its listeners. */
final class VisitorPerson extends Person {
    final Workgroup workgroup;
    final List<Integer> positions = new CopyOnWriteArrayList<>();
    final List<Integer> waits = new CopyOnWriteArrayList<>();
    final List<WorkgroupInvitation> invitations = new CopyOnWriteArrayList<>();
    volatile int joined;
    volatile int departed;

    VisitorPerson(Place place, String name, String workgroup) throws Exception {
        super(place, name);
        this.workgroup = new Workgroup(place.workgroup(workgroup), connection);
        this.workgroup.addQueueListener(new QueueListener() {
            @Override
            public void joinedQueue() {
                joined++;
            }

            @Override
            public void departedQueue() {
                departed++;
            }

            @Override
            public void queuePositionUpdated(int position) {
                positions.add(position);
            }

            @Override
            public void queueWaitTimeUpdated(int seconds) {
                waits.add(seconds);
            }
        });
        this.workgroup.addInvitationListener(invitations::add);
    }

    /** Fills the workgroup's own form, as a client does that draws it. */
    FillableForm fill(String question) throws Exception {
        FillableForm form = workgroup.getWorkgroupForm().getFillableForm();
        form.setAnswer("username", name);
        form.setAnswer("email", name + "@example.net");
        form.setAnswer("question", question);
        return form;
    }

    void join(String question) throws Exception {
        workgroup.joinQueue(fill(question));
    }

    /** Without a name of its own an account says by which one it wants to be known. */
    void joinAs(Jid userId, String question) throws Exception {
        workgroup.joinQueue(fill(question).getDataFormToSubmit(), userId);
    }

    /** Waits for the invitation and takes the seat. */
    MultiUserChat follow(int before) throws Exception {
        WorkgroupInvitation invitation = Checks.until("the invitation of " + name,
                () -> invitations.size() > before ? invitations.get(before) : null);
        return enter(invitation.getGroupChatName().asEntityBareJidIfPossible());
    }
}
