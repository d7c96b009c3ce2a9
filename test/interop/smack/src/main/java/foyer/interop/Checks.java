package foyer.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** What was tried and what came of it, one line each: "ok name" or "FAIL name: why". */
final class Checks {
    /** Ends a wait that would be for ever; no check asserts a time. */
    private static final long LIMIT_MS = 20_000;

    private int passed;
    private final List<String> failures = new ArrayList<>();

    interface Body {
        void run() throws Exception;
    }

    /** Runs one check. What it throws is its failure; the checks after it go on. */
    void check(String name, Body body) {
        long began = System.nanoTime();
        try {
            body.run();
            passed++;
            long tookS = (System.nanoTime() - began) / 1_000_000_000L;
            System.out.println("ok " + name + (tookS < 2 ? "" : " (" + tookS + " s)"));
        } catch (Throwable error) { // A ClassCastException is how Smack says that it could not read an answer.
            fail(name, explain(error));
        }
    }

    /** A check without which those after it would only wait in vain: its failure ends the scene. */
    void need(String name, Body body) {
        int before = failures.size();
        check(name, body);
        if (failures.size() > before) throw new SceneOver();
    }

    /** Plays one scene. */
    void scene(Body scene) {
        try {
            scene.run();
        } catch (SceneOver over) {
            note("the rest of this scene was not tried");
        } catch (Exception error) {
            fail("a scene", explain(error));
        }
    }

    private static final class SceneOver extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    void fail(String name, String why) {
        failures.add(name);
        System.out.println("FAIL " + name + ": " + why);
    }

    /** Something that this version of Smack cannot do, whatever the server does. */
    void note(String text) {
        System.out.println("note " + text);
    }

    /** Prints the sum, and gives the process's exit code. */
    int conclude() {
        System.out.println(passed + " passed, " + failures.size() + " failed");
        return failures.isEmpty() ? 0 : 1;
    }

    static void must(boolean condition, String otherwise) {
        if (!condition) throw new AssertionError(otherwise);
    }

    static void same(Object expected, Object found, String what) {
        must(expected == null ? found == null : expected.equals(found), what + " is " + found + ", not " + expected);
    }

    /** Waits until the question is answered by something that is neither null nor false. */
    static <T> T until(String what, Callable<T> question) throws Exception {
        long end = System.currentTimeMillis() + LIMIT_MS;
        for (;;) {
            T found = question.call();
            if (found != null && !Boolean.FALSE.equals(found)) return found;
            if (System.currentTimeMillis() > end) throw new AssertionError("waited in vain for " + what);
            Thread.sleep(20);
        }
    }

    /** The attempt must be refused with this condition, such as "not-acceptable". */
    static void refused(String condition, Body attempt) throws Exception {
        try {
            attempt.run();
        } catch (org.jivesoftware.smack.XMPPException.XMPPErrorException error) {
            same(condition, error.getStanzaError().getCondition().toString(), "the error");
            return;
        }
        throw new AssertionError("was not refused with " + condition);
    }

    private static String explain(Throwable error) {
        Throwable cause = error instanceof AssertionError || error.getCause() == null ? error : error.getCause();
        String own = error instanceof AssertionError ? error.getMessage() : error.toString();
        StackTraceElement at = null;
        for (StackTraceElement element : error.getStackTrace()) {
            if (at == null && element.getClassName().startsWith("foyer.") && !element.getClassName().endsWith("Checks")) at = element;
        }
        String text = cause == error ? own : own + ", caused by " + cause;
        return text.replace('\n', ' ') + (at == null ? "" : " (" + at.getFileName() + ":" + at.getLineNumber() + ")");
    }
}
