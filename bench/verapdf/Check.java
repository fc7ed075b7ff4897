import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Says PASS or FAIL for each file against PDF/A-2b, with the rules a file breaks; one process for all files. */
public final class Check {
  public static void main(String[] files) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    for (String file : files) {
      try (FileInputStream bytes = new FileInputStream(file);
          PDFAParser parser = Foundries.defaultInstance().createParser(bytes, PDFAFlavour.PDFA_2_B);
          PDFAValidator validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFA_2_B, false)) {
        ValidationResult result = validator.validate(parser);
        System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + file);
        result.getTestAssertions().stream()
            .filter(found -> found.getStatus() == TestAssertion.Status.FAILED)
            .map(found -> "  " + found.getRuleId().getClause() + "-" + found.getRuleId().getTestNumber())
            .distinct()
            .forEach(System.out::println);
      }
    }
  }
}
