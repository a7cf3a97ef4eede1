package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.redis.RawRedis;
import dev.sluice.testkit.RedisServer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scripts do on a real server what the explored model says, step by step. */
class ScriptsFollowModelIT {
  private static final Logger log = LoggerFactory.getLogger(ScriptsFollowModelIT.class);
  private static final int WALKS = 250;

  /** Null, or how the first walk differed. */
  private static @Nullable String walk(RawRedis redis, Function<Script, String> text) {
    for (int seed = 0; seed < WALKS; seed++) {
      String difference = new ScriptWalk(redis, text, seed).run();
      if (difference != null) {
        return "walk " + seed + ": " + difference;
      }
    }
    return null;
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.cache.ServersForTests#available")
  void scriptsDoWhatTheModelSays(ServersForTests server) {
    try (RedisServer redis = server.start();
        RawRedis raw = new RawRedis(redis.host(), redis.port())) {
      assertThat(walk(raw, Script::source)).isNull();
    }
  }

  /** A script with one line wrong. */
  private enum Broken {
    FILL_WITHOUT_GENERATION(Script.FILL, " or g.raw:sub(34, 41) ~= ARGV[2]", ""),
    FILL_WITHOUT_TOKEN(Script.FILL, " or e.raw:sub(34) ~= ARGV[1]", ""),
    FILL_WITHOUT_KIND(Script.FILL, "e.kind ~= 'L' or e.raw:sub(34)", "e.raw:sub(34)"),
    FILL_OF_NOTHING(Script.FILL, "if e.kind", "if e.raw and e.kind"),
    FILL_FORGETS_TABLE_FLOOR(Script.FILL, "e.floor == 0 and g.floor == 0", "e.floor == 0"),
    RAISE_WITHOUT_MARK(Script.RAISE, " or e.raw:sub(34, 41) ~= ARGV[2]", ""),
    RAISE_LOWERS(
        Script.RAISE, "if later(ARGV[4], e.fence) then e.fence = ARGV[4] end", "e.fence = ARGV[4]"),
    RAISE_ACROSS_TIMELINES(Script.RAISE, "e.timeline ~= ZERO and e.timeline ~= ARGV[3]", "false"),
    INTENT_OF_A_SECOND(Script.PRE, "math.max(e.last, expiry) - now + floor", "1000"),
    PRE_FORGETS_OTHERS(Script.PRE, "without(e.ids, ARGV[1]) .. ARGV[1]", "ARGV[1]"),
    PRE_OF_LOST_TABLE(Script.PRE, "tonumber(ARGV[4])", "0"),
    TOMBSTONE_OF_A_SECOND(Script.POST, "math.max(floor, e.floor - now))", "1000)"),
    POST_SHORTENS_OTHERS(Script.POST, "last - now + floor)", "1000)"),
    POST_LOWERS(
        Script.POST, "if later(ARGV[4], e.fence) then e.fence = ARGV[4] end", "e.fence = ARGV[4]"),
    POST_OF_LOST_TABLE(Script.POST, "tonumber(ARGV[8])", "0"),
    CONFIRM_BLINDLY(
        Script.POST, "if #without(e.ids, ARGV[1]) < #e.ids then return 1 end", "do return 1 end"),
    UNKNOWN_WITHOUT_FLOOR(Script.POST, "elseif mode == 'U' then", "elseif mode == 'X' then"),
    LEASE_OF_LOST_TABLE(Script.LEASE, "tonumber(ARGV[7])", "0"),
    LEASE_OVER_INTENT(Script.LEASE, "if e.kind == 'I' then", "if false then"),
    LEASE_OVER_LEASE(Script.LEASE, "e.kind == 'L' and e.time > now", "false"),
    VALUE_OF_OLD_GENERATION(Script.LEASE, "e.raw:sub(42, 49) == table:sub(34, 41) and ", ""),
    EXPIRED_INTENT_LEAVES_NO_FLOOR(Script.LEASE, "e.floor = math.max(e.floor, expiry + floor)", "");

    private final Script script;
    private final String right;
    private final String wrong;

    Broken(Script script, String right, String wrong) {
      this.script = script;
      this.right = right;
      this.wrong = wrong;
    }

    String text(Script any) {
      return any == script ? any.source().replace(right, wrong) : any.source();
    }
  }

  @Nested
  class OnOneServer {
    private static RedisServer server;
    private static RawRedis raw;

    @BeforeAll
    static void start() {
      server = ServersForTests.EMBEDDED.start();
      raw = new RawRedis(server.host(), server.port());
    }

    @AfterAll
    static void stop() {
      raw.close();
      server.close();
    }

    @ParameterizedTest
    @EnumSource
    void brokenScriptIsFound(Broken broken) {
      assertThat(broken.text(broken.script)).isNotEqualTo(broken.script.source());
      String found = walk(raw, broken::text);
      log.info("{}: {}", broken, found);
      assertThat(found).isNotNull();
    }
  }
}
