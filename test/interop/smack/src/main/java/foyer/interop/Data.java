package foyer.interop;

import static foyer.interop.Checks.must;
import static foyer.interop.Checks.refused;
import static foyer.interop.Checks.same;
import static foyer.interop.Checks.until;

import java.util.Date;
import java.util.List;

import org.jivesoftware.smackx.search.ReportedData;
import org.jivesoftware.smackx.workgroup.ext.history.AgentChatSession;
import org.jivesoftware.smackx.workgroup.ext.macros.Macro;
import org.jivesoftware.smackx.workgroup.ext.macros.MacroGroup;
import org.jivesoftware.smackx.workgroup.settings.ChatSettings;
import org.jivesoftware.smackx.workgroup.settings.OfflineSettings;
import org.jivesoftware.smackx.workgroup.settings.SearchSettings;
import org.jivesoftware.smackx.xdata.form.FillableForm;
import org.jivesoftware.smackx.xdata.form.Form;

/** What is asked for and kept: settings, canned answers, notes, an agent's history, the search (T-16, and 3.8 to 4.20 of the reference). */
final class Data {
    private final Place place;
    private final Checks checks;
    private AgentPerson anna;
    private VisitorPerson carol;

    Data(Place place) {
        this.place = place;
        checks = place.checks;
    }

    void run() throws Exception {
        anna = new AgentPerson(place, "anna", "support").online();
        carol = new VisitorPerson(place, "carol", "support");
        try {
            checks.scene(this::settings);
            checks.scene(this::agentsSettings);
            checks.scene(this::macros);
            Talk talk = new Talk(anna, carol, "Where is my parcel?");
            talk.visitors.sendMessage("The number is XY-4711");
            anna.hears(talk.agents.getRoom(), "The number is XY-4711");
            checks.scene(() -> notes(talk.session));
            talk.end();
            checks.scene(() -> history(talk.session));
            checks.scene(() -> search(talk.session));
        } finally {
            anna.leave();
            carol.leave();
        }
    }

    private void settings() {
        checks.check("texts of a visitor's client, all, of one kind, and one", () -> {
            must(!carol.workgroup.getChatSettings().getSettings().isEmpty(), "there are none");
            ChatSettings texts = carol.workgroup.getChatSettings(ChatSettings.TEXT_SETTINGS);
            must(texts.getChatSetting("start_chat_button") != null, "no text for the button");
            must(texts.getSettings().stream().allMatch(one -> one.getType() == ChatSettings.TEXT_SETTINGS), "not only texts");
            must(!carol.workgroup.getChatSetting("queue_title_text").getValue().isEmpty(), "an empty title");
        });
        checks.check("a setting that is not there", () ->
            refused("item-not-found", () -> carol.workgroup.getChatSetting("no_such_text")));
        checks.check("pictures come whole", () -> {
            ChatSettings images = carol.workgroup.getChatSettings(ChatSettings.IMAGE_SETTINGS);
            must(images.getChatSetting("logo").getValue().length() > 1000, "the logo is cut off");
        });
        checks.check("where to turn when nobody is there", () -> {
            OfflineSettings offline = carol.workgroup.getOfflineSettings();
            must(offline.isConfigured() && !offline.redirects(), "it is not configured, or redirects");
            same("desk@example.org", offline.getEmailAddress(), "the address");
            same("Web question", offline.getSubject(), "the subject");
            same("We are closed & asleep.", offline.getOfflineText(), "the text");
        });
        checks.check("sounds come whole", () -> {
            must(carol.workgroup.getSoundSettings().getIncomingSoundBytes().length > 1000, "the incoming one is cut off");
            must(carol.workgroup.getSoundSettings().getOutgoingSoundBytes().length > 1000, "the outgoing one is cut off");
        });
        checks.check("whether transcripts can be mailed", () ->
            must(carol.workgroup.isEmailAvailable(), "they cannot, though a mail server is configured"));
    }

    private void agentsSettings() {
        checks.check("a workgroup's properties are for agents", () -> {
            var asVisitor = carol.workgroup;
            refused("not-authorized", asVisitor::getWorkgroupProperties);
            var asAgent = new org.jivesoftware.smackx.workgroup.user.Workgroup(anna.workgroup, anna.connection);
            must(!asAgent.getWorkgroupProperties().isAuthRequired(), "visitors need an account");
        });
        checks.check("where agents search", () -> {
            SearchSettings search = anna.session.getSearchSettings();
            same("https://kb.example.org/?a=1&b=2", search.getKbLocation(), "the knowledge base");
            must(!search.hasForums(), "it has forums");
        });
        checks.check("settings of any kind for agents' clients", () ->
            same("blue & green", anna.session.getGenericSettings(anna.connection, null).getMap().get("colour"), "the colour"));
        checks.check("an agent takes another name, and none that is taken", () -> {
            anna.session.getAgent().setName("Anna-Lena");
            same("Anna-Lena", anna.session.getAgent().getName(), "the name");
            refused("conflict", () -> anna.session.getAgent().setName("Ben"));
            anna.session.getAgent().setName("Anna");
        });
    }

    private void macros() {
        checks.check("the workgroup's canned answers, with their groups", () -> {
            MacroGroup group = anna.session.getMacros(true);
            same("Hi <b>there</b> & welcome", group.getMacroByTitle("Hello").getResponse(), "the answer");
            Macro prices = group.getMacroGroupByTitle("Sales").getMacroByTitle("Prices");
            same(Macro.URL, prices.getType(), "its kind");
        });
        checks.check("an agent's own canned answers are kept", () -> {
            MacroGroup own = new MacroGroup();
            own.setTitle("Mine");
            own.addMacro(macro("Bye", "Good bye!"));
            MacroGroup inner = new MacroGroup();
            inner.setTitle("More");
            inner.addMacro(macro("Wait", "One moment, please"));
            own.addMacroGroup(inner);
            anna.session.saveMacros(own);
            MacroGroup kept = anna.session.getMacros(false);
            same("Mine", kept.getTitle(), "the title");
            same("Good bye!", kept.getMacroByTitle("Bye").getResponse(), "the answer");
            same("One moment, please", kept.getMacroGroupByTitle("More").getMacroByTitle("Wait").getResponse(), "the other");
        });
        checks.check("an ampersand, which Smack does not escape, does no harm", () -> {
            MacroGroup own = new MacroGroup();
            own.setTitle("Mine");
            own.addMacro(macro("Both", "Salt & pepper"));
            try {
                anna.session.saveMacros(own);
            } catch (org.jivesoftware.smack.XMPPException.XMPPErrorException error) {
                same("bad-request", error.getStanzaError().getCondition().toString(), "the error");
                same("Good bye!", anna.session.getMacros(false).getMacroByTitle("Bye").getResponse(), "what was there before");
                return;
            }
            same("Salt & pepper", anna.session.getMacros(false).getMacroByTitle("Both").getResponse(), "the answer");
        });
    }

    private static Macro macro(String title, String response) {
        Macro macro = new Macro(); // Its description stays null, and Smack writes "null".
        macro.setTitle(title);
        macro.setResponse(response);
        return macro;
    }

    private void notes(String session) {
        checks.check("there are no notes to begin with", () ->
            refused("item-not-found", () -> anna.session.getNote(session)));
        checks.check("a note is kept, and replaced", () -> {
            anna.session.setNote(session, "first word");
            anna.session.setNote(session, "called back & <sent>");
            same("called back & <sent>", anna.session.getNote(session).getNotes(), "the note");
        });
    }

    private void history(String session) {
        checks.check("what the visitor had entered", () ->
            same(List.of("Where is my parcel?"), until("the record", () -> anna.session.getChatMetadata(session)).get("question"), "the question"));
        checks.check("an agent's chats, newest first", () -> {
            AgentChatSession chat = until("the chat", () -> {
                for (AgentChatSession one : anna.session.getAgentHistory(place.account("anna"), 10, null).getAgentChatSessions()) {
                    if (session.equals(one.getSessionID())) return one;
                }
                return null;
            });
            same("carol", chat.getVisitorsName(), "the visitor");
            same("carol@example.net", chat.getVisitorsEmail(), "the address");
            same("Where is my parcel?", chat.getQuestion(), "the question");
            must(chat.getDuration() >= 0 && chat.getStartDate().before(new Date()), "times that cannot be");
            var newest = anna.session.getAgentHistory(place.account("anna"), 1, new Date(0)).getAgentChatSessions();
            same(1, newest.size(), "how many of one");
            same(session, newest.iterator().next().getSessionID(), "the newest");
        });
    }

    private void search(String session) {
        checks.check("the form of the search", () -> {
            Form form = anna.session.getTranscriptSearchForm();
            for (String field : List.of("date/start", "date/end", "workgroups", "agent", "queryString")) {
                must(form.hasField(field), "no field " + field);
            }
        });
        checks.check("a search that finds", () -> {
            ReportedData found = search("4711", session);
            ReportedData.Row row = found.getRows().get(0);
            for (String field : List.of("workgroup", "sessionID", "startDate", "agentJIDs", "relevance", "question", "username", "email")) {
                must(row.getValues(field) != null, "no " + field);
            }
            same("carol", String.valueOf(row.getValues("username").get(0)), "the visitor");
        });
        checks.check("a search that finds nothing still says its columns", () -> {
            FillableForm form = anna.session.getTranscriptSearchForm().getFillableForm();
            form.setAnswer("queryString", "wolpertinger");
            ReportedData none = anna.session.searchTranscripts(form);
            same(0, none.getRows().size(), "the rows");
            must(!none.getColumns().isEmpty(), "no columns");
        });
    }

    /** Repeats it until the chat's transcript, which is written when the chat has ended, is among what is found. */
    private ReportedData search(String words, String session) throws Exception {
        return until("the chat among what is found", () -> {
            FillableForm form = anna.session.getTranscriptSearchForm().getFillableForm();
            form.setAnswer("queryString", words);
            ReportedData found = anna.session.searchTranscripts(form);
            boolean there = found.getRows().stream()
                .anyMatch(row -> session.equals(String.valueOf(row.getValues("sessionID").get(0))));
            return there ? found : null;
        });
    }
}
