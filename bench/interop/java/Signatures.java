import com.fasterxml.jackson.databind.JsonNode;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conclusions of EU DSS on every signature and timestamp of a PDF file, by its default policy.
 *
 * <p>Trusted is what the request names under {@code roots} (PEM or DER files), nothing else. No source on the
 * network is set: certificates and revocation data come from the file, and from the revocation lists that the
 * request names under {@code crls}, if any.
 */
final class Signatures {
  private Signatures() {}

  static Map<String, Object> validate(JsonNode request) throws Exception {
    DSSDocument document = new FileDocument(new File(request.required("file").asText()));
    SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(document);
    validator.setCertificateVerifier(verifier(request));
    validator.setValidationTime(Date.from(Instant.parse(request.required("at").asText())));
    Reports reports = validator.validateDocument();
    if (request.hasNonNull("detailed")) {
      Files.writeString(Path.of(request.get("detailed").asText()), reports.getXmlDetailedReport());
    }
    SimpleReport report = reports.getSimpleReport();
    List<Map<String, Object>> signatures = new ArrayList<>();
    for (String id : report.getSignatureIdList()) {
      Map<String, Object> found = conclusion(report, id);
      found.put("level", String.valueOf(report.getSignatureFormat(id)));
      found.put("timestamps", report.getSignatureTimestamps(id).size());
      signatures.add(found);
    }
    List<Map<String, Object>> timestamps = new ArrayList<>();
    for (String id : reports.getDiagnosticData().getTimestampIdList()) {
      timestamps.add(conclusion(report, id));
    }
    return Map.of("signatures", signatures, "timestamps", timestamps);
  }

  private static CommonCertificateVerifier verifier(JsonNode request) {
    CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
    for (JsonNode root : request.required("roots")) {
      CertificateToken certificate = DSSUtils.loadCertificate(new File(root.asText()));
      trusted.addCertificate(certificate);
    }
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(trusted);
    verifier.setAIASource(null);
    if (request.hasNonNull("crls")) {
      List<DSSDocument> lists = new ArrayList<>();
      request.get("crls").forEach(list -> lists.add(new FileDocument(new File(list.asText()))));
      verifier.setCrlSource(new ExternalResourcesCRLSource(lists.toArray(DSSDocument[]::new)));
    }
    return verifier;
  }

  private static Map<String, Object> conclusion(SimpleReport report, String id) {
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("conclusion", String.valueOf(report.getIndication(id)));
    found.put("why", String.valueOf(report.getSubIndication(id)));
    List<String> words = new ArrayList<>();
    report.getAdESValidationErrors(id).forEach(message -> words.add(message.getValue()));
    report.getAdESValidationWarnings(id).forEach(message -> words.add(message.getValue()));
    found.put("messages", words);
    return found;
  }
}
