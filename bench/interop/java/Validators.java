import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One long-lived process for the validators written in Java: a line of JSON in, a line of JSON out.
 *
 * <p>Request: {@code {"tool": "verapdf" | "dss", "file": path, ...}}. Answer: what the tool found, or {@code
 * {"error": text}} if it could not judge the file at all. Ends when its input ends.
 */
public final class Validators {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    // Libraries that chat on standard output must not get between the answers.
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      answers.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
    }
  }

  private static Map<String, Object> answer(JsonNode request) {
    try {
      return switch (request.required("tool").asText()) {
        case "verapdf" -> Conformance.check(request);
        case "dss" -> Signatures.validate(request);
        default -> throw new IllegalArgumentException("unknown tool");
      };
    } catch (Exception | StackOverflowError | NoClassDefFoundError failure) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("error", failure.toString());
      return answer;
    }
  }
}
