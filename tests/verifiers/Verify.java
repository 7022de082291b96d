// Reads chains as tests/verifiers/lines.py writes them, and answers with one line each.
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

public class Verify {
    static List<X509Certificate> read(String field) throws CertificateException {
        List<X509Certificate> found = new ArrayList<>();
        for (String text : field.split(",")) {
            if (!text.isEmpty()) {
                CertificateFactory factory = CertificateFactory.getInstance("X.509");
                byte[] der = Base64.getDecoder().decode(text);
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        }
        return found;
    }

    static X509TrustManager manager(List<X509Certificate> store, Date time) throws Exception {
        Set<TrustAnchor> anchors = new LinkedHashSet<>();
        for (X509Certificate anchor : store) {
            anchors.add(new TrustAnchor(anchor, null));
        }
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.setDate(time);
        parameters.setRevocationEnabled(false);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    static String words(Throwable error) {
        while (error.getCause() != null && error.getCause() != error) {
            error = error.getCause();
        }
        return String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
    }

    static String answer(String line) {
        String[] fields = line.split("\t", -1);
        X509TrustManager manager;
        List<X509Certificate> chain;
        try {
            chain = read(fields[2]);
            chain.addAll(read(fields[3]));
            manager = manager(read(fields[4]), new Date(Long.parseLong(fields[1]) * 1000));
        } catch (Exception error) {
            return "unreadable\t" + words(error);
        }
        X509Certificate[] presented = chain.toArray(new X509Certificate[0]);
        try {
            if (fields[0].equals("serverAuth")) {
                manager.checkServerTrusted(presented, "UNKNOWN");
            } else {
                manager.checkClientTrusted(presented, "UNKNOWN");
            }
        } catch (CertificateException | RuntimeException error) {
            // A constraint on a registeredID, for example, is an UnsupportedOperationException.
            return "refused\t" + words(error);
        }
        return "accepted";
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, "US-ASCII"));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(answer(line));
        }
    }
}
