package foyer.interop;

import java.util.HashMap;
import java.util.Map;

import org.jxmpp.jid.DomainBareJid;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;

/** Where everything is: the server under test, its accounts and its workgroups. */
final class Place {
    final Checks checks;
    final String host;
    final int port;
    final String domain;
    final String anonymousDomain;
    final Map<String, String> passwords = new HashMap<>();

    /** @param arguments host, port, domain, and then name=password for each account */
    Place(Checks checks, String[] arguments) {
        this.checks = checks;
        host = arguments[0];
        port = Integer.parseInt(arguments[1]);
        domain = arguments[2];
        anonymousDomain = "anonymous." + domain;
        for (int i = 3; i < arguments.length; i++) {
            String[] parts = arguments[i].split("=", 2);
            passwords.put(parts[0], parts[1]);
        }
    }

    DomainBareJid service() throws Exception {
        return JidCreate.domainBareFrom("workgroup." + domain);
    }

    EntityBareJid workgroup(String name) throws Exception {
        return JidCreate.entityBareFrom(name + "@workgroup." + domain);
    }

    EntityBareJid room(String session) throws Exception {
        return JidCreate.entityBareFrom(session + "@conference." + domain);
    }

    EntityBareJid account(String name) throws Exception {
        return JidCreate.entityBareFrom(name + "@" + domain);
    }
}
