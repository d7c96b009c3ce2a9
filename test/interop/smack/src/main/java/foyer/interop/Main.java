package foyer.interop;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jivesoftware.smack.SmackConfiguration;

/** Smack as agent and as visitor. Arguments: host, port, domain, and name=password for anna, ben and carol. */
public final class Main {
    private static final Logger SMACK = Logger.getLogger("org.jivesoftware");

    private Main() {
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println("Smack " + SmackConfiguration.getVersion());
        Checks checks = new Checks();
        listen(checks);
        Place place = new Place(checks, arguments);
        checks.scene(new WholeChat(place)::run);
        checks.scene(new Queue(place)::run);
        checks.scene(new Data(place)::run);
        checks.scene(new Moves(place)::run);
        System.exit(checks.conclude());
    }

    /** What Smack finds severe, such as a listener that broke on what the server sent, is a failure whenever it comes. */
    private static void listen(Checks checks) {
        SMACK.setUseParentHandlers(false);
        SMACK.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getLevel().intValue() < Level.SEVERE.intValue()) return;
                checks.fail("Smack finds nothing severe", record.getMessage() + " " + record.getThrown());
            }

            @Override
            public void flush() {
                // Nothing is held back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        });
    }
}
