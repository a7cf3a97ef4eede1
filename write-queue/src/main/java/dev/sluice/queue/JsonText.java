package dev.sluice.queue;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON of one write. By hand, since it runs on the caller's thread for each submitted
 * write; {@link PackCodec} reads it with Jackson. The result has only characters that XML allows,
 * as SQS demands.
 */
final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder(192);

  static String of(Write write) {
    JsonText json = new JsonText();
    json.write(write);
    return json.out.toString();
  }

  static String quoted(String text) {
    JsonText json = new JsonText();
    json.string(text);
    return json.out.toString();
  }

  /** Length in UTF-8. */
  static int bytes(String text) {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // a surrogate is half of four bytes
        bytes += c >= 0x800 && !Character.isSurrogate(c) ? 2 : 1;
      }
    }
    return bytes;
  }

  private void write(Write write) {
    if (write instanceof RowWrite row) {
      out.append("{\"o\":\"")
          .append(row.operation().code)
          .append("\",\"t\":\"")
          .append(row.table());
      out.append("\",\"k\":");
      object(row.keyColumns(), row.key());
      if (!row.columns().isEmpty()) {
        out.append(",\"c\":");
        object(row.columns(), row.values());
      }
      if (row.explicitKey() != null) {
        out.append(",\"y\":");
        string(row.explicitKey());
      }
    } else if (write instanceof SqlWrite sql) {
      out.append("{\"o\":\"sql\",\"s\":");
      string(sql.text());
      out.append(",\"p\":[");
      for (int i = 0; i < sql.parameters().size(); i++) {
        comma(i);
        value(sql.parameters().get(i));
      }
      out.append("],\"y\":");
      string(sql.orderingKey());
    } else if (write instanceof WriteGroup group) {
      out.append("{\"o\":\"all\",\"w\":[");
      for (int i = 0; i < group.writes().size(); i++) {
        comma(i);
        write(group.writes().get(i));
      }
      out.append("],\"y\":");
      string(group.orderingKey());
    }
    out.append('}');
  }

  private void comma(int index) {
    if (index > 0) {
      out.append(',');
    }
  }

  private void object(List<String> names, List<? extends @Nullable Object> values) {
    out.append('{');
    for (int i = 0; i < names.size(); i++) {
      comma(i);
      out.append('"').append(names.get(i)).append("\":");
      value(values.get(i));
    }
    out.append('}');
  }

  private void value(@Nullable Object value) {
    if (value == null || value instanceof Boolean || value instanceof Long) {
      out.append(value);
    } else if (value instanceof String text) {
      string(text);
    } else if (value instanceof BigDecimal) {
      tagged("dec", value.toString());
    } else if (value instanceof Double) {
      tagged("dbl", value.toString());
    } else if (value instanceof byte[] bytes) {
      tagged("bin", Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof LocalDate) {
      tagged("date", value.toString());
    } else if (value instanceof LocalTime) {
      tagged("time", value.toString());
    } else if (value instanceof LocalDateTime) {
      tagged("local", value.toString());
    } else if (value instanceof OffsetDateTime) {
      tagged("offset", value.toString());
    } else if (value instanceof UUID) {
      tagged("uuid", value.toString());
    } else {
      throw new IllegalArgumentException(
          "value: a " + value.getClass().getName() + " cannot be queued");
    }
  }

  private void tagged(String tag, String text) {
    out.append("{\"").append(tag).append("\":\"").append(text).append("\"}");
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || c >= 0xFFFE || c == 0x7F || loneSurrogate(text, i)) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(HEX.charAt((c >> shift) & 15));
        }
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static boolean loneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
