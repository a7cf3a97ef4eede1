package dev.sluice.demo.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Path CODE = Path.of("src/test/java/dev/sluice/demo/readme/ReadmeIT.java");

  private static List<String> matches(String text, String pattern) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1).stripIndent().strip());
    }
    return found;
  }

  @Test
  void everyBlockOfJavaIsCodeThatIsRun() throws IOException {
    List<String> shown = matches(Files.readString(README), "```java\n(.*?)```");
    List<String> run = matches(Files.readString(CODE), "// README \\w+\n(.*?)\\n *// end");
    assertThat(shown).isNotEmpty().containsExactlyElementsOf(run);
  }

  @Test
  void thereAreTwoCommandsFirst() throws IOException {
    List<String> commands = matches(Files.readString(README), "```sh\n(.*?)```");
    assertThat(commands.get(0)).startsWith("mvn ").contains("-pl demo");
    assertThat(commands.get(1)).startsWith("mvn ").contains(" verify");
  }

  @Test
  void isShortEnoughToBeRead() throws IOException {
    assertThat(Files.readAllLines(README)).hasSizeLessThan(250);
  }
}
