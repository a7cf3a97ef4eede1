package dev.sluice.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The envelope: {@code
 * {"v":1,"q":queue,"p":producer,"l":lane,"L":lanes,"n":sequence,"w":[writes]}}. What is not exactly
 * that is refused, so that it is parked and never half understood.
 */
final class PackCodec {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private PackCodec() {}

  /** The bytes of the envelope around the writes. */
  static String header(String queue, PackId id, int lane, int lanes) {
    return "{\"v\":"
        + VERSION
        + ",\"q\":"
        + JsonText.quoted(queue)
        + ",\"p\":\""
        + id.producer()
        + "\",\"l\":"
        + lane
        + ",\"L\":"
        + lanes
        + ",\"n\":"
        + id.sequence()
        + ",\"w\":[";
  }

  static String body(String header, List<String> writes) {
    return header + String.join(",", writes) + "]}";
  }

  /** Why a message cannot be read; says nothing of its content. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String what) {
      super(what);
    }
  }

  static Pack decode(String body) throws UnreadableException {
    try {
      JsonNode root = JSON.readTree(body);
      if (root == null || !root.isObject()) {
        throw new UnreadableException("no JSON object");
      }
      if (!root.path("v").isInt() || root.path("v").intValue() != VERSION) {
        throw new UnreadableException("unknown version");
      }
      String producer = text(root, "p");
      long sequence = integer(root, "n");
      int lane = (int) integer(root, "l");
      int lanes = (int) integer(root, "L");
      if (!producer.matches("[0-9a-f]{32}") || sequence < 1 || lane < 0 || lane >= lanes) {
        throw new UnreadableException("malformed identity");
      }
      JsonNode writes = root.path("w");
      if (!writes.isArray() || writes.isEmpty()) {
        throw new UnreadableException("no writes");
      }
      return new Pack(text(root, "q"), new PackId(producer, sequence), lane, lanes, writes(writes));
    } catch (JsonProcessingException e) {
      throw new UnreadableException("no JSON");
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new UnreadableException("malformed write");
    }
  }

  /** Reads a single write, as it was parked. */
  static Write decodeWrite(String json) throws UnreadableException {
    try {
      return write(JSON.readTree(json));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw new UnreadableException("malformed write");
    }
  }

  private static List<Write> writes(JsonNode array) throws UnreadableException {
    List<Write> writes = new ArrayList<>(array.size());
    for (JsonNode each : array) {
      writes.add(write(each));
    }
    return writes;
  }

  private static Write write(JsonNode node) throws UnreadableException {
    String operation = text(node, "o");
    return switch (operation) {
      case "sql" -> sql(node);
      case "all" -> new WriteGroup(text(node, "y"), writes(node.path("w")));
      default -> row(node, operation);
    };
  }

  private static Write sql(JsonNode node) throws UnreadableException {
    List<@Nullable Object> parameters = new ArrayList<>();
    for (JsonNode each : node.path("p")) {
      parameters.add(value(each));
    }
    return new SqlWrite(text(node, "y"), text(node, "s"), parameters);
  }

  private static Write row(JsonNode node, String code) throws UnreadableException {
    RowWrite.Operation operation = RowWrite.Operation.ofCode(code);
    if (operation == null) {
      throw new UnreadableException("unknown operation");
    }
    List<String> keyColumns = new ArrayList<>();
    List<Object> key = new ArrayList<>();
    for (Iterator<String> names = node.path("k").fieldNames(); names.hasNext(); ) {
      String name = names.next();
      Object value = value(node.path("k").get(name));
      if (value == null) {
        throw new UnreadableException("malformed key");
      }
      keyColumns.add(name);
      key.add(value);
    }
    List<String> columns = new ArrayList<>();
    List<@Nullable Object> values = new ArrayList<>();
    for (Iterator<String> names = node.path("c").fieldNames(); names.hasNext(); ) {
      String name = names.next();
      columns.add(name);
      values.add(value(node.path("c").get(name)));
    }
    String explicitKey = node.has("y") ? text(node, "y") : null;
    return new RowWrite(operation, text(node, "t"), keyColumns, key, columns, values, explicitKey);
  }

  private static @Nullable Object value(JsonNode node) throws UnreadableException {
    if (node.isNull()) {
      return null;
    }
    if (node.isTextual()) {
      return node.textValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (!node.isObject() || node.size() != 1) {
      throw new UnreadableException("unknown value");
    }
    String tag = node.fieldNames().next();
    String text = text(node, tag);
    return switch (tag) {
      case "dec" -> new BigDecimal(text);
      case "dbl" -> Double.valueOf(text);
      case "bin" -> Base64.getDecoder().decode(text);
      case "date" -> LocalDate.parse(text);
      case "time" -> LocalTime.parse(text);
      case "local" -> LocalDateTime.parse(text);
      case "offset" -> OffsetDateTime.parse(text);
      case "uuid" -> UUID.fromString(text);
      default -> throw new UnreadableException("unknown value");
    };
  }

  private static String text(JsonNode node, String name) throws UnreadableException {
    JsonNode value = node.path(name);
    if (!value.isTextual()) {
      throw new UnreadableException("malformed field " + name);
    }
    return value.textValue();
  }

  private static long integer(JsonNode node, String name) throws UnreadableException {
    JsonNode value = node.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new UnreadableException("malformed field " + name);
    }
    return value.longValue();
  }
}
