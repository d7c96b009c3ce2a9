package foyer.interop;

import org.jivesoftware.smack.SmackConfiguration;

/** Smack as agent and as visitor. Arguments: host, port, domain, and name=password for anna, ben and carol. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println("Smack " + SmackConfiguration.getVersion());
        Checks checks = new Checks();
        Place place = new Place(checks, arguments);
        // As Spark's users have it: their client talks to colleagues too, and no stanza may disturb the other.
        new WholeChat(place).run();
        System.exit(checks.conclude());
    }
}
