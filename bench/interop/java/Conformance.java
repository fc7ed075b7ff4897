import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileInputStream;
import java.util.List;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Says whether a file is PDF/A-2b, and which clauses of ISO 19005-2 it breaks; the work is veraPDF's. */
final class Conformance {
  static {
    VeraGreenfieldFoundryProvider.initialise();
  }

  private Conformance() {}

  static Map<String, Object> check(JsonNode request) throws Exception {
    try (FileInputStream bytes = new FileInputStream(request.required("file").asText());
        PDFAParser parser = Foundries.defaultInstance().createParser(bytes, PDFAFlavour.PDFA_2_B);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFA_2_B, false)) {
      ValidationResult result = validator.validate(parser);
      List<String> broken =
          result.getTestAssertions().stream()
              .filter(found -> found.getStatus() == TestAssertion.Status.FAILED)
              .map(found -> found.getRuleId().getClause() + "-" + found.getRuleId().getTestNumber())
              .distinct()
              .toList();
      return Map.of("compliant", result.isCompliant(), "broken", broken);
    }
  }
}
